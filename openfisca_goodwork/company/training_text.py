"""The relief for training of one period as text: by head, what is left out and why, limits, rates, the next £1,000."""

from __future__ import annotations

from collections.abc import Iterator

from openfisca_goodwork.company.facts import REFORM
from openfisca_goodwork.company.next_training import MORE, NextTraining
from openfisca_goodwork.company.plain_text import PENNY, Row, aligned, figure, lower_first, pence, pounds
from openfisca_goodwork.company.result import CompanyResult, PeriodResult
from openfisca_goodwork.company.training import TrainingRelief
from openfisca_goodwork.company.vocabulary import label_of

WHAT = {"deduction": "Extra deduction", "credit": "Credit"}
_GIVEN = {"deduction": "human_investment_deduction", "credit": "human_investment_training_credit"}
_CASH = "human_investment_cash_option"
NOT_KNOWN = (
    f"What the next £{MORE:,.0f} of training would cost is not known: only training above a baseline counts. Give "
    "baseline_training_expenditure, or is_new_company, for the first accounting period."
)


def training_lines(result: CompanyResult, place: int) -> Iterator[str]:
    """The block of one accounting period; nothing where no relief is in force in it."""
    relief, more = result.training[place], result.next_training[place]
    if relief is None:
        return
    yield ""
    one = result.accounting_periods[place]
    yield from aligned([*_by_head(relief), *_limits_and_rates(relief), *_not_given(relief, one)])
    if relief.why_none:
        yield f"The relief is not given in full: {relief.why_none}."
    yield from [NOT_KNOWN] if more is None else next_lines(relief, more, many=len(result.accounting_periods) > 1)


def _by_head(relief: TrainingRelief) -> Iterator[Row]:
    yield "Relief for training under the reform", ["Spent", "Qualifies", WHAT[relief.form]]
    amounts = relief.spent, relief.qualifying, relief.relief
    for head in relief.spent:
        if any(one[head] >= PENNY for one in amounts):
            yield f"  {lower_first(label_of(head))}", [figure(one[head]) for one in amounts]
    yield "All training", [figure(sum(one.values())) for one in amounts]
    for cut in relief.left_out:
        yield f"  left out: {lower_first(cut.reason)}", ["", figure(-cut.amount), ""]


def _limits_and_rates(relief: TrainingRelief) -> Iterator[Row]:
    for limit in relief.limits:
        yield f"{limit.label}: {'used up' if limit.binds else 'not reached'}", ["", figure(limit.allowed), ""]
    for one in relief.rates:
        marks = f", marked {', '.join(one.tags)}" if one.tags else ""
        yield f"{pence(one.rate)} for each £1{marks}", ["", figure(one.amount), figure(one.amount * one.rate)]


def _not_given(relief: TrainingRelief, one: PeriodResult) -> Iterator[Row]:
    """What of the relief becomes cash, and what is lost because it may make no loss."""
    cash = one.amount(REFORM, _CASH)
    missing = sum(relief.relief.values()) - one.amount(REFORM, _GIVEN[relief.form])
    if missing >= PENNY:
        why = "given up for cash, or more than the profit before it" if cash >= PENNY else "more than the profit before it"
        yield f"  not given: {why}", ["", "", figure(-missing)]
    if cash >= PENNY:
        yield label_of(_CASH), ["", "", figure(cash)]


def next_lines(relief: TrainingRelief, more: NextTraining, *, many: bool) -> Iterator[str]:
    """What £1,000 more would cost, with the relief and without; and why it takes nothing off, where that is so."""
    over = " (tax of all accounting periods here)" if many else ""
    yield (
        f"The next {pounds(MORE).removesuffix('.00')} of {kind_of(more)} would cost {pounds(more.with_relief.after_tax)} "
        f"after tax, {pounds(more.without.after_tax)} without the relief{over}."
    )
    if not more.saves:
        yield f"At the margin the relief saves nothing: {relief.why_no_more}."
    else:
        verb = "saves" if more.per_pound > 0 else "costs"
        yield f"At the margin the relief {verb} {pence(abs(more.per_pound))} for each £1 more."
    carried = {"losses": more.losses_carried, "credit": more.credit_carried}
    told = [f"{pounds(amount)} of {what}" for what, amount in carried.items() if amount >= PENNY]
    if told:
        yield f"Not counted in this, because of the relief carried forward at the end: {' and '.join(told)}."


def kind_of(more: NextTraining) -> str:
    """What the £1,000 is spent on."""
    if not more.is_of_period:
        return f"training ({lower_first(label_of(next(iter(more.mix))))}: this period has none that counts)"
    if len(more.mix) == 1:
        return f"training ({lower_first(label_of(next(iter(more.mix))))})"
    return "training (in this period's mix of what counts)"
