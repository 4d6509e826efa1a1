"""A report as a Word document: headings, paragraphs, tables with figures at the right, pictures with alternative text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.number_formats import SOURCE
from openfisca_goodwork.reports.sections import Column, Figure, Medium, Note, Part, Report, Style, Table
from openfisca_goodwork.version import installing, model_version

if TYPE_CHECKING:
    from openfisca_goodwork.reports.pictures import Picture

NO_WRITER = f"A costing note needs the extra `report`: {installing('report')}."
# Files say nothing of the hour they were made in: the same input gives the same bytes.
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - the format has no time zone
_MADE_IN_ZIP = (2026, 1, 1, 0, 0, 0)
ANNEX = "Annex: the costing in full"
_FONT, _SIZE, _SMALL = "Calibri", 10, 9
_INK = "1F2A37"
_MARGIN, _WIDTH = 1.8, 17.4
# Centimetres: of a bold character of the widest usual font, and of the space around a cell.
_CHARACTER, _AROUND = 0.21, 0.45
# Rows of a table that stays on one page.
_SHORT = 12
_GAP = 6  # points after a table, so that papers of an ordinary year stay on two pages
_RULE, _STRONG_RULE = "4", "8"
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


def render(report: Report, pictures: Mapping[str, Picture] | None = None) -> bytes:
    """A report as the bytes of a Word document: its standing first, then its sections under their headings.

    Args:
        report: what is said. pictures: its charts as they were drawn, by name; left out where there are none.

    Raises:
        GoodworkError: where python-docx (the extra `report`) is not installed.
    """
    document = _Document(report.title, f"{report.standing} openfisca-goodwork {model_version()}.")
    document.say(report.standing, bold=True)
    shown = report.shown_on(Medium.DOCUMENT).sections
    annex = [section for section in shown if section.is_annex]
    for section in [*(section for section in shown if not section.is_annex), *annex]:
        if annex and section is annex[0]:
            document.heading(ANNEX, level=1, new_page=True)
        document.heading(section.name, level=2 if section.is_annex else 1, new_page=section.new_page)
        document.say(section.finding, bold=True)
        for part in section.parts:
            document.add(part, pictures or {})
    return document.content()


_FIGURE_SHARE, _TEXT_SHARE, _NAME_SHARE, _MANY_FIGURES = 11.0, 30.0, 34.0, 4


def _share(column: Column, place: int, figures: int) -> float:
    """How wide a column is beside the others; the names of a table of many figures leave these the room they need."""
    if place == 0 and figures >= _MANY_FIGURES:
        return _NAME_SHARE
    return column.width or (_FIGURE_SHARE if column.kind.is_figure else _NAME_SHARE if place == 0 else _TEXT_SHARE)


def _sources_once(table: Table) -> list[list[str]]:
    """The rows of a table as texts, a source that is the same as in the row above said to be so."""
    rows = list(table.texts())
    for place in (place for place, column in enumerate(table.columns) if column.kind is SOURCE):
        texts = [row[place] for row in rows]
        for row, before, text in zip(rows[1:], texts, texts[1:], strict=False):
            row[place] = "As above." if text and text == before else text
    return rows


class _Document:
    """A document being written, from the top down; A4, numbered pages, a footer on each."""

    def __init__(self, title: str, footer: str) -> None:
        try:
            import docx
        except ModuleNotFoundError:
            raise GoodworkError(NO_WRITER) from None
        self._docx: Any = docx
        self.document = docx.Document()
        self._set_up(title)
        self._write_footer(footer)
        self.document.add_heading(clean(title), level=0)

    def heading(self, text: str, level: int, *, new_page: bool) -> None:
        """Add the heading of a section, at the top of the next page where that is asked for."""
        heading = self.document.add_heading(clean(text), level=level)
        if new_page:
            heading.paragraph_format.page_break_before = True

    def add(self, part: Part, pictures: Mapping[str, Picture]) -> None:
        """Add a part of a section; a chart only where it was drawn."""
        match part:
            case Note(text=text, style=Style.POINT):
                self.document.add_paragraph(clean(text), style="List Bullet")
            case Note(text=text, style=style):
                self.say(text, small=style is Style.SMALL, bold=style in {Style.STRONG, Style.CODE})
            case Table(rows=[]) | Table(rows=()):
                self.say(part.empty)
            case Table():
                self._table(part)
            case Figure(name=name) if name in pictures:
                picture = pictures[name]
                self.document.add_picture(io.BytesIO(picture.png), width=self._docx.shared.Cm(_WIDTH))
                properties = self.document.inline_shapes[-1]._inline.docPr  # noqa: SLF001 - the library has no name for it
                properties.set("descr", clean(picture.chart.alt))
                properties.set("title", clean(picture.chart.title))

    def say(self, text: str, *, small: bool = False, bold: bool = False) -> None:
        """Add a paragraph; nothing for no text."""
        if not text:
            return
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = bold  # what stands in bold is said of what follows
        run = paragraph.add_run(clean(text))
        run.bold = bold
        if small:
            run.font.size = self._docx.shared.Pt(_SMALL)

    def _table(self, shown: Table) -> None:
        heads, rows = [column.name for column in shown.columns], _sources_once(shown)
        figures = [column.kind.is_figure for column in shown.columns]
        strong = [row.is_total for row in shown.lines()]
        widths = [_share(column, place, sum(figures)) for place, column in enumerate(shown.columns)]
        table = self.document.add_table(rows=0, cols=len(heads))
        table.autofit = False
        columns = zip(heads, *rows, strict=True)
        least = [_AROUND + _CHARACTER * max(map(_longest_word, texts)) for texts in columns]
        centimetres = [self._docx.shared.Cm(width) for width in _in_centimetres(widths, least)]
        # A grid beside the cells' own widths: some programs go by the one, some by the other.
        for column, width in zip(table.columns, centimetres, strict=True):
            column.width = width
        has_heads = any(head.strip() for head in heads)
        for number, texts in enumerate([heads, *rows] if has_heads else rows, start=0 if has_heads else 1):
            is_head = number == 0
            row = table.add_row()
            _keep_whole(row, self._docx, repeated=is_head)
            stays = is_head or (len(rows) <= _SHORT and number < len(rows))
            # The library looks a row's cells up anew each time it is asked for them.
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                self._cell(cell, text, bold=is_head or strong[number - 1], right=figures[column])
                cell.paragraphs[0].paragraph_format.keep_with_next = stays
                cell.width = centimetres[column]
                _underline(cell, self._docx, _STRONG_RULE if is_head else _RULE)
        gap = self.document.add_paragraph().paragraph_format
        gap.space_after, gap.line_spacing = self._docx.shared.Pt(2), self._docx.shared.Pt(_GAP)

    def _cell(self, cell: Any, text: str, *, bold: bool, right: bool) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = self._docx.shared.Pt(1)
        run = paragraph.add_run(clean(text))
        run.bold, run.font.size = bold, self._docx.shared.Pt(_SMALL)
        if right:
            paragraph.alignment = self._docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT

    def content(self) -> bytes:
        """The finished file: the same bytes for the same note."""
        written = io.BytesIO()
        self.document.save(written)
        return _undated(written.getvalue())

    def _set_up(self, title: str) -> None:
        docx = self._docx
        section = self.document.sections[0]
        section.page_width, section.page_height = docx.shared.Cm(21), docx.shared.Cm(29.7)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, docx.shared.Cm(_MARGIN))
        for name in ("Normal", "Title", "Heading 1", "Heading 2"):
            style = self.document.styles[name]
            style.font.name = _FONT
            style.font.color.rgb = docx.shared.RGBColor.from_string(_INK)
            fonts = style.element.rPr.rFonts
            for kind in [name for name in fonts.attrib if name.endswith("Theme")]:
                del fonts.attrib[kind]
        normal = self.document.styles["Normal"]
        normal.font.size = docx.shared.Pt(_SIZE)
        normal.paragraph_format.space_after = docx.shared.Pt(4)
        self.document.styles["Title"].font.size = docx.shared.Pt(17)
        self.document.styles["Heading 1"].font.size = docx.shared.Pt(13)
        self.document.styles["Heading 1"].paragraph_format.space_before = docx.shared.Pt(12)
        self.document.styles["Heading 2"].font.size = docx.shared.Pt(12)
        about = self.document.core_properties
        about.title, about.author, about.language = clean(title), "openfisca-goodwork", "en-GB"
        about.created = about.modified = _MADE
        about.comments = ""

    def _write_footer(self, text: str) -> None:
        paragraph = self.document.sections[0].footer.paragraphs[0]
        run = paragraph.add_run(f"{clean(text)}  Page ")
        run.font.size = self._docx.shared.Pt(_SMALL)
        number = paragraph.add_run()
        number.font.size = self._docx.shared.Pt(_SMALL)
        for kind, said in (("begin", ""), ("", "PAGE"), ("end", "")):
            number._r.append(_field_part(self._docx, kind, said))  # noqa: SLF001 - the library has no fields


def _in_centimetres(parts: Sequence[float], least: Sequence[float]) -> list[float]:
    """Widths of columns on the page from parts of it, none narrower than its longest word where the page has the room."""
    if sum(least) >= _WIDTH:
        return [_WIDTH * width / sum(least) for width in least]
    narrow: set[int] = set()
    while True:
        left = _WIDTH - sum(least[place] for place in narrow)
        whole = sum(part for place, part in enumerate(parts) if place not in narrow)
        widths = [least[place] if place in narrow else left * part / whole for place, part in enumerate(parts)]
        more = {place for place, width in enumerate(widths) if width < least[place]} - narrow
        if not more:
            return widths
        narrow |= more


def _longest_word(text: str) -> int:
    return max(map(len, clean(text).replace("-", "- ").split()), default=0)


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return str(text).translate(_CONTROLS)


def _field_part(docx: Any, kind: str, instruction: str) -> Any:
    element = docx.oxml.OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        element.set(docx.oxml.ns.qn("w:fldCharType"), kind)
    else:
        element.text = instruction
    return element


def _keep_whole(row: Any, docx: Any, *, repeated: bool) -> None:
    """A row on one page; a heading on each."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no name for it
    for name in ("w:cantSplit", *(["w:tblHeader"] if repeated else [])):
        properties.append(docx.oxml.OxmlElement(name))


def _underline(cell: Any, docx: Any, width: str) -> None:
    """A rule beneath a cell, in eighths of a point."""
    borders, rule = docx.oxml.OxmlElement("w:tcBorders"), docx.oxml.OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", width), ("space", "0"), ("color", "8A94A3")):
        rule.set(docx.oxml.ns.qn(f"w:{name}"), value)
    borders.append(rule)
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - the library has no name for it


def _undated(content: bytes) -> bytes:
    """The file with every part dated alike."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(zipfile.ZipInfo(part.filename, _MADE_IN_ZIP), old.read(part), zipfile.ZIP_DEFLATED)
    return kept.getvalue()
