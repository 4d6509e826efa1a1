"""The accounting period itself, and where the company begins and ends."""

from __future__ import annotations

from datetime import date

from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit

from openfisca_goodwork.law.model import Variable


class accounting_period_start(Variable):
    """First day of the accounting period; 1 January of the label where none is given. Dates of law come from here only."""

    value_type = date
    label = "First day of the accounting period"
    reference = "CTA 2009 s.9"
    box = "30"


class accounting_period_end(Variable):
    """Last day of the accounting period; 31 December of the label where none is given."""

    value_type = date
    label = "Last day of the accounting period"
    reference = "CTA 2009 s.10"
    box = "35"


class first_accounting_period(Variable):
    """Label of the company's first accounting period: opening balances stand there and nowhere else.

    Where it is not given, the earliest label with any input.
    """

    value_type = int
    definition_period = DateUnit.ETERNITY
    label = "Label of the first accounting period"
    reference = "CTA 2009 s.9"


class is_final_accounting_period(Variable, kept=True):
    """Whether the trade ceases at the end of this period: no first-year or annual allowance, pools closed, losses ended.

    Later periods may have rents, interest and gains, and nothing of a trade: a trading result there is refused.
    """

    value_type = bool
    label = "The trade ceases in this accounting period"
    reference = "CAA 2001 ss.38B, 46(2), 65(1); CTA 2010 ss.45(4)(a), 45A(1)"


class Apportionment(Enum):
    """How a limit for a year is cut to part of one: by days, or by months as many published examples do."""

    days = "By days"
    months = "By months"


class apportionment(Variable):
    """Whether limits are cut, and allowances of a short period, by days or by months, as many published examples do.

    Where statute counts days, they are counted either way: rates across a change, hybrid rates, the taper of the
    super-deduction, profits of a period that straddles a change of limits.
    """

    value_type = Enum
    possible_values = Apportionment
    default_value = Apportionment.days
    label = "Apportionment by days or by months"
    reference = "CTA 2009 s.8(5); HMRC CTM03930"
