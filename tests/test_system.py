"""The law as a system: found, changed without touching the original, run over many companies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np
import pytest
from openfisca_core.errors import ParameterParsingError
from openfisca_core.parameters import ParameterNode

from openfisca_goodwork import system
from openfisca_goodwork.errors import DataError, ParameterError
from openfisca_goodwork.law import periods
from openfisca_goodwork.system import DatedValue, parameter_tree, resource_directory

PROFIT = "trading_profit_before_capital_allowances"
RATE = "human_investment.additional_deduction"
FEES = "human_investment.qualifying.external_course_fees.inclusion"
START = date(2027, 4, 1)
LABELS = range(2024, 2030)
OUTPUTS = ["corporation_tax", "payment_regime", "trading_losses_carried_forward", "main_pool_carried_forward"]
OUTPUTS += ["human_investment_deduction", "net_corporation_tax", "large_company_carried_forward"]


def reformed(law=None):
    law = law or system.current_law()
    off = DatedValue(date(2010, 4, 1), 0)
    return system.with_values(law, {RATE: [off, DatedValue(START, 0.3)], FEES: [off, DatedValue(START, 1)]})


def many(count, seed=0):
    """Companies of all fortunes, with year ends in March, June and December that each keeps for good."""
    draw = np.random.default_rng(seed)
    months = draw.choice([3, 6, 12], count)
    opening = {"main_pool_brought_forward": draw.exponential(5e4, count)}
    opening["trading_losses_brought_forward"] = draw.exponential(2e5, count)
    for label in LABELS:
        after = np.array([f"{label + month // 12}-{month % 12 + 1:02d}-01" for month in months], "M8[D]")
        before = np.array([f"{label - 1 + month // 12}-{month % 12 + 1:02d}-01" for month in months], "M8[D]")
        panel = {
            "accounting_period_start": before,
            "accounting_period_end": after - np.timedelta64(1, "D"),
            PROFIT: draw.normal(2e5, 8e5, count),
            "main_rate_plant_new": draw.exponential(3e4, count),
            "special_rate_plant_used": draw.exponential(9e5, count),
            "external_course_fees": draw.exponential(2e4, count),
            "associated_companies": draw.integers(0, 3, count).astype(float),
        }
        yield label, panel | (opening if label == LABELS[0] else {})


def same(one, other, labels=None):
    for label in labels or one:
        for name in one[label]:
            np.testing.assert_array_equal(one[label][name], other[label][name], err_msg=f"{name} {label}")
    return True


def test_the_law_is_built_once():
    assert system.current_law() is system.current_law()


def test_parameters_are_found_by_their_whole_path_in_order():
    paths = list(system.leaf_parameters(system.current_law()))
    assert paths == sorted(paths)
    assert "capital_allowances.first_year_allowances.super_deduction.rate" in paths


def test_dated_values_are_oldest_first_with_their_own_metadata():
    parameter = system.leaf_parameters(system.current_law())["capital_allowances.first_year_allowances.super_deduction.rate"]
    dated = system.dated_values(parameter)
    assert [one.value for one in dated] == [0, 1.3, 0]
    assert dated[-1].date == date(2023, 4, 1)
    assert dated[-1].metadata["straddle"] == "day_weighted"


def test_a_folder_that_is_missing_means_a_broken_installation():
    with pytest.raises(DataError, match=r"no_such_folder/ is missing"):
        system.resource_directory("no_such_folder")


def test_new_values_leave_the_system_they_were_laid_on_as_it_was():
    law = system.current_law()
    before = {path: system.dated_values(parameter) for path, parameter in system.leaf_parameters(law).items()}
    changed = reformed(law)
    after = {path: system.dated_values(parameter) for path, parameter in system.leaf_parameters(law).items()}
    assert after == before
    different = {
        path for path, parameter in system.leaf_parameters(changed).items() if system.dated_values(parameter) != before[path]
    }
    assert different == {RATE, FEES}
    inputs = {2028: {PROFIT: [4e5], "external_course_fees": [1e5]}}
    tax = [system.simulation(one, inputs).calculate("corporation_tax", 2028)[0] for one in (law, changed, law)]
    assert tax == pytest.approx([100_000, 92_500, 100_000])


def test_values_may_be_laid_on_a_system_that_was_changed_already():
    twice = system.with_values(reformed(), {"corporation_tax.main_rate": [DatedValue(date(2010, 4, 1), 0.5)]})
    inputs = {2028: {PROFIT: [4e5], "external_course_fees": [1e5]}}
    assert system.simulation(twice, inputs).calculate("corporation_tax", 2028)[0] == pytest.approx(185_000)


def test_values_need_not_come_in_order():
    dated = [DatedValue(date(2027, 4, 1), 0.3), DatedValue(date(2010, 4, 1), 0.0), DatedValue(date(2026, 4, 1), 0.1)]
    changed = system.with_values(system.current_law(), {RATE: dated})
    assert [dated.value for dated in system.dated_values(system.leaf_parameters(changed)[RATE])] == [0, 0.1, 0.3]


@pytest.mark.parametrize("path", ["human_investment", "human_investment.no_such_thing", "nothing.at.all"])
def test_a_path_that_is_no_parameter_is_named(path):
    with pytest.raises(ParameterError, match=f"{path} is not a parameter"):
        system.with_values(system.current_law(), {path: [DatedValue(START, 1)]})


@pytest.mark.parametrize("chunk", [1, 7, 100, 1000])
def test_a_run_gives_the_same_whatever_the_size_of_its_chunks(chunk):
    count = 60 if chunk == 1 else 300
    inputs = dict(many(count))
    whole = system.run(reformed(), inputs, OUTPUTS)
    assert same(whole, system.run(reformed(), inputs, OUTPUTS, companies_at_once=chunk))


def test_a_run_gives_what_one_company_alone_gets():
    inputs = dict(many(40, seed=1))
    whole = system.run(reformed(), inputs, OUTPUTS)
    for place in (0, 17, 39):
        alone = {label: {name: array[place : place + 1] for name, array in given.items()} for label, given in inputs.items()}
        built = system.simulation(reformed(), alone)
        for label in reversed(LABELS):
            for name in OUTPUTS:
                assert built.calculate(name, label)[0] == whole[label][name][place], (name, label)


def test_a_run_does_not_change_its_inputs():
    inputs = dict(many(50, seed=2))
    before = {label: {name: array.copy() for name, array in given.items()} for label, given in inputs.items()}
    system.run(reformed(), inputs, OUTPUTS)
    assert same(before, inputs)


def test_a_reform_started_late_with_the_balances_of_the_law_equals_the_whole_run():
    inputs = dict(many(200, seed=3))
    carried = [name for name in system.current_law().variables if "_carried_forward" in name]
    law = system.run(system.current_law(), inputs, carried)
    first = 2027  # the first label with a period that ends on or after the start
    late = {label: dict(given) for label, given in inputs.items() if label >= first}
    for name in system.current_law().variables:
        if "_brought_forward" in name:
            late[first][name] = law[first - 1][periods.carried_forward_name(name)]
    late[first]["first_accounting_period"] = np.full(200, first)
    whole, part = system.run(reformed(), inputs, OUTPUTS), system.run(reformed(), late, OUTPUTS)
    assert same(whole, part, labels=range(first, LABELS[-1] + 1))
    assert whole[2028]["human_investment_deduction"].sum() > 0


def test_the_relief_at_a_rate_of_nothing_is_current_law_to_the_last_bit():
    inputs = dict(many(200, seed=4))
    off = system.with_values(reformed(), {RATE: [DatedValue(date(2010, 4, 1), 0)]})
    names = [output for output in OUTPUTS if output != "human_investment_deduction"]
    assert same(system.run(system.current_law(), inputs, names), system.run(off, inputs, names))


class InParts:
    """Inputs that can be had for some companies alone, and keep count of what was read."""

    def __init__(self, inputs, count):
        self.inputs, self.count, self.read = inputs, count, []

    def part(self, companies):
        self.read.append(companies)
        return {label: {name: one[companies] for name, one in given.items()} for label, given in self.inputs.items()}


class OnDemand(Mapping):
    """Inputs of which each label is made as it is read."""

    def __init__(self, inputs):
        self.inputs, self.read = inputs, []

    def __getitem__(self, label):
        self.read.append(label)
        return self.inputs[label]

    def __iter__(self):
        return iter(self.inputs)

    def __len__(self):
        return len(self.inputs)


def test_inputs_are_read_in_parts_where_they_come_in_parts_and_else_once_a_label():
    inputs = dict(many(20, seed=3))
    parts, on_demand = InParts(inputs, 20), OnDemand(inputs)
    whole = system.run(reformed(), inputs, OUTPUTS)
    assert same(whole, system.run(reformed(), parts, OUTPUTS, companies_at_once=8))
    assert parts.read == [slice(0, 10), slice(10, 20)]  # as even as they come, of about eight
    assert same(whole, system.run(reformed(), on_demand, OUTPUTS, companies_at_once=8))
    assert on_demand.read == list(LABELS)


def test_laws_side_by_side_give_what_each_gives_alone_over_inputs_that_are_read_once():
    laws, inputs = (system.current_law(), reformed()), dict(many(20, seed=5))
    alone, parts = [system.run(law, inputs, OUTPUTS) for law in laws], InParts(inputs, 20)
    for asked in (parts, OnDemand(inputs)):
        for companies, label, together, count in system.run_in_chunks(laws, asked, OUTPUTS, companies_at_once=8):
            assert count == 20
            for whole, found in zip(alone, together, strict=True):
                assert all(np.array_equal(found[name], whole[label][name][companies]) for name in OUTPUTS), label
    assert parts.read == [slice(0, 10), slice(10, 20)]


def test_an_input_that_no_formula_asks_for_is_not_made():
    made = []

    def on_demand(given):
        def make(name):
            made.append(name)
            return given[name]

        return system.OnDemand({name: partial(make, name) for name in given})

    inputs = dict(many(20, seed=3))
    whole = system.run(system.current_law(), inputs, ["corporation_tax"])
    asked = {label: on_demand(given) for label, given in inputs.items()}
    assert same(whole, system.run(system.current_law(), asked, ["corporation_tax"]))
    assert made.count(PROFIT) == len(LABELS) and "external_course_fees" not in made
    system.run(reformed(), asked, ["corporation_tax"])
    assert made.count(PROFIT) == len(LABELS) and made.count("external_course_fees") > 0


def test_results_may_be_written_to():
    outputs = system.run(reformed(), dict(many(2_000)), ["super_deduction_rate", "length_factor"])
    for values in outputs[LABELS[-1]].values():
        values[0] = 1


IMPORTED_ALONE = """
import importlib, pkgutil, sys
from openfisca_goodwork import law
for name in [one.name for one in pkgutil.walk_packages(law.__path__, f"{law.__name__}.")]:
    for loaded in [one for one in sys.modules if one.startswith("openfisca_goodwork")]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""


def test_every_module_of_the_law_can_be_imported_first() -> None:
    ran = subprocess.run([sys.executable, "-c", IMPORTED_ALONE], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_chunks_of_a_run_are_as_even_as_they_can_be():
    assert [one.stop - one.start for one in system._bounds(64_346, 50_000)] == [64_346]
    assert [one.stop - one.start for one in system._bounds(101, 30)] == [33, 34, 34]
    assert [one.stop - one.start for one in system._bounds(1_000_000, 50_000)] == [50_000] * 20


def test_the_kept_parameters_are_those_that_the_engine_reads_and_a_file_that_changes_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path / "cache"))
    folder = resource_directory("parameters")
    expected = _described(ParameterNode("", directory_path=str(folder)))
    assert len(expected) > 600
    for reading in ("made", "kept"):
        assert _described(parameter_tree(folder)) == expected, reading
    own = tmp_path / "parameters"
    own.mkdir()
    for value in (0.1, 0.2, True):
        (own / "rate.yaml").write_text(f"values: {{2020-01-01: {{value: {value}}}}}\n", encoding="utf-8")
        assert repr(parameter_tree(own).rate("2020-01-01")) == repr(value)
    (own / "rate.yaml").write_text("values: {2020-01-01: [", encoding="utf-8")
    with pytest.raises(ParameterParsingError, match=r"rate\.yaml"):
        parameter_tree(own)


def _described(node):
    """All that a tree of parameters says, in its order, with the kinds of values."""
    parts = [node, *node.get_descendants()]
    names = ("name", "description", "documentation", "file_path", "metadata")
    return [
        (
            type(part),
            *(repr(getattr(part, name)) for name in names),
            *((one.instant_str, repr(one.value), repr(one.metadata)) for one in getattr(part, "values_list", ())),
        )
        for part in parts
    ]
