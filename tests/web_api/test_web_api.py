"""The law through OpenFisca's web API: the same numbers, and mistakes told in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openfisca_goodwork.system import CountryTaxBenefitSystem
from openfisca_goodwork.version import model_version
from tests.periods.chained import BALANCES, LABELS, brought, carried, expected
from tests.periods.chained import CountryTaxBenefitSystem as ChainedSystem

api = pytest.importorskip("openfisca_web_api.app", reason="the web API is an extra")
ROOT = Path(__file__).parents[2]
PROFIT = "trading_profit_before_capital_allowances"


@pytest.fixture(scope="module")
def client():
    return api.create_app(CountryTaxBenefitSystem()).test_client()


def ask(client, company, path="/calculate"):
    return client.post(path, json={"companies": {"example": company}})


def answer(client, company):
    response = ask(client, company)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()["companies"]["example"]


def test_the_charge_is_the_same_as_anywhere(client):
    company = {
        "accounting_period_start": {"2023": "2023-01-01"},
        "accounting_period_end": {"2023": "2023-12-31"},
        PROFIT: {"2023": 200_000},
        "corporation_tax": {"2023": None},
    }
    assert answer(client, company)["corporation_tax"]["2023"] == pytest.approx(46_483.75, abs=0.005)


def test_every_source_names_the_project_its_version_and_a_file_that_is_there(client):
    assert client.get("/spec").get_json()["info"]["version"] == model_version()
    told = [client.get(path).get_json() for path in ("/parameter/corporation_tax/main_rate", "/variable/marginal_relief")]
    for source in (told[0]["source"], told[1]["source"], told[1]["formulas"]["0001-01-01"]["source"]):
        project, version, file, first = re.fullmatch(r"(.+)/blob/([^/]+)/([^#]+)(?:#L(\d+)-L\d+)?", source).groups()
        assert (project, version) == ("openfisca-goodwork", model_version())
        assert (ROOT / file).is_file()
    assert "def formula" in (ROOT / file).read_text(encoding="utf-8").splitlines()[int(first) - 1]


def test_a_pound_in_a_billion_is_not_lost(client):
    company = {PROFIT: {"2025": 4_000_000_004}, "corporation_tax": {"2025": None}}
    assert answer(client, company)["corporation_tax"]["2025"] == 1_000_000_001


def test_balances_pass_from_period_to_period(client):
    years = [str(year) for year in range(2019, 2026)]
    company = {"main_pool_brought_forward": {"2019": 1e6}, "main_pool_carried_forward": dict.fromkeys(reversed(years))}
    found = answer(client, company)["main_pool_carried_forward"]
    assert [found[year] for year in years] == pytest.approx([1e6 * 0.82**n for n in range(1, 8)])


def test_items_on_their_days_work(client):
    company = {
        "main_rate_plant_new_on": {"2023-03-31": 1_000, "2023-04-01": 1_000},
        "super_deduction": {"2023": None},
        "full_expensing": {"2023": None},
        "main_rate_plant_new": {"2023": None},
    }
    result = answer(client, company)
    assert result["main_rate_plant_new"]["2023"] == 2_000
    assert result["full_expensing"]["2023"] == 1_000
    assert result["super_deduction"]["2023"] == pytest.approx(1_073.97, abs=0.005)


def test_a_regime_is_answered_by_name(client):
    assert (
        answer(client, {PROFIT: {"2025": 3e7}, "payment_regime": {"2025": None}})["payment_regime"]["2025"] == "very_large"
    )


def test_forty_balances_over_fifteen_periods_are_right_in_any_order():
    client, opening = api.create_app(ChainedSystem()).test_client(), 7
    right = expected(opening)
    company = {brought(place): {str(LABELS[0]): opening} for place in range(BALANCES)}
    labels = [LABELS[-1], *LABELS[:-1]]
    company |= {carried(place): {str(label): None for label in labels} for place in reversed(range(BALANCES))}
    result = answer(client, company)
    assert {one: result[carried(one[0])][str(one[1])] for one in right} == right


@pytest.mark.parametrize(
    ("company", "words"),
    [
        ({PROFIT: {"year:2024-04": 1}}, "A year here is the label of an accounting period and starts on 1 January"),
        ({"turnover": {"2025": -5}}, "turnover is -5.00; it cannot be below 0."),
        ({PROFIT: {"2025": float("nan")}}, "not a finite number"),
        ({PROFIT: {"2025": float("inf")}}, "not a finite number"),
        ({PROFIT: {"2009": 1}, "corporation_tax": {"2009": None}}, "has no value before 1 April 2010"),
        ({PROFIT: {"2025": 1}, "corporation_tax": {"year:2025-04": None}}, "year:2025-04 was asked for."),
        ({"accounting_period_end": {"2025": "2026-01-01"}, "corporation_tax": {"2025": None}}, "is longer than 12 months"),
        (
            {"accounting_period_end": {"2024": "2024-06-30"}, "corporation_tax": {"2025": None}},
            "leaves a gap after the one before, which ends on 30 June 2024",
        ),
        (
            {"turnover": {"2024": 1}, "main_pool_brought_forward": {"2025": 1}, "main_pool_carried_forward": {"2025": None}},
            "is not the company's first accounting period",
        ),
        (
            {
                "main_rate_plant_used": {"2025": 1},
                "main_rate_plant_used_on": {"2025-06-30": 1},
                "capital_allowances": {"2025": None},
            },
            "given both as an amount for 2025 and as dated items",
        ),
    ],
)
def test_a_mistake_is_answered_as_one_and_in_words(client, company, words):
    response = ask(client, company)
    assert response.status_code == 400
    assert words in response.get_json()["error"]


def test_a_name_that_is_none_is_not_found(client):
    response = ask(client, {"corporation_tacks": {"2025": None}})
    assert response.status_code == 404
    assert "corporation_tacks" in response.get_data(as_text=True)


def test_text_for_a_number_is_refused(client):
    response = ask(client, {PROFIT: {"2025": "lots"}})
    assert response.status_code == 400
    assert "received 'lots'" in response.get_data(as_text=True)


def test_a_trace_names_what_was_read(client):
    response = ask(client, {PROFIT: {"2025": 1_000}, "corporation_tax": {"2025": None}}, path="/trace")
    assert response.status_code == 200
    assert "taxable_total_profits<2025>" in response.get_json()["trace"]


@pytest.mark.parametrize("path", ["/variables", "/parameters", "/entities", "/spec", "/variable/corporation_tax"])
def test_the_law_can_be_browsed(client, path):
    assert client.get(path).status_code == 200


def test_a_parameter_shows_its_dated_values(client):
    shown = client.get("/parameter/corporation_tax/main_rate").get_json()
    assert shown["values"]["2023-04-01"] == 0.25
