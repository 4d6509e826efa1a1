"""What a sweep is asked: its file, checked as a whole, and the costings it stands for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from openfisca_goodwork import documents
from openfisca_goodwork.costing.request import CostingRequest, option
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.documents import MisreadError, Place, Scalar, Tree
from openfisca_goodwork.errors import GoodworkError, counted, did_you_mean, quoted
from openfisca_goodwork.policy.laws import read_settings
from openfisca_goodwork.policy.library import library, load
from openfisca_goodwork.policy.reform import Reform
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.questions.files import CURRENT_LAW, AskedOfAll, Name, QuestionDocument, Reforms, read_reforms

MOST_COSTINGS = 1_000
MOST_WITH_INTERVAL = 200
VARY, COSTINGS = "vary", "costings"
# Options of a costing that may differ from costing to costing, beside parameters (PATH@DATE).
VARIED_OPTIONS = ("reforms", "baseline", "behaviour", "basis", "forecast")
_AT = "@"
_DECIMALS = Decimal("1e-12")


def _count(given: Tree) -> int:
    return documents.read_whole_number(given)


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
    draws: Annotated[int, BeforeValidator(_count)] = 0
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
    if isinstance(source, Mapping):
        document = documents.of_plain_data(_named(source, given), SweepDocument, name="the sweep")
    else:
        document = documents.load(Path(source) if isinstance(source, str) else source, SweepDocument)
    file = document.read(SweepFile, {"sweep": Scalar("unnamed")})
    if file is None:
        document.raise_faults()
        raise GoodworkError("The sweep cannot be read.")  # a document of which nothing can be made has a fault
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
    """Every name that varies, and every value on its own."""
    for name in file.vary:
        if _is_varied(document, name, (VARY, name)):
            is_list = isinstance(document.at((VARY, name)), list)
            for number, value in enumerate(file.vary[name]):
                _check_value(document, name, value, (VARY, name, number) if is_list else (VARY, name))
    for number, row in enumerate(file.costings):
        for name, value in row.items():
            if _is_varied(document, name, (COSTINGS, number, name)):
                _check_value(document, name, value, (COSTINGS, number, name))


def _is_varied(document: SweepDocument, name: str, place: Place) -> bool:
    """Whether a name is one that may vary; a fault where it is none."""
    if name in VARIED_OPTIONS or _AT in name:
        return True
    near = did_you_mean(name, (*VARIED_OPTIONS, *current_vocabulary()))
    words = f"{quoted(name)} does not vary: a parameter is PATH@DATE, an option one of {', '.join(VARIED_OPTIONS)}. {near}"
    document.fault(words.rstrip(), place, key=True)
    return False


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
