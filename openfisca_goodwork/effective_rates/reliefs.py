"""What the law gives for £1 that a company spends on plant, a building or training, on one day.

Plant and buildings earn deductions over the years, whose present value is taken; of those open to a class of plant the best.
Training has the ordinary deduction at once, and the proposed relief where a law has it. That £1 is below every limit of the
relief and above any baseline; the company claims, is eligible by all but its size and the levy, and meets the good-work
conditions where they are asked for. On a rolling baseline £1 more today takes relief from later periods, which is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from openfisca_goodwork.effective_rates import formulas
from openfisca_goodwork.effective_rates.assumptions import BUILDINGS, CARS, PLANT, Assumptions, LawOn
from openfisca_goodwork.law.human_investment import paths
from openfisca_goodwork.law.human_investment.terms import SURRENDER_RATE, TREATMENT
from openfisca_goodwork.law.plant import CLASSES, rate_path
from openfisca_goodwork.law.plant import MAIN as MAIN_POOL

_MAIN = "corporation_tax.main_rate"
_SMALL = "corporation_tax.small_profits_rate"
_FRACTION = "corporation_tax.marginal_relief.fraction"
_ANNUAL_LIMIT = "capital_allowances.annual_investment_allowance.limit"
_WRITING_DOWN = "capital_allowances.writing_down"
_BUILDINGS = "capital_allowances.structures_and_buildings.rate"
_PERIODS = "human_investment.incremental.years"
_SURRENDERS_BASE = "human_investment.losses.surrender_includes_base"
_TAXABLE = "human_investment.credit_taxable"
_NOTIONAL = "human_investment.payable.notional_tax_rate"
_CASH, _CASH_LIMIT = "human_investment.cash_option.rate", "human_investment.cash_option.spend_limit"
_ELIGIBLE = {"small": {"all", "small_and_medium", "small"}, "medium": {"all", "small_and_medium"}, "large": {"all"}}


# --- who spends ------------------------------------------------------------------------------------------


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


MAIN_RATE_PAYER = Taxpayer(
    "main_rate",
    "Company paying the main rate, beyond its annual investment allowance",
    main_rate,
    "large",
    has_annual_investment_allowance=False,
)
TAXPAYERS = (
    MAIN_RATE_PAYER,
    Taxpayer("marginal_relief", "Company with marginal relief", rate_with_marginal_relief, "medium"),
    Taxpayer("small_profits", "Company paying the small profits rate", small_profits_rate, "small"),
    Taxpayer("in_loss", "Company in loss", main_rate, "medium", is_in_loss=True),
)


# --- plant and buildings --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asset:
    """Something to spend £1 on: a class of plant of the law, or a building. `kind` says how fast it wears."""

    name: str
    label: str
    kind: str


ASSETS = (
    *(Asset(plant.name, plant.asset, CARS if plant.is_car else PLANT) for plant in CLASSES.values() if plant.asset),
    Asset("structures_and_buildings", "Commercial building", BUILDINGS),
)
MACHINE, BUILDING = ASSETS[0], ASSETS[-1]


def deductions(asset: Asset, law: LawOn, interest: float, *, within_annual_limit: bool) -> float:
    """Present value of the deductions that £1 of the asset earns (£), of those open to it the best.

    `within_annual_limit`: whether the £1 is within the company's annual investment allowance.
    """
    if asset.kind == BUILDINGS:
        return formulas.straight_line(law(_BUILDINGS), interest)
    plant = CLASSES[asset.name]
    pool = law(f"{_WRITING_DOWN}.{'main_rate' if plant.pool == MAIN_POOL else 'special_rate'}")
    first_year = [law(rate_path(name)) for name in plant.first_year_allowances]
    has_annual = within_annual_limit and plant.has_annual_investment_allowance and law(_ANNUAL_LIMIT) > 0
    claimed = [formulas.first_year_then_balance(rate, pool, interest) for rate in first_year if rate > 0]
    return max([formulas.declining_balance(pool, interest), *claimed, *([1.0] if has_annual else [])])


# --- training ------------------------------------------------------------------------------------------


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


def relief_for(head: str, law: LawOn, company: Taxpayer, assumed: Assumptions, *, has_every_tag: bool) -> Relief:
    """The relief of a company for £1 of a type of training cost; `has_every_tag`: of training with every uplift."""
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


def _left_by_baseline(law: LawOn, assumed: Assumptions) -> float:
    if not law(paths.INCREMENTAL) or law(paths.BASELINE) != "rolling":
        return 1.0
    return formulas.left_after_rolling_baseline(law(paths.SHARE_OF_BASELINE), int(law(_PERIODS)), assumed.interest)


def _uplifts(law: LawOn) -> float:
    uplifts = [law(path) for path in paths.UPLIFTS.values()]
    return float(max(uplifts) if law(paths.COMBINATION) == "highest" else sum(uplifts))


def tax_relief(relief: Relief, rate: float, law: LawOn, company: Taxpayer, assumed: Assumptions) -> float:
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
