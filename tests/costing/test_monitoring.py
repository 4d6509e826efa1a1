"""A costing held against what came of it: the parts of the difference add up, each by hand; and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openfisca_goodwork.costing import cost, record_of
from openfisca_goodwork.costing.monitoring import monitor, read_outturn
from openfisca_goodwork.errors import GoodworkError
from tests.costing.designs import design
from tests.costing.test_costing import population

YEARS = "2028-29:2029-30"


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


# A million companies that all claim, with £10,000 of training each at a relief of 7.5p for each £1: £10bn and £750m a year,
# with what is reclassified and extra £825m and more. Behaviour is left out, so that the figures stand by hand.
PEOPLE = population([1e6], [10_000.0])


@pytest.fixture(scope="module")
def record():
    return json.loads(json.dumps(record_of(cost(design(), population=PEOPLE, years=YEARS, behaviour="none", draws=0))))


def held(record, **amounts):
    told = {"source": "Made up", "years": {"2028-29": amounts}}
    return monitor(record, told, population=PEOPLE)


def line(found, figure):
    return next(one for one in found.lines if one.figure == figure)


def test_the_record_is_what_is_worked_out_by_hand(record):
    value = record["result"]["value_for_money"]
    assert value["tax_relief_cost"] == pytest.approx([750, 750])
    assert value["claimed_training"] == pytest.approx([10_000, 10_000])
    assert record["result"]["claimants"] == pytest.approx([1e6, 1e6])


def test_the_difference_is_split_by_base_take_up_and_the_rest(record):
    found = held(record, tax_relief_cost=500, claimed_training=6_000, qualifying_training=8_000)
    # The base is 80%: 7.5p × 10,000 × −20%. Of 8,000 only 6,000 are claimed: 7.5p × −2,000. They cost 450, not 500.
    assert line(found, "tax_relief_cost").parts == pytest.approx(
        {"model": 0.0, "base": -150.0, "take-up": -150.0, "rest": 50.0}, abs=1e-6
    )
    assert line(found, "claimed_training").parts == pytest.approx(
        {"model": 0.0, "base": -2_000.0, "take-up": -2_000.0}, abs=1e-6
    )
    assert line(found, "qualifying_training").parts == pytest.approx({"model": 0.0, "base": -2_000.0}, abs=1e-6)


def test_take_up_is_read_from_companies_that_claim_where_their_training_is_not_told(record):
    found = held(record, tax_relief_cost=600, claimants=700_000)
    # 70% claim, at the model's average claim: 7.5p × 10,000 × −30%; the rest is 600 less 525.
    assert line(found, "tax_relief_cost").parts == pytest.approx({"model": 0.0, "take-up": -225.0, "rest": 75.0}, abs=1e-6)
    assert line(found, "claimants").parts == pytest.approx({"model": 0.0, "take-up": -300_000.0}, abs=1e-3)


def test_the_law_enacted_comes_before_what_companies_did(record):
    told = {"source": "Made up", "years": {"2029-30": {"tax_relief_cost": 400, "claimed_training": 9000}}}
    # Half the extra deduction was enacted: £375m at full take-up; 90% claimed costs 337.5, and 400 came.
    found = monitor(record, told, law=(design(additional_deduction=0.15),), population=PEOPLE)
    assert line(found, "tax_relief_cost").parts == pytest.approx(
        {"model": 0.0, "law": -375.0, "take-up": -37.5, "rest": 62.5}, abs=1e-6
    )
    for each in found.lines:
        assert each.recorded + sum(each.parts.values()) == pytest.approx(each.outturn)


def test_it_is_said_in_words_in_a_table_and_whether_it_is_in_the_range(record):
    found = held(record, tax_relief_cost=500, claimed_training=6_000)
    shown = " ".join(found.summary().split())
    assert "In 2028-29 the relief cost £500m, £250m less than the £750m of the record." in shown
    assert "The largest part of the difference is take-up (with base, not told apart): £300m less." in shown
    assert "Not told apart, and so within the parts that follow: law, economy, base." in shown
    assert "Cost of the relief: the relief on all that is claimed" in shown
    assert "Made up" in shown
    ranged = record["result"] | {"interval": {"level": 0.8, "low": [-1_500.0] * 2, "high": [-375.0] * 2}}
    within = " ".join(held(record | {"result": ranged}, tax_relief_cost=500).summary().split())
    assert "That is within the record's 80% range of £375m to £1,500m." in within


def test_a_cause_that_outturn_tells_of_one_year_alone_is_named_with_the_other_year_and_no_difference_is_no_part(record):
    whole = {"tax_relief_cost": 500, "claimed_training": 6_000}
    years = {"2028-29": whole | {"qualifying_training": 9_000}, "2029-30": whole}
    shown = " ".join(monitor(record, {"source": "Made up", "years": years}, population=PEOPLE).summary().split())
    assert "within the parts that follow: law, economy, base in 2029-30." in shown
    assert "difference is take-up: £" in shown and "difference is take-up (with base, not told apart): £" in shown
    same = " ".join(
        held(record, tax_relief_cost=line(held(record, tax_relief_cost=1), "tax_relief_cost").recorded).summary().split()
    )
    assert "as in the record." in same and "£0m less" not in same


def test_a_file_of_outturn_is_refused_with_every_fault_and_its_line(tmp_path):
    file = tmp_path / "outturn.yaml"
    file.write_text("years:\n  2028-29: {claimant: 5}\n  2029-30: {claimants: -1}\n  2030-31: {}\n", encoding="utf-8")
    with pytest.raises(GoodworkError) as refused:
        read_outturn(file)
    said = str(refused.value)
    for part in ("source is missing", "Did you mean claimants", "cannot be below 0", "'2030-31' has no figure", "line 3"):
        assert part in said, part


def test_the_example_is_a_file_of_outturn():
    told = read_outturn(Path(__file__).parents[2] / "examples" / "outturn.yaml")
    found = told.years["2028-29"].model_dump(exclude_none=True)
    assert found == {"claimants": 92_000, "claimed_training": 5_200, "tax_relief_cost": 340}


def test_years_that_the_record_does_not_have_and_records_of_no_relief_are_refused(record):
    told = {"source": "Made up", "years": {"2041-42": {"claimants": 5}}}
    with pytest.raises(GoodworkError, match="The outturn tells of 2041-42, and the record is of 2028-29, 2029-30"):
        monitor(record, told, population=PEOPLE)
    other = cost("main-pool-stays-18-percent-2026", population=PEOPLE, years=YEARS, draws=0)
    with pytest.raises(GoodworkError, match="The record is not of a relief for training"):
        monitor(json.loads(json.dumps(record_of(other))), told | {"years": {"2028-29": {"claimants": 5}}}, population=PEOPLE)
