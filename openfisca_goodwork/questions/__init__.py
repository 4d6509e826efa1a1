"""Many costings asked at once: a sweep over values, the value that costs an amount, a package of measures.

``headline`` is a costing cut down to what these need · ``asking`` many of them, and what varied values take the place of ·
``sweeping`` a grid or a list of values · ``solving`` a value looked for ·
``packages`` measures in order.
"""

from openfisca_goodwork.questions.packages import PackageResult, package
from openfisca_goodwork.questions.solving import SolveResult, solve
from openfisca_goodwork.questions.sweeping import SweepResult, run_sweep, sweep

__all__ = ["PackageResult", "SolveResult", "SweepResult", "package", "run_sweep", "solve", "sweep"]
