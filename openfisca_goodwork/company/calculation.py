"""One company under current law and under reforms: two full computations, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import Company, CompanyPeriod, Fact
from openfisca_goodwork.company.instalments import Instalment, instalments, payment_terms
from openfisca_goodwork.company.reading import Source, read
from openfisca_goodwork.company.result import CURRENT_LAW, REFORM, CompanyResult, PeriodResult
from openfisca_goodwork.company.vocabulary import output_variables
from openfisca_goodwork.policy import Reform, law_of, load_all
from openfisca_goodwork.policy.library import Reforms
from openfisca_goodwork.system import current_law, simulation
from openfisca_goodwork.version import model_version


def calculate(company: Source, reforms: Reforms = ()) -> CompanyResult:
    """Work out one company's corporation tax under current law and, if any are given, under reforms.

    Args:
        company: a mapping, the path of a company file, or (as bytes) the content of one.
        reforms: names of the library, files, or Reforms, laid upon current law together and in this order.

    Returns:
        Every figure of every accounting period under both laws, with its payment dates.

    Raises:
        CompanyFileError: with every fault of the company.
        ReformError: with every fault of a reform.

    Example: a profit of £240,000 in 2028 after course fees of £20,000 bears £59,850 of tax, and £58,260 under
    ``human-investment-super-deduction``.
    """
    chosen = load_all(reforms)
    facts = read(company)
    laws = {CURRENT_LAW: current_law()}
    if chosen:
        laws[REFORM] = _law_with(chosen)
    worked_out = {name: _work_out(law, facts) for name, law in laws.items()}
    periods = tuple(
        PeriodResult(
            period.start,
            period.end,
            outputs={name: worked_out[name][place] for name in laws},
            instalments={name: _instalments(laws[name], period, worked_out[name][place]) for name in laws},
        )
        for place, period in enumerate(facts.accounting_periods)
    )
    return CompanyResult(facts, chosen, periods, model_version())


@lru_cache(maxsize=32)
def _law_with(reforms: tuple[Reform, ...]) -> TaxBenefitSystem:
    """The law with reforms laid upon it, kept for the next company: it remembers the parameters that it has read."""
    return law_of(reforms)


def _work_out(law: TaxBenefitSystem, company: Company) -> list[dict[str, Fact]]:
    """Every output of a law for each accounting period, oldest first."""
    built = simulation(law, _inputs(company))
    return [{name: _plain(built.calculate(name, label)) for name in output_variables()} for label in company.labels]


def _inputs(company: Company) -> dict[Any, dict[str, np.ndarray]]:
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


def _plain(values: np.ndarray) -> Fact:
    """The one value of an array, as Python's own."""
    if isinstance(values, EnumArray):
        return str(values.decode_to_str()[0])
    value = values[0].item()
    return value if isinstance(value, bool) else float(value) + 0.0  # no minus before a zero


def _instalments(law: TaxBenefitSystem, period: CompanyPeriod, outputs: Mapping[str, Fact]) -> tuple[Instalment, ...]:
    terms = payment_terms(law, period.start)
    tax, regime = float(outputs["corporation_tax"]), str(outputs["payment_regime"])
    return instalments(tax, regime, period.start, period.end, terms)
