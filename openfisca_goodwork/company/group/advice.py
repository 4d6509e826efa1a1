"""The claims of a group's companies that pay the least tax of all, found by trying them with the whole group.

What is tried: for each loss, whether it is set against profits of its period and carried back; for a company that gives
losses, no capital allowances in a period; for every other the claims that pay least for itself, losses received as they
are. Each is tried with the group's claims to group
relief worked out anew (or as the file lists them), and kept where the group pays less. It never ends above the tax of
the claims that it began from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

import numpy as np

from openfisca_goodwork.company.advice import (
    ALLOWANCES,
    CARRIED,
    CHOICES,
    NO_CARRY_BACK,
    Advice,
    ClaimAdvised,
    claims_otherwise,
    reasons,
)
from openfisca_goodwork.company.claims import CARRY_BACK, RELIEF, allowed_under, faults_of
from openfisca_goodwork.company.facts import PENNY, Fact
from openfisca_goodwork.company.group.allocation import GroupUnderLaw
from openfisca_goodwork.company.group.facts import CARRIED_FORWARD, Group, Slot
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.law.periods import RefusedPeriodError, day_in_words
from openfisca_goodwork.number_formats import pounds
from openfisca_goodwork.system import current_law

# Claims tried with the group, by accounting periods of the group: the more there are, the longer each takes.
_MOST_PERIODS, _LEAST_TRIES = 1_000, 8
NOT_SEARCHED = (
    "claims that pay only when several change at once",
    "claims for buildings, for classes of plant apart, for research and training",
    "other shares of what the group has once",
    "what periods after the file save",
)

# Accounting period → the claims made otherwise in it.
Changes = Mapping[Slot, Mapping[str, Fact]]


@dataclass(frozen=True)
class GroupAdvice(Advice):
    """The claims of a group's companies that pay the least tax of those tried.

    Attributes:
        losses_given: which company then gives which loss to whom, where that is another than before; a sentence each.
    """

    losses_given: tuple[str, ...] = field(default=(), kw_only=True)

    def sentences(self) -> Iterator[str]:
        """The advice in plain sentences: what was found, the claims to make, who then gives what, why, what was left out."""
        *said, left_out = super().sentences()
        yield from (*said, *self.losses_given, left_out)

    def to_dict(self) -> dict[str, Any]:
        """The advice as JSON holds it; a claim for the most the law allows is null."""
        return {**super().to_dict(), "losses_given": list(self.losses_given)}


def advice_of_group(begun: GroupUnderLaw, companies: Sequence[CompanyResult]) -> GroupAdvice:
    """The claims that pay the least tax of a group under a law, of those tried.

    Args:
        begun: the group with the claims of its file. companies: each member's result.
    """
    best, changes, refused = begun, dict[Slot, Mapping[str, Fact]](), False
    all_tries = list(_tries(begun, companies, most := max(_MOST_PERIODS // len(begun.runs.slots), _LEAST_TRIES)))
    for tried in all_tries[:most]:
        together = {**changes, **{slot: {**changes.get(slot, {}), **claims} for slot, claims in tried.items()}}
        try:
            other = GroupUnderLaw(begun.runs.law, _with(begun.group, together), begun.overlaps.links)
            is_better = not other.faults and other.tax < best.tax - PENNY and _is_allowed(other)
        except RefusedPeriodError:  # a loss would be carried back past the periods that are looked at
            refused, is_better = True, False
        if is_better:
            best, changes = other, together
    not_searched = (*NOT_SEARCHED, NO_CARRY_BACK) if refused else NOT_SEARCHED
    if len(all_tries) > most or len(companies) > most:
        not_searched = (*not_searched, "companies with less tax and smaller losses than those tried")
    return _worded(begun, best, changes, not_searched)


def _tries(begun: GroupUnderLaw, companies: Sequence[CompanyResult], most: int) -> Iterator[Changes]:
    """Changes of claims to try: those of the largest losses and of the companies with the most tax first."""
    group = begun.group
    by_tax = sorted(range(len(companies)), key=lambda member: -abs(_of_all(companies[member], "net_corporation_tax")))
    givers = {claim.giver.member for claim in begun.claims}
    own = chain.from_iterable(_own(member, companies[member], gives=member in givers) for member in by_tax[:most])
    losses = sorted(group.slots(), key=lambda slot: -_of_period(companies, slot, "trade_loss"))
    of_losses = (
        {slot: choice}
        for slot in losses
        if _of_period(companies, slot, "trade_loss") >= PENNY
        for choice in CHOICES[1:]
        if choice != _as_it_is(group, slot) and (slot.place or not choice[CARRY_BACK])
    )
    yield from filter(None, chain.from_iterable(zip_longest(of_losses, own)))


def _as_it_is(group: Group, slot: Slot) -> dict[str, Fact]:
    values = group.period(slot).values
    return {name: values.get(name, current_law().variables[name].default_value) for name in (RELIEF, CARRY_BACK)}


def _of_all(company: CompanyResult, name: str) -> float:
    return sum(period.amount("current_law", name) for period in company.accounting_periods)


def _of_period(companies: Sequence[CompanyResult], slot: Slot, name: str) -> float:
    return companies[slot.member].accounting_periods[slot.place].amount("current_law", name)


def _own(member: int, company: CompanyResult, *, gives: bool) -> Iterator[Changes]:
    """The claims that pay least for a company alone; of one that gives losses, each period without capital allowances."""
    if gives:
        for place, period in enumerate(company.accounting_periods):
            outputs = [period.outputs["current_law"]]
            claimed = {name: 0.0 for name in ALLOWANCES if allowed_under(name, outputs) >= PENNY}
            yield {Slot(member, place): claimed} if claimed else {}
        return
    changes: dict[Slot, dict[str, Fact]] = {}
    places = {day_in_words(period.end): place for place, period in enumerate(company.accounting_periods)}
    for claim in company.advice.claims:
        changes.setdefault(Slot(member, places[claim.end]), {})[claim.name] = claim.value
    yield changes


def _with(group: Group, changes: Changes) -> Group:
    """The group with claims made otherwise; one for the most the law allows is no claim."""

    def values_of(slot: Slot, values: Mapping[str, Fact]) -> dict[str, Fact]:
        return {name: value for name, value in {**values, **changes.get(slot, {})}.items() if value != np.inf}

    return group.with_values(values_of)


def _is_allowed(under_law: GroupUnderLaw) -> bool:
    """Whether every claim of every company is one that the law allows."""
    return not any(
        list(faults_of(period.start, period.values, [outputs]))
        for member, of_member in zip(under_law.group.members, under_law.outputs(), strict=True)
        for period, outputs in zip(member.company.accounting_periods, of_member, strict=True)
    )


def _worded(begun: GroupUnderLaw, best: GroupUnderLaw, changes: Changes, not_searched: tuple[str, ...]) -> GroupAdvice:
    before, after, group = begun.outputs(), best.outputs(), begun.group
    claims: list[ClaimAdvised] = []
    why: list[str] = []
    for slot in group.slots():
        name_of_company, end = group.name_of(slot), day_in_words(group.period(slot).end)
        others, values = changes.get(slot, {}), group.period(slot).values
        claims += claims_otherwise(end, {name: values[name] for name in others if name in values}, others, name_of_company)
        of_slot = (outputs[slot.member][slot.place] for outputs in (before, after))
        why += [f"{name_of_company}: in the period to {end} {words}." for words in reasons(*of_slot)]
    given = [
        f"{group.name_of(claim.giver)} then gives {group.name_of(claim.receiver)} {pounds(claim.amount)} of its loss "
        f"{'brought forward to' if claim.loss == CARRIED_FORWARD else 'of'} the period to "
        f"{day_in_words(group.period(claim.giver).end)}."
        for claim in best.claims
    ]
    carried_as_it_is, carried = (
        sum(float(outputs[member][-1][name]) for member in range(len(group.members)) for name in CARRIED)
        for outputs in (before, after)
    )
    return GroupAdvice(
        begun.tax,
        best.tax,
        carried_as_it_is,
        carried,
        tuple(claims),
        tuple(why) if claims else (),
        not_searched,
        losses_given=tuple(given) if claims else (),
    )
