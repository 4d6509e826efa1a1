"""The records: which companies are drawn, and their size, pay, group, year end, profits and losses.

Large companies are drawn for certain, the others with a probability that grows with their size. Spending on plant and
training is drawn elsewhere (`plant`, `training`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population import distributions, panel, sources
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.frame import Frame
from openfisca_goodwork.population.training import BANDS

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
SIZES = ("micro", "small", "medium", "large")
FIRST_BAND_OF_SIZE = (0, 2, 4, 6)
COUNT_YEAR_PERIOD = (2025, 12)
PAY_YEAR_PERIOD = (2024, 12)
DECEMBER, MARCH = 12, 3
ROUNDS = 30


# What a population keeps of its companies as the frame has it.
KEPT = (
    *("id", "industry", "section", "region", "employment_band", "turnover_band", "registered", "dormant", "employees"),
    "turnover",
)


def inclusion(read: Assumptions, frame: Frame, records: int) -> NDArray[np.float64]:
    """Probability that each company is a record; they sum to `records`, and are 1 for the largest companies."""
    size = (
        frame.profit / read("base.sampling.profit_unit")
        + frame.plant / read("base.sampling.plant_unit")
        + frame.employees / read("base.sampling.employee_unit")
        + read("base.sampling.floor")
        + np.where(frame.plant > 0, read("base.sampling.investor"), 0)
    )
    size = np.where(frame.dormant, read("base.sampling.dormant"), size)
    measure = size.astype(np.float64) ** read("base.sampling.exponent")
    measure[frame.employees >= read("base.sampling.certain_employees")] = np.inf
    if records >= frame.companies:
        return np.ones(frame.companies)
    certain = np.isinf(measure)
    for _ in range(ROUNDS):
        scale = (records - certain.sum()) / measure[~certain].sum()
        more = ~certain & (measure * scale >= 1)
        if not more.any():
            break
        certain |= more
    return np.where(certain, 1.0, measure * scale)


def systematic(read: Assumptions, frame: Frame, probability: NDArray[np.float64]) -> NDArray[np.int64]:
    """Places of the records drawn, rising: every certain company, and one of each unit of probability of the others.

    Companies pass in order of registration, industry, employment band and profit, so that the sample has its share of each.
    """
    certain = np.flatnonzero(probability >= 1)
    others = np.flatnonzero(probability < 1)
    cell = frame.industry[others] * 8.0 + frame.employment_band[others]
    cell[frame.industry[others] < 0] = -32.0 + frame.section[others][frame.industry[others] < 0]
    order = np.argsort(cell * 100 + frame.profit_score[others], kind="stable")
    start = distributions.uniform(np.zeros(1, dtype=np.uint32), "sample", read.seed)
    passed = np.floor(probability[others[order]].cumsum() + start)
    chosen = order[np.diff(passed, prepend=0.0) > 0]
    return np.sort(np.concatenate([certain, others[chosen]]))


def columns(read: Assumptions, who: Frame, large: NDArray[np.bool_]) -> Columns:
    """Stored columns that describe each record drawn from the frame."""
    ratio = read("base.turnover.balance_sheet_spread") * distributions.normal(who.id, "balance sheet", read.seed)
    balance = who.turnover * read("base.turnover.balance_sheet_ratio") * np.exp(ratio)
    associates = _associates(read, who)
    absorbed = np.where(large | (associates > 0), read("base.losses.absorbed_by_group"), 0.0)
    return {
        **{name: getattr(who, name) for name in KEPT},
        "balance_sheet_total": balance.astype(np.float32),
        "pay_bill": _pay_bill(read, who).astype(np.float32),
        "paye_and_nic_share": np.array(read("base.pay.paye_and_nic_share")),
        "associated_companies": associates,
        "loss_absorbed_by_group_share": absorbed.astype(np.float32),
        "end_month": _end_months(read, who),
        "employees_index": growth_index(read, "employees", COUNT_YEAR_PERIOD),
        "turnover_index": growth_index(read, "turnover", COUNT_YEAR_PERIOD),
        "pay_bill_index": growth_index(read, "pay_bill", PAY_YEAR_PERIOD),
    }


def is_large(read: Assumptions, who: Frame) -> NDArray[np.bool_]:
    """Whether each company is large: by profit, employees or plant spending."""
    return (
        (who.profit >= read("base.losses.large_profit"))
        | (who.employees >= read("base.losses.large_employees"))
        | (who.plant >= read("base.losses.large_plant"))
    )


def profits(read: Assumptions, who: Frame, large: NDArray[np.bool_], absorbed: NDArray) -> Columns:
    """Profits of the panel's years at the level of the anchor year, and the losses brought into the first of them."""
    before = int(read("base.losses.years_before"))
    years = range(read.panel_years[0] - before, read.panel_years[-1] + 1)
    drawn = panel.profits(read, who, large, years)
    return {"profit": drawn[before:], "trading_losses_brought_forward": _opening_losses(drawn[:before], absorbed)}


def _opening_losses(drawn: NDArray[np.float32], absorbed: NDArray) -> NDArray[np.float32]:
    """Losses left after the years before: less what the group took, and what the year before and later years used."""
    stock = np.zeros(drawn.shape[1])
    before = np.zeros(drawn.shape[1])
    for year in drawn:
        loss, profit = np.maximum(-year, 0), np.maximum(year, 0)
        left = loss * (1 - absorbed)
        used = np.minimum(stock, profit)
        stock = stock - used + left - np.minimum(left, before)
        before = profit - used
    return stock.astype(np.float32)


def _pay_bill(read: Assumptions, who: Frame) -> Floats:
    mean = read.each("base.pay.mean", tuple(sources.SECTIONS))
    spread = read("base.pay.spread")
    drawn = distributions.normal(who.id, "pay", read.seed)
    return who.employees * mean[who.section] * np.exp(spread * drawn - spread**2 / 2)


def _associates(read: Assumptions, who: Frame) -> NDArray[np.int16]:
    """Other companies in the group: none, or a geometric number with the mean of the size."""
    size = np.searchsorted(FIRST_BAND_OF_SIZE, who.employment_band, side="right") - 1
    member = distributions.uniform(who.id, "group", read.seed) < read.each("base.groups.member_share", SIZES)[size]
    mean = read.each("base.groups.mean_associates", SIZES)[size]
    ends = 1 / mean
    drawn = 1 + np.floor(np.log(distributions.uniform(who.id, "associates", read.seed)) / np.log1p(-ends * (1 - 1e-9)))
    return np.where(member, np.minimum(drawn, read("base.groups.maximum_associates")), 0).astype(np.int16)


def _end_months(read: Assumptions, who: Frame) -> NDArray[np.int8]:
    """Month in which the year ends: December by size, March, or any other with equal chance."""
    december = read.each("timing.year_ends.december", BANDS)[who.employment_band]
    top = who.profit >= read("timing.year_ends.top_profits")
    december = np.where(top, read("timing.year_ends.december_top_profits"), december)
    march = np.minimum(read("timing.year_ends.march"), 1 - december)
    moved = march * read("timing.year_ends.march_moved_to_december")
    december, march = december + moved, march - moved
    chance = distributions.uniform(who.id, "year end", read.seed)
    others = np.array([1, 2, 4, 5, 6, 7, 8, 9, 10, 11], dtype=np.int8)
    rest = (chance - december - march) / np.maximum(1 - december - march, 1e-9)
    other = others[np.clip((rest * others.size).astype(int), 0, others.size - 1)]
    return np.where(chance < december, DECEMBER, np.where(chance < december + march, MARCH, other)).astype(np.int8)
