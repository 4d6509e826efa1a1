"""Tables and sentences of a costing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from openfisca_goodwork.costing.summary import WITHOUT_RESPONSE
from openfisca_goodwork.policy import load, parse
from openfisca_goodwork.population.report import FITTED, HELD_OUT, FitReport, Line, Weights
from openfisca_goodwork.reports import reproduce, tables, words
from tests.reports.companies import MAIN


def test_steps_end_at_the_totals(result):
    table = tables.steps(result)
    assert list(table.loc["Static"]) == list(result.static)
    assert table.index[-1] == "Post-behavioural (central)"
    before = table.loc[:"Static"].iloc[:-1].sum()
    assert list(before) == pytest.approx(list(result.static))


def test_the_headline_has_three_rows_and_a_column_a_year(result):
    table = tables.by_year(result)
    assert list(table.columns) == result.financial_years
    assert list(table.loc[WITHOUT_RESPONSE]) == list(result.without_response)


def test_heads_without_cost_are_left_out(result):
    assert list(tables.by_head(result).index) == ["External course fees", "Trainer pay"]


def test_assumptions_have_words_values_and_sources(result):
    table = tables.assumptions(result).set_index("Path")
    assert table.loc["assumptions.take_up.central.first_year", "Value"] == "40%"
    assert table.loc["assumptions.behaviour.elasticity.central", "Value"] == "0.3"
    assert not table[tables.DEFAULT].any()
    assert table["Source"].all()


def test_an_assumption_that_was_changed_shows_its_default(result):
    path = "assumptions.behaviour.elasticity.central"
    changed = replace(result, assumptions={**result.assumptions, path: 0.4})
    row = tables.assumptions(changed).set_index("Path").loc[path]
    assert (row["Value"], row[tables.DEFAULT]) == ("0.4", "0.3")


def test_levels_of_behaviour_stand_side_by_side():
    table = tables.levels_of_behaviour().set_index("Assumption")
    assert list(table.loc["Take-up, first year", ["Low", "Central", "High"]]) == ["20%", "40%", "60%"]
    assert list(table.loc["Elasticity of training", ["Low", "Central", "High"]]) == ["0", "0.3", "1"]


def test_parameters_changed_carry_days_values_and_references():
    table = tables.parameters_changed([load(MAIN)]).set_index("Path")
    row = table.loc["human_investment.additional_deduction"]
    assert (row["Before"], row["After"], row["From"], row["To"]) == ("0%", "30%", "1 April 2027", "no end")
    assert "Institute for the Future of Work" in row[tables.REFERENCES[1]]


def test_parameters_changed_against_a_baseline_are_only_those_that_differ_from_it():
    assert tables.parameters_changed([load(MAIN)], [load(MAIN)]).empty


def test_the_finding_of_no_effect_says_so(nothing):
    assert words.finding(nothing) == "Human-investment super-deduction has no effect"


def test_a_proposal_is_called_no_law(result):
    assert words.status(result) == "Proposed, not law."


def test_fitted_figures_and_those_kept_back_are_counted_apart():
    about = {"block": "b", "target": "t", "unit": "£", "year": "2023-24", "source": "s", "status": "seen"}
    lines = [
        Line(**about, official=100.0, model=100.0 * (1 + error), error=error, tolerance=0.05, role=role)
        for error, role in [(0.01, FITTED), (0.2, FITTED), (0.04, HELD_OUT)]
    ]
    report = FitReport(tuple(lines), Weights(1, 1.0, 0, 1.0, 1.0, 1.0, 0.0, 1.0))
    assert words.fit(report) == (
        "The population is within tolerance of 1 of 2 official figures it was fitted to "
        "and 1 of 1 official figures kept back as a test."
    )


def test_the_python_that_reproduces_a_result_is_python_with_the_same_request(result):
    told = reproduce.python(result)
    compile(told, "<reproduce>", "exec")
    for part in (f'["{MAIN}"]', 'years="2026-27:2031-32"', 'behaviour="central"'):
        assert part in told
    assert "settings" not in told


def test_a_reform_of_ones_own_is_needed_as_a_file_and_one_of_the_library_is_not(result):
    mine = replace(parse(load(MAIN).text.replace("0.30", "0.20")), file=f"./{MAIN}.yaml")
    assert reproduce.files_needed(result) == ()
    assert reproduce.files_needed(replace(result, reforms=(mine,))) == (mine,)


def test_reports_load_neither_streamlit_nor_altair():
    code = "import sys; from openfisca_goodwork.reports import charts; print({'streamlit', 'altair'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"
