"""The headline of a costing is that of the whole costing, at a part of its work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import ReformError
from openfisca_goodwork.law.stacked import stacked
from openfisca_goodwork.population import Population
from openfisca_goodwork.questions import headline
from openfisca_goodwork.questions.asking import costings
from openfisca_goodwork.questions.headline import Shared, headline_of, headlines_of

MAIN = "human-investment-super-deduction"
NEXT_RATE = "human_investment.additional_deduction@2027-04-01=0.5"
ASKED: dict[str, dict[str, Any]] = {
    "a relief": {"reforms": MAIN, "settings": [NEXT_RATE]},
}
MORE: dict[str, dict[str, Any]] = {
    "a relief and a rate of tax": {"reforms": MAIN, "settings": ["corporation_tax.main_rate@2027-04-01=0.26"]},
    "cash": {"reforms": MAIN, "basis": "cash"},
    "a relief over another": {"reforms": "payable-training-credit", "baseline": MAIN},
    "above a baseline": {"reforms": "incremental-training-deduction-150-percent", "behaviour": "high"},
    "one that ends": {"reforms": "human-investment-super-deduction-as-in-2021"},
    "nobody responds": {"reforms": MAIN, "behaviour": "none"},
    "nothing": {"reforms": MAIN, "settings": ["human_investment.additional_deduction@2027-04-01=0"]},
}


def agree(given: dict[str, Any], people: Population, shared: Shared) -> None:
    whole = cost(**given, population=people, draws=0)
    one = headline_of(CostingRequest(**given, population=people, draws=0), shared)
    assert one.amounts["static"] == pytest.approx(whole.static, rel=1e-9, abs=1e-6)
    assert one.effect == pytest.approx(whole.post_behavioural, rel=1e-9, abs=1e-6)
    assert one.no_effect == whole.no_effect
    assert one.population == whole.population
    if whole.training:
        assert one.amounts["claimants"] == pytest.approx(whole.claimants)
        assert one.amounts["claimed_training"] == pytest.approx(whole.training["claimed"])
        assert one.amounts["induced_training"] == pytest.approx(whole.training["induced"])


def test_the_headline_is_that_of_the_whole_costing(people: Population) -> None:
    shared = Shared()
    for given in ASKED.values():
        agree(given, people, shared)


@pytest.mark.slow
def test_the_headline_of_every_kind_of_costing_is_that_of_the_whole_one(people: Population) -> None:
    shared = Shared()
    for given in MORE.values():
        agree(given, people, shared)


def test_laws_that_differ_in_amounts_run_together_to_the_same_bits(
    people: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate, cap = "human_investment.additional_deduction@2027-04-01", "human_investment.caps.per_employee@2027-04-01"
    months = "human_investment.clawback.months@2027-04-01"  # a formula reads them for all companies at once
    varied = [(f"{rate}={value}",) for value in (0.1, 0, 0.5)]
    varied += [(f"{cap}={value}",) for value in (200, 900)] + [(f"{months}={value}",) for value in (12, 24)]
    requests = [CostingRequest(reforms=MAIN, settings=settings, population=people, draws=0) for settings in varied]
    laws: list[int] = []

    def counted(of_laws, places):
        laws.append(len(of_laws))
        return stacked(of_laws, places)

    monkeypatch.setattr(headline, "stacked", counted)
    shared = Shared()
    alone = [headline_of(one, shared) for one in requests]
    assert not laws
    together = list(headlines_of(requests, shared))
    assert [(one.amounts, one.assumptions) for one in together] == [(one.amounts, one.assumptions) for one in alone]
    assert len(laws) >= 1
    assert max(laws) > 1


def test_what_stands_before_a_request_that_cannot_be_answered_is_answered(people: Population) -> None:
    asked = (CostingRequest(reforms=name, behaviour="none", population=people, draws=0) for name in (MAIN, "no-such-reform"))
    requests = list(asked)
    answers = headlines_of(requests, Shared())
    assert next(answers).effect
    with pytest.raises(ReformError, match="no-such-reform"):
        next(answers)


def test_answers_stand_in_the_order_of_the_requests_whatever_they_share(people: Population) -> None:
    two = ({"reforms": MAIN, "behaviour": "none"}, {"reforms": MAIN, "baseline": "no-full-expensing", "behaviour": "none"})
    requests = [CostingRequest(**two[place], population=people, draws=0) for place in (0, 1, 0)]
    answers = costings(requests)
    assert [one.request for one in answers] == requests
    assert answers[0].effect == answers[2].effect != answers[1].effect


def test_workers_give_the_same_answers_in_the_same_order() -> None:
    requests = [CostingRequest(reforms=MAIN, behaviour=level, draws=0) for level in ("none", "low")]
    told: list[str] = []
    with ThreadPoolExecutor(1) as workers:
        there = costings(requests, workers, lambda stage, _done: told.append(stage))
    assert [(one.request, one.amounts) for one in there] == [(one.request, one.amounts) for one in costings(requests)]
    assert told[-1] == "2 of 2 costings done"


def test_with_draws_a_headline_has_the_range_of_the_whole_costing(people: Population) -> None:
    request = CostingRequest(reforms=MAIN, draws=10, years="2027-28:2028-29", population=people)
    (headline,) = costings([request])
    assert headline.low < headline.effect < headline.high
