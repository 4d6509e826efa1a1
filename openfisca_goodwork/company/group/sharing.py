"""Limits that a group has once: who has which share of each, as the file says or in proportion to use.

In proportion to use: of what each company would use if it had the whole limit to itself, before group relief. What they
leave of the deductions allowance goes by the profits that are left, which may use losses that others give. Accounting
periods that end in the same financial year, from April to March, share one limit (CAA 2001 ss.51C(4), 51D).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import CompanyPeriod, Fact
from openfisca_goodwork.company.group.facts import Group, Links, Slot, clusters
from openfisca_goodwork.company.group.runs import GroupRuns, Variants
from openfisca_goodwork.law.human_investment.terms import CAPS_BY_SIZE, GROUP_CAP, increment_begins
from openfisca_goodwork.law.periods import history

# --- how many companies count with each, and the size of the group ---------------------------------------------------
# What an accounting period says itself stands; a number of associated companies may add others than those of the file.


ASSOCIATED, RELATED = "associated_companies", "related_51_percent_companies"
_EMPLOYEES, _TURNOVER, _ASSETS = "employees", "turnover", "balance_sheet_total"
_OF_GROUP = {_EMPLOYEES: "group_employees", _TURNOVER: "group_turnover", _ASSETS: "group_balance_sheet_total"}


def with_facts_of_group(group: Group, links: Links) -> Group:
    """The group with the facts that follow from its links in every accounting period that does not give them."""
    numbers, sizes = counted(group, links), _sizes(group, links)
    return group.with_values(lambda slot, values: {**numbers[slot], **sizes.get(slot, {}), **values})


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


_APRIL = 4


class Limit(NamedTuple):
    """A limit that a group has once.

    Attributes:
        share: the input of the law that says a company's share of it. use: the output that uses it.
        exists: parameters one of which is a finite amount where the law has the limit; none where it always has it.
        maximum: the whole limit of an accounting period, as an output, or as a parameter for a year; nothing where there may
            be none, and use alone is compared.
        rest: the output in proportion to which what all leave of the limit is shared; nothing for their use again.
        rest_use: the output that uses what is left.
        link: the links (an attribute of ``Links``) of the companies that share it. label: for people.
    """

    share: str
    use: str
    maximum: str
    link: str
    label: str
    exists: tuple[str, ...] = ()
    rest: str = ""
    rest_use: str = ""


LIMITS: Mapping[str, Limit] = {
    "annual_investment_allowance": Limit(
        "annual_investment_allowance_share",
        "annual_investment_allowance",
        "annual_investment_allowance_maximum",
        "under_one_company",
        "Annual investment allowance",
    ),
    "deductions_allowance": Limit(
        "deductions_allowance_share",
        "trading_losses_used",
        "losses.deductions_allowance",
        "is_75_percent",
        "Deductions allowance for losses",
        rest="qualifying_profits",  # of losses that others give
        rest_use="group_relief_for_carried_forward_losses",
    ),
    "extended_carry_back_cap": Limit(
        "extended_carry_back_cap_share",
        "loss_carried_back_under_extension",
        "",
        "is_75_percent",
        "Extended carry-back",
        ("losses.extended_carry_back_cap",),
    ),
    "human_investment_cap": Limit(
        "human_investment_cap_share",
        "qualifying_training_expenditure",
        "",
        "under_one_company",
        "Limit on training",
        (GROUP_CAP, *CAPS_BY_SIZE.values()),
    ),
    "apprenticeship_levy_allowance": Limit(
        "apprenticeship_levy_allowance_share", "pay_bill", "", "associated", "Apprenticeship levy allowance"
    ),
}
BY_USE, BY_FILE, EQUAL = "in proportion to use", "as the file says", "equal, as none uses it"
_LENGTH = "length_factor"


class Share(NamedTuple):
    """A company's share of a limit in one accounting period, 0 to 1, and by which rule."""

    limit: str
    slot: Slot
    share: float
    rule: str


# What companies of a group leave of their baselines of training, as the others bear it, and what it is worked out from.
POOLED, LESS_BASELINE = "group_training_below_baseline", "training_less_baseline"


def pooled_baselines(group: Group, links: Links, runs: GroupRuns) -> dict[str, np.ndarray]:
    """What each company bears of the baselines that others of its parent and subsidiaries leave, as an input of the law.

    Over the accounting periods that end in one financial year, and in proportion to what each trains above its own
    baseline: so the group has relief for what it trains above all its baselines together. Nothing where the law has none.
    """
    if increment_begins(runs.law) is None:
        return {}
    above = runs((LESS_BASELINE,), {})[LESS_BASELINE][0]
    borne = np.zeros_like(above)
    for members in clusters(links.under_one_company):
        for slots in by_year(group, members).values():
            places = [runs.columns[slot] for slot in slots]
            more, less = (np.maximum(sign * above[places], 0) for sign in (1, -1))
            if more.sum() > 0:
                borne[places] = more * min(less.sum() / more.sum(), 1.0)
    return {POOLED: borne[None, :]} if borne.any() else {}


def shares_of(group: Group, links: Links, runs: GroupRuns, pooled: Variants) -> list[Share]:
    """The share of every limit that every company with others to share it has, accounting period by accounting period.

    Args:
        pooled: what the companies bear of one another's baselines (``pooled_baselines``).
    """
    outputs = [
        name for limit in LIMITS.values() for name in (limit.use, limit.maximum, limit.rest) if name and "." not in name
    ]
    outputs_of = {name: values[0] for name, values in runs([*dict.fromkeys(outputs), _LENGTH], pooled).items()}
    shares = []
    for name, limit in LIMITS.items():
        for members in clusters(getattr(links, limit.link)):
            if len(members) == 1:
                continue
            if name in group.shared:
                given = group.shared[name]
                shares += [
                    Share(name, slot, given.get(group.name_of(slot), 0.0), BY_FILE)
                    for slot in runs.slots
                    if slot.member in members
                ]
                continue
            for slots in by_year(group, members).values():
                if not any(_exists(limit, runs.law, group.period(slot)) for slot in slots):
                    continue
                figures = {slot: _figures(limit, runs, group.period(slot), outputs_of, slot) for slot in slots}
                shares += [Share(name, slot, *share) for slot, share in zip(slots, _by_use(limit, figures), strict=True)]
    return shares


def _exists(limit: Limit, law: TaxBenefitSystem, period: CompanyPeriod) -> bool:
    """Whether the law has a limit in an accounting period."""
    values = [history(law, path).on(period.end) for path in limit.exists]
    return not values or any(np.isfinite(value) and value > 0 for value in values)


def by_year(group: Group, members: Collection[int]) -> dict[int, list[Slot]]:
    """The accounting periods of some members by the financial year in which they end, named by the year it begins."""
    years: dict[int, list[Slot]] = defaultdict(list)
    for slot in group.slots():
        if slot.member in members:
            end = group.period(slot).end
            years[end.year - (end.month < _APRIL)].append(slot)
    return years


class _Figures(NamedTuple):
    """Use of a limit in an accounting period, the whole limit (1 where use alone is compared), and what rests by (£)."""

    use: float
    most: float
    rest: float


def _figures(
    limit: Limit, runs: GroupRuns, period: CompanyPeriod, outputs: Mapping[str, np.ndarray], slot: Slot
) -> _Figures:
    of = {name: float(values[runs.columns[slot]]) for name, values in outputs.items()}
    most = of.get(limit.maximum, 1.0)
    if "." in limit.maximum:
        most = float(history(runs.law, limit.maximum).on(period.end)) * of[_LENGTH]
    return _Figures(of[limit.use], most, of[limit.rest] - of[limit.use] if limit.rest else 0.0)


def _by_use(limit: Limit, figures: Mapping[Slot, _Figures]) -> Iterator[tuple[float, str]]:
    """Each accounting period's share of a limit, and the rule; equal parts where none would use any.

    A company's share is its part of what all would use; where they leave some of it, what is left goes by what rests.
    """
    used, rest = {}, {}
    for member in sorted({slot.member for slot in figures}):
        own = [each for slot, each in figures.items() if slot.member == member]
        part = sum(each.use for each in own) / most if (most := sum(each.most for each in own)) else 0.0
        used[member] = min(part, 1.0) if limit.maximum else part
        rest[member] = max(sum(each.rest for each in own), 0.0)
    total, resting = sum(used.values()), sum(rest.values())
    for slot in figures:
        if resting and total < 1:
            yield used[slot.member] + (1 - total) * rest[slot.member] / resting, BY_USE
        elif total:
            yield used[slot.member] / total, BY_USE
        else:
            yield 1 / len(used), EQUAL


def as_inputs(shares: Sequence[Share], runs: GroupRuns) -> dict[str, np.ndarray]:
    """The shares as inputs of the law, 1 for a company that shares a limit with nobody."""
    inputs = {LIMITS[name].share: np.ones((1, len(runs.slots))) for name in {share.limit: 0 for share in shares}}
    for share in shares:
        inputs[LIMITS[share.limit].share][0, runs.columns[share.slot]] = share.share
    return inputs
