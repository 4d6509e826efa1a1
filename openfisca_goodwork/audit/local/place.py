"""The Good Jobs Audit of a place: its figures beside its region, nation and neighbours, what is good, what to work on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from openfisca_goodwork import policy
from openfisca_goodwork.audit.figures import NOT_HELD, command_of
from openfisca_goodwork.audit.indicators import LOWER
from openfisca_goodwork.audit.local import reform
from openfisca_goodwork.audit.local.measures import COUNT, HEALTH, MEASURES, SURVEY, Figure, Measure, people
from openfisca_goodwork.audit.local.places import (
    AUTHORITY,
    Place,
    all_places,
    figures,
    named_place,
    of_kind,
    places,
    register,
)
from openfisca_goodwork.audit.local.reform import Brings, left_behind
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

    from openfisca_goodwork.audit.local.reform import PlaceReform


# --- a place beside others -------------------------------------------------------------------------------------------


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


def range_of(measure: Measure, alike: Iterable[Place]) -> tuple[float, float, float, int] | None:
    """Lowest, middle and highest figure of places, and how many have one; None where none has."""
    values = [value for place in alike if (value := of_place(measure, place).value) is not None]
    return (min(values), float(np.median(values)), max(values), len(values)) if values else None


@cache
def spread(measure: Measure, nation: str) -> float:
    """How far apart the authorities of a nation are: the range of the half of them in the middle."""
    values = list(_values(measure, nation, NATION).values())
    return float(np.subtract(*np.quantile(values, (0.75, 0.25)))) if values else 0.0


# --- the audit of a place --------------------------------------------------------------------------------------------


_HALF = 0.5


@dataclass(frozen=True)
class LocalFigure:
    """A measure of a place, and what stands beside it.

    Attributes:
        measure: key of it. here: the figure, empty where none is held. status: observed, modelled or not held.
        region, nation, uk: figures beside it. band_region, band_nation: how the place compares.
        neighbours: lowest, middle, highest and number of those like it; None where none is held.
        standing: authorities clearly better and worse. inside: of an area, the same of its own authorities.
        members: of an area, how many of its authorities are clearly worse and better than the nation, and how many are held.
    """

    measure: str
    here: Figure
    status: str
    region: Figure
    nation: Figure
    uk: Figure
    band_region: str
    band_nation: str
    neighbours: tuple[float, float, float, int] | None
    standing: Standing
    inside: tuple[float, float, float, int] | None = None
    members: tuple[int, int, int] = (0, 0, 0)

    @property
    def of(self) -> Measure:
        """The measure itself."""
        return MEASURES[self.measure]

    @property
    def is_held(self) -> bool:
        """Whether the place, or any of its authorities, has a figure."""
        return self.here.value is not None or self.inside is not None

    def to_dict(self) -> dict[str, Any]:
        """The figure by name, for JSON and a row of a table."""
        near = dict(zip(("lowest", "middle", "highest", "held"), self.neighbours or (None,) * 4, strict=True))
        measure = self.of
        return {
            "measure": self.measure,
            "label": measure.label,
            "topic": measure.topic,
            "unit": measure.unit,
            **asdict(self.here),
            "status": self.status,
            "seen": "" if not self.is_held else str(register().loc[measure.table, "status"]),
            "table": measure.table,
            "better": measure.better,
            "region": self.region.value,
            "region_is": self.region.of or OFFICIAL,
            "nation": self.nation.value,
            "nation_is": self.nation.of or OFFICIAL,
            "uk": self.uk.value,
            "beside_region": self.band_region,
            "beside_nation": self.band_nation,
            **{f"neighbours_{name}": value for name, value in near.items()},
            "authorities_held": self.standing.held,
            "authorities_better": self.standing.better,
            "authorities_worse": self.standing.worse,
            "note": measure.note,
        }


@dataclass(frozen=True)
class Point:
    """A point of the focus list, or a strength: a measure on which a place is clearly behind, or ahead of, its nation.

    Attributes:
        figure: the measure of the place. gap: how far from the nation, in the range of the middle half of its authorities.
        lever: the name of the lever that bears on it; empty for a strength. brings: what that would bring there, modelled.
    """

    figure: LocalFigure
    gap: float
    lever: str = ""
    brings: Brings | None = None

    def to_dict(self) -> dict[str, Any]:
        """The point by name, for JSON."""
        lines = {"measure": self.figure.measure, "label": self.figure.of.label, "gap": self.gap}
        if not self.lever:
            return lines
        lever = reform.LEVERS[self.lever]
        brings = None if self.brings is None else asdict(self.brings)
        return lines | {"lever": lever.words, "reform": lever.reform, "settings": list(lever.settings), "brings": brings}


@dataclass(frozen=True)
class LocalAudit(Worded):
    """The Good Jobs Audit of a place.

    Attributes:
        place: asked for. figures: every measure. focus: at most five points to work on. strengths: what is good.
        business: enterprises by industry and size. neighbours: like it, the nearest first.
        gap: share by which two counts must differ to be told apart.
        left_behind: how many of its authorities an uplift for left-behind areas means.
        settings: as given. reform: what one does there, where asked for.
    """

    place: Place
    figures: tuple[LocalFigure, ...]
    focus: tuple[Point, ...]
    strengths: tuple[Point, ...]
    business: tuple[Mapping[str, Any], ...]
    neighbours: tuple[Place, ...]
    gap: float
    left_behind: int
    settings: tuple[str, ...] = ()
    reform: PlaceReform | None = field(default=None, repr=False)

    @property
    def compared(self) -> tuple[LocalFigure, ...]:
        """Measures compared with the nation; health, which is context, is left out."""
        return tuple(figure for figure in self.figures if figure.band_nation != UNKNOWN and figure.of.topic != HEALTH)

    @property
    def behind(self) -> tuple[LocalFigure, ...]:
        """Measures compared on which the place is clearly worse than its nation."""
        return tuple(figure for figure in self.compared if figure.band_nation == WORSE)

    @property
    def ahead(self) -> tuple[LocalFigure, ...]:
        """Measures compared on which the place is clearly better than its nation."""
        return tuple(figure for figure in self.compared if figure.band_nation == BETTER)

    def figure(self, measure: str) -> LocalFigure:
        """The figure of a measure by its key."""
        return next(figure for figure in self.figures if figure.measure == measure)

    @property
    def command(self) -> str:
        """The command that gives this audit again."""
        reforms, year = (self.reform.reforms, self.reform.year) if self.reform else ((), "")
        return command_of(f"goodwork audit --place {self.place.code}", reforms, year, self.settings)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a measure: the figure with its interval, how it is known, and what stands beside it."""
        import pandas

        return pandas.DataFrame([{"code": self.place.code, **figure.to_dict()} for figure in self.figures])

    def held(self) -> pandas.DataFrame:
        """Every row on file of the place, and of its county, from every table."""
        frame = figures()
        return frame[frame["code"].isin([self.place.code, self.place.upper_tier[0]])]

    def to_dict(self) -> dict[str, Any]:
        """The whole audit as plain values, for JSON."""
        return {
            "model_version": model_version(),
            "place": asdict(self.place),
            "figures": [figure.to_dict() for figure in self.figures],
            "focus": [point.to_dict() for point in self.focus],
            "strengths": [point.to_dict() for point in self.strengths],
            "business": [dict(row) for row in self.business],
            "neighbours": [{"code": place.code, "name": place.name} for place in self.neighbours],
            "authorities_left_behind": self.left_behind,
            "reform": None if self.reform is None else self.reform.to_dict(),
            "command": self.command,
        }


def local_audit(place: str | Place, settings: Iterable[str] = ()) -> LocalAudit:
    """The Good Jobs Audit of a local authority, a combined authority or a skills improvement area.

    Args:
        place: its code or name. settings: `PATH@DATE=VALUE` of `assumptions.audit.local`.

    Raises:
        GoodworkError: for a place that is none or several, and for a wrong setting.
    """
    given = tuple(settings)
    there = named_place(place) if isinstance(place, str) else place
    read = Assumptions(policy.law_of(settings=given).parameters)
    gap = read("audit.local.gap")
    alike = _alike(there)
    made = tuple(_figure(measure, there, alike, gap) for measure in MEASURES.values())
    most, of_topic = int(read("audit.local.points")), int(read("audit.local.points_of_a_topic"))
    focus = [(point, point.figure.of.lever) for point in _points(made, there, WORSE, most, of_topic)]
    return LocalAudit(
        there,
        made,
        tuple(replace(point, lever=lever, brings=reform.brings(lever, there.members)) for point, lever in focus),
        tuple(_points(made, there, BETTER, most, of_topic)),
        tuple(_business(there)),
        alike,
        gap,
        len(left_behind(read("audit.local.left_behind")) & set(there.members)),
        given,
    )


def _alike(place: Place) -> tuple[Place, ...]:
    """Ten nearest neighbours of an authority by the ONS; the other areas of its kind, which have none."""
    if not place.is_area:
        return tuple(all_places()[code] for code in place.neighbours)
    return tuple(other for other in of_kind(place.kind) if other.code != place.code)


def _figure(measure: Measure, place: Place, alike: tuple[Place, ...], gap: float) -> LocalFigure:
    here = of_place(measure, place)
    nation = of_whole(measure, place.nation, NATION)
    region = of_whole(measure, place.region, REGION) if place.region else Figure()
    parts = [all_places()[code] for code in place.members]
    inside = range_of(measure, parts) if place.is_area else None
    band_nation = band(measure, here, nation, gap)
    members = (0, 0, 0)
    if here.value is None and inside is not None:
        of_parts = [of_place(measure, part) for part in parts]
        here = Figure(period=next(filter(None, (part.period for part in of_parts)), ""))
        bands = [name for part in of_parts if (name := band(measure, part, nation, gap)) != UNKNOWN]
        members = (bands.count(WORSE), bands.count(BETTER), len(bands))
        band_nation = _of_members(members)
    is_held = here.value is not None or inside is not None
    comparable = [other for other in alike if not measure.is_national or other.nation == place.nation]
    return LocalFigure(
        measure.key,
        here,
        measure.status if is_held else NOT_HELD,
        region,
        nation,
        Figure() if measure.is_national else figure_at(measure, UK_CODE),
        band(measure, here, region, gap),
        band_nation,
        range_of(measure, comparable),
        standing(measure, place, here, gap),
        inside,
        members,
    )


def _of_members(members: tuple[int, int, int]) -> str:
    """How an area compares by its authorities: as more than half of those held do."""
    worse, better, held = members
    if not held:
        return UNKNOWN
    return WORSE if worse > _HALF * held else BETTER if better > _HALF * held else ALIKE


def _points(made: Iterable[LocalFigure], place: Place, band: str, most: int, of_topic: int) -> list[Point]:
    """Measures on which a place is clearly behind, or ahead of, its nation: the widest gaps, so many of a topic at most.

    What is context (health) is no point; to work on is only what a lever of this model bears on.
    """
    chosen = [
        Point(figure, compare_gap(figure, place))
        for figure in made
        if figure.band_nation == band and figure.of.topic != HEALTH and (figure.of.lever or band == BETTER)
    ]
    kept: list[Point] = []
    for point in sorted(chosen, key=lambda point: -point.gap):
        same = sum(point.figure.of.topic == other.figure.of.topic for other in kept)
        if same < of_topic and len(kept) < most:
            kept.append(point)
    return kept


def compare_gap(figure: LocalFigure, place: Place) -> float:
    """How far a place is from its nation, in the range of the middle half of the nation's authorities."""
    value = figure.here.value if figure.here.value is not None or figure.inside is None else figure.inside[1]
    wide = spread(figure.of, place.nation)
    return abs((value or 0.0) - (figure.nation.value or 0.0)) / wide if wide else 0.0


def _business(place: Place) -> Iterator[Mapping[str, Any]]:
    """Enterprises of a place by industry and by size: how many, their share there, in its region, in the country."""
    frame = figures()
    held = frame[frame["table"] == "business_counts_2025_enterprises"]
    whole = place.region or place.nation
    codes = {"here": list(place.members), "region": [codes_of_wholes()[whole]], "uk": [UK_CODE]}
    counts = {
        name: held[held["code"].isin(code)].groupby("item", observed=True)["figure"].sum() for name, code in codes.items()
    }
    items = [str(item) for item in counts["uk"].index if str(item) != "Total"]
    for item in sorted(items, key=_order):
        shares = {f"share_{name}": float(count.get(item, 0.0) / count["Total"]) for name, count in counts.items()}
        is_size = item.startswith(_SIZE)
        yield {"by": "size" if is_size else "industry", "name": _short(item), "count": float(counts["here"][item]), **shares}


_SIZE = "Employment "


def _order(item: str) -> tuple[bool, int]:
    """Industries by their numbers, then sizes."""
    return item.startswith(_SIZE), int(item.split()[1].partition("-")[0].rstrip("+"))


def _short(item: str) -> str:
    """An industry without its numbers, a size as `5 to 9`."""
    if item.startswith(_SIZE):
        return item.removeprefix(_SIZE).replace("-", " to ").replace("+", " or more")
    return " ".join(item.split()[2:]).replace(" & ", " and ")
