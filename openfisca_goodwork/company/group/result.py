"""What a group's computation comes to: frozen, each company as a result of its own; as JSON and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.company.assumed import Assumption
from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM
from openfisca_goodwork.company.group.advice import GroupAdvice, advice_of_group
from openfisca_goodwork.company.group.allocation import GroupUnderLaw
from openfisca_goodwork.company.group.facts import Claim, Group, Links, Slot, clusters
from openfisca_goodwork.company.group.program import Overlaps, Room
from openfisca_goodwork.company.group.reading import COMPANIES, RELIEF, is_group, read_group_with_places
from openfisca_goodwork.company.group.sharing import BY_USE, EQUAL, LESS_BASELINE, LIMITS, Share, with_facts_of_group
from openfisca_goodwork.company.reading import Source, document_of
from openfisca_goodwork.company.result import CompanyResult, calculate_company, company_result, refuse_claims
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.law.human_investment.baseline import TOLD_AT_THE_BEGINNING
from openfisca_goodwork.policy import Reform, load_all
from openfisca_goodwork.policy.laws import Reforms
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas as pd


TAX, CREDITS = "net_corporation_tax", "payable_credits"


@dataclass(frozen=True)
class GroupResult(Worded):
    """A group under current law and, if any were given, under reforms.

    Attributes:
        group: the facts it was worked out from, those that follow from the owners included.
        reforms: applied to current law together, in this order.
        companies: each member's own result, in the order of the file.
        laws: ``current_law`` (and ``reform``) → what the group does under it.
        model_version: of the package that worked it out.
        given: the group as its file tells it, without what follows from it.
    """

    group: Group
    reforms: tuple[Reform, ...]
    companies: tuple[CompanyResult, ...]
    laws: Mapping[str, GroupUnderLaw] = field(repr=False, compare=False)
    model_version: str
    given: Group = field(repr=False, compare=False)

    @cached_property
    def advice(self) -> GroupAdvice:
        """The claims of all companies that pay the least tax of the group under current law: searched for on demand."""
        return advice_of_group(self.laws[CURRENT_LAW], self.companies)

    def total(self, law: str, output: str) -> float:
        """Sum of an output over all companies and accounting periods under one of the laws."""
        return sum(period.amount(law, output) for company in self.companies for period in company.accounting_periods)

    def paid(self, law: str) -> float:
        """Tax of all companies less the credits paid to them, under one of the laws (£)."""
        return self.total(law, TAX) - self.total(law, CREDITS)

    @property
    def tax_saved(self) -> float:
        """Tax of all companies that the reforms save, negative if they cost tax (£)."""
        return sum(company.tax_saved for company in self.companies)

    def saved_by_relief(self, law: str) -> float:
        """Tax that losses given from one company to another save under one of the laws (£)."""
        return self.laws[law].tax_without_relief - self.paid(law)

    def shares(self, law: str) -> tuple[Share, ...]:
        """The shares of what the group has once that matter under one of the laws: those that nobody uses left out."""
        return tuple(share for share in self.laws[law].shares if share.rule != EQUAL and self._is_used(law, share))

    def _is_used(self, law: str, share: Share) -> bool:
        """Whether a company uses a limit, or the file says whose it is; what all leave of one is shared though none does."""
        limit = LIMITS[share.limit]
        uses = [limit.use, limit.rest_use] if limit.rest and share.rule == BY_USE else []
        return not uses or any(self.total(law, use) > 0 for use in uses)

    @property
    def claims_by_law(self) -> Iterator[tuple[Slot, Slot, str, dict[str, float]]]:
        """Every pair of accounting periods between which a loss goes, its kind, and the amount under each law (£)."""
        amounts_of: dict[tuple[Slot, Slot, str], dict[str, float]] = {}
        for law, under_law in self.laws.items():
            for claim in under_law.claims:
                amounts = amounts_of.setdefault((claim.giver, claim.receiver, claim.loss), dict.fromkeys(self.laws, 0.0))
                amounts[law] += claim.amount
        for (giver, receiver, loss), amounts in amounts_of.items():
            yield giver, receiver, loss, amounts

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was taken to be so, a sentence each, with what a group file may say instead."""
        return tuple(each.with_keys for each in self.assumptions)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What was taken to be so because the file does not say otherwise."""
        names = {member.name for member in self.group.members}
        owners = dict.fromkeys(owner for member in self.group.members for owner in member.owners)
        outside = [owner for owner in owners if owner not in names]
        sentences = []
        if outside:
            shown = ", ".join(outside)
            sentences.append(
                Assumption(
                    f"Owners that are no company of the list are persons that act alone: {shown}. Rights of relatives and "
                    "partners are not counted as theirs; a parent company makes a group only where it is listed, too."
                )
            )
        sentences.append(
            Assumption(
                "Ordinary shares stand for votes, capital and income, and are owned throughout; a company counts with "
                "others from the first to the last day of its accounting periods."
            )
        )
        if self.group.claims is None:
            sentences.append(
                Assumption(
                    "Claims to group relief are those that save the most tax over the accounting periods.",
                    "List them under group_relief to choose others.",
                )
            )
        if any(share.rule == BY_USE for law in self.laws for share in self.shares(law)):
            sentences.append(
                Assumption(
                    "What the group has once is shared in proportion to what each company would use of it alone.",
                    "List shares under shared to choose others.",
                )
            )
        return (*sentences, *self._assumed_of_baselines())

    def _assumed_of_baselines(self) -> Iterator[Assumption]:
        """That baselines of training are pooled, and whose are not said, where a reform gives relief above them alone."""
        periods = [period for company in self.companies for period in company.accounting_periods]
        if not any(period.amount(law, LESS_BASELINE) for period in periods for law in self.laws if law != CURRENT_LAW):
            return
        yield Assumption(
            "The baselines of training are pooled among a parent and its subsidiaries: what one trains less than its own "
            "comes off what others train more than theirs, in proportion."
        )
        silent = [
            member.name
            for member in self.group.members
            if not member.company.accounting_periods[0].values.keys() & TOLD_AT_THE_BEGINNING
        ]
        if silent:
            yield Assumption(
                f"No training of before is held against the group for {and_joined(silent)}, of which nothing says what "
                "training cost before.",
                f"In a group file, {TOLD_AT_THE_BEGINNING[0]}.",
                about=TOLD_AT_THE_BEGINNING[0],
            )

    def to_dict(self, *, working: bool = False, schedules: bool = False, advice: bool = False) -> dict[str, Any]:
        """The result as JSON holds it: the group, then every company as its own result holds it, with its name."""
        overlaps = Overlaps(self.group, Links(self.group.members))
        return {
            "model_version": self.model_version,
            "reforms": [reform.name for reform in self.reforms],
            "group": {
                "name": self.group.name,
                "totals": {law: self._totals(law) for law in self.laws},
                "group_relief": {
                    law: [
                        self._claim(claim, room, overlaps) for claim, room in zip(of_law.claims, of_law.rooms, strict=True)
                    ]
                    for law, of_law in self.laws.items()
                },
                "shared": {law: [self._share(company) for company in self.shares(law)] for law in self.laws},
                "groups_for_group_relief": [
                    [self.group.members[place].name for place in members]
                    for members in clusters(overlaps.links.is_75_percent)
                    if len(members) > 1
                ],
                "assumed": list(self.assumed),
                **({"advice": self.advice.to_dict()} if advice else {}),
            },
            "companies": [
                {"company": company.company.name, **_without_head(company, working=working, schedules=schedules)}
                for company in self.companies
            ],
        }

    def _totals(self, law: str) -> dict[str, float]:
        return {
            "corporation_tax": self.total(law, "corporation_tax"),
            TAX: self.total(law, TAX),
            CREDITS: self.total(law, CREDITS),
            "saved_by_group_relief": self.saved_by_relief(law),
        }

    def _claim(self, claim: Claim, room: Room, overlaps: Overlaps) -> dict[str, Any]:
        days = overlaps.common(claim)
        if days is None:
            raise AssertionError("a claim that was worked out has days in common")
        return {
            "from": self.group.name_of(claim.giver),
            "to": self.group.name_of(claim.receiver),
            "loss": claim.loss,
            "period_from": self.group.period(claim.giver).end.isoformat(),
            "period_to": self.group.period(claim.receiver).end.isoformat(),
            "amount": claim.amount,
            "days_in_common": days.length,
            "left_to_give": room.to_give,
            "left_to_relieve": room.to_relieve,
        }

    def _share(self, share: Share) -> dict[str, Any]:
        return {
            "limit": share.limit,
            "company": self.group.name_of(share.slot),
            "period": self.group.period(share.slot).end.isoformat(),
            "share": share.share,
            "rule": share.rule,
        }

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each output of each accounting period of each company: company, start, end, variable, and the laws."""
        import pandas as pd

        tables = []
        for company in self.companies:
            table = company.to_dataframe()
            table.insert(0, "company", company.company.name)
            tables.append(table)
        return pd.concat(tables, ignore_index=True)


def _without_head(result: CompanyResult, *, working: bool, schedules: bool) -> dict[str, Any]:
    """A company's result as JSON holds it, without what the group says once."""
    return {
        name: value
        for name, value in result.to_dict(working=working, schedules=schedules).items()
        if name not in ("model_version", "reforms")
    }


# --- a group under current law and under reforms: links, what it shares, who gives which loss to whom, its companies ---
# ``calculate`` takes a company file or a group file: what it is decides what is worked out.


_WORDS = {CURRENT_LAW: "current law", REFORM: "the reform"}


def calculate_group(source: Source, reforms: Reforms = ()) -> GroupResult:
    """Work out the corporation tax of every company of a group under current law and, if any are given, under reforms.

    Args:
        source: a mapping, the path of a group file, or (as bytes) the content of one.
        reforms: names of the library, files, or Reforms, applied to current law together and in this order.

    Returns:
        The group's totals, who gives which loss to whom, the shares of what it has once, and every company's own result.

    Raises:
        CompanyFileError: with every fault of the group, claims above what may be given or relieved included.
        ReformError: with every fault of a reform.
    """
    chosen = load_all(reforms)
    document, given = read_group_with_places(source)
    links = Links(given.members)
    group = with_facts_of_group(given, links)
    laws = laws_of(chosen)
    under_laws = {name: GroupUnderLaw(law, group, links) for name, law in laws.items()}
    for name, under_law in under_laws.items():
        for place, message in under_law.faults:
            document.fault(message.format(law=f"under {_WORDS[name]}"), (RELIEF, place))
    document.raise_faults()
    outputs = {name: under_law.outputs() for name, under_law in under_laws.items()}
    worked_out = [{name: outputs[name][place] for name in laws} for place in range(len(group.members))]
    for place, member in enumerate(group.members):
        refuse_claims(document, (COMPANIES, place), member.company, worked_out[place])
    document.raise_faults()
    as_under = {name: under_law.as_companies() for name, under_law in under_laws.items()}
    companies = tuple(
        company_result(
            member.company,
            chosen,
            laws,
            worked_out[place],
            {name: of_law.members[place].company for name, of_law in as_under.items()},
        )
        for place, member in enumerate(group.members)
    )
    return GroupResult(group, chosen, companies, under_laws, model_version(), given)


def calculate(company: Source, reforms: Reforms = ()) -> CompanyResult | GroupResult:
    """Work out the corporation tax of one company, or of a group of them, under current law and under reforms.

    Args:
        company: a mapping, the path of a file, or (as bytes) the content of one; of a group where it has `companies`.
        reforms: names of the library, files, or Reforms, applied to current law together and in this order.

    Returns:
        A ``CompanyResult``; a ``GroupResult`` for a group, with each company's own result in it.

    Raises:
        CompanyFileError: with every fault of the company or the group.
        ReformError: with every fault of a reform.

    Example: a profit of £240,000 in 2028 after course fees of £20,000 pays £59,850 of tax, and £58,260 under
    ``human-investment-super-deduction``.
    """
    document = document_of(company)
    return calculate_group(document, reforms) if is_group(document.tree) else calculate_company(document, reforms)
