"""How well a population fits: every official figure beside what the model makes of it.

Figures that were fitted, that were held out, and that only serve as checks are kept apart. A check has no bound, for what
it counts is not quite what the model does; its note says how. Of some things no official figure is held: the model's
stands alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population.sources import Row
from openfisca_goodwork.rendering import Worded

if TYPE_CHECKING:
    import pandas

FITTED, HELD_OUT, CHECK, NOT_HELD = "fitted", "held out", "check", "not held"
HEADINGS = {
    FITTED: "Fitted",
    HELD_OUT: "Held out (in no step of the fit)",
    CHECK: "Checks (in no step; not quite like for like: no bound)",
    NOT_HELD: "No official figure is held: the model's alone",
}
# The mean error that each kind of block is allowed at most; figures held out, whatever they are, ten percent.
BOUNDS = {
    "companies with a liability": 0.05,
    "companies": 0.01,
    "dormant companies": 0.01,
    "corporation tax": 0.03,
    "concentration of tax": 0.05,
    "training": 0.03,
    "plant": 0.05,
    "capital allowances": 0.10,
}
HELD_OUT_BOUND = 0.10


@dataclass(frozen=True)
class Line:
    """One official figure and the model's. `error` is (model - official) ÷ official; None where the official is 0 or none.

    `lowest` and `highest`: the range that the figure may be in, where that is what is known. `note`: how far what it counts
    is what the model counts.
    """

    block: str
    target: str
    unit: str
    year: str
    source: str
    status: str
    official: float | None
    model: float
    error: float | None
    tolerance: float
    role: str
    lowest: float | None = None
    highest: float | None = None
    note: str = ""

    @property
    def within(self) -> bool:
        """Whether the model's figure is in the range, where there is one; else whether the error is inside the tolerance."""
        if self.lowest is not None and self.highest is not None:
            return self.lowest <= self.model <= self.highest
        return self.error is None or abs(self.error) <= self.tolerance


def line(
    block: str, target: str, figures: tuple[float | None, float], of: Row, *, role: str, tolerance: float = 0, note: str = ""
) -> Line:
    """A line with its error worked out.

    Args:
        figures: the official one, None where none is held, and the model's. of: what it counts, when, and where it comes
            from. note: how far what it counts is what the model counts, or what is missing.
    """
    official, model = figures
    return Line(
        block=block,
        target=target,
        unit=of.unit,
        year=of.year,
        source=of.source,
        status=of.status,
        official=None if official is None else float(official),
        model=float(model),
        error=float(model / official - 1) if official else None,
        tolerance=tolerance,
        role=role,
        note=note,
    )


def alone(block: str, target: str, model: float, unit: str, year: str, note: str) -> Line:
    """A line without an official figure: `note` says what is missing."""
    of = Row((), 0.0, unit, year, "none held", "", NOT_HELD)
    return line(block, target, (None, model), of, role=NOT_HELD, note=note)


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
    """Errors of one block: total absolute error over total official, mean and worst error of its figures; None without any.

    `bound` is what the mean may be at most, None for checks; `statuses`, how many figures come from a source of each status.
    """

    block: str
    role: str
    figures: int
    aggregate: float | None
    mean: float | None
    worst: float | None
    worst_target: str
    within: int
    bound: float | None
    statuses: Mapping[str, int]
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the mean error is within its bound, if there is one."""
        return self.mean is None or self.bound is None or self.mean <= self.bound


@dataclass(frozen=True)
class FitReport(Worded):
    """Every target of a population, and the shape of its weights."""

    lines: tuple[Line, ...]
    weights: Weights
    fingerprint: str = ""

    def blocks(self, role: str | None = None) -> tuple[BlockFit, ...]:
        """Errors block by block, in the order of the report; only those of one role if asked."""
        kept = [line for line in self.lines if role in (None, line.role)]
        names = dict.fromkeys((one.block, one.role) for one in kept)
        return tuple(_block(name, at, [one for one in kept if (one.block, one.role) == (name, at)]) for name, at in names)

    def statuses(self) -> dict[str, int]:
        """How many figures come from a source of each status: seen, second-hand, derived."""
        return _statuses(self.lines)

    def missed(self) -> tuple[BlockFit, ...]:
        """Blocks whose mean error is over its bound."""
        return tuple(block for block in self.blocks() if not block.is_met)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a target, with the attributes of `Line` as columns."""
        import pandas

        return pandas.DataFrame([asdict(line) for line in self.lines], columns=[field.name for field in fields(Line)])

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "fingerprint": self.fingerprint,
            "weights": asdict(self.weights),
            "blocks": [asdict(block) for block in self.blocks()],
            "targets": [asdict(line) for line in self.lines],
        }


def in_words(statuses: Mapping[str, int]) -> str:
    """How many figures have each status."""
    return ", ".join(f"{count:,} {status}" for status, count in statuses.items())


def _statuses(lines: Sequence[Line]) -> dict[str, int]:
    return dict(Counter(line.status for line in lines).most_common())


def _bound(block: str, role: str) -> float | None:
    """The bound of a block that was fitted or held out: of the first kind its name begins with."""
    if role == FITTED:
        return next(most for kind, most in BOUNDS.items() if block.startswith(kind))
    return HELD_OUT_BOUND if role == HELD_OUT else None


def _block(name: str, role: str, lines: Sequence[Line]) -> BlockFit:
    """Mean and worst leave out figures of 0, and in counts cells under 100, whose rounding to 5 is no error of the model."""
    told = [
        line for line in lines if line.error is not None and not (line.unit == "companies" and (line.official or 0) < 100)
    ]
    told = told or [line for line in lines if line.error is not None]
    errors = [abs(one.error or 0.0) for one in told]
    worst = int(np.argmax(errors)) if errors else 0
    held = [(line.official, line.model) for line in lines if line.official is not None]
    official = sum(abs(figure) for figure, _ in held)
    return BlockFit(
        block=name,
        role=role,
        figures=len(lines),
        aggregate=sum(abs(model - figure) for figure, model in held) / official if official else None,
        mean=float(np.mean(errors)) if errors else None,
        worst=errors[worst] if errors else None,
        worst_target=told[worst].target if errors else "",
        within=sum(line.within for line in lines),
        bound=_bound(name, role),
        statuses=_statuses(lines),
        note=" ".join(dict.fromkeys(line.note for line in lines if line.note)),
    )


def packed(report: FitReport) -> NDArray[np.uint8]:
    """The report as bytes, to be kept with the columns."""
    content = {"weights": asdict(report.weights), "lines": [asdict(line) for line in report.lines]}
    return np.frombuffer(json.dumps(content).encode(), dtype=np.uint8)


def unpacked(content: NDArray[np.uint8], fingerprint: str) -> FitReport:
    """The report kept with the columns."""
    kept = json.loads(content.tobytes())
    return FitReport(tuple(Line(**one) for one in kept["lines"]), Weights(**kept["weights"]), fingerprint)
