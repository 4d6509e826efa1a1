"""A report as a workbook: a sheet a section, text that stays text, figures with their formats, totals as live formulas.

``render`` writes any report. A file is written whole or not at all.
"""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

from openfisca_goodwork.errors import GoodworkError, refuse_long_name
from openfisca_goodwork.number_formats import LINK, NO_LIMIT, TEXT, Kind
from openfisca_goodwork.reports.csv_text import STARTS_A_FORMULA
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.sections import Column, Figure, Medium, Note, Part, Report, Row, Style, Table, cell_of
from openfisca_goodwork.version import installing, model_version

if TYPE_CHECKING:
    from openfisca_goodwork.reports.pictures import Picture

NO_WRITER = (
    f"A workbook needs the extra `report`: {installing('report')}. The same figures are printed by --json without it."
)
_SUFFIX = ".xlsx"
_LONGEST_TEXT = 32_000
_LONGEST_FOOTER = 180
_LINKED, _LONGEST_ADDRESS = ("https://", "http://"), 2_000
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "d mmm yyyy",
}
_IN_MEMORY, _ROW_BY_ROW = "in_memory", "constant_memory"
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "bold": {"bold": True},
    "text": {"valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "link": {"font_color": "#0563C1", "underline": 1, "valign": "top"},
    "date": {"num_format": "d mmm yyyy", "align": "left", "valign": "top"},
    "year": {"bold": True, "bottom": 1, "align": "right", "valign": "top"},
    "standing": {"italic": True, "font_color": "#444444"},
}
# What a user wrote may stand in any of these; a mark keeps it text in a cell that is edited, too.
_TYPED = " typed"
_FORMATS |= {
    name + _TYPED: {**_FORMATS[name], "quote_prefix": True}
    for name in ("title", "heading", "year", "bold", "text", "wrapped", "standing")
}
# Files say nothing of the hour they were made in: the same input gives the same bytes.
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_A4 = 9
_INPUT_SHADE = "#FFF2CC"
_POINTS_OF_A_ROW = 15  # pictures have a pixel a point
_PNG_HEIGHT = slice(20, 24)  # where a PNG's header has its height


class _Page:
    """One sheet, written row by row from the top."""

    def __init__(self, sheet: Any, formats: dict[str, Any]) -> None:
        self.sheet, self.formats, self.row = sheet, formats, 0

    def put(self, column: int, value: Any, style: str = "") -> None:
        """Write a value into a column of the current row: text as text whatever it begins with, no limit in words."""
        if value is None or value == "":
            return
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, str):
            style = (style or "text") + (_TYPED if value.startswith(STARTS_A_FORMULA) else "")
            self.sheet.write_string(self.row, column, value[:_LONGEST_TEXT], self.formats[style])
        elif isinstance(value, date):
            self.sheet.write_datetime(self.row, column, value, self.formats["date"])
        elif math.isfinite(value):
            self.sheet.write_number(self.row, column, value, self.formats[style])
        else:
            self.sheet.write_string(self.row, column, NO_LIMIT, self.formats["text"])

    def link(self, column: int, address: str) -> None:
        """Write an address of the web as a link; anything else as text, which no click follows."""
        if address.startswith(_LINKED) and len(address) <= _LONGEST_ADDRESS:
            self.sheet.write_url(self.row, column, address, self.formats["link"], address)
        else:
            self.put(column, address)

    def line(self, text: str, style: str) -> None:
        """Write a row of one text and go on to the next."""
        self.put(0, text, style)
        self.row += 1

    def for_paper(self, footer: str) -> None:
        """Print across one page, the rows down to this one on each, with a footer in which no `&` is a command."""
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0, self.row)
        self.sheet.set_footer(f"&L{footer.replace('&', '&&')[:_LONGEST_FOOTER]}&RPage &P of &N")


def letter(column: int) -> str:
    """The letter of a column, counted from 0: ``A``, ``Z``, ``AA``."""
    rest, place = divmod(column, len(ascii_uppercase))
    return (letter(rest - 1) if rest else "") + ascii_uppercase[place]


def render(report: Report, pictures: Mapping[str, Picture] | None = None, *, is_large: bool = False) -> bytes:
    """A report as the bytes of a workbook.

    Each sheet begins with the question of its section, the standing of the report and how to have it again; tables stand
    below each other in the order of the sections, their formulas live.

    Args:
        report: what is said. pictures: its charts as they were drawn, by name; left out where there are none.
        is_large: whether only the row being written is held in memory.

    Raises:
        GoodworkError: where XlsxWriter (the extra `report`) is not installed.
    """
    return _Book(report.shown_on(Medium.WORKBOOK), pictures or {}, is_large=is_large).content()


def write_report(report: Report, path: Path, *, is_large: bool = False) -> Path:
    """Write a report as a workbook: the file is whole or not there.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    check_workbook(path)
    write_together(path.parent, {path.name: render(report, is_large=is_large)})
    return path


_FIRST_ROW = 3
_FIGURE_WIDTH, _TEXT_WIDTH, _NAME_WIDTH, _PICTURE_SCALE = 12.0, 30.0, 52.0, 0.4
_CELL = re.compile(r"\{(?:(?P<table>[^!{}]+)!)?(?P<row>[^@!{}]*)(?:@(?P<column>[^{}]+))?\}")


class _Place(NamedTuple):
    """Where a table stands: its sheet, and the row of its first cells, counted from 0."""

    table: Table
    sheet: str
    cells: int


class _Placed(NamedTuple):
    """A part of a sheet, from which row on, counted from 0; the place of a table."""

    part: Part
    row: int
    place: _Place | None = None


class _Sheet(NamedTuple):
    """A sheet: its name, its title, its parts in their places."""

    name: str
    title: str
    parts: tuple[_Placed, ...]


class _Book:
    """A report being written as a workbook: first everything is given its place, then it is written with its formulas."""

    def __init__(self, report: Report, pictures: Mapping[str, Picture], *, is_large: bool) -> None:
        self.report, self.pictures, self._content = report, pictures, io.BytesIO()
        self._book = _writer().Workbook(self._content, {**_OPTIONS, _ROW_BY_ROW if is_large else _IN_MEMORY: True})
        self._book.set_properties({"created": _MADE})
        self._formats = {name: self._book.add_format(properties) for name, properties in _FORMATS.items()}
        self.sheets = list(self._sheets())
        places = (placed.place for sheet in self.sheets for placed in sheet.parts)
        self.tables = {place.table.name: place for place in places if place is not None and place.table.name}

    def _sheets(self) -> Iterator[_Sheet]:
        """The sections by their sheets, each part with its place."""
        sections: dict[str, list[Any]] = {}
        for section in self.report.sections:
            sections.setdefault(section.sheet or section.name, []).append(section)
        for name, held in sections.items():
            parts = [part for section in held for part in section.parts]
            parts += [Note(section.finding) for section in held if section.finding and section.finding != section.question]
            yield _Sheet(name, held[0].question, tuple(self._placed(name, parts)))

    def _placed(self, sheet: str, parts: Sequence[Part]) -> Iterator[_Placed]:
        row = _FIRST_ROW
        shown = [part for part in parts if not isinstance(part, Figure) or part.name in self.pictures]
        for number, part in enumerate(shown):
            match part:
                case Table(rows=rows, caption=caption):
                    row += number > 0  # a line between it and what stands above
                    cells = row + (number > 0 and bool(caption)) + _has_headings(part)
                    yield _Placed(part, row, _Place(part, sheet, cells))
                    row = cells + max(len(rows), 1)
                case Note():
                    row += number > 0 and isinstance(shown[number - 1], Table)
                    yield _Placed(part, row)
                    row += 1
                case Figure(name=name):
                    row += 1
                    yield _Placed(part, row)
                    row += _rows_of(self.pictures[name].png)

    def content(self) -> bytes:
        """Every sheet written, and the file finished."""
        about = f"{self.report.standing} openfisca-goodwork {model_version()}"
        for sheet in self.sheets:
            page = _Page(self._book.add_worksheet(sheet.name), self._formats)
            for column, width in enumerate(_widths([placed.part for placed in sheet.parts])):
                page.sheet.set_column(column, column, width)
            page.sheet.hide_gridlines(2)
            page.line(sheet.title, "title")
            page.put(0, f"{about}. Reproduce: {self.report.command}", "standing")
            page.row = _FIRST_ROW
            page.for_paper(about)
            for placed in sheet.parts:
                page.row = placed.row
                self._part(page, sheet, placed)
        self._book.close()
        return self._content.getvalue()

    def _style(self, kind: Kind, row: Row) -> str:
        """The name of the format of a kind of numbers in a row, made where it is first asked for."""
        name = f"kind {kind.name}{' total' if row.is_total else ''}{' input' if row.is_input else ''}"
        if name not in self._formats:
            line = {"bold": True, "top": 1} if row.is_total else {"valign": "top"}
            shade = {"bg_color": _INPUT_SHADE} if row.is_input else {}
            self._formats[name] = self._book.add_format({"num_format": kind.excel, **line, **shade})
        return name

    def _part(self, page: _Page, sheet: _Sheet, placed: _Placed) -> None:
        match placed.part:
            case Note(text=text, style=style):
                plain = "text" if any(part.place for part in sheet.parts) else "wrapped"
                page.line(" ".join(text.split()), "bold" if style is Style.STRONG else plain)
            case Figure(name=name):
                picture = self.pictures[name]
                scale = {"x_scale": _PICTURE_SCALE, "y_scale": _PICTURE_SCALE}
                options = {"image_data": io.BytesIO(picture.png), "description": picture.chart.alt, **scale}
                page.sheet.insert_image(page.row, 0, f"{name}.png", options)
        if placed.place is not None:
            self._table(page, placed.place, is_first=placed.row == _FIRST_ROW)

    def _table(self, page: _Page, place: _Place, *, is_first: bool) -> None:
        table = place.table
        if not is_first and table.caption:
            page.line(table.caption, "bold")
        if _has_headings(table):
            for number, column in enumerate(table.columns):
                page.put(number, column.name, "year" if column.kind.is_figure else "heading")
            page.row += 1
            if is_first:
                page.sheet.freeze_panes(page.row, 1 if all(column.kind.is_figure for column in table.columns[1:]) else 0)
        for row in table.lines():
            for number in range(len(table.columns)):
                self._cell(page, place, row, number)
            page.row += 1
        if not table.rows:
            page.line(table.empty, "")
        elif table.filtered:
            page.sheet.autofilter(place.cells - 1, 0, page.row - 1, len(table.columns) - 1)

    def _cell(self, page: _Page, place: _Place, row: Row, number: int) -> None:
        columns = place.table.columns
        cell = cell_of(row, number, columns)
        kind, value = cell.kind or TEXT, cell.value
        if kind is LINK or cell.link:
            page.link(number, cell.link or str(value or ""))
        elif isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value):
            style = self._style(kind, row)
            formula = columns[number].formula or (row.formula if columns[number].kind.is_figure else "")
            live = self._live(formula, place, columns[number].name, page.row)
            if live and kind.rounds_to:
                live, value = f"ROUND({live}/{kind.rounds_to},0)*{kind.rounds_to}", kind.nearest(value)
            if live:  # with what it comes to, for programs that do not compute
                page.sheet.write_formula(page.row, number, f"={live}", self._formats[style], value)
            else:
                page.put(number, value, style)
        else:
            page.put(number, value, ("bold" if row.is_total else "wrapped") if isinstance(value, str) else "")

    def _live(self, formula: str, place: _Place, column: str, row: int) -> str:
        def address(match: re.Match[str]) -> str:
            there = self.tables[match["table"]] if match["table"] else place
            names = [column.name for column in there.table.columns]
            keys = {row.key: there.cells + number for number, row in enumerate(there.table.lines()) if row.key}
            at = f"{letter(names.index(match['column'] or column))}{1 + (keys[match['row']] if match['row'] else row)}"
            return at if there.sheet == place.sheet else f"'{there.sheet}'!{at}"

        return _CELL.sub(address, formula)


def _has_headings(table: Table) -> bool:
    """Whether its columns have names, and rows to stand above."""
    return bool(table.rows) and any(column.name.strip() for column in table.columns)


def _widths(parts: Iterable[Part]) -> list[float]:
    tables = [
        [_width(column, place) for place, column in enumerate(part.columns)] for part in parts if isinstance(part, Table)
    ]
    longest = max(map(len, tables), default=0)
    return [max(widths[place] for widths in tables if place < len(widths)) for place in range(longest)] or [120.0]


def _width(column: Column, place: int) -> float:
    return column.width or (_FIGURE_WIDTH if column.kind.is_figure else _NAME_WIDTH if place == 0 else _TEXT_WIDTH)


def _rows_of(png: bytes) -> int:
    """How many rows a picture takes, with one clear of it."""
    (height,) = struct.unpack(">I", png[_PNG_HEIGHT])
    return math.ceil(height * _PICTURE_SCALE / _POINTS_OF_A_ROW) + 1


def check_workbook(path: Path) -> None:
    """Refuse, before any work is done for it, a workbook that cannot be written.

    Raises:
        GoodworkError: for a name that is not of a workbook, and without XlsxWriter.
    """
    if path.suffix.lower() != _SUFFIX:
        raise GoodworkError(f"{path} is no name of a workbook: it ends in {_SUFFIX}.")
    refuse_long_name(path)
    if path.is_dir():
        raise GoodworkError(f"{path} is a directory. Name a file in it.")
    _writer()


def _writer() -> Any:
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise GoodworkError(NO_WRITER) from None
    return xlsxwriter
