"""The steps from the relief for training to taxable total profits: profit or loss, reliefs of the period, losses."""

from __future__ import annotations

from openfisca_goodwork.company.working import proposals, research, training
from openfisca_goodwork.company.working.rows import PERIOD, Row
from openfisca_goodwork.law.earlier_periods import variable_name
from openfisca_goodwork.law.periods import PERIODS_BACK

_PROFIT, _RELIEFS, _LOSSES = "Profit or loss of the trade", "Reliefs of the period", "Losses"
_BACK, _FORWARD = "Losses carried back", "Losses carried forward"
_BACK_BY_PERIOD = tuple(variable_name(back) for back in range(1, PERIODS_BACK + 1))
_BACK_FROM = (
    "trade_loss_available_for_carry_back",
    "claims_loss_carry_back",
    "extended_carry_back_cap_share",
    "is_final_accounting_period",
    *PERIOD,
)
_BACK_MONTHS = ("losses.carry_back_months", "losses.terminal_carry_back_months", "losses.terminal_loss_last_months")
_BACK_AT_END = ("losses.extended_carry_back_months", "losses.extended_carry_back_cap")
_SET_OFF = "trade_loss_set_against_total_profits"
_OLDER = "trading_losses_used_pre_april_2017"
_AT_FIRST = "trading_losses_used_before_other_reliefs"
_OLDER_BEFORE = "trading_losses_brought_forward_pre_april_2017"
_AGAINST_TOTAL = ("losses.carried_forward_against_total_profits",)
_NEW_LOSS = "trade_loss_to_carry_forward"
_FINAL = "is_final_accounting_period"
_REFORMED_LOSSES = ("losses.deductions_allowance", "losses.restriction_rate", "losses.terminal_relief_months")
_LENGTHS = ("length_factor", "deductions_allowance_share", _FINAL)


def _carried_back(place: int, variable: str) -> Row:
    """The step of the loss carried back to one earlier period: the latest is reached first."""
    words = (
        "Loss that later periods leave, up to what is left of this earlier period's profits and, where only part of it is "
        "within the months allowed, that share of its total profits; when the trade ceases, terminal losses of earlier "
        "periods as well."
    )
    return Row(_BACK, variable, words, (*_BACK_FROM, *_BACK_BY_PERIOD[:place]), _BACK_MONTHS, _BACK_AT_END)


ROWS = (
    *training.ROWS,
    Row(
        _PROFIT,
        "trading_result_before_research_and_development",
        "Trading profit − capital allowances + balancing charges − human-investment deduction + clawback.",
        (
            "trading_profit_before_capital_allowances",
            "capital_allowances",
            "balancing_charges",
            "human_investment_deduction",
            "human_investment_clawback",
        ),
    ),
    *research.IN_RESULT,
    Row(
        _PROFIT,
        "adjusted_trading_result",
        "The result so far + human-investment credit as income + R&D expenditure credit − R&D additional deduction.",
        (
            "trading_result_before_research_and_development",
            "human_investment_credit_as_income",
            "research_and_development_expenditure_credit",
            "research_and_development_additional_deduction",
        ),
    ),
    Row(_PROFIT, "trade_profit", "The trading result, where it is above 0.", ("adjusted_trading_result",)),
    Row(_PROFIT, "trade_loss", "The trading result, where it is below 0, without its sign.", ("adjusted_trading_result",)),
    Row(
        _PROFIT,
        "other_profits",
        "Property profits + loan relationship profits + chargeable gains, those on buildings included, + other income.",
        (
            "property_profits",
            "non_trading_loan_relationship_profits",
            "chargeable_gains",
            "structures_and_buildings_gain",
            "other_income",
        ),
    ),
    Row(_PROFIT, "total_profits", "Trade profit + other profits.", ("trade_profit", "other_profits")),
    Row(_RELIEFS, _SET_OFF, "The smaller of trade loss and total profits.", ("trade_loss", "total_profits")),
    Row(
        _RELIEFS,
        _AT_FIRST,
        "Losses of before 1 April 2017, so far as the share of the trade's profit that falls before that day reaches.",
        (_OLDER_BEFORE, "trade_profit", *PERIOD),
        _AGAINST_TOTAL,
    ),
    Row(
        _RELIEFS,
        "charitable_donations_relief",
        "Donations, so far as total profits − trade loss set off − losses used before other reliefs leave room.",
        ("qualifying_charitable_donations", "total_profits", _SET_OFF, _AT_FIRST),
    ),
    Row(
        _RELIEFS,
        "group_relief",
        "Group relief available, so far as total profits − trade loss set off − losses used before other reliefs − "
        "donations leave room.",
        ("group_relief_available", "total_profits", _SET_OFF, _AT_FIRST, "charitable_donations_relief"),
    ),
    Row(
        _RELIEFS,
        "group_relief_surrendered",
        "(Trade loss − trade loss set off, and where the law keeps it from the group what the human-investment deduction "
        "made of it) × the share that the rest of the group absorbs.",
        ("trade_loss", _SET_OFF, "human_investment_deduction", "loss_absorbed_by_group_share"),
        ("human_investment.losses.allow_group_relief",),
    ),
    Row(
        _RELIEFS,
        "qualifying_profits",
        "Total profits − trade loss set off − losses used before other reliefs − donations − group relief.",
        ("total_profits", _SET_OFF, _AT_FIRST, "charitable_donations_relief", "group_relief"),
    ),
    Row(
        _LOSSES,
        "loss_restriction_maximum",
        "Deductions allowance × length of the period × share of the group's allowance, plus the restricted share of "
        "qualifying profits above that, of a period across 1 April 2017 by the figures and the length of its part since; no "
        "restriction where the allowance has no limit, nor when the trade ceases.",
        ("qualifying_profits", *_LENGTHS, *PERIOD),
        (*_REFORMED_LOSSES, *_AGAINST_TOTAL),
    ),
    Row(
        _LOSSES,
        _OLDER,
        "Those used before other reliefs, plus losses of periods begun before 1 April 2017 against what is left of the "
        "profit of the trade, within the same maximum worked out on that profit.",
        (_OLDER_BEFORE, _AT_FIRST, "trade_profit", "qualifying_profits", *_LENGTHS, *PERIOD),
        (*_REFORMED_LOSSES, *_AGAINST_TOTAL),
    ),
    Row(
        _LOSSES,
        "trading_losses_used",
        "The older losses used, plus later ones so far as the maximum and qualifying profits leave room.",
        ("trading_losses_brought_forward", _OLDER, _AT_FIRST, "loss_restriction_maximum", "qualifying_profits", *PERIOD),
        _AGAINST_TOTAL,
    ),
    Row(
        _BACK,
        "trade_loss_available_for_carry_back",
        "Trade loss − trade loss set off − group relief surrendered, and where the law keeps it from earlier periods what "
        "is left of the human-investment deduction, where the company claims to carry it back.",
        ("trade_loss", _SET_OFF, "group_relief_surrendered", "human_investment_deduction", "claims_loss_carry_back"),
        ("human_investment.losses.allow_carry_back",),
    ),
    *(_carried_back(place, variable) for place, variable in enumerate(_BACK_BY_PERIOD)),
    Row(_BACK, "loss_carried_back", "The sum over the earlier periods.", _BACK_BY_PERIOD),
    Row(
        _BACK,
        "loss_carried_back_under_extension",
        "What of it only the temporary extension let through: up to the share of the group's cap, less what earlier periods "
        "that end in the same window used of it.",
        _BACK_FROM,
        _BACK_MONTHS,
        _BACK_AT_END,
    ),
    Row(
        _BACK,
        "terminal_losses_of_earlier_periods",
        "What of it was lost in earlier periods: when the trade ceases, the share of each that lies in the last months × "
        "its loss, so far as it was still carried forward and may be carried back, on the months before it.",
        _BACK_FROM,
        _BACK_MONTHS,
    ),
    Row(
        _BACK,
        "losses_relieved_at_the_end_of_the_trade",
        "When the trade ceases, losses carried forward and not used in its last period, on what is left taxed of earlier "
        "periods since they were made, the latest first: of one partly within the months up to the end, that share of its "
        "total profits, and for losses of periods begun before 1 April 2017 of the profits of its trade.",
        (*_BACK_FROM[1:], "trading_losses_brought_forward", _OLDER_BEFORE, "trading_losses_used", _OLDER),
        ("losses.terminal_relief_months", *_AGAINST_TOTAL),
    ),
    *research.ON_LOSS,
    *proposals.ON_LOSS,
    Row(
        _FORWARD,
        _NEW_LOSS,
        "Unrelieved trade loss − loss surrendered for the R&D tax credit and for the human-investment credit.",
        ("unrelieved_trade_loss", "trade_loss_surrendered_for_tax_credit", "human_investment_loss_surrendered"),
    ),
    Row(
        _FORWARD,
        "human_investment_loss_kept_from_carry_back",
        "Where the law keeps it from earlier periods, what is left of the human-investment deduction, less what is given up "
        "for the credit: the end of the trade does not carry it back either.",
        ("human_investment_deduction", _SET_OFF, "group_relief_surrendered", "human_investment_loss_surrendered", _NEW_LOSS),
        ("human_investment.losses.allow_carry_back", "human_investment.losses.allow_group_relief"),
    ),
    Row(
        _FORWARD,
        "trading_losses_carried_forward",
        "Brought forward + the share of the period from 1 April 2017 × its trade loss to carry forward − later losses used; "
        "nothing after the final period.",
        ("trading_losses_brought_forward", _NEW_LOSS, "trading_losses_used", _OLDER, _FINAL, *PERIOD),
        _AGAINST_TOTAL,
    ),
    Row(
        _FORWARD,
        "trading_losses_carried_forward_pre_april_2017",
        "Brought forward + the share of the period before 1 April 2017 × its trade loss to carry forward − older losses "
        "used; nothing after the final period.",
        (_OLDER_BEFORE, _NEW_LOSS, _OLDER, _FINAL, *PERIOD),
        _AGAINST_TOTAL,
    ),
    Row(
        "Taxable profits",
        "taxable_total_profits",
        "Qualifying profits − trading losses used, but for those used before other reliefs, which are off already.",
        ("qualifying_profits", "trading_losses_used", _AT_FIRST),
    ),
)
