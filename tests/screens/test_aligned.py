"""Columns of figures among text: numbers that are shown as they were written."""

from __future__ import annotations

import pandas
import pytest

from openfisca_goodwork.screens.aligned import aligned
from openfisca_goodwork.screens.plain_text import plain_value


def cells(styler):
    return [
        [cell["display_value"] for cell in row if cell["type"] == "td"]
        for row in styler._translate(sparse_index=False, sparse_cols=False)["body"]
    ]


@pytest.mark.parametrize(
    ("written", "is_figures"),
    [
        (["£250,000", "-£5"], True),
        (["£250,000", "£1,000,000"], True),
        (["0%", "30%", "no limit"], True),
        (["-1.5", "+2", ""], True),
        (["14.4k", "962", "1.0k"], True),
        (["75.0p", "82.2p"], True),
        (["1.0k", "1,000"], False),
        (["30%", "yes"], False),
        (["2027-04-01", "2028-04-01"], False),
        (["30%", "0.3"], False),
        (["", ""], False),
        (["1,2", "3"], False),
    ],
)
def test_a_column_is_of_numbers_where_every_cell_is_a_figure_and_shown_as_written(written, is_figures):
    shown = aligned(pandas.DataFrame({"Value": written}), plain_value)
    assert pandas.api.types.is_numeric_dtype(shown.data["Value"]) == is_figures
    assert cells(shown) == [[one] for one in written]


def test_text_is_kept_from_being_read_as_markup():
    assert cells(aligned(pandas.DataFrame({"Value": ["*a*", "1"]}), plain_value)) == [[r"\*a\*"], ["1"]]


def test_numbers_are_left_as_they_are():
    assert aligned(pandas.DataFrame({"Value": [1, 2]}), plain_value).data["Value"].tolist() == [1, 2]


def test_a_table_without_rows_has_none():
    assert cells(aligned(pandas.DataFrame({"Value": []}), plain_value)) == []
