"""What becomes of a payable credit: the steps of CTA 2009 s.1042I, and of s.104N before April 2024.

Against tax of the period; held back as notional tax, for later tax; capped, the excess for the next period; what is left is
paid. Use against tax of other periods, on other debts or in the group (steps 4 to 6) counts as paid. The expenditure credit
for research and development has these steps by law, the proposed human-investment credit copies them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from openfisca_goodwork.law.periods import positive


@dataclass(frozen=True)
class CreditSteps:
    """A credit and the use of it, step by step (£, one per company).

    Attributes:
        before: credit brought forward from above the cap of the period before; it has borne notional tax already.
        of_period: credit of the period.
        due: corporation tax that the credit, and notional tax held back earlier, may discharge.
        notional_tax_rate: of the credit of the period. cap: most that may be paid; inf for none.
        notional_tax_before: held back earlier; 0 where what is due is already without it.
    """

    before: np.ndarray
    of_period: np.ndarray
    due: np.ndarray
    notional_tax_rate: np.ndarray
    cap: np.ndarray
    notional_tax_before: np.ndarray | float = 0.0

    @cached_property
    def notional_tax_used(self) -> Any:
        """Notional tax held back earlier that discharges corporation tax of the period, ahead of the credit (s.1042L(3))."""
        return np.minimum(self.notional_tax_before, self.due)

    @cached_property
    def credit(self) -> Any:
        """The whole credit: brought forward, and of the period."""
        return self.before + self.of_period

    @cached_property
    def set_off(self) -> Any:
        """Step 1: what discharges corporation tax of the period."""
        return np.minimum(self.credit, self.due - self.notional_tax_used)

    @cached_property
    def held_back(self) -> Any:
        """Step 2: notional tax; what is left is cut to the credit less tax on it, so far as step 1 has not done so."""
        return positive(self.of_period * self.notional_tax_rate - self.set_off)

    @cached_property
    def carried_forward(self) -> Any:
        """Step 3: what is above the cap, for the next period."""
        return positive(self.credit - (self.set_off + self.held_back) - self.cap)

    @cached_property
    def paid(self) -> Any:
        """Steps 4 to 7: what is left."""
        return self.credit - self.set_off - self.held_back - self.carried_forward

    @property
    def met(self) -> Any:
        """Corporation tax of the period that the credit, and notional tax of earlier ones, discharge."""
        return self.notional_tax_used + self.set_off

    @property
    def tax_left(self) -> Any:
        """Corporation tax of the period that neither discharges."""
        return self.due - self.notional_tax_used - self.set_off

    @property
    def notional_tax_left(self) -> Any:
        """Notional tax for corporation tax of later periods."""
        return self.notional_tax_before - self.notional_tax_used + self.held_back
