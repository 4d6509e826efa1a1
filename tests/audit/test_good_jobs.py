"""The Good Jobs Audit: official figures as published, modelled cells that add up, nothing invented, ranks and focus."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from openfisca_goodwork.audit import GoodJobsAudit, audit
from openfisca_goodwork.audit.figures import (
    ALL,
    MODELLED,
    NOT_HELD,
    OBSERVED,
    PLACES,
    UK,
    Cell,
    people_of_places,
    ranked,
    year_of,
)
from openfisca_goodwork.audit.good_jobs import focus, named_region
from openfisca_goodwork.audit.indicators import BY_NAME, INDICATORS, JOBS, LOWER
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import library
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.population import sources
from openfisca_goodwork.reports.text import WIDTH
from tests.cli.running import PROPOSAL, goodwork


def observed(indicator: str, place: str, value: float, year: str = "2024") -> Cell:
    return Cell(place, ALL, indicator, value, "%", year, OBSERVED)


class Assumed:
    """Assumptions of the focus list, as a reader of them."""

    def __init__(self, places: float, gap: float) -> None:
        self.values = {"audit.focus.places": places, "audit.focus.gap": gap}

    def __call__(self, path: str) -> float:
        return self.values[path]


# --- official figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "place", "section", "value", "year"),
    [
        ("below_living_wage", "North East", ALL, 15.9, "2023"),
        ("below_living_wage", UK, "I", 53.6, "2024"),
        ("zero_hours", UK, ALL, 2.8, "Oct-Dec 2017"),
        ("zero_hours", "North West", ALL, 3.8, "Oct-Dec 2015"),
        ("training_spend", UK, "F", 2630, "2024"),
        ("employers_training", "Scotland", ALL, 63, "2024"),
        ("skills_gaps", "Yorkshire and The Humber", ALL, 14, "2024"),
        ("skill_shortages", "South East", ALL, 8, "2024"),
        ("median_pay", "London", ALL, 767.4, "2025"),
    ],
)
def test_an_official_figure_is_as_published(
    whole: GoodJobsAudit, indicator: str, place: str, section: str, value: float, year: str
) -> None:
    cell = whole.cell(indicator, place, section)
    assert (cell.value, cell.year, cell.status) == (value, year, OBSERVED)
    assert cell.source and cell.address.startswith("https://")


def test_regions_are_compared_in_the_year_that_most_of_them_have(whole: GoodJobsAudit) -> None:
    # 2024 has three regions and 2023 has six; the country's latest is 2024.
    cells = [whole.cell("below_living_wage", place) for place in PLACES[1:]]
    assert {cell.year for cell in cells if cell.value is not None} == {"2023"}
    assert whole.cell("below_living_wage").year == "2024"
    assert whole.cell("below_living_wage", "North East").uk == 12.9


def test_quarters_follow_one_another() -> None:
    assert sorted(["2024", "Oct-Dec 2015", "Apr-Jun 2019"], key=year_of) == ["Oct-Dec 2015", "Apr-Jun 2019", "2024"]


def test_every_cell_is_observed_modelled_or_not_held_and_there_is_one_for_each(whole: GoodJobsAudit) -> None:
    keys = set(product(PLACES, (ALL, *sources.SECTIONS), BY_NAME))
    assert {(cell.place, cell.section, cell.indicator) for cell in whole.cells} == keys
    for cell in whole.cells:
        assert cell.status in {OBSERVED, MODELLED, NOT_HELD}
        assert (cell.value is None) == (cell.status == NOT_HELD)
        assert bool(cell.source) == (cell.value is not None)


def test_no_local_figure_of_a_section_is_passed_off_as_observed_nor_low_pay_as_modelled(whole: GoodJobsAudit) -> None:
    local = [cell for cell in whole.cells if cell.place != UK and cell.section != ALL]
    assert {cell.status for cell in local} == {MODELLED, NOT_HELD}
    told = {cell.indicator for cell in local if cell.value is not None}
    assert told == {JOBS, "training_spend", "staff_trained"}
    assert {cell.status for cell in whole.cells if cell.indicator == "automation"} == {NOT_HELD}


def test_who_lives_there_is_told_by_group_and_place() -> None:
    found = {(place["measure"], place["place"], place["group"]): place["value"] for place in people_of_places()}
    assert found["Employment rate", "South East", "aged 16 to 64"] == 79.3
    assert found["Jobs at high risk of automation", "England", "women"] == 70.2
    assert found["On zero-hours contracts", UK, "aged 16 to 24"] == 10.5


# --- modelled cells ------------------------------------------------------------------------------------------


def _of(whole: GoodJobsAudit, places: tuple[str, ...], sections: tuple[str, ...]) -> Iterator[float]:
    for place, section in product(places, sections):
        yield whole.cell(JOBS, place, section).value or 0.0


def test_jobs_of_regions_and_of_sections_add_up_to_those_of_the_country(whole: GoodJobsAudit) -> None:
    jobs = whole.cell(JOBS).value
    assert jobs is not None
    assert sum(_of(whole, PLACES[1:], (ALL,))) == pytest.approx(jobs)
    # Sections of too few records are left out: public administration.
    assert sum(_of(whole, (UK,), tuple(sources.SECTIONS))) == pytest.approx(jobs, rel=1e-3)
    assert jobs == pytest.approx(22.4e6, rel=0.02)


def test_a_modelled_place_lies_between_the_kinds_of_company_it_is_made_of(whole: GoodJobsAudit) -> None:
    # Made of national means of section and size, no region can be far from the country.
    spends = np.array([whole.modelled("training_spend", place).value for place in PLACES], dtype=float)
    assert (np.abs(spends / spends[0] - 1) < 0.1).all()


def test_a_section_with_too_few_records_has_no_modelled_cell() -> None:
    most = audit(settings=["assumptions.audit.least_records@2000-01-01=10000"])
    assert most.cell(JOBS, "North East", "A").status == NOT_HELD


# --- ranks ---------------------------------------------------------------------------------------------------


def test_the_best_is_first_whichever_way_is_better() -> None:
    pay = ranked([observed("median_pay", place, value) for place, value in (("London", 700), ("Wales", 500), ("East", 600))])
    assert {cell.place: cell.rank for cell in pay} == {"London": 1, "East": 2, "Wales": 3}
    gaps = ranked([observed("skills_gaps", place, value) for place, value in (("London", 9), ("Wales", 12), ("East", 9))])
    assert {cell.place: cell.rank for cell in gaps} == {"London": 1, "East": 1, "Wales": 3}
    assert {cell.ranked for cell in gaps} == {3}
    assert next(cell for cell in pay if cell.place == "Wales").median_gap == -100


def test_only_the_same_year_and_status_is_ranked_together() -> None:
    cells = [
        observed("zero_hours", "London", 3, "2015"),
        observed("zero_hours", "Wales", 2, "2015"),
        observed("zero_hours", "East", 1, "2019"),
        Cell("Scotland", ALL, "zero_hours", 0.5, "%", "2015", MODELLED),
    ]
    assert [cell.rank for cell in ranked(cells)] == [2, 1, None, None]


def test_gaps_are_to_the_country_of_the_same_year_and_status(whole: GoodJobsAudit) -> None:
    for cell in whole.cells:
        if cell.gap is not None and cell.value is not None:
            assert cell.uk is not None
            assert cell.gap == pytest.approx(cell.value - cell.uk)
    local = whole.cell("training_spend", "Wales", "C")
    assert local.uk == whole.modelled("training_spend", UK, "C").value
    assert whole.cell("training_spend", UK, "C").uk == 1700
    assert whole.cell("zero_hours", "West Midlands").gap is None  # of a quarter of which the country is not on file


def test_ranks_of_a_column_start_at_one_and_stay_within_it(whole: GoodJobsAudit) -> None:
    for name in BY_NAME:
        for status in (OBSERVED, MODELLED):
            held = [
                cell
                for cell in whole.cells
                if (cell.indicator, cell.status, cell.section) == (name, status, ALL) and cell.rank
            ]
            assert not held or min(one.rank or 0 for one in held) == 1
            assert all(one.rank is not None and one.rank <= one.ranked for one in held)


# --- focus ---------------------------------------------------------------------------------------------------


def test_the_focus_list_has_the_last_places_that_are_clearly_behind(whole: GoodJobsAudit) -> None:
    listed = {(entry.indicator, entry.place, entry.section) for entry in whole.focus}
    assert ("below_living_wage", "North East", ALL) in listed
    assert ("median_pay", "North East", ALL) in listed
    assert ("below_living_wage", UK, "I") in listed
    assert ("below_living_wage", "South East", ALL) not in listed
    for entry in whole.focus:
        worse = entry.value > entry.uk if BY_NAME[entry.indicator].better == LOWER else entry.value < entry.uk
        assert worse
        assert abs(entry.value / entry.uk - 1) > 0.05
        assert entry.ranked - entry.rank < 3
        assert entry.parameter in current_vocabulary()
        assert entry.reform in library()


def test_more_places_and_a_smaller_gap_make_the_list_longer(whole: GoodJobsAudit) -> None:
    cells = [cell for cell in whole.cells if cell.status == OBSERVED]
    few, many = (focus(cells, {}, Assumed(*asked)) for asked in ((1, 0.1), (5, 0.01)))  # type: ignore[arg-type]
    assert len(few) < len(many)
    assert {(one.place, one.indicator) for one in few} <= {(one.place, one.indicator) for one in many}


def test_every_indicator_that_can_fail_has_a_lever() -> None:
    for indicator in INDICATORS:
        assert not indicator.better or (
            indicator.lever and indicator.parameter in current_vocabulary() and indicator.reform in library()
        ), indicator.name


# --- the request and what is printed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "region"), [("north east", "North East"), ("East of England", "East"), ("", ""), ("Wales", "Wales")]
)
def test_a_region_is_found_in_any_case(given: str, region: str) -> None:
    assert named_region(given) == region


def test_an_unknown_region_gets_its_nearest_name() -> None:
    result = goodwork("audit", "--region", "Lodnon")
    assert result.exit_code == 2
    assert "Did you mean London?" in result.stderr


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(GoodworkError) as caught:
        audit("Mercia", ["no-such-reform"], settings=["assumptions.nothing@2000-01-01=1"])
    assert all(word in str(caught.value) for word in ("Mercia", "no-such-reform", "assumptions.nothing"))


def test_a_setting_without_a_reform_to_belong_to_is_refused() -> None:
    result = goodwork("audit", "--set", "corporation_tax.main_rate@2027-04-01=0.3")
    assert result.exit_code == 2
    assert "--reform" in result.stderr


def test_a_region_stands_beside_the_country(whole: GoodJobsAudit) -> None:
    local = audit("North East")
    assert {cell.place for cell in local.cells} == {"North East", UK}
    assert {entry.place for entry in local.focus} == {"North East"}
    assert local.cell("median_pay", "North East") == whole.cell("median_pay", "North East")
    assert "Ranks are" not in local.summary() or "among regions in that section" in local.summary()


def test_the_text_fits_its_page_and_says_what_is_what(whole: GoodJobsAudit) -> None:
    text = whole.summary()
    assert max(map(len, text.splitlines())) <= WIDTH + 12
    assert "m: modelled" in text
    assert "Reproduce: goodwork audit" in text


def test_csv_and_json_hold_every_cell(whole: GoodJobsAudit) -> None:
    rows = list(csv.DictReader(io.StringIO(goodwork("audit", "--csv").stdout)))
    assert len(rows) == len(whole.cells)
    data = json.loads(goodwork("audit", "--json").stdout)
    assert len(data["cells"]) == len(whole.cells)
    assert [entry["where"] for entry in data["focus"]] == [entry.where for entry in whole.focus]


def test_a_reform_is_shown_by_place_and_adds_up() -> None:
    audited = audit(reforms=[PROPOSAL])
    regions = [effect.gain for effect in audited.effects if effect.section == ALL]
    sections = [effect.gain for effect in audited.effects if effect.section != ALL]
    assert len(regions) == len(PLACES) - 1
    assert sum(regions) == pytest.approx(sum(sections)) and sum(regions) > 0
    assert f"--reform {PROPOSAL} --year 2029-30" in audited.command
    assert "Gain per" in audited.summary()


def test_a_reform_that_moves_no_tax_says_so() -> None:
    audited = audit(reforms=["good-work-first"])
    assert audited.effects == ()
    assert "moves no corporation tax" in audited.summary()


def test_a_workbook_holds_every_cell(whole: GoodJobsAudit, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    result = goodwork("audit", "--xlsx", str(tmp_path / "audit.xlsx"))
    assert result.exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "audit.xlsx")
    assert book.sheetnames == ["Cover", "Regions", "Sections", "Cells", "Focus", "People"]
    assert book["Cells"].max_row == len(whole.cells) + 4
    assert {row[6].value for row in book["Cells"].iter_rows(min_row=5)} == {OBSERVED, MODELLED, NOT_HELD}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["--region", "London", "procurement"], "--region before procurement changes nothing"),
        (["--year", "2029-30"], "Name the reform with --reform"),
        (["--json", "--csv"], "not for both"),
        (["--set", "assumptions.effective_rates.debt_share@2020-01-01=0.3"], "changes no figure here"),
    ],
)
def test_what_would_change_nothing_is_refused_before_any_work(typed: list[str], told: str) -> None:
    result = goodwork("audit", *typed)
    assert result.exit_code == 2
    assert told in result.output + result.stderr
