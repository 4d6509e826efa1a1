"""Whether a figure that was once fitted to costings helps those that it is not fitted to: each left out in its turn.

    python benchmarks/refit.py [FIGURE ...]     # a minute of CPU for each OBR forecast and figure; runs are kept

A figure earns its place where fitting it to all measures but one brings the model nearer to that one. Each costing is run
at the figure as it is (`data/validation.csv`) and at one other value; between the two, and on to the ends of its range,
effects follow the line through both. `--line` runs the first measure of each figure half-way too: how far off the line is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork import validation
from openfisca_goodwork.costing.credibility import AS_USED
from openfisca_goodwork.costing.official import Measure, measures
from openfisca_goodwork.validation.backcasts import costed

Floats = NDArray[np.float64]
STEPS = 21


@dataclass(frozen=True)
class Figure:
    """A figure of the base: where it stands, what it is today, the other value that is run, and the ends of its range.

    Attributes:
        since, until: the first OBR forecast on which it moves a costing, and that from which on it does no longer.
    """

    setting: str
    today: float
    other: float
    least: float
    most: float
    since: str = ""
    until: str = "9999-12"

    @property
    def grid(self) -> Floats:
        """The values it is fitted among."""
        return np.linspace(self.least, self.most, STEPS)


# Plant is leased out of what has no claim since the super-deduction; claims of full expensing are expected in its own
# costings, and known since September 2025.
FIGURES = {
    "losses used at once in groups": Figure("assumptions.base.losses.absorbed_by_group@2000-01-01", 0.5, 0.95, 0, 0.95),
    "full expensing claimed, as expected": Figure(
        "assumptions.base.plant.claimed_share.expected@2023-04-01", 1, 0.6, 0.4, 1, "2023-03", "2025-09"
    ),
    "leased out, of plant without a claim": Figure(
        "assumptions.base.plant.leased_share_of_unclaimed@2000-01-01", 0, 0.2, 0, 0.4, "2021-03"
    ),
}


def main() -> int:
    """Run what is asked for and print the errors with and without each figure. Returns the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("figures", nargs="*", choices=[[], *FIGURES], help="all, where none is named")
    asked.add_argument("--line", action="store_true", help="measure how far off the line is half-way")
    options = asked.parse_args()
    chosen = {name: FIGURES[name] for name in options.figures or FIGURES}
    of = {one.name: one for one in measures().values() if one.counts and not one.is_reckoner}
    kept = {one.measure.name: one for one in validation.kept().errors}
    official = {name: np.array([row.figure for row in one.official]) for name, one in of.items()}
    base = {name: np.array([row.model[AS_USED] for row in kept[name].figures], dtype=float) for name in of}
    slopes = {title: {name: _slope(one, figure, base[name]) for name, one in of.items()} for title, figure in chosen.items()}
    if options.line:
        sys.stdout.writelines(_off_the_line(of, chosen, base, slopes))
    sys.stdout.writelines(_told(chosen, official, base, slopes))
    return 0


def _slope(measure: Measure, figure: Figure, base: Floats) -> Floats:
    """What the measure's effects move by per unit of the figure, £ million a year."""
    if not figure.since <= measure.forecast < figure.until:
        return np.zeros_like(base)
    sys.stderr.write(f"{measure.name}: {figure.setting} at {figure.other:g}\n")
    return (_run(measure, figure, figure.other) - base) / (figure.other - figure.today)


def _run(measure: Measure, figure: Figure, value: float) -> Floats:
    return np.array(measure.compared(costed(measure, (f"{figure.setting}={value:g}",), lambda _stage, _done: None).amounts))


def _off_the_line(
    of: Mapping[str, Measure],
    chosen: Mapping[str, Figure],
    base: Mapping[str, Floats],
    slopes: Mapping[str, Mapping[str, Floats]],
) -> Iterator[str]:
    for title, figure in chosen.items():
        name = next(name for name, slope in slopes[title].items() if np.any(slope))
        half = (figure.today + figure.other) / 2
        drawn, run = base[name] + slopes[title][name] * (half - figure.today), _run(of[name], figure, half)
        off = abs(drawn - run).sum() / abs(run - base[name]).sum()
        yield f"{title} at {half:g}, {name}: the line is {off:.1%} of the effect off\n"


def _told(
    chosen: Mapping[str, Figure],
    official: Mapping[str, Floats],
    base: Mapping[str, Floats],
    slopes: Mapping[str, Mapping[str, Floats]],
) -> Iterator[str]:
    """A table: a row a measure, its error as it is and with each figure as the other measures fit it; the means below."""
    errors = {title: _errors(figure, official, base, slopes[title]) for title, figure in chosen.items()}
    titles = [f"{title}, fitted to the others" for title in chosen]
    yield f"| Measure | As it is | {' | '.join(titles)} |\n|---|---:|{'---:|' * len(titles)}\n"
    as_it_is = {name: _error(base[name], figures) for name, figures in official.items()}
    out: dict[str, list[float]] = {title: [] for title in chosen}
    for place, name in enumerate(official):
        cells = []
        for title, figure in chosen.items():
            others = np.delete(errors[title], place, axis=0).mean(axis=0)
            best = int(others.argmin())
            out[title].append(errors[title][place, best])
            cells.append(f"{errors[title][place, best]:.1%} at {figure.grid[best]:.2f}")
        yield f"| {measures()[name].title} | {as_it_is[name]:.1%} | {' | '.join(cells)} |\n"
    means = [f"{np.mean(found):.1%}" for found in out.values()]
    yield f"| Mean, each measure left out in its turn | {np.mean(list(as_it_is.values())):.1%} | {' | '.join(means)} |\n"
    fitted = [
        f"{errors[title].mean(axis=0).min():.1%} at {figure.grid[int(errors[title].mean(axis=0).argmin())]:.2f}"
        for title, figure in chosen.items()
    ]
    yield f"| Mean, fitted to all | | {' | '.join(fitted)} |\n"


def _errors(
    figure: Figure, official: Mapping[str, Floats], base: Mapping[str, Floats], slopes: Mapping[str, Floats]
) -> NDArray[np.float64]:
    """Error of each measure (rows) at each value of the figure (columns)."""
    return np.array(
        [
            [_error(base[name] + slopes[name] * (value - figure.today), figures) for value in figure.grid]
            for name, figures in official.items()
        ]
    )


def _error(ours: Floats, theirs: Floats) -> float:
    return float(abs(ours - theirs).sum() / abs(theirs).sum())


if __name__ == "__main__":
    sys.exit(main())
