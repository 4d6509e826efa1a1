"""The annual investment allowance's maximum over an accounting period, and its caps where the limit changes inside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from openfisca_goodwork.periods import AccountingPeriod, History, Segment, accounting_periods, history
from openfisca_goodwork.periods.history import segments_of

LIMIT = "capital_allowances.annual_investment_allowance.limit"


@dataclass
class AnnualLimit:
    """What of the allowance is still free, and what of it may go to spending in each window.

    A window is a stretch between two changes of the limit. Attributes (£, one per company):
        maximum: for the whole period.
        free: what is left of it.
        caps: per window, what spending in it may still take; rows are windows.
        windows: for each stretch of the claims, the window it lies in.
    """

    maximum: np.ndarray
    free: np.ndarray
    caps: np.ndarray
    windows: list[np.ndarray]

    def take(self, place: int, amount: np.ndarray) -> np.ndarray:
        """Use the allowance on spending in one stretch: no more than is free, nor than its window's cap."""
        if len(self.caps) == 1:
            taken = np.minimum(amount, self.free)
        else:
            where = (self.windows[place], np.arange(amount.size))
            taken = np.minimum(np.minimum(amount, self.free), self.caps[where])
            self.caps[where] -= taken
        self.free = self.free - taken
        return taken


def annual_limit(company: Any, period: Any, stretches: list[Segment]) -> AnnualLimit:
    """The maximum and the caps, with this company's share of its group's one allowance."""
    periods, parameter = accounting_periods(company, period), history(company.simulation.tax_benefit_system, LIMIT)
    share = company("annual_investment_allowance_share", period)
    caps = [caps_of(parameter, one) for one in periods.distinct]
    depth = max(map(len, caps))
    padded = np.array([[*one, *[0.0] * (depth - len(one))] for one in caps]).T
    maximum = periods.spread([maximum_of(parameter, one) for one in periods.distinct]) * share
    windows = [_window(parameter, stretch) for stretch in stretches] if depth > 1 else []
    return AnnualLimit(maximum, maximum, padded[:, periods.index] * share, windows)


def maximum_of(parameter: History, period: AccountingPeriod) -> float:
    """The maximum for a period: each part's limit by its share of the period, all by the period's length.

    CAA 2001 s.51A(6); FA 2014 Sch 2 para 4 and FA 2019 Sch 13 para 1 for a period that straddles a change.
    """
    return period.length_factor * sum(value * share for value, share in _parts(parameter, period))


def caps_of(parameter: History, period: AccountingPeriod) -> list[float]:
    """What spending in each window of a period may take at most.

    Spending before an increase is relieved as if the increase had not been made; spending after a decrease within what
    the part after it gives alone (the same provisions).
    """
    parts = _parts(parameter, period)
    values = [value for value, _share in parts]
    fell = [after < before for before, after in pairwise(values)]
    caps = []
    for here, limit in enumerate(values):
        counted = [
            0.0 if any(fell[other:here]) else (min(value, limit) if other > here else value)
            for other, value in enumerate(values)
        ]
        caps.append(period.length_factor * sum(c * share for c, (_value, share) in zip(counted, parts, strict=True)))
    return caps


def _parts(parameter: History, period: AccountingPeriod) -> list[tuple[float, float]]:
    """The limit in force and the share of the period, window by window."""
    windows = segments_of((parameter,), period)
    return [(parameter.on(first), period.share(first, last)) for first, last in windows]


def _window(parameter: History, stretch: Segment) -> np.ndarray:
    """The window in which a stretch lies, per company (0 where it is empty)."""
    places = [
        0 if bounds is None else sum(first <= bounds[0] for first, _last in segments_of((parameter,), one)) - 1
        for one, bounds in zip(stretch.periods.distinct, stretch.bounds, strict=True)
    ]
    return stretch.periods.spread(np.array(places))
