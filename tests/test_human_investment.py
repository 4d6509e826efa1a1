"""The human-investment relief beyond what a YAML test can say: tagged items of training, refusals, what costing asks."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.human_investment import (
    TrainingItem,
    inclusion_path,
    periods_looked_back,
    record_items,
    relief_begins,
)
from openfisca_goodwork.law.periods import RefusedInputError, RefusedPeriodError
from openfisca_goodwork.system import DatedValue

LAW = system.current_law()
FEES, MATERIALS = "external_course_fees", "training_materials_and_travel"
QUALIFYING, DEDUCTION = "qualifying_training_expenditure", "human_investment_deduction"
START = date(2027, 4, 1)


def law_with(start: date = START, **switches: Any) -> Any:
    """30% extra on fees and materials from April 2027, and other switches, their dots written as two underscores."""
    values = {"additional_deduction": 0.3, **{name.replace("__", "."): value for name, value in switches.items()}}
    values |= {inclusion_path(head).removeprefix("human_investment."): 1 for head in (FEES, MATERIALS)}
    leaves = system.leaf_parameters(LAW)
    changed = {
        f"human_investment.{name}": [
            system.dated_values(leaves[f"human_investment.{name}"])[0],
            DatedValue(start, value),
        ]
        for name, value in values.items()
    }
    return system.with_values(LAW, changed)


def training(law: Any, items: list[tuple[str, str, float, set[str]]], **inputs: Any) -> Any:
    """A simulation of one company in 2028 with dated items: head, day, £, tags."""
    given: dict[Any, dict[str, np.ndarray]] = {2028: {"employees": np.array([5.0])}}
    given[2028] |= {name: np.array([value]) for name, value in inputs.items()}
    for head, day, amount, _tags in items:
        of_day = given.setdefault(day, {})
        of_day[f"{head}_on"] = of_day.get(f"{head}_on", np.zeros(1)) + amount
    built = system.simulation(law, given)
    ledger = [TrainingItem(head, date.fromisoformat(day), amount, frozenset(tags)) for head, day, amount, tags in items]
    record_items(built, 2028, ledger)
    return built


def of(built: Any, name: str = DEDUCTION) -> float:
    return built.calculate(name, 2028)[0]


def test_a_tag_counts_for_its_item_in_full_2000_at_80_percent_and_8000_at_30():
    built = training(
        law_with(uplifts__green=0.5), [(FEES, "2028-02-01", 2000, {"green"}), (FEES, "2028-03-01", 8000, set())]
    )
    assert of(built) == pytest.approx(1600 + 2400)


def test_an_item_with_two_tags_has_the_sum_of_their_uplifts_2000_at_100_percent():
    law = law_with(uplifts__green=0.5, uplifts__digital=0.2)
    assert of(training(law, [(FEES, "2028-02-01", 2000, {"green", "digital"})])) == pytest.approx(2000)


def test_or_the_highest_of_them_item_by_item_2000_at_80_percent_and_1000_at_50():
    law = law_with(uplifts__green=0.5, uplifts__digital=0.2, uplifts__combination="highest")
    items = [(FEES, "2028-02-01", 2000, {"green", "digital"}), (FEES, "2028-02-01", 1000, {"digital"})]
    assert of(training(law, items)) == pytest.approx(1600 + 500)


def test_the_maximum_holds_item_by_item_2000_at_60_percent_and_8000_at_30():
    law = law_with(uplifts__green=0.5, maximum_additional_deduction=0.6)
    items = [(FEES, "2028-02-01", 2000, {"green"}), (FEES, "2028-03-01", 8000, set())]
    assert of(training(law, items)) == pytest.approx(1200 + 2400)


def test_items_of_one_head_say_nothing_of_another_5000_of_materials_at_30_percent():
    law = law_with(uplifts__green=0.5)
    items = [(FEES, "2028-02-01", 2000, {"green"}), (MATERIALS, "2028-02-01", 5000, set())]
    built = training(law, items)
    assert of(built, f"{DEDUCTION}_{FEES}") == pytest.approx(1600)
    assert of(built, f"{DEDUCTION}_{MATERIALS}") == pytest.approx(1500)


def test_an_amount_for_the_year_beside_tagged_items_of_another_head_has_no_tags():
    built = training(law_with(uplifts__green=0.5), [(FEES, "2028-02-01", 2000, {"green"})], **{MATERIALS: 1000.0})
    assert of(built) == pytest.approx(1600 + 300)


def test_only_accredited_items_count_with_their_uplift_3000_at_50_percent():
    law = law_with(qualifying__accredited_only=True, uplifts__accredited=0.2)
    built = training(law, [(FEES, "2028-02-01", 3000, {"accredited"}), (FEES, "2028-02-01", 7000, {"green"})])
    assert of(built, QUALIFYING) == pytest.approx(3000)
    assert of(built) == pytest.approx(1500)


def test_a_registered_provider_is_a_tag_too():
    law = law_with(qualifying__registered_providers_only=True)
    items = [(FEES, "2028-02-01", 3000, {"registered_provider"}), (FEES, "2028-02-01", 7000, set())]
    assert of(training(law, items), QUALIFYING) == pytest.approx(3000)


def test_a_limit_cuts_all_items_alike_2000_and_8000_to_halves():
    law = law_with(uplifts__green=0.5, caps__per_group=5000)
    items = [(FEES, "2028-02-01", 2000, {"green"}), (FEES, "2028-03-01", 8000, set())]
    assert of(training(law, items)) == pytest.approx(1000 * 0.8 + 4000 * 0.3)


def test_exclusions_fall_on_all_items_alike_a_tenth_of_2000_and_of_8000():
    items = [(FEES, "2028-02-01", 2000, {"green"}), (FEES, "2028-03-01", 8000, set())]
    built = training(law_with(uplifts__green=0.5), items, levy_funded_training=1000.0)
    assert of(built) == pytest.approx(0.9 * (1600 + 2400))


def test_a_tag_counts_where_its_uplift_is_in_force_on_the_day_of_the_item():
    law = law_with(uplifts__green=0.5)
    later = [system.dated_values(system.leaf_parameters(LAW)["human_investment.uplifts.green"])[0]]
    law = system.with_values(law, {"human_investment.uplifts.green": [*later, DatedValue(date(2028, 7, 1), 0.5)]})
    items = [(FEES, "2028-06-30", 1000, {"green"}), (FEES, "2028-07-01", 1000, {"green"})]
    assert of(training(law, items)) == pytest.approx(300 + 800)


def test_tags_change_nothing_where_the_law_asks_for_none():
    assert of(training(law_with(), [(FEES, "2028-02-01", 2000, {"green"})])) == 600
    assert of(training(LAW, [(FEES, "2028-02-01", 2000, {"green"})])) == 0


def test_both_tags_and_shares_for_one_period_are_refused_whatever_the_law_asks_for():
    for law in (law_with(uplifts__green=0.5), law_with(uplifts__digital=0.5)):
        built = training(law, [(FEES, "2028-02-01", 2000, {"green"})], green_share=0.5, digital_share=0.5)
        with pytest.raises(RefusedInputError, match="_share is given for 2028, and items with tags as well"):
            of(built)


def test_shares_stand_where_no_item_has_a_tag():
    assert of(training(law_with(uplifts__green=0.5), [(FEES, "2028-02-01", 2000, set())], green_share=0.5)) == 600 + 500


@pytest.mark.parametrize(
    ("head", "tags", "words"),
    [
        (FEES, {"gren"}, "gren is not a tag of training. Known are accredited"),
        ("fees", set(), "fees is not a type of training cost"),
    ],
)
def test_an_unknown_tag_or_head_is_refused(head, tags, words):
    built = system.simulation(LAW, {2028: {"employees": np.array([5.0])}})
    with pytest.raises(RefusedInputError, match=words):
        record_items(built, 2028, [TrainingItem(head, date(2028, 2, 1), 1.0, frozenset(tags))])


def test_a_copy_of_a_simulation_keeps_its_ledger():
    built = training(law_with(uplifts__green=0.5), [(FEES, "2028-02-01", 2000, {"green"})])
    assert of(built.clone()) == pytest.approx(1600)


def test_a_company_with_a_past_that_says_nothing_of_it_is_refused_and_told_what_to_give():
    built = training(law_with(incremental__enabled=True), [(FEES, "2028-02-01", 2000, set())])
    with pytest.raises(
        RefusedInputError, match=r"Give baseline_training_expenditure for 2028.*is_new_company: true for 2028"
    ):
        of(built)


def test_so_it_is_with_a_fixed_window_that_its_record_does_not_reach():
    fixed = {"incremental__base": "fixed", "incremental__fixed_from": "2025-04-01", "incremental__fixed_to": "2026-03-31"}
    built = training(law_with(incremental__enabled=True, **fixed), [(FEES, "2028-02-01", 2000, set())])
    with pytest.raises(RefusedInputError, match="reaches back before 2028"):
        of(built)


@pytest.mark.parametrize("switches", [{"eligibility__size": "small"}, {"additional_deduction": 0, "uplifts__green": 0.1}])
def test_a_company_that_has_no_relief_anyway_is_not_asked_for_its_past(switches):
    law = law_with(incremental__enabled=True, good_work__required=True, **switches)
    built = training(law, [(FEES, "2028-02-01", 2000, set())], employees=300.0, claims_human_investment_relief=False)
    assert of(built) == 0
    if "eligibility__size" in switches:
        assert of(training(law, [(FEES, "2028-02-01", 2000, set())], employees=300.0)) == 0


def test_what_was_said_of_the_years_before_a_record_of_2026_still_counts_in_2033_30000_above_20000():
    fixed = {"incremental__base": "fixed", "incremental__fixed_from": "2024-04-01", "incremental__fixed_to": "2025-03-31"}
    inputs = {label: {FEES: np.array([50_000.0, 50_000.0])} for label in range(2026, 2034)}
    inputs[2026] |= {"baseline_training_expenditure": np.array([20_000.0, 0.0]), "is_new_company": np.array([False, True])}
    outputs = system.run(law_with(incremental__enabled=True, **fixed), inputs, [QUALIFYING])
    assert outputs[2028][QUALIFYING] == pytest.approx([30_000, 50_000])
    assert outputs[2033][QUALIFYING] == pytest.approx([30_000, 50_000])


def test_the_trace_of_a_deduction_shows_the_baseline_and_what_is_above_it():
    built = training(law_with(incremental__enabled=True), [(FEES, "2028-02-01", 2000, set())], is_new_company=True)
    built.trace = True
    assert of(built) == 600
    trace = built.tracer.get_serialized_flat_trace()
    assert "training_share_above_baseline<2028>" in trace[f"{DEDUCTION}<2028>"]["dependencies"]
    assert "human_investment_baseline<2028>" in trace["training_share_above_baseline<2028>"]["dependencies"]


def test_an_opening_baseline_anywhere_but_in_the_first_period_is_refused():
    inputs = {label: {FEES: np.array([2000.0])} for label in (2027, 2028)}
    inputs[2028]["baseline_training_expenditure"] = np.array([500.0])
    built = system.simulation(law_with(incremental__enabled=True), inputs)
    with pytest.raises(RefusedPeriodError, match="not the company's first accounting period"):
        of(built)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [("2026-03-31", "2025-04-01", "is before"), ("last year", "2026-03-31", "write dates as 2025-04-01")],
)
def test_a_fixed_window_that_is_none_is_refused(first, last, words):
    switches = {"incremental__base": "fixed", "incremental__fixed_from": first, "incremental__fixed_to": last}
    built = training(law_with(incremental__enabled=True, **switches), [(FEES, "2028-02-01", 2000, set())])
    with pytest.raises(ParameterError, match=words):
        of(built)


def test_the_relief_begins_where_a_rate_and_a_head_first_meet():
    assert relief_begins(LAW) is None
    assert relief_begins(law_with()) == START
    assert relief_begins(law_with(additional_deduction=0, uplifts__green=0.1)) == START
    assert relief_begins(law_with(additional_deduction=0)) is None
    assert relief_begins(law_with(additional_deduction=0, form="credit", credit_rate=0.2)) == START


def test_a_baseline_says_how_many_periods_it_looks_back():
    day = date(2027, 1, 1)
    assert periods_looked_back(LAW, day) == 0
    assert periods_looked_back(law_with(incremental__enabled=True), day) == 3
    fixed = {"incremental__base": "fixed", "incremental__fixed_from": "2022-04-01", "incremental__fixed_to": "2023-03-31"}
    assert periods_looked_back(law_with(incremental__enabled=True, **fixed), day) == 5
