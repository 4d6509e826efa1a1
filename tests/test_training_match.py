"""Plant that goes with training, where a costing begins in the middle: what it has to know of the periods before."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork import system
from openfisca_goodwork.law.human_investment import REWORKED, periods_looked_back
from openfisca_goodwork.system import DatedValue

LAW = system.current_law()
FIRST, START = date(2008, 4, 1), date(2028, 1, 1)
MATCH = "capital_allowances.training_match"


def with_match(years: int) -> Any:
    values = {"enabled": (False, True), "training_per_pound_of_plant": (0, 1), "years": (0, years)}
    return system.with_values(
        LAW, {f"{MATCH}.{name}": [DatedValue(FIRST, off), DatedValue(START, on)] for name, (off, on) in values.items()}
    )


def test_a_law_looks_back_as_many_periods_as_its_match_does_and_current_law_none():
    assert periods_looked_back(with_match(2), START) == 2
    assert periods_looked_back(with_match(0), START) == 0
    assert periods_looked_back(LAW, START) == 0


def test_training_of_earlier_periods_is_worked_out_anew_as_another_law_made_nothing_of_it():
    assert "training_matched_with_plant" in REWORKED
    inputs = {label: {"external_course_fees": np.array([30_000.0])} for label in (2026, 2027, 2028)}
    inputs[2028]["main_rate_plant_used"] = np.array([100_000.0])
    outputs = system.run(with_match(2), inputs, ["plant_matched_with_training", "training_matched_with_plant"])
    assert outputs[2026]["training_matched_with_plant"].tolist() == [30_000]
    assert outputs[2028]["plant_matched_with_training"].tolist() == [90_000]
