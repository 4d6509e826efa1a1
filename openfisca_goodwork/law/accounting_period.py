"""What the length of an accounting period does to limits given for a year, and what cannot follow the end of a trade."""

from __future__ import annotations

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law import periods
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies

_FINAL = "is_final_accounting_period"


class length_factor(Variable):
    """Length of the accounting period against a year: 1 for twelve months, days ÷ 365 for another.

    Example: 1 January to 31 July 2026 is 212 ÷ 365 = 0.5808.
    """

    unit = "/1"
    label = "Length of the accounting period"
    reference = "CTA 2010 s.18D(4); CAA 2001 ss.51A(6), 56(3)"
    rule = "1 for twelve months, leap year or not; otherwise days ÷ 365, or months ÷ 12 where apportioned by months."

    def formula(company, period):
        return periods.length_factor(company, period)


def refuse_after_the_end(company: Companies, period: Period, result: np.ndarray) -> None:
    """Refuse a trading result after the period in which the trade ceased.

    Args:
        result: of the trade, with all that comes into it (£, one per company).

    Raises:
        RefusedInputError: where a company has one. What the trade had, its losses, pools and buildings, has ended.
    """
    if _FINAL not in company.notes.told:
        return
    label = period.start.year
    for final in sorted(year for name, year in company.notes.inputs if name == _FINAL and year < label):
        ceased = periods.of_earlier_period(company, period, _FINAL, label - final).astype(bool)
        if (ceased & (result != 0)).any():
            raise periods.RefusedInputError(
                f"{_FINAL} says that the trade ceased in {final}, but {label} has a trading profit, a loss, or spending of "
                f"a trade. Nothing of a trade follows its end: take {_FINAL} from {final}, or give what is traded later as "
                "a company of its own."
            )
