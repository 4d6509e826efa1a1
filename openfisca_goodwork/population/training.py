"""What companies spend on training: who trains, how much a head, scaled to the survey by sector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population import draw, paths, sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import HEADS

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
    """Stored columns of training: spending in 2024, trainees, shares of the heads and their price paths."""
    seed = int(read("base.population.seed"))
    chance = read.each("base.training.participation", BANDS)
    trains = (draw.uniform(ids, "trains", seed) < chance[band]) & (employees > 0)
    spread = read("base.training.spread")
    relative = employees * _size_factor(read, employees) * np.exp(spread * draw.normal(ids, "training", seed))
    relative = np.where(trains, relative, 0.0)
    spending, trainees = np.zeros(ids.size), np.zeros(ids.size)
    for sector in sectors(read):
        here = np.isin(section, [sources.SECTIONS.index(letter) for letter in sector.sections])
        total = (relative * weights)[here].sum()
        if total > 0:
            spending[here] = relative[here] * sector.spending / total
        trainees[here] = employees[here] * np.minimum(sector.trainees_per_employee / chance[band[here]], 1) * trains[here]
    shares = read.each("base.training.head_share", HEADS)
    return {
        "training": spending.astype(np.float32),
        "trainees": trainees.astype(np.float32),
        "head_shares": shares / shares.sum(),
        "prices_index": paths.index(read, "consumer_prices", SURVEY_PERIOD),
        "earnings_index": paths.index(read, "earnings", SURVEY_PERIOD),
    }


def _size_factor(read: Assumptions, employees: NDArray) -> Floats:
    """Spending per head relative to the average: falls with log employment between the smallest and largest bands."""
    high, low = read("base.training.size_factor_smallest"), read("base.training.size_factor_largest")
    edges = sources.EMPLOYMENT_EDGES
    position = np.log(np.maximum(employees, 1)) / np.log(edges[-1])
    return high + (low - high) * np.clip(position, 0, 1)
