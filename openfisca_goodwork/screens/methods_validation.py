"""The model against official costings, on a page: the errors as they were last measured, and a picture of each measure."""

from __future__ import annotations

import pandas
import streamlit

from openfisca_goodwork import validation
from openfisca_goodwork.costing.credibility import AS_USED, LEFT_OUT, NOTHING_FITTED
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.validation_charts import chart_of
from openfisca_goodwork.screens import widgets
from openfisca_goodwork.screens.plain_text import plain
from openfisca_goodwork.validation import ValidationReport, summary
from openfisca_goodwork.validation.report import MeasureError

ABOUT = """\
Each measure that was costed officially is costed on the law and the outlook of its day. *Error* is the total absolute
difference over the years published, as a share of the official total: *as used*; with what was fitted to the measure *put
back* as it was; with *nothing fitted*. The figures are those last measured; `goodwork validate` measures all of them anew.
"""
POINTS: widgets.Form = (
    {"financial_year": "Financial year", "of": "Whose", "value": widgets.UNIT},
    {widgets.UNIT: rounded},
)


def show() -> None:
    """The errors, the verdicts in words, and a measure by year."""
    report = validation.kept()
    streamlit.markdown(ABOUT)
    widgets.texts(
        pandas.DataFrame([_row(one) for one in report.errors]), "Errors of the model on measures costed officially"
    )
    streamlit.markdown("\n".join(f"- {line}" for line in _said(report)))
    measures = {one.measure.name: one for one in report.errors}
    name = streamlit.selectbox(
        "Measure, year by year",
        list(measures),
        format_func=lambda one: measures[one].measure.title,
        key="validation_measure",
    )
    if name is not None:
        widgets.chart(chart_of(measures[name]), "validation-measure", form=POINTS)
    table = csv_of(report.to_dataframe())
    streamlit.download_button("Download the validation (CSV)", table, "validation.csv", "text/csv", on_click="ignore")


def _row(error: MeasureError) -> dict[str, str]:
    bound = error.measure.bound
    return {
        "Measure": error.measure.title,
        "As used": _share(error.errors[AS_USED]),
        "Bound": "" if bound is None else f"{bound:.0%}",
        "Left out of the fit": _share(error.errors[LEFT_OUT]),
        "Nothing fitted": _share(error.errors[NOTHING_FITTED]),
    }


def _share(error: float | None) -> str:
    return "" if error is None else f"{error:.1%}"


def _said(report: ValidationReport) -> list[str]:
    """The verdicts of each group of measures, then each measure that is further off than its bound."""
    groups: dict[str, list[str]] = {}
    for one in report.verdicts:
        groups.setdefault(one.title, []).append(summary.verdict(one))
    verdicts = [f"**{plain(title)}.** {plain(' '.join(dict.fromkeys(said)))}" for title, said in groups.items()]
    return [*verdicts, *(plain(summary.miss(one)) for one in report.errors if not one.is_met)]
