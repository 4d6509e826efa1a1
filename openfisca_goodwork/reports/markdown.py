"""A report as Markdown, for pages of documentation: headings, paragraphs, tables, links to pictures of its charts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from openfisca_goodwork.reports.sections import Figure, Medium, Note, Part, Report, Section, Style, Table, cell_of

_MARKS = re.compile(r"([\\|<>])")
_STYLES = {Style.STRONG: "**{}**", Style.POINT: "* {}", Style.CODE: "```\n{}\n```"}


def render(report: Report, lead: str = "", pictures: str = "") -> str:
    """The report as the text of a page.

    Args:
        report: what is said. lead: what stands under its title, as Markdown.
        pictures: the directory, seen from the page, that holds its charts as SVG; none are shown where empty.
    """
    shown = report.shown_on(Medium.DOCUMENT).sections
    return "\n".join([f"# {report.title}\n", *([lead] if lead else []), sections(shown, pictures)])


def sections(shown: Iterable[Section], pictures: str = "") -> str:
    """Sections as the text of a part of a page, each under a heading of the second level."""
    return "\n".join(line for section in shown for line in _section(section, pictures))


def _section(section: Section, pictures: str) -> Iterator[str]:
    yield f"## {section.name}\n"
    if section.finding:
        yield f"**{_plain(section.finding)}**\n"
    is_point = False
    for part in section.parts:
        was_point, is_point = is_point, isinstance(part, Note) and part.style is Style.POINT
        if was_point and not is_point:
            yield ""
        yield from _part(part, pictures)
    if is_point:
        yield ""


def _part(part: Part, pictures: str) -> Iterator[str]:
    match part:
        case Note(text=text, style=style):
            yield _STYLES.get(style, "{}").format(_plain(text)) + ("" if style is Style.POINT else "\n")
        case Table():
            yield from table(part)
        case Figure(name=name, draw=draw) if pictures:
            chart = draw()
            if chart is not None:
                yield f"![{_plain(chart.title)}]({pictures}/{name}.svg)\n"


def table(shown: Table) -> Iterator[str]:
    """A table line by line under its caption; what it says where it has no rows."""
    if not shown.rows:
        yield f"{_plain(shown.empty)}\n"
        return
    yield f"{_plain(shown.caption)}\n"
    yield f"| {' | '.join(_plain(column.name) for column in shown.columns)} |"
    yield "|" + "".join("---:|" if column.kind.is_figure else "---|" for column in shown.columns)
    for row, texts in zip(shown.lines(), shown.texts(), strict=True):
        links = [cell_of(row, place, shown.columns).link for place in range(len(texts))]
        cells = [f"[{_plain(text)}]({link})" if link else _plain(text) for text, link in zip(texts, links, strict=True)]
        yield f"| {' | '.join(f'**{cell}**' if row.is_total and cell else cell for cell in cells)} |"
    yield ""


def _plain(text: str) -> str:
    """Text in which no mark makes a column or a tag."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
