"""Tables, workbooks, pictures and text to take away; nothing of them is left on the server."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pandas
import streamlit

from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.pictures import png_of, svg_of
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.screens import page_tables
from openfisca_goodwork.version import installing

Result = TypeVar("Result")
_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA = {
    ".csv": "text/csv",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}
EXTRA = installing("report")
NO_PICTURES = f"Pictures (PNG and SVG) need the extra `report` on the server: `{EXTRA}`. The CSV holds the same figures."
NO_WRITER = f"A workbook needs the extra `report` on the server: `{EXTRA}`. The other files hold the same figures."


def offer(label: str, content: Any, file: str, key: str | None = None) -> None:
    """A button that hands a file over: text, bytes, a table as CSV, or what a function makes when it is pressed."""
    content = csv_of(content) if isinstance(content, pandas.DataFrame) else content
    streamlit.download_button(label, content, file, MEDIA[Path(file).suffix], on_click="ignore", key=key)


def workbook(label: str, write: Callable[[Result, Path], Path], result: Result, file: str) -> None:
    """A button that makes a workbook of a result when it is pressed."""
    if importlib.util.find_spec("xlsxwriter") is None:
        streamlit.caption(NO_WRITER)
        return
    offer(label, lambda: made(write, result), file)


def pictures(chart: Chart, stem: str) -> None:
    """Buttons that draw a chart as PNG and as SVG when they are pressed."""
    if importlib.util.find_spec("vl_convert") is None:
        streamlit.caption(NO_PICTURES)
        return
    for kind, made_of in (("PNG", png_of), ("SVG", svg_of)):
        ending = kind.lower()
        offer(f"Picture ({kind})", partial(made_of, chart), f"{stem}.{ending}", key=f"{ending}_{stem}")


def made(write: Callable[[Result, Path], Path], result: Result) -> bytes:
    """The content of the workbook."""
    with tempfile.TemporaryDirectory() as directory:
        return write(result, Path(directory) / "workbook.xlsx").read_bytes()


class Answer(Protocol):
    """An answer that says itself in words, and by which command it is had again."""

    @property
    def command(self) -> str:
        """The command that gives the answer again."""

    def summary(self) -> str:
        """The answer in words."""


def as_text(label: str, result: Answer) -> None:
    """The whole answer as text, folded under a label, and the command that gives it."""
    with streamlit.expander(label):
        text = result.summary()
        page_tables.hint_over_text(text)
        streamlit.code(text, language=None, wrap_lines=False)
    streamlit.code(result.command, language=None, wrap_lines=True)
