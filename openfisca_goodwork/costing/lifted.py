"""The law of a relief without what limits it: what "full entitlement" means, whatever the design.

Switches go back to where current law has them, in which none of them limits anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openfisca_goodwork.law.periods import history
from openfisca_goodwork.system import current_law, dated_values, leaf_parameters, with_values

_CLAUSE = "human_investment."
_LIMITS = (
    f"{_CLAUSE}caps.",
    f"{_CLAUSE}incremental.",
    f"{_CLAUSE}good_work.",
    f"{_CLAUSE}clawback.",
    f"{_CLAUSE}payable.maximum",
    f"{_CLAUSE}payable.cap_",
    f"{_CLAUSE}eligibility.",
)
# What makes a group small or medium-sized limits nothing by itself, and rates may go by it.
_SIZES = (f"{_CLAUSE}eligibility.small.", f"{_CLAUSE}eligibility.medium.")
_USES = (f"{_CLAUSE}losses.", f"{_CLAUSE}cash_option.")


def without_limits(law: Any) -> Any:
    """The law without caps, tests of size and eligibility, baselines, conditions and clawback; itself where it has none."""
    return _with_current(law, lambda path: path.startswith(_LIMITS) and not path.startswith(_SIZES))


def as_ordinary_relief(law: Any) -> Any:
    """The law without limits on losses and without cash instead of the deduction; itself where it has none."""
    return _with_current(law, lambda path: path.startswith(_USES))


def _with_current(law: Any, is_chosen: Callable[[str], bool]) -> Any:
    """The law with some paths as current law has them."""
    here = {path: one for path, one in leaf_parameters(current_law()).items() if is_chosen(path)}
    changed = {path: one for path, one in here.items() if history(law, path).values != history(current_law(), path).values}
    return with_values(law, {path: dated_values(one) for path, one in changed.items()}) if changed else law
