"""What the law gives for £1 of training: the ordinary deduction at once, and the proposed relief where a law has it.

The £1 is below every limit of the relief and above any baseline; the company claims, is eligible by all but its size and
the levy, and meets the good-work conditions where they are asked for. On a rolling baseline £1 more today takes relief from
later periods, which is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from openfisca_goodwork.effective_rates import formulas
from openfisca_goodwork.effective_rates.assumptions import Assumed
from openfisca_goodwork.effective_rates.companies import Taxpayer
from openfisca_goodwork.effective_rates.law_on import LawOn
from openfisca_goodwork.law.human_investment import paths
from openfisca_goodwork.law.human_investment.switches import SURRENDER_RATE, TREATMENT
from openfisca_goodwork.law.inputs.training import HEADS

_PERIODS = "human_investment.incremental.years"
_SURRENDERS_BASE = "human_investment.losses.surrender_includes_base"
_TAXABLE = "human_investment.credit_taxable"
_NOTIONAL = "human_investment.payable.notional_tax_rate"
_CASH, _CASH_LIMIT = "human_investment.cash_option.rate", "human_investment.cash_option.spend_limit"
_ELIGIBLE = {"small": {"all", "small_and_medium", "small"}, "medium": {"all", "small_and_medium"}, "large": {"all"}}


@dataclass(frozen=True)
class Relief:
    """The relief for £1 of training over the ordinary deduction of it.

    Attributes:
        deduction: the extra deduction (£). credit: credit (£). taxable: the part of the credit that is income.
    """

    deduction: float = 0.0
    credit: float = 0.0
    taxable: float = 0.0


def has_uplifts(law: LawOn) -> bool:
    """Whether the relief is higher for some kinds of training."""
    return any(law(path) > 0 for path in paths.UPLIFTS.values())


def needs_tags(law: LawOn) -> bool:
    """Whether only accredited training, or that of registered providers, counts at all."""
    return any(law(path) for path in paths.ONLY.values())


def relief_for(head: str, law: LawOn, company: Taxpayer, assumed: Assumed, *, has_every_tag: bool) -> Relief:
    """The relief of a company for £1 of a cost head; `has_every_tag`: of training that has every uplift there is."""
    counted = law(paths.inclusion_path(head)) * _is_eligible(law, company) * _left_by_baseline(law, assumed)
    if not counted:
        return Relief()
    if law(paths.FORM) == "credit":
        credit = law(paths.CREDIT_RATE) * counted
        return Relief(credit=credit, taxable=credit * law(_TAXABLE))
    rate = law(paths.RATE) + law(paths.BY_SIZE[company.size]) + (_uplifts(law) if has_every_tag else 0)
    return Relief(deduction=min(rate, law(paths.MAXIMUM)) * counted)


def _is_eligible(law: LawOn, company: Taxpayer) -> bool:
    too_large = law(paths.ELIGIBLE_SIZES) not in _ELIGIBLE[company.size]
    return not (too_large or (company.pays_levy and law(paths.LEVY_PAYERS_OUT)))


def _left_by_baseline(law: LawOn, assumed: Assumed) -> float:
    if not law(paths.INCREMENTAL) or law(paths.BASELINE) != "rolling":
        return 1.0
    return formulas.left_after_rolling_baseline(law(paths.SHARE_OF_BASELINE), int(law(_PERIODS)), assumed.interest)


def _uplifts(law: LawOn) -> float:
    found = [law(path) for path in paths.UPLIFTS.values()]
    return float(max(found) if law(paths.COMBINATION) == "highest" else sum(found))


def tax_relief(relief: Relief, rate: float, law: LawOn, company: Taxpayer, assumed: Assumed) -> float:
    """Present value of the tax and cash that £1 of training brings (£), the ordinary deduction included.

    A company in loss has its deductions when profits return, a credit at once but for the notional tax held back until then,
    and the cash of a loss given up, or of the cash option, at once where that is worth more to it.
    """
    later = assumed.after_losses if company.is_in_loss else 1.0
    held_back = law(_NOTIONAL) if company.is_in_loss else 0.0
    credit = relief.credit * (1 - held_back + held_back * later) - relief.taxable * rate * later
    base, extra = rate * later, relief.deduction * rate * later
    if relief.deduction and law(_CASH_LIMIT) > 0:
        this_period = 0.0 if company.is_in_loss else extra
        extra = law(_CASH) if law(_CASH) > this_period else extra
    elif company.is_in_loss and relief.deduction:
        base, extra = _of_a_loss(relief, law, base, extra)
    return float(base + extra + credit)


def _of_a_loss(relief: Relief, law: LawOn, base: float, extra: float) -> tuple[float, float]:
    """The deduction and the extra of a company in loss, by what the law lets become of that loss (£)."""
    treatment = law(TREATMENT)
    if treatment == "none":
        return base, 0.0
    if treatment == "surrender" and law(SURRENDER_RATE) > 0:
        extra = max(extra, relief.deduction * law(SURRENDER_RATE))
        base = max(base, law(SURRENDER_RATE)) if law(_SURRENDERS_BASE) else base
    return base, extra


__all__ = ["HEADS", "Relief", "has_uplifts", "needs_tags", "relief_for", "tax_relief"]
