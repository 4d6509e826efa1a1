"""`goodwork parameters` and `goodwork cite`: what is looked up first."""

from __future__ import annotations

import json

from openfisca_goodwork.version import RELEASED, model_version

from .running import goodwork


def test_a_parameter_is_found_by_words_and_by_its_path() -> None:
    shown = goodwork("parameters", "annual", "investment", "allowance", "limit").stdout
    assert "capital_allowances.annual_investment_allowance.limit" in shown
    assert "£1,000,000" in shown
    found = json.loads(goodwork("parameters", "corporation_tax.main_rate", "--json").stdout)["parameters"][0]
    assert (found["path"], found["value"], found["since"]) == ("corporation_tax.main_rate", 0.25, "2023-04-01")
    assert json.loads(goodwork("parameters", "human_investment.form", "--json").stdout)["parameters"][0]["allowed"] == (
        "deduction, credit"
    )


def test_a_word_that_no_parameter_has_leads_to_the_nearest_path() -> None:
    result = goodwork("parameters", "corporation_tax.mian_rate")
    assert result.exit_code == 2
    assert "Did you mean corporation_tax.main_rate" in result.stderr


def test_a_citation_names_version_day_and_the_digest_of_the_law() -> None:
    for shown in (goodwork("cite").stdout, goodwork("cite", "--bibtex").stdout):
        assert model_version() in shown
        assert RELEASED in shown
    assert goodwork("cite", "--bibtex").stdout.startswith("@software{")
