"""Reading a group: a file or a mapping with `companies` → its facts, or every fault of it at once, each with its line.

Each company is read as a company file is. What lies between them is checked here: names, owners, shares of what a group has
once, and claims to group relief, so far as they can be judged before anything is worked out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from openfisca_goodwork.company.group.facts import CURRENT, LOSSES, MOST_OWNERS, Claim, Group, Links, Member, Slot
from openfisca_goodwork.company.group.program import Overlaps
from openfisca_goodwork.company.group.sharing import LIMITS, POOLED, by_year, counted
from openfisca_goodwork.company.reading import CompanyDocument, Source, company_of, document_of
from openfisca_goodwork.company.shape import Day, FileShape, Head, Text, company_file
from openfisca_goodwork.documents import (
    Document,
    MisreadError,
    Part,
    Place,
    Tree,
    read_money,
    read_number,
    read_text,
    read_yes_or_no,
)
from openfisca_goodwork.errors import did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words

COMPANIES = "companies"
MOST_COMPANIES = 100
_SHARED, RELIEF = "shared", "group_relief"
_ANNUAL = "annual_investment_allowance"
_NEARLY = 0.85
_ROUNDING = 1e-9
# What the group settles, so that no company's accounting period gives it.
_NOT_HERE = {
    **{
        limit.share: f"The group shares it: give `{_SHARED}: {{{name}: {{...}}}}` at the top."
        for name, limit in LIMITS.items()
    },
    POOLED: "The group works it out, from the training and the baselines of its companies.",
    **dict.fromkeys(
        (
            "group_relief_available",
            "group_relief_claim",
            "group_relief_for_carried_forward_losses_available",
            "trading_losses_surrendered_to_group",
            "carried_forward_losses_surrendered_to_group",
            "loss_absorbed_by_group_share",
        ),
        f"The group works it out: list claims under `{RELIEF}` at the top, or leave them to be worked out.",
    ),
}


# --- the shape of a file ------------------------------------------------------------------------------------------------


def _share(given: Tree) -> float:
    share = read_number(given)
    if not 0 <= share <= 1:
        raise MisreadError(f"is {share:,g}; it must be from 0 to 1. Shares are fractions: 80% is 0.80.")
    return share


def _amount(given: Tree) -> float:
    amount = read_money(given)
    if amount <= 0:
        raise MisreadError(f"is {amount:,g}; a claim is above 0. Leave out a claim for nothing.")
    return amount


def _kind(given: Tree) -> str:
    kind = read_text(given)
    if kind not in LOSSES:
        raise MisreadError(f"must be {' or '.join(LOSSES)}, not {quoted(kind)}.")
    return kind


Share = Annotated[float, BeforeValidator(_share)]


class MemberHead(Head):
    """What a group file says of a company itself."""

    owners: dict[str, Share] = Field({})
    dormant: Annotated[bool, BeforeValidator(read_yes_or_no)] = False


class GroupHead(Part):
    """What a file says of the group itself."""

    name: Text = ""


class ClaimShape(Part):
    """A claim to group relief: which loss of whom, for which profits of whom, and how much."""

    giver: Text = Field(alias="from")
    receiver: Text = Field(alias="to")
    loss: Annotated[str, BeforeValidator(_kind)] = CURRENT
    period_from: Day | None = None
    period_to: Day | None = None
    amount: Annotated[float, BeforeValidator(_amount)]


class GroupShape(Part):
    """A group file."""

    group: GroupHead = GroupHead()
    companies: list[Any]
    shared: dict[str, dict[str, Share]] = Field({})
    group_relief: list[ClaimShape | None] | None = None


@cache
def _member_file() -> type[FileShape]:
    """The shape of one company of a group file."""
    return create_model("MemberFile", __base__=company_file(), company=(MemberHead, MemberHead.model_validate({})))


class GroupDocument(CompanyDocument):
    """A group file or mapping being read."""

    def explain(self, kind: str, place: Place) -> str | None:
        """What to say of a name that may not stand where it does."""
        if kind != "extra_forbidden":
            return None
        name = str(place[-1])
        if place[:1] == (_SHARED,):
            return self.unknown(name, LIMITS)
        if place[:1] == (RELIEF,):
            return self.unknown(name, ("from", "to", "loss", "period_from", "period_to", "amount"))
        return self.unknown(name, GroupHead.model_fields if len(place) > 1 else GroupShape.model_fields)


class MemberDocument(CompanyDocument):
    """The part of a group file that is of one company: lines are those of the file."""

    head = MemberHead
    prefix: Place = ()

    def path(self, place: Place) -> str:
        """The path of a value in the whole file."""
        return super().path((*self.prefix, *place))


def is_group(tree: Any) -> bool:
    """Whether what was read is a group rather than one company."""
    return isinstance(tree, Mapping) and COMPANIES in tree


# --- reading a group ----------------------------------------------------------------------------------------------------


def _group_document(source: Source) -> GroupDocument:
    """A file or mapping as a document that words its faults as those of a group."""
    plain = document_of(source)
    document = GroupDocument(plain.name.replace("The company", "The group"))
    document.text, document.tree = plain.text, plain.tree
    document.lines, document.key_lines, document.faults = plain.lines, plain.key_lines, plain.faults
    return document


def read_group(source: Source) -> Group:
    """The facts of a group.

    Raises:
        CompanyFileError: with every fault of the file, each with its line, or its place in the mapping.
    """
    return read_group_with_places(source)[1]


def read_group_with_places(source: Source) -> tuple[GroupDocument, Group]:
    """The facts of a group, and the document that knows where each of them stands, for faults found later.

    Raises:
        CompanyFileError: with every fault of the file, each with its line, or its place in the mapping.
    """
    document = _group_document(source)
    companies = document.tree.get(COMPANIES)
    if isinstance(companies, list) and len(companies) > MOST_COMPANIES:
        document.fault(f"The group has {len(companies):,} companies; at most {MOST_COMPANIES} are worked out.", (COMPANIES,))
        document.raise_faults()
    file = document.read(GroupShape)
    members = [] if file is None else list(_members(document, file))
    document.raise_faults()
    if file is None:
        raise AssertionError("a group file without a fault is read")
    _check_names(document, members)
    _check_owners(document, members)
    document.raise_faults()
    group = Group(file.group.name, tuple(members), file.shared)
    links = Links(group.members)
    _check_links(document, group, links)
    _check_shared(document, group)
    claims = None if file.group_relief is None else tuple(_claims(document, file.group_relief, group, links))
    if not document.faults:
        _check_circles(document, claims or (), group)
    document.raise_faults()
    return document, Group(file.group.name, group.members, file.shared, claims)


def _members(document: GroupDocument, file: GroupShape) -> Iterator[Member]:
    """The companies of a file that can be read; every fault of each is noted with the faults of the file."""
    if not file.companies:
        document.fault(f"{COMPANIES} is empty. List at least two companies, each as a company file is.", (COMPANIES,))
    for place in range(len(file.companies)):
        own = _part(document, (COMPANIES, place))
        if not isinstance(own.tree, dict):
            document.fault("A company is a mapping of `company` and `accounting_periods`.", (COMPANIES, place))
            continue
        _refuse_what_the_group_settles(own)
        read = company_of(own, _member_file())
        document.faults += own.faults
        if read is not None:
            shape, company = read
            head: Any = shape.company
            yield Member(company, dict(head.owners), head.dormant)


def _part(document: GroupDocument, prefix: Place) -> MemberDocument:
    """The part of the document below a place, as a document of its own."""
    part = MemberDocument(document.name)
    part.text, part.tree, part.prefix = document.text, document.at(prefix), prefix
    size = len(prefix)
    part.lines = {place[size:]: line for place, line in document.lines.items() if place[:size] == prefix}
    part.key_lines = {place[size:]: line for place, line in document.key_lines.items() if place[:size] == prefix}
    return part


def _refuse_what_the_group_settles(own: MemberDocument) -> None:
    periods = own.tree.get("accounting_periods")
    for place, period in enumerate(periods if isinstance(periods, list) else ()):
        for name in period if isinstance(period, dict) else ():
            if name in _NOT_HERE:
                message = f"{name} is not given for a company of a group. {_NOT_HERE[name]}"
                own.fault(message, ("accounting_periods", place, name), key=True)


# --- names, owners, links -----------------------------------------------------------------------------------------------


def _check_names(document: Document, members: Sequence[Member]) -> None:
    names: dict[str, int] = {}
    for place, member in enumerate(members):
        at = (COMPANIES, place)
        if not member.name:
            document.fault("A company of a group has a name: `company: {name: ...}`.", at)
        elif member.name in names:
            message = f"{quoted(member.name)} is listed twice, as companies {names[member.name] + 1} and {place + 1}."
            document.fault(f"{message} A company stands in a group once; give each its own name.", at)
        names.setdefault(member.name, place)


def _check_owners(document: Document, members: Sequence[Member]) -> None:
    """Note shares over 100%, names that are nearly a company's, companies that own themselves, and too many owners."""
    names = [member.name for member in members]
    for place, member in enumerate(members):
        at: Place = (COMPANIES, place, "company", "owners")
        total = sum(member.owners.values())
        if total > 1 + _ROUNDING:
            document.fault(f"The shares of the owners of {member.name} come to {total:.2%}; at most 100% can be owned.", at)
        for owner in member.owners:
            near = [] if owner in names else difflib.get_close_matches(owner, names, 1, _NEARLY)
            if near:
                message = (
                    f"{quoted(owner)} owns shares of {member.name} and is no company of the file. Did you mean {near[0]}?"
                )
                document.fault(f"{message} A person or company of another name is an owner outside the file.", (*at, owner))
    if document.faults:
        return
    links = Links(members)
    for place, member in enumerate(members):
        at = (COMPANIES, place, "company", "owners")
        above = links.owners_above(member.name)
        if member.name in above:
            document.fault(f"{member.name} owns itself, through its owners. Say who owns whom without a circle.", at)
        elif len(above) > MOST_OWNERS:
            message = (
                f"{member.name} has {len(above)} owners, directly or through others; at most {MOST_OWNERS} are followed."
            )
            document.fault(f"{message} Leave out the smallest: the shares of those that are left need not come to 100%.", at)


def _check_links(document: GroupDocument, group: Group, links: Links) -> None:
    """Note a group of companies that have nothing in common, and fewer associated companies than the file shows."""
    members = group.members
    if len(members) > 1 and not (links.associated.any() or links.is_75_percent.any()):
        document.fault(
            "No company of the file controls another, and no two have the same owners: there is no group. Say under each "
            "`company` who owns it: `owners: {Parent Ltd: 0.8, Mr B: 0.2}`.",
            (COMPANIES,),
        )
    for slot, numbers in counted(group, links).items():
        period = group.period(slot)
        for name, least in numbers.items():
            given = period.values.get(name)
            if given is not None and float(given) < float(least):
                document.fault(
                    f"{name} is {given:g}, but the owners of the file make it at least {least:g}. Leave it out, or count "
                    "companies outside the file as well.",
                    (COMPANIES, slot.member, "accounting_periods", slot.place, name),
                )


# --- shares and claims --------------------------------------------------------------------------------------------------


def _check_shared(document: GroupDocument, group: Group) -> None:
    names = [member.name for member in group.members]
    for limit, shares in group.shared.items():
        if limit not in LIMITS:
            document.fault(document.unknown(limit, LIMITS), (_SHARED, limit), key=True)
            continue
        for name in shares:
            if name not in names:
                message = f"{quoted(name)} is no company of the file. {did_you_mean(name, names)}"
                document.fault(message, (_SHARED, limit, name), key=True)
        totals = {"": sum(shares.values())}
        if limit == _ANNUAL:  # those whose periods end in one financial year share it (CAA 2001 ss.51C, 51D)
            totals = {
                f" for the periods that end in the year to 31 March {year + 1}": sum(
                    shares.get(names[member], 0.0) for member in {slot.member for slot in slots}
                )
                for year, slots in by_year(group, range(len(names))).items()
            }
        where, total = max(totals.items(), key=lambda each: each[1])
        if total > 1 + _ROUNDING:
            message = f"The shares of {limit} come to {total:.2%}{where}; the group has it once, so at most 100% is shared."
            document.fault(message, (_SHARED, limit), key=True)


def _claims(document: GroupDocument, given: Sequence[ClaimShape | None], group: Group, links: Links) -> Iterator[Claim]:
    """The claims of a file between companies and accounting periods that may make them; all else is noted."""
    overlaps = Overlaps(group, links)
    for place, entry in enumerate(given):
        at: Place = (RELIEF, place)
        if entry is None:
            continue
        ends = [
            _slot(document, (*at, name), company, group, end, (*at, period))
            for name, company, end, period in (
                ("from", entry.giver, entry.period_from, "period_from"),
                ("to", entry.receiver, entry.period_to, "period_to"),
            )
        ]
        giver, receiver = ends
        if giver is None or receiver is None:
            continue
        if giver.member == receiver.member:
            document.fault(
                f"{entry.giver} cannot give a loss to itself. Its own profits use its losses without a claim.", at
            )
        elif not links.is_75_percent[giver.member, receiver.member]:
            document.fault(_no_group(group, links, giver.member, receiver.member), at)
        elif overlaps.common(claim := Claim(giver, receiver, entry.loss, entry.amount)) is None:
            spans = " and ".join(
                f"{group.name_of(slot)} has {day_in_words(period.start)} to {day_in_words(period.end)}"
                for slot, period in ((slot, group.period(slot)) for slot in (giver, receiver))
            )
            message = f"The accounting periods have no day in common: {spans}."
            document.fault(f"{message} A loss goes only to profits of the same days (CTA 2010 s.142).", at)
        else:
            yield claim


def _slot(document: GroupDocument, place: Place, name: str, group: Group, end: date | None, at: Place) -> Slot | None:
    """The accounting period of a company that ends on a day; None with its fault noted where there is none."""
    names = [member.name for member in group.members]
    if name not in names:
        document.fault(f"{quoted(name)} is no company of the file. {did_you_mean(name, names)}", place)
        return None
    member = names.index(name)
    periods = group.members[member].company.accounting_periods
    if end is None and len(periods) == 1:
        return Slot(member, 0)
    for index, period in enumerate(periods):
        if period.end == end:
            return Slot(member, index)
    ends = ", ".join(period.end.isoformat() for period in periods)
    said = f"No accounting period of {name} ends on {end.isoformat()}" if end else f"Say which accounting period of {name}"
    document.fault(f"{said}. {at[-1]} is the last day of one: {ends}.", at if end else place)
    return None


def _no_group(group: Group, links: Links, giver: int, receiver: int) -> str:
    """Why two companies are in no group for group relief."""
    first, other = group.members[giver].name, group.members[receiver].name
    down, up = (float(links.interest[pair]) for pair in ((giver, receiver), (receiver, giver)))
    interest, owner, owned = (down, first, other) if down >= up else (up, other, first)
    says = f"{owner} owns {interest:.2%} of {owned}" if interest > 0 else f"neither of {first} and {other} owns the other"
    if links.interest[:, [giver, receiver]].all(axis=1).any():
        third = max(range(len(group.members)), key=lambda place: min(links.interest[place, [giver, receiver]]))
        shares = links.interest[third, [giver, receiver]]
        says = f"{group.members[third].name} owns {shares[0]:.2%} of {first} and {shares[1]:.2%} of {other}"
    return (
        f"{first} and {other} are in no group for group relief: {says}. One company owns at least 75% of the other, or a "
        "third company of the file 75% of both (CTA 2010 s.152)."
    )


def _check_circles(document: GroupDocument, claims: Sequence[Claim], group: Group) -> None:
    """Note claims of one kind that go round: from one accounting period back to itself."""
    noted: set[frozenset[Slot]] = set()
    for claim in claims:
        for path in _circles([each for each in claims if each.loss == claim.loss], [claim]):
            slots = frozenset(each.giver for each in path)
            if slots not in noted:
                noted.add(slots)
                names = " to ".join(group.name_of(each.giver) for each in path)
                document.fault(
                    f"Claims go in a circle: from {names} to {group.name_of(claim.giver)}. A company that receives what it "
                    "gives saves nothing, and relief is not given twice for one loss (CTA 2010 s.137(7)). Take out the "
                    "smallest of them, and reduce the others by it.",
                    (RELIEF, claims.index(path[-1])),
                )


def _circles(claims: Sequence[Claim], path: list[Claim]) -> Iterator[list[Claim]]:
    """Chains of claims that come back to the accounting period where they began."""
    if path[-1].receiver == path[0].giver:
        yield path
        return
    for claim in claims:
        if claim.giver == path[-1].receiver and claim.giver not in {each.giver for each in path}:
            yield from _circles(claims, [*path, claim])
