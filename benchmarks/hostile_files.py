"""What the package says of outside files that are wrong or meant to harm, kept as text and compared.

`python benchmarks/hostile_files.py` runs every file of `hostile_cases.py` through the command that reads it and compares
what it says with `hostile_messages.txt`; `record` writes that file anew. A message that changed is shown beside the one
that was kept: words may get plainer, never vaguer.
"""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner

import openfisca_goodwork as goodwork
from openfisca_goodwork.commands.main import app
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.version import model_version

sys.path.insert(0, str(Path(__file__).parent))
import hostile_cases

MESSAGES = Path(__file__).parent / "hostile_messages.txt"
WIDTH = "400"
READERS: Mapping[str, tuple[str, Mapping[str, hostile_cases.Made], tuple[str, ...]]] = {
    "reform": ("mine.yaml", hostile_cases.REFORMS, ("reforms", "check")),
    "company": ("company.yaml", hostile_cases.COMPANIES, ("calculate",)),
    "table": ("companies.csv", hostile_cases.TABLES, ("calculate",)),
    "record": ("run-record.json", hostile_cases.RECORDS, ("cost", "--record")),
}


def said() -> dict[str, str]:
    """What the package says of every case, by its kind and name."""
    with tempfile.TemporaryDirectory() as corner, chdir(corner):
        return dict(_said())


def _said() -> Iterator[tuple[str, str]]:
    for kind, (name, files, command) in READERS.items():
        for case, made in files.items():
            Path(name).write_bytes(made())
            yield f"{kind}: {case}", _answer(*command, name)
            Path(name).unlink()
    for case, words in hostile_cases.REQUESTS.items():
        yield f"request: {case}", _answer(*words)
    for case, given in hostile_cases.MAPPINGS.items():
        yield f"mapping: {case}", _refusal(given())


def _answer(*words: str) -> str:
    """The exit code and all that a command prints."""
    done = CliRunner().invoke(app, words, prog_name="goodwork", env={"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return f"a bug: {done.exception!r}"
    told = "\n".join([f"code {done.exit_code}", *done.stdout.splitlines(), *done.stderr.splitlines()])
    for before in ("model ", "this is "):  # what is accepted or refused is no other for another version
        told = told.replace(f"{before}{model_version()}", f"{before}VERSION")
    return told


def _refusal(company: dict[str, object]) -> str:
    try:
        goodwork.calculate(company)
    except GoodworkError as error:
        return str(error)
    return "accepted"


def kept() -> dict[str, str]:
    """What was said when the messages were last recorded."""
    blocks = MESSAGES.read_text(encoding="utf-8").removeprefix("## ").split("\n\n## ")
    return {name: text.rstrip("\n") for name, _, text in (block.partition("\n") for block in blocks)}


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """The lines that changed, case by case."""
    for case in dict.fromkeys((*before, *now)):
        old, new = (side.get(case, "").splitlines() for side in (before, now))
        changed = [
            line for line in difflib.unified_diff(old, new, n=0, lineterm="") if not line.startswith(("---", "+++", "@@"))
        ]
        if changed:
            yield "\n".join([f"## {case}", *changed])


def main() -> int:
    """Record what is said now, or say what of it changed; 1 if something did."""
    os.environ["NO_COLOR"] = "1"
    now = said()
    if sys.argv[1:] == ["record"]:
        MESSAGES.write_text("\n\n".join(f"## {case}\n{text}" for case, text in now.items()) + "\n", encoding="utf-8")
        print(f"{len(now)} cases recorded in {MESSAGES.name}.")
        return 0
    changed = list(differences(kept(), now))
    print("\n\n".join([*changed, f"{len(now)} cases, {len(changed)} said otherwise than before."]))
    return int(bool(changed))


if __name__ == "__main__":
    sys.exit(main())
