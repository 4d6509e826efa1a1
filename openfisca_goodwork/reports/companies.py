"""Many companies' result as a report: the totals, a row for each accounting period under each law, and notes."""

from __future__ import annotations

from pathlib import Path

from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.many import MAIN_OUTPUTS, CompaniesResult
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.errors import and_joined, counted, printable
from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.number_formats import POUNDS_AND_PENCE, RATE, TEXT, pounds, standing_of
from openfisca_goodwork.reports.company_behind import DISCLAIMER
from openfisca_goodwork.reports.company_headline import command, standing
from openfisca_goodwork.reports.company_working import LAWS
from openfisca_goodwork.reports.sections import Column, Medium, Note, Report, Section, Table
from openfisca_goodwork.reports.workbook import write_report
from openfisca_goodwork.system import current_law

_NET = "net_corporation_tax"
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
    taxes = [(f"Net corporation tax {laws[law]}", result.total(law, _NET)) for law in result.outputs]
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


def columns_of_rows_of_many(company: float, others: float) -> tuple[Column, ...]:
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
    return Table("", columns_of_rows_of_many(40, 14), rows, name="Companies", filtered=True)
