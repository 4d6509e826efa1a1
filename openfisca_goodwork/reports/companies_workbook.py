"""Many companies as a workbook: the totals, a row for each accounting period under each law, and notes."""

from __future__ import annotations

from pathlib import Path

from openfisca_goodwork.company.many import MAIN_OUTPUTS, CompaniesResult
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import as_asked
from openfisca_goodwork.reports.company_workbook import LAWS
from openfisca_goodwork.reports.workbook import Page, Pages, write_workbook
from openfisca_goodwork.system import current_law

_COLUMNS = ("Company", "First day", "Last day", "Law")
_NOTES = """\
Amounts are pounds, unrounded in the cells and shown to the penny; rates are fractions: 25% is 0.25.
Each row is one accounting period of one company under one law; amounts told for a period are spread evenly over its days.
For the working of one company, give it a file of its own: goodwork calculate FILE --working.
This is a model's computation, not advice and not a return.""".splitlines()


def write_companies_workbook(result: CompaniesResult, path: Path) -> Path:
    """Write the result of many companies as a workbook: Cover, Companies, Notes.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    return write_workbook(path, lambda pages: _fill(pages, result), is_large=True)


def _fill(pages: Pages, result: CompaniesResult) -> None:
    cover = pages.page("Cover", "Corporation tax of many companies", [110])
    options = "".join(f" --reform {as_asked(one)}" for one in result.reforms)
    reforms = [f"{one.title}. {STATUSES[one.status]}." for one in result.reforms]
    for line in (*result.summary().splitlines(), *reforms, f"Reproduce: goodwork calculate FILE.csv{options} --xlsx FILE"):
        cover.line([line])
    _companies(pages.page("Companies", "A row for each accounting period and law", [40, 14, 14, 14]), result)
    notes = pages.page("Notes", "Notes", [110])
    for note in _NOTES:
        notes.line([note], style="wrapped")


def _companies(page: Page, result: CompaniesResult) -> None:
    page.heading([*_COLUMNS, *map(label_of, MAIN_OUTPUTS)])
    variables = current_law().variables
    styles = ["rate" if variables[name].unit == SHARE else "" for name in MAIN_OUTPUTS]
    days = zip(result.starts.tolist(), result.ends.tolist(), strict=True)
    columns = {law: [outputs[name].tolist() for name in MAIN_OUTPUTS] for law, outputs in result.outputs.items()}
    for place, (company, (start, end)) in enumerate(zip(result.companies, days, strict=True)):
        for law, values in columns.items():
            for column, value in enumerate((company, start, end, LAWS[law])):
                page.put(column, value)
            for column, (style, each) in enumerate(zip(styles, values, strict=True), start=len(_COLUMNS)):
                page.put(column, each[place], style=style)
            page.row += 1
