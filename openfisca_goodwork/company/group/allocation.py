"""Who gives which loss to whom so that the group pays the least tax over the accounting periods of the file.

A mixed-integer program over curves that the law draws (``program``), solved by HiGHS through SciPy, within the limits of
the days in common. What it proposes is worked out exactly, beside no relief at all and relief in proportion to
profits, and the least tax is kept: so the result is never worse than the naive one. Losses of the period come first
(CTA 2010 s.137(5)(d)); then losses brought forward, label by label. The same group always gives the same claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import PENNY, Fact
from openfisca_goodwork.company.group.facts import CARRIED_FORWARD, CURRENT, Claim, Group, Links, Slot
from openfisca_goodwork.company.group.program import ROLES, Curve, Made, Node, Overlaps, Pair, Program, Room, curves_of
from openfisca_goodwork.company.group.runs import GroupRuns, Variants
from openfisca_goodwork.company.group.sharing import LIMITS, as_inputs, pooled_baselines, shares_of
from openfisca_goodwork.company.under_law import plain_value
from openfisca_goodwork.company.vocabulary import output_variables
from openfisca_goodwork.law.periods import day_in_words

_GIVES, _RECEIVES = ROLES
# What the law is told of the losses given and received, and what it says may be, by kind of loss and role.
INPUTS = {
    (CURRENT, _GIVES): "trading_losses_surrendered_to_group",
    (CURRENT, _RECEIVES): "group_relief_available",
    (CARRIED_FORWARD, _GIVES): "carried_forward_losses_surrendered_to_group",
    (CARRIED_FORWARD, _RECEIVES): "group_relief_for_carried_forward_losses_available",
}
MOST = {
    (CURRENT, _GIVES): "group_relief_surrenderable",
    (CURRENT, _RECEIVES): "available_total_profits",
    (CARRIED_FORWARD, _GIVES): "carried_forward_losses_surrenderable",
    (CARRIED_FORWARD, _RECEIVES): "group_relief_for_carried_forward_losses_maximum",
}
TAX, CREDITS = "net_corporation_tax", "payable_credits"
_LIMITS = ("marginal_relief_lower_limit", "marginal_relief_upper_limit")
_BENDS = ("augmented_profits", "group_relief", "total_profits", "trade_loss", *_LIMITS)
_ROUNDS = 2
Claims = tuple[Claim, ...]
# What each whole accounting period may give, and may receive (£).
Limits = tuple[dict[Slot, float], dict[Slot, float]]


def inputs_of_claims(claims: Sequence[Claim], runs: GroupRuns) -> dict[str, np.ndarray]:
    """What the law is told of some claims: input → one value an accounting period (£)."""
    columns, amounts = runs.columns, {name: [0.0] * len(runs.slots) for name in INPUTS.values()}
    for claim in claims:
        amounts[INPUTS[claim.loss, _GIVES]][columns[claim.giver]] += claim.amount
        amounts[INPUTS[claim.loss, _RECEIVES]][columns[claim.receiver]] += claim.amount
    return {name: np.array(values) for name, values in amounts.items()}


@dataclass(frozen=True)
class Allocator:
    """What finds the claims of a group under a law.

    Attributes:
        runs: of the law over the group. overlaps: of its accounting periods. given: inputs that stand, such as shares.
    """

    runs: GroupRuns
    overlaps: Overlaps
    given: Variants

    def outputs(self, names: Sequence[str], claims: Sequence[Claim]) -> dict[str, np.ndarray]:
        """Some outputs under some claims, one value an accounting period."""
        outputs = self.runs(names, {**self.given, **_rows([inputs_of_claims(claims, self.runs)])})
        return {name: values[0] for name, values in outputs.items()}

    def taxes(self, alternatives: Sequence[Claims]) -> np.ndarray:
        """Tax less credits paid of the whole group under each of some alternatives (£)."""
        variants = [inputs_of_claims(claims, self.runs) for claims in alternatives]
        return self._costs(_rows(variants)).sum(axis=1)

    def _costs(self, variants: Variants) -> np.ndarray:
        """Tax less credits paid: one row a variant, one column a member (£)."""
        sums = self.runs.sums((TAX, CREDITS), {**self.given, **variants})
        return sums[TAX] - sums[CREDITS]

    def best(self) -> Claims:
        """The claims of the least tax that were found: never more tax than with ``naive``."""
        current = self._improved(CURRENT, ())
        carried = self._carried(current, self._improved)
        return self._least([(), current, carried, self.naive])

    @cached_property
    def naive(self) -> Claims:
        """Relief in proportion: every loss goes to all that may have it, in proportion to their profits."""
        current = self._in_proportion(CURRENT, (), self.overlaps.pairs)
        return self._carried(current, self._in_proportion)

    def _least(self, alternatives: Sequence[Claims]) -> Claims:
        """The alternative of the least tax; of equal ones the first."""
        taxes = self.taxes(alternatives)
        return alternatives[int(np.flatnonzero(taxes <= taxes.min() + PENNY)[0])]

    def _carried(self, claims: Claims, step: Callable[..., Claims]) -> Claims:
        """The claims, with losses brought forward added by a step label by label, where any may be given."""
        for _label, pairs in sorted(self._by_label.items()):
            claims = step(CARRIED_FORWARD, claims, pairs)
        return claims

    @cached_property
    def _by_label(self) -> dict[int, list[Pair]]:
        """The pairs by the later label of their accounting periods."""
        labels = [self.overlaps.group.members[slot.member].company.labels[slot.place] for slot in self.runs.slots]
        of_slot, by_label = dict(zip(self.runs.slots, labels, strict=True)), dict[int, list[Pair]]()
        for pair in self.overlaps.pairs:
            by_label.setdefault(max(of_slot[pair.giver], of_slot[pair.receiver]), []).append(pair)
        return by_label

    def limits(self, kind: str, claims: Sequence[Claim]) -> Limits:
        """What each whole accounting period may give and may receive of a kind of loss, claims of that kind included (£)."""
        return self._state(kind, claims)[0]

    def limits_before_each(self, before: Sequence[Claim], claims: Sequence[Claim]) -> list[Limits]:
        """The limits for each of some claims of one kind, with those before it made as they are claimed."""
        if not claims or claims[0].loss == CURRENT:
            return [self.limits(CURRENT, before)] * len(claims) if claims else []
        names = [MOST[CARRIED_FORWARD, role] for role in ROLES]
        variants = [inputs_of_claims([*before, *claims[:count]], self.runs) for count in range(len(claims))]
        outputs = self.runs(names, {**self.given, **_rows(variants)})
        each = [[dict(zip(self.runs.slots, row, strict=True)) for row in outputs[name].tolist()] for name in names]
        return list(zip(*each, strict=True))

    def _state(self, kind: str, claims: Sequence[Claim]) -> tuple[Limits, dict[str, np.ndarray]]:
        """The limits for a kind of loss, and the figures that say where tax bends."""
        names = [MOST[kind, role] for role in ROLES]
        figures = self.outputs(
            [*names, *_BENDS], [claim for claim in claims if claim.loss != kind or kind == CARRIED_FORWARD]
        )
        gives, receives = (dict(zip(self.runs.slots, map(float, figures[name]), strict=True)) for name in names)
        return (gives, receives), figures

    def _in_proportion(self, kind: str, before: Claims, pairs: Sequence[Pair]) -> Claims:
        """Each loss to those that may have it, in proportion to what each can still use of it."""
        limits = self.limits(kind, before)
        made, claims = self.made(kind, before, limits), list(before)
        of_giver: dict[Slot, list[Pair]] = {}
        new: dict[Slot, float] = {}
        for pair in pairs:
            if limits[0][pair.giver] > PENNY and limits[1][pair.receiver] > PENNY:
                of_giver.setdefault(pair.giver, []).append(pair)
        for giver, own in of_giver.items():
            left = limits[0][giver] - made.given(giver)
            if kind == CARRIED_FORWARD:  # what one period gives is not brought into the next
                earlier, after = (Slot(giver.member, giver.place + step) for step in (-1, 1))
                left -= new.get(earlier, 0.0)
                if after in new:
                    left = min(left, limits[0][after] - made.given(after) - new.get(giver, 0.0))
            to_give = {days: made.left("giver", giver, days) for days in {pair.days for pair in own}}
            rooms = [max(min(to_give[pair.days], made.left("receiver", pair.receiver, pair.days)), 0.0) for pair in own]
            total = sum(rooms)
            for pair, room in zip(own, rooms, strict=True):  # each of another receiver: what is left to give changes alone
                share = room * min(1.0, left / total) if total else 0.0
                amount = min(share, made.left("giver", giver, pair.days)) if share > PENNY else 0.0
                if amount > PENNY:
                    claims.append(Claim(pair.giver, pair.receiver, kind, amount))
                    made.add(claims[-1])
                    new[giver] = new.get(giver, 0.0) + amount
        return tuple(claims)

    def made(self, kind: str, claims: Sequence[Claim], limits: Limits) -> Made:
        """The claims of one kind among some, and what they leave."""
        made = Made(self.overlaps, *limits)
        for claim in claims:
            if claim.loss == kind:
                made.add(claim)
        return made

    # The program.

    def _improved(self, kind: str, before: Claims, pairs: Sequence[Pair] | None = None) -> Claims:
        """Claims of one kind of loss added to those there are, as long as that saves tax."""
        claims = before
        limits, figures = self._state(kind, before)
        usable = [
            pair
            for pair in (self.overlaps.pairs if pairs is None else pairs)
            if limits[0][pair.giver] > PENNY and limits[1][pair.receiver] > PENNY
        ]
        if not usable:
            return before
        same = [claim for claim in before if claim.loss == kind]
        nodes: dict[Node, float] = {}
        for pair in usable:
            nodes[Node(pair.giver, _GIVES)] = limits[0][pair.giver]
            nodes[Node(pair.receiver, _RECEIVES)] = limits[1][pair.receiver]
        bends = dict(self._bends(nodes, figures))
        for _round in range(1 if kind == CARRIED_FORWARD else _ROUNDS):
            base = before if kind == CARRIED_FORWARD else claims  # what one period gives, the next cannot give again
            curves = self._curves(kind, nodes, bends, base)
            program = Program(self.overlaps, curves, limits, same, chained=kind == CARRIED_FORWARD)
            least = self._least([claims, (*before, *self._within(kind, program.solve(), same, limits))])
            if least is claims:
                break
            claims = least
        return claims

    def _within(self, kind: str, proposed: Sequence[Claim], before: Sequence[Claim], limits: Limits) -> list[Claim]:
        """What the program proposes, nothing above its limit by the rounding of the solver."""
        made, claims = self.made(kind, before, limits), []
        for claim in proposed:
            if (most := min(claim.amount, made.room(claim).most)) > PENNY:
                claims.append(claim._replace(loss=kind, amount=most))
                made.add(claims[-1])
        return claims

    def _curves(
        self, kind: str, nodes: Mapping[Node, float], bends: Mapping[Node, Sequence[float]], claims: Claims
    ) -> dict[Node, Curve]:
        """What each accounting period saves by giving or receiving, all others as they are under the claims."""
        amounts = inputs_of_claims(claims, self.runs)

        def cost(variants: Sequence[Mapping[Node, float]]) -> np.ndarray:
            rows = {name: np.tile(values, (len(variants), 1)) for name, values in amounts.items()}
            for row, variant in enumerate(variants):
                for node, amount in variant.items():
                    rows[INPUTS[kind, node.role]][row, self.runs.columns[node.slot]] = amount
            return self._costs(rows)

        return curves_of(nodes, bends, cost)

    def _bends(self, nodes: Iterable[Node], figures: Mapping[str, np.ndarray]) -> Iterator[tuple[Node, list[float]]]:
        """Amounts at which profits reach a limit of marginal relief, or a loss no longer covers own profits."""
        for node in nodes:
            at = {name: float(figures[name][self.runs.columns[node.slot]]) for name in _BENDS}
            if node.role == _RECEIVES:
                start = at["augmented_profits"] + at["group_relief"]
                yield node, [start - at[name] for name in _LIMITS]
            else:
                start = at["trade_loss"] - at["total_profits"]
                yield node, [start, *(start + at[name] for name in _LIMITS)]


def _rows(variants: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Variants of what the law is told, one row each."""
    return {name: np.array([variant[name] for variant in variants]) for name in INPUTS.values()}


# --- a group under one law: its shares, its claims to group relief, and what they come to -----------------------------


Outputs = list[list[dict[str, Fact]]]


class GroupUnderLaw:
    """A group under one law: its shares, its claims, and what they come to.

    Attributes:
        shares: of what the group has once. claims: losses given, in the order in which the claims are made.
        faults: places of claims that are above what may be given or relieved, with what is allowed.
    """

    def __init__(self, law: TaxBenefitSystem, group: Group, links: Links) -> None:
        self.group = group
        self.runs = GroupRuns(law, group)
        pooled = pooled_baselines(group, links, self.runs)
        self.shares = tuple(shares_of(group, links, self.runs, pooled))
        self.overlaps = Overlaps(group, links)
        self.allocator = Allocator(self.runs, self.overlaps, {**pooled, **as_inputs(self.shares, self.runs)})
        self.claims: Claims = self.allocator.best() if group.claims is None else group.claims
        self.faults = [] if group.claims is None else list(_faults_of_claims(group, self.rooms))

    @cached_property
    def rooms(self) -> tuple[Room, ...]:
        """What each claim may come to at most, those before it made."""
        return tuple(rooms_of_claims(self.allocator, self.claims))

    @property
    def tax(self) -> float:
        """Tax less credits paid of all companies (£)."""
        return float(self.allocator.taxes([self.claims])[0])

    @cached_property
    def tax_without_relief(self) -> float:
        """The same, had no loss gone from one to another (£)."""
        return float(self.allocator.taxes([()])[0])

    def inputs(self) -> dict[str, np.ndarray]:
        """What the law is told of shares, pooled baselines and claims: input → one value an accounting period."""
        shares = {name: values[0] for name, values in self.allocator.given.items()}
        return {**shares, **inputs_of_claims(self.claims, self.runs)}

    def outputs(self) -> Outputs:
        """Every output of every accounting period of every member."""
        outputs = self.runs(output_variables(), {name: values[None, :] for name, values in self.inputs().items()})
        members: Outputs = [[] for _member in self.group.members]
        for column, slot in enumerate(self.runs.slots):
            members[slot.member].append({name: plain_value(values[0, column]) for name, values in outputs.items()})
        return members

    def as_companies(self) -> Group:
        """The group with what it settles under the law, as its companies would give it alone."""
        inputs, columns = self.inputs(), self.runs.columns
        standard = {limit.share: 1.0 for limit in LIMITS.values()}

        def values_of(slot: Slot, values: Mapping[str, Fact]) -> dict[str, Fact]:
            settled = {name: float(each[columns[slot]]) for name, each in inputs.items()}
            return {**values, **{name: value for name, value in settled.items() if value != standard.get(name, 0.0)}}

        return self.group.with_values(values_of)


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
            giver, receiver = group.name_of(claim.giver), group.name_of(claim.receiver)
            ends = [day_in_words(group.period(slot).end) for slot in (claim.giver, claim.receiver)]
            sections = "ss.188BB to 188DG" if claim.loss == CARRIED_FORWARD else "ss.138 to 142"
            above = (
                f"{giver} gives {receiver} {claim.amount:,.2f}, more than the days in common allow {{law}}: {giver} has "
                f"{max(room.to_give, 0):,.2f} left to give of its period to {ends[0]}, and {receiver} "
                f"{max(room.to_relieve, 0):,.2f} left to relieve in its period to {ends[1]} (CTA 2010 {sections}). At most "
                f"{room.most:,.2f}."
            )
            yield place, above


def _as_carried(to_give: Mapping[Slot, float], claim: Claim, made: Sequence[Claim]) -> dict[Slot, float]:
    """What may be given, less what the next accounting period has given of the same losses already."""
    after = Slot(claim.giver.member, claim.giver.place + 1)
    given = sum(earlier.amount for earlier in made if earlier.giver == after and earlier.loss == claim.loss)
    if not given:
        return dict(to_give)
    return {**to_give, claim.giver: min(to_give[claim.giver], to_give[after] - given)}
