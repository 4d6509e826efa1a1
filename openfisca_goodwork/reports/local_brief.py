"""The brief of a place as a file: two pages to print or to table, as a Word document or a page of HTML."""

from __future__ import annotations

from pathlib import Path

from openfisca_goodwork.audit.local import LocalAudit
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports import html, word
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.local_audit import brief_of
from openfisca_goodwork.reports.pictures import Picture, drawn, is_bounded
from openfisca_goodwork.reports.sections import Report

WORD, PAGE = ".docx", ".html"


def check_brief(path: Path) -> None:
    """Refuse a name that says neither of the two forms. Raises GoodworkError."""
    if path.suffix.lower() not in {WORD, PAGE}:
        raise GoodworkError(f"{path.name} must end in .docx, for Word, or in .html, for a page to print.")


def content_of(audit: LocalAudit, ending: str) -> bytes:
    """The brief as the bytes of a file.

    Args:
        audit: of the place. ending: `.docx` or `.html`.

    Raises:
        GoodworkError: where a Word document is asked for and python-docx (the extra `report`) is not installed.
    """
    report = brief_of(audit)
    pictures = _pictures(report)
    return word.render(report, pictures) if ending == WORD else html.render(report, pictures).encode()


def write_brief(audit: LocalAudit, path: Path) -> Path:
    """Write the brief, its form by the ending of the name; its charts are left out where nothing can draw them.

    Raises:
        GoodworkError: for another ending, without python-docx for a Word document, or where the disk refuses.
    """
    check_brief(path)
    write_together(path.parent, {path.name: content_of(audit, path.suffix.lower())})
    return path


def _pictures(report: Report) -> dict[str, Picture]:
    if is_bounded():
        return {}
    try:
        return drawn(report)
    except ModuleNotFoundError:  # no vl-convert: the figures stand in the table all the same
        return {}
