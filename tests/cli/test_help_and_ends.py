"""What the command says of itself, how it ends, and what goes to which stream."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from openfisca_goodwork import costing
from openfisca_goodwork.commands.main import app
from openfisca_goodwork.errors import DataError, ReformError
from openfisca_goodwork.version import model_version

from .running import PROPOSAL, goodwork, process, raising, started

HEAVY = {"numpy", "pandas", "openfisca_core", "rich", "scipy", "yaml", "pyarrow", "streamlit"}


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        here = (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, here)
        else:
            yield here, command


COMMANDS = dict(commands(typer.main.get_command(app)))
each_command = pytest.mark.parametrize("path", COMMANDS, ids=" ".join)


def test_the_version_is_the_packages() -> None:
    assert goodwork("--version").stdout == f"goodwork {model_version()}\n"


def test_help_loads_nothing_heavy() -> None:
    done = process(
        started(["--help"]).replace("main()", "\ntry:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)")
    )
    assert done.stdout.startswith("Usage: goodwork")
    assert not HEAVY & set(done.stderr.split())


@each_command
def test_help_shows_examples_that_the_command_understands(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    shown = goodwork(*path, "--help").stdout
    examples = [line.split(" > ")[0].split("#")[0] for line in command.epilog.splitlines() if line.startswith("  goodwork")]
    assert examples
    for example in examples:
        assert example.strip() in shown
        words = shlex.split(example)
        assert tuple(words[1 : len(path) + 1]) == path
        assert bool(command.make_context("goodwork", words[len(path) + 1 :]).params) == bool(command.params)


@each_command
def test_every_option_and_argument_says_what_it_is(path: tuple[str, ...]) -> None:
    assert COMMANDS[path].help
    assert [parameter.name for parameter in COMMANDS[path].params if not parameter.help] == []


@pytest.mark.parametrize("option", ["--basis=weekly", "--xlsx=a.xlsx", "--working"])
def test_an_option_that_does_not_exist_is_refused_in_words(option: str) -> None:
    result = goodwork("cost", PROPOSAL, option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert option.split("=", maxsplit=1)[0] in result.stderr


@pytest.mark.parametrize(("error", "code"), [(ReformError("Mend it."), 2), (DataError("Build it."), 3)])
def test_a_mistake_ends_with_its_message_and_its_code(monkeypatch: pytest.MonkeyPatch, error: Exception, code: int) -> None:
    monkeypatch.setattr(costing, "cost", raising(error))
    result = goodwork("cost", PROPOSAL)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"{error}\n")


def test_an_interrupted_run_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costing, "cost", raising(KeyboardInterrupt()))
    result = goodwork("cost", PROPOSAL)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted.\n")


def test_a_bug_keeps_its_traceback_and_ends_with_1() -> None:
    broken = "from openfisca_goodwork import policy; policy.library_by_group = lambda: 1 / 0\n"
    done = process(broken + started(["reforms", "list"]))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    command = [sys.executable, "-c", started(["compare", "law", "law@2010-04-01", "--json"])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (0, b"")


def test_output_is_utf_8_whatever_the_machine_is_set_to(tmp_path: Path) -> None:
    done = process(
        started(["compare", "law", PROPOSAL]),
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        encoding="utf-8",
        cwd=tmp_path,
    )
    assert "0% → 30%" in done.stdout


BAR = """
from openfisca_goodwork.commands import terminal
with terminal.progress() as progress:
    progress("weights", 0.5)
    print("the table")
"""


def test_there_is_no_bar_where_nobody_watches() -> None:
    done = process(BAR)
    assert (done.stdout, done.stderr) == ("the table\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_the_bar_goes_to_the_terminal_and_the_table_to_the_pipe() -> None:
    reader, writer = os.openpty()
    with subprocess.Popen([sys.executable, "-c", BAR], stdout=subprocess.PIPE, stderr=writer) as running:
        table, _ = running.communicate(timeout=60)
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as terminal:
        assert b"Weights" in terminal.read(4096)
    assert table == b"the table\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["reforms", "list"], ["reforms", "schema"]])
def test_an_output_that_takes_nothing_more_is_said_and_ends_with_2(arguments):
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", started(arguments)]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=300)
    assert ended.returncode == 2
    assert ended.stderr == (
        "The output cannot be written: No space left on device. Free some space, or send it elsewhere.\n"
    )


LONG = "x" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ["calculate", "examples/small-company.yaml", "--xlsx", f"{LONG}.xlsx"],
        ["calculate", f"{LONG}.yaml"],
        ["compare", "law", "law", "--set", "corporation_tax.main_rate@2027-04-01=0.26", "--xlsx", f"{LONG}.xlsx"],
        ["cost", PROPOSAL, "--out", LONG],
        ["population", "export", f"{LONG}.csv", "--year", "2023-24"],
        ["reforms", "check", f"{LONG}.yaml"],
        ["validate", "--out", "y/" * 3_000],
    ],
)
def test_a_name_that_no_system_takes_is_refused_in_words_before_any_work(arguments):
    ended = goodwork(*arguments)
    assert ended.exit_code == 2
    assert "too long" in ended.output
