"""The reforms that come with the package, looked up by name in `reforms/`, and those in other files."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from openfisca_goodwork.errors import ReformError, did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.apply import apply_reform
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.reading import SUFFIXES, parse
from openfisca_goodwork.policy.reform import Edit, Reform, compose
from openfisca_goodwork.policy.vocabulary import Day, Leaf, current_vocabulary, day_of_law, in_force
from openfisca_goodwork.system import resource_directory

Reforms = str | Path | Reform | Iterable[str | Path | Reform]
GROUPS = ("proposals", "foreign", "stress", "procurement", "counterfactual", "history")
NOT_A_REFORM = "A reform is a name of the library, the path of a file, or a Reform, not something of type {}."


def library() -> dict[str, Path]:
    """Every reform of the library by its name, in alphabetical order; the folder of a file is its group."""
    files = resource_directory("reforms").glob("*/*.yaml")
    return {file.stem: file for file in sorted(files, key=lambda file: file.stem)}


def library_by_group() -> dict[str, list[Reform]]:
    """Every reform of the library by the folder it stands in: what might be law first, what was law last."""
    groups: dict[str, list[Reform]] = {group: [] for group in GROUPS}
    for file in library().values():
        groups.setdefault(file.parent.name, []).append(load(file))
    return {group: reforms for group, reforms in groups.items() if reforms}


def load(reform: str | Path | Reform) -> Reform:
    """A reform by its name in the library or from a file; `a + b` composes two, `law@DAY` holds the law of a day.

    `NAME@DAY` holds the law that a reform of the library makes, as it is in force on a day.

    Raises ReformError with every fault of the file, or files; PeriodError for a day on which no law is held.
    """
    if isinstance(reform, Reform):
        return reform
    if not isinstance(reform, str | Path):
        raise ReformError(NOT_A_REFORM.format(type(reform).__name__))
    if isinstance(reform, str) and "+" in reform and not Path(reform).exists():
        return compose(load_all(part.strip() for part in reform.split("+")))
    held = LAW_ON.fullmatch(reform.strip()) if isinstance(reform, str) else None
    if held:
        return law_held_from(held["date"])
    on_day = REFORM_ON.fullmatch(reform.strip()) if isinstance(reform, str) else None
    if on_day:
        return reform_held_from(load(on_day["name"].strip()), on_day["date"])
    file = locate(reform)
    return parse(file, name=called(file))


def in_library(reform: Reform) -> bool:
    """Whether the library has a reform word for word."""
    file = library().get(reform.name)
    return file is not None and file.read_bytes().decode() == reform.text


def as_asked(reform: Reform) -> str:
    """What a command calls a reform: its name where the library has it, its file otherwise."""
    return reform.name if in_library(reform) else reform.file or reform.name


def load_all(reforms: Reforms) -> tuple[Reform, ...]:
    """Reforms given one by one or together, as names, files or Reforms.

    Raises ReformError with the faults of all of them.
    """
    loaded: list[Reform] = []
    errors: list[ReformError] = []
    for reform in one_by_one(reforms):
        try:
            loaded.append(load(reform))
        except ReformError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ReformError.together(errors)
    return tuple(loaded)


def one_by_one(reforms: Reforms) -> tuple[str | Path | Reform, ...]:
    """What was given as reforms, each for itself. Raises ReformError for what cannot be any number of reforms."""
    if isinstance(reforms, str | Path | Reform):
        return (reforms,)
    if not isinstance(reforms, Iterable) or isinstance(reforms, Mapping | bytes):
        raise ReformError(NOT_A_REFORM.format(type(reforms).__name__))
    return tuple(reforms)


def locate(reform: str | Path) -> Path:
    """The file of a reform: the path given, or the library's. Raises ReformError with the nearest names."""
    if not str(reform).strip():
        raise ReformError("A reform has no name. `a + b` names one on either side of the plus; a file is given by its path.")
    path = Path(reform)
    if path.suffix in SUFFIXES or len(path.parts) != 1:
        return path
    known = library()
    if str(reform) not in known:
        near = did_you_mean(str(reform), known) or "See them all with `goodwork reforms list`."
        raise ReformError(
            f"There is no reform called {quoted(str(reform))}. {near} "
            "A file of your own is given by its path: ./my-reform.yaml."
        )
    return known[str(reform)]


def called(file: Path) -> str:
    """What messages and results call a file: one of the library by its place in `reforms/`, whatever the machine."""
    folder = resource_directory("reforms")
    return f"reforms/{file.relative_to(folder).as_posix()}" if file.is_relative_to(folder) else str(file)


# `law@2023-04-01`, as one part of `a + b`.
LAW_ON = re.compile(r"law@(?P<date>[^+]*)")


# `training-boost-120-percent@2028-04-01`.
REFORM_ON = re.compile(r"(?P<name>[^+@]+)@(?P<date>\d{4}-\d{2}-\d{2})", re.ASCII)


def is_of_a_day(name: str) -> bool:
    """Whether a reform of this name is a whole law as it applies on a day, which is not laid on any other law."""
    return bool(LAW_ON.match(name) or REFORM_ON.match(name))


def reform_held_from(reform: Reform, day: Day) -> Reform:
    """The law that a reform makes as it is in force on a day: nothing of the law or of the reform that comes later.

    Assumptions are no law and stay as they are. Raises PeriodError for a day on which no law is held.
    """
    date = day_of_law(day)
    law, edits = current_vocabulary(), dict(reform.edits)
    for path, leaf in apply_reform(law, reform).items():
        held = _held(leaf, date)
        if held or (path in edits and not path.startswith(ASSUMPTIONS)):
            edits[path] = (*((on, value) for on, value in edits.get(path, ()) if on <= date), *held)
    title = f"{reform.title}, as it applies on {day_in_words(date)}"
    named = f"{reform.name}@{date.isoformat()}"
    kept = {path: dated for path, dated in edits.items() if dated}
    straddles = {(path, on): how for (path, on), how in reform.straddles.items() if on <= date}
    return replace(reform, name=named, title=title, edits=kept, straddles=straddles, text="", file="")


def law_held_from(day: Day) -> Reform:
    """The law as it stood on a day, without any change that came after it: `law@DAY` where a reform is named.

    Assumptions are no law and stay as they are. Raises PeriodError for a day on which no law is held.
    """
    date = day_of_law(day)
    edits = {path: edit for path, leaf in current_vocabulary().items() for edit in [_held(leaf, date)] if edit}
    name = f"law@{date.isoformat()}"
    title = f"The law of {day_in_words(date)} held for ever"
    return Reform(name, title, edits, summary=f"{title}.", status="counterfactual", source="Current law")


def _held(leaf: Leaf, date: datetime.date) -> tuple[tuple[datetime.date, Edit], ...]:
    """The value of the day from the first later change on, or nothing where there is none or the parameter is younger."""
    current = in_force(leaf.values, date)
    later = [dated.date for dated in leaf.values if dated.date > date]
    if leaf.path.startswith(ASSUMPTIONS) or current is None or not later:
        return ()
    return ((later[0], current.value),)
