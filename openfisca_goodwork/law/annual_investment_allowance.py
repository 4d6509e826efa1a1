"""The limit of the annual investment allowance over an accounting period, and its caps where it changes inside (s.51A).

How it is shared over the classes of plant stands in ``law/plant_claims.py``; the variable that gives the amount claimed, in
``law/plant.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import AccountingPeriod, History, Segment, accounting_periods, history, where
from openfisca_goodwork.law.periods.history import segments_of

LIMIT = "capital_allowances.annual_investment_allowance.limit"


class annual_investment_allowance_maximum(Variable):
    """Most that may be claimed as annual investment allowance (£).

    The limit, in proportion for a period that is not twelve months or straddles a change, times this company's share of
    the single allowance of its group.
    Example: the year to 31 March 2019 has 275/365 × £200,000 + 90/365 × £1,000,000 = £397,260.27.
    """

    label = "Annual investment allowance, maximum"
    reference = "CAA 2001 ss.51A(5), (6), 51C to 51E; FA 2019 Sch 13 para 1"
    rule = "Limit × length of the period × share of the group's allowance; where the limit changes, each limit by its days."

    def formula(company, period):
        limit = history(company.law, LIMIT)
        share_of_group = company("annual_investment_allowance_share", period)
        return accounting_periods(company, period).each(partial(maximum_of, limit)) * share_of_group


@dataclass
class AnnualLimit:
    """Annual investment allowance still free in an accounting period, with the cap on spending in each run of windows.

    A window is a stretch between two changes of the limit; a run is a window, or several in a row.

    Attributes (£, one value a company):
        runs: first and last window of each run; the last run is the whole period.
        free: per run, what spending in it may still take.
        limit: the parameter.
    """

    runs: list[tuple[int, int]]
    free: list[np.ndarray]
    limit: History

    def take(self, stretch: Segment, amount: np.ndarray) -> np.ndarray:
        """Use the allowance on spending in a stretch: no more than is free in any run that its window belongs to."""
        if len(self.runs) == 1:
            taken = np.minimum(amount, self.free[0])
            self.free = [self.free[0] - taken]
            return taken
        window = _window(self.limit, stretch)
        within = [(first <= window) & (window <= last) for first, last in self.runs]
        taken = amount
        for is_within, free in zip(within, self.free, strict=True):
            taken = np.minimum(taken, where(is_within, free, np.inf))
        self.free = [free - is_within * taken for is_within, free in zip(within, self.free, strict=True)]
        return taken


def annual_limit(company: Any, period: Any) -> AnnualLimit:
    """The caps on spending in each run of windows, times each company's share of the single allowance of its group.

    That of the whole period is no more than the company claims (s.51A(7)).
    """
    periods, parameter = accounting_periods(company, period), history(company.law, LIMIT)
    share = company("annual_investment_allowance_share", period)
    depth = int(periods.figure(_windows, parameter).values.max())
    runs = [(first, last) for first in reversed(range(depth)) for last in range(first, depth)]
    free = [periods.spread(periods.figure(_run_maximum, parameter, *run)) * share for run in runs]
    free[-1] = np.minimum(free[-1], company("annual_investment_allowance_claim", period))
    return AnnualLimit(runs, free, parameter)


def maximum_of(parameter: History, period: AccountingPeriod) -> float:
    """The maximum for a period: each part's limit by its share of the period, all by the period's length.

    CAA 2001 s.51A(6); FA 2014 Sch 2 para 4 and FA 2019 Sch 13 para 1 for a period that straddles a change.
    """
    return period.length_factor * sum(value * share for value, share in _parts(parameter, period))


def _windows(period: AccountingPeriod, parameter: History) -> int:
    """How many stretches of a period have a limit of their own."""
    return len(segments_of((parameter,), period))


def _run_maximum(period: AccountingPeriod, parameter: History, first: int, last: int) -> float:
    """What spending in a run of windows may take at most, first and last included.

    Spending before an increase is relieved as if the increase had not been made; spending after a decrease within what
    the part after it gives alone (the same provisions; FA 2013 Sch 1 para 2 where a period has one of each).
    """
    parts = _parts(parameter, period)
    values = [value for value, _share in parts]
    falls = [place for place in range(1, len(values)) if values[place] < values[place - 1]]
    counted_from = max((place for place in falls if place <= first), default=0)
    counted = [value if counted_from <= place <= last else 0.0 for place, value in enumerate(values)]
    for place in range(last + 1, len(values)):
        counted[place] = min(values[place], counted[place - 1])
    return period.length_factor * sum(value * share for value, (_limit, share) in zip(counted, parts, strict=True))


def _parts(parameter: History, period: AccountingPeriod) -> list[tuple[float, float]]:
    """The limit in force and the share of the period, window by window."""
    windows = segments_of((parameter,), period)
    return [(parameter.on(first), period.share(first, last)) for first, last in windows]


def _window(parameter: History, stretch: Segment) -> np.ndarray:
    """The window in which a stretch lies, per company (0 where it is empty)."""
    places = [
        0 if bounds is None else sum(first <= bounds[0] for first, _last in segments_of((parameter,), distinct)) - 1
        for distinct, bounds in zip(stretch.periods.distinct, stretch.bounds, strict=True)
    ]
    return stretch.periods.spread(np.array(places))
