"""What the local audit asks of a place, and the figures of every place for it, with their intervals.

A figure is observed (official, with its 95% interval where the source has one or an error to make it of) or modelled, with
its method. Of two surveys or indices that nations hold by themselves, nations are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from openfisca_goodwork.audit.figures import MODELLED, OBSERVED
from openfisca_goodwork.audit.indicators import HIGHER, LOWER
from openfisca_goodwork.audit.local.places import figures
from openfisca_goodwork.audit.local.reform import MATCH, PLEDGE
from openfisca_goodwork.population.sources import EMPLOYMENT_BANDS

if TYPE_CHECKING:
    import pandas

WORK, PAY, SKILLS, TRAINING, BUSINESS, PLACE, HEALTH = (
    "Work",
    "Pay",
    "Skills and occupations",
    "Training",
    "Business and productivity",
    "Place",
    "Health, as context",
)
ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND = NATIONS = ("England", "Wales", "Scotland", "Northern Ireland")
SURVEY, FEW, COUNT = "survey", "few", "count"
PERCENT, PER_100000, POUNDS_A_WEEK = "%", "per 100,000 people", "£ a week"
OCCUPATIONS, VOLUMES = "employment_by_occupation", "aps_labour_market_volumes"
EMPLOYERS, ENTERPRISES = "employer_skills_survey_2019_upper_tier", "business_counts_2025_enterprises"
PROFESSIONAL = ("21", "22", "23", "24")
# Office, sales and machine work: what studies of tasks call routine (Cortes, Journal of Labor Economics 34(1), 2016).
ROUTINE = ("41", "42", "71", "72", "81", "82")
_NORMAL = 1.96  # standard errors on either side of a 95% interval
_PERCENT, _PEOPLE = 100.0, 100_000.0


@dataclass(frozen=True)
class Figure:
    """A figure with its 95% interval; None where there is none of either.

    Attributes:
        of: what the figure is of, where that is not the place itself: a county, or the middle of authorities.
    """

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    period: str = ""
    of: str = ""

    @property
    def has_interval(self) -> bool:
        """Whether both ends of an interval are held."""
        return self.lower is not None and self.upper is not None


@dataclass(frozen=True)
class Measure:
    """Something asked of every place.

    Attributes:
        key: for programs. label, topic, unit: for people. decimals: how many are printed.
        table, item: where its figures are; of a nation by itself, the item of each nation.
        better: whether a higher or a lower figure is better; empty where neither is. lever: of `levers.LEVERS`.
        noise: what may set two figures apart but a difference of places: `SURVEY`, the chance of a sample; `FEW`, that of a
            small count; `COUNT`, little, as it is of all or of an administration.
        whole: the figure of a nation by definition, where it has one.
        is_national: whether each nation has a measure of its own. of_upper_tier: whether districts have their county's.
        note: the method of a modelled figure, or what to know of it.
    """

    key: str
    label: str
    topic: str
    table: str
    item: str | Mapping[str, str] = field(hash=False)
    unit: str = PERCENT
    decimals: int = 1
    better: str = ""
    lever: str = ""
    noise: str = COUNT
    whole: float | None = None
    is_national: bool = False
    of_upper_tier: bool = False
    status: str = OBSERVED
    note: str = ""

    @property
    def short(self) -> str:
        """The label for a narrow column."""
        return _SHORT.get(self.key, self.label.partition(",")[0])

    @property
    def frame(self) -> pandas.DataFrame:
        """Figures by code: `value`, `lower`, `upper` (95% interval; NaN where there is none), `period`."""
        return _frame(self.key)

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Figures by code."""
        return _figures(self.key)

    def written(self, value: float | None) -> str:
        """A figure as people read it, with its unit where that is short."""
        if value is None:
            return "–"
        before, after = ("£" if self.unit.startswith("£") else "", "%" if self.unit == PERCENT else "")
        return f"{before}{value:,.{self.decimals}f}{after}"


_SHORT = {
    "median_pay": "Median pay a week",
    "low_pay": "Below real living wage",
    "level_3": "Level 3 or above",
    "starts": "Apprentices: starts",
    "achievements": "Apprentices: achieved",
    "employers_training": "Employers that train",
    "skills_gaps": "Employers: skills gaps",
    "productivity": "GVA an hour worked",
    "deprivation": "In most deprived tenth",
    "child_poverty": "Child poverty",
    "income": "Income a head",
    "emissions": "Greenhouse gases, t",
    "healthy_life_women": "Healthy life, women",
    "healthy_life_men": "Healthy life, men",
    "satisfaction": "Satisfaction, 0 to 10",
}
_MODEL = "share of those in work in occupations that are held; its interval has the suppressed cells and the survey's error"
_ROUTINE_IS = "office, sales and machine work (groups 41, 42, 71, 72, 81, 82), as studies of tasks have it (Cortes 2016)"
_OF_LEVEL_3, _WITHOUT = "Qualified to level 3 or above, 16-64", "No qualifications, 16-64"
_SMALL_AREAS = "Share of small areas in most deprived 10% nationally"
_HEALTH = "health_wellbeing"
_RATES = "labour_market_rates"
_TIERS = "Of upper tiers: a shire district has its county's. From 2019; whole per cents."


_ALL = (
    Measure("employment", "Employment rate, ages 16 to 64", WORK, _RATES, "Employment rate 16-64", better=HIGHER,
            lever="retraining", noise=SURVEY),
    Measure("inactivity", "Economically inactive, ages 16 to 64", WORK, _RATES, "Economic inactivity rate 16-64",
            better=LOWER, lever="retraining", noise=SURVEY),
    Measure("unemployment", "Unemployment rate, 16 and over", WORK, _RATES, "Modelled unemployment rate 16+",
            better=LOWER, lever="retraining", noise=SURVEY, status=MODELLED,
            note="the ONS's model, of the survey and of claimants"),
    Measure("claimants", "Claimant count", WORK, _RATES, "Claimant count rate", better=LOWER, lever="retraining"),
    Measure("median_pay", "Median pay a week of residents", PAY, "pay_median_weekly",
            "Median gross weekly pay (residence)", POUNDS_A_WEEK, 0, HIGHER, PLEDGE, noise=SURVEY,
            note="Hours affect it: full-time and part-time are mixed."),
    Measure("low_pay", "Jobs there below the real living wage", PAY, "pay_below_real_living_wage_2022",
            "Share of jobs below Real Living Wage: all", better=LOWER, lever=PLEDGE, noise=SURVEY,
            note="Areas without a figure are smaller and better paid than others."),
    Measure("professional", "Professional occupations, of those in work", SKILLS, OCCUPATIONS, "", better=HIGHER,
            lever="super-deduction", noise=SURVEY, status=MODELLED, note=_MODEL),
    Measure("routine", "Routine occupations, of those in work", SKILLS, OCCUPATIONS, "",
            better=LOWER, lever="retraining", noise=SURVEY, status=MODELLED,
            note=f"{_MODEL}; {_ROUTINE_IS}"),
    Measure("level_3", "Qualified to level 3 or above, ages 16 to 64", SKILLS, "qualifications_rates", _OF_LEVEL_3,
            better=HIGHER, lever="accredited", noise=SURVEY),
    Measure("no_qualifications", "Without qualifications, ages 16 to 64", SKILLS, "qualifications_rates", _WITHOUT,
            better=LOWER, lever="accredited", noise=SURVEY),
    Measure("starts", "Apprenticeship starts", TRAINING, "apprenticeships_fe_rates",
            {nation: f"Apprenticeship starts ({nation})" for nation in (ENGLAND, SCOTLAND, NORTHERN_IRELAND)},
            PER_100000, 0, HIGHER, "accredited", noise=FEW, is_national=True),
    Measure("achievements", "Apprenticeships achieved", TRAINING, "apprenticeships_fe_rates",
            {nation: f"Apprenticeship achievements ({nation})" for nation in (ENGLAND, SCOTLAND)},
            PER_100000, 0, HIGHER, "accredited", noise=FEW, is_national=True),
    Measure("training", "Had job-related training", TRAINING, "job_related_training",
            {ENGLAND: "Job-related training in last 13 weeks (ONS Health Index 2021 edition)",
             SCOTLAND: "Job-related training in last 4 weeks, all aged 16-64"},
            better=HIGHER, lever="super-deduction", noise=SURVEY, is_national=True,
            note="England: in 13 weeks, of whom is uncertain. Scotland: in 4 weeks, ages 16 to 64."),
    Measure("employers_training", "Employers that trained staff in a year", TRAINING, EMPLOYERS,
            "% of establishments training staff over the last 12 months", decimals=0, better=HIGHER,
            lever="super-deduction", noise=SURVEY, of_upper_tier=True, note=_TIERS),
    Measure("skills_gaps", "Employers with staff not fully proficient", TRAINING, EMPLOYERS,
            "% of establishments with any staff not fully proficient", decimals=0, better=LOWER,
            lever="super-deduction", noise=SURVEY, of_upper_tier=True, note=_TIERS),
    Measure("productivity", "Gross value added an hour worked", BUSINESS, "gva_productivity",
            "Gross value added per hour worked", "£ an hour", 2, HIGHER, MATCH),
    Measure("births", "New businesses, of those active", BUSINESS, "business_demography", "Business births (Percentage)",
            better=HIGHER, lever="small-firms", noise=FEW),
    Measure("high_growth", "High-growth businesses, of those active", BUSINESS, "business_demography",
            "High growth businesses (Percentage)", better=HIGHER, lever="small-firms", noise=FEW),
    Measure("deprivation", "Small areas in the most deprived tenth", PLACE, "deprivation",
            {ENGLAND: "Share of LSOAs in most deprived 10% nationally", WALES: _SMALL_AREAS, SCOTLAND: _SMALL_AREAS,
             NORTHERN_IRELAND: _SMALL_AREAS}, better=LOWER, lever="left-behind", whole=10.0, is_national=True,
            note="Of its nation; of a nation as a whole it is a tenth by definition."),
    Measure("child_poverty", "Children in relative poverty, after housing costs", PLACE, "children_relative_poverty",
            "Children in relative poverty after housing costs", better=LOWER, lever="left-behind"),
    Measure("income", "Disposable household income a head", PLACE, "gdhi_per_head", "Gross disposable household income",
            "£ a year", 0, HIGHER, "left-behind"),
    Measure("emissions", "Greenhouse gases a resident", PLACE, "greenhouse_gas_per_head", "Greenhouse gas emissions",
            "tonnes", 1, LOWER, "green", note="Heavy industry and few residents raise it."),
    Measure("healthy_life_women", "Healthy life expectancy, women", HEALTH, _HEALTH, "Female healthy life expectancy",
            "years", 1, HIGHER, noise=SURVEY, of_upper_tier=True),
    Measure("healthy_life_men", "Healthy life expectancy, men", HEALTH, _HEALTH, "Male healthy life expectancy",
            "years", 1, HIGHER, noise=SURVEY, of_upper_tier=True),
    Measure("satisfaction", "Satisfaction with life, 0 to 10", HEALTH, _HEALTH, "Wellbeing: Satisfaction (mean 0-10)",
            "points", 2, HIGHER, noise=SURVEY),
    Measure("smokers", "Smokers, 18 and over", HEALTH, _HEALTH, "Cigarette smokers 18+", better=LOWER, noise=SURVEY),
)  # fmt: skip


MEASURES = {measure.key: measure for measure in _ALL}
NOT_HELD = {
    "Employee voice (union membership, representation)": "no figure by authority on file",
    "Autonomy and discretion at work": "no figure by authority on file",
    "Security (zero-hours, temporary and insecure work)": "no figure by authority on file; of regions, see their audit",
    "Exposure to artificial intelligence": (
        "scores by occupation are of the United States, a seventh of codes are unmatched and no licence is given: not shown"
    ),
    "What employers spend on training": "no figure by authority on file; the relief by place is modelled",
}
"""What the audit would ask of a place and no figure is held of, and why: named, never made up."""


@cache
def _figures(key: str) -> Mapping[str, Figure]:
    frame = _frame(key)
    columns = (frame[name].astype(object).where(frame[name].notna(), None) for name in ("value", "lower", "upper", "period"))
    return {str(code): Figure(*row) for code, *row in zip(frame.index, *columns, strict=True)}


@cache
def _frame(key: str) -> pandas.DataFrame:
    measure = MEASURES[key]
    makers: dict[str, Callable[[], pandas.DataFrame]] = {
        "professional": lambda: _share_of_occupations(PROFESSIONAL),
        "routine": lambda: _share_of_occupations(ROUTINE),
    }
    if key in makers:
        return makers[key]()
    items = measure.item if isinstance(measure.item, str) else tuple(dict.fromkeys(measure.item.values()))
    held = _rows(measure.table, (items,) if isinstance(items, str) else items)
    frame = held[["figure", "lower", "upper", "error", "period"]].rename(columns={"figure": "value"})
    behind = _behind(measure, frame)
    if behind is not None:
        frame = _of_chance(frame, behind, _PERCENT if measure.unit == PERCENT else _PEOPLE)
    spread = _NORMAL * frame.pop("error") / _PERCENT * frame["value"]
    lower, upper = frame["lower"].fillna(frame["value"] - spread), frame["upper"].fillna(frame["value"] + spread)
    return frame.assign(lower=lower, upper=upper)


@cache
def _by_item() -> Mapping[tuple[str, str], np.ndarray]:
    indices: Any = figures().groupby(["table", "item"], observed=True).indices
    return dict(indices)


def _rows(table: str, items: tuple[str, ...]) -> pandas.DataFrame:
    """Rows of items by code, of each code the latest period."""
    places = np.concatenate([_by_item()[table, item] for item in items])
    held = figures().iloc[places]
    held = held.assign(code=held["code"].astype(str), period=held["period"].astype(str))
    return held.sort_values("period", kind="stable").drop_duplicates("code", keep="last").set_index("code")


def _behind(measure: Measure, frame: pandas.DataFrame) -> pandas.Series | None:
    """How many interviews, businesses or people stand behind each figure of a measure whose source gives no interval."""
    if measure.table == EMPLOYERS:
        held = _rows(EMPLOYERS, ("Unweighted row",))["figure"]
    elif measure.key == "high_growth":  # of businesses of ten and more, which alone can be of high growth
        large = [f"Employment {band}" for band in EMPLOYMENT_BANDS[2:]]
        counts = figures()[figures()["table"] == ENTERPRISES]
        held = counts[counts["item"].isin(large)].groupby("code", observed=True)["figure"].sum()
        held.index = held.index.astype(str)
    elif measure.key == "births":
        held = _rows("business_demography", ("Active businesses (Number of enterprises)",))["figure"]
    elif measure.noise == FEW:
        held = _rows(VOLUMES, ("Population 16+",))["figure"]
    else:
        return None
    return held.reindex(frame.index)


def _of_chance(frame: pandas.DataFrame, behind: pandas.Series, of: float) -> pandas.DataFrame:
    """Intervals of shares, given per `of`, by how many are behind each, as of a simple sample (Wilson 1927)."""
    share, squared = frame["value"] / of, _NORMAL**2 / behind
    middle = (share + squared / 2) / (1 + squared)
    half = _NORMAL * np.sqrt((share * (1 - share) + squared / 4) / behind) / (1 + squared)
    return frame.assign(lower=of * (middle - half), upper=of * (middle + half))


@cache
def people() -> Mapping[str, float]:
    """People aged 16 and over by code of an authority; those of Northern Ireland and a few others are not held."""
    return {str(code): float(number) for code, number in _rows(VOLUMES, ("Population 16+",))["figure"].items()}


def coverage() -> pandas.Series:
    """Share of those in work whose occupation is held, by code: the rest stands in suppressed cells."""
    cells, total = _occupations()
    return cells.sum(axis=1) / np.maximum(total, cells.sum(axis=1))


def _occupations() -> tuple[pandas.DataFrame, pandas.Series]:
    """People in work by code and occupation group, NaN where suppressed; and all people in work by code."""
    held = figures().iloc[np.concatenate([at for (table, _), at in _by_item().items() if table == OCCUPATIONS])]
    tidy = held.assign(code=held["code"].astype(str), group=held["item"].astype(str).str[:2])
    cells = tidy.pivot_table(index="code", columns="group", values="figure", aggfunc="sum", observed=True)
    total = _rows(VOLUMES, ("In employment 16+",))["figure"]
    return cells, total.reindex(cells.index)


def _share_of_occupations(groups: tuple[str, ...]) -> pandas.DataFrame:
    """The share of groups of occupations among those held, %, in an interval for suppressed cells and for chance.

    Bounds: none or all of the people without a held occupation are of the groups, where a cell of the groups is suppressed.
    Chance: that of a share of as many workers as stand behind the employment rate of the same survey, by its interval.
    """
    cells, total = _occupations()
    present, inside = cells.sum(axis=1), cells[list(groups)].sum(axis=1)
    whole = np.maximum(total.fillna(present), present)
    unknown = (whole - present).where(cells[list(groups)].isna().any(axis=1), 0.0)
    share = (inside / present).clip(inside / whole, (inside + unknown) / whole)
    rates = MEASURES["employment"].frame.reindex(cells.index)
    rate, half = rates["value"] / _PERCENT, (rates["upper"] - rates["lower"]) / 2 / _PERCENT
    workers = rate**2 * (1 - rate) * (_NORMAL / half) ** 2
    chance = _NORMAL * np.sqrt(share * (1 - share) / workers)
    frame = {"value": share, "lower": inside / whole - chance, "upper": (inside + unknown) / whole + chance}
    shares = figures().__class__(frame) * _PERCENT
    return shares.assign(period="Apr 2024-Mar 2025")
