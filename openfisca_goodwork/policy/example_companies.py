"""Companies made up to try the law on: every input of the law is given to some of them, whatever inputs there are.

They stand for nobody, and no figure of theirs means anything; they are there so that each formula has something to do.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum

from openfisca_goodwork.law.inputs import is_input
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR
from openfisca_goodwork.system import current_law

COUNT = 240
SEED = 2027
GIVEN_TO = 0.35
SIZES = (2e4, 3e5, 4e6, 2e8)
MOST_EMPLOYEES = 400
# Last day of the accounting period: a third of the companies each.
YEAR_ENDS = ((12, 31), (3, 31), (6, 30))
# What is said once, by the dates themselves.
LEFT_OUT = frozenset({"accounting_period_start", "accounting_period_end", "first_accounting_period", "apportionment"})
# What may be said of one accounting period alone: nothing of a trade follows its end, nothing goes before the first.
FIRST, LAST = 0, -1
SAID_ONCE = {"is_final_accounting_period": LAST, "is_new_company": FIRST, "baseline_training_expenditure": FIRST}
# What the law refuses above what a company has to give: less than half a penny, so that formulas have something to do.
A_TRACE = 0.001
GIVEN_A_TRACE = frozenset({"trading_losses_surrendered_to_group", "carried_forward_losses_surrendered_to_group"})
ALWAYS_GIVEN = frozenset({"trading_profit_before_capital_allowances"})
OPENING = "_brought_forward"

Arrays = dict[str, np.ndarray]


def example_companies(labels: range) -> dict[int, Arrays]:
    """Inputs of the example companies for accounting periods with these labels, the same at every call."""
    draw = np.random.default_rng(SEED)
    size = draw.choice(SIZES, COUNT)
    return {label: _dates(label) | dict(_facts(draw, size, _left_out(label, labels))) for label in labels}


def _left_out(label: int, labels: range) -> set[str]:
    """What cannot be said of an accounting period, by its place among the others."""
    return {name for name, place in SAID_ONCE.items() if label != labels[place]}


def _dates(label: int) -> Arrays:
    """Years that end in the label's calendar year."""
    ends = [datetime.date(label, *YEAR_ENDS[place % len(YEAR_ENDS)]) for place in range(COUNT)]
    starts = [datetime.date(end.year - 1, end.month, end.day) + datetime.timedelta(days=1) for end in ends]
    return {
        "accounting_period_start": np.array(starts, dtype="datetime64[D]"),
        "accounting_period_end": np.array(ends, dtype="datetime64[D]"),
    }


def _facts(draw: np.random.Generator, size: np.ndarray, left_out: set[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Every input but opening balances, which come of the periods before."""
    for name, variable in input_variables().items():
        if OPENING not in name and name not in left_out:
            is_given = draw.random(COUNT) < (1 if name in ALWAYS_GIVEN else GIVEN_TO)
            values = _values(draw, variable, size, is_given)
            yield name, np.where(values > 0, A_TRACE, 0.0) if name in GIVEN_A_TRACE else values


def input_variables() -> Mapping[str, Any]:
    """Every variable that a company may give for a year, by name."""
    return {
        name: variable
        for name, variable in current_law().variables.items()
        if variable.definition_period == YEAR and name not in LEFT_OUT and (is_input(variable) or OPENING in name)
    }


def _values(draw: np.random.Generator, variable: Any, size: np.ndarray, is_given: np.ndarray) -> np.ndarray:
    """A value for each company within the bounds of the variable: its default where it is not given."""
    if variable.value_type is Enum:
        options = [*variable.possible_values]
        chosen = draw.integers(len(options), size=COUNT)
        usual = options.index(variable.default_value)
        return variable.possible_values.encode(np.array([options[choice] for choice in np.where(is_given, chosen, usual)]))
    if variable.value_type is bool:
        return np.where(is_given, draw.random(COUNT) < 1 / 2, variable.default_value)
    drawn = _number(draw, variable, size)
    least, most = getattr(type(variable), "__bounds__", (None, None))
    within = np.clip(drawn, -np.inf if least is None else least, np.inf if most is None else most)
    return np.where(is_given, within, variable.default_value)


def _number(draw: np.random.Generator, variable: Any, size: np.ndarray) -> np.ndarray:
    if variable.unit == SHARE:
        return draw.choice([1.0, 0.5, draw.random()], COUNT)
    if variable.unit == POUNDS:
        return size * draw.normal(0.3, 0.6, COUNT)
    return np.floor(draw.exponential(3.0, COUNT)) if variable.value_type is int else draw.exponential(MOST_EMPLOYEES, COUNT)
