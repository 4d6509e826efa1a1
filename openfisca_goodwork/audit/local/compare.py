"""A place beside others: better, worse, or not told apart, by intervals where a survey stands behind the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from openfisca_goodwork.audit.indicators import LOWER
from openfisca_goodwork.audit.local.measures import COUNT, SURVEY, Figure, Measure, people
from openfisca_goodwork.audit.local.places import AUTHORITY, Place, all_places
from openfisca_goodwork.audit.local.tables import figures, places

BETTER, WORSE, ALIKE, UNKNOWN = "better", "worse", "no clear difference", "not compared"
UK_CODE = "K02000001"
OFFICIAL, MEAN = "official", "mean of its authorities"
MIDDLE, DEFINITION = "middle of its authorities", "by definition"
REGION, NATION = "region", "country"


@dataclass(frozen=True)
class Standing:
    """Authorities beside a place on a measure: how many are held, clearly better than the place, and clearly worse.

    They are those of the country; of a national measure, those of the nation.
    """

    held: int = 0
    better: int = 0
    worse: int = 0

    @property
    def alike(self) -> int:
        """Authorities that cannot be told from the place."""
        return self.held - self.better - self.worse


_NONE = Figure()


def figure_at(measure: Measure, code: str) -> Figure:
    """The figure of a code; an empty one where none is held."""
    return measure.figures.get(code, _NONE)


def band(measure: Measure, here: Figure, other: Figure, gap: float) -> str:
    """Whether a figure is better or worse than another one.

    Of a survey, where their intervals do not overlap (the other's figure itself where it has none); of a count, where they
    are more than `gap` (a share of the other) apart; of a small count, where both hold.
    """
    if here.value is None or other.value is None or not measure.better:
        return UNKNOWN
    is_below, is_above = here.value < other.value, here.value > other.value
    if measure.noise != COUNT:
        if here.lower is None or here.upper is None:
            return UNKNOWN
        has_ends = other.lower is not None and other.upper is not None
        ends = (other.lower or 0.0, other.upper or 0.0) if has_ends else (other.value, other.value)
        is_below, is_above = here.upper < ends[0], here.lower > ends[1]
    if measure.noise != SURVEY:
        is_below = is_below and here.value < other.value * (1 - gap)
        is_above = is_above and here.value > other.value * (1 + gap)
    if not (is_below or is_above):
        return ALIKE
    return WORSE if is_above == (measure.better == LOWER) else BETTER


def standing(measure: Measure, place: Place, here: Figure, gap: float) -> Standing:
    """How many authorities are clearly better and clearly worse than a place on a measure."""
    if band(measure, here, here, gap) == UNKNOWN:
        return Standing()
    nations = places()["country"]
    others = (
        figure
        for code, figure in of_authorities(measure).items()
        if code not in place.members and (not measure.is_national or nations[code] == place.nation)
    )
    bands = Counter(band(measure, here, other, gap) for other in others if measure.noise == COUNT or other.has_interval)
    return Standing(bands.total() - bands[UNKNOWN], bands[WORSE], bands[BETTER])


@cache
def of_authorities(measure: Measure) -> Mapping[str, Figure]:
    """Figures of a measure by the code of each authority that has one; its county's, where it is of upper tiers."""
    held = ((code, of_place(measure, place)) for code, place in all_places().items() if place.kind == AUTHORITY)
    return {code: figure for code, figure in held if figure.value is not None}


def of_place(measure: Measure, place: Place) -> Figure:
    """The figure of a place; of its county for a measure of upper tiers; of another area on the same ground."""
    own = figure_at(measure, place.code)
    if own.value is not None:
        return own
    if measure.of_upper_tier and place.kind == AUTHORITY:
        county = figure_at(measure, place.upper_tier[0])
        return Figure(county.value, county.lower, county.upper, county.period, place.upper_tier[1])
    twins = (figure_at(measure, code) for code in _same_ground().get(place.members, ()))
    shared = next((twin for twin in twins if twin.value is not None), own)
    if shared.value is None and place.is_area and len(place.members) == _PAIR:
        return _of_its_only(measure, place)
    return shared


_PAIR = 2  # authorities of an area of which one may stand for both, by name


def _of_its_only(measure: Measure, place: Place) -> Figure:
    """The figure of the one authority of a pair that has any, called by its name."""
    held = [(all_places()[code].name, figure) for code in place.members if (figure := of_authorities(measure).get(code))]
    if len(held) != 1:
        return _NONE
    name, figure = held[0]
    return replace(figure, of=name)


@cache
def _same_ground() -> Mapping[tuple[str, ...], list[str]]:
    """Codes of the areas that are made of the same authorities."""
    made: dict[tuple[str, ...], list[str]] = {}
    for place in all_places().values():
        made.setdefault(place.members, []).append(place.code)
    return made


@cache
def codes_of_wholes() -> Mapping[str, str]:
    """The code of each region and nation by its name."""
    held = figures()
    wholes = held[held["level"].isin(["region", "country"])][["name", "code"]].drop_duplicates()
    named = {str(name).title().replace("And The", "and The"): str(code) for name, code in wholes.itertuples(index=False)}
    return {name.replace("East Of England", "East of England"): code for name, code in named.items()}


def of_whole(measure: Measure, name: str, column: str) -> Figure:
    """The figure of a region or nation: the official one, or the mean of its authorities where none is held.

    The mean is by people aged 16 and over, as large authorities make more of a nation than small ones; where no authority's
    number of people is held, as in Northern Ireland, the middle of the authorities stands in.

    Args:
        measure: asked of it. name: of the region or nation. column: which of them, `REGION` or `NATION`.
    """
    official = figure_at(measure, codes_of_wholes().get(name, ""))
    if official.value is not None:
        return official
    if column == NATION and measure.whole is not None:
        return Figure(measure.whole, of=DEFINITION)
    values = _values(measure, name, column)
    held = [(value, people()[code]) for code, value in values.items() if code in people()]
    if held:
        figures_held, weights = zip(*held, strict=True)
        return Figure(float(np.average(figures_held, weights=weights)), of=MEAN)
    return Figure(float(np.median(list(values.values()))), of=MIDDLE) if values else _NONE


@cache
def _values(measure: Measure, name: str, column: str) -> Mapping[str, float]:
    """Figures of the authorities of a region or nation, by code."""
    inside = places()[column] == name
    return {
        code: figure.value for code, figure in of_authorities(measure).items() if inside[code] and figure.value is not None
    }


def range_of(measure: Measure, codes: Iterable[str]) -> tuple[float, float, float, int] | None:
    """Lowest, middle and highest figure of authorities, and how many have one; None where none has."""
    held = of_authorities(measure)
    values = [value for code in codes if code in held and (value := held[code].value) is not None]
    return summed_up(values)


def summed_up(values: list[float]) -> tuple[float, float, float, int] | None:
    """Lowest, middle and highest of some figures, and how many they are; None of none."""
    return (min(values), float(np.median(values)), max(values), len(values)) if values else None


@cache
def spread(measure: Measure, nation: str) -> float:
    """How far apart the authorities of a nation are: the range of the half of them in the middle."""
    values = list(_values(measure, nation, NATION).values())
    return float(np.subtract(*np.quantile(values, (0.75, 0.25)))) if values else 0.0
