"""What a reform may name: every parameter of a law, with its type, its bounds and its dated values."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from openfisca_core.parameters import Parameter
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.system import DatedValue, current_law, dated_values, leaf_parameters

SHARE = "/1"
POUNDS = "currency-GBP"
DATE = "date"
TYPE_OF_UNIT: dict[str, type] = {"boolean": bool, "text": str, DATE: str}
WHOLE_UNITS = frozenset({"day", "month", "year", "employee"})
PLURALS = {"day": "days", "month": "months", "employee": "employees", "company": "companies"}
HORIZON = "assumptions.horizon"
CHARGE = "corporation_tax.main_rate"


@dataclass(frozen=True)
class Leaf:
    """One parameter of a law: its path, what it is, what it may be, and its dated values, oldest first.

    `least` and `most` are the bounds of its range; `options` are the words it may be, if it is text: those
    its metadata lists, or else those the law has used.
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

    @property
    def value_type(self) -> type:
        """`float`, `bool` or `str`; a date is text, written YYYY-MM-DD."""
        return TYPE_OF_UNIT.get(self.unit, float)

    @property
    def straddles(self) -> tuple[str, ...]:
        """How a period that straddles a change of this parameter may treat it: the ways that the law knows."""
        own = (str(dated.metadata.get("straddle", "")) for dated in self.values)
        return tuple(dict.fromkeys(one for one in (self.straddle, *own) if one))

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
    return Leaf(
        path=path,
        label=str(metadata.get("label", path)),
        unit=unit,
        kind=str(metadata.get("kind", "")),
        straddle=str(metadata.get("straddle", "")),
        least=float(least),
        most=float(most),
        options=_options(metadata, values) if unit == "text" else (),
        values=values,
        description=" ".join(str(parameter.description or "").split()),
    )


def _options(metadata: Mapping[str, Any], values: Iterable[DatedValue]) -> tuple[str, ...]:
    return tuple(metadata.get("options", ())) or tuple(sorted({str(dated.value) for dated in values}))


def in_force(values: Iterable[DatedValue], date: datetime.date) -> DatedValue | None:
    """The dated value in force on a date, out of values oldest first; None before the first."""
    found = None
    for dated in values:
        if dated.date > date:
            break
        found = dated
    return found


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
        return "no limit"
    if unit == SHARE:
        return f"{round(value * 100, 10):,.10f}".rstrip("0").rstrip(".") + "%"
    if unit == POUNDS:
        return f"{'-' if value < 0 else ''}£{abs(value):,.2f}".removesuffix(".00")
    if unit in PLURALS:
        return f"{plain(value)} {unit if value == 1 else PLURALS[unit]}"
    return f"{value:g}" if unit == "year" else plain(value)


def plain(value: float) -> str:
    """A number as people write it, with commas and no needless exponent: `1,250,000`, `0.14`."""
    return f"{value:,.12g}"
