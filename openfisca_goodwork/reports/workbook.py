"""A report as a workbook: a sheet a section, text that stays text, figures with their formats, totals as live formulas.

``render`` writes any report; ``Pages`` and ``Page`` are the sheets beneath it. A file is written whole or not at all.
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
from openfisca_goodwork.number_formats import LINK, TEXT, Kind
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.sections import Column, Figure, Medium, Note, Part, Report, Row, Style, Table, cell_of
from openfisca_goodwork.version import installing, model_version

if TYPE_CHECKING:
    from openfisca_goodwork.reports.pictures import Picture

NO_WRITER = (
    f"A workbook needs the extra `report`: {installing('report')}. The same figures are printed by --json without it."
)
_SUFFIX = ".xlsx"
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
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
    "money": {"num_format": "#,##0.00", "valign": "top"},
    "total": {"num_format": "#,##0.00", "bold": True, "top": 1},
    "rate": {"num_format": "0.######", "valign": "top"},
    "percentage": {"num_format": "0.0#####%", "valign": "top"},
    "number": {"num_format": "General", "valign": "top"},
    "link": {"font_color": "#0563C1", "underline": 1, "valign": "top"},
    "date": {"num_format": "d mmm yyyy", "align": "left", "valign": "top"},
    "count": {"num_format": "#,##0", "valign": "top"},
    "count total": {"num_format": "#,##0", "bold": True, "top": 1},
    "million": {"num_format": "+#,##0.0;-#,##0.0;0.0", "valign": "top"},
    "million total": {"num_format": "+#,##0.0;-#,##0.0;0.0", "bold": True, "top": 1},
    "unsigned million": {"num_format": "#,##0.0", "valign": "top"},
    "to 5 million": {"num_format": "+#,##0;-#,##0;0", "valign": "top"},
    "to 5 million total": {"num_format": "+#,##0;-#,##0;0", "bold": True, "top": 1},
    "growth": {"num_format": "0.000", "valign": "top"},
    "year": {"bold": True, "bottom": 1, "align": "right", "valign": "top"},
    "standing": {"italic": True, "font_color": "#444444"},
}
# What a user wrote may stand in any of these; a mark keeps it text in a cell that is edited, too.
_TYPED = " typed"
_FORMATS |= {
    name + _TYPED: {**_FORMATS[name], "quote_prefix": True}
    for name in ("title", "heading", "bold", "text", "wrapped", "standing")
}
# Files say nothing of the hour they were made in: the same input gives the same bytes.
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_A4 = 9
_INPUT_SHADE = "#FFF2CC"
_POINTS_OF_A_ROW = 15  # pictures have a pixel a point
_PNG_HEIGHT = slice(20, 24)  # where a PNG's header has its height


class Pages:
    """A workbook being made."""

    def __init__(self, *, is_large: bool = False) -> None:
        """Begin one; a large one keeps only the row being written in memory.

        Raises:
            GoodworkError: where XlsxWriter (the extra `report`) is not installed.
        """
        self._content = io.BytesIO()
        self._book = _writer().Workbook(self._content, {**_OPTIONS, _ROW_BY_ROW if is_large else _IN_MEMORY: True})
        self._book.set_properties({"created": _MADE})
        self.formats = {name: self._book.add_format(properties) for name, properties in _FORMATS.items()}

    def style(self, kind: Kind, *, is_total: bool = False, is_input: bool = False) -> str:
        """The name of the format of a kind of numbers, made where it is first asked for."""
        name = f"kind {kind.name}{' total' if is_total else ''}{' input' if is_input else ''}"
        if name not in self.formats:
            line = {"bold": True, "top": 1} if is_total else {"valign": "top"}
            shade = {"bg_color": _INPUT_SHADE} if is_input else {}
            self.formats[name] = self._book.add_format({"num_format": kind.excel, **line, **shade})
        return name

    def page(self, name: str, title: str, widths: Sequence[float] = ()) -> Page:
        """A new sheet with its title in A1 and columns so many characters wide."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        page = Page(sheet, self.formats)
        page.put(0, title, style="title")
        page.row = 2
        return page

    def content(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._content.getvalue()


class Page:
    """One sheet, written row by row from the top."""

    def __init__(self, sheet: Any, formats: dict[str, Any]) -> None:
        self.sheet, self.formats, self.row = sheet, formats, 0

    def put(self, column: int, value: Any, *, style: str = "") -> None:
        """Write a value into a column of the current row: text as text whatever it begins with, no limit in words."""
        if value is None or value == "":
            return
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, str):
            style = (style or "text") + (_TYPED if value.startswith(_STARTS_A_FORMULA) else "")
            self.sheet.write_string(self.row, column, value[:_LONGEST_TEXT], self.formats[style])
        elif isinstance(value, date):
            self.sheet.write_datetime(self.row, column, value, self.formats[style or "date"])
        elif math.isfinite(value):
            self.sheet.write_number(self.row, column, value, self.formats[style or "money"])
        else:
            self.sheet.write_string(self.row, column, "no limit", self.formats["text"])

    def link(self, column: int, address: str) -> None:
        """Write an address of the web as a link; anything else as text, which no click follows."""
        if address.startswith(_LINKED) and len(address) <= _LONGEST_ADDRESS:
            self.sheet.write_url(self.row, column, address, self.formats["link"], address)
        else:
            self.put(column, address)

    def formula(self, column: int, formula: str, value: float, *, style: str = "money") -> None:
        """Write a live formula with the value it comes to, for programs that do not compute."""
        self.sheet.write_formula(self.row, column, f"={formula}", self.formats[style], value)

    def line(self, values: Iterable[Any], *, style: str = "") -> None:
        """Write a row of values and go on to the next."""
        for column, value in enumerate(values):
            self.put(column, value, style=style)
        self.row += 1

    def heading(self, names: Sequence[str], *, frozen: bool = True) -> None:
        """Write a row of headings, which stays in sight."""
        self.line(names, style="heading")
        if frozen:
            self.sheet.freeze_panes(self.row, 0)

    def for_paper(self, footer: str) -> None:
        """Print across one page, the rows down to this one on each, with a footer in which no `&` is a command."""
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0, self.row)
        self.sheet.set_footer(f"&L{footer.replace('&', '&&')[:_LONGEST_FOOTER]}&RPage &P of &N")

    def picture(self, name: str, png: bytes, alt: str, scale: float) -> None:
        """Put a picture with its alternative text at the current row, and go on to the first row clear of it."""
        options = {"image_data": io.BytesIO(png), "description": alt, "x_scale": scale, "y_scale": scale}
        self.sheet.insert_image(self.row, 0, name, options)
        self.row += _rows_of(png, scale)


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
    pages = Pages(is_large=is_large)
    _Book(pages, report.shown_on(Medium.WORKBOOK), pictures or {}).write()
    return pages.content()


def write_report(
    report: Report, path: Path, pictures: Mapping[str, Picture] | None = None, *, is_large: bool = False
) -> Path:
    """Write a report as a workbook: the file is whole or not there.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    check_workbook(path)
    write_together(path.parent, {path.name: render(report, pictures, is_large=is_large)})
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

    def __init__(self, pages: Pages, report: Report, pictures: Mapping[str, Picture]) -> None:
        self.pages, self.report, self.pictures = pages, report, pictures
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
                    row += _rows_of(self.pictures[name].png, _PICTURE_SCALE)

    def write(self) -> None:
        """Write every sheet."""
        about = f"{self.report.standing} openfisca-goodwork {model_version()}"
        for sheet in self.sheets:
            page = self.pages.page(sheet.name, sheet.title, _widths([placed.part for placed in sheet.parts]))
            page.row = 1
            page.put(0, f"{about}. Reproduce: {self.report.command}", style="standing")
            page.row = _FIRST_ROW
            page.for_paper(about)
            for placed in sheet.parts:
                page.row = placed.row
                self._part(page, sheet, placed)

    def _part(self, page: Page, sheet: _Sheet, placed: _Placed) -> None:
        match placed.part:
            case Note(text=text, style=style):
                plain = "text" if any(part.place for part in sheet.parts) else "wrapped"
                page.line([" ".join(text.split())], style="bold" if style is Style.STRONG else plain)
            case Figure(name=name):
                picture = self.pictures[name]
                page.picture(f"{name}.png", picture.png, picture.chart.alt, _PICTURE_SCALE)
        if placed.place is not None:
            self._table(page, placed.place, is_first=placed.row == _FIRST_ROW)

    def _table(self, page: Page, place: _Place, *, is_first: bool) -> None:
        table = place.table
        if not is_first and table.caption:
            page.line([table.caption], style="bold")
        if _has_headings(table):
            for number, column in enumerate(table.columns):
                page.put(number, column.name, style="year" if column.kind.is_figure else "heading")
            page.row += 1
            if is_first:
                page.sheet.freeze_panes(page.row, 1 if all(column.kind.is_figure for column in table.columns[1:]) else 0)
        for row in table.lines():
            for number in range(len(table.columns)):
                self._cell(page, place, row, number)
            page.row += 1
        if not table.rows:
            page.line([table.empty])
        elif table.filtered:
            page.sheet.autofilter(place.cells - 1, 0, page.row - 1, len(table.columns) - 1)

    def _cell(self, page: Page, place: _Place, row: Row, number: int) -> None:
        columns = place.table.columns
        cell = cell_of(row, number, columns)
        kind, value = cell.kind or TEXT, cell.value
        if kind is LINK or cell.link:
            page.link(number, cell.link or str(value or ""))
        elif isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value):
            style = self.pages.style(kind, is_total=row.is_total, is_input=row.is_input)
            formula = columns[number].formula or (row.formula if columns[number].kind.is_figure else "")
            live = self._live(formula, place, columns[number].name, page.row)
            if live and kind.rounds_to:
                live, value = f"ROUND({live}/{kind.rounds_to},0)*{kind.rounds_to}", kind.nearest(value)
            if live:
                page.formula(number, live, value, style=style)
            else:
                page.put(number, value, style=style)
        else:
            page.put(number, value, style=("bold" if row.is_total else "wrapped") if isinstance(value, str) else "")

    def _live(self, formula: str, place: _Place, column: str, row: int) -> str:
        """A formula with the addresses of its cells."""

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
    """The width of each column of a sheet: the widest that one of its tables has there."""
    tables = [
        [_width(column, place) for place, column in enumerate(part.columns)] for part in parts if isinstance(part, Table)
    ]
    longest = max(map(len, tables), default=0)
    return [max(widths[place] for widths in tables if place < len(widths)) for place in range(longest)] or [120.0]


def _width(column: Column, place: int) -> float:
    return column.width or (_FIGURE_WIDTH if column.kind.is_figure else _NAME_WIDTH if place == 0 else _TEXT_WIDTH)


def _rows_of(png: bytes, scale: float) -> int:
    """How many rows a picture takes, with one clear of it."""
    (height,) = struct.unpack(">I", png[_PNG_HEIGHT])
    return math.ceil(height * scale / _POINTS_OF_A_ROW) + 1


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
    """The library that writes workbooks."""
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise GoodworkError(NO_WRITER) from None
    return xlsxwriter
