"""Laws that run together give each company what its own law gives it alone, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import policy, system
from openfisca_goodwork.law.human_investment import inclusion_path
from openfisca_goodwork.law.stacked import LawsDifferError, VariedValue, stacked
from tests.test_human_investment_properties import LABELS, companies

RELIEF = "human-investment-super-deduction"
OUTPUTS = ("net_corporation_tax", "payable_credits", "human_investment_deduction", "loss_carry_back_repayment")
CLAUSE = "human_investment."
IN_2027, LATER = "2027-04-01", "2028-10-01"
# Amounts that differ, with the switches without which they would not matter.
VARIED: dict[str, tuple[tuple[float, float], dict[str, Any]]] = {
    "additional_deduction": ((0.1, 0.35), {}),
    "uplifts.green": ((0.05, 0.2), {}),
    "caps.per_employee": ((150, 4_000), {}),
    "caps.per_group": ((5_000, 60_000), {}),
    "maximum_additional_deduction": ((0.15, 0.4), {}),
    "credit_rate": ((0.1, 0.24), {"form": "credit"}),
    "additional_deduction_by_size.small": ((0.1, 0.2), {}),
}


def law(settings: dict[str, Any]) -> Any:
    return policy.law_of((RELIEF,), (), [f"{CLAUSE}{path}@{IN_2027}={value}" for path, value in settings.items()])


def agree(laws: list[Any], panel: dict[int, dict[str, np.ndarray]]) -> None:
    """Each company under each law, in one run and in one of each law."""
    count = len(panel[LABELS[0]]["accounting_period_start"])
    places = np.repeat(np.arange(len(laws)), count)
    twice = {label: {name: np.tile(one, len(laws)) for name, one in given.items()} for label, given in panel.items()}
    together = system.run(stacked(laws, places), twice, OUTPUTS, companies_at_once=count)  # chunks with two laws, too
    moved = False
    for place, own in enumerate(laws):
        alone = system.run(own, panel, OUTPUTS)
        for label, arrays in alone.items():
            for name, array in arrays.items():
                assert np.array_equal(array, together[label][name][places == place]), (label, name, place)
                moved |= place > 0 and not np.array_equal(array, together[label][name][places == 0])
    assert moved


def test_each_company_goes_by_its_own_law_whatever_differs() -> None:
    panel = companies(7)
    for path, (amounts, switches) in VARIED.items():
        agree([law({**switches, path: amount}) for amount in amounts], panel)
    both = [{"additional_deduction": one, "caps.per_employee": 1_000 * one} for one in (0.2, 0.3, 0.4)]
    agree([law(one) for one in both], panel)
    later = [policy.law_of((RELIEF,), (), [f"{CLAUSE}additional_deduction@{LATER}={one}"]) for one in (0.2, 0.6)]
    agree(later, panel)


@pytest.mark.parametrize(
    "settings",
    [
        [{"additional_deduction": 0}, {"additional_deduction": 0.3}],
        [{"form": "credit", "credit_rate": 0.2}, {"credit_rate": 0.2}],
        [{inclusion_path("trainee_pay").removeprefix(CLAUSE): one} for one in (0, 0.5)],
    ],
    ids=["whether there is a relief", "of what form it is", "what counts"],
)
def test_laws_that_differ_in_more_than_amounts_do_not_run_together(settings: list[dict[str, Any]]) -> None:
    with pytest.raises(LawsDifferError, match="more than its amounts"):
        stacked([law(one) for one in settings], np.arange(2))


def test_one_figure_for_all_companies_is_refused_where_laws_differ_in_it() -> None:
    value = VariedValue("a.path", (0.1, 0.2))
    assert (value > 0, value != 0, bool(value), value < 1) == (True,) * 4
    for asks in (lambda: value > 0.15, lambda: float(value), lambda: value * np.ones(2), lambda: np.full(2, value)):
        with pytest.raises(LawsDifferError, match=r"a\.path is 0\.1, 0\.2"):
            asks()
