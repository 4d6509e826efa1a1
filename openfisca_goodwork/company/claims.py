"""Claims of a company that the law does not allow: above the most there is to claim, or where they cannot apply.

A claim caps what is claimed (``law.capital_allowances``, ``law.losses``). One above what the law allows would change nothing
and leave the company in the belief that it did, so it is refused, and the message says what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from math import inf
from types import MappingProxyType
from typing import Any

import numpy as np

from openfisca_goodwork.company.facts import PENNY
from openfisca_goodwork.law.losses import first_day_of_claims
from openfisca_goodwork.law.model import POUNDS
from openfisca_goodwork.law.periods import add_months, day_in_words, history
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES
from openfisca_goodwork.system import current_law

RELIEF, CARRY_BACK = "claims_loss_relief_against_total_profits", "claims_loss_carry_back"
OLDER, BUILDINGS_CLAIM = "pre_april_2017_trading_losses_claim", "structures_and_buildings_allowance_claim"
LATER = "trading_losses_claim"
_OLDER_USED = "trading_losses_used_pre_april_2017"

# Claim → the outputs that say how much is claimed: the first less the others.
CLAIMED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "annual_investment_allowance_claim": ("annual_investment_allowance",),
        **{
            plant.annual_allowance_claim: (plant.annual_allowance,)
            for plant in CLASSES.values()
            if plant.has_annual_investment_allowance
        },
        **{allowance.claim: (allowance.expenditure,) for allowance in FIRST_YEAR_ALLOWANCES.values()},
        "main_pool_writing_down_allowance_claim": ("main_pool_writing_down_allowance",),
        "special_rate_pool_writing_down_allowance_claim": ("special_rate_pool_writing_down_allowance",),
        BUILDINGS_CLAIM: ("structures_and_buildings_allowance",),
        "group_relief_claim": ("group_relief",),
        LATER: ("trading_losses_used", _OLDER_USED),
        OLDER: (_OLDER_USED, "trading_losses_used_before_other_reliefs"),
    }
)

NO_CARRY_BACK_ALONE = (
    f"{CARRY_BACK} is true and {RELIEF} is false. A loss goes to earlier periods only with a claim against profits of its "
    "own period (CTA 2010 s.37(3)). Leave one of them out."
)
BUILDING_SOLD = (
    f"{BUILDINGS_CLAIM} is given, and a building is sold: what was claimed on that building is not known. Leave out `sold` "
    "and `proceeds`, and give structures_and_buildings_disposals, structures_and_buildings_disposal_proceeds and "
    "structures_and_buildings_allowances_given_on_disposals in the accounting period of the sale."
)


@cache
def unlimited() -> frozenset[str]:
    """Inputs that are infinite where nothing is said: claims for the most the law allows, and an age that is not told."""
    return frozenset(name for name, variable in current_law().variables.items() if variable.default_value == inf)


@cache
def claims() -> frozenset[str]:
    """The claims that are amounts: of the inputs that are infinite where nothing is said, those in pounds."""
    return frozenset(name for name in unlimited() if current_law().variables[name].unit == POUNDS)


def too_high(name: str, claim: float, allowed: float) -> str:
    """What to say of a claim above what the law allows (£)."""
    if name == OLDER and allowed >= PENNY:
        return (
            f"{name} is {_pounds(claim)}; at most {_pounds(allowed)} is used in this accounting period, which leaves "
            "donations and group relief the profits that they need. Claim no more than that, or leave it out."
        )
    most = f"at most {_pounds(allowed)} is" if allowed >= PENNY else "nothing is"
    return (
        f"{name} is {_pounds(claim)}; {most} allowed in this accounting period, its other claims being as they are. Claim "
        "no more than that, or leave it out: then the most that the law allows is claimed."
    )


def too_early(name: str) -> str:
    """What to say of a claim on older losses in a period for which none can be made."""
    return (
        f"{name} is given for an accounting period that begins before {day_in_words(first_day_of_claims(current_law()))}: "
        "the law uses those losses there, and no claim stops it (CTA 2010 s.45(4B)). Leave it out."
    )


def allowed_under(name: str, laws: Sequence[Mapping[str, Any]]) -> Any:
    """What is claimed of what the law allows: the most under any of the laws, one value or one for each company (£).

    A claim that caps nothing is above what is allowed, and then this is what is allowed.

    Args:
        laws: the outputs of one accounting period, under each law.
    """
    first, *others = CLAIMED[name]
    return np.max([outputs[first] - sum(outputs[other] for other in others) for outputs in laws], axis=0)


def faults_of(start: Any, values: Mapping[str, Any], laws: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The claims of one accounting period that the law does not allow, and what to say of each.

    Args:
        start: its first day. values: what the company gives. laws: its outputs, under each law.
    """
    for name in (name for name in values if name in CLAIMED):
        claim, allowed = float(values[name]), float(allowed_under(name, laws))
        if name == OLDER and start < first_day_of_claims(current_law()):
            yield name, too_early(name)
        elif np.isfinite(claim) and claim - allowed >= PENNY:
            yield name, too_high(name, claim, allowed)


def _pounds(amount: float) -> str:
    return f"£{amount:,.0f}" if abs(amount - round(amount)) < PENNY else f"£{amount:,.2f}"


def last_day_to_claim(end: date) -> date:
    """The last day to claim to carry back the loss of an accounting period that ends on a day, unless HMRC allows longer."""
    return add_months(end, int(history(current_law(), "losses.carry_back_claim_months").on(end)))
