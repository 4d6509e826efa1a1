"""Designs of the relief as reforms of a line or two, for the tests of their costings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.policy import Reform, parse

START = "2027-01-01"
HEADER = "title: {0}\nsummary: {0}.\nstatus: proposal\nsource: A test.\nrequires: '>=0.1'\nparameters:\n"


def written(name: str, values: Mapping[str, Any], start: str = START) -> Reform:
    """A reform that sets parameters from a day on; a mapping of days to values stands for itself."""
    lines = (f"  {path}: {_dated(value, start)}\n" for path, value in values.items())
    return parse(f"reform: {name}\n{HEADER.format(name)}{''.join(lines)}", name=name)


def design(*, heads: tuple[str, ...] = HEADS[:1], end: str | None = None, **switches: Any) -> Reform:
    """The relief on some heads from 1 January 2027; switches by their names below the clause, dots as double underscores.

    Without a rate of its own, 30% extra; with an end, the rate is 0 from that day.
    """
    chosen = {name.replace("__", "."): value for name, value in switches.items()}
    rate = "credit_rate" if chosen.get("form") == "credit" else "additional_deduction"
    given = chosen.setdefault(rate, 0.15 if rate == "credit_rate" else 0.3)
    if end is not None:
        chosen[rate] = {START: given, end: 0}
    inclusions = {f"qualifying.{head}.inclusion": int(head in heads) for head in HEADS}
    return written("design", {f"human_investment.{path}": value for path, value in {**inclusions, **chosen}.items()})


def _dated(value: Any, start: str) -> str:
    dated = value if isinstance(value, Mapping) else {start: value}
    return "{" + ", ".join(f"{day}: {_in_yaml(one)}" for day, one in dated.items()) + "}"


def _in_yaml(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    return str(value).lower() if isinstance(value, bool) else repr(value)
