"""What each amount of loss given or received saves or costs one company, over all its accounting periods, as broken lines.

Worked out by the law itself: variants of the group in which one accounting period of every company has one amount more, run
all together. Where two neighbouring pieces have different slopes, the place between them is where their lines meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from openfisca_goodwork.company.group.facts import Slot

# Sizes at which a curve is worked out first, of its whole: evenly, and near both ends, where a first bend would be missed.
_FIRST = (0.0, 0.001, *(place / 12 for place in range(1, 12)), 0.999, 1.0)
_REFINEMENTS = 2
# Slopes (£ of tax for £1 of loss) that differ by less are one.
_SAME_SLOPE = 1e-6
_GIVES, _RECEIVES = "gives", "receives"
ROLES = (_GIVES, _RECEIVES)


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
