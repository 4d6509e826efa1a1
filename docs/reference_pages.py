"""The pages of the site's reference that are made from the code: every parameter with its history, every command's help."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import typer
from typer.testing import CliRunner

from openfisca_goodwork.commands.main import app
from openfisca_goodwork.policy.parameter_list import Found, parameter_list
from openfisca_goodwork.policy.vocabulary import addresses, in_words, status_of, titles

PARAMETERS = "parameters"
_WIDE = {"COLUMNS": "100"}
_HYPHEN = "\N{NON-BREAKING HYPHEN}"


def write(folder: Path) -> None:
    """Write the pages into a folder: a page a group of parameters, and one of the commands."""
    (folder / PARAMETERS).mkdir(parents=True)
    listed = parameter_list().parameters
    groups = {name: list(members) for name, members in groupby(sorted(listed, key=_group), key=_group)}
    for name, members in groups.items():
        (folder / PARAMETERS / f"{name}.md").write_text("\n".join(_page(name, members)), encoding="utf-8")
    (folder / PARAMETERS / "index.md").write_text("\n".join(_index(groups)), encoding="utf-8")
    (folder / "commands.md").write_text("\n".join(_commands()), encoding="utf-8")


def _group(parameter: Found) -> str:
    """The page of a parameter: its first name, of assumptions and of the proposal its first two."""
    names = parameter.leaf.path.split(".")
    return "-".join(names[:2]) if names[0] in {"assumptions", "human_investment"} and len(names) > 2 else names[0]


def _index(groups: dict[str, list[Found]]) -> Iterator[str]:
    yield "# Parameters\n"
    yield "Every dated figure of law, proposals and assumptions, with each value it has had and its references."
    yield "`goodwork parameters WORD` finds one; `goodwork compare --history PATH` prints its history.\n"
    yield "```{toctree}\n:maxdepth: 1\n"
    yield from groups
    yield "```\n"


def _page(name: str, members: list[Found]) -> Iterator[str]:
    yield f"# {_words(name)}\n"
    for parameter in members:
        leaf = parameter.leaf
        yield f"## {leaf.path}\n"
        yield f"{_plain(leaf.description) or leaf.label}\n"
        yield f"Unit: {leaf.unit}. Kind: {leaf.kind}. May be: {parameter.allowed}.\n"
        yield "| From | Value | Status | Reference |\n|---|---|---|---|"
        for dated in leaf.values:
            cells = (
                dated.date.isoformat().replace("-", _HYPHEN),
                in_words(dated.value, leaf.unit),
                status_of(dated),
                _references(titles(dated), addresses(dated)),
            )
            yield "| " + " | ".join(cells) + " |"
        yield ""


def _references(named: str, places: str) -> str:
    links = [f"<{place}>" for place in places.split("; ") if place.startswith("http")]
    return _cell(" ".join([_plain(named), *links]))


def _commands() -> Iterator[str]:
    yield "# Help of every command\n"
    yield "What `--help` prints. [Commands](../commands.md) says what each option means and which files are written.\n"
    yield from _help(("goodwork",), typer.main.get_command(app))


def _help(names: tuple[str, ...], command: object) -> Iterator[str]:
    shown = CliRunner().invoke(app, [*names[1:], "--help"], env=_WIDE, prog_name="goodwork")
    yield f"## {' '.join(names)}\n\n```text\n{shown.stdout.rstrip()}\n```\n"
    for name, part in getattr(command, "commands", {}).items():
        yield from _help((*names, name), part)


def _words(name: str) -> str:
    return name.replace("-", ": ").replace("_", " ").capitalize()


def _plain(text: str) -> str:
    """Text that no markup is read into."""
    return " ".join(text.split()).replace("<", "\\<").replace("*", "\\*").replace("`", "'")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
