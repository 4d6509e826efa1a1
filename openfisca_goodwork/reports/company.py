"""One company's result as a report: what it would pay, the computation with live formulas, the relief for training, payment.

The lines of the computation (``BEFORE_CHARGE`` to ``BESIDE``) stand here once: the terminal, pages, documents and the
workbook show the same rows, each what it has room for. The working, step by step, is ``company_working``; many companies of
a table are ``companies``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isinf
from pathlib import Path
from typing import NamedTuple

from openfisca_goodwork.company import CompanyPeriod, CompanyResult, PeriodResult
from openfisca_goodwork.company.advice import Advice
from openfisca_goodwork.company.claims import last_day_to_claim
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM, Fact
from openfisca_goodwork.company.result import CREDITS
from openfisca_goodwork.company.steps import Step
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.company.working import LABELS_OF_PART
from openfisca_goodwork.errors import lower_first, printable
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.model import box_of
from openfisca_goodwork.law.payment import EARLY, LATE, REPAYMENT, UNDERPAID, due_dates, instalments, payment_terms
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import POUNDS_AND_PENCE, RATE, TEXT, pounds, standing_of
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.reports import company_working
from openfisca_goodwork.reports.company_headline import (
    LIVE,
    LOANS_LATER,
    LOSSES_LATER,
    NET,
    ON_LOANS,
    REPAID,
    TAX,
    TRAINING,
    command,
    finding,
    inputs_of,
    loans_relieved,
    notes,
    reforms_named,
    saving_in_words,
    standing,
    what_can_be_done_with_losses,
    when_a_loss_is_repaid,
)
from openfisca_goodwork.reports.company_training import sections_of_training
from openfisca_goodwork.reports.company_working import printed_relief, span_of
from openfisca_goodwork.reports.sections import (
    EVERYWHERE,
    Column,
    Medium,
    Note,
    Part,
    Report,
    Row,
    Section,
    Style,
    Table,
    facts,
)
from openfisca_goodwork.reports.workbook import write_report
from openfisca_goodwork.system import current_law

DIFFERENCE, BOX = "Difference", "Company tax return"
TAX_UNDER_BOTH, WHEN_PAID, SETTLED = "Tax under both laws", "When it is paid", "Interest and penalties"
_BOOK = Medium.WORKBOOK
_READ = Medium.TERMINAL | Medium.READ
_PROFIT = "trading_profit_before_capital_allowances"
_RELIEF = "marginal_relief"
_REGIMES = {"ordinary": "on one day", "large": "in instalments (large)", "very_large": "in instalments (very large)"}
_ALWAYS: tuple[str, ...] = ()


class Line(NamedTuple):
    """A line of the computation: a fact or an output, shown where it is not 0 or where another one is not.

    Attributes:
        key: the variable, or a name of its own for a sum of several.
        word: "less", "plus", or nothing for a total.
        formula: in a spreadsheet's language, with the keys of other lines in braces; empty for a value.
        label: for people; by default the variable's.
        terms: what it adds up; by default the variable alone.
        shown_with: outputs that make the line worth reading, if they are not its own; none for a line that always stands.
        on: the media that show it at all.
        box: of the return, of a line that is no variable.
    """

    key: str
    word: str = ""
    formula: str = ""
    label: str = ""
    terms: tuple[str, ...] = ()
    shown_with: tuple[str, ...] | None = None
    on: Medium = EVERYWHERE
    box: str = ""

    @property
    def title(self) -> str:
        """The label of the line, after "less" or "plus" where the line has a word."""
        label = self.label or label_of(self.key)
        return f"{self.word} {lower_first(label)}" if self.word else label


_OFF_TAX = (*CREDITS, "loss_carry_back_repayment", "corporation_tax_saved_in_group")
_OTHER = (
    "property_profits",
    "non_trading_loan_relationship_profits",
    "chargeable_gains",
    "structures_and_buildings_gain",
    "other_income",
)
BEFORE_CHARGE = (
    Line(_PROFIT, shown_with=_ALWAYS),
    *(Line(part, on=_BOOK) for part in PARTS),
    Line("capital_allowances", "less"),
    Line("balancing_charges", "plus"),
    Line("human_investment_deduction", "less"),
    Line("human_investment_clawback", "plus"),
    Line("human_investment_credit_as_income", "plus"),
    Line("research_and_development_expenditure_credit", "plus"),
    Line("research_and_development_additional_deduction", "less"),
    Line(
        "adjusted_trading_result",
        formula=f"{{{_PROFIT}}}-{{capital_allowances}}+{{balancing_charges}}-{{human_investment_deduction}}"
        "+{human_investment_clawback}+{human_investment_credit_as_income}+{research_and_development_expenditure_credit}"
        "-{research_and_development_additional_deduction}",
        shown_with=_ALWAYS,
    ),
    Line("trade_profit", formula="MAX({adjusted_trading_result},0)", on=_BOOK),
    Line("trade_loss", "plus", "MAX(-{adjusted_trading_result},0)", "loss, which is relieved below or carried forward"),
    *(Line(name, on=_BOOK) for name in _OTHER),
    Line("other_profits", "plus", f"SUM({{{_OTHER[0]}}}:{{{_OTHER[-1]}}})"),
    Line("total_profits", formula="{trade_profit}+{other_profits}", on=_BOOK),
    Line("trading_losses_surrendered_to_group", label="of the loss, given to the group"),
    Line(
        "trade_loss_set_against_total_profits",
        "less",
        "MIN({trade_loss}-{trading_losses_surrendered_to_group},{total_profits})",
    ),
    # Donations come after every other relief but those of a group (CTA 2010 s.189(2)).
    Line("trading_losses_used", "less"),
    Line("charitable_donations_relief", "less"),
    Line("group_relief", "less"),
    Line("group_relief_for_carried_forward_losses", "less"),
    Line(
        "taxable_total_profits",
        formula="{total_profits}-SUM({trade_loss_set_against_total_profits}:{group_relief_for_carried_forward_losses})",
        shown_with=_ALWAYS,
    ),
    Line("exempt_distributions", on=_BOOK),
    Line("augmented_profits", formula="{taxable_total_profits}+{exempt_distributions}", on=_BOOK),
)
BEFORE_RELIEF = (
    Line(
        "tax_before_marginal_relief",
        label="Tax before marginal relief",
        terms=(TAX, _RELIEF),
        shown_with=(_RELIEF,),
        on=_READ,
        box="box 430",
    ),
    Line(_RELIEF, "less", on=_READ),
)
AFTER_CHARGE = (
    *(Line(name, "less") for name in _OFF_TAX),
    Line(NET, formula=f"{{{TAX}}}-SUM({{{_OFF_TAX[0]}}}:{{{_OFF_TAX[-1]}}})", shown_with=_OFF_TAX),
)
BESIDE = (
    Line("payable_credits"),
    Line("credits_paid_for_loss_carried_back"),
    Line(ON_LOANS),
    Line("tax_chargeable", formula=f"{{{TAX}}}+{{{ON_LOANS}}}", shown_with=(ON_LOANS,)),
    Line(LOANS_LATER, label="Tax on loans: relief available when they are repaid (s.458)"),
    Line("research_and_development_credit_carried_forward"),
    Line("notional_tax_deduction_carried_forward"),
    Line("trade_loss_surrendered_for_tax_credit"),
    Line("human_investment_credit_carried_forward"),
    Line("human_investment_notional_tax_carried_forward"),
    Line("human_investment_loss_surrendered"),
    Line(TRAINING),
    Line("losses_carried_forward", label="Trading losses carried forward", terms=LOSSES_LATER),
)
_TOTALS = {"capital_allowances", "adjusted_trading_result", "total_profits", "taxable_total_profits", TAX, NET}
_LOSSES = (
    "trade_loss",
    "trade_loss_set_against_total_profits",
    "loss_carried_back",
    "trading_losses_used",
    "trading_losses_carried_forward",
)
# A part of the period that is charged on its own: key → label; rates, and what formulas make of them.
_PART_OF_PROFITS = "{augmented_profits}*{share}"
_RATES = {"share", "main", "small", "fraction", "has_small_rate"}
_PART = {
    **LABELS_OF_PART,
    "has_small_rate": "May have the small profits rate and marginal relief (1) or not (0)",
    "relief": "Marginal relief of the part",
    "tax": "Tax on the part: rate × profits × share − marginal relief",
}
_FORMULAS_OF_PART = {
    "relief": f"IF(AND({{has_small_rate}}>0,{_PART_OF_PROFITS}>{{lower}},{_PART_OF_PROFITS}<={{upper}}),"
    f"MIN({{fraction}}*({{upper}}-{_PART_OF_PROFITS})*{{taxable_total_profits}}/MAX({{augmented_profits}},0.01),"
    "{main}*{taxable_total_profits}*{share}),0)",
    "tax": f"IF(AND({{has_small_rate}}>0,{_PART_OF_PROFITS}<={{lower}}),{{small}},{{main}})*{{taxable_total_profits}}"
    "*{share}-{relief}",
}


def report_of(result: CompanyResult, *, working: bool = False, schedules: bool = False, advice: bool = False) -> Report:
    """The report of one company's result; with its working, its schedules and advice on claims where they are asked for.

    A workbook wants it with the working: its tax is a formula over the parts of the period that are charged on their own.
    """
    name = result.company.name or "The company"
    steps = {law: result.working(law) for law in result.laws} if working else {}
    periods = [
        section
        for place in range(len(result.accounting_periods))
        for section in sections_of_period(result, place, {law: of_law[place] for law, of_law in steps.items()})
    ]
    return Report(
        title=name,
        standing=standing(result),
        sections=(
            _answer(result, name),
            *periods,
            *([_all_periods(result)] if len(result.accounting_periods) > 1 else []),
            *([claims_advised(result.advice)] if advice else ()),
            company_working.section_of_assumed(result),
            *(company_working.schedule_sections(result) if schedules else ()),
            *(company_working.sections(result, steps) if working else ()),
            inputs_of(result, name),
            notes(),
        ),
        command=f"{command(result)} --working",
        stem="company",
    )


def claims_advised(advice: Advice) -> Section:
    """The claims that pay least: what was found, which to make otherwise, why, and what was not searched."""
    rows = [
        (
            *((printable(each.company),) if each.company else ()),
            each.end,
            each.label,
            *map(_claim_of, (each.as_it_is, each.value)),
        )
        for each in advice.claims
    ]
    whose = [Column("Company", width=30)] if any(each.company for each in advice.claims) else []
    names = ("Period to", "Claim", "As it is", "Advised")
    columns = (*whose, *(Column(name, width=30) for name in names))
    table = Table("Claims to make otherwise", columns, rows, name="Claims advised", on=Medium.WORKBOOK)
    return Section("Claims", "Which claims pay least?", (*map(Note, advice.sentences()), *([table] if rows else [])))


def _claim_of(value: Fact) -> str:
    """A claim as a cell: yes or no, an amount, or the most that the law allows."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "The most" if isinf(float(value)) else pounds(float(value))


def write_company_workbook(result: CompanyResult, path: Path, *, advice: bool = False) -> Path:
    """Write one company's result as a workbook, with its working, its schedules and, where asked for, advice on claims.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    return write_report(report_of(result, working=True, schedules=True, advice=advice), path)


def _answer(result: CompanyResult, name: str) -> Section:
    cover = {
        "Result": finding(result),
        **about(result),
        "Unit": "£; the difference is reform less current law",
        "Model": f"openfisca-goodwork {result.model_version}",
    }
    apportioned = f"limits and rates apportioned by {result.company.apportionment}"
    return Section(
        "Answer",
        name,
        (
            *reforms_named(result, Medium.TERMINAL),
            Note(f"In pounds; {apportioned}; model {result.model_version}", on=Medium.TERMINAL),
            Note(saving_in_words(result.accounting_periods) if result.reforms else "", Style.STRONG, on=Medium.READ),
            *(Note(f"{reform.title}. {reform.summary}", on=Medium.READ) for reform in result.reforms),
            facts("", cover, on=_BOOK),
        ),
        finding=finding(result),
        sheet="Cover",
    )


def about(result: CompanyResult) -> dict[str, str]:
    """What a computation is of: accounting periods, reforms, how limits and rates are apportioned."""
    return {
        "Accounting periods": "; ".join(map(span_of, result.accounting_periods)),
        "Reform": " ".join(f"{reform.title}." for reform in result.reforms),
        "Limits and rates": f"apportioned by {result.company.apportionment}",
    }


def sections_of_period(
    result: CompanyResult, place: int, steps: dict[str, tuple[Step, ...]] | None = None
) -> Iterator[Section]:
    """The sections of one accounting period: the computation, the relief for training, payment, losses.

    Args:
        place: of the accounting period. steps: of its working under each law, for the parts of the charge.
    """
    period = result.accounting_periods[place]
    span, saving = span_of(period), saving_in_words([period]) if result.reforms else ""
    computation, payment = computation_of(result, place, steps), payment_of(result, place)
    name, question = TAX_UNDER_BOTH if result.reforms else "Tax", f"What is paid for {span}?"
    parts = (Note(LIVE, on=_BOOK), computation, payment, Note(saving))
    yield Section(name, question, parts, sheet="Computation", on=~Medium.READ)
    yield Section(name, question, (computation,), on=Medium.READ)
    yield from sections_of_training(result, place)
    yield Section(WHEN_PAID, f"When is the tax of {span} due?", (payment,), on=Medium.READ)
    yield from settlement_of(period)
    said = (what_can_be_done_with_losses(result, place), when_a_loss_is_repaid(result, place))
    losses: tuple[Part, ...] = (losses_of(result, place), *(Note(words) for words in said))
    yield Section("Losses", f"What becomes of the losses of {span}?", losses, on=Medium.READ)


def columns_of(reforms: Sequence[Reform]) -> tuple[Column, ...]:
    """The laws, the reform with its standing so that nobody takes it for law, and the last one less the first."""
    standing = " and ".join(dict.fromkeys(standing_of([reform.status]).rstrip(".").lower() for reform in reforms))
    names = {CURRENT_LAW: "Current law", REFORM: f"Reform ({standing})"}
    laws = tuple(Column(name, POUNDS_AND_PENCE, 18) for name in (names.values() if reforms else [names[CURRENT_LAW]]))
    difference = f"{{@{names[REFORM]}}}-{{@{names[CURRENT_LAW]}}}"
    return (*laws, Column(DIFFERENCE, POUNDS_AND_PENCE, 18, difference)) if reforms else laws


def beside(amounts: Sequence[float]) -> list[float]:
    """The amounts under each law, and the last one less the first."""
    return [*amounts, amounts[-1] - amounts[0]] if len(amounts) > 1 else list(amounts)


def computation_of(result: CompanyResult, place: int, steps: dict[str, tuple[Step, ...]] | None = None) -> Table:
    """From the trading profit to the net tax of one accounting period, under each law.

    Args:
        place: of the accounting period. steps: of its working under each law, for the parts of the charge.
    """
    given, period = result.company.accounting_periods[place], result.accounting_periods[place]
    tax = Line(TAX, shown_with=_ALWAYS)
    parts: list[Row] = []
    if steps:
        parts, keys = _charge(steps)
        tax = tax._replace(formula="+".join(f"{{{key}}}" for key in keys))
    lines = [*_with_allowances(period), *BEFORE_RELIEF, tax, *AFTER_CHARGE, *BESIDE]
    rows = [row for line in lines for row in (*(parts if line is tax else ()), _row(line, given, period))]
    columns = (Column("£", width=60), *columns_of(result.reforms), Column(BOX, TEXT, 24, on=_BOOK))
    return Table(span_of(period), columns, rows, name=f"computation {place}")


def _with_allowances(period: PeriodResult) -> Iterator[Line]:
    """The lines before the charge, of the capital allowances those alone that come to something, and their sum."""
    given = [part for part in PARTS if any(period.amount(law, part) for law in period.outputs)]
    for line in BEFORE_CHARGE:
        if line.key == "capital_allowances":
            yield line._replace(formula="+".join(f"{{{part}}}" for part in given) or "0")
        elif line.key not in PARTS or line.key in given:
            yield line


def _row(line: Line, given: CompanyPeriod, period: PeriodResult) -> Row:
    amounts = [sum(_amount(given, period, law, name) for name in line.terms or (line.key,)) for law in period.outputs]
    if line.key == _RELIEF:
        taxes = [_amount(given, period, law, TAX) for law in period.outputs]
        amounts = [printed_relief(tax + relief, tax) for tax, relief in zip(taxes, amounts, strict=True)]
    decisive = [_amount(given, period, law, name) for law in period.outputs for name in line.shown_with or ()]
    is_read = line.shown_with == _ALWAYS or any(abs(amount) >= PENNY for amount in decisive or amounts)
    return Row(
        (line.title, *beside(amounts), line.box or _box(line.key)),
        key=line.key,
        formula=line.formula,
        is_total=line.key in _TOTALS,
        indent=1 if line.word else 0,
        on=line.on if is_read else line.on & _BOOK,
    )


def _amount(given: CompanyPeriod, period: PeriodResult, law: str, name: str) -> float:
    outputs = period.outputs[law]
    return float(outputs[name]) if name in outputs else float(given.values.get(name, 0.0))


def _box(key: str) -> str:
    variable = current_law().variables.get(key)
    return box_of(variable) if variable else ""


def _charge(steps: dict[str, tuple[Step, ...]]) -> tuple[list[Row], list[str]]:
    """The rows of each part of the period that is charged on its own, and the keys of the tax on them."""
    laws = [list(_parts(of_law)) for of_law in steps.values()]
    rows, keys = [], []
    for place in range(max(map(len, laws))):
        parts = [of_law[place] if place < len(of_law) else {} for of_law in laws]
        titles = dict.fromkeys(str(part["title"]) for part in parts if part)
        blanks = [None] * (len(parts) + (len(parts) > 1))
        rows.append(Row((" · ".join(titles), *blanks, None), is_total=True, on=_BOOK))
        for key, label in _PART.items():
            figures = beside([float(part.get(key, 0.0)) for part in parts])
            formula = _FORMULAS_OF_PART.get(key, "")
            for other in _PART:
                formula = formula.replace(f"{{{other}}}", f"{{{other} {place}}}")
            kind = RATE if key in _RATES else None
            rows.append(Row((label, *figures, None), key=f"{key} {place}", formula=formula, kind=kind, on=_BOOK))
        keys.append(f"tax {place}")
    return rows, keys


def _parts(steps: tuple[Step, ...]) -> Iterator[dict[str, float | str]]:
    """The figures of the parts of the charge, from the steps that work out the tax on each."""
    keys = {label: key for key, label in LABELS_OF_PART.items()}
    amounts = {step.variable: step.result for step in steps}
    for step in steps:
        figures = {keys[entry.label]: float(str(entry.value)) for entry in step.inputs if entry.label in keys}
        if figures and isinstance(step.result, float):
            inputs = {entry.name: entry.value for entry in step.inputs}
            small = bool(inputs["is_uk_resident"]) and not inputs["is_close_investment_holding_company"]
            profits, augmented = (float(str(amounts[name])) for name in ("taxable_total_profits", "augmented_profits"))
            part = augmented * figures["share"]
            between = small and figures["lower"] < part <= figures["upper"]
            by_fraction = figures["fraction"] * (figures["upper"] - part) * profits / augmented if between else 0.0
            relief = min(by_fraction, figures["main"] * profits * figures["share"])
            yield {"title": step.label, **figures, "has_small_rate": float(small), "relief": relief, "tax": step.result}


def _all_periods(result: CompanyResult) -> Section:
    amounts = [sum(period.amount(law, NET) for period in result.accounting_periods) for law in result.laws]
    formula = "+".join(f"{{computation {place}!{NET}}}" for place in range(len(result.accounting_periods)))
    label = f"{label_of(NET)}, all accounting periods"
    row = Row((label, *beside(amounts)), formula=formula, is_total=True)
    title = f"All {len(result.accounting_periods)} accounting periods"
    parts = (Table(title, (Column("£"), *columns_of(result.reforms)), [row], on=~Medium.READ),)
    saving = Note(saving_in_words(result.accounting_periods) if result.reforms else "", on=Medium.TERMINAL)
    return Section(title, title, (*parts, saving), sheet="Computation")


def payment_of(result: CompanyResult, place: int) -> Table:
    """What is due when for one accounting period, under each law."""
    period = result.accounting_periods[place]
    before, left = ({law: dict(due) for law, due in of.items()} for of in (period.instalments, period.left_to_pay))
    dues = sorted({day for due in before.values() for day in due})
    regimes = dict.fromkeys(_REGIMES[str(outputs["payment_regime"])] for outputs in period.outputs.values())
    amounts = {day: [due.get(day, 0.0) for due in before.values()] for day in dues}
    taxes = [period.amount(law, TAX) for law in period.outputs]
    credits_pay = [-sum(period.amount(law, name) for name in CREDITS) for law in period.outputs]
    is_met = any(amount <= -PENNY for amount in credits_pay)
    rows = [
        Row(
            (f"{day_in_words(day)}, before credits" if is_met else day, *beside(due)),
            formula=_due_of_tax(due, taxes, place),
            on=_BOOK if is_met else EVERYWHERE,
        )
        for day, due in amounts.items()
    ]
    if is_met:
        rows.append(Row(("less credits set against the tax", *beside(credits_pay)), indent=1, on=_BOOK))
        rows += [Row((day, *beside([due.get(day, 0.0) for due in left.values()]))) for day in dues]
    terms = payment_terms(current_law(), period.start)
    on_loans = [
        dict(instalments(period.amount(law, ON_LOANS), str(of["payment_regime"]), period.start, period.end, terms))
        for law, of in period.outputs.items()
    ]
    for day in sorted({day for due in on_loans for day in due}):
        amounts_due = beside([due.get(day, 0.0) for due in on_loans])
        rows.append(Row((f"{day_in_words(day)}, {lower_first(label_of(ON_LOANS))}", *amounts_due)))
    relieved = [-loans_relieved(result, place, law) for law in period.outputs]
    if any(amount <= -PENNY for amount in relieved):
        (day,) = due_dates("ordinary", period.start, period.end, terms)
        rows.append(Row((f"{day_in_words(day)}, tax repaid on loans that were repaid (s.458)", *beside(relieved))))
    for name, what in _PAID_OUT.items():
        back = [-period.amount(law, name) for law in period.outputs]
        if any(abs(amount) >= PENNY for amount in back):
            rows.append(Row((what.format(claim_by=day_in_words(last_day_to_claim(period.end))), *beside(back))))
    columns = (Column("Due on", TEXT, 60), *columns_of(result.reforms))
    caption = f"Due {', under the reform '.join(regimes)}{_AFTER_CREDITS if is_met else ''}" if dues else ""
    return Table(caption, columns, rows, name=f"payment {place}", empty="Nothing to pay.")


def _due_of_tax(due: Sequence[float], taxes: Sequence[float], place: int) -> str:
    """The formula of what is due on a day: its share of the tax; empty where the laws have it in other shares."""
    shares = [amount / tax if tax else 0.0 for amount, tax in zip(due, taxes, strict=True)]
    if max(shares) - min(shares) > _SAME_SHARE or not max(shares):
        return ""
    return f"{{computation {place}!{TAX}}}*{shares[0]!r}"


_SAME_SHARE = 1e-12
_AFTER_CREDITS = ": what is left to pay after credits, which meet the last instalments first"
_PAID_OUT = {
    REPAID: "Repaid for loss carried back, once it is claimed, by {claim_by}",
    "payable_credits": "Credits paid to the company",
}
_INTEREST = {
    LATE: "Late-payment interest",
    UNDERPAID: "Interest on underpaid instalments",
    EARLY: "Interest earned on tax paid early",
    REPAYMENT: "Repayment interest earned",
}


def settlement_of(period: PeriodResult) -> Iterator[Section]:
    """Interest and penalties of one accounting period, where payments or the day of filing were given."""
    settled = period.settlement
    if settled is None:
        return
    rows = [
        Row((_INTEREST[each.kind], each.start, each.end, each.amount, f"{each.rate:.2%}", each.interest))
        for each in settled.interest
    ]
    rows += [Row((f"Penalty: {each.what}", None, None, None, None, each.amount)) for each in settled.penalties]
    total = sum(each.interest for each in settled.interest) + sum(each.amount for each in settled.penalties)
    if len(rows) > 1:
        rows.append(Row(("Interest and penalties", None, None, None, None, total), is_total=True))
    columns = (
        Column("What", TEXT, 60),
        Column("From", TEXT, 18),
        Column("To", TEXT, 18),
        Column("On", POUNDS_AND_PENCE, 18),
        Column("Rate", TEXT, 10),
        Column("£", POUNDS_AND_PENCE, 18),
    )
    caption = f"Interest and penalties, {span_of(period)}, under current law; minus is paid to the company"
    table = Table(caption, columns, rows, name=f"settlement {period.end}", empty="No interest and no penalty.")
    owed = f"{pounds(settled.unpaid)} is not paid by the last day given: interest on it runs on." if settled.unpaid else ""
    if settled.overpaid >= PENNY:
        owed = f"{pounds(settled.overpaid)} more than the tax was paid: it comes back, with interest to the day it does."
    yield Section(SETTLED, f"What did payment and filing cost for {span_of(period)}?", (table, Note(owed)))


def losses_of(result: CompanyResult, place: int) -> Table:
    """The losses of one accounting period, those that come to nothing left out."""
    period = result.accounting_periods[place]
    rows = [
        Row((label_of(name), *beside(amounts)))
        for name in _LOSSES
        if any(map(abs, amounts := [period.amount(law, name) for law in period.outputs]))
    ]
    empty = "No loss is made, used or carried forward in this accounting period."
    return Table("", (Column("£"), *columns_of(result.reforms)), rows, name=f"losses {place}", empty=empty)
