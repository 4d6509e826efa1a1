"""Research and development: spending that qualifies for relief, which relief is open, and what caps its payment (£)."""

from __future__ import annotations

from openfisca_goodwork.law.model import SHARE, Variable


class research_and_development_expenditure(Variable, dated=True, minimum=0):
    """Qualifying expenditure on research and development, deducted in full from the trading profit given (£).

    After 65% of payments to contractors that are not connected, and without what others subsidised under the old schemes.
    """

    label = "Research and development expenditure"
    reference = "CTA 2009 ss.1042D to 1042F, 1051 to 1053A; before April 2024 also s.104A"
    box = "659 or L10"


class is_small_or_medium_sized_enterprise(Variable):
    """Whether it is a small or medium-sized enterprise as research and development relief defines it, group included.

    Fewer than 500 staff, and a turnover of at most €100m or a balance sheet total of at most €86m. One that gives its
    employees, or is said to be R&D-intensive, need not say so.
    """

    value_type = bool
    label = "Small or medium-sized enterprise, for research and development"
    reference = "CTA 2009 ss.1119, 1120"


class is_research_intensive(Variable):
    """Whether the company, with those connected with it, meets the R&D intensity condition in the accounting period."""

    value_type = bool
    label = "R&D-intensive"
    reference = "CTA 2009 s.1045ZA"


class total_relevant_expenditure(Variable, minimum=0):
    """Expenditure of the period's profit and loss account against which R&D intensity is measured (£).

    For a company without connected companies; another says whether it is R&D-intensive. 0 where it is not told.
    """

    label = "Total relevant expenditure"
    reference = "CTA 2009 s.1045ZA(5), (6)"


class claims_research_and_development_expenditure_credit(Variable):
    """Whether an enterprise that may have the additional deduction claims the expenditure credit instead.

    An R&D-intensive one chooses; under the old schemes, for spending that was subsidised or contracted out to it.
    """

    value_type = bool
    label = "Claims the expenditure credit instead of the additional deduction"
    reference = "CTA 2009 s.1040; before April 2024 ss.104A(3), 104B"


class claims_research_and_development_tax_credit(Variable):
    """Whether a loss-making enterprise surrenders what it can of its loss for the R&D tax credit, or carries it forward."""

    value_type = bool
    default_value = True
    label = "Claims the R&D tax credit"
    reference = "CTA 2009 s.1054(2)"


class research_and_development_staff_share(Variable, kept=True, minimum=0, maximum=1):
    """Share of the PAYE and NIC liabilities that is for staff engaged in research and development, 0 to 1.

    It caps the payable expenditure credit of periods that began before April 2024.
    """

    unit = SHARE
    default_value = 1.0
    label = "Share of PAYE and NIC for staff in research and development"
    reference = "CTA 2009 s.104P"


class is_exempt_from_paye_and_nic_cap(Variable, kept=True):
    """Whether no cap applies: its staff create or manage intellectual property, and at most 15% goes to connected persons.

    Of the caps begun in April 2021 and April 2024.
    """

    value_type = bool
    label = "Exempt from the PAYE and NIC cap"
    reference = "CTA 2009 s.1112E; before April 2024 s.1058D"
    box = "L71 or L167"
