"""Good Work First: every state of the page, over six suppliers worked out by hand."""

from __future__ import annotations

import pyarrow.ipc
import pytest

from openfisca_goodwork.audit import good_work_first
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.reports import place_charts
from tests.audit.test_procurement import SIX

DESK = "openfisca_goodwork.desk.costing_desk.good_work_first"


@pytest.fixture
def page(opened, monkeypatch):
    monkeypatch.setattr(DESK, lambda **_options: good_work_first(population=SIX))
    app = opened("procurement")
    assert not app.exception
    return app


def asked(app):
    app.button[0].click().run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.header, app.subheader, app.markdown, app.caption, app.error, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_nothing_is_worked_out_before_somebody_asks(page):
    assert not page.table
    assert page.button[0].label == "Show who would pass"
    assert "**Proposed, not law.**" in texts(page)


def test_who_passes_and_fails_is_what_the_command_shows(page):
    """15 suppliers with £60m of contracts; 1 with £4m passes; 3 have 8% on zero hours, within 5 points of 5%."""
    asked(page)
    everybody = page.table[0].value.set_index("").loc["All"]
    assert everybody.tolist() == pytest.approx([15, 60e6, 1, 4e6, 14, 56e6, 3, 1_400])
    failing = page.table[3].value.set_index("Condition")
    assert failing["Fail it"].to_dict() == {"Low pay": 7, "Zero hours": 8, "Training plan": 9}
    assert page.table[4].value["Suppliers"].sum() == 15
    assert "suppliers with 93% of the contracts covered would fail" in page.header[0].value
    for said in (
        "Modelled throughout, companies of the United Kingdom. Proposed, not law.",
        "a published training plan",
        "goodwork audit procurement",
    ):
        assert said in texts(page)


def test_suppliers_are_told_apart_by_size_section_and_region_and_the_answer_is_kept(page, monkeypatch):
    asked(page)
    monkeypatch.setattr(DESK, None)
    page.run()
    assert not page.exception
    rows = [table.value[""].tolist() for table in page.table[:3]]
    assert all(name in row for name, row in zip(("Micro", "Manufacturing", "North East"), rows, strict=True))


def test_a_population_that_cannot_be_read_is_said(page, monkeypatch):
    def broken(**_options):
        raise DataError("The official figures cannot be met.")

    monkeypatch.setattr(DESK, broken)
    assert "The official figures cannot be met." in texts(asked(page))
    assert not page.table


def test_contracts_that_would_fail_are_pictures_by_region_size_and_condition(page):
    """Of £60m of contracts £56m is with suppliers that fail."""
    pictures = place_charts.of_suppliers(good_work_first(population=SIX))
    assert list(pictures) == ["By region, as a map", "By region, as bars", "By size, as bars", "By condition, as bars"]
    tiles = pictures["By region, as a map"].draw()
    assert "United Kingdom 93%" in tiles.alt
    assert "Proposed, not law" in tiles.subtitle
    asked(page)
    for name in pictures:
        page.selectbox(key="procurement_picture").set_value(name).run()
        assert not page.exception
        assert f"#### {pictures[name].draw().title}" in texts(page).replace("\\", "")


def test_what_is_passed_on_to_buyers_is_a_share_in_per_cent(page):
    asked(page)
    shares = next(shown for shown in page.table if "Passed on to the buyer" in shown.value.columns)
    written = pyarrow.ipc.open_stream(shares.proto.arrow_data.styler.display_values).read_pandas()
    assert written.iloc[:, 0].tolist() == ["0%", "50%", "100%"]
