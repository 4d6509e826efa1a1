"""What a reform does by place: one costing, spread over the authorities; an uplift for left-behind areas beside its aim."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import policy
from openfisca_goodwork import population as companies
from openfisca_goodwork.audit import good_jobs
from openfisca_goodwork.audit.figures import command_of
from openfisca_goodwork.audit.good_jobs import DEFAULT_YEAR
from openfisca_goodwork.audit.local.places import AUTHORITY, DATA, Place, all_places, figures, places
from openfisca_goodwork.errors import DataError, GoodworkError
from openfisca_goodwork.law.periods import financial_year_start, parse_financial_years
from openfisca_goodwork.population import Population, sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import TAGS
from openfisca_goodwork.population.sources import EMPLOYMENT_BANDS, INDUSTRIES, REGIONS, SECTIONS, SECTIONS_OF_INDUSTRY
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

    from openfisca_goodwork.costing import CostingResult


# --- spread from region × section × size by business counts ----------------------------------------------------------
# The costing knows the region, section and employment band of its companies. Within a region, each cell is shared out over
# the authorities as their enterprises of that section and band: official counts by industry and counts by band, joined by
# proportional fitting that starts from how companies of an industry are spread over bands in the country. Everything is
# modelled; authorities add up to the costing. Spread by where sites are (local units by size), not head offices, the same
# amounts come out otherwise: both are given.


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


_PRIORITY = "priority_area"


@dataclass(frozen=True)
class Aim:
    """An uplift for left-behind areas, where it goes by the costing and where it would go by its aim (£ million, modelled).

    The costing gives it to the same share of every company's training, wherever that is. Its aim is training in the
    authorities meant. The uplift is taken for its part in the rates of the extra deduction.

    Attributes:
        meant: codes of the authorities meant. assumed: share of training that the costing takes to be there.
        there: share of the gain that the spread finds there. uplift: gain from the uplift alone, as costed.
        uplift_there: what of that is in the authorities meant. aimed: gain from the uplift, were it for them alone.
    """

    meant: frozenset[str]
    assumed: float
    there: float
    uplift: float
    uplift_there: float
    aimed: float


@dataclass(frozen=True)
class PlaceReform(Worded):
    """A reform by place in a financial year, modelled.

    Attributes:
        reforms: as a command calls them. title: of them. year: by name.
        by_authority: what it does in each, by code. total: in the country, which the authorities add up to.
        aim: of an uplift for left-behind areas; None without one. no_effect: why it moves nothing, where it does not.
    """

    reforms: tuple[str, ...]
    title: str
    year: str
    by_authority: Mapping[str, PlaceRelief]
    total: PlaceRelief
    aim: Aim | None = None
    no_effect: str = ""
    settings: tuple[str, ...] = ()
    method: str = METHOD

    def at(self, place: Place) -> PlaceRelief:
        """What the reform does in a place: the sum over its authorities."""
        return added(self.by_authority, place.members, place.code)

    def aimed_at(self, code: str) -> float | None:
        """Gain in an authority, were the uplift for training in the authorities meant alone; None without an uplift."""
        if self.aim is None:
            return None
        gain = self.by_authority[code].gain
        part = self.aim.uplift / self.total.gain if self.total.gain else 0.0
        return gain * (1 - part) + (gain * part / self.aim.assumed if code in self.aim.meant else 0.0)

    @property
    def command(self) -> str:
        """The command that gives this list again."""
        return command_of("goodwork audit --authority", self.reforms, self.year, self.settings)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row an authority: companies that claim, training, extra training, gain, and the gain spread by sites."""
        import pandas

        rows = [
            {"name": place.name, "region": place.region, "nation": place.nation}
            | asdict(self.by_authority[code])
            | {"gain_per_employee": self.by_authority[code].per_employee, "gain_by_aim": self.aimed_at(code)}
            for code, place in all_places().items()
            if place.kind == AUTHORITY and code in self.by_authority
        ]
        return pandas.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """The reform by place as plain values, for JSON."""
        aim = None if self.aim is None else asdict(self.aim) | {"meant": sorted(self.aim.meant)}
        return {
            "model_version": model_version(),
            "reform": self.title,
            "year": self.year,
            "status": "modelled",
            "method": self.method,
            "total": asdict(self.total),
            "by_authority": {
                code: asdict(held) | {"gain_by_aim": self.aimed_at(code)} for code, held in self.by_authority.items()
            },
            "aim": aim,
            "no_effect": self.no_effect or None,
            "command": self.command,
        }


def reform_by_place(
    reforms: Iterable[str],
    year: str = DEFAULT_YEAR,
    population: str | Population = "default",
    settings: Iterable[str] = (),
    progress: Any = None,
) -> PlaceReform:
    """Cost reforms in a financial year and spread who gains over the authorities.

    Args:
        reforms: names or files. year: one financial year. population: `default` or a Population.
        settings: `PATH@DATE=VALUE` of assumptions and of the reform. progress: called with a stage and the share done.

    Raises:
        GoodworkError: for a wrong reform, year or setting.
    """
    listed, given = tuple(map(str, reforms)), tuple(settings)
    loaded = good_jobs.check(listed, year, given)
    show = progress or (lambda _stage, _done: None)
    law = policy.law_of(settings=good_jobs.common(given))
    people = companies.load(population, law=law, progress=show) if isinstance(population, str) else population
    result = good_jobs.costed(listed, year, given, people, show)
    title = " + ".join(reform.title for reform in loaded)
    return spread_over_places(result, listed, title, year, given)


def spread_over_places(
    result: CostingResult, reforms: tuple[str, ...], title: str, year: str, settings: tuple[str, ...] = ()
) -> PlaceReform:
    """A costing, spread over the authorities.

    Args:
        result: of one financial year. reforms: as a command calls them. title, year: of them. settings: as given.
    """
    if result.distribution is None:
        why = result.no_effect or f"It moves no corporation tax in {year}."
        return PlaceReform(reforms, title, year, {}, PlaceRelief("", 0, 0, 0, 0, 0, 0), None, why, settings)
    held = by_authority(result)
    total = added(held, held, "K02000001")
    law = policy.law_of(reforms, settings=settings)
    return PlaceReform(reforms, title, year, held, total, _aim(law, year, held, total), "", settings)


def _aim(law: TaxBenefitSystem, year: str, held: Mapping[str, PlaceRelief], total: PlaceRelief) -> Aim | None:
    """Where the uplift for left-behind areas goes; None of a law without one, or without gain."""
    first = financial_year_start(parse_financial_years(year)[0])
    relief = law.parameters(first.isoformat()).human_investment
    read = Assumptions(law.parameters)
    uplifts = {tag: float(getattr(relief.uplifts, tag)) for tag in TAGS if hasattr(relief.uplifts, tag)}
    assumed = read(f"base.training.tags.{_PRIORITY}")
    if not uplifts[_PRIORITY] or not assumed or not total.gain:
        return None
    parts = {tag: rate * read(f"base.training.tags.{tag}") for tag, rate in uplifts.items()}
    uplift = total.gain * parts[_PRIORITY] / (float(relief.additional_deduction) + sum(parts.values()))
    meant = left_behind(read("audit.local.left_behind"))
    there = sum(held[code].gain for code in meant) / total.gain
    return Aim(meant, assumed, there, uplift, uplift * there, uplift * there / assumed)


# --- levers of this model that bear on a place, and what each would bring there by the costings that are kept ---------


FILE = DATA / "levers.csv"
COLUMNS = (
    "lever", "code", "claimants", "training", "extra_training", "gain", "gain_by_sites", "jobs_failing", "wage_bill",
)  # fmt: skip
PLEDGE = "good-work-first"
MATCH = "training-match"
YEAR = "2029-30"  # of what is kept


@dataclass(frozen=True)
class Lever:
    """A switch of this model that bears on an indicator; no forecast that it would mend it.

    Attributes:
        name: in the file of what is kept. words: what it is, for people. reform: of the library; settings: instead of one.
        first_step: what a partnership can do about it itself, in a sentence.
    """

    name: str
    words: str
    reform: str = ""
    settings: tuple[str, ...] = ()
    first_step: str = ""


@dataclass(frozen=True)
class Brings:
    """What a lever would bring a place in the year of the audit, modelled (companies, £ million, jobs)."""

    claimants: float
    training: float
    extra_training: float
    gain: float
    gain_by_sites: float
    jobs_failing: float
    wage_bill: float


_OF_THE_MATCH = tuple(
    f"capital_allowances.training_match.{name}@2027-04-01={value}"
    for name, value in (("enabled", "true"), ("training_per_pound_of_plant", "0.1"))
)
_ALL = (
    Lever("super-deduction", "Human-investment super-deduction: 30% extra deduction for training",
          "human-investment-super-deduction",
          first_step="Tell employers which training would qualify, and broker courses for small firms that train nobody."),
    Lever("retraining", "Relief for retraining", "human-investment-super-deduction-retraining",
          first_step="Agree with Jobcentre Plus and colleges which retraining local vacancies ask for."),
    Lever("accredited", "Relief for accredited training", "accredited-training-deduction-200-percent",
          first_step="Ask providers for level 2 and 3 courses that employers can buy in part-time."),
    Lever("left-behind", "Relief with an uplift for left-behind areas", "human-investment-super-deduction-left-behind-areas",
          first_step="Put the case that this place be among the areas meant, with the figures here."),
    Lever("green", "Green and digital uplift", "human-investment-super-deduction-green-and-digital",
          first_step="Map the jobs of the largest emitters and which skills their plans to cut emissions need."),
    Lever("small-firms", "Relief for small and medium-sized companies", "sme-training-deduction-150-percent",
          first_step="Offer growing small firms one adviser for training and premises."),
    Lever(MATCH, "Training match: plant allowances need 10p of training for each £1", settings=_OF_THE_MATCH,
          first_step="Ask firms that are granted support for machines what they train their staff in."),
    Lever(PLEDGE, "Good Work First pledge on public contracts", PLEDGE,
          first_step="Ask suppliers of the council, the health service and colleges to pay the real living wage."),
)  # fmt: skip
LEVERS = {lever.name: lever for lever in _ALL}


@cache
def _kept() -> dict[tuple[str, str], tuple[float, ...]]:
    try:
        with FILE.open(encoding="utf-8", newline="") as rows:
            heading, *lines = csv.reader(rows)
    except (OSError, ValueError) as fault:
        raise DataError(f"{FILE} cannot be read: {fault}") from fault
    if tuple(heading) != COLUMNS:
        raise DataError(f"{FILE} must have the columns {', '.join(COLUMNS)}.")
    return {(lever, code): tuple(map(float, amounts)) for lever, code, *amounts in lines}


def brings(lever: str, codes: Iterable[str]) -> Brings:
    """What a lever would bring an area that is made of authorities, by the costings kept."""
    rows = [_kept()[lever, code] for code in codes]
    return Brings(*(sum(column) for column in zip(*rows, strict=True)))
