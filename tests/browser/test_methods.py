"""Methods and data in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_app import fits, picture, violations
from tests.browser.test_company import WAIT

pytestmark = pytest.mark.browser


def test_methods_and_data_have_no_barrier(corner, address, tmp_path):
    page = corner
    page.goto(f"{address}/methods")
    expect(page.get_by_role("heading", name="Accessibility")).to_be_visible(timeout=WAIT)
    picture(page, tmp_path, "methods")
    assert (fits(page), violations(page)) == (True, [])
