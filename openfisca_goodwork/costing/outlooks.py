"""The law that an outlook of the past stands on: its forecast of corporation tax has that day's measures in it.

The level of profits of a population is found under that law, so that it gives the tax the outlook expected.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from openfisca_goodwork import policy

_TABLE = Path(__file__).parent.parent / "data" / "laws_of_outlooks.csv"


def law_of_outlook(outlook: str, settings: tuple[str, ...] = ()) -> Any:
    """The law as it was expected to be when an outlook was published; current law for the latest.

    Args:
        outlook: as ``population.outlooks`` has it, or ``latest``. settings: applied to it, as ``PATH@DATE=VALUE``.
    """
    return policy.law_of(reforms_of_outlook(outlook), settings=settings)


def reforms_of_outlook(outlook: str) -> tuple[str, ...]:
    """The reforms of the library that make the law of an outlook out of current law, in order."""
    with _TABLE.open(encoding="utf-8", newline="") as rows:
        laws = {row["outlook"]: row["law"] for row in csv.DictReader(rows)}
    return tuple(filter(None, laws.get(outlook, "").split(" + ")))
