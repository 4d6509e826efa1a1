"""What all visitors of the app share: the population, and the costings of reforms that are public.

No Streamlit here. A reform that a visitor wrote or uploaded is costed for that visitor alone and never kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from openfisca_goodwork import cache, costing, policy, population
from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst, audit, good_work_first
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.steps import ACCRUALS
from openfisca_goodwork.policy import CheckReport, Reform
from openfisca_goodwork.population.report import FitReport
from openfisca_goodwork.reports import words

MOST_KEPT = 32
WAIT = 0.5
POPULATION_SHARE = 0.3

Progress = Callable[[str, float], None]
Early = Callable[[CostingResult], None]


@dataclass(frozen=True)
class CostRequest:
    """What a visitor asks.

    Attributes:
        reforms: to cost. years: as `2026-27:2031-32`. behaviour: its level.
        basis: `accruals` or `cash`. settings: `PATH@DATE=VALUE`.
        baseline: reforms laid upon current law first, beneath what is costed.
        forecast: the outlook for the economy, as `population.outlooks` has it, or `latest`.
    """

    reforms: tuple[Reform, ...]
    years: str
    behaviour: str
    baseline: tuple[Reform, ...] = ()
    settings: tuple[str, ...] = ()
    basis: str = ACCRUALS
    forecast: str = population.LATEST

    @property
    def key(self) -> str:
        """The same for the same question, however its reform files are laid out."""
        laid = [reform.to_yaml() for reform in self.reforms], [reform.to_yaml() for reform in self.baseline]
        how = self.years, self.behaviour, self.basis, self.forecast
        return cache.fingerprint(*laid[0], "upon", *laid[1], "set", *self.settings, *how)

    @property
    def is_public(self) -> bool:
        """Whether every reform is one of the library, and nothing in it anybody's own."""
        return not self.settings and all(policy.in_library(reform) for reform in (*self.reforms, *self.baseline))


class CostingDesk:
    """Costs one request at a time, over one population, and keeps the last public results."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._turn = threading.Lock()
        self._most_kept = most_kept
        self._kept: OrderedDict[str, CostingResult] = OrderedDict()
        self._people: Any = None

    def cost(self, request: CostRequest, progress: Progress, early: Early | None = None) -> CostingResult:
        """The result of a request; one kept from before where the same was asked of public reforms.

        `early` is called with a result that is not whole yet: without its interval, and without who gains.

        Raises:
            GoodworkError: for a wrong request. DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress):
            if request.is_public and request.key in self._kept:
                self._kept.move_to_end(request.key)
                return self._kept[request.key]
            result = costing.cost(
                list(request.reforms),
                baseline=list(request.baseline),
                settings=request.settings,
                years=request.years,
                behaviour=request.behaviour,
                basis=request.basis,
                forecast=request.forecast,
                # That of a past outlook is read for the run alone: one population fills the server as it is.
                population=self._population(progress) if request.forecast == population.LATEST else "default",
                progress=progress,
                early=early,
            )
            if request.is_public:
                self._keep(request.key, result)
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
