"""The effect on the Exchequer as a function of the assumptions: the law run with each alone, the rest put together.

One assumption alone: a monotone curve through what the law gave, year by year. Several together: the product of what each
does alone, as a share of the central effect, and of what two do together where one is said to change the other; their sum
in a year in which one of them alone turns the sign. Assumptions of two values have a centre for each combination of them,
and what moves all companies much alike is asked anew at each; what moves some companies and not others is asked of many
more records, at the central combination. What a step of the costing is in proportion to moves that step, without a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from openfisca_goodwork.costing.uncertainty.assumptions import TWO_POINT, Varied
from openfisca_goodwork.costing.uncertainty.sample import Sample

Run = Callable[[Sequence[tuple[Sample, Mapping[str, float]]]], np.ndarray]
"""Samples, each at a point → their effects, points × financial years (£)."""

Branch = tuple[float, ...]
Key = tuple[tuple[str, float], ...]
"""Assumptions moved, with their values: one, or two together."""
Moves = Mapping[Key, np.ndarray]
"""By how much the effect moves, by financial year (£)."""


@dataclass(frozen=True, eq=False)
class Surface:
    """What the law gave at the points where it was run, of all companies.

    Attributes:
        varied: the assumptions. central: the effect in the central case, by financial year (£).
        centres: values of the assumptions of two values → the effect with the others central.
        moves: the same → what each of the others does alone, at each of its stops, and two together at their ends.
    """

    varied: tuple[Varied, ...]
    central: np.ndarray
    centres: Mapping[Branch, np.ndarray]
    moves: Mapping[Branch, Moves]

    @classmethod
    def of(
        cls, varied: tuple[Varied, ...], run: Run, samples: tuple[Sample, Sample], steps: Mapping[str, np.ndarray]
    ) -> Surface:
        """Run the law at the stops of each assumption, the others central, over two samples in one run.

        Args:
            run: the law. steps: of the costing, by name, which add up to the central effect (£ by financial year).
            samples: records that do for what moves all companies much alike; more of them for the rest.
        """
        few, many = samples
        central = np.sum(list(steps.values()), axis=0)
        branches = list(product(*(sorted({one.low, one.high}) for one in _with_two(varied))))
        at = tuple(one.central for one in _with_two(varied))
        even, uneven = (_keys(varied, uneven=which) for which in (False, True))
        few_points = [_point(varied, branch, key) for branch in branches for key in [(), *even]]
        many_points = [_point(varied, branch) for branch in branches] + [_point(varied, at, key) for key in uneven]
        found = run([*((few, one) for one in few_points), *((many, one) for one in many_points)])
        of_few, of_many = found[: len(few_points)], found[len(few_points) :]
        middle = of_many[branches.index(at)]
        alone = [_scaled(one - middle, middle, central) for one in of_many]
        centres = {branch: central + moved for branch, moved in zip(branches, alone, strict=False)}
        elsewhere = dict(zip(uneven, alone[len(branches) :], strict=True)) | _of_steps(varied, steps)
        moves: dict[Branch, Moves] = {}
        for branch, (own, *moved) in zip(branches, of_few.reshape(len(branches), -1, central.size), strict=True):
            centre = centres[branch]
            here = {key: _scaled(one - own, own, centre) for key, one in zip(even, moved, strict=True)}
            moves[branch] = here | {key: _scaled(one, central, centre) for key, one in elsewhere.items()}
        return cls(varied, central, centres, moves)

    def at(self, drawn: Mapping[str, np.ndarray]) -> np.ndarray:
        """The effect of all companies at values of the assumptions: draws × financial years (£).

        Args:
            drawn: values by name, one per draw each; those left out are central.
        """
        count = len(next(iter(drawn.values())))
        all_of = {one.name: drawn.get(one.name, np.full(count, one.central)) for one in self.varied}
        found = np.empty((count, self.central.size))
        for branch in self.centres:
            chosen = np.ones(count, dtype=bool)
            for one, value in zip(_with_two(self.varied), branch, strict=True):
                chosen &= all_of[one.name] == value
            found[chosen] = self._together(branch, {name: values[chosen] for name, values in all_of.items()})
        return found

    def alone(self, one: Varied, value: float) -> np.ndarray:
        """By how much the effect moves with one assumption alone at a value, by financial year (£)."""
        return self.at({one.name: np.array([value])})[0] - self.central

    def _together(self, branch: Branch, drawn: Mapping[str, np.ndarray]) -> np.ndarray:
        centre, moves = self.centres[branch], self.moves[branch]
        keeps_sign = np.all([(centre + moved) * centre > 0 for moved in moves.values()], axis=0)
        base = np.where(keeps_sign, centre, 1)
        multiplied, added = np.ones(1), np.zeros(1)
        for one in _with_many(self.varied):
            moved = _curve(one, moves, drawn[one.name])
            multiplied, added = multiplied * (1 + moved / base), added + moved
        for key in (key for key in moves if len(key) > 1):
            first, second = (moves[each,] for each in key)
            share = np.prod([_share(self._named(name), end, drawn[name]) for name, end in key], axis=0)[:, None]
            more = (1 + moves[key] / base) / ((1 + first / base) * (1 + second / base)) - 1
            multiplied, added = multiplied * (1 + share * more), added + share * (moves[key] - first - second)
        return np.where(keeps_sign, centre * multiplied, centre + added)

    def _named(self, name: str) -> Varied:
        return next(one for one in self.varied if one.name == name)


def _scaled(moved: np.ndarray, own: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """What moves around one centre, as it would around another: in proportion, where both have the same sign."""
    alike = own * wanted > 0
    return moved * np.where(alike, wanted / np.where(alike, own, 1), 1)


def _with_two(varied: Sequence[Varied]) -> list[Varied]:
    return [one for one in varied if one.shape == TWO_POINT]


def _with_many(varied: Sequence[Varied]) -> list[Varied]:
    return [one for one in varied if one.shape != TWO_POINT]


def _keys(varied: Sequence[Varied], *, uneven: bool) -> list[Key]:
    """What the law is run for: one assumption moved at a time, and pairs that change one another."""
    those = [one for one in _with_many(varied) if one.uneven == uneven and not one.step]
    pairs = [(one, other) for one in those for other in varied if other.name in one.together_with]
    alone: list[Key] = [((one.name, stop),) for one in those for stop in one.stops]
    together: list[Key] = [
        ((one.name, end), (other.name, another)) for one, other in pairs for end in one.ends for another in other.ends
    ]
    return alone + together


def _of_steps(varied: Sequence[Varied], steps: Mapping[str, np.ndarray]) -> dict[Key, np.ndarray]:
    """What those do that a step of the costing is in proportion to."""
    return {
        ((one.name, stop),): steps[one.step] * (stop / one.central - 1) for one in varied if one.step for stop in one.stops
    }


def _point(varied: Sequence[Varied], branch: Branch, key: Key = ()) -> dict[str, float]:
    """Values that are not central: of the assumptions of two values, and of what is moved."""
    two = {one.name: value for one, value in zip(_with_two(varied), branch, strict=True) if value != one.central}
    return two | dict(key)


def _curve(one: Varied, moves: Moves, values: np.ndarray) -> np.ndarray:
    """By how much the effect moves at values of one assumption alone: draws × financial years (£)."""
    nothing = np.zeros_like(next(iter(moves.values())))
    known = sorted([(one.central, nothing), *((stop, moves[(one.name, stop),]) for stop in one.stops)], key=lambda at: at[0])
    places, found = zip(*known, strict=True)
    return monotone(np.array(places), np.array(found), values)


def _share(one: Varied, end: float, values: np.ndarray) -> np.ndarray:
    """How far values are on the way from the centre to an end: 0 at the centre and beyond it, 1 at the end."""
    return np.maximum((values - one.central) / (end - one.central), 0)


_STEEPEST = 3


def monotone(places: np.ndarray, found: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values of the curve; beyond the ends it goes on as its last piece does.

    Args:
        places: two or more, ascending. found: places × columns. at: where it is asked for.

    Returns:
        At × columns.
    """
    width = np.diff(places)[:, None]
    chord = np.diff(found, axis=0) / width
    slope = _slopes(width, chord)
    piece = np.clip(np.searchsorted(places, at, side="right") - 1, 0, len(width) - 1)
    along = at[:, None] - places[piece][:, None]
    first, last, secant, wide = slope[piece], slope[piece + 1], chord[piece], width[piece]
    square, cube = (3 * secant - 2 * first - last) / wide, (first + last - 2 * secant) / wide**2
    return np.asarray(found[piece] + along * (first + along * (square + along * cube)))


def _slopes(width: np.ndarray, chord: np.ndarray) -> np.ndarray:
    """The slope at each place: the weighted harmonic mean of the chords beside it, 0 where they turn."""
    if len(chord) == 1:
        return np.repeat(chord, 2, axis=0)
    before, after = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    alike = chord[:-1] * chord[1:] > 0
    left, right = (np.where(alike, one, 1) for one in (chord[:-1], chord[1:]))
    inner = np.where(alike, (before + after) / (before / left + after / right), 0)
    ends = (_at_an_end(width[:2], chord[:2]), _at_an_end(width[:-3:-1], chord[:-3:-1]))
    return np.vstack([ends[0], inner, ends[1]])


def _at_an_end(width: np.ndarray, chord: np.ndarray) -> np.ndarray:
    """The slope of three points at the first, so that the curve keeps the shape of its first chord."""
    found = ((2 * width[0] + width[1]) * chord[0] - width[0] * chord[1]) / (width[0] + width[1])
    found = np.where(found * chord[0] > 0, found, 0)
    turns = (chord[0] * chord[1] <= 0) & (np.abs(found) > _STEEPEST * np.abs(chord[0]))
    return np.where(turns, _STEEPEST * chord[0], found)
