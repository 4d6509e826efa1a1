"""Forty balances that pass from period to period and lean on one another: more than any law, to try the ground.

Each adds 1 to what it brought forward, the balance before it in this period, and what the one after it brought forward,
and wraps round at a prime near 2**50. All numbers are whole and below 2**53, so there is one right answer to the last bit.
"""

from __future__ import annotations

from openfisca_goodwork import system
from openfisca_goodwork.law import periods
from openfisca_goodwork.law.model import Variable

BALANCES = 40
LABELS = range(2019, 2034)
WRAP = 1_125_899_906_842_597


def carried(place: int) -> str:
    return f"chained_{place}_carried_forward"


def brought(place: int) -> str:
    return f"chained_{place}_brought_forward"


def _brought_forward(place: int) -> type[Variable]:
    def formula(company, period):
        return periods.brought_forward(company, period, brought(place))

    return _variable(brought(place), formula)


def _carried_forward(place: int) -> type[Variable]:
    def formula(company, period):
        balance = company(brought(place), period) + 1
        if place > 0:
            balance = balance + company(carried(place - 1), period)
        if place + 1 < BALANCES:
            balance = balance + company(brought(place + 1), period)
        return balance % WRAP

    return _variable(carried(place), formula)


def _variable(name, formula):
    attributes = {"label": name, "reference": "A test", "formula": formula, "__module__": __name__}
    return type(name, (Variable,), attributes)


class CountryTaxBenefitSystem(system.CountryTaxBenefitSystem):
    """The law, and the forty balances."""

    def __init__(self) -> None:
        super().__init__()
        for place in range(BALANCES):
            self.add_variable(_brought_forward(place))
            self.add_variable(_carried_forward(place))


def expected(opening: int) -> dict[tuple[int, int], int]:
    """(place, label) → balance carried forward, by Python's whole numbers; every balance opens with the same."""
    found: dict[tuple[int, int], int] = {}
    before = [opening] * BALANCES
    for label in LABELS:
        after: list[int] = []
        for place in range(BALANCES):
            following = before[place + 1] if place + 1 < BALANCES else 0
            after.append((before[place] + 1 + (after[-1] if after else 0) + following) % WRAP)
        found |= {(place, label): balance for place, balance in enumerate(after)}
        before = after
    return found
