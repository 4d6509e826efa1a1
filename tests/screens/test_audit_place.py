"""The audit of a place on its page: picked by name or code, a name of none or several answered, a map, a reform, a link."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from openfisca_goodwork.audit.local import PlaceReform
from openfisca_goodwork.audit.local.places import places
from openfisca_goodwork.audit.local.reform import PlaceRelief
from tests.screens.conftest import ROOT, SECONDS


@pytest.fixture
def page(opened):
    app = opened("audit")
    app.radio(key="audit_of").set_value("A place").run()
    assert not app.exception
    return app


def picked(app, place):
    app.selectbox(key="audit_place").set_value(place).run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.header, app.subheader, app.markdown, app.caption, app.error, app.info, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_nothing_of_a_place_is_shown_before_it_is_picked(page):
    assert not page.table and "The page of a place comes at once." in texts(page)


def test_a_place_comes_at_once_with_what_is_good_what_to_work_on_and_every_figure(page):
    picked(page, "E06000001")
    said = texts(page)
    assert "Hartlepool is clearly behind England on" in said and "What is clearly good" in said
    points = [element.value for element in page.markdown if "- *Lever, and what to do first:*" in element.value]
    assert len(points) == 5  # as points, not in columns that break after every word on a phone
    assert any("67.9%" in table.value.to_string() for table in page.table)
    assert "goodwork audit --place E06000001" in said


def linked(place):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    app.query_params["place"] = place
    app.switch_page("openfisca_goodwork/screens/audit.py").run()
    assert not app.exception
    return texts(app)


def test_a_link_opens_the_place_a_former_code_leads_on_and_a_name_of_several_asks_which():
    assert "Glasgow City is clearly" in linked("S12000049")
    assert "Poole (E06000029) is now" in linked("E06000029")
    assert {"E08000021", "E07000195"} <= set(linked("Newcastle").split())


def test_a_measure_of_the_map_is_chosen_and_drawn(page):
    picked(page, "E06000052")
    page.selectbox(key="audit_place_map").set_value("median_pay").run()
    assert not page.exception
    assert "Median pay a week of residents:" in texts(page)


def test_a_reform_is_spread_over_the_place_once_somebody_asks(page, monkeypatch):
    held = {code: PlaceRelief(code, 10, 2.0, 0.1, 0.5, 0.4, 1000) for code in places().index}
    spread = PlaceReform(("r",), "A relief", "2029-30", held, PlaceRelief("", 3610, 722, 36.1, 180.5, 144.4, 361_000))
    monkeypatch.setattr("openfisca_goodwork.desk.costing_desk.CostingDesk.cost", lambda *_given: None)
    monkeypatch.setattr("openfisca_goodwork.audit.local.spread_over_places", lambda *_given: spread)
    picked(page, "E06000001")
    button = next(button for button in page.button if button.label.startswith("Cost it and spread it"))
    button.click().run()
    assert not page.exception
    assert "Extra training, £m" in page.table[0].value.to_string()  # beside the button, before all else of the place
    assert [element.value for element in page.subheader].count("What the reform does here: A relief, 2029-30") == 1
