"""Facts of each company that the group settles: how many companies count with it, and the size of the group.

What an accounting period says itself stands; a number of associated companies may add others than those of the file.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from openfisca_goodwork.company.facts import Company, Fact
from openfisca_goodwork.company.group.facts import Group, Slot
from openfisca_goodwork.company.group.links import Links, clusters

ASSOCIATED, RELATED = "associated_companies", "related_51_percent_companies"
_EMPLOYEES, _TURNOVER, _ASSETS = "employees", "turnover", "balance_sheet_total"
_OF_GROUP = {_EMPLOYEES: "group_employees", _TURNOVER: "group_turnover", _ASSETS: "group_balance_sheet_total"}


def with_facts_of_group(group: Group, links: Links) -> Group:
    """The group with the facts that follow from its links in every accounting period that does not give them."""
    numbers, sizes = counted(group, links), _sizes(group, links)
    members = []
    for place, member in enumerate(group.members):
        periods = tuple(
            replace(period, values={**numbers[slot], **sizes.get(slot, {}), **period.values})
            for slot, period in ((Slot(place, at), each) for at, each in enumerate(member.company.accounting_periods))
        )
        company: Company = replace(member.company, accounting_periods=periods)
        members.append(replace(member, company=company))
    return replace(group, members=tuple(members))


def counted(group: Group, links: Links) -> dict[Slot, dict[str, Fact]]:
    """How many other companies of the file count with each in each of its accounting periods.

    Associated: at any time in the period (CTA 2010 s.18E(2)). Related 51% group companies: on the day before it begins, or
    on its first (SI 1998/3175 reg 3). A company counts from the first to the last day of its accounting periods.
    """
    slots = list(group.slots())
    of, starts, ends = _days(group, slots)
    first, last = np.array([[day.toordinal() for day in member.span] for member in group.members]).T
    counts = np.array([not member.is_dormant for member in group.members])
    associated = links.associated[of] & counts & (first <= ends[:, None]) & (last >= starts[:, None])
    related = links.is_51_percent[of] & counts & (first <= starts[:, None]) & (last >= starts[:, None] - 1)
    numbers = zip(associated.sum(axis=1), related.sum(axis=1), strict=True)
    return {
        slot: {ASSOCIATED: float(some), RELATED: float(others)} for slot, (some, others) in zip(slots, numbers, strict=True)
    }


def _days(group: Group, slots: list[Slot]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each accounting period: its member, and its first and last day as numbers."""
    periods = [group.period(slot) for slot in slots]
    days = [[slot.member, at.start.toordinal(), at.end.toordinal()] for slot, at in zip(slots, periods, strict=True)]
    of, starts, ends = np.array(days).T
    return of, starts, ends


def _sizes(group: Group, links: Links) -> dict[Slot, dict[str, Fact]]:
    """Employees, turnover and assets of a parent and its subsidiaries, over the days of each accounting period.

    Turnover and average employees by the days in common; assets of the accounting period that holds the last day, or of the
    last one before it. Nothing for a company without parent or subsidiary.
    """
    sizes: dict[Slot, dict[str, Fact]] = {}
    for family in clusters(links.under_one_company):
        slots = [slot for slot in group.slots() if slot.member in family] if len(family) > 1 else []
        if not slots:
            continue
        of, starts, ends = _days(group, slots)
        values = [group.period(slot).values for slot in slots]
        employees, turnover, assets = (np.array([float(each.get(name, 0.0)) for each in values]) for name in _OF_GROUP)
        common = np.minimum(ends, ends[:, None]) - np.maximum(starts, starts[:, None]) + 1
        share = np.maximum(common, 0) / (ends - starts + 1)
        total = {_EMPLOYEES: share.T @ employees, _TURNOVER: share @ turnover, _ASSETS: np.zeros(len(slots))}
        for member in family:
            own = np.flatnonzero(of == member)
            begun = np.searchsorted(starts[own], ends, side="right")
            total[_ASSETS] += np.where(begun > 0, assets[own][begun - 1], 0.0)
        for place, slot in enumerate(slots):
            sizes[slot] = {of_group: float(total[name][place]) for name, of_group in _OF_GROUP.items()}
    return sizes
