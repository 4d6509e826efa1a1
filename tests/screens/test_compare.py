"""Compare: default, a day, a span, a shared link, a crafted one, and the history of a parameter."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from openfisca_goodwork import policy
from openfisca_goodwork.reports.comparison import timeline
from openfisca_goodwork.screens.links import Asked, comparison_in
from openfisca_goodwork.screens.reform_picker import reforms
from openfisca_goodwork.version import model_version
from tests.reports.companies import three_companies
from tests.screens.conftest import COST, PAGES, ROOT, SECONDS

MAIN = "human-investment-super-deduction"
MAIN_RATE = "corporation_tax.main_rate"


def texts(app):
    kinds = (app.header, app.subheader, app.markdown, app.info, app.warning, app.error, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def linked(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    app.switch_page(f"{PAGES}/compare.py")
    for key, value in query.items():
        app.query_params[key.rstrip("_")] = value
    app.run()
    assert not app.exception
    return app


def costed(app, label):
    next(button for button in app.button if button.label.startswith(label)).click().run()
    assert not app.exception
    return app


def cost_of(law):
    return COST(law, population=three_companies(), draws=0).static


@pytest.fixture
def page(opened):
    app = opened("compare")
    assert not app.exception
    return app


def test_it_opens_with_current_law_and_the_main_proposal(page):
    assert page.header[0].value == "Current law and Human-investment super-deduction differ in 4 parameters."
    assert "Proposed, not law:" in texts(page)
    frame = page.table[0].value.set_index("Parameter")
    assert frame.loc["Extra deduction for training"].tolist() == [0.0, 0.30, "from 1 April 2027", "new"]


def test_references_of_both_sides_stand_with_their_addresses(page):
    page.text_input(key="compare_b_day").set_value("1/4/2023")
    page.selectbox(key="compare_b").set_value("law").run()
    assert "(https://www.legislation.gov.uk/" in texts(page)


def test_a_day_keeps_what_differs_on_it(page):
    """The main rate rose from 19% to 25% on 1 April 2023 (FA 2021 s.6)."""
    page.text_input(key="compare_a_day").set_value("2023-03-31")
    page.selectbox(key="compare_b").set_value("law")
    page.radio(key="compare_when").set_value("On a day").run()
    page.text_input(key="compare_on").set_value("2023-04-01").run()
    assert not page.exception
    frame = page.table[0].value.set_index("Parameter")
    assert frame.loc["Main rate of corporation tax"].tolist()[:2] == ["19%", "25%"]


def test_two_days_of_one_law_are_what_is_in_force_on_each_and_companies_follow(page):
    """FA 2021 s.6 and Sch 1: £150,000 bears 19% on 1 April 2022, and 25% less 3/200 of £100,000 a year later."""
    page.text_input(key="compare_a_day").set_value("1 April 2022")
    page.text_input(key="compare_b_day").set_value("2023-04-01")
    page.selectbox(key="compare_b").set_value("law").run()
    assert page.text_input(key="compare_b_day").value == "1 April 2023"  # shown as it is read, however it is typed
    assert not page.exception
    assert "The law that applies on 1 April 2022 and the law that applies on 1 April 2023 differ in" in page.header[0].value
    parameters = page.table[0].value["Parameter"].tolist()
    assert len(parameters) == len(set(parameters))  # a row each: no change of later days
    companies = next(shown.value for shown in page.table if "B less A, £" in shown.value.columns).set_index("Company")
    assert companies.loc["A profit between the limits, with training"].tolist() == pytest.approx([28_500, 36_000, 7_500])


def test_the_law_of_today_has_nothing_that_is_enacted_for_a_later_day(page):
    """The first-year allowance for zero-emission cars ends on 31 March 2027 (FA 2026): it is there the day before."""
    page.text_input(key="compare_a_day").set_value("2026-11-29")
    page.selectbox(key="compare_b").set_value("law").run()
    frame = page.table[0].value.set_index("Parameter")
    assert frame.loc["Zero-emission car allowance"].tolist()[:3] == [1.0, 0.0, "from 1 April 2027"]


def test_a_reform_is_taken_as_at_a_day_and_reopened_by_its_link():
    app = linked(a="law@2027-04-01", b=f"{MAIN}@2027-04-01")
    assert "Human-investment super-deduction as it applies on 1 April 2027 differ in 4 parameters" in app.header[0].value
    assert app.text_input(key="compare_b_day").value == "1 April 2027"
    assert not app.error


def test_a_comparison_and_a_history_are_cited_in_text_and_bibtex(page):
    page.selectbox(key="compare_parameter").set_value(MAIN_RATE).run()
    cited = "\n".join(str(element.value) for element in page.code)
    assert "@misc{corporation-tax-main-rate-2010-04-01," in cited
    assert "  year = {2009}" in cited  # the Finance Act 2009
    assert "  note = {Main rate of corporation tax: 28\\% from 1 April 2010}" in cited
    assert "Main rate of corporation tax: 28% from 1 April 2010. FA 2009 s.7(2)(a) (financial year 2010). https://" in cited
    assert f"@software{{goodwork-{model_version()}," in cited
    assert "goodwork compare law human-investment-super-deduction. Accessed" in cited.replace("\\", "")


def test_the_same_law_twice_has_no_effect(page):
    page.selectbox(key="compare_b").set_value("law").run()
    assert "Current law and current law are the same law." in texts(page)
    assert "nothing differs" in page.info[0].value


@pytest.mark.parametrize("typed", ["2023-02-30", "yesterday", "1999-01-01", "9" * 20, "<b>"])
def test_a_day_that_is_none_is_a_lesson(page, typed):
    page.text_input(key="compare_a_day").set_value(typed).run()
    assert not page.exception
    assert "cannot be compared" in page.error[0].value
    assert "day" in page.code[0].value


def test_a_span_that_runs_backwards_is_a_lesson(page):
    page.radio(key="compare_when").set_value("Over a span of days").run()
    page.text_input(key="compare_from").set_value("2028-04-01")
    page.text_input(key="compare_to").set_value("2027-04-01").run()
    assert not page.exception
    assert "before it starts" in page.code[0].value


def test_the_history_of_a_parameter_is_whole_with_its_sources(page):
    """The main rate of 2010: 28% (FA 2009 s.7)."""
    page.selectbox(key="compare_parameter").set_value(MAIN_RATE).run()
    assert not page.exception
    assert "**28%** from 1 April 2010 to 31 March 2011 (law, seen). FA 2009 s.7" in texts(page)
    assert "goes from 28% to 25%" in texts(page)


def test_a_link_reopens_the_exact_state():
    first = Asked(a="law@2023-03-31", b="law", start="2022-04-01", end="2024-03-31", parameter=MAIN_RATE)
    query = {key + "_" * (key == "from"): value for key, value in first.to_link().items()}
    app = linked(**query)
    assert first.query() in app.code[-1].value
    assert app.text_input(key="compare_to").value == "31 March 2024"
    assert not app.error and not app.warning


def test_a_field_that_is_edited_after_a_link_stays_edited_also_where_the_address_is_still_that_of_the_link():
    link = Asked(a="law@2023-03-31", b="law", on="2023-04-01").to_link()
    app = linked(**link)
    app.text_input(key="compare_on").set_value("2024-04-01").run()
    for _ in range(2):
        app.query_params.clear()
        for key, value in link.items():
            app.query_params[key] = value
        app.run()
        assert app.text_input(key="compare_on").value == "1 April 2024"
    assert app.text_input(key="compare_a_day").value == "31 March 2023"
    assert "on=2024-04-01" in app.code[-1].value


def test_a_second_link_of_the_same_visit_is_opened_and_its_fields_can_be_edited_too():
    app = linked(a="law@2023-03-31", b="law", on="2023-04-01")
    app.query_params.clear()
    app.query_params["b"] = "no-full-expensing"
    app.run()
    assert not app.exception
    assert (app.selectbox(key="compare_a").value, app.selectbox(key="compare_b").value) == ("law", "no-full-expensing")
    assert app.radio(key="compare_when").value == "All days"
    app.selectbox(key="compare_b").set_value("law").run()
    assert app.selectbox(key="compare_b").value == "law"


def test_a_link_that_was_cut_short_while_it_was_applied_is_applied_to_its_end():
    app = linked(a="law@2023-03-31", b="law", on="2023-04-01")
    link = app.session_state["compare_opened_with"]
    app.session_state["compare_on"] = ""  # as though the run had ended before this field was set
    link.is_applied = False
    app.run()
    assert app.text_input(key="compare_on").value == "1 April 2023"


def test_a_crafted_link_is_refused_in_words_and_the_rest_is_shown():
    app = linked(a="../../etc/passwd", b="law@2023-13-01", on="now", parameter="__class__", evil="<script>")
    said = app.error[0].value
    assert said.count("\n- ") == 5
    assert "Current law and Human-investment super-deduction differ" in texts(app)


def test_a_link_of_another_version_says_so():
    assert "made by version 0.0.1 of the model" in linked(a="law", b=MAIN, version="0.0.1").warning[0].value


def test_a_link_holds_what_was_asked_and_nothing_that_is_empty():
    asked = Asked(on="2028-04-01")
    assert asked.to_link() == {"a": "law", "b": MAIN, "on": "2028-04-01", "version": model_version()}
    assert comparison_in(asked.to_link(), reforms()).content == asked


def test_what_law_b_would_cost_is_a_step_away(page):
    found = page.get("page_link")[-1].proto
    assert found.label == "What would law B cost against current law?"
    assert f"reforms={MAIN}" in str(found)


def test_a_timeline_has_a_step_for_each_value_of_each_law_and_says_all_in_words():
    history = policy.parameter_history(MAIN_RATE, "law", "corporation-tax-stays-19-percent-2023")
    chart = timeline(history)
    assert len(chart.data) == len(history.values) + 2
    assert chart.title == "Main rate of corporation tax goes from 28% to 19% in corporation-tax-stays-19-percent-2023"
    assert "law: 28% from 1 April 2010; 26% from 1 April 2011;" in chart.alt


def test_what_is_no_finite_number_has_no_timeline():
    assert timeline(policy.parameter_history("human_investment.form")) is None


def test_the_same_companies_stand_side_by_side_under_both_laws(page):
    frame = next(shown.value for shown in page.table if "Company" in shown.value.columns).set_index("Company")
    assert frame.loc["A profit of £1m, with plant and training"].tolist() == [200_000, 196_250, -3_750]
    assert "3 pay less under B than under A" in texts(page)
    assert "made up and stand for nobody" in texts(page)


def test_the_day_of_the_companies_can_be_chosen_and_a_wrong_one_is_a_lesson(page):
    page.text_input(key="compare_outcomes_day").set_value("2026-01-01").run()
    assert "None of the 5 example companies pays another amount under B" in texts(page)
    for wrong, said in (("1 April twenty", "2027-04-01"), ("2050-01-01", "1 April 2010 to 31 December 2033")):
        page.text_input(key="compare_outcomes_day").set_value(wrong).run()
        assert not page.exception
        assert "Company" not in [name for shown in page.table for name in shown.value.columns]
        assert said in page.info[0].value


def test_companies_are_looked_at_once_both_laws_have_begun_and_before_that_it_is_said():
    app = linked(a="no-full-expensing", b=MAIN)
    assert "Accounting period 1 April 2027 to 31 March 2028." in texts(app)
    assert "has not yet begun" not in texts(app)
    app.text_input(key="compare_outcomes_day").set_value("1 April 2023").run()
    said = "B, Human-investment super-deduction, begins on 1 April 2027: it has not yet begun in this period."
    assert [shown.value for shown in app.info] == [said]


def test_the_law_of_a_day_is_compared_over_time_and_costed_against_current_law():
    app = linked(a="law@2023-03-31", b="law")
    assert app.header[0].value.startswith("The law that applies on 31 March 2023 and current law differ in")
    costed(app, "Cost law A against current law")
    assert "The law of 31 March 2023 held for ever costs £" in texts(app)
    assert "goodwork cost law@2023-03-31 --years 2026-27:2031-32" in app.code[0].value


def test_two_days_are_costed_one_against_the_other():
    """Each against current law, and one against the other, are the three sides of one sum, up to the rounding of a penny."""
    app = costed(linked(a="law@2022-06-01", b="law@2023-06-01"), "Cost law B against law A")
    frame = next(shown.value for shown in app.table if "Static" in shown.value.columns)
    first, other = (cost_of(f"law@{day}") for day in ("2022-06-01", "2023-06-01"))
    assert list(frame["Static"]) == pytest.approx([b - a for a, b in zip(first, other, strict=True)])
    assert any(frame["Static"])
    again = linked(a="law@2022-06-01", b="law@2023-06-01")  # loaded again, with a result that the server keeps
    assert any("Static" in shown.value.columns for shown in again.table)


def test_one_law_twice_is_not_costed():
    assert not any(button.label.startswith("Cost law") for button in linked(a="law@2023-06-01", b="law@2023-06-01").button)


def test_a_history_that_is_the_same_in_both_laws_stands_once_and_laws_are_called_by_their_titles(page):
    page.selectbox(key="compare_parameter").set_value("corporation_tax.small_profits_rate").run()
    assert texts(page).count("**none (the main rate)** from 1 April 2015") == 1
    assert "It is the same in both laws" in texts(page)
    page.selectbox(key="compare_parameter").set_value("human_investment.additional_deduction").run()
    assert "**Current law**" in texts(page) and "**Human-investment super-deduction**" in texts(page)
    assert "Extra deduction for training goes from 0% to 30% in Human-investment super-deduction" in texts(page)


def test_two_reforms_are_each_costed_against_current_law(page):
    page.selectbox(key="compare_a").set_value("training-boost-120-percent").run()
    found = page.get("page_link")[-1].proto
    assert found.label == "What would each of the two cost against current law?"
    assert "reforms=training-boost-120-percent&reforms=human-investment-super-deduction" in str(found)


def test_the_citation_names_version_day_command_and_link(page):
    cited = page.code[0].value
    assert f"openfisca-goodwork: UK corporation tax over a population of companies, version {model_version()}" in cited
    assert "Command: goodwork compare law human-investment-super-deduction. Accessed " in cited
    assert "?a=law&b=human-investment-super-deduction" in cited
