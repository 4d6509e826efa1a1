"""Many costings over one population: a grid or a list of values of parameters, reforms, baselines, behaviours, forecasts.

What is done is kept line by line in the folder of the sweep (``DONE``), each line the record of one run; a sweep that was
interrupted goes on after the last of them. A line counts while the program, both laws and the population are those it says.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from openfisca_goodwork import cache, documents
from openfisca_goodwork.costing.people import PopulationUsed
from openfisca_goodwork.costing.request import CostingRequest, Progress, option
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.disk import lock_file, unwritable
from openfisca_goodwork.documents import MisreadError, Place, Scalar, Tree
from openfisca_goodwork.errors import GoodworkError, counted, did_you_mean, quoted
from openfisca_goodwork.policy.laws import library, load, read_settings
from openfisca_goodwork.policy.reform import Reform
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.questions.asking import (
    CURRENT_LAW,
    AskedOfAll,
    Name,
    QuestionDocument,
    Reforms,
    as_they_come,
    overridden,
    read_question,
    read_reforms,
)
from openfisca_goodwork.questions.headline import AMOUNTS, Headline, Shared
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.system import parameters_fingerprint
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas


# --- what a sweep is asked: its file, checked as a whole, and the costings it stands for -----------------------------


MOST_COSTINGS = 1_000
MOST_WITH_INTERVAL = 200
VARY, COSTINGS = "vary", "costings"
# Options of a costing that may differ from costing to costing, beside parameters (PATH@DATE).
VARIED_OPTIONS = ("reforms", "baseline", "behaviour", "basis", "forecast")
_AT = "@"
_DECIMALS = Decimal("1e-12")


def _values(given: Tree) -> list[Tree]:
    """Values listed, or the steps from one to another."""
    if isinstance(given, dict):
        return list(_steps(given))
    if not isinstance(given, list):
        raise MisreadError("needs a list of values ([0.1, 0.2]), or from, to and step ({from: 0.1, to: 1, step: 0.1}).")
    if not given:
        raise MisreadError("has no value. List at least one.")
    return given


def _steps(given: Mapping[str, Tree]) -> Iterator[Scalar]:
    """Numbers from the first to the last by a step, in decimals."""
    if set(given) != {"from", "to", "step"}:
        raise MisreadError("needs from, to and step, as in {from: 0.1, to: 1, step: 0.1}.")
    first, last, step = (Decimal(str(documents.read_number(given[name]))) for name in ("from", "to", "step"))
    if step <= 0 or last < first:
        raise MisreadError("goes from the smaller number to the larger by a step above 0.")
    number = int((last - first) / step + _DECIMALS)
    if number >= MOST_COSTINGS:
        raise MisreadError(f"has {number + 1:,} values; a sweep may hold {MOST_COSTINGS:,} costings. Take larger steps.")
    return (Scalar(str((first + place * step).normalize() + 0)) for place in range(number + 1))


class SweepFile(AskedOfAll):
    """The shape of a sweep's file: options that all costings share, and what varies from one to the next."""

    sweep: Name
    reforms: Reforms = ()
    draws: Annotated[int, BeforeValidator(documents.read_whole_number)] = 0
    vary: dict[str, Annotated[list[Any], BeforeValidator(_values)]] = Field(default_factory=dict)
    costings: list[dict[str, Any]] = Field(default_factory=list)


class SweepDocument(QuestionDocument):
    """A sweep's file being read."""

    models = (SweepFile,)


@dataclass(frozen=True)
class Costing:
    """One costing of a sweep.

    Attributes:
        varied: what varies, by name: a number where it is one. request: what is asked.
    """

    varied: dict[str, float | str]
    request: CostingRequest


@dataclass(frozen=True)
class Sweep:
    """What a sweep is asked.

    Attributes:
        name, title: of it. names: what varies. costings: each, in the order of the file; the last name varies fastest.
        text: of the file. file: its path; empty for one that no file holds.
    """

    name: str
    title: str
    names: tuple[str, ...]
    costings: tuple[Costing, ...]
    text: str = ""
    file: str = ""


def read_sweep(source: Path | str | bytes | Mapping[str, Any]) -> Sweep:
    """A sweep from its file (a path), its content (bytes), or a mapping, in which a reform may be a ``Reform``.

    Raises:
        GoodworkError: with every fault of the file, each with its line; for more costings than a sweep may hold.
    """
    given: dict[str, Reform] = {}
    read = _named(source, given) if isinstance(source, Mapping) else source
    document, file = read_question(read, SweepDocument, SweepFile)
    rows = _rows(document, file)
    document.raise_faults()
    names = tuple(dict.fromkeys(name for row, _ in rows for name in row))
    costings = tuple(_costing(document, file, row, place, given) for row, place in rows)
    document.raise_faults()
    path = "" if isinstance(source, (Mapping, bytes)) else str(source)
    return Sweep(file.sweep, file.title or file.sweep, names, tuple(filter(None, costings)), document.text, path)


def _named(value: Any, given: dict[str, Reform]) -> Any:
    """A mapping with a name in place of each ``Reform``, and of each path its text; reforms of one name are numbered."""
    if isinstance(value, Reform):
        name, number = value.name.replace(" + ", " and "), 1
        known = given | {one: load(one) for one in [name] if one in library()}
        while known.get(name, value) != value:
            number += 1
            name = f"{value.name.replace(' + ', ' and ')} ({number})"
        given[name] = value
        return name
    if isinstance(value, Mapping):
        return {key: _named(one, given) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_named(one, given) for one in value]
    return str(value) if isinstance(value, Path) else value


def _rows(document: SweepDocument, file: SweepFile) -> list[tuple[dict[str, Tree], Place]]:
    """What varies in each costing, as typed, with its place in the file."""
    if bool(file.vary) == bool(file.costings):
        said = "both vary, every combination of values, and costings, one by one: keep one of them."
        if file.vary or not {VARY, COSTINGS} & set(document.tree):
            document.fault(f"A sweep has {said}" if file.vary else "A sweep varies something: give vary or costings.")
        return []
    _check_values(document, file)
    size = math.prod(map(len, file.vary.values())) if file.vary else len(file.costings)
    most, why = (MOST_WITH_INTERVAL, " with an interval each") if file.draws else (MOST_COSTINGS, "")
    if size > most:
        document.fault(f"It has {counted(size, 'costing')}; a sweep may hold {most:,}{why}. Vary less.", (VARY,), key=True)
    if document.faults:
        return []
    if file.costings:
        return [(row, (COSTINGS, number)) for number, row in enumerate(file.costings)]
    return [(dict(zip(file.vary, values, strict=True)), (VARY,)) for values in product(*file.vary.values())]


def _check_values(document: SweepDocument, file: SweepFile) -> None:
    named: list[tuple[str, Place, list[tuple[Tree, Place]]]] = []
    for name, listed in file.vary.items():
        at: Place = (VARY, name)
        is_list = isinstance(document.at(at), list)
        named.append((name, at, [(value, (*at, number) if is_list else at) for number, value in enumerate(listed)]))
    for number, row in enumerate(file.costings):
        named += [(name, (COSTINGS, number, name), [(value, (COSTINGS, number, name))]) for name, value in row.items()]
    for name, at, values in named:
        if name in VARIED_OPTIONS or _AT in name:
            for value, place in values:
                _check_value(document, name, value, place)
        else:
            near = did_you_mean(name, (*VARIED_OPTIONS, *current_vocabulary()))
            said = f"a parameter is PATH@DATE, an option one of {', '.join(VARIED_OPTIONS)}. {near}"
            document.fault(f"{quoted(name)} does not vary: {said}".rstrip(), at, key=True)


def _check_value(document: SweepDocument, name: str, value: Tree, place: Place) -> None:
    """One value on its own: that it is a text or a number, and one that its parameter may have."""
    if name in ("reforms", "baseline"):
        document.value(read_reforms, value, place)
        return
    text = document.value(documents.read_text, value, place)
    if text is None:
        return
    if _AT in name:
        _reform, faults = read_settings([f"{name}={text}"], current_vocabulary(), between=False)
        for fault in faults:
            document.fault(fault.message, place)
    elif wrong := option(name).fault(text):
        document.fault(wrong, place)


def _costing(
    document: SweepDocument, file: SweepFile, row: Mapping[str, Tree], place: Place, given: Mapping[str, Reform]
) -> Costing | None:
    """One costing; a request that asks what cannot be is a fault of the file.

    Args:
        given: reforms that are in no file, by the names that stand for them.
    """
    asked: dict[str, Any] = {"reforms": file.reforms, "baseline": file.baseline}
    asked |= {name: value for name, value in row.items() if _AT not in name}
    for name in ("reforms", "baseline"):
        asked[name] = tuple(given.get(one, one) for one in read_reforms(asked[name]))
    settings = [f"{name}={documents.read_text(value)}" for name, value in row.items() if _AT in name]
    request = file.request(draws=file.draws)
    request = replace(request, **asked, settings=(*request.settings, *settings))
    try:
        TwoLaws(request)
    except GoodworkError as error:
        for message in error.messages:
            document.fault(message, place)
        return None
    return Costing({name: _shown(name, value) for name, value in row.items()}, request)


def _shown(name: str, value: Tree) -> float | str:
    """A varied value as tables hold it: a number where it is one."""
    if name in ("reforms", "baseline"):
        return " + ".join(read_reforms(value)) or CURRENT_LAW
    text = documents.read_text(value)
    try:
        return documents.read_number(Scalar(text), infinite=True) if _AT in name else text
    except MisreadError:
        return text


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
    laws = TwoLaws(request)
    people = shared.people(laws, progress or (lambda _stage, _done: None))
    options = (request.years, request.behaviour, request.basis, request.forecast, str(request.draws))
    law = (parameters_fingerprint(law) for law in laws.both)
    return cache.fingerprint(model_version(), people.fingerprint, *law, *options)


@contextmanager
def _writing_in(directory: Path) -> Iterator[None]:
    """Raises GoodworkError where the disk refuses."""
    try:
        yield
    except OSError as fault:
        raise GoodworkError(unwritable(directory, fault, "name a directory that can be")) from fault


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
        with _writing_in(self.path.parent), self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()


@contextmanager
def _kept_in(directory: Path | None) -> Iterator[_Kept]:
    """The runs that a folder holds, for this process alone while it lasts; none without a folder."""
    if directory is None:
        yield _Kept({})
        return
    path = directory / DONE
    with _writing_in(directory):
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
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
    if kept.lost:  # less takes the place of what there is, which a full disk takes too
        with _writing_in(path.parent), path.open("r+", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in whole))
            file.truncate()
    return kept


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
