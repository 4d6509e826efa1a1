"""A group's result as a report: what its companies pay, who gives which loss to whom, and who has which share of a limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from openfisca_goodwork.company.assumed import LARGE_BEFORE, Assumption, once
from openfisca_goodwork.company.facts import PENNY
from openfisca_goodwork.company.group import CARRIED_FORWARD, GroupResult, Slot
from openfisca_goodwork.company.group.facts import common_days, days_of
from openfisca_goodwork.company.group.program import Room
from openfisca_goodwork.company.group.sharing import LIMITS
from openfisca_goodwork.company.many import MAIN_OUTPUTS
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.errors import and_joined, counted, printable
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import COUNT, POUNDS_AND_PENCE, RATE, pounds
from openfisca_goodwork.reports.companies import columns_of_rows
from openfisca_goodwork.reports.company import WHEN_PAID, beside, claims_advised, columns_of
from openfisca_goodwork.reports.company_behind import DISCLAIMER
from openfisca_goodwork.reports.company_headline import command, paid_in_words, reforms_named, standing
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

_TAX, _NET, _CREDITS = "corporation_tax", "net_corporation_tax", "payable_credits"
_BOOK = Medium.WORKBOOK
_MOST_SAID = 4  # claims in one sentence
_UNDER = {"current_law": "current law", "reform": "the reform"}
_TOTALS = (_TAX, _NET, _CREDITS)


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
            amounts = [period.amount(law, _NET) for law in result.laws]
            rows.append(Row((printable(company.company.name), span_of(period), *beside(amounts)), key=f"row {len(rows)}"))
    formula = f"SUM({{row 0}}:{{row {len(rows) - 1}}})"
    for name in _TOTALS:
        amounts = [result.total(law, name) for law in result.laws]
        if name == _NET or any(abs(amount) >= PENNY for amount in amounts):
            rows.append(
                Row(
                    (f"{label_of(name)}, all companies", "", *beside(amounts)),
                    formula=formula if name == _NET else "",
                    is_total=name == _NET,
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
