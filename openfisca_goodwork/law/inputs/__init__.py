"""What a company tells: facts without formulas, one module per subject. Money is £ for the accounting period.

What is spent on plant and buildings, and what is disposed of, stands with the rules for it, in ``law/plant.py``,
``law/pools.py`` and ``law/structures_and_buildings.py``.
"""

from __future__ import annotations

from typing import Any

from openfisca_goodwork.law.model import is_dated


def is_input(variable: Any) -> bool:
    """Whether the law asks a company for a variable: among the inputs, given by day, or without a formula elsewhere."""
    return is_dated(variable) or type(variable).__module__.startswith(f"{__name__}.") or variable.is_input_variable()
