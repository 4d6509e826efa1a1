"""Words, tables, charts and files of results; nothing of any screen and nothing computed anew.

A result is said once, as a report: ``sections`` is what reports are made of. Each format is one renderer of them: ``text`` a
terminal, ``workbook`` Excel, ``word`` a note, ``html`` a page, ``csv_text`` one table; ``screens.render`` pages of the app.

``REPORTS`` names the module in which each result has its ``report_of``. ``charts`` and the modules beside it draw, ``files``
writes files whole or not at all, ``costing_files`` writes those of a costing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openfisca_goodwork.reports.sections import Report

# The class of a result → the module that words it, imported when it is first asked for.
REPORTS: dict[str, str] = {
    "AffectedVariables": "comparison",
    "CompaniesResult": "companies",
    "CompanyResult": "company",
    "Comparison": "comparison",
    "CostingResult": "costing",
    "EffectiveRates": "rates",
    "GoodJobsAudit": "audit",
    "FitReport": "population",
    "GroupResult": "company_group",
    "GoodWorkFirst": "procurement",
    "Monitoring": "monitoring",
    "LocalAudit": "local_audit",
    "PlaceList": "local_audit",
    "PlaceReform": "local_audit",
    "PackageResult": "questions",
    "ParameterHistory": "comparison",
    "ParameterList": "parameters",
    "SolveResult": "questions",
    "SweepResult": "questions",
    "ValidationReport": "validation",
    "WorkPlan": "costing_tables",
}


def report_of(result: object) -> Report:
    """The report of a result.

    Raises:
        LookupError: for an object that has none.
    """
    name = type(result).__name__
    if name not in REPORTS:
        raise LookupError(f"{name} has no report: name its module in openfisca_goodwork.reports.REPORTS.")
    report: Report = import_module(f"{__name__}.{REPORTS[name]}").report_of(result)
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
