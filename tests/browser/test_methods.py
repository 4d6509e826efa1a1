"""Methods and data in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_app import fits, picture, violations, without_hint
from tests.browser.test_company import WAIT, tab_to

pytestmark = pytest.mark.browser


def test_methods_and_data_have_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/methods")
    expect(page.get_by_role("heading", name="Accessibility")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "methods")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])


def test_methods_are_walked_by_keyboard_alone(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/methods")
    expect(page.get_by_role("heading", name="Accessibility")).to_be_visible(timeout=WAIT)
    for name in ("Modelled", "Sources of the official figures"):
        closed = page.locator("summary").filter(has=page.get_by_text(name, exact=True))
        tab_to(page, closed)
        page.keyboard.press("Enter")
        expect(page.locator("details[open]").filter(has_text=name).first).to_be_visible()
    tab_to(page, page.get_by_role("combobox", name=re.compile("Group")))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=WAIT)
    tab_to(page, page.get_by_role("button", name="Download all assumptions (CSV)"))
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == "assumptions.csv"
    page.close()


def test_effective_rates_have_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/rates")
    expect(page.get_by_role("heading", name="£1 of course fees costs 75.0p after tax")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "rates")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])
