"""Home: the doors, by what somebody comes to do."""

from __future__ import annotations

from openfisca_goodwork.version import model_version


def test_three_doors_with_headings(opened):
    app = opened("home")
    assert not app.exception
    assert [one.value for one in app.header] == ["Cost a policy", "For a company", "Compare two sets of law"]


def test_only_doors_that_exist_are_links(opened):
    links = [one.proto.label for one in opened("home").get("page_link")]
    assert links == ["Cost a policy", "For a company", "Compare two sets of law", "Methods and data"]


def test_the_version_and_the_last_day_of_law_are_said(opened):
    said = opened("home").caption[0].value
    assert f"Model {model_version()}." in said
    assert "Law is held to 31 December 2033" in said
