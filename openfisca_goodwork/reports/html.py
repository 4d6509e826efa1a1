"""A report as one page of HTML: headings, paragraphs, tables with captions, charts as pictures with their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from openfisca_goodwork.reports.sections import Figure, Medium, Note, Part, Report, Style, Table, cell_of

if TYPE_CHECKING:
    from openfisca_goodwork.reports.pictures import Picture

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#14181d}"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left}"
    "th,td{padding:.2rem .6rem;border-bottom:1px solid #bbb;text-align:left;vertical-align:top}"
    ".figure{text-align:right}.total td,.total th{font-weight:bold}.small{font-size:.9rem}"
    "div{overflow-x:auto}svg{max-width:100%;height:auto}"
    "@page{size:A4;margin:14mm}@media print{body{font-size:9pt;line-height:1.3;max-width:none;margin:0;padding:0}"
    "h1{font-size:15pt;margin:0}h2{font-size:11pt;margin:6pt 0 2pt;break-after:avoid}"
    "p{margin:2pt 0}p:has(+div){break-after:avoid}"
    ".page{break-before:page}"
    "table{width:100%;margin:1pt 0 4pt}th,td{padding:1pt 4pt}.small{font-size:8pt}tr{break-inside:avoid}"
    "div{overflow:visible;break-inside:avoid}}"
)
_OPEN = {Style.STRONG: "<p><strong>{}</strong></p>", Style.SMALL: "<p class='small'>{}</p>", Style.CODE: "<pre>{}</pre>"}


def render(report: Report, pictures: Mapping[str, Picture] | None = None) -> str:
    """The report as the text of an HTML file, without scripts and without anything that is loaded.

    Args:
        report: what is said. pictures: its charts as they were drawn, by name; left out where there are none.
    """
    head = f"<meta charset='utf-8'>\n<title>{escape(report.title)}</title>\n<style>{_STYLE}</style>"
    return f"<!doctype html>\n<html lang='en-GB'>\n{head}\n{fragment(report, pictures)}</html>\n"


def fragment(report: Report, pictures: Mapping[str, Picture] | None = None) -> str:
    """The report as HTML to stand within a page, a notebook's for one; see ``render``."""
    return "\n".join(_lines(report.shown_on(Medium.DOCUMENT), pictures or {})) + "\n"


def _lines(report: Report, pictures: Mapping[str, Picture]) -> Iterator[str]:
    yield f"<h1>{escape(report.title)}</h1>\n<p><strong>{escape(report.standing)}</strong></p>"
    for section in report.sections:
        mark = " class='page'" if section.new_page else ""
        yield f"<h2{mark}>{escape(section.name)}</h2>"
        if section.finding:
            yield _note(Note(section.finding, Style.STRONG))
        for part in section.parts:
            yield _part(part, pictures)


def _part(part: Part, pictures: Mapping[str, Picture]) -> str:
    match part:
        case Note():
            return _note(part)
        case Table():
            return "\n".join(table(part))
        case Figure(name=name):
            return pictures[name].svg if name in pictures else ""


def _note(note: Note) -> str:
    return _OPEN.get(note.style, "<p>{}</p>").format(escape(note.text))


def table(shown: Table) -> Iterator[str]:
    """A table line by line, what it says where it is empty."""
    if not shown.rows:
        yield _note(Note(shown.empty))
        return
    figures = [" class='figure'" if column.kind.is_figure else "" for column in shown.columns]
    heads = "".join(
        f"<th scope='col'{mark}>{escape(column.name)}</th>" for column, mark in zip(shown.columns, figures, strict=True)
    )
    yield f"<div><table>\n<caption>{escape(shown.caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row, texts in zip(shown.lines(), shown.texts(), strict=True):
        links = [cell_of(row, place, shown.columns).link for place in range(len(texts))]
        cells = [_linked(text, link) for text, link in zip(texts, links, strict=True)]
        rest = "".join(f"<td{mark}>{cell}</td>" for cell, mark in zip(cells[1:], figures[1:], strict=True))
        total = " class='total'" if row.is_total else ""
        yield f"<tr{total}><th scope='row'>{cells[0]}</th>{rest}</tr>"
    yield "</tbody>\n</table></div>"


def _linked(text: str, address: str) -> str:
    if address.startswith(("https://", "http://")):
        return f"<a href='{escape(address)}'>{escape(text)}</a>"
    return escape(text)
