"""The law that reforms and settings make, as a tax-benefit system ready to run."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.documents import Document, Place, Scalar, read_date
from openfisca_goodwork.errors import Fault, ReformError, quoted
from openfisca_goodwork.policy.apply import apply_reform
from openfisca_goodwork.policy.check import faults_of_edits, unknown_path
from openfisca_goodwork.policy.library import Reforms, is_of_a_day, load_all, one_by_one
from openfisca_goodwork.policy.reading import read_value
from openfisca_goodwork.policy.reform import Edit, Origin, Reform, compose
from openfisca_goodwork.policy.vocabulary import Leaf, Vocabulary, current_vocabulary
from openfisca_goodwork.system import current_law, with_values

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


def apply_checked(law: Vocabulary, reform: Reform, *, common_assumptions: bool = False) -> dict[str, Leaf]:
    """The parameters of a law with a reform applied to it. Raises ReformError if the two do not fit."""
    faults = faults_of_edits(reform, law, common_assumptions=common_assumptions)
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
