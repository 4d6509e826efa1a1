"""Many costings as reports: a sweep with its table and pictures, a value that was looked for, the scorecard of a package."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas

from openfisca_goodwork.errors import and_joined, counted
from openfisca_goodwork.number_formats import (
    EFFECT,
    NEGLIGIBLE,
    NUMBER,
    ROUNDING,
    SIGN,
    TEXT,
    UNDER_THE_LEAST,
    in_words,
    rounded,
    size,
    standing_of,
)
from openfisca_goodwork.policy import load_all
from openfisca_goodwork.questions import PackageResult, SolveResult, SweepResult
from openfisca_goodwork.questions.headline import Headline
from openfisca_goodwork.questions.packages import IN_ORDER
from openfisca_goodwork.questions.solving import ALL_YEARS, Solution
from openfisca_goodwork.questions.sweeping import Costing
from openfisca_goodwork.reports import report_of, workbook
from openfisca_goodwork.reports.charts import STRONG, Spec, bars, room_for_labels, spec_of
from openfisca_goodwork.reports.csv_text import csv_of, render
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.pictures import pictures_of
from openfisca_goodwork.reports.sections import (
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
    Value,
)
from openfisca_goodwork.version import is_installed

# --- charts ----------------------------------------------------------------------------------------------------------


_SIDE, _HEAT_STEP = 150, 34
_COLUMNS = 3
_FEWEST, _MOST_LABELLED = 2, 60
_SAID = 8
# Share of the largest amount from which a cell is so dark that its figure is white.
_DARK = 0.75


def sweep_chart(result: SweepResult) -> Chart | None:
    """Small multiples by financial year where one number varies, bars where names do, a heat map where two or more vary."""
    names = short_names(result.sweep.names)
    if len(result.headlines) < _FEWEST:
        return None
    data = _data(result)
    labels = dict(zip(("first", "second"), names.values(), strict=False))
    totals = data[data["financial_year"] == ALL_YEARS]
    by_year = data[data["financial_year"] != ALL_YEARS]
    if len(names) > 1:
        kind, spec, shown = "Heat map over all years together", _heat_map(totals, labels), totals
    elif all(isinstance(first, float) for first in data["first"]):
        kind, spec, shown = "Small multiples, a panel a financial year", _lines(labels), by_year
    else:
        kind, spec, shown = "Bars over all years together", _bars(totals), totals
    said = "; ".join(f"{_called(row, labels)}: {rounded(row['value'])}" for row in totals.to_dict("records")[:_SAID])
    more = f"; and {len(totals) - _SAID} more in the table" if len(totals) > _SAID else ""
    alt = f"{kind}, £ million, by {' and '.join(labels.values())}. Over all years, {said}{more}."
    subtitle = f"Post-behavioural effect, £ million. {SIGN} {ROUNDING}"
    return Chart(sweep_finding(result), subtitle, alt, spec_of(shown, **spec), shown)


def _called(row: dict[Any, Any], labels: dict[str, str]) -> str:
    return ", ".join(f"{label} {row[name]}" for name, label in labels.items())


def _data(result: SweepResult) -> pandas.DataFrame:
    """A row for each costing and year, and for all years: what varies first, second and besides; the effect, its label."""
    rows = []
    for costing, headline in zip(result.sweep.costings, result.headlines, strict=True):
        values = [costing.varied.get(name, "") for name in result.sweep.names]
        first, second, *others = (*values, "", "")
        third = ", ".join(str(value) for value in others if value != "")
        years = [*headline.financial_years, ALL_YEARS]
        amounts = [*headline.effect, sum(headline.effect)]
        rows += [(first, second, third, year, amount) for year, amount in zip(years, amounts, strict=True)]
    data = pandas.DataFrame(rows, columns=["first", "second", "third", "financial_year", "value"])
    return data.assign(label=[rounded(value) for value in data["value"]])


def _lines(labels: dict[str, str]) -> Spec:
    x = {"field": "first", "type": "quantitative", "axis": {"title": labels["first"], "labelAngle": 0}, "sort": None}
    mark = {"type": "line", "point": True, "color": STRONG}
    y = {"field": "value", "type": "quantitative", "axis": {"title": "£ million"}}
    return {
        "facet": {"field": "financial_year", "type": "nominal", "title": None, "sort": None},
        "columns": _COLUMNS,
        "spec": {"width": _SIDE, "height": _SIDE, "mark": mark, "encoding": {"x": x, "y": y}},
    }


def _bars(totals: pandas.DataFrame) -> Spec:
    return {"height": {"step": _HEAT_STEP}, **bars(room_for_labels(totals["value"]), "first")}


def _heat_map(data: pandas.DataFrame, labels: dict[str, str]) -> Spec:
    """A cell for each pair of values, a panel for each of whatever else varies; the figure stands in the cell."""
    x = {"field": "first", "type": "ordinal", "axis": {"title": labels["first"], "labelAngle": 0}, "sort": None}
    y = {"field": "second", "type": "ordinal", "axis": {"title": labels.get("second", "")}, "sort": None}
    most = max(map(abs, data["value"])) or 1.0
    scale = {"scheme": "blueorange", "reverse": True, "domain": [-most, most]}
    colour = {"field": "value", "type": "quantitative", "scale": scale, "legend": {"title": "£ million"}}
    cells = {"mark": "rect", "encoding": {"color": colour}}
    ink = {"condition": {"test": f"abs(datum.value) > {_DARK * most}", "value": "white"}, "value": "black"}
    figures = {"mark": {"type": "text", "fontSize": 12}, "encoding": {"text": {"field": "label"}, "color": ink}}
    layers = [cells, figures] if len(data) <= _MOST_LABELLED else [cells]
    panel = {
        "width": {"step": 2 * _HEAT_STEP},
        "height": {"step": _HEAT_STEP},
        "encoding": {"x": x, "y": y},
        "layer": layers,
    }
    if len(set(data["third"])) == 1:
        return panel
    return {"facet": {"field": "third", "type": "nominal", "title": None, "sort": None}, "columns": _COLUMNS, "spec": panel}


_MEASURE = "Exchequer effect, £ million, post-behavioural."


def effect_columns(years: Sequence[str]) -> tuple[Column, ...]:
    """A column a financial year, and one for all of them, live in a workbook."""
    total = Column(ALL_YEARS, EFFECT, formula=f"SUM({{@{years[0]}}}:{{@{years[-1]}}})")
    return (*(Column(year, EFFECT) for year in years), total)


def _with_total(effect: Sequence[float]) -> tuple[float, ...]:
    return (*effect, sum(effect))


# --- a sweep ------------------------------------------------------------------------------------------------------------


def sweep_finding(result: SweepResult) -> str:
    """From which cost to which the costings go, over all years."""
    totals = [sum(headline.effect) for headline in result.headlines]
    ends = sorted(
        {in_words(min(totals)): min(totals), in_words(max(totals)): max(totals)}.items(), key=lambda end: abs(end[1])
    )
    years = result.headlines[0].financial_years
    said = " to ".join(words for words, _ in ends)
    if len(ends) > 1 and (abs(ends[0][1]) < NEGLIGIBLE or ends[0][1] * ends[1][1] > 0):
        verb, least = in_words(ends[1][1]).partition(" ")[0], ends[0][1]
        said = f"{verb} {UNDER_THE_LEAST if abs(least) < NEGLIGIBLE else size(least)} to {size(ends[1][1])}"
    return f"{result.sweep.title}: over {years[0]} to {years[-1]} it {said} ({counted(len(totals), 'costing')})"


def short_names(names: Sequence[str]) -> dict[str, str]:
    """What varies, by the last parts of its path that tell it from the others."""
    paths = {name: name.partition("@")[0].split(".") for name in names}
    for parts in range(1, max(map(len, paths.values()), default=1) + 1):
        short = {name: ".".join(path[-parts:]).replace("_", " ") for name, path in paths.items()}
        if len(set(short.values())) == len(short):
            return short
    return {name: name for name in names}


def report_of_sweep(result: SweepResult) -> Report:
    """The table of a sweep with its chart and ranges, and the command of each costing."""
    names = short_names(result.sweep.names)
    columns = [
        Column(short, NUMBER if _is_number(result.sweep.costings, name) else TEXT, 24) for name, short in names.items()
    ]
    rows = _rows(result, lambda headline: [_with_total(headline.effect)])
    years = result.headlines[0].financial_years
    table = Table(f"{_MEASURE} {SIGN} {ROUNDING}", (*columns, *effect_columns(years)), rows, "Costings", filtered=True)
    nothing = [place for place, headline in enumerate(result.headlines, 1) if headline.no_effect]
    notes = (
        Note(f"What varies: {and_joined(list(result.sweep.names))}.", on=Medium.TERMINAL | Medium.FILES),
        *map(Note, result.overridden),
        Note(f"{counted(result.kept, 'costing')} of an earlier run kept as they were." if result.kept else ""),
        Note(
            f"{counted(result.lost, 'line')} of an earlier run could not be read and was costed again."
            if result.lost
            else ""
        ),
        Note(f"No effect: costing {and_joined([str(place) for place in nothing])}." if nothing else ""),
        Note("" if result.headlines[0].low else "No range was asked for (draws: 0).", on=Medium.TERMINAL | Medium.FILES),
    )
    chart = Figure("sweep", partial(sweep_chart, result), _CHART_COLUMNS)
    ranges = [_ranges(result, columns)] if result.headlines[0].low else []
    sections = (
        Section("Sweep", "What does each costing come to?", (table, chart, *ranges, *notes), sweep_finding(result)),
        Section("Runs", "How is each made again?", (_runs(result, columns),), on=Medium.WORKBOOK),
    )
    statuses = [headline.status for costing in result.sweep.costings for headline in load_all(costing.request.reforms)]
    return Report(result.sweep.title, standing_of(dict.fromkeys(statuses)), sections, result.command, result.sweep.name)


_CHART_COLUMNS = {
    "first": Column("First that varies"),
    "second": Column("Second that varies"),
    "third": Column("Others that vary"),
    "financial_year": Column("Financial year"),
    "value": Column("Effect", EFFECT),
}


def _is_number(costings: Sequence[Costing], name: str) -> bool:
    return all(isinstance(costing.varied.get(name, 0.0), float) for costing in costings)


def _rows(result: SweepResult, cells: Callable[[Headline], Iterable[tuple[Value, ...]]]) -> list[Row]:
    """Rows of each costing: what it varies, then cells of its headline."""
    return [
        Row((*(costing.varied.get(name) for name in result.sweep.names), *more))
        for costing, headline in zip(result.sweep.costings, result.headlines, strict=True)
        for more in cells(headline)
    ]


def _ranges(result: SweepResult, columns: Sequence[Column]) -> Table:
    years = (Column(year, EFFECT) for year in result.headlines[0].financial_years)
    rows = _rows(result, lambda headline: [("highest cost", *headline.low), ("lowest cost", *headline.high)])
    return Table(f"80% range, £ million. {SIGN}", (*columns, Column("End of the range"), *years), rows, "Ranges")


def _runs(result: SweepResult, columns: Sequence[Column]) -> Table:
    rows = _rows(result, lambda headline: [(headline.request.command, headline.no_effect)])
    return Table("The command of each costing", (*columns, Column("Command", width=110), Column("No effect")), rows, "Runs")


# --- a value that was looked for -------------------------------------------------------------------------------------


def report_of_solve(result: SolveResult) -> Report:
    """The value that was looked for, and what other values come to."""
    title = _solve_finding(result)
    several = [solution for solution in result.solutions if len(solution.roots) > 1]
    parts: tuple[Part, ...] = (
        _solved(result),
        *(Note(text) for solution in result.solutions for text in _told(result, solution)),
        Note(_about_neutral(result) if result.is_neutral else ""),
        Note(
            f"Looked for between {result.shown(result.least)} and {result.shown(result.most)}, in "
            f"{counted(result.costings, 'costing')}."
        ),
        Note("More than one value has the amount wanted: the law does not say which is meant." if several else ""),
        *map(Note, result.overridden),
    )
    costed = Table(
        f"{_MEASURE} {SIGN} {ROUNDING}",
        (Column("Value", TEXT, 18), *effect_columns(result.financial_years)),
        [Row((result.shown(point.value), *_with_total(point.effect))) for point in result.points],
        "Costed",
    )
    sections = (
        Section("Answer", "Which value has the effect wanted?", parts, title),
        Section("Costings", "What does it come to at other values?", (costed,)),
        Section("Again", "How is this made again?", tuple(_again(result))),
    )
    statuses = [solution.status for solution in load_all(result.request.reforms)]
    return Report(title, standing_of(dict.fromkeys(statuses)), sections, result.command, "solve")


def _solve_finding(result: SolveResult) -> str:
    first = result.solutions[0]
    years = f"{result.financial_years[0]} to {result.financial_years[-1]}"
    when = f"over {years}" if first.target.name == ALL_YEARS else f"in {first.target.name}"
    what = "pays for the reform" if result.is_neutral else in_words(first.target.amount)
    if not first.roots:
        return f"No value of {result.leaf.path} {what} {when}"
    values = and_joined([result.shown(root.value) for root in first.roots])
    return f"{result.leaf.label} of {values} {what} {when}"


def _solved(result: SolveResult) -> Table:
    with_range = any(root.low is not None for solution in result.solutions for root in solution.roots)
    of_range = (
        [Column("80% range of the value", TEXT, 22), Column("80% range of the effect", TEXT, 22)] if with_range else []
    )
    columns = (
        Column("Years", TEXT, 14),
        Column("Wanted", EFFECT),
        Column("Value", TEXT, 14),
        Column("Effect", EFFECT),
        *of_range,
    )
    rows = [
        Row((solution.target.name, solution.target.amount, *cells))
        for solution in result.solutions
        for cells in _cells(result, solution, with_range=with_range)
    ]
    return Table(f"{result.name}. {_MEASURE} {SIGN} {ROUNDING}", columns, rows, "Solution")


def _cells(result: SolveResult, solution: Solution, *, with_range: bool) -> Iterator[tuple[str | float | None, ...]]:
    nothing = ("",) * (2 if with_range else 0)
    if not solution.roots:
        yield ("none", None, *nothing)
    for root in solution.roots:
        shown = result.shown(root.value) if root.is_costed else f"about {result.shown(root.value)}"
        if not with_range:
            yield shown, root.effect
        elif root.low is None or root.high is None:
            yield (shown, root.effect, *nothing)
        else:
            low, high = (end if end is None else result.shown(end) for end in (root.value_low, root.value_high))
            values = f"{low or 'beyond the least'} to {high or 'beyond the most'}"
            yield shown, root.effect, values, f"{rounded(root.low)} to {rounded(root.high)}"


def _told(result: SolveResult, solution: Solution) -> Iterator[str]:
    when = "over all years" if solution.target.name == ALL_YEARS else f"in {solution.target.name}"
    if not solution.roots:
        near, least, most = solution.nearest, result.shown(result.least), result.shown(result.most)
        yield (
            f"No value between {least} and {most} has {rounded(solution.target.amount)} £ million {when}. "
            f"The nearest costed is {rounded(solution.target.of(near.effect))} £ million, at {result.shown(near.value)}."
        )
    if not solution.goes_one_way:
        yield f"The effect {when} does not go one way with the value: there may be other values that nobody costed."
    if any(not root.is_costed for root in solution.roots):
        yield f"“About”, {when}: read in a straight line between the two nearest costings."
    if any(root.value_low is not None or root.value_high is not None for root in solution.roots):
        yield (
            "80% range of the value: at its ends the 80% range of the effect just reaches the amount wanted, if the effect "
            "goes one way with the value whatever is assumed."
        )


def _about_neutral(result: SolveResult) -> str:
    return (
        "Each year's value would make that year's effect nothing, in force from the same day; that of all years makes their "
        f"sum nothing. In law without it: {result.shown(result.law_value)}."
    )


def _again(result: SolveResult) -> Iterator[Note]:
    yield Note(f"Reproduce: {result.command}", Style.CODE)
    first = result.solutions[0]
    if first.roots:
        yield Note(f"Cost it there: {result.command_at(first.roots[0].value)}", Style.CODE)


# --- a package ----------------------------------------------------------------------------------------------------------


def report_of_package(result: PackageResult) -> Report:
    """The scorecard of a package, each measure alone, and what they do to one another."""
    total = sum(result.together)
    years = f"{result.financial_years[0]} to {result.financial_years[-1]}"
    title = f"{result.title} {in_words(total)} over {years}"
    columns = (Column("Measure", TEXT, 46), *effect_columns(result.financial_years))
    caption = f"{_MEASURE} {SIGN} {ROUNDING}"
    scorecard = _adding_up(
        ((scored.measure.title, scored.in_order) for scored in result.scored), "Total policy decisions", result.together
    )
    each = [*((scored.measure.title, scored.alone) for scored in result.scored), ("Interaction", result.interaction)]
    alone = _adding_up(each, "All together", result.together)
    between = [Row((scored.measure.title, *_with_total(scored.interaction))) for scored in result.scored[1:]]
    sections = (
        Section(
            "Scorecard",
            "What does each measure cost, in this order?",
            (Table(caption, columns, scorecard, "Scorecard"), Note(_ORDER)),
            title,
        ),
        Section(
            "Alone",
            "What does each cost alone, and what do they do to one another?",
            (Table(caption, columns, alone, "Alone"), Note(_interaction_in_words(result))),
        ),
        Section(
            "Interaction",
            "What does each measure cost beyond what it costs alone?",
            (Table(f"{caption} After the measures above it, less alone.", columns, between, "Interaction"),),
        ),
        Section(
            "Again",
            "How is this made again?",
            (Note(f"Reproduce: {result.command}", Style.CODE), Note(f"Population {result.fingerprint[:12]}.", Style.SMALL)),
        ),
    )
    statuses = [reform.status for scored in result.scored for reform in scored.measure.reforms]
    return Report(title, standing_of(dict.fromkeys(statuses)), sections, result.command, result.name)


def _adding_up(lines: Iterable[tuple[str, Sequence[float]]], total: str, amounts: Sequence[float]) -> list[Row]:
    """Lines by financial year, and below them what they add up to."""
    rows = [Row((name, *_with_total(effect)), key=str(place)) for place, (name, effect) in enumerate(lines)]
    formula = "+".join(f"{{{row.key}}}" for row in rows)
    return [*rows, Row((total, *_with_total(amounts)), formula=formula, is_total=True)]


_ORDER = (
    f"Each measure {IN_ORDER}: with those above it less without it, so that the lines add up to the total before rounding. "
    "Another order moves the interaction from one line to another, never the total."
)


def _interaction_in_words(result: PackageResult) -> str:
    total = sum(result.interaction)
    if abs(total) < 1:
        return "The measures do nothing to one another: together they cost what they cost one by one."
    return (
        f"Over all years the measures together cost {size(total)} {'less' if total > 0 else 'more'} than the sum of "
        "each alone: that is their interaction."
    )


# --- files -----------------------------------------------------------------------------------------------------------


def write_question(result: SweepResult | SolveResult | PackageResult, directory: Path) -> tuple[tuple[Path, ...], str]:
    """Write the files of a result into a directory, all of them or none; pictures and workbook need the extra `report`.

    Returns:
        The files, and in words what was left out.

    Raises:
        GoodworkError: where the directory or the disk refuses.
    """
    report, table = report_of(result), result.to_dataframe()
    packed = io.BytesIO()
    table.to_parquet(packed, index=False)
    contents = {f"{report.stem}.csv": csv_of(table).encode(), f"{report.stem}.parquet": packed.getvalue()}
    contents[f"{report.stem}-summary.csv"] = render(next(report.tables())).encode()
    pictures, left_out = pictures_of(report)
    contents |= {f"{report.stem}.xlsx": workbook.render(report, pictures)} if is_installed("xlsxwriter") else {}
    for name, picture in pictures.items():
        contents |= picture.files | {f"{name}-chart.csv": csv_of(picture.chart.data).encode()}
    contents[f"{report.stem}.json"] = (json.dumps(result.to_dict(), indent=2, ensure_ascii=False) + "\n").encode()
    return write_together(directory, contents), left_out
