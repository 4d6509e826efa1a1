"""Structures and buildings: qualifying cost, and what a sale brings (£)."""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable


class structures_and_buildings_expenditure(Variable, dated=True, minimum=0):
    """Qualifying cost of structures and buildings whose allowance begins in the accounting period (£).

    Dated by the later of the day the cost was incurred and the day the building was first used.
    """

    label = "Structures and buildings expenditure"
    reference = "CAA 2001 s.270AA"


class structures_and_buildings_disposals(Variable, dated=True, minimum=0):
    """Qualifying cost of structures and buildings sold or demolished, on the day the interest in them ended (£)."""

    label = "Structures and buildings disposals, at cost"
    reference = "CAA 2001 ss.270AA(2), 270DA"


class structures_and_buildings_disposal_proceeds(Variable, minimum=0):
    """Proceeds of structures and buildings sold, land left out (£); market value where they were given away."""

    label = "Proceeds of structures and buildings sold"
    reference = "TCGA 1992 ss.17, 37B"


class structures_and_buildings_allowances_given_on_disposals(Variable, minimum=0):
    """Structures and buildings allowance given, up to the sale, on what was sold (£)."""

    label = "Allowances given on structures and buildings sold"
    reference = "TCGA 1992 s.37B"
    rule = (
        "Cost × each day's rate ÷ the days of the year, for every day of use before the sale, as if claimed in full. Before "
        "the first accounting period told of, periods are taken to be years."
    )
