"""The mixed-integer program behind the claims of a group, solved by HiGHS through SciPy.

Accounting periods with the same days that are linked with the same companies stand for one another as givers or receivers:
what the program decides is how much each gives to, or receives from, each such class, and the claims follow from that. The
savings are broken lines: where a piece saves more than the one before it, a yes or no says that all before it
are used up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np

from openfisca_goodwork.company.group.facts import CURRENT, Claim, Days, Group, Links, Slot, common_days, days_of
from openfisca_goodwork.law.periods import AccountingPeriod

# --- the days in common of two accounting periods, and what earlier claims took of them ------------------------------
# CTA 2010 ss.138 to 142 for losses of the period, ss.188DB to 188DG for losses brought forward. Claims are taken in the
# order in which they are made; each takes of the days it has in common with a later one in proportion.


class Pair(NamedTuple):
    """An accounting period that may give and one that may receive, and the days that they have in common."""

    giver: Slot
    receiver: Slot
    days: Days


class Room(NamedTuple):
    """What a claim may come to at most (£): what is left to give, and to relieve, of the days in common."""

    to_give: float
    to_relieve: float

    @property
    def most(self) -> float:
        """The lesser of the two."""
        return max(min(self), 0.0)


@lru_cache(maxsize=10_000)
def _part(of: Days, days: Days, in_months: bool) -> float:  # noqa: FBT001
    return AccountingPeriod(*of, in_months).share(*days)


@dataclass(frozen=True)
class Overlaps:
    """The pairs of accounting periods of a group between which a loss may go.

    Attributes:
        group, links: of the companies.
    """

    group: Group
    links: Links

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair of two members of a 75% group with days in common, those with the fewest days first.

        A short overlap claimed first leaves longer ones the most room; the order in which claims are listed is this.
        """
        slots = list(self.group.slots())
        days = [self.days[slot] for slot in slots]
        starts, ends = (np.array([each[side].toordinal() for each in days]) for side in (0, 1))
        members = np.array([slot.member for slot in slots])
        start, end = np.maximum(starts[:, None], starts), np.minimum(ends[:, None], ends)
        may = self.links.is_75_percent[np.ix_(members, members)] & (start <= end)
        giver, receiver = np.nonzero(may)
        start, end = start[may], end[may]
        order = np.lexsort((receiver, giver, start, end - start))
        common = {of: Days(*map(date.fromordinal, of)) for of in set(zip(start.tolist(), end.tolist(), strict=True))}
        ordered = (each[order].tolist() for each in (giver, receiver, start, end))
        return tuple(
            Pair(slots[gives], slots[receives], common[begins, ends_on])
            for gives, receives, begins, ends_on in zip(*ordered, strict=True)
        )

    @cached_property
    def days(self) -> Mapping[Slot, Days]:
        """The days of each accounting period."""
        return {slot: days_of(self.group.period(slot)) for slot in self.group.slots()}

    def common(self, claim: Claim | Pair) -> Days | None:
        """The days that the two accounting periods of a claim have in common."""
        return common_days(self.days[claim.giver], self.days[claim.receiver])

    def part(self, slot: Slot, of: Days, days: Days) -> float:
        """What of a stretch of days lies within another: by days, or by months where the company counts in months."""
        in_months = self.group.members[slot.member].company.apportionment == "months"
        return _part(of, days, in_months)


class Made:
    """Claims of one kind of loss in the order in which they are made, and what each leaves to the next.

    Args:
        overlaps: of the accounting periods. to_give, to_relieve: of each whole accounting period (£).
    """

    def __init__(self, overlaps: Overlaps, to_give: Mapping[Slot, float], to_relieve: Mapping[Slot, float]) -> None:
        self._overlaps, self._whole = overlaps, {"giver": to_give, "receiver": to_relieve}
        # By role and accounting period: what was claimed for which days in common.
        self._taken: dict[tuple[str, Slot], dict[Days, float]] = {}

    def add(self, claim: Claim) -> None:
        """Make a claim."""
        days = self._overlaps.common(claim)
        for role, slot in (("giver", claim.giver), ("receiver", claim.receiver)):
            taken = self._taken.setdefault((role, slot), {})
            if days is not None:
                taken[days] = taken.get(days, 0.0) + claim.amount

    def given(self, slot: Slot) -> float:
        """What an accounting period has given in all (£)."""
        return sum(self._taken.get(("giver", slot), {}).values())

    def room(self, pair: Claim | Pair) -> Room:
        """What the next claim may come to; nothing where there are no days in common."""
        days = self._overlaps.common(pair) if isinstance(pair, Claim) else pair.days
        if days is None:
            return Room(0.0, 0.0)
        return Room(self.left("giver", pair.giver, days), self.left("receiver", pair.receiver, days))

    def left(self, role: str, slot: Slot, days: Days) -> float:
        """What is left of an amount of an accounting period for some of its days, and of it in all."""
        whole = self._whole[role].get(slot, 0.0)
        taken = self._taken.get((role, slot), {})
        of_days = whole * self._overlaps.part(slot, self._overlaps.days[slot], days)
        of_days -= sum(amount * self._overlaps.part(slot, of, days) for of, amount in taken.items())
        return min(of_days, whole - sum(taken.values()))


# --- what each amount of loss given or received saves or costs one company, as broken lines --------------------------
# Worked out by the law itself: variants of the group in which one accounting period of every company has one amount more,
# run all together. Where two neighbouring pieces have different slopes, the place between them is where their lines meet.


# Sizes at which a curve is worked out first, of its whole: evenly, and near both ends, where a first bend would be missed.
_FIRST = (0.0, 0.001, *(place / 12 for place in range(1, 12)), 0.999, 1.0)
_REFINEMENTS = 2
# Slopes (£ of tax for £1 of loss) that differ by less are one.
_SAME_SLOPE = 1e-6
ROLES = _GIVES, _RECEIVES = "gives", "receives"


class Node(NamedTuple):
    """An accounting period as one that gives, or as one that receives."""

    slot: Slot
    role: str


@dataclass(frozen=True)
class Curve:
    """What amounts save: the ends of each straight piece (£), and the tax saved for each £1 along it; less than 0 costs."""

    ends: np.ndarray
    slopes: np.ndarray


# What the tax of each company is in variants: for each, node → amount; one row a variant, one column a member (£).
Cost = Callable[[Sequence[Mapping[Node, float]]], np.ndarray]


def curves_of(nodes: Mapping[Node, float], bends: Mapping[Node, Sequence[float]], cost: Cost) -> dict[Node, Curve]:
    """The curve of each node up to the most that it may give or receive.

    Args:
        nodes: the most of each (£). bends: amounts at which its tax is known to bend. cost: as said above.
    """
    points = {node: _first(most, bends.get(node, ())) for node, most in nodes.items()}
    saved = _saved(points, cost)
    for _round in range(_REFINEMENTS):
        more = {node: list(_meetings(points[node], saved[node])) for node in nodes}
        if not any(more.values()):
            break
        points = {node: np.unique(np.r_[points[node], more[node]]) for node in nodes}
        saved = _saved(points, cost)
    return {node: _curve(points[node], saved[node]) for node in nodes}


def _first(most: float, bends: Sequence[float]) -> np.ndarray:
    return np.unique([share * most for share in _FIRST] + [bend for bend in bends if 0 < bend < most])


def _saved(points: Mapping[Node, np.ndarray], cost: Cost) -> dict[Node, np.ndarray]:
    """What each amount of each node saves; nodes of different companies are worked out in the same variants."""
    sets: dict[tuple[int, str], list[Node]] = {}
    for node in points:
        sets.setdefault((node.slot.place, node.role), []).append(node)
    variants: list[dict[Node, float]] = []
    rows: dict[tuple[Node, int], int] = {}
    for nodes in sets.values():
        for step in range(max(len(points[node]) for node in nodes)):
            for node in nodes:
                if step < len(points[node]):
                    rows[node, step] = len(variants)
            variants.append({node: float(points[node][min(step, len(points[node]) - 1)]) for node in nodes})
    costs = cost(variants)
    saved = {}
    for node, amounts in points.items():
        column = costs[[rows[node, step] for step in range(len(amounts))], node.slot.member]
        saved[node] = column[0] - column
    return saved


def _meetings(points: np.ndarray, saved: np.ndarray) -> Iterator[float]:
    """Where the lines of pieces meet that lie on both sides of a piece with a slope of its own."""
    slopes = np.diff(saved) / np.diff(points)
    for place in range(1, len(slopes) - 1):
        left, own, right = slopes[place - 1 : place + 2]
        if abs(left - right) > _SAME_SLOPE and abs(own - left) > _SAME_SLOPE and abs(own - right) > _SAME_SLOPE:
            at_left, at_right = saved[place] - left * points[place], saved[place + 1] - right * points[place + 1]
            meeting = (at_right - at_left) / (left - right)
            if points[place] < meeting < points[place + 1]:
                yield float(meeting)


def _curve(points: np.ndarray, saved: np.ndarray) -> Curve:
    """The broken line through the points, pieces of one slope joined."""
    slopes = np.diff(saved) / np.diff(points)
    ends, kept = [float(points[0])], list[float]()
    for (_start, end), slope in zip(pairwise(points), slopes, strict=True):
        if kept and abs(kept[-1] - slope) <= _SAME_SLOPE:
            ends[-1] = end
        else:
            kept.append(slope)
            ends.append(end)
    return Curve(np.array(ends), np.array(kept))


# Tax (£) that a pound moved must save at least, so that nothing moves for nothing.
_WORTH_MOVING = 1e-5
# Bounds on the search that do not depend on the machine, so that the answer does not either: nodes, and the gap to the best
# answer there could be.
_NODES, _GAP = 100, 1e-6
# With more yes-or-no choices than so many, those that the program without them answers with yes or no are settled first: a
# search of the others alone takes a fifth of the time, and comes within some 0.02% of that answer.
_MANY, _GAP_OF_MANY, _SETTLED = 60, 1e-4, 1e-6
_TURN = Lock()


# --- the program -----------------------------------------------------------------------------------------------------


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
        linked = [frozenset({at, *np.flatnonzero(row).tolist()}) for at, row in enumerate(overlaps.links.is_75_percent)]
        self._classes = {node: Class(overlaps.days[node.slot], linked[node.slot.member]) for node in curves}
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

    @cached_property
    def _legs_of(self) -> Mapping[Node, list[tuple[Leg, int]]]:
        """The legs of each accounting period in the order of the claims: the fewest days in common first."""
        legs: dict[Node, list[tuple[Leg, int]]] = {node: [] for node in self._curves}
        for leg, column in self._legs.items():
            legs[leg.node].append((leg, column))
        for own in legs.values():
            own.sort(key=lambda entry: (self._days(entry[0]).length, self._days(entry[0]).start))
        return legs

    def _all_of(self, node: Node) -> dict[int, float]:
        return {column: 1.0 for _leg, column in self._legs_of[node]}

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
        legs, made = self._legs_of[node], self._made(node)
        whole, own = self._limits[node.role].get(node.slot, 0.0), self._classes[node].days
        for place, (last, _column) in enumerate(legs):
            days = self._days(last)
            if place + 1 < len(legs) and self._days(legs[place + 1][0]) == days:
                continue
            factors = {column: self._overlaps.part(node.slot, self._days(leg), days) for leg, column in legs[: place + 1]}
            taken = sum(amount * self._overlaps.part(node.slot, of, days) for of, amount in made)
            self._row(factors, -np.inf, max(whole * self._overlaps.part(node.slot, own, days) - taken, 0.0))
        taken = sum(amount for _days, amount in made)
        self._row(self._all_of(node), -np.inf, max(whole - taken, 0.0))

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
        self._row(self._all_of(node) | dict.fromkeys(pieces, -1.0), -before, -before)

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
                self._row(self._all_of(node) | {gives: -size}, -np.inf, 0.0)
                size = float(self._curves[other].ends[-1])
                self._row(self._all_of(other) | {gives: size}, -np.inf, size)

    def _chain(self) -> None:
        """What a period gives of losses brought forward is not brought into the next one."""
        for node in self._curves:
            after = Node(Slot(node.slot.member, node.slot.place + 1), _GIVES)
            if node.role == _GIVES and after in self._curves:
                taken = sum(amount for _days, amount in self._made(after))
                self._row(
                    self._all_of(node) | self._all_of(after), -np.inf, max(self._limits[_GIVES][after.slot] - taken, 0.0)
                )

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
