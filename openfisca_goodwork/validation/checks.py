"""Checks that are no errors: official costs of reliefs by year, and what schemes of other countries came to.

HMRC's costs of reliefs are of income tax and corporation tax together and leave behaviour out; they show whether the
model's reliefs have the right size and move the right way. A foreign scheme is scaled by output.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openfisca_goodwork import costing
from openfisca_goodwork.costing.official import declared
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import sources

RELIEFS, FOREIGN = "cost of a relief", "scheme of another country"
_LATEST, _HOME = "latest", "United Kingdom"


@dataclass(frozen=True)
class Check:
    """A figure and the model's beside it, £ million, both as a cost.

    Attributes:
        role: which kind of check. name: the relief or scheme. financial_year: of the model's figure.
        official, model: the figures. basis: what the official figure is, and its source.
    """

    role: str
    name: str
    financial_year: str
    official: float
    model: float
    basis: str

    @property
    def error(self) -> float:
        """Difference over the official figure (a share)."""
        return abs(self.model - self.official) / abs(self.official)

    @property
    def bound(self) -> float | None:
        """The error allowed, where one is declared for the relief."""
        bound: float | None = declared()["relief_checks"].get(self.name, {}).get("bound")
        return bound

    @property
    def is_met(self) -> bool:
        """Whether the error is within the bound, where there is one."""
        return self.bound is None or self.error <= self.bound


def checks(progress: Progress) -> tuple[Check, ...]:
    """Official costs of reliefs and of foreign schemes, each with the model's beside it (£ million, as costs)."""
    wanted = [(_relief, declaration) for declaration in declared()["relief_checks"].items()]
    wanted += [(_foreign, declaration) for declaration in declared()["foreign_checks"].items()]
    found: list[Check] = []
    for done, (check, (name, how)) in enumerate(wanted):
        progress(name, done / len(wanted))
        found += check(name, how)
    return tuple(found)


def _relief(name: str, how: dict[str, Any]) -> Iterator[Check]:
    """What current law gives less without the relief, by year, nobody changing what they do."""
    official = [row for row in sources.rows("relief_costs") if row.keys[1] == name]
    without = costing.cost(
        how.get("reforms", ()),
        years=f"{official[0].year}:{official[-1].year}",
        behaviour="none",
        forecast=_LATEST,
        settings=how.get("settings", ()),
        draws=0,
    )
    for row, amount in zip(official, without.static, strict=True):
        yield Check(RELIEFS, name, row.year, row.figure, amount, row.source)


def _foreign(name: str, how: dict[str, Any]) -> Iterator[Check]:
    """What the scheme would cost as UK law beside what it cost, at the same share of output."""
    model = -sum(costing.cost(name, years=how["years"], forecast=_LATEST, draws=0).post_behavioural)
    home = _output(_HOME, how["output_of"])
    for row in sources.rows("foreign_schemes"):
        if row.keys[0] == name:
            scaled = row.figure / _output(row.keys[1], row.year) * home
            basis = f"{row.keys[1]}, {row.keys[2]}: {row.unit} {row.figure:g}, {row.year}; {row.source}"
            yield Check(FOREIGN, name, how["years"], scaled, model, basis)


def _output(country: str, year: str) -> float:
    """Gross domestic product of a country in a year, millions of its money. Raises DataError where it is not on file."""
    found = [row.figure for row in sources.rows("gross_domestic_product") if (row.keys[0], row.year) == (country, year)]
    if not found:
        raise DataError(f"data/gross_domestic_product.csv has no figure of {country} in {year}.")
    return found[0]
