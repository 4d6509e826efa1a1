"""A report that can be worked out by hand: official figures as they are, the model's put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from openfisca_goodwork.costing.credibility import COLUMNS, RELIEFS, Check
from openfisca_goodwork.validation import ValidationReport, measures
from openfisca_goodwork.validation.report import figures_of

Factors = Mapping[str, Mapping[str, float]]


@pytest.fixture
def report_of() -> Callable[[Factors], ValidationReport]:
    """A report in which each measure's figures are the official ones times a factor by column."""

    def made(factors: Factors) -> ValidationReport:
        chosen = [measures()[name] for name in factors]
        costed = {
            one.name: {
                column: {row.year: row.figure * factors[one.name].get(column, 1.0) for row in one.official}
                for column in COLUMNS
            }
            for one in chosen
        }
        check = Check(RELIEFS, "annual investment allowance", "2020-21", 4100.0, 3000.0, "income tax and corporation tax")
        return ValidationReport(figures_of(chosen, costed), (check,))

    return made
