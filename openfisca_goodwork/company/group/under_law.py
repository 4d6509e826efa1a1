"""A group under one law: its shares, its claims to group relief, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import PENNY, Company, Fact
from openfisca_goodwork.company.group.allocation import Allocator, Claims, inputs_of_claims
from openfisca_goodwork.company.group.facts import CARRIED_FORWARD, CURRENT, Claim, Group, Links, Slot
from openfisca_goodwork.company.group.program import Made, Overlaps, Room
from openfisca_goodwork.company.group.result import GroupUnderLaw
from openfisca_goodwork.company.group.runs import GroupRuns, plain
from openfisca_goodwork.company.group.sharing import LIMITS, Share, as_inputs, pooled_baselines, shares_of
from openfisca_goodwork.company.vocabulary import output_variables
from openfisca_goodwork.law.periods import day_in_words

Outputs = list[list[dict[str, Fact]]]


class UnderLaw:
    """A group under one law: its shares, its claims, and what they come to."""

    def __init__(self, law: TaxBenefitSystem, group: Group, links: Links) -> None:
        self.group = group
        self.runs = GroupRuns(law, group)
        pooled = pooled_baselines(group, links, self.runs)
        self.shares: list[Share] = shares_of(group, links, self.runs, pooled)
        self.overlaps = Overlaps(group, links)
        self.allocator = Allocator(self.runs, self.overlaps, {**pooled, **as_inputs(self.shares, self.runs)})
        self._rooms = rooms_of_claims(self.allocator, group.claims) if group.claims else None
        self.faults = list(_faults_of_claims(group, self._rooms or ()))
        self.claims: Claims = () if self.faults else self._claims()

    def _claims(self) -> Claims:
        return self.allocator.best() if self.group.claims is None else self.group.claims

    @property
    def tax(self) -> float:
        """Tax less credits paid of all companies (£)."""
        return float(self.allocator.taxes([self.claims])[0])

    def inputs(self) -> dict[str, np.ndarray]:
        """What the law is told of shares, pooled baselines and claims: input → one value an accounting period."""
        shares = {name: values[0] for name, values in self.allocator.given.items()}
        return {**shares, **inputs_of_claims(self.claims, self.runs.slots)}

    def outputs(self) -> Outputs:
        """Every output of every accounting period of every member."""
        outputs = self.runs(output_variables(), {name: values[None, :] for name, values in self.inputs().items()})
        columns = {slot: column for column, slot in enumerate(self.runs.slots)}
        return [
            [
                {name: plain(values[0, columns[Slot(member, place)]]) for name, values in outputs.items()}
                for place in range(len(member_of_group.company.accounting_periods))
            ]
            for member, member_of_group in enumerate(self.group.members)
        ]

    def company(self, member: int) -> Company:
        """A member's facts with what the group settles under the law, as a company of its own would give them."""
        inputs, columns = self.inputs(), {slot: column for column, slot in enumerate(self.runs.slots)}
        company = self.group.members[member].company
        standard = {limit.share: 1.0 for limit in LIMITS.values()}
        periods = []
        for place, period in enumerate(company.accounting_periods):
            values = {name: float(each[columns[Slot(member, place)]]) for name, each in inputs.items()}
            settled = {name: value for name, value in values.items() if value != standard.get(name, 0.0)}
            periods.append(replace(period, values={**period.values, **settled}))
        return replace(company, accounting_periods=tuple(periods))

    def result(self) -> GroupUnderLaw:
        """What the group does under the law."""
        worked_out = self.group.claims is None
        without, *others = map(float, self.allocator.taxes([(), *([self.allocator.naive] if worked_out else [])]))
        rooms = self._rooms or rooms_of_claims(self.allocator, self.claims)
        return GroupUnderLaw(self.claims, tuple(rooms), tuple(self.shares), without, others[0] if others else None)


def rooms_of_claims(allocator: Allocator, claims: Sequence[Claim]) -> list[Room]:
    """What each claim may come to, those before it made as far as they may be: current losses first, then older ones."""
    rooms, made = {}, list[Claim]()
    for kind in (CURRENT, CARRIED_FORWARD):
        own = [place for place, claim in enumerate(claims) if claim.loss == kind]
        before_each = allocator.limits_before_each(made, [claims[place] for place in own])
        is_as_claimed, so_far = True, Made(allocator.overlaps, *before_each[0]) if before_each else None
        for place, limits in zip(own, before_each, strict=True):
            claim = claims[place]
            if kind == CARRIED_FORWARD or so_far is None:  # what one claim leaves changes what the next may come to
                to_give, to_relieve = limits if is_as_claimed else allocator.limits(kind, made)
                so_far = allocator.made(kind, made, (_as_carried(to_give, claim, made), to_relieve))
            room = rooms[place] = so_far.room(claim)
            is_as_claimed = is_as_claimed and claim.amount <= room.most + PENNY
            made.append(claim._replace(amount=min(claim.amount, room.most)))
            so_far.add(made[-1])
    return [rooms[place] for place in range(len(claims))]


def _faults_of_claims(group: Group, rooms: Sequence[Room]) -> Iterator[tuple[int, str]]:
    """The claims of a file that are above what may be given or relieved: their places, and what is allowed."""
    for place, (claim, room) in enumerate(zip(group.claims or (), rooms, strict=True)):
        if claim.amount > room.most + PENNY:
            yield place, _above(group, claim, room.to_give, room.to_relieve)


def _as_carried(to_give: Mapping[Slot, float], claim: Claim, made: Sequence[Claim]) -> dict[Slot, float]:
    """What may be given, less what the next accounting period has given of the same losses already."""
    after = Slot(claim.giver.member, claim.giver.place + 1)
    given = sum(earlier.amount for earlier in made if earlier.giver == after and earlier.loss == claim.loss)
    if not given:
        return dict(to_give)
    return {**to_give, claim.giver: min(to_give[claim.giver], to_give[after] - given)}


def _above(group: Group, claim: Claim, to_give: float, to_relieve: float) -> str:
    """What is wrong with a claim that is too high, and what is allowed."""
    giver, receiver = group.name_of(claim.giver), group.name_of(claim.receiver)
    ends = [day_in_words(group.period(slot).end) for slot in (claim.giver, claim.receiver)]
    sections = "ss.188BB to 188DG" if claim.loss == CARRIED_FORWARD else "ss.138 to 142"
    return (
        f"{giver} gives {receiver} {claim.amount:,.2f}, more than the days in common allow {{law}}: {giver} has "
        f"{max(to_give, 0):,.2f} left to give of its period to {ends[0]}, and {receiver} {max(to_relieve, 0):,.2f} left to "
        f"relieve in its period to {ends[1]} (CTA 2010 {sections}). At most {max(min(to_give, to_relieve), 0):,.2f}."
    )
