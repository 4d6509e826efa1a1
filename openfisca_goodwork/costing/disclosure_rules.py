"""The rules of a secure room for figures that leave it: how many companies, whether one dominates, and rounding."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.periods import history

ROOT = "assumptions.disclosure"
MILLION = 1e6
HALF_A_PENNY = 0.005


@dataclass(frozen=True)
class Rules:
    """The rules of a secure room: see ``parameters/assumptions/disclosure.yaml``."""

    minimum_records: float
    largest_share: float
    rest_over_largest: float
    counts_to: float
    amounts_to: float

    @classmethod
    def of(cls, law: TaxBenefitSystem, day: date) -> Rules:
        """The rules as a law has them on a day."""
        return cls(**{one.name: float(history(law, f"{ROOT}.{one.name}").on(day)) for one in fields(cls)})

    def why_not(self, count: float, total: float, first: float, second: float) -> str:
        """Why a figure is not shown; empty where it may be, and where nobody stands behind it.

        Args:
            count: companies behind it, unweighted. total: of their amounts, without signs. first, second: the two largest.
        """
        if not count:
            return ""
        if count < self.minimum_records:
            return f"fewer than {self.minimum_records:g} companies stand behind it"
        if first > self.largest_share * total or total - first - second < self.rest_over_largest * first:
            return "one company dominates it"
        return ""

    def in_words(self) -> str:
        """The rules in a sentence."""
        return (
            f"A figure needs {self.minimum_records:g} companies, none of them above {self.largest_share:.2%} of it, and all "
            f"but the two largest have to come to {self.rest_over_largest:.0%} of the largest. Counts are rounded to "
            f"{self.counts_to:g}, amounts to £{self.amounts_to / MILLION:g} million."
        )

    def count(self, number: float) -> float:
        """A count, rounded."""
        return self.counts_to * round(number / self.counts_to)

    def counts(self, numbers: Any) -> tuple[float, ...]:
        """Counts, rounded."""
        return tuple(map(self.count, numbers))

    def few(self, number: int) -> str:
        """A count within a sentence."""
        return f"fewer than {self.minimum_records:g}" if 0 < number < self.minimum_records else f"{self.count(number):,.0f}"

    def amount(self, millions: float) -> float:
        """An amount in £ million, rounded."""
        to = self.amounts_to / MILLION
        return round(to * round(millions / to), 9) + 0.0

    def amounts(self, millions: Any) -> tuple[float, ...]:
        """Amounts in £ million, rounded."""
        return tuple(map(self.amount, millions))


def support(amounts: np.ndarray) -> np.ndarray:
    """How many amounts there are, their sum without signs, and the two largest."""
    sizes = np.abs(amounts)
    sizes = sizes[sizes > HALF_A_PENNY]
    largest = np.zeros(2)
    top = np.sort(np.partition(sizes, max(sizes.size - 2, 0))[-2:])[::-1]
    largest[: top.size] = top
    return np.array([sizes.size, sizes.sum(), *largest])
