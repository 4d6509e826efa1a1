"""The mixed-integer program behind the claims of a group, solved by HiGHS through SciPy.

Accounting periods with the same days that are linked with the same companies stand for one another as givers or receivers:
what the program decides is how much each gives to, or receives from, each such class, and the claims follow from that. The
savings are broken lines (``curves``): where a piece saves more than the one before it, a yes or no says that all before it
are used up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import NamedTuple

import numpy as np

from openfisca_goodwork.company.group.curves import ROLES, Curve, Node
from openfisca_goodwork.company.group.facts import CURRENT, Claim, Days, Slot, common_days
from openfisca_goodwork.company.group.overlaps import Overlaps

_GIVES, _RECEIVES = ROLES
# Tax (£) that a pound moved must save at least, so that nothing moves for nothing.
_WORTH_MOVING = 1e-5
# Bounds on the search that do not depend on the machine, so that the answer does not either: nodes, and the gap to the best
# answer there could be.
_NODES, _GAP = 100, 1e-6
# With more yes-or-no choices than so many, those that the program without them answers with yes or no are settled first: a
# search of the others alone takes a fifth of the time, and comes within some 0.02% of that answer.
_MANY, _GAP_OF_MANY, _SETTLED = 60, 1e-4, 1e-6
_TURN = Lock()


class Class(NamedTuple):
    """Accounting periods that stand for one another: their days, and the members that they and those linked to them are."""

    days: Days
    linked: frozenset[int]


class Leg(NamedTuple):
    """One side of what goes between two classes: an accounting period that gives or receives, and the other class."""

    node: Node
    other: Class


class Program:
    """The program for one kind of loss.

    Args:
        overlaps: of the accounting periods. curves: of those that may give or receive.
        limits: what each whole accounting period may give, and may receive (£). before: claims of this kind made already.
        chained: whether what one accounting period gives is not there for the next one to give.
    """

    def __init__(
        self,
        overlaps: Overlaps,
        curves: Mapping[Node, Curve],
        limits: tuple[Mapping[Slot, float], Mapping[Slot, float]],
        before: Sequence[Claim],
        *,
        chained: bool,
    ) -> None:
        self._overlaps, self._curves, self._before, self._chained = overlaps, curves, before, chained
        self._limits = dict(zip(ROLES, limits, strict=True))
        self._costs: list[float] = []
        self._most: list[float] = []
        self._whole: list[int] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._classes = {node: self._class(node.slot) for node in curves}
        self._legs = {leg: self._variable(_WORTH_MOVING, np.inf) for leg in self._possible_legs()}

    def solve(self) -> list[Claim]:
        """The claims, in the order in which they are to be made; none where the program finds no answer."""
        for node in self._curves:
            self._limit(node)
            self._follow(node)
        self._balance()
        self._either_or()
        if self._chained:
            self._chain()
        entries = [(row, column, factor) for row, (each, *_) in enumerate(self._rows) for column, factor in each.items()]
        rows, columns, factors = zip(*entries, strict=True)
        with _TURN:  # two visitors who import the same modules at once may each meet the other's by halves
            from scipy import optimize, sparse  # here, because one company needs neither

        matrix = sparse.csc_matrix((factors, (rows, columns)), shape=(len(self._rows), len(self._costs)))
        low, high = (np.array([row[place] for row in self._rows]) for place in (1, 2))
        constraints = optimize.LinearConstraint(matrix, low, high)
        whole, least, most = np.array(self._whole), np.zeros(len(self._most)), np.array(self._most)

        def answer(least: np.ndarray, most: np.ndarray, whole: np.ndarray, gap: float) -> np.ndarray | None:
            given = {"integrality": whole, "bounds": optimize.Bounds(least, most), "constraints": constraints}
            amounts: np.ndarray | None = optimize.milp(
                np.array(self._costs), **given, options={"node_limit": _NODES, "mip_rel_gap": gap}
            ).x
            return amounts

        amounts = None
        if whole.sum() > _MANY and (without := answer(least, most, np.zeros_like(whole), _GAP)) is not None:
            settled = (whole == 1) & (np.abs(without - without.round()) < _SETTLED)
            low, high = (np.where(settled, without.round(), each) for each in (least, most))
            amounts = answer(low, high, whole, _GAP_OF_MANY)
        if amounts is None:
            amounts = answer(least, most, whole, _GAP)
        return [] if amounts is None else self._claims(amounts)

    # Classes and legs.

    def _class(self, slot: Slot) -> Class:
        linked = np.flatnonzero(self._overlaps.links.is_75_percent[slot.member])
        return Class(self._overlaps.days(slot), frozenset({slot.member, *linked.tolist()}))

    def _possible_legs(self) -> Iterator[Leg]:
        by_role = {
            role: list(dict.fromkeys(self._classes[node] for node in self._curves if node.role == role)) for role in ROLES
        }
        for node in self._curves:
            for other in by_role[_RECEIVES if node.role == _GIVES else _GIVES]:
                if node.slot.member in other.linked and common_days(self._classes[node].days, other.days):
                    yield Leg(node, other)

    def _days(self, leg: Leg) -> Days:
        """The days that both sides have in common."""
        days = common_days(self._classes[leg.node].days, leg.other.days)
        if days is None:
            raise AssertionError("a leg has days in common")
        return days

    # Variables and rows.

    def _variable(self, cost: float, most: float, *, whole: bool = False) -> int:
        self._costs.append(cost)
        self._most.append(most)
        self._whole.append(int(whole))
        return len(self._costs) - 1

    def _row(self, factors: dict[int, float], low: float, high: float) -> None:
        if factors:
            self._rows.append((factors, low, high))

    def _legs_of(self, node: Node) -> list[tuple[Leg, int]]:
        """The legs of an accounting period in the order of the claims: the fewest days in common first."""
        return self._by_node.get(node, [])

    @cached_property
    def _by_node(self) -> dict[Node, list[tuple[Leg, int]]]:
        legs: dict[Node, list[tuple[Leg, int]]] = {}
        for leg, column in self._legs.items():
            legs.setdefault(leg.node, []).append((leg, column))
        for own in legs.values():
            own.sort(key=lambda entry: (self._days(entry[0]).length, self._days(entry[0]).start))
        return legs

    def _made(self, node: Node) -> list[tuple[Days, float]]:
        """Days in common and amounts of claims made already."""
        made = []
        for claim in self._before:
            if node.slot == (claim.giver if node.role == _GIVES else claim.receiver):
                days = self._overlaps.common(claim)
                made += [] if days is None else [(days, claim.amount)]
        return made

    def _limit(self, node: Node) -> None:
        """What may be claimed of the days in common of each leg, less what earlier claims take of them, and in all."""
        legs, made = self._legs_of(node), self._made(node)
        whole, own = self._limits[node.role].get(node.slot, 0.0), self._classes[node].days
        for place, (last, _column) in enumerate(legs):
            days = self._days(last)
            if place + 1 < len(legs) and self._days(legs[place + 1][0]) == days:
                continue
            factors = {column: self._overlaps.part(node.slot, self._days(leg), days) for leg, column in legs[: place + 1]}
            taken = sum(amount * self._overlaps.part(node.slot, of, days) for of, amount in made)
            self._row(factors, -np.inf, max(whole * self._overlaps.part(node.slot, own, days) - taken, 0.0))
        taken = sum(amount for _days, amount in made)
        self._row({column: 1.0 for _leg, column in legs}, -np.inf, max(whole - taken, 0.0))

    def _follow(self, node: Node) -> None:
        """The legs of an accounting period, with claims made already, make up the pieces of its curve in their order."""
        curve, before = self._curves[node], sum(amount for _days, amount in self._made(node))
        sizes, slopes = np.diff(curve.ends).tolist(), curve.slopes.tolist()
        pieces = [self._variable(-slope, size) for slope, size in zip(slopes, sizes, strict=True)]
        for place in range(1, len(pieces)):
            if slopes[place] > slopes[place - 1]:
                is_used = self._variable(0.0, 1.0, whole=True)
                self._row({pieces[place]: 1.0, is_used: -sizes[place]}, -np.inf, 0.0)
                for earlier in range(place):
                    self._row({pieces[earlier]: 1.0, is_used: -sizes[earlier]}, 0.0, np.inf)
        legs = {column: 1.0 for _leg, column in self._legs_of(node)}
        self._row(legs | dict.fromkeys(pieces, -1.0), -before, -before)

    def _balance(self) -> None:
        """What one class gives to another is what that one receives from it."""
        between: dict[tuple[Class, Class], dict[int, float]] = {}
        for leg, column in self._legs.items():
            own = self._classes[leg.node]
            ends = (own, leg.other) if leg.node.role == _GIVES else (leg.other, own)
            between.setdefault(ends, {})[column] = 1.0 if leg.node.role == _GIVES else -1.0
        for factors in between.values():
            self._row(factors, 0.0, 0.0)

    def _either_or(self) -> None:
        """An accounting period gives or receives: what goes out and comes in again saves nothing."""
        for node in self._curves:
            other = Node(node.slot, _RECEIVES)
            if node.role == _GIVES and other in self._curves:
                gives = self._variable(0.0, 1.0, whole=True)
                size = float(self._curves[node].ends[-1])
                self._row({column: 1.0 for _leg, column in self._legs_of(node)} | {gives: -size}, -np.inf, 0.0)
                size = float(self._curves[other].ends[-1])
                self._row({column: 1.0 for _leg, column in self._legs_of(other)} | {gives: size}, -np.inf, size)

    def _chain(self) -> None:
        """What a period gives of losses brought forward is not brought into the next one."""
        for node in self._curves:
            after = Node(Slot(node.slot.member, node.slot.place + 1), _GIVES)
            if node.role == _GIVES and after in self._curves:
                taken = sum(amount for _days, amount in self._made(after))
                columns = {column: 1.0 for period in (node, after) for _leg, column in self._legs_of(period)}
                self._row(columns, -np.inf, max(self._limits[_GIVES][after.slot] - taken, 0.0))

    def _claims(self, amounts: np.ndarray) -> list[Claim]:
        """The claims between classes, first giver to first receiver, in the order in which they are to be made."""
        claims: list[tuple[Days, Claim]] = []
        left = {leg: float(amounts[column]) for leg, column in self._legs.items() if amounts[column] > 0}
        legs = sorted(left, key=lambda leg: leg.node.slot)
        receivers: dict[tuple[Class, Class], list[Leg]] = {}
        for leg in legs:
            if leg.node.role == _RECEIVES:
                receivers.setdefault((leg.other, self._classes[leg.node]), []).append(leg)
        for leg in legs:
            between = receivers.get((self._classes[leg.node], leg.other), []) if leg.node.role == _GIVES else []
            for receiver in between:
                amount = min(left[leg], left[receiver]) if receiver.node.slot != leg.node.slot else 0.0
                if amount > 0:
                    left[leg], left[receiver] = left[leg] - amount, left[receiver] - amount
                    claims.append((self._days(leg), Claim(leg.node.slot, receiver.node.slot, CURRENT, amount)))
        claims.sort(key=lambda entry: (entry[0].length, entry[0].start, entry[1].giver, entry[1].receiver))
        return [claim for _days, claim in claims]
