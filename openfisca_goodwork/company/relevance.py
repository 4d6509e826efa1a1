"""Which facts of a company a reform asks about: those on which what it gives depends, found by trying.

Example companies, of several sizes, in profit and in loss, are worked out under current law and under the reform with each
fact left out, given in part and given in full. A fact matters where what the reform changes moves with it. So the questions
of a relief follow its law: nobody lists them.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from openfisca_goodwork.company.claims import CARRY_BACK
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.next_year import with_year_before
from openfisca_goodwork.company.reading import read
from openfisca_goodwork.company.training import borne
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.company.vocabulary import MONEY, NUMBER, PROFIT, SHARES, WHOLE, YES_OR_NO, input_variables
from openfisca_goodwork.errors import CompanyFileError
from openfisca_goodwork.law.human_investment import HEADS, TAGS, relief_begins, relief_spells
from openfisca_goodwork.law.human_investment.eligibility import facts_of_an_eligible_company
from openfisca_goodwork.law.periods import RefusedInputError, RefusedPeriodError, add_months
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.system import current_law, run

_OUTPUTS = ("net_corporation_tax", "payable_credits")
# What a fact may be, by its kind: first what it is where nobody says, then some, all or much.
_TRIED: Mapping[str, tuple[float, ...]] = {
    MONEY: (0, 3_000, 2_000_000_000),
    NUMBER: (0, 10, 5_000),
    WHOLE: (0, 1, 40),
    SHARES: (0, 0.4, 1),
    YES_OR_NO: (False, True),
}
_GOOD = {"has_fair_work_pledge": True, "publishes_training_plan": True, "has_employee_voice": True}
_SMALL = {"employees": 20, "employees_besides_directors": 18, "trainees": 10, "pay_bill": 700_000, "turnover": 2_000_000}
_LARGE = {"employees": 900, "employees_besides_directors": 890, "trainees": 400, "pay_bill": 4e7, "turnover": 2e8}
_TRAINING = dict.fromkeys(HEADS, 20_000.0)
_MARKED = {f"{tag}_share": 1.0 for tag in TAGS}
_EXAMPLES: tuple[Mapping[str, Any], ...] = (
    {PROFIT: 1_000_000, **_TRAINING, **_SMALL, **_GOOD, **_MARKED},
    {PROFIT: 20_000_000, **_TRAINING, **_LARGE, **_GOOD, **_MARKED},
    {PROFIT: -200_000, **_TRAINING, **_SMALL, **_GOOD, **_MARKED},
    {PROFIT: 1_000_000, **_TRAINING, **_SMALL},
    # Of two marks that earn the same, each matters where the other is not there.
    {PROFIT: 1_000_000, **_TRAINING, **_SMALL, **_GOOD, "accredited_share": 1.0, "registered_provider_share": 1.0},
)


def facts_that_matter(reforms: tuple[Reform, ...], names: tuple[str, ...]) -> frozenset[str]:
    """Those of some facts on which it depends what reforms change for a company in their first year.

    Args:
        reforms: applied to current law together. names: of input variables that no word stands for.
    """
    changes = _changes(reforms, names)
    return frozenset(name for name, of_examples in changes.items() if any(max(s) - min(s) > PENNY for s in of_examples))


def facts_to_be_told(reforms: tuple[Reform, ...], names: tuple[str, ...]) -> frozenset[str]:
    """Those of some facts by whose silence reforms would give more than by another answer; arguments as above."""
    changes = _changes(reforms, names)
    return frozenset(name for name, of_examples in changes.items() if any(max(s) - s[0] > PENNY for s in of_examples))


@lru_cache(maxsize=64)
def _changes(reforms: tuple[Reform, ...], names: tuple[str, ...]) -> Mapping[str, list[list[float]]]:
    """By fact and example company, what reforms change of its tax with each value of the fact: first that of silence (£)."""
    laws = laws_of(reforms)
    start = first_day_of(reforms)
    qualifying = facts_of_an_eligible_company(laws[REFORM])
    usual = {"baseline_training_expenditure": 30_000.0, **qualifying}
    tried = [
        (name, place, {**usual, **example, name: value})
        for name in names
        if not (name == "sic_section" and "sic_division" in qualifying)  # a division says its section
        for place, example in enumerate(_EXAMPLES)
        for value in (*_values_of(name), *([qualifying[name]] if name in qualifying else []))
    ]
    inputs = {start.year: _arrays([facts for *_which, facts in tried], start)}
    paid = {law: run(system, inputs, _OUTPUTS)[start.year] for law, system in laws.items()}
    given = {law: amounts["net_corporation_tax"] - amounts["payable_credits"] for law, amounts in paid.items()}
    moved = given[REFORM] - given[CURRENT_LAW]
    changes: dict[str, list[list[float]]] = {name: [[] for _example in _EXAMPLES] for name, _place, _facts in tried}
    for (name, place, _facts), change in zip(tried, moved.tolist(), strict=True):
        changes[name][place].append(change)
    return changes


def _values_of(name: str) -> tuple[Any, ...]:
    """What a fact is tried as: amounts of its kind, or each word of a choice."""
    variable = input_variables()[name]
    return variable.options or _TRIED[variable.kind]


def first_day_of(reforms: tuple[Reform, ...]) -> datetime.date:
    """The first day of a year in which reforms change something: that from which training has a relief, if it has one."""
    begins = relief_begins(laws_of(reforms)[REFORM])
    return begins or min(day for reform in reforms for _path, day, _value in reform.dated_edits())


@lru_cache(maxsize=64)
def loss_may_go_back(reforms: tuple[Reform, ...], company: str) -> bool:
    """Whether it matters to what reforms change that the loss of a company's last accounting period goes back.

    To the accounting periods before it or, of a company with one alone, to the year before, of which profits are tried.

    Args:
        reforms: applied to current law together.
        company: what its file holds, as JSON; of one that is not complete it is not known to matter.
    """
    whole = json.loads(company)
    *before, last = whole["accounting_periods"]
    if not before and last.get("is_new_company"):
        return False
    try:
        read(whole)
        claims = [{**last, CARRY_BACK: claim} for claim in (False, True)]
        tried = (
            [[*before, claim] for claim in claims] if before else [with_year_before(last, each) for each in _TRIED[MONEY]]
        )
        companies = [read({"accounting_periods": periods}) for periods in tried]
        without, with_reforms = (borne(law, companies) for law in laws_of(reforms).values())
    except (CompanyFileError, RefusedInputError, RefusedPeriodError):
        return False
    return bool(np.ptp(without - with_reforms) > PENNY)


def changes_within(reforms: tuple[Reform, ...], start: datetime.date, end: datetime.date) -> datetime.date | None:
    """The first day after the start of a period, and within it, on which relief for training begins or has ended."""
    spells = relief_spells(laws_of(reforms)[REFORM])
    days = [day for begins, ends in spells for day in (begins, ends and ends + ONE_DAY) if day is not None]
    return min((day for day in days if start < day <= end), default=None)


def _arrays(companies: Iterable[Mapping[str, Any]], start: datetime.date) -> dict[str, np.ndarray]:
    """The facts of some companies as the law takes them, one accounting period of twelve months each."""
    rows = list(companies)
    count, names = len(rows), sorted({name for facts in rows for name in facts})
    variables = current_law().variables
    defaults = {name: getattr(variables[name].default_value, "name", variables[name].default_value) for name in names}
    facts = {name: np.array([facts.get(name, defaults[name]) for facts in rows]) for name in names}
    end = add_months(start, 12) - ONE_DAY
    return facts | {
        "accounting_period_start": np.full(count, start, dtype="datetime64[D]"),
        "accounting_period_end": np.full(count, end, dtype="datetime64[D]"),
        "first_accounting_period": np.full(count, start.year),
    }
