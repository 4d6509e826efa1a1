"""Companies of one's own carried on after their last accounting period, in line with the OBR's forecast.

Each company that goes on to the end of the file has further periods of twelve months; what it earns, spends and
employs grows as the forecast has it. Nobody is born or dies, and no company moves against the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.model import POUNDS
from openfisca_goodwork.law.periods.accounting_period import factorise
from openfisca_goodwork.law.plant import CLASSES as PLANT
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.inputs import HEADS_PRICED_BY_CPI, MARCH
from openfisca_goodwork.population.own_columns import END, OTHERWISE, START, columns
from openfisca_goodwork.population.sources import CLASSES
from openfisca_goodwork.system import current_law

_PRICES, _EARNINGS, _EMPLOYEES, _PAY, _INVESTMENT, _OUTPUT, _PROFITS = SERIES = (
    *("consumer_prices", "earnings", "employees", "pay_bill", "business_investment", "turnover", "profits"),
)
_TRAINING = (
    *HEADS,
    "levy_funded_training",
    OTHERWISE,
    "training_from_connected_parties",
    "training_grants_received",
    "training_in_research_and_development",
    "training_cost_of_leavers",
    "baseline_training_expenditure",
)
_WITH: Mapping[str, str] = {
    **dict.fromkeys(_TRAINING, _EARNINGS),
    **dict.fromkeys(HEADS_PRICED_BY_CPI, _PRICES),
    **dict.fromkeys(("employees", "employees_besides_directors", "group_employees", "trainees"), _EMPLOYEES),
    **dict.fromkeys(("pay_bill", "paye_and_nic"), _PAY),
    **dict.fromkeys((*PLANT, "structures_and_buildings_expenditure"), _INVESTMENT),
    **dict.fromkeys(
        (
            "turnover",
            "group_turnover",
            "balance_sheet_total",
            "group_balance_sheet_total",
            "public_contract_revenue",
            "largest_public_contract",
        ),
        _OUTPUT,
    ),
}
_AT_A_POINT = frozenset(
    (
        "employees",
        "employees_besides_directors",
        "group_employees",
        "trainees",
        "balance_sheet_total",
        "group_balance_sheet_total",
        "largest_public_contract",
    )
)
_AGE = "company_age"
_OF_PERIODS = frozenset((START, END, "first_accounting_period"))
Inputs = dict[str, NDArray[Any]]


def grows_with(name: str) -> str:
    """The series of growth that an input follows; nothing for shares, answers and limits of claims."""
    column = columns()[name]
    is_money = column.unit == POUNDS and np.isfinite(column.default) and not column.is_opening
    return _WITH.get(name, _PROFITS if is_money else "")


def carried_on(told: Inputs | None, last: Inputs, is_aged: NDArray[np.bool_], label: int) -> Inputs:
    """Inputs of a label in which some companies are carried on from the label before.

    Args:
        told: what the file tells of the label; None where it is of earlier years. last: inputs of the label before.
    """
    found = _year_after(last, last["first_accounting_period"], is_aged, label)
    as_they_are = {name: one for name, one in found.items() if name in _OF_PERIODS or name in CLASSES}
    given = as_they_are if told is None else {**{name: one for name, one in as_they_are.items() if name in CLASSES}, **told}
    nothing = {name: np.full(is_aged.size, columns()[name].default) for name in found if name not in given}
    return {
        name: np.where(is_aged, found[name], one) if name in found else one for name, one in {**given, **nothing}.items()
    }


def _year_after(last: Inputs, first: NDArray[np.int64], is_there: NDArray[np.bool_], label: int) -> Inputs:
    """Inputs of the accounting periods after those of a label's, for the companies that are there in it.

    Args:
        last: inputs of the label before. first: labels at which companies began. label: of the new periods.

    Returns:
        Inputs of the new label: £ for twelve months, whatever the length of the last period.
    """
    ends = last[END]
    periods = factorise(last[START], ends, np.zeros(ends.size, dtype=bool))
    following = [one.year_after for one in periods.distinct]
    absent = np.datetime64(f"{label}-01-01"), np.datetime64(f"{label}-12-31")
    starts, ends = (
        np.where(is_there, np.array([getattr(one, name) for one in following], dtype="datetime64[D]")[periods.index], other)
        for name, other in zip(("start", "end"), absent, strict=True)
    )
    grown = _growth(last[END], ends)
    longer = 1 / np.array([one.length_factor for one in periods.distinct])[periods.index]
    found: Inputs = {START: starts, END: ends, "first_accounting_period": np.where(is_there, first, label)}
    for name, amount in last.items():
        if name in found or columns()[name].is_opening:
            continue
        series = grows_with(name)
        factor = grown[series] if series else np.ones(1)
        is_flow = bool(series) and name not in _AT_A_POINT
        found[name] = amount * factor * (longer if is_flow else 1.0) if series else amount
    if _AGE in found:
        found[_AGE] = found[_AGE] + 1
    return found


def _growth(before: NDArray[np.datetime64], after: NDArray[np.datetime64]) -> dict[str, NDArray[np.float64]]:
    """Growth of each series between two ends of accounting periods of each company."""
    return {series: _level(series, after) / _level(series, before) for series in SERIES}


def _level(series: str, ends: NDArray[np.datetime64]) -> NDArray[np.float64]:
    months = ends.astype("datetime64[M]").astype(np.int64)
    month, year = months % 12, months // 12 + 1970 - (months % 12 < MARCH)
    table, first = _table(series)
    return np.asarray(table[np.clip(year - first, 0, len(table) - 1), month])


@cache
def _table(series: str) -> tuple[NDArray[np.float64], int]:
    """Levels of a series by financial year and end month, and the first of the years."""
    read = Assumptions(current_law().parameters)
    return growth_index(read, series), read.panel_years[0]
