"""The year before a company's first accounting period, to which a loss goes back: it changes nothing but that."""

from __future__ import annotations

import json

import pytest

from openfisca_goodwork import company, policy
from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.claims import CARRY_BACK
from openfisca_goodwork.company.next_year import KEPT_BY, with_year_before
from openfisca_goodwork.company.relevance import loss_may_go_back
from openfisca_goodwork.company.vocabulary import input_variables
from openfisca_goodwork.screens.company_questions import FIELDS

LOSS = {
    "start": "2029-01-01",
    "end": "2029-12-31",
    "trading_profit_before_capital_allowances": -80_000,
    "external_course_fees": 20_000,
    "trainees": 10,
    "employees": 20,
    "employees_besides_directors": 18,
    "turnover": 2_000_000,
    "pay_bill": 800_000,
    "accredited_share": 0.5,
    "main_pool_brought_forward": 50_000,
    "special_rate_pool_brought_forward": 900,
    "trading_losses_brought_forward": 1_000,
}
OF_THE_CLAIM = "trade_loss_available_for_carry_back"


@pytest.mark.parametrize(
    ("relief", "more"),
    [
        ("human-investment-super-deduction", {}),
        ("payable-training-credit", {}),
        ("incremental-training-deduction-150-percent", {"baseline_training_expenditure": 5_000}),
        ("france-incremental-training-credit", {"baseline_training_expenditure": 5_000}),
    ],
)
def test_a_year_before_without_profit_leaves_the_period_of_the_loss_as_it_was(relief, more):
    """Pools, losses and the baseline come through it unchanged."""
    alone = company.calculate({"accounting_periods": [LOSS | more]}, relief)
    both = company.calculate({"accounting_periods": with_year_before(LOSS | more, 0)}, relief)
    for law in alone.laws:
        was, is_so = alone.accounting_periods[0].outputs[law], both.accounting_periods[1].outputs[law]
        assert {name: is_so[name] for name in was if name != OF_THE_CLAIM} == {
            name: pytest.approx(value, abs=0.005) if isinstance(value, float) else value
            for name, value in was.items()
            if name != OF_THE_CLAIM
        }


def test_a_loss_goes_back_to_the_profit_of_the_year_before():
    """£80,000 of loss and £9,054 of allowances (18% of £50,000, and £54 of a pool of £900 at 6%) against £100,000."""
    first, loss = with_year_before({**LOSS, "external_course_fees": 0}, 100_000)
    assert loss[CARRY_BACK] is True
    result = company.calculate({"accounting_periods": [first, loss]})
    before, period = result.accounting_periods
    assert before.amount("current_law", "taxable_total_profits") == 100_000
    assert period.amount("current_law", "loss_carried_back") == pytest.approx(period.amount("current_law", "trade_loss"))


def test_every_opening_balance_that_a_page_asks_for_is_handed_on_or_said_by_the_year_before():
    asked = {name for name in FIELDS if name in input_variables() and input_variables()[name].is_opening_balance}
    assert asked == {*KEPT_BY, LARGE_BEFORE, "baseline_training_expenditure", "is_new_company"}


def test_it_matters_to_a_loss_with_training_and_not_to_a_profit_or_a_new_company():
    main = (policy.load("human-investment-super-deduction"),)

    def matters(**facts):
        return loss_may_go_back(main, json.dumps({"accounting_periods": [{**LOSS, **facts}]}))

    assert matters()
    assert not matters(external_course_fees=0)
    assert not matters(trading_profit_before_capital_allowances=100_000)
    assert not matters(is_new_company=True)
    assert not matters(start="no day")
