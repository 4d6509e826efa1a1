"""A report as one table: a row a figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas

from openfisca_goodwork.costing.credibility import AS_USED, COLUMNS
from openfisca_goodwork.population.sources import Row

if TYPE_CHECKING:
    from openfisca_goodwork.validation.report import ValidationReport

_COLUMNS = ("role", "measure", "title", "forecast", "financial_year", "official", *COLUMNS)
_SOURCE = ("unit", "source", "address", "status")


def table_of(report: ValidationReport) -> pandas.DataFrame:
    """One row a figure, £ million; a column that was not run is empty."""
    return pandas.DataFrame([*_costings(report), *_checks(report)], columns=[*_COLUMNS, *_SOURCE])


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
    for one in report.checks:
        told = {"role": one.role, "measure": one.name, "title": one.basis, "forecast": "latest"}
        figures = {"financial_year": one.financial_year, "official": one.official, AS_USED: one.model}
        yield {**told, **figures, "unit": "£ million, as a cost"}
