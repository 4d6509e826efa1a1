"""The parts of a costing, worked out here or by workers: parts of its population, and draws of its interval.

A worker is sent the request and which part, and makes the laws and the companies itself; of a population that was given as
it is, it is sent the part. What comes back adds up in the order of the parts, so that it is the same to the last bit.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from openfisca_goodwork import policy, system
from openfisca_goodwork.costing.behaviour import Behaviour, relief_ends
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.disclosure import standing_of
from openfisca_goodwork.costing.executor import ClusterWorkers, LocalWorkers, in_order
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.request import CostingRequest, Progress
from openfisca_goodwork.costing.runs import reach_of, run_baseline
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.costing.tables import Tables
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import constant
from openfisca_goodwork.costing.uncertainty.estimate import ROWS_AT_ONCE, Drawn, Estimate
from openfisca_goodwork.costing.uncertainty.stacked import Sample, Values
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import Population, chosen, nth_part
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.frame import count_cells
from openfisca_goodwork.population.store import FULL
from openfisca_goodwork.rendering import Worded

See = Callable[[Comparison], None]
AtFirst = Callable[[Tables], None]
# Records that run together: some ten arrays of each are held for every accounting period and scenario.
AT_ONCE = 150_000


def assumed_by(laws: TwoLaws) -> Behaviour:
    """Behaviour as a costing assumes it."""
    has_end, others = any(map(relief_ends, laws.both)), bool(laws.other_changes)
    return behaviour_of(laws.after, laws.request.behaviour, laws.day_of_assumptions, ends=has_end, others=others)


def compared(laws: TwoLaws, people: People, assumed: Behaviour, progress: Progress) -> Comparison:
    """Companies that run together under both laws; the scenarios of those affected are run as they are read."""
    before, after = laws.both
    progress("Run the baseline law", 0.0)
    label = laws.first_label(people, assumed)
    base, current = run_baseline(people, before, label, max(reach_of(law, label) for law in (before, after)))
    comparison = Comparison(laws, people, assumed, before, base, current)
    progress("Run the reform for every company entitled to it", 0.15)
    affected = int(comparison.affected.sum())
    progress(f"Run take-up and response for {affected:,} records" if affected else "Find that no record is affected", 0.3)
    return comparison


class Place(NamedTuple):
    """Where a part is in its population.

    Attributes:
        number: of the part, from 0. passed: records before it. of: records of the whole population.
        at_once: records of a part, but for the last.
    """

    number: int
    passed: int
    of: int
    at_once: int


class FoundInPart(NamedTuple):
    """What comes of a part: its tables, the records taken for the interval, and the assumptions that were read."""

    tables: Tables
    sample: Sample | None
    read: frozenset[str]


def found_in(
    laws: TwoLaws,
    people: People,
    place: Place,
    assumed: Behaviour,
    year: int | None,
    progress: Progress,
    see: See = lambda _comparison: None,
    early: AtFirst = lambda _tables: None,
) -> FoundInPart:
    """Both laws over one part of a population.

    Args:
        year: in which it is shown who gains; that of this part's finding where None is given.
        see: called with the comparison once it has run. early: with the tables that are there first.
    """
    comparison = compared(laws, people, assumed, progress)
    standing = standing_of if laws.request.disclosure else None
    tables = Tables.of(comparison, year, place.of / people.records, standing, early)
    see(comparison)
    sample = Estimate(laws, people, assumed).sample_of(comparison, place.passed, place.of)
    return FoundInPart(tables, sample, frozenset(assumed.values.read))


@dataclass(frozen=True)
class Asked:
    """A costing as workers are sent it.

    Attributes:
        request: with its reforms read, and no population but one to be had by its name, or a part of one.
        fingerprint: of the population, which the worker's must have too.
    """

    request: CostingRequest
    fingerprint: str

    @classmethod
    def of(cls, request: CostingRequest, people: People) -> Asked:
        """The costing of a request over a population, or over a part of it."""
        sent = sendable(request)
        return cls(sent if is_named(request) else replace(sent, population=people), people.fingerprint)


def sendable(request: CostingRequest) -> CostingRequest:
    """A request whose reforms are read, as a worker may not have their files, and that nobody here waits for.

    The file of its companies is found from any directory.
    """
    reforms = tuple(policy.load_all(request.reforms)) if request.reforms else ()
    baseline = tuple(policy.load_all(request.baseline)) if request.baseline else ()
    given = request.companies
    companies = str(Path(given).absolute()) if isinstance(given, str | Path) else given
    sent = replace(request, reforms=reforms, baseline=baseline, companies=companies)
    return replace(sent, progress=None, early=None, executor=None)


def is_named(request: CostingRequest) -> bool:
    """Whether a worker can have the companies of a request by itself: by name, or from their file."""
    return isinstance(request.population, str)


@dataclass(frozen=True, eq=False)
class PartTask:
    """A part to be worked out by a worker: its place, and the year in which it is shown who gains, where it is known."""

    asked: Asked
    place: Place
    year: int | None


@dataclass(frozen=True, eq=False)
class DrawsTask:
    """Draws to be worked out by a worker: places, weights and draws for take-up of the sample, and values by assumption."""

    asked: Asked
    records: np.ndarray
    weight: np.ndarray
    draw: np.ndarray
    values: Values


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of a costing's population.

    Attributes:
        laws: the two laws. people: all companies. assumed: behaviour. progress: told of all parts together.
        see: called with the comparison of each part, in their order; of none that a worker runs.
        early: called with the tables that are there first, where there is one part.
    """

    laws: TwoLaws
    people: People
    assumed: Behaviour
    progress: Progress
    see: See
    early: AtFirst = lambda _tables: None

    @cached_property
    def count(self) -> int:
        """How many parts there are."""
        return max(ceil(self.people.records / AT_ONCE), 1)

    def each(self) -> Iterator[FoundInPart]:
        """What comes of each part, in their order: the year of the first finding is that of all."""
        year = self.laws.year_of_gains
        if self.laws.request.executor is None or self.count == 1:
            early = {"early": self.early} if self.count == 1 else {}
            for place, part in self._places():
                stretch = self._stretch(place.number)
                found = found_in(self.laws, part, place, self.assumed, year, stretch, self.see, **early)
                year = found.tables.year_of_gains
                yield found
            return
        tasks = [replace(one, year=year) for one in self._tasks()]
        parts = self._by_workers(tasks)
        # The year of the first finding is known at the end: parts that found another, as hardly any does, are run again.
        year = parts[0].tables.year_of_gains
        others = [number for number, one in enumerate(parts) if one.tables.year_of_gains != year]
        again = self._by_workers([replace(tasks[number], year=year) for number in others]) if others else []
        known = dict(enumerate(parts)) | dict(zip(others, again, strict=True))
        for found in known.values():
            self.assumed.values.read.update(found.read)
            yield found

    def _places(self) -> Iterator[tuple[Place, People]]:
        passed = 0
        parts: Iterator[People] = self.people.parts(AT_ONCE)
        for number, part in enumerate(parts):
            yield Place(number, passed, self.people.records, AT_ONCE), part
            passed += part.records

    def _tasks(self) -> Iterator[PartTask]:
        request, people = self.laws.request, self.people
        if is_named(request):
            asked = Asked.of(request, people)
            places = (Place(number, number * AT_ONCE, people.records, AT_ONCE) for number in range(self.count))
            return (PartTask(asked, place, None) for place in places)
        return (PartTask(Asked.of(request, part), place, None) for place, part in self._places())

    def _by_workers(self, tasks: Sequence[PartTask]) -> list[FoundInPart]:
        def heard(done: int) -> None:
            so_far = self.count - len(tasks) + done
            self.progress(f"Run {self.count} parts by workers: {so_far} done", 0.3 + 0.6 * so_far / self.count)

        heard(0)
        return list(in_order(self.laws.request.executor, worker_part, tasks, heard))

    def _stretch(self, number: int) -> Progress:
        """Progress through one part of the work, scaled to its place in the whole run."""
        return lambda stage, done: self.progress(stage, 0.3 + 0.6 * (number + done) / self.count)


def draws_by_workers(
    laws: TwoLaws, people: People, progress: Progress
) -> Callable[[Sample, Sequence[Values]], list[Drawn]] | None:
    """What has draws of a sample worked out by workers, who take its records from their own population.

    None where there are no workers, or they cannot have the population by themselves.
    """
    if laws.request.executor is None or not is_named(laws.request) or not isinstance(people, Population):
        return None
    asked = Asked.of(laws.request, people)

    def drawing(sample: Sample, stretches: Sequence[Values]) -> list[Drawn]:
        def heard(done: int) -> None:
            progress(f"Draw the assumptions by workers: {done} of {len(stretches)} done", 0.9 + 0.05 * done / len(stretches))

        tasks = [DrawsTask(asked, sample.records, sample.weight, sample.draw, values) for values in stretches]
        return list(in_order(laws.request.executor, worker_draws, tasks, heard))

    return drawing


# --- what a worker does ------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Known:
    """What a worker knows of the costing that it was asked about last."""

    asked: Asked
    laws: TwoLaws = field(init=False)
    sample: Sample | None = None

    def __post_init__(self) -> None:
        self.laws = TwoLaws(self.asked.request)

    @cached_property
    def people(self) -> People:
        """The companies, from the worker's cache or built. Raises DataError where they are others than those asked about."""
        people = self.laws.people(lambda _stage, _done: None)
        if people.fingerprint != self.asked.fingerprint:
            raise DataError(
                f"The population on {socket.gethostname()} has other figures than the one asked about, though code and "
                "libraries are the same: processors of another kind round otherwise. Set GOODWORK_CACHE to a directory that "
                "all machines share, or use machines of one kind."
            )
        return people

    def sampled(self, task: DrawsTask) -> Sample:
        """The sample of a task, its companies as the baseline law leaves them before the laws differ."""
        kept = self.sample
        if kept is None or not np.array_equal(kept.records, task.records):
            laws, (before, after) = self.laws, self.laws.both
            label = laws.first_label(self.people, assumed_by(laws))
            reach = max(reach_of(law, label) for law in (before, after))
            base, _ = run_baseline(chosen(cast("Population", self.people), task.records), before, label, reach)
            self.sample = kept = Sample(base, task.weight, task.draw, task.records)
        return kept


_LOCK = threading.Lock()
_last: list[_Known] = []


def _known(asked: Asked) -> _Known:
    """The costing asked about, its laws and companies made once by each worker."""
    with _LOCK:  # a worker may have several threads
        if not _last or _last[0].asked != asked:
            _last[:] = [_Known(asked)]
        _last[0].people  # noqa: B018 - before another thread asks for it too
        return _last[0]


def worker_part(task: PartTask) -> FoundInPart:
    """What comes of a part, in a worker."""
    known = _known(task.asked)
    laws, people = known.laws, known.people
    place, part = task.place, people
    if is_named(task.asked.request):
        if isinstance(people, Population):
            part = nth_part(people, place.number, place.at_once)
        else:
            part = next(islice(people.parts(place.at_once), place.number, None))
    return found_in(laws, part, place, assumed_by(laws), task.year, lambda _stage, _done: None)


def worker_draws(task: DrawsTask) -> Drawn:
    """Draws of a sample, in a worker."""
    known = _known(task.asked)
    with _LOCK:
        sample = known.sampled(task)
    return Estimate(known.laws, known.people, assumed_by(known.laws)).run_stretch(sample, task.values)


# --- how much work a costing is, worked out before anything is run: parts, draws, workers and their memory ------------


# Of a process with the law loaded (MB), of each record of a part that runs here, or by a worker, and of each that is only
# kept for who gains (bytes). But for the last, an allowance, above every peak measured (benchmarks/results.md).
_OF_THE_LAW, _OF_A_RECORD, _OF_A_RECORD_BY_A_WORKER, _OF_A_RECORD_KEPT = 150, 12_000, 8_000, 120
_MEGABYTE = 2**20


def draws_and_records(request: CostingRequest) -> tuple[int, int]:
    """Draws of the assumptions, and records on which the law runs again in each draw.

    Raises:
        GoodworkError: for a wrong request.
    """
    laws = TwoLaws(request)
    draws, records = (int(constant(laws.after, name, laws.day_of_assumptions)) for name in ("draws", "records"))
    return draws if request.draws is None else request.draws, records


@dataclass(frozen=True)
class WorkPlan(Worded):
    """What a costing would run, where, and in what memory.

    Attributes:
        population: its name. records: about how many. parts: in which they run, one after the other or by workers.
        draws: of the assumptions. stretches: in which they run.
        where: ``here``, ``workers`` of this machine, or ``cluster``. workers: how many.
        used: workers that have something to do at a time; 0 where all is done here.
        memory_of_a_worker, memory_here: at their peak (MB). memory_there_is: of this machine, or of the cluster's worker
            that has least (MB); None where it is not known.
    """

    population: str
    records: int
    parts: int
    draws: int
    stretches: int
    where: str
    workers: int
    used: int
    memory_of_a_worker: int
    memory_here: int
    memory_there_is: int | None

    @property
    def is_enough(self) -> bool:
        """Whether the memory suffices, as far as is known."""
        needed = self.memory_of_a_worker * (1 if self.where == "cluster" else self.used)
        needed += 0 if self.where == "cluster" else self.memory_here
        return self.memory_there_is is None or needed <= self.memory_there_is

    def to_dict(self) -> dict[str, Any]:
        """The plan as JSON has it."""
        return asdict(self) | {"is_enough": self.is_enough}


def plan_of(request: CostingRequest) -> WorkPlan:
    """What a request would run, and where.

    Raises:
        GoodworkError: for a wrong request.
    """
    draws, sample = draws_and_records(request)
    people, executor = request.population, request.executor
    if request.companies is not None:
        people = TwoLaws(request).people(lambda _stage, _done: None)
    records = _records_of(people) if isinstance(people, str) else people.records
    parts, stretches = ceil(records / AT_ONCE), ceil(draws / max(ROWS_AT_ONCE // max(sample, 1), 1))
    workers = executor.count if isinstance(executor, (LocalWorkers, ClusterWorkers)) else 0
    tasks = max(parts if parts > 1 else 0, stretches if stretches > 1 and is_named(request) else 0)
    run_here = records if parts == 1 or not workers else 0
    return WorkPlan(
        population=people if isinstance(people, str) else "given",
        records=records,
        parts=parts,
        draws=draws,
        stretches=stretches,
        where="here" if not workers else "cluster" if isinstance(executor, ClusterWorkers) else "workers",
        workers=workers,
        used=min(workers, tasks),
        memory_of_a_worker=_memory(min(records, AT_ONCE), _OF_A_RECORD_BY_A_WORKER) if tasks and workers else 0,
        memory_here=_memory(min(run_here, AT_ONCE), _OF_A_RECORD) + records * _OF_A_RECORD_KEPT // _MEGABYTE,
        memory_there_is=getattr(executor, "memory", None),
    )


def _records_of(population: str) -> int:
    """About how many records a population has, whether it is built or not."""
    read = Assumptions(system.current_law().parameters)
    if population != FULL:
        return int(read("base.population.records"))
    cells = count_cells(read)
    return int(cells.registered.sum() + cells.unregistered.sum())


def _memory(records: int, of_each: int) -> int:
    """Memory of a process that runs so many records together (MB), each of so many bytes."""
    return _OF_THE_LAW + records * of_each // _MEGABYTE
