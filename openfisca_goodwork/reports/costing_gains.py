"""Who gains from a costing, as a section of its report: by size, sector and region to read, every class in a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.classes import BY_EMPLOYEES, BY_REGION, BY_SECTION
from openfisca_goodwork.costing.distribution import BASIS, UNITS, PriorityAreas, Totals
from openfisca_goodwork.costing.distribution import Row as Class
from openfisca_goodwork.costing.distribution import Table as Classes
from openfisca_goodwork.costing.distribution import in_words as heading_of
from openfisca_goodwork.number_formats import (
    COUNT,
    EFFECT,
    MILLION,
    MILLION_1,
    PERCENTAGE_1,
    POUNDS_AND_PENCE,
    THREE_FIGURES,
    Kind,
)
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.sections import (
    EVERYWHERE,
    Cell,
    Column,
    Medium,
    Note,
    Part,
    Row,
    Section,
    Style,
    Table,
    Value,
    figure_of,
)

NAME = "Who gains"
ALL, ALL_COMPANIES = "All of these", "All companies"
BY_SIZE, BY_SECTION_CHART = "who-gains-by-size", "who-gains-by-section"
GAIN_COLUMNS = {"name": Column("Class"), "value": Column("£ million", EFFECT)}
WINNER_COLUMNS = {"class": Column("Class"), "outcome": Column("Companies that"), "value": Column("Share", PERCENTAGE_1)}


def who_gains(result: CostingResult, _command: str = "") -> Section:
    """Who gains: every classification in a workbook, by size, sector and region to read."""
    shown = result.distribution
    if shown is None:
        note = Note(words.NO_DISTRIBUTION, on=Medium.NOT_TERMINAL)
        return Section(NAME, "Who gains", (note,), sheet="Distribution", folded=True)
    read = [shown.table(name) for name in (BY_EMPLOYEES, BY_SECTION, BY_REGION)]
    few = any(row.has_few_records for table in read for row in table.rows)
    has_gain = bool(shown.total().gain)
    in_terminal = Medium.READ | (Medium.TERMINAL if has_gain else Medium(0))
    parts: list[Part] = [
        *(Note(text, on=in_terminal) for text in words.who_gains(result)),
        Note(words.largest(result), on=Medium.READ | Medium.TERMINAL),
        Note(BASIS, on=Medium.READ),
        figure_of(BY_SIZE, "costing_charts", "by_size", (result,), GAIN_COLUMNS, Medium.DOCUMENT),
    ]
    for table in read:
        on = Medium.TERMINAL | Medium.DOCUMENT if table.name == BY_EMPLOYEES and has_gain else Medium.DOCUMENT
        parts += [classes(table, on), Note(table.basis, Style.SMALL, on=Medium.DOCUMENT)]
    parts += [
        Note("* Few records stand behind the row: do not quote it." if few else "", Style.SMALL, on=in_terminal),
        every_class(shown.tables),
        *(_all_companies(total) for total in shown.totals),
        *_priority_areas(shown.priority_areas),
        Note(BASIS, on=Medium.WORKBOOK),
        figure_of(BY_SIZE, "costing_charts", "by_size", (result,), GAIN_COLUMNS, Medium.WORKBOOK),
        figure_of(BY_SECTION_CHART, "costing_charts", "by_section", (result,), GAIN_COLUMNS, Medium.WORKBOOK),
    ]
    question = f"Who gains in {shown.financial_year}"
    return Section(NAME, question, tuple(parts), sheet="Distribution", folded=True)


def classes(table: Classes, on: Medium = EVERYWHERE) -> Table:
    """One classification to read: companies that gain and lose, the gain, its share, and per company and employee."""
    columns = (
        Column(table.name, width=32),
        Column("Companies", THREE_FIGURES, on=Medium.TERMINAL | Medium.SCREEN),
        Column("Gain", THREE_FIGURES),
        Column("Lose", THREE_FIGURES),
        Column("Gain, £m", MILLION),
        Column("Share of gain", PERCENTAGE_1),
        Column("£ for each that gains", THREE_FIGURES, on=Medium.TERMINAL | Medium.SCREEN),
        Column("£ per employee", POUNDS_AND_PENCE, on=Medium.READ),
        Column("Claimants", THREE_FIGURES, on=Medium.SCREEN),
    )

    def row(held: Class) -> tuple[Value, ...]:
        name = held.name + (" *" if held.has_few_records else "")
        counts = (held.companies, held.gaining, held.losing)
        return (
            *(name, *counts, held.gain, held.share_of_gain, held.gain_per_gaining_company, held.gain_per_employee),
            held.claimants,
        )

    caption = f"{table.name} ({table.marked}), {table.step}; £m of tax no longer due and credits paid out to companies"
    return Table(caption, columns, tuple(map(row, table.rows)), on=on)


_ADDED = (
    *("records", "records_affected", "companies", "gaining", "losing", "unaffected", "gain", "claimants"),
    *("qualifying_training", "induced_training"),
)
_KINDS = {"records": COUNT, "companies": COUNT, "£ million": MILLION_1, "share": PERCENTAGE_1, "£": POUNDS_AND_PENCE}


def every_class(tables: Iterable[Classes]) -> Table:
    """Every classification in both steps, each with the totals of its classes."""
    columns = (
        *(Column("Classes", width=50), Column("Step", width=17), Column("Observed or modelled", width=12)),
        Column("Class", width=36),
        *(Column(heading_of(name), _KINDS[unit], width=14) for name, unit in UNITS.items()),
        *(Column("Few records", width=12), Column("Basis", width=90)),
    )
    rows: list[Row] = []
    for number, table in enumerate(tables):
        about = (table.name, table.step, table.marked)
        for place, row in enumerate(table.rows):
            figures = tuple(getattr(row, name) for name in UNITS)
            few = "few" if row.has_few_records else ""
            rows.append(Row((*about, row.name, *figures, few, table.basis), key=f"{number}.{place}"))
        added = tuple(float(sum(getattr(row, name) for row in table.rows)) if name in _ADDED else None for name in UNITS)
        formula = f"SUM({{{number}.0}}:{{{number}.{len(table.rows) - 1}}})"
        rows.append(Row((*about, ALL, *added, "", ""), formula=formula, is_total=True))
    return Table(
        "Who gains, by every classification; a gain is tax no longer due and credits paid out",
        columns,
        rows,
        name="who-gains",
        on=Medium.WORKBOOK,
    )


def _all_companies(total: Totals) -> Table:
    """All companies in one step, and from what they gain to the effect of the financial year."""
    lines: dict[str, tuple[float | None, Kind]] = {
        "Mean gain of those that gain, £": (total.mean_gain, POUNDS_AND_PENCE),
        "Median gain of those that gain, £": (total.median_gain, POUNDS_AND_PENCE),
        "Gain of those that gain, £ million": (total.gain_of_gaining, MILLION_1),
        "Loss of those that lose, £ million": (total.loss_of_losing, MILLION_1),
        "Incorrect and fraudulent claims, £ million": (total.invalid_claims, EFFECT),
        "Exchequer effect, these accounting periods, £ million": (total.exchequer_effect, EFFECT),
        "Exchequer effect, accruals of the year, £ million": (total.accrued, EFFECT),
    }
    return _amounts(f"{ALL_COMPANIES}, {total.step}", lines)


def _priority_areas(areas: PriorityAreas | None) -> Iterator[Part]:
    if areas is not None:
        lines: dict[str, tuple[float | None, Kind]] = {
            "Share of qualifying training": (areas.share_of_training, PERCENTAGE_1),
            "Qualifying training, £ million": (areas.qualifying_training, MILLION_1),
            "Extra training because of the relief, £ million": (areas.induced_training, MILLION_1),
        }
        yield _amounts("Training in priority areas (modelled)", lines)
        yield Note(areas.basis, Style.SMALL, on=Medium.SCREEN | Medium.WORKBOOK)


def _amounts(caption: str, lines: Mapping[str, tuple[float | None, Kind]]) -> Table:
    rows = tuple(Row((name, Cell(amount, kind))) for name, (amount, kind) in lines.items())
    return Table(caption, (Column(""), Column(" ", EFFECT)), rows, on=Medium.WORKBOOK)
