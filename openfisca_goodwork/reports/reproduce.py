"""How to get a costing again: the command, and the same in Python."""

from __future__ import annotations

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.policy import Reform, in_library


def files_needed(result: CostingResult) -> tuple[Reform, ...]:
    """Reforms that are not of the library: the command needs the file of each."""
    return tuple(reform for reform in (*result.reforms, *result.baseline) if not in_library(reform))


def python(result: CostingResult) -> str:
    """Python that gives the same result."""
    return result.request.python
