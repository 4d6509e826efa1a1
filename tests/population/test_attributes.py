"""What the proposal asks of companies beyond spending: drawn at the assumed means, levy-funded training in both readings."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import Population, attributes, sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import TAGS

IDS = np.arange(200_000, dtype=np.uint32)


@pytest.fixture(scope="module")
def read() -> Assumptions:
    return Assumptions(system.current_law().parameters)


@pytest.mark.parametrize(
    ("section", "mean"), [("I", 0.536), ("G", 0.30), ("R", 0.292), ("C", 0.10)], ids=["hotels", "shops", "arts", "factories"]
)
def test_staff_below_the_living_wage_have_the_mean_of_their_section(read: Assumptions, section: str, mean: float) -> None:
    here = np.full(IDS.size, sources.SECTIONS.index(section))
    drawn = attributes.columns(read, IDS, here)["share_paid_below_real_living_wage"]
    assert drawn.mean() == pytest.approx(mean, abs=0.005)
    assert drawn.min() >= 0
    assert drawn.max() <= 1


def test_promises_are_kept_by_the_assumed_share_of_companies(read: Assumptions) -> None:
    drawn = attributes.columns(read, IDS, np.zeros(IDS.size, dtype=int))
    means = {name: drawn[name].mean() for name in attributes.PROMISES}
    assert means["has_fair_work_pledge"] == pytest.approx(0.05, abs=0.003)
    assert means["publishes_training_plan"] == pytest.approx(0.30, abs=0.003)
    assert means["has_employee_voice"] == pytest.approx(0.20, abs=0.003)


def test_a_company_keeps_its_draws_whoever_else_is_drawn(read: Assumptions) -> None:
    section = np.zeros(IDS.size, dtype=int)
    some = attributes.columns(read, IDS[::7], section[::7])
    everyone = attributes.columns(read, IDS, section)
    for name in attributes.PROMISES:
        assert np.array_equal(some[name], everyone[name][::7])


def test_levy_funded_training_is_none_in_the_one_reading_and_the_official_amount_in_the_other(read: Assumptions) -> None:
    law = system.current_law()
    pay_bill, weights = np.array([1e6, 4e6, 5e6]), np.array([100.0, 10.0, 2.0])
    assert not attributes.levy_funded(read, pay_bill, weights).any()
    path = "assumptions.base.survey_includes_levy"
    other = system.with_values(law, {path: [system.DatedValue(datetime.date(2000, 1, 1), value=True)]})
    funded = attributes.levy_funded(Assumptions(other.parameters), pay_bill, weights)
    # Levies of 0, £5,000 and £10,000: 10 x 5,000 + 2 x 10,000 = £70,000 for £1,760m.
    with pytest.raises(DataError, match="No company of the population pays the apprenticeship levy"):
        attributes.levy_funded(Assumptions(other.parameters), pay_bill[:1], weights[:1])
    assert funded == pytest.approx([0, 5_000 * 1.76e9 / 70_000, 10_000 * 1.76e9 / 70_000])


def test_every_tag_reaches_the_law_as_a_share(default: Population) -> None:
    given = default.inputs(2027)
    assert [float(given[f"{tag}_share"][0]) for tag in TAGS] == pytest.approx([0.35, 0.5, 0.05, 0.15, 0.1, 0.15, 0.2])
    heads = ("external_course_fees", "training_materials_and_travel", "trainer_pay", "trainee_pay")
    heads += ("training_centre_costs", "training_management_costs")
    assert given["training_cost_of_leavers"] == pytest.approx(0.15 * sum(given[head] for head in heads))
    assert given["employees_besides_directors"] == pytest.approx(np.maximum(given["employees"] - 1, 0))


def suppliers(count: int, band: int, section: str, turnover: float) -> dict[str, np.ndarray]:
    return {
        "id": np.arange(count, dtype=np.uint32) + 1000 * band,
        "employment_band": np.full(count, band),
        "section": np.full(count, sources.SECTIONS.index(section)),
        "turnover": np.full(count, turnover),
    }


def test_public_contracts_come_to_what_public_bodies_spend_with_companies_of_each_size(default: Population) -> None:
    given = default.inputs(2024)
    revenue = given["public_contract_revenue"] * default.weight
    large = default.columns["employment_band"] == len(sources.EMPLOYMENT_BANDS) - 1
    # The figure is of 2024; accounting periods that end in 2024 lie a little before it, as a third of them end in March.
    assert revenue.sum() == pytest.approx(227.7e9, rel=0.03)
    assert revenue[~large].sum() / revenue.sum() == pytest.approx(0.2, abs=0.005)
    assert (given["public_contract_revenue"] <= given["turnover"] * (1 + 1e-6)).all()
    assert given["largest_public_contract"] == pytest.approx(1.5 * given["public_contract_revenue"])


def test_health_and_social_care_has_what_is_spent_on_it(default: Population) -> None:
    revenue = default.inputs(2024)["public_contract_revenue"] * default.weight
    health = default.columns["section"] == sources.SECTIONS.index("Q")
    assert revenue[health].sum() == pytest.approx(14.0e9 / 0.33, rel=0.05)


@pytest.mark.parametrize(("band", "share"), [(0, 0.19), (2, 0.25), (4, 0.35), (6, 0.5)])
def test_companies_supply_the_public_sector_by_their_size(default: Population, band: int, share: float) -> None:
    section = default.columns["section"]
    of_the_public = np.isin(section, [sources.SECTIONS.index(letter) for letter in "OPQ"])
    here = (default.columns["employment_band"] == band) & ~of_the_public
    supplies = default.columns["public_contract_share"][here] > 0
    assert (supplies @ default.weight[here]) / default.weight[here].sum() == pytest.approx(share, abs=0.02)


def test_suppliers_too_small_for_what_is_spent_are_an_error_in_the_data(read: Assumptions) -> None:
    parts = suppliers(1000, 0, "C", 1e6), suppliers(1000, 6, "C", 1e6)
    held = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    with pytest.raises(DataError, match="turn over less than"):
        attributes.public_contracts(read, held, np.ones(2000))
