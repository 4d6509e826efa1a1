"""What a relief buys, and what running it costs: deadweight, cost per extra £1 and per trainee, present values, HMRC.

Costs are as they accrue, whatever the basis of the result: they belong to the training of the same months.
A measure for investment gives ``Value`` its own claimed and induced
spending. In JSON amounts are £ million by financial year; ratios are £ per £1, £ a person, or shares, and None where there
is nothing to divide by. What HMRC spends to run a relief is departmental spending, no part of a costing's line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import financial_year, financial_year_name, financial_year_start, history

_PRICES = "assumptions.growth.consumer_prices"
_MILLION = 1e6

Amounts = tuple[float, ...]

DEFINITIONS = {
    "tax_relief_cost": (
        "Tax relief cost: the relief on all that is claimed, as HM Revenue and Customs publish it. It is not what the "
        "Exchequer would gain if the relief were abolished."
    ),
    "revenue_forgone": "Revenue forgone: the relief on training as planned, before anybody responds.",
    "exchequer_cost": (
        "Exchequer cost: the relief on all that is claimed, the ordinary deduction on extra training, and incorrect claims."
    ),
    "deadweight_share": "Deadweight: the share of the training relieved that would have happened anyway.",
}


@dataclass(frozen=True)
class Value:
    """What a relief costs and what it brings, by financial year (£ million; costs positive).

    Attributes:
        years: by the year each begins in. costs: ``tax_relief_cost``, ``revenue_forgone``, ``exchequer_cost``.
        claimed: relieved spending as planned. induced: what the relief brings on top, at full cost.
        induced_relieved: the part of the induced that has the relief too.
        running: what HMRC spends to run the relief and companies spend to claim it, more than under the baseline.
        people: trainees ``supported`` and ``additional``; empty where they are not held.
        factors: what £1 of each year is worth in prices of the first year, discounted to it.
        discount_rate: real, a year.
    """

    years: tuple[int, ...]
    costs: Mapping[str, Amounts]
    claimed: Amounts
    induced: Amounts
    induced_relieved: Amounts
    factors: Amounts
    discount_rate: float
    running: Amounts = ()
    people: Mapping[str, Amounts] = field(default_factory=dict)

    @property
    def cost(self) -> Amounts:
        """Exchequer cost by year."""
        return self.costs["exchequer_cost"]

    def ratios(self, years: slice = slice(None)) -> dict[str, float | None]:
        """Every ratio over some of the years together."""
        cost, claimed, induced, relieved, relief = (
            sum(amounts[years])
            for amounts in (self.cost, self.claimed, self.induced, self.induced_relieved, self.costs["tax_relief_cost"])
        )
        people = {name: sum(counts[years]) for name, counts in self.people.items()}
        return {
            "exchequer_cost_per_extra_pound": per(cost, induced),
            "whole_cost_per_extra_pound": per(cost + sum(self.running[years]), induced),
            "extra_spending_per_pound_of_relief": per(induced, relief) if relief > 0 else None,
            "deadweight_share": per(claimed, claimed + relieved) if claimed else None,
            "cost_per_trainee": per(_MILLION * cost, people.get("supported", 0)),
            "cost_per_additional_trainee": per(_MILLION * cost, people.get("additional", 0)),
        }

    def present(self, amounts: Sequence[float]) -> float:
        """Present value of amounts by year (£ million in prices of the first year, discounted to it)."""
        return sum(factor * amount for factor, amount in zip(self.factors, amounts, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Value for money for JSON: amounts by year, ratios over all years, ratios of each year, present values."""
        each = [self.ratios(slice(place, place + 1)) for place in range(len(self.years))]
        return {
            **{name: list(amounts) for name, amounts in self.costs.items()},
            "running_costs": list(self.running),
            **{f"trainees_{name}": list(counts) for name, counts in self.people.items()},
            **self.ratios(),
            "by_year": {name: [one[name] for one in each] for name in self.ratios()},
            "net_present_value": {
                "discount_rate": self.discount_rate,
                "prices_and_value_of": financial_year_name(self.years[0]),
                "exchequer_effect": -self.present(self.cost),
                "extra_spending": self.present(self.induced),
            },
            "definitions": DEFINITIONS,
        }


def per(amount: float, by: float) -> float | None:
    """An amount for each of something; None where there is none of it."""
    return amount / by if by else None


def present_value_factors(law: Any, years: tuple[int, ...], discount_rate: float) -> Amounts:
    """What £1 of each financial year is worth in the prices of the first, at a real yearly discount rate.

    Nominal pounds are taken to constant prices by consumer prices, the price index that the model holds.
    """
    prices = history(law, _PRICES)
    growth = [(1 + prices.on(financial_year_start(year))) * (1 + discount_rate) for year in years[1:]]
    return tuple(1 / factor for factor in accumulate(growth, lambda so_far, one: so_far * one, initial=1.0))


ROOT = "assumptions.administration"
SET_UP, _COST, _CHECKED, _CLAIMING = (
    f"{ROOT}.{name}" for name in ("set_up", "cost_of_a_checked_claim", "share_of_claims_checked", "cost_to_a_claimant")
)


@dataclass(frozen=True)
class Administration:
    """What running the relief is assumed to cost.

    Attributes:
        values: the assumptions, by parameter path.
        set_up_in: the financial year of setting up; None where there is a relief already.
    """

    values: Mapping[str, float]
    set_up_in: int | None

    def spent(self, claims: np.ndarray | float, years: tuple[int, ...]) -> np.ndarray:
        """Spending in each financial year (£; minus is a cost).

        Args:
            claims: claims more than under the baseline, by year.
        """
        per_claim = self.values[_COST] * self.values[_CHECKED]
        once = np.array([self.values[SET_UP] if year == self.set_up_in else 0.0 for year in years])
        return 0.0 - once - per_claim * claims

    def of_companies(self, claims: np.ndarray | float) -> np.ndarray:
        """What companies spend to make claims, in each financial year (£; minus is a cost to them)."""
        return np.asarray(0.0 - self.values[_CLAIMING] * claims)


def administration_of(before: Any, after: Any, day: date) -> Administration | None:
    """What is assumed of running the reliefs of two laws, read on a day; None where neither has a relief for training."""
    begins = relief_begins(after)
    if begins is None and relief_begins(before) is None:
        return None
    values = {path: float(history(after, path).on(day)) for path in (SET_UP, _COST, _CHECKED, _CLAIMING)}
    is_new = begins is not None and relief_begins(before) is None
    return Administration(values, financial_year(begins) - 1 if begins and is_new else None)
