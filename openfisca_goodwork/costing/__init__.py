"""Two laws over one population → the effect on the Exchequer by financial year.

``request`` what a costing is asked · ``two_laws`` in what the laws differ, and for whom · ``runs`` the law over the
population, once per scenario · ``scenarios`` what companies do under one law · ``behaviour`` what a step and its
assumptions are · ``steps`` all of them, in order · ``comparison`` the effect of each · ``payments`` accounting periods
into financial years, some before the start; when tax falls due · ``tables`` the results added up · ``uncertainty`` the
range · ``engine`` all of it, for one costing · ``result`` what comes out, and what of it falls before the start and after
the end · ``record`` what gives it again · ``value_for_money`` what the money buys, what extra training is worth ·
``monitoring`` what came of a costing · ``parts`` how much work it is, done here or by workers · ``executor`` the
workers · ``ticks`` how a run is stopped in the middle. Plus improves the public finances, minus is a cost.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openfisca_goodwork.costing.engine import cost, cost_each
    from openfisca_goodwork.costing.monitoring import Monitoring, monitor
    from openfisca_goodwork.costing.parts import WorkPlan, plan_of
    from openfisca_goodwork.costing.record import CostedAgain, cost_again, record_of
    from openfisca_goodwork.costing.result import CostingResult, Step

_MODULES = {
    "CostedAgain": "record",
    "CostingResult": "result",
    "Monitoring": "monitoring",
    "Step": "result",
    "WorkPlan": "parts",
    "cost": "engine",
    "cost_each": "engine",
    "cost_again": "record",
    "monitor": "monitoring",
    "plan_of": "parts",
    "record_of": "record",
}

__all__ = [
    "CostedAgain",
    "CostingResult",
    "Monitoring",
    "Step",
    "WorkPlan",
    "cost",
    "cost_again",
    "cost_each",
    "monitor",
    "plan_of",
    "record_of",
]


def __getattr__(name: str) -> Any:
    """A public name, from the module it lives in, so that the options of a costing are known before the law is loaded."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
