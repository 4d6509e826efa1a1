"""The pages say what the code does: outputs, names, options, links and versions."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
import yaml

from openfisca_goodwork import policy
from openfisca_goodwork.commands.main import app
from openfisca_goodwork.company.shape import Head, ItemShape, LossGiven, PeriodShape
from openfisca_goodwork.system import current_law
from openfisca_goodwork.version import RELEASED, model_version

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\((?!https?://)(?P<target>[^)#]+)")
CODE = re.compile(r"`(?P<code>[^`\n]+)`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
OWN_PATH = re.compile(r"(changes|openfisca_goodwork|parameters|reforms|tests|docs|examples)/[\w/.-]*")
PLAIN_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+(\.[a-z0-9_]+)*")
OUTSIDE = {"northern_ireland_tax", "northern_ireland_rate"}
WORDS = {"day_weighted", "rounded_up_hybrid", "annual_limit", "by_date_incurred", "separate_periods", "whole_period"}
WORDS |= {*Head.model_fields, *PeriodShape.model_fields, *ItemShape.model_fields, *LossGiven.model_fields}
WORDS |= {
    "employment_band",
    "financial_year",
    "gain_static",
    "tax_after",
    "tax_before",
    "turnover_band",
}  # columns of files of companies
WORDS |= {"by_end", "current_law", "openfisca_goodwork", "to_dict", "to_dataframe"}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh", ROOT / "docs" / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name",
    [
        *("README.md", "docs/for_an_analyst.md", "docs/for_a_company.md", "docs/for_a_researcher.md"),
        *("CONTRIBUTING.md", "docs/commands.md", "docs/coverage.md"),
        *("docs/many_questions.md", "docs/own_companies.md"),
    ],
)
def test_the_page_shows_what_its_commands_print(refresh: ModuleType, name: str, tmp_path: Path) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert refresh.page_of(name, tmp_path) == page, "Run `make docs`, and read what moved."


def test_every_page_with_tested_blocks_is_tested(refresh: ModuleType) -> None:
    assert {page.relative_to(ROOT).as_posix() for page in PAGES if refresh.BLOCK.search(page.read_text())} == set(
        refresh.PAGES
    )


@pytest.mark.parametrize(
    ("page", "maker"),
    [
        ("assumptions.md", "assumptions"),
        ("variables.md", "variables"),
        ("reform.schema.json", "schema"),
        ("population.md", "population"),
        ("validation.md", "validated"),
    ],
)
def test_the_page_made_from_the_code_is_up_to_date(refresh: ModuleType, page: str, maker: str) -> None:
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == getattr(refresh, maker)(), "Run `make docs`."


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    # Pages below made/ are there only once the site is built, which is strict about its own links.
    targets = [found["target"] for found in LINK.finditer(prose(page)) if not found["target"].startswith("made/")]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@each_page
def test_paths_named_exist(page: Path) -> None:
    named = [found["code"] for found in CODE.finditer(prose(page)) if OWN_PATH.fullmatch(found["code"])]
    assert [path for path in named if "NAME" not in path and not (ROOT / path).exists()] == []


@each_page
def test_parameters_and_variables_named_exist(page: Path) -> None:
    law = current_law()
    nodes = {parameter.name for parameter in law.parameters.get_descendants()}
    named = {found["code"] for found in CODE.finditer(prose(page)) if PLAIN_NAME.fullmatch(found["code"])}
    named = {name for name in named if not name.endswith(".py")}
    assert named - nodes - set(law.variables) - WORDS - OUTSIDE == set()


def commands(group: Any, path: str = "goodwork") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section_with_every_option(name: str) -> None:
    page = prose(ROOT / "docs" / "commands.md")
    heading = re.search(rf"^(#+) `{name}`$", page, re.MULTILINE)
    assert heading is not None
    section = re.split(r"^#", page[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    wanted = [
        max(parameter.opts, key=len) if parameter.param_type_name == "option" else parameter.metavar
        for parameter in COMMANDS[name].params
    ]
    assert [text for text in wanted if text not in section and text != "--help"] == []


def test_the_versions_go_together() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    latest = re.search(
        r"^## (\S+)(?: \((?P<day>[-\d]+)\))?$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert latest is not None
    assert citation["version"] == latest[1] == model_version()
    assert citation["date-released"].isoformat() == latest["day"] == RELEASED
    archived = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert {name: archived[name] for name in ("title", "license", "keywords")} == {
        name: citation[name] for name in ("title", "license", "keywords")
    }


def test_the_changelog_says_which_numbers_move() -> None:
    entries = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for entry in entries:
        assert all(f"* {part}" in entry for part in ("Impacted periods:", "Impacted areas:", "Details:"))


# --- the glossary --------------------------------------------------------------------------------------------------

GLOSSARY = ROOT / "docs" / "glossary.md"
TERM = re.compile(r"\*\*(?P<term>[^*]+)\*\*(?: \((?P<short>[^)]+)\))?")
# Words that the glossary replaced: a reader must not meet them again.
RETIRED = (
    "as they turned out",
    "bears less tax",
    "beneath what is costed",
    "costs at most",
    "fitted without it",
    "if it had been otherwise",
    "laid upon",
    "negl.",
    "payable in one sum",
    "put back",
)
READ_BY_PEOPLE = (
    "commands",
    "company",
    "costing",
    "effective_rates",
    "policy",
    "population",
    "reports",
    "screens",
    "validation",
)
# Names that say nothing of what they hold, and the rooms that are free of them.
RETIRED_NAMES = {"found", "one", "outlook", "told"}
PLAINLY_NAMED = ("audit", "commands", "company", "effective_rates", "policy", "reports", "screens")


def texts_of(module: Path) -> Iterator[tuple[int, str]]:
    """Each text of a module that is no docstring, with its line."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    documented = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef))
    docstrings = {id(node.body[0].value) for node in documented if node.body and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_every_term_of_the_glossary_is_used_outside_it() -> None:
    files = [*(ROOT / "openfisca_goodwork").rglob("*.py"), *(ROOT / "parameters").rglob("*.yaml"), *PAGES]
    words = " ".join(" ".join(file.read_text(encoding="utf-8") for file in files if file != GLOSSARY).split()).casefold()
    terms = [[found["term"], found["short"]] for found in TERM.finditer(GLOSSARY.read_text(encoding="utf-8"))]
    assert len(terms) > 40
    assert [term for term, short in terms if not any(one and one.casefold() in words for one in (term, short))] == []


def test_no_word_that_the_glossary_replaced_stands_in_what_people_read() -> None:
    modules = [file for room in READ_BY_PEOPLE for file in (ROOT / "openfisca_goodwork" / room).rglob("*.py")]
    assert modules
    pages = [page for page in PAGES if page.name != "CHANGELOG.md"]
    read = [(page, *line) for page in pages for line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)]
    read += [(module, *text) for module in modules for text in texts_of(module)]
    told = [(file.name, line, word) for file, line, text in read for word in RETIRED if word in text.casefold()]
    assert told == []


def names_of(module: Path) -> Iterator[tuple[int, str]]:
    """Each name that a module gives to a variable, an argument or a function, with its line."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                yield node.lineno, name


def test_no_name_says_nothing_of_what_it_holds() -> None:
    modules = [module for room in PLAINLY_NAMED for module in (ROOT / "openfisca_goodwork" / room).rglob("*.py")]
    assert len(modules) > 100
    named = [(module.name, *entry) for module in modules for entry in names_of(module)]
    assert [entry for entry in named if entry[-1] in RETIRED_NAMES] == []


def test_the_map_of_the_rooms_names_every_folder_of_the_package() -> None:
    package = ROOT / "openfisca_goodwork"
    rooms = {f"{file.name}/" for file in package.iterdir() if file.is_dir() and file.name[0] not in "_."}
    modules = {file.name for file in package.glob("*.py")}
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = page.split("| Room of")[1].split("\n\n", maxsplit=1)[0]
    named = {found["code"] for found in CODE.finditer(table)}
    assert rooms <= named
    assert {one for one in named if one.endswith(".py")} <= modules


def test_each_change_since_the_last_release_is_a_line_with_periods_outputs_and_size(tmp_path: Path) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
    rule = (ROOT / "changes" / "README.md").read_text(encoding="utf-8")
    kinds = {kind["directory"] for kind in settings["type"]}
    assert {f"`{kind}`" for kind in kinds} <= set(re.findall(r"`[a-z]+`", rule))
    assert settings["start_string"] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    example = re.search(r"^    (all .*)$", rule, re.MULTILINE)
    assert example is not None
    lines = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "changes").glob("*.*.md")}
    for name, line in {"group-claims.evolution.md": example[1], **lines}.items():
        assert re.fullmatch(r"[\w-]+\.([a-z]+)\.md", name), name
        assert name.split(".")[1] in kinds, name
        assert len(line.splitlines()) == 1, name
        assert len([part for part in line.strip().split(" · ") if part]) == 4, name
    shutil.copytree(ROOT / "changes", tmp_path / "changes")
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "changes" / "group-claims.evolution.md").write_text(example[1], encoding="utf-8")
    pytest.importorskip("towncrier", reason="the release notes are the developers' own")
    command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", "99.0", "--date", "2099-01-01"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    entry = (
        (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8").partition("## 99.0 (2099-01-01)\n")[2].partition("\n## ")[0]
    )
    assert "* Tax-benefit system evolution" in entry
    assert "* Impacted periods: all" in entry
    assert "\n  - Losses of an earlier period are given to the group first. (all; corporation tax of groups; £3,600" in entry


def test_the_reform_that_the_page_teaches_is_good_and_without_its_last_lines_warned_of() -> None:
    page = (ROOT / "docs" / "writing_a_reform.md").read_text(encoding="utf-8")
    written = re.search(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert written is not None
    whole, short = written[1], written[1].partition("  corporation_tax.marginal_relief")[0]
    for text, warned in ((whole, []), (short, ["marginal relief does not join the two rates"])):
        advice = policy.advice_on((policy.parse(text.encode(), name="main-rate-26"),))
        assert len(advice) == len(warned)
        assert all(words in str(advice) for words in warned)
