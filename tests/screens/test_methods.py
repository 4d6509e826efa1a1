"""Methods and data: what is covered, how well it fits, what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openfisca_goodwork import validation
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population.report import FitReport, Weights, line
from openfisca_goodwork.population.sources import Row
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.population import differences


@pytest.fixture
def page(opened):
    app = opened("methods")
    assert not app.exception
    return app


def texts(app):
    kinds = (app.header, app.subheader, app.markdown, app.caption, app.info, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def test_every_part_has_its_heading(page):
    assert [element.value for element in page.header] == [
        "How it works",
        "What is covered",
        "How well the population fits",
        "How far off it is on official costings",
        "Effective tax rates",
        "Good Jobs Audit",
        "Sources",
        "Accessibility",
    ]


def test_coverage_is_that_of_the_documentation_without_its_own_links(page):
    said = texts(page)
    assert list(trail.coverage()) == ["Modelled", "Not modelled"]
    assert "Ring-fence profits" in said
    assert "](published-examples.md)" not in said and "openfisca_goodwork/law" not in said


def read_population(page):
    next(button for button in page.button if button.label.startswith("Read the population")).click().run()


def test_the_fit_is_shown_when_it_is_asked_for(page):
    read_population(page)
    assert not page.exception
    result = next(shown.value for shown in page.table if "Official figures" in shown.value.columns)
    assert result.iloc[0].tolist() == ["companies", "fitted", 1, 0.01, 0.01, 0.01, 1]


def test_checks_say_how_they_differ_from_the_model():
    of = Row((), 0.0, "£", "2023-24", "s", "", "seen")
    levy = line("pay bill", "t", (100.0, 71.0), of, role="check", tolerance=0.05, note="All employers.")
    fit = FitReport((levy, replace(levy, block="levy")), Weights(3, 3e6, 0, 3.0, 1.0, 1.0, 0.0, 1e6))
    assert differences(fit) == ["All employers. (pay bill; levy)"]


def test_a_population_that_cannot_be_read_is_said(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise DataError("The official figures cannot be met.")

    monkeypatch.setattr("openfisca_goodwork.population.load", broken)
    read_population(page)
    assert not page.exception
    assert "The official figures cannot be met." in texts(page)


def test_every_official_figure_has_a_source_and_a_status():
    result = trail.official_figures()
    assert (result["Source"] != "").all()
    assert set(result["Status"]) <= {"seen", "second-hand", "derived", "memory", "assumption"}


def test_every_assumption_is_there_with_its_value_and_where_it_comes_from(page):
    """The elasticity and its levels are in docs/assumptions.md likewise."""
    frame = trail.assumptions().set_index("Path")
    assert frame.loc["assumptions.base.employment.maximum", "Value"] == "350,000"
    assert (frame["Source"] != "").all()
    assert list(page.selectbox(key="assumptions_group").options) == list(dict.fromkeys(frame["Group"]))


def test_values_of_law_are_counted_by_kind_and_status():
    result = trail.values_of_law()
    assert {"law", "proposal", "forecast"} <= set(result["Kind"])
    assert result["Dated values"].sum() > 200


def test_without_the_documentation_there_is_no_table_of_coverage(monkeypatch):
    def missing(_name):
        raise DataError("missing")

    monkeypatch.setattr(trail, "resource_directory", missing)
    assert trail.coverage() == {}


def test_the_errors_on_official_costings_are_those_last_measured(page):
    (table,) = (shown.value.set_index("Measure") for shown in page.table if "Verdict" in shown.value.columns)
    run = [error for error in validation.kept().errors if error.errors["as_used"] is not None]
    kept = {one.measure.title: one.errors["as_used"] for one in run}
    found = {measure: error for measure, error in table["Error"].items() if measure in kept}
    assert found == pytest.approx(kept, abs=0.005)
    assert set(table["Verdict"]) == {"expressed", "in part", "not"}


def test_a_measure_is_shown_year_by_year_with_its_error_as_the_title(page):
    name = validation.kept().errors[-1].measure.name
    page.selectbox(key="validation_measure").set_value(name).run()
    assert not page.exception
    assert validation.kept().errors[-1].measure.title in texts(page)
