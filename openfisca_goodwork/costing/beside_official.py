"""The official costing of a measure of the past, beside the model's: by financial year, with its source and its status."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openfisca_goodwork.costing.official import PEAK, TOTAL, Measure, measures
from openfisca_goodwork.costing.request import CENTRAL
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.policy import Reform, in_library

NAME = "Official costing"


@dataclass(frozen=True)
class OfficialCosting:
    """What a measure was officially expected to do to the public finances.

    Attributes:
        measure: which. financial_years: of the costing that it stands beside.
        is_like_for_like: whether that follows the law and the outlook that the official one stands on, on accruals.
    """

    measure: Measure
    financial_years: tuple[str, ...]
    is_like_for_like: bool

    @property
    def amounts(self) -> tuple[float | None, ...]:
        """The official effect by financial year (£ million; minus is a cost); None in a year that was not published."""
        published = {row.year: row.figure for row in self.measure.official}
        return tuple(published.get(year) for year in self.financial_years)

    @property
    def can_stand_beside(self) -> bool:
        """Whether it is like for like, and was published for any of the years."""
        return self.is_like_for_like and any(amount is not None for amount in self.amounts)

    @property
    def text(self) -> str:
        """Where it comes from, how it is known, what it treats differently; or how to cost it on the law of its day."""
        row = self.measure.official[0]
        said = f"{NAME}: {self.measure.origin}. {row.source} ({row.status}), {row.address}."
        if row.year == PEAK:
            said += f" It is one figure, {rounded(row.figure)} (£ million), of the year in which it moves most."
        elif row.year == TOTAL:
            said += f" It is one figure, {rounded(row.figure)} (£ million), of all years of {self.measure.years} together."
        elif not self.can_stand_beside:
            said += f" It is on file for {', '.join(one.year for one in self.measure.official)}."
        return (
            f"{said} {self.measure.why.strip()}"
            if self.is_like_for_like
            else f"{said} This run has another law, outlook, basis or response: {self._options}."
        )

    @property
    def _options(self) -> str:
        """The options of the law and the outlook of its day."""
        options = [f"--baseline {shlex.quote(name)}" for name in self.measure.laws]
        return " ".join([*options, f"--forecast {self.measure.forecast}", f"--years {self.measure.years}"])

    def to_dict(self) -> dict[str, Any]:
        """It as plain values: £ million, None in a year that was not published."""
        row = self.measure.official[0]
        return {
            "measure": self.measure.name,
            "title": self.measure.title,
            "effect": list(self.amounts),
            "published": {one.year: one.figure for one in self.measure.official},
            "like_for_like": self.is_like_for_like,
            "origin": self.measure.origin,
            "source": row.source,
            "address": row.address,
            "status": row.status,
        }


def official_of(
    reforms: Iterable[Reform], settings: Iterable[str], years: Iterable[str], **run: Any
) -> OfficialCosting | None:
    """The official costing on file of just these reforms and settings; None where there is none.

    Args:
        years: financial years of the costing. run: its `baseline`, `forecast`, `basis` and `behaviour`.

    Raises:
        DataError: where the official figures cannot be read.
    """
    asked, values = tuple(reforms), set(settings)
    if not all(map(in_library, asked)):
        return None
    names = tuple(one.name for one in asked)
    found = [one for one in measures().values() if one.reforms == names and set(one.settings) == values]
    if not found:
        return None
    beneath = tuple(one.name for one in run["baseline"])
    asked_for = (beneath, *(run[one] for one in ("forecast", "basis", "behaviour")))
    is_like = asked_for == (found[0].laws, found[0].forecast, "accruals", CENTRAL) and all(map(in_library, run["baseline"]))
    return OfficialCosting(found[0], tuple(years), is_like)
