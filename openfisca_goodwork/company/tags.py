"""Tags on dated items of training: what each is marked as, which the proposed relief may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openfisca_goodwork.company.facts import Item
from openfisca_goodwork.company.values import named
from openfisca_goodwork.company.vocabulary import CAR, input_variables
from openfisca_goodwork.documents import Entry, Node
from openfisca_goodwork.errors import did_you_mean, quoted
from openfisca_goodwork.law.human_investment import HEADS, TAGS

KEY = "tags"
SHARES = {f"{tag}_share": tag for tag in TAGS}
_EXAMPLE = "{on: 2027-06-30, external_course_fees: 12000, tags: [accredited, green]}"


def read_tags(tags: Entry, found: Mapping[str, Entry]) -> tuple[str, ...]:
    """The tags of an item, in the order given, with every fault of them noted.

    Args:
        tags: as they are written. found: the item's other keys, but for the day.
    """
    other = next((name for name in found if name in CAR or (name in input_variables() and name not in HEADS)), "")
    if other:
        tags.fault(f"tags are for spending on training, not for {other}. Leave them out, or write {_EXAMPLE}.")
        return ()
    known: list[str] = []
    for node in named(tags.value, KEY).items():
        name = _tag(node)
        if name in known:
            node.fault(f"{quoted(name)} is given twice among the tags of the item. Keep one.")
        elif name:
            known.append(name)
    return tuple(known)


def _tag(node: Node) -> str:
    """One tag, or nothing with its fault noted."""
    name = named(node, "a tag").text()
    if name is None or name in TAGS:
        return name or ""
    node.fault(f"{quoted(name)} is not a tag. {did_you_mean(name, TAGS)}")
    return ""


def refuse_shares(entries: Mapping[str, Entry], items: Iterable[Item]) -> None:
    """Note every share of a period's training with a tag, where items have tags of their own."""
    if any(item.tags for item in items):
        for name in (name for name in SHARES if name in entries and name in input_variables()):
            entries[name].fault(
                f"{name} is given, and items with tags as well. Give one or the other: tags say of each item what a share "
                "says of all training."
            )
