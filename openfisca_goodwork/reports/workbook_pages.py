"""Sheets of a workbook: text that stays text, figures with their formats, and the file written whole or not at all."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports.files import write_together

NO_WRITER = (
    "A workbook needs the extra `report`: pip install 'openfisca-goodwork[report]'. "
    "The same figures are printed by --json without it."
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
        (height,) = struct.unpack(">I", png[_PNG_HEIGHT])
        self.row += math.ceil(height * scale / _POINTS_OF_A_ROW) + 1


def letter(column: int) -> str:
    """The letter of a column, counted from 0; sheets with formulas have no more of them than letters."""
    return ascii_uppercase[column]


def check_workbook(path: Path) -> None:
    """Refuse, before any work is done for it, a workbook that cannot be written.

    Raises:
        GoodworkError: for a name that is not of a workbook, and without XlsxWriter.
    """
    if path.suffix.lower() != _SUFFIX:
        raise GoodworkError(f"{path} is no name of a workbook: it ends in {_SUFFIX}.")
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


def write_workbook(path: Path, fill: Callable[[Pages], None], *, is_large: bool = False) -> Path:
    """Make a workbook and write it: under a temporary name first, so that a file is whole or not there.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    check_workbook(path)
    pages = Pages(is_large=is_large)
    fill(pages)
    write_together(path.parent, {path.name: pages.content()})
    return path
