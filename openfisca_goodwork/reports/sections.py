"""What a report is made of: sections of tables, notes and charts, as plain data that every renderer reads.

A result is worded once, as a ``Report``; each format is one renderer that writes any report::

    def report_of(result: CostingResult) -> Report:
        cost = Table(
            "Effect on the public finances, £ million",
            (Column("Step"), *(Column(year, EFFECT) for year in result.financial_years),
             Column("All years", EFFECT, formula="SUM({@2026-27}:{@2031-32})", on=Medium.WORKBOOK)),
            (Row(("Claims", -100.0, -120.0, -220.0), key="claims"),
             Row(("Response", -10.0, -20.0, -30.0), key="response"),
             Row(("Cost", -110.0, -140.0, -250.0), key="cost", formula="{claims}+{response}", is_total=True)),
            name="Steps",
        )
        answer = Section("Answer", "What the reform costs", (cost, Note("Minus is a cost.")), finding="It costs £140m")
        return Report("A relief", PROPOSED, (answer,), command="goodwork cost …", stem="costing")

Cells are raw values; the ``Kind`` of their column (``number_formats``) says how they are written. A table gives the value of
every cell, of a total too: a renderer that can hold live formulas (the workbook) writes the formula beside it.

Formulas are those of a spreadsheet, with other cells in braces: ``{claims}`` is the row of that key in the same column,
``{claims@2026-27}`` that row in another column, ``{@2026-27}`` this row in another column, ``{Steps!cost}`` a row of the
table named Steps. A formula of a column stands in each of its cells that has a value; one of a row in its other cells of
figures.

What a medium leaves out: a section, table, column, row or note names the media it is for (``on``), all by default, and
``Report.shown_on(medium)`` is what is left for one of them. A terminal shows little, a document what is read, a workbook
everything.

To add a result: write a function that makes its report, and name it in ``reports.REPORTS``; ``str(result)``, the
workbook, the note, the page, CSV, HTML follow. To add a format: write one renderer, a loop over ``report.sections`` and
their ``parts`` (``reports/html.py`` is the shortest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, Flag, auto
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.number_formats import TEXT, Kind, written

if TYPE_CHECKING:
    import pandas


class Medium(Flag):
    """Where something is shown."""

    TERMINAL = auto()
    SCREEN = auto()
    DOCUMENT = auto()
    WORKBOOK = auto()
    READ = SCREEN | DOCUMENT
    FILES = DOCUMENT | WORKBOOK
    PROSE = TERMINAL | DOCUMENT
    INTERACTIVE = SCREEN | WORKBOOK
    NOT_TERMINAL = SCREEN | DOCUMENT | WORKBOOK
    EVERYWHERE = TERMINAL | SCREEN | DOCUMENT | WORKBOOK


EVERYWHERE = Medium.EVERYWHERE
Value = str | float | int | bool | date | None


@dataclass(frozen=True)
class Cell:
    """A value that is not of its column's kind, or that leads somewhere.

    Attributes:
        value: raw. kind: of it; its column's where None. link: an address of the web.
    """

    value: Value
    kind: Kind | None = None
    link: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: its heading, once in a table. kind: of its values.
        width: in characters of a workbook, and in proportion in a document; 0 for what its kind needs.
        formula: live in every cell of it that has a value, as the module says.
        on: the media that show it.
        of: what it shows of an item, where ``rows_of`` makes the rows: an attribute of the item, or a function of it.
    """

    name: str
    kind: Kind = TEXT
    width: float = 0.0
    formula: str = ""
    on: Medium = EVERYWHERE
    of: str | Callable[[Any], Value | Cell] = ""


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        cells: one a column. key: by which formulas name the row.
        formula: live in its cells of figures, where their column has none, as the module says.
        is_total: whether it stands in bold under a line. indent: by how many steps its name is set in.
        is_input: whether a workbook shades its figures as ones to change: formulas of the sheet follow them.
        kind: of all its figures, where it is not their columns'.
        on: the media that show it.
    """

    cells: tuple[Value | Cell, ...]
    key: str = ""
    formula: str = ""
    is_total: bool = False
    is_input: bool = False
    indent: int = 0
    kind: Kind | None = None
    on: Medium = EVERYWHERE


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        caption: what it shows, with unit and sign: what a screen reader says, and what stands above it in a text.
        columns, rows: of it; a row that needs no more may be a plain tuple of cells.
        name: by which formulas of other tables name it, and by which a file of it is called.
        empty: what is said where it has no rows; a table without rows and without that is not shown.
        turned: whether screens show its rows as columns: a few measures by financial year.
        filtered: whether a workbook lets its rows be filtered.
        on: the media that show it.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Row | tuple[Value | Cell, ...]]
    name: str = ""
    empty: str = ""
    turned: bool = False
    filtered: bool = False
    on: Medium = EVERYWHERE

    def __post_init__(self) -> None:
        wrong = [row for row in self.lines() if len(row.cells) != len(self.columns)]
        if wrong:
            raise ValueError(f"{self.caption}: {wrong[0].cells} has not the {len(self.columns)} cells of the columns.")

    @classmethod
    def of(cls, caption: str, columns: Iterable[Column], items: Iterable[Any], name: str = "", **more: Any) -> Table:
        """A table with a row an item, whose cells are what each column is ``of``; other fields by their names."""
        held = tuple(columns)
        return cls(caption, held, rows_of(held, items), name, **more)

    def lines(self) -> Iterator[Row]:
        """The rows of the table, each as a ``Row``."""
        return (row if isinstance(row, Row) else Row(row) for row in self.rows)

    def texts(self) -> Iterator[list[str]]:
        """The rows of the table as people read them."""
        return ([text_of(row, place, self.columns) for place in range(len(self.columns))] for row in self.lines())

    def shown_on(self, medium: Medium) -> Table:
        """The table with the columns and rows that a medium shows."""
        places = [place for place, column in enumerate(self.columns) if medium in column.on]
        rows = tuple(
            replace(row, cells=tuple(row.cells[place] for place in places)) for row in self.lines() if medium in row.on
        )
        return replace(self, columns=tuple(self.columns[place] for place in places), rows=rows)


def rows_of(columns: Iterable[Column], items: Iterable[Any]) -> list[tuple[Value | Cell, ...]]:
    """A row an item, with what each column is ``of``."""
    read = [attrgetter(column.of) if isinstance(column.of, str) else column.of for column in columns]
    return [tuple(of(item) for of in read) for item in items]


def cell_of(row: Row, place: int, columns: Sequence[Column]) -> Cell:
    """A cell with its value and kind: its own, else its row's for a figure, else its column's."""
    held, kind = row.cells[place], columns[place].kind
    if kind.is_figure and row.kind is not None:
        kind = row.kind
    if isinstance(held, Cell):
        return held if held.kind is not None else replace(held, kind=kind)
    return Cell(held, kind)


def text_of(row: Row, place: int, columns: Sequence[Column]) -> str:
    """A cell as people read it."""
    cell = cell_of(row, place, columns)
    return written(cell.value, cell.kind or TEXT)


class Style(Enum):
    """The style in which a note is set."""

    PLAIN = "plain"
    STRONG = "strong"
    SMALL = "small"
    POINT = "point"
    CODE = "code"


@dataclass(frozen=True)
class Note:
    """A paragraph; nothing is shown of one without text.

    Attributes:
        text: plain, never marked up. style: how it is set. on: the media that show it.
    """

    text: str
    style: Style = Style.PLAIN
    on: Medium = EVERYWHERE


@dataclass(frozen=True)
class Chart:
    """A chart ready to be shown.

    Attributes:
        title: the finding. subtitle: what is measured, unit, coverage, sign. alt: the chart in words.
        spec: Vega-Lite, without title. data: the figures in it, tidy.
    """

    title: str
    subtitle: str
    alt: str
    spec: dict[str, Any]
    data: pandas.DataFrame


@dataclass(frozen=True)
class Figure:
    """The place of a chart, which is drawn only where it is shown.

    Attributes:
        name: of its files, without an ending, once in a report. draw: makes it; None where there is nothing to draw.
        columns: what the columns of its figures are called, and their kinds. on: the media that show it.
    """

    name: str
    draw: Callable[[], Chart | None]
    columns: Mapping[str, Column]
    on: Medium = Medium.READ


Part = Table | Note | Figure


@dataclass(frozen=True)
class Section:
    """A part of a report under a heading.

    Attributes:
        name: its heading in a document and on a page, and the name of its sheet.
        question: what it answers, a line; the title of its sheet.
        parts: tables, notes and charts in their order.
        finding: its result in a sentence, said first; empty where its parts say it.
        sheet: the sheet of the workbook that it stands on, where that is not its name; several may share one.
        folded: whether pages show it folded up.
        is_annex: whether it stands in the annex of a document, behind the note itself.
        new_page: whether it begins a page of a document.
        on: the media that show it.
    """

    name: str
    question: str
    parts: tuple[Part, ...]
    finding: str = ""
    sheet: str = ""
    folded: bool = False
    is_annex: bool = False
    new_page: bool = False
    on: Medium = EVERYWHERE

    def shown_on(self, medium: Medium) -> Section:
        """The section with the parts that a medium shows."""
        parts = (part for part in self.parts if medium in part.on and not (isinstance(part, Note) and not part.text))
        tables = (part.shown_on(medium) if isinstance(part, Table) else part for part in parts)
        shown = (part for part in tables if not (isinstance(part, Table) and not part.rows and not part.empty))
        return replace(self, parts=tuple(shown))

    def tables(self) -> tuple[Table, ...]:
        """The tables of the section."""
        return tuple(part for part in self.parts if isinstance(part, Table))


@dataclass(frozen=True)
class Report:
    """All that is said of a result.

    Attributes:
        title: what it is of. standing: whether that is law, a sentence (``number_formats.standing_of``).
        sections: in their order. command: what gives the result again. stem: of the names of its files.
    """

    title: str
    standing: str
    sections: tuple[Section, ...]
    command: str
    stem: str

    def shown_on(self, medium: Medium) -> Report:
        """The report with what a medium shows; a section of which nothing is left is left out."""
        shown = (section.shown_on(medium) for section in self.sections if medium in section.on)
        return replace(self, sections=tuple(section for section in shown if section.parts or section.finding))

    def section(self, name: str) -> Section:
        """A section by its name. Raises LookupError for one that it does not have."""
        for section in self.sections:
            if section.name == name:
                return section
        raise LookupError(f"{self.title} has no section {name}.")

    def tables(self) -> Iterator[Table]:
        """Every table of every section."""
        return (table for section in self.sections for table in section.tables())

    def figures(self) -> Iterator[Figure]:
        """The place of every chart, each once."""
        figures = (part for section in self.sections for part in section.parts if isinstance(part, Figure))
        return iter({figure.name: figure for figure in figures}.values())


def figure_of(
    name: str, module: str, make: str, given: tuple[Any, ...], columns: Mapping[str, Column], on: Medium = Medium.READ
) -> Figure:
    """The place of a chart that a function of a module of this room makes, imported when it is drawn.

    Args:
        name: of the figure. module: of charts. make: the function's name. given: what it is called with.
        columns, on: of the figure.
    """

    def draw() -> Chart | None:
        chart: Chart | None = getattr(import_module(f"openfisca_goodwork.reports.{module}"), make)(*given)
        return chart

    return Figure(name, draw, columns, on)


def facts(caption: str, lines: Mapping[str, Value | Cell], on: Medium = EVERYWHERE) -> Table:
    """A table of names and what each is; names without anything are left out."""
    rows = [(name, value) for name, value in lines.items() if value not in {None, ""}]
    return Table(caption, (Column("", width=24), Column(" ", width=110)), rows, on=on)
