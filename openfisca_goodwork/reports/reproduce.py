"""How to get a costing again: the command, and the same in Python."""

from __future__ import annotations

import json

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.policy import Reform, as_asked, in_library


def files_needed(result: CostingResult) -> tuple[Reform, ...]:
    """Reforms that are not of the library: the command needs the file of each."""
    return tuple(reform for reform in (*result.reforms, *result.baseline) if not in_library(reform))


def python(result: CostingResult) -> str:
    """Python that gives the same result."""
    options: dict[str, str | list[str]] = {
        "baseline": [as_asked(reform) for reform in result.baseline],
        "years": f"{result.financial_years[0]}:{result.financial_years[-1]}",
        "behaviour": result.behaviour,
        "basis": result.basis if result.basis != "accruals" else "",
        "settings": list(result.settings),
    }
    given = [_literal([as_asked(reform) for reform in result.reforms])]
    given += [f"{name}={_literal(value)}" for name, value in options.items() if value]
    inside = "".join(f"    {one},\n" for one in given)
    return f"import openfisca_goodwork as goodwork\n\nresult = goodwork.cost(\n{inside})\nprint(result.summary())"


def _literal(value: str | list[str]) -> str:
    """Text, or a list of texts, as Python writes them."""
    return json.dumps(value, ensure_ascii=False)
