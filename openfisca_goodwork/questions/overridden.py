"""What a varied value takes the place of: it holds from its day for good, whatever a reform sets from a later day on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from openfisca_goodwork import policy
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.law.periods import day_in_words


def overridden(requests: Iterable[CostingRequest], names: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each name that varies, PATH@DATE, whose parameter reforms set from a later day on.

    Args:
        requests: costings, each with its values set. names: what varies, options of a costing among it.
    """
    reforms = dict.fromkeys(one for request in requests for one in policy.load_all((*request.baseline, *request.reforms)))
    found = []
    for name in names:
        path, at, text = name.partition("@")
        held_from = datetime.date.fromisoformat(text) if at else datetime.date.max
        later = {
            reform.name: date for reform in reforms for date, _ in reversed(reform.edits.get(path, ())) if date > held_from
        }
        if later:
            said = and_joined([f"what {reform} sets from {day_in_words(date)}" for reform, date in later.items()])
            found.append(f"Each value of {path} holds from {day_in_words(held_from)} for good, in place of {said}.")
    return tuple(found)
