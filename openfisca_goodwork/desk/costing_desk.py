"""What all visitors of the app share: the population, the line of those who wait, and the last costings.

No Streamlit here. A costing is kept under all that was asked, a reform of somebody's own word for word: nobody is shown it
who does not ask with the same text.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from openfisca_goodwork import cache, costing, policy, population
from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst, audit, good_work_first
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.parts import draws_and_records
from openfisca_goodwork.costing.payments import CONVENTIONS
from openfisca_goodwork.costing.request import NONE, CostingRequest, Early, Kind, Option, Progress
from openfisca_goodwork.costing.runs import HELD, HOLDS
from openfisca_goodwork.costing.two_laws import COMMON
from openfisca_goodwork.desk import building, kept_results, memory
from openfisca_goodwork.desk.askers import Asker, Askers, HasLeft, Turns
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import CheckReport
from openfisca_goodwork.population.report import FitReport
from openfisca_goodwork.questions import SweepResult
from openfisca_goodwork.questions.asking import as_they_come
from openfisca_goodwork.questions.headline import Headline
from openfisca_goodwork.questions.sweeping import Sweep
from openfisca_goodwork.reports import costing_words as words

MOST_KEPT = 32
# Seconds without a run after which memory is given back: the next run then takes half a second more.
REST = 30.0
WAIT = 1.0  # seconds between two words to each who waits, which pages of others have to wait for
# What a run takes on two cores, until the first has been timed.
SECONDS_WITH_RANGE, SECONDS_WITHOUT = 4.0, 3.0
SECONDS_OF_A_DAY = 20.0  # of the law of a day, which changes rates, and so what every company pays
POPULATION_SHARE = 0.3
# What one visitor may ask of a server of 2 GB: a costing as it stands draws 200 times on 300 records.
MOST_DRAWN = 500_000
# The first costing of a server, which builds its population too, takes 1,400 MB.
MOST_MEGABYTES = 1_700
_MEMORY = Path("/proc/self/statm")


def key_of(request: CostingRequest) -> str:
    """The key of a question: the same for the same question, however reforms of the library are laid out.

    One's own reform goes in word for word, as its text, comments and all, is part of its result; the law of a day, which no
    text was read for, as the text that it would have.
    """
    said = ((option, _laid_out(option, value)) for option, value in request.each())
    return cache.fingerprint(*(part for option, texts in said for part in (option.name, *texts)))


def _laid_out(option: Option, value: Any) -> list[str]:
    if option.kind is not Kind.REFORMS:
        return option.texts(value)
    return [_text_of(reform) if policy.in_library(reform) or not reform.text else reform.text for reform in value]


@lru_cache(MOST_KEPT)
def _text_of(reform: policy.Reform) -> str:
    """A reform of the library, or the law of a day, as text: to write it takes longer than a page may."""
    return reform.to_yaml()


def silent(_stage: str, _done: float) -> None:
    """A progress callback that says nothing."""


class Work:
    """What a desk does, one thing at a time, over one population that it reads or builds first.

    Each thing raises DataError for a population that cannot be built.
    """

    def __init__(self) -> None:
        self._people: Any = None
        HOLDS.set()

    def do(self, what: str, progress: Progress, *given: Any, early: Early | None = None) -> Any:
        """One of the things below, by its name. Raises GoodworkError for one that takes more memory than a run may."""
        with _within_memory(progress) as stages:
            return getattr(self, what)(stages, *given, *([early] if early else []))

    def cost(self, progress: Progress, request: CostingRequest, early: Early | None = None) -> CostingResult:
        """The result of a request. Raises GoodworkError for a wrong one."""
        people = self._people_of(request, progress)
        return costing.cost(**request.arguments | {"population": people, "progress": progress, "early": early})

    def sweep(self, progress: Progress, requests: tuple[CostingRequest, ...]) -> tuple[Headline, ...]:
        """The headlines of requests that share their population, without a range. Raises GoodworkError for a wrong one."""
        people = self._people_of(requests[0], progress)
        asked = [replace(request, draws=0, population=people) for request in requests]
        answers = dict(as_they_come(asked, progress=progress))
        return tuple(replace(answers[place], request=request) for place, request in enumerate(requests))

    def _people_of(self, request: CostingRequest, progress: Progress) -> Any:
        """The companies of a request; those of a past forecast are read for the run alone, to save memory."""
        if _is_usual(request):
            return self._population(progress)
        building.ensure(_building(progress), request.forecast, _of_population(request))
        return request.population

    def report(self, progress: Progress) -> FitReport:
        """How well the population meets each official figure."""
        return population.report(self._population(progress))

    def audit(self, progress: Progress, region: str) -> GoodJobsAudit:
        """The Good Jobs Audit of a region. Raises GoodworkError for an unknown one."""
        return audit(region, population=self._population(progress), progress=progress)

    def procurement(self, progress: Progress) -> GoodWorkFirst:
        """Suppliers that pass and fail Good Work First."""
        return good_work_first(population=self._population(progress), progress=progress)

    def fit(self, _progress: Progress) -> str:
        """How well the population meets the official figures, in a sentence; nothing before it was read."""
        return "" if self._people is None else words.fit(population.report(self._people))

    def let_go(self, _progress: Progress = silent) -> None:
        """Hold no more memory than the population needs."""
        HELD.clear()
        memory.give_back()

    def end(self) -> None:
        """Leave nothing running."""

    def _population(self, progress: Progress) -> Any:
        if self._people is None:
            progress("Read the population", 0.0)
            building.ensure(_building(progress))
            self._people = population.load("default", progress=_building(progress))
        return self._people


class CostingDesk:
    """Does one thing at a time, first come, first served, and keeps the last costings.

    Args:
        most_kept: how many. work: what does it: here, or in a process of its own (`apart.Apart`).
        has_left: whether what a progress callback raises says that whoever asked has left, perhaps to come back.
    """

    def __init__(
        self, most_kept: int = MOST_KEPT, work: Work | None = None, has_left: HasLeft = lambda _raised: False
    ) -> None:
        self._turns = Turns()
        self._askers = Askers(has_left)
        self._work = work or Work()
        self._most_kept = most_kept
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._fit = ""
        self._took: dict[tuple[bool, bool], float] = {}
        self._resting = threading.Timer(REST, self._rest)

    def cost(self, request: CostingRequest, progress: Progress, early: Early | None = None) -> CostingResult:
        """The result of a request; one kept from before, without waiting, where the same was asked.

        `early` is called with a result that is not whole yet: without its interval, and without who gains.

        Raises:
            GoodworkError: for a wrong request, and one that is too much for a server. DataError: for a population that
                cannot be built.
        """
        if (kept := self.kept(request)) is not None:
            return kept
        if request.settings:
            refuse_too_much(request)
        key = key_of(request)

        def run(asker: Asker) -> CostingResult:
            begun = time.monotonic()
            result: CostingResult = self._work.do("cost", asker.heard, request, early=early and asker.telling(early))
            self._took[_alike(request)] = time.monotonic() - begun
            kept_results.keep(request, key, result)
            return result

        return self._shared(key, progress, run)

    def sweep(self, asked: Sweep, progress: Progress) -> SweepResult:
        """Costings that differ in one value, over one population and without a range; one kept from before at once.

        Raises:
            GoodworkError: for a wrong request. DataError: for a population that cannot be built.
        """
        key = _key_of_sweep(asked)
        if (kept := self._kept.get(key)) is not None:
            return kept
        requests = tuple(costing.request for costing in asked.costings)
        return self._shared(key, progress, lambda asker: SweepResult(asked, self._work.do("sweep", asker.heard, requests)))

    def kept_sweep(self, asked: Sweep) -> SweepResult | None:
        """The result of the same sweep, where it is one of the last of this server."""
        return self._kept.get(_key_of_sweep(asked))

    def kept(self, request: CostingRequest) -> CostingResult | None:
        """The result of the same request, where it is one of the last: of this server, or of one before it."""
        key = key_of(request)
        result = self._kept.get(key)
        if result is not None:
            with suppress(KeyError):  # another visitor's result has pushed it out meanwhile
                self._kept.move_to_end(key)
        elif (result := kept_results.read(request, key)) is not None:
            self._hold(key, result)
        return result

    def _hold(self, key: str, result: CostingResult | SweepResult) -> None:
        self._kept[key] = result
        while len(self._kept) > self._most_kept:
            with suppress(KeyError):  # another visitor's page drops one at the same moment
                self._kept.popitem(last=False)

    def is_under_way(self, request: CostingRequest) -> bool:
        """Whether a run of the request goes on or waits its turn, whoever asked for it."""
        return self._askers.is_asked(key_of(request))

    def before(self) -> int:
        """How many runs come before one that is asked for now."""
        return len(self._turns)

    def seconds(self, request: CostingRequest) -> float:
        """About how long a run of the request takes, by the last alike; building a population comes on top."""
        is_without, is_of_a_day = alike = _alike(request)
        first = SECONDS_OF_A_DAY if is_of_a_day else SECONDS_WITHOUT if is_without else SECONDS_WITH_RANGE
        return self._took.get(alike, first)

    def has_to_build(self, request: CostingRequest) -> bool:
        """Whether a population has to be built before the request can be run. Raises GoodworkError for a wrong setting."""
        if _is_usual(request):
            return not self._fit and not building.is_kept()
        return not building.is_kept(request.forecast, _of_population(request))

    def of_population(self, what: str, progress: Progress, *given: Any) -> Any:
        """The `report`, `audit` or `procurement` of `Work`; the population is read, or built, first.

        Raises:
            GoodworkError: for what is unknown. DataError: for a population that cannot be built.
        """
        with self._one_at_a_time(progress):
            return self._work.do(what, progress, *given)

    def fit(self) -> str:
        """How well the population meets the official figures, in a sentence; nothing before the first costing."""
        return self._fit

    def end(self) -> None:
        """Leave nothing running, once no run is under way."""
        self._resting.cancel()
        self._work.end()

    def _shared(self, key: str, progress: Progress, run: Callable[[Asker], Any]) -> Any:
        known = partial(self._kept.get, key)
        with self._askers.asking(key, progress) as asker, self._one_at_a_time(asker.waits, known) as answer:
            if answer is not None:
                return answer
            self._hold(key, result := run(asker))
            return result

    @contextmanager
    def _one_at_a_time(self, progress: Progress, known: Callable[[], Any] = lambda: None) -> Iterator[Any]:
        """Wait for one's turn, saying so: two costings side by side would take twice the memory and no less time.

        What a run has used is kept for the next, who would ask the system for it again, and let go once nobody comes.

        Args:
            known: the answer, where the run of another visitor who asked the same has brought it; None while it has not.

        Yields:
            That answer, and nothing is to be run; None where it is one's turn.
        """

        def wait(before: int) -> None:
            progress(f"Wait: {before} {'run is' if before == 1 else 'runs are'} before yours", 0.0)

        with self._turns.turn(wait, WAIT, known) as answer:
            if answer is not None:
                yield answer
                return
            self._resting.cancel()
            try:
                yield None
                self._fit = self._fit or self._work.do("fit", silent)
            finally:
                self._resting = threading.Timer(REST, self._rest)
                self._resting.daemon = True
                self._resting.start()

    def _rest(self) -> None:
        """Let go of what the last run has used, unless somebody runs or waits."""
        if not len(self._turns):
            with self._turns.turn(lambda _before: None, WAIT):
                self._work.let_go()


def _alike(request: CostingRequest) -> tuple[bool, bool]:
    """What decides how long a run takes: whether nobody responds, and whether the law of a day is costed."""
    names = (str(getattr(reform, "name", reform)) for reform in request.reforms)
    return request.behaviour == NONE, any(map(policy.is_of_a_day, names))


def _is_usual(request: CostingRequest) -> bool:
    """Whether a request is of the companies that the desk holds: on the latest forecast, as they are assumed to be."""
    return request.forecast == population.LATEST and not _of_population(request)


def _of_population(request: CostingRequest) -> tuple[str, ...]:
    return tuple(
        setting for setting in request.settings if setting.startswith(COMMON) and not setting.startswith(CONVENTIONS)
    )


def _building(progress: Progress) -> Progress:
    return lambda stage, done: progress(f"Build the population: {stage}", POPULATION_SHARE * done)


TOO_MUCH_MEMORY = (
    f"The run was ended: it needs more than the {MOST_MEGABYTES:,} MB of memory that one run of this server may take. "
    "Ask for less, or run it on a machine of your own with the command goodwork cost."
)


@contextmanager
def _within_memory(progress: Progress) -> Iterator[Progress]:
    """A progress callback that ends a run, in words, which takes more memory than it may, where the system says how much."""
    began = _megabytes()

    def report(stage: str, done: float) -> None:
        if _megabytes() - began > MOST_MEGABYTES:
            raise MemoryError
        progress(stage, done)

    try:
        yield report
    except MemoryError as fault:
        raise GoodworkError(TOO_MUCH_MEMORY) from fault


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


def _key_of_sweep(asked: Sweep) -> str:
    return cache.fingerprint(asked.title, *asked.names, *(key_of(costing.request) for costing in asked.costings))
