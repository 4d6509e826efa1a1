"""A reform by local authority: claimants, training and gain, spread from region × section × size by business counts.

The costing knows the region, section and employment band of its companies. Within a region, each cell is shared out over the
authorities as their enterprises of that section and band: official counts by industry and counts by band, joined by
proportional fitting that starts from how companies of an industry are spread over bands in the country. Everything is
modelled; authorities add up to the costing. Spread by where sites are (local units by size), not head offices, the same
amounts come out otherwise: both are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from openfisca_goodwork.audit.local.tables import figures, places
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import sources
from openfisca_goodwork.population.sources import EMPLOYMENT_BANDS, INDUSTRIES, REGIONS, SECTIONS, SECTIONS_OF_INDUSTRY

if TYPE_CHECKING:
    from openfisca_goodwork.costing import CostingResult

ENTERPRISES, SITES = "business_counts_2025_enterprises", "business_counts_2025_local_units"
METHOD = (
    "Modelled: each region's companies of a section and size are shared out over its authorities by counts of enterprises; "
    "training by place is not observed. Sites: the same by where workplaces are, for want of knowing which is nearer."
)
_ROUNDS = 50
_MILLION = 1e6
_NAMES = {"01-03": "SIC 01-03", "05-39": "SIC 05-39"}
Counts = np.ndarray


@dataclass(frozen=True)
class PlaceRelief:
    """What a reform does in one authority in a financial year, modelled.

    Attributes:
        claimants: companies that claim. training: that qualifies (£ million). extra_training: induced (£ million).
        gain: corporation tax no longer due (£ million); by_sites: the same, spread by sites.
        employees: of its companies.
    """

    code: str
    claimants: float
    training: float
    extra_training: float
    gain: float
    by_sites: float
    employees: float

    @property
    def per_employee(self) -> float:
        """Gain for each employee of its companies (£)."""
        return self.gain * _MILLION / self.employees if self.employees else 0.0


@cache
def region_of_authority() -> np.ndarray:
    """The place of each authority's region among the model's, in the order of `places()`."""
    names = places()["region"].replace({"East of England": "East"}) if "region" in places() else ()
    return np.array([REGIONS.index(name) for name in names])


def _margin(table: str, items: Iterable[str], starts: str) -> Counts:
    """Counts of each authority by items of a table, in the order of `places()`; zero where a count is not held."""
    held = figures()
    held = held[(held["table"] == table) & (held["level"] == "la")]
    wide = held.pivot_table(index="code", columns="item", values="figure", aggfunc="sum", observed=True)
    named = [next(name for name in wide.columns if str(name).startswith(f"{starts}{item}")) for item in items]
    return np.nan_to_num(wide.loc[list(places().index), named].to_numpy(dtype=float))


@cache
def enterprises() -> Counts:
    """Enterprises by authority × industry × employment band, fitted to the counts by industry and by band."""
    return _fitted(_margin(ENTERPRISES, INDUSTRIES, "SIC "), _margin(ENTERPRISES, EMPLOYMENT_BANDS, "Employment "))


@cache
def sites() -> Counts:
    """Local units by authority × industry × employment band: industries as of enterprises, bands as counted."""
    industries, bands = _margin(ENTERPRISES, INDUSTRIES, "SIC "), _margin(SITES, EMPLOYMENT_BANDS, "Employment ")
    whole = bands.sum(axis=1, keepdims=True) / industries.sum(axis=1, keepdims=True)
    return _fitted(industries * whole, bands)


def _fitted(industries: Counts, bands: Counts) -> Counts:
    """Authority × industry × band with both margins, as near as may be to the country's companies (iterative fitting)."""
    country = sources.matrix("companies_by_industry_and_employment", INDUSTRIES, EMPLOYMENT_BANDS, (0, 2))
    made = np.repeat(np.maximum(country, 1.0)[None], len(industries), axis=0)
    for _ in range(_ROUNDS):
        made *= _over(industries, made.sum(axis=2))[:, :, None]
        made *= _over(bands, made.sum(axis=1))[:, None, :]
    return made


def _over(wanted: Counts, held: Counts) -> Counts:
    return np.divide(wanted, held, out=np.zeros_like(wanted), where=held > 0)


def shares(counts: Counts) -> Counts:
    """Share of each authority in its region's companies, by authority × section × employment band of a costing.

    The first band of a costing, companies registered for neither VAT nor PAYE, is shared out as the smallest is; a section
    that a region has no enterprises of in a band, as all of the band are.
    """
    by_section = np.stack(
        [counts[:, [letter in held for held in SECTIONS_OF_INDUSTRY], :].sum(axis=1) for letter in SECTIONS], axis=1
    )
    by_section = np.concatenate([by_section[:, :, :1], by_section], axis=2)
    all_sections = np.broadcast_to(by_section.sum(axis=1, keepdims=True), by_section.shape)
    region = region_of_authority()
    made = np.zeros_like(by_section)
    for place in range(len(REGIONS)):
        inside = region == place
        here, whole = by_section[inside], by_section[inside].sum(axis=0)
        made[inside] = np.where(
            whole > 0,
            _over(here, np.broadcast_to(whole, here.shape)),
            all_sections[inside] / all_sections[inside].sum(axis=0),
        )
    return made


def spread(cells: Counts, counts: Counts | None = None) -> Counts:
    """An amount by region × section × employment band, shared out over the authorities; adds up to it."""
    whole = cells[region_of_authority()]
    return np.asarray((shares(enterprises() if counts is None else counts) * whole).sum(axis=(1, 2)))


def by_authority(result: CostingResult) -> dict[str, PlaceRelief]:
    """What a costed reform does in each authority, in the year for which the costing shows who gains.

    Raises:
        GoodworkError: where the reform changes nobody's tax, and for a costing under disclosure control.
    """
    shown = result.distribution
    if shown is None:
        raise GoodworkError(result.no_effect or "The reform changes nobody's tax in these years: nothing is to be spread.")
    if not shown.cells:
        raise GoodworkError("A costing under disclosure control is not spread over places. Cost it without --disclosure.")
    cells = shown.cells
    amounts = {name: spread(cells[name]) for name in ("claimants", "employees")}
    millions = {name: spread(cells[name]) / _MILLION for name in ("qualifying_training", "induced_training", "gain")}
    at_sites = spread(cells["gain"], sites()) / _MILLION
    columns = (amounts["claimants"], *millions.values(), at_sites, amounts["employees"])
    rows = zip(places().index, *(column.tolist() for column in columns), strict=True)
    return {row[0]: PlaceRelief(*row) for row in rows}


def added(reliefs: Mapping[str, PlaceRelief], codes: Iterable[str], name: str) -> PlaceRelief:
    """The relief of an area that is made of authorities."""
    listed = [asdict(reliefs[code]) for code in codes]
    sums: dict[str, Any] = {key: sum(held[key] for held in listed) for key in listed[0] if key != "code"}
    return PlaceRelief(name, **sums)


@cache
def left_behind(share: float) -> frozenset[str]:
    """Authorities that an uplift for left-behind areas means: of each nation the share that is furthest behind.

    Furthest behind: most small areas among the nation's most deprived tenth. The index of one nation says nothing of
    another's, so each has its own list.

    Args:
        share: of the authorities of a nation, such as a fifth.
    """
    held = figures()
    chosen = held[(held["table"] == "deprivation") & held["item"].astype(str).str.startswith("Share of")]
    ranked = chosen.set_index("code")["figure"].astype(float)
    ranked.index = ranked.index.astype(str)
    behind: set[str] = set()
    for _, inside in places().groupby("country"):
        order = ranked.loc[list(inside.index)].sort_values(ascending=False, kind="stable")
        behind |= set(order.index[: round(share * len(order))])
    return frozenset(behind)
