"""Two laws beside one another: everything that differs within the days asked for."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from openfisca_goodwork.errors import GoodworkError, PeriodError, ReformError, counted, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.apply import apply_reform
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.differences import COLUMNS, Difference, differences
from openfisca_goodwork.policy.laws import OPTION, apply_checked, read_settings, settings_as_reform, vocabulary_with
from openfisca_goodwork.policy.library import LAW_ON, REFORM_ON, Reforms, as_asked, load, load_all
from openfisca_goodwork.policy.reform import Override, Reform
from openfisca_goodwork.policy.vocabulary import Day, Leaf, Vocabulary, day_of_law
from openfisca_goodwork.rendering import Worded, fields_as_json

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
    match = LAW_ON.fullmatch(text)
    if match:
        date = day_of_law(match["date"], f"the date of {quoted(text)}")
        return Side(text, {path: held for path, leaf in current.items() if (held := _held(leaf, date)).values}, asked=text)
    on_day = REFORM_ON.fullmatch(text)
    if on_day:
        made, date = _without_settings(on_day["name"].strip(), baseline), day_of_law(on_day["date"])
        return replace(made, name=text, law={path: _held(leaf, date) for path, leaf in made.law.items()}, asked=text)
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
