"""From the compact columns of a population to the input variables of the law, one accounting period at a time.

Columns hold what differs between companies; small tables hold what differs between years and end months.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.cache import OnDisk
from openfisca_goodwork.law.periods import constant_array
from openfisca_goodwork.population import forecasts
from openfisca_goodwork.system import Made, OnDemand

FINANCIAL_YEARS = forecasts.financial_years(forecasts.LATEST)
"""Financial years that a population on the latest outlook covers in full."""
HEADS = (
    "external_course_fees",
    "training_materials_and_travel",
    "trainer_pay",
    "trainee_pay",
    "training_centre_costs",
    "training_management_costs",
)
HEADS_PRICED_BY_CPI = HEADS[:2]
TAGS = ("accredited", "registered_provider", "green", "digital", "retraining", "low_paid", "priority_area")
GOOD_WORK = (
    "share_paid_below_real_living_wage",
    "share_on_zero_hours_contracts",
    "has_fair_work_pledge",
    "publishes_training_plan",
    "has_employee_voice",
)
MARCH, _MONTHS = 3, range(1, 13)
LAW_BEGINS = np.datetime64(forecasts.LAW_BEGINS)
_DAYS_OF_A_YEAR = 365  # of either of the first two years of the law
_NOT_OF_A_YEAR = frozenset(("trainees", *(f"{tag}_share" for tag in TAGS)))
TABLES = frozenset(
    (
        *("employees_index", "turnover_index", "pay_bill_index", "plant_index", "prices_index", "earnings_index"),
        *("profit_level", "paying_level", "claimed_share", "structures_claimed_share"),
        *("main_rate_car_share", "zero_emission_car_share", "car_share", "lessor_car_share", "car_resale"),
        "leased_share_of_unclaimed",
        *("paye_and_nic_share", "return_on_plant", "head_shares", "tag_shares", "leavers_share", "directors"),
        "largest_contract",
        *("report", "seed", "labels"),
    )
)
"""Columns that hold nothing company by company; of every other, the last axis is the records."""

Columns = Mapping[str, NDArray]
Inputs = Mapping[str, NDArray]


def labels(columns: Columns) -> range:
    """Labels of the accounting periods of a population: the calendar years in which they end."""
    first, last = columns["labels"]
    return range(int(first), int(last) + 1)


def panel_years(columns: Columns) -> range:
    """Financial years in which they end: the rows of tables of years."""
    found = labels(columns)
    return range(found[0] - 1, found[-1] + 1)


def financial_year(columns: Columns, label: int) -> NDArray[np.int64]:
    """The financial year (by the calendar year it begins in) in which each company's accounting period ends."""
    return label - (columns["end_month"] <= MARCH).astype(np.int64)


def inputs(columns: Columns, label: int) -> Inputs:
    """Input variables of the law for the accounting periods that end in the calendar year `label`, made on demand.

    £ for the period, one value per record. New main-rate plant that is not put forward for the super-deduction or full
    expensing is given as second-hand plant, which the law treats alike but for those allowances, or as bought to lease out.
    """
    at = _Place.of(columns, label)
    period = _period(columns, label)
    yearly = {**_profit(columns, at), **_plant(columns, at), **_training(columns, at)}
    return OnDemand(
        {
            **period,
            **_company(columns, at),
            **_for_their_length(yearly, period, label),
            **{name: partial(columns.__getitem__, name) for name in GOOD_WORK},
            **(_opening(columns) if label == labels(columns)[0] else {}),
        }
    )


def part(columns: Columns, companies: slice | NDArray[np.int64]) -> Columns:
    """The columns of some of the records, on disk until they are asked for; tables that are the same for all come whole."""
    if isinstance(columns, OnDisk):
        held = columns
        return OnDemand(
            {
                name: partial(held.__getitem__, name) if name in TABLES else partial(held.some, name, companies)
                for name in held
            }
        )
    return {name: column if name in TABLES else column[..., companies] for name, column in columns.items()}


class _Place(NamedTuple):
    """Where companies are in tables of years × end months, and of years × sections.

    Attributes:
        rows: the year of each. months, sections: places in the two kinds of table laid out as a line.
    """

    rows: NDArray[np.int64]
    months: NDArray[np.int64]
    sections: NDArray[np.int64]

    @classmethod
    def of(cls, columns: Columns, label: int) -> _Place:
        """The places of the accounting periods of a label."""
        rows = financial_year(columns, label) - panel_years(columns)[0]
        months = rows * len(_MONTHS) + columns["end_month"] - 1
        return cls(rows, months, rows * columns["profit_level"].shape[1] + columns["section"])

    def by_month(self, table: NDArray) -> NDArray:
        """Each company's value of a table of years × end months."""
        return table.ravel().take(self.months)

    def by_section(self, table: NDArray) -> NDArray:
        """Each company's value of a table of years × sections."""
        return table.ravel().take(self.sections)


class Panel(Mapping[int, Inputs]):
    """The inputs of several labels, made on demand, some companies at a time: what `system.run` takes (`Divisible`)."""

    def __init__(self, columns: Columns, labels: range) -> None:
        self._columns, self._labels = columns, labels
        self.count = int(columns["id"].size)

    def part(self, companies: slice) -> Panel:
        """The same for some of the companies."""
        return Panel(part(self._columns, companies), self._labels)

    def __getitem__(self, label: int) -> Inputs:
        """Inputs of one label."""
        if label not in self._labels:
            raise KeyError(label)
        return inputs(self._columns, label)

    def __iter__(self) -> Iterator[int]:
        """Labels, ascending."""
        return iter(self._labels)

    def __len__(self) -> int:
        """How many labels there are."""
        return len(self._labels)


def period_ends(label: int) -> NDArray[np.datetime64]:
    """Last day of each month of a calendar year."""
    months = np.arange(1, 13) + 12 * (label - 1970)
    following: NDArray[np.datetime64] = months.astype("datetime64[M]").astype("datetime64[D]")
    return following - np.timedelta64(1, "D")


def _period(columns: Columns, label: int) -> dict[str, NDArray]:
    month = columns["end_month"].astype(np.int64) - 1
    starts, ends = (_ends(label - 1) + np.timedelta64(1, "D"))[month], _ends(label)[month]
    return {
        "accounting_period_start": np.maximum(starts, LAW_BEGINS),
        "accounting_period_end": ends,
        "first_accounting_period": constant_array(np.int64(labels(columns)[0]), month.size),
    }


def _ends(label: int) -> NDArray[np.datetime64]:
    """Last day of the periods of a label, by end month.

    Those that would be over before the first day of which law is held end with its year: nothing of the day is left out.
    """
    ends = period_ends(label)
    return np.where(ends < LAW_BEGINS, ends[-1], ends)


def _for_their_length(yearly: Made, period: Inputs, label: int) -> Made:
    """Yearly amounts scaled to the length of the period; only the first periods under the law held are shorter."""
    if label > forecasts.LAW_BEGINS.year + 1:
        return yearly
    starts, ends = (period[f"accounting_period_{end}"] for end in ("start", "end"))
    share = ((ends - starts).astype(np.int64) + 1) / _DAYS_OF_A_YEAR

    def scaled(name: str) -> NDArray:
        amount = yearly[name]
        amount = amount if isinstance(amount, np.ndarray) else amount()
        return amount if name in _NOT_OF_A_YEAR else amount * share

    return {name: partial(scaled, name) for name in yearly}


def _company(columns: Columns, at: _Place) -> Made:
    """What a company is; those of a group are taken to be alike, and to share one limit of the group evenly."""
    indices = {"employees": "employees_index", "turnover": "turnover_index", "balance_sheet_total": "turnover_index"}

    @cache
    def size(name: str) -> NDArray:
        return np.asarray(columns[name] * at.by_month(columns[indices[name]]))

    @cache
    def members() -> NDArray:
        return 1 + columns["associated_companies"].astype(np.float64)

    @cache
    def contracts() -> NDArray:
        return size("turnover") * columns["public_contract_share"]

    @cache
    def pay_bill() -> NDArray:
        return np.asarray(columns["pay_bill"] * at.by_month(columns["pay_bill_index"]))

    return {
        **{name: partial(size, name) for name in indices},
        "sic_section": lambda: place_in_the_law(columns["section"]),
        "region": lambda: place_in_the_law(columns["region"]),
        "public_contract_revenue": contracts,
        "largest_public_contract": lambda: contracts() * columns["largest_contract"],
        **{f"group_{name}": partial(lambda name: size(name) * members(), name) for name in indices},
        "human_investment_cap_share": lambda: 1 / members(),
        "employees_besides_directors": lambda: np.maximum(size("employees") - columns["directors"], 0),
        "pay_bill": pay_bill,
        "paye_and_nic": lambda: pay_bill() * columns["paye_and_nic_share"],
        "associated_companies": lambda: columns["associated_companies"].astype(np.float64),
        "claims_loss_carry_back": constant_array(np.True_, at.rows.size),
        "loss_absorbed_by_group_share": lambda: columns["loss_absorbed_by_group_share"].astype(np.float64),
    }


def place_in_the_law(codes: NDArray) -> NDArray[np.int16]:
    """Sections or regions as the law takes them: their place among its own, of which the first is *not given* (-1 here)."""
    return codes.astype(np.int16) + np.int16(1)


def _profit(columns: Columns, at: _Place) -> Made:
    drawn = _of_those_paying(by_year(columns["profit"], at.rows), columns, at.by_section(columns["paying_level"]))
    drawn = drawn * at.by_section(columns["profit_level"])
    earned = columns["return_on_plant"] * columns["plant_mean"] * at.by_month(columns["plant_index"])
    return {"trading_profit_before_capital_allowances": drawn + earned}


def _of_those_paying(drawn: NDArray, columns: Columns, level: NDArray) -> NDArray:
    """Profits of a year in which more or fewer companies of a section have any than in the year that weights are fitted to.

    The same companies are without one in every year of a level. Those that stand for themselves always keep theirs.
    """
    chance = columns["paying_draw"]
    without = (drawn > 0) & (chance >= level)
    with_one = (drawn < 0) & (chance < level - 1)
    return np.where(without, 0, np.where(with_one, -drawn, drawn))


def by_year(panel: NDArray, row: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each company's value in its own row of a years × companies array; a label touches two rows at most."""
    low, high = int(row.min()), int(row.max())
    return np.where(row == low, panel[low], panel[high]).astype(np.float64)


def _plant(columns: Columns, at: _Place) -> Made:
    index = at.by_month(columns["plant_index"])
    spent = by_year(columns["plant"], at.rows) * index
    lessor = columns["lessor"]
    cars = spent * np.where(lessor, columns["lessor_car_share"], columns["car_share"])
    leased = np.where(lessor, spent - cars, 0.0)
    own = spent - cars - leased
    special = own * columns["special_rate_share"]
    used = columns["used_share"].astype(np.float64)
    new = (own - special) * (1 - used)
    claimed = np.minimum(new * at.by_month(columns["claimed_share"]), new)
    leased_too = (new - claimed) * columns["leased_share_of_unclaimed"]
    pooled = cars * (1 - columns["car_resale"])
    main_cars = pooled * at.by_month(columns["main_rate_car_share"])
    zero_emission = np.where(lessor, 0.0, main_cars * at.by_month(columns["zero_emission_car_share"]))
    return {
        "main_rate_plant_new": claimed,
        "main_rate_plant_used": own - special - claimed - leased_too,
        "main_rate_plant_for_leasing_new": leased + leased_too,
        "special_rate_plant_new": special * (1 - used),
        "special_rate_plant_used": special * used,
        "zero_emission_cars_new": zero_emission,
        "main_rate_cars": main_cars - zero_emission,
        "special_rate_cars": pooled - main_cars,
        "structures_and_buildings_expenditure": columns["structures"]
        * at.by_month(columns["structures_claimed_share"])
        * index,
    }


def _training(columns: Columns, at: _Place) -> Made:
    spent = cache(lambda: by_year(columns["training"], at.rows))
    earnings_index = cache(lambda: at.by_month(columns["earnings_index"]))

    @cache
    def at_prices(index: str) -> NDArray:
        return spent() * (earnings_index() if index == "earnings_index" else at.by_month(columns[index]))

    def head(name: str, share: float) -> NDArray:
        return at_prices("prices_index" if name in HEADS_PRICED_BY_CPI else "earnings_index") * share

    heads = {name: cache(partial(head, name, share)) for name, share in zip(HEADS, columns["head_shares"], strict=True)}
    tags = zip(TAGS, columns["tag_shares"], strict=True)
    return {
        **heads,
        "levy_funded_training": lambda: columns["levy_funded"] * earnings_index(),
        "trainees": lambda: columns["trainees"] * at.by_month(columns["employees_index"]),
        "training_cost_of_leavers": lambda: sum(made() for made in heads.values()) * columns["leavers_share"],
        **{f"{tag}_share": constant_array(share, at.rows.size) for tag, share in tags},
    }


def _opening(columns: Columns) -> Made:
    """Balances at the start of the first period; losses are stored at the level of the drawn profits.

    They built up over the years before, so they count as losses of before April 2017.
    """
    level = columns["profit_level"][0, columns["section"]]
    names = ("main_pool", "special_rate_pool", "structures_and_buildings")
    pools = {f"{name}_brought_forward": columns[f"{name}_brought_forward"].astype(np.float64) for name in names}
    older = columns["trading_losses_brought_forward"] * level
    return {**pools, "trading_losses_brought_forward_pre_april_2017": older}
