"""How far a costing can be trusted: how far off the model was on measures that were costed officially.

`data/validation.csv` holds each official figure and what the model made of it when it was last measured (`validation`,
`benchmarks/validation_figures.py`): as it is used, fitted without the measure, with nothing fitted to any costing. It is
read here, below the room that measures, because every costing shows what is nearest to it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.policy import Reform

FILE = Path(__file__).parent.parent / "data" / "validation.csv"
COLUMNS = NOTHING_FITTED, AS_USED, LEFT_OUT = ("nothing_fitted", "as_used", "left_out")
TRAINING = "training"
# What a reform changes, by the beginning of its parameters; anything else has no official costing of its kind on file.
KINDS = {
    "capital_allowances.": "capital allowances",
    "corporation_tax.": "rate of corporation tax",
    "human_investment.": TRAINING,
    "good_work.": TRAINING,
}
KIND_IN_WORDS = {"capital allowances": "capital allowances", "rate of corporation tax": "the rate of corporation tax"}
# Neither assumptions nor the days of payment make a measure another kind: tax counts when it accrues.
_OF_NO_KIND = ("assumptions.", "payment.")
_NONE_OF_TRAINING = "No official costing of a tax relief for employers' training is on file in the UK."
_NONE_OF_ITS_KIND = "No official costing of this kind of measure can be held against the model."


@dataclass(frozen=True)
class Measured:
    """One official figure and the model's, £ million; a column that was not run has None."""

    group: str
    measure: str
    kind: str
    financial_year: str
    official: float
    model: Mapping[str, float | None]


@dataclass(frozen=True)
class Credibility:
    """The model's error on the measures nearest in kind.

    Attributes:
        text: it in a sentence or three.
        measures: which measures. has_own_kind: whether they are of the kind of the reform.
        mean, worst, worst_measure: error as the model is used (a share), on average, of the worst, and which that is.
        left_out, nothing_fitted: mean error with each measure left out of the fit; with nothing fitted.
    """

    text: str
    measures: tuple[str, ...]
    has_own_kind: bool
    mean: float
    worst: float
    worst_measure: str
    left_out: float
    nothing_fitted: float

    def to_dict(self) -> dict[str, Any]:
        """The model's error as plain values."""
        return asdict(self) | {"measures": list(self.measures)}


def error_of(figures: Iterable[Measured], column: str) -> float | None:
    """Total absolute difference over the total of the official figures (a share); None where a figure was not run."""
    pairs = [(one.official, one.model[column]) for one in figures]
    if any(model is None for _official, model in pairs):
        return None
    return sum(abs((model or 0.0) - official) for official, model in pairs) / sum(abs(official) for official, _ in pairs)


def credibility_of(reforms: Iterable[Reform], settings: Iterable[str] = ()) -> Credibility:
    """What the model's errors say of a costing of these reforms, and of settings `PATH@DATE=VALUE` applied to them.

    Raises:
        DataError: where the measured errors cannot be read.
    """
    paths = [path for reform in reforms for path in reform.edits] + [one.partition("@")[0] for one in settings]
    kinds = {_kind(path) for path in paths if not path.startswith(_OF_NO_KIND)}
    known = {one.kind for one in measured()}
    return _of_kind(kinds.pop()) if len(kinds) == 1 and kinds <= known else _of_all(kinds)


def _kind(path: str) -> str:
    return next((kind for start, kind in KINDS.items() if path.startswith(start)), "")


def _of_kind(kind: str) -> Credibility:
    """The official costings of the reform's own kind, whether the model was fitted to them or not."""
    figures = [one for one in measured() if one.kind == kind]
    return _told(figures, _on(figures))


def _of_all(kinds: set[str]) -> Credibility:
    """Every costing on file, for want of one of the reform's kind, or as the nearest to a mixture."""
    figures = list(measured())
    lacking = {TRAINING: _NONE_OF_TRAINING, "": _NONE_OF_ITS_KIND}
    said = [lacking[kind] for kind in lacking if kind in kinds]
    return _told(figures, " ".join([*said, _on(figures)]), own=bool(kinds) and not said)


def _on(figures: list[Measured]) -> str:
    """How many official costings, and of what: `On the 8 official costings of capital allowances on file`."""
    count = len({one.measure for one in figures})
    number = f"the {count} official costings" if count > 1 else "the one official costing"
    kinds = " and of ".join(KIND_IN_WORDS[kind] for kind in dict.fromkeys(one.kind for one in figures))
    return f"On {number} of {kinds} on file"


def _told(figures: list[Measured], beginning: str, *, own: bool = True) -> Credibility:
    by_measure: dict[str, list[Measured]] = {}
    for one in figures:
        by_measure.setdefault(one.measure, []).append(one)
    errors = {name: {column: error_of(of, column) for column in COLUMNS} for name, of in by_measure.items()}
    mean = {column: _mean(each[column] for each in errors.values()) for column in COLUMNS}
    worst = max(errors, key=lambda name: errors[name][AS_USED] or 0.0)
    most = errors[worst][AS_USED] or 0.0
    text = (
        f"{beginning} the model is {mean[AS_USED]:.0%} off on average, {most:.0%} at worst{_unfitted(mean)} "
        "(goodwork validate)."
    )
    return Credibility(text, tuple(errors), own, mean[AS_USED], most, worst, mean[LEFT_OUT], mean[NOTHING_FITTED])


def _unfitted(mean: Mapping[str, float]) -> str:
    """What the average is without what was fitted to the costings; that it makes no difference, where it makes none."""
    left_out, nothing = (f"{mean[column]:.0%}" for column in (LEFT_OUT, NOTHING_FITTED))
    if left_out == nothing == f"{mean[AS_USED]:.0%}":
        return ", fitted to them or not"
    return f"; {left_out} with each left out of the fit, {nothing} with nothing fitted to any"


def _mean(errors: Iterable[float | None]) -> float:
    listed = [error for error in errors if error is not None]
    if not listed:
        raise DataError(f"{FILE} has no measured error. Measure: python benchmarks/validation_figures.py --why TEXT")
    return sum(listed) / len(listed)


@cache
def measured() -> tuple[Measured, ...]:
    """Every figure of a costing that is kept, in the order of the file; checks that are no costing left out.

    Raises:
        DataError: where the file is missing or malformed.
    """
    return tuple(one for one in measured_in(FILE) if one.kind)


def measured_in(file: Path) -> tuple[Measured, ...]:
    """Every figure kept in a file. Raises DataError where it is missing or malformed."""
    try:
        with file.open(newline="", encoding="utf-8") as rows:
            return tuple(_read(row) for row in csv.DictReader(rows))
    except (OSError, KeyError, ValueError, TypeError) as fault:
        raise DataError(f"{file} cannot be read as a table of measured errors: {fault!r}") from fault


def _read(row: Mapping[str, str]) -> Measured:
    model = {column: float(row[column]) if row[column] else None for column in COLUMNS}
    return Measured(row["group"], row["measure"], row["kind"], row["financial_year"], float(row["official"]), model)
