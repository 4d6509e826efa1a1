"""The validation as a report: how far off the model is on official costings, each year by year, checks, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pandas

from openfisca_goodwork.costing.credibility import AS_USED, LEFT_OUT, NOTHING_FITTED
from openfisca_goodwork.costing.official import declared, measures, why_checks_differ
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import EFFECT, MILLION, PERCENTAGE, PERCENTAGE_1, ROUNDING, SIGN, rounded
from openfisca_goodwork.reports.sections import (
    Cell,
    Chart,
    Column,
    Figure,
    Medium,
    Note,
    Part,
    Report,
    Row,
    Section,
    Style,
    Table,
)
from openfisca_goodwork.validation import ValidationReport
from openfisca_goodwork.validation.report import MeasureError, Verdict

NAMES = {
    AS_USED: "Model, as used",
    LEFT_OUT: "Left out of the fit",
    NOTHING_FITTED: "Nothing fitted to any costing",
}
STANDING = "Official costings of measures, enacted or proposed, and the model's."
_ABOUT = (
    f"The model against official figures, £ million, post-behavioural, accruals. {SIGN} Each measure on the law and the OBR "
    "forecast of its day.\n"
    "Error: total absolute difference over the years published, as a share of the total of the official figures."
)
_COLUMNS = (
    "As used: with every assumption as it is. Left out of the fit: all that was fitted, fitted anew to the other costings. "
    "Nothing fitted: every assumption that was fitted to any costing as it was before. The figures are those last measured; "
    "goodwork validate measures all of them anew."
)
_CHECKS = (
    "Costs, £ million. HMRC's costs of reliefs are of income tax and corporation tax together and leave behaviour out; a "
    "foreign scheme is scaled by gross domestic product. They show size and direction, and count as no error."
)
_FILES = Medium.FILES
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_COLOURS = {"Official": "#7b828c", "Model": "#2f7dc0"}
_HEIGHT = 240
_POINTS = {
    "financial_year": Column("Financial year"),
    "of": Column("Whose"),
    "value": Column("£ million", EFFECT),
}


def report_of(report: ValidationReport) -> Report:
    """The errors, group by group, each measure by year, the checks, and what is not covered."""
    notes = (Note(_ABOUT), Note(_COLUMNS, on=Medium.NOT_TERMINAL))
    parts = [Section("What is measured", "How far off is the model on measures that were costed officially?", notes)]
    parts += [_group(report, title) for title in dict.fromkeys(verdict.title for verdict in report.verdicts)]
    if report.checks:
        parts += [_checks(report), _not_covered()]
    named = [error.measure.name for error in report.errors]
    chosen = [] if set(named) == set(measures()) else [f"--measure {name}" for name in named]
    command = " ".join(["goodwork validate", *chosen])
    return Report("The model against official figures", STANDING, tuple(parts), command, "validation")


def _group(report: ValidationReport, title: str) -> Section:
    """The measures that are judged together: their errors, the verdicts, and each year by year."""
    errors = [error for error in report.errors if error.measure.group.title == title]
    said = [verdict(one) for one in report.verdicts if one.title == title]
    said += [miss(error) for error in errors if not error.is_met]
    said += fitted_in(errors)
    parts: tuple[Part, ...] = (
        Note(f"{title}.", on=Medium.TERMINAL),
        _errors(title, errors),
        *(part for error in errors for part in _of_measure(error)),
        *(Note(sentence, Style.POINT) for sentence in dict.fromkeys(said)),
    )
    sheet = errors[0].measure.group.name.replace("_", " ").capitalize()
    return Section(title, title, parts, sheet=sheet)


def _errors(title: str, errors: Iterable[MeasureError]) -> Table:
    columns = (
        Column("Measure", width=60),
        Column("As used", PERCENTAGE_1),
        Column("Bound", PERCENTAGE),
        Column("Within it"),
        Column("Left out of the fit", PERCENTAGE_1),
        Column("Nothing fitted", PERCENTAGE_1),
        Column("Fitted to it", on=_FILES),
    )
    rows = [
        (
            error.measure.title,
            error.errors[AS_USED],
            error.measure.bound,
            None if error.measure.bound is None else error.is_met,
            error.errors[LEFT_OUT],
            error.errors[NOTHING_FITTED],
            f"{len(error.fitted_by)} assumptions" if error.fitted_by else "nothing",
        )
        for error in errors
    ]
    return Table(f"Errors of the model: {title}", columns, rows, on=Medium.NOT_TERMINAL)


def _by_year(error: MeasureError) -> Table:
    """A measure by year: the official figure and the model's, in the columns that were run."""
    about = error.measure
    years = [figure.financial_year for figure in error.figures]
    rows = [Row(("Official", *(figure.official for figure in error.figures), Cell("")))]
    for column in (AS_USED, LEFT_OUT, NOTHING_FITTED):
        if error.errors[column] is not None:
            amounts = [figure.model[column] or 0.0 for figure in error.figures]
            is_new = column == AS_USED or any(figure.model[column] != figure.model[AS_USED] for figure in error.figures)
            on = Medium.EVERYWHERE if is_new else _FILES
            rows.append(Row((NAMES[column], *amounts, error.errors[column]), on=on))
    columns = (Column("", width=60), *(Column(year, EFFECT) for year in years), Column("error", PERCENTAGE_1))
    caption = f"{about.title} ({about.name}): {about.origin}; {outlook(about.forecast)}."
    return Table(caption, columns, rows, about.name, on=Medium.TERMINAL | _FILES)


def _of_measure(error: MeasureError) -> Iterator[Part]:
    yield _by_year(error)
    yield Note(fitted(error), on=Medium.TERMINAL | _FILES)
    yield Note(error.measure.why.strip(), on=_FILES)
    yield Figure(error.measure.name, partial(chart_of, error), _POINTS, on=Medium.DOCUMENT)


def fitted(error: MeasureError) -> str:
    """How much was fitted to a measure, in a sentence."""
    if not error.fitted_by:
        return "Nothing was fitted to it."
    return f"{len(error.fitted_by)} assumptions were fitted to it, among others."


def fitted_in(errors: Iterable[MeasureError]) -> tuple[str, ...]:
    """The assumptions that were fitted to any of some measures, in a sentence; none where there are none."""
    paths = dict.fromkeys(path for error in errors for path in error.fitted_by)
    return (f"Fitted to costings: {', '.join(paths)}.",) if paths else ()


def outlook(forecast: str) -> str:
    """An OBR forecast in words: `OBR forecast of March 2021`."""
    return f"OBR forecast of {day_in_words(date.fromisoformat(f'{forecast}-01')).partition(' ')[2]}"


def verdict(verdict: Verdict) -> str:
    """Mean and worst error of a group in one column, and whether the bound is met."""
    said = f"{NAMES[verdict.column]}: {verdict.mean:.1%} off" + (
        f" on average of {verdict.measures}" if verdict.measures > 1 else ""
    )
    if verdict.bound is not None:
        said += f", {'within' if verdict.is_met else 'over'} the bound of {verdict.bound:.0%}"
    worst = f"; worst {verdict.worst:.1%}, {measures()[verdict.worst_measure].title}" if verdict.measures > 1 else ""
    return f"{said}{worst}."


def miss(error: MeasureError) -> str:
    """A sentence that a measure is over its bound, and what the two figures are known to treat differently."""
    about = error.measure
    return f"Over its bound of {about.bound:.0%}: {about.title}, {error.errors[AS_USED]:.1%}. {about.why.strip()}"


def _checks(report: ValidationReport) -> Section:
    columns = (
        Column("What", width=36),
        Column("Year", width=10),
        Column("Official", MILLION),
        Column("Model", MILLION),
        Column("The official figure", width=90),
    )
    rows = [(check.name, check.financial_year, check.official, check.model, check.basis) for check in report.checks]
    caption = "Costs of reliefs and of schemes of other countries, £ million"
    names = dict.fromkeys(check.name for check in report.checks)
    why = (Note(f"{name}: {why_checks_differ(name)}", Style.POINT) for name in names)
    parts: tuple[Part, ...] = (Note(_CHECKS), Table(caption, columns, rows, "checks"), *why)
    return Section("Checks", "Costs of reliefs and of schemes of other countries", parts, on=Medium.TERMINAL | _FILES)


def _not_covered() -> Section:
    told = [f"{one['title']} ({name}): {one['why'].strip()}" for name, one in declared()["not_covered"].items()]
    told += [f"Cost of {name}: {why.strip()}" for name, why in declared()["reliefs_not_covered"].items()]
    name = "Costed officially, and not by the model"
    notes = (Note(reason, Style.POINT) for reason in told)
    return Section(
        name, name, (Note(f"{name}:", on=Medium.TERMINAL), *notes), sheet="Not covered", on=Medium.TERMINAL | _FILES
    )


def chart_of(error: MeasureError) -> Chart:
    """Columns by financial year, the official figure and the model's side by side."""
    data = pandas.DataFrame(
        [
            {"financial_year": figure.financial_year, "of": of, "value": value, "label": rounded(value)}
            for figure in error.figures
            for of, value in (("Official", figure.official), ("Model", figure.model[AS_USED] or 0.0))
        ]
    )
    about = error.measure
    title = f"{about.title}: the model is {error.errors[AS_USED]:.1%} off the official costing"
    subtitle = f"{about.origin}; {outlook(about.forecast)}. £ million. {SIGN} {fitted(error)} {ROUNDING}"
    said = "; ".join(
        f"{figure.financial_year} official {rounded(figure.official)}, model {rounded(figure.model[AS_USED] or 0.0)}"
        for figure in error.figures
    )
    return Chart(title, subtitle, f"Columns by financial year, £ million. {said}.", _spec(data), data)


def _spec(data: pandas.DataFrame) -> dict[str, Any]:
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


def _labels(where: str, place: dict[str, Any], text: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "text", "fontSize": 10, **place}
    return {"transform": [{"filter": where}], "mark": mark, "encoding": {"text": text}}
