"""The door for comparisons in a browser: by keyboard alone, and its link opened again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_app import fits, picture, violations, without_hint
from tests.browser.test_company import WAIT, tab_to

pytestmark = pytest.mark.browser

LINK = "compare?a=law%402023-03-31&b=law&on=2023-04-01&parameter=corporation_tax.main_rate"


def test_a_comparison_reopened_from_its_link_has_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/{LINK}")
    expect(page.get_by_role("heading", name="differ in")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("heading", name="Main rate of corporation tax goes from 28% to")).to_be_visible(timeout=WAIT)
    page.get_by_text("References and addresses of both sides").click()
    expect(page.get_by_text(re.compile(r"\?a=law%402023-03-31&b=law&on=2023-04-01&parameter=corp")).last).to_be_visible(
        timeout=WAIT
    )
    picture(page, tmp_path, "compare")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])


def test_a_comparison_is_a_click_from_home_and_made_by_keyboard_alone(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.get_by_test_id("stMain").get_by_role("link", name="Compare two sets of law").click()
    expect(page.get_by_role("heading", name="differ in 4 parameters")).to_be_visible(timeout=WAIT)
    tab_to(page, page.get_by_role("combobox", name=re.compile("Law B")))
    page.keyboard.type("Current law")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Current law and current law are the same law.")).to_be_visible(timeout=WAIT)
    page.close()


def test_what_law_b_would_cost_opens_with_law_b(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/compare?a=law&b=training-boost-120-percent")
    page.get_by_role("link", name="What would law B cost against current law?").click()
    expect(page.get_by_role("heading", name="Cost a policy", level=1)).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Training boost of 120% on registered providers.", exact=True).first).to_be_visible()
    page.close()
