"""Drawing the records: large companies for certain, the others with a probability that grows with their size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population import draw
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.frame import Frame

ROUNDS = 30


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
    start = draw.uniform(np.zeros(1, dtype=np.uint32), "sample", int(read("base.population.seed")))
    passed = np.floor(probability[others[order]].cumsum() + start)
    chosen = order[np.diff(passed, prepend=0.0) > 0]
    return np.sort(np.concatenate([certain, others[chosen]]))
