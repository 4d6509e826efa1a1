"""Workbooks to take away: made when somebody asks for one, in a directory of their own that is gone afterwards."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import streamlit

Result = TypeVar("Result")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_WRITER = "A workbook needs the extra `report` on the server; the other files hold the same figures."


def workbook(label: str, write: Callable[[Result, Path], Path], result: Result, file: str) -> None:
    """A button that makes a workbook of a result when it is pressed."""
    if importlib.util.find_spec("xlsxwriter") is None:
        streamlit.caption(NO_WRITER)
        return
    streamlit.download_button(label, lambda: made(write, result), file, XLSX, on_click="ignore")


def made(write: Callable[[Result, Path], Path], result: Result) -> bytes:
    """The content of the workbook."""
    with tempfile.TemporaryDirectory() as directory:
        return write(result, Path(directory) / "workbook.xlsx").read_bytes()
