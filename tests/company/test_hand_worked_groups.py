"""Twenty-five groups worked by hand from the statute: every figure of every company, and what all pay together."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from openfisca_goodwork.company import GroupResult, calculate

CASES = yaml.safe_load((Path(__file__).parent / "hand_worked_groups.yaml").read_text(encoding="utf-8"))
HALF_A_PENNY = 0.005001  # what rounding to the penny by hand leaves, and the binary noise of that


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_figures_of_a_group_are_those_worked_by_hand(case) -> None:
    result = calculate(case["group_file"])
    assert isinstance(result, GroupResult)
    expected, total = {}, case["expected"]["total_tax"]
    for name, periods in case["expected"]["companies"].items():
        for figures in periods if isinstance(periods, list) else [periods]:
            end = figures["period_end"]
            expected |= {(name, end, output): amount for output, amount in figures.items() if output != "period_end"}
    periods = {
        (company.company.name, period.end): period for company in result.companies for period in company.accounting_periods
    }
    computed = {key: periods[key[:2]].amount("current_law", key[2]) for key in expected}
    assert {key[:2] for key in expected} == set(periods)
    assert computed == pytest.approx(expected, abs=HALF_A_PENNY)
    assert result.total("current_law", "corporation_tax") == pytest.approx(total, abs=HALF_A_PENNY)


def test_twenty_five_groups_are_worked_by_hand() -> None:
    assert len(CASES) == 25
