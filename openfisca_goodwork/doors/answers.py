"""What programs may ask, as plain data: each function is that of a command, and refuses files of the server.

A reform is a name of the library, or the text of a reform file; a law is ``law``, ``law@2023-04-01`` or a reform. A company
is what a company file holds. Each answer is what the command prints with ``--json``.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from openfisca_goodwork import policy
from openfisca_goodwork.company import calculate as calculated
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.desk.apart import Apart
from openfisca_goodwork.desk.costing_desk import CostingDesk
from openfisca_goodwork.effective_rates import effective_rates
from openfisca_goodwork.errors import GoodworkError, did_you_mean, quoted
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.compare import LAW, parameter_list
from openfisca_goodwork.policy.laws import LAW_ON
from openfisca_goodwork.reports import costing_words
from openfisca_goodwork.version import model_version

MOST_REFORMS = 10
_OWN = "own-reform"


def reform_of(given: str) -> Reform:
    """A reform by its name in the library, or from the text of a reform file. Raises GoodworkError for anything else."""
    if given in policy.library() or LAW_ON.fullmatch(given.strip()):
        return policy.load(given)
    if "\n" in given:
        return policy.parse(given.encode(), name=_OWN)
    near = did_you_mean(given, policy.library())
    missing = " ".join(filter(None, (f"There is no reform called {quoted(given)} in the library.", near)))
    raise GoodworkError(f"{missing} Give a name of it, or the text of a reform file: a file of the server is not read.")


def reforms_of(given: Iterable[str]) -> tuple[Reform, ...]:
    """Several reforms. Raises GoodworkError for too many, and for what is none."""
    listed = list(given)
    if len(listed) > MOST_REFORMS:
        raise GoodworkError(f"{len(listed)} reforms were given; at most {MOST_REFORMS} can be combined.")
    return tuple(map(reform_of, listed))


def calculate(company: Mapping[str, Any], reforms: Iterable[str] = ()) -> dict[str, Any]:
    """The corporation tax of a company, or of a group, under current law and under reforms (£).

    Raises:
        GoodworkError: with every fault of the company and of the reforms.
    """
    answer: dict[str, Any] = calculated(company, reforms_of(reforms)).to_dict()
    return answer


def compare(a: str = LAW, b: str = LAW, *, on: str | None = None, start: str | None = None, end: str | None = None) -> Any:
    """Every parameter that differs between two laws, on a day or in a span of days, with the sources of both.

    Raises:
        GoodworkError: with all that is wrong with the laws and the days.
    """
    first, second = (
        given if given.strip() == LAW or LAW_ON.fullmatch(given.strip()) else reform_of(given) for given in (a, b)
    )
    return policy.compare(first, second, on, start, end).to_dict()


def reforms(group: str = "") -> list[dict[str, Any]]:
    """The reforms of the library, or those of one group: name, group, title, summary, status, source.

    Raises:
        GoodworkError: for an unknown group.
    """
    groups = policy.library_by_group()
    if group and group not in groups:
        raise GoodworkError(f"{quoted(group)} is no group of the library. Its groups: {', '.join(groups)}.")
    return [
        {"name": reform.name, "group": name}
        | {each: getattr(reform, each) for each in ("title", "summary", "status", "source")}
        for name, members in groups.items()
        if not group or name == group
        for reform in members
    ]


def parameters(word: str = "", most: int = 100) -> dict[str, Any]:
    """Parameters by a word in their path, label or description: meaning, unit, range, allowed words, value now."""
    listed = parameter_list(word).to_dict()
    found = listed["parameters"]
    return listed | {"parameters": found[:most], "found": len(found)}


def parameter(path: str) -> dict[str, Any]:
    """Every dated value of a parameter, or of each in a group, with its references. Raises GoodworkError for none."""
    return policy.parameter_history(path).to_dict()


def rates(law: str = LAW, reforms: Iterable[str] = (), *, on: str, returns_on: str | None = None) -> dict[str, Any]:
    """Effective tax rates of £1 spent on a machine, a building or training on a day.

    Raises:
        GoodworkError: with all that is wrong with the laws and the days.
    """
    listed = list(reforms)
    for given in (*listed, *([] if law.strip() == LAW else [law])):
        if "\n" in given:
            raise GoodworkError("Effective rates are of laws by name: give a name of the library, law, or law@2023-04-01.")
        reform_of(given)
    answer: dict[str, Any] = effective_rates(law.strip(), listed, on=on, returns_on=returns_on).to_dict()
    return answer


def costing_request(reforms: Iterable[str], baseline: Iterable[str] = (), **options: Any) -> CostingRequest:
    """The request of a costing, its reforms read. Raises GoodworkError with every fault that can be seen before a run."""
    return CostingRequest(reforms=reforms_of(reforms), baseline=reforms_of(baseline), **options)


def costed(result: CostingResult) -> dict[str, Any]:
    """A costing as ``goodwork cost --json`` prints it, with its finding, standing and caveats in words first."""
    said = {
        "finding": costing_words.finding(result),
        "standing": costing_words.standing(result),
        "likely_range": costing_words.likely(result),
        "how_far_to_trust_it": costing_words.trust_in_short(result),
        "unit": "£ million by financial year; minus is a cost to the Exchequer, plus improves the public finances",
    }
    return said | result.to_dict()


def about() -> dict[str, Any]:
    """What this is, its version, and what it does not cover."""
    return {
        "name": "openfisca-goodwork",
        "model_version": model_version(),
        "what": "UK corporation tax of companies, and what reforms cost the Exchequer over a synthetic population of them.",
        "not_covered": "Oil and gas, banks, insurers, and what the page of coverage names; no official costing.",
    }


# --- what is wrong with the form of a question, in words -------------------------------------------------------------


_SHOWN = 60
# By the first word of pydantic's name for a fault: what was expected.
_EXPECTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list, in [ ]",
    "tuple": "a list, in [ ]",
    "dict": "an object, in { }",
    "model": "an object, in { }",
}


def in_words(faults: Iterable[Mapping[str, Any]], known: Iterable[str], help_at: str) -> Iterator[str]:
    """Pydantic's faults as sentences.

    Args:
        faults: as a `ValidationError` lists them, their places within the question.
        known: the fields of the question, of which the nearest is named. help_at: who lists them.
    """
    names = list(known)
    for fault in faults:
        place = ".".join(map(str, fault["loc"]))
        if fault["type"] == "missing":
            yield f"{place or 'The body'} is missing."
        elif fault["type"] == "extra_forbidden":
            yield " ".join(filter(None, (f"{quoted(place)} is not known here.", did_you_mean(place, names), help_at)))
        elif place:
            yield f"{place} must be {_expected(fault)}, and is {_shown(fault['input'])}."
        else:
            yield "The body must be a JSON object, sent with the header Content-Type: application/json."


def _expected(fault: Mapping[str, Any]) -> str:
    details = fault.get("ctx", {})
    if "expected" in details:
        return str(details["expected"])
    bounds = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    if within := [f"{words} {details[name]}" for name, words in bounds.items() if name in details]:
        return " and ".join(within)
    return _EXPECTED.get(fault["type"].partition("_")[0], fault["msg"])


def _shown(given: Any) -> str:
    shown = quoted(given) if isinstance(given, str) else str(given)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


# --- costings that run while others wait -----------------------------------------------------------------------------


WAITING, RUNNING, DONE, REFUSED, STOPPED = ("waiting", "running", "done", "refused", "stopped")
MOST_WAITING = 20
MOST_KEPT = 50


class Full(Exception):  # noqa: N818 — no error of the visitor's: they may ask again
    """As many costings wait as may."""


class _Cancelled(Exception):  # noqa: N818 — how a run is ended from outside
    """Nobody waits for this costing any more."""


@dataclass
class Job:
    """A costing that was asked for.

    Attributes:
        name: by which it is asked after. state: one of the five. stage, done: what it does, and the share done.
        answer: of one that is done. faults: why it was refused.
    """

    name: str
    request: CostingRequest
    state: str = WAITING
    stage: str = ""
    done: float = 0.0
    answer: dict[str, Any] | None = None
    faults: str = ""
    is_unwanted: threading.Event = field(default_factory=threading.Event)

    def progress(self, stage: str, done: float) -> None:
        """Take note of how far the run is; end it where nobody wants it any more."""
        if self.is_unwanted.is_set():
            raise _Cancelled
        self.stage, self.done = stage, done


class Jobs:
    """The costings of a server: one runs, the others wait in the order they came; the last results are kept."""

    def __init__(self, desk: CostingDesk | None = None) -> None:
        self._desk = desk or CostingDesk(work=Apart())
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._runner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="costing")

    def ask(self, request: CostingRequest) -> Job:
        """Take a request in. Raises Full where as many wait as may."""
        with self._lock:
            if sum(job.state in {WAITING, RUNNING} for job in self._jobs.values()) >= MOST_WAITING:
                raise Full
            job = Job(uuid.uuid4().hex, request)
            self._jobs[job.name] = job
            ended = [name for name, other in self._jobs.items() if other.state not in {WAITING, RUNNING}]
            for name in ended[: max(0, len(self._jobs) - MOST_KEPT)]:
                del self._jobs[name]
        self._runner.submit(self._run, job).add_done_callback(partial(_note_fault_of_ours, job))
        return job

    def find(self, name: str) -> Job | None:
        """A costing by its name; None where there is none, or it is no longer kept."""
        return self._jobs.get(name)

    def place(self, job: Job) -> int:
        """How many costings come before one that waits."""
        with self._lock:
            before = list(self._jobs.values())
        return sum(other.state in {WAITING, RUNNING} for other in before[: before.index(job)]) if job in before else 0

    def stop(self, job: Job) -> None:
        """End a costing: at once where it waits, within a second where it runs."""
        job.is_unwanted.set()
        if job.state == WAITING:
            job.state = STOPPED

    def close(self) -> None:
        """End all of them, and what works them out."""
        for job in list(self._jobs.values()):
            job.is_unwanted.set()
        self._runner.shutdown(cancel_futures=True)
        self._desk.end()

    def _run(self, job: Job) -> None:
        if job.is_unwanted.is_set():
            job.state = STOPPED
            return
        job.state = RUNNING
        try:
            job.answer = costed(self._desk.cost(job.request, job.progress))
            job.done, job.state = 1.0, DONE
        except _Cancelled:
            job.state = STOPPED
        except GoodworkError as fault:
            job.faults, job.state = str(fault), REFUSED


def _note_fault_of_ours(job: Job, run: Future[None]) -> None:
    """Say of a costing that ended otherwise than by its answer or its faults that the program is at fault, and log why."""
    if not run.cancelled() and (fault := run.exception()) is not None:
        logging.getLogger(__name__).error("A costing failed.", exc_info=fault)
        job.faults, job.state = "The costing failed. This is a fault of the program; please report it.", REFUSED
