"""The hand-written kernel that the law is timed against gives what the law gives, or the benchmark means nothing."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.kernel import BALANCES, Companies
from benchmarks.kernel_figures import figures
from benchmarks.random_companies import LABELS, Drawn, Inputs, balance_name
from openfisca_goodwork import policy, system

COMPANIES = 4_000
BOTH = (
    "capital_allowances",
    "qualifying_training_expenditure",
    "human_investment_deduction",
    "loss_carried_back",
    "corporation_tax",
    "net_corporation_tax",
)
CARRIED = {name: balance_name(name, "carried_forward") for name in BALANCES}
DRAWN = Drawn(chunk=7, count=COMPANIES)
TO_THE_MILLIONTH = {"rtol": 0, "atol": 1e-6}


@pytest.fixture(scope="module")
def law():
    return policy.law_of(["human-investment-super-deduction"])


@pytest.fixture(scope="module")
def by_law(law):
    return system.run(law, Inputs(DRAWN), [*BOTH, *CARRIED.values()])


@pytest.fixture(scope="module")
def by_hand(law):
    companies, found = Companies(DRAWN.month, DRAWN.opening()), {}
    for label in LABELS:
        values = companies.period(figures(law, label), DRAWN.amounts(label))
        found[label] = values | {CARRIED[name]: np.array(array) for name, array in companies.balances.items()}
    return found


def test_every_year_end_is_among_the_companies():
    assert set(DRAWN.month.tolist()) == set(range(12))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("name", [*BOTH, *CARRIED.values()])
def test_the_kernel_gives_what_the_law_gives(by_law, by_hand, name, label):
    np.testing.assert_allclose(by_hand[label][name], by_law[label][name], **TO_THE_MILLIONTH)


@pytest.mark.parametrize("name", [*BOTH, *CARRIED.values()])
def test_there_is_something_to_compare(by_law, name):
    assert any(np.count_nonzero(by_law[label][name]) > COMPANIES / 100 for label in LABELS)


def test_the_kernel_refuses_years_it_leaves_out(law):
    with pytest.raises(ValueError, match="annual investment allowance"):
        figures(law, 2019)
