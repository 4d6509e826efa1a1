"""Every reform that ships can be asked of one company, in words and in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openfisca_goodwork.company import calculate
from openfisca_goodwork.policy import library

FACTS: dict[str, Any] = {
    "trading_profit_before_capital_allowances": 240_000,
    "main_rate_plant_new": 50_000,
    "external_course_fees": 12_000,
    "trainees": 5,
    "employees": 20,
    "pay_bill": 600_000,
    "turnover": 2_000_000,
}
YEARS = [{"start": f"{year}-01-01", "end": f"{year}-12-31", **FACTS} for year in (2027, 2028)]
COMPANY = {"accounting_periods": [{**YEARS[0], "is_new_company": True}, YEARS[1]]}


@pytest.mark.parametrize("name", library())
def test_a_reform_of_the_library_is_worked_out_for_a_company(name: str) -> None:
    result = calculate(COMPANY, name)
    data = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    first, second = (period["current_law"]["corporation_tax"] for period in data["accounting_periods"])
    # £190,000 after plant in the first year, £190,000 in the second: £47,500 less 3/200 of the £60,000 up to the limit.
    assert (first, second) == pytest.approx((46_600, 46_600))
    assert all(period["reform"]["corporation_tax"] >= 0 for period in data["accounting_periods"])
    assert name in result.summary()
