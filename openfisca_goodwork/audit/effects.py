"""Gain of companies from a reform by region and section, in £ million and per job, from the distribution of its costing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openfisca_goodwork import costing, policy
from openfisca_goodwork.audit.cells import ALL, UK, where
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import BY_REGION, BY_SECTION, Row
from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.law.periods import parse_financial_years
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.check import ASSUMPTIONS, RESPONSES
from openfisca_goodwork.policy.compare import together, tried
from openfisca_goodwork.population import Population
from openfisca_goodwork.population.sources import REGIONS, SECTIONS

OF_COMPANIES = ("assumptions.base.", "assumptions.growth.", "assumptions.audit.")
"""Assumptions that the companies and their jobs rest on, and those of the audit itself."""


@dataclass(frozen=True)
class Effect:
    """What companies of a region, or of a section of the country, gain by a reform in a year; the Exchequer loses it.

    Attributes:
        gain: £ million, with the response assumed. per_job: £ for each of their employees; None without any.
        companies_gaining: how many gain. has_few_records: too few records stand behind it to quote it.
    """

    place: str
    section: str
    gain: float
    per_job: float | None
    companies_gaining: float
    has_few_records: bool

    @property
    def where(self) -> str:
        """Name of the place and section, for people."""
        return where(self.place, self.section)


def refuse_unused_settings(settings: Iterable[str], read: tuple[str, ...], mend: str) -> None:
    """Refuse settings `PATH@DATE=VALUE` of other parameters than those that begin as the ones read.

    Args:
        mend: what to do about it, in a sentence.

    Raises:
        GoodworkError: with every such setting.
    """
    unused = [setting for setting in settings if not setting.startswith(read)]
    if unused:
        raise GoodworkError("\n".join(f"--set {setting} changes no figure here. {mend}" for setting in unused))


def common(settings: Iterable[str]) -> tuple[str, ...]:
    """Settings among those given that change the population or the audit, and so hold under every law."""
    return tuple(setting for setting in settings if setting.startswith(ASSUMPTIONS) and not setting.startswith(RESPONSES))


def check(reforms: Sequence[str], year: str, settings: Sequence[str]) -> tuple[Reform, ...]:
    """Load the reforms of a request. Raises GoodworkError for wrong reforms, several years and unused settings."""
    errors: list[GoodworkError] = []
    read = f"The audit reads {', '.join(OF_COMPANIES)}"
    tried(lambda: refuse_unused_settings(common(settings), OF_COMPANIES, read), errors)
    if not reforms and not errors:
        tried(lambda: refuse_unused_settings(settings, OF_COMPANIES, "Name the reform it belongs to with --reform."), errors)
    tried(lambda: _refuse_more_than_one(year), errors)
    loaded = tried(lambda: policy.load_all(reforms), errors) if reforms else ()
    if errors or loaded is None:
        raise together(errors)
    return loaded


def _refuse_more_than_one(year: str) -> None:
    if len(parse_financial_years(year)) > 1:
        raise GoodworkError(f"{quoted(year)} is more than one year: a reform is shown in one, as --year 2029-30.")


def costed(reforms: Sequence[str], year: str, settings: Sequence[str], people: Population, progress: Any) -> CostingResult:
    """Costing of the reforms in one financial year, with the central response and without an interval."""
    of_reform = [setting for setting in settings if setting not in common(settings)]
    return costing.cost(list(reforms), years=year, settings=of_reform, population=people, draws=0, progress=progress)


def by_place(result: CostingResult) -> tuple[Effect, ...]:
    """Gains by region, then by section of the country; none where the reform moves nobody's tax."""
    return tuple(_effects(result))


def _effects(result: CostingResult) -> Iterator[Effect]:
    if result.distribution is None:
        return
    for place, row in zip(REGIONS, result.distribution.table(BY_REGION).rows, strict=True):
        yield _effect(place, ALL, row)
    for section, row in zip(SECTIONS, result.distribution.table(BY_SECTION).rows, strict=True):
        yield _effect(UK, section, row)


def _effect(place: str, section: str, row: Row) -> Effect:
    return Effect(place, section, row.gain, row.gain_per_employee, row.gaining, row.has_few_records)
