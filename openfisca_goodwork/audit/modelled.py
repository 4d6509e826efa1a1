"""Cells that the population makes: jobs in companies, and their training, by region and section.

A place has as many companies of each section and size as the population gives it, each with the jobs and training that are
usual in the country for its section and size: the chance draws of a few large companies say nothing of a place. Nothing was
surveyed there. Low pay and zero hours of companies are drawn without regard to place, which so has no
modelled cell of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from openfisca_goodwork.audit.cells import ALL, MODELLED, PLACES, UK, Cell
from openfisca_goodwork.audit.indicators import BY_NAME, JOBS
from openfisca_goodwork.population import Population
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import HEADS
from openfisca_goodwork.population.sources import EMPLOYMENT_BANDS, REGIONS, SECTIONS

LABEL = 2025
"""The accounting periods that are counted: those that end in this calendar year."""
SOURCE = "The model's companies: how many of each section and size are there, with what is usual for these in the country"
_PERCENT = 100
Table = dict[str, np.ndarray]


def totals(people: Population) -> Table:
    """Jobs, training (£), trainees and records by region × section, with a last row and column for all of them."""
    given = people.inputs(LABEL)
    training = sum((given[head] for head in HEADS), np.zeros(people.records))
    amounts = {JOBS: given["employees"], "training": training, "trainees": given["trainees"]}
    found = {name: by_place(people, people.weight * _usual(people, amount)) for name, amount in amounts.items()}
    return {**found, "records": by_place(people, (given["employees"] > 0).astype(np.float64))}


def _usual(people: Population, amount: np.ndarray) -> np.ndarray:
    """The mean of each company's section and size band in the country, in place of its own amount."""
    bands = len(EMPLOYMENT_BANDS)
    kind = people.classes["sic_section"][0].astype(np.int64) * bands + people.classes["employment_band"][0]
    counts = np.bincount(kind, people.weight, minlength=len(SECTIONS) * bands)
    sums = np.bincount(kind, people.weight * amount, minlength=counts.size)
    return _ratio(sums, counts)[kind]


def by_place(people: Population, amount: np.ndarray) -> np.ndarray:
    """Amounts of records added up to region × section, the last row and column being all of them."""
    at = people.classes["region"][0].astype(np.int64) * len(SECTIONS) + people.classes["sic_section"][0]
    cells = np.bincount(at, amount, minlength=len(REGIONS) * len(SECTIONS)).reshape(len(REGIONS), len(SECTIONS))
    rows = np.vstack([cells, cells.sum(axis=0)])
    return np.hstack([rows, rows.sum(axis=1, keepdims=True)])


def cells(people: Population, read: Assumptions) -> Iterator[Cell]:
    """Every modelled cell; none of a place and section that too few records stand for."""
    held = totals(people)
    values = {
        JOBS: held[JOBS],
        "training_spend": _ratio(held["training"], held[JOBS]),
        "staff_trained": _PERCENT * _ratio(held["trainees"], held[JOBS]),
    }
    least = read("audit.least_records")
    for row, place in enumerate((*PLACES[1:], UK)):
        for column, section in enumerate((*SECTIONS, ALL)):
            if held["records"][row, column] < least:
                continue
            for name, table in values.items():
                unit = BY_NAME[name].unit
                yield Cell(place, section, name, float(table[row, column]), unit, str(LABEL), MODELLED, source=SOURCE)


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)
