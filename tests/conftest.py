"""What every test may use, and the order of the run: quick tests first, those that build environments last."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

BROWSER_VARIABLE = "GOODWORK_CHROMIUM"
LAST = ("slow", "browser")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# The same examples in every run, so that a change is judged on itself; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("same_examples", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same_examples"))


def browser_path() -> str | None:
    """The browser of the tests: the one that GOODWORK_CHROMIUM names, else the first found on the PATH."""
    return os.environ.get(BROWSER_VARIABLE) or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_report_header() -> str:
    """Say which browser is used, or that tests marked `browser` are left out for want of one."""
    return f"browser: {browser_path() or f'none found, so tests in one are left out (set {BROWSER_VARIABLE})'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put tests in a browser and slow ones last, and leave out what needs a browser where there is none."""
    items.sort(key=lambda item: [item.get_closest_marker(kind) is not None for kind in LAST])
    if browser_path() is None:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("browser")])
        items[:] = [item for item in items if not item.get_closest_marker("browser")]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser, for a test marked `browser`."""
    path = browser_path()
    assert path is not None
    return path
