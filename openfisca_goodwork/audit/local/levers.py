"""Levers of this model that bear on a place, and what each would bring there by the costings that are kept."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from openfisca_goodwork.audit.local.tables import DATA
from openfisca_goodwork.errors import DataError

FILE = DATA / "levers.csv"
COLUMNS = (
    "lever", "code", "claimants", "training", "extra_training", "gain", "gain_by_sites", "jobs_failing", "wage_bill",
)  # fmt: skip
PLEDGE = "good-work-first"
MATCH = "training-match"
YEAR = "2029-30"  # of what is kept


@dataclass(frozen=True)
class Lever:
    """A switch of this model that bears on an indicator; no forecast that it would mend it.

    Attributes:
        name: in the file of what is kept. words: what it is, for people. reform: of the library; settings: instead of one.
        first_step: what a partnership can do about it itself, in a sentence.
    """

    name: str
    words: str
    reform: str = ""
    settings: tuple[str, ...] = ()
    first_step: str = ""


@dataclass(frozen=True)
class Brings:
    """What a lever would bring a place in the year of the audit, modelled (companies, £ million, jobs)."""

    claimants: float
    training: float
    extra_training: float
    gain: float
    gain_by_sites: float
    jobs_failing: float
    wage_bill: float


_ALL = (
    Lever(
        "super-deduction",
        "Human-investment super-deduction: 30% extra deduction for training",
        "human-investment-super-deduction",
        first_step="Tell employers which training would qualify, and broker courses for small firms that train nobody.",
    ),
    Lever(
        "retraining",
        "Relief for retraining",
        "human-investment-super-deduction-retraining",
        first_step="Agree with Jobcentre Plus and colleges which retraining local vacancies ask for.",
    ),
    Lever(
        "accredited",
        "Relief for accredited training",
        "accredited-training-deduction-200-percent",
        first_step="Ask providers for level 2 and 3 courses that employers can buy in part-time.",
    ),
    Lever(
        "left-behind",
        "Relief with an uplift for left-behind areas",
        "human-investment-super-deduction-left-behind-areas",
        first_step="Put the case that this place be among the areas meant, with the figures here.",
    ),
    Lever(
        "green",
        "Green and digital uplift",
        "human-investment-super-deduction-green-and-digital",
        first_step="Map the jobs of the largest emitters and which skills their plans to cut emissions need.",
    ),
    Lever(
        "small-firms",
        "Relief for small and medium-sized companies",
        "sme-training-deduction-150-percent",
        first_step="Offer growing small firms one adviser for training and premises.",
    ),
    Lever(
        MATCH,
        "Training match: plant allowances need 10p of training for each £1",
        settings=tuple(
            f"capital_allowances.training_match.{name}@2027-04-01={value}"
            for name, value in (("enabled", "true"), ("training_per_pound_of_plant", "0.1"))
        ),
        first_step="Ask firms that are granted support for machines what they train their staff in.",
    ),
    Lever(
        PLEDGE,
        "Good Work First pledge on public contracts",
        PLEDGE,
        first_step="Ask suppliers of the council, the health service and colleges to pay the real living wage.",
    ),
)
LEVERS = {lever.name: lever for lever in _ALL}


@cache
def _kept() -> dict[tuple[str, str], tuple[float, ...]]:
    try:
        with FILE.open(encoding="utf-8", newline="") as rows:
            heading, *lines = csv.reader(rows)
    except (OSError, ValueError) as fault:
        raise DataError(f"{FILE} cannot be read: {fault}") from fault
    if tuple(heading) != COLUMNS:
        raise DataError(f"{FILE} must have the columns {', '.join(COLUMNS)}.")
    return {(lever, code): tuple(map(float, amounts)) for lever, code, *amounts in lines}


def brings(lever: str, codes: Iterable[str]) -> Brings:
    """What a lever would bring an area that is made of authorities, by the costings kept."""
    rows = [_kept()[lever, code] for code in codes]
    return Brings(*(sum(column) for column in zip(*rows, strict=True)))
