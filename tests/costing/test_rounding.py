"""How finely the range of a costing lets its figures be told."""

from __future__ import annotations

import pytest

from openfisca_goodwork.costing.rounding import to_what_its_range_bears
from openfisca_goodwork.number_formats import in_words


@pytest.mark.parametrize(
    ("amount", "low", "high", "told"),
    [
        (-474, -1_577, -402, -500),  # a range of 1,175 bears £100m
        (-474, -877, -102, -474),  # one of 775 does not: the words say £475m, as the table beside them
        (-526, -877, -102, -526),  # rounded once, by the words: £0.5bn, and not £0.6bn by way of 550
        (-784, -800, -770, -784),  # one of 30, whatever official costings are rounded to
        (-30, -800, 800, -30),  # nothing is rounded away
        (12_345, 2_000, 22_000, 12_000),
    ],
)
def test_a_figure_is_rounded_to_a_tenth_of_its_range_at_most(amount, low, high, told):
    assert to_what_its_range_bears(amount, low, high) == told


def test_what_is_told_of_half_a_billion_is_rounded_once():
    assert in_words(to_what_its_range_bears(-526, -900, -250)) == "costs £0.5bn"
