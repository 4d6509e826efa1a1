"""The question: what £1 spent on each thing costs after tax, under one law on one day, or under two beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from openfisca_goodwork.effective_rates import formulas
from openfisca_goodwork.effective_rates.assumptions import (
    BUILDINGS,
    CARS,
    PLANT,
    TRAINING,
    Assumptions,
    LawOn,
    assumption_paths,
    assumptions_on,
)
from openfisca_goodwork.effective_rates.result import (
    AVERAGED,
    EVERY_UPLIFT,
    MACHINE_AND_BUILDING,
    TRAINING_TOGETHER,
    EffectiveRates,
    Rate,
)
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import terms
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.law.plant import CLASSES, rate_path
from openfisca_goodwork.law.plant import MAIN as MAIN_POOL
from openfisca_goodwork.law.training_match import ENABLED as TRAINING_MATCH
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.compare import LAW, Side, side, together, tried
from openfisca_goodwork.policy.laws import load_all
from openfisca_goodwork.policy.vocabulary import Day, day_of_law, in_words

# --- what the law gives for £1 that a company spends on plant, a building or training, on one day ---------------------
# Plant and buildings earn deductions over the years, whose present value is taken; of those open to a class of plant
# the best. Training has the ordinary deduction at once, and the proposed relief where a law has it. That £1 is below
# every limit of the relief and above any baseline; the company claims, is eligible by all but its size and the levy,
# and meets the good-work conditions where they are asked for. On a rolling baseline £1 more today takes relief from
# later periods, which is counted.


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
        rates: figures of law that add up to the rate of tax on its last pound of profit. Between the limits each pound takes
            relief away, too: 25% + 3/200 = 26.5%.
        size: of its group, in the terms of the proposed relief.
        has_annual_investment_allowance: whether £1 more of plant is within its annual limit.
        is_in_loss: whether it pays tax again only after the assumed delay.
    """

    name: str
    label: str
    rates: tuple[str, ...]
    size: str
    has_annual_investment_allowance: bool = True
    is_in_loss: bool = False

    @property
    def pays_levy(self) -> bool:
        """Whether its group pays the apprenticeship levy: large ones are taken to."""
        return self.size == "large"

    def rate(self, law: LawOn) -> float:
        """The rate of tax on its last pound of profit under a law on a day."""
        return float(sum(law(path) for path in self.rates))


TAXPAYERS = (
    Taxpayer(
        "main_rate",
        "Company paying the main rate, beyond its annual investment allowance",
        (_MAIN,),
        "large",
        has_annual_investment_allowance=False,
    ),
    Taxpayer("marginal_relief", "Company with marginal relief", (_MAIN, _FRACTION), "medium"),
    Taxpayer("small_profits", "Company paying the small profits rate", (_SMALL,), "small"),
    Taxpayer("in_loss", "Company in loss", (_MAIN,), "medium", is_in_loss=True),
)
MAIN_RATE_PAYER = TAXPAYERS[0]


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


def relief_for(head: str, law: LawOn, company: Taxpayer, assumed: Assumptions, *, has_every_tag: bool) -> Relief:
    """The relief of a company for £1 of a type of training cost; `has_every_tag`: of training with every uplift."""
    too_large = law(terms.ELIGIBLE_SIZES) not in _ELIGIBLE[company.size]
    is_eligible = not (too_large or (company.pays_levy and law(terms.LEVY_PAYERS_OUT)))
    counted = law(terms.inclusion_path(head)) * is_eligible * _left_by_baseline(law, assumed)
    if not counted:
        return Relief()
    if law(terms.FORM) == "credit":
        credit = law(terms.CREDIT_RATE) * counted
        return Relief(credit=credit, taxable=credit * law(_TAXABLE))
    uplifts = [law(path) for path in terms.UPLIFTS.values()] if has_every_tag else [0]
    uplift = max(uplifts) if law(terms.COMBINATION) == "highest" else sum(uplifts)
    rate = law(terms.RATE) + law(terms.BY_SIZE[company.size]) + uplift
    return Relief(deduction=min(rate, law(terms.MAXIMUM)) * counted)


def _left_by_baseline(law: LawOn, assumed: Assumptions) -> float:
    if not law(terms.INCREMENTAL) or law(terms.BASELINE) != "rolling":
        return 1.0
    return formulas.left_after_rolling_baseline(law(terms.SHARE_OF_BASELINE), int(law(_PERIODS)), assumed.interest)


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
    treatment = law(terms.TREATMENT)
    if treatment == "none":
        return base, 0.0
    if treatment == "surrender" and law(terms.SURRENDER_RATE) > 0:
        extra = max(extra, relief.deduction * law(terms.SURRENDER_RATE))
        base = max(base, law(terms.SURRENDER_RATE)) if law(_SURRENDERS_BASE) else base
    return base, extra


# --- the rates of each thing, under one law or two -------------------------------------------------------------------


DEFAULT_DAY = date(2027, 4, 1)
"""The first day of the last financial year for which rates are legislated, and of most proposals in the library."""
_LAWS = ("enacted", "counterfactual")
_HEAD_SHARE = "assumptions.base.training.head_share."


def effective_rates(
    law: str = LAW,
    reforms: Iterable[str | Path] = (),
    on: Day = DEFAULT_DAY,
    returns_on: Day | None = None,
    settings: Iterable[str] = (),
) -> EffectiveRates:
    """What £1 spent on a machine, a building or training costs after tax, and the tax on what it earns.

    Args:
        law: `law`, `law@2023-03-31`, or the name or file of a reform.
        reforms: combined with it, for a second law beside it.
        on: the day on which the £1 is spent and every parameter is read.
        returns_on: the day whose rate of tax the returns bear; the same unless given. For spending just before a rise.
        settings: `PATH@DATE=VALUE`; those of `assumptions.` apply to both laws, others make or change the second.

    Returns:
        A row for each law, kind of company and thing to spend on.

    Raises:
        GoodworkError: for a wrong day, law, reform or setting; every fault at once.
    """
    settings, errors = tuple(settings), list[GoodworkError]()
    day = tried(lambda: day_of_law(on, "the day of the spending"), errors)
    returns = day if returns_on is None else tried(lambda: day_of_law(returns_on, "the day of the returns"), errors)
    sides = tried(partial(_sides, law, tuple(map(str, reforms)), settings), errors)
    if sides is None or day is None or returns is None:
        raise together(errors)
    if faults := [*_faults_of_days(day, returns), *_unused_settings(settings, day)]:
        raise GoodworkError("\n".join(faults))
    first = LawOn(sides[0].law, day)
    assumed = assumptions_on(first)
    rows = [row for number, compared in enumerate(sides) for row in _rows(compared, number, day, returns, assumed)]
    return EffectiveRates(
        laws=tuple(compared.name for compared in sides),
        asked=tuple(compared.asked for compared in sides),
        settings=settings,
        on=day,
        returns_on=returns,
        assumed={path: float(first(path)) for path in assumption_paths()},
        rows=tuple(rows),
        remarks=tuple(dict.fromkeys(remark for compared in sides for remark in _remarks(compared, day))),
    )


def _sides(law: str, reforms: tuple[str, ...], settings: tuple[str, ...]) -> tuple[Side, ...]:
    """The laws asked for: one, or it and what reforms and settings make of it."""
    common = tuple(setting for setting in settings if setting.startswith(ASSUMPTIONS))
    first = side(law, settings=common)
    if not reforms and common == settings:
        return (first,)
    parts = [part for part in (law, *reforms) if part != LAW]
    return first, side(" + ".join(parts) or LAW, settings=settings)


def _faults_of_days(day: date, returns: date) -> Iterator[str]:
    if returns < day:
        yield (
            f"The returns, on {day_in_words(returns)}, cannot come before the spending, on {day_in_words(day)}: "
            "--returns-on is that day or a later one."
        )


def _unused_settings(settings: Iterable[str], day: date) -> Iterator[str]:
    """Settings of assumptions that nothing here reads, or not on the day."""
    read = {*assumption_paths(), *(f"{_HEAD_SHARE}{head}" for head in HEADS)}
    for setting in settings:
        path, _, rest = setting.partition("@")
        if path.startswith(ASSUMPTIONS) and path not in read:
            yield f"--set {setting}: effective rates do not read {path}. They read assumptions.effective_rates."
        elif path in read and date.fromisoformat(rest.partition("=")[0]) > day:
            yield f"--set {setting}: {path} is read on {day_in_words(day)}. Date the setting on that day or before."


@dataclass(frozen=True)
class _Payer:
    """Who spends the £1, and what the rows of that company share.

    Attributes:
        number, law: of the law, its place among those asked for and its name.
        company: the kind of company. rate, on_returns: its rate of tax on the day, and on what the spending earns.
        assumed: what is assumed.
    """

    number: int
    law: str
    company: Taxpayer
    rate: float
    on_returns: float
    assumed: Assumptions


def _rows(asked: Side, number: int, day: date, returns: date, assumed: Assumptions) -> Iterator[Rate]:
    law, later = LawOn(asked.law, day), LawOn(asked.law, returns)
    for company in TAXPAYERS:
        payer = _Payer(number, asked.name, company, company.rate(law), company.rate(later), assumed)
        if payer.on_returns >= 1:
            raise GoodworkError(
                f"{company.label}: tax takes {in_words(payer.on_returns, SHARE)} of £1 more of profit, so that nothing it "
                "could spend on breaks even. Ask for rates (with the fraction of marginal relief) below 100%."
            )
        plants = list(_plant(law, payer))
        yield from plants
        weights = {MACHINE.name: assumed.weights[PLANT], BUILDING.name: assumed.weights[BUILDINGS]}
        yield _average(MACHINE_AND_BUILDING, "Machine and building, weighted", plants, weights, assumed)
        yield from _training(law, payer)


def _row(payer: _Payer, kind: str, name: str, label: str, deductions: float, tax_relief: float, credit: float = 0.0) -> Rate:
    """The measures of £1 on which tax gives back so much.

    Args:
        kind: of thing, which says how it wears. name, label: of it. deductions: in present value (£).
        tax_relief: what they and the credit are worth to the company (£). credit: paid at once (£).
    """
    assumed, returns = payer.assumed, payer.on_returns
    wear, terms = assumed.wear[kind], (assumed.real_rate, assumed.inflation)
    needed = formulas.cost_of_capital(tax_relief, returns, *terms, wear, assumed.debt_share)
    kept = assumed.share_of_return_kept
    return Rate(
        number=payer.number,
        law=payer.law,
        company=payer.company.name,
        spent_on=name,
        label=label,
        kind=kind,
        rate=payer.rate,
        rate_on_returns=returns,
        deductions=deductions,
        credit=credit,
        tax_relief=tax_relief,
        cost_of_capital=needed,
        marginal_rate=formulas.marginal_rate(needed, assumed.real_rate),
        average_rate=formulas.average_rate(tax_relief, returns, *terms, wear, assumed.pre_tax_return, assumed.debt_share),
        user_cost=formulas.user_cost(needed, wear),
        return_to_society=formulas.return_to_society(needed, wear, kept) if kind == TRAINING else None,
    )


def _plant(law: LawOn, payer: _Payer) -> Iterator[Rate]:
    company, assumed = payer.company, payer.assumed
    later = assumed.after_losses if company.is_in_loss else 1.0
    within = company.has_annual_investment_allowance
    for asset in ASSETS:
        worth = deductions(asset, law, assumed.interest, within_annual_limit=within)
        yield _row(payer, asset.kind, asset.name, asset.label, worth, worth * payer.rate * later)


def _training(law: LawOn, payer: _Payer) -> Iterator[Rate]:
    """A row for each type of training cost, and their average; again for training with every uplift, if any."""
    who = payer.company, payer.assumed
    shares = {head: float(law(f"{_HEAD_SHARE}{head}")) for head in HEADS}
    has_uplifts = any(law(path) > 0 for path in terms.UPLIFTS.values())
    for has_every_tag in (False, True) if has_uplifts else (False,):
        suffix, words = (EVERY_UPLIFT, ", with every uplift") if has_every_tag else ("", "")
        by_head = {head: relief_for(head, law, *who, has_every_tag=has_every_tag) for head in HEADS}
        rows = [
            _row(
                payer,
                TRAINING,
                head + suffix,
                f"Training: {head.replace('_', ' ')}{words}",
                1 + relief.deduction,
                tax_relief(relief, payer.rate, law, *who),
                relief.credit,
            )
            for head, relief in by_head.items()
        ]
        yield from rows
        weights = {row.spent_on: shares[row.spent_on.removesuffix(suffix)] for row in rows}
        yield _average(TRAINING_TOGETHER + suffix, f"Training, all costs together{words}", rows, weights, payer.assumed)


def _average(name: str, label: str, rows: list[Rate], weights: dict[str, float], assumed: Assumptions) -> Rate:
    """The row of £1 spread over several things by weight; its marginal rate is that of the average break-even return."""
    total = sum(weights.values())
    parts = [(row, weights[row.spent_on] / total) for row in rows if row.spent_on in weights]
    means: dict[str, Any] = {}
    for measure in AVERAGED:
        values = [(getattr(row, measure), weight) for row, weight in parts]
        known = all(value is not None for value, _weight in values)
        means[measure] = sum(value * weight for value, weight in values) if known else None
    marginal = formulas.marginal_rate(means["cost_of_capital"], assumed.real_rate)
    return replace(rows[0], spent_on=name, label=label, marginal_rate=marginal, **means)


def _remarks(asked: Side, day: date) -> Iterator[str]:
    """Whether a law is one, and what it asks for that a row takes as given."""
    law = LawOn(asked.law, day)
    parts = load_all([part for part in asked.asked.split(" + ") if part != LAW and not part.startswith("law@")])
    if any(part.status not in _LAWS for part in parts):
        yield "Proposed, not law."
    if any(law(path) for path in terms.ONLY.values()):
        yield "The relief is for accredited training, or that of registered providers, alone: the training here is."
    if law(TRAINING_MATCH):
        yield (
            "Illustration, nobody's proposal: plant has its allowances only so far as training goes with it. "
            "The machines here have enough."
        )
