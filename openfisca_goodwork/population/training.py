"""What companies spend on training: who trains, how much a head, how it moves from year to year, scaled to the survey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population import distributions, panel, sources
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.inputs import HEADS, MARCH, panel_years

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
BANDS = ("from_1", "from_5", "from_10", "from_20", "from_50", "from_100", "from_250")
SURVEY_PERIOD = (2024, 12)
COMPANY_SHARES = {"Q": "health", "P": "education", "O": "public_administration"}


@dataclass(frozen=True)
class Sector:
    """A sector of the survey: its sections, companies' spending on training (£) and trainees per employee."""

    name: str
    sections: str
    spending: float
    trainees_per_employee: float


def sectors(read: Assumptions) -> tuple[Sector, ...]:
    """Sectors of the Employer Skills Survey with the share of their spending that is companies'."""
    found = []
    for name, sections in dict.fromkeys(row.keys[:2] for row in sources.rows("training_by_sector")):
        share = read(f"base.training.company_share.{COMPANY_SHARES.get(sections, 'market')}")
        spending = sources.row("training_by_sector", name, sections, "training spend")
        ratio = sources.row("training_by_sector", name, sections, "trainees per employee").figure
        found.append(Sector(name, sections, share * spending.figure * sources.pounds(spending.unit), ratio))
    return tuple(found)


def columns(
    read: Assumptions, ids: NDArray, section: NDArray, band: NDArray, employees: NDArray, weights: Floats
) -> Columns:
    """Stored columns of training: spending at prices of 2024 (years × companies), trainees, shares of heads, price paths."""
    chance = read.each("base.training.participation", BANDS)
    trains = distributions.uniform(ids, "trains", read.seed) < chance[band]
    trains &= employees >= read("base.training.least_employees")
    spending, trainees = _relative(read, ids, employees, trains), np.zeros(ids.size)
    for sector in sectors(read):
        here = np.flatnonzero(trains & np.isin(section, [sources.SECTIONS.index(letter) for letter in sector.sections]))
        trainees[here] = employees[here] * np.minimum(sector.trainees_per_employee / chance[band[here]], 1)
        for year in spending:
            year[here] *= sector.spending / max(year[here] @ weights[here], 1.0)
    shares = read.each("base.training.head_share", HEADS)
    return {
        "training": spending,
        "trainees": trainees.astype(np.float32),
        "head_shares": shares / shares.sum(),
        "prices_index": _index(read, "consumer_prices"),
        "earnings_index": _index(read, "earnings"),
    }


def _index(read: Assumptions, series: str) -> Floats:
    """Prices of training as years × end months, 1 in the period of the survey: a growth series or the survey's trend."""
    if not read("base.training.survey_trend.is_followed"):
        return growth_index(read, series, SURVEY_PERIOD)
    year, month = SURVEY_PERIOD
    ends = np.arange(12) + 1
    years = np.array(read.panel_years)[:, None] + (ends <= MARCH) - year + (ends - month) / ends.size
    return np.asarray((1 + read("base.training.survey_trend.yearly_growth")) ** years)


def in_survey_year(columns: Columns) -> NDArray[np.float32]:
    """Spending of each company in the financial year of the survey (£, its prices)."""
    spending: NDArray[np.float32] = columns["training"][panel_years(columns).index(SURVEY_PERIOD[0])]
    return spending


def _relative(read: Assumptions, ids: NDArray, employees: NDArray, trains: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Spending of each year relative to other companies', years × companies, before scaling; 0 of those that do not train.

    Every year has the spread of the survey's. Part of it moves from year to year, the less the larger the company.
    """
    spread = read("base.training.spread")
    at = np.flatnonzero(trains)
    own, staff = ids[at], employees[at].astype(np.float64)
    moving = read("base.training.yearly_spread") * staff ** -read("base.training.yearly_spread_exponent")
    moves = panel.Moves("training", SURVEY_PERIOD[0], read("base.training.persistence"), read.seed)
    usual = staff * _size_factor(read, staff)
    score = distributions.normal(own, "training", read.seed)
    years = read.panel_years
    found = np.zeros((len(years), ids.size), dtype=np.float32)
    for row, moved in zip(found, panel.yearly(own, score, np.minimum(moving / spread, 1), moves, years), strict=True):
        row[at] = usual * np.exp(spread * moved)
    return found


def _size_factor(read: Assumptions, employees: NDArray) -> Floats:
    """Spending per head relative to the average: falls with log employment between the smallest and largest bands."""
    high, low = read("base.training.size_factor_smallest"), read("base.training.size_factor_largest")
    edges = sources.EMPLOYMENT_EDGES
    position = np.log(np.maximum(employees, 1)) / np.log(edges[-1])
    return high + (low - high) * np.clip(position, 0, 1)
