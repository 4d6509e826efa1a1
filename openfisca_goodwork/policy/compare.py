"""What exactly differs between two laws: by dated values, each difference once."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.errors import PeriodError, counted, quoted
from openfisca_goodwork.periods import day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS, same_value
from openfisca_goodwork.policy.laws import checked_upon, vocabulary_with
from openfisca_goodwork.policy.library import Reforms, load
from openfisca_goodwork.policy.reform import Override, Reform, Value
from openfisca_goodwork.policy.vocabulary import (
    Leaf,
    Vocabulary,
    current_vocabulary,
    first_date,
    in_force,
    in_words,
    last_date,
)
from openfisca_goodwork.system import DatedValue

if TYPE_CHECKING:
    import pandas

LAW = "law"
MEANS_NONE = "means_none"
LAW_ON = re.compile(r"law@(?P<date>.*)")
ONE_DAY = datetime.timedelta(days=1)

Side = str | Path | Reform
Day = str | datetime.date


@dataclass(frozen=True)
class Difference:
    """One parameter that has one value in A and another in B, for one stretch of days.

    `value_a` and `value_b` are None where the law has no such parameter yet; `starts` and `ends` are its
    first and last day, `ends` None if it lasts as long as the law is held. `change` is what B does to A: new,
    moved, repealed, deferred or brought forward. `meaning_a` and `meaning_b` are words for a value that stands for the
    absence of a rule (`no condition`), and empty for every other.
    """

    path: str
    label: str
    unit: str
    value_a: Value | None
    value_b: Value | None
    starts: datetime.date
    ends: datetime.date | None
    change: str
    reference_a: str
    reference_b: str
    meaning_a: str = ""
    meaning_b: str = ""

    @property
    def a_in_words(self) -> str:
        """The value in A as people read it."""
        return self.meaning_a or in_words(self.value_a, self.unit)

    @property
    def b_in_words(self) -> str:
        """The value in B as people read it."""
        return self.meaning_b or in_words(self.value_b, self.unit)

    def to_dict(self) -> dict[str, Any]:
        """The difference for JSON: dates as text, no limit as null."""
        return {
            "path": self.path,
            "label": self.label,
            "unit": self.unit,
            "value_a": _for_json(self.value_a),
            "value_b": _for_json(self.value_b),
            "a_in_words": self.a_in_words,
            "b_in_words": self.b_in_words,
            "from": self.starts.isoformat(),
            "to": None if self.ends is None else self.ends.isoformat(),
            "change": self.change,
            "reference_a": self.reference_a,
            "reference_b": self.reference_b,
        }

    def in_words(self) -> str:
        """The difference as a line for people."""
        span = f"from {day_in_words(self.starts)}" + (f" to {day_in_words(self.ends)}" if self.ends else "")
        return f"{self.label}: {self.a_in_words} → {self.b_in_words}, {span} ({self.change})  {self.path}"


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between law A and law B within the days asked for.

    `start` and `end` are None where nothing was asked; `overrides` is what later reforms of a side replaced
    of earlier ones.
    """

    a: str
    b: str
    start: datetime.date | None
    end: datetime.date | None
    rows: tuple[Difference, ...]
    overrides: tuple[Override, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The comparison for JSON."""
        return {
            "a": self.a,
            "b": self.b,
            "from": None if self.start is None else self.start.isoformat(),
            "to": None if self.end is None else self.end.isoformat(),
            "differences": [row.to_dict() for row in self.rows],
        }

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a difference: path, label, unit, value_a, value_b, from, to, change and both references."""
        import pandas  # here, because it takes longer to import than a comparison takes to make

        names = {"starts": "from", "ends": "to"}
        columns = [name for name in Difference.__dataclass_fields__ if not name.startswith("meaning_")]
        rows = [[getattr(row, column) for column in columns] for row in self.rows]
        return pandas.DataFrame(rows, columns=[names.get(column, column) for column in columns], dtype=object)

    def summary(self) -> str:
        """The comparison as text for people: a finding, then a line a difference."""
        if not self.rows:
            return f"{self.a} and {self.b} are the same law{self._window()}."
        paths = len({row.path for row in self.rows})
        heading = f"{self.a} and {self.b} differ in {counted(paths, 'parameter')}{self._window()}."
        return "\n".join([heading, *(f"  {row.in_words()}" for row in self.rows)])

    def _window(self) -> str:
        if self.start is not None and self.start == self.end:
            return f" on {day_in_words(self.start)}"
        start = f" from {day_in_words(self.start)}" if self.start else ""
        return start + (f" to {day_in_words(self.end)}" if self.end else "")


def compare(a: Side, b: Side, on: Day | None = None, start: Day | None = None, end: Day | None = None) -> Comparison:
    """Everything that differs between two laws, by path and then by date.

    A side is `law`; `law@2023-04-01`, the law as it stood on that day and held from then; or a reform (its
    name, its file, `a + b`, or a Reform) laid upon current law. `on` keeps what differs on a day, `start` and
    `end` what differs on some day of a span, both days included. Raises PeriodError for a wrong day and for one
    on which no law is held, ReformError for a wrong reform.
    """
    first, last = _window(on, start, end)
    sides = [_side(a), _side(b)]
    rows = [row for row in differences(sides[0].law, sides[1].law) if _within(row, first, last)]
    overrides = (*sides[0].overrides, *sides[1].overrides)
    return Comparison(sides[0].name, sides[1].name, first, last, tuple(rows), overrides)


def no_effect_reason(reform: Reforms, start: datetime.date, end: datetime.date, baseline: Reforms = ()) -> str | None:
    """Why a reform changes no parameter on any day from `start` to `end`; None if it changes one."""
    rows = list(differences(vocabulary_with((), baseline), vocabulary_with(reform, baseline)))
    if any(_within(row, start, end) for row in rows):
        return None
    if not rows:
        return "It sets only what the law in force already says."
    before = [row.ends for row in rows if row.ends is not None and row.ends < start]
    after = [row.starts for row in rows if row.starts > end]
    parts = [f"only until {day_in_words(max(before))}"] if before else []
    parts += [f"only from {day_in_words(min(after))}"] if after else []
    window = f"{day_in_words(start)} to {day_in_words(end)}"
    return f"It differs from the law in force {' and '.join(parts)}, outside {window}."


def differences(a: Vocabulary, b: Vocabulary) -> Iterator[Difference]:
    """Every difference of two laws, by path and then by date."""
    for path in sorted({*a, *b}):
        leaf = b[path] if path in b else a[path]
        values = [law[path].values if path in law else () for law in (a, b)]
        if values[0] is not values[1]:
            yield from _of_one_path(leaf, values[0], values[1], last_date(b))


@dataclass(frozen=True)
class _Named:
    name: str
    law: Vocabulary
    overrides: tuple[Override, ...] = ()


def _side(side: Side) -> _Named:
    text = side.strip() if isinstance(side, str) else ""
    if text == LAW:
        return _Named(LAW, current_vocabulary())
    match = LAW_ON.fullmatch(text)
    if match:
        date = _day_of_law(match["date"], f"the date of {quoted(text)}")
        return _Named(text, {path: _held(leaf, date) for path, leaf in current_vocabulary().items()})
    reform = load(side)
    return _Named(reform.name, checked_upon(current_vocabulary(), reform), reform.overrides)


def _held(leaf: Leaf, date: datetime.date) -> Leaf:
    """A parameter as it stood on a day, later changes left out; assumptions are no law and stay."""
    if leaf.path.startswith(ASSUMPTIONS):
        return leaf
    return replace(leaf, values=tuple(dated for dated in leaf.values if dated.date <= date))


def _day(day: Day, what: str) -> datetime.date:
    if isinstance(day, datetime.date):
        return day
    try:
        return datetime.date.fromisoformat(day)
    except ValueError:
        message = f"{quoted(day)}, {what}, is not a day. Days are written YYYY-MM-DD: 2027-04-01."
        raise PeriodError(message) from None


def _day_of_law(day: Day, what: str) -> datetime.date:
    """A day on which the law is held."""
    law, date = current_vocabulary(), _day(day, what)
    if not first_date(law) <= date <= last_date(law):
        raise PeriodError(
            f"{day_in_words(date)}, {what}, is outside the days for which the law is held: "
            f"{day_in_words(first_date(law))} to {day_in_words(last_date(law))}."
        )
    return date


def _window(on: Day | None, start: Day | None, end: Day | None) -> tuple[datetime.date | None, datetime.date | None]:
    if on is not None and (start is not None or end is not None):
        raise PeriodError("Give one day (on), or a span (from and to), not both.")
    if on is not None:
        return (_day_of_law(on, "the day to compare on"),) * 2
    first = None if start is None else _day(start, "the first day to compare")
    last = None if end is None else _day(end, "the last day to compare")
    if first is not None and last is not None and last < first:
        raise PeriodError(f"The span to compare ends on {last}, before it starts on {first}.")
    return first, last


def _within(row: Difference, start: datetime.date | None, end: datetime.date | None) -> bool:
    return (end is None or row.starts <= end) and (start is None or row.ends is None or row.ends >= start)


@dataclass(frozen=True)
class _Spell:
    """The values of both laws, or None, from a date on."""

    date: datetime.date
    a: DatedValue | None
    b: DatedValue | None

    @property
    def values(self) -> tuple[Value | None, Value | None]:
        return (self.a and self.a.value, self.b and self.b.value)  # type: ignore[return-value]

    def says_as(self, other: _Spell) -> bool:
        return all(same_value(*pair) for pair in zip(self.values, other.values, strict=True))


def _of_one_path(
    leaf: Leaf, a: Sequence[DatedValue], b: Sequence[DatedValue], horizon: datetime.date
) -> Iterator[Difference]:
    spells = _spells(a, b, horizon)
    for place, spell in enumerate(spells):
        before = spells[place - 1] if place else None
        after = spells[place + 1] if place + 1 < len(spells) else None
        if same_value(*spell.values):
            continue
        yield Difference(
            path=leaf.path,
            label=leaf.label,
            unit=leaf.unit,
            value_a=spell.values[0],
            value_b=spell.values[1],
            starts=spell.date,
            ends=None if after is None else after.date - ONE_DAY,
            change=_change(before, spell, after),
            reference_a=_reference(spell.a),
            reference_b=_reference(spell.b),
            meaning_a=_meaning(spell.a),
            meaning_b=_meaning(spell.b),
        )


def _spells(a: Sequence[DatedValue], b: Sequence[DatedValue], horizon: datetime.date) -> list[_Spell]:
    """The stretches of days in which neither law changes, up to the horizon."""
    found: list[_Spell] = []
    for date in sorted({dated.date for dated in (*a, *b) if dated.date <= horizon}):
        spell = _Spell(date, in_force(a, date), in_force(b, date))
        if not found or not spell.says_as(found[-1]):
            found.append(spell)
    return found


def _change(before: _Spell | None, spell: _Spell, after: _Spell | None) -> str:
    """What B does to A in a spell: defer a change, bring it forward, make, repeal or move a value."""
    a, b = spell.values
    if before is not None and after is not None:
        if same_value(b, before.values[0]) and same_value(a, after.values[1]):
            return "deferred"
        if same_value(a, before.values[1]) and same_value(b, after.values[0]):
            return "brought forward"
    return {(True, False): "new", (False, True): "repealed"}.get((_is_off(spell.a), _is_off(spell.b)), "moved")


def _is_off(dated: DatedValue | None) -> bool:
    """Whether a value means that there is no such rule: none, false, 0, no limit, or one that stands for none."""
    return dated is None or dated.value is False or dated.value in (0, math.inf) or bool(_meaning(dated))


def _meaning(dated: DatedValue | None) -> str:
    return "" if dated is None else str(dated.metadata.get(MEANS_NONE, ""))


def _reference(dated: DatedValue | None) -> str:
    """The titles of the references of a value, as one text."""
    given: Any = dated.metadata.get("reference", ()) if dated is not None else ()
    listed = [given] if isinstance(given, str | Mapping) else given
    return "; ".join(one if isinstance(one, str) else str(one.get("title") or one.get("href", "")) for one in listed)


def _for_json(value: Value | None) -> Value | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value
