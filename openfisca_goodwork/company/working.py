"""How one company's tax comes about, in ordered steps: what each formula read, the figures of law, and what came out.

The order and the headings stand in ``SECTIONS``; all else is taken from the law and from the run: the label, the rule in
words and the reference are attributes of the variable, inputs and parameters are what its formula asked for
(``law.record``). A test works the tax out again from the steps' inputs and figures of law alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from math import inf
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.claims import unlimited
from openfisca_goodwork.company.facts import Company
from openfisca_goodwork.company.steps import (
    GIVEN,
    PERIOD_BEFORE,
    STEP,
    Entry,
    Input,
    ParameterValue,
    Step,
    Used,
    parameter_values,
)
from openfisca_goodwork.company.training import ABOVE_LIMITS, UP_TO_BASELINE, Rated, TrainingRelief, relief_of
from openfisca_goodwork.company.under_law import Period, class_of, given_on, recorded_periods
from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, BUILDINGS_GIVEN, input_variables, label_of
from openfisca_goodwork.law import payment as payments
from openfisca_goodwork.law import plant
from openfisca_goodwork.law.charge import LIMITS, ChargePart, charge_parts
from openfisca_goodwork.law.human_investment import HEADS, TOLD_AT_THE_BEGINNING
from openfisca_goodwork.law.model import POUNDS, SHARE, reference_of, rule_of
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import EARLIER_PERIODS, day_in_words, segments
from openfisca_goodwork.law.plant import CLASSES, MAIN, SPECIAL
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES
from openfisca_goodwork.law.record import Asked
from openfisca_goodwork.law.structures_and_buildings import RATE as BUILDINGS_RATE

_TAX, _QUALIFYING = "corporation_tax", "qualifying_training_expenditure"
_ON_LOANS = "tax_on_loans_to_participators"
_DEDUCTION, _CREDIT = "human_investment_deduction", "human_investment_training_credit"
# What is assumed is no figure of law: the last year for which law is held refuses a date and enters no figure.
ASSUMPTIONS = "assumptions."
PERIOD = ("accounting_period_start", "accounting_period_end", "apportionment")


def _by_head(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{head}" for head in HEADS)


def _with_expenditure(*, is_full: bool) -> Iterator[str]:
    """First-year allowances, each after the expenditure on which it is claimed."""
    for allowance in FIRST_YEAR_ALLOWANCES.values():
        if allowance.is_full == is_full:
            yield allowance.expenditure
            yield allowance.name


# Heading → the variables that stand under it, in the order of the computation: a step rests on nothing that stands below it.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Length of the period": ("length_factor",),
    "Plant and machinery": (
        "annual_investment_allowance_maximum",
        "super_deduction_rate",
        *_with_expenditure(is_full=True),
        *(plant.annual_allowance for plant in CLASSES.values() if plant.has_annual_investment_allowance),
        "annual_investment_allowance",
        *_with_expenditure(is_full=False),
    ),
    "Pools": (
        "special_rate_allowance_balancing_charge",
        *(
            f"{pool}_{what}"
            for pool in (MAIN, SPECIAL)
            for what in (
                "expenditure_allocated",
                "left_by_first_year_allowances",
                "balance",
                "writing_down_rate",
                "writing_down_allowance",
                "carried_forward",
            )
        ),
        "main_pool_balancing_allowance",
        "special_rate_pool_balancing_allowance",
        "balancing_allowances",
        "main_pool_balancing_charge",
        "special_rate_pool_balancing_charge",
        "super_deduction_balancing_charge",
        "balancing_charges",
    ),
    "Structures and buildings": (
        "structures_and_buildings_allowance",
        "structures_and_buildings_carried_forward",
        "structures_and_buildings_gain",
        "special_tax_site_buildings_allowance",
        "special_tax_site_buildings_carried_forward",
    ),
    "Capital allowances": ("capital_allowances",),
    "Plant that goes with training (illustration)": ("training_matched_with_plant", "plant_matched_with_training"),
    "Baseline of training": (
        "group_annual_turnover",
        "human_investment_base_expenditure",
        "human_investment_fixed_base_expenditure_carried_forward",
        "human_investment_fixed_base_days_carried_forward",
        "human_investment_fixed_base_days_before_record_carried_forward",
    ),
    "Good work": ("meets_good_work_conditions", "public_contract_revenue_reserved", "public_contract_revenue_at_risk"),
    "Training": (
        "human_investment_baseline",
        "training_share_above_baseline",
        _QUALIFYING,
        "training_expenditure_counted",
        "training_less_baseline",
        *_by_head(_QUALIFYING),
        "human_investment_deduction_share_given",
        *_by_head(_DEDUCTION),
        _DEDUCTION,
    ),
    "Training of people who left": (
        "human_investment_relief_given",
        "human_investment_training_relieved",
        "human_investment_clawback",
    ),
    "Credit or cash for training": (
        "human_investment_cash_option",
        *_by_head(_CREDIT),
        _CREDIT,
        "human_investment_credit_as_income",
    ),
    "Profit or loss before research and development": ("trading_result_before_research_and_development",),
    "Research and development": (
        "counts_as_small_or_medium_sized_enterprise",
        "meets_research_intensity_condition",
        "has_additional_deduction",
        "research_intensity_condition_carried_forward",
        "research_and_development_expenditure_credit",
        "research_and_development_additional_deduction",
    ),
    "Profit or loss of the trade": (
        "adjusted_trading_result",
        "trade_profit",
        "trade_loss",
        "other_profits",
        "total_profits",
    ),
    "Reliefs of the period": (
        "trade_loss_set_against_total_profits",
        "trading_losses_used_before_other_reliefs",
        "charitable_donations_relief",
        "available_total_profits",
        "group_relief",
        "group_relief_surrenderable",
        "group_relief_surrendered",
        "qualifying_profits",
    ),
    "Losses": (
        "loss_restriction_maximum",
        "pre_april_2017_trading_losses_without_a_claim",
        "trading_losses_used_pre_april_2017",
        "trading_losses_used",
    ),
    "Losses brought forward in the group": (
        "carried_forward_losses_surrenderable",
        "group_relief_for_carried_forward_losses_maximum",
        "group_relief_for_carried_forward_losses",
    ),
    "Losses carried back": (
        "trade_loss_available_for_carry_back",
        *(f"profits_left_for_loss_carried_back_{back}" for back in EARLIER_PERIODS),
        *(f"losses_relieved_at_the_end_of_the_trade_{back}" for back in EARLIER_PERIODS),
        *(f"loss_carried_back_{back}" for back in EARLIER_PERIODS),
        "loss_carried_back",
        "loss_carried_back_under_extension",
        "terminal_losses_of_earlier_periods",
        "losses_relieved_at_the_end_of_the_trade",
    ),
    "Loss surrendered for the tax credit": (
        "unrelieved_trade_loss",
        "surrenderable_loss",
        "research_and_development_tax_credit",
        "trade_loss_surrendered_for_tax_credit",
        "research_and_development_credit",
    ),
    "Loss given up for the human-investment credit": (
        "human_investment_credit_cap",
        "human_investment_loss_surrendered",
        "human_investment_loss_credit",
        "human_investment_credit",
    ),
    "Losses carried forward": (
        "trade_loss_to_carry_forward",
        "human_investment_loss_kept_from_carry_back",
        "trading_losses_carried_forward",
        "trading_losses_carried_forward_pre_april_2017",
    ),
    "Taxable profits": ("taxable_total_profits",),
    "Charge": (
        "augmented_profits",
        "marginal_relief_lower_limit",
        "marginal_relief_upper_limit",
        "marginal_relief",
        _TAX,
        "marginal_tax_rate",
    ),
    "Repayment of earlier tax": (
        *(f"tax_taken_off_by_loss_carried_back_{back}" for back in EARLIER_PERIODS),
        "loss_carry_back_repayment",
        "credits_paid_for_loss_carried_back",
        "notional_tax_deduction_added_by_carry_back",
        "research_and_development_credit_added_by_carry_back",
        "human_investment_notional_tax_added_by_carry_back",
        "human_investment_credit_added_by_carry_back",
    ),
    "Expenditure credit": (
        "research_and_development_credit_cap",
        "notional_tax_deduction_used",
        "research_and_development_credit_set_off",
        "notional_tax_deduction",
        "notional_tax_deduction_carried_forward",
        "research_and_development_credit_carried_forward",
        "research_and_development_credit_paid",
    ),
    "Human-investment credit": (
        "human_investment_notional_tax_used",
        "human_investment_credit_set_off",
        "human_investment_notional_tax",
        "human_investment_notional_tax_carried_forward",
        "human_investment_credit_carried_forward",
        "human_investment_credit_paid",
    ),
    "Net tax": ("payable_credits", "corporation_tax_saved_in_group", "net_corporation_tax"),
    "Loans to participators": (
        "tax_on_loans_to_participators",
        "loans_to_participators_tax_to_relieve_carried_forward",
        "tax_chargeable",
    ),
    "Payment": ("instalment_threshold", "large_company_carried_forward", "payment_regime"),
    "Apprenticeship levy": ("apprenticeship_levy",),
}
ORDER = tuple(name for names in SECTIONS.values() for name in names)


def working_of(law: TaxBenefitSystem, company: Company) -> tuple[tuple[Step, ...], ...]:
    """The steps of every accounting period of a company under a law, oldest period first, in the order of computation."""
    return tuple(tuple(_steps(period)) for period in recorded_periods(law, company, ORDER))


def _relief(period: Period) -> TrainingRelief | None:
    return cached_for_period(period.run, period.at, relief_of)


def _steps(period: Period) -> Iterator[Step]:
    for part, names in SECTIONS.items():
        for name in names:
            step = _step(period, part, name)
            for before in BEFORE.get(name, ()):
                yield from before(period, step)
            yield _sum_of_parts(period, step) if name == _TAX else step


def _step(period: Period, part: str, name: str) -> Step:
    """The step of a variable, from what its formula asked for."""
    variable, asked = period.law.variables[name], period.run.asked[name, period.label]
    used = tuple(_used(period, asked))
    elsewhere = {read.path for read in asked.values} - {figure.path for figure in used}
    figures = [path for path in asked.parameters if path not in elsewhere and not path.startswith(ASSUMPTIONS)]
    return Step(
        part=part,
        variable=name,
        label=label_of(name),
        words=rule_of(variable),
        reference=reference_of(variable),
        unit=str(variable.unit or "text"),
        inputs=tuple(_inputs(period, name, asked)),
        parameters=tuple(figure for path in figures for figure in _dated(period, asked, path)),
        used=used,
        result=period.value(name),
    )


def _dated(period: Period, asked: Asked, path: str) -> tuple[ParameterValue, ...]:
    """The values of a figure of law: those of the period, or that of its last day where the rule goes by that alone."""
    start, end = period.facts.start, period.facts.end
    days = {day for each, day in asked.days if each == path and start <= day <= end}
    is_by_end = days == {end} and not any(read.path == path for read in asked.values)
    return parameter_values(period, [path], end if is_by_end else start, end)


def _used(period: Period, asked: Asked) -> Iterator[Used]:
    """What the formula took parameters to be over stretches of this period; what it read of others is theirs to show."""
    for read in asked.values:
        if period.facts.start <= read.start and read.end <= period.facts.end:
            value = read.value if isinstance(read.value, bool | str) else float(read.value)
            yield Used(read.path, read.start, read.end, value)


def _inputs(period: Period, name: str, asked: Asked) -> Iterator[Input]:
    """What the formula started from: facts, item by item where they are given by day, balances, and steps above."""
    facts, is_first = input_variables(), period.label == period.company.labels[0]
    if name == ORDER[0]:
        values: tuple[Entry, ...] = (period.facts.start, period.facts.end, period.company.apportionment)
        yield from (
            Input(variable, label_of(variable), value, GIVEN) for variable, value in zip(PERIOD, values, strict=True)
        )
    for variable in asked.variables:
        if (variable in TOLD_AT_THE_BEGINNING and not is_first) or (
            variable in unlimited() and period.amount(variable) == inf
        ):
            continue
        items = [item for item in period.facts.items if item.variable == variable]
        yield from (Input(variable, label_of(variable), item.amount, GIVEN, item.day, item.tags) for item in items)
        if not items and variable in facts:
            is_balance = BROUGHT_FORWARD in variable and not is_first
            yield Input(variable, label_of(variable), period.value(variable), PERIOD_BEFORE if is_balance else GIVEN)
        elif variable in ORDER:
            yield Input(variable, label_of(variable), period.value(variable), STEP)
    for variable in asked.balances:
        yield Input(variable, label_of(variable), period.value(variable), PERIOD_BEFORE)
    for variable, label in asked.earlier:
        if variable in TOLD_AT_THE_BEGINNING and label == period.company.labels[0]:
            yield Input(variable, label_of(variable), replace(period, place=0).value(variable), GIVEN)


# --- steps that stand for no variable -------------------------------------------------------------------------------

Made = Iterator[Step]


def _cars(period: Period, step: Step) -> Made:
    """The class of each car bought in the period."""
    for car in period.facts.cars:
        figures = parameter_values(period, plant.CAR_LIMITS, car.day, car.day)
        condition = "new" if car.is_new else "second-hand"
        yield replace(
            step,
            variable="",
            label=f"Class of the car of {day_in_words(car.day)}: {car.emissions:g} g/km, {condition}",
            words=f"{plant.PICK_UP_RULE if car.is_double_cab else ''}{plant.CAR_RULE} {_limits(figures)}",
            reference=plant.CAR_REFERENCE,
            unit="text",
            inputs=(
                Input("car", "Car", car.cost, GIVEN, car.day),
                Input("co2_emissions", "Emissions, g/km", car.emissions, GIVEN, car.day),
                Input("new", "New", car.is_new, GIVEN, car.day),
            ),
            parameters=figures,
            used=(),
            result=label_of(class_of(period.law, car)),
        )


def _limits(figures: tuple[ParameterValue, ...]) -> str:
    """The limits on the day, which may well be 0 g/km."""
    first_year, allowance, main_pool = (float(figure.value) for figure in figures)
    force = "in force" if allowance > 0 else "not in force"
    return (
        f"On that day the first-year allowance is {force}, its limit {first_year:g} g/km, that of the main pool "
        f"{main_pool:g} g/km."
    )


def _buildings_sold(period: Period, step: Step) -> Made:
    """The allowance given on each building sold in the period, accounting period by accounting period."""
    variable = period.law.variables[BUILDINGS_GIVEN]
    for building in period.facts.buildings_sold:
        given = list(given_on(period.law, period.company, building))
        years = (
            Input("", f"Allowance of {day_in_words(held.start)} to {day_in_words(held.end)}", amount, STEP)
            for held, amount in given
        )
        yield replace(
            step,
            variable="",
            label=f"Allowances given on the building sold on {day_in_words(building.sold)}",
            words=rule_of(variable),
            reference=reference_of(variable),
            unit=POUNDS,
            inputs=(
                Input("cost", "Qualifying cost in use", building.cost, GIVEN, building.begins),
                Input("sold", "Qualifying cost sold", building.cost, GIVEN, building.sold),
                *years,
            ),
            parameters=parameter_values(period, [BUILDINGS_RATE], building.begins, building.sold),
            used=(),
            result=sum((amount for _period, amount in given), 0.0),
        )


def _of_training(step: Step, node: str, **said: Any) -> Step:
    """A step on the way to the relief for training, with the figures of one node of the law."""
    figures = tuple(figure for figure in step.parameters if figure.path.startswith(f"human_investment.{node}"))
    paths = {figure.path for figure in figures}
    used = tuple(figure for figure in step.used if figure.path in paths)
    return replace(step, **{"variable": "", "inputs": (), "parameters": figures, "used": used, "unit": POUNDS} | said)


_PROPOSED = "Proposed, not law: human-investment relief, {}"


def _left_out(period: Period, step: Step) -> Made:
    """What does not count, whatever the baseline and the limits, with each reason."""
    relief = _relief(period)
    cuts = [cut for cut in relief.left_out if cut.reason not in {UP_TO_BASELINE, ABOVE_LIMITS}] if relief else []
    yield _of_training(
        step,
        "qualifying",
        label="Training left out",
        words="Spending on days on which the relief is not in force; levy-funded and connected-party training (taken off "
        "head by head) and grants and R&D claims (off all heads alike); the share of each head that does not count; where "
        "the law says so, what is not accredited or not by registered providers.",
        reference=_PROPOSED.format("steps 1 to 3"),
        inputs=(*step.inputs, *(Input("", cut.reason, cut.amount, STEP) for cut in cuts)),
        result=sum((cut.amount for cut in cuts), 0.0),
    )


def _up_to_baseline(period: Period, step: Step) -> Made:
    """What of it is up to the baseline."""
    relief = _relief(period)
    yield _of_training(
        step,
        "incremental",
        label="Training up to the baseline",
        words="Share of the baseline × the baseline of a year × length of the period × the share of it in which the relief "
        "is in force, at most what counts. The baseline is the mean of a year of the periods before, or of a fixed window, "
        "with the opening baseline for years before the record; of a new company a share of its pay bill.",
        reference=_PROPOSED.format("step 4"),
        result=relief.counted - relief.above_baseline if relief else 0.0,
    )


def _each_limit(period: Period, step: Step) -> Made:
    """What each limit in force allows, which of them cuts, and what is above them."""
    relief = _relief(period)
    for limit in relief.limits if relief else ():
        asked = Input("", "Training that it is asked for", limit.asked, STEP)
        binds = Input("", "Used up, so that more training has no relief", limit.binds, STEP)
        yield _of_training(
            step,
            "caps",
            label=limit.label,
            words="The limit × what it goes by × the days on which it is in force ÷ 365, at most the length of the period. "
            "A limit for a group is divided by 1 + associated companies, or allocated.",
            reference=_PROPOSED.format("step 5"),
            inputs=(asked, binds),
            result=limit.allowed,
        )
    yield _of_training(
        step,
        "caps",
        label="Training above the limits",
        words="What counts above the baseline, less the least of it and the limits: all is cut alike.",
        reference=_PROPOSED.format("step 5"),
        inputs=tuple(Input("", limit.label, limit.allowed, STEP) for limit in relief.limits) if relief else (),
        result=relief.above_baseline - sum(relief.qualifying.values()) if relief else 0.0,
    )


def _each_rate(period: Period, step: Step) -> Made:
    """The relief for each £1, by what the training is marked as; once, at 0, where none qualifies."""
    relief = _relief(period)
    what = "Credit" if relief and relief.form == "credit" else "Extra deduction"
    for rated in (relief.rates if relief else ()) or (Rated((), 0.0, 0.0),):
        marks = f", {', '.join(rated.tags)}" if rated.tags else ""
        yield _of_training(
            step,
            "",
            label=f"{what} for each £1{marks}",
            words="Rate + the rate for the size of the group + uplifts for what the training is marked as (in sum, or the "
            "highest), at most the maximum; or the credit rate. × 1 for a company that claims and is eligible, without the "
            "good-work conditions × the share left; of a relief that runs out by days × the share of days before its end.",
            reference=_PROPOSED.format("step 6"),
            unit=SHARE,
            inputs=(*step.inputs, Input("", f"Qualifying training{marks}", rated.amount, STEP)),
            result=rated.rate,
        )


# What a part of the period is charged with: the attribute of ``ChargePart``, and its label.
LABELS_OF_PART = {
    "share": "Share of the period's profits",
    "main": "Main rate over the part",
    "small": "Small profits rate over the part",
    "fraction": "Marginal relief fraction over the part",
    "lower": "Lower limit of the part, for this company",
    "upper": "Upper limit of the part, for this company",
}


def _stretches(period: Period) -> list[tuple[str, date, date, ChargePart, float]]:
    """The parts of the period that are charged on their own: title, days, figures, and the tax on each."""
    at = period.at
    taxed, augmented = (period.run(name, at) for name in ("taxable_total_profits", "augmented_profits"))
    parts = []
    for stretch, part in zip(segments(period.run, at, *LIMITS), charge_parts(period.run, at), strict=True):
        first, last = (day[0].item() for day in stretch.days())
        title = f"Tax from {day_in_words(first)} to {day_in_words(last)}"
        parts.append((title, first, last, part, float(part.tax(taxed, augmented)[0]) + 0.0))
    return parts


def _charge_by_parts(period: Period, step: Step) -> Made:
    """The tax on each part of the period that is charged on its own."""
    paths = list(dict.fromkeys(figure.path for figure in step.parameters))
    for title, first, last, part, tax in _stretches(period):
        figures = (Input("", label, float(getattr(part, name)[0]), STEP) for name, label in LABELS_OF_PART.items())
        yield replace(
            step,
            variable="",
            label=title,
            inputs=(*step.inputs, *figures),
            parameters=parameter_values(period, paths, first, last),
            used=tuple(figure for figure in step.used if first <= figure.start and figure.end <= last),
            result=tax,
        )


def _sum_of_parts(period: Period, step: Step) -> Step:
    taxes = tuple(Input("", title, tax, STEP) for title, _first, _last, _part, tax in _stretches(period))
    words = "The sum of the tax on the parts of the period, after marginal relief."
    return replace(step, words=words, inputs=taxes, parameters=(), used=())


def _days_of_payment(period: Period, step: Step) -> Made:
    """When the tax, that on loans to participators included, is due, and how much of it on each day."""
    start, end = period.facts.start, period.facts.end
    taxes = {name: period.amount(name) for name in (_TAX, _ON_LOANS)}
    charged = [name for name, tax in taxes.items() if tax or name == _TAX]
    regime = str(period.value("payment_regime"))
    yield replace(
        step,
        part="Payment",
        variable="",
        label="Days of payment",
        words=payments.RULE,
        reference=reference_of(period.law.variables["payment_regime"]),
        inputs=(
            *(Input(name, label_of(name), taxes[name], STEP) for name in charged),
            Input("payment_regime", label_of("payment_regime"), regime, STEP),
        ),
        parameters=parameter_values(period, [f"payment.due_dates.{term.name}" for term in fields(payments.PaymentTerms)]),
        used=(),
        unit=POUNDS,
        result=payments.instalments(sum(taxes.values()), regime, start, end, payments.payment_terms(period.law, start)),
    )


# Variable → what stands before its step.
BEFORE: Mapping[str, tuple[Callable[[Period, Step], Made], ...]] = {
    "annual_investment_allowance_maximum": (_cars,),
    "structures_and_buildings_gain": (_buildings_sold,),
    _QUALIFYING: (_left_out, _up_to_baseline, _each_limit),
    f"{_DEDUCTION}_{HEADS[0]}": (_each_rate,),
    _TAX: (_charge_by_parts,),
    "apprenticeship_levy": (_days_of_payment,),
}
