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
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.payments import Amounts
from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import financial_year, financial_year_name, financial_year_start, history
from openfisca_goodwork.population import sources

_PRICES = "assumptions.growth.consumer_prices"
_MILLION = 1e6


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


def present_value_factors(law: TaxBenefitSystem, years: tuple[int, ...], discount_rate: float) -> Amounts:
    """What £1 of each financial year is worth in the prices of the first, at a real yearly discount rate.

    Nominal pounds are taken to constant prices by consumer prices, the price index that the model holds.
    """
    prices = history(law, _PRICES)
    growth = [(1 + prices.on(financial_year_start(year))) * (1 + discount_rate) for year in years[1:]]
    return tuple(1 / factor for factor in accumulate(growth, lambda so_far, one: so_far * one, initial=1.0))


ADMINISTRATION = "assumptions.administration"
SET_UP, _COST, _CHECKED, _CLAIMING = (
    f"{ADMINISTRATION}.{name}"
    for name in ("set_up", "cost_of_a_checked_claim", "share_of_claims_checked", "cost_to_a_claimant")
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


def administration_of(before: TaxBenefitSystem, after: TaxBenefitSystem, day: date) -> Administration | None:
    """What is assumed of running the reliefs of two laws, read on a day; None where neither has a relief for training."""
    begins = relief_begins(after)
    if begins is None and relief_begins(before) is None:
        return None
    values = {path: float(history(after, path).on(day)) for path in (SET_UP, _COST, _CHECKED, _CLAIMING)}
    is_new = begins is not None and relief_begins(before) is None
    return Administration(values, financial_year(begins) - 1 if begins and is_new else None)


# --- what the extra training would be worth to society: an appraisal, no part of a costing ---------------------------
# Only training that would not have happened without the relief counts, at its full cost: fees, and the time of
# trainers and trainees. £1 of it brings output from the year after, which fades as people leave and what they learnt
# dates:
#
#     first gain  b = return + fade-out               output a year for each £1
#     stock       K[t+1] = (1 − fade-out) K[t] + training[t],    output[t] = b K[t]
#     present value of output for each £1 = b / (discount rate + fade-out)
#
# so that training is worth its cost only where its return is above the discount rate, however fast it fades. The
# relief itself moves money from taxpayers to companies and is no cost to society; what HMRC and companies spend on
# claims is one. Amounts are £ million in constant prices of the first year costed, by financial year, and present
# values of that year.
#
# Sources are those of the parameters under ``assumptions.appraisal``; the discount rate is that of the Green Book.


APPRAISAL = "assumptions.appraisal"
ZERO, LOW, CENTRAL, HIGH = CASES = ("zero effect", "low", "central", "high")
SLOWER, FASTER, FASTEST = FADE_OUT_TESTS = ("slower", "faster", "fastest")
_ASSUMED = (
    *(f"return_on_training.{case}" for case in (LOW, CENTRAL, HIGH)),
    *(f"fade_out.{speed}" for speed in (CENTRAL, *FADE_OUT_TESTS)),
    *(f"share_to_workers.{case}" for case in (LOW, CENTRAL, HIGH)),
    *(f"share_to_tax.{case}" for case in (LOW, CENTRAL, HIGH)),
    "cost_of_public_funds",
)
_HOME = "United Kingdom"


@dataclass(frozen=True)
class Case:
    """One case of the appraisal: £ million in constant prices of the first year, present values of that year.

    Attributes:
        name: one of ``CASES``. first_gain: output a year for each £1 of training, at first.
        output: of the extra training, until it has faded. tax: the part of it that comes back as tax.
        to_workers, to_profit: the parts of it that are paid as labour cost and kept as profit, before tax.
        net: to society, output less training and claims. later_output: in the year after the last one costed.
    """

    name: str
    first_gain: float
    output: float
    tax: float
    to_workers: float
    to_profit: float
    net: float
    later_output: float


@dataclass(frozen=True)
class Appraisal:
    """What extra training costs and brings: £ million in constant prices of the first year costed.

    Attributes:
        years: by the year each begins in. training: extra training at its full cost; qualifying: the part that is relieved.
        share_extra: relieved extra training as a share of all training relieved; None where none is.
        exchequer_cost: what the relief costs the Exchequer, present value.
        claims_cost: what HMRC and companies spend on claims, present value.
        discount_rate: real, a year.
        elasticity, elasticity_of_small: of training to its after-tax price, of companies and of those with fewer employees
            than ``small_below``.
        assumed: every assumption by its path.
        gross_domestic_product: its year, and what it is in that year's own prices (£ million); None for years without one.
        price_of_that_year: prices of that year in those of the first.
    """

    years: tuple[int, ...]
    training: Amounts
    qualifying: Amounts
    share_extra: float | None
    exchequer_cost: float
    claims_cost: float
    discount_rate: float
    elasticity: float
    elasticity_of_small: float
    small_below: float
    assumed: Mapping[str, float]
    gross_domestic_product: tuple[int, float] | None = None
    price_of_that_year: float = 1.0

    @classmethod
    def of(cls, value: Value, law: TaxBenefitSystem, day: date, behaviour: Behaviour) -> Appraisal:
        """The appraisal of a relief's value for money, with the assumptions of a law on a day, and of the response."""
        rate = value.discount_rate
        real = [factor * (1 + rate) ** since for since, factor in enumerate(value.factors)]
        at_home = [row for row in sources.rows("gross_domestic_product") if row.keys[0] == _HOME]
        known = {int(row.year.partition("-")[0]): row.figure for row in at_home}
        last = max(known.keys() & set(value.years[1:]), default=None)
        return cls(
            years=value.years,
            training=_times(value.induced, real),
            qualifying=_times(value.induced_relieved, real),
            share_extra=per(sum(value.induced_relieved), sum(value.claimed) + sum(value.induced_relieved)),
            exchequer_cost=value.present(value.cost),
            claims_cost=value.present(value.running) if value.running else 0.0,
            discount_rate=rate,
            elasticity=behaviour["elasticity"],
            elasticity_of_small=behaviour["elasticity_of_small"],
            small_below=behaviour["elasticity_of_small.employees"],
            assumed={f"{APPRAISAL}.{name}": float(history(law, f"{APPRAISAL}.{name}").on(day)) for name in _ASSUMED},
            gross_domestic_product=None if last is None else (last, known[last]),
            price_of_that_year=1.0 if last is None else 1 / real[value.years.index(last)],
        )

    def __getitem__(self, name: str) -> float:
        """An assumption by its name below ``assumptions.appraisal``."""
        return self.assumed[f"{APPRAISAL}.{name}"]

    @property
    def training_cost(self) -> float:
        """Extra training at its full cost, present value."""
        return self._present(self.training)

    @property
    def cases(self) -> tuple[Case, ...]:
        """Zero effect, low, central, high: always all four."""
        return tuple(map(self.case, CASES))

    def case(self, name: str) -> Case:
        """One case; labour cost is at its central share in all of them."""
        fade_out = self["fade_out.central"]
        gain = 0.0 if name == ZERO else self[f"return_on_training.{name}"] + fade_out
        output = self.training_cost * self._worth(gain, fade_out)
        paid = self["share_to_workers.central"] * output
        return Case(
            name=name,
            first_gain=gain,
            output=output,
            tax=0.0 if name == ZERO else self[f"share_to_tax.{name}"] * output,
            to_workers=paid,
            to_profit=output - paid,
            net=output - self.training_cost - self.claims_cost,
            later_output=gain * self._stock(len(self.years)),
        )

    @property
    def switching_return(self) -> float | None:
        """The return at which society neither gains nor loses; None without extra training."""
        cost = per(self.training_cost + self.claims_cost, self.training_cost)
        fade_out = self["fade_out.central"]
        return None if cost is None else cost * (self.discount_rate + fade_out) - fade_out

    @property
    def output_for_public_pound(self) -> float | None:
        """Output of the central case for each £1 that the Exchequer gives, both in present value."""
        return per(self.case(CENTRAL).output, self.exchequer_cost)

    @property
    def tests(self) -> dict[str, float]:
        """Net to society in the central case with one thing changed (£ million), by what is changed.

        A slower or faster fade-out leaves the gain of the first year as it is. With ``qualifying_only`` no more than what
        is relieved is extra: no more time of trainees goes with it.
        """
        gain, claims = self.case(CENTRAL).first_gain, self.claims_cost
        tests = {}
        for speed in FADE_OUT_TESTS:
            worth = self._worth(gain, self[f"fade_out.{speed}"])
            tests[f"fade_out_{speed}"] = self.training_cost * (worth - 1) - claims
        worth = self._worth(gain, self["fade_out.central"])
        tests["qualifying_only"] = self._present(self.qualifying) * (worth - 1) - claims
        tests["without_claims"] = self.case(CENTRAL).net + claims
        raised = self["cost_of_public_funds"] * self.exchequer_cost
        return tests | {"with_cost_of_public_funds": self.case(CENTRAL).net - raised}

    @property
    def share_of_product(self) -> float | None:
        """Output of the central case as a share of gross domestic product, in the year that is on file for it."""
        if self.gross_domestic_product is None:
            return None
        year, product = self.gross_domestic_product
        output = self.case(CENTRAL).first_gain * self._stock(self.years.index(year))
        return output * self.price_of_that_year / product

    def to_dict(self) -> dict[str, Any]:
        """The appraisal for JSON: £ million in constant prices of the first year, present values of that year."""
        return {
            "in_costing": False,
            "prices_and_value_of": financial_year_name(self.years[0]),
            "extra_training_by_year": list(self.training),
            "extra_training": self.training_cost,
            "extra_share_of_training_relieved": self.share_extra,
            "exchequer_cost": self.exchequer_cost,
            "cost_of_claims": self.claims_cost,
            "cases": {
                case.name.replace(" ", "_"): {
                    "output": case.output,
                    "net_to_society": case.net,
                    "of_output_to_workers": case.to_workers,
                    "of_output_to_profit": case.to_profit,
                    "of_output_to_tax": case.tax,
                    "output_in_the_year_after": case.later_output,
                }
                for case in self.cases
            },
            "switching_return": self.switching_return,
            "central_net_with_one_change": self.tests,
            "output_per_pound_of_exchequer_cost": self.output_for_public_pound,
            "share_of_gross_domestic_product": self.share_of_product,
            "elasticity": self.elasticity,
            "elasticity_of_small": self.elasticity_of_small,
            "discount_rate": self.discount_rate,
            "assumptions": dict(self.assumed),
        }

    def _worth(self, gain: float, fade_out: float) -> float:
        """Present value of all output for each £1 of training, in the year of the training."""
        return gain / (self.discount_rate + fade_out)

    def _stock(self, years: int) -> float:
        """What is left of the training of the first so many years when the next begins."""
        stock = 0.0
        for amount in self.training[:years]:
            stock = (1 - self["fade_out.central"]) * stock + amount
        return stock

    def _present(self, amounts: Amounts) -> float:
        return sum(amount / (1 + self.discount_rate) ** since for since, amount in enumerate(amounts))


def _times(amounts: Amounts, factors: list[float]) -> Amounts:
    return tuple(amount * factor for amount, factor in zip(amounts, factors, strict=True))
