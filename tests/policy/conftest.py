"""A small law to try reforms on, and the version of the model that reform files are held against."""

from __future__ import annotations

import math
from typing import Any

import pytest
from openfisca_core.parameters import ParameterNode
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.model import Company
from openfisca_goodwork.policy import reading
from openfisca_goodwork.policy.vocabulary import Vocabulary, vocabulary_of


def leaf(unit: str, values: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A parameter as its YAML file has it."""
    dated = {date: one if isinstance(one, dict) else {"value": one} for date, one in values.items()}
    metadata = {"kind": "law", "label": "A parameter", "straddle": "whole_period"} | metadata
    return {"description": "A parameter.", "unit": unit, "metadata": metadata, "values": dated}


SMALL_LAW = {
    "corporation_tax": {
        "main_rate": leaf(
            "/1",
            {
                "2017-04-01": {"value": 0.19, "reference": [{"title": "FA 2016 s.46"}]},
                "2023-04-01": {"value": 0.25, "reference": [{"title": "FA 2021 s.6"}]},
                "2028-04-01": {"value": 0.25, "metadata": {"kind": "forecast"}},
            },
            label="Main rate",
            straddle="day_weighted",
            range=[0, 1],
        ),
        "small_profits_rate": leaf("/1", {"2023-04-01": 0.19}, straddle="day_weighted", range=[0, 1]),
        "marginal_relief": {
            "lower_limit": leaf("currency-GBP", {"2017-04-01": 0, "2023-04-01": 50000}, straddle="separate_periods"),
            "upper_limit": leaf("currency-GBP", {"2017-04-01": 0, "2023-04-01": 250000}, straddle="separate_periods"),
        },
    },
    "super_deduction": {
        "rate": leaf(
            "/1",
            {
                "2008-04-01": 0,
                "2021-04-01": 1.3,
                "2023-04-01": {"value": 0, "metadata": {"straddle": "day_weighted"}},
            },
            label="Super-deduction",
            straddle="by_date_incurred",
            range=[0, 3],
        )
    },
    "losses": {"carry_back_months": leaf("month", {"2010-04-01": 12}, range=[0, 120])},
    "human_investment": {
        "additional_deduction": leaf("/1", {"2010-04-01": 0}, kind="proposal", range=[0, 4]),
        "form": leaf("text", {"2010-04-01": "deduction"}, kind="proposal", options=["deduction", "credit"]),
        "accredited_only": leaf("boolean", {"2010-04-01": False}, kind="proposal"),
        "cap": leaf("currency-GBP", {"2010-04-01": math.inf}, kind="proposal", label="Cap"),
        "incremental": {
            "fixed_from": leaf("date", {"2010-04-01": "2010-04-01"}, kind="proposal"),
            "fixed_to": leaf("date", {"2010-04-01": "2011-03-31"}, kind="proposal"),
        },
        "payable": {
            "cap_fixed": leaf("currency-GBP", {"2010-04-01": math.inf}, kind="proposal"),
            "cap_multiple_of_paye_and_nic": leaf("/1", {"2010-04-01": math.inf}, kind="proposal"),
        },
    },
    "assumptions": {
        "behaviour": {"elasticity": leaf("/1", {"2010-04-01": 0.3}, kind="assumption", range=[0, 10])},
        "growth": {"profits": leaf("/1", {"2010-04-01": 0.04}, kind="assumption", range=[-1, 1])},
        "horizon": leaf("year", {"2008-04-01": 2033}, kind="assumption"),
    },
}


@pytest.fixture(scope="session")
def law() -> Vocabulary:
    """The parameters of the small law."""
    system = TaxBenefitSystem([Company])
    system.parameters = ParameterNode("", data=SMALL_LAW)
    return vocabulary_of(system)


@pytest.fixture(autouse=True)
def version_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold `requires` against a version that no release changes."""
    monkeypatch.setattr(reading, "model_version", lambda: "0.1.0")
