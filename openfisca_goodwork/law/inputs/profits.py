"""Profits before the computation of this package, and reliefs that come from outside it."""

from __future__ import annotations

from openfisca_goodwork.law.model import SHARE, Variable


class trading_profit_before_capital_allowances(Variable):
    """Tax-adjusted trading profit before capital allowances and the proposed relief, training already deducted (£).

    So is spending on research and development, but no credit for it is in it. Negative for a loss.
    """

    label = "Trading profit before capital allowances"
    reference = "CTA 2009 s.46"


class property_profits(Variable, minimum=0):
    """Profits of a UK property business (£)."""

    label = "Property profits"
    reference = "CTA 2009 s.209"
    box = "190"


class non_trading_loan_relationship_profits(Variable, minimum=0):
    """Non-trading profits on loan relationships: mostly interest received (£)."""

    label = "Non-trading profits on loan relationships"
    reference = "CTA 2009 s.299"
    box = "170"


class chargeable_gains(Variable, minimum=0):
    """Chargeable gains less allowable losses (£)."""

    label = "Chargeable gains"
    reference = "TCGA 1992 s.1"
    box = "part of 220"


class other_income(Variable, minimum=0):
    """Any other income within the charge (£)."""

    label = "Other income"
    reference = "CTA 2009 s.979"
    box = "205"


class exempt_distributions(Variable, kept=True, minimum=0):
    """Exempt distributions received, those from 51% subsidiaries and fellow group members left out (£).

    They count towards augmented profits and are not taxed. Of distributions before 6 April 2016 give the franked investment
    income: what was received and its tax credit, a ninth of that.
    """

    label = "Exempt distributions received"
    reference = "CTA 2010 s.18L; before April 2016 ss.32, 1126"
    box = "620"


class qualifying_charitable_donations(Variable, minimum=0):
    """Qualifying charitable donations paid (£)."""

    label = "Qualifying charitable donations"
    reference = "CTA 2010 s.189"


class group_relief_available(Variable, minimum=0):
    """Losses that other group members could surrender to this company for the accounting period (£)."""

    label = "Group relief available"
    reference = "CTA 2010 s.130"


class group_relief_claim(Variable, minimum=0):
    """Most group relief that the company claims (£); all that is available and useful where it is not given."""

    default_value = float("inf")
    label = "Group relief claimed, at most"
    reference = "CTA 2010 ss.130, 137(2)(b)"


class group_relief_for_carried_forward_losses_available(Variable, minimum=0):
    """Losses brought forward that other group members could surrender to this company for the accounting period (£)."""

    label = "Group relief for carried-forward losses, available"
    reference = "CTA 2010 s.188CB"


class trading_losses_surrendered_to_group(Variable, minimum=0):
    """Part of this period's trade loss that the company gives to other members of its group (£).

    The loss may be given whether or not the company has other profits of its own to set it against.
    """

    label = "Trade loss surrendered to the group"
    reference = "CTA 2010 ss.97, 99(1)(a)"


class carried_forward_losses_surrendered_to_group(Variable, minimum=0):
    """Trading losses brought into this period that the company gives to other members of its group (£).

    Losses of periods begun from 1 April 2017, so far as the company's own profits could not use them.
    """

    label = "Losses brought forward, surrendered to the group"
    reference = "CTA 2010 ss.188BB, 188BE"


# --- research and development: spending that qualifies for relief, which relief is open, and what caps its payment (£)


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
