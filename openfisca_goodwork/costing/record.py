"""The record of a run: all that gives a costing again, and the costing made anew from it and held against it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from openfisca_goodwork import policy
from openfisca_goodwork.costing.engine import cost
from openfisca_goodwork.costing.request import Kind, Option, Progress
from openfisca_goodwork.costing.request import options as every_option
from openfisca_goodwork.costing.result import CostingResult
from openfisca_goodwork.costing.two_laws import COMMON
from openfisca_goodwork.disk import A_FILE, kind_of, open_file
from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.policy.laws import LAW_ON
from openfisca_goodwork.policy.vocabulary import current_vocabulary, first_date
from openfisca_goodwork.system import current_law, parameters_fingerprint
from openfisca_goodwork.version import model_version

LARGEST_RECORD = 10_000_000
_SEED = "assumptions.base.population.seed"
# What the program alone decides, so that it says nothing of the figures.
_ASIDE = ("model_version", "command", "population", "credibility")
_CLOSE = 1e-8  # other builds of the libraries differ by less than 1e-10
_SHOWN = 12


class Recorded(BaseModel):
    """A part of a record: what it must hold so that the costing can be made anew; anything else is compared as it is."""

    model_config = ConfigDict(strict=True, protected_namespaces=())


class RecordedReform(Recorded):
    """A reform with its whole text."""

    name: str
    text: str


class RecordedPopulation(Recorded):
    """The population by its name."""

    name: str = "default"


class RecordShape(Recorded):
    """The record of a run, beside the options of its costing."""

    model_version: str
    result: dict[str, Any]
    files: dict[str, str] = {}


_TYPES: Mapping[Kind, tuple[Any, Any]] = {
    Kind.REFORMS: (list[RecordedReform], ...),
    Kind.YEARS: (Annotated[list[str], Field(min_length=1)], ...),
    Kind.CHOICE: (str, ...),
    Kind.FORECAST: (str, ...),
    Kind.SETTINGS: (list[str], ...),
    Kind.PARTS: (list[str], []),
    Kind.POPULATION: (RecordedPopulation, ...),
    Kind.YEAR: (str, ""),
    Kind.COUNT: (int | None, None),
    Kind.FLAG: (bool, False),
    Kind.COMPANIES: (str | None, None),
}
_WRONG = {
    "missing": "missing",
    "too_short": "empty",
    "string_type": "not a text",
    "list_type": "not a list",
    "dict_type": "not an object",
    "model_type": "not an object",
    "int_type": "not a whole number",
    "bool_type": "not true or false",
}


@cache
def run_record() -> type[RecordShape]:
    """The shape of a record: every option of a costing, as a request declares it."""
    options: dict[str, Any] = {one.name: _TYPES[one.kind] for one in every_option()}
    return create_model("RunRecord", __base__=RecordShape, **options)


@dataclass(frozen=True)
class CostedAgain:
    """A costing made anew from its record.

    Attributes:
        result: the costing of now. record: what was kept.
        changes: in what the model of now is not that of the record, in words: version, parameters, population.
        differences: in what the two results differ, in words; empty where every figure is the same.
        files: what has become of files that were written beside the record, in words; empty where all are as they were.
    """

    result: CostingResult
    record: Mapping[str, Any]
    changes: tuple[str, ...]
    differences: tuple[str, ...]
    files: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether every figure, to eight digits, and every text of the result is that of the record."""
        return not self.differences

    def summary(self) -> str:
        """What was found, then what changed and what differs, then the result of now."""
        found = "The costing of the record comes out the same." if self.is_same else self._found
        return "\n".join([found, *self.changes, *self._told, *self.files, "", self.result.summary()])

    @property
    def _found(self) -> str:
        why = "" if self.changes else " Nothing of the model has changed: please report this as a bug."
        return f"The costing of the record does not come out the same.{why}"

    @property
    def _told(self) -> list[str]:
        more = len(self.differences) - _SHOWN
        return [*self.differences[:_SHOWN], *([f"… and {more:,} more."] if more > 0 else [])]

    def to_dict(self) -> dict[str, Any]:
        """The comparison for JSON, with the result of now."""
        told = {"same": self.is_same, "changes": list(self.changes), "differences": list(self.differences)}
        return told | {"files": list(self.files), "result": self.result.to_dict()}


def record_of(result: CostingResult) -> dict[str, Any]:
    """The record of a run: plain values, the same for the same result."""
    told = result.to_dict()
    shown = told["distribution"]
    asked = replace(result.request, year_of_gains=shown["financial_year"] if shown else "")
    return {
        "model_version": model_version(),
        "parameters": parameters_fingerprint(current_law()),
        "command": result.command,
        **{one.name: _kept(one, value, result) for one, value in asked.each() if one.kind is not Kind.POPULATION},
        "assumptions": told["assumptions"],
        "population": {"name": result.population.name, **told["population"], "seed": _seed(result.settings)},
        "result": told,
    }


def _kept(one: Option, value: Any, result: CostingResult) -> Any:
    """The value of an option as a record keeps it: reforms with their texts, years one by one, all else as it is."""
    if one.kind is Kind.REFORMS:
        return [
            {name: getattr(reform, name) for name in ("name", "title", "status", "source")}
            | {"text": reform.text or reform.to_yaml()}
            for reform in value
        ]
    if one.kind is Kind.YEARS:
        return result.financial_years
    if one.kind is Kind.COMPANIES:
        return next(iter(one.texts(value)), None)
    return list(value) if one.is_list else value


def _asked(one: Option, held: Mapping[str, Any]) -> Any:
    """The value of an option from a record that has passed ``_check``."""
    if one.kind is Kind.POPULATION:
        return held["population"].get("name", one.default)
    value = held.get(one.name, one.default)
    if one.kind is Kind.REFORMS:
        # The law of a day has no file: it is known by its name.
        named = ((reform["name"], reform["text"]) for reform in value)
        return [policy.load(name) if LAW_ON.fullmatch(name) else policy.parse(text, name=name) for name, text in named]
    return f"{value[0]}:{value[-1]}" if one.kind is Kind.YEARS else value


def _seed(settings: tuple[str, ...]) -> int:
    """The seed of every draw, as the settings of the run leave it."""
    law = policy.law_of(settings=[one for one in settings if one.startswith(COMMON)])
    return int(history(law, _SEED).on(first_date(current_vocabulary())))


def cost_again(record: Mapping[str, Any] | Path | str, progress: Progress | None = None, **options: Any) -> CostedAgain:
    """Make a costing anew from its record alone, and hold the two results against one another.

    The reforms are those of the record's text, whatever files or the library say now. Another version, other parameters
    or another population than the record's are no error: they are told in `changes`.

    Args:
        record: a record, or the file of one. progress: as for `cost`.
        options: `population`, where it is not to be that of the record's name.

    Raises:
        GoodworkError: for what is no record of a run, with every fault of it.
    """
    held = record if isinstance(record, Mapping) else _read(Path(record))
    _check(held)
    files = () if isinstance(record, Mapping) else tuple(_files_changed(held.get("files", {}), Path(record).parent))
    asked = {one.name: _asked(one, held) for one in every_option()}
    result = cost(**asked | {"progress": progress} | options)
    kept, now = (
        {name: value for name, value in told.items() if name not in _ASIDE}
        for told in (held["result"], json.loads(json.dumps(result.to_dict())))
    )
    found = tuple(_differences(kept, now))
    return CostedAgain(result, held, tuple(_changes(held, record_of(result))), found, files)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        with open_file(file, LARGEST_RECORD + 1) as content:
            text = content.read(LARGEST_RECORD + 1)
        if len(text) > LARGEST_RECORD:
            raise GoodworkError(f"{file} is larger than {LARGEST_RECORD // 10**6} MB, which no record of a run is.")
        held = json.loads(text)
    except OSError as fault:
        raise GoodworkError(f"{file} cannot be read: {fault.strerror or fault}.") from fault
    except (ValueError, RecursionError) as fault:
        raise GoodworkError(f"{file} is not JSON. A record of a run is written by goodwork cost … --out DIR.") from fault
    if not isinstance(held, dict):
        raise GoodworkError(f"{file} is no record of a run: it holds no object. goodwork cost … --out DIR writes one.")
    return held


def _check(held: Mapping[str, Any]) -> None:
    try:
        run_record().model_validate(dict(held))
    except ValidationError as error:
        found = [(one["type"], ".".join(map(str, one["loc"]))) for one in error.errors(include_url=False)]
        faults = [f"{place} is {_WRONG[kind]}." for kind, place in found]
        raise GoodworkError("\n".join(["This is no record of a run that can be costed again.", *faults])) from None
    if paths := [name for name in held.get("files", {}) if Path(name).name != name]:
        raise GoodworkError(f"files names {quoted(paths[0])}: the files of a run stand beside its record.")


def _files_changed(sums: Mapping[str, str], directory: Path) -> Iterator[str]:
    """What is wrong with the files beside a record; nothing where none of them is there, as the record alone was kept."""
    there = [name for name in sums if kind_of(directory / name)]
    for name in sums if there else ():
        if name not in there:
            yield f"{name} is no longer beside the record."
        elif kind_of(directory / name) != A_FILE or _sum_of(directory / name) != sums[name]:
            yield f"{name} was changed after the run: it is not the file that the record was written with."


def _sum_of(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as fault:
        raise GoodworkError(f"{file} cannot be read: {fault.strerror or fault}.") from fault


def _changes(kept: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What of the model is no longer as it was, one sentence each."""
    people = (str(one["population"].get("fingerprint", "")) for one in (kept, now))
    for said, before, after in (
        ("Version of the model", kept.get("model_version"), now["model_version"]),
        ("Parameters of the package", kept.get("parameters"), now["parameters"]),
        ("Fingerprint of the population", *people),
    ):
        if before != after:
            yield f"{said}: {quoted(str(before)[:12])} in the record, {quoted(str(after)[:12])} now."


def _differences(kept: Any, now: Any, place: str = "", scale: float = 0.0) -> Iterator[str]:
    """Every value in which two results differ, by its place; figures that differ in their last digits alone are the same.

    `scale` is the largest figure of the list in which a figure stands: small differences of large sums are rounding.
    """
    if isinstance(kept, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*kept, *now)):
            yield from _differences(kept.get(name), now.get(name), f"{place}.{name}" if place else name)
    elif isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        largest = max((abs(one) for one in kept if _is_number(one)), default=0.0)
        for number, (one, other) in enumerate(zip(kept, now, strict=True), start=1):
            yield from _differences(one, other, f"{place}[{number}]", largest)
    elif not _same(kept, now, scale):
        yield f"{place}: {_said(kept)} in the record, {_said(now)} now."


def _same(kept: Any, now: Any, scale: float) -> bool:
    if not (_is_number(kept) and _is_number(now)):
        return bool(kept == now)
    return math.isclose(kept, now, rel_tol=_CLOSE, abs_tol=_CLOSE * max(1.0, scale))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: Any) -> str:
    return "nothing" if value is None else quoted(json.dumps(value, ensure_ascii=False))
