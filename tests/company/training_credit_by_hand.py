"""What becomes of the credit for training, worked out again from a working's figures, beside `by_hand`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any


@dataclass
class TrainingBalances:
    """What moves from period to period: credit above its cap, notional tax held back; and what was of earlier periods."""

    credit: float = 0.0
    held_back: float = 0.0
    given: list[float] = field(default_factory=list)
    relieved: list[float] = field(default_factory=list)


@dataclass
class Steps:
    """The use of a credit (£): off tax, held back for later tax, carried forward above the cap, paid."""

    used: float
    set_off: float
    held_back: float
    carried: float
    paid: float


def cap(t: Any, terms: Any) -> float:
    """Fixed amount × length + multiple × PAYE and NIC, where both are limits; at most the maximum × length."""
    fixed, multiple, most = (terms(f"payable.{one}") for one in ("cap_fixed", "cap_multiple_of_paye_and_nic", "maximum"))
    limited = math.isfinite(fixed) and math.isfinite(multiple)
    by_pay = fixed * t.length + multiple * t.amount("paye_and_nic") if limited else math.inf
    return min(by_pay, most * t.length if math.isfinite(most) else math.inf)


def steps(t: Any, terms: Any, credit: float, due: float, brought: TrainingBalances) -> Steps:
    """Notional tax held back earlier first; then credit off what tax is left; then held back, capped, paid."""
    used = min(brought.held_back, due)
    whole = brought.credit + credit
    set_off = min(whole, due - used)
    held = max(credit * terms("payable.notional_tax_rate") - set_off, 0.0)
    carried = max(whole - set_off - held - cap(t, terms), 0.0)
    return Steps(used, set_off, held, carried, whole - set_off - held - carried)


def given_up(t: Any, terms: Any, made: tuple[float, float], credit: float, due: float, brought: TrainingBalances) -> float:
    """Loss given up for a payable credit: what the relief made of it, as far as the credit for it can be paid.

    Args:
        made: the deduction with any training that counts beside it, and the loss that nothing else relieved.
    """
    rate = terms("losses.surrender_rate") if terms("losses.treatment") == "surrender" else 0.0
    cash = rate * (1 - terms("payable.notional_tax_rate"))
    if cash <= 0:
        return 0.0
    room = max(cap(t, terms) - steps(t, terms, credit, due, brought).paid, 0.0)
    return min(*made, room / cash)
