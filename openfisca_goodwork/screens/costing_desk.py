"""What all visitors of the app share: the population, and the costings of reforms that are public.

No Streamlit here. A reform that a visitor wrote or uploaded is costed for that visitor alone and never kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from openfisca_goodwork import cache, costing, policy, population
from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst, audit, good_work_first
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import CostingRequest, Early, Kind, Option, Progress
from openfisca_goodwork.policy import CheckReport
from openfisca_goodwork.population.report import FitReport
from openfisca_goodwork.reports import costing_words as words

MOST_KEPT = 32
WAIT = 0.5
POPULATION_SHARE = 0.3


def key_of(request: CostingRequest) -> str:
    """The key of a question: the same for the same question, however its reform files are laid out."""
    said = ((one, _laid_out(one, value)) for one, value in request.each())
    return cache.fingerprint(*(part for one, texts in said for part in (one.name, *texts)))


def _laid_out(one: Option, value: Any) -> list[str]:
    return [reform.to_yaml() for reform in value] if one.kind is Kind.REFORMS else one.texts(value)


def is_public(request: CostingRequest) -> bool:
    """Whether every reform is one of the library, and nothing in the request is anybody's own."""
    return not request.settings and all(policy.in_library(reform) for reform in (*request.reforms, *request.baseline))


class CostingDesk:
    """Costs one request at a time, over one population, and keeps the last public results."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._turn = threading.Lock()
        self._most_kept = most_kept
        self._kept: OrderedDict[str, CostingResult] = OrderedDict()
        self._people: Any = None

    def cost(self, request: CostingRequest, progress: Progress, early: Early | None = None) -> CostingResult:
        """The result of a request; one kept from before where the same was asked of public reforms.

        `early` is called with a result that is not whole yet: without its interval, and without who gains.

        Raises:
            GoodworkError: for a wrong request. DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress):
            key = key_of(request) if is_public(request) else ""
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            # That of a past outlook is read for the run alone: one population fills the server as it is.
            people = self._population(progress) if request.forecast == population.LATEST else request.population
            result = costing.cost(**request.arguments | {"population": people, "progress": progress, "early": early})
            if key:
                self._keep(key, result)
            return result

    def report(self, progress: Progress) -> FitReport:
        """How well the population meets each official figure; it is read, or built, first.

        Raises:
            DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress):
            return population.report(self._population(progress))

    def audit(self, region: str, progress: Progress) -> GoodJobsAudit:
        """The Good Jobs Audit of a region; the population is read, or built, first.

        Raises:
            GoodworkError: for an unknown region. DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress):
            return audit(region, population=self._population(progress), progress=progress)

    def procurement(self, progress: Progress) -> GoodWorkFirst:
        """Suppliers that pass and fail Good Work First; the population is read, or built, first.

        Raises:
            DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress):
            return good_work_first(population=self._population(progress), progress=progress)

    def fit(self) -> str:
        """How well the population meets the official figures, in a sentence; nothing before the first costing."""
        return "" if self._people is None else words.fit(population.report(self._people))

    def _population(self, progress: Progress) -> Any:
        if self._people is None:
            progress("Read the population", 0.0)
            self._people = population.load(
                "default", progress=lambda stage, done: progress(f"Build the population: {stage}", POPULATION_SHARE * done)
            )
        return self._people

    def _keep(self, key: str, result: CostingResult) -> None:
        self._kept[key] = result
        while len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)

    @contextmanager
    def _one_at_a_time(self, progress: Progress) -> Iterator[None]:
        """Wait for one's turn, saying so: two costings side by side would take twice the memory and no less time."""
        while not self._turn.acquire(timeout=WAIT):
            progress("Wait for another costing to end", 0.0)
        try:
            yield
        finally:
            self._turn.release()


def checked(source: str | bytes, name: str = "") -> CheckReport:
    """A visitor's reform file, read and checked, called by the name that its download has."""
    report = policy.examine(source, name=name)
    if report.reform is None:
        return report
    return replace(report, reform=replace(report.reform, file=f"./{report.reform.name}.yaml"))
