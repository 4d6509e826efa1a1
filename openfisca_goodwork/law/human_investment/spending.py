"""Steps 1 to 3 of the human-investment relief: training by date and type of cost, what is excluded, what counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.paths import OFF_BY_HEAD, OFF_PRO_RATA, ONLY, TAGS, UPLIFTS, inclusion_path
from openfisca_goodwork.law.human_investment.terms import is_ever_other_than
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.notes import notes_of
from openfisca_goodwork.law.periods import (
    RefusedInputError,
    Segment,
    constant_array,
    incurred,
    incurred_within,
    is_nothing,
    where,
)

# --- marks on training: accredited, green and the like: of each item where items were given, else as shares of all --------
# Items reach the law through a ledger in the simulation's notes; shares are inputs, the same for every type of training cost
# and taken as independent of one another.


# Tags → an amount, or a share of one, per company: what of some spending has just these tags, of those that matter.
Mixture = Mapping[frozenset[str], Any]
_WITHOUT: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TrainingItem:
    """Spending on training on one day.

    Attributes:
        head: the type of training cost, which has the same amount among its dated items.
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
        RefusedInputError: for an unknown type of training cost or tag.
    """
    told = tuple(items)
    for one in told:
        unknown = sorted(one.tags - set(TAGS))
        if one.head not in HEADS or unknown:
            wrong = unknown[0] if unknown else one.head
            known = ", ".join(TAGS if unknown else HEADS)
            raise RefusedInputError(
                f"{wrong} is not a {'tag of training' if unknown else 'type of training cost'}. Known are {known}."
            )
    ledger = notes_of(simulation).training_items
    ledger[label] = (*ledger.get(label, ()), *told)


def share_name(tag: str) -> str:
    """The input that says how much of a company's qualifying training has a tag."""
    return f"{tag}_share"


def mixtures(stretch: Segment) -> dict[str, Mixture]:
    """By type of training cost, the shares of its spending in a stretch that have just these tags; they add up to 1.

    Where no tag matters, the number 1 stands for all of it.

    Raises:
        RefusedInputError: where a period has both tagged items and shares.
    """
    matter = [tag for tag in TAGS if _matters(stretch.company, tag)]
    given = {tag: stretch.company(share_name(tag), stretch.period) for tag in matter}
    shares = {tag: share for tag, share in given.items() if share.any()}
    items = stretch.company.notes.training_items.get(stretch.period.start.year, ())
    if not any(one.tags for one in items):
        return dict.fromkeys(HEADS, _independent(shares))
    if shares:
        raise RefusedInputError(
            f"{share_name(next(iter(shares)))} is given for {stretch.period}, and items with tags as well. Give one or the "
            "other: tags say of each item what a share says of all training."
        )
    return {head: _of_items(stretch, head, [one for one in items if one.head == head], matter) for head in HEADS}


def _matters(company: Any, tag: str) -> bool:
    """Whether the law ever asks for a tag."""
    switches = ((UPLIFTS.get(tag), 0), (ONLY.get(tag), False))
    return any(path is not None and is_ever_other_than(company, path, off) for path, off in switches)


def _independent(shares: Mapping[str, np.ndarray]) -> Mixture:
    """What has each set of tags, were the shares of the tags independent of one another."""
    found: dict[frozenset[str], Any] = {}
    for marked in product((False, True), repeat=len(shares)):
        one: Any = 1
        for (_tag, share), has_it in zip(shares.items(), marked, strict=True):
            one = one * (share if has_it else 1 - share)
        found[frozenset(tag for tag, has_it in zip(shares, marked, strict=True) if has_it)] = one
    return found


def _of_items(stretch: Segment, head: str, items: list[TrainingItem], matter: list[str]) -> Mixture:
    """What has each set of tags, from items on their days; spending that no item stands for has none."""
    spent = incurred_within(stretch, head)
    first, last = stretch.days()
    amounts: dict[frozenset[str], Any] = {}
    for one in items:
        tags = one.tags & frozenset(matter)
        day = np.datetime64(one.day, "D")
        amounts[tags] = amounts.get(tags, 0) + where((first <= day) & (day <= last), one.amount, 0)
    shares = {tags: where(spent > 0, amount / where(spent > 0, spent, 1), 0) for tags, amount in amounts.items() if tags}
    return {_WITHOUT: np.maximum(1 - sum(shares.values(), np.zeros(spent.size)), 0), **shares}


def counted(stretch: Segment, in_force: Any) -> dict[str, Mixture]:
    """What counts of the spending in a stretch, by head and within it by tags (£, one per company).

    Args:
        in_force: whether the relief is in force, one per distinct accounting period.
    """
    kinds = mixtures(stretch)
    only = {tag: path for tag, path in ONLY.items() if is_ever_other_than(stretch.company, path, off=False)}

    def shut_out(tags: frozenset[str]) -> list[np.ndarray]:
        return [stretch.value(path).astype(bool) for tag, path in only.items() if tag not in tags]

    found: dict[str, Mixture] = {}
    for head, spent in after_exclusions(stretch):
        amount = spent * stretch.periods.spread(stretch.value_of_each(inclusion_path(head)) * in_force)
        found[head] = {tags: _part(amount, share, shut_out(tags)) for tags, share in kinds[head].items()}
    return found


def _part(amount: np.ndarray, share: Any, shut_out: list[np.ndarray]) -> np.ndarray:
    """A share of an amount, for companies whose law does not shut it out."""
    found = amount if isinstance(share, int) else amount * share
    return where(np.any(shut_out, axis=0), 0, found) if shut_out else found


def after_exclusions(stretch: Segment) -> Iterator[tuple[str, np.ndarray]]:
    """Spending in a stretch by head, less what others paid for or another relief covers; never below zero."""
    spent = {head: incurred_within(stretch, head) for head in HEADS}
    by_head, pro_rata = _excluded(stretch, OFF_BY_HEAD), _excluded(stretch, OFF_PRO_RATA)
    if not (np.any(by_head) or np.any(pro_rata)):
        yield from spent.items()
        return
    share = _share_of_period(stretch, spent)
    left_to_exclude = by_head * share
    kept = {}
    for head, amount in spent.items():
        excluded = np.minimum(amount, left_to_exclude)
        kept[head], left_to_exclude = amount - excluded, left_to_exclude - excluded
    if not np.any(pro_rata):
        yield from kept.items()
        return
    total = sum(kept.values())
    factor = where(total > 0, 1 - np.minimum(pro_rata * share, total) / where(total > 0, total, 1), 0)
    yield from ((head, amount * factor) for head, amount in kept.items())


def _excluded(stretch: Segment, switches: dict[str, str]) -> Any:
    company, period = stretch.company, stretch.period
    amounts = {name: company(name, period) for name in switches}
    return sum(
        (amount * stretch.value(switches[name]) for name, amount in amounts.items() if not is_nothing(amount)),
        constant_array(0.0, company.count),
    )


def _share_of_period(stretch: Segment, spent: dict[str, np.ndarray]) -> np.ndarray:
    """Share of the period's training that falls in the stretch: exclusions are given for the period as a whole."""
    if (stretch.share == 1).all():
        return stretch.share
    whole = sum(incurred(stretch.company, stretch.period, head) for head in HEADS)
    return where(whole > 0, sum(spent.values()) / where(whole > 0, whole, 1), 0)
