"""What the limits, the fraction and the rates of marginal relief must satisfy (CTA 2010 ss.18A, 18B, 18D).

Relief of fraction × (upper limit − profits) is nothing at the upper limit, and is to join the small profits rate to the main
rate at the lower limit: fraction = (main rate − small profits rate) × lower limit ÷ (upper limit − lower limit).
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import POUNDS, SHARE, Vocabulary, in_force, in_words, plain
from openfisca_goodwork.system import DatedValue

MAIN_RATE, SMALL_PROFITS_RATE = "corporation_tax.main_rate", "corporation_tax.small_profits_rate"
RELIEF = "corporation_tax.marginal_relief"
FRACTION, LOWER, UPPER = (f"{RELIEF}.{name}" for name in ("fraction", "lower_limit", "upper_limit"))
PATHS = (FRACTION, LOWER, UPPER, MAIN_RATE, SMALL_PROFITS_RATE)
# Of an amount of tax: less than this is what rounding leaves.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Charge:
    """The charge from a day on: fraction, limits (£) and rates, and what they make of a company at the lower limit."""

    day: datetime.date
    fraction: float
    lower: float
    upper: float
    main: float
    small: float

    @property
    def relief(self) -> float:
        """Marginal relief just above the lower limit (£)."""
        return self.fraction * (self.upper - self.lower)

    @property
    def tax(self) -> float:
        """Tax just above the lower limit, before marginal relief (£)."""
        return self.main * self.lower

    @property
    def jump(self) -> float:
        """By how much the tax rises where profits pass the lower limit (£); 0 where the two rates join."""
        jump = self.tax - self.relief - self.small * self.lower
        return 0.0 if abs(jump) <= _ROUNDING * max(self.tax, self.relief) else jump

    @property
    def too_much(self) -> str:
        """What to say of relief that is more than the tax; empty where it is not."""
        if self.relief <= self.tax * (1 + _ROUNDING):
            return ""
        relief = f"{plain(self.fraction)} × {_pounds(self.upper - self.lower)} = {_pounds(self.relief)}"
        return (
            f"From {day_in_words(self.day)} marginal relief would be more than the tax that it reduces (CTA 2010 s.18B). At "
            f"the lower limit ({_pounds(self.lower)}) the fraction × what is left to the upper limit is {relief}; tax at "
            f"{in_words(self.main, SHARE)} is {_pounds(self.tax)}. {self._mend}"
        )

    @property
    def unjoined(self) -> str:
        """What to say of tax that jumps at the lower limit; empty where it does not, or the rates are out of order."""
        if not self.jump or self.small > self.main:
            return ""
        moves = f"{'rises' if self.jump > 0 else 'falls'} by {_pounds(abs(self.jump))}"
        return (
            f"From {day_in_words(self.day)} the tax of a company {moves} where its profits pass the lower limit "
            f"({_pounds(self.lower)}): marginal relief does not join the two rates. {self._mend}"
        )

    @property
    def _mend(self) -> str:
        if self.upper <= self.lower:
            return "Set an upper limit above the lower one."
        joining = max(self.main - self.small, 0) * self.lower / (self.upper - self.lower)
        return (
            "The fraction that joins the two rates is (main rate − small profits rate) × lower limit ÷ (upper limit − lower "
            f"limit): set {FRACTION} to {joining:.6g}."
        )


def charges(values: Mapping[str, Sequence[DatedValue]], law: Vocabulary, since: datetime.date) -> Iterator[Charge]:
    """The charge from each day on which any of its figures changes, and from the first day looked at.

    `values` are dated values of paths that somebody changes; all others are those of `law`, which may hold none of them.
    """
    if any(path not in law for path in PATHS):
        return
    dated = [values.get(path, law[path].values) for path in PATHS]
    for day in sorted({since, *(value.date for each in dated for value in each if value.date > since)}):
        current = [in_force(each, day) for each in dated]
        figures = [float(value.value) for value in current if value is not None]
        if len(figures) == len(PATHS) and all(map(math.isfinite, figures)):
            yield Charge(day, *figures)


def _pounds(amount: float) -> str:
    return in_words(round(amount, 2), POUNDS)
