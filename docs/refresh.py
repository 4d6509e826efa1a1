"""Write into the pages what the code says: outputs of commands, and the list of assumptions. `make docs` runs it.

In a page, a block that begins with ```console tested holds commands (after `$ `) and what they print; one that begins
with ```yaml file=NAME is a file that the commands after it may use. Commands run in a copy of the checkout. The tests
fail where a page differs from what this module would write.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from openfisca_core.parameters import Parameter

from openfisca_goodwork import tax_return
from openfisca_goodwork.model import SHARE, is_dated
from openfisca_goodwork.policy import reform_schema
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import in_words
from openfisca_goodwork.system import current_law, dated_values, leaf_parameters

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "docs/commands.md", "docs/coverage.md")
ASSUMPTIONS = "docs/assumptions.md"
VARIABLES = "docs/variables.md"
SCHEMA = "docs/reform.schema.json"
UNITS = {"currency-GBP": "£", "/1": "share", "bool": "yes or no", "Enum": "a choice", "int": "year"}
COPIED = (
    ".yamllint",
    "docs",
    "examples",
    "openfisca_goodwork",
    "parameters",
    "reforms",
    "tests",
    "pyproject.toml",
    "README.md",
)
BLOCK = re.compile(r"^```(?P<language>\w+) (?P<mark>tested|file=\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FINGERPRINT = re.compile(r"\b[0-9a-f]{12,}\b")
PROMPT = "$ "
HEADING = """\
# Assumptions

Every assumption is a parameter: a dated value with its source. This page is made from them (`make docs`); the files are
under `parameters/assumptions/`. To change one for a run: `--set PATH@DATE=VALUE`. Status: *seen* (in the source itself),
*second-hand* (the source as reported by another), *derived* (worked out from sources), *memory* (recalled, to be
checked), *assumption* (nobody's figure but ours).
"""

VARIABLES_HEADING = f"""\
# Variables

Everything that goes into the law and everything that comes out, of one company and one accounting period. This page is
made from the law (`make docs`). An input that is left out is 0, or no. One marked *by day* may also be given item by
item, under `expenditure` in a company file and as `…_on` through OpenFisca. Balances are inputs in the first accounting
period only.

*Box* is where it stands on the company tax return ({tax_return.FORM}).
*Part of* a box is one of the things that it holds; where no box holds a variable, or it depends on what else is on the
return, there is none. The guides: [the return]({tax_return.GUIDES[""]}),
[CT600C]({tax_return.GUIDES["C"]}),
[CT600L]({tax_return.GUIDES["L"]}),
[box 725]({tax_return.GUIDES["725"]}).
"""


def checkout(directory: Path) -> Path:
    """A copy of what the commands of the pages work on, so that they change nothing."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, directory / name)
    return directory


def refreshed(page: str, directory: Path) -> str:
    """The page with each tested block holding what its commands print now."""

    def block(found: re.Match[str]) -> str:
        mark, body = found["mark"], found["body"]
        if mark == "tested":
            body = "".join(_ran(command, directory) for command in _commands(body))
        else:
            file = directory / mark.removeprefix("file=")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")
        return f"```{found['language']} {mark}\n{body}```"

    return BLOCK.sub(block, page)


def _commands(body: str) -> Iterator[str]:
    return (line.removeprefix(PROMPT) for line in body.splitlines() if line.startswith(PROMPT))


def _ran(command: str, directory: Path) -> str:
    """A command and what it prints, both streams; fingerprints, which change with every version, as an ellipsis."""
    binaries = str(Path(sys.executable).parent)
    path = os.pathsep.join([binaries, os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S602 (the pages are ours, and show what a reader would type)
        command,
        shell=True,
        cwd=directory,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(directory), "PYTHONUTF8": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    printed = "\n".join(line.rstrip() for line in FINGERPRINT.sub("…", done.stdout).splitlines())
    return f"{PROMPT}{command}\n" + (f"{printed}\n" if printed else "")


def assumptions() -> str:
    """The page of assumptions: a table for each group."""
    groups: dict[str, list[Parameter]] = {}
    for path, parameter in leaf_parameters(current_law()).items():
        if path.startswith("assumptions."):
            groups.setdefault(path.split(".")[1], []).append(parameter)
    return "\n".join([HEADING, *(part for name, group in groups.items() for part in _group(name, group))])


def _group(name: str, group: list[Parameter]) -> Iterator[str]:
    yield f"## {name.replace('_', ' ').capitalize()}\n"
    yield "| Parameter | What | Value | Status | Source of the latest |\n|---|---|---|---|---|"
    for parameter in group:
        dated = dated_values(parameter)
        unit = parameter.metadata.get("unit", "")
        last = dated[-1]
        values = [f"{_value(one.value, unit)}{f' from {one.date}' if len(dated) > 1 else ''}" for one in dated]
        cells = [
            f"`{parameter.name}`",
            parameter.metadata.get("label", ""),
            "; ".join(values),
            last.metadata.get("status", ""),
        ]
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in [*cells, _source(last.metadata)]) + " |"
    yield ""


def _value(value: Value, unit: str) -> str:
    """Shares, elasticities and exponents as they are written in the files; everything else in words."""
    return f"{value:g}" if unit == SHARE and isinstance(value, float | int) else in_words(value, unit)


def variables() -> str:
    """The page of variables: what goes into the law and what comes out of it."""
    law = current_law().variables
    given = {name for name, one in law.items() if not one.formulas or is_dated(one) or "_brought_forward" in name}
    shown = [name for name in sorted(law) if not name.endswith("_on")]
    tables = {"Inputs": [name for name in shown if name in given], "Outputs": [name for name in shown if name not in given]}
    return "\n".join([VARIABLES_HEADING, *(part for title, names in tables.items() for part in _variables(title, names))])


def _variables(title: str, names: list[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| Name | What | Unit | By day | Law | Box |\n|---|---|---|---|---|---|"
    for name in names:
        one = current_law().variables[name]
        unit = one.unit or one.value_type.__name__
        cells = (
            f"`{name}`",
            one.label,
            UNITS.get(unit, unit),
            "yes" if is_dated(one) else "",
            "; ".join(one.reference or ()),
            tax_return.in_words(name),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def schema() -> str:
    """The JSON Schema of reform files, as `goodwork reforms schema` prints it."""
    return json.dumps(reform_schema(), indent=2, ensure_ascii=False) + "\n"


def _source(metadata: object) -> str:
    given = metadata.get("reference", ()) if isinstance(metadata, dict) else ()
    listed = [given] if isinstance(given, str | dict) else given
    titles = [one if isinstance(one, str) else one.get("title", one.get("href", "")) for one in listed]
    return "; ".join(" ".join(title.split()) for title in titles)


def main() -> None:
    """Rewrite every page that differs."""
    pages = {ASSUMPTIONS: assumptions(), VARIABLES: variables(), SCHEMA: schema()}
    for name in PAGES:
        with tempfile.TemporaryDirectory() as directory:
            pages[name] = refreshed((ROOT / name).read_text(encoding="utf-8"), checkout(Path(directory)))
    for name, text in pages.items():
        page = ROOT / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            sys.stderr.write(f"{name} is written anew.\n")


if __name__ == "__main__":
    main()
