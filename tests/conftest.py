"""What every test may use, the three tiers of tests, and the order of the run.

The first tier (``make test``) is what every change must pass, in minutes. The second (``make test-all``) adds what takes
long: tests marked `slow` or `browser`, and what ``SECOND_TIER`` names. The third (``make test-nightly``) takes longest.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSER_VARIABLE = "GOODWORK_CHROMIUM"
SLOW, BROWSER, NIGHTLY = "slow", "browser", "nightly"
# Files and tests of the second tier, by the beginning of their ids.
SECOND_TIER = (
    "tests/audit/test_local_levers.py",
    "tests/browser/",
    "tests/cli/test_locked_room.py::test_what_needs_a_population_works_in_a_locked_room_from_a_cache_that_may_only_be_read",
    "tests/cli/test_compare_and_reforms.py::test_what_is_touched_follows_the_differences_in_every_form",
    "tests/company/test_library.py",
    "tests/company/test_outcomes.py::test_every_reform_of_the_library_can_be_looked_at_from_the_first_day_that_is_offered",
    "tests/costing/test_cash.py::test_the_bridge_of_any_design_adds_up_to_the_penny_and_steps_and_heads_to_its_ends",
    "tests/costing/test_cash.py::test_the_cash_of_one_design_over_another_is_the_difference_of_their_cash",
    "tests/costing/test_cluster.py",
    "tests/costing/test_design_properties.py",
    "tests/costing/test_distribution.py",
    "tests/costing/test_library.py",
    "tests/costing/test_own_companies.py",
    "tests/costing/test_parts.py",
    "tests/costing/test_uncertainty_runs.py",
    "tests/policy/test_hostile_files.py::test_no_hostile_file_runs_fills_the_memory_or_leaves_a_traceback",
    "tests/population/test_build.py::test_two_builds_give_the_same_bytes",
    "tests/population/test_checks.py::test_an_outlook_of_the_past_knows_nothing_of_later_years",
    "tests/population/test_forecasts.py",
    "tests/population/test_full.py",
    "tests/reports/test_library_reports.py",
    "tests/screens/test_first_second.py",
    "tests/screens/test_reform_rows.py::test_every_reform_of_the_library_goes_through_a_table_and_comes_back_the_same",
    "tests/test_docs.py::test_the_page_shows_what_its_commands_print",
    "tests/test_packaging.py",
    "tests/validation/test_backcasts.py",
    "tests/web_api/",
)
# Tests of the third tier: each takes minutes, and what it shows of some cases another of the second tier shows of fewer.
THIRD_TIER = (
    "tests/cli/test_locked_room.py::test_what_needs_a_population_works_in_a_locked_room_from_a_cache_that_may_only_be_read",
    "tests/costing/test_cash.py::test_the_cash_of_one_design_over_another_is_the_difference_of_their_cash",
    "tests/costing/test_design_properties.py::test_the_cost_of_one_design_over_another_is_the_difference_of_their_costs",
    "tests/costing/test_uncertainty_runs.py::test_ten_full_runs_of_the_law_are_within_two_percent_of_the_central_cost[corp",
    "tests/costing/test_uncertainty_runs.py::test_ten_full_runs_of_the_law_are_within_two_percent_of_the_central_cost[full",
    "tests/screens/test_first_second.py::test_at_every_start_five_visitors_at_the_first_second_are_served",
)
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# The same examples in every run, so that a change is judged on itself; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("same_examples", derandomize=True, deadline=None, max_examples=60)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same_examples"))


def browser_path() -> str | None:
    """The browser of the tests: the one that GOODWORK_CHROMIUM names, else the first found on the PATH."""
    return os.environ.get(BROWSER_VARIABLE) or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_report_header() -> str:
    """Say which browser is used, or that tests marked `browser` are left out for want of one."""
    return f"browser: {browser_path() or f'none found, so tests in one are left out (set {BROWSER_VARIABLE})'}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tiers (slow, nightly), put them last, and leave out what needs a browser where there is none."""
    for item in items:
        if item.nodeid.startswith(SECOND_TIER) or item.get_closest_marker(BROWSER):
            item.add_marker(SLOW)
        if item.nodeid.startswith(THIRD_TIER):
            item.add_marker(NIGHTLY)
    items.sort(key=lambda item: [item.get_closest_marker(kind) is not None for kind in (SLOW, BROWSER)])
    if browser_path() is None:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(BROWSER)])
        items[:] = [item for item in items if not item.get_closest_marker(BROWSER)]


def pytest_collection_finish() -> None:
    """Leave what collecting the tests has made, a million objects, out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _command_line_put_together_once() -> Iterator[None]:
    """Commands that run in this process share one command line: making it takes longer than most of them do."""
    from typer import main

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(main.get_command))
        yield


@pytest.fixture(scope="module", autouse=True)
def _no_baseline_held_from_another_file() -> Iterator[None]:
    """A desk makes its process hold the last baseline: the tests of the next file must run theirs."""
    yield
    runs = sys.modules.get("openfisca_goodwork.costing.runs")
    if runs is not None:
        runs.HOLDS.clear()
        runs.HELD.clear()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser, for a test marked `browser`."""
    path = browser_path()
    assert path is not None
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of a process: its loop stays in the thread, where no other can begin."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        yield opened
        opened.close()
