"""From reforms to law: the dated values that a reform leaves, and the tax-benefit system that holds them.

A value of a reform treats straddling accounting periods as the dated change of law that it replaces did, if
there is one on that date, and otherwise as the parameter says.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from openfisca_goodwork.policy.reform import Beneath, Edit, Reform
from openfisca_goodwork.policy.vocabulary import MEANS_NONE, SET_BY, Leaf, Vocabulary, in_force
from openfisca_goodwork.system import DatedValue

ASSUMPTION = "assumption"
PROPOSAL = "proposal"
WHOLE_PERIOD = "whole_period"


def edited_values(
    beneath: Sequence[DatedValue],
    edits: Sequence[tuple[datetime.date, Edit]],
    reform: Reform,
    leaf: Leaf,
) -> tuple[DatedValue, ...]:
    """The dated values of one parameter once a reform's edits are applied to the values before it.

    A value that changes nothing on its date is left out, so that it makes no accounting period straddle a
    change.
    """
    if not edits:
        return tuple(beneath)
    values = [dated for dated in beneath if dated.date < edits[0][0]]
    ends = [date for date, _ in edits[1:]] + [datetime.date.max]
    for (date, value), end in zip(edits, ends, strict=True):
        if isinstance(value, Beneath):
            values += _beneath(beneath, date, end)
        else:
            values.append(DatedValue(date, value, _metadata(beneath, date, reform, leaf)))
    return _without_repeats(values, beneath)


def _beneath(beneath: Sequence[DatedValue], start: datetime.date, end: datetime.date) -> list[DatedValue]:
    """The values without the reform from `start` up to, but not on, `end`; the one in force on `start` dated there."""
    current = in_force(beneath, start)
    own = [dated for dated in beneath if start <= dated.date < end]
    if current is None or current in own:
        return own
    return [DatedValue(start, current.value, current.metadata), *own]


def _metadata(beneath: Sequence[DatedValue], date: datetime.date, reform: Reform, leaf: Leaf) -> dict[str, Any]:
    origin = reform.origin(leaf.path, date)
    replaced = next((dated for dated in beneath if dated.date == date), None)
    straddle = reform.straddles.get((leaf.path, date)) or (
        replaced.metadata.get("straddle", leaf.straddle) if replaced else leaf.straddle
    )
    title = ": ".join(part for part in (origin.title or origin.reform, origin.source) if part)
    kind = ASSUMPTION if leaf.kind == ASSUMPTION else PROPOSAL
    metadata = {"kind": kind, SET_BY: origin.reform, "reference": [{"title": title}]}
    return metadata | ({"straddle": straddle} if straddle else {})


def _without_repeats(values: list[DatedValue], beneath: Sequence[DatedValue]) -> tuple[DatedValue, ...]:
    """The values less those that a reform dates and that equal the one before; the law's own stay.

    A value that a reform gives twice running stays too where no period is ever split by its date: the second
    may begin anew what is counted from it, as a cap for each window of time does. So does one in the place of a figure
    that stands for no rule at all, where the law itself has a rule of that figure later.
    """
    own = {id(dated) for dated in beneath}

    def rules_after(day: datetime.date) -> list[Any]:
        return [dated.value for dated in beneath if dated.date > day and MEANS_NONE not in dated.metadata]

    def stays(earlier: DatedValue, later: DatedValue) -> bool:
        anew = id(earlier) not in own and later.metadata.get("straddle") == WHOLE_PERIOD
        becomes_a_rule = MEANS_NONE in earlier.metadata and later.value in rules_after(later.date)
        return id(later) in own or anew or becomes_a_rule or later.value != earlier.value

    return (*values[:1], *(later for earlier, later in pairwise(values) if stays(earlier, later)))


def apply_reform(vocabulary: Vocabulary, reform: Reform) -> dict[str, Leaf]:
    """The parameters of the law that a reform makes of another, whose parameters it sets."""
    changed = {
        path: replace(leaf, values=edited_values(leaf.values, edits, reform, leaf))
        for path, edits in reform.edits.items()
        for leaf in [vocabulary[path]]
    }
    return {**vocabulary, **changed}
