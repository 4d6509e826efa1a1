"""What a relief for training moves in the end: the last level of the responses to it, and the invalid claims paid beside it.

The one home of that sum: the steps of a costing, what it shows of them by payment and by year, and the copies that its
interval is read from all take it from here, of whatever is added up (£ per record, £ by financial year, flows).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from openfisca_goodwork.costing.behaviour import Step
from openfisca_goodwork.costing.scenarios import STATIC, UNRELIEVED, WITHOUT_PRICE, LawScenarios

AtLevel = Callable[[str], Any]
"""The name of a level of scenarios → what the Exchequer has in it, the reform's less the baseline's."""


def passing(responses: Sequence[Step], *scenarios: LawScenarios) -> list[tuple[Step, str]]:
    """The responses under either law that move something and do not last, each with the name of the level before it."""
    before = [STATIC, *(one.name for one in responses)]
    return [
        (one, earlier)
        for one, earlier in zip(responses, before, strict=False)
        if not one.lasts and any(each.is_moved_by(one) for each in scenarios)
    ]


def in_the_end(at: AtLevel, loss: Any, last: str, passing_steps: Sequence[tuple[Step, str]]) -> Any:
    """All that the relief moves with the response of companies, invalid claims included.

    Args:
        at: an amount by the level; what the laws differ in beside the relief is in ``unrelieved``, which comes off.
        loss: invalid claims paid, as a share of what the relief costs: one, or one per record.
        last: the level after the last response. passing_steps: see ``passing``.
    """
    return at(last) - at(UNRELIEVED) + invalid_claims(at, loss, last, passing_steps)


def invalid_claims(at: AtLevel, loss: Any, level: str, passing_steps: Sequence[tuple[Step, str]]) -> Any:
    """Invalid claims paid: a share of what the relief has cost up to a level, without what only moves in time."""
    lasting = at(level) - at(UNRELIEVED)
    for step, earlier in passing_steps:
        if level != WITHOUT_PRICE or not step.follows_price:
            lasting = lasting - (at(step.name) - at(earlier))
    return loss * lasting
