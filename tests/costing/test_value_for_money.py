"""What the money buys, what running a relief costs, and where a measure lies in time: each sum worked out by hand.

A record stands for a million companies, so that £1 a company is £1m and one trainee a company a million people.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import partial

import pytest

from openfisca_goodwork import costing
from openfisca_goodwork.costing.result import Timeline
from openfisca_goodwork.number_formats import size
from openfisca_goodwork.reports.costing import report_of
from openfisca_goodwork.reports.costing_key_figures import _anyway, key_figures
from openfisca_goodwork.reports.sections import Medium, Note, Table
from tests.costing.designs import design, written
from tests.costing.test_costing import INDUCED, population, reform

cost = partial(costing.cost, draws=0)  # the range has tests of its own

YEARS = "2028-29:2029-30"  # of the relief throughout
PAID = (750 * (1.1 + INDUCED) + 2_500 * INDUCED) * 1.1


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def people(**more):
    return population([1e6], [10_000.0], trainees=[20.0], **more)


def value(years=YEARS, behaviour="central", **options):
    return cost(design(), population=people(), years=years, behaviour=behaviour, **options).value_for_money()


def test_costs_as_the_treasury_and_as_hm_revenue_and_customs_count_them():
    worth = value()
    # £750 on the training planned; 10% reclassified and what is induced with it; 25% on that; 10% of it all incorrect.
    assert worth["revenue_forgone"] == pytest.approx([750, 750])
    assert worth["tax_relief_cost"] == pytest.approx([750 * (1.1 + INDUCED)] * 2, rel=1e-6)
    assert worth["exchequer_cost"] == pytest.approx([PAID] * 2, rel=1e-6)


def test_a_pound_of_training_more_costs_what_the_exchequer_pays_over_what_is_induced():
    found, paid = value(), PAID
    assert found["exchequer_cost_per_extra_pound"] == pytest.approx(paid / (10_000 * INDUCED), rel=1e-6)
    assert found["extra_spending_per_pound_of_relief"] == pytest.approx(10_000 * INDUCED / (750 * (1.1 + INDUCED)), rel=1e-6)
    assert found["deadweight_share"] == pytest.approx(1 / (1 + INDUCED), rel=1e-6)


def test_trainees_are_those_of_claimants_and_additional_ones_grow_with_the_training_induced():
    found, paid = value(), PAID
    assert found["trainees_supported"] == pytest.approx([20e6] * 2)
    assert found["trainees_additional"] == pytest.approx([20e6 * INDUCED] * 2, rel=1e-6)
    assert found["cost_per_trainee"] == pytest.approx(paid / 20, rel=1e-6)
    assert found["cost_per_additional_trainee"] == pytest.approx(paid / (20 * INDUCED), rel=1e-6)


def test_of_a_period_under_way_at_the_start_the_days_of_the_relief_count():
    result = cost(reform(), population=people(), years="2026-27").value_for_money()
    assert result["trainees_supported"] == pytest.approx([20e6 * 275 / 365 / 4])


def test_companies_that_do_not_claim_support_nobody():
    result = cost(design(), population=people(draw=0.9), years=YEARS).value_for_money()
    assert result["trainees_supported"] == [0, 0]
    assert result["cost_per_trainee"] is None


def test_a_population_that_does_not_say_whom_it_trains_has_no_figure_of_it():
    result = cost(design(), population=population([1e6], [10_000.0]), years=YEARS).value_for_money()
    assert "trainees_supported" not in result
    assert result["cost_per_trainee"] is None


def test_each_year_has_its_own_ratios():
    by_year = value(years="2026-27:2027-28")["by_year"]
    assert by_year["deadweight_share"] == pytest.approx([1 / (1 + INDUCED)] * 2, rel=1e-6)


def test_without_a_response_nothing_is_bought():
    worth = value(behaviour="none")
    assert worth["exchequer_cost_per_extra_pound"] is None
    assert worth["cost_per_additional_trainee"] is None
    assert worth["deadweight_share"] == 1


def test_present_value_is_in_prices_of_the_first_year_and_discounted_to_it():
    present = value(behaviour="none")["net_present_value"]
    # Consumer prices grow by 2% in 2029-30, and £1 a year later is worth 3.5% less in real terms.
    assert present["exchequer_effect"] == pytest.approx(-750 - 750 / (1.02 * 1.035))
    assert (present["discount_rate"], present["prices_and_value_of"]) == (0.035, "2028-29")


def test_running_the_relief_costs_a_set_up_in_the_year_before_and_a_share_of_claims_checked():
    result = cost(design(), population=people(), years="2025-26:2028-29", behaviour="none")
    # Accounting periods end in 2027-28 with the first claims: a million, one in twenty checked at £3,600.
    assert result.administration == pytest.approx([-5, 0, -180, -180])
    assert result.to_dict()["of_which"]["administration"] == list(result.administration)
    assert sum(result.tax) + sum(result.spending) == pytest.approx(sum(result.post_behavioural))


def test_a_repeal_saves_the_claims_and_not_the_set_up():
    repeal = written("repeal", {"human_investment.additional_deduction": 0}, start="2028-01-01")
    result = cost(repeal, baseline=design(), population=people(), years="2026-27:2029-30", behaviour="none")
    assert result.administration == pytest.approx([0, 0, 180, 180])


def test_what_running_another_measure_costs_is_not_estimated():
    rise = written("rise", {"corporation_tax.main_rate": 0.26})
    result = cost(rise, population=people())
    assert result.administration == ()
    assert result.to_dict()["of_which"]["administration"] is None


def test_the_year_before_the_start_has_a_quarter_of_the_calendar_year_under_way():
    result = cost(reform(), population=people(), behaviour="none")
    early = result.timeline.before_the_start(result.years)
    assert early.effect == pytest.approx(-750 * 275 / 365 / 4)
    assert early.of_periods == pytest.approx(-750 * 275 / 365)
    assert early.share == pytest.approx(0.25)
    said = " ".join(result.summary().split())
    assert "falls before the start on 1 April 2027: £140m in 2026-27, 25% of the £0.6bn" in said


def test_training_claimed_in_a_year_without_claims_is_explained_where_both_are_read():
    def told(**periods: int) -> str:
        companies = dataclasses.replace(people(), **periods)
        result = cost(reform(), population=companies, years="2026-27:2028-29", behaviour="none")
        assert (result.claimants[0], result.training["claimed"][0] > 0) == (0, not periods)
        buys = next(
            section for section in report_of(result).shown_on(Medium.SCREEN).sections if section.name == "Value for money"
        )
        return " ".join(part.text for part in buys.parts if isinstance(part, Note))

    assert "No company is counted as claiming in 2026-27, as no accounting period with a claim ends by then." in told()
    assert "No company is counted" not in told(end_month=3)


def test_every_table_of_the_page_with_a_minus_says_what_a_minus_is_beside_it():
    signed = []
    result = cost(design(), population=people(), years=YEARS, draws=20)
    for section in report_of(result).shown_on(Medium.SCREEN).sections:
        notes = " ".join(part.text for part in section.parts if isinstance(part, Note))
        for table in (part for part in section.parts if isinstance(part, Table)):
            for row in table.rows:
                figures = [getattr(cell, "value", cell) for cell in row.cells]
                if any(isinstance(figure, float) and figure < 0 for figure in figures):
                    signed.append(section.name)
                    beside = f"{table.caption} {row.cells[0]} {notes}".lower()
                    assert "minus is a cost" in beside or "plus improves" in beside, row
    assert {"Answer", "Steps", "By type of training cost", "Accruals and cash", "Range"} <= set(signed)
    assert not {"Value for money", "Who gains"} & set(signed)  # what is called a cost, or a gain of companies, has no sign


def test_the_figure_read_first_says_whether_it_is_a_cost_or_is_raised():
    rise = written("rise", {"corporation_tax.main_rate": 0.26})
    for proposal, what in ((rise, "Raised in 2029-30"), (design(), "Cost in 2029-30")):
        result = cost(proposal, population=people(), years="2029-30:2029-30", behaviour="none")
        assert next(key_figures(result)).heading == what


def test_what_words_would_round_to_all_though_some_is_extra_is_over_99_percent():
    assert [_anyway(share) for share in (0.42, 0.991, 0.997, 1.0)] == ["42%", "99%", "Over 99%", "100%"]
    assert (size(-410, beside=1_185), size(-60, beside=1_185), size(-410)) == ("£0.4bn", "£60m", "£410m")


def test_companies_whose_periods_begin_at_the_start_have_nothing_before_it():
    result = cost(reform(), population=dataclasses.replace(people(), end_month=3), behaviour="none")
    assert result.to_dict()["timeline"]["before_the_start"] is None
    assert "before the start" not in result.summary()


def test_the_last_year_is_the_steady_state_once_take_up_is_complete():
    result = cost(reform(), population=people(), behaviour="none")
    steady = result.to_dict()["timeline"]["steady_state"]
    assert steady["take_up_complete_from"] == "2030-31"
    assert steady["long_run"] == pytest.approx(-750)
    earlier = cost(reform(), population=people(), behaviour="none", years="2026-27:2029-30")
    assert earlier.to_dict()["timeline"]["steady_state"]["long_run"] is None
    assert "complete only from 2030-31" in earlier.summary()


def test_after_a_sunset_what_is_left_is_the_period_that_straddles_it():
    ends = design(end="2029-01-01")
    result = cost(ends, population=dataclasses.replace(people(), end_month=6), behaviour="none", years="2026-27:2030-31")
    # The year to 30 June 2029 has relief on 184 of its 365 days; three of its months are in 2029-30.
    left = result.to_dict()["timeline"]["after_the_end"]
    assert left["financial_years"] == ["2029-30", "2030-31"]
    assert left["effect"] == pytest.approx([-750 * 184 / 365 / 4, 0], abs=1e-6)
    assert result.to_dict()["timeline"]["ends"] == "2028-12-31"
    said = " ".join(result.summary().split())
    assert "After the end on 31 December 2028, what remains in 2029-30 to 2030-31 costs £95m" in said


def test_a_measure_that_ends_later_than_asked_for_has_nothing_left_yet():
    timeline = Timeline(date(2027, 4, 1), date(2029, 3, 31))
    assert timeline.after_the_end((2027, 2028), (-1.0, -1.0)) is None
    assert timeline.steady_state((2027, 2028), (-1.0, -1.0)) is None
