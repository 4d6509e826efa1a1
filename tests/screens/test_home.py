"""Home: the doors, by what somebody comes to do."""

from __future__ import annotations

from openfisca_goodwork.version import model_version


def test_three_doors_with_headings(opened):
    app = opened("home")
    assert not app.exception
    assert [element.value for element in app.header] == [
        "What would a reform cost the Exchequer?",
        "What would a relief do to one company’s tax bill?",
        "What differs between two laws?",
    ]


def test_only_doors_that_exist_are_links(opened):
    links = [element.proto.label for element in opened("home").get("page_link")]
    doors = ["Cost a policy", "For a company", "Compare two sets of law"]
    assert links == [*doors, "Effective tax rates", "Good Jobs Audit", "Good Work First", "Methods and data"]


def test_the_version_and_the_last_day_of_law_are_said(opened):
    said = opened("home").caption[0].value
    assert f"Model {model_version()}." in said
    assert "Law is held to 31 December 2033" in said


def test_the_last_costing_of_a_visit_is_a_step_away(opened):
    app = opened("cost")
    next(button for button in app.button if button.label == "Run the costing").click().run()
    app.switch_page("openfisca_goodwork/screens/home.py").run()
    assert not app.exception
    assert "Your last costing of this visit" in [element.value for element in app.subheader]
    assert any("costs £" in element.value and "**Proposed, not law.**" in element.value for element in app.markdown)
