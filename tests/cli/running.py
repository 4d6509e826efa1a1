"""Starting the command: in this process, or as one of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from typer.testing import CliRunner

from openfisca_goodwork.commands.main import app

PROPOSAL = "human-investment-super-deduction"
NARROW = "human-investment-super-deduction-external-fees"


def goodwork(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), prog_name="goodwork")


def process(code: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60, **options)


def started(arguments: list[str]) -> str:
    """Code that starts the command as the console script does."""
    return f"import sys; sys.argv = ['goodwork', *{arguments!r}]; from openfisca_goodwork.commands.main import main; main()"


def raising(error: BaseException) -> Callable[..., None]:
    """A function that fails."""

    def fail(*_arguments: Any, **_options: Any) -> None:
        raise error

    return fail
