"""What a law holds: every parameter, its type, bounds, dated values and their sources; and what a reform leaves of it."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

from openfisca_core.parameters import Parameter
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.errors import PeriodError, quoted
from openfisca_goodwork.law.inputs.classes import INDUSTRIES, PLACES
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import NO_LIMIT, exact_percentage, pounds
from openfisca_goodwork.policy.reform import Beneath, Edit, Reform, Value
from openfisca_goodwork.system import DatedValue, current_law, dated_values, leaf_parameters

DATE = "date"
YEAR = "year"
TYPE_OF_UNIT: dict[str, type] = {"boolean": bool, "text": str, DATE: str}
_POUNDS_IN_ASCII = re.compile(r"\bGBP\b(?: (?=\d))?")
WHOLE_UNITS = frozenset({"day", "month", YEAR, "employee"})
PLURALS = {"day": "days", "month": "months", "employee": "employees", "company": "companies"}
# Codes of which a parameter may list several, with commas between them, by the name that its metadata has for them.
LISTS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "industries": (INDUSTRIES, "sections (A to U) or divisions (01 to 99) of the SIC 2007, as in C, 62; or all"),
    "places": (PLACES, f"one or several of {', '.join(PLACES)}, with commas between them"),
}
HORIZON = "assumptions.horizon"
CHARGE = "corporation_tax.main_rate"
MEANS_NONE = "means_none"  # in the metadata of a figure that stands for no rule at all: what to say instead
SET_BY = "reform"  # in the metadata of a value that a reform sets: its name


@dataclass(frozen=True)
class Leaf:
    """One parameter of a law: its path, what it is, what it may be, and its dated values, oldest first.

    `least` and `most` are the bounds of its range; `options` are the words it may be, if it is text: those
    its metadata lists, or else those the law has used. `listed` are the codes of which it may list several, with what
    each stands for, and `list_words` all of them in words. `also_called` are other words that people have for it.
    """

    path: str
    label: str
    unit: str
    kind: str
    straddle: str
    least: float
    most: float
    options: tuple[str, ...]
    values: tuple[DatedValue, ...]
    description: str = ""
    listed: Mapping[str, str] = field(default_factory=dict, hash=False)
    list_words: str = ""
    also_called: frozenset[str] = frozenset()

    @property
    def value_type(self) -> type:
        """`float`, `bool` or `str`; a date is text, written YYYY-MM-DD."""
        return TYPE_OF_UNIT.get(self.unit, float)

    @property
    def straddles(self) -> tuple[str, ...]:
        """How a period that straddles a change of this parameter may treat it: the ways that the law knows."""
        own = (str(dated.metadata.get("straddle", "")) for dated in self.values)
        return tuple(dict.fromkeys(straddle for straddle in (self.straddle, *own) if straddle))

    @property
    def may_be_unlimited(self) -> bool:
        """Whether `.inf`, no limit, is a value that this parameter of the law has."""
        return any(dated.value == math.inf for dated in self.values)

    @property
    def first_date(self) -> datetime.date:
        """The date from which the parameter exists."""
        return self.values[0].date


Vocabulary = Mapping[str, Leaf]


def vocabulary_of(system: TaxBenefitSystem) -> dict[str, Leaf]:
    """Every parameter of a law by its path, in alphabetical order."""
    return {path: _leaf(path, parameter) for path, parameter in leaf_parameters(system).items()}


@cache
def current_vocabulary() -> Vocabulary:
    """Every parameter of current law by its path."""
    return vocabulary_of(current_law())


def _leaf(path: str, parameter: Parameter) -> Leaf:
    metadata: Mapping[str, Any] = parameter.metadata
    unit = str(metadata.get("unit", ""))
    least, most = metadata.get("range", (0.0 if unit == POUNDS else -math.inf, math.inf))
    values = dated_values(parameter)
    listed, list_words = LISTS.get(str(metadata.get("list_of", "")), ({}, ""))
    return Leaf(
        path=path,
        label=_in_one_line(metadata.get("label", path)),
        unit=unit,
        kind=str(metadata.get("kind", "")),
        straddle=str(metadata.get("straddle", "")),
        least=float(least),
        most=float(most),
        options=_options(metadata, values) if unit == "text" and not listed else (),
        values=values,
        description=_in_one_line(parameter.description or ""),
        listed=listed,
        list_words=list_words,
        also_called=frozenset(metadata.get("also_called", ())),
    )


def _options(metadata: Mapping[str, Any], values: Iterable[DatedValue]) -> tuple[str, ...]:
    return tuple(metadata.get("options", ())) or tuple(sorted({str(dated.value) for dated in values}))


def in_force(values: Iterable[DatedValue], date: datetime.date) -> DatedValue | None:
    """The dated value in force on a date, out of values oldest first; None before the first."""
    current = None
    for dated in values:
        if dated.date > date:
            break
        current = dated
    return current


def first_date(vocabulary: Vocabulary) -> datetime.date:
    """The first day for which the law is held: that of the charge to tax."""
    return vocabulary[CHARGE].first_date


def last_date(vocabulary: Vocabulary) -> datetime.date:
    """The last day for which the law is held: the end of the horizon's calendar year."""
    return datetime.date(int(vocabulary[HORIZON].values[-1].value), 12, 31)


def in_words(value: Value | None, unit: str) -> str:
    """A value as people read it: `30%`, `£250,000`, `no limit`, `yes`, `12 months`; `not in law` for None."""
    if value is None:
        return "not in law"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if math.isinf(value):
        return NO_LIMIT
    if unit == SHARE:
        return exact_percentage(value)
    if unit == POUNDS:
        return pounds(value).removesuffix(".00")
    if unit in PLURALS:
        return f"{plain(value)} {unit if value == 1 else PLURALS[unit]}"
    return f"{value:g}" if unit == YEAR else plain(value)


def plain(value: float) -> str:
    """A number as people write it, with commas and no needless exponent: `1,250,000`, `0.14`."""
    return f"{value:,.15g}" if float(value).is_integer() else f"{value:,.12g}"


BETWEEN = "; "


def _in_one_line(text: Any) -> str:
    """A text of a parameter in one line, with £ for pounds, as files of parameters hold ASCII alone."""
    return _POUNDS_IN_ASCII.sub("£", " ".join(str(text).split()))


def titles(dated: DatedValue | None) -> str:
    """The titles of the references of a value, as one text; nothing for no value."""
    return BETWEEN.join(
        _in_one_line(reference.get("title") or reference.get("href", "")) for reference in _references(dated)
    )


def addresses(dated: DatedValue | None) -> str:
    """The addresses of the references of a value, each once, as one text."""
    return BETWEEN.join(dict.fromkeys(str(reference["href"]) for reference in _references(dated) if reference.get("href")))


def _references(dated: DatedValue | None) -> Iterator[Mapping[str, Any]]:
    given: Any = dated.metadata.get("reference", ()) if dated is not None else ()
    listed = [given] if isinstance(given, str | Mapping) else given
    return ({"title": reference} if isinstance(reference, str) else reference for reference in listed)


def straddle_of(dated: DatedValue, leaf: Leaf) -> str:
    """How a change to this value treats accounting periods across its date: as it says itself, or as its parameter does."""
    return str(dated.metadata.get("straddle", leaf.straddle))


def status_of(dated: DatedValue) -> str:
    """How well a value is sourced (seen, second-hand, derived, memory, assumption), or the reform that sets it."""
    return str(dated.metadata.get("status", "") or dated.metadata.get(SET_BY, ""))


def kind_of(dated: DatedValue, leaf: Leaf) -> str:
    """Law, assumption, proposal or forecast: as the value says itself, or as its parameter does."""
    return str(dated.metadata.get("kind", leaf.kind))


Day = str | datetime.date

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day(given: Day, what: str = "") -> datetime.date:
    """A day as somebody gave it. Raises PeriodError, which names what the day is for where that is given."""
    if isinstance(given, datetime.date):
        return given.date() if isinstance(given, datetime.datetime) else given
    try:
        if isinstance(given, str) and _WRITTEN.fullmatch(given):
            return datetime.date.fromisoformat(given)
    except ValueError:  # 2027-02-30: said below, as of every other text that is no day
        pass
    raise PeriodError(
        f"{quoted(str(given))}{_aside(what)} is not a day. Write it as 2027-04-01; pages of the app also read 1 April 2027."
    )


def day_of_law(given: Day, what: str = "") -> datetime.date:
    """A day on which the law is held. Raises PeriodError for any other, and for what is no day."""
    law, date = current_vocabulary(), day(given, what)
    if not first_date(law) <= date <= last_date(law):
        raise PeriodError(
            f"{day_in_words(date)}{_aside(what)} is outside the days for which the law is held: "
            f"{day_in_words(first_date(law))} to {day_in_words(last_date(law))}."
        )
    return date


def _aside(what: str) -> str:
    return f", {what}," if what else ""


# --- from reforms to law: the dated values that a reform leaves, and the tax-benefit system that holds them -----------
# A value of a reform treats straddling accounting periods as the dated change of law that it replaces did, if there is
# one on that date, and otherwise as the parameter says.


ASSUMPTION = "assumption"
PROPOSAL = "proposal"
WHOLE_PERIOD = "whole_period"


def edited_values(
    beneath: Sequence[DatedValue],
    edits: Sequence[tuple[datetime.date, Edit]],
    reform: Reform,
    leaf: Leaf,
) -> tuple[DatedValue, ...]:
    """The dated values of one parameter once a reform's edits are applied to the values before it.

    A value that changes nothing on its date is left out, so that it makes no accounting period straddle a
    change.
    """
    if not edits:
        return tuple(beneath)
    values = [dated for dated in beneath if dated.date < edits[0][0]]
    ends = [date for date, _ in edits[1:]] + [datetime.date.max]
    for (date, value), end in zip(edits, ends, strict=True):
        if isinstance(value, Beneath):
            values += _beneath(beneath, date, end)
        else:
            values.append(DatedValue(date, value, _metadata(beneath, date, reform, leaf)))
    return _without_repeats(values, beneath)


def _beneath(beneath: Sequence[DatedValue], start: datetime.date, end: datetime.date) -> list[DatedValue]:
    """The values without the reform from `start` up to, but not on, `end`; the one in force on `start` dated there."""
    current = in_force(beneath, start)
    own = [dated for dated in beneath if start <= dated.date < end]
    if current is None or current in own:
        return own
    return [DatedValue(start, current.value, current.metadata), *own]


def _metadata(beneath: Sequence[DatedValue], date: datetime.date, reform: Reform, leaf: Leaf) -> dict[str, Any]:
    origin = reform.origin(leaf.path, date)
    replaced = next((dated for dated in beneath if dated.date == date), None)
    straddle = reform.straddles.get((leaf.path, date)) or (
        replaced.metadata.get("straddle", leaf.straddle) if replaced else leaf.straddle
    )
    title = ": ".join(part for part in (origin.title or origin.reform, origin.source) if part)
    kind = ASSUMPTION if leaf.kind == ASSUMPTION else PROPOSAL
    metadata = {"kind": kind, SET_BY: origin.reform, "reference": [{"title": title}]}
    return metadata | ({"straddle": straddle} if straddle else {})


def _without_repeats(values: list[DatedValue], beneath: Sequence[DatedValue]) -> tuple[DatedValue, ...]:
    """The values less those that a reform dates and that equal the one before; the law's own stay.

    A value that a reform gives twice running stays too where no period is ever split by its date: the second
    may begin anew what is counted from it, as a cap for each window of time does. So does one in the place of a figure
    that stands for no rule at all, where the law itself has a rule of that figure later.
    """
    own = {id(dated) for dated in beneath}

    def rules_after(day: datetime.date) -> list[Any]:
        return [dated.value for dated in beneath if dated.date > day and MEANS_NONE not in dated.metadata]

    def stays(earlier: DatedValue, later: DatedValue) -> bool:
        anew = id(earlier) not in own and later.metadata.get("straddle") == WHOLE_PERIOD
        becomes_a_rule = MEANS_NONE in earlier.metadata and later.value in rules_after(later.date)
        return id(later) in own or anew or becomes_a_rule or later.value != earlier.value

    return (*values[:1], *(later for earlier, later in pairwise(values) if stays(earlier, later)))


def apply_reform(vocabulary: Vocabulary, reform: Reform) -> dict[str, Leaf]:
    """The parameters of the law that a reform makes of another, whose parameters it sets."""
    changed = {
        path: replace(leaf, values=edited_values(leaf.values, edits, reform, leaf))
        for path, edits in reform.edits.items()
        for leaf in [vocabulary[path]]
    }
    return {**vocabulary, **changed}
