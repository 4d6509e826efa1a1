"""What the extra training would be worth: a worked example, what never enters the costing, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import accumulate

import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.costing.record import record_of
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.costing.value_for_money import APPRAISAL, CASES, Appraisal, Value
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.reports.costing_tables import MUST_NOT_SAY, NAME, OUTSIDE
from openfisca_goodwork.system import current_law
from tests.costing.designs import design
from tests.costing.test_costing import population

YEARS = "2028-29:2029-30"
DAY = date(2027, 4, 1)
COLUMNS = ("zero effect", "low", "central", "high")


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def appraisal(training, *, discount_rate=0.035, running=0.0, factor=1.0):
    """Extra training of so much a year from 2027-28 (£ million), at prices that do not move, discounted."""
    years = tuple(range(2027, 2027 + len(training)))
    factors = [factor / (1 + discount_rate) ** since for since in range(len(years))]
    value = Value(
        years=years,
        costs={"exchequer_cost": (106.2,) * len(years)},
        claimed=tuple(49 * 0.3 * amount for amount in training),
        induced=tuple(training),
        induced_relieved=tuple(0.3 * amount for amount in training),
        factors=tuple(factors),
        discount_rate=discount_rate,
        running=(running,) * len(years),
    )
    law = current_law()
    return Appraisal.of(value, law, DAY, behaviour_of(law, "central", DAY))


# £100m a year for ten years, present values in the first at 3.5%: (1 − 1.035^−10) / (1 − 1/1.035) = 8.6077 times £100m.
# Output for each £1 is (return + 17%) / (3.5% + 17%): 0.10, 0.22 and 0.41 over 0.205. In the year after, what is left of
# ten years' training is 100 × (1 − 0.83^10) / 0.17 = 496.96.
WORKED = {
    "output": (0, 420, 924, 1_722),
    "net": (-861, -441, 63, 861),
    "to_workers": (0, 126, 277, 516),
    "tax": (0, 84, 277, 689),
    "later_output": (0, 50, 109, 204),
}


def test_a_hundred_million_a_year_for_ten_years_is_the_worked_example_to_the_million():
    worth = appraisal([100.0] * 10)
    assert round(worth.training_cost) == 861
    assert tuple(case.name for case in worth.cases) == COLUMNS == CASES
    for figure, expected in WORKED.items():
        assert tuple(round(getattr(case, figure)) for case in worth.cases) == expected, figure


def test_the_closed_form_is_what_adding_up_the_output_of_every_year_comes_to():
    worth, central = appraisal([100.0, 40.0, 0.0]), 0.05 + 0.17
    stock = list(accumulate([100.0, 40.0] + [0.0] * 300, lambda left, more: 0.83 * left + more))
    output = sum(central * held / 1.035 ** (since + 1) for since, held in enumerate(stock))
    assert worth.case("central").output == pytest.approx(output, rel=1e-9)


def test_training_breaks_even_at_the_discount_rate_and_above_it_where_claims_cost_something():
    assert appraisal([100.0] * 10).switching_return == pytest.approx(0.035)
    worth = appraisal([100.0] * 10, running=10.0)
    assert worth.case("central").net == pytest.approx(0.1 * -860.77 + 62.98, abs=0.01)
    # A tenth more to bring in: 1.1 × 20.5% − 17%.
    assert worth.switching_return == pytest.approx(1.1 * 0.205 - 0.17)


def test_tests_of_one_assumption_keep_the_gain_of_the_first_year():
    tests = appraisal([100.0] * 10).tests
    for speed, each in (("slower", 0.22 / 0.135), ("faster", 0.22 / 0.335), ("fastest", 0.22 / 0.435)):
        assert tests[f"fade_out_{speed}"] == pytest.approx(860.77 * (each - 1), abs=0.01), speed
    assert tests["qualifying_only"] == pytest.approx(0.3 * 62.98, abs=0.01)
    assert tests["with_cost_of_public_funds"] == pytest.approx(62.98 - 0.2 * 106.2 * 8.6077, abs=0.01)


def test_amounts_are_in_prices_of_the_first_year_and_the_share_of_output_in_those_of_its_own():
    law = current_law()
    rise = history(law, "assumptions.growth.consumer_prices").on(date(2028, 4, 1))
    value = replace(
        Value((2027, 2028), {"exchequer_cost": (1.0, 1.0)}, (1.0, 1.0), (100.0, 100.0), (30.0, 30.0), (1.0, 1.0), 0.0),
        factors=(1.0, 1 / (1 + rise)),
    )
    worth = Appraisal.of(value, law, DAY, behaviour_of(law, "central", DAY))
    assert worth.training == pytest.approx((100.0, 100.0 / (1 + rise)))
    # Output of 2028-29 is 22p for each £1 of 2027-28, at prices of 2028-29 over £3,390,914m.
    assert worth.share_of_product == pytest.approx(22.0 * (1 + rise) / 3_390_914)


def result(**options):
    return cost(design(), population=population([1e6], [10_000.0]), years=YEARS, draws=0, **options)


def test_the_appraisal_stands_beside_the_costing_and_moves_no_figure_of_it():
    plain, appraised = result().to_dict(), result(appraise=True).to_dict()
    worth = appraised.pop("appraisal")
    assert worth["in_costing"] is False
    assert set(worth["cases"]) == {"zero_effect", "low", "central", "high"}
    assert appraised.pop("command") == plain.pop("command") + " --appraise"
    assert appraised == plain


def test_it_counts_no_training_that_would_have_happened_anyway_and_prints_what_it_must_not_claim():
    found = result(appraise=True)
    induced = found.value_for_money()["induced_training"]
    assert found.appraisal is not None
    assert found.appraisal.training[0] == pytest.approx(induced[0])
    shown = " ".join(found.summary().split())
    for sentence in (OUTSIDE, *MUST_NOT_SAY):
        assert sentence in shown, sentence
    assert NAME not in " ".join(result().summary().split())
    assert OUTSIDE not in result().summary()


def test_it_says_first_what_society_gains_or_loses_and_minus_is_a_cost_to_the_exchequer_there_too():
    found = result(appraise=True)
    worth = found.appraisal
    assert worth is not None
    shown = " ".join(found.summary().split())
    low, central, high = (worth.case(name).net for name in ("low", "central", "high"))
    assert low < central < high < 0
    assert f"Society loses £{-central:,.0f}m in the central case" in shown
    assert f"it loses £{-low:,.0f}m in the low case and loses £{-high:,.0f}m in the high case" in shown
    assert (
        " ".join(["Memo: effect of the relief on the Exchequer, a transfer", *[f"{-worth.exchequer_cost:,.0f}"] * 4])
        in shown
    )
    assert "Memo: output in 2030-31 alone, same prices, not discounted" in shown
    assert f"(low case {worth.case('low').tax / worth.exchequer_cost:.0%}, high case" in shown


def test_without_a_response_it_says_that_there_is_nothing_to_appraise():
    assert "there is nothing to appraise" in result(behaviour="none", appraise=True).summary()


def test_a_reform_without_a_relief_for_training_is_not_appraised():
    with pytest.raises(GoodworkError, match="neither law has a relief for training, and only extra training is appraised"):
        cost("main-pool-stays-18-percent-2026", population=population([1e6], [0.0]), years=YEARS, draws=0, appraise=True)


def test_its_assumptions_are_refused_where_they_would_not_be_read_and_used_where_they_are():
    setting = f"{APPRAISAL}.return_on_training.central@2026-04-01=0.035"
    with pytest.raises(GoodworkError, match="is not used without --appraise"):
        result(settings=[setting])
    worth = result(settings=[setting], appraise=True).appraisal
    assert worth is not None
    assert worth.case("central").output == pytest.approx(worth.training_cost)


def test_the_record_of_an_appraised_costing_asks_for_the_appraisal_again():
    held = json.loads(json.dumps(record_of(result(appraise=True))))
    assert held["appraise"] is True
    assert "appraisal" in held["result"]
