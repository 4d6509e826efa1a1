"""Reforms found by name or in files, and the law that they and settings make, as a tax-benefit system ready to run."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.documents import Document, Place, Scalar, read_date
from openfisca_goodwork.errors import Fault, ReformError, did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS, faults_of_edits, unknown_path
from openfisca_goodwork.policy.reading import SUFFIXES, parse, read_value
from openfisca_goodwork.policy.reform import Edit, Origin, Reform, compose
from openfisca_goodwork.policy.vocabulary import (
    Day,
    Leaf,
    Vocabulary,
    apply_reform,
    current_vocabulary,
    day_of_law,
    in_force,
)
from openfisca_goodwork.system import current_law, resource_directory, with_values

# --- the reforms that come with the package, looked up by name in `reforms/`, and those in other files ----------------


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


# --- the law that they make ------------------------------------------------------------------------------------------


OPTION = "--set"
SETTING = re.compile(r"(?P<path>[^@=\s]+)@(?P<date>[^@=\s]+)=(?P<value>.+)")
SETTING_EXAMPLE = "assumptions.behaviour.elasticity.central@2027-04-01=0.4"


def law_of(reforms: Reforms = (), baseline: Reforms = (), settings: Iterable[str] = ()) -> TaxBenefitSystem:
    """The law with `baseline` applied to current law, `reforms` to that, and `settings` to all.

    Reforms are names of the library, files or Reforms; settings are `PATH@DATE=VALUE`, each holding from its
    date for good, and may change any parameter and assumption. Without any of them it is current law itself. The law of a
    day (`law@DAY`, `NAME@DAY`), where it comes first, stands by itself, with no baseline beneath it.
    Raises ReformError with every fault of the files and the options, or of the reforms together.
    """
    return law_with(vocabulary_with(reforms, baseline, settings))


def law_with(changed: Vocabulary) -> TaxBenefitSystem:
    """The law whose parameters are those of `vocabulary_with`."""
    here = current_vocabulary()
    values = {path: leaf.values for path, leaf in changed.items() if leaf is not here[path]}
    return with_values(current_law(), values) if values else current_law()


def vocabulary_with(reforms: Reforms = (), baseline: Reforms = (), settings: Iterable[str] = ()) -> Vocabulary:
    """Every parameter of the law that `law_of` makes of the same reforms and settings."""
    law, given = current_vocabulary(), tuple(settings)
    beneath, upon = one_by_one(baseline), one_by_one(reforms)
    try:
        loaded = load_all((*beneath, *upon))
    except ReformError as error:
        raise ReformError.from_faults((*ReformError.together([error]).faults, *read_settings(given, law)[1])) from None
    layers = [loaded[: len(beneath)], loaded[len(beneath) :]]
    if layers[1] and is_of_a_day(layers[1][0].name):
        del layers[0]
    for layer in layers:
        if layer:
            law = apply_checked(law, compose(layer))
    return apply_reform(law, settings_as_reform(given, law)) if given else law


def apply_checked(law: Vocabulary, reform: Reform) -> dict[str, Leaf]:
    """The parameters of a law with a reform applied to it. Raises ReformError if the two do not fit."""
    faults = faults_of_edits(reform, law)
    if faults:
        raise ReformError.from_faults([replace(fault, file=fault.file or reform.name) for fault in faults])
    return apply_reform(law, reform)


def settings_as_reform(settings: Iterable[str], law: Vocabulary) -> Reform:
    """The options --set PATH@DATE=VALUE as one reform that fits the law. Raises ReformError with the faults of each."""
    reform, faults = read_settings(settings, law)
    if faults:
        raise ReformError.from_faults(faults)
    return reform


def read_settings(settings: Iterable[str], law: Vocabulary, *, between: bool = True) -> tuple[Reform, tuple[Fault, ...]]:
    """What can be read of the options --set PATH@DATE=VALUE, as one reform, and every fault of them in their order.

    Without `between` each is looked at on its own, not beside other parameters of the law.
    """
    places: dict[str, int] = {}
    faults: list[Fault] = []
    edits: dict[str, dict[datetime.date, Edit]] = {}
    origins: dict[tuple[str, datetime.date], Origin] = {}
    for setting in settings:
        document = _Setting(f"{OPTION} {setting}")
        places.setdefault(document.name, len(places))
        edit = _setting(setting, document, law)
        if edit is not None:
            path, date, value = edit
            if date in edits.setdefault(path, {}):
                document.fault(f"{path} is set twice for {date}. Keep one of the options.", (path,))
            edits[path][date] = value
            origins[path, date] = Origin(OPTION, f"{OPTION} {setting}", "", document.name)
        faults += document.faults
    ordered = {path: tuple(sorted(dated.items())) for path, dated in edits.items()}
    reform = Reform(OPTION, "Settings of this run", ordered, origins=origins)
    faults += faults_of_edits(reform, law, common_assumptions=True, between=between)
    return reform, tuple(sorted(faults, key=lambda fault: places[fault.file]))


class _Setting(Document):
    """An option --set being read: its faults are about the parameter that it names."""

    error = ReformError

    def path(self, place: Place) -> str:
        """The parameter."""
        return str(place[0]) if place else ""

    def subject(self, place: Place) -> str:
        """The parameter, or its date."""
        return f"The date of {place[0]}" if len(place) > 1 else str(place[0])


def _setting(setting: str, document: _Setting, law: Vocabulary) -> tuple[str, datetime.date, Edit] | None:
    match = SETTING.fullmatch(setting)
    if match is None:
        document.fault(f"{quoted(setting)} is not PATH@DATE=VALUE. For example: {OPTION} {SETTING_EXAMPLE}")
        return None
    path = match["path"]
    date = document.value(read_date, Scalar(match["date"].strip()), (path, "date"))
    if path not in law:
        document.fault(unknown_path(path, law), (path,))
        return None
    value = document.value(partial(read_value, leaf=law[path]), Scalar(match["value"].strip()), (path,))
    return None if date is None or value is None else (path, date, value)
