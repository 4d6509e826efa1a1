"""The register of plant: nothing that a class may have is claimed nowhere, or twice, and it says what the law says."""

from __future__ import annotations

from collections import Counter

from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.model import is_dated
from openfisca_goodwork.law.plant import (
    CLASSES,
    MAIN,
    RATES,
    SPECIAL,
    Turn,
    classes_with,
    in_turn,
    rate_path,
)
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES
from openfisca_goodwork.system import current_law, dated_values, leaf_parameters

LAW = current_law()
LEAVES = leaf_parameters(LAW)


def test_every_rate_of_the_law_is_one_that_a_class_may_have_and_is_claimed_under_one_output() -> None:
    in_law = {path for path in LEAVES if path.startswith(f"{RATES}.")}
    of_classes = {rate_path(rate) for plant in CLASSES.values() for rate in plant.first_year_allowances}
    of_outputs = Counter(rate_path(rate) for allowance in FIRST_YEAR_ALLOWANCES.values() for rate in allowance.rates)
    assert in_law == of_classes == set(of_outputs)
    assert set(of_outputs.values()) == {1}


def test_every_rate_is_the_best_of_some_class_on_some_day() -> None:
    best = set()
    for plant in CLASSES.values():
        changes = {name: dated_values(LEAVES[rate_path(name)]) for name in plant.first_year_allowances}
        for day in {change.date for dated in changes.values() for change in dated}:
            rates = {
                name: max((change.date, change.value) for change in dated if change.date <= day)[1]
                for name, dated in changes.items()
            }
            best |= {max(rates, key=lambda name: rates[name])} if any(rates.values()) else set()
    assert best == {rate for allowance in FIRST_YEAR_ALLOWANCES.values() for rate in allowance.rates}


def test_an_allowance_comes_before_the_annual_one_where_the_law_has_had_it_at_100_percent() -> None:
    for allowance in FIRST_YEAR_ALLOWANCES.values():
        highest = max(dated.value for rate in allowance.rates for dated in dated_values(LEAVES[rate_path(rate)]))
        assert allowance.is_full == (highest >= 1), allowance.name


def test_what_a_smaller_allowance_leaves_is_of_one_pool_and_its_plant_may_be_sold_in_the_period() -> None:
    for allowance in FIRST_YEAR_ALLOWANCES.values():
        if not allowance.is_full:
            assert len({CLASSES[name].pool for name in classes_with(*allowance.rates)}) == 1
            assert allowance.bought_and_sold in LAW.variables


def test_every_class_is_an_input_by_day_and_every_allowance_is_in_the_sum() -> None:
    assert all(is_dated(LAW.variables[name]) and CLASSES[name].pool in {MAIN, SPECIAL} for name in CLASSES)
    assert set(FIRST_YEAR_ALLOWANCES) <= set(PARTS)


def test_the_annual_allowance_goes_first_where_least_relief_is_given_otherwise_and_never_to_cars() -> None:
    turns = [measure.turn for measure in in_turn() if measure.turn is not None]
    names = [measure.name for measure in in_turn()]
    assert max(map(names.index, ("special_rate_plant_new", "special_rate_plant_used"))) < names.index("main_rate_plant_used")
    assert names.index("main_rate_plant_used") < names.index("main_rate_plant_new")
    assert turns == sorted(turns, key=list(Turn).index)
    assert all(plant.turn is None for plant in CLASSES.values() if plant.is_car)
