"""The Good Jobs Audit of a place: its figures beside its region, nation and neighbours, what is good, what to work on."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from openfisca_goodwork import policy
from openfisca_goodwork.audit.cells import NOT_HELD
from openfisca_goodwork.audit.local import compare, levers, tables
from openfisca_goodwork.audit.local.compare import ALIKE, BETTER, NATION, REGION, UNKNOWN, WORSE, Standing
from openfisca_goodwork.audit.local.levers import Brings
from openfisca_goodwork.audit.local.measures import HEALTH, MEASURES, Figure, Measure
from openfisca_goodwork.audit.local.places import Place, all_places, named_place, of_kind
from openfisca_goodwork.audit.local.reform import left_behind
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

    from openfisca_goodwork.audit.local.reform import PlaceReform

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
            "seen": "" if not self.is_held else str(tables.register().loc[measure.table, "status"]),
            "table": measure.table,
            "better": measure.better,
            "region": self.region.value,
            "region_is": self.region.of or compare.OFFICIAL,
            "nation": self.nation.value,
            "nation_is": self.nation.of or compare.OFFICIAL,
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
        lever = levers.LEVERS[self.lever]
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
        parts = [f"goodwork audit --place {self.place.code}"]
        if self.reform is not None:
            parts += [f"--reform {shlex.quote(name)}" for name in self.reform.reforms] + [f"--year {self.reform.year}"]
        return " ".join([*parts, *(f"--set {shlex.quote(setting)}" for setting in self.settings)])

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a measure: the figure with its interval, how it is known, and what stands beside it."""
        import pandas

        return pandas.DataFrame([{"code": self.place.code, **figure.to_dict()} for figure in self.figures])

    def held(self) -> pandas.DataFrame:
        """Every row on file of the place, and of its county, from every table."""
        frame = tables.figures()
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
    focus = _points(made, there, WORSE, most, of_topic)
    return LocalAudit(
        there,
        made,
        tuple(_with_lever(point, there) for point in focus),
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
    here = compare.of_place(measure, place)
    nation = compare.of_whole(measure, place.nation, NATION)
    region = compare.of_whole(measure, place.region, REGION) if place.region else Figure()
    inside = compare.range_of(measure, place.members) if place.is_area else None
    band_nation = compare.band(measure, here, nation, gap)
    members = (0, 0, 0)
    if here.value is None and inside is not None:
        periods = (compare.of_place(measure, all_places()[code]).period for code in place.members)
        here = Figure(period=next(filter(None, periods), ""))
        bands = [compare.band(measure, compare.of_place(measure, all_places()[code]), nation, gap) for code in place.members]
        bands = [name for name in bands if name != UNKNOWN]
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
        Figure() if measure.is_national else compare.figure_at(measure, compare.UK_CODE),
        compare.band(measure, here, region, gap),
        band_nation,
        _near(measure, comparable),
        compare.standing(measure, place, here, gap),
        inside,
        members,
    )


def _near(measure: Measure, alike: list[Place]) -> tuple[float, float, float, int] | None:
    """Lowest, middle and highest figure of places like it, and how many have one."""
    values = [value for place in alike if (value := compare.of_place(measure, place).value) is not None]
    return compare.summed_up(values)


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
    wide = compare.spread(figure.of, place.nation)
    return abs((value or 0.0) - (figure.nation.value or 0.0)) / wide if wide else 0.0


def _with_lever(point: Point, place: Place) -> Point:
    lever = point.figure.of.lever
    return Point(point.figure, point.gap, lever, levers.brings(lever, place.members))


def _business(place: Place) -> Iterator[Mapping[str, Any]]:
    """Enterprises of a place by industry and by size: how many, their share there, in its region, in the country."""
    frame = tables.figures()
    held = frame[frame["table"] == "business_counts_2025_enterprises"]
    whole = place.region or place.nation
    codes = {"here": list(place.members), "region": [compare.codes_of_wholes()[whole]], "uk": [compare.UK_CODE]}
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
