"""What an assumption on the base does to what companies are given: an edit of the inputs of one accounting period.

Both laws see the same companies, moved in the same way. What was handed on before the laws differ stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from openfisca_goodwork.costing.response import WITH_TRAINING
from openfisca_goodwork.costing.runs import PROFIT
from openfisca_goodwork.costing.uncertainty.assumptions import LEVY_IN_SURVEY
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.population import HEADS_PRICED_BY_CPI

LEVY_FUNDED = "levy_funded_training"
ABSORBED = "loss_absorbed_by_group_share"
FEES, TRAINERS = "external_course_fees", "trainer_pay"
NEW_PLANT, OTHER_PLANT = "main_rate_plant_new", "main_rate_plant_used"
_OF_TRAINING = tuple(name for name in WITH_TRAINING if name not in {*HEADS, LEVY_FUNDED})
_INVESTMENT = (*CLASSES, "structures_and_buildings_expenditure")

Given = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Period:
    """The accounting period of an edit.

    Attributes:
        years_ahead: years from the last that is known; 0 for one that is. has_begun: whether the laws may differ in it.
        otherwise_levy_funded: training that the levy pays for under the other reading of the survey (£ per record).
    """

    years_ahead: int
    has_begun: bool
    otherwise_levy_funded: np.ndarray | None = None


def move(name: str, value: float, central: float, given: Given, period: Period) -> None:
    """Lay one assumption's value upon the inputs of a period, in place; what a company is not given stays away."""
    MOVES[name](value, central, given, period)


def _training(value: float, central: float, given: Given, _period: Period) -> None:
    _scale_heads(given, dict.fromkeys(HEADS, value / central))


def _share_of(head: str) -> Callable[[float, float, Given, Period], None]:
    """The share of one head in the whole; the others make room, so that the whole stays as it is."""

    def moved(value: float, central: float, given: Given, _period: Period) -> None:
        others = (1 - value) / (1 - central)
        _scale_heads(given, dict.fromkeys(HEADS, others) | {head: value / central})

    return moved


def _earnings(value: float, central: float, given: Given, period: Period) -> None:
    factor = _grown(value - central, period)
    _scale_heads(given, {head: factor for head in HEADS if head not in HEADS_PRICED_BY_CPI})
    _scale(given, (LEVY_FUNDED,), factor)


def _prices(value: float, central: float, given: Given, period: Period) -> None:
    _scale_heads(given, dict.fromkeys(HEADS_PRICED_BY_CPI, _grown(value - central, period)))


def _profits(value: float, central: float, given: Given, period: Period) -> None:
    if period.has_begun:
        _scale(given, (PROFIT,), _grown(value - central, period))


def _investment(value: float, central: float, given: Given, period: Period) -> None:
    if period.has_begun:
        _scale(given, _INVESTMENT, _grown(value - central, period))


def _claims(value: float, central: float, given: Given, period: Period) -> None:
    """More or less of new plant is put forward for a first-year allowance; the rest is written down, as second-hand is."""
    if period.has_begun and {NEW_PLANT, OTHER_PLANT} <= set(given):
        both = given[NEW_PLANT] + given[OTHER_PLANT]
        np.minimum(given[NEW_PLANT] * (value / central), both, out=given[NEW_PLANT])
        given[OTHER_PLANT][:] = both - given[NEW_PLANT]


def _losses_of_groups(value: float, central: float, given: Given, period: Period) -> None:
    if period.has_begun and ABSORBED in given:
        np.minimum(given[ABSORBED] * (value / central), 1, out=given[ABSORBED])


def _levy(value: float, central: float, given: Given, period: Period) -> None:
    if value != central and period.otherwise_levy_funded is not None:
        given[LEVY_FUNDED][:] = period.otherwise_levy_funded


MOVES: Mapping[str, Callable[[float, float, Given, Period], None]] = {
    "training_spending": _training,
    "company_share": _training,
    "external_fee_share": _share_of(FEES),
    "trainer_pay_share": _share_of(TRAINERS),
    "earnings_growth": _earnings,
    "prices_growth": _prices,
    "profits_growth": _profits,
    "investment_growth": _investment,
    "claims_of_first_year_allowances": _claims,
    "losses_used_by_groups": _losses_of_groups,
    LEVY_IN_SURVEY: _levy,
}


def _grown(a_year: float, period: Period) -> float:
    return float((1 + a_year) ** period.years_ahead)


def _scale(given: Given, names: tuple[str, ...], factor: float) -> None:
    for name in set(names) & set(given):
        given[name] *= factor


def _scale_heads(given: Given, factors: Mapping[str, float]) -> None:
    """Heads by their factors, and what is a part of training (grants, leavers, connected parties) by that of the whole."""
    before = _whole(given)
    for head, factor in factors.items():
        _scale(given, (head,), factor)
    factor_of_whole = np.where(before > 0, _whole(given) / np.where(before > 0, before, 1), 1)
    for name in set(_OF_TRAINING) & set(given):
        given[name] *= factor_of_whole


def _whole(given: Given) -> np.ndarray:
    return np.sum([given[head] for head in HEADS if head in given] or [np.zeros(1)], axis=0)
