"""The company file of the next accounting period: it begins with the balances that the last one leaves."""

from __future__ import annotations

import json
from datetime import date

from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.losses_by_period import BY_PERIOD, as_written
from openfisca_goodwork.company.practice import PROFIT
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.company.schedules import KINDS_OF_LOSS, opening_balances
from openfisca_goodwork.company.vocabulary import FINAL, input_variables, label_of
from openfisca_goodwork.errors import GoodworkError, printable
from openfisca_goodwork.law.inputs import company, good_work
from openfisca_goodwork.law.model import POUNDS
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.law.periods.balances import carried_forward_name
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.system import current_law

_MONTHS_OF_A_YEAR = 12
_NOT_STANDING = {"pay_bill", "paye_and_nic", "public_contract_revenue", "largest_public_contract"}
# What a company is, which the next period begins with unless somebody says otherwise; amounts of one period are not.
STANDING = (
    *(
        name
        for inputs in (company, good_work)
        for name, held in vars(inputs).items()
        if name in input_variables() and held.__module__ == inputs.__name__ and name not in _NOT_STANDING
    ),
    "is_small_or_medium_sized_enterprise",
    "is_research_intensive",
    "is_exempt_from_paye_and_nic_cap",
)


def next_year(result: CompanyResult) -> str:
    """A company file in YAML that goes on where a result ends: twelve months, its opening balances under current law.

    Facts that stand, such as associated companies, are as in the period before, each with a comment to check it. A balance
    that a reform changes has its figure under the reform beside it, as a comment.

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
    about = [f"  name: {json.dumps(name, ensure_ascii=False)}"] if name else []
    about += [f"  mean_date: {result.company.mean_date}"] if result.company.mean_date else []
    changed = result.company.ownership_changed
    about += [f"  ownership_changed: {changed.isoformat()}"] if changed else []
    whose = f"{name or 'The company'} from {day_in_words(start)}"
    lines = [
        f"# {whose}: what the period before it leaves under current law, by openfisca-goodwork {result.model_version}.",
        "# A loss to be carried back needs the earlier periods: add this period to their file instead.",
        *(["company:", *about] if about else []),
        f"apportionment: {result.company.apportionment}",
        "accounting_periods:",
        f"  - start: {start.isoformat()}",
        f"    end: {(add_months(start, _MONTHS_OF_A_YEAR) - ONE_DAY).isoformat()}",
        f"    {PROFIT}: 0  # the result of the period, before capital allowances",
    ]
    standing = {fact: facts.values[fact] for fact in STANDING if fact in facts.values}
    lines += [f"    {fact}: {json.dumps(value)}  # as in the period before: check" for fact, value in standing.items()]
    for balance in opening_balances():
        amounts = [period.amount(law, carried_forward_name(balance)) for law in result.laws]
        if current_law().variables[balance].unit == POUNDS:
            amounts = [round(amount, 2) for amount in amounts]
        if any(amounts) or balance == LARGE_BEFORE:  # not to have been large is a fact too
            other = f", under the reform {amounts[-1]!r}" if REFORM in result.laws and amounts[-1] != amounts[0] else ""
            by_period = balance in BY_PERIOD and _by_period(result, balance, amounts[0])
            lines.append(f"    {balance}: {by_period or repr(amounts[0])}  # {label_of(balance)}{other}")
    return "\n".join(lines) + "\n"


def _by_period(result: CompanyResult, balance: str, total: float) -> str:
    """Losses carried forward as a file lists them by the periods that made them; nothing where none of those is known."""
    losses = result.schedules(CURRENT_LAW)[-1]["losses_by_period"]
    columns = (losses.column(name) for name in ("kind", "period_ended", "carried_forward"))
    made: dict[date | None, float] = {
        day if isinstance(day, date) else None: round(float(str(amount)), 2)
        for kind, day, amount in zip(*columns, strict=True)
        if str(kind).startswith(KINDS_OF_LOSS[balance]) and float(str(amount)) >= PENNY
    }
    if not any(made):
        return ""
    last = next(reversed(made))
    made[last] = round(made[last] + total - sum(made.values()), 2)  # the sum to the penny is that of all
    return as_written(made)
