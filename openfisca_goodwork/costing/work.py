"""How much work a costing is, worked out before anything is run: parts, draws, workers and their memory."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from openfisca_goodwork import system
from openfisca_goodwork.costing.executor import ClusterWorkers, LocalWorkers
from openfisca_goodwork.costing.parts import AT_ONCE, is_named
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import constant
from openfisca_goodwork.costing.uncertainty.estimate import ROWS_AT_ONCE
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.frame import count_cells
from openfisca_goodwork.population.store import FULL
from openfisca_goodwork.rendering import Worded

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
