"""The value of a parameter at which a reform has an effect that is wanted: bracketed, then narrowed, in few costings.

A value is looked for between the ends of the parameter's own range as far as the law allows them. Costings at a few values
show where the effect passes the amount wanted, and whether it goes one way; each such place is narrowed by Brent's method.
Who wants several amounts (each year's and that of all years) shares the costings between them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from openfisca_goodwork.costing.engine import cost
from openfisca_goodwork.costing.request import CostingRequest, Progress
from openfisca_goodwork.costing.result import CostingResult
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.law.periods import financial_year_name, parse_financial_years
from openfisca_goodwork.number_formats import size
from openfisca_goodwork.policy.check import unknown_path
from openfisca_goodwork.policy.laws import vocabulary_with
from openfisca_goodwork.policy.vocabulary import WHOLE_UNITS, Leaf, day, in_force, in_words
from openfisca_goodwork.questions.asking import costings, overridden
from openfisca_goodwork.questions.headline import Headline, Shared, headline_of
from openfisca_goodwork.rendering import Worded, as_json, fields_as_json
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

MOST_COSTINGS = 12
_FIRST = 5
# Costings that are left for the range at the solution: at it, and at each end of the range of values.
_FOR_RANGE = 3
# £ million: a tenth of what tables are rounded to; or a thousandth of the amount wanted.
_LEAST_TOLERANCE, _TOLERANCE = 0.5, 0.001
_RANGE_TOLERANCE = 0.02
_DIGITS = 9
_HALVINGS = 30
# Times the value in law, how far a range without an end is searched; from which size on values go by proportion.
_FAR, _WIDE = 10.0, 1e4
_FINEST = 1e-12
ALL_YEARS = "All years"
NO_RANGE = "--draws 0"
# £ million: more than the gross domestic product of a year, and so surely an amount in £.
_MOST_WANTED = 10e6


@dataclass(frozen=True)
class Target:
    """An amount that is wanted.

    Attributes:
        name: the financial year, or years, it is of. places: of these among the years of the costing.
        amount: £ million; minus is a cost. is_all: whether they are all years.
    """

    name: str
    places: tuple[int, ...]
    amount: float
    is_all: bool = False

    @property
    def tolerance(self) -> float:
        """How near an effect must come (£ million)."""
        return max(_LEAST_TOLERANCE, _TOLERANCE * abs(self.amount))

    def of(self, effect: Sequence[float]) -> float:
        """What an effect by year comes to in the years that are meant."""
        return float(sum(effect[place] for place in self.places))


@dataclass(frozen=True)
class Point:
    """A value at which the reform was costed, and its post-behavioural effect by financial year (£ million)."""

    value: float
    effect: tuple[float, ...]


@dataclass(frozen=True)
class Root:
    """A value that has the effect wanted.

    Attributes:
        value: of the parameter. effect: what it comes to (£ million). is_costed: whether the reform was costed at it, or the
            value was read between two costings.
        low, high: the 80% range of the effect there; None where no range was asked for.
        value_low, value_high: the 80% range of the value; None where an end is not within the values allowed.
    """

    value: float
    effect: float
    is_costed: bool = True
    low: float | None = None
    high: float | None = None
    value_low: float | None = None
    value_high: float | None = None


@dataclass(frozen=True)
class Solution:
    """What was found for one amount.

    Attributes:
        target: the amount. roots: values that have it, that nearest to the value in law first; none where there is none.
        nearest: of the values costed, that whose effect comes nearest.
        goes_one_way: whether the effect only rises or only falls over the values costed.
    """

    target: Target
    roots: tuple[Root, ...]
    nearest: Point
    goes_one_way: bool


@dataclass(frozen=True)
class SolveResult(Worded):
    """The value of a parameter that gives a reform the effect wanted.

    Attributes:
        request: what is costed, without the value. name: of what varies, PATH@DATE. leaf: the parameter.
        law_value: its value under the law without the reform sought. least, most: between which values it was looked for.
        solutions: one for each amount. points: every value costed, in order. costings: how many were made.
        is_neutral: whether an effect of nothing was wanted. years: of the costing.
        between: the values that it was asked to look between; None for the parameter's own range.
    """

    request: CostingRequest
    name: str
    leaf: Leaf
    law_value: float
    least: float
    most: float
    solutions: tuple[Solution, ...]
    points: tuple[Point, ...]
    costings: int
    years: tuple[int, ...]
    is_neutral: bool = False
    between: tuple[float, float] | None = None

    @property
    def financial_years(self) -> list[str]:
        """Names of the years."""
        return [financial_year_name(year) for year in self.years]

    @property
    def overridden(self) -> tuple[str, ...]:
        """What each value takes the place of, in sentences."""
        return overridden([_at(self.request, self.name, self.least)], [self.name])

    def shown(self, value: float) -> str:
        """A value of the parameter as people read it."""
        return in_words(_rounded_for_people(value, self.most - self.least), self.leaf.unit)

    def command_at(self, value: float) -> str:
        """The command that costs the reform at a value."""
        return _at(self.request, self.name, value).command

    @property
    def command(self) -> str:
        """The command that gives this result again."""
        asked = self.request.command.replace("goodwork cost", "goodwork solve", 1)
        if self.between is not None:
            asked += f" --between {self.between[0]:g}:{self.between[1]:g}"
        if self.is_neutral:
            return f"{asked} --revenue-neutral-with {self.name}"
        wanted = " ".join(f"--for {one.target.name.replace(' to ', ':')}={one.target.amount:g}" for one in self.solutions)
        return f"{asked} --vary {self.name} {wanted}"

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON: values as the parameter has them, £ million unrounded."""
        held = {
            "model_version": model_version(),
            "vary": self.name,
            "value_in_law": self.law_value,
            "between": [self.least, self.most],
            "financial_years": self.financial_years,
            "solutions": [
                {
                    "for": one.target.name,
                    "wanted": one.target.amount,
                    "values": one.roots,
                    "nearest": {"value": one.nearest.value, "effect": one.target.of(one.nearest.effect)},
                    "goes_one_way": one.goes_one_way,
                }
                for one in self.solutions
            ],
            "costings": self.costings,
            "overridden": self.overridden,
            "costed": [fields_as_json(point, effect="post_behavioural") for point in self.points],
            "command": self.command,
        }
        return as_json(held)

    def to_dataframe(self) -> pandas.DataFrame:
        """A row a value that was found: the years, the amount wanted, the value, its effect, and the ranges of both."""
        import pandas  # here, because it takes longer to import than the table takes to make

        rows = [
            {"for": one.target.name, "wanted": one.target.amount, **vars(root)}
            for one in self.solutions
            for root in one.roots or (Root(math.nan, math.nan, is_costed=False),)
        ]
        return pandas.DataFrame(rows)


def _rounded_for_people(value: float, span: float) -> float:
    """A value to a ten-thousandth of the span that it was looked for in, or finer where it is small."""
    if not value or not span:
        return value
    places = 4 - math.floor(math.log10(min(abs(value), span))) - 1
    return round(value, max(places, 0))


def solve(
    reforms: Any = (),
    *,
    vary: str = "",
    wanted: Mapping[str, float] | None = None,
    revenue_neutral_with: str = "",
    between: tuple[float, float] | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> SolveResult:
    """The value of a parameter that gives a reform the effect wanted, or that pays for it.

    Args:
        reforms: as of ``cost``.
        vary: the parameter and the day from which its value holds, PATH@DATE.
        wanted: effects by financial year (``2029-30``), or by first and last (``2027-28:2031-32``), £ million; minus is a
            cost. Each is looked for by itself.
        revenue_neutral_with: instead of both: the parameter whose value pays for the reform in each year and over all.
        between: look between these values only; the parameter's own range where None.
        progress: called with the name of a stage and the share of the work done.
        options: the other options of ``cost``. The workers of an ``executor`` share the costings made first, and the draws
            of a range; each further value waits for the one before.

    Raises:
        GoodworkError: for a parameter that takes no number, amounts that cannot be read, and as ``cost``.
    """
    if bool(revenue_neutral_with) == bool(vary and wanted):
        raise GoodworkError(
            "Say what varies and which effect is wanted (--vary PATH@DATE --for 2029-30=-500), or what pays for the reform "
            "(--revenue-neutral-with PATH@DATE)."
        )
    request = CostingRequest(reforms=reforms, **options)
    return _Search(request, revenue_neutral_with or vary, between, progress).result(wanted, is_neutral=not wanted)


class _Spent(Exception):  # noqa: N818 - no error: the search ends there
    """All costings that a search may make are made."""


class _Search:
    """A search for values of one parameter; the costings that it has made."""

    def __init__(
        self, request: CostingRequest, name: str, between: tuple[float, float] | None, progress: Progress | None
    ) -> None:
        self.request, self.name, self.between = replace(request, draws=0, progress=None, executor=None), name, between
        self.draws, self.executor = request.draws, request.executor
        self.progress = progress or (lambda _stage, _done: None)
        self.leaf, self.law_value = _parameter(request, name)
        self.shared = Shared()
        self.known: dict[float, Headline] = {}
        self.ranges: dict[float, CostingResult] = {}
        self.took: list[float] = []
        self.took_range: list[float] = []
        self.least, self.most = self._allowed(between)
        self.years = TwoLaws(_at(self.request, name, self.least)).years

    @property
    def costings(self) -> int:
        return len(self.known) + len(self.ranges)

    @contextmanager
    def _timed(self, what: str, left: int, took: list[float]) -> Iterator[None]:
        """Say a step, how many of its kind are left with it, and about how long they take, by those that were made."""
        seconds = f", about {left * sum(took) / len(took):.0f} s" if took else ""
        self.progress(f"{what}: {left} left at most{seconds}", self.costings / MOST_COSTINGS)
        began = time.monotonic()
        yield
        took.append(time.monotonic() - began)

    @staticmethod
    def _key(value: float) -> float:
        """A value in as many digits as it is costed with."""
        return float(f"{value:.{_DIGITS}g}")

    def effect(self, value: float) -> tuple[float, ...]:
        """The effect by year at a value. Raises _Spent where no costing is left."""
        value = self._key(value)
        if value not in self.known:
            if self.costings >= self.most_costings:
                raise _Spent
            with self._timed(f"Cost at {in_words(value, self.leaf.unit)}", self.most_costings - self.costings, self.took):
                self.known[value] = headline_of(_at(self.request, self.name, value), self.shared)
        return self.known[value].effect

    def result(self, wanted: Mapping[str, float] | None, *, is_neutral: bool) -> SolveResult:
        names = [financial_year_name(year) for year in self.years]
        everything = Target(ALL_YEARS, tuple(range(len(names))), 0.0, is_all=True)
        targets = [everything, *(Target(name, (place,), 0.0) for place, name in enumerate(names))]
        if wanted is not None:
            targets = [_target(text, amount, self.years) for text, amount in wanted.items()]
        has_range = (
            self.draws != 0 and (is_neutral or len(targets) == 1) and (len(targets[0].places) == 1 or targets[0].is_all)
        )
        self.most_costings = MOST_COSTINGS - (_FOR_RANGE if has_range else 0)
        self._cost_first()
        found = [self._solution(target) for target in targets]
        if has_range and found[0].roots and found[0].roots[0].is_costed:
            self.most_costings = MOST_COSTINGS
            first = self._with_range(found[0])
            found = [first, *found[1:]]
        return SolveResult(
            replace(self.request, draws=self.draws),
            self.name,
            self.leaf,
            self.law_value,
            self.least,
            self.most,
            tuple(found),
            self._points(),
            self.costings,
            self.years,
            is_neutral,
            self.between,
        )

    def _cost_first(self) -> None:
        values = [self._key(value) for value in self._first()]
        requests = [_at(self.request, self.name, value) for value in values]
        began = time.monotonic()
        self.known = dict(zip(values, costings(requests, self.executor, self.progress, self.shared), strict=True))
        self.took = [(time.monotonic() - began) / len(values)]

    def _points(self) -> tuple[Point, ...]:
        return tuple(Point(value, self.known[value].effect) for value in sorted(self.known))

    def _first(self) -> list[float]:
        """The values costed first: the ends, the value in law where it lies between, and the middles of the widest gaps."""
        values = {self.least, self.most}
        if self.least < self.law_value < self.most:
            values.add(self.law_value)
        while len(values) < _FIRST and self.most > self.least:
            first, last = max(pairwise(sorted(values)), key=lambda pair: self._scale(pair[1]) - self._scale(pair[0]))
            values.add(self._value((self._scale(first) + self._scale(last)) / 2))
        return sorted(values)

    def _scale(self, value: float) -> float:
        """A value on the scale on which it is looked for: in proportion where the range goes over many powers of ten."""
        return math.log1p(value) if self._is_wide else value

    def _value(self, scaled: float) -> float:
        return float(f"{math.expm1(scaled) if self._is_wide else scaled:.{_DIGITS}g}")

    @property
    def _is_wide(self) -> bool:
        return self.least >= 0 and self.most > _WIDE

    def _allowed(self, between: tuple[float, float] | None) -> tuple[float, float]:
        """The ends of the parameter's range, or of what was asked, as far as the law allows them."""
        leaf, centre = self.leaf, self.law_value if math.isfinite(self.law_value) else 0.0
        least, most = between or (leaf.least, leaf.most)
        if not least < most:
            raise GoodworkError(f"--between {least:g}:{most:g} goes from the smaller value to the larger.")
        scale = max(abs(centre), 1.0)
        least = least if math.isfinite(least) else centre - _FAR * scale
        most = most if math.isfinite(most) else centre + _FAR * scale
        if between is not None:
            for end in between:
                if not leaf.least <= end <= leaf.most or not math.isfinite(end):
                    raise GoodworkError(f"--between: {leaf.path} may be {leaf.least:g} to {leaf.most:g}, not {end:g}.")
        start = min(max(centre, least), most)
        refused = self._refused(start)
        if refused is not None:
            inside = next((one for one in np.linspace(least, most, _HALVINGS) if self._refused(float(one)) is None), None)
            if inside is None:
                raise refused
            start = float(inside)
        return self._furthest(start, least), self._furthest(start, most)

    def _furthest(self, start: float, end: float) -> float:
        """The value nearest to an end that the law allows, coming from one that it does."""
        if self._refused(end) is None:
            return end
        for _ in range(_HALVINGS):
            middle = (start + end) / 2
            start, end = (middle, end) if self._refused(middle) is None else (start, middle)
        return float(f"{start:.{_DIGITS}g}")

    def _refused(self, value: float) -> GoodworkError | None:
        """Why the law cannot have a value; None where it can."""
        try:
            TwoLaws(_at(self.request, self.name, value))
        except GoodworkError as refused:
            return refused
        return None

    def _solution(self, target: Target) -> Solution:
        """The values that have one amount, from the costings there are and those still to be made."""
        points = self._points()
        misses = [target.of(point.effect) - target.amount for point in points]
        is_met = [abs(miss) <= target.tolerance for miss in misses]
        brackets = [
            (points[at].value, points[at + 1].value)
            for at in range(len(points) - 1)
            if misses[at] * misses[at + 1] < 0 and not (is_met[at] or is_met[at + 1])
        ]
        roots = [Root(point.value, target.of(point.effect)) for point, met in zip(points, is_met, strict=True) if met]
        roots = _apart(roots, points) + [self._narrowed(target, *bracket) for bracket in brackets]
        roots.sort(key=lambda root: abs(root.value - self.law_value))
        points = self._points()
        nearest = min(points, key=lambda point: abs(target.of(point.effect) - target.amount))
        rises = np.diff([target.of(point.effect) for point in points])
        one_way = bool((rises >= -target.tolerance).all() or (rises <= target.tolerance).all())
        return Solution(target, tuple(roots), nearest, one_way)

    def _narrowed(self, target: Target, first: float, last: float) -> Root:
        """The value between two at which the effect passes the amount; read between costings where no more can be made."""
        from scipy.optimize import brentq  # here, because it takes longer to import than most searches take

        def miss(scaled: float) -> float:
            missed = target.of(self.effect(self._value(scaled))) - target.amount
            return 0.0 if abs(missed) <= target.tolerance else missed

        try:
            value = self._value(brentq(miss, self._scale(first), self._scale(last), xtol=_FINEST))
            return Root(value, target.of(self.effect(value)))
        except _Spent:
            return Root(_read_between(self._points(), target, target.amount, first, last), target.amount, is_costed=False)

    def _with_range(self, solution: Solution) -> Solution:
        """The solution with the 80% range of the effect at its value, and of the value itself."""
        root, target = solution.roots[0], solution.target
        low, high = self._range_at(root.value, target)
        ends = [self._value_whose_range_reaches(target, root, place, end) for place, end in enumerate((low, high))]
        known = [end for end in ends if end is not None]
        at_least, at_most = min(known, default=None), max(known, default=None)
        if len(known) == 1:  # the other end is not within the values allowed
            at_least, at_most = (known[0], None) if known[0] < root.value else (None, known[0])
        better = replace(root, low=low, high=high, value_low=at_least, value_high=at_most)
        return replace(solution, roots=(better, *solution.roots[1:]))

    def _range_at(self, value: float, target: Target) -> tuple[float, float]:
        value = self._key(value)
        if value not in self.ranges:
            if self.costings >= self.most_costings:
                raise _Spent
            asked = replace(_at(self.request, self.name, value), draws=self.draws, executor=self.executor)
            what = f"Range at {in_words(value, self.leaf.unit)}, the longest steps ({NO_RANGE} leaves them out)"
            with self._timed(what, _FOR_RANGE - len(self.ranges), self.took_range):
                self.ranges[value] = cost(**asked.arguments)
        ends = self.ranges[value].uncertainty
        if ends is None:
            raise GoodworkError(f"At {in_words(value, self.leaf.unit)} the costing has no range.")
        return ends.total if target.is_all else (ends.low[target.places[0]], ends.high[target.places[0]])

    def _value_whose_range_reaches(self, target: Target, root: Root, place: int, end: float) -> float | None:
        """The value at which this end of the effect's range is the amount wanted; None where it is not among those allowed.

        The first guess takes the range to be as wide in proportion there as at the solution; it is then costed with a range
        and, where it misses, corrected in the same way once more.
        """
        at, guess, held = end, root.value, None
        while abs(at - target.amount) > _RANGE_TOLERANCE * abs(target.amount):
            key = self._key(guess)
            central = target.of(self.known[key].effect if key in self.known else self.ranges[key].post_behavioural)
            wanted = central * target.amount / at if at else math.inf
            guess_next = _crossing(self._points(), target, wanted, root.value)
            if guess_next is None:
                return held
            guess = guess_next
            try:
                at = self._range_at(guess, target)[place]
            except _Spent:
                return guess
            held = guess
        return guess


def _at(request: CostingRequest, name: str, value: float) -> CostingRequest:
    return replace(request, settings=(*request.settings, f"{name}={value:.{_DIGITS}g}"))


def _parameter(request: CostingRequest, name: str) -> tuple[Leaf, float]:
    """The parameter that varies, and its value on the day under the law to which the reform is applied.

    Raises:
        GoodworkError: for a name that is not PATH@DATE, an unknown path, and a parameter that takes no number of any size.
    """
    path, at, text = name.partition("@")
    if not at:
        raise GoodworkError(f"{quoted(name)} is not PATH@DATE. For example: corporation_tax.main_rate@2027-04-01")
    law = vocabulary_with(request.reforms, request.baseline, request.settings)
    on = day(text, f"the date of {path}")
    if path not in law:
        raise GoodworkError(unknown_path(path, law))
    leaf = law[path]
    if leaf.value_type is not float or leaf.unit in WHOLE_UNITS:
        raise GoodworkError(
            f"{path} does not take every number between two: no value of it can be looked for. "
            "Cost each of its values with a sweep (goodwork sweep)."
        )
    held = in_force(leaf.values, on)
    return leaf, float("nan") if held is None else float(held.value)


def _target(text: str, amount: float, years: tuple[int, ...]) -> Target:
    wanted = parse_financial_years(text, years)
    if not math.isfinite(amount):
        raise GoodworkError(f"--for {text}={amount} is no amount. Write £ million: --for {text}=-500.")
    if abs(amount) > _MOST_WANTED:
        raise GoodworkError(
            f"--for {text}={amount:g} is {size(amount)}, more than the country earns in a year. Write £ million: "
            f"--for {text}=-500 for a cost of £500m."
        )
    if not set(wanted) <= set(years):
        costed = f"{financial_year_name(years[0])} to {financial_year_name(years[-1])}"
        raise GoodworkError(f"--for {text}: the years costed are {costed}. Name one of them, or cost more with --years.")
    places = tuple(years.index(year) for year in wanted)
    name = financial_year_name(wanted[0]) if len(wanted) == 1 else text.replace(":", " to ")
    return Target(name, places, amount, is_all=len(places) == len(years))


def _apart(roots: list[Root], points: Sequence[Point]) -> list[Root]:
    """Values that have the amount; of costed neighbours that all have it, the one that comes nearest."""
    values = [point.value for point in points]
    groups: list[list[Root]] = []
    for root in roots:
        if groups and values.index(root.value) - values.index(groups[-1][-1].value) == 1:
            groups[-1].append(root)
        else:
            groups.append([root])
    return [group[len(group) // 2] for group in groups]


def _read_between(points: Sequence[Point], target: Target, amount: float, first: float, last: float) -> float:
    """The value between two at which the effect comes to an amount, in a straight line between the nearest costings."""
    inside = [point for point in points if first <= point.value <= last]
    for one, other in pairwise(inside):
        start, stop = target.of(one.effect) - amount, target.of(other.effect) - amount
        if start * stop <= 0 and start != stop:
            return one.value + (other.value - one.value) * start / (start - stop)
    return first


def _crossing(points: Sequence[Point], target: Target, amount: float, near: float) -> float | None:
    """The value nearest to another at which the effect comes to an amount, read between costings; None where none does."""
    found = [
        _read_between(points, target, amount, one.value, other.value)
        for one, other in pairwise(points)
        if (target.of(one.effect) - amount) * (target.of(other.effect) - amount) <= 0
    ]
    return min(found, key=lambda value: abs(value - near), default=None)
