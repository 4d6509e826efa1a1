"""The validation report: the model beside every official figure, errors, bounds; and how it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.costing import official
from openfisca_goodwork.costing.credibility import (
    AS_USED,
    COLUMNS,
    FILE,
    Check,
    Measured,
    checks_in,
    error_of,
    measured_in,
    oversize_of,
)
from openfisca_goodwork.costing.official import (
    ALL_TAXES,
    CORPORATION_TAX,
    EXPRESSED,
    GROUPS,
    NOT_EXPRESSED,
    Measure,
    declared,
    figures_by_head,
    fitted_to,
    measures,
    official_figures,
)
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.population.sources import Row
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.validation.backcasts import ByColumn, backcasts, checks

if TYPE_CHECKING:
    import pandas

_SHARE_OF_BACKCASTS = 0.95
_FIGURE = ("role", "measure", "title", "forecast", "financial_year", "official", *COLUMNS)
_SOURCE = ("unit", "source", "address", "status")
_SCORECARD = ("kind", "event", "verdict", "head", "all_taxes", "error", "oversize")
EACH_YEAR, MEAN = "each_year", "mean"
TITLES = dict(zip(GROUPS, ("Used in a fit", "Seen, and used in no fit", "HMRC's ready reckoner"), strict=True))


@dataclass(frozen=True)
class MeasureError:
    """Error of the model on one measure, in each column.

    Attributes:
        measure: which. figures: its figures. errors: by column (a share; None where it was not run).
        oversizes: by column, what its effect is too large by (a share; minus where too small; None where it was not run).
        fitted_by: paths of the assumptions that were fitted to it.
    """

    measure: Measure
    figures: tuple[Measured, ...]
    errors: Mapping[str, float | None]
    oversizes: Mapping[str, float | None]
    fitted_by: tuple[str, ...]

    @property
    def bound(self) -> float | None:
        """The error allowed in each of its years, where one is declared for its group."""
        return _bounds(self.measure.group, AS_USED).get(EACH_YEAR)

    @property
    def worst_year(self) -> float:
        """The largest error of a year as the model is used (a share of the official figure of the year)."""
        return max(
            abs((one.model[AS_USED] or 0.0) - one.official) / abs(one.official) for one in self.figures if one.official
        )

    @property
    def is_met(self) -> bool:
        """Whether the error of every year is within the bound, where there is one."""
        return self.errors[AS_USED] is None or self.bound is None or self.worst_year <= self.bound


@dataclass(frozen=True)
class GroupError:
    """The errors of a group, or of a kind of measure in it, in one column.

    Attributes:
        group: one of `official.GROUPS`. title: it in words. kind: of measure; empty for all kinds.
        head: the tax of the official figures. column: how the model was run. measures: how many were run.
        mean: mean error (a share). oversize: mean of what effects are too large by; minus where too small.
        worst, worst_measure: the largest error, and of which. bound: of the mean; None where there is none, or where only
            some of the group's measures were run.
    """

    group: str
    title: str
    kind: str
    head: str
    column: str
    measures: int
    mean: float
    oversize: float
    worst: float
    worst_measure: str
    bound: float | None

    @property
    def is_met(self) -> bool:
        """Whether the mean is within its bound, where there is one."""
        return self.bound is None or self.mean <= self.bound


@dataclass(frozen=True)
class NotExpressed:
    """A measure that was costed officially and is not costed by the model, and why."""

    measure: str
    title: str
    kind: str
    event: str
    head: str
    why: str


def _bounds(group: str, column: str) -> Mapping[str, float]:
    return dict(declared()["bounds"].get(group, {}).get(column, {}))


@dataclass(frozen=True)
class ValidationReport(Worded):
    """Every figure of the costings, and the checks."""

    figures: tuple[Measured, ...]
    checks: tuple[Check, ...] = ()

    @cached_property
    def errors(self) -> tuple[MeasureError, ...]:
        """The measures with their errors, in the order of their declaration."""
        found = []
        for name in [measure for measure in measures() if any(figure.measure == measure for figure in self.figures)]:
            of = tuple(figure for figure in self.figures if figure.measure == name)
            errors, oversizes = ({column: how(of, column) for column in COLUMNS} for how in (error_of, oversize_of))
            fitted_by = tuple(assumption.path for assumption in fitted_to(name))
            found.append(MeasureError(measures()[name], of, errors, oversizes, fitted_by))
        return tuple(found)

    @cached_property
    def verdicts(self) -> tuple[GroupError, ...]:
        """Mean and worst error of each group and of each kind in it, column by column; of all taxes apart."""
        found = []
        for group in GROUPS:
            kinds = dict.fromkeys(one.measure.kind for one in self.errors if one.measure.group == group)
            for head, kind in ((CORPORATION_TAX, ""), *((CORPORATION_TAX, kind) for kind in kinds), (ALL_TAXES, "")):
                found += [self._group_error(group, kind, head, column) for column in (AS_USED, *reversed(COLUMNS))]
        return tuple({(one.group, one.kind, one.head, one.column): one for one in found if one is not None}.values())

    def _group_error(self, group: str, kind: str, head: str, column: str) -> GroupError | None:
        def belongs(measure: Measure) -> bool:
            of_head = measure.verdict == EXPRESSED and measure.head == head
            return of_head and measure.group == group and kind in ("", measure.kind)

        of = {one.measure.name: one for one in self.errors if belongs(one.measure) and one.errors[column] is not None}
        if not of:
            return None
        errors = {name: one.errors[column] or 0.0 for name, one in of.items()}
        worst = max(errors, key=lambda name: errors[name])
        is_whole = set(of) == {measure.name for measure in measures().values() if belongs(measure)}
        bound = _bounds(group, column).get(kind or MEAN) if is_whole and head == CORPORATION_TAX else None
        mean = sum(errors.values()) / len(of)
        oversize = sum(one.oversizes[column] or 0.0 for one in of.values()) / len(of)
        return GroupError(group, TITLES[group], kind, head, column, len(of), mean, oversize, errors[worst], worst, bound)

    def missed(self) -> tuple[MeasureError, ...]:
        """Measures with a year over their bound."""
        return tuple(error for error in self.errors if not error.is_met)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values: £ million, errors as shares."""
        return {
            "measures": [_described(error) for error in self.errors],
            "verdicts": [asdict(verdict) | {"is_met": verdict.is_met} for verdict in self.verdicts],
            "checks": [_checked(check) for check in self.checks],
            "not_covered": [asdict(one) | {"verdict": NOT_EXPRESSED} for one in not_expressed()],
            "reliefs_not_covered": dict(declared()["reliefs_not_covered"]),
            "kept_by_others": {"measures": [], "bound": declared()["bound_of_measures_kept_by_others"]},
        }

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a figure, £ million: role, measure, title, year, official, the model's three, the figure's source.

        Then kind, event, verdict, tax of the official figure, that of all taxes, error and oversize of the measure. A column
        that was not run is empty.
        """
        import pandas  # here, because it takes long to import

        return pandas.DataFrame([*_costings(self), *_checks(self)], columns=[*_FIGURE, *_SOURCE, *_SCORECARD])


def kept(file: Path = FILE) -> ValidationReport:
    """The report as it was last measured and kept in `data/validation.csv`. Raises DataError where that cannot be read."""
    return ValidationReport(measured_in(file), checks_in(file))


@cache
def not_expressed() -> tuple[NotExpressed, ...]:
    """The measures that were costed officially and are not costed by the model, in the order of the declaration."""
    found = []
    for name, one in declared()["not_covered"].items():
        head, figures = official_figures(name)
        found.append(NotExpressed(name, one["title"], one["kind"], figures[0].keys[1], head, one["why"].strip()))
    return tuple(found)


def _checked(check: Check) -> dict[str, Any]:
    return asdict(check) | {"error": check.error, "bound": check.bound, "is_met": check.is_met}


def _described(error: MeasureError) -> dict[str, Any]:
    about = error.measure
    by_head = {head: {row.year: row.figure for row in rows} for head, rows in figures_by_head(about.name).items()}
    return {
        "measure": about.name,
        "title": about.title,
        "group": about.group,
        "kind": about.kind,
        "event": about.event,
        "verdict": about.verdict,
        "reason": about.reason,
        "reforms": list(about.reforms),
        "settings": list(about.settings),
        "laws": list(about.laws),
        "forecast": about.forecast,
        "basis": about.basis,
        "financial_years": [figure.financial_year for figure in error.figures],
        "head": about.head,
        "official": [figure.official for figure in error.figures],
        "official_by_head": by_head,
        "model": {column: [figure.model[column] for figure in error.figures] for column in COLUMNS},
        "error": dict(error.errors),
        "oversize": dict(error.oversizes),
        "counts_in_means": about.counts,
        "bound": error.bound,
        "is_met": error.is_met,
        "fitted_by": list(error.fitted_by),
        "differs_by": about.why,
        "source": about.official[0].source,
        "origin": about.origin,
        "address": about.official[0].address,
        "status": about.official[0].status,
    }


def figures_of(chosen: Iterable[Measure], costed: Mapping[str, ByColumn]) -> tuple[Measured, ...]:
    """The official figures of measures with the model's beside them."""
    found = []
    for measure in chosen:
        by_column = {column: measure.compared(amounts) for column, amounts in costed[measure.name].items()}
        for place, row in enumerate(measure.official):
            model = {column: amounts[place] for column, amounts in by_column.items()}
            of = (measure.group, measure.name, measure.kind, row.year, row.figure)
            found.append(Measured(*of, model, measure.head, measure.verdict))
    return tuple(found)


def _costings(report: ValidationReport) -> Iterator[dict[str, Any]]:
    for error in report.errors:
        about = error.measure
        told = {"role": about.group, "measure": about.name, "title": about.title, "forecast": about.forecast}
        told |= {"kind": about.kind, "event": about.event, "verdict": about.verdict, "head": about.head}
        all_taxes = {row.year: row.figure for row in about.all_taxes}
        for figure, row in zip(error.figures, about.official, strict=True):
            year = {"financial_year": figure.financial_year, "official": figure.official}
            out = {"error": error.errors[AS_USED], "oversize": error.oversizes[AS_USED]}
            yield {**told, **year, **figure.model, **_source(row), "all_taxes": all_taxes.get(row.year), **out}


def _source(row: Row) -> dict[str, str]:
    return {"unit": "£ million", "source": row.source, "address": row.address, "status": row.status}


def _checks(report: ValidationReport) -> Iterator[dict[str, Any]]:
    for check in report.checks:
        told = {"role": check.role, "measure": check.name, "title": check.basis, "forecast": "latest"}
        figures = {"financial_year": check.financial_year, "official": check.official, AS_USED: check.model}
        yield {**told, **figures, "unit": "£ million, as a cost", "error": check.error}


def validate(measures: Iterable[str] = (), progress: Progress | None = None) -> ValidationReport:
    """The model beside every official figure, or beside those of the measures named.

    Costs each measure on the law and the OBR forecast of its day; a population is built for each forecast and set of
    assumptions, and kept. Checks are left out where measures are named.

    Args:
        measures: names, as in `data/backcasts.yaml`.
        progress: called with the name of a stage and the share of the work done.

    Raises:
        GoodworkError: for a measure that is not there. DataError: for figures or a population that cannot be had.
    """
    names, show = tuple(measures), progress or (lambda _stage, _done: None)
    chosen = official.chosen(names)
    costed = backcasts(chosen, lambda stage, done: show(stage, _SHARE_OF_BACKCASTS * done))
    checked = (
        () if names else checks(lambda stage, done: show(stage, _SHARE_OF_BACKCASTS + (1 - _SHARE_OF_BACKCASTS) * done))
    )
    show("Done", 1.0)
    return ValidationReport(figures_of(chosen, costed), checked)
