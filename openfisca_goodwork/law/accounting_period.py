"""What the length of an accounting period does to every limit that is given for a year."""

from __future__ import annotations

from openfisca_goodwork import periods
from openfisca_goodwork.model import Variable


class length_factor(Variable):
    """Length of the accounting period against a year: 1 for twelve months, days ÷ 365 for another.

    Example: 1 January to 31 July 2026 is 212 ÷ 365 = 0.5808.
    """

    unit = "/1"
    label = "Length of the accounting period"
    reference = "CTA 2010 s.18D(4); CAA 2001 ss.51A(6), 56(3)"

    def formula(company, period):
        return periods.length_factor(company, period)
