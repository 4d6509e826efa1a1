"""The app as people meet it: in a browser, on a wide screen and on a phone, in light and in dark, by keyboard."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from openfisca_goodwork.screens.cost_result import TABS
from tests.browser.conftest import WAIT

pytestmark = pytest.mark.browser

LAST = list(TABS)[-1]

SECONDS = 1_000
BUILD = 180 * SECONDS  # the first run builds the population
YEAR = re.compile(r"20\d\d-\d\d")
MOST_TABS = 12  # from the top of the page, its menu included, to the button
FIGURE = re.compile(r"[-+]?[\d,]+|under £3m")

WEIGHTY = {"moderate", "serious", "critical"}
# Of every table: whether it is wider than its box, and whether a hint that is to be seen stands right before it.
TABLES = """() => [...document.querySelectorAll('[data-testid=stTable]')].filter(one => one.checkVisibility()).map(one => {
    const box = [one, ...one.querySelectorAll('*')].find(part => part.scrollWidth > part.clientWidth + 1
        && ['auto', 'scroll'].includes(getComputedStyle(part).overflowX))
    const before = one.closest('[data-testid=stElementContainer]').previousElementSibling
    const hint = before && before.querySelector('.scrolls-sideways')
    const said = one.hasAttribute('data-hint') || (!!hint && hint.checkVisibility())
    return {text: one.innerText.slice(0, 60), wide: !!box, hint: said}
})"""


def violations(page: Page) -> list[str]:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=WAIT)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT)
    page.locator("body[data-settled]").wait_for(state="attached", timeout=WAIT)
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in WEIGHTY]


def picture(page: Page, directory: Path, name: str) -> None:
    """The whole page, kept with the test's own files."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": height + 100})
    page.screenshot(path=directory / f"{name}.png")
    page.set_viewport_size(size)


def fits(page: Page) -> bool:
    """Whether nothing makes the page itself wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def without_hint(page: Page) -> list[str]:
    """How tables begin that are wider than their box and do not say that they scroll."""
    return [one["text"] for one in page.evaluate(TABLES) if one["wide"] and not one["hint"]]


def cost(page: Page, address: str) -> None:
    """Open the door from Home and run what it offers: two clicks."""
    page.goto(address)
    page.get_by_test_id("stMain").get_by_role("link", name="Cost a policy").click()
    page.get_by_role("button", name="Run the costing").click()
    expect(page.get_by_role("tab", name=LAST)).to_be_visible(timeout=BUILD)


def change_by(page: Page, way: str) -> None:
    """Open what changes the reform, and choose a way."""
    page.get_by_text("Change this reform").click()
    page.get_by_text(way, exact=True).click()


def test_home_opens_and_has_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("What would a change to corporation tax cost?")
    expect(page.get_by_text("Law is held to")).to_be_visible()
    picture(page, tmp_path, "home")
    assert fits(page)
    assert violations(page) == []


def test_the_main_reform_is_costed_read_and_has_no_barrier(page, address, tmp_path):
    cost(page, address)
    finding = page.get_by_role(
        "heading", name=re.compile(r"Human-investment super-deduction costs £[\d.,]+(bn|m) in 2031.32")
    )
    expect(finding).to_be_visible()
    rows = page.get_by_role("table").filter(has_text="Post-behavioural (central)").first.locator("tbody tr")
    expect(rows).to_have_text([re.compile(r"20\d\d-\d\d.*\d")] * 6)
    cells = rows.evaluate_all("rows => rows.map(row => Array.from(row.cells, cell => cell.innerText))")  # at one moment
    assert [row[0].strip() for row in cells][::5] == ["2026-27", "2031-32"]
    for year, *figures in cells:
        assert YEAR.fullmatch(year.strip())
        assert len(figures) == 3
        assert all(FIGURE.fullmatch(figure.strip()) for figure in figures)
    for tab in (*TABS, next(iter(TABS))):
        page.get_by_role("tab", name=tab, exact=True).click()
        drawn = page.get_by_role("tabpanel", name=tab, exact=True).get_by_test_id("stElementContainer")
        expect(drawn.first).to_be_visible()  # a tab is drawn when it is opened
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        picture(page, tmp_path, f"result-{tab}")
        assert (tab, fits(page), violations(page), without_hint(page)) == (tab, True, [], [])


def test_every_chart_has_its_figures_in_words(browser, address):
    page = browser.new_page()
    cost(page, address)
    chart = page.get_by_label(re.compile(r"Columns by financial year, £ million\. Post-behavioural \(central\): 2026-27 "))
    expect(chart.first).to_be_attached()
    page.close()


def test_the_table_can_be_taken_away(browser, address, tmp_path):
    page = browser.new_page()
    cost(page, address)
    with page.expect_download() as started:
        page.get_by_role("tab", name=LAST).click()
        page.get_by_role("button", name="Download every figure (CSV)").click()
    started.value.save_as(tmp_path / "cost.csv")
    heading, *rows = (tmp_path / "cost.csv").read_text(encoding="utf-8").splitlines()
    assert heading == "measure,item,financial_year,value,unit"
    assert rows[0].startswith("exchequer effect,static,2026-27,-")
    page.close()


def test_a_costing_is_run_by_keyboard_alone(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/cost")
    button = page.get_by_role("button", name="Run the costing")
    expect(button).to_be_enabled()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name=LAST)).to_be_visible(timeout=BUILD)
    page.close()


def test_faults_of_a_text_are_shown_where_it_is_written(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/cost")
    change_by(page, "Text (YAML)")
    text = page.get_by_role("textbox", name="Reform (YAML)")
    expect(text).to_have_value(re.compile("additional_deduction"))
    text.fill(text.input_value().replace("additional_deduction", "additional_deduktion"))
    text.press("Control+Enter")
    expect(page.get_by_text("Did you mean human_investment.additional_deduction?")).to_be_visible()
    expect(page.get_by_role("button", name="Run the costing")).to_be_disabled()
    picture(page, tmp_path, "faults")
    assert fits(page)
    assert violations(page) == []


def test_a_run_is_cancelled_by_keyboard_and_the_next_one_begins_at_once(browser, address):
    page = browser.new_page()
    cost(page, address)  # the population is there from here on
    page.get_by_text("Years, response and assumptions").click()
    page.get_by_role("radiogroup", name="How strongly companies respond").get_by_text("High").click()
    expect(page.get_by_text("Changed since this result: how strongly companies respond.")).to_be_visible()
    page.get_by_role("button", name="Run the costing").click()
    cancel = page.get_by_role("button", name="Cancel the run")
    expect(cancel).to_be_visible()
    moving = page.evaluate("document.getAnimations().filter(one => one instanceof CSSAnimation).length")
    assert moving == 0, "what moves while a run goes on takes the processor that the run needs"
    cancel.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You cancelled the run.")).to_be_visible()
    expect(page.get_by_text("Changed since this result: how strongly companies respond.")).to_be_visible()
    page.get_by_role("button", name="Run the costing").click()
    expect(page.get_by_role("table").filter(has_text="Post-behavioural (high)").first).to_be_visible()
    page.close()


def _enter_grid(page):
    """Click the first cell until it has the keys: the grid is drawn, and moved by what stands above it, after the text."""
    grid, first = page.get_by_test_id("data-grid-canvas"), page.locator("#glide-cell-0-0")
    expect(grid).to_be_visible()
    for _ in range(5):
        grid.click(position={"x": 20, "y": 52}, force=True)  # forced: the grid lays its scroller over itself
        with suppress(AssertionError):
            return expect(first).to_be_focused(timeout=2 * SECONDS)
    return expect(first).to_be_focused()


def test_a_reform_is_edited_in_the_table_by_keyboard(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/cost")
    change_by(page, "Table")
    _enter_grid(page)  # from here on by keyboard
    for typed, said in (
        ("a lot", "Row 1: human_investment.additional_deduction"),
        ("15%", "extra deduction for training 15%."),
    ):
        for key in ("ArrowRight", "ArrowRight"):
            page.keyboard.press(key)
        expect(page.locator("#glide-cell-2-0")).to_be_focused()
        for key in ("Enter", "Control+A"):
            page.keyboard.press(key)
        page.keyboard.type(typed, delay=40)
        page.keyboard.press("Enter")
        expect(page.get_by_text(said).first).to_be_visible()
        for key in ("ArrowUp", "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
    picture(page, tmp_path, "table")
    assert fits(page)
    assert violations(page) == []


def test_a_run_survives_a_refresh_in_its_midst(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/cost")
    page.get_by_text("Change this reform").click()
    rate = page.get_by_label(re.compile("^Extra deduction for training"))
    rate.fill("17%")
    rate.press("Enter")
    title = "Human-investment super-deduction, extra deduction for training 17%"
    expect(page.get_by_text(f"{title}.").first).to_be_visible()
    page.get_by_role("button", name="Run the costing").click()
    expect(page.get_by_role("button", name="Cancel the run")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=re.compile(f"^{title} costs "))).to_be_visible(timeout=BUILD)
    expect(page.get_by_text("The run was stopped")).to_have_count(0)
    page.close()


def test_what_was_changed_and_costed_survives_a_refresh_another_page_a_second_tab_and_the_way_back(browser, address):
    context = browser.new_context()
    page = context.new_page()
    cost(page, address)
    page.get_by_text("Change this reform").click()
    rate = page.get_by_label(re.compile("^Extra deduction for training"))
    rate.fill("20%")
    rate.press("Enter")
    title = "Human-investment super-deduction, extra deduction for training 20%"
    expect(page.get_by_text(f"{title}.").first).to_be_visible()
    page.get_by_role("button", name="Run it again").click()
    # The finding stands before the range is drawn, and a run that is left then is not kept: wait for its end.
    running = page.get_by_role("button", name="Cancel the run")
    expect(running).to_be_visible()
    expect(running).to_be_hidden(timeout=BUILD)
    result = page.get_by_role("heading", name=re.compile(f"^{title} costs "))
    expect(result).to_be_visible(timeout=BUILD)
    page.reload()
    expect(result).to_be_visible()
    page.get_by_role("link", name="Effective tax rates").first.click()
    expect(page.get_by_role("heading", name="Effective tax rates")).to_be_visible()
    page.get_by_role("link", name="Cost a policy").first.click()
    expect(result).to_be_visible()
    tab = context.new_page()
    tab.goto(page.url)
    expect(tab.get_by_role("heading", name=re.compile(f"^{title} costs "))).to_be_visible()
    tab.get_by_text("Change this reform").click()
    again = tab.get_by_label(re.compile("^Extra deduction for training"))
    again.fill("10%")
    again.press("Enter")
    expect(tab.get_by_text(f"{title.replace('20', '10')}.").first).to_be_visible()
    tab.wait_for_timeout(3 * SECONDS)  # an address that was written lately is not taken for the way back
    tab.go_back()
    expect(tab.get_by_text(f"{title}.").first).to_be_visible()
    context.close()


def test_the_levers_and_the_assumptions_fit_and_have_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/cost?set=assumptions.take_up.central.later_years@2010-04-01=0.8")
    change_by(page, "Main levers")
    page.get_by_text("Years, response and assumptions").click()
    page.get_by_text("Try several values of one lever").click()
    expect(page.get_by_role("textbox", name=re.compile("^Values, 2 to 8"))).to_be_visible()
    expect(page.get_by_role("textbox", name="Take-up, central case, later years")).to_have_value("80%")
    expect(page.get_by_role("textbox", name="Extra deduction for training")).to_have_value("30%")
    picture(page, tmp_path, "levers")
    assert fits(page)
    assert violations(page) == []
