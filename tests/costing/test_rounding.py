"""How finely the range of a costing lets its figures be told."""

from __future__ import annotations

import pytest

from openfisca_goodwork.costing.rounding import to_what_its_range_bears


@pytest.mark.parametrize(
    ("amount", "low", "high", "told"),
    [
        (-784, -1_187, -412, -800),  # a range of 775 bears £50m
        (-784, -900, -700, -780),  # one of 200, £10m
        (-784, -800, -770, -784),  # one of 30, whatever official costings are rounded to
        (-30, -800, 800, -30),  # nothing is rounded away
        (12_345, 2_000, 22_000, 12_000),
    ],
)
def test_a_figure_is_rounded_to_a_tenth_of_its_range_at_most(amount, low, high, told):
    assert to_what_its_range_bears(amount, low, high) == told
