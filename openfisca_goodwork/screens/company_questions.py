"""What a company is asked, in order: dates first, then money, then structure; each answer in the law's own words."""

from __future__ import annotations

from typing import NamedTuple

from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, label_of
from openfisca_goodwork.law.human_investment import HEADS

START, END, PROFIT = "start", "end", "trading_profit_before_capital_allowances"
DAY_EXAMPLE, MONEY_EXAMPLE = "1 April 2027", "£1.25m"


class Field(NamedTuple):
    """One box to type in.

    Attributes:
        name: an input variable of the law, or a day. label: what stands over the box. hint: what it means, if that helps.
        example: an answer that is accepted. required: whether it may not be left empty.
    """

    name: str
    label: str
    hint: str = ""
    example: str = MONEY_EXAMPLE
    required: bool = False


class Question(NamedTuple):
    """One screen: what is asked, what belongs to the answer, the boxes, and what a button that changes it says."""

    title: str
    about: str
    fields: tuple[Field, ...]
    change: str


def _asked(name: str, hint: str = "", example: str = MONEY_EXAMPLE) -> Field:
    return Field(name, label_of(name), hint, example)


QUESTIONS = (
    Question(
        "When does the accounting period run?",
        "As on the corporation tax return, at most twelve months. The relief for training is proposed from 1 April 2027.",
        (
            Field(START, "First day", example=DAY_EXAMPLE, required=True),
            Field(END, "Last day", "Left empty, the period is twelve months.", "31 March 2028"),
        ),
        "Change the dates",
    ),
    Question(
        "What is the trading profit, or the loss?",
        "Adjusted for tax: what training cost is already taken off, capital allowances are not. A loss begins with a minus.",
        (Field(PROFIT, label_of(PROFIT), example=MONEY_EXAMPLE, required=True),),
        "Change the profit or loss",
    ),
    Question(
        "Are there associated companies, or dividends received?",
        "Both lower the limits of marginal relief. Leave empty what there is none of.",
        (
            _asked("associated_companies", "Companies under the same control; do not count your own.", "2"),
            _asked("exempt_distributions", "From companies outside the group."),
        ),
        "Change associated companies",
    ),
    Question(
        "What was spent on training?",
        "By head of cost, in this period, without VAT that is recovered. Leave empty what there is none of.",
        tuple(_asked(head, example="20k") for head in HEADS),
        "Change the training",
    ),
    Question(
        "Did anybody else pay for any of that training?",
        "Such training, and what was bought within the group or claimed as research, has no relief under the proposals. "
        "Leave empty what there is none of.",
        (
            _asked("levy_funded_training", example="5,000"),
            _asked("training_grants_received", example="5,000"),
            _asked("training_from_connected_parties", example="5,000"),
            _asked("training_in_research_and_development", example="5,000"),
        ),
        "Change who else paid",
    ),
    Question(
        "What was spent on plant and machinery?",
        "In this period. Leave empty what there is none of.",
        (
            _asked("main_rate_plant_new", "Machines, computers, vans, furniture."),
            _asked("main_rate_plant_used"),
            _asked("special_rate_plant_new", "Wiring, heating, lifts, long-life assets."),
            _asked("special_rate_plant_used"),
            _asked("zero_emission_cars_new"),
        ),
        "Change plant and machinery",
    ),
    Question(
        "What comes from earlier periods?",
        "From the last computation. Leave empty what there is none of.",
        (
            _asked("trading_losses_brought_forward"),
            _asked("main_pool_brought_forward"),
            _asked("special_rate_pool_brought_forward"),
        ),
        "Change earlier periods",
    ),
    Question(
        "How big is the company?",
        "Some proposals have limits by size, by head or by pay bill. Leave empty what does not matter to you.",
        (
            _asked("employees", "On average in the period.", "25"),
            _asked("employees_besides_directors", example="23"),
            _asked("trainees", "Each person once.", "10"),
            _asked("turnover"),
            _asked("balance_sheet_total"),
            _asked("pay_bill"),
        ),
        "Change the size",
    ),
)
FIELDS = {field.name: field for question in QUESTIONS for field in question.fields}
EARLIER = next(question for question in QUESTIONS if any(BROUGHT_FORWARD in field.name for field in question.fields))
# What a later accounting period begins with: as in the one before, until it is changed.
TAKEN_OVER = (
    "associated_companies",
    "employees",
    "employees_besides_directors",
    "turnover",
    "balance_sheet_total",
    "pay_bill",
)
EXAMPLE = {START: "1 January 2028", END: "31 December 2028", PROFIT: "£240,000", "external_course_fees": "20k"}


def places_of(period: int) -> list[int]:
    """Places of the questions asked of an accounting period; a later period is not asked what earlier periods leave it."""
    return [place for place, question in enumerate(QUESTIONS) if period == 0 or question is not EARLIER]
