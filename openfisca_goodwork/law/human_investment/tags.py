"""Marks on training: accredited, green and the like. Exact by item where items were told, else shares of all training.

Items reach the law through a ledger in the simulation's notes; shares are inputs, the same for every head of cost and
taken as independent of one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.paths import HEADS, TAGS
from openfisca_goodwork.notes import notes_of
from openfisca_goodwork.periods import RefusedInputError


@dataclass(frozen=True)
class TrainingItem:
    """Spending on training on one day.

    Attributes:
        head: the cost head, which has the same amount among its dated items.
        amount: £; of many companies, one each.
        tags: what it is marked as, of ``TAGS``.
    """

    head: str
    day: date
    amount: float | np.ndarray
    tags: frozenset[str] = frozenset()


def record_items(simulation: Any, label: int, items: Iterable[TrainingItem]) -> None:
    """Put items of an accounting period into the ledger of a simulation, before anything of it is calculated.

    The amounts themselves are given as dated items (``HEAD_on``); the ledger says which of them have which tags. Items
    without tags need not stand in it. In a period in which any item has one, the shares are not asked for.

    Raises:
        RefusedInputError: for an unknown cost head or tag.
    """
    told = tuple(items)
    for one in told:
        unknown = sorted(one.tags - set(TAGS))
        if one.head not in HEADS or unknown:
            wrong = unknown[0] if unknown else one.head
            known = ", ".join(TAGS if unknown else HEADS)
            raise RefusedInputError(f"{wrong} is not a {'tag' if unknown else 'cost head'} of training. Known are {known}.")
    ledger = notes_of(simulation).training_items
    ledger[label] = (*ledger.get(label, ()), *told)
