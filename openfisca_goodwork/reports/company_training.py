"""The relief for training in a company's report: what qualifies, what £1,000 more costs, and a chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company import CompanyResult, PeriodResult
from openfisca_goodwork.company.facts import PENNY, REFORM
from openfisca_goodwork.company.training import MORE, OUT_OF_FORCE, NextTraining, TrainingRelief
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.errors import and_joined, lower_first
from openfisca_goodwork.law.human_investment import relief_spells
from openfisca_goodwork.law.human_investment.terms import OFF_BY_HEAD, OFF_PRO_RATA
from openfisca_goodwork.law.periods import day_in_words, history
from openfisca_goodwork.number_formats import POUNDS, POUNDS_AND_PENCE, exact_percentage, pence, pounds, standing_of
from openfisca_goodwork.reports.charts import STRONG, Spec, spec_of
from openfisca_goodwork.reports.company_working import span_of
from openfisca_goodwork.reports.sections import Cell, Chart, Column, Figure, Medium, Note, Row, Section, Table

if TYPE_CHECKING:
    import pandas

RELIEF_FOR_TRAINING, WHAT_IF = "Relief for training", "What if more, or less, were spent on training?"
_POINTS = {
    "training": Column("Spent on training of the types that count (£)", POUNDS),
    "saved": Column("Saved by the relief (£)", POUNDS),
}
_FORMS = {"deduction": "Extra deduction", "credit": "Credit"}
_GIVEN = {"deduction": "human_investment_deduction", "credit": "human_investment_training_credit"}
_RATES, _A_RATE = ("main_rate", "small_profits_rate", "marginal_relief.fraction"), 0.0005
_CASH = "human_investment_cash_option"
_USES_OF_CREDIT = (
    "human_investment_training_credit",
    "human_investment_credit_as_income",
    "human_investment_credit_set_off",
    "human_investment_notional_tax",
    "human_investment_credit_carried_forward",
)
NOT_KNOWN = (
    f"What the next £{MORE:,.0f} of training would cost is not known: only training above a baseline counts. Say what "
    "training cost in the year before, or that the company is new."
)
NOT_KNOWN_IN_FILE = "In a company file, baseline_training_expenditure or is_new_company of the first accounting period."

LOSSES_SHARED = (
    "What more training would save depends on the losses that the group would then share out: change the training of this "
    "company in the group to see it."
)


def sections_of_training(result: CompanyResult, place: int) -> Iterator[Section]:
    """The relief for training of one accounting period, and a chart of more or less; nothing where none is in force."""
    relief = result.training[place]
    if relief is None:
        return
    question = f"What relief has the training of {span_of(result.accounting_periods[place])}?"
    yield Section(RELIEF_FOR_TRAINING, question, tuple(_relief(result, place, relief)), sheet="Training")
    more, period = result.next_training[place], result.accounting_periods[place]
    if result.shares_losses(place):
        return
    if (more is not None and more.saves) or abs(period.tax_saved + period.credits_paid) >= PENNY:
        chart = Figure("what-if", lambda: _what_if(result, place), _POINTS)
        yield Section(WHAT_IF, "", (chart,), on=Medium.READ)


def _relief(result: CompanyResult, place: int, relief: TrainingRelief) -> Iterator[Table | Note]:
    more = result.next_training[place]
    period = result.accounting_periods[place]
    columns = [Column(name, POUNDS_AND_PENCE, 18) for name in ("Spent", "Qualifies", _FORMS[relief.form])]
    caption = f"Relief for training under the reform, {span_of(period)}"
    yield Note(
        f"{_what_qualifies(result, place, relief)}{_what_it_saves(laws_of(result.reforms)[REFORM], relief, period)}",
        on=Medium.READ,
    )
    yield Table(
        caption, (Column("£", width=60), *columns), list(_rows_of_training(relief, period)), name=f"training {place}"
    )
    yield Note(f"The relief is not given in full: {relief.why_none}." if relief.why_none else "")
    if result.shares_losses(place):
        yield Note(LOSSES_SHARED)
        return
    many = len(result.accounting_periods) > 1
    yield Note(NOT_KNOWN if more is None else "\n".join(_next_lines(relief, more, many=many)))
    yield Note(NOT_KNOWN_IN_FILE if more is None else "", on=~Medium.SCREEN)
    if more is not None:
        yield _next_training(more)


def _what_qualifies(result: CompanyResult, place: int, relief: TrainingRelief) -> str:
    """How much of the training qualifies; and which of it does not as the relief begins or ends within the period."""
    spent, qualifying = (sum(amounts.values()) for amounts in (relief.spent, relief.qualifying))
    if spent < PENNY:
        return "No training was entered for this accounting period."
    said = (
        f"{pounds(qualifying, 0) if qualifying >= PENNY else 'None'} of the {pounds(spent, 0)} spent on training qualifies."
        if spent - qualifying >= PENNY
        else ""
    )
    out = sum(cut.amount for cut in relief.left_out if cut.reason == OUT_OF_FORCE)
    period = result.accounting_periods[place]
    for begins, ends in relief_spells(laws_of(result.reforms)[REFORM]):
        if out >= PENNY and period.start < begins <= period.end:
            said += f" {pounds(out, 0)} was spent before the relief starts on {day_in_words(begins)}."
        elif out >= PENNY and ends is not None and period.start <= ends < period.end:
            said += f" {pounds(out, 0)} was spent after the relief ends on {day_in_words(ends)}."
    if said:
        return said
    heads = and_joined([lower_first(label_of(head)) for head, amount in relief.spent.items() if amount >= PENNY])
    return (
        f"All {pounds(spent, 0)} spent on training qualifies: it is of a type that counts ({heads}), the relief is in force "
        "on every day it was paid for, and you entered none that others paid for."
    )


def _what_the_credit_does(relief: TrainingRelief, period: PeriodResult) -> str:
    """What a credit for training does, in order: it is income, it is set against tax, and the rest is kept or paid."""
    credit, income, met, held_back, later = (period.amount(REFORM, name) for name in _USES_OF_CREDIT)
    if credit < PENNY:
        return ""
    rate = f", {pence(relief.rates[0].rate)} for each £1 that qualifies" if len(relief.rates) == 1 else ""
    more, paid, gain = period.change("corporation_tax"), period.credits_paid, period.tax_saved + period.credits_paid
    uses = [f"{pounds(met, 0)} of the credit is set against corporation tax"] if met >= PENNY else []
    uses += [f"{pounds(held_back, 0)} is kept back for later tax"] if held_back >= PENNY else []
    uses += [f"{pounds(later, 0)} is carried forward"] if later >= PENNY else []
    uses += [f"{pounds(paid, 0)} is paid to the company"] if paid >= PENNY else []
    taxed = f" It counts as income, so the tax before it is {pounds(more, 0)} more." if min(income, more) >= PENNY else ""
    together = f" In all the company is better off by {pounds(gain, 0)}." if min(gain, more) >= PENNY else ""
    return f" The relief is a credit of {pounds(credit, 0)}{rate}.{taxed} {and_joined(uses)}.{together}"


def _what_it_saves(law: TaxBenefitSystem, relief: TrainingRelief, period: PeriodResult) -> str:
    """Why the tax is less by what it is: a credit step by step, or a deduction that alone lowers the period's profit."""
    if relief.form == "credit":
        return _what_the_credit_does(relief, period)
    deduction, saved = sum(relief.relief.values()), period.tax_saved
    is_all_of_it = abs(period.change("taxable_total_profits") + deduction) < PENNY
    if not is_all_of_it or min(deduction, saved) < PENNY:
        return ""
    worked = ""
    if len(relief.rates) == 1:
        (rate,) = relief.rates
        worked = f", {exact_percentage(rate.rate)} of the {pounds(rate.amount, 0)} that qualifies,"
    return (
        f" An extra deduction of {pounds(deduction, 0)}{worked} comes off the profit that is taxed. That saves "
        f"{pounds(saved, 0)} of corporation tax: {_why_this_rate(law, period, saved / deduction)}."
    )


def _why_this_rate(law: TaxBenefitSystem, period: PeriodResult, rate: float) -> str:
    """Why the deduction saves tax at a rate, in words: one of the law's rates, or several of them."""
    main, small, fraction = (history(law, f"corporation_tax.{path}").on(period.end) for path in _RATES)
    between = f"{exact_percentage(main + fraction)}, the rate on profits between the limits of marginal relief"
    if abs(rate - main) < _A_RATE:
        return f"{exact_percentage(main)} of the deduction, the main rate"
    if abs(rate - small) < _A_RATE:
        return f"{exact_percentage(small)} of the deduction, the small profits rate"
    if abs(rate - main - fraction) < _A_RATE:
        more = f"{exact_percentage(fraction)}, by which marginal relief grows as profits fall"
        return f"{between} (the main rate of {exact_percentage(main)}, and {more})"
    return (
        f"{rate:.1%} of the deduction on average, as marginal relief changes with profits. The rates are "
        f"{exact_percentage(main)} above the limits, {between}, and {exact_percentage(small)} below them"
    )


def _rows_of_training(relief: TrainingRelief, period: PeriodResult) -> Iterator[Row]:
    amounts = relief.spent, relief.qualifying, relief.relief
    for head in relief.spent:
        if any(each[head] >= PENNY for each in amounts):
            yield Row((label_of(head), *(each[head] for each in amounts)), indent=1)
    yield Row(("All training", *(sum(each.values()) for each in amounts)), is_total=True)
    for cut in relief.left_out:
        reason = "spent before the relief starts or after it ends" if cut.reason == OUT_OF_FORCE else cut.reason
        yield _single(f"Left out: {lower_first(reason)}", qualifies=-cut.amount)
    for limit in relief.limits:
        yield _single(f"{limit.label}: {'used up' if limit.binds else 'not reached'}", qualifies=limit.allowed, indent=0)
    for rate in relief.rates:
        marks = f", marked {', '.join(rate.tags)}" if rate.tags else ""
        yield _single(f"Relief at {pence(rate.rate)} for each £1{marks}", rate.amount, rate.amount * rate.rate, indent=0)
    cash = period.amount(REFORM, _CASH)
    missing = sum(relief.relief.values()) - period.amount(REFORM, _GIVEN[relief.form])
    if missing >= PENNY:
        why = "given up for cash, or more than the profit before it" if cash >= PENNY else "more than the profit before it"
        yield _single(f"Not given: {why}", relief=-missing)
    if cash >= PENNY:
        yield _single(label_of(_CASH), relief=cash, indent=0)


def _single(label: str, qualifies: float | None = None, relief: float | None = None, *, indent: int = 1) -> Row:
    """A row with figures in the last columns alone; a blank where there is none."""
    figures = (Cell("") if each is None else each for each in (None, qualifies, relief))
    return Row((label, *figures), indent=indent)


def _next_training(more: NextTraining) -> Table:
    rows = (
        (f"The next £{MORE:,.0f} of {_kind_of(more)}: after tax, without the relief", more.without.after_tax),
        ("The same with the relief", more.with_relief.after_tax),
        ("Saved at the margin for each £1", more.per_pound),
        ("Because of the relief on it, losses carried forward at the end, not counted in this", more.losses_carried),
        ("Because of the relief on it, credit carried forward at the end, not counted in this", more.credit_carried),
    )
    return Table("More training", (Column("", width=60), Column("£", POUNDS_AND_PENCE, 18)), rows, on=Medium.WORKBOOK)


def _next_lines(relief: TrainingRelief, more: NextTraining, *, many: bool) -> Iterator[str]:
    """What £1,000 more would cost, with the relief and without; and why it takes nothing off, where that is so."""
    over = " (tax of all accounting periods here)" if many else ""
    yield (
        f"The next £{MORE:,.0f} of {_kind_of(more)} would cost {pounds(more.with_relief.after_tax)} after tax, "
        f"{pounds(more.without.after_tax)} without the relief{over}."
    )
    if not more.saves:
        yield f"At the margin the relief saves nothing: {relief.why_no_more}."
    else:
        verb = "saves" if more.per_pound > 0 else "costs"
        yield f"At the margin the relief {verb} {pence(abs(more.per_pound))} for each £1 more."
    carried = {"losses": more.losses_carried, "credit": more.credit_carried}
    carried_forward = [f"{pounds(amount)} of {what}" for what, amount in carried.items() if amount >= PENNY]
    if carried_forward:
        yield f"It would add {and_joined(carried_forward)} to what is carried forward, which is not counted here."


def _kind_of(more: NextTraining) -> str:
    if not more.is_of_period:
        return f"training ({lower_first(label_of(next(iter(more.mix))))}: this period has none that counts)"
    if len(more.mix) == 1:
        return f"training ({lower_first(label_of(next(iter(more.mix))))})"
    return "training (in this period's mix of what counts)"


# --- the chart of other amounts --------------------------------------------------------------------------------------

_HERE = "you are here"
_HEIGHT = 260
_AXIS = {"grid": False, "tickCount": 4, "format": ",.0f", "titleFontWeight": "normal"}


def _what_if(result: CompanyResult, place: int) -> Chart | None:
    """A line through the points worked out, each of them marked, the company's own with words; None where there are none."""
    what_if = result.what_if(place)
    if what_if is None:
        return None
    import pandas  # here, because it takes longer to import than a company to compute

    standing = standing_of([result.reforms[0].status]).rstrip(".")
    labels = [_HERE if place == what_if.here else "" for place in range(len(what_if.training))]
    data = pandas.DataFrame({"training": what_if.training, "saved": what_if.saved, "label": labels})
    points = "; ".join(
        f"£{training:,.0f} saves £{saved:,.0f}" for training, saved in zip(what_if.training, what_if.saved, strict=True)
    )
    here = f"£{what_if.training[what_if.here]:,.0f}"
    relief = result.training[place]
    qualifying = sum(relief.qualifying.values()) if relief and what_if.here else 0.0
    off = f" Of what is spent now, {pounds(qualifying, 0)} qualifies." if qualifying else ""
    off += _what_stays(relief) if relief else ""
    subtitle = f"Tax saved and credits paid by the relief (£) at each amount spent (£).{off} {standing}."
    alt = f"Line of what the relief saves by spending on training. {points}. You are here: {here}."
    return Chart(what_if.finding, subtitle, alt, _line_of(data, what_if.here), data)


def _what_stays(relief: TrainingRelief) -> str:
    """What others paid for, or another relief covers, which is the same at every amount and bends the line."""
    labels = {label_of(name) for name in (*OFF_BY_HEAD, *OFF_PRO_RATA)}
    same = [f"{lower_first(cut.reason)} of {pounds(cut.amount, 0)}" for cut in relief.left_out if cut.reason in labels]
    return f" At every amount {and_joined(same)} comes off first, so the first pounds save less." if same else ""


def _line_of(data: pandas.DataFrame, place: int) -> Spec:
    x = {
        "field": "training",
        "type": "quantitative",
        "axis": _AXIS | {"title": "Spent on training of the types that count (£)"},
    }
    y = {"field": "saved", "type": "quantitative", "axis": _AXIS | {"title": "Saved by the relief (£)"}}
    here = [{"filter": f"datum.label == '{_HERE}'"}]
    is_falling = bool(place) and data["saved"][place - 1] > data["saved"][place]  # the words would lie upon such a line
    text = {"type": "text", "fontSize": 13, "fontWeight": "bold", "dy": 20 if is_falling else -8}
    text |= {"align": "right", "dx": -12} if place and not is_falling else {"align": "left", "dx": 14}
    layers = [
        {"mark": {"type": "line", "color": STRONG, "point": {"color": STRONG, "size": 40}}},
        {"transform": here, "mark": {"type": "point", "color": STRONG, "filled": True, "size": 220, "shape": "diamond"}},
        {"transform": here, "mark": text, "encoding": {"text": {"field": "label"}}},
    ]
    return spec_of(data, height=_HEIGHT, encoding={"x": x, "y": y}, layer=layers)
