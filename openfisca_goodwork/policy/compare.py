"""Two laws beside one another: everything that differs within the days asked for."""

from __future__ import annotations

import datetime
import math
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from openfisca_goodwork.errors import GoodworkError, ParameterError, PeriodError, ReformError, counted, did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS, unknown_path
from openfisca_goodwork.policy.differences import COLUMNS, ONE_DAY, Difference, differences
from openfisca_goodwork.policy.laws import (
    LAW_ON,
    OPTION,
    REFORM_ON,
    Reforms,
    apply_checked,
    as_asked,
    load,
    load_all,
    read_settings,
    settings_as_reform,
    vocabulary_with,
)
from openfisca_goodwork.policy.reform import Override, Reform, Value
from openfisca_goodwork.policy.vocabulary import (
    MEANS_NONE,
    Day,
    Leaf,
    Vocabulary,
    addresses,
    apply_reform,
    current_vocabulary,
    day_of_law,
    in_force,
    in_words,
    kind_of,
    status_of,
    straddle_of,
    titles,
)
from openfisca_goodwork.rendering import Worded, as_json, fields_as_json
from openfisca_goodwork.system import DatedValue

if TYPE_CHECKING:
    import pandas

    from openfisca_goodwork.policy.affected_variables import AffectedVariables


# --- the two sides of a comparison -----------------------------------------------------------------------------------


LAW = "law"

Given = str | Path | Reform
Made = TypeVar("Made")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, its parameters, and what its later reforms replaced of earlier ones.

    `asked` is what a command calls it.
    """

    name: str
    law: Vocabulary
    overrides: tuple[Override, ...] = ()
    asked: str = LAW


def side(given: Given, baseline: Reforms = (), settings: Iterable[str] = ()) -> Side:
    """The law that one side of a comparison is.

    `law` is current law, with the baseline applied to it; `law@DATE` that law as it stood on a day and as if nothing had
    been changed since: every value in force on the day holds for good, those before it are as they were, and each keeps
    its own sources; `NAME@DATE` does the same to the law that a reform of the library makes. A reform, or several as
    `a + b`, is applied to `law`, and settings to the result.

    Raises:
        ReformError, PeriodError: for a side that cannot be made: every fault of its reforms and of its settings.
    """
    listed = tuple(settings)
    try:
        unset = _without_settings(given, baseline)
    except GoodworkError as error:
        faults = read_settings(listed, vocabulary_with())[1]
        raise together([error, *([ReformError.from_faults(faults)] if faults else [])]) from None
    if not listed:
        return unset
    law = apply_reform(unset.law, settings_as_reform(listed, unset.law))
    return replace(unset, name=f"{unset.name} with {', '.join(listed)}", law=law)


def _without_settings(given: Given, baseline: Reforms) -> Side:
    text = given.strip() if isinstance(given, str) else ""
    current = vocabulary_with((), baseline)
    if text == LAW:
        return Side(LAW, current)
    if on_day := LAW_ON.fullmatch(text) or REFORM_ON.fullmatch(text):
        made = _without_settings(text.partition("@")[0].strip(), baseline)
        date = day_of_law(on_day["date"], f"the date of {quoted(text)}")
        law = {path: held for path, leaf in made.law.items() if (held := _held(leaf, date)).values}
        return replace(made, name=text, law=law, asked=text)
    reform = load(given)
    return Side(reform.name, apply_checked(current, reform), reform.overrides, as_asked(reform))


def _held(leaf: Leaf, date: datetime.date) -> Leaf:
    """A parameter as it stood on a day, later changes left out; assumptions are no law and stay."""
    if leaf.path.startswith(ASSUMPTIONS):
        return leaf
    return replace(leaf, values=tuple(dated for dated in leaf.values if dated.date <= date))


def tried(make: Callable[[], Made], errors: list[GoodworkError]) -> Made | None:
    """What can be made of one part of a request; None, and the error kept, where that part is wrong."""
    try:
        return make()
    except GoodworkError as error:
        errors.append(error)
        return None


def together(errors: Sequence[GoodworkError]) -> GoodworkError:
    """One error for several, each fault once; of their kind where all are of one kind."""
    distinct = list({str(error): error for error in errors}.values())
    if len(distinct) == 1:
        return distinct[0]
    kinds = {type(error) for error in distinct}
    return (kinds.pop() if len(kinds) == 1 else GoodworkError).together(distinct)


SETTINGS_OF_A = f"{OPTION}-a"
Window = tuple[datetime.date | None, datetime.date | None]


@dataclass(frozen=True)
class Comparison(Worded):
    """Everything that differs between law A and law B within the days asked for.

    `start` and `end` are None where nothing was asked; `overrides` is what later reforms of a side replaced
    of earlier ones; `command` makes the same comparison again.
    """

    a: str
    b: str
    start: datetime.date | None
    end: datetime.date | None
    rows: tuple[Difference, ...]
    overrides: tuple[Override, ...] = ()
    command: str = ""
    laws: tuple[Vocabulary, Vocabulary] = field(default=({}, {}), repr=False, compare=False)

    @property
    def finding(self) -> str:
        """In how many parameters the two laws differ, as a sentence."""
        if not self.rows:
            return f"{self.a} and {self.b} are the same law{self._window()}."
        paths = len({row.path for row in self.rows})
        return f"{self.a} and {self.b} differ in {counted(paths, 'parameter')}{self._window()}."

    def to_dict(self) -> dict[str, Any]:
        """The comparison for JSON."""
        names = {"start": "from", "end": "to", "rows": "differences"}
        return {name: value for name, value in fields_as_json(self, **names).items() if name != "laws"}

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a difference: path, label, unit, values, days, change, straddles, and the sources of both sides."""
        import pandas  # here, because it takes longer to import than a comparison takes to make

        rows = [{name: getattr(row, field) for name, field in COLUMNS.items()} for row in self.rows]
        return pandas.DataFrame(rows, columns=list(COLUMNS), dtype=object)

    def touches(self) -> AffectedVariables:
        """The variables of the law that read the parameters that differ, and those that follow from them.

        Both laws are run over example companies, and what their formulas read is recorded: what no example reaches is
        missing. Takes about a second.
        """
        from openfisca_goodwork.policy.affected_variables import affected_by  # here, because most comparisons run no law

        return affected_by(self.rows, self.laws)

    def _window(self) -> str:
        if self.start is not None and self.start == self.end:
            return f" on {day_in_words(self.start)}"
        start = f" from {day_in_words(self.start)}" if self.start else ""
        return start + (f" to {day_in_words(self.end)}" if self.end else "")


def compare(
    a: Given,
    b: Given,
    on: Day | None = None,
    start: Day | None = None,
    end: Day | None = None,
    *,
    baseline: Reforms = (),
    settings: Iterable[str] = (),
    settings_a: Iterable[str] = (),
) -> Comparison:
    """Everything that differs between two laws, by path and then by date.

    Args:
        a, b: the two sides: `law`; `law@2023-04-01`, the law as it stood on that day, held as if nothing had been changed
            since; or a reform (its name, its file, `a + b`, or a Reform) applied to current law.
        on: keeps what differs on this day. start, end: keep what differs on some day of this span, both days included.
            Days are dates, or text as `2027-04-01`.
        baseline: reforms applied to current law before either side.
        settings: `PATH@DATE=VALUE`, each holding from its date for good, applied to B. settings_a: the same for A.

    Raises:
        PeriodError: for a wrong day, and one on which no law is held. ReformError: for a wrong reform or setting.
        GoodworkError: for faults of both kinds; all of them are reported at once.
    """
    laid = (tuple(settings_a), tuple(settings))
    errors: list[GoodworkError] = []
    window = tried(lambda: _window(on, start, end), errors)
    side_a, side_b = (tried(partial(side, given, baseline, upon), errors) for given, upon in zip((a, b), laid, strict=True))
    if window is None or side_a is None or side_b is None:
        raise together(errors)
    return Comparison(
        a=side_a.name,
        b=side_b.name,
        start=window[0],
        end=window[1],
        rows=tuple(row for row in differences(side_a.law, side_b.law) if _within(row, *window)),
        overrides=(*side_a.overrides, *side_b.overrides),
        command=_command((side_a, side_b), window, baseline, laid),
        laws=(side_a.law, side_b.law),
    )


def _command(sides: tuple[Side, Side], window: Window, baseline: Reforms, laid: tuple[tuple[str, ...], ...]) -> str:
    """The command that makes a comparison."""
    words = ["goodwork", "compare", *(side.asked for side in sides)]
    if window[0] is not None and window[0] == window[1]:
        words += ["--on", window[0].isoformat()]
    else:
        words += [word for name, day in zip(("--from", "--to"), window, strict=True) if day for word in (name, str(day))]
    words += [word for reform in load_all(baseline) for word in ("--baseline", as_asked(reform))]
    words += [
        word
        for name, each in zip((SETTINGS_OF_A, OPTION), laid, strict=True)
        for setting in each
        for word in (name, setting)
    ]
    return shlex.join(words)


def _window(on: Day | None, start: Day | None, end: Day | None) -> Window:
    """The first and the last day asked for, each None where it is left open. Raises PeriodError with every fault."""
    errors: list[GoodworkError] = []
    if on is not None and (start is not None or end is not None):
        errors.append(PeriodError("Give one day (on), or a span (from and to), not both."))
    asked = {"the day to compare on": on, "the first day to compare": start, "the last day to compare": end}
    days = [None if given is None else tried(partial(day_of_law, given, what), errors) for what, given in asked.items()]
    day, first, last = days
    if first is not None and last is not None and last < first:
        errors.append(PeriodError(f"The span to compare ends on {last}, before it starts on {first}."))
    if errors:
        raise together(errors)
    return (day, day) if day is not None else (first, last)


def _within(row: Difference, start: datetime.date | None, end: datetime.date | None) -> bool:
    return (end is None or row.starts <= end) and (start is None or row.ends is None or row.ends >= start)


# --- the history of a parameter, or of a group of them ---------------------------------------------------------------


@dataclass(frozen=True)
class Dated:
    """One dated value of a parameter in one law.

    `ends` is the day before the next value, None for the last; `law` the side that it stands in. `status` says how well
    the value is sourced, or which reform sets it.
    """

    path: str
    label: str
    unit: str
    law: str
    value: Value
    in_words: str
    starts: datetime.date
    ends: datetime.date | None
    kind: str
    straddle: str
    reference: str
    href: str
    status: str

    def to_dict(self) -> dict[str, Any]:
        """The value for JSON: dates as text, no limit as null."""
        return fields_as_json(self, starts="from", ends="to")


@dataclass(frozen=True)
class ParameterHistory(Worded):
    """Every dated value of a parameter, or of each parameter in a group, in one law or in two; oldest first."""

    path: str
    laws: tuple[str, ...]
    values: tuple[Dated, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the parameters: one, or the members of the group."""
        return tuple(dict.fromkeys(dated.path for dated in self.values))

    @property
    def is_same_in_all(self) -> bool:
        """Whether its laws have the same values from the same days, from the same sources."""
        by_law = [[replace(dated, law="") for dated in self.values if dated.law == law] for law in self.laws]
        return all(values == by_law[0] for values in by_law)

    def to_dict(self) -> dict[str, Any]:
        """The history for JSON."""
        return as_json({"path": self.path, "laws": self.laws, "parameters": self.paths, "values": self.values})

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a dated value of a law."""
        import pandas  # here, because it takes longer to import than a history takes to make

        names = {"starts": "from", "ends": "to"}
        columns = list(Dated.__dataclass_fields__)
        rows = [[getattr(dated, column) for column in columns] for dated in self.values]
        return pandas.DataFrame(rows, columns=[names.get(column, column) for column in columns], dtype=object)


def parameter_history(path: str, *laws: Given, baseline: Reforms = (), settings: Iterable[str] = ()) -> ParameterHistory:
    """Every dated value of a parameter, or of each parameter in a group.

    Args:
        path: of a parameter, or of a group of them.
        laws: one or two sides as `compare` takes them; one that is not current law is shown beside it, none means
            current law alone.
        baseline, settings: as for `compare`; settings apply to the last law.

    Raises:
        ParameterError: for a path that is in none of the laws, with the nearest names. ReformError, PeriodError: for a
            law that cannot be made; GoodworkError for faults of both kinds, all reported at once.
    """
    listed = tuple(settings)
    given = _sides(laws, has_settings=bool(listed))
    upon = [() for _ in given[:-1]] + [listed]
    errors: list[GoodworkError] = []
    tries = [tried(partial(side, law, baseline, each), errors) for law, each in zip(given, upon, strict=True)]
    sides = [entry for entry in tries if entry is not None]
    paths = sorted({known for entry in sides for known in entry.law if known == path or known.startswith(f"{path}.")})
    if sides and not paths:
        errors.append(ParameterError(unknown_path(path, sides[0].law)))
    if errors:
        raise together(errors)
    values = tuple(dated for known in paths for entry in sides for dated in _values(entry, known))
    return ParameterHistory(path, tuple(entry.name for entry in sides), values)


def _sides(laws: tuple[Given, ...], *, has_settings: bool) -> tuple[Given, ...]:
    """The laws to show: current law, and what is asked for beside it."""
    if len(laws) > 2:
        raise GoodworkError(f"A history shows one law or two, not {len(laws)}.")
    if not laws:
        return (LAW, LAW) if has_settings else (LAW,)
    return laws if len(laws) > 1 or (laws[0] == LAW and not has_settings) else (LAW, laws[0])


def _values(side: Side, path: str) -> Iterator[Dated]:
    leaf = side.law.get(path)
    if leaf is not None:
        for dated, after in zip_longest(leaf.values, leaf.values[1:]):
            yield _dated(side.name, leaf, dated, None if after is None else after.date - ONE_DAY)


def _dated(law: str, leaf: Leaf, dated: DatedValue, ends: datetime.date | None) -> Dated:
    return Dated(
        path=leaf.path,
        label=leaf.label,
        unit=leaf.unit,
        law=law,
        value=dated.value,
        in_words=str(dated.metadata.get(MEANS_NONE, "")) or in_words(dated.value, leaf.unit),
        starts=dated.date,
        ends=ends,
        kind=kind_of(dated, leaf),
        straddle=straddle_of(dated, leaf),
        reference=titles(dated),
        href=addresses(dated),
        status=status_of(dated),
    )


# --- parameters found by a word --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A parameter of current law, and its value on a day; `value` is None before it exists."""

    leaf: Leaf
    value: Value | None
    starts: datetime.date | None
    reference: str
    status: str

    @property
    def allowed(self) -> str:
        """What its values may be: the words, or the range."""
        leaf = self.leaf
        if leaf.options:
            return ", ".join(leaf.options)
        if leaf.value_type is not float:
            return "true, false" if leaf.value_type is bool else "a date"
        if math.isinf(leaf.least) and math.isinf(leaf.most):
            return "any number"
        ends = [in_words(end, leaf.unit) for end in (leaf.least, leaf.most)]
        return f"{ends[0]} to {ends[1]}{', or .inf for no limit' if leaf.may_be_unlimited else ''}"

    def to_dict(self) -> dict[str, Any]:
        """The parameter for JSON."""
        leaf = self.leaf
        return {
            "path": leaf.path,
            "label": leaf.label,
            "description": " ".join(leaf.description.split()),
            "unit": leaf.unit,
            "kind": leaf.kind,
            "allowed": self.allowed,
            "value": as_json(self.value),
            "in_words": "" if self.value is None else in_words(self.value, leaf.unit),
            "since": as_json(self.starts),
            "reference": self.reference,
            "status": self.status,
        }


@dataclass(frozen=True)
class ParameterList(Worded):
    """Parameters that have a word in their path, label or description, and their values on a day."""

    word: str
    on: datetime.date
    parameters: tuple[Found, ...]

    def to_dict(self) -> dict[str, Any]:
        """The list for JSON."""
        return fields_as_json(self)


def parameter_list(word: str = "", on: datetime.date | None = None) -> ParameterList:
    """Parameters of current law by a word, or every one; those whose path has the word first.

    Args:
        word: in the path, the label or the description, whatever its case; several words must all be there.
        on: the day of the values; today unless given.

    Raises:
        ParameterError: where no parameter has the word, with the nearest path.
    """
    day = on or datetime.datetime.now(tz=datetime.UTC).date()
    words = word.lower().split()
    known = current_vocabulary()
    texts = {path: f"{path} {leaf.label} {leaf.description}".lower() for path, leaf in known.items()}
    paths = [path for path, text in texts.items() if all(part in text for part in words)]
    if not paths:
        raise ParameterError(f"No parameter has {quoted(word)}. {did_you_mean(word, known)}".rstrip())
    paths.sort(key=lambda path: (not all(part in path.lower() for part in words), path))
    return ParameterList(word, day, tuple(_found(known[path], day) for path in paths))


def _found(leaf: Leaf, day: datetime.date) -> Found:
    dated = in_force(leaf.values, day)
    if dated is None:
        return Found(leaf, None, None, "", "")
    return Found(leaf, dated.value, dated.date, titles(dated), status_of(dated))
