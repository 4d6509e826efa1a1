"""The Good Jobs Audit: every state of the page, over the official figures alone."""

from __future__ import annotations

import pytest

from openfisca_goodwork.audit.figures import ALL, UK, observed_cells, people_of_places, ranked
from openfisca_goodwork.audit.good_jobs import GoodJobsAudit, named_region, of_region
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.reports import place_charts


def of_official_figures(region, **_options):
    """What the audit says of a region where the population adds nothing."""
    whole = GoodJobsAudit("", tuple(ranked(observed_cells())), (), tuple(people_of_places()), "none")
    return of_region(whole, named_region(region))


@pytest.fixture
def page(opened, monkeypatch):
    monkeypatch.setattr("openfisca_goodwork.desk.costing_desk.audit", of_official_figures)
    app = opened("audit")
    assert not app.exception
    return app


def asked(app, region):
    app.selectbox(key="audit_region").set_value(region).run()
    app.button[0].click().run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.header, app.markdown, app.caption, app.error, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_nothing_is_worked_out_before_somebody_asks(page):
    assert not page.table
    assert page.button[0].label.startswith("Show the audit of ")


def test_the_figures_of_a_region_are_those_on_file_with_how_they_are_known(page):
    asked(page, "Wales")
    table = page.table[0].value.set_index("Indicator")
    held = {cell.label: cell for cell in observed_cells() if cell.place == "Wales" and cell.section == ALL}
    assert set(table.index) == set(held)
    assert all(known.startswith("observed") for known in table["How known"])
    assert "goodwork audit --region Wales" in texts(page)


def test_another_region_has_to_be_asked_for_again_and_shows_no_other_ones_figures(page):
    asked(page, "Wales")
    page.selectbox(key="audit_region").set_value("Scotland").run()
    assert not page.table
    assert page.button[0].label == "Show the audit of Scotland"


def test_a_population_that_cannot_be_read_is_said(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise DataError("The official figures cannot be met.")

    monkeypatch.setattr("openfisca_goodwork.desk.costing_desk.audit", broken)
    asked(page, "Wales")
    assert "The official figures cannot be met." in texts(page)
    assert not page.table


def test_a_region_has_a_picture_of_where_it_stands_beside_the_country(page):
    asked(page, "Wales")
    chart = place_charts.of_audit(of_official_figures("Wales"))["Beside the United Kingdom"].draw()
    assert chart.title.startswith("Wales is furthest behind on ")
    held = [cell for cell in observed_cells() if cell.place == "Wales" and cell.section == ALL and cell.value is not None]
    assert set(chart.data["place"]) <= {cell.label for cell in held}
    assert f"#### {chart.title}" in "\n".join(element.value for element in page.markdown).replace("\\", "")


def test_all_regions_stand_in_bars_and_on_a_map_with_their_figures_in_words():
    whole = GoodJobsAudit("", tuple(ranked(observed_cells())), (), tuple(people_of_places()), "none")
    pictures = place_charts.of_audit(whole)
    names = [name for name in pictures if name.endswith(", as a map")]
    assert len(names) * 2 == len(pictures)
    for name in names:
        tiles, bars = pictures[name].draw(), pictures[name.replace("as a map", "as bars")].draw()
        assert tiles.title == bars.title
        assert {row["x"] for row in tiles.spec["data"]["values"]} <= set(range(4))
        held = bars.data[bars.data["place"] != UK]
        assert all(f"{place} " in tiles.alt for place in held["place"])
    low_paid = pictures["Jobs below the real living wage, as bars"].draw()
    figures = {
        cell.place: cell.value for cell in observed_cells() if cell.indicator == "below_living_wage" and cell.section == ALL
    }
    best = min((place for place in figures if place != UK and figures[place] is not None), key=figures.__getitem__)
    assert f"{best} does best" in low_paid.title
    of_the_same_year = {
        cell.uk for cell in whole.cells if cell.indicator == "below_living_wage" and cell.section == ALL and cell.rank
    }
    assert set(low_paid.data.loc[low_paid.data["place"] == UK, "value"]) == of_the_same_year
