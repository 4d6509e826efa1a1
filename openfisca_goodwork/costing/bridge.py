"""The bridge from accruals to cash: what the dates of payment move from one financial year to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.costing.cash import ROWS, Flows

_MILLION = 1e6

Amounts = tuple[float, ...]


@dataclass(frozen=True)
class Bridge:
    """From accruals to cash (£ million by financial year; plus improves the public finances).

    Attributes:
        accruals: the post-behavioural effect as it accrues over the months of accounting periods.
        timing: what the dates of each kind of payment add to it, by kind (``cash.ROWS``).
        cash: the effect when it falls due, which is accruals and timing together.
    """

    accruals: Amounts
    timing: Mapping[str, Amounts]
    cash: Amounts

    @classmethod
    def of(cls, flows: Flows) -> Bridge:
        """The bridge of flows in £."""
        moved = flows.paid - flows.accrued
        timing = {row: _millions(amounts) for row, amounts in zip(ROWS, moved, strict=True)}
        return cls(_millions(flows.accrued.sum(axis=0)), timing, _millions(flows.paid.sum(axis=0)))

    @classmethod
    def none(cls, years: int) -> Bridge:
        """The bridge of what has no effect in any of so many years."""
        return cls.of(Flows.none(years))

    @property
    def difference(self) -> Amounts:
        """Cash less accruals, by year."""
        return tuple(paid - accrued for paid, accrued in zip(self.cash, self.accruals, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """The bridge for JSON."""
        return {
            "accruals": list(self.accruals),
            "timing": {row: list(amounts) for row, amounts in self.timing.items()},
            "cash": list(self.cash),
        }


def _millions(amounts: np.ndarray) -> Amounts:
    return tuple((amounts / _MILLION + 0.0).tolist())
