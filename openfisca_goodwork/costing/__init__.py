"""Two laws over one population → the effect on the Exchequer by financial year.

``assumptions`` what behaviour is assumed · ``runs`` the law over the population, once per scenario · ``ticks`` how it
is stopped in the middle · ``response`` what a company's own after-tax price does to its training · ``accruals`` accounting
periods into financial years · ``engine`` the steps · ``result`` what comes out · ``record`` what gives it again. Plus
improves the public finances, minus is a cost.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openfisca_goodwork.costing.engine import cost
    from openfisca_goodwork.costing.record import CostedAgain, cost_again, record_of
    from openfisca_goodwork.costing.result import CostingResult, Step

_MODULES = {
    "CostedAgain": "record",
    "CostingResult": "result",
    "Step": "result",
    "cost": "engine",
    "cost_again": "record",
    "record_of": "record",
}

__all__ = ["CostedAgain", "CostingResult", "Step", "cost", "cost_again", "record_of"]


def __getattr__(name: str) -> Any:
    """A public name, from the module it lives in, so that the options of a costing are known before the law is loaded."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
