"""What a company tells: facts without formulas, one module per subject. Money is £ for the accounting period.

Spending on plant stands with its allowances, in ``law/plant.py``.
"""

from __future__ import annotations

from typing import Any

from openfisca_goodwork.law.model import is_dated


def is_input(variable: Any) -> bool:
    """Whether the law asks a company for a variable: among the inputs, given by day, or without a formula elsewhere."""
    return is_dated(variable) or type(variable).__module__.startswith(f"{__name__}.") or variable.is_input_variable()
