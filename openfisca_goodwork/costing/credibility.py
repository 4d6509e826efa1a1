"""How far a costing can be trusted: how far off the model was on measures that were costed officially.

`data/validation.csv` holds each official figure and what the model made of it when it was last measured (`validation`,
`benchmarks/validation_figures.py`): as it is used, fitted without the measure, with nothing fitted to any costing. It is
read here, below the room that measures, because every costing shows what is nearest to it: first the measures of its kind
that nothing was fitted to.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from openfisca_goodwork.costing.official import (
    ALL_TAXES,
    CORPORATION_TAX,
    EXPRESSED,
    RECKONER,
    SEEN,
    USED,
    declared,
    kind_in_words,
    kind_of,
    measures,
)
from openfisca_goodwork.errors import DataError, and_joined
from openfisca_goodwork.number_formats import size
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.differences import differences
from openfisca_goodwork.policy.laws import vocabulary_with

FILE = Path(__file__).parent.parent / "data" / "validation.csv"
COLUMNS = NOTHING_FITTED, AS_USED, LEFT_OUT = ("nothing_fitted", "as_used", "left_out")
TRAINING, PAYMENT = "training", "timing of payment"
RELIEFS, FOREIGN = "cost of a relief", "scheme of another country"
_NO_KIND = "assumptions."
_NONE_OF_TRAINING = "No official costing of a tax relief for employers' training is on file in the UK."
_NONE_OF_ITS_KIND = "No official costing of this kind of measure can be held against the model."
_LEAST_DIRECTION = 0.005
Row = TypeVar("Row")
MEASURED_BY = "Every measured error is in the web app under Methods and data, and printed by goodwork validate."
DO_NOT_RELY = "Do not rely on this costing:"


@dataclass(frozen=True)
class Measured:
    """One official figure and the model's, £ million; a column that was not run has None.

    Attributes:
        group: one of `official.GROUPS`. head: the tax of the official figure.
        verdict: whether the model holds all of the measure, or a part.
    """

    group: str
    measure: str
    kind: str
    financial_year: str
    official: float
    model: Mapping[str, float | None]
    head: str = CORPORATION_TAX
    verdict: str = EXPRESSED


@dataclass(frozen=True)
class Check:
    """An official figure that is no costing of a measure and the model's beside it, £ million, both as a cost.

    Attributes:
        role: which kind of check, `RELIEFS` or `FOREIGN`. name: the relief or scheme. financial_year: of the model's figure.
        official, model: the figures. basis: what the official figure is, and its source.
    """

    role: str
    name: str
    financial_year: str
    official: float
    model: float
    basis: str

    @property
    def error(self) -> float:
        """Difference over the official figure (a share)."""
        return abs(self.model - self.official) / abs(self.official)

    @property
    def bound(self) -> float | None:
        """The error allowed, where one is declared for the relief."""
        bound: float | None = declared()["relief_checks"].get(self.name, {}).get("bound")
        return bound

    @property
    def is_met(self) -> bool:
        """Whether the error is within the bound, where there is one."""
        return self.bound is None or self.error <= self.bound


@dataclass(frozen=True)
class Credibility:
    """The model's error on the measures nearest in kind that it was not fitted to.

    Attributes:
        text: it in sentences, the error on those measures first. short: that error alone.
        warning: why not to rely on the costing; empty where none.
        kinds: what the reform changes. measures: the measures nearest.
        has_own_kind: whether they are of those kinds.
        mean, worst, worst_measure: error as the model is used (a share), on average, of the worst, and which that is.
        oversize: mean of what the effect is too large by (a share of the official figures; minus where it is too small).
        left_out, nothing_fitted: mean error with each measure left out of the fit; with nothing fitted. None: not run.
    """

    text: str
    short: str
    warning: str
    kinds: tuple[str, ...]
    measures: tuple[str, ...]
    has_own_kind: bool
    mean: float
    worst: float
    worst_measure: str
    oversize: float
    left_out: float | None
    nothing_fitted: float | None


def error_of(figures: Iterable[Measured], column: str) -> float | None:
    """Total absolute difference over the total of the official figures (a share); None where a figure was not run."""
    pairs = _pairs(figures, column)
    if pairs is None:
        return None
    return sum(abs(model - official) for official, model in pairs) / sum(abs(official) for official, _ in pairs)


def oversize_of(figures: Iterable[Measured], column: str) -> float | None:
    """What the effect over all years is too large by, as a share of the total of the official figures; minus: too small.

    None where a figure was not run.
    """
    pairs = _pairs(figures, column)
    if pairs is None:
        return None
    official = sum(amount for amount, _model in pairs)
    more = sum(model for _official, model in pairs) - official
    return (more if official >= 0 else -more) / sum(abs(amount) for amount, _model in pairs)


def _pairs(figures: Iterable[Measured], column: str) -> list[tuple[float, float]] | None:
    """The official figures, each with the model's; None where one was not run."""
    listed = list(figures)
    pairs = [(one.official, model) for one in listed if (model := one.model[column]) is not None]
    return pairs if len(pairs) == len(listed) else None


def direction(oversize: float, noun: str = "effect") -> str:
    """Which way the model is out, in words: `cost 35% too low`, `neither too high nor too low`."""
    if abs(oversize) < _LEAST_DIRECTION:
        return f"{noun} neither too high nor too low"
    return f"{noun} {abs(oversize):.0%} too {'high' if oversize > 0 else 'low'}"


def noun_of(figures: Iterable[Measured]) -> str:
    """What measures do to the public finances: `cost`, `yield`, or `effect` where they do not all do the same."""
    totals: dict[str, float] = {}
    for one in figures:
        totals[one.measure] = totals.get(one.measure, 0.0) + one.official
    signs = {total < 0 for total in totals.values()}
    return {frozenset({True}): "cost", frozenset({False}): "yield"}.get(frozenset(signs), "effect")


@dataclass(frozen=True)
class Evidence:
    """Official costings of one sort, and how far off the model is on them in one column.

    Attributes:
        figures: theirs. column: which. of_what: what they are, to follow `the 3 official costings`.
    """

    figures: tuple[Measured, ...]
    column: str
    of_what: str

    @property
    def by_measure(self) -> Mapping[str, list[Measured]]:
        """The figures of each measure, of those that were run in the column."""
        found: dict[str, list[Measured]] = {}
        for one in self.figures:
            found.setdefault(one.measure, []).append(one)
        return {name: of for name, of in found.items() if error_of(of, self.column) is not None}

    @property
    def errors(self) -> Mapping[str, float]:
        """The error of each measure."""
        return {name: error_of(of, self.column) or 0.0 for name, of in self.by_measure.items()}

    @property
    def mean(self) -> float:
        """Mean error of the measures."""
        return _mean(self.errors.values())

    @property
    def oversize(self) -> float:
        """Mean of what the measures are too large by."""
        return _mean(oversize_of(of, self.column) or 0.0 for of in self.by_measure.values())

    @property
    def sentence(self) -> str:
        """How far off the model is on these, and which way."""
        count, mean = len(self.errors), self.mean
        which = f"the {count} official costings" if count > 1 else "the one official costing"
        out = f"{mean:.0%} out on average, {max(self.errors.values()):.0%} at worst" if count > 1 else f"{mean:.0%} out"
        way = direction(self.oversize, f"the {noun_of(self.figures)} was")
        return f"On {which} of {self.of_what}, the model was {out}; {way}{' on average' if count > 1 else ''}."


def credibility_of(reforms: Sequence[Reform], settings: Sequence[str] = (), baseline: Sequence[Reform] = ()) -> Credibility:
    """What the model's errors say of a costing of these reforms, and of settings `PATH@DATE=VALUE` applied to them.

    Args:
        baseline: reforms beneath, against which they are costed. What is set to what it is already is no change.

    Raises:
        DataError: where the measured errors cannot be read.
    """
    set_here = dict.fromkeys(kind_of(path) for path in _changed(reforms, settings, baseline))
    kinds = tuple(kind for kind in set_here if kind != PAYMENT or len(set_here) == 1)
    nearest = {kind: found for kind in kinds if (found := nearest_of(kind)) is not None}
    said = [_NONE_OF_TRAINING if kind == TRAINING else _NONE_OF_ITS_KIND for kind in kinds if kind not in nearest]
    own = bool(kinds) and not said
    told = list(nearest.values()) if own else [_all_unfitted()]
    short = [*said, *(one.sentence for one in told)]
    sentences = list(short)
    sentences += [text for kind in nearest if own for text in _besides(kind, nearest[kind])] if own else _by_kind(told[0])
    sentences += [] if own else [_against_the_bound(told[0])]
    return Credibility(
        text=f"{' '.join(dict.fromkeys(sentences))} {MEASURED_BY}",
        short=" ".join(dict.fromkeys(short)),
        warning=_warning(nearest, kinds),
        kinds=kinds,
        has_own_kind=own,
        **_summed(told),
    )


def _changed(reforms: Sequence[Reform], settings: Sequence[str], baseline: Sequence[Reform]) -> list[str]:
    """Parameters of law that differ from the baseline, as they are set; all that are set where none differs."""
    paths = [path for reform in reforms for path in reform.edits] + [setting.partition("@")[0] for setting in settings]
    laws = vocabulary_with((), baseline), vocabulary_with(reforms, baseline, settings)
    differing = dict.fromkeys(row.path for row in differences(*laws))
    changed = [*(path for path in paths if path in differing), *(path for path in differing if path not in paths)]
    return [path for path in changed or paths if not path.startswith(_NO_KIND)]


def nearest_of(kind: str) -> Evidence | None:
    """The official costings of a kind that say most of it: those that nothing was fitted to, of corporation tax alone.

    For want of such, those of all taxes; then those that were fitted to, each left out of the fit; None where none is
    on file.
    """
    sorts = (
        (SEEN, CORPORATION_TAX, AS_USED, "that nothing was fitted to"),
        (SEEN, ALL_TAXES, AS_USED, "that nothing was fitted to, which are of all taxes, income tax included"),
        (USED, CORPORATION_TAX, LEFT_OUT, "on file, each left out of the fit in its turn"),
    )
    return next((one for one in _of_sorts(kind, sorts)), None)


def _of_sorts(kind: str, sorts: Iterable[tuple[str, str, str, str]], without: Sequence[Measured] = ()) -> Iterator[Evidence]:
    """Official costings of a kind, of each sort of which there are any: group, head, column, what they are."""
    of_kind = [one for one in measured() if one.kind == kind and one.verdict == EXPRESSED and one not in without]
    for group, head, column, which in sorts:
        figures = tuple(one for one in of_kind if (one.group, one.head) == (group, head))
        found = Evidence(figures, column, f"{kind_in_words(kind) if kind else ''} {which}")
        if found.errors:
            yield found


def _all_unfitted() -> Evidence:
    meant = (SEEN, EXPRESSED, CORPORATION_TAX)
    figures = tuple(one for one in measured() if (one.group, one.verdict, one.head) == meant)
    return Evidence(figures, AS_USED, "other measures of corporation tax that nothing was fitted to")


def _against_the_bound(whole: Evidence) -> str:
    """Whether the bound on the mean of the costings that nothing was fitted to is met, and what sort of test they are."""
    bound = declared()["bounds"][SEEN][AS_USED]["mean"]
    met = "is met" if whole.mean <= bound else "is missed"
    return f"The bound of {bound:.0%} set on their mean {met}. They were known when the model was made: no blind test."


def _by_kind(whole: Evidence) -> list[str]:
    kinds = dict.fromkeys(one.kind for one in whole.figures)
    of_kind = {kind: replace(whole, figures=tuple(one for one in whole.figures if one.kind == kind)) for kind in kinds}
    told = [f"{kind} {one.mean:.0%} ({len(one.errors)})" for kind, one in of_kind.items() if one.errors]
    return [f"By kind, with the number of costings: {', '.join(told)}."]


def _besides(kind: str, nearest: Evidence) -> list[str]:
    sorts = (
        (USED, CORPORATION_TAX, AS_USED, "that it was fitted to"),
        (SEEN, ALL_TAXES, AS_USED, "on file for all taxes only"),
        (RECKONER, CORPORATION_TAX, AS_USED, "in HMRC's ready reckoner"),
    )
    return [one.sentence for one in _of_sorts(kind, sorts, nearest.figures)]


def _warning(nearest: Mapping[str, Evidence], kinds: Sequence[str]) -> str:
    """Why not to rely on a costing of these kinds, and what else is in it; empty where the model is near enough on all."""
    most = declared()["unreliable_above"]
    said: dict[str, list[str]] = {}
    for kind, evidence in nearest.items():
        why = [evidence.sentence] if evidence.mean > most else []
        why += [_of_relief(of) for of in _reliefs_over_their_bound(kind)]
        said |= {kind: why} if why else {}
    others = [kind_in_words(kind) if kind else "other law" for kind in kinds if kind not in said]
    also = [f"That is of a part of this costing: it changes {and_joined(others)} too."] if others else []
    return " ".join([DO_NOT_RELY, *(sentence for why in said.values() for sentence in why), *also]) if said else ""


def _reliefs_over_their_bound(kind: str) -> Sequence[Sequence[Check]]:
    found = []
    for name, about in declared()["relief_checks"].items():
        costs = [one for one in relief_costs() if one.name == name]
        if about.get("kind") == kind and not all(one.is_met for one in costs):
            found.append(costs)
    return found


def _of_relief(costs: Sequence[Check]) -> str:
    last = costs[-1]
    return (
        f"HMRC puts the cost of the {last.name} in {last.financial_year} at {size(last.official)}; "
        f"the model makes it {size(last.model)}."
    )


def _summed(told: Sequence[Evidence]) -> dict[str, Any]:
    figures = tuple(one for evidence in told for one in evidence.figures)
    whole = {column: Evidence(figures, column, "") for column in COLUMNS}
    errors, mean = whole[AS_USED].errors, whole[AS_USED].mean
    worst = max(errors, key=lambda name: errors[name])
    return {
        "measures": tuple(errors),
        "mean": mean,
        "worst": errors[worst],
        "worst_measure": worst,
        "oversize": whole[AS_USED].oversize,
        "left_out": whole[LEFT_OUT].mean if whole[LEFT_OUT].errors else None,
        "nothing_fitted": whole[NOTHING_FITTED].mean if whole[NOTHING_FITTED].errors else None,
    }


def _mean(errors: Iterable[float]) -> float:
    listed = list(errors)
    if not listed:
        raise DataError(f"{FILE} has no measured error. Measure: python benchmarks/validation_figures.py --why TEXT")
    return sum(listed) / len(listed)


@cache
def measured() -> tuple[Measured, ...]:
    """Every figure of a costing that is kept, in the order of the file, with the group its measure is in today.

    Raises:
        DataError: where the file is missing or malformed.
    """
    return tuple(replace(one, group=measures()[one.measure].group) for one in measured_in(FILE) if one.measure in measures())


@cache
def relief_costs() -> tuple[Check, ...]:
    """The costs of reliefs that are kept, by year. Raises DataError where the file is missing or malformed."""
    return tuple(one for one in checks_in(FILE) if one.role == RELIEFS)


def checks_in(file: Path) -> tuple[Check, ...]:
    """The checks kept in a file, which are no costings. Raises DataError where it is missing or malformed."""

    def check(row: Mapping[str, str]) -> Check:
        figures = float(row["official"]), float(row[AS_USED])
        return Check(row["group"], row["measure"], row["financial_year"], *figures, row["basis"])

    return _kept(file, check, are_costings=False)


def measured_in(file: Path) -> tuple[Measured, ...]:
    """Every figure of a costing kept in a file; checks that are no costing left out.

    Raises:
        DataError: where it is missing or malformed.
    """

    def figure(row: Mapping[str, str]) -> Measured:
        model = {column: float(row[column]) if row[column] else None for column in COLUMNS}
        of = (row["group"], row["measure"], row["kind"], row["financial_year"], float(row["official"]))
        return Measured(*of, model, row["head"], row["verdict"])

    return _kept(file, figure, are_costings=True)


def _kept(file: Path, made: Callable[[Mapping[str, str]], Row], *, are_costings: bool) -> tuple[Row, ...]:
    try:
        with file.open(newline="", encoding="utf-8") as rows:
            return tuple(made(row) for row in csv.DictReader(rows) if bool(row["kind"]) == are_costings)
    except (OSError, KeyError, ValueError, TypeError) as fault:
        raise DataError(f"{file} cannot be read as a table of measured errors: {fault!r}") from fault
