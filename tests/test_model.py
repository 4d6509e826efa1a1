"""The ground under every formula: 64 bits, no hole in any number, bounds that hold."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from openfisca_goodwork import law, system
from openfisca_goodwork.law import model
from openfisca_goodwork.law.periods import RefusedInputError

LAW = system.current_law()
EVERY = {name: variable for name, variable in LAW.variables.items() if variable.definition_period == model.YEAR}
NUMBERS = [name for name, one in EVERY.items() if one.value_type is float]
# A claim that nothing is said of is for the most that the law allows.
CLAIMS = {name for name in NUMBERS if EVERY[name].default_value == np.inf}
# The first calendar year that lies within the law of the charge, to the last year held.
LABELS = range(2011, 2034)


def test_money_and_shares_are_in_64_bits_and_never_whole_numbers():
    types = {name: (variable.value_type, variable.dtype) for name, variable in LAW.variables.items()}
    assert {dtype for value_type, dtype in types.values() if value_type is float} == {np.float64}
    assert {name: dtype for name, (kind, dtype) in types.items() if kind is int} == {
        "first_accounting_period": np.int64,
        "sic_division": np.int64,
    }
    assert {kind.__name__ for kind, _ in types.values()} == {"float", "int", "bool", "date", "Enum"}


def nothing_given(label, **more):
    return system.simulation(LAW, {label: {"turnover": np.zeros(1)} | more})


@pytest.mark.parametrize("label", LABELS)
def test_a_company_that_tells_nothing_has_a_finite_number_everywhere(label):
    built = nothing_given(label)
    found = {name: built.calculate(name, label) for name in NUMBERS}
    assert {name for name, value in found.items() if not np.isfinite(value).all()} == CLAIMS
    assert all(value.dtype == np.float64 for value in found.values())


@pytest.mark.parametrize("label", [2011, 2015, 2017, 2021, 2023, 2026])
def test_a_company_that_makes_losses_and_ceases_has_a_finite_number_everywhere(label):
    given = {
        "trading_profit_before_capital_allowances": np.array([-1e6]),
        "property_profits": np.array([3e5]),
        "main_pool_brought_forward": np.array([900.0]),
        "trading_losses_brought_forward_pre_april_2017": np.array([2e6]),
        "is_final_accounting_period": np.array([True]),
    }
    built = nothing_given(label, **given)
    assert [name for name in NUMBERS if not np.isfinite(built.calculate(name, label)).all() and name not in CLAIMS] == []


def test_a_company_that_tells_nothing_owes_nothing():
    built = nothing_given(2026)
    money = [name for name in NUMBERS if EVERY[name].unit == model.POUNDS and name not in LIMITS]
    owed = {name: value for name in money if (value := built.calculate(name, 2026)[0]) != EVERY[name].default_value}
    assert owed == {}


# What the law allows is not nothing, even to a company that has nothing.
LIMITS = {
    "annual_investment_allowance_maximum",
    "instalment_threshold",
    "loss_restriction_maximum",
    "marginal_relief_lower_limit",
    "marginal_relief_upper_limit",
    "research_and_development_credit_cap",
}


def test_a_penny_survives_beside_billions():
    built = system.simulation(LAW, {2025: {"turnover": [123_456_789_012.34]}})
    assert built.calculate("turnover", 2025)[0] == 123_456_789_012.34


def test_formulas_carry_no_dates():
    dated = [name for name, variable in LAW.variables.items() if set(variable.formulas) - {"0001-01-01"}]
    assert dated == []
    sources = Path(system.__file__).parent.rglob("*.py")
    assert [source.name for source in sources if re.search(r"def formula_\d", source.read_text(encoding="utf-8"))] == []


def test_every_dated_variable_has_a_twin_by_day_with_its_bounds():
    dated = [variable for variable in LAW.variables.values() if model.is_dated(variable)]
    assert len(dated) >= 17
    for one in dated:
        twin = LAW.variables[f"{one.name}_on"]
        assert twin.definition_period == model.DAY
        assert type(twin).__bounds__ == type(one).__bounds__
        assert twin.dtype == np.float64


def test_every_input_has_bounds_or_says_that_it_may_be_negative():
    unbounded = {name for name in NUMBERS if not EVERY[name].formulas and type(EVERY[name]).__bounds__[0] is None}
    assert unbounded == {"trading_profit_before_capital_allowances"}


def test_balances_come_in_pairs():
    # Not the losses of that name that go to others of a group: they are no balance of this company.
    forward = [name for name in EVERY if "_carried_forward" in name and "_carried_forward_losses" not in name]
    backward = {name.replace("_carried_forward", "_brought_forward") for name in forward}
    assert backward == {name for name in EVERY if "_brought_forward" in name}
    assert len(forward) >= 6


def test_losses_of_later_periods_are_refused_in_a_first_period_begun_before_april_2017():
    built = nothing_given(2016, trading_losses_brought_forward=np.array([100.0]))
    with pytest.raises(RefusedInputError, match="Give them as trading_losses_brought_forward_pre_april_2017"):
        built.calculate("taxable_total_profits", 2016)


def test_a_traced_calculation_shows_what_was_known_already_too():
    company = system.simulation(system.current_law(), {2026: {"property_profits": np.array([60_000.0])}})
    company.trace = True
    company.calculate("taxable_total_profits", 2026)
    company.calculate("corporation_tax", 2026)
    *_earlier, last = company.tracer.trees
    assert "taxable_total_profits" in {child.name for child in last.children}


def test_a_balance_that_serves_some_outputs_is_named_in_their_module_alone():
    serving = {name: type(variable).__serves__ for name, variable in LAW.variables.items() if type(variable).__serves__}
    assert serving
    for name, outputs in serving.items():
        stem = name.removesuffix("_carried_forward")
        named_in = {path.stem for path in Path(law.__path__[0]).rglob("*.py") if stem in path.read_text(encoding="utf-8")}
        assert named_in == {type(LAW.variables[output]).__module__.rpartition(".")[2] for output in outputs}
        module = vars(sys.modules[type(LAW.variables[name]).__module__])
        variables = [variable for variable in module.values() if isinstance(variable, type) and variable.__name__ in EVERY]
        assert {variable.__name__ for variable in variables if stem in inspect.getsource(variable)} == set(outputs)


def test_a_formula_is_not_asked_where_the_question_of_its_variable_is_answered_with_no():
    def formula(company, _period):
        company.asked.append("formula")
        return np.ones(company.count)

    def does_research(company, _period):
        return company.does_research

    attributes = {"label": "Amount", "__doc__": "An amount (£).", "__module__": __name__, "formula": formula}
    amount = type("amount_of_research", (model.Variable,), attributes, only_if=does_research)
    for answer, expected in ((False, [0.0, 0.0]), (True, [1.0, 1.0])):
        company = SimpleNamespace(count=2, asked=[], does_research=answer, filled_array=lambda value: np.full(2, value))
        assert amount.formula(company, None).tolist() == expected
        assert bool(company.asked) is answer
