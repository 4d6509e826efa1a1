"""Pictures of the validation: for each measure, the official figure of each year and the model's beside it."""

from __future__ import annotations

from pathlib import Path

import pandas

from openfisca_goodwork.costing.credibility import AS_USED
from openfisca_goodwork.number_formats import ROUNDING, SIGN, rounded
from openfisca_goodwork.reports.charts import Spec
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.pictures import svg_of
from openfisca_goodwork.reports.population_charts import NO_PICTURES
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.validation import ValidationReport
from openfisca_goodwork.validation.report import MeasureError
from openfisca_goodwork.validation.summary import fitted, outlook

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_COLOURS = {"Official": "#7b828c", "Model": "#2f7dc0"}
_HEIGHT = 240
_TABLE = "validation.csv"


def write_validation(report: ValidationReport, directory: Path) -> tuple[tuple[Path, ...], str]:
    """Write the table, and a picture a measure where they can be drawn; and what was left out, in words.

    Raises:
        GoodworkError: where the directory or the disk refuses.
    """
    contents = {_TABLE: (csv_of(report.to_dataframe()) + "\n").encode()}
    left_out = ""
    try:
        contents |= {file_name(one): svg_of(chart_of(one)).encode() for one in report.errors}
    except ModuleNotFoundError:
        left_out = NO_PICTURES
    return write_together(directory, contents), left_out


def file_name(error: MeasureError) -> str:
    """The picture of a measure as a file."""
    return f"{error.measure.name}.svg"


def chart_of(error: MeasureError) -> Chart:
    """Columns by financial year, the official figure and the model's side by side."""
    data = pandas.DataFrame(
        [
            {"financial_year": one.financial_year, "of": of, "value": value, "label": rounded(value)}
            for one in error.figures
            for of, value in (("Official", one.official), ("Model", one.model[AS_USED] or 0.0))
        ]
    )
    about = error.measure
    title = f"{about.title}: the model is {error.errors[AS_USED]:.1%} off the official costing"
    subtitle = f"{about.origin}; {outlook(about.forecast)}. £ million. {SIGN} {fitted(error)} {ROUNDING}"
    said = "; ".join(
        f"{one.financial_year} official {rounded(one.official)}, model {rounded(one.model[AS_USED] or 0.0)}"
        for one in error.figures
    )
    return Chart(title, subtitle, f"Columns by financial year, £ million. {said}.", _spec(data), data)


def _spec(data: pandas.DataFrame) -> Spec:
    order = list(_COLOURS)
    x = {"field": "financial_year", "type": "ordinal", "axis": {"labelAngle": 0, "title": None, "orient": "bottom"}}
    y = {"field": "value", "type": "quantitative", "axis": {"title": None, "grid": False, "format": ",d"}}
    side = {"field": "of", "sort": order}
    colour = {"domain": order, "range": list(_COLOURS.values())}
    legend = {"title": None, "orient": "top"}
    encoding = {"x": x, "y": y, "xOffset": side}
    text = {"field": "label"}
    return {
        "$schema": _SCHEMA,
        "height": _HEIGHT,
        "config": {"view": {"stroke": None}},
        "data": {"values": [{str(k): v for k, v in row.items()} for row in data.to_dict(orient="records")]},
        "encoding": encoding,
        "layer": [
            {
                "mark": {"type": "bar"},
                "encoding": {"color": {"field": "of", "type": "nominal", "scale": colour, "legend": legend}},
            },
            _labels("datum.value >= 0", {"baseline": "bottom", "dy": -3}, text),
            _labels("datum.value < 0", {"baseline": "top", "dy": 3}, text),
        ],
    }


def _labels(where: str, place: Spec, text: Spec) -> Spec:
    mark = {"type": "text", "fontSize": 10, **place}
    return {"transform": [{"filter": where}], "mark": mark, "encoding": {"text": text}}
