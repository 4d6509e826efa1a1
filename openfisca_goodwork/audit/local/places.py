"""Places of the local audit: authorities, combined authorities, skills improvement areas; by code, name or former name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.errors import DataError, GoodworkError, did_you_mean, quoted
from openfisca_goodwork.population import sources
from openfisca_goodwork.rendering import Worded

if TYPE_CHECKING:
    import pandas


# --- tables of `data/local`, read when they are first asked for ------------------------------------------------------
# Every table has its source, commit, date, how it was seen, licence and defects in `register.csv`, said there once.


DATA = sources.DATA / "local"


@cache
def figures() -> pandas.DataFrame:
    """Every local figure, a row each: table, code, name, level, region, period, item, figure, unit, lower, upper, error.

    `lower` and `upper` are its 95% interval, `error` is in % of the figure, each where the source has one.

    Raises:
        DataError: where the file is missing or damaged.
    """
    return _read("figures.parquet")


@cache
def places() -> pandas.DataFrame:
    """The 361 authorities by code: name, region, nation, areas they are in, hexagon, ten nearest neighbours."""
    return _read("places.csv").set_index("code", drop=False)


@cache
def former_codes() -> pandas.DataFrame:
    """Former authorities and codes, with the code and name of what they are now."""
    return _read("former_codes.csv")


@cache
def register() -> pandas.DataFrame:
    """The tables by name: title, source, repository, commit, date, status, licence, defects, rows and digests."""
    return _read("register.csv").set_index("table", drop=False)


def _read(name: str) -> pandas.DataFrame:
    import pandas  # here: it takes longer to import than the rest of the command line

    try:
        if name.endswith(".parquet"):
            return pandas.read_parquet(DATA / name)
        return pandas.read_csv(DATA / name, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as fault:
        raise DataError(f"{DATA / name} cannot be read as local figures: {fault}") from fault


def each(table: pandas.DataFrame) -> Iterator[Any]:
    """The rows of a table, one after the other, by the names of its columns."""
    return iter(table.itertuples())


# --- places, by code, name or former name ----------------------------------------------------------------------------


AUTHORITY, COMBINED, LSIP = KINDS = ("local authority", "combined authority", "local skills improvement area")
NEIGHBOURS = tuple(f"neighbour_{number}" for number in range(1, 11))
_AREAS = {COMBINED: "combined_authority", LSIP: "lsip"}
_FEW = 12  # places named in an answer
_OTHER_NAMES = {"East": "East of England"}


@dataclass(frozen=True)
class Place:
    """A place of the audit.

    Attributes:
        code, name: of the ONS. kind: one of `KINDS`. members: codes of the authorities it is made of, its own for one.
        region: of England, or the nation; empty where its authorities are of several. nation: it is in.
        upper_tier: code and name of the county; its own where it is one. neighbours: codes, the nearest first.
        note: how the place was asked for, where by a former code or name.
    """

    code: str
    name: str
    kind: str
    members: tuple[str, ...]
    region: str
    nation: str
    upper_tier: tuple[str, str] = ("", "")
    neighbours: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_area(self) -> bool:
        """Whether it is made of authorities."""
        return self.kind != AUTHORITY

    @property
    def where(self) -> str:
        """Its name with what it is and where, for a list."""
        return f"{self.name} ({self.code}, {self.kind}, {self.region or self.nation})"


@dataclass(frozen=True)
class PlaceList(Worded):
    """All places that have an audit of their own."""

    places: tuple[Place, ...]
    command: str = "goodwork audit --authority"

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a place: code, name, kind, region, nation, how many authorities."""
        import pandas

        rows = [
            (place.code, place.name, place.kind, place.region, place.nation, len(place.members)) for place in self.places
        ]
        return pandas.DataFrame(rows, columns=["code", "name", "kind", "region", "nation", "authorities"])

    def to_dict(self) -> dict[str, Any]:
        """The places as plain values, for JSON."""
        return {"places": self.to_dataframe().to_dict(orient="records"), "command": self.command}


def place_list() -> PlaceList:
    """All places: authorities by region and name, then combined authorities, then skills improvement areas."""
    order = sorted(
        all_places().values(), key=lambda place: (KINDS.index(place.kind), place.nation, place.region, place.name)
    )
    return PlaceList(tuple(order))


@cache
def all_places() -> Mapping[str, Place]:
    """Every place by code: authorities first, then combined authorities and skills improvement areas."""
    table = places()
    listed = [
        Place(
            row.code,
            row.name,
            AUTHORITY,
            (row.code,),
            row.region,
            row.country,
            (row.upper_tier_code, row.upper_tier_name),
            tuple(getattr(row, name) for name in NEIGHBOURS),
        )
        for row in each(table)
    ]
    for kind, column in _AREAS.items():
        for code, inside in table[table[f"{column}_code"] != ""].groupby(f"{column}_code"):
            regions = sorted(set(inside["region"]))
            name = inside[f"{column}_name"].iloc[0]
            region = regions[0] if len(regions) == 1 else ""
            listed.append(Place(str(code), name, kind, tuple(inside.index), region, inside["country"].iloc[0]))
    return {place.code: place for place in listed}


def of_kind(kind: str) -> tuple[Place, ...]:
    """Places of a kind, by name."""
    return tuple(sorted((place for place in all_places().values() if place.kind == kind), key=lambda place: place.name))


def named_place(asked: str) -> Place:
    """The place of a code or a name, in any case; a former authority leads to what it is now.

    Raises:
        GoodworkError: for a name of several places, which it lists with their codes, of none, and of a region or county.
    """
    wanted = _plain(asked)
    by_code = {_plain(code): place for code, place in all_places().items()}
    if wanted in by_code:
        return by_code[wanted]
    for row in each(former_codes()):
        if wanted in {_plain(row.old_code), _plain(row.old_name)} and not _named(wanted):
            said = f"{row.old_name} ({row.old_code}) is now {row.name} ({row.code})."
            return replace(all_places()[row.code], note=said)
    return _chosen(asked, _named(wanted) or _with_word(wanted))


def _plain(name: str) -> str:
    """A name or code as it is compared: without case, commas, full stops or hyphens, `and` for `&`."""
    shown = name.casefold().replace("&", " and ")
    return " ".join("".join(" " if mark in ",.-’'()" else mark for mark in shown).split())


def _named(wanted: str) -> list[Place]:
    return [place for place in all_places().values() if _plain(place.name) == wanted]


def _with_word(wanted: str) -> list[Place]:
    """Authorities whose name has all the words asked for."""
    words = set(wanted.split())
    return [place for place in of_kind(AUTHORITY) if words and words <= set(_plain(place.name).split())]


def _chosen(asked: str, named: list[Place]) -> Place:
    """The one place of those that a name fits; areas with the same authorities count once.

    Raises:
        GoodworkError: where it fits several, or none.
    """
    regions = [name for name in set(places()["region"]) if _plain(name) == _plain(_OTHER_NAMES.get(asked, asked))]
    grounds = {place.members: place for place in reversed(named)}
    if len(grounds) == 1 and not regions:
        return next(iter(grounds.values()))
    region = f"The region: `goodwork audit --region {quoted(regions[0])}`." if regions else ""
    if region and not _named(_plain(asked)):
        raise GoodworkError(f"{quoted(asked)} is a region, not a place of the local audit. {region}")
    if named:
        lines = [f"{quoted(asked)} fits {len(named)} places. Name one by its code:", _listed(named)]
        raise GoodworkError("\n".join([*lines, region]).strip())
    county = [place for place in of_kind(AUTHORITY) if _plain(place.upper_tier[1]) == _plain(asked)]
    if county:
        raise GoodworkError(
            f"{quoted(asked)} is a county; the audit goes by its districts. Name one of them:\n{_listed(county)}"
        )
    near = did_you_mean(asked, [*{place.name for place in all_places().values()}, *former_codes()["old_name"]])
    raise GoodworkError(
        f"{quoted(asked)} is no local authority, combined authority or skills improvement area. {near} "
        "`goodwork audit --authority` lists all."
    )


def _listed(named: Iterable[Place]) -> str:
    lines = [f"  {place.code}  {place.name}, {place.kind}, {place.region or place.nation}" for place in named]
    return "\n".join(lines[:_FEW] + ([f"  and {len(lines) - _FEW} more"] if len(lines) > _FEW else []))
