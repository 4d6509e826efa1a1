"""The values that the fitted assumptions have when they are fitted anew, to all of the seven costings and to six of them.

    python benchmarks/refit.py     # builds five populations for each outlook; what was costed is kept in the cache

Each costing is run as used and with one assumption moved, and taken to move in proportion from there; the values are those
with the least mean error over the costings. What comes out for six is `left_out` in the metadata of the assumption, where
`benchmarks/validation_figures.py` runs the seventh in full.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from openfisca_goodwork.costing import official
from openfisca_goodwork.costing.official import Measure
from openfisca_goodwork.validation import fitted_assumptions
from openfisca_goodwork.validation.backcasts import costed

Floats = NDArray[np.float64]
SEVEN = "seven"
# How far each is moved to see what it does, and the range in which it is looked for.
STEPS = {
    "assumptions.base.losses.absorbed_by_group": (-0.1, 0.5, 0.95),
    "assumptions.base.plant.claimed_share.expected": (0.1, 0.5, 1.0),
    "assumptions.base.plant.leased_share_of_unclaimed": (-0.08, 0.0, 0.3),
    "assumptions.base.plant.yearly_share_small": (0.15, 0.3, 0.87),
    "assumptions.timing.accrual.share_a_year_late": (-0.15, 0.0, 0.4),
}
# Set to one costing, and read by none of the other six.
NOT_MOVED = ("assumptions.base.structures.total_2018_19",)
STARTS = 3


def main() -> int:
    """Cost what is needed, fit, and print the values. Returns the exit code."""
    if {one.path for one in fitted_assumptions.fitted()} != {*STEPS, *NOT_MOVED}:
        raise SystemExit("STEPS and NOT_MOVED together must name every assumption that was fitted.")
    measures = [one for one in official.chosen(()) if one.group.name == SEVEN]
    lines = {one.name: _line(one) for one in measures}
    targets = {one.name: np.array([row.figure for row in one.official]) for one in measures}
    for left_out in ("", *targets):
        values = _fit({name: lines[name] for name in targets if name != left_out}, targets)
        sys.stdout.write(f"without {left_out or 'none'}: {_told(values)}")
        if left_out:
            sys.stdout.write(f"; it is {_error(lines[left_out], targets[left_out], values):.1%} off, in proportion")
        sys.stdout.write("\n")
    return 0


def _told(values: Floats) -> str:
    return ", ".join(f"{path.removeprefix('assumptions.')} {value:.3f}" for path, value in zip(STEPS, values, strict=True))


def _as_used(path: str) -> float:
    """The value of the last date, which is the one that was fitted."""
    return float(next(one for one in fitted_assumptions.fitted() if one.path == path).values[-1].value)


def _line(measure: Measure) -> tuple[Floats, Floats]:
    """A costing as used, and what it moves by for each assumption (assumptions × years)."""
    sys.stderr.write(f"{measure.title}\n")
    used = _amounts(measure, ())
    slopes = [(_amounts(measure, (_setting(path, step),)) - used) / step for path, (step, _low, _high) in STEPS.items()]
    return used, np.array(slopes)


def _setting(path: str, step: float) -> str:
    day = next(one for one in fitted_assumptions.fitted() if one.path == path).values[-1].date
    return f"{path}@{day.isoformat()}={_as_used(path) + step:g}"


def _amounts(measure: Measure, settings: tuple[str, ...]) -> Floats:
    return np.array(measure.compared(costed(measure, settings, lambda _stage, _done: None).amounts))


def _error(line: tuple[Floats, Floats], target: Floats, values: Floats) -> float:
    used, slopes = line
    moved = used + (values - np.array([_as_used(path) for path in STEPS])) @ slopes
    return float(np.abs(moved - target).sum() / np.abs(target).sum())


def _fit(lines: Mapping[str, tuple[Floats, Floats]], targets: Mapping[str, Floats]) -> Floats:
    """The values within their ranges with the least mean error, the best from several starts."""
    low, high = (np.array([one[at] for one in STEPS.values()]) for at in (1, 2))

    def mean_error(values: Floats) -> float:
        inside = np.clip(values, low, high)
        outside = float(np.abs(values - inside).sum())
        return float(np.mean([_error(line, targets[name], inside) for name, line in lines.items()])) + outside

    found = [minimize(mean_error, start, method="Nelder-Mead", options={"maxiter": 600}) for start in _starts(low, high)]
    return np.clip(min(found, key=lambda one: one.fun).x, low, high)


def _starts(low: Floats, high: Floats) -> Iterable[Floats]:
    parts = (np.arange(STARTS) + 0.5) / STARTS
    return (low + (high - low) * np.array(at) for at in itertools.product(parts, repeat=low.size))


if __name__ == "__main__":
    sys.exit(main())
