"""What pages do beyond Streamlit's own: announcements, refused boxes, tables that the keyboard scrolls, focus, print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HEIGHT, WIDTHS
from tests.browser.test_app import TABLES, without_hint
from tests.browser.test_company import WAIT, press, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": WIDTHS["phone"], "height": HEIGHT})
    yield context.new_page()
    context.close()


def test_a_refused_answer_is_marked_on_its_box_and_announced_and_neither_once_it_is_mended(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/company")
    press(page, "Start")
    box = page.get_by_label("First day")
    box.fill("1 April twenty")
    press(page, "Continue")
    expect(box).to_have_attribute("aria-invalid", "true", timeout=WAIT)
    expect(page.locator(".goodwork-said[role=alert]")).to_have_text(
        re.compile("There is a problem.*1 April twenty", re.DOTALL)
    )
    box.fill("1 April 2027")
    press(page, "Continue")
    expect(page.locator(".goodwork-said[role=status]")).to_have_text(re.compile("What is the trading profit"), timeout=WAIT)
    expect(page.locator(".goodwork-said[role=alert]")).to_have_text("")
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    page.close()


def test_a_wide_table_is_reached_and_scrolled_by_keyboard_on_a_phone(phone, address):
    phone.goto(f"{address}/audit?place=Leeds")
    box = phone.get_by_role("region", name=re.compile("scrolls sideways")).first
    expect(box).to_be_visible(timeout=WAIT)
    tab_to(phone, box)
    phone.keyboard.press("ArrowRight")
    phone.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle(), timeout=WAIT)


def test_a_table_that_fits_after_all_does_not_say_that_it_scrolls(phone, address):
    phone.goto(f"{address}/rates")
    expect(phone.get_by_role("table")).to_have_count(1, timeout=WAIT)
    expect(phone.locator(".scrolls-sideways").first).to_be_hidden(timeout=WAIT)
    assert not any(one["wide"] for one in phone.evaluate(TABLES))


def test_a_table_that_boxes_leave_less_room_than_was_expected_says_that_it_scrolls(phone, address):
    phone.goto(f"{address}/several")
    phone.locator("summary").filter(has_text="Years, response and assumptions").click()
    phone.get_by_text("What the levels assume, and the sources").click()
    expect(phone.locator("[data-testid=stTable][data-hint]")).to_have_count(1, timeout=WAIT)
    assert without_hint(phone) == []


def test_the_menu_of_a_phone_closes_after_a_choice(phone, address):
    phone.goto(address)
    expect(phone.locator(".goodwork-said[role=status]")).to_have_text(re.compile("What would a change"), timeout=WAIT)
    phone.get_by_test_id("stExpandSidebarButton").click()
    menu = phone.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Effective tax rates").click()
    expect(phone.get_by_role("heading", level=1, name="Effective tax rates")).to_be_visible(timeout=WAIT)
    expect(menu).to_have_attribute("data-collapsed", "true", timeout=WAIT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_keyboard_is_outlined(browser, address, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/company")
    button = page.get_by_role("button", name="Start", exact=True)
    tab_to(page, button)
    assert button.evaluate("one => getComputedStyle(one).outlineWidth") == "3px"
    assert button.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    box = page.get_by_role("combobox", name=re.compile("^Relief to set against current law"))
    tab_to(page, box)  # what is chosen or typed is outlined with all of its box, which covers the edges of the input
    assert box.evaluate("one => getComputedStyle(one.closest('[role=group]')).outline").endswith("solid 3px")
    press(page, "Start")
    typed = page.get_by_label("First day")
    tab_to(page, typed)
    assert typed.evaluate("one => getComputedStyle(one.parentElement).outline").endswith("solid 3px")
    context.close()


def test_a_page_prints_whole_without_its_menu_and_buttons(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/compare")
    expect(page.get_by_role("heading", name="differ in 4 parameters")).to_be_visible(timeout=WAIT)
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.get_by_role("button", name="Download every figure (CSV)")).to_be_hidden()
    expect(page.get_by_text("References and addresses of both sides")).to_be_hidden()  # folded up: nothing to read there
    page.wait_for_function(f"document.documentElement.scrollHeight > {HEIGHT}", timeout=WAIT)  # not one screen of it alone
    page.close()
