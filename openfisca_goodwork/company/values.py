"""Reading one fact of a company: what may be named where, and what its value may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from openfisca_goodwork.company.facts import Fact
from openfisca_goodwork.company.vocabulary import (
    CHOICE,
    MONEY,
    NUMBER,
    SAID_OTHERWISE,
    SHARES,
    WHOLE,
    YES_OR_NO,
    InputVariable,
    input_variables,
    output_variables,
)
from openfisca_goodwork.documents import Entry, Node
from openfisca_goodwork.errors import FAULTS_SHOWN, did_you_mean, quoted
from openfisca_goodwork.law.human_investment import TOLD_AT_THE_BEGINNING

LARGEST_NUMBER = 10**13
_TWIN = "_on"

_READERS: Mapping[str, Callable[[Node], float | bool | None]] = {
    MONEY: Node.money,
    NUMBER: Node.number,
    SHARES: Node.number,
    WHOLE: Node.whole_number,
    YES_OR_NO: Node.boolean,
}


def named(node: Node, name: str) -> Node:
    """The node, called by its short name where a line says the rest; in a mapping the path has to."""
    return node if node.line is None else replace(node, called=name)


def read_fact(entry: Entry, *, is_first: bool) -> Fact | None:
    """The value of one key of an accounting period, or None with its fault noted.

    Args:
        entry: the key and its value.
        is_first: whether the period is the company's first, the only one with opening balances.
    """
    variable = input_variables().get(entry.key)
    if variable is None:
        refuse_name(entry, input_variables())
        return None
    if variable.is_opening_balance and not is_first:
        entry.fault(not_in_the_first(entry.key))
        return None
    return read_value(entry.value, variable)


def not_in_the_first(name: str) -> str:
    """What to say of an opening balance in a later period, or of another fact of the time before the first."""
    if name in TOLD_AT_THE_BEGINNING:
        return f"{name} belongs to the first accounting period alone: it tells of the time before that. Leave it out."
    return (
        f"{name} belongs to the first accounting period alone: a later one begins with what the one before carries forward. "
        "Leave it out."
    )


NOT_THE_LAST = (
    "is_final_accounting_period is true of an accounting period that others follow. The trade ceases in the last period: "
    "set it there, or leave out the periods after this one."
)


def read_value(node: Node, variable: InputVariable) -> Fact | None:
    """The value of a variable, of its kind and within its bounds, or None with its fault noted."""
    node = named(node, variable.name)
    if variable.kind == CHOICE:
        return _choice(node, variable)
    value = _READERS[variable.kind](node)
    if value is None or isinstance(value, bool):
        return value
    fault = fault_of(value, variable)
    if fault:
        node.fault(f"{node.called or node.path} {fault}")
        return None
    return float(value)


def _choice(node: Node, variable: InputVariable) -> str | None:
    typed = node.text()
    if typed is None or typed in variable.options:
        return typed
    node.fault(f"{node.called or node.path} must be {' or '.join(variable.options)}, not {quoted(typed)}.")
    return None


def fault_of(value: float, variable: InputVariable) -> str:
    """What is wrong with a number, or nothing."""
    if variable.kind == SHARES and not 0 <= value <= 1:
        return f"is {value:,g}; it must be from 0 to 1. Shares are fractions: 30% is 0.30."
    if variable.least is not None and value < variable.least:
        return f"is {value:,g}; it cannot be below {variable.least:,g}."
    if variable.most is not None and value > variable.most:
        return f"is {value:,g}; it cannot be above {variable.most:,g}."
    if abs(value) > LARGEST_NUMBER:
        return f"is beyond {LARGEST_NUMBER:,}, the largest number accepted."
    return ""


def refuse_name(entry: Entry, known: Iterable[str]) -> None:
    """Note that a key is not one that may stand here, with the mend that fits it."""
    entry.fault(_reason(entry, known))


def _reason(entry: Entry, known: Iterable[str]) -> str:
    name = entry.key
    if name in SAID_OTHERWISE:
        return f"{name} is not given here. {SAID_OTHERWISE[name]}"
    if name in output_variables():
        return f"{name} is what the model works out. Leave it out."
    if name.endswith(_TWIN) and name.removesuffix(_TWIN) in input_variables():
        item = f"{{on: 2027-02-14, {name.removesuffix(_TWIN)}: 12000}}"
        return f"{name} is not given here. Write a dated item under `expenditure`: {item}."
    near = did_you_mean(name, known) if len(entry.value.document.faults) < FAULTS_SHOWN else ""
    return f"{quoted(name)} is not known here. {near}".rstrip()
