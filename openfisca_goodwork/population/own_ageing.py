"""Companies of one's own carried on after their last accounting period, in line with the OBR's forecast.

Each company that goes on to the end of the file has further periods of twelve months; what it earns, spends and
employs grows as the forecast has it. Nobody is born or dies, and no company moves against the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import Fault, and_joined
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.model import POUNDS
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.law.periods.accounting_period import factorise
from openfisca_goodwork.law.plant import CLASSES as PLANT
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.inputs import HEADS_PRICED_BY_CPI, MARCH
from openfisca_goodwork.population.own_columns import (
    END,
    NOT_KNOWN,
    OTHERWISE,
    START,
    WEIGHT,
    columns,
    values_of,
)
from openfisca_goodwork.population.own_index import Held, Index
from openfisca_goodwork.population.own_reading import Faults
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


# --- what a file of companies does not tell, and what that leaves out of a costing over them --------------------------


# Columns of which any would do → what a costing is without all of them.
_WITHOUT: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("trading_profit_before_capital_allowances",),
        "No trading profits: nobody pays tax on a trade, and no rate of it moves",
    ),
    (HEADS, "No training costs: a relief for training costs nothing"),
    (("trainees",), "No trainees: who is trained, and what each costs, is not told"),
    (("levy_funded_training",), "No levy-funded training: nothing of what was spent is taken to be paid for by the levy"),
    (tuple(PLANT), "No plant: allowances for it are those on opening balances, and a change of them moves little"),
    (("structures_and_buildings_expenditure",), "No buildings: no allowance for them"),
    (("research_and_development_expenditure",), "No research: no relief for it"),
    (("associated_companies",), "No associated companies: each has the limits of marginal relief and instalments to itself"),
    (("loss_absorbed_by_group_share", "group_relief_available"), "No groups: losses stay in the company that makes them"),
    (("claims_loss_carry_back",), "No claims to carry losses back: losses are carried forward only"),
    (("employees", "turnover", "balance_sheet_total"), "No size: every company counts as a micro-entity"),
    (("pay_bill",), "No pay bill: nobody pays the apprenticeship levy"),
)
# Columns that a relief may go by, each with what a company without it is told to be.
_DIVISION = "sic_division"
_LEFT_OUT = "A relief that goes by it leaves them out"
_CONDITIONS = {_DIVISION: "division of an industry", "company_age": "age"}


def gaps_of(held: Held, number: Callable[[int], str]) -> Iterator[str]:
    """A sentence for each thing that a file does not tell; `number` writes counts of companies."""
    index, wanted = held.index, held.wanted
    filled = {name for name, count in index.filled.items() if count}
    has_any = filled - index.nothing
    first = index.labels[0]
    openings = sorted(name for name in has_any if columns()[name].is_opening)
    yield f"No periods that end before {first}: no loss made from then on is carried back into an earlier one"
    if not openings:
        yield "No opening balances: companies begin without pools of plant and without losses, and pay too much at first"
    yield from (sentence for names, sentence in _WITHOUT if not has_any.intersection(names))
    yield from _of_classes(index, number)
    for name in sorted(_CONDITIONS.keys() & filled):
        if index.filled[name] < index.rows:
            yield f"Rows without {_CONDITIONS[name]}: {number(index.rows - index.filled[name])}. {_LEFT_OUT}"
    if WEIGHT not in filled:
        yield "No weights: each company stands for itself"
    yield from _of_lives(index, number)
    if wanted.age_to is not None:
        yield (
            f"Carried on to {financial_year_name(wanted.age_to)}: those that go on to its end grow with the OBR's forecast; "
            "nobody is born or dies, and no company moves against the others"
        )
    if wanted.reweighted:
        yield "Weights are fitted to the ONS's counts of companies by section and size, and by region; amounts are not"


def _of_classes(index: Index, number: Callable[[int], str]) -> Iterator[str]:
    """Classes that are not told of any company, or of some."""
    words = {name: name.replace("_", " ").replace("sic section", "industry section") for name in CLASSES}
    unknown = {name: int((code == NOT_KNOWN).sum()) for name, code in index.classes.items()}
    none = [words[name] for name, count in unknown.items() if count == index.ids.size]
    if none:
        yield f"No {and_joined(none)}: tables of who gains have those companies under Not known"
    for name, count in unknown.items():
        if 0 < count < index.ids.size:
            yield f"Companies without {words[name]}: {number(count)}, under Not known. {_LEFT_OUT}"


def _of_lives(index: Index, number: Callable[[int], str]) -> Iterator[str]:
    """Companies that are not there in every period."""
    counts = {
        "begin after it does": index.births,
        "end before the file does": int((~index.goes_on).sum()),
        "come back after a gap, and begin anew": index.returns,
    }
    if any(counts.values()):
        said = and_joined([f"{number(count)} {what}" for what, count in counts.items() if count])
        yield f"Companies that are not there in every period: {said}. They pay nothing while they are away, and balances end"


def rows_without_division(held: Held, needed: Sequence[tuple[date, date, Collection[str]]]) -> list[Fault]:
    """Rows in which a law needs the division of the company's industry, and the file leaves it empty.

    Args:
        needed: from when, to when (the day after the last) and of which sections the law asks for it.
    """
    index, faults, at, column = held.index, Faults(held.opened), 0, columns()[_DIVISION]
    until = index.ends.copy()
    if held.wanted.age_to is not None:
        until[index.last[index.goes_on]] = np.datetime64(date.max)
    for piece in held.opened.pieces:
        for batch in held.opened.batches(piece, [_DIVISION]):
            values = values_of(column, batch.column(0))[0]
            here = slice(at, at + values.size)
            company = index.company[here]
            section = np.where(company < 0, NOT_KNOWN, index.classes["sic_section"][company])
            for start, end, letters in needed:
                codes = [CLASSES["sic_section"].index(letter) for letter in sorted(letters)]
                in_force = (until[here] >= np.datetime64(start)) & (index.starts[here] < np.datetime64(end))
                rows = np.flatnonzero((values == 0) & np.isin(section, codes) & in_force)
                said = (
                    f"is empty in companies of {and_joined(sorted(letters))}. Write the first two digits of their SIC codes"
                )
                faults.note_rows(_DIVISION, said, at + rows)
            at += values.size
    return faults.listed()
