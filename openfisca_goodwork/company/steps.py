"""What one step of a working is: its label, its formula in words, what went in, the figures of law, what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.company.facts import Fact
from openfisca_goodwork.company.under_law import Period
from openfisca_goodwork.law.payment import Instalment
from openfisca_goodwork.law.periods.history import WHOLE_PERIOD
from openfisca_goodwork.policy.vocabulary import Leaf, kind_of
from openfisca_goodwork.rendering import fields_as_json
from openfisca_goodwork.system import DatedValue

GIVEN, STEP, PERIOD_BEFORE = "company", "step", "period before"
Entry = Fact | date


@dataclass(frozen=True)
class Input:
    """One thing that a step starts from.

    Attributes:
        name: a variable, or nothing for a figure of a part of the period.
        label: for people.
        value: what it is (£ unless the variable says otherwise).
        origin: ``company`` (a fact of it), ``step`` (an earlier step) or ``period before`` (carried forward by it).
        day: the day of a dated item; None for an amount of the whole period.
        tags: of a dated item of training.
    """

    name: str
    label: str
    value: Entry
    origin: str
    day: date | None = None
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The label, with the tags of the item."""
        return f"{self.label} ({', '.join(self.tags)})" if self.tags else self.label

    def to_dict(self) -> dict[str, Any]:
        """The input as JSON holds it, without a day or tags where it has none."""
        entry = fields_as_json(self, origin="from", day="on")
        return {name: value for name, value in entry.items() if value or name not in {"on", "tags"}}


@dataclass(frozen=True)
class Reference:
    """Where a figure of law is to be read."""

    title: str
    href: str = ""


@dataclass(frozen=True)
class ParameterValue:
    """A figure of law, and from when it is in force.

    Attributes:
        path, label, unit: of the parameter.
        value: the figure. start: the first day it is in force.
        straddle: how an accounting period in which it begins treats it.
        kind: law, proposal or forecast. status: how its source is known.
        references: where it is to be read.
    """

    path: str
    label: str
    unit: str
    value: Fact
    start: date
    straddle: str
    kind: str
    status: str
    references: tuple[Reference, ...]

    def to_dict(self) -> dict[str, Any]:
        """The figure as JSON holds it: no limit is null."""
        return fields_as_json(self, start="from")


@dataclass(frozen=True)
class Used:
    """What a parameter came to over a stretch of the accounting period, as the formula read it."""

    path: str
    start: date
    end: date
    value: Fact


@dataclass(frozen=True)
class Step:
    """One step of the computation of one accounting period under one law.

    Attributes:
        part: the heading it stands under.
        variable: the output that it works out; nothing for a part of the charge and for the days of payment.
        label: for people. words: the formula in words. reference: the statute of the rule.
        unit: of the result, as parameters write it.
        inputs: what it starts from. parameters: the figures of law, oldest first.
        used: what those came to over the stretches of the period.
        result: what it comes to; for the days of payment, what is due when.
    """

    part: str
    variable: str
    label: str
    words: str
    reference: str
    unit: str
    inputs: tuple[Input, ...]
    parameters: tuple[ParameterValue, ...]
    used: tuple[Used, ...]
    result: Fact | tuple[Instalment, ...]


def parameter_values(
    period: Period, paths: Iterable[str], start: date | None = None, end: date | None = None
) -> tuple[ParameterValue, ...]:
    """The dated values of parameters that bear on a period, or on some of its days; those of a path oldest first.

    The value of the first day, and every later one that does not wait for the next accounting period.
    """
    start, end = start or period.facts.start, end or period.facts.end
    leaves = [period.leaves[path] for path in paths]
    return tuple(_shown(dated, leaf) for leaf in leaves for dated in _over(leaf, start, end))


def _over(leaf: Leaf, start: date, end: date) -> Iterator[DatedValue]:
    yield from [dated for dated in leaf.values if dated.date <= start][-1:]
    yield from (dated for dated in leaf.values if start < dated.date <= end and _straddle(dated, leaf) != WHOLE_PERIOD)


def _straddle(dated: DatedValue, leaf: Leaf) -> str:
    return str(dated.metadata.get("straddle", leaf.straddle))


def _shown(dated: DatedValue, leaf: Leaf) -> ParameterValue:
    sources = ({"title": each} if isinstance(each, str) else each for each in dated.metadata.get("reference", ()))
    return ParameterValue(
        path=leaf.path,
        label=leaf.label,
        unit=leaf.unit,
        value=dated.value if isinstance(dated.value, bool | str) else float(dated.value),
        start=dated.date,
        straddle=_straddle(dated, leaf),
        kind=kind_of(dated, leaf),
        status=str(dated.metadata.get("status", "")),
        references=tuple(Reference(str(each.get("title", "")), str(each.get("href", ""))) for each in sources),
    )
