"""Many companies of a table, and a group of companies, as reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from openfisca_goodwork.company.assumed import LARGE_BEFORE, Assumption, once
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.group import CARRIED_FORWARD, GroupResult, Slot
from openfisca_goodwork.company.group.facts import common_days, days_of
from openfisca_goodwork.company.group.program import Room
from openfisca_goodwork.company.group.sharing import LIMITS
from openfisca_goodwork.company.many import MAIN_OUTPUTS, CompaniesResult
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.errors import and_joined, counted, printable
from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import COUNT, POUNDS_AND_PENCE, RATE, TEXT, pounds, standing_of
from openfisca_goodwork.reports.company import WHEN_PAID, beside, claims_advised, columns_of
from openfisca_goodwork.reports.company_headline import DISCLAIMER, NET, TAX, command, paid_in_words, reforms_named, standing
from openfisca_goodwork.reports.company_working import LAWS, span_of
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

_NOTES_OF_MANY = (
    "Amounts are pounds, unrounded in the cells and shown to the penny; rates are fractions: 25% is 0.25.",
    "Each row is one accounting period of one company under one law; amounts of a period are spread evenly over its days.",
    "For the working of one company, give it a file of its own: goodwork calculate FILE --working.",
    DISCLAIMER,
)


def report_of_many(result: CompaniesResult) -> Report:
    """The report of the companies of a table."""
    totals = Section("Answer", "Corporation tax of many companies", tuple(_totals(result)), sheet="Cover")
    rows = Section("Companies", "A row for each accounting period and law", (_rows_of_many(result),), on=Medium.WORKBOOK)
    notes = Section("Notes", "Notes", tuple(map(Note, _NOTES_OF_MANY)), on=Medium.WORKBOOK)
    again = f"{command(result, 'FILE.csv')} --xlsx FILE"
    return Report("Corporation tax of many companies", standing(result), (totals, rows, notes), again, "companies")


def write_companies_workbook(result: CompaniesResult, path: Path) -> Path:
    """Write the result of many companies as a workbook.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    return write_report(report_of_many(result), path, is_large=True)


def _totals(result: CompaniesResult) -> list[Note | Table]:
    companies = len(set(result.companies))
    held = f"{companies:,} {'company' if companies == 1 else 'companies'}"
    counts = Note(f"{held}, {counted(len(result.companies), 'accounting period')}; model {result.model_version}.")
    laws = {CURRENT_LAW: "under current law", REFORM: "under the reform"}
    taxes = [(f"Net corporation tax {laws[law]}", result.total(law, NET)) for law in result.outputs]
    table = Table("", (Column("", width=60), Column("£", POUNDS_AND_PENCE, 18)), taxes)
    reforms = [Note(f"{reform.title}. {standing_of([reform.status])}", on=Medium.WORKBOOK) for reform in result.reforms]
    return [counts, table, *([Note(_change(result))] if result.reforms else []), *reforms]


def _change(result: CompaniesResult) -> str:
    change = result.change()
    less, more, total = int((change < -PENNY).sum()), int((change > PENNY).sum()), float(change.sum())
    title = " + ".join(printable(reform.title) for reform in result.reforms)
    effect = f"{'saves' if total <= 0 else 'costs'} them {pounds(abs(total))}"
    counts = {"less": less, "more": more, "the same": len(change) - less - more}
    said = and_joined([f"{count:,} {'pays' if count == 1 else 'pay'} {how}" for how, count in counts.items() if count])
    return f"{title} {effect}: {said}."


def columns_of_rows(company: float, others: float) -> tuple[Column, ...]:
    """The columns of a row for each accounting period and law: whose, its days, the law, the main figures.

    Args:
        company, others: widths of the column of the company, and of days and law.
    """
    variables = current_law().variables
    kinds = [RATE if variables[name].unit == SHARE else POUNDS_AND_PENCE for name in MAIN_OUTPUTS]
    about = (Column(name, TEXT, others) for name in ("First day", "Last day", "Law"))
    outputs = (Column(label_of(name), kind, 14) for name, kind in zip(MAIN_OUTPUTS, kinds, strict=True))
    return (Column("Company", TEXT, company), *about, *outputs)


def _rows_of_many(result: CompaniesResult) -> Table:
    days = zip(result.starts.tolist(), result.ends.tolist(), strict=True)
    values = {law: [outputs[name].tolist() for name in MAIN_OUTPUTS] for law, outputs in result.outputs.items()}
    rows = [
        (company, start, end, LAWS[law], *(each[place] for each in figures))
        for place, (company, (start, end)) in enumerate(zip(result.companies, days, strict=True))
        for law, figures in values.items()
    ]
    return Table("", columns_of_rows(40, 14), rows, name="Companies", filtered=True)


# --- a group: what its companies pay, who gives which loss to whom, who has which share of a limit --------------------


_BOOK = Medium.WORKBOOK
_MOST_SAID = 4  # claims in one sentence
_UNDER = {"current_law": "current law", "reform": "the reform"}
_TOTALS = (TAX, NET, "payable_credits")


def report_of_group(result: GroupResult, *, advice: bool = False) -> Report:
    """The report of one group's result; with advice on claims where it is asked for."""
    name = printable(result.group.name) or "The group"
    span = _one_span(result)
    return Report(
        title=name,
        standing=standing(result),
        sections=(
            _answer(result, name),
            Section(
                "Companies",
                f"What does each company pay{f' for {span}' if span else ''}?",
                (*_training(result), _companies(result)),
                sheet="Group",
            ),
            Section(WHEN_PAID, "When does each company pay?", (*_days_assumed(result), _payments(result)), sheet="Group"),
            Section(
                "Losses given",
                "Who gives which loss to whom?",
                (*_claims_in_words(result), _losses(result), *_saved(result)),
                sheet="Group",
            ),
            Section("Limits shared", "Who has which share of what the group has once?", (_shares(result),), sheet="Group"),
            *([claims_advised(result.advice)] if advice else ()),
            Section("What is assumed", "What does the computation assume?", tuple(_assumed(result))),
            Section("Every company", "A row for each accounting period and law", (_figures(result),), on=_BOOK),
            Section("Notes", "Notes", tuple(map(Note, _NOTES_OF_GROUP)), on=_BOOK),
        ),
        command=command(result),
        stem="group",
    )


_NOTES_OF_GROUP = (
    "Amounts are pounds, unrounded in the cells and shown to the penny; shares are fractions: 25% is 0.25.",
    "For the working of each company: goodwork calculate FILE --working. For every figure of each: --json.",
    DISCLAIMER,
)


def finding(result: GroupResult, places: int = 2) -> str:
    """What the reforms do to the corporation tax of the group, or what it pays, in a sentence without its stop.

    Args:
        places: decimals of the amount that reforms save.
    """
    name = printable(result.group.name) or "The group"
    if not result.reforms:
        return f"{name} {paid_in_words(result.companies)}"
    saved = result.tax_saved
    if abs(saved) < PENNY:
        return f"{name} would pay the same corporation tax under the reform"
    return (
        f"{name} would pay {pounds(abs(saved), places)} {'less' if saved > 0 else 'more'} corporation tax under the reform"
    )


def _answer(result: GroupResult, name: str) -> Section:
    held = counted(len(result.companies), "company") if len(result.companies) == 1 else f"{len(result.companies)} companies"
    cover = {
        "Result": finding(result),
        "Companies": "; ".join(printable(company.company.name) for company in result.companies),
        "Reform": " ".join(f"{reform.title}." for reform in result.reforms),
        "Unit": "£; the difference is reform less current law",
        "Model": f"openfisca-goodwork {result.model_version}",
    }
    parts: tuple[Part, ...] = (
        *reforms_named(result),
        Note(f"{held}, in pounds; model {result.model_version}", on=~_BOOK),
        facts("", cover, on=_BOOK),
    )
    return Section("Answer", name, parts, finding=finding(result), sheet="Cover")


def _one_span(result: GroupResult) -> str:
    """The accounting period of all companies, in words; nothing where they have several."""
    spans = {span_of(period) for company in result.companies for period in company.accounting_periods}
    return spans.pop() if len(spans) == 1 else ""


def _where(says_something: object) -> Medium:
    """The media of a column: a screen is narrow, and leaves out one that says the same in every row."""
    return EVERYWHERE if says_something else ~Medium.SCREEN


def _companies(result: GroupResult) -> Table:
    rows: list[Row] = []
    for company in result.companies:
        for period in company.accounting_periods:
            amounts = [period.amount(law, NET) for law in result.laws]
            rows.append(Row((printable(company.company.name), span_of(period), *beside(amounts)), key=f"row {len(rows)}"))
    formula = f"SUM({{row 0}}:{{row {len(rows) - 1}}})"
    for name in _TOTALS:
        amounts = [result.total(law, name) for law in result.laws]
        if name == NET or any(abs(amount) >= PENNY for amount in amounts):
            rows.append(
                Row(
                    (f"{label_of(name)}, all companies", "", *beside(amounts)),
                    formula=formula if name == NET else "",
                    is_total=name == NET,
                )
            )
    of_period = Column("Accounting period", width=30, on=_where(not _one_span(result)))
    columns = (Column("Company", width=40), of_period, *columns_of(result.reforms))
    return Table("Net corporation tax", columns, rows, name="Group")


def _training(result: GroupResult) -> Iterator[Table]:
    rows = [
        Row(
            (
                printable(company.company.name),
                span_of(period),
                *(sum(amounts.values()) for amounts in (relief.spent, relief.qualifying, relief.relief)),
            )
        )
        for company in result.companies
        for period, relief in zip(company.accounting_periods, company.training, strict=True)
        if relief is not None
    ]
    if rows:
        of_period = Column("Accounting period", width=30, on=_where(not _one_span(result)))
        amounts = (Column(name, POUNDS_AND_PENCE, 18) for name in ("Spent", "Qualifies", "Relief"))
        columns = (Column("Company", width=40), of_period, *amounts)
        yield Table("Training and its relief", columns, rows, on=Medium.READ)


def _claims_in_words(result: GroupResult) -> Iterator[Note]:
    """Which company claims which loss under the last law, and in which companies a relief that makes a loss saves tax."""
    (*_before, law) = result.laws
    claims = [claim for claim in result.laws[law].claims if claim.amount >= PENNY]
    name = result.group.name_of
    said = [
        f"{printable(name(claim.receiver))} claims {pounds(claim.amount, 0)} of the loss of {printable(name(claim.giver))}"
        for claim in claims
    ]
    if 0 < len(said) <= _MOST_SAID and _one_span(result):  # the table says it of more claims, and of several periods
        yield Note(f"Under {_UNDER[law]} {and_joined(said)}.")
    for company in result.companies if result.reforms else ():
        relief = sum(sum(each.relief.values()) for each in company.training if each is not None)
        users = dict.fromkeys(
            printable(name(claim.receiver)) for claim in claims if name(claim.giver) == company.company.name
        )
        if relief >= PENNY and users and company.tax_saved < PENNY:
            yield Note(
                f"The relief of {printable(company.company.name)} makes its loss larger: the tax that this saves is that of "
                f"{and_joined(list(users))}."
            )


def _payments(result: GroupResult) -> Table:
    rows = []
    for company in result.companies:
        for period in company.accounting_periods:
            dues = [dict(due) for due in period.left_to_pay.values()]
            for day in sorted({day for due in dues for day in due}):
                amounts = [due.get(day, 0.0) for due in dues]
                rows.append(Row((printable(company.company.name), day_in_words(day), *beside(amounts))))
    columns = (Column("Company", width=40), Column("Due on", width=30), *columns_of(result.reforms))
    return Table(
        "Corporation tax by the day it is due, after credits", columns, rows, name="Payments", empty="Nothing to pay."
    )


def _assumed(result: GroupResult) -> Iterator[Note]:
    """What the group and its companies assumed, a point each; keys of files stand on no page that has boxes instead."""
    for each in (*result.assumptions, *_assumed_of_companies(result)):
        if each.about != LARGE_BEFORE:  # a page has it beside the days
            yield Note(each.words, Style.POINT, Medium.SCREEN)
        yield Note(each.with_keys, Style.POINT, ~Medium.SCREEN)


def _days_assumed(result: GroupResult) -> Iterator[Note]:
    """On a page, beside the days of payment, what they depend on that nobody said."""
    for each in _assumed_of_companies(result):
        if each.about == LARGE_BEFORE:
            yield Note(f"These days may be others. {each.words}", Style.STRONG, Medium.SCREEN)


def _assumed_of_companies(result: GroupResult) -> Iterator[Assumption]:
    """What the computations of its companies assumed, each thing once, after the companies that it is of."""
    companies: dict[Assumption, list[str]] = {}
    for company in result.companies:
        for each in once(company.assumptions):
            companies.setdefault(each, []).append(printable(company.company.name))
    for each, names in companies.items():
        yield replace(each, words=f"{and_joined(names)}: {each.words}")


def _losses(result: GroupResult) -> Table:
    group, is_one = result.group, _one_span(result)

    def name_and_end(slot: Slot) -> str:
        name = printable(group.name_of(slot))
        return name if is_one else f"{name}, to {day_in_words(group.period(slot).end)}"

    rows = []
    rooms: dict[tuple[Slot, Slot, str], Room] = {}
    if not result.reforms:  # each law has its own
        (of_law,) = result.laws.values()
        rooms = {
            (each.giver, each.receiver, each.loss): room for each, room in zip(of_law.claims, of_law.rooms, strict=True)
        }
    for giver, receiver, loss, amounts in result.claims_by_law:
        days = common_days(days_of(group.period(giver)), days_of(group.period(receiver)))
        kind = "brought forward" if loss == CARRIED_FORWARD else "of the period"
        cells = (name_and_end(giver), name_and_end(receiver), kind, days.length if days else 0)
        room = rooms.get((giver, receiver, loss), ())
        rows.append(Row((*cells, *room, *beside(list(amounts.values())))))
    limits = ("Left to give of those days", "Left to relieve of those days") if rooms else ()
    columns = (
        Column("From", width=40),
        Column("To", width=40),
        Column(
            "Loss", on=_where(any(loss == CARRIED_FORWARD for _giver, _receiver, loss, _amounts in result.claims_by_law))
        ),
        Column("Days in common", COUNT, on=_where(not is_one)),
        *(Column(name, POUNDS_AND_PENCE, 18) for name in limits),
        *columns_of(result.reforms),
    )
    return Table("Losses given, in the order of the claims", columns, rows, name="Losses", empty="No loss is given.")


def _saved(result: GroupResult) -> list[Note]:
    return [
        Note(f"Under {_UNDER[law]} the losses given save {pounds(result.saved_by_relief(law))} of tax.")
        for law, under_law in result.laws.items()
        if under_law.claims
    ]


def _shares(result: GroupResult) -> Table:
    shares_of: dict[tuple[str, Slot], dict[str, float]] = {}
    rules: dict[tuple[str, Slot], str] = {}
    for law in result.laws:
        for share in result.shares(law):
            shares_of.setdefault((share.limit, share.slot), {})[law] = share.share
            rules[share.limit, share.slot] = share.rule
    rows = [
        Row(
            (
                LIMITS[limit].label,
                printable(result.group.name_of(slot)),
                span_of(result.group.period(slot)),
                rules[limit, slot],
                *(shares.get(law) for law in result.laws),
            )
        )
        for (limit, slot), shares in shares_of.items()
    ]
    names = ("Limit", "Company", "Accounting period", "Rule")
    laws = (Column(f"Share under {_UNDER[law]}", RATE, 18) for law in result.laws)
    shown_on = {"Accounting period": _where(not _one_span(result))}
    columns = (*(Column(name, width=30, on=shown_on.get(name, EVERYWHERE)) for name in names), *laws)
    return Table("Shares of what the group has once", columns, rows, name="Shares")


def _figures(result: GroupResult) -> Table:
    rows = [
        (company.company.name, period.start, period.end, LAWS[law], *(period.outputs[law][name] for name in MAIN_OUTPUTS))
        for company in result.companies
        for period in company.accounting_periods
        for law in result.laws
    ]
    return Table("", columns_of_rows(18, 18), rows, name="Every company", filtered=True)
