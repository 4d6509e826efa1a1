"""What may surprise in a result is said with its reason: a reform that sets off each rule, and one that does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.costing.distribution import BY_EMPLOYEES, POST_BEHAVIOURAL
from openfisca_goodwork.costing.result import CostingResult
from openfisca_goodwork.costing.steps import CHANGE_OF_LAW
from openfisca_goodwork.costing.surprises import surprises
from openfisca_goodwork.population import Population
from openfisca_goodwork.reports import report_of
from openfisca_goodwork.reports.sections import Medium, Note

MAIN = "human-investment-super-deduction"
RATE = "corporation_tax.main_rate@2027-04-01"


@pytest.fixture(scope="module")
def relief(people: Population) -> CostingResult:
    return cost(MAIN, population=people, draws=0)


@pytest.fixture(scope="module")
def dearer(people: Population) -> CostingResult:
    """A main rate of 27%."""
    return cost((), population=people, settings=[f"{RATE}=0.27"], draws=0)


def said(result: CostingResult, start: str) -> list[str]:
    return [sentence for sentence in surprises(result) if start in sentence]


def shown_with(result: CostingResult, **changes: Any) -> CostingResult:
    assert result.distribution is not None
    return replace(result, distribution=replace(result.distribution, **changes))


def test_who_gains_from_a_rise_in_tax_is_said_with_what_is_worth_more_to_them(dearer: CostingResult) -> None:
    (sentence,) = said(dearer, "although companies together pay more")
    assert "because more tax is repaid for a loss that they carry back" in sentence
    assert "because losses that they surrender to their group save more tax there" in sentence
    assert dearer.distribution is not None
    reasons, total = dearer.distribution.reasons["gaining"], dearer.distribution.total()
    assert sum(reasons.values()) == pytest.approx(total.gaining)
    assert sum(dearer.distribution.reasons["losing"].values()) == pytest.approx(total.losing)


def test_who_loses_by_a_relief_loses_by_a_smaller_repayment(relief: CostingResult) -> None:
    (sentence,) = said(relief, "although companies together pay less")
    assert sentence.endswith(
        "all of them because less tax is repaid for a loss that they carry back, as less was charged the year before."
    )
    assert relief.distribution is not None
    nobody = shown_with(relief, totals=tuple(replace(one, losing=0.0) for one in relief.distribution.totals))
    assert not said(nobody, "although companies together")


def test_who_loses_by_a_longer_carry_back_has_used_the_loss_in_another_year(people: Population) -> None:
    longer = cost((), population=people, settings=["losses.carry_back_months@2027-04-01=36"], draws=0)
    (sentence,) = said(longer, "although companies together pay less")
    assert "all of them because their own tax of the year rises, deductions or losses coming in other years" in sentence


def test_claimants_who_gain_nothing_are_counted_by_how_they_stand(relief: CostingResult, dearer: CostingResult) -> None:
    (sentence,) = said(relief, "claim and do not gain")
    assert "in loss and" in sentence and "without a tax bill" in sentence
    assert relief.distribution is not None
    total = sum(relief.distribution.reasons["claimants_without_gain"].values())
    assert 0 < total < max(relief.claimants)
    assert not said(dearer, "claim and do not gain")


def test_a_share_of_more_than_all_is_said_with_whose_opposite_it_is(relief: CostingResult) -> None:
    assert not said(relief, "above 100%")
    assert relief.distribution is not None
    table = relief.distribution.table(BY_EMPLOYEES)
    for shares, told in (
        (
            (0.0, -0.3, 0, 0, 0, 0, 0, 1.3),
            "share of 250 or more 130% is above 100%, as 0 to 4 -30% has the opposite of the gain",
        ),
        (
            (0.0, -0.01, -0.01, 0, 0, 0, 0, 1.02),
            "250 or more 102% is above 100%, as others, -2% together, have the opposite",
        ),
    ):
        rows = tuple(replace(row, share_of_gain=share) for row, share in zip(table.rows, shares, strict=True))
        tables = tuple(
            replace(one, rows=rows) if (one.name, one.step) == (BY_EMPLOYEES, POST_BEHAVIOURAL) else one
            for one in relief.distribution.tables
        )
        (sentence,) = said(shown_with(relief, tables=tables), "above 100%")
        assert told in sentence


def test_a_measure_that_costs_first_and_yields_later_says_what_moves(relief: CostingResult, dearer: CostingResult) -> None:
    turned = replace(dearer.steps[0], effect=(-100.0, -50.0, 0.1, 20.0, 30.0, 40.0))
    assert turned.name == CHANGE_OF_LAW.name
    (sentence,) = said(replace(dearer, steps=(turned, *dearer.steps[1:])), "at first")
    assert sentence.startswith("It costs at first and raises money from 2029-30: what companies deduct sooner or later")
    assert not said(dearer, "at first") and not said(relief, "at first")


def test_a_response_larger_than_the_effect_itself_is_pointed_out(dearer: CostingResult) -> None:
    assert not said(dearer, "the response is larger")
    lost = replace(dearer.steps[-1], is_behavioural=True, effect=tuple(-2 * amount for amount in dearer.static))
    (sentence,) = said(replace(dearer, steps=(*dearer.steps, lost)), "the response is larger")
    assert sentence.startswith("In 2026-27 the measure alone raises")


def test_a_relief_that_nobody_of_the_population_may_have_says_so(relief: CostingResult, people: Population) -> None:
    households = "human_investment.eligibility.industries@2027-04-01=T"
    nobody = cost(MAIN, population=people, settings=[households], draws=0)
    assert said(nobody, "Nothing moves in these years: no company here has")
    assert not said(relief, "Nothing moves")


def test_a_result_without_an_effect_has_nothing_that_surprises(people: Population) -> None:
    assert surprises(cost(MAIN, population=people, years="2020-21:2021-22", draws=0)) == ()


def test_every_output_has_the_sentences(dearer: CostingResult) -> None:
    (sentence,) = surprises(dearer)[:1]
    assert sentence in dearer.to_dict()["surprises"]
    assert sentence in " ".join(str(dearer).split())
    for medium in (Medium.TERMINAL, Medium.SCREEN, Medium.DOCUMENT, Medium.WORKBOOK):
        sections = report_of(dearer).shown_on(medium).sections
        notes = [part.text for section in sections for part in section.parts if isinstance(part, Note)]
        assert sentence in notes, medium
