"""The companies that spend the £1: what rate they pay, how large they are, whether they are inside the annual limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from openfisca_goodwork.effective_rates.law_on import LawOn

_MAIN = "corporation_tax.main_rate"
_SMALL = "corporation_tax.small_profits_rate"
_FRACTION = "corporation_tax.marginal_relief.fraction"


@dataclass(frozen=True)
class Taxpayer:
    """A kind of company.

    Attributes:
        name, label: for programs and for people.
        rate: the rate of tax on its last pound of profit, under a law on a day.
        size: of its group, in the terms of the proposed relief.
        has_annual_investment_allowance: whether £1 more of plant is within its annual limit.
        is_in_loss: whether it pays tax again only after the assumed delay.
    """

    name: str
    label: str
    rate: Callable[[LawOn], float]
    size: str
    has_annual_investment_allowance: bool = True
    is_in_loss: bool = False

    @property
    def pays_levy(self) -> bool:
        """Whether its group pays the apprenticeship levy: large ones are taken to."""
        return self.size == "large"


def main_rate(law: LawOn) -> float:
    """The main rate of corporation tax."""
    return float(law(_MAIN))


def small_profits_rate(law: LawOn) -> float:
    """The small profits rate."""
    return float(law(_SMALL))


def rate_with_marginal_relief(law: LawOn) -> float:
    """The rate on £1 more of profit between the limits: main rate + fraction, as each pound also takes relief away.

    Example: 25% + 3/200 = 26.5%.
    """
    return main_rate(law) + float(law(_FRACTION))


MAIN = Taxpayer(
    "main_rate",
    "Company paying the main rate, beyond its annual investment allowance",
    main_rate,
    "large",
    has_annual_investment_allowance=False,
)
TAXPAYERS = (
    MAIN,
    Taxpayer("marginal_relief", "Company with marginal relief", rate_with_marginal_relief, "medium"),
    Taxpayer("small_profits", "Company paying the small profits rate", small_profits_rate, "small"),
    Taxpayer("in_loss", "Company in loss", main_rate, "medium", is_in_loss=True),
)
