"""The validation report: the model beside every official figure, errors, bounds; and how it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.costing import official
from openfisca_goodwork.costing.credibility import AS_USED, COLUMNS, Measured, error_of
from openfisca_goodwork.costing.official import Measure, declared, groups, measures
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.population.sources import Row
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.validation.backcasts import ByColumn, backcasts
from openfisca_goodwork.validation.checks import Check, checks
from openfisca_goodwork.validation.fitted_assumptions import fitted_to

if TYPE_CHECKING:
    import pandas

_SHARE_OF_BACKCASTS = 0.95
_FIGURE = ("role", "measure", "title", "forecast", "financial_year", "official", *COLUMNS)
_SOURCE = ("unit", "source", "address", "status")


@dataclass(frozen=True)
class MeasureError:
    """Error of the model on one measure, in each column.

    Attributes:
        measure: which. figures: its figures. errors: by column (a share; None where it was not run).
        fitted_by: paths of the assumptions that were fitted to it.
    """

    measure: Measure
    figures: tuple[Measured, ...]
    errors: Mapping[str, float | None]
    fitted_by: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Whether the error as used is within the measure's bound, where it has one."""
        error = self.errors[AS_USED]
        return error is None or self.measure.bound is None or error <= self.measure.bound


@dataclass(frozen=True)
class Verdict:
    """The errors of a group in one column: mean, worst, and the bound of the mean.

    None where there is no bound, or where only some of the group's measures were run.
    """

    group: str
    title: str
    column: str
    measures: int
    mean: float
    worst: float
    worst_measure: str
    bound: float | None

    @property
    def is_met(self) -> bool:
        """Whether the mean is within its bound, where there is one."""
        return self.bound is None or self.mean <= self.bound


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
            errors = {column: error_of(of, column) for column in COLUMNS}
            found.append(
                MeasureError(measures()[name], of, errors, tuple(assumption.path for assumption in fitted_to(name)))
            )
        return tuple(found)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Mean and worst error of each group, column by column."""
        found = (self._verdict(name, column) for name in groups() for column in (AS_USED, *reversed(COLUMNS)))
        return tuple({(verdict.group, verdict.column): verdict for verdict in found if verdict is not None}.values())

    def _verdict(self, group: str, column: str) -> Verdict | None:
        errors = {one.measure.name: one.errors[column] for one in self.errors if one.measure.group.name == group}
        known = {name: error for name, error in errors.items() if error is not None}
        if not known:
            return None
        worst = max(known, key=lambda name: known[name])
        about = groups()[group]
        mean = sum(known.values()) / len(known)
        is_whole = set(known) == {measure.name for measure in measures().values() if measure.group.name == group}
        bound = about.bounds.get(column, {}).get("mean") if is_whole else None
        return Verdict(group, about.title, column, len(known), mean, known[worst], worst, bound)

    def missed(self) -> tuple[MeasureError, ...]:
        """Measures whose error is over their bound."""
        return tuple(error for error in self.errors if not error.is_met)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values: £ million, errors as shares."""
        return {
            "measures": [_described(error) for error in self.errors],
            "verdicts": [asdict(verdict) | {"is_met": verdict.is_met} for verdict in self.verdicts],
            "checks": [asdict(check) for check in self.checks],
            "not_covered": [{"measure": name, **measure} for name, measure in declared()["not_covered"].items()],
            "reliefs_not_covered": dict(declared()["reliefs_not_covered"]),
        }

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a figure, £ million: role, measure, title, year, official, the model's three, the figure's source.

        A column that was not run is empty.
        """
        import pandas  # here, because it takes long to import

        return pandas.DataFrame([*_costings(self), *_checks(self)], columns=[*_FIGURE, *_SOURCE])


def _described(error: MeasureError) -> dict[str, Any]:
    about = error.measure
    return {
        "measure": about.name,
        "title": about.title,
        "group": about.group.name,
        "kind": about.kind,
        "reforms": list(about.reforms),
        "settings": list(about.settings),
        "laws": list(about.laws),
        "forecast": about.forecast,
        "financial_years": [figure.financial_year for figure in error.figures],
        "official": [figure.official for figure in error.figures],
        "model": {column: [figure.model[column] for figure in error.figures] for column in COLUMNS},
        "error": dict(error.errors),
        "bound": about.bound,
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
            found.append(Measured(measure.group.name, measure.name, measure.kind, row.year, row.figure, model))
    return tuple(found)


def _costings(report: ValidationReport) -> Iterator[dict[str, Any]]:
    for error in report.errors:
        about = error.measure
        told = {"role": about.group.name, "measure": about.name, "title": about.title, "forecast": about.forecast}
        for figure, row in zip(error.figures, about.official, strict=True):
            year = {"financial_year": figure.financial_year, "official": figure.official}
            yield {**told, **year, **figure.model, **_source(row)}


def _source(row: Row) -> dict[str, str]:
    return {"unit": "£ million", "source": row.source, "address": row.address, "status": row.status}


def _checks(report: ValidationReport) -> Iterator[dict[str, Any]]:
    for check in report.checks:
        told = {"role": check.role, "measure": check.name, "title": check.basis, "forecast": "latest"}
        figures = {"financial_year": check.financial_year, "official": check.official, AS_USED: check.model}
        yield {**told, **figures, "unit": "£ million, as a cost"}


def validate(measures: Iterable[str] = (), progress: Progress | None = None) -> ValidationReport:
    """The model beside every official figure, or beside those of the measures named.

    Costs each measure on the law and the outlook of its day; a population is built for each outlook and set of
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
