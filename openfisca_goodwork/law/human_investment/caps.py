"""Step 5 of the human-investment relief: yearly limits on qualifying training, for the days on which they are in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from openfisca_goodwork.law.human_investment.eligibility import by_size
from openfisca_goodwork.law.human_investment.paths import CAPS, CAPS_BY_SIZE, CAPS_PER_UNIT, GROUP_CAP, SHARING
from openfisca_goodwork.law.human_investment.terms import is_ever_other_than, length_of
from openfisca_goodwork.law.periods import Segment, where

BY_SIZE_OF_GROUP = f"{CAPS}.by_size"
_EVERY = (*CAPS_PER_UNIT, GROUP_CAP, *CAPS_BY_SIZE.values())


def has_limits(company: Any) -> bool:
    """Whether the law limits qualifying training on any date."""
    return any(is_ever_other_than(company, path, off=np.inf) for path in _EVERY)


def shares_left(stretches: list[Segment], in_force: list[np.ndarray], spent: list[np.ndarray]) -> list[Any]:
    """What the limits leave of the spending in each stretch, 0 to 1: what is over is cut from all of it alike.

    Args:
        stretches: of one accounting period.
        in_force: for each, whether the relief is in force, one per distinct accounting period.
        spent: for each, qualifying spending before the limits (£).

    A limit counts for the days on which it is in force, against the spending on those days.
    """
    left: list[Any] = [1] * len(stretches)
    for limit in limits(stretches, in_force, spent):
        fits = limit.asked <= limit.allowed
        share = where(fits, 1, limit.allowed / where(fits, 1, limit.asked))
        left = [np.minimum(one, where(is_so, share, 1)) for one, is_so in zip(left, limit.is_in_force, strict=True)]
    return left


class Limit(NamedTuple):
    """One limit of an accounting period.

    Attributes:
        path: its parameter, or the group of those by size.
        is_in_force: by stretch, for whom it is.
        allowed: what it allows on those days together (£, one per company). asked: qualifying spending on them.
    """

    path: str
    is_in_force: list[np.ndarray]
    allowed: Any
    asked: Any


def limits(stretches: list[Segment], in_force: list[np.ndarray], spent: list[np.ndarray]) -> Iterator[Limit]:
    """Each limit that the law has on any date, with what it allows in the period and what it is asked for."""
    days = [stretch.periods.spread(is_so) * length_of(stretch) for stretch, is_so in zip(stretches, in_force, strict=True)]
    for path, yearly in _yearly_limits(stretches):
        limited = [np.isfinite(limit) for limit in yearly]
        lengths = _held([length * is_limited for length, is_limited in zip(days, limited, strict=True)], stretches[0])
        allowed = sum(_times(limit, length, 0) for limit, length in zip(yearly, lengths, strict=True))
        asked = sum(amount * is_limited for amount, is_limited in zip(spent, limited, strict=True))
        yield Limit(path, limited, allowed, asked)


def _held(lengths: list[np.ndarray], stretch: Segment) -> list[np.ndarray]:
    """Lengths of the days of one limit, scaled down so that together they are at most the period's own length."""
    total, most = sum(lengths), stretch.periods.length_factor
    factor = where(total > most, most / where(total > 0, total, 1), 1)
    return [length * factor for length in lengths]


def _yearly_limits(stretches: list[Segment]) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Each limit for a year by its path, stretch by stretch (£, one per company); inf for none."""
    for path, unit in CAPS_PER_UNIT.items():
        if is_ever_other_than(stretches[0].company, path, off=np.inf):
            yield path, [_times(stretch.value(path), _yearly(stretch, unit)) for stretch in stretches]
    if is_ever_other_than(stretches[0].company, GROUP_CAP, off=np.inf):
        yield GROUP_CAP, [_times(stretch.value(GROUP_CAP), _share_of_group(stretch)) for stretch in stretches]
    if any(is_ever_other_than(stretches[0].company, path, off=np.inf) for path in CAPS_BY_SIZE.values()):
        yield (
            BY_SIZE_OF_GROUP,
            [
                _times(by_size(stretch, *map(stretch.value, CAPS_BY_SIZE.values())), _share_of_group(stretch))
                for stretch in stretches
            ],
        )


def _times(limit: np.ndarray, amount: np.ndarray, unlimited: float = np.inf) -> np.ndarray:
    """A limit × an amount; where there is no limit, what stands for that: none of it is multiplied."""
    limited = np.isfinite(limit)
    return where(limited, where(limited, limit, 0) * amount, unlimited)


def _yearly(stretch: Segment, unit: str) -> np.ndarray:
    """What a limit is measured by: heads as they are, the pay bill of a period as that of a year."""
    amount = stretch.company(unit, stretch.period)
    return amount / stretch.periods.length_factor if unit == "pay_bill" else amount


def _share_of_group(stretch: Segment) -> np.ndarray:
    """The company's part of a limit for its group: as allocated, or one part for each associated company."""
    company, period = stretch.company, stretch.period
    allocated = company("human_investment_cap_share", period)
    if not is_ever_other_than(company, SHARING, off="allocate"):
        return allocated
    divided = 1 / (1 + company("associated_companies", period))
    return where(stretch.value(SHARING) == "divide", divided, allocated)
