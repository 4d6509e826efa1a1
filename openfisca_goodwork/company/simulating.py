"""One company put into the law: the laws to compute it under, and its facts as the law takes them."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import Company, Fact
from openfisca_goodwork.company.result import CURRENT_LAW, REFORM
from openfisca_goodwork.company.under_law import under
from openfisca_goodwork.law.human_investment import TrainingItem, record_items
from openfisca_goodwork.policy import Reform, law_of
from openfisca_goodwork.system import current_law, simulation


def laws_of(reforms: tuple[Reform, ...]) -> dict[str, TaxBenefitSystem]:
    """Current law and, if there are reforms, the law with all of them laid upon it, each by its name in results."""
    laws: dict[str, TaxBenefitSystem] = {CURRENT_LAW: current_law()}
    return {**laws, REFORM: _law_with(reforms)} if reforms else laws


@lru_cache(maxsize=32)
def _law_with(reforms: tuple[Reform, ...]) -> TaxBenefitSystem:
    """The law with reforms laid upon it, kept for the next company: it remembers the parameters that it has read."""
    return law_of(reforms)


def simulation_of(law: TaxBenefitSystem, company: Company) -> Simulation:
    """A simulation of one company under a law, its facts in place and nothing calculated yet."""
    built = simulation(law, inputs_of(under(law, company)))
    for label, items in ledger_of(company).items():
        record_items(built, label, items)
    return built


def ledger_of(company: Company) -> dict[int, list[TrainingItem]]:
    """The items of training with tags, by label; labels without any left out."""
    found: dict[int, list[TrainingItem]] = {}
    for label, period in zip(company.labels, company.accounting_periods, strict=True):
        for one in period.items:
            if one.tags:
                found.setdefault(label, []).append(TrainingItem(one.variable, one.day, one.amount, frozenset(one.tags)))
    return found


def inputs_of(company: Company) -> dict[Any, dict[str, np.ndarray]]:
    """A company's facts as the law takes them: by label, and by day for dated items."""
    inputs: dict[Any, dict[str, np.ndarray]] = {}
    days: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for label, period in zip(company.labels, company.accounting_periods, strict=True):
        inputs[label] = {name: np.array([value]) for name, value in period.values.items()} | {
            "accounting_period_start": np.array([period.start], dtype="datetime64[D]"),
            "accounting_period_end": np.array([period.end], dtype="datetime64[D]"),
            "first_accounting_period": np.array([company.labels[0]]),
            "apportionment": np.array([company.apportionment]),
        }
        for item in period.items:
            days[item.day.isoformat()][f"{item.variable}_on"] += item.amount
    by_day = {day: {name: np.array([amount]) for name, amount in amounts.items()} for day, amounts in days.items()}
    return inputs | by_day


def plain(values: np.ndarray) -> Fact:
    """The one value of an array, as Python's own."""
    if isinstance(values, EnumArray):
        return str(values.decode_to_str()[0])
    value = values[0].item()
    return value if isinstance(value, bool) else float(value) + 0.0  # no minus before a zero
