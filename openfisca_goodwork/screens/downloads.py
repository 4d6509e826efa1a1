"""Workbooks, pictures and text to take away: made when somebody asks for one; nothing of them is left on the server."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import streamlit

from openfisca_goodwork.reports.pictures import png_of, svg_of
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.screens import page_tables
from openfisca_goodwork.version import installing

Result = TypeVar("Result")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTRA = installing("report")
NO_PICTURES = f"Pictures (PNG and SVG) need the extra `report` on the server: `{EXTRA}`. The CSV holds the same figures."
NO_WRITER = f"A workbook needs the extra `report` on the server: `{EXTRA}`. The other files hold the same figures."


def workbook(label: str, write: Callable[[Result, Path], Path], result: Result, file: str) -> None:
    """A button that makes a workbook of a result when it is pressed."""
    if importlib.util.find_spec("xlsxwriter") is None:
        streamlit.caption(NO_WRITER)
        return
    streamlit.download_button(label, lambda: made(write, result), file, XLSX, on_click="ignore")


def pictures(chart: Chart, stem: str) -> None:
    """Buttons that draw a chart as PNG and as SVG when they are pressed."""
    if importlib.util.find_spec("vl_convert") is None:
        streamlit.caption(NO_PICTURES)
        return
    for kind, made_of, media in (("PNG", png_of, "image/png"), ("SVG", svg_of, "image/svg+xml")):
        file, key = f"{stem}.{kind.lower()}", f"{kind.lower()}_{stem}"
        streamlit.download_button(f"Picture ({kind})", partial(made_of, chart), file, media, on_click="ignore", key=key)


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
