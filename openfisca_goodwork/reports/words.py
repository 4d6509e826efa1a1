"""The sentences a costing is shown with: what was found, what it is measured in, what it rests on."""

from __future__ import annotations

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.summary import finding, reading_of_levy, value_for_money, year_of_finding
from openfisca_goodwork.number_formats import PROPOSED, ROUNDING, SIGN, STATUSES, standing_of
from openfisca_goodwork.population.report import FITTED, HELD_OUT, FitReport

__all__ = [
    "NO_DISTRIBUTION",
    "NO_RANGE",
    "NO_RATING",
    "PROPOSED",
    "ROUNDING",
    "SCALE_OF_RATING",
    "SIGN",
    "STATUSES",
    "finding",
    "fit",
    "growth_to",
    "head_in_words",
    "measured",
    "population",
    "reading_of_levy",
    "status",
    "value_for_money",
]

NO_RANGE = "This costing has no interval: no draws of its assumptions were asked for, or nothing changes."
NO_RATING = "No kind of measure at hand has a rating."
SCALE_OF_RATING = "A judgement on the scale of the OBR: low, medium-low, medium, medium-high, high, very high."
NO_DISTRIBUTION = "Nothing changes, so nobody gains or loses."


def measured(result: CostingResult) -> str:
    """What the figures measure: against what, unit, basis, coverage, sign."""
    against = " + ".join(reform.title for reform in result.baseline) or "current law"
    return f"Effect on the public finances against {against}, £ million, {result.basis} basis, UK companies. {SIGN}"


def status(result: CostingResult) -> str:
    """Whether what was costed is law."""
    return standing_of(reform.status for reform in result.reforms)


def head_in_words(head: str) -> str:
    """A cost head as people read it: `Trainer pay`."""
    return head.replace("_", " ").capitalize()


def population(result: CostingResult) -> str:
    """The companies behind the figures."""
    used = result.population
    return (
        f"Population {used.fingerprint[:12]}: {used.records:,} records stand for {used.companies:,.0f} companies "
        "of the United Kingdom."
    )


def fit(report: FitReport) -> str:
    """How well the population meets the official figures, in a sentence, fitted and held out apart."""
    parts = []
    for role, said in ((FITTED, "it was fitted to"), (HELD_OUT, "kept back as a test")):
        lines = [one for one in report.lines if one.role == role]
        if lines:
            parts.append(f"{sum(one.within for one in lines):,} of {len(lines):,} official figures {said}")
    return f"The population is within tolerance of {' and '.join(parts)}." if parts else ""


def growth_to(result: CostingResult) -> str:
    """The heading of what grows: from the year of a figure to that of the finding."""
    return f"Growth to {result.financial_years[year_of_finding(result)]}"
