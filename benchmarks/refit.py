"""Whether a figure that was once fitted to costings helps those it was not fitted to: each costed with it and without it.

    python benchmarks/refit.py [MEASURE ...]     # a population for each OBR forecast and figure: about a minute of CPU each

A figure earns its place where errors fall on measures that no value of it was fitted to; what costings with it taken out say
of a measure it was fitted to (`LEFT_OUT`) stands in its place there. Without arguments: every measure that can be costed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from openfisca_goodwork.costing import official
from openfisca_goodwork.costing.official import Measure
from openfisca_goodwork.validation.backcasts import costed

# Path and day → the value that seven costings together gave, before it was put back to what was assumed without them.
FITTED: Mapping[str, float] = {
    "assumptions.base.losses.absorbed_by_group@2000-01-01": 0.85,
    "assumptions.base.plant.claimed_share.expected@2023-04-01": 0.7,
    "assumptions.base.plant.leased_share_of_unclaimed@2000-01-01": 0.15,
    "assumptions.base.plant.yearly_share_small@2000-01-01": 0.6,
}
# Measure → the values that the other six gave, where they are not the same.
LEFT_OUT: Mapping[str, Mapping[str, float]] = {
    "SBA_2pct": {"absorbed_by_group": 0.8, "leased_share_of_unclaimed": 0.1, "yearly_share_small": 0.5},
    "SD_130_50": {"yearly_share_small": 0.75},
    "FE_3yr": {"absorbed_by_group": 0.9, "expected": 0.65, "yearly_share_small": 0.7},
    "FE_permanent": {"expected": 0.8},
    "WDA_14_FYA_40": {"absorbed_by_group": 0.8, "leased_share_of_unclaimed": 0.0, "yearly_share_small": 0.5},
}


def main(names: list[str]) -> int:
    """Print the error of each measure without any fitted figure and with each alone. Returns the exit code."""
    for measure in sorted(official.chosen(names), key=lambda one: one.forecast):
        said = [f"without any {_error(measure, ()):.1%}"]
        for place, fitted in FITTED.items():
            name = place.partition("@")[0].rpartition(".")[2]
            value = LEFT_OUT.get(measure.name, {}).get(name, fitted)
            said.append(f"{name} {value:g}: {_error(measure, (f'{place}={value:g}',)):.1%}")
        sys.stdout.write(f"{measure.name}: {'; '.join(said)}\n")
    return 0


def _error(measure: Measure, settings: tuple[str, ...]) -> float:
    figures = [one.figure for one in measure.official]
    model = measure.compared(costed(measure, settings, lambda _stage, _done: None).amounts)
    return sum(abs(ours - theirs) for ours, theirs in zip(model, figures, strict=True)) / sum(map(abs, figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
