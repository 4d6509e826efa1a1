"""Words, tables, charts and files of results; nothing of any screen and nothing computed anew.

A result is said once, as a report: ``sections`` is what reports are made of. Each format is one renderer of them: ``text`` a
terminal, ``workbook`` Excel, ``word`` a note, ``html`` a page, ``csv_text`` one table; ``screens.render`` pages of the app.

``REPORTS`` names the function that makes the report of each result. ``charts`` and the modules beside it draw, ``files``
writes files whole or not at all, ``costing_files`` writes those of a costing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openfisca_goodwork.reports.sections import Report

# The class of a result → the module that words it, imported when it is first asked for, and the function of it.
REPORTS: dict[str, str] = {
    "AffectedVariables": "comparison.report_of_variables",
    "CompaniesResult": "companies.report_of_many",
    "CompanyResult": "company.report_of",
    "Comparison": "comparison.of_comparison",
    "CostingResult": "costing.report_of",
    "EffectiveRates": "rates.report_of",
    "GoodJobsAudit": "audit.report_of",
    "FitReport": "population.report_of",
    "GroupResult": "companies.report_of_group",
    "GoodWorkFirst": "audit.report_of_suppliers",
    "Monitoring": "monitoring.report_of",
    "LocalAudit": "local_audit.report_of",
    "PlaceList": "local_audit.report_of_list",
    "PlaceReform": "local_audit.report_of_reform",
    "PackageResult": "questions.report_of_package",
    "ParameterHistory": "comparison.report_of_history",
    "ParameterList": "comparison.report_of_parameters",
    "SolveResult": "questions.report_of_solve",
    "SweepResult": "questions.report_of_sweep",
    "ValidationReport": "validation.report_of",
    "WorkPlan": "costing_tables.report_of_plan",
}


def report_of(result: object) -> Report:
    """The report of a result.

    Raises:
        LookupError: for an object that has none.
    """
    name = type(result).__name__
    if name not in REPORTS:
        raise LookupError(f"{name} has no report: name its function in openfisca_goodwork.reports.REPORTS.")
    module, make = REPORTS[name].split(".")
    report: Report = getattr(import_module(f"{__name__}.{module}"), make)(result)
    return report


def text_of(result: object) -> str:
    """A result as text for a terminal.

    Raises:
        LookupError: for an object that has no report.
    """
    from openfisca_goodwork.reports.text import render  # here: whoever asks for another format needs no text

    return render(report_of(result))


def html_of(result: object) -> str:
    """A result as HTML to stand within a page.

    Raises:
        LookupError: for an object that has no report.
    """
    from openfisca_goodwork.reports.html import fragment  # here, as above

    return fragment(report_of(result))
