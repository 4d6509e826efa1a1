"""The company file of the next accounting period: it begins with the balances that the last one leaves."""

from __future__ import annotations

import json

from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM
from openfisca_goodwork.company.practice import PROFIT
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.company.schedules import opening_balances
from openfisca_goodwork.company.vocabulary import FINAL, label_of
from openfisca_goodwork.errors import GoodworkError, printable
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.law.periods.balances import carried_forward_name
from openfisca_goodwork.law.periods.calendar import ONE_DAY

_MONTHS_OF_A_YEAR = 12


def next_year(result: CompanyResult) -> str:
    """A company file in YAML that goes on where a result ends: twelve months, its opening balances under current law.

    A balance that a reform changes has its figure under the reform beside it, as a comment.

    Raises:
        GoodworkError: where the trade has ceased, so that nothing goes on.
    """
    period, facts = result.accounting_periods[-1], result.company.accounting_periods[-1]
    if facts.values.get(FINAL):
        raise GoodworkError(
            f"The trade ceases on {day_in_words(period.end)}: no balance goes on to a next accounting period. "
            "Leave --next-year out."
        )
    start = period.end + ONE_DAY
    name = printable(result.company.name)
    whose = f"{name or 'The company'} from {day_in_words(start)}"
    lines = [
        f"# {whose}: what the period before it leaves under current law, by openfisca-goodwork {result.model_version}.",
        "# A loss to be carried back needs the earlier periods: add this period to their file instead.",
        *(["company:", f"  name: {json.dumps(name, ensure_ascii=False)}"] if name else []),
        f"apportionment: {result.company.apportionment}",
        "accounting_periods:",
        f"  - start: {start.isoformat()}",
        f"    end: {(add_months(start, _MONTHS_OF_A_YEAR) - ONE_DAY).isoformat()}",
        f"    {PROFIT}: 0  # the result of the period, before capital allowances",
    ]
    for balance in opening_balances():
        amounts = [period.amount(law, carried_forward_name(balance)) for law in result.laws]
        if any(amounts) or balance == LARGE_BEFORE:  # not to have been large is a fact too
            amount = period.amount(CURRENT_LAW, carried_forward_name(balance))
            other = f", under the reform {amounts[-1]!r}" if REFORM in result.laws and amounts[-1] != amounts[0] else ""
            lines.append(f"    {balance}: {amount!r}  # {label_of(balance)}{other}")
    return "\n".join(lines) + "\n"
