"""Profits before the computation of this package, and reliefs that come from outside it."""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable


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
