"""The notebook runs from its first cell to its last, and is kept without outputs that could grow stale.

Its cells are run here as Python, over a few companies: that needs no Jupyter, whose kernel and server the project would
have to install for this alone.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import population
from tests.costing.tiny_population import TinyPopulation

NOTEBOOK = Path(__file__).parent.parent / "docs" / "reform-in-python.ipynb"


def cells(kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell, and give what its last line comes to, as a notebook shows it."""
    body = ast.parse(source).body
    shown = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), NOTEBOOK.name, "exec"), names)  # noqa: S102
    return None if shown is None else eval(compile(ast.Expression(shown.value), NOTEBOOK.name, "eval"), names)  # noqa: S307


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """Every name of the notebook once it has run over two companies, each standing for a million."""
    facts = {
        "trading_profit_before_capital_allowances": [100_000.0, 1_000_000.0],
        "external_course_fees": [1_000.0, 10_000.0],
    }
    few = TinyPopulation(facts, np.full(2, 1e6), np.zeros(2))
    found: dict[str, Any] = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(population, "load", lambda *_arguments, **_options: few)
        found["shown"] = [run("".join(cell["source"]), found) for cell in cells("code")]
    return found


def test_it_is_a_notebook_without_outputs() -> None:
    whole = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (whole["nbformat"], whole["metadata"]["language_info"]["name"]) == (4, "python")
    assert [cell["id"] for cell in cells("code") if cell["outputs"] or cell["execution_count"] is not None] == []
    assert len({cell["id"] for cell in whole["cells"]}) == len(whole["cells"])


def test_its_reform_is_good_and_the_mistakes_put_in_are_found(names: dict[str, Any]) -> None:
    good, faulty = names["reports"]
    assert good.is_good and good.reform == names["reform"]
    # 0.2 written as 20, and trainer_pay as trainers_pay
    assert len(faulty.faults) == 2


def test_its_package_differs_from_the_law_in_what_it_says(names: dict[str, Any]) -> None:
    # the rate of the deduction, three heads, and the main rate
    assert [row.path.rpartition(".")[2] for row in names["comparison"].rows] == [
        *("main_rate", "additional_deduction"),
        *("inclusion",) * 3,
    ]
    assert "corporation_tax" in names["touched"].downstream


def test_its_costing_costs_money_while_the_deduction_lasts(names: dict[str, Any]) -> None:
    assert names["result"].financial_years == ["2028-29", "2029-30", "2030-31", "2031-32"]
    assert names["result"].static[0] < 0 and names["result"].static[1] < 0


def test_its_tables_are_shown(names: dict[str, Any]) -> None:
    assert [len(table) > 0 for table in names["shown"] if table is not None] == [True] * 4
