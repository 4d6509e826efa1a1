"""The state of the house: names, sources, figures of law in parameters only, small files and functions."""

from __future__ import annotations

import ast
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks import kernel_figures
from openfisca_goodwork import system
from openfisca_goodwork.law import human_investment
from openfisca_goodwork.population import inputs

from . import named_figures

PACKAGE = Path(system.__file__).parent
ROOT = Path(__file__).parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LAW = system.current_law()
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 600, 60, 14

# Nothing, one, and their signs are arithmetic. Any other number in the rooms that hold the law stands here with a reason.
ARITHMETIC = {0, 1}
NAMED_FIGURES = {
    (
        "law/periods/history.py",
        10_000,
    ): "a hybrid rate is rounded up to two decimals of a percent: FA 2019 s.31(6), FA 2026 s.28(5)",
    ("law/periods/history.py", 65_536): "entries of a cache",
    ("law/periods/constant_arrays.py", 1_000): "companies below which an array more costs less than the care",
    ("law/periods/constant_arrays.py", 4_096): "numbers of which the array is kept",
    ("law/periods/companies.py", 256): "sets of distinct accounting periods of which figures are kept",
    ("law/periods/reach.py", 65_536): "entries of a cache",
    ("law/group_relief.py", 0.005): "half a penny, under which what is given is not more than there is",
    ("law/executor.py", 0.5): "share of the companies above which picking some of them costs more than it saves",
    ("law/periods/accounting_period.py", 12): "months of a year: CTA 2009 s.10",
    ("law/periods/accounting_period.py", 365): "days of a year against which a shorter period is measured",
    ("law/periods/accounting_period.py", 2): "a code for two ways of counting: by days, by months",
    ("law/periods/accounting_period.py", 4): "when a table costs more memory than a sort costs time",
    ("law/periods/accounting_period.py", 20): "when a table costs more memory than a sort costs time",
    ("law/periods/balances.py", 6): "periods that the three years of a loss carried back may take, some of them short",
    ("law/periods/calendar.py", 12): "months of a year",
    ("law/periods/calendar.py", 4): "April, in which financial years begin",
    ("law/periods/calendar.py", 30): "days of a month in the factor of an instalment: HMRC CTM92610",
    ("law/periods/calendar.py", 100): "2026-27: the last two figures of a year",
    ("law/periods/calendar.py", 2): "the two ends of a range of years",
    ("law/periods/spending.py", 2): "half the sum of an arithmetic series",
    ("law/test_comparison.py", 1e-12): "the smallest difference that the comparison of YAML tests sees",
    ("law/periods/calendar.py", 400): "the web's code for a bad request",
}

# Parameters that no code reads yet; the list may only shrink.
UNREAD = {
    "assumptions.base.pay.paye_and_nic_share",
}


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, int]]:
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{module.relative_to(PACKAGE)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def figures(room: str) -> Iterator[tuple[str, float]]:
    for module in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Constant) and type(node.value) in {int, float} and node.value not in ARITHMETIC:
                yield module.relative_to(PACKAGE).as_posix(), node.value


def written_paths() -> tuple[set[str], str]:
    """Texts of the code, and a pattern of those it puts together: what is filled in may be any name or path."""
    texts, patterns = set(), set()
    for module in MODULES:
        known = {
            target.id: node.value.value
            for node in ast.walk(tree(module))
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                patterns.add("".join(_pattern(part, known) for part in node.values))
    return texts, "|".join(sorted(one for one in patterns if re.search(r"[a-z]{3,}[\w\\.]*\\\.", one)))


def _pattern(part: ast.expr, known: dict[str, str]) -> str:
    if isinstance(part, ast.Constant):
        return re.escape(str(part.value))
    value = part.value if isinstance(part, ast.FormattedValue) else part
    return re.escape(known[value.id]) if isinstance(value, ast.Name) and value.id in known else r"[\w.]+"


def is_read(path: str, texts: set[str], pattern: str) -> bool:
    """Whether the code names a parameter, or its node, by the whole path or by its end (two names at least)."""
    names = path.split(".")
    ends = [".".join(names[start:stop]) for stop in (len(names), len(names) - 1) for start in range(stop - 1)]
    return any(end in texts for end in ends) or any(re.fullmatch(pattern, end) for end in ends)


def test_every_variable_has_a_label_of_its_own():
    labels = Counter(variable.label for variable in LAW.variables.values())
    assert [label for label, count in labels.items() if count > 1 or not label] == []


def test_every_variable_says_what_it_is_and_where_it_comes_from():
    for name, variable in LAW.variables.items():
        assert variable.reference, name
        assert len((variable.documentation or "").split()) > 3, name
        if variable.unit == "currency-GBP" and not name.endswith("_on"):
            assert "£" in variable.documentation, f"{name}: money says its unit"


def test_formulas_hold_no_figure_of_law_and_every_other_number_beside_them_has_a_reason():
    assert set(figures("law")) == set(NAMED_FIGURES)


def test_every_number_of_the_population_has_a_reason():
    assert set(figures("population")) == named_figures.named(named_figures.NAMED_FIGURES)


def test_every_number_of_the_costing_has_a_reason():
    assert set(figures("costing")) == named_figures.named(named_figures.COSTING)


def test_the_search_for_figures_finds_them():
    tried = ast.walk(ast.parse("x = 0.25 * y - 1"))
    numbers = [node.value for node in tried if isinstance(node, ast.Constant) and node.value not in ARITHMETIC]
    assert numbers == [0.25]


def test_every_parameter_is_read_by_some_code():
    texts, pattern = written_paths()
    unread = {path for path in system.leaf_parameters(LAW) if not is_read(path, texts, pattern)}
    assert unread <= UNREAD


def test_the_search_for_readers_can_fail():
    texts, patterns = {"losses.restriction_rate", "base.pay"}, r"losses\.[a-z]|payment\.thresholds\.[\w.]+"
    assert is_read("losses.restriction_rate", texts, patterns)
    assert is_read("payment.thresholds.large", texts, patterns)
    assert is_read("assumptions.base.pay.spread", texts, patterns)
    assert not is_read("losses.carry_back_months", texts, patterns)
    assert not is_read("payment.de_minimis_liability", texts, patterns)


def test_the_heads_of_training_are_the_same_where_no_room_may_load_the_law_for_them():
    assert inputs.HEADS == kernel_figures.HEADS == human_investment.HEADS


def test_no_file_is_long():
    files = (file for room in (PACKAGE, ROOT / "tests", ROOT / "benchmarks", ROOT / "docs") for file in room.rglob("*.py"))
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short(capsys):
    lengths = dict(functions())
    median = statistics.median(lengths.values())
    with capsys.disabled():
        print(f"\n{len(lengths)} functions, median length {median:g} lines")  # noqa: T201 — the number is what people ask for
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    assert median <= MEDIAN_FUNCTION


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|except Exception|except:")
    found = {module.name: marks.findall(module.read_text(encoding="utf-8")) for module in MODULES}
    assert {name: hits for name, hits in found.items() if hits} == {}
