"""What a relief for training moves in the end: the last step of its response, and the invalid claims paid beside it.

The one home of that sum: the steps of a costing, what it shows of them by payment and by year, and the copies that its
interval is read from all take it from here, of whatever is added up (£ per record, £ by financial year, flows).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

InStep = Callable[[str], Any]
"""The name of a step of a world → what the Exchequer has in it, the reform's less the baseline's."""

LAST = "displaced"


def in_the_end(in_step: InStep, loss: Any, *, is_retimed: bool) -> Any:
    """All that the relief moves with the response of companies, invalid claims included.

    Args:
        in_step: an amount by the step; what the laws differ in beside the relief is in ``unrelieved``, which comes off.
        loss: invalid claims paid, as a share of what the relief costs: one, or one per record.
        is_retimed: whether either world brings training forward; else there is nothing of it to leave out.
    """
    return _moved(in_step, LAST) + invalid_claims(in_step, loss, is_retimed=is_retimed)


def invalid_claims(in_step: InStep, loss: Any, *, is_retimed: bool, step: str = LAST) -> Any:
    """Invalid claims paid: a share of what the relief has cost up to a step, without what only moves in time."""
    lasting = _moved(in_step, step)
    if is_retimed:
        lasting = lasting - (in_step("retimed") - in_step("relabelled"))
    return loss * lasting


def _moved(in_step: InStep, step: str) -> Any:
    return in_step(step) - in_step("unrelieved")
