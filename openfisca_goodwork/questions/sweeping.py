"""Many costings over one population: a grid or a list of values of parameters, reforms, baselines, behaviours, forecasts.

What is done is kept line by line in the folder of the sweep (``DONE``), each line the record of one run; a sweep that was
interrupted goes on after the last of them. A line counts while the program, both laws and the population are those it says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openfisca_goodwork import cache
from openfisca_goodwork.costing.people import PopulationUsed
from openfisca_goodwork.costing.request import CostingRequest, Progress
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.disk import lock_file, unwritable
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.questions.asking import as_they_come
from openfisca_goodwork.questions.headline import AMOUNTS, Headline, Shared
from openfisca_goodwork.questions.overridden import overridden
from openfisca_goodwork.questions.sweep_file import Sweep, read_sweep
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.system import parameters_fingerprint
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

DONE = "runs.jsonl"


@dataclass(frozen=True)
class SweepResult(Worded):
    """The costings of a sweep, in the order of its file.

    Attributes:
        sweep: what was asked. headlines: the answer to each costing. kept: how many of them were there already.
        lost: lines of an earlier run that could not be read and were costed again.
    """

    sweep: Sweep
    headlines: tuple[Headline, ...]
    kept: int = 0
    lost: int = 0

    @property
    def command(self) -> str:
        """The command that gives this result again."""
        return f"goodwork sweep {self.sweep.file or 'FILE'}"

    @property
    def overridden(self) -> tuple[str, ...]:
        """What the varied values take the place of, in sentences."""
        return overridden([one.request for one in self.sweep.costings], self.sweep.names)

    def to_dataframe(self) -> pandas.DataFrame:
        """Tidy: a row for each costing and financial year, with what varies, the effect (£ million) and who claims."""
        import pandas  # here, because it takes longer to import than the table takes to make

        rows = [
            {
                "costing": number,
                **costing.varied,
                "financial_year": year,
                **{name: amounts[place] for name, amounts in headline.amounts.items()},
                **{name: ends[place] for name, ends in (("low", headline.low), ("high", headline.high)) if ends},
            }
            for number, (costing, headline) in enumerate(zip(self.sweep.costings, self.headlines, strict=True), 1)
            for place, year in enumerate(headline.financial_years)
        ]
        return pandas.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON: £ million, unrounded."""
        return {
            "model_version": model_version(),
            "sweep": self.sweep.name,
            "title": self.sweep.title,
            "varied": list(self.sweep.names),
            "command": self.command,
            "overridden": list(self.overridden),
            "costings": [
                {"varied": dict(costing.varied), **_told(headline)}
                for costing, headline in zip(self.sweep.costings, self.headlines, strict=True)
            ],
        }


def sweep(
    source: Path | str | Mapping[str, Any],
    out: Path | str | None = None,
    executor: Any = None,
    progress: Progress | None = None,
) -> pandas.DataFrame:
    """Cost every combination of a sweep over one population.

    Args:
        source: the path of a file, or a mapping like one, in which a reform may be a ``Reform`` too.
        out: folder in which each run is kept as it is done, so that a sweep that was interrupted goes on; none where None.
        executor: whose workers share the work; none where None. progress: called with a stage and the share done.

    Returns:
        Tidy: a row for each costing and financial year (£ million; plus improves the public finances).

    Raises:
        GoodworkError: with every fault of the file, each with its line.
    """
    return run_sweep(source, out, executor, progress).to_dataframe()


def run_sweep(
    source: Path | str | Mapping[str, Any],
    out: Path | str | None = None,
    executor: Any = None,
    progress: Progress | None = None,
) -> SweepResult:
    """The same as ``sweep``, as a result that says itself in words and has a report."""
    asked = read_sweep(source)
    requests = [costing.request for costing in asked.costings]
    shared = Shared()
    with _kept_in(None if out is None else Path(out)) as kept:
        keys = [_key(request, shared, progress) for request in requests] if out is not None else []
        answers = {place: kept.held[key] for place, key in enumerate(keys) if key in kept.held}
        known = len(answers)
        wanted = [place for place in range(len(requests)) if place not in answers]
        for number, headline in as_they_come([requests[place] for place in wanted], executor, progress, shared):
            answers[wanted[number]] = headline
            if out is not None:
                kept.keep(keys[wanted[number]], headline)
    whole = (replace(answers[place], request=request) for place, request in enumerate(requests))
    return SweepResult(asked, tuple(whole), known, kept.lost)


def _key(request: CostingRequest, shared: Shared, progress: Progress | None) -> str:
    """What a run depends on: the program, both laws, the companies, and the options that are no law."""
    laws = TwoLaws(request)
    people = shared.people(laws, progress or (lambda _stage, _done: None))
    options = (request.years, request.behaviour, request.basis, request.forecast, str(request.draws))
    law = (parameters_fingerprint(law) for law in laws.both)
    return cache.fingerprint(model_version(), people.fingerprint, *law, *options)


@dataclass
class _Kept:
    """Runs that are done, by key; what is done now is added line by line."""

    held: dict[str, Headline]
    lost: int = 0
    path: Path | None = None

    def keep(self, key: str, headline: Headline) -> None:
        """Add one run. Raises GoodworkError where the disk refuses."""
        if self.path is None:
            return
        line = json.dumps({"key": key, **_told(headline)}, ensure_ascii=False, allow_nan=False)
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
                file.flush()
        except OSError as fault:
            raise GoodworkError(unwritable(self.path.parent, fault, "name a directory that can be")) from fault


@contextmanager
def _kept_in(directory: Path | None) -> Iterator[_Kept]:
    """The runs that a folder holds, for this process alone while it lasts; none without a folder."""
    if directory is None:
        yield _Kept({})
        return
    path = directory / DONE
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as fault:
        raise GoodworkError(unwritable(directory, fault, "name a directory that can be")) from fault
    try:
        if not lock_file(handle, waits=False):
            raise GoodworkError(f"Another sweep is writing into {directory}. Wait for it, or name another directory.")
        yield _read(path)
    finally:
        os.close(handle)


def _read(path: Path) -> _Kept:
    """The runs of a file; a line that was not written whole is taken out, and its run done again."""
    kept, whole = _Kept({}, path=path), []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            held = json.loads(line)
            kept.held[held["key"]] = _headline(held)
            whole.append(line)
        except (ValueError, KeyError, TypeError):
            kept.lost += 1
    if kept.lost:
        _rewrite(path, "".join(f"{line}\n" for line in whole))
    return kept


def _rewrite(path: Path, shorter: str) -> None:
    """Put less in the place of what a file has, which a full disk takes too. Raises GoodworkError where it refuses."""
    try:
        with path.open("r+", encoding="utf-8") as file:
            file.write(shorter)
            file.truncate()
    except OSError as fault:
        raise GoodworkError(unwritable(path.parent, fault, "name a directory that can be")) from fault


def _told(headline: Headline) -> dict[str, Any]:
    """The record of one run: what gives it again, and what came of it."""
    used = headline.population
    return {
        "model_version": model_version(),
        "command": headline.request.command,
        "financial_years": headline.financial_years,
        **{name: list(amounts) for name, amounts in headline.amounts.items()},
        **({"low": list(headline.low), "high": list(headline.high)} if headline.low else {}),
        "no_effect": headline.no_effect or None,
        "population": {
            "name": used.name,
            "fingerprint": used.fingerprint,
            "records": used.records,
            "companies": used.companies,
        },
        "assumptions": dict(headline.assumptions),
    }


def _headline(held: Mapping[str, Any]) -> Headline:
    """A run from its record; its request is put in by who asks for it."""
    people, amounts = held["population"], (name for name in AMOUNTS if name in held)
    return Headline(
        CostingRequest(),
        tuple(int(year[:4]) for year in held["financial_years"]),
        {name: tuple(map(float, held[name])) for name in amounts},
        PopulationUsed(people["fingerprint"], people["records"], people["companies"], people["name"]),
        held["assumptions"],
        tuple(held.get("low", ())),
        tuple(held.get("high", ())),
        held["no_effect"] or "",
    )
