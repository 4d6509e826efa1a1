"""``openfisca test`` compares in 64 bits, by itself: no conftest lies beside these files."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork.law.test_comparison import assert_near
from tests.openfisca_command import run_yaml

CASE = """
- name: A billion pounds of profits
  period: 2025
  {margin}
  input: {{trading_profit_before_capital_allowances: 1000000000}}
  output: {{corporation_tax: {tax}}}
"""


MARGINS = ("absolute_error_margin: 0.01", "relative_error_margin: 0.000000001", "description: exact")


def test_a_pound_wrong_in_250_million_fails_within_any_margin(tmp_path):
    done = run_yaml("".join(CASE.format(margin=margin, tax=250_000_001) for margin in MARGINS), tmp_path)
    assert done.returncode == 1
    assert "250000001" in done.stdout
    assert "3 failed" in done.stdout


def test_the_right_250_million_pass(tmp_path):
    done = run_yaml("".join(CASE.format(margin=margin, tax=250_000_000) for margin in MARGINS), tmp_path)
    assert (done.returncode, "3 passed" in done.stdout) == (0, True), done.stdout


def test_a_refusal_is_shown_in_words_and_without_a_traceback(tmp_path):
    text = """
- name: Thirteen months
  period: 2025
  input: {accounting_period_start: 2024-12-01, accounting_period_end: 2025-12-31}
  output: {corporation_tax: 0}
"""
    done = run_yaml(text, tmp_path)
    assert done.returncode == 1
    assert "is longer than 12 months (CTA 2009 s.10). Give the first 12 months and the rest as two periods." in done.stdout
    assert "Traceback" not in done.stdout
    assert "raise " not in done.stdout


@pytest.mark.parametrize(
    ("value", "target", "margin"), [(250_000_005.0, 250_000_000, 0.01), (0.1, 0.1 + 1e-9, None), (0.0, 1e-9, None)]
)
def test_what_differs_is_told_apart(value, target, margin):
    with pytest.raises(AssertionError):
        assert_near(np.array([value]), target, margin)


@pytest.mark.parametrize(
    ("value", "target", "margin"),
    [(250_000_000.0, 250_000_000, 0.0), (0.1 + 0.2, 0.3, None), (1.005, 1.0, 0.005), (3.0, "1 + 2", None)],
)
def test_what_is_the_same_passes(value, target, margin):
    assert_near(np.array([value]), target, margin)


def test_a_relative_margin_is_a_share_of_the_target():
    assert_near(np.array([99.0]), 100, relative_error_margin=0.01)
    with pytest.raises(AssertionError, match=r"over the relative margin"):
        assert_near(np.array([98.9]), 100, relative_error_margin=0.01)


def test_a_value_that_is_no_number_is_never_near_one():
    with pytest.raises(AssertionError):
        assert_near(np.array([np.nan]), 0, 1e9)


def test_dates_and_text_are_the_same_or_not():
    assert_near(np.array(["2024-04-01"], "M8[D]"), "2024-04-01")
    with pytest.raises(AssertionError):
        assert_near(np.array(["2024-04-01"], "M8[D]"), "2024-04-02")
