"""Tax of each part of a period that straddles a change, against figures that HMRC's own tests give by financial year."""

from __future__ import annotations

import pytest

from openfisca_goodwork import calculate

# https://github.com/hmrc/marginal-relief-calculator-frontend/blob/main/test/calculator/MarginalReliefCalculatorSpec.scala
PARTS_OF_2023 = {
    "£60,000 with two associated companies": (60_000, 2, [2_810.96, 11_040.24]),
    "£175,000 with two associated companies": (175_000, 2, [8_198.63, 32_962.33]),
    "£100,000 of a company alone": (100_000, 0, [4_684.93, 17_148.13]),
}
TO_THE_PENNY = 0.011  # the calculator rounds half a penny up at each step


@pytest.mark.parametrize(("profits", "associated", "taxes"), PARTS_OF_2023.values(), ids=PARTS_OF_2023)
def test_the_months_before_april_2023_and_those_after_are_taxed_as_published(
    profits: float, associated: int, taxes: list[float]
) -> None:
    period = {
        "start": "2023-01-01",
        "end": "2023-12-31",
        "trading_profit_before_capital_allowances": profits,
        "associated_companies": associated,
    }
    (steps,) = calculate({"accounting_periods": [period]}).working("current_law")
    found = [step.result for step in steps if step.label.startswith("Tax from ")]
    assert found == pytest.approx(taxes, abs=TO_THE_PENNY)
