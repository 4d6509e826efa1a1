"""Checks that are no errors: official costs of reliefs by year, and what schemes of other countries came to.

HMRC's costs of reliefs are of income tax and corporation tax together and leave behaviour out; they show whether the
model's reliefs have the right size and move the right way: taken out of current law, and as what they save in the year. A
foreign scheme is scaled by output.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openfisca_goodwork import costing
from openfisca_goodwork.costing.credibility import FOREIGN, RELIEFS, Check
from openfisca_goodwork.costing.official import declared
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import sources, store

_LATEST, _HOME = "latest", "United Kingdom"


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
    """What current law gives less without the relief, by year, nobody changing what they do.

    Of a relief that no reform or setting takes away: what it saves in the year, from the report of the population.
    """
    if "reforms" not in how and "settings" not in how:
        lines = (line for line in store.report(store.load()).lines if line.block == name)
        yield from (Check(RELIEFS, name, line.year, line.official or 0.0, line.model, line.source) for line in lines)
        return
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
