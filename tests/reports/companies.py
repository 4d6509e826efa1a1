"""A costing of three companies, for tests of what is made of a result."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from openfisca_goodwork.costing import CostingResult, cost
from tests.costing.tiny_population import TinyPopulation

MAIN = "human-investment-super-deduction"


def three_companies() -> TinyPopulation:
    """A million of each: £1m of profit, £90,000 of profit, and a loss."""
    facts = {
        "trading_profit_before_capital_allowances": [1e6, 9e4, -2e4],
        "external_course_fees": [1e4, 2e3, 5e3],
        "trainer_pay": [4e4, 0.0, 1e3],
    }
    return TinyPopulation(facts, np.full(3, 1e6), np.zeros(3))


def costed(**options: Any) -> CostingResult:
    """The main reform over these companies, worked out once a process for each set of options."""
    return _costed(**{name: tuple(given) if isinstance(given, list) else given for name, given in options.items()})


@cache
def _costed(**options: Any) -> CostingResult:
    return cost(MAIN, population=three_companies(), **options)
