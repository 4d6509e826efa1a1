"""The door for companies in a browser: by keyboard alone, on a wide screen and on a phone, in light and in dark."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import WAIT
from tests.browser.test_app import fits, picture, violations, without_hint

pytestmark = pytest.mark.browser


def tab_to(page: Page, target) -> None:
    """Press Tab until the target has the keyboard."""
    expect(target).to_be_enabled(timeout=WAIT)
    for _ in range(150):
        if target.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def press(page: Page, name: str) -> None:
    """Press a button by keyboard, once the screen before it has been drawn to its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=WAIT)
    tab_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


ANSWERS = (
    ("First day", "1 January 2028"),
    ("Trading profit before capital allowances", "£240k"),
    ("", ""),  # no associated companies
    ("External course fees", "20k"),
)
MOST_SCREENS = 7  # from Home to the result of the main relief


def test_a_company_is_told_and_its_tax_read_by_keyboard_alone_within_seven_screens_of_home(browser, address):
    page, screens = browser.new_page(), 1
    page.goto(address)
    page.get_by_test_id("stMain").get_by_role("link", name="For a company").click()
    press(page, "Start")
    for number, (label, typed) in enumerate(ANSWERS, start=1):
        screens += 1
        expect(page.get_by_text(f"Question {number} of {len(ANSWERS)}")).to_be_visible(timeout=WAIT)
        if label:
            tab_to(page, page.get_by_label(label))
            page.keyboard.type(typed)
        press(page, "Continue")
    screens += 1
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible(timeout=WAIT)
    press(page, "Work out the tax")
    screens += 1
    expect(page.get_by_role("heading", name="You would pay £1,590 less corporation tax")).to_be_visible(timeout=WAIT)
    assert screens <= MOST_SCREENS
    page.close()


def still(page: Page) -> None:
    """Wait until the page has run to its end and everything of it is drawn."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=WAIT)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT)


def test_every_screen_of_the_door_has_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/company")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "begin")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])
    page.get_by_role("button", name="A group of companies").click()
    expect(page.get_by_label("Share owned, company 2")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "group")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])
    page.get_by_label("First day").fill("1 April 2027")
    for company, profit in ((1, "300k"), (2, "-100k")):
        page.get_by_label(f"Trading profit before capital allowances, company {company}").fill(profit)
    page.get_by_label("Share owned, company 2").fill("80%")
    page.get_by_label("Share owned, company 2").press("Tab")
    still(page)  # a run that ends would close the list again
    page.get_by_role("combobox", name=re.compile("Owned by, company 2")).click()
    page.get_by_role("option", name="Company 1").click()
    page.get_by_role("button", name="Work out the tax", exact=True).click()
    expect(page.get_by_role("heading", name="The group would pay the same corporation tax")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "group-result")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])
    page.get_by_role("button", name="Start again", exact=True).click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_label("First day").fill("1 April twenty")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("For example: 1 April 2027.").first).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "question")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])


def test_the_result_has_no_barrier_and_its_files_can_be_taken_away(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/company")
    page.get_by_role("button", name="Try an example").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible(timeout=WAIT)
    still(page)
    page.reload()  # the tab has kept the answers
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "check")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])
    page.get_by_role("button", name="Work out the tax").click()
    expect(page.get_by_role("heading", name="Take away")).to_be_visible(timeout=WAIT)
    expect(page.get_by_label(re.compile("You are here: £20,000")).first).to_be_attached()
    page.get_by_text("Every step of the working, with links to the law").click()
    expect(page.get_by_role("heading", name="Sources of the figures of law")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "result")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the workbook (the computation in formulas)").click()
    started.value.save_as(tmp_path / "company.xlsx")
    assert (tmp_path / "company.xlsx").read_bytes().startswith(b"PK")


def test_many_companies_are_reached_from_the_door(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/company")
    page.get_by_role("link", name="Many companies from a table").click()
    expect(page.get_by_role("heading", name="Many companies")).to_be_visible(timeout=WAIT)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download a table to begin with (CSV)").click()
    started.value.save_as(tmp_path / "companies.csv")
    page.locator("input[type=file]").set_input_files(tmp_path / "companies.csv")
    expect(page.get_by_text("2 companies, 2 accounting periods")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "companies")
    assert (fits(page), violations(page), without_hint(page)) == (True, [], [])


def _chosen_by_enter(page, button):
    """The dialogue that Enter opens: pressed again while the box that holds the button is still unfolding."""
    for _ in range(20):
        expect(button).to_be_focused()
        with suppress(PlaywrightTimeout):
            with page.expect_file_chooser(timeout=3_000) as chooser:
                page.keyboard.press("Enter")
            return chooser.value
    raise AssertionError("Enter never opened the dialogue")


def test_a_file_is_uploaded_by_keyboard_alone(browser, address, tmp_path):
    """The button of the upload takes the keyboard and opens the system's own dialogue, which is given a file here."""
    file = tmp_path / "mine.yaml"
    file.write_text("accounting_periods: [{start: 2028-01-01, end: 2028-12-31, external_course_fees: 20k}]\n")
    page = browser.new_page()
    page.goto(f"{address}/company")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=WAIT)
    tab_to(page, page.locator("summary").filter(has_text="Load the file of a company or of a group"))
    page.keyboard.press("Enter")
    button = page.get_by_test_id("stFileUploaderDropzone").locator("button").first
    tab_to(page, button)
    _chosen_by_enter(page, button).set_files(file)
    expect(page.get_by_text("The file has no faults.")).to_be_visible(timeout=WAIT)
    press(page, "Use this file")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible(timeout=WAIT)
    page.close()


def test_a_second_period_is_added_by_keyboard_alone(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/company")
    press(page, "Try an example")
    press(page, "Add the next accounting period")
    expect(page.get_by_label("First day")).to_have_value("1 January 2029", timeout=WAIT)
    for number in (2, 3):
        press(page, "Continue")
        expect(page.get_by_text(f"Question {number} of 4, accounting period 2")).to_be_visible(timeout=WAIT)
        if number == 2:
            tab_to(page, page.get_by_label("Trading profit before capital allowances"))
            page.keyboard.type("-50k")
    press(page, "Back")
    expect(page.get_by_label("Trading profit before capital allowances")).to_have_value("-50k", timeout=WAIT)
    page.close()


def test_one_press_of_back_leaves_a_visit_that_a_link_brought_and_its_figures_leave_the_address(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/company")
    press(page, "Try an example")
    page.get_by_text("Copy a link with my answers").click()
    link = page.get_by_test_id("stCode").first.inner_text().replace("\n", "")
    assert "?answers=" in link
    page.goto(address)
    still(page)
    page.goto(f"{address}/company?{link.partition('?')[2]}")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible(timeout=WAIT)
    expect(page).to_have_url(f"{address}/company")
    still(page)
    page.go_back()
    expect(page).to_have_url(re.compile(f"^{re.escape(address.rstrip('/'))}/?$"))
    expect(page.get_by_role("heading", name="Check your answers")).to_have_count(0, timeout=WAIT)
    page.close()
