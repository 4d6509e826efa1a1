"""What Home leads to besides its doors, and the page of a parameter: by keyboard alone, on a wide screen and a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_app import BUILD, fits, picture, violations, without_hint
from tests.browser.test_company import WAIT, press, still, tab_to

pytestmark = pytest.mark.browser


def choose(page: Page, label: str, typed: str, then: Locator) -> None:
    """Choose in a list by keyboard: open it, type until one is left, take it; and wait for what it leads to."""
    still(page)
    box = page.get_by_role("combobox", name=re.compile(label))
    tab_to(page, box)
    page.keyboard.type(typed)
    expect(page.get_by_role("option").first).to_contain_text(typed, timeout=WAIT)
    page.keyboard.press("Enter")
    expect(then).to_be_visible(timeout=WAIT)


def looked_at(page: Page, directory, name: str) -> None:
    """A picture of the page as it stands, which has no barrier and no table that hides what is beside it."""
    still(page)
    picture(page, directory, name)
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])


def test_a_parameter_is_read_by_keyboard_alone(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/parameter?path=human_investment.additional_deduction")
    expect(page.get_by_role("heading", name="Extra deduction for training", exact=True)).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("?path=human_investment.additional_deduction").last).to_be_visible(timeout=WAIT)
    still(page)
    tab_to(page, page.get_by_role("switch", name=re.compile("Find the formulas that read it")))
    page.keyboard.press("Space")
    expect(page.get_by_text("Human-investment deduction (")).to_be_visible(timeout=WAIT)
    looked_at(page, tmp_path, "parameter")
    rate = "corporation_tax.main_rate"
    choose(page, "Parameter", rate, page.get_by_role("heading", name="Main rate of corporation tax", exact=True))
    expect(page).to_have_url(re.compile(rf"path={rate}$"), timeout=WAIT)


def test_effective_rates_are_asked_for_by_keyboard_alone(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/rates")
    expect(page.get_by_role("heading", name="£1 of course fees costs 75.0p after tax")).to_be_visible(timeout=WAIT)
    still(page)
    tab_to(page, page.get_by_label(re.compile("Day of the spending")))
    page.keyboard.type("2028-06-01")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Spent on 1 June 2028.", exact=True)).to_be_visible(timeout=WAIT)
    looked_at(page, tmp_path, "rates")


def test_the_audit_of_a_region_is_asked_for_by_keyboard_alone(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/audit")
    choose(page, "Region or nation", "Wales", page.get_by_role("button", name="Show the audit of Wales"))
    press(page, "Show the audit of Wales")
    expect(page.get_by_role("heading", name="Wales is not clearly behind the country on any indicator")).to_be_visible(
        timeout=BUILD
    )
    expect(page.get_by_role("link", name="Methods and data").last).to_be_visible(timeout=WAIT)
    looked_at(page, tmp_path, "audit")


def test_the_audit_of_a_place_that_an_address_names_has_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/audit?place=Leeds")
    expect(page.get_by_role("heading", name=re.compile("^Leeds is clearly behind England on"))).to_be_visible()
    expect(
        page.get_by_role("heading", name="Which authorities are like it, and which are clearly better or worse")
    ).to_be_visible()
    expect(page.get_by_role("link", name="Methods and data").last).to_be_visible()
    page.locator("summary").filter(has_text="The whole audit of the place as text").click()
    expect(page.get_by_role("region", name="Text, scrolls sideways")).to_be_visible()
    looked_at(page, tmp_path, "place")


def test_good_work_first_is_reached_from_home_and_asked_for_by_keyboard_alone(corner, address, tmp_path):
    page = corner
    page.goto(address)
    expect(page.get_by_text("Law is held to")).to_be_visible(timeout=WAIT)
    still(page)
    tab_to(page, page.get_by_test_id("stMain").get_by_role("link", name="Good Work First"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Good Work First", exact=True)).to_be_visible(timeout=WAIT)
    press(page, "Show who would pass")
    expect(page.get_by_role("heading", name=re.compile("of the contracts covered would fail"))).to_be_visible(timeout=BUILD)
    expect(page.get_by_text(re.compile("Modelled throughout.*Proposed, not law"))).to_be_visible()
    still(page)
    tab_to(page, page.locator("summary").filter(has_text="Suppliers by region"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="North East")).to_be_visible(timeout=WAIT)
    looked_at(page, tmp_path, "procurement")


def test_several_reforms_are_costed_in_one_table_by_keyboard_alone(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/several")
    expect(page.get_by_role("button", name="Cost them")).to_be_enabled(timeout=WAIT)
    press(page, "Cost them")
    expect(page.get_by_role("button", name="Download the table (CSV)")).to_be_visible(timeout=BUILD)
    expect(page.get_by_role("cell", name="Human-investment super-deduction (proposed, not law)")).to_be_visible(timeout=WAIT)
    looked_at(page, tmp_path, "several")


def test_all_areas_are_in_the_menu_and_each_page_has_a_title_of_its_own(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    menu = page.get_by_test_id("stTopNavLinkContainer")
    expect(menu).to_have_count(8, timeout=WAIT)
    for place in range(8):
        name = menu.nth(place).inner_text().strip()
        menu.nth(place).click()
        expect(page).to_have_title(f"{name} · Good work costing model", timeout=WAIT)
    page.close()
