"""The steps of the relief for training up to the deduction: size, baseline, what counts, limits, rates, relief, clawback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from openfisca_goodwork.company.training import ABOVE_LIMITS, UP_TO_BASELINE, Rated, relief_of
from openfisca_goodwork.company.working import proposals
from openfisca_goodwork.company.working.rows import PERIOD, Row
from openfisca_goodwork.company.working.steps import STEP, Input, Step
from openfisca_goodwork.law.human_investment import HEADS, TAGS, TOLD_AT_THE_BEGINNING
from openfisca_goodwork.law.human_investment.paths import (
    BY_SIZE,
    CAPS_BY_SIZE,
    CAPS_PER_UNIT,
    COMBINATION,
    COUNTED,
    ELIGIBILITY,
    GROUP_CAP,
    INCREMENTAL,
    LIMITS,
    MAXIMUM,
    NEW_COMPANY_SHARE,
    OFF_BY_HEAD,
    OFF_PRO_RATA,
    RATE,
    SHARE_OF_BASELINE,
    SHARING,
    STRADDLE,
    UPLIFTS,
)
from openfisca_goodwork.law.human_investment.tags import share_name
from openfisca_goodwork.law.model import SHARE

if TYPE_CHECKING:
    from openfisca_goodwork.company.working.build import Context

LEFT_OUT, UP_TO, LIMIT, ABOVE, RATES = (
    "training that does not count",
    "training up to the baseline",
    "one step for each limit on training",
    "training above the limits",
    "one step for each rate of relief",
)
_RELIEF, _BASELINE, _CLAWBACK = "Training", "Baseline of training", "Training of people who left"
_NODE = "human_investment"
_REFERENCE = "Proposed, not law: human-investment relief, {}"
_TRAINING = (*HEADS, *OFF_BY_HEAD, *OFF_PRO_RATA, *PERIOD)
_SHARES = tuple(map(share_name, TAGS))
_CLAIMS = "claims_human_investment_relief"
_SIZE = ("group_employees", "group_annual_turnover", "group_balance_sheet_total")
_INCREMENT = tuple(f"{_NODE}.incremental.{name}" for name in ("base", "years", "fixed_from", "fixed_to"))
_BASES = (
    "human_investment_base_expenditure",
    "human_investment_fixed_base_expenditure_carried_forward",
    "human_investment_fixed_base_days_carried_forward",
    "human_investment_fixed_base_days_before_record_carried_forward",
)
_CAPS = (*CAPS_PER_UNIT, GROUP_CAP, *CAPS_BY_SIZE.values(), SHARING, *LIMITS)
_QUALIFYING = "qualifying_training_expenditure"
_RATES = (RATE, *BY_SIZE.values(), *UPLIFTS.values(), COMBINATION, MAXIMUM, *proposals.FORM)
_ELIGIBILITY = (
    *ELIGIBILITY,
    STRADDLE,
    "apprenticeship_levy.rate",
    "apprenticeship_levy.allowance",
)
_WORDS_OF_BASES = (
    "What would have counted, as if the relief had been in force, for a rolling baseline of later periods; else 0.",
    "The same in the window of a fixed baseline, with what was brought forward; the opening baseline for earlier days.",
    "Days of the window on record, with those brought forward.",
    "Days of the window before the record of a company that is not new.",
)


def _head(head: str) -> Row:
    words = f"Qualifying spending on {head.replace('_', ' ')} × the extra rate on its day, so far as it is given."
    return Row(_RELIEF, f"human_investment_deduction_{head}", words, (f"{_QUALIFYING}_{head}", _CLAIMS), (RATE,))


def _base(place: int, name: str) -> Row:
    inputs = (*_TRAINING, *_SHARES, *TOLD_AT_THE_BEGINNING)
    return Row(_BASELINE, name, _WORDS_OF_BASES[place], inputs, (*COUNTED, INCREMENTAL, *_INCREMENT))


def _qualifying(head: str) -> Row:
    words = f"What of it is {head.replace('_', ' ')}: a baseline and limits cut all heads alike."
    return Row(_RELIEF, f"{_QUALIFYING}_{head}", words, (_QUALIFYING,))


# What a company is, and what it spent before.
_SIZE_AND_BASE = (
    Row(
        _RELIEF,
        "group_annual_turnover",
        "Turnover of the group ÷ length of the period.",
        ("group_turnover", "length_factor"),
    ),
    *(_base(place, name) for place, name in enumerate(_BASES)),
)
_CLAIMED = (
    Row(
        _RELIEF,
        LEFT_OUT,
        "Spending on days on which the relief is not in force; levy-funded and connected-party training (taken off head by "
        "head) and grants and R&D claims (off all heads alike); the share of each head that does not count; where the law "
        "says so, what is not accredited or not by registered providers.",
        (*_TRAINING, *_SHARES),
        (*COUNTED, *proposals.FORM, RATE),
    ),
    Row(_RELIEF, "training_expenditure_counted", "Every head of cost, less what is left out.", HEADS),
    Row(
        _RELIEF,
        UP_TO,
        "Share of the baseline × the baseline of a year × length of the period × the share of it in which the relief is in "
        "force, at most what counts. The baseline is the mean of a year of the periods before, or of a fixed window, with "
        "the opening baseline for years before the record; of a new company a share of its pay bill.",
        ("pay_bill", "length_factor", *TOLD_AT_THE_BEGINNING),
        (INCREMENTAL, SHARE_OF_BASELINE, NEW_COMPANY_SHARE, *_INCREMENT),
    ),
    Row(
        _RELIEF,
        LIMIT,
        "The limit × what it goes by × the days on which it is in force ÷ 365, at most the length of the period. A limit "
        "for a group is divided by 1 + associated companies, or allocated.",
        ("employees", "trainees", "pay_bill", "human_investment_cap_share", "associated_companies", *_SIZE, "length_factor"),
        _CAPS,
    ),
    Row(_RELIEF, ABOVE, "What counts above the baseline, less the least of it and the limits: all is cut alike.", (), _CAPS),
    Row(
        _RELIEF,
        _QUALIFYING,
        "What counts, less what is up to the baseline and above the limits.",
        ("training_expenditure_counted", *HEADS),
    ),
    *map(_qualifying, HEADS),
    Row(
        _RELIEF,
        RATES,
        "Rate + the rate for the size of the group + uplifts for what the training is marked as (in sum, or the highest), "
        "at most the maximum; or the credit rate. × 1 for a company that claims and is eligible, without the good-work "
        "conditions × the share left; of a relief that runs out by days × the share of days before its end.",
        (
            *_SHARES,
            _CLAIMS,
            "meets_good_work_conditions",
            "employees_besides_directors",
            "pay_bill",
            "apprenticeship_levy_allowance_share",
            "length_factor",
            *_SIZE,
        ),
        (*_RATES, *_ELIGIBILITY),
    ),
)
_DEDUCTION = (
    *map(_head, HEADS),
    Row(
        _RELIEF,
        "human_investment_deduction",
        "The sum over the heads: the extra deduction, on top of the ordinary 100%. Without what is given up for cash; where "
        "the law allows no loss from it, all heads together at most the trading profit less capital allowances.",
        tuple(f"human_investment_deduction_{head}" for head in HEADS),
        (proposals.TREATMENT, *proposals.CASH),
    ),
)
_TAKEN_BACK = (
    Row(
        _CLAWBACK,
        "human_investment_relief_given",
        "The deduction, kept where a law takes it back; else 0.",
        ("human_investment_deduction",),
        (f"{_NODE}.clawback.rate",),
    ),
    Row(
        _CLAWBACK,
        "human_investment_training_relieved",
        "Training that counts, before any baseline and limit, kept likewise.",
        _TRAINING,
        (f"{_NODE}.clawback.rate", *COUNTED),
    ),
    Row(
        _CLAWBACK,
        "human_investment_clawback",
        "Training of people who left × deduction ÷ training that counts, of this period and those that the months before it "
        "reach, × the share that comes back: a receipt of the trade.",
        ("training_cost_of_leavers", "human_investment_relief_given", "human_investment_training_relieved"),
        (f"{_NODE}.clawback.rate", f"{_NODE}.clawback.months"),
    ),
)
ROWS = (
    *_SIZE_AND_BASE,
    *proposals.BEFORE_DEDUCTION,
    *_CLAIMED,
    *_DEDUCTION,
    *_TAKEN_BACK,
    *proposals.AFTER_DEDUCTION,
)


def left_out(context: Context, _row: Row, step: Step) -> Iterator[Step]:
    """What does not count, whatever the baseline and the limits, with each reason."""
    found = relief_of(context.simulation, context.label)
    cuts = [] if found is None else [one for one in found.left_out if one.reason not in {UP_TO_BASELINE, ABOVE_LIMITS}]
    inputs = (*step.inputs, *(Input("", one.reason, one.amount, STEP) for one in cuts))
    total = sum((one.amount for one in cuts), 0.0)
    yield replace(step, label="Training left out", inputs=inputs, reference=_REFERENCE.format("steps 1 to 3"), result=total)


def up_to_baseline(context: Context, _row: Row, step: Step) -> Iterator[Step]:
    """What of it is up to the baseline."""
    found = relief_of(context.simulation, context.label)
    taken = 0.0 if found is None else found.counted - found.above_baseline
    yield replace(step, label="Training up to the baseline", reference=_REFERENCE.format("step 4"), result=taken)


def each_limit(context: Context, _row: Row, step: Step) -> Iterator[Step]:
    """What each limit in force allows, and which of them cuts."""
    found = relief_of(context.simulation, context.label)
    for one in () if found is None else found.limits:
        asked = Input("", "Training that it is asked for", one.asked, STEP)
        binds = Input("", "Used up, so that more training has no relief", one.binds, STEP)
        inputs = (*step.inputs, asked, binds)
        yield replace(step, label=one.label, inputs=inputs, reference=_REFERENCE.format("step 5"), result=one.allowed)


def above_limits(context: Context, _row: Row, step: Step) -> Iterator[Step]:
    """What is above the limits."""
    found = relief_of(context.simulation, context.label)
    inputs = tuple(Input("", one.label, one.allowed, STEP) for one in found.limits) if found else ()
    over = 0.0 if found is None else found.above_baseline - sum(found.qualifying.values())
    yield replace(step, label="Training above the limits", inputs=inputs, reference=_REFERENCE.format("step 5"), result=over)


def each_rate(context: Context, _row: Row, step: Step) -> Iterator[Step]:
    """The relief for each £1, by what the training is marked as; once, at 0, where none qualifies."""
    found = relief_of(context.simulation, context.label)
    what = "Credit" if found and found.form == "credit" else "Extra deduction"
    for one in (found.rates if found else ()) or (Rated((), 0.0, 0.0),):
        marks = f", {', '.join(one.tags)}" if one.tags else ""
        training = Input("", f"Qualifying training{marks}", one.amount, STEP)
        yield replace(
            step,
            label=f"{what} for each £1{marks}",
            reference=_REFERENCE.format("step 6"),
            unit=SHARE,
            inputs=(*step.inputs, training),
            result=one.rate,
        )


MAKERS: Mapping[str, Callable[[Context, Row, Step], Iterator[Step]]] = {
    LEFT_OUT: left_out,
    UP_TO: up_to_baseline,
    LIMIT: each_limit,
    ABOVE: above_limits,
    RATES: each_rate,
}
