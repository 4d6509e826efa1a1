"""The period after the last of a file, with the balances that it leaves; the year before the first; templates."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.claims import CARRY_BACK, LATER
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM, Company
from openfisca_goodwork.company.group import GroupResult
from openfisca_goodwork.company.losses_by_period import BY_PERIOD, as_written
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.company.schedules import KINDS_OF_LOSS, opening_balances
from openfisca_goodwork.company.vocabulary import CAR_EXAMPLE, FINAL, MONEY, PROFIT, input_variables, label_of
from openfisca_goodwork.errors import GoodworkError, printable
from openfisca_goodwork.law.human_investment import HEADS, TAGS
from openfisca_goodwork.law.inputs import company, good_work
from openfisca_goodwork.law.model import POUNDS
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.law.periods.balances import carried_forward_name
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.system import current_law

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


def next_year(result: CompanyResult | GroupResult) -> str:
    """A file in YAML that goes on where a result ends: twelve months, opening balances under current law.

    Facts that stand, such as associated companies, are as in the period before, each with a comment to check it. A balance
    that a reform changes has its figure under the reform beside it, as a comment. A group goes on with its owners and the
    shares of what it has once; a company whose trade has ceased is left out.

    Raises:
        GoodworkError: where the trade has ceased, of a group that of every company, so that nothing goes on.
    """
    if isinstance(result, GroupResult):
        return _of_group(result)
    if result.company.accounting_periods[-1].values.get(FINAL):
        ceases = day_in_words(result.accounting_periods[-1].end)
        raise GoodworkError(
            f"The trade ceases on {ceases}: no balance goes on to a next accounting period. Leave --next-year out."
        )
    name = printable(result.company.name)
    start = result.accounting_periods[-1].end + ONE_DAY
    head = _head(f"{name or 'The company'} from {day_in_words(start)}", result.model_version)
    return "\n".join([*head, *_of_company(result, result.company)]) + "\n"


def _head(whose: str, version: str) -> list[str]:
    return [
        f"# {whose}: what the period before it leaves under current law, by openfisca-goodwork {version}.",
        "# A loss to be carried back needs the earlier periods: add this period to their file instead.",
    ]


def _of_group(result: GroupResult) -> str:
    """The next group file: every company that goes on, its owners, and the shares that the file gives."""
    given = result.given
    members = [
        (member, of_member)
        for member, of_member in zip(given.members, result.companies, strict=True)
        if not member.company.accounting_periods[-1].values.get(FINAL)
    ]
    if not members:
        raise GoodworkError("The trade of every company of the group ceases: nothing goes on. Leave --next-year out.")
    ceased = [printable(member.name) for member in given.members if member not in [each for each, _result in members]]
    lines = _head(printable(given.name) or "The group", result.model_version)
    lines += [f"# Left out, as the trade has ceased: {', '.join(ceased)}. Check the owners."] if ceased else []
    lines += ["group:", f"  name: {_quoted(given.name)}"] if given.name else []
    lines += ["companies:"]
    for member, of_member in members:
        about = [f"  owners: {_quoted(dict(member.owners))}  # check"] if member.owners else []
        about += ["  dormant: true  # check"] if member.is_dormant else []
        first, *others = _of_company(of_member, member.company, about)
        lines += [f"  - {first}", *(f"    {line}" for line in others)]
    if given.shared:
        lines += ["shared:  # as in the file before: check"]
        lines += [f"  {limit}: {_quoted(dict(shares))}" for limit, shares in given.shared.items()]
    return "\n".join(lines) + "\n"


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _of_company(result: CompanyResult, member: Company, about: Sequence[str] = ()) -> list[str]:
    """The lines of a company's next file.

    Args:
        member: the company as its file tells it, without what a group settles. about: more lines on the company itself.
    """
    period, facts = result.accounting_periods[-1], member.accounting_periods[-1]
    start = period.end + ONE_DAY
    name = printable(member.name)
    head = [f"  name: {_quoted(name)}"] if name else []
    head += [f"  mean_date: {member.mean_date}"] if member.mean_date else []
    changed = member.ownership_changed
    head += [f"  ownership_changed: {changed.isoformat()}"] if changed else []
    head += about
    days_of_account = f"  # the days of the account; it counts to {member.mean_date}" if member.mean_date else ""
    lines = [
        *(["company:", *head] if head else []),
        f"apportionment: {member.apportionment}",
        "accounting_periods:",
        f"  - start: {start.isoformat()}{days_of_account}",
        f"    end: {(add_months(start, 12) - ONE_DAY).isoformat()}",
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
    return lines


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


# --- templates to begin with -----------------------------------------------------------------------------------------


TABLE = f"""\
company,start,end,{PROFIT},associated_companies,main_rate_plant_new,external_course_fees
Hilltop Joinery Ltd,2028-01-01,2028-12-31,"£240,000",0,,20k
Riverside Robotics Ltd,2027-07-01,2028-06-30,1.2m,1,150000,40000
"""


def template() -> str:
    """A company file with one accounting period, and below it every other input, with its label, to be uncommented."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "company: {name: Hilltop Joinery Ltd}"
    yield "# apportionment: months          # days unless said"
    yield "accounting_periods:"
    yield "  - start: 2028-01-01             # also 1/1/2028 (the day first) or 1 January 2028"
    yield "    end: 2028-12-31"
    yield f"    {PROFIT}: 240000   # a loss: -240000 or (240,000)"
    yield "    # What follows is left out where it stands behind a #. Take the # away, and put the figure in."
    yield "    # expenditure:   # amounts by the day, where the law changed within the period, and cars one by one"
    yield "    #   - {on: 2028-02-14, external_course_fees: 12000}"
    yield f"    #   - {CAR_EXAMPLE.replace('2027', '2028')}"
    for name, variable in input_variables().items():
        if name != PROFIT:
            yield f"    # {name}:   # {label_of(name)}{' (£)' if variable.kind == MONEY else f' ({variable.kind})'}"


# --- the year before the first accounting period, known by its profit alone ------------------------------------------
# A loss of the first period can go back to the twelve months before it. Where it may, the company file begins with
# those months. They hand on unchanged what was said to be brought forward to the period after them, and are taken to
# have had its associated companies and no dividends.


_BASELINE = "baseline_training_expenditure"
# An opening balance, and the claim for none of it by which the year before hands it on.
KEPT_BY: Mapping[str, str] = MappingProxyType(
    {
        "trading_losses_brought_forward": LATER,
        "main_pool_brought_forward": "main_pool_writing_down_allowance_claim",
        "special_rate_pool_brought_forward": "special_rate_pool_writing_down_allowance_claim",
    }
)
# What a relief may look at in the year before: as in the period after it.
_SAME = (
    *("associated_companies", "employees", "employees_besides_directors", "turnover", "balance_sheet_total", "pay_bill"),
    *("sic_section", "sic_division", "region"),
    *("share_paid_below_real_living_wage", "share_on_zero_hours_contracts"),
    *("has_fair_work_pledge", "publishes_training_plan", "has_employee_voice"),
)


def with_year_before(period: Mapping[str, Any], profits: float) -> list[dict[str, Any]]:
    """An accounting period that carries its loss back, after the twelve months before it; both as a company file has them.

    Args:
        period: the first one of a file, with its days as ISO text; of opening balances, those of ``KEPT_BY``, the training
            of a year before and ``LARGE_BEFORE``, which the profits of the year before say instead.
        profits: taxable total profits of the year before (£).
    """
    start = datetime.date.fromisoformat(period["start"])
    balances = {name: period[name] for name in KEPT_BY if period.get(name)}
    before = {
        "start": add_months(start, -12).isoformat(),
        "end": (start - ONE_DAY).isoformat(),
        PROFIT: profits,
        **{name: period[name] for name in _SAME if name in period},
        **balances,
        **{KEPT_BY[name]: 0 for name in balances},
        **_training_before(period),
    }
    left_out = {*balances, _BASELINE, LARGE_BEFORE}
    return [before, {**{name: fact for name, fact in period.items() if name not in left_out}, CARRY_BACK: True}]


def _training_before(period: Mapping[str, Any]) -> dict[str, Any]:
    """The baseline, as the training of the year before and of the years before that: all of a type and kind that counts."""
    if _BASELINE not in period:
        return {}
    dated = (head for item in period.get("expenditure", ()) for head in item)
    head = next((name for name in (*period, *dated) if name in HEADS and period.get(name, True)), None)
    marks = {f"{tag}_share": 1.0 for tag in TAGS if period.get(f"{tag}_share")}
    spent = {head: period[_BASELINE], **marks} if head and period[_BASELINE] else {}
    return {_BASELINE: period[_BASELINE], **spent}
