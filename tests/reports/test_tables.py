"""Tables and sentences of a costing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from openfisca_goodwork.number_formats import in_words, rounded, rounded_range, size
from openfisca_goodwork.policy import load
from openfisca_goodwork.population.report import FITTED, HELD_OUT, FitReport, Line, Weights
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.costing_key_figures import extra_pound, figures_beside, key_figures, value_for_money
from openfisca_goodwork.reports.sections import Medium
from tests.reports.companies import MAIN, costed


def cells(table, name):
    """The rows of a table by the cell of a column, each as texts by the name of its column."""
    heads = [column.name for column in table.columns]
    rows = [dict(zip(heads, texts, strict=True)) for texts in table.texts()]
    return {row[name]: row for row in rows}


def test_steps_end_at_the_totals(result):
    rows = tables.steps(result)
    assert rows["Static"] == result.static
    assert list(rows)[-1] == "Post-behavioural (central)"
    before = [sum(year) for year in zip(*(step.effect for step in result.steps if not step.is_behavioural), strict=True)]
    assert before == pytest.approx(list(result.static))


def test_steps_are_named_in_plain_words_and_the_data_keep_their_names(result):
    assert "Ordinary deduction on extra training" in tables.steps(result)
    assert "Displacement" in [step["name"] for step in result.to_dict()["steps"]]


def test_heads_without_cost_are_left_out(result):
    assert list(tables.by_head(result)) == ["External course fees", "Trainers' pay"]


def test_assumptions_have_words_values_and_sources(result):
    table = trail.assumptions_used(result.assumptions)
    rows = cells(table, "Path")
    assert rows["assumptions.take_up.central.first_year"]["Value"] == "25%"
    assert rows["assumptions.behaviour.elasticity.central"]["Value"] == "0.3"
    assert all(row["Source"] and not row[trail.DEFAULT] for row in rows.values())
    assert trail.DEFAULT not in [column.name for column in table.shown_on(Medium.SCREEN).columns]


def test_an_assumption_that_was_changed_shows_its_default(result):
    path = "assumptions.behaviour.elasticity.central"
    table = trail.assumptions_used({**result.assumptions, path: 0.4})
    row = cells(table, "Path")[path]
    assert (row["Value"], row[trail.DEFAULT]) == ("0.4", "0.3")
    assert trail.DEFAULT in [column.name for column in table.shown_on(Medium.SCREEN).columns]


def test_levels_of_behaviour_stand_side_by_side():
    rows = cells(trail.levels_of_behaviour(), "Assumption")
    levels = {name: [row[level] for level in ("Low", "Central", "High")] for name, row in rows.items()}
    assert levels["Take-up, first year"] == ["5%", "25%", "45%"]
    assert levels["Elasticity of training"] == ["0", "0.3", "1"]


def test_parameters_changed_carry_days_values_and_references():
    row = cells(trail.parameters_changed([load(MAIN)]), "Path")["human_investment.additional_deduction"]
    assert [row[name] for name in ("Before", "After", "From", "To")] == ["0%", "30%", "1 April 2027", "no end"]
    assert "Institute for the Future of Work" in row["Reference of the reform"]


def test_the_finding_of_no_effect_says_so(nothing):
    assert words.finding(nothing) == "Human-investment super-deduction has no effect"


def test_a_proposal_is_called_no_law(result):
    assert words.standing(result) == "Proposed, not law."


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
    told = result.request.python
    compile(told, "<reproduce>", "exec")
    for part in (f'["{MAIN}"]', 'years="2026-27:2031-32"', 'behaviour="central"'):
        assert part in told
    assert "settings" not in told


def test_reports_load_neither_streamlit_nor_altair():
    code = "import sys; from openfisca_goodwork.reports import charts; print({'streamlit', 'altair'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"


def test_the_words_of_a_costing_load_no_pandas():
    code = "import sys; from openfisca_goodwork.reports import costing, text; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


def test_a_figure_reads_the_same_in_the_headline_the_range_and_the_tables(result):
    """In £0.1bn from half a billion, to £5m below it, whatever its range: as the table beside it rounds."""
    low, high = (ends[-1] for ends in (result.uncertainty.low, result.uncertainty.high))
    wide = f"{rounded(low)} to {rounded(high)}"
    row = next(iter(figures_beside([result, result]).texts()))
    assert list(row[1:5]) == [
        rounded(result.post_behavioural[-1]),
        wide,
        rounded(sum(result.post_behavioural)),
        " to ".join(map(rounded, result.uncertainty.total)),
    ]
    assert in_words(result.post_behavioural[-1]).removeprefix("costs ") == next(key_figures(result)).figure
    assert f"between {size(high, beside=low)} and {size(low)}" in words.likely(result)
    assert all("2031-32" in sentence for sentence in words.otherwise(result))


def test_what_an_extra_pound_counts_reconciles_it_with_the_share_relieved(result):
    relieved = sum(result.training["induced_relieved"]) / sum(result.training["induced"])
    assert f"the relief is given on {100 * relieved:.0f}p of it" in extra_pound(result)
    assert extra_pound(result) in value_for_money(result)[0]


def test_spending_that_does_not_respond_is_what_both_elasticities_at_nothing_come_to(result):
    paths = ("elasticity.central", "elasticity_of_small.central")
    settings = tuple(f"assumptions.behaviour.{path}@2027-04-01=0" for path in paths)
    assert costed(settings=settings, draws=0).post_behavioural == pytest.approx(result.without_response)
    assert costed(settings=settings[:1], draws=0).post_behavioural != pytest.approx(result.without_response)


def test_a_range_whose_ends_are_written_alike_says_them_once():
    assert rounded_range(-1184.0, -411.0) == "-1,185 to -410"
    assert rounded_range(-2.0, 1.0) == "under £3m"
