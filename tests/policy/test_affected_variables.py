"""What a change of law touches, against cases known by hand."""

from __future__ import annotations

import numpy as np
import pytest
from openfisca_core.periods import period

from openfisca_goodwork.policy.affected_variables import (
    COUNT,
    AffectedVariables,
    Record,
    example_companies,
    follow,
    input_variables,
)
from openfisca_goodwork.policy.compare import compare
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.system import current_law, simulation

MAIN_PROPOSAL = "human-investment-super-deduction"
DEDUCTION = "human_investment.additional_deduction"
ALL_YEARS = range(2011, 2034)
# Law that no formula reads: it says what an item of a company file is, or on which days tax is due.
BESIDE_THE_FORMULAS = (
    *("capital_allowances.cars.", "payment.due_dates.", "payment.interest.", "payment.late_filing."),
    *("accounting_periods.", "distributions.", "losses.carry_back_claim_months"),
)


def touched_by(setting: str) -> AffectedVariables:
    return compare("law", "law", settings=[setting]).touches()


def test_the_main_rate_makes_the_tax_and_no_allowance() -> None:
    touched = touched_by("corporation_tax.main_rate@2027-04-01=0.26")
    assert "corporation_tax" in touched.readers["corporation_tax.main_rate"]
    assert {"corporation_tax", "net_corporation_tax", "marginal_relief"} <= set(touched.downstream)
    assert not {"capital_allowances", "human_investment_deduction", "taxable_total_profits"} & set(touched.downstream)


def test_the_extra_deduction_goes_through_the_profits_to_the_tax() -> None:
    touched = compare("law", MAIN_PROPOSAL).touches()
    assert "human_investment_deduction" in touched.readers[DEDUCTION]
    assert {
        *("human_investment_deduction", "adjusted_trading_result", "taxable_total_profits"),
        *("corporation_tax", "net_corporation_tax", "trading_losses_carried_forward"),
    } <= set(touched.downstream)
    assert not {"capital_allowances", "main_pool_balance", "apprenticeship_levy"} & set(touched.downstream)


def test_the_writing_down_rate_is_read_for_one_variable_and_reaches_the_next_balance() -> None:
    touched = touched_by("capital_allowances.writing_down.main_rate@2027-04-01=0.12")
    assert touched.readers == {"capital_allowances.writing_down.main_rate": ("main_pool_writing_down_rate",)}
    follows = {"main_pool_writing_down_allowance", "main_pool_carried_forward", "capital_allowances", "corporation_tax"}
    assert follows <= set(touched.downstream)
    assert "special_rate_pool_carried_forward" not in touched.downstream


def test_what_the_levy_allowance_makes_is_the_levy_alone() -> None:
    touched = touched_by("apprenticeship_levy.allowance@2027-04-06=20000")
    assert touched.downstream == ("apprenticeship_levy",)


def test_a_switch_that_is_off_in_both_laws_keeps_what_it_governs_idle() -> None:
    years, enabled = (f"human_investment.incremental.{name}" for name in ("years", "enabled"))
    alone = compare(MAIN_PROPOSAL, MAIN_PROPOSAL, settings=[f"{years}@2027-04-01=2"]).touches()
    settings = [f"{years}@2027-04-01=2", f"{enabled}@2027-04-01=true"]
    switched = compare(MAIN_PROPOSAL, MAIN_PROPOSAL, settings=settings).touches()
    assert alone.unread == (years,)
    assert "human_investment_baseline" in switched.readers[years]
    assert "human_investment_deduction" in switched.downstream


def test_an_assumption_is_read_by_no_formula() -> None:
    touched = touched_by("assumptions.behaviour.elasticity.central@2027-04-01=0.4")
    assert touched.unread == ("assumptions.behaviour.elasticity.central",)
    assert touched.downstream == ()
    assert "is read for: no formula" in touched.summary()


def test_nothing_is_touched_where_nothing_differs() -> None:
    assert compare("law", "law").touches() == AffectedVariables({}, ())
    assert compare("law", "law").touches().summary() == "Nothing differs, so nothing is touched."


def test_the_window_of_the_comparison_holds_for_what_is_touched() -> None:
    assert compare("law", MAIN_PROPOSAL, end="2027-03-31").touches().downstream == ()


def test_the_same_question_has_the_same_answer_in_words_in_json_and_as_a_table() -> None:
    one, again = (compare("law@2022-04-01", "law", on="2023-04-01").touches() for _ in range(2))
    assert one == again and one.summary() == again.summary()
    assert one.to_dict()["downstream"] == one.to_dataframe()["variable"].tolist() == list(one.downstream)
    assert one.to_dict()["limit"] in one.summary()


@pytest.fixture(scope="module")
def record() -> Record:
    """Current law, in every year for which it is held."""
    result = Record()
    follow(current_vocabulary(), ALL_YEARS, result)
    return result


def test_the_example_companies_reach_all_law_that_formulas_read(record: Record) -> None:
    law = [path for path, leaf in current_vocabulary().items() if leaf.kind == "law"]
    assert {path for path in law if not path.startswith(BESIDE_THE_FORMULAS)} - set(record.readers) == set()


def test_recording_changes_no_figure() -> None:
    labels = range(2026, 2029)
    plain = simulation(current_law(), example_companies(labels), COUNT)
    recorded = follow(current_vocabulary(), labels, Record())
    for name in ("corporation_tax", "net_corporation_tax", "main_pool_carried_forward", "loss_carried_back"):
        np.testing.assert_array_equal(recorded(name, period(2028)), plain.calculate(name, 2028))


def test_the_example_companies_are_given_every_input_and_no_two_calls_differ() -> None:
    one, again = (example_companies(range(2027, 2029)) for _ in range(2))
    given = {name for name in input_variables() if "_brought_forward" not in name}
    assert given <= {*one[2027], *one[2028]}
    for label in one:
        for name, values in one[label].items():
            np.testing.assert_array_equal(values, again[label][name])
