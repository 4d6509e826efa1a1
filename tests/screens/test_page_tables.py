"""Tables of a page: figures among text are numbers shown as they were written, and wide tables have a hint."""

from __future__ import annotations

import pandas
import pytest
from streamlit.testing.v1 import AppTest

from openfisca_goodwork.number_formats import PERCENTAGE, UNDER_THE_LEAST
from openfisca_goodwork.reports.sections import Column, Row, Table
from openfisca_goodwork.screens import page_tables, render
from openfisca_goodwork.screens.page_tables import aligned
from openfisca_goodwork.screens.widgets import heading, plain_value


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


def test_what_is_yes_no_or_unknown_is_in_words_beside_figures(monkeypatch):
    shown = []
    monkeypatch.setattr(page_tables, "table", lambda styler, _alt: shown.append(styler.data))
    columns = (Column("Mean"), Column("Bound", PERCENTAGE), Column("Bound met"))
    render.table(
        Table("Bounds", columns, [Row(("All", 0.2, False)), Row(("Rates", 0.12, True)), Row(("Losses", None, None))])
    )
    assert shown[0].iloc[:, 2].tolist() == ["no", "yes", ""]


def test_text_is_kept_from_being_read_as_markup():
    assert cells(aligned(pandas.DataFrame({"Value": ["*a*", "1"]}), plain_value)) == [[r"\*a\*"], ["1"]]
    assert plain_value("103. A step\n2) 1.5") == "103\\. A step\n2\\) 1.5"  # neither begins a list


def test_numbers_are_left_as_they_are():
    assert aligned(pandas.DataFrame({"Value": [1, 2]}), plain_value).data["Value"].tolist() == [1, 2]


def test_a_table_without_rows_has_none():
    assert cells(aligned(pandas.DataFrame({"Value": []}), plain_value)) == []


def shown(columns, cell):
    import pandas

    from openfisca_goodwork.screens import page_tables as helper

    helper.table(pandas.DataFrame([[cell] * columns], columns=list(map(str, range(columns)))).style, "A table")


@pytest.mark.parametrize(("columns", "cell", "hints"), [(3, "1,000", 0), (9, "1,000", 1), (3, "a b c " * 40, 0)])
def test_only_a_table_that_is_wider_than_a_phone_has_a_hint(columns, cell, hints):
    app = AppTest.from_function(shown, args=(columns, cell)).run()
    assert not app.exception
    found = [element.proto.body for element in app.get("html")]
    assert len(found) == hints
    assert all(page_tables.HINT in one and "@media" in one for one in found)


def test_a_table_that_is_wider_than_the_page_has_a_hint_on_every_screen():
    app = AppTest.from_function(shown, args=(20, "1,000")).run()
    assert [("@media" in element.proto.body) for element in app.get("html")] == [False]


def width_of(shown):
    return sum(page_tables._widths(page_tables._columns(shown)))


def test_a_day_stands_in_one_line_and_counts_whole():
    days = pandas.DataFrame({"a": ["x"], "When": ["from 1 April 2027"]})
    assert width_of(days.style) == 2 * page_tables.AROUND + 18 * page_tables.CHARACTER
    app = AppTest.from_function(shown, args=(2, "from 1 April 2027")).run()
    styles = app.table[0].proto.arrow_data.styler.styles
    assert "_col1 { min-width: 144px }" in styles.replace("\n", " ")
    app = AppTest.from_function(shown, args=(2, UNDER_THE_LEAST)).run()
    assert "_col1 { min-width: 84px" in app.table[0].proto.arrow_data.styler.styles.replace("\n", " ")


LONG = "annual_investment_allowance_claimed_on_special_tax_site_plant"


def test_a_word_that_is_too_long_is_broken_and_takes_no_room_of_the_other_columns():
    app = AppTest.from_function(shown, args=(3, LONG)).run()
    styles = app.table[0].proto.arrow_data.styler.styles
    width = page_tables.AROUND + page_tables.LONGEST_WORD * page_tables.CHARACTER
    assert f"row0_col2 {{ min-width: {width:.0f}px; overflow-wrap: anywhere }}" in styles.replace("\n", " ")
    assert width_of(pandas.DataFrame({"a": [LONG], "b": [1]}).style) < page_tables.PHONE


def of_figures_and_words():
    import pandas

    from openfisca_goodwork.screens import page_tables as helper

    mixed = {
        "a": ["20,000.00", "yes", "9 months"],
        "b": ["20,000.00", "yes", "no"],
        "c": ["1", "2", "any of a whole sentence"],
    }
    helper.table(pandas.DataFrame({"": ["a", "b", "c"], **mixed}).style, "A table")


def of_ranges():
    import pandas

    from openfisca_goodwork.screens import page_tables as helper

    columns = {
        "range": ["-1,185 to -410", "under £3m", "-30 to +10"],
        "year": ["154,000 (2031-32)", "76,100 (2030-31)", "14,600 (2028-29)"],
        "words": ["from one to two", "1 to many", "many"],
    }
    helper.table(pandas.DataFrame({"": ["a", "b", "c"], **columns}).style, "A table")


def of_many_rows():
    import pandas

    from openfisca_goodwork.screens import page_tables as helper

    cells = [*("19%",) * 9, "related 51 percent companies"]
    helper.table(pandas.DataFrame({"": [*"abcdefghij"], "one": cells, "two": [*cells[:8], *cells[9:] * 2]}).style, "A table")


def to_the_right(script):
    styles = AppTest.from_function(script).run().table[0].proto.arrow_data.styler.styles
    right = [rule for rule in styles.replace("\n", " ").split("}") if f"text-align: {page_tables.RIGHT}" in rule]
    return {place for place in range(4) for rule in right if f"col{place}" in rule}


def test_ranges_and_figures_of_a_year_stand_to_the_right():
    assert to_the_right(of_ranges) == {1, 2}


def test_of_a_long_column_one_cell_in_ten_may_be_longer_than_a_word():
    assert to_the_right(of_many_rows) == {1}


def test_figures_among_short_words_stand_to_the_right_with_their_heading_and_words_among_figures_do_not():
    styles = AppTest.from_function(of_figures_and_words).run().table[0].proto.arrow_data.styler.styles
    right = [rule for rule in styles.replace("\n", " ").split("}") if f"text-align: {page_tables.RIGHT}" in rule]
    assert {place for place in range(4) for rule in right if f"col{place}" in rule} == {1}
    assert any("th.col_heading.col1" in rule for rule in right)


def of_text(text):
    from openfisca_goodwork.screens import page_tables as helper

    helper.hint_over_text(text)


@pytest.mark.parametrize(("length", "hints"), [(20, []), (60, [True]), (100, [False])])
def test_text_in_letters_of_one_width_has_a_hint_where_it_is_wider_than_a_screen(length, hints):
    app = AppTest.from_function(of_text, args=("short\n" + "x" * length,)).run()
    assert [("@media" in element.proto.body) for element in app.get("html")] == hints


def of_years():
    import pandas

    from openfisca_goodwork.screens import page_tables as helper

    helper.table(pandas.DataFrame([["a", -15, -20]], columns=["£ million", "2027-28", "2028-29"]).style, "A table")


def test_a_financial_year_that_heads_a_column_stands_in_one_line():
    styles = AppTest.from_function(of_years).run().table[0].proto.arrow_data.styler.styles.replace("\n", " ")
    assert "row0_col1, " in styles and "row0_col2 { min-width: 80px }" in styles


def test_a_table_without_headings_has_no_row_for_them(monkeypatch):
    calls = []
    monkeypatch.setattr(page_tables.streamlit, "table", lambda *_given, **options: calls.append(options["hide_header"]))
    for names in (["", " "], ["", "£"]):
        page_tables.table(pandas.DataFrame([["a", "b"]], columns=names).style, "A table")
    assert calls == [True, False]


def test_the_figures_count_as_they_are_written_and_the_index_does_not():
    table = pandas.DataFrame({"a": [1 / 3]}, index=["a very long index that is not shown"])
    assert width_of(table.style.format("{:.1f}".format)) == page_tables.AROUND + 3 * page_tables.CHARACTER


def test_a_financial_year_of_a_heading_is_not_broken_and_a_day_or_a_sum_is_as_it_was():
    assert heading("It costs £1bn in 2026-27, *so*") == "It costs £1bn in 2026\N{NON-BREAKING HYPHEN}27, \\*so\\*"
    assert heading("Held since 2027-04-01") == "Held since 2027-04-01"
    assert heading("A loss of -£5") == "A loss of \N{NON-BREAKING HYPHEN}£5"


def test_four_columns_of_pounds_and_pence_fit_a_phone_and_need_no_hint():
    app = AppTest.from_function(shown, args=(4, "6,000,000.00")).run()
    assert not app.get("html")
