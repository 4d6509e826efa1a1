"""Facts of each company that the group settles: how many companies count with it, and the size of the group.

What an accounting period says itself stands; a number of associated companies may add others than those of the file.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from openfisca_goodwork.company.facts import Company, CompanyPeriod, Fact
from openfisca_goodwork.company.group.facts import Group, Member, common_days, days_of
from openfisca_goodwork.company.group.links import Links, clusters

ASSOCIATED, RELATED = "associated_companies", "related_51_percent_companies"
_OF_GROUP = {
    "employees": "group_employees",
    "turnover": "group_turnover",
    "balance_sheet_total": "group_balance_sheet_total",
}


def with_facts_of_group(group: Group, links: Links) -> Group:
    """The group with the facts that follow from its links in every accounting period that does not give them."""
    trees = {member: tree for tree in clusters(links.under_one_company) for member in tree}
    members = []
    for place, member in enumerate(group.members):
        family = [group.members[other] for other in trees[place]]
        periods = tuple(
            replace(period, values={**counted(group, links, place, period), **_size(family, period), **period.values})
            for period in member.company.accounting_periods
        )
        company: Company = replace(member.company, accounting_periods=periods)
        members.append(replace(member, company=company))
    return replace(group, members=tuple(members))


def counted(group: Group, links: Links, place: int, period: CompanyPeriod) -> dict[str, Fact]:
    """How many other companies of the file count with one in an accounting period.

    Associated: at any time in the period (CTA 2010 s.18E(2)). Related 51% group companies: on the day before it begins, or
    on its first (SI 1998/3175 reg 3). A company counts from the first to the last day of its accounting periods.
    """
    before = period.start - timedelta(1), period.start
    others = [(other, member) for other, member in enumerate(group.members) if other != place and not member.is_dormant]
    associated = sum(
        bool(links.associated[place, other]) and common_days(member.span, days_of(period)) is not None
        for other, member in others
    )
    related = sum(
        bool(links.is_51_percent[place, other]) and common_days(member.span, before) is not None for other, member in others
    )
    return {ASSOCIATED: float(associated), RELATED: float(related)}


def _size(family: list[Member], period: CompanyPeriod) -> dict[str, Fact]:
    """Employees, turnover and assets of a parent and its subsidiaries, over the days of one accounting period.

    Turnover and average employees by the days in common; assets of the accounting period that holds the last day, or of the
    last one before it.
    """
    if len(family) == 1:
        return {}
    own = days_of(period)
    sizes: dict[str, Fact] = {}
    for name, of_group in _OF_GROUP.items():
        total = 0.0
        for member in family:
            for period_of_member in member.company.accounting_periods:
                common, amount = common_days(days_of(period_of_member), own), float(period_of_member.values.get(name, 0.0))
                if name == "employees":
                    total += 0.0 if common is None else amount * common.length / own.length
                elif name == "turnover":
                    total += 0.0 if common is None else amount * common.length / days_of(period_of_member).length
            if name == "balance_sheet_total":
                total += _assets(member, period)
        sizes[of_group] = total
    return sizes


def _assets(member: Member, period: CompanyPeriod) -> float:
    begun = [each for each in member.company.accounting_periods if each.start <= period.end]
    return float(begun[-1].values.get("balance_sheet_total", 0.0)) if begun else 0.0
