"""A report as a file to print or to table: a Word document or a page of HTML, by the ending of its name."""

from __future__ import annotations

from pathlib import Path

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports import html, word
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.pictures import pictures_of
from openfisca_goodwork.reports.sections import Report

WORD, PAGE = ".docx", ".html"


def check_printed(path: Path) -> None:
    """Refuse a name that says neither of the two forms. Raises GoodworkError."""
    if path.suffix.lower() not in {WORD, PAGE}:
        raise GoodworkError(f"{path.name} must end in .docx, for Word, or in .html, for a page to print.")


def content_of(report: Report, ending: str) -> bytes:
    """A report as the bytes of a file; its charts are left out where nothing can draw them.

    Args:
        ending: `.docx` or `.html`.

    Raises:
        GoodworkError: where a Word document is asked for and python-docx (the extra `report`) is not installed.
    """
    pictures, _left_out = pictures_of(report)
    return word.render(report, pictures) if ending == WORD else html.render(report, pictures).encode()


def write_printed(report: Report, path: Path) -> Path:
    """Write a report in the form that the ending of the name says.

    Raises:
        GoodworkError: for another ending, without python-docx for a Word document, or where the disk refuses.
    """
    check_printed(path)
    write_together(path.parent, {path.name: content_of(report, path.suffix.lower())})
    return path
