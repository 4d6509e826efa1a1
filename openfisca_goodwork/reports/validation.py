"""The validation as a report: how far off the model is on official costings, each year by year, checks, what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

import pandas

from openfisca_goodwork.costing.credibility import AS_USED, LEFT_OUT, NOTHING_FITTED, Check, direction, noun_of
from openfisca_goodwork.costing.official import (
    ALL_TAXES,
    CORPORATION_TAX,
    EXPRESSED,
    GROUPS,
    NOT_EXPRESSED,
    RECKONER,
    SEEN,
    USED,
    declared,
    measures,
    why_checks_differ,
)
from openfisca_goodwork.costing.request import ACCRUALS
from openfisca_goodwork.errors import counted, lower_first, upper_first
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import COUNT, EFFECT, MILLION, PERCENTAGE, PERCENTAGE_1, ROUNDING, SIGN, rounded
from openfisca_goodwork.reports.charts import QUIET, STRONG, Spec, label, spec_of
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
    rows_of,
)
from openfisca_goodwork.validation import ValidationReport
from openfisca_goodwork.validation.report import TITLES, GroupError, MeasureError, not_expressed

NAMES = {
    AS_USED: "Model, as used",
    LEFT_OUT: "Left out of the fit",
    NOTHING_FITTED: "Nothing fitted to any costing",
}
STANDING = "Official costings of measures, enacted or proposed, and the model's."
_ABOUT = (
    f"Official costings beside the model's, £ million, with what companies do in response. {SIGN} Each measure is costed on "
    "the law and the OBR forecast of its day. The model holds companies, so it is held against the corporation tax part of "
    "each official costing; where only a figure of all taxes is on file, the table says so and no mean counts it. Costings "
    "before February 2017 are cash, later ones are accruals, as the National Accounts were.\n"
    "Error: total absolute difference over the years published, as a share of the total of the official figures. Direction: "
    "what the effect of all years together is too high or too low by, as a share of the same total."
)
_CAPTION = "Every official costing on file, and how far off the model is"
_VERDICTS = (
    "Expressed: the model holds all of the measure. In part: it holds some of it; its error is shown and counts in no mean. "
    "Not: it is not costed; the reason stands below."
)
_COLUMNS = (
    "As used: with every assumption as it is. Left out of the fit: what was fitted to the costing, fitted to the others. "
    "Nothing fitted: every assumption that was fitted to any costing as it was before. The figures are those last measured; "
    "on the command line, goodwork validate measures all of them anew."
)
_ABOUT_GROUP = {
    USED: "An assumption of the model was fitted to each of these, so that the error as used says little of other "
    "measures; the error with each left out of the fit says more.",
    SEEN: "Nothing was fitted to these. Those who made the model had seen them, so that they show how far off it is "
    "and are no blind test. What earlier versions had fitted to some of them is taken back.",
    RECKONER: "An illustrative change, costed by HMRC each year; no measure of an event.",
}
_KEPT = (
    "None is in this project. A blind test needs official costings that those who make the model have not seen: a set that "
    "others keep, and run on a version that is finished. Of such a set a mean error of at most {bound:.0%} is asked for."
)
_CHECKS = (
    "Costs, £ million. HMRC's costs of reliefs are of income tax and corporation tax together and leave behaviour out; a "
    "foreign scheme is scaled by gross domestic product. They show size and direction, and count as no error."
)
_FILES = Medium.FILES
_COLOURS = {"Official": QUIET, "Model": STRONG}
_HEIGHT = 240
_POINTS = {
    "financial_year": Column("Financial year"),
    "of": Column("Whose"),
    "value": Column("£ million", EFFECT),
}


def report_of(report: ValidationReport) -> Report:
    """All measures in one table with bounds and reasons, then each group and each of its measures by year, the checks."""
    whole = {error.measure.name for error in report.errors} == set(measures())
    parts = [_overview(report, whole=whole)]
    parts += [section for group in GROUPS if (section := _group(report, group)) is not None]
    if report.checks:
        name, note = "Kept back by others", _KEPT.format(bound=declared()["bound_of_measures_kept_by_others"])
        said = (Note(f"{name}.", on=Medium.TERMINAL), Note(note))
        parts += [Section(name, name, said, on=Medium.TERMINAL | _FILES), _checks(report)]
    chosen = [] if whole else [f"--measure {error.measure.name}" for error in report.errors]
    command = " ".join(["goodwork validate", *chosen])
    return Report("The model against official figures", STANDING, tuple(parts), command, "validation")


def _overview(report: ValidationReport, *, whole: bool) -> Section:
    """Every measure on file in one table: event, kind, group, verdict, error, direction; then the bounds, and why not."""
    columns = (
        Column("Measure", width=60, of="measure.title"),
        Column("Costed at", width=22, of="measure.event"),
        Column("Kind", width=16, of=_kind),
        Column("Group", width=18, of="measure.group"),
        Column("Verdict", of="measure.verdict"),
        Column("Error", PERCENTAGE, of=lambda error: error.errors[AS_USED]),
        Column("The model has the", width=26, of=way),
    )
    rows = rows_of(columns, [error for group in GROUPS for error in report.errors if error.measure.group == group])
    left_out = not_expressed() if whole else ()
    rows += [(measure.title, measure.event, measure.kind, "", NOT_EXPRESSED, None, "") for measure in left_out]
    reasons = [
        f"{measure.title} (in part): {measure.reason}"
        for measure in (each.measure for each in report.errors)
        if measure.reason
    ]
    reasons += [f"{measure.title} ({NOT_EXPRESSED}): {measure.why}" for measure in left_out]
    reasons += [f"Cost of {name}: {why.strip()}" for name, why in declared()["reliefs_not_covered"].items() if whole]
    parts: tuple[Part, ...] = (
        Note(_ABOUT),
        Note(_COLUMNS, on=Medium.NOT_TERMINAL),
        Table(_CAPTION, columns, rows, "all measures", on=Medium.NOT_TERMINAL),
        *_in_a_terminal(report, whole=whole),
        Note(_VERDICTS, Style.SMALL),
        _bounds_table(report),
        *(Note(reason, Style.POINT) for reason in reasons),
    )
    name = "All measures"
    return Section(name, "How far off is the model on measures that were costed officially?", parts, sheet=name)


def _in_a_terminal(report: ValidationReport, *, whole: bool) -> Iterator[Table]:
    columns = (Column("Costed at"), Column("Error", PERCENTAGE), Column("The model has the"))
    for group in GROUPS:
        errors = [error for error in report.errors if error.measure.group == group]
        rows = [
            (_marked(error), error.measure.event, error.errors[AS_USED], way(error))
            for error in sorted(errors, key=lambda error: error.measure.kind)
        ]
        yield Table("", (Column(TITLES[group]), *columns), rows, on=Medium.TERMINAL)
    left_out = [(measure.title, measure.event, None, "") for measure in not_expressed()] if whole else []
    yield Table("", (Column("Not costed by the model"), *columns), left_out, on=Medium.TERMINAL)


def _marked(error: MeasureError) -> str:
    """The title of a measure, with what is to be known of it in brackets."""
    about = error.measure
    marks = [about.head] if about.head != CORPORATION_TAX else []
    marks += [about.verdict] if about.verdict != EXPRESSED else []
    return f"{about.title} ({', '.join(marks)})" if marks else about.title


def _kind(error: MeasureError) -> str:
    about = error.measure
    return about.kind if about.head == CORPORATION_TAX else f"{about.kind} ({about.head})"


def way(error: MeasureError, column: str = AS_USED) -> str:
    """Which way the model is out on a measure: `cost 35% too low`; empty where it was not run."""
    oversize = error.oversizes[column]
    return "" if oversize is None else direction(oversize, noun_of(error.figures))


def _bounds_table(report: ValidationReport) -> Table:
    columns = (
        Column("Mean error of", width=60, of=_name),
        Column("Measures", COUNT, of="measures"),
        Column("Error", PERCENTAGE_1, of="mean"),
        Column("Bound", PERCENTAGE, of="bound"),
        Column("Bound met", of=_met),
        Column("The model has the", width=26, of=lambda entry: direction(entry.oversize)),
    )
    rows = rows_of(columns, [entry for entry in report.verdicts if _is_shown(entry, report)])
    for error in report.errors:
        if error.bound is not None and error.errors[AS_USED] is not None:
            name = f"{TITLES[error.measure.group]}: {error.measure.title}, worst year"
            rows.append((name, 1, error.worst_year, error.bound, error.is_met, way(error)))
    return Table("Mean errors, and the bounds they are held to", columns, rows, "bounds")


def _met(held: GroupError | Check) -> bool | None:
    """Whether a bound is met; None where there is none."""
    return None if held.bound is None else held.is_met


def _is_shown(entry: GroupError, report: ValidationReport) -> bool:
    """Whether a mean is worth a row: not where the fit makes no difference, nor of a kind that stands alone in its group."""
    if entry.group == RECKONER:
        return False
    used = next(of for of in report.verdicts if _place(of) == _place(entry) and of.column == AS_USED)
    if entry.column == AS_USED:
        return not entry.kind or any(of.kind != entry.kind for of in report.verdicts if of.group == entry.group and of.kind)
    return not entry.kind and entry.head == CORPORATION_TAX and (entry.bound is not None or entry.mean != used.mean)


def _place(entry: GroupError) -> tuple[str, str, str]:
    return entry.group, entry.kind, entry.head


def _name(entry: GroupError) -> str:
    """A mean in words: `Seen, and used in no fit: rates`."""
    what = entry.kind or ("all kinds" if entry.head == CORPORATION_TAX else "on figures of all taxes")
    how = "" if entry.column == AS_USED else f", {lower_first(NAMES[entry.column])}"
    return f"{entry.title}: {what}{how}"


def _group(report: ValidationReport, group: str) -> Section | None:
    """A group of measures that are judged together: means and bounds in words, and each year by year."""
    errors = [error for error in report.errors if error.measure.group == group]
    if not errors:
        return None
    title = TITLES[group]  # stands above the sentences, which need not repeat it
    verdicts = [verdict(entry) for entry in report.verdicts if entry.group == group and _is_shown(entry, report)]
    said = [upper_first(each.removeprefix(f"{title}: ")) for each in verdicts]
    said += [miss(error) for error in errors if not error.is_met]
    fitted_to_any = dict.fromkeys(path for error in errors for path in error.fitted_by)
    said += [f"Fitted to costings: {', '.join(fitted_to_any)}."] if fitted_to_any else []
    parts: tuple[Part, ...] = (
        Note(f"{title}.", on=Medium.TERMINAL),
        Note(_ABOUT_GROUP[group]),
        *(Note(sentence, Style.POINT) for sentence in dict.fromkeys(said)),
        *(part for error in errors for part in _of_measure(error)),
    )
    return Section(title, title, parts, sheet=group.capitalize())


def _by_year(error: MeasureError) -> Table:
    about = error.measure
    years = [figure.financial_year for figure in error.figures]
    rows = [Row((f"Official, {about.head}", *(figure.official for figure in error.figures), Cell("")))]
    for column in (AS_USED, LEFT_OUT, NOTHING_FITTED):
        if error.errors[column] is not None:
            amounts = [figure.model[column] or 0.0 for figure in error.figures]
            is_new = column == AS_USED or any(figure.model[column] != figure.model[AS_USED] for figure in error.figures)
            on = Medium.EVERYWHERE if is_new else _FILES
            rows.append(Row((NAMES[column], *amounts, error.errors[column]), on=on))
    if error.errors[AS_USED] is not None:
        out = [(figure.model[AS_USED] or 0.0) - figure.official for figure in error.figures]
        rows.insert(2, Row(("Model less official", *out, Cell(""))))
    if about.all_taxes:
        of_year = {row.year: row.figure for row in about.all_taxes}
        rows.append(Row((f"Beside it: official, {ALL_TAXES}", *(of_year.get(year) for year in years), Cell(""))))
    columns = (Column("", width=60), *(Column(year, EFFECT) for year in years), Column("error", PERCENTAGE_1))
    basis = "" if about.basis == ACCRUALS else f"; on {about.basis}"
    caption = f"{about.title} ({about.name}): {about.origin}; {forecast_in_words(about.forecast)}{basis}."
    return Table(caption, columns, rows, about.name, on=Medium.TERMINAL | _FILES)


def _of_measure(error: MeasureError) -> Iterator[Part]:
    yield _by_year(error)
    said = f"The model has the {way(error)}. " if error.errors[AS_USED] is not None else "The model has not been run on it. "
    yield Note(f"{said}{fitted(error)}", on=Medium.TERMINAL | _FILES)
    yield Note(" ".join(filter(None, (error.measure.reason, error.measure.why))), on=_FILES)
    if error.errors[AS_USED] is not None:
        yield Figure(error.measure.name, partial(chart_of, error), _POINTS, on=Medium.DOCUMENT)


def fitted(error: MeasureError) -> str:
    """How much was fitted to a measure, in a sentence."""
    if not error.fitted_by:
        return "Nothing was fitted to it."
    fitted = len(error.fitted_by)
    return f"{counted(fitted, 'assumption')} {'was' if fitted == 1 else 'were'} fitted to it, among others."


def forecast_in_words(forecast: str) -> str:
    """An OBR forecast in words: `OBR forecast of March 2021`."""
    return f"OBR forecast of {day_in_words(date.fromisoformat(f'{forecast}-01')).partition(' ')[2]}"


def verdict(entry: GroupError) -> str:
    """Mean and worst error of a group or kind in one column, which way, and whether the bound is met."""
    said = f"{_name(entry)}: {entry.mean:.1%} off" + (
        f" on average over {entry.measures} costings" if entry.measures > 1 else ""
    )
    if entry.bound is not None:
        said += f", {'within' if entry.is_met else 'above'} the bound of {entry.bound:.0%}"
    worst = f"; the worst is {entry.worst:.1%} off, {measures()[entry.worst_measure].title}" if entry.measures > 1 else ""
    return f"{said}, {direction(entry.oversize)}{worst}."


def miss(error: MeasureError) -> str:
    """A sentence that a year of a measure is over its bound, and what the two figures are known to treat differently."""
    about = error.measure
    return f"Over its bound of {error.bound:.0%} in a year: {about.title}, {error.worst_year:.1%}. {about.why}"


def _checks(report: ValidationReport) -> Section:
    columns = (
        Column("What", width=36, of="name"),
        Column("Year", width=10, of="financial_year"),
        Column("Official", MILLION, of="official"),
        Column("Model", MILLION, of="model"),
        Column("Bound", PERCENTAGE, of="bound"),
        Column("Bound met", of=_met),
        Column("The official figure", width=90, of="basis"),
    )
    name = "Costs of reliefs and of schemes of other countries"
    table = Table.of(f"{name}, £ million", columns, report.checks, "checks")
    names = dict.fromkeys(check.name for check in report.checks)
    why = (Note(f"{name}: {why_checks_differ(name)}", Style.POINT) for name in names)
    return Section("Checks", name, (Note(_CHECKS), table, *why), on=Medium.TERMINAL | _FILES)


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
    title = f"{about.title}: the model is {error.errors[AS_USED]:.1%} off the official costing, {way(error)}"
    of = f"£ million of {about.head}"
    subtitle = f"{about.origin}; {forecast_in_words(about.forecast)}. {of}. {SIGN} {fitted(error)} {ROUNDING}"
    said = "; ".join(
        f"{figure.financial_year} official {rounded(figure.official)}, model {rounded(figure.model[AS_USED] or 0.0)}"
        for figure in error.figures
    )
    return Chart(title, subtitle, f"Columns by financial year, £ million. {said}.", _spec(data), data)


def _spec(data: pandas.DataFrame) -> Spec:
    order = list(_COLOURS)
    x = {"field": "financial_year", "type": "ordinal", "axis": {"labelAngle": 0, "title": None, "orient": "bottom"}}
    y = {"field": "value", "type": "quantitative", "axis": {"title": None, "grid": False, "format": ",d"}}
    side = {"field": "of", "sort": order}
    colour = {"domain": order, "range": list(_COLOURS.values())}
    legend = {"title": None, "orient": "top"}
    layers = [
        {
            "mark": {"type": "bar"},
            "encoding": {"color": {"field": "of", "type": "nominal", "scale": colour, "legend": legend}},
        },
        label("datum.value >= 0", {"baseline": "bottom", "dy": -3, "fontSize": 10}),
        label("datum.value < 0", {"baseline": "top", "dy": 3, "fontSize": 10}),
    ]
    return spec_of(data, height=_HEIGHT, encoding={"x": x, "y": y, "xOffset": side}, layer=layers)
