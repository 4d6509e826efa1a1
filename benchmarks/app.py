"""Time the web app as people meet it, in Chromium: first paint, a company's result, a costing, twenty visitors at once.

The page itself holds the stopwatch: from the press of a button, or from going to an address, until the frame after the one
in which the words are there. Playwright itself looks ever more seldom (after 270 ms, next after 770): too seldom here. Who
presses has let the page come to rest, as a reader does.

The server is one of its own, over the population in the cache (built first where there is none). Needs Chromium on the PATH
or in GOODWORK_CHROMIUM, and the extras `app` and `dev`.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from visitors import memory, served

SWITCHES = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
WAIT = 600_000  # ms: a figure that is far over its bound is a figure still
SETTLED = 2_000  # ms, until what stands behind a finished page is drawn
RUNS, VISITORS = 5, 20
HOME, FOUND, LAST = "Law is held to", "You would pay", "Take away"
EARLY, WHOLE, AT_ONCE = "The range and who gains are being worked out", "Downloads", "Done at once"
_STOPWATCH = """
(() => {
    const all = ':is(h1, h2, h3, p, summary, [role=tab])';
    let pressed = 0;
    addEventListener('click', event => { pressed = event.timeStamp; }, true);
    window.watched = {};
    window.watch = words => {
        const regex = new RegExp(words);
        const says = one => regex.test(one.textContent) && one.checkVisibility();
        const isThere = () => [...document.querySelectorAll(all)].some(says);
        window.watched[words] = new Promise(seen => {
            const look = () => requestAnimationFrame(isThere() ? () => seen((performance.now() - pressed) / 1000) : look);
            look();
        });
    };
    window.watch('HOME');
})();
""".replace("HOME", HOME)


def visitor(browser: Browser) -> Page:
    """Somebody who has not been here before."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(WAIT)
    page.add_init_script(_STOPWATCH)
    return page


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def watch(page: Page, *words: str) -> None:
    """Let the page come to rest, and watch for words that a press of its button will bring."""
    page.wait_for_timeout(SETTLED)
    page.evaluate("words => words.forEach(window.watch)", list(words))


def shown(page: Page, words: str) -> float:
    """Seconds from the last press, or from going to the page where none was, until words that are watched for are there."""
    return float(page.evaluate("words => window.watched[words]", words))


def painted(page: Page, address: str) -> float:
    """From going to the app until Home is there to its last line."""
    page.goto(address)
    return shown(page, HOME)


def company(browser: Browser, address: str) -> tuple[float, float]:
    """From asking for a company's result until its finding is there, and until its last heading is."""
    page = visitor(browser)
    page.goto(f"{address}/company")
    page.get_by_role("button", name="Try an example").click()
    button = page.get_by_role("button", name="Work out the tax")
    button.wait_for()
    watch(page, FOUND, LAST)
    button.click()
    times = shown(page, FOUND), shown(page, LAST)
    page.context.close()
    return times


def opened_at_cost(browser: Browser, address: str, level: str, last: str) -> Page:
    """The page of a costing, its form filled and not sent."""
    page = visitor(browser)
    page.goto(f"{address}/cost?behaviour={level.lower()}&last={last}")
    page.get_by_role("button", name="Run the costing").wait_for()
    return page


def run(page: Page) -> None:
    """Send the form."""
    page.get_by_role("button", name="Run the costing").click()


def finish(page: Page) -> None:
    """Wait for the result to its last heading, or fail where the page says that something went wrong."""
    page.get_by_role("tab", name="Downloads").wait_for()
    if page.get_by_test_id("stException").count():
        raise SystemExit("A page failed.")


def costing(browser: Browser, address: str, last: str) -> tuple[float, float, float]:
    """From pressing the button until the figure is there, before its interval, and until all of it is; then once more.

    Years not asked for before are run anew; the same request is answered from what is kept.
    """
    page = opened_at_cost(browser, address, "Central", last)
    watch(page, EARLY, WHOLE)
    run(page)
    figure, whole = shown(page, EARLY), shown(page, WHOLE)
    finish(page)
    watch(page, AT_ONCE)
    run(page)
    again = shown(page, AT_ONCE)
    page.context.close()
    return figure, whole, again


def tabs_to_run(browser: Browser, address: str) -> int:
    """How often Tab is pressed from the top of the page of a costing to its button."""
    page = opened_at_cost(browser, address, "Central", "2031-32")
    button, tabs = page.get_by_role("button", name="Run the costing"), 0
    while not button.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
        tabs += 1
    page.context.close()
    return tabs


def crowd(browser: Browser, address: str) -> tuple[float, float]:
    """Twenty visitors who send a costing before the first has its result: seconds to the first result and to the last.

    They ask five different things, none of which was asked before.
    """
    last = ("2028-29", "2029-30", "2030-31", "2031-32", "2027-28")
    pages = [opened_at_cost(browser, address, "High", last[one % len(last)]) for one in range(VISITORS)]
    begun = time.perf_counter()
    for page in pages:
        run(page)
    taken = []
    for page in pages:
        finish(page)
        taken.append(time.perf_counter() - begun)
        page.context.close()
    return min(taken), max(taken)


def cancelled(browser: Browser, address: str) -> float:
    """From cancelling the first run of a server, which builds its population, until the page says that nothing runs."""
    page = opened_at_cost(browser, address, "Central", "2031-32")
    run(page)
    page.get_by_text(re.compile("Build the population: .*[1-9][0-9]% done")).wait_for()
    button = page.get_by_role("button", name="Cancel the run")
    taken = seconds(lambda: (button.click(), page.get_by_text("You cancelled the run.").wait_for()))
    page.context.close()
    return taken


def row(figure: str, listed: list[float], bound: str) -> str:
    """A row of the table."""
    cells = [figure, *(f"{one:.2f}" for one in (min(listed), statistics.median(listed), max(listed))), bound]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the tables."""
    chromium = os.environ.get("GOODWORK_CHROMIUM") or which("chromium") or which("chromium-browser")
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    print("| Figure | min s | median s | max s | bound |\n|---|---|---|---|---|")
    with sync_playwright() as playwright, served() as (address, process):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        with served(is_built=False) as (empty, _):
            print(row("Cancelled while a population is built", [cancelled(browser, empty)], "1 s"), flush=True)
        print(row("First paint, server just started", [painted(visitor(browser), address)], "3 s"), flush=True)
        print(row("First paint, warm", [painted(visitor(browser), address) for _ in range(RUNS)], "1 s"), flush=True)
        company(browser, address)
        findings, wholes = zip(*(company(browser, address) for _ in range(RUNS)), strict=True)
        print(row("A company's result, its finding", list(findings), "0.3 s"), flush=True)
        print(row("A company's result, to its last heading", list(wholes), "–"), flush=True)
        costing(browser, address, "2031-32")
        years = ["2030-31", "2029-30", "2028-29"]
        figures, wholes, agains = zip(*(costing(browser, address, one) for one in years), strict=True)
        print(row("A costing, warm, its figure by year", list(figures), "1.5 s"), flush=True)
        print(row("A costing, warm, its whole page", list(wholes), "3 s"), flush=True)
        print(row("The same costing again", list(agains), "0.3 s"), flush=True)
        print(f"| Tabs from the top of the page to Run | {tabs_to_run(browser, address)} | | | 12 |", flush=True)
        before = memory(process)
        first, last = crowd(browser, address)
        print(
            row(f"{VISITORS} visitors at once, five requests, first and last result", [first, last], "25 s, no error"),
            flush=True,
        )
        after, peak = memory(process), memory(process, "VmHWM")
        print(f"\nMemory of the server, MB: {before:,.0f} before them, {after:,.0f} after, {peak:,.0f} at its peak.")
        browser.close()


if __name__ == "__main__":
    main()
