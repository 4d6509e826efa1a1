"""The relief for training as rows of a sheet: by head, what is left out, limits, rates, what it saves, the next £1,000."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openfisca_goodwork.company import CompanyResult, PeriodResult
from openfisca_goodwork.company.next_training import MORE, NextTraining
from openfisca_goodwork.company.training import TrainingRelief
from openfisca_goodwork.company.training_text import NOT_KNOWN, WHAT, kind_of
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.reports.workbook import Page

_HEADINGS = ["Accounting period", "What", "Spent (£)", "Qualifies (£)", "Relief (£)"]


def write_training(page: Page, result: CompanyResult) -> None:
    """Every accounting period in which a relief is in force, one under the other."""
    page.heading(_HEADINGS)
    for one, relief, more in zip(result.accounting_periods, result.training, result.next_training, strict=True):
        if relief is not None:
            span = f"{day_in_words(one.start)} to {day_in_words(one.end)}"
            following = [[NOT_KNOWN]] if more is None else _of_next(relief, more)
            for what, *amounts in (*_of_relief(relief), *_of_saving(one), *following):
                page.line([span, what, *amounts])


def _of_relief(relief: TrainingRelief) -> Iterator[list[Any]]:
    amounts = relief.spent, relief.qualifying, relief.relief
    for head in relief.spent:
        if any(one[head] for one in amounts):
            yield [label_of(head), *(one[head] for one in amounts)]
    yield [f"All training; the relief is: {WHAT[relief.form].lower()}", *(sum(one.values()) for one in amounts)]
    for cut in relief.left_out:
        yield [f"Left out: {cut.reason}", None, -cut.amount]
    for limit in relief.limits:
        yield [f"{limit.label}, {'used up' if limit.binds else 'not reached'}", limit.asked, limit.allowed]
    for rate in relief.rates:
        yield [f"{', '.join(('Rate', *rate.tags))}: {rate.rate:g} for each £1", None, rate.amount, rate.amount * rate.rate]
    if relief.why_none:
        yield [f"Not given in full: {relief.why_none}"]


def _of_saving(one: PeriodResult) -> Iterator[list[Any]]:
    yield ["Tax that the reform saves in this period", None, None, one.tax_saved]
    yield ["Credits that it pays", None, None, one.credits_paid]
    yield ["Both, for each £1 of qualifying training", None, None, one.saved_per_pound]
    yield ["More losses carried forward", None, None, one.change("trading_losses_carried_forward")]


def _of_next(relief: TrainingRelief, more: NextTraining) -> Iterator[list[Any]]:
    why = "" if more.saves else f": nothing, {relief.why_no_more}"
    yield [f"The next £{MORE:,.0f} of {kind_of(more)}: after tax, without the relief", MORE, None, more.without.after_tax]
    yield ["The same with the relief", MORE, None, more.with_relief.after_tax]
    yield [f"Saved at the margin for each £1{why}", None, None, more.per_pound]
    for what, amount in (("losses", more.losses_carried), ("credit", more.credit_carried)):
        yield [f"Because of the relief on it, {what} carried forward at the end, not counted in this", None, None, amount]
