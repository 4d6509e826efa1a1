"""The planned run gives what a plain simulation of the same companies gives, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import policy, system
from openfisca_goodwork.law import executor
from openfisca_goodwork.law.executor import Plan
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR, is_dated
from openfisca_goodwork.law.periods import RefusedInputError
from openfisca_goodwork.policy.affected_variables import A_TRACE, GIVEN_A_TRACE

MONTHS = (1, 3, 4, 6, 9, 12)
BY_DAY = (
    "main_rate_plant_new",
    "special_rate_plant_used",
    "external_course_fees",
    "structures_and_buildings_expenditure",
    "research_and_development_expenditure",
)
OPENING = "_brought_forward"
LIKE_A_POPULATION = ("net_corporation_tax", "payable_credits", "capital_allowances", "loss_carried_back")


@dataclass(frozen=True)
class Case:
    """Companies of all fortunes.

    Attributes:
        labels: their accounting-period indices. seed: of the draws. count: how many.
        has_short_periods: some begin with 265 days. ceases: half of them stop trading in the last period.
        is_by_day: some spending is given by day. does_research: some spend on research.
    """

    labels: range
    seed: int
    count: int = 200
    has_short_periods: bool = False
    ceases: bool = False
    is_by_day: bool = False
    does_research: bool = True


CASES = {
    "profits and losses": Case(range(2023, 2029), 1),
    "short periods and the end of the trade": Case(range(2018, 2024), 2, has_short_periods=True, ceases=True),
    "spending by day": Case(range(2022, 2027), 3, is_by_day=True, has_short_periods=True),
    "law of before 2017": Case(range(2013, 2019), 4, ceases=True),
    "no research": Case(range(2020, 2025), 5, does_research=False, ceases=True),
    "so many that constants are folded": Case(range(2024, 2028), 6, count=1_200),
}


def drawn(case: Case) -> dict[int, dict[str, np.ndarray]]:
    """The inputs of the companies, by accounting-period index."""
    draw, count, first = np.random.default_rng(case.seed), case.count, case.labels[0]
    months, size = draw.choice(MONTHS, count), draw.choice([5e4, 4e5, 2e7], count)
    is_short = draw.random(count) < (0.3 if case.has_short_periods else 0)
    panel = {}
    for label in case.labels:
        months_so_far = (label - 1970) * 12 + months
        ends = months_so_far.astype("M8[M]").astype("M8[D]") - np.timedelta64(1, "D")
        starts = (months_so_far - 12).astype("M8[M]").astype("M8[D]")
        starts = np.where(is_short & (label == first), starts + np.timedelta64(100, "D"), starts)
        panel[label] = {
            "accounting_period_start": starts,
            "accounting_period_end": ends,
            "first_accounting_period": np.full(count, first),
            **of_period(draw, size),
        }
        if not case.does_research:
            del panel[label]["research_and_development_expenditure"]
        if case.is_by_day:
            for name in BY_DAY:
                panel[label].pop(name, None)
                for day in ("02-10", "09-20"):
                    panel[label][f"{name}_on@{label}-{day}"] = size * draw.uniform(0, 0.2, count) * some(draw, count, 0.4)
    panel[first] |= at_the_beginning(draw, size, first)
    if case.ceases:
        panel[case.labels[-1]]["is_final_accounting_period"] = some(draw, count, 0.5)
    return panel


def some(draw: np.random.Generator, count: int, share: float) -> np.ndarray:
    return draw.random(count) < share


def of_period(draw: np.random.Generator, size: np.ndarray) -> dict[str, np.ndarray]:
    """Every input of a period that is an amount, a share or a yes or no."""
    given: dict[str, Any] = {}
    once_only = {"is_final_accounting_period", "is_new_company", "baseline_training_expenditure"}
    for name, variable in system.current_law().variables.items():
        is_worked_out = variable.formulas and not is_dated(variable)
        if is_worked_out or variable.definition_period != YEAR or name in once_only:
            continue
        if variable.value_type is bool:
            given[name] = some(draw, size.size, 0.5)
        elif variable.unit == SHARE:
            given[name] = draw.uniform(0, 1, size.size) * some(draw, size.size, 0.5)
        elif variable.unit == POUNDS:
            amount = size * draw.uniform(0, 0.3, size.size)
            amount = np.full(size.size, A_TRACE) if name in GIVEN_A_TRACE else amount
            given[name] = np.where(some(draw, size.size, 0.35), amount, variable.default_value)
    return given | {
        "trading_profit_before_capital_allowances": size * draw.uniform(-1, 1.5, size.size),
        "is_uk_resident": some(draw, size.size, 0.95),
        "is_close_investment_holding_company": some(draw, size.size, 0.05),
        "associated_companies": draw.integers(0, 4, size.size).astype(float),
        "employees": draw.integers(0, 600, size.size).astype(float),
        "trainees": draw.integers(0, 30, size.size).astype(float),
    }


def at_the_beginning(draw: np.random.Generator, size: np.ndarray, first: int) -> dict[str, np.ndarray]:
    """Balances that the companies bring in, and what is known of the time before."""
    given = {
        name: some(draw, size.size, 0.5) * (1.0 if variable.unit == SHARE else size * draw.uniform(0, 1, size.size))
        for name, variable in system.current_law().variables.items()
        if OPENING in name and variable.unit in {SHARE, POUNDS}
    }
    if first < 2019:
        given["trading_losses_brought_forward"] = np.zeros(size.size)
    return given | {
        "baseline_training_expenditure": size * 0.05 * draw.random(size.size),
        "is_new_company": some(draw, size.size, 0.2),
    }


@pytest.mark.parametrize(
    "reform",
    [None, "human-investment-super-deduction", pytest.param("france-incremental-training-credit", marks=pytest.mark.slow)],
)
def test_a_run_gives_what_the_engine_gives(reform):
    law = system.current_law() if reform is None else policy.law_of([reform])
    everything = [
        name for name, variable in law.variables.items() if variable.definition_period == YEAR and variable.formulas
    ]
    for words, case in CASES.items():
        panel = drawn(case)
        built = system.simulation(law, panel, case.count)
        expected = {(label, name): np.array(built.calculate(name, label)) for label in panel for name in everything}
        on_demand = {label: MappingProxyType(given) for label, given in panel.items()}  # which formulas ask for one by one
        ways = ((everything, case.count, panel), (everything, 90, on_demand), (LIKE_A_POPULATION, 70, panel))
        for outputs, at_once, inputs in (*ways, (LIKE_A_POPULATION, case.count, on_demand)):
            result = system.run(law, inputs, outputs, companies_at_once=at_once)
            for label, arrays in result.items():
                for name, array in arrays.items():
                    assert array.tobytes() == expected[label, name].tobytes(), (words, label, name, at_once)


def test_the_companies_have_something_of_everything():
    law = system.current_law()
    names = ("loss_carried_back", "full_expensing", "human_investment_deduction", "research_and_development_tax_credit")
    outputs = system.run(policy.law_of(["human-investment-super-deduction"]), drawn(CASES["profits and losses"]), names)
    assert {name for arrays in outputs.values() for name, array in arrays.items() if array.any()} == set(names)
    assert law.variables.keys() >= set(names)


def test_an_array_that_a_plan_dropped_too_early_is_worked_out_once_more():
    law, panel = system.current_law(), drawn(CASES["profits and losses"])
    plan, expected = Plan(law, LIKE_A_POPULATION), system.run(law, panel, LIKE_A_POPULATION)
    plan.companies(200).run(2023, panel[2023])
    everything = tuple(name for gone in plan.drops[2023].values() for name in gone)
    plan.drops[2023] = dict.fromkeys(law.variables, everything)
    outputs = plan.companies(200).run(2023, panel[2023])
    for name, array in outputs.items():
        assert array.tobytes() == expected[2023][name].tobytes(), name


def test_a_run_of_one_chunk_makes_no_plan_for_others(monkeypatch):
    law, panel = system.current_law(), drawn(CASES["profits and losses"])
    monkeypatch.delattr(executor, "_Trace")
    for inputs in (panel, MappingProxyType(panel)):  # in parts, and label by label
        assert system.run(law, inputs, LIKE_A_POPULATION).keys() == panel.keys()


def test_labels_before_the_first_that_is_wanted_give_nothing_and_the_others_the_same():
    law, panel = system.current_law(), drawn(CASES["profits and losses"])
    whole = system.run(law, panel, LIKE_A_POPULATION)
    since = system.run(law, panel, LIKE_A_POPULATION, companies_at_once=70, first=2026)
    assert list(since) == [2026, 2027, 2028]
    for label, arrays in since.items():
        assert {name: array.tobytes() for name, array in arrays.items()} == {
            name: whole[label][name].tobytes() for name in LIKE_A_POPULATION
        }


def test_an_input_that_one_variable_may_have_is_looked_at_again_for_another():
    law, amounts = system.current_law(), np.linspace(-1e3, 1e3, 1_200)
    amounts.flags.writeable = False  # so that it is not looked at again in the next run
    for _run in range(2):
        system.run(law, {2027: {"trading_profit_before_capital_allowances": amounts}}, ["corporation_tax"])
    with pytest.raises(RefusedInputError, match=r"main_rate_plant_new is -1,000\.00; it cannot be below 0"):
        system.run(law, {2027: {"main_rate_plant_new": amounts}}, ["corporation_tax"])
