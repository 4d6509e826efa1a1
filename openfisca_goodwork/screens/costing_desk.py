"""What all visitors of the app share: the population, and the costings of reforms that are public.

No Streamlit here. A reform that a visitor wrote or uploaded is costed for that visitor alone and never kept.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from openfisca_goodwork import cache, costing, policy, population
from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst, audit, good_work_first
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import CostingRequest, Early, Kind, Option, Progress
from openfisca_goodwork.costing.work import draws_and_records
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import CheckReport
from openfisca_goodwork.population.report import FitReport
from openfisca_goodwork.reports import costing_words as words

MOST_KEPT = 32
WAIT = 0.5
POPULATION_SHARE = 0.3
# What one visitor may ask of a server of 2 GB: a costing as it stands draws 200 times on 300 records.
MOST_DRAWN = 500_000
# The first costing of a server, which builds its population too, takes 1,400 MB.
MOST_MEGABYTES = 1_700
_MEMORY = Path("/proc/self/statm")


def key_of(request: CostingRequest) -> str:
    """The key of a question: the same for the same question, however its reform files are laid out."""
    said = ((option, _laid_out(option, value)) for option, value in request.each())
    return cache.fingerprint(*(part for option, texts in said for part in (option.name, *texts)))


def _laid_out(option: Option, value: Any) -> list[str]:
    return [reform.to_yaml() for reform in value] if option.kind is Kind.REFORMS else option.texts(value)


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
            GoodworkError: for a wrong request, and one that is too much for a server. DataError: for a population that
                cannot be built.
        """
        if request.settings:
            refuse_too_much(request)
        with self._one_at_a_time(progress) as stages:
            key = key_of(request) if is_public(request) else ""
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            # That of a past forecast is read for the run alone: one population fills the memory of the server.
            people = self._population(stages) if request.forecast == population.LATEST else request.population
            result = costing.cost(**request.arguments | {"population": people, "progress": stages, "early": early})
            if key:
                self._keep(key, result)
            return result

    def report(self, progress: Progress) -> FitReport:
        """How well the population meets each official figure; it is read, or built, first.

        Raises:
            DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress) as stages:
            return population.report(self._population(stages))

    def audit(self, region: str, progress: Progress) -> GoodJobsAudit:
        """The Good Jobs Audit of a region; the population is read, or built, first.

        Raises:
            GoodworkError: for an unknown region. DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress) as stages:
            return audit(region, population=self._population(stages), progress=stages)

    def procurement(self, progress: Progress) -> GoodWorkFirst:
        """Suppliers that pass and fail Good Work First; the population is read, or built, first.

        Raises:
            DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress) as stages:
            return good_work_first(population=self._population(stages), progress=stages)

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
    def _one_at_a_time(self, progress: Progress) -> Iterator[Progress]:
        """Wait for one's turn, saying so: two costings side by side would take twice the memory and no less time.

        Yields the progress callback of a run that ends, in words, where it takes more memory than one run may.
        """
        while not self._turn.acquire(timeout=WAIT):
            progress("Wait for another costing to end", 0.0)
        try:
            yield _within_memory(progress)
        except MemoryError as fault:
            raise GoodworkError(TOO_MUCH_MEMORY) from fault
        finally:
            self._turn.release()


TOO_MUCH_MEMORY = (
    f"The run was ended: it needs more than the {MOST_MEGABYTES:,} MB of memory that one run of this server may take. "
    "Ask for less, or run it on a machine of your own with the command goodwork cost."
)


def _within_memory(progress: Progress) -> Progress:
    """A progress callback that ends a run which takes more memory than one may, where the system says what it takes."""
    began = _megabytes()

    def report(stage: str, done: float) -> None:
        if _megabytes() - began > MOST_MEGABYTES:
            raise MemoryError
        progress(stage, done)

    return report


def _megabytes() -> float:
    """Memory that this process holds (MB); 0 where the system does not say."""
    if not _MEMORY.exists():
        return 0.0
    return int(_MEMORY.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def refuse_too_much(request: CostingRequest) -> None:
    """Refuse settings that would hold the server up for all others, before anything is run.

    Raises:
        GoodworkError: with what is too much and how much may be asked for; for a wrong request.
    """
    draws, records = draws_and_records(request)
    if draws * records > MOST_DRAWN:
        raise GoodworkError(
            f"The 80% range would take {draws:,} draws on {records:,} records, {draws * records:,} in all. This server does "
            f"{MOST_DRAWN:,} at most: set assumptions.uncertainty.draws or .records lower, or run it on your own machine "
            "with the command goodwork cost."
        )


def checked(source: str | bytes, name: str = "") -> CheckReport:
    """A visitor's reform file, read and checked, called by the name that its download has."""
    report = policy.examine(source, name=name)
    if report.reform is None:
        return report
    return replace(report, reform=replace(report.reform, file=f"./{report.reform.name}.yaml"))
