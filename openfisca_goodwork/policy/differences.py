"""What differs between two laws, parameter by parameter and date by date, and what kind of change each difference is.

A law differs from another where, on some day, a parameter has another value, or has the same figure as a rule in one law and
as the absence of a rule in the other; where the same change of value on the same day reaches the accounting periods that
straddle it in another way; or where one law alone states a value once more, so that what is counted from it, as a cap for
each window of time, begins anew. References and other words are no difference.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.law.periods.history import WHOLE_PERIOD
from openfisca_goodwork.policy.check import same_value
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import (
    ASSUMPTION,
    MEANS_NONE,
    SET_BY,
    Leaf,
    Vocabulary,
    addresses,
    in_force,
    in_words,
    last_date,
    straddle_of,
    titles,
)
from openfisca_goodwork.rendering import as_json
from openfisca_goodwork.system import DatedValue

ONE_DAY = datetime.timedelta(days=1)

NEW, MOVED, REPEALED = "new", "moved", "repealed"
DEFERRED, BROUGHT_FORWARD = "deferred", "brought forward"
STRADDLING = "straddling"
BEGUN_ANEW, RUN_ON = "begun anew", "run on"

# Columns of a table of differences, and what of a difference stands in each.
COLUMNS = {name: name for name in ("path", "label", "unit", "value_a", "value_b", "a_in_words", "b_in_words")} | {
    "from": "starts",
    "to": "ends",
    **{name: name for name in ("change", "straddle_a", "straddle_b", "reference_a", "href_a", "reference_b", "href_b")},
}


@dataclass(frozen=True)
class Difference:
    """One parameter that has one value in A and another in B, for one stretch of days.

    `value_a` and `value_b` are None where the law has no such parameter yet; `starts` and `ends` are its
    first and last day, `ends` None if it lasts as long as the law is held. `change` is what B does to A: new,
    moved, repealed; deferred or brought forward, where B makes the changes of A on later or earlier days; or
    straddling, where both make one change on one day, which reaches accounting periods across it in another way; begun
    anew or run on, where B alone, or A alone, states a value once more, and what is counted from it begins again.
    `straddle_a` and `straddle_b` say how the value in force came to bear on such periods, `reference_…` and
    `href_…` name its sources. `meaning_a` and `meaning_b` are words for a value that stands for the absence of a rule
    (`no condition`), and empty for every other.
    """

    path: str
    label: str
    unit: str
    value_a: Value | None
    value_b: Value | None
    starts: datetime.date
    ends: datetime.date | None
    change: str
    straddle_a: str = ""
    straddle_b: str = ""
    reference_a: str = ""
    href_a: str = ""
    reference_b: str = ""
    href_b: str = ""
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

    @property
    def change_in_words(self) -> str:
        """What kind of change it is, as people read it: most rules that only A has were not repealed, but ran out."""
        return "ended" if self.change == REPEALED else self.change

    def to_dict(self) -> dict[str, Any]:
        """The difference for JSON: dates as text, no limit as null."""
        return as_json({name: getattr(self, field) for name, field in COLUMNS.items()})

    def in_words(self) -> str:
        """The difference as a line for people."""
        if self.change == STRADDLING:
            return (
                f"{self.label}: {self.a_in_words} in both, from {day_in_words(self.starts)}; accounting periods across that "
                f"day: {spoken(self.straddle_a)} → {spoken(self.straddle_b)} ({self.change_in_words})  {self.path}"
            )
        if self.change in {BEGUN_ANEW, RUN_ON}:
            side = "B" if self.change == BEGUN_ANEW else "A"
            return (
                f"{self.label}: {self.a_in_words} in both; what is counted from it begins again on "
                f"{day_in_words(self.starts)} in {side} alone ({self.change_in_words})  {self.path}"
            )
        span = f"from {day_in_words(self.starts)}" + (f" to {day_in_words(self.ends)}" if self.ends else "")
        return f"{self.label}: {self.a_in_words} → {self.b_in_words}, {span} ({self.change_in_words})  {self.path}"


def spoken(straddle: str) -> str:
    """A straddle as people read it: `day_weighted` → `day weighted`."""
    return straddle.replace("_", " ") or "none"


def differences(a: Vocabulary, b: Vocabulary) -> Iterator[Difference]:
    """Every difference of two laws, by path and then by date."""
    for path in sorted({*a, *b}):
        leaf = b[path] if path in b else a[path]
        values = [law[path].values if path in law else () for law in (a, b)]
        if values[0] is not values[1]:
            spells = _spells(leaf, values[0], values[1], last_date(b))
            rows = (
                *_of_values(leaf, spells),
                *_of_straddles(leaf, spells),
                *_of_restatements(leaf, values[0], values[1], last_date(b)),
            )
            yield from sorted(rows, key=lambda row: row.starts)


@dataclass(frozen=True)
class _Spell:
    """The values of both laws, or None, from a date on, and how either came to bear on periods across that date.

    A straddle is empty where the law does not change on the date: what it says there has no effect.
    """

    date: datetime.date
    a: DatedValue | None
    b: DatedValue | None
    straddles: tuple[str, str]

    @property
    def values(self) -> tuple[Value | None, Value | None]:
        return (self.a and self.a.value, self.b and self.b.value)  # type: ignore[return-value]

    @property
    def agrees(self) -> bool:
        return _says_the_same(self.a, self.b)

    def says_as(self, other: _Spell) -> bool:
        return _says_the_same(self.a, other.a) and _says_the_same(self.b, other.b)


def _says_the_same(first: DatedValue | None, other: DatedValue | None) -> bool:
    """Whether two values are the same law: no rule at all is another law than a rule of the same figure.

    A reform gives figures alone: one that is the figure of current law changes nothing, whatever that stands for.
    """
    if first is None or other is None:
        return first is other
    is_reform = SET_BY in {**first.metadata, **other.metadata}
    return same_value(first.value, other.value) and (is_reform or _meaning(first) == _meaning(other))


def _spells(leaf: Leaf, a: Sequence[DatedValue], b: Sequence[DatedValue], horizon: datetime.date) -> list[_Spell]:
    """The stretches of days in which neither law changes, up to the horizon."""
    runs: list[_Spell] = []
    for date in sorted({dated.date for dated in (*a, *b) if dated.date <= horizon}):
        now = in_force(a, date), in_force(b, date)
        before = (runs[-1].a, runs[-1].b) if runs else (None, None)
        straddles = [_straddle(leaf, *pair) for pair in zip(before, now, strict=True)]
        spell = _Spell(date, *now, (straddles[0], straddles[1]))
        if not runs or not spell.says_as(runs[-1]):
            runs.append(spell)
    return runs


def _straddle(leaf: Leaf, before: DatedValue | None, now: DatedValue | None) -> str:
    """How a change of one law treats the accounting periods across it; nothing where there is no change."""
    if before is None or now is None or same_value(before.value, now.value):
        return ""
    return straddle_of(now, leaf)


def _of_values(leaf: Leaf, spells: Sequence[_Spell]) -> Iterator[Difference]:
    """A row for each spell in which the two laws have two values."""
    ends = [spell.date - ONE_DAY for spell in spells[1:]]
    for (start, stop), changes in _runs(spells):
        for place, change in zip(range(start, stop), changes, strict=True):
            yield _row(leaf, spells[place], ends[place] if place < len(ends) else None, change)


def _of_straddles(leaf: Leaf, spells: Sequence[_Spell]) -> Iterator[Difference]:
    """A row for each day on which both laws change to one value, and treat the periods across it in two ways."""
    for spell in spells:
        if spell.agrees and all(spell.straddles) and spell.straddles[0] != spell.straddles[1]:
            yield _row(leaf, spell, spell.date, STRADDLING)


def _of_restatements(
    leaf: Leaf, a: Sequence[DatedValue], b: Sequence[DatedValue], horizon: datetime.date
) -> Iterator[Difference]:
    """A row for each day on which one law states its value once more, and the other, with the same value, says nothing."""
    dates = [{dated.date for dated in side if dated.date <= horizon} for side in (a, b)]
    for date in sorted(dates[0] ^ dates[1]):
        spell = _Spell(date, in_force(a, date), in_force(b, date), ("", ""))
        if spell.agrees and _restates(leaf, a if date in dates[0] else b, date):
            yield _row(leaf, spell, date, RUN_ON if date in dates[0] else BEGUN_ANEW)


def _restates(leaf: Leaf, values: Sequence[DatedValue], date: datetime.date) -> bool:
    """Whether a law states a value once more on a day, where that begins anew what is counted from it.

    It does where no accounting period is ever split by a change of the parameter; assumptions count nothing.
    """
    before, now = in_force(values, date - ONE_DAY), in_force(values, date)
    if before is None or now is None or leaf.kind == ASSUMPTION:
        return False
    return same_value(before.value, now.value) and straddle_of(now, leaf) == WHOLE_PERIOD


def _row(leaf: Leaf, spell: _Spell, ends: datetime.date | None, change: str) -> Difference:
    return Difference(
        path=leaf.path,
        label=leaf.label,
        unit=leaf.unit,
        value_a=spell.values[0],
        value_b=spell.values[1],
        starts=spell.date,
        ends=ends,
        change=change,
        straddle_a="" if spell.a is None else straddle_of(spell.a, leaf),
        straddle_b="" if spell.b is None else straddle_of(spell.b, leaf),
        reference_a=titles(spell.a),
        href_a=addresses(spell.a),
        reference_b=titles(spell.b),
        href_b=addresses(spell.b),
        meaning_a=_meaning(spell.a),
        meaning_b=_meaning(spell.b),
    )


def _runs(spells: Sequence[_Spell]) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Spells in a row in which the laws disagree: first place, place after the last, and what kind of change each is."""
    edges = [
        place
        for place, (before, other) in enumerate(pairwise([True, *(spell.agrees for spell in spells), True]))
        if before != other
    ]
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        before = spells[start - 1] if start else None
        after = spells[stop] if stop < len(spells) else None
        yield (start, stop), _changes(before, spells[start:stop], after)


def _changes(before: _Spell | None, run: Sequence[_Spell], after: _Spell | None) -> list[str]:
    """What B does to A in each spell of a run, from where they last agree to where they agree again.

    Both may take the same steps on other days: B is then behind A, and the change deferred, or ahead of it, and the change
    brought forward.
    """
    if before is not None and after is not None:
        taken = [_steps([spell.values[side] for spell in (before, *run, after)]) for side in (0, 1)]
        if [value for value, _place in taken[0]] == [value for value, _place in taken[1]]:
            places = [[place for _value, place in steps] for steps in taken]
            taken_by = [[sum(start <= place for start in side) for side in places] for place in range(1, len(run) + 1)]
            return [
                _kind(spell) if a == b else DEFERRED if a > b else BROUGHT_FORWARD
                for spell, (a, b) in zip(run, taken_by, strict=True)
            ]
    return [_kind(spell) for spell in run]


def _steps(values: Sequence[Value | None]) -> list[tuple[Value | None, int]]:
    """The values one after another without repeats, each with the place where it begins."""
    return [(value, place) for place, value in enumerate(values) if place == 0 or not same_value(value, values[place - 1])]


def _kind(spell: _Spell) -> str:
    """Whether B makes, repeals or moves a rule of A."""
    return {(True, False): NEW, (False, True): REPEALED}.get((_is_off(spell.a), _is_off(spell.b)), MOVED)


def _is_off(dated: DatedValue | None) -> bool:
    """Whether a value means that there is no such rule: none, false, 0, no limit, or one that stands for none."""
    return dated is None or dated.value is False or dated.value in (0, math.inf) or bool(_meaning(dated))


def _meaning(dated: DatedValue | None) -> str:
    return "" if dated is None else str(dated.metadata.get(MEANS_NONE, ""))
