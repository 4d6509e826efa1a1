"""Which tables are said to scroll sideways, and where."""

from __future__ import annotations

import pandas
import pytest
from streamlit.testing.v1 import AppTest

from openfisca_goodwork.screens import sideways


def shown(columns, cell):
    import pandas

    from openfisca_goodwork.screens import sideways as helper

    helper.table(pandas.DataFrame([[cell] * columns], columns=list(map(str, range(columns)))).style, "A table")


@pytest.mark.parametrize(("columns", "cell", "hints"), [(3, "1,000", 0), (9, "1,000", 1), (3, "a b c " * 40, 0)])
def test_only_a_table_that_is_wider_than_a_phone_has_a_hint(columns, cell, hints):
    app = AppTest.from_function(shown, args=(columns, cell)).run()
    assert not app.exception
    found = [one.proto.body for one in app.get("html")]
    assert len(found) == hints
    assert all(sideways.HINT in one and "@media" in one for one in found)


def test_a_table_that_is_wider_than_the_page_has_a_hint_on_every_screen():
    app = AppTest.from_function(shown, args=(20, "1,000")).run()
    assert [("@media" in one.proto.body) for one in app.get("html")] == [False]


def test_the_figures_count_as_they_are_written_and_the_index_does_not():
    table = pandas.DataFrame({"a": [1 / 3]}, index=["a very long index that is not shown"])
    assert sideways.width_of(table.style.format("{:.1f}".format)) == sideways.AROUND + 3 * sideways.CHARACTER
