"""From trading profit to total profits, and the reliefs of the same period (CTA 2010 ss.4, 37, 137, 189)."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law import group_relief as group
from openfisca_goodwork.law.accounting_period import refuse_after_the_end
from openfisca_goodwork.law.human_investment.losses import loss_kept_from_group
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import is_nothing, positive


class trading_result_before_research_and_development(Variable):
    """Trading result after capital allowances, balancing charges and the proposed relief; negative for a loss (£)."""

    label = "Trading result before relief for research and development"
    reference = "CAA 2001 s.247; CTA 2009 s.1044 (the model for the proposed relief)"
    rule = "Trading profit − capital allowances + balancing charges − human-investment deduction + clawback."

    def formula(company, period):
        return (
            company("trading_profit_before_capital_allowances", period)
            - company("capital_allowances", period)
            + company("balancing_charges", period)
            - company("human_investment_deduction", period)
            + company("human_investment_clawback", period)
        )


class adjusted_trading_result(Variable):
    """Trading result after allowances, the proposed relief and relief for research and development (£).

    Negative for a loss. An expenditure credit is a receipt of the trade, an additional deduction comes off.
    Example: £300,000 and a credit of £20,000 give £320,000.
    """

    label = "Trading result after allowances"
    reference = "CAA 2001 s.247; CTA 2009 ss.1042H, 1044"
    rule = "The result so far + human-investment credit as income + R&D expenditure credit − R&D additional deduction."

    def formula(company, period):
        return (
            company("trading_result_before_research_and_development", period)
            + company("human_investment_credit_as_income", period)
            + company("research_and_development_expenditure_credit", period)
            - company("research_and_development_additional_deduction", period)
        )


def _result_of_the_trade(company, period):
    """The trading result, refused in periods after the one in which the trade ceased (£)."""
    result = company("adjusted_trading_result", period)
    refuse_after_the_end(company, period, result)
    return result


class trade_profit(Variable, kept=True):
    """Profit of the trade; 0 where there is a loss (£)."""

    label = "Trade profit"
    reference = "CTA 2009 s.35"
    box = "155"
    rule = "The trading result, where it is above 0."

    def formula(company, period):
        return positive(_result_of_the_trade(company, period))


class trade_loss(Variable, kept=True):
    """Loss of the trade, as a positive amount; 0 where there is a profit (£)."""

    label = "Trade loss"
    reference = "CTA 2009 s.47"
    box = "780"
    rule = "The trading result, where it is below 0, without its sign."

    def formula(company, period):
        return positive(-_result_of_the_trade(company, period))


class other_profits(Variable):
    """Property, interest, gains and other income: everything but the trade (£)."""

    label = "Profits other than of the trade"
    reference = "CTA 2009 s.2; TCGA 1992 s.1"
    box = "170 + 190 + 205 + 220"
    rule = "Property profits + loan relationship profits + chargeable gains, those on buildings included, + other income."

    def formula(company, period):
        return (
            company("property_profits", period)
            + company("non_trading_loan_relationship_profits", period)
            + company("chargeable_gains", period)
            + company("structures_and_buildings_gain", period)
            + company("other_income", period)
        )


class total_profits(Variable, kept=True):
    """Total profits before any loss or relief (£)."""

    label = "Total profits"
    reference = "CTA 2010 s.4(3)"
    box = "160 + 235"
    rule = "Trade profit + other profits."

    def formula(company, period):
        return company("trade_profit", period) + company("other_profits", period)


class claims_loss_relief_against_total_profits(Variable):
    """Whether the company claims its trade loss against profits of the same period: for all that they take, or not at all.

    Without that claim nothing is carried back either.
    """

    value_type = bool
    default_value = True
    label = "Claims its loss against profits of the period"
    reference = "CTA 2010 s.37(2), (3)(a)"


class trade_loss_set_against_total_profits(Variable):
    """Trade loss used against the other profits of the same period (£)."""

    label = "Trade loss set against profits of the same period"
    reference = "CTA 2010 s.37(2), (3)(a)"
    box = "part of 275"
    rule = "The smaller of total profits and trade loss − trade loss surrendered to the group, where the company claims it."

    def formula(company, period):
        could_be = loss_that_could_be_set_against_total_profits(company, period)
        return could_be * company("claims_loss_relief_against_total_profits", period)


def loss_that_could_be_set_against_total_profits(company, period):
    """Trade loss that a claim sets against profits of the same period: all that they have room for (£)."""
    kept = company("trade_loss", period) - group.trade_loss_given(company, period)
    return np.minimum(kept, company("total_profits", period))


def _before_donations(company, period):
    """Total profits less the period's own trade loss, and less older losses where those come first (£)."""
    return (
        company("total_profits", period)
        - company("trade_loss_set_against_total_profits", period)
        - company("trading_losses_used_before_other_reliefs", period)
    )


class charitable_donations_relief(Variable, kept=True):
    """Qualifying charitable donations, so far as profits are left (£); the rest is lost."""

    label = "Charitable donations relief"
    reference = "CTA 2010 s.189"
    box = "305"
    rule = "Donations, so far as total profits − trade loss set off − losses used before other reliefs leave room."

    def formula(company, period):
        return np.minimum(company("qualifying_charitable_donations", period), _before_donations(company, period))


class available_total_profits(Variable):
    """Total profits that group relief may cover: what the company's own reliefs of the period leave (£)."""

    label = "Available total profits"
    reference = "CTA 2010 ss.137(4) to (6), 140(7); HMRC CTM80400"
    rule = (
        "Total profits − trade loss that could be set off, claimed or not − losses used before other reliefs − donations, "
        "not below 0."
    )

    def formula(company, period):
        left = _before_donations(company, period) - company("charitable_donations_relief", period)
        keeps_loss = ~company("claims_loss_relief_against_total_profits", period)
        if is_nothing(keeps_loss):
            return left
        return positive(left - keeps_loss * loss_that_could_be_set_against_total_profits(company, period))


class group_relief(Variable):
    """Group relief claimed: what is available, so far as profits are left after the company's own reliefs (£)."""

    label = "Group relief"
    reference = "CTA 2010 ss.130, 137, 138"
    box = "310"
    rule = "The least of group relief available, the claim, and available total profits."

    def formula(company, period):
        asked = np.minimum(company("group_relief_available", period), company("group_relief_claim", period))
        return np.minimum(asked, company("available_total_profits", period))


class group_relief_surrendered(Variable):
    """Part of the period's trade loss that the rest of the group uses (£)."""

    label = "Group relief surrendered"
    reference = "CTA 2010 s.99"
    box = "C45"
    rule = (
        "Trade loss surrendered to members that are named, + (what is left of it − trade loss set off, and where the law "
        "keeps it from the group what the human-investment deduction made of it) × the share that the rest absorbs."
    )

    def formula(company, period):
        given = group.trade_loss_given(company, period)
        left = company("trade_loss", period) - given - company("trade_loss_set_against_total_profits", period)
        left = left - loss_kept_from_group(company, period)
        return given + left * company("loss_absorbed_by_group_share", period)


class qualifying_profits(Variable):
    """Profits left after the reliefs of the same period, against which carried-forward losses may be set (£)."""

    label = "Qualifying profits"
    reference = "CTA 2010 s.269ZF"
    rule = "Total profits − trade loss set off − losses used before other reliefs − donations − group relief."

    def formula(company, period):
        donations = company("charitable_donations_relief", period)
        return _before_donations(company, period) - donations - company("group_relief", period)
