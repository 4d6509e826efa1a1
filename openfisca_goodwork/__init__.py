"""UK corporation tax over one company or over all of them, as an OpenFisca country package.

``calculate``, ``cost`` and ``compare`` are the three questions it answers; ``sweep``, ``solve`` and ``package`` ask many
costings at once. Each is imported on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.version import __version__

if TYPE_CHECKING:
    from openfisca_goodwork.company import calculate
    from openfisca_goodwork.costing import cost, cost_again, monitor
    from openfisca_goodwork.policy.compare import compare
    from openfisca_goodwork.questions import package, solve, sweep
    from openfisca_goodwork.system import CountryTaxBenefitSystem

_ROOMS = {
    "CountryTaxBenefitSystem": "openfisca_goodwork.system",
    "calculate": "openfisca_goodwork.company",
    "compare": "openfisca_goodwork.policy",
    "cost": "openfisca_goodwork.costing",
    "cost_again": "openfisca_goodwork.costing",
    "monitor": "openfisca_goodwork.costing",
    "package": "openfisca_goodwork.questions",
    "solve": "openfisca_goodwork.questions",
    "sweep": "openfisca_goodwork.questions",
}

__all__ = [
    "CountryTaxBenefitSystem",
    "__version__",
    "calculate",
    "compare",
    "cost",
    "cost_again",
    "monitor",
    "package",
    "solve",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """A public name, from the room it lives in."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
