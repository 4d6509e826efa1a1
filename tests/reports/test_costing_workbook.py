"""The workbook of a costing: every sheet says what it is, totals are live and come to the result, text stays text."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import openpyxl
import pytest

from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.reports import costing_live, trail, workbook
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.costing import report_of
from openfisca_goodwork.reports.costing_tables import ALL
from openfisca_goodwork.reports.pictures import drawn
from openfisca_goodwork.reports.sections import Table
from tests.reports.companies import costed
from tests.reports.sheet_formulas import Sheet
from tests.reports.test_trail import FIT

SHEETS = (
    *(
        "Cover",
        "Summary",
        "Cost by year",
        "Steps",
        "By head",
        "Cash",
        "Tax base",
        "Value for money",
        "Range",
        "Distribution",
    ),
    *("Parameters changed", "Assumptions", "Fit", "Notes", "Live model"),
)
HOSTILE = "=cmd|' /C calc'!A0"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def book_of(result, *, values=False, pictures=None):
    content = workbook.render(report_of(result), pictures)
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


@pytest.fixture(scope="module")
def told(result):
    people = {"supported": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), "additional": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)}
    return replace(result, fit=FIT, value=replace(result.value, people=people))


@pytest.fixture(scope="module")
def book(told):
    return book_of(told)


def rows(sheet):
    """A sheet's rows by their first cell, from the headings on."""
    return {row[0].value: row[1:] for row in sheet.iter_rows(min_row=4) if row[0].value}


def computed(book, sheet, name):
    """The cells of a row as a spreadsheet works them out."""
    return [Sheet(book[sheet]).value(cell.coordinate) for cell in rows(book[sheet])[name]]


def test_the_sheets_are_in_their_order(book):
    assert tuple(book.sheetnames) == SHEETS


def test_every_sheet_says_its_standing_its_version_and_how_to_get_it_again(book, told):
    for sheet in book:
        assert sheet["A1"].value
        assert sheet["A2"].value.startswith("Proposed, not law. openfisca-goodwork ")
        assert sheet["A2"].value.endswith(f"Reproduce: {told.command}")


def test_sheets_are_set_up_for_paper_and_their_headings_stay_in_sight(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage  # across one page, down as many as it takes
        assert sheet.page_setup.fitToHeight == 0
        assert "Proposed, not law." in sheet.oddFooter.left.text
    for name in ("Summary", "Cost by year", "Steps", "By head"):
        assert book[name].freeze_panes == "B5"
    for name in ("Tax base", "Parameters changed", "Assumptions", "Fit", "Distribution"):
        assert book[name].freeze_panes == "A5"


def test_totals_are_formulas_that_come_to_the_result(book, told):
    years = len(told.years)
    for sheet in ("Steps", "Cost by year"):
        for name, amounts in (("Static", told.static), ("Post-behavioural (central)", told.post_behavioural)):
            assert all(str(cell.value).startswith("=") for cell in rows(book[sheet])[name])
            assert computed(book, sheet, name) == pytest.approx([*amounts, sum(amounts)])
    assert computed(book, "Cost by year", "Of which tax")[:years] == pytest.approx(list(told.tax))
    heads = computed(book, "By head", "All types")[:years]
    assert heads == pytest.approx([sum(one) for one in zip(*told.by_head.values(), strict=True)])


def test_what_programs_that_do_not_compute_show_is_what_the_formulas_come_to(book, told):
    shown = book_of(told, values=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type == "f":
                    assert shown[sheet.title][cell.coordinate].value == pytest.approx(Sheet(sheet).value(cell.coordinate))


def live(book, name, **changed):
    """A row of the live model, after its cells named have the values given in every year."""
    sheet = book["Live model"]
    for row, value in changed.items():
        for cell in rows(sheet)[row][:6]:
            cell.value = value
    return computed(book, "Live model", name)[:6]


def test_the_live_model_as_it_stands_is_the_costing(told):
    book = book_of(told)
    assert live(book, "Post-behavioural (central)") == pytest.approx(list(told.post_behavioural))
    assert live(book, "Static") == pytest.approx(list(told.static))
    assert live(book, "Difference") == pytest.approx([0] * 6, abs=1e-9)


def test_a_changed_cell_of_the_live_model_costs_the_measure_anew(told):
    steps = {step.name: step.effect for step in told.steps}
    full = live(book_of(told), "Static", **{"Actual tax rates and losses: share that is left": 1.0})
    assert full == pytest.approx(list(steps["Full entitlement at the main rate"]))
    halved = live(book_of(told), "Post-behavioural (central)", **{"Tax base, compared with this costing": 0.5})
    assert halved == pytest.approx([amount / 2 for amount in told.post_behavioural])
    priced = [sum(of) for of in zip(steps["Induced training"], steps["Displacement"], strict=True)]
    stiff = live(book_of(told), "Post-behavioural (central)", **{"Elasticity, compared with this costing": 0.0})
    assert stiff == pytest.approx([all_of - part for all_of, part in zip(told.post_behavioural, priced, strict=True)])


def test_the_live_model_of_another_change_of_law_scales_with_its_base():
    result = costed(settings=["corporation_tax.main_rate@2027-04-01=0.26"], draws=0)
    name = f"Post-behavioural ({result.behaviour})"
    assert live(book_of(result), name) == pytest.approx(list(result.post_behavioural))
    doubled = live(book_of(result), name, **{"Tax base, compared with this costing": 2.0})
    assert doubled == pytest.approx([2 * amount for amount in result.post_behavioural])


def test_the_summary_rounds_to_5_million(book, told):
    assert computed(book, "Summary", "Static")[: len(told.years)] == [5 * round(amount / 5) for amount in told.static]


def test_a_run_without_response_has_its_totals_as_well():
    result = costed(behaviour="none", draws=0)
    book = book_of(result)
    assert computed(book, "Steps", "Post-behavioural (none)")[:6] == pytest.approx(list(result.static))


def test_the_base_comes_to_what_the_shares_and_their_growth_make_of_the_total(book, told):
    product = next(line for line in trail.tax_base(told) if line.is_product)
    assert computed(book, "Tax base", product.what)[0] == pytest.approx(product.amount)


def test_parameters_changed_have_both_values_days_and_references(book):
    label, *cells = next(iter(book["Parameters changed"].iter_rows(min_row=5, values_only=True)))
    assert (label, cells[4]) == ("Extra deduction for training", "human_investment.additional_deduction")
    assert (cells[0], cells[1], cells[2].date().isoformat(), cells[3]) == (0, 0.3, "2027-04-01", "no end")
    assert "Institute for the Future of Work" in cells[7]


def test_assumptions_have_every_value_with_unit_kind_status_and_reference(book):
    listed = list(book["Assumptions"].iter_rows(min_row=5, values_only=True))
    assert len(listed) == sum(
        len(leaf.values) for path, leaf in current_vocabulary().items() if path.startswith("assumptions.")
    )
    elasticity = next(row for row in listed if row[0] == "assumptions.behaviour.elasticity.central")
    assert (elasticity[1], elasticity[4], elasticity[9]) == (0.3, "assumption", trail.USED)
    assert all(row[7] for row in listed)


def test_the_fit_is_block_by_block(book):
    assert {row[0].value for row in book["Fit"].iter_rows(min_row=5, max_row=6)} == {block.block for block in FIT.blocks()}


def test_cash_is_what_accrues_and_what_the_dates_of_payment_move(book, told):
    assert computed(book, "Cash", tables.CASH)[: len(told.years)] == pytest.approx(list(told.bridge.cash))
    for kind, amounts in told.bridge.timing.items():
        shown = [cell.value for cell in rows(book["Cash"])[tables.KINDS_OF_PAYMENT[kind]]]
        assert shown[: len(told.years)] == pytest.approx(list(amounts))


def test_the_range_has_its_ends_and_what_each_assumption_moves(book, told):
    found, years = told.uncertainty, len(told.years)
    shown = rows(book["Range"])
    assert [cell.value for cell in shown["Highest cost in the 80% range"]][:years] == pytest.approx(list(found.low))
    assert computed(book, "Range", "Post-behavioural (central)")[:years] == pytest.approx(list(told.post_behavioural))
    assert [cell.value for cell in shown["Lowest cost in the 80% range"]][:years] == pytest.approx(list(found.high))
    one = found.driver
    name = f"Moved by: {one.label}, {one.in_words[0]} for {one.in_words[1]}"
    assert computed(book, "Range", name) == pytest.approx([*one.effect_low, sum(one.effect_low)])
    assert shown["Overall"][0].value == told.rating.overall


def test_running_cost_trainees_and_costs_of_the_relief_are_the_results(book, told):
    shown = rows(book["Cost by year"])
    held = {
        tables.RUNNING_COST: told.administration,
        "Exchequer cost, £ million (a cost is positive)": told.value.cost,
        "Trainees additional, number": told.value.people["additional"],
    }
    for name, amounts in held.items():
        assert [cell.value for cell in shown[name]][: len(told.years)] == pytest.approx(list(amounts))


def test_who_gains_is_every_table_in_both_steps_each_with_its_totals(book, told):
    listed = list(book["Distribution"].iter_rows(min_row=5, values_only=True))
    for held in told.distribution.tables:
        rows = [row for row in listed if row[:2] == (held.name, held.step)]
        assert [row[3] for row in rows] == [*(row.name for row in held.rows), ALL]
        assert [row[10] for row in rows[:-1]] == pytest.approx([row.gain for row in held.rows])
        assert {row[2] for row in rows} == {held.marked}
        total = f"K{5 + listed.index(rows[-1])}"
        assert book["Distribution"][total].value.startswith("=SUM(")
        assert Sheet(book["Distribution"]).value(total) == pytest.approx(told.distribution.total(held.step).gain)


def test_from_what_companies_gain_to_the_effect_of_the_year_stands_below_the_tables(book, told):
    listed = [row[:2] for row in book["Distribution"].iter_rows(min_row=5, values_only=True)]
    for total in told.distribution.totals:
        block = dict(listed[listed.index((f"All companies, {total.step}", None)) :][:8])
        assert block["Mean gain of those that gain, £"] == pytest.approx(total.mean_gain)
        assert block["Median gain of those that gain, £"] == pytest.approx(total.median_gain)
        assert block["Incorrect and fraudulent claims, £ million"] == pytest.approx(total.invalid_claims)
        assert block["Exchequer effect, these accounting periods, £ million"] == pytest.approx(total.exchequer_effect)
        assert block["Exchequer effect, accruals of the year, £ million"] == pytest.approx(total.accrued)


def test_what_is_empty_says_why(nothing):
    book = book_of(nothing)
    said = [book[name]["A4"].value for name in ("By head", "Range", "Distribution", "Fit")]
    assert said == [words.NO_HEADS, words.NO_RANGE, words.NO_DISTRIBUTION, words.NO_FIT]
    assert book["Parameters changed"]["A5"].value is not None
    book = book_of(replace(nothing, reforms=()))
    assert book["Parameters changed"]["A4"].value == words.NO_CHANGES


def test_what_a_user_wrote_is_text_and_no_formula(result):
    (reform,) = result.reforms
    hostile = replace(result, reforms=(replace(reform, title=HOSTILE, summary="@SUM(1)", name="-1+1"),))
    book = book_of(hostile)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any(cell.value.startswith(HOSTILE) for cell in cells)
    for cell in cells:
        if cell.value.startswith((HOSTILE, "@", "-1+1")):
            assert cell.data_type == "s"
            assert cell.quotePrefix


def test_pictures_have_their_alternative_text(told):
    report = report_of(told)
    pictures = drawn(report)
    found = []
    with zipfile.ZipFile(io.BytesIO(workbook.render(report, pictures))) as parts:
        for name in (name for name in parts.namelist() if name.startswith("xl/drawings/drawing")):
            drawing = ElementTree.fromstring(parts.read(name))  # noqa: S314 - our own file
            found += [one.get("descr") for one in drawing.iter(f"{DRAWN}cNvPr")]
            places = [[int(element.find(f"{DRAWN}{end}/{DRAWN}row").text) for end in ("from", "to")] for element in drawing]
            assert all(above[1] < below[0] for above, below in pairwise(places))  # no picture lies upon another
    assert sorted(found) == sorted(picture.chart.alt for picture in pictures.values())


def test_the_live_relief_for_each_pound_says_that_it_is_without_caps_where_there_are_any():
    def inputs(**options):
        result = costed(draws=0, **options)
        (table,) = (part for part in costing_live.live(result).parts if isinstance(part, Table))
        return [row.cells[0] for row in table.rows if row.is_input]

    assert "Relief at the main rate for each £1 of it, £" in inputs()
    capped = inputs(settings=["human_investment.caps.per_group@2027-04-01=5000"])
    assert "Relief at the main rate without caps and conditions, for each £1 that qualifies with them, £" in capped
