"""The pages of the site's reference that are made from the code.

Every parameter with its history, every variable with its formula, the keys of files, the help of every command.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from openfisca_goodwork.commands.main import app
from openfisca_goodwork.company.shape import FileShape, ItemShape, PeriodShape, company_schema
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR, box_of, rule_of
from openfisca_goodwork.policy import reform_schema
from openfisca_goodwork.policy.compare import Found, parameter_list
from openfisca_goodwork.policy.vocabulary import addresses, in_words, status_of, titles
from openfisca_goodwork.system import current_law, leaf_parameters

PARAMETERS, VARIABLES = "parameters", "variables"
_SHAPES = {"CompanyFile": FileShape, "AccountingPeriod": PeriodShape, "Item": ItemShape}
_UNITS = {POUNDS: "£", SHARE: "share"}
_LAW = "openfisca_goodwork.law."
_PATH = re.compile(r"\"([a-z_]+(?:\.[a-z_0-9]+)+)\"")
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
    (folder / VARIABLES).mkdir()
    for name, page in _formulas():
        (folder / VARIABLES / f"{name}.md").write_text("\n".join(page), encoding="utf-8")
    (folder / "company_file.md").write_text("\n".join(_company_file()), encoding="utf-8")
    (folder / "reform_file.md").write_text("\n".join(_reform_file()), encoding="utf-8")
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
        yield f"Unit: {_UNITS.get(leaf.unit, leaf.unit)}. Kind: {leaf.kind}. May be: {parameter.allowed}.\n"
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
    links = [place for place in places.split("; ") if place.startswith("http")]
    titled = _plain(named).replace("[", "(").replace("]", ")")
    if len(links) == 1:
        return _cell(f"[{titled}](<{links[0]}>)")
    return _cell(" ".join([titled, *(f"[{number}](<{link}>)" for number, link in enumerate(links, 1))]))


def _formulas() -> Iterator[tuple[str, list[str]]]:
    """A page a module of the law, with what it computes, and one that lists them."""
    labels = current_law().variables
    modules: dict[str, list[Any]] = {}
    for variable in labels.values():
        if variable.definition_period == YEAR and type(variable).__module__.startswith(_LAW):
            modules.setdefault(type(variable).__module__, []).append(variable)
    pages = {module: module.removeprefix(_LAW).replace(".", "-") for module in sorted(modules)}
    for module, name in pages.items():
        about = (importlib.import_module(module).__doc__ or "").splitlines()
        page = [f"# {_words(name)}\n", _plain(" ".join(about)), f"`{module.replace('.', '/')}.py`\n"]
        for variable in modules[module]:
            page += _formula(variable)
        yield name, page
    told = "Every input and output of the law, by the part of the statute: what it is, its rule, its formula as it runs."
    beginning = (
        f"# Formulas\n\n{told} [Variables](../../variables.md) has them all on one page.\n\n```{{toctree}}\n:maxdepth: 1\n"
    )
    yield "index", [beginning, *pages.values(), "```\n"]


def _formula(variable: Any) -> Iterator[str]:
    """A variable: its label, unit, reference, box and rule; its source, and the parameters that it names."""
    unit = variable.unit or variable.value_type.__name__
    yield f"## {variable.name}\n"
    yield f"**{_plain(variable.label)}.** Unit: {_UNITS.get(unit, unit)}.\n"
    references = variable.reference if isinstance(variable.reference, list) else [variable.reference]
    facts = {"Law": "; ".join(map(str, references)), "Company tax return": box_of(variable), "Rule": rule_of(variable)}
    yield from (f"{name}: {_plain(said)}\n" for name, said in facts.items() if said and said != "None")
    _, source, _ = variable.get_introspection_data()
    leaves = leaf_parameters(current_law())
    named = [path for path in dict.fromkeys(_PATH.findall(source or "")) if any(leaf.startswith(path) for leaf in leaves)]
    if named:
        yield "Parameters: " + ", ".join(f"`{path}`" for path in named) + "\n"
    yield f"```python\n{(source or '').rstrip()}\n```\n"


def _company_file() -> Iterator[str]:
    """The keys of a company file, part by part."""
    yield "# Keys of a company file\n"
    yield "`goodwork calculate --template company.schema.json` writes this as JSON Schema, for editors that complete and"
    yield "check. Numbers may be text too (`1.2m`, `£1,000`); a key that is not here is refused.\n"
    schema = company_schema()
    for name, part in {"CompanyFile": schema, **schema["$defs"]}.items():
        if "properties" in part:
            yield f"## {name}\n"
            yield f"{_plain(part.get('description') or _SHAPES[name].__doc__ or '')}\n"
            yield from _keys(part)


def _reform_file() -> Iterator[str]:
    """The keys of a reform file."""
    yield "# Keys of a reform file\n"
    yield "`goodwork reforms schema` prints this as JSON Schema, with every parameter, its unit and its range, for editors"
    yield "that complete and check. [Writing a reform](../writing_a_reform.md) has an example.\n"
    yield from _keys(reform_schema())


def _keys(part: dict[str, Any]) -> Iterator[str]:
    """The keys of a part of a schema, as a table."""
    yield "| Key | What | May be |\n|---|---|---|"
    for key, told in part["properties"].items():
        must = ", needed" if key in part.get("required", ()) else ""
        yield f"| `{key}` | {_cell(_plain(told.get('description', '')))} | {_cell(_may_be(told))}{must} |"
    yield ""


def _may_be(told: dict[str, Any]) -> str:
    """What a key of a schema takes, in words."""
    if "enum" in told:
        return ", ".join(told["enum"])
    if "$ref" in told:
        return told["$ref"].rpartition("/")[2]
    if "items" in told:
        return f"list of {_may_be(told['items'])}"
    if "anyOf" in told:
        return " or ".join(dict.fromkeys(filter(None, map(_may_be, told["anyOf"]))))
    kinds = told.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = {"boolean": "yes or no", "integer": "whole number", "number": "number", "array": "list", "object": "object"}
    kind = next((words[each] for each in kinds if each in words), "day" if told.get("format") == "date" else "text")
    bounds = [f"{said} {told[bound]}" for bound, said in (("minimum", "from"), ("maximum", "to")) if bound in told]
    return "" if kinds == ["null"] else " ".join([kind, *bounds])


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
