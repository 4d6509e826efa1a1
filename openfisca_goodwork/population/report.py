"""How well a population fits: every official figure beside what the model makes of it, fitted and held out apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas

FITTED, HELD_OUT = "fitted", "held out"
# The mean error that each kind of block is allowed at most; figures held out, whatever they are, ten percent.
BOUNDS = {
    "companies with a liability": 0.05,
    "companies": 0.01,
    "dormant companies": 0.01,
    "corporation tax": 0.03,
    "concentration of tax": 0.05,
    "training": 0.03,
    "capital allowances": 0.10,
}
HELD_OUT_BOUND = 0.10


@dataclass(frozen=True)
class Line:
    """One official figure and the model's. `error` is (model - official) ÷ official; None where the official is 0."""

    block: str
    target: str
    unit: str
    year: str
    source: str
    status: str
    official: float
    model: float
    error: float | None
    tolerance: float
    role: str

    @property
    def within(self) -> bool:
        """Whether the error is inside the tolerance."""
        return self.error is None or abs(self.error) <= self.tolerance


@dataclass(frozen=True)
class Origin:
    """What an official figure counts, when, and where it comes from."""

    unit: str
    year: str
    source: str
    status: str


def line(block: str, target: str, figures: tuple[float, float], origin: Origin, *, tolerance: float, fitted: bool) -> Line:
    """A line with its error worked out; `figures` are the official one and the model's."""
    official, model = figures
    return Line(
        block=block,
        target=target,
        official=float(official),
        model=float(model),
        error=None if official == 0 else float(model / official - 1),
        tolerance=tolerance,
        role=FITTED if fitted else HELD_OUT,
        **asdict(origin),
    )


@dataclass(frozen=True)
class Weights:
    """What the weights look like: records, companies they stand for, effective sample size, extremes, share at a bound."""

    records: int
    companies: float
    certain: int
    effective_size: float
    least_factor: float
    greatest_factor: float
    share_at_bounds: float
    greatest_weight: float


@dataclass(frozen=True)
class BlockFit:
    """Errors of one block: total absolute error over total official, mean and worst error of its figures.

    `bound` is what the mean may be at most; `statuses`, how many figures come from a source of each status.
    """

    block: str
    role: str
    figures: int
    aggregate: float
    mean: float
    worst: float
    worst_target: str
    within: int
    bound: float
    statuses: Mapping[str, int]

    @property
    def is_met(self) -> bool:
        """Whether the mean error is within its bound."""
        return self.mean <= self.bound


@dataclass(frozen=True)
class FitReport:
    """Every target of a population, and the shape of its weights."""

    lines: tuple[Line, ...]
    weights: Weights
    fingerprint: str = ""

    def blocks(self, role: str | None = None) -> tuple[BlockFit, ...]:
        """Errors block by block, in the order of the report; only those `fitted` or `held out` if asked."""
        kept = [one for one in self.lines if role in (None, one.role)]
        names = dict.fromkeys((one.block, one.role) for one in kept)
        return tuple(_block(name, at, [one for one in kept if (one.block, one.role) == (name, at)]) for name, at in names)

    def statuses(self) -> dict[str, int]:
        """How many figures come from a source of each status: seen, second-hand, derived."""
        return _statuses(self.lines)

    def missed(self) -> tuple[BlockFit, ...]:
        """Blocks whose mean error is over its bound."""
        return tuple(one for one in self.blocks() if not one.is_met)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a target: block, target, unit, year, source, status, official, model, error, tolerance, role."""
        import pandas

        return pandas.DataFrame([asdict(one) for one in self.lines], columns=[one.name for one in fields(Line)])

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "fingerprint": self.fingerprint,
            "weights": asdict(self.weights),
            "blocks": [asdict(one) for one in self.blocks()],
            "targets": [asdict(one) for one in self.lines],
        }

    def summary(self) -> str:
        """The fit in a screen of text: errors by block, fitted and held out apart, and the weights."""
        parts = []
        for role, heading in ((FITTED, "Fitted"), (HELD_OUT, "Held out (in no step of the fit)")):
            parts += [f"{heading:52}{'figures':>8}{'together':>10}{'mean':>8}{'worst':>8}  worst at"]
            parts += [_summary_line(one) for one in self.blocks(role)]
        held = self.weights
        parts.append(
            f"{held.records:,} records stand for {held.companies:,.0f} companies; {held.certain:,} stand for themselves. "
            f"Effective sample size {held.effective_size:,.0f}. Calibration factors {held.least_factor:.2f} to "
            f"{held.greatest_factor:.2f}, {held.share_at_bounds:.1%} at a bound. "
            f"Greatest weight {held.greatest_weight:,.0f}."
        )
        parts.append(f"Sources of the figures: {in_words(self.statuses())}.")
        parts += [
            f"Over its bound of {one.bound:.0%}: {one.block} ({one.role}), {one.mean:.1%} on average."
            for one in self.missed()
        ]
        return "\n".join(parts)

    def listing(self) -> str:
        """Every target under its block: official figure, model's, error, status of the source; then the summary."""
        parts = []
        for block in self.blocks():
            parts.append(f"{block.block} ({block.role})")
            parts.append(f"  {'':44}{'year':>9}{'official':>18}{'model':>18}{'error':>9}  unit, status of the source")
            parts += [_line_in_words(one) for one in self.lines if (one.block, one.role) == (block.block, block.role)]
            parts.append("")
        return "\n".join([*parts, self.summary()])


def in_words(statuses: Mapping[str, int]) -> str:
    """How many figures have each status."""
    return ", ".join(f"{count:,} {status}" for status, count in statuses.items())


def _statuses(lines: Sequence[Line]) -> dict[str, int]:
    return dict(Counter(one.status for one in lines).most_common())


def _bound(block: str, role: str) -> float:
    """The bound of a block: of the first kind its name begins with."""
    return HELD_OUT_BOUND if role == HELD_OUT else next(most for kind, most in BOUNDS.items() if block.startswith(kind))


def _line_in_words(one: Line) -> str:
    error = "" if one.error is None else f"{one.error:+.1%}"
    mark = "" if one.within else " outside its tolerance"
    figures = f"{one.official:18,.1f}{one.model:18,.1f}{error:>9}"
    return f"  {one.target[:43]:44}{one.year:>9}{figures}  {one.unit}, {one.status}{mark}"


def _block(name: str, role: str, lines: Sequence[Line]) -> BlockFit:
    """Mean and worst leave out figures of 0, and in counts cells under 100, whose rounding to 5 is no error of the model."""
    told = [one for one in lines if one.error is not None and not (one.unit == "companies" and one.official < 100)]
    told = told or [one for one in lines if one.error is not None]
    errors = [abs(one.error or 0.0) for one in told]
    worst = int(np.argmax(errors)) if errors else 0
    official = sum(abs(one.official) for one in lines)
    return BlockFit(
        block=name,
        role=role,
        figures=len(lines),
        aggregate=sum(abs(one.model - one.official) for one in lines) / official if official else 0.0,
        mean=float(np.mean(errors)) if errors else 0.0,
        worst=errors[worst] if errors else 0.0,
        worst_target=told[worst].target if errors else "",
        within=sum(one.within for one in lines),
        bound=_bound(name, role),
        statuses=_statuses(lines),
    )


def _summary_line(one: BlockFit) -> str:
    return f"  {one.block:50}{one.figures:8,}{one.aggregate:10.2%}{one.mean:8.1%}{one.worst:8.1%}  {one.worst_target}"


def packed(report: FitReport) -> NDArray[np.uint8]:
    """The report as bytes, to be kept with the columns."""
    content = {"weights": asdict(report.weights), "lines": [asdict(one) for one in report.lines]}
    return np.frombuffer(json.dumps(content).encode(), dtype=np.uint8)


def unpacked(content: NDArray[np.uint8], fingerprint: str) -> FitReport:
    """The report kept with the columns."""
    kept = json.loads(content.tobytes())
    return FitReport(tuple(Line(**one) for one in kept["lines"]), Weights(**kept["weights"]), fingerprint)
