"""The costing note: sections in the official order, figures that are the result's, pictures with words, no loose ends."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
import pytest

from openfisca_goodwork.costing.distribution import BY_EMPLOYEES, BY_REGION, BY_SECTION
from openfisca_goodwork.number_formats import ROUNDING, SIGN, rounded
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import word
from openfisca_goodwork.reports.costing import report_of
from openfisca_goodwork.reports.costing_words import WITHOUT_RESPONSE
from openfisca_goodwork.reports.pictures import drawn
from openfisca_goodwork.reports.sections import Column, Report, Section, Table
from tests.reports.companies import costed
from tests.reports.test_trail import FIT

NOTE = [
    *("Measure description", "Exchequer impact", "The tax base", "Static costing", "Post-behavioural costing", "Timing"),
    *("Areas of uncertainty", "What this leaves out"),
]
ANNEX = [
    *("Measure", "Answer", "Cost", "By type of training cost", "Tax base", "Method", "Value for money", "Range"),
    *(
        "Uncertainty rating",
        "Who gains",
        "What would falsify this costing",
        "Parameters changed",
        "Assumptions",
        "Reproduce",
    ),
]
LOOSE_ENDS = re.compile(r"[{}]|\bNone\b|\bnan\b|\bNaN\b|\binf\b")


def note_of(result, pictures=None):
    return docx.Document(io.BytesIO(word.render(report_of(result), pictures)))


def texts(note):
    """Every text of a note: paragraphs, cells of tables, footer."""
    cells = (cell.text for table in note.tables for row in table.rows for cell in row.cells)
    return [
        *(paragraph.text for paragraph in note.paragraphs),
        *cells,
        *(paragraph.text for paragraph in note.sections[0].footer.paragraphs),
    ]


def table(note, first):
    """The table of the annex whose first heading this is, as texts by the name of the row."""
    result = max((one for one in note.tables if one.cell(0, 0).text == first), key=lambda one: len(one.rows))
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in result.rows}


def headings(note, style):
    return [paragraph.text for paragraph in note.paragraphs if paragraph.style.name == style]


@pytest.fixture(scope="module")
def told(result):
    return replace(result, fit=FIT)


@pytest.fixture(scope="module")
def note(told):
    return note_of(told, drawn(report_of(told)))


def test_sections_are_in_the_official_order_and_the_costing_in_full_is_their_annex(note):
    assert headings(note, "Heading 1") == [*NOTE, word.ANNEX]
    assert headings(note, "Heading 2") == ANNEX


def test_the_note_begins_with_cost_range_and_how_far_to_trust_them(note, told):
    start = [paragraph.text for paragraph in note.paragraphs].index("Measure description")
    assert tuple(paragraph.text for paragraph in note.paragraphs[start + 1 : start + 4]) == words.in_short(told)


def test_the_impact_is_the_results_and_every_column_is_as_wide_as_its_cells(note, told):
    (impact,) = [one for one in note.tables if one.cell(0, 0).text == "£ million"][:1]
    shown = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in impact.rows}
    assert shown["Post-behavioural (central)"] == [rounded(amount) for amount in told.post_behavioural]
    assert shown["Highest cost in the 80% range"] == [rounded(amount) for amount in told.uncertainty.low]
    for held in note.tables:
        assert [column.width for column in held.columns] == [cell.width for cell in held.rows[0].cells]


def test_the_note_names_the_forecast_and_what_is_left_out(note):
    facts = {row.cells[0].text: row.cells[1].text for row in note.tables[0].rows}
    assert facts["OBR forecast"] == "March 2026, the latest; the growth of 2030-31, its last year, is held after it"
    assert words.LEFT_OUT in texts(note)


def test_the_annex_begins_on_a_page_of_its_own(note):
    (annex,) = [paragraph for paragraph in note.paragraphs if paragraph.text == word.ANNEX]
    assert annex.paragraph_format.page_break_before
    assert note.paragraphs[0].text == "Human-investment super-deduction"


def test_the_note_says_first_that_this_is_no_law(note):
    assert note.paragraphs[1].text == "Proposed, not law."
    assert note.sections[0].footer.paragraphs[0].text.startswith("Proposed, not law. openfisca-goodwork")


def test_title_commencement_sunset_and_the_law_compared_with(note):
    (first,) = [one for one in note.tables if one.cell(0, 0).text == "Measure"]
    measure = {row.cells[0].text: [row.cells[1].text] for row in first.rows}
    assert measure["Reform"] == ["human-investment-super-deduction"]
    assert measure["Commencement"] == ["1 April 2027"]
    assert measure["Sunset"] == ["no end"]
    assert measure["Compared with"] == ["current law"]


def test_the_table_has_every_step_and_both_totals_to_5_million(note, told):
    shown = table(note, "£ million")
    assert shown["£ million"] == told.financial_years
    for step in told.steps:
        assert shown[words.step_in_words(step.name)] == [rounded(amount) for amount in step.effect]
    assert shown["Static"] == [rounded(amount) for amount in told.static]
    assert shown["Post-behavioural (central)"] == [rounded(amount) for amount in told.post_behavioural]
    assert shown[WITHOUT_RESPONSE] == [rounded(amount) for amount in told.without_response]
    assert any(SIGN in text and ROUNDING in text for text in texts(note))


def test_the_other_basis_and_what_running_the_relief_costs_stand_below_the_totals(note, told):
    shown = table(note, "£ million")
    assert shown[tables.CASH] == [rounded(amount) for amount in told.bridge.cash]
    assert shown[tables.RUNNING_COST] == [rounded(amount) for amount in told.administration]
    on_cash = note_of(costed(basis="cash", draws=0))
    assert tables.ACCRUALS in table(on_cash, "£ million")
    assert any("Amounts count in the financial year in which they fall due" in text for text in texts(on_cash))


def test_the_base_has_source_year_and_growth(note):
    base = table(note, "What")
    assert base["Training by companies, all costs"] == ["1,000", "£ million", "2024", "–", "Source", "seen"]
    assert base["Trainers' pay, share of it"][0] == "20%"
    assert base["Trainers' pay, share of it"][3].startswith("× 1.2")


def test_both_readings_of_the_survey_are_named(note):
    assert any(
        "apprenticeship levy" in text and "--set assumptions.base.survey_includes_levy@" in text for text in texts(note)
    )


def test_value_for_money_is_the_results(note, told):
    value = told.value_for_money()
    shown = table(note, "Over 2026-27 to 2031-32")
    assert shown["Public money for each extra £1 of training, £"] == [f"{value['exchequer_cost_per_extra_pound']:.2f}"]
    costs = value["exchequer_cost"]
    assert shown["Exchequer cost: with ordinary deductions and incorrect claims, £ million"] == [f"{sum(costs):,.0f}"]


def test_the_range_has_its_ends_what_drives_it_and_the_rating_on_three_axes(note, told):
    found = told.uncertainty
    (ends,) = [one for one in note.tables if one.cell(1, 0).text == "Highest cost in the 80% range"]
    shown = [[cell.text for cell in row.cells[1:]] for row in ends.rows[1:]]
    expected = (found.low, told.post_behavioural, found.high)
    assert shown == [[rounded(amount) for amount in amounts] for amounts in expected]
    moved = table(note, "Assumption alone")
    assert list(moved)[1:] == [assumption.label for assumption in found.sensitivity]
    assert moved[found.driver.label][1] == rounded(sum(found.driver.effect_low))
    rating = table(note, "Uncertainty of")
    for axis in ("data", "modelling", "behaviour"):
        assert rating[axis.capitalize()] == [getattr(told.rating, axis), told.rating.reasons[axis]]
    assert rating["Overall"][0] == told.rating.overall
    assert f"How far to trust it. {told.credibility.text}" in texts(note)


def test_without_draws_the_note_says_why_there_is_no_range():
    assert words.NO_RANGE in texts(note_of(costed(draws=0)))


def test_who_gains_by_size_sector_and_region_is_the_results(note, told):
    for name in (BY_EMPLOYEES, BY_SECTION, BY_REGION):
        held = told.distribution.table(name)
        shown = table(note, name)
        cells = {row.name: f"{row.gain:,.0f}" for row in held.rows}
        assert {heading.removesuffix(" *"): row[2] for heading, row in list(shown.items())[1:]} == cells
        assert held.basis in texts(note)


def test_every_assumption_of_the_response_has_its_source(note, told):
    shown = table(note, "Assumption")
    assert len(shown) == len(told.assumptions) + 1
    assert all(source for _, source in shown.values())


def test_pictures_have_their_alternative_text(note, told):
    pictures = drawn(report_of(told))
    shown = [shape._inline.docPr for shape in note.inline_shapes]
    assert [one.get("descr") for one in shown] == [
        pictures[name].chart.alt for name in ("cost-by-year", "steps", "what-drives-it", "who-gains-by-size")
    ]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"behaviour": "none"},
        {"years": "2029-30:2029-30"},
        {"years": "2018-19:2019-20"},
        {"settings": ["human_investment.additional_deduction@2029-04-01=0.5"]},
        {"baseline": ["no-full-expensing"]},
        {"basis": "cash"},
    ],
    ids=["central", "no response", "one year", "no effect", "a setting", "a baseline", "cash"],
)
def test_no_text_has_loose_ends(options):
    costing = costed(draws=0, **options)
    plain = replace(costing, population=replace(costing.population, fingerprint="abc123"))
    for text in texts(note_of(plain)):
        assert not LOOSE_ENDS.search(text), text


def test_what_a_user_wrote_is_text_whatever_it_holds(result):
    (reform,) = result.reforms
    hostile = replace(reform, title="<w:p>=1+1\x0b\x00", summary="]]>\x1b[31m")
    answer = texts(note_of(replace(result, reforms=(hostile,))))
    assert answer[0] == "<w:p>=1+1"
    assert "]]>[31m" in answer


def test_the_note_names_the_command_and_the_field_of_a_return_that_is_needed(note, told):
    assert told.command in texts(note)
    assert any("CT600" in text and "Field needed" in text for text in texts(note))


def test_a_change_of_allowances_is_tested_on_the_boxes_of_the_return():
    note = note_of(costed(settings=["capital_allowances.first_year_allowances.full_expensing.rate@2027-04-01=0.5"], draws=0))
    assert any("full expensing (box 688)" in text for text in texts(note))


def test_years_after_the_forecast_are_said_to_be_a_projection(told):
    longer = replace(told, forecast="to-2050", years=tuple(range(2044, 2050)))
    assert words.forecast(longer) == "March 2026, carried on with nominal GDP"
    assert words.carried_on(longer).startswith("The OBR's forecast ends in 2030-31. After it the figures are a projection")
    assert words.carried_on(replace(longer, years=tuple(range(2025, 2031)))) == ""
    assert words.carried_on(told) == ""


def test_no_column_is_narrower_than_its_longest_word_where_the_page_has_the_room():
    rows = [["Second-hand main-rate plant", "Main pool", "1,200,000.00", "1,000,000.00", "200,000.00", "part of box 775"]]
    heads = ["Class of plant", "Pool", "Spent", "Annual investment allowance", "To the pool", "Company tax return"]
    widths = [34, 30, 11, 11, 11, 30]
    columns = tuple(Column(name, width=width) for name, width in zip(heads, widths, strict=True))
    section = Section("Plant", "", (Table("", columns, [tuple(row) for row in rows]),))
    report = Report("Papers", "", (section,), command="", stem="papers")
    table = docx.Document(io.BytesIO(word.render(report))).tables[0]
    widths = [cell.width.cm for cell in table.rows[0].cells]
    assert sum(widths) == pytest.approx(17.4, abs=0.1)
    # A bold figure of 12 characters takes 2.4 cm in the widest of the usual fonts at this size.
    assert min(widths[2], widths[3]) >= 2.4
