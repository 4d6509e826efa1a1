"""The steps of what is proposed beside the deduction for training: good work, plant matched with training, credit, cash."""

from __future__ import annotations

from openfisca_goodwork.company.working.rows import Row
from openfisca_goodwork.law.human_investment import HEADS, inclusion_path

_GOOD_WORK, _MATCH, _RELIEF = "Good work", "Plant that goes with training (illustration)", "Training"
_SURRENDER, _CREDIT = "Loss given up for the human-investment credit", "Human-investment credit"
_CLAUSE, _LOSSES, _PAYABLE = "human_investment", "human_investment.losses", "human_investment.payable"
FORM = (f"{_CLAUSE}.form", f"{_CLAUSE}.credit_rate")
_COUNTED = tuple(map(inclusion_path, HEADS))
CASH = (f"{_CLAUSE}.cash_option.rate", f"{_CLAUSE}.cash_option.spend_limit")
TREATMENT = f"{_LOSSES}.treatment"
_TRAINING_CREDIT = "human_investment_training_credit"
_BY_HEAD = tuple(f"{_TRAINING_CREDIT}_{head}" for head in HEADS)
_EARNED, _BEFORE = "human_investment_credit", "human_investment_credit_brought_forward"
_HELD_BEFORE, _HELD_USED = "human_investment_notional_tax_brought_forward", "human_investment_notional_tax_used"
_HELD, _SET_OFF = "human_investment_notional_tax", "human_investment_credit_set_off"
_CAP, _FORWARD = "human_investment_credit_cap", "human_investment_credit_carried_forward"
_GIVEN_UP, _LOSS_CREDIT = "human_investment_loss_surrendered", "human_investment_loss_credit"
_AFTER_RESEARCH = ("corporation_tax", "notional_tax_deduction_used", "research_and_development_credit_set_off")

# After the allowances on plant.
AFTER_PLANT = (
    Row(_MATCH, "training_matched_with_plant", "Every head of cost; 0 where no law asks for training.", HEADS),
    Row(
        _MATCH,
        "plant_matched_with_training",
        "Plant with the annual investment allowance or a first-year allowance while the match is in force: at most training "
        "of the period and of so many before it ÷ the training asked for each £1, less such plant of those before it.",
        ("training_matched_with_plant", "annual_investment_allowance"),
        tuple(f"capital_allowances.training_match.{name}" for name in ("enabled", "training_per_pound_of_plant", "years")),
    ),
)
# Before the deduction for training.
BEFORE_DEDUCTION = (
    Row(
        _GOOD_WORK,
        "meets_good_work_conditions",
        "All of the conditions asked for are met, or any of them where that is enough; where none is, so does everybody.",
        (
            "share_paid_below_real_living_wage",
            "share_on_zero_hours_contracts",
            "has_fair_work_pledge",
            "publishes_training_plan",
            "has_employee_voice",
        ),
        (
            *(
                f"good_work.conditions.{name}"
                for name in (
                    "maximum_share_below_living_wage",
                    "maximum_share_zero_hours",
                    "fair_work_pledge",
                    "training_plan",
                    "employee_voice",
                )
            ),
            "good_work.combination",
        ),
    ),
    Row(
        _GOOD_WORK,
        "public_contract_revenue_reserved",
        "Revenue × the share reserved, where the largest contract is of the size covered.",
        ("public_contract_revenue", "largest_public_contract"),
        ("good_work.procurement.minimum_contract", "good_work.procurement.share_reserved"),
    ),
    Row(
        _GOOD_WORK,
        "public_contract_revenue_at_risk",
        "What is reserved, of a company that does not meet the conditions.",
        ("public_contract_revenue_reserved", "meets_good_work_conditions"),
    ),
)


def _credit_of(head: str) -> Row:
    words = f"Qualifying spending on {head.replace('_', ' ')} × the credit rate on its day, where the relief is a credit."
    inputs = ("qualifying_training_expenditure", head, "claims_human_investment_relief")
    return Row(_RELIEF, f"{_TRAINING_CREDIT}_{head}", words, inputs, (*FORM, inclusion_path(head)))


# After it.
AFTER_DEDUCTION = (
    Row(
        _RELIEF,
        "human_investment_cash_option",
        "Of the first pounds of qualifying training, × the rate, where that is more than the tax their deduction would save "
        "in the period; else nothing.",
        (
            "qualifying_training_expenditure",
            "human_investment_deduction",
            "trading_profit_before_capital_allowances",
            "capital_allowances",
            "balancing_charges",
            "qualifying_charitable_donations",
            "group_relief_available",
            "loss_absorbed_by_group_share",
            "trading_losses_brought_forward",
            "trading_losses_brought_forward_pre_april_2017",
            "length_factor",
        ),
        (*CASH, *_COUNTED),
    ),
    *map(_credit_of, HEADS),
    Row(_RELIEF, _TRAINING_CREDIT, "The sum over the heads.", _BY_HEAD),
    Row(
        _RELIEF,
        "human_investment_credit_as_income",
        "The credit, where the law taxes it.",
        (_TRAINING_CREDIT,),
        (f"{_CLAUSE}.credit_taxable",),
    ),
)
# After the tax credit for research and development, before losses carried forward.
ON_LOSS = (
    Row(
        _SURRENDER,
        _CAP,
        "Fixed amount × length + multiple × PAYE and NIC, at most the maximum × length; 0 where the law has no credit.",
        ("paye_and_nic", "length_factor"),
        tuple(f"{_PAYABLE}.{name}" for name in ("cap_fixed", "cap_multiple_of_paye_and_nic", "maximum")),
    ),
    Row(
        _SURRENDER,
        _GIVEN_UP,
        "The deduction, with the training itself where it counts, up to the loss that nothing else has relieved, and as far "
        "as the credit for it, less what is held back, can be paid within what the cap leaves.",
        (
            "human_investment_deduction",
            "qualifying_training_expenditure",
            "unrelieved_trade_loss",
            "trade_loss_surrendered_for_tax_credit",
            _CAP,
            _TRAINING_CREDIT,
            _BEFORE,
        ),
        (
            TREATMENT,
            *(f"{_LOSSES}.{name}" for name in ("surrender_rate", "surrender_includes_base")),
            f"{_PAYABLE}.notional_tax_rate",
        ),
    ),
    Row(_SURRENDER, _LOSS_CREDIT, "Loss given up × the rate.", (_GIVEN_UP,), (f"{_LOSSES}.surrender_rate",)),
    Row(_SURRENDER, _EARNED, "Credit for training + credit for a loss.", (_TRAINING_CREDIT, _LOSS_CREDIT)),
)
# After the R&D credit.
AFTER_TAX = (
    Row(
        _CREDIT,
        _HELD_USED,
        "The smaller of notional tax brought forward and the tax that the R&D credit and its notional tax leave.",
        (_HELD_BEFORE, *_AFTER_RESEARCH),
    ),
    Row(
        _CREDIT,
        _SET_OFF,
        "The smaller of credit, with what was brought forward, and the tax that is left.",
        (_EARNED, _BEFORE, _HELD_USED, *_AFTER_RESEARCH),
    ),
    Row(
        _CREDIT,
        _HELD,
        "Credit of the period × the notional tax rate − set off, not below 0.",
        (_EARNED, _SET_OFF),
        (f"{_PAYABLE}.notional_tax_rate",),
    ),
    Row(
        _CREDIT,
        "human_investment_notional_tax_carried_forward",
        "Brought forward − used + held back.",
        (_HELD_BEFORE, _HELD_USED, _HELD),
    ),
    Row(
        _CREDIT,
        _FORWARD,
        "Credit with what was brought forward − set off − held back − cap, not below 0.",
        (_BEFORE, _EARNED, _SET_OFF, _HELD, _CAP),
    ),
    Row(
        _CREDIT,
        "human_investment_credit_paid",
        "Credit with what was brought forward − set off − held back − carried forward.",
        (_BEFORE, _EARNED, _SET_OFF, _HELD, _FORWARD),
    ),
)
