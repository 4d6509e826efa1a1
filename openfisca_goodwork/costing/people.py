"""The companies that a costing is made over: what a result says of them, and the part of them that is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from openfisca_goodwork.errors import GoodworkError, and_joined, did_you_mean, quoted
from openfisca_goodwork.law.inputs.classes import INDUSTRIES
from openfisca_goodwork.population.sources import CLASSES as LABELS

if TYPE_CHECKING:
    from openfisca_goodwork.population import Population
    from openfisca_goodwork.population.own_companies import OwnCompanies

People: TypeAlias = "Population | OwnCompanies"
"""Weighted companies with their accounting periods, or a part of them."""


@dataclass(frozen=True)
class PopulationUsed:
    """The population behind a figure: its fingerprint, records, the companies they stand for, and its name.

    Attributes:
        source: the file of companies of one's own; empty for a population of official figures.
        gaps: what that file does not tell and what it leaves out of a costing, a sentence each.
        given: those companies, as they were asked for.
        of_records, of_companies: all of the population that they are a part of; 0 where they are the whole.
    """

    fingerprint: str
    records: int
    companies: float
    name: str = "default"
    source: str = ""
    gaps: tuple[str, ...] = ()
    given: Any = field(default=None, repr=False, compare=False)
    of_records: int = 0
    of_companies: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The population for JSON; of a part also its share of the whole."""
        told: dict[str, Any] = {"fingerprint": self.fingerprint, "records": self.records, "companies": self.companies}
        if self.source:
            told |= {"source": self.source, "gaps": list(self.gaps)}
        if not self.of_records:
            return told
        return told | {
            "of_records": self.of_records,
            "of_companies": self.of_companies,
            "share_of_records": self.records / self.of_records,
            "share_of_companies": self.companies / self.of_companies,
        }


# --- the part of the companies that a costing is looked at for -------------------------------------------------------
# Values of one class are taken together, classes one within the other: ``section=C``, ``section=F`` and ``region=London``
# are the companies of either section in London. Their weights and draws stay as they are, so that parts add up to the
# whole.


CLASSES = {
    "section": "sic_section",
    "region": "region",
    "employment_band": "employment_band",
    "turnover_band": "turnover_band",
}
"""What a class is called in an option → in a population."""
_WORDS = {"section": "section", "region": "region", "employment_band": "employees", "turnover_band": "turnover in £000"}
_EXAMPLE = "Write CLASS=VALUE, as in section=C or region=London."


def subset(people: Any, texts: Iterable[str]) -> Any:
    """The companies of a population that are of the classes asked for; all of it where none is.

    Raises:
        GoodworkError: for a class or a value that is not known, with all that is wrong; where nobody is of them all.
    """
    if not (texts := tuple(texts)):
        return people
    if not hasattr(people, "subset"):
        raise GoodworkError("--where is for the population. Of companies of your own give a file of the part.")
    labels = {name: known for name, (_codes, known) in people.classes.items()}
    chosen, faults = read(texts, labels)
    if faults:
        raise GoodworkError("\n".join(faults))
    return people.subset(chosen)


def read(texts: Iterable[str], labels: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[str]], list[str]]:
    """The labels asked for of each class of a population, and what is wrong with a part, in words.

    Args:
        labels: what there is of each class.
    """
    chosen, faults = dict[str, list[str]](), list[str]()
    for text in texts:
        name, is_there, value = (part.strip() for part in text.partition("="))
        asked = CLASSES.get(name, name)
        if not is_there or not value:
            faults.append(f"{quoted(text)} does not say a part. {_EXAMPLE}")
        elif asked not in labels:
            faults.append(f"{quoted(name)} is not a class of companies. {did_you_mean(name, CLASSES)}")
        else:
            for one in [value] if _label_of(value, labels[asked]) else value.split(","):
                label = _label_of(one, labels[asked])
                if not label:
                    faults.append(f"{name} has no {quoted(one.strip())}. It has {', '.join(map(_in_full, labels[asked]))}.")
                elif label not in chosen.setdefault(asked, []):
                    chosen[asked].append(label)
    return chosen, faults


def _label_of(value: str, labels: Iterable[str]) -> str:
    """The label that was meant: as it stands, in other letters or spaces, or by the name of a section; else nothing."""
    return next((label for label in labels if _plain(value) in {_plain(label), _plain(INDUSTRIES.get(label, label))}), "")


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", " ", text).strip().casefold()


def _in_full(label: str) -> str:
    return f"{label} ({INDUSTRIES[label]})" if label in INDUSTRIES else label


def every_part() -> dict[str, str]:
    """Every part of one class of the population drawn from official figures, as text, each with its words."""
    return {
        f"{name}={label}": f"{_WORDS[name].capitalize()}: {_in_full(label)}"
        for name, asked in CLASSES.items()
        for label in LABELS[asked]
    }


def in_words(texts: Iterable[str]) -> str:
    """The part in words, to follow *companies*: ``of section C (Manufacturing)``; nothing where there is none."""
    by_class: dict[str, list[str]] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        short = next((one for one, known in CLASSES.items() if name in (one, known)), name)
        by_class.setdefault(_WORDS.get(short, short), []).append(_in_full(value))
    parts = [f"{name} {' or '.join(values)}" for name, values in by_class.items()]
    return f"of {and_joined(parts)}" if parts else ""
