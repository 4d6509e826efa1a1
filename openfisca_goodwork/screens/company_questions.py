"""What a company is asked, one thing a screen: dates, money, and what the relief chosen depends on; the rest is offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.claims import CARRY_BACK
from openfisca_goodwork.company.vocabulary import label_of
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

    @property
    def over_box(self) -> str:
        """What stands over the box: its label, and what it means."""
        hint = f" ({self.hint[0].lower()}{self.hint[1:].removesuffix('.')})" if self.hint else ""
        return f"{self.label}{hint}"


class Question(NamedTuple):
    """One screen: what is asked, what belongs to the answer, the boxes, and what a button that changes it says.

    Attributes:
        help: a question that people have where this is asked, and its answer; folded up.
        if_it_matters: whether only boxes on which the relief chosen depends are asked, and the question if there is one.
        is_offered: whether it is left out on the way, taken as none, and offered beside the answers to check.
    """

    title: str
    about: str
    fields: tuple[Field, ...]
    change: str
    help: tuple[str, str] = ("", "")
    if_it_matters: bool = False
    is_offered: bool = False

    def is_of(self, *names: str) -> bool:
        """Whether it is the question whose first box is one of these."""
        return self.fields[0].name in names


def _asked(name: str, hint: str = "", example: str = MONEY_EXAMPLE) -> Field:
    return Field(name, label_of(name), hint, example)


def _of_tag(tag: str, hint: str) -> Field:
    return _asked(f"{tag}_share", hint, "50%")


_OF_SIZE = (
    _asked("employees", "On average in the period.", "25"),
    _asked("employees_besides_directors", example="23"),
    _asked("turnover"),
    _asked("balance_sheet_total"),
    _asked("pay_bill"),
)
SIZES = frozenset(field.name for field in _OF_SIZE)
BEFORE, PAID_ON = "_before", "training_paid_on"
LIMIT = "{limit}"
LEVY_LABEL = "Of all that, paid from your apprenticeship levy account"
TRAINING_CHANGE = "Change the training"
SPLIT, PROFIT_BEFORE = "split_day", "taxable_profit_last_year"
_SPLIT_HEADS = tuple(Field(f"{head}{BEFORE}", label_of(head), example="20k") for head in HEADS)
_SPLIT_DAY = Field(PAID_ON, "Day on which all of it was paid for", "If it was one day.", "30 June 2027")
QUESTIONS = (
    Question(
        "When does the accounting period run?",
        "As on the corporation tax return, at most twelve months.",
        (
            Field(START, "First day", example=DAY_EXAMPLE, required=True),
            Field(END, "Last day", "Leave blank for twelve months.", "31 March 2028"),
        ),
        "Change the dates",
        (
            "Where do I find the dates?",
            (
                "On the corporation tax return, or in HMRC’s notice to deliver one. The period usually ends with the "
                "accounts, and is never longer than twelve months: a longer set of accounts makes two periods."
            ),
        ),
    ),
    Question(
        "What is the trading profit, or the loss?",
        "Profit after training costs, before capital allowances. A loss begins with a minus.",
        (Field(PROFIT, label_of(PROFIT), example=MONEY_EXAMPLE, required=True),),
        "Change the profit or loss",
        (
            "Which profit is meant?",
            (
                "The profit or loss of the trade after the adjustments for tax: training is taken off already, as it is "
                "in the accounts; depreciation is added back; capital allowances are not taken off yet. It is on the tax "
                "computation, above the capital allowances."
            ),
        ),
    ),
    Question(
        "Are there associated companies, or dividends received?",
        "Associated companies share the limits of marginal relief. Dividends count towards the profits that are held "
        "against those limits, and are not taxed themselves. Leave blank if none.",
        (
            _asked("associated_companies", "Companies under the same control; do not count your own.", "2"),
            _asked("exempt_distributions", "Dividends from companies outside the group."),
        ),
        "Change associated companies",
        (
            "What are associated companies?",
            (
                "Companies that control this one, are controlled by it, or are controlled by the same people, at any time "
                "in the period; companies abroad count, dormant ones do not. Each one shares the limits between which tax "
                "rises from 19% to 25%, so that a company with one associated company has half of each."
            ),
        ),
    ),
    Question(
        "What was spent on plant and machinery?",
        "In this period. Leave blank if none.",
        (
            _asked("main_rate_plant_new", "Machines, computers, vans, furniture."),
            _asked("main_rate_plant_used"),
            _asked("special_rate_plant_new", "Wiring, heating, lifts, long-life assets."),
            _asked("special_rate_plant_used"),
            _asked("zero_emission_cars_new"),
        ),
        "Change plant and machinery",
        is_offered=True,
    ),
    Question(
        "What was spent on training?",
        "In this period, without VAT that is recovered; the costs that count for this relief. Leave blank if none.",
        (
            *(_asked(head, example="20k") for head in HEADS),
            Field("levy_funded_training", LEVY_LABEL, "From the digital apprenticeship account.", "5,000"),
            Field("training_grants_received", "Of all that, paid for by grants", example="5,000"),
        ),
        TRAINING_CHANGE,
        (
            "Which costs are these?",
            (
                "Fees for courses; books, materials and travel for them; the pay of your own trainers, of people for the "
                "time they are trained, and of those who run the training; and the costs of a training centre. Which of "
                "them count depends on the relief: only those that do are asked. A company with a pay bill above £3m pays "
                "the apprenticeship levy, and may pay for courses from its levy account: give the whole cost of the "
                "courses, and below it what the account or a grant paid, which has no relief."
            ),
        ),
        if_it_matters=True,
    ),
    Question(
        "When was the training paid for?",
        "The relief changes within this accounting period, and training counts by the day it is paid for. Give the day, or "
        "what was paid for before the change. Left blank, it is spread evenly over the days of the period.",
        (_SPLIT_DAY, *_SPLIT_HEADS),
        "Change when it was paid for",
    ),
    Question(
        "What kind of training was it?",
        "As a share of all of it: the relief depends on this. Left blank, none of it was of the kind.",
        (
            _of_tag("accredited", "It leads to an accredited qualification."),
            _of_tag("registered_provider", "By a provider on the public register."),
            _of_tag("green", "In green skills."),
            _of_tag("digital", "In digital skills."),
            _of_tag("retraining", "For another occupation."),
            _of_tag("low_paid", "Of staff on low pay."),
            _of_tag("priority_area", "Of staff who work in a priority area."),
            _asked("trainees", "Each person once.", "10"),
            _asked("training_cost_of_leavers", "Who left soon after; redundancies left out.", "5,000"),
        ),
        "Change the kind of training",
        (
            "What makes training accredited, or a provider registered?",
            (
                "Accredited training leads to a qualification that a regulator recognises, such as one on Ofqual’s "
                "register. A registered provider is on a public register of training providers."
            ),
        ),
        if_it_matters=True,
    ),
    Question(
        "What did training cost before?",
        "The relief is for training above that of earlier years.",
        (
            _asked("baseline_training_expenditure", "What would have counted, in a year before this period.", "15k"),
            _asked("is_new_company", "It had no accounting period before this one.", "no"),
        ),
        "Change training of before",
        (
            "Why is this asked?",
            (
                "This relief is for what is spent above an earlier level. Count the same costs in the same way as for "
                "this period."
            ),
        ),
        if_it_matters=True,
    ),
    Question(
        "How big is the company?",
        "The relief depends on size. If the company is in a group, give the figures of the whole group. Write 0 if none.",
        _OF_SIZE,
        "Change the size",
        (
            "Whose people and figures count?",
            (
                "Those of the company, and of the whole group where it is in one: average employees over the period, and "
                "turnover, balance sheet total and pay bill from the accounts."
            ),
        ),
        if_it_matters=True,
    ),
    Question(
        "How much PAYE and National Insurance did the company pay?",
        "The relief is paid in cash up to a multiple of this, where there is too little tax to set it against. Leave blank "
        "if none.",
        (_asked("paye_and_nic", "For the accounting period, employer’s and employees’.", "60k"),),
        "Change PAYE and National Insurance",
        if_it_matters=True,
    ),
    Question(
        "Which company is it?",
        "The relief goes to some industries, places or ages of company only.",
        (
            _asked("sic_section", "By its main industry.", "Manufacturing"),
            _asked("sic_division", "The first two digits of the SIC code at Companies House.", "25"),
            _asked("region", "Where the company is registered.", "North East"),
            _asked("company_age", "Since it was incorporated, on the first day of the period.", "3"),
        ),
        "Change the company",
        (
            "Where do I find these?",
            (
                "On the register of Companies House: the nature of business has the SIC code, of which the first two digits "
                "are the division; the overview has the registered office and the day of incorporation."
            ),
        ),
        if_it_matters=True,
    ),
    Question(
        "How good is the work?",
        "The relief has conditions.",
        (
            _asked("share_paid_below_real_living_wage", example="5%"),
            _asked("share_on_zero_hours_contracts", example="5%"),
            _asked("has_fair_work_pledge", example="yes"),
            _asked("publishes_training_plan", example="yes"),
            _asked("has_employee_voice", example="yes"),
        ),
        "Change the quality of work",
        if_it_matters=True,
    ),
    Question(
        "Were profits above the limit for instalments in the year before?",
        "This decides when tax is paid. The limit is {limit}, shared with associated companies: a company above it pays in "
        "instalments if it was above it in the twelve months before too. Say yes if tax of the year before was paid "
        "by instalments.",
        (Field(LARGE_BEFORE, "Profits above the limit in the twelve months before", example="yes", required=True),),
        "Change the year before",
        (
            "What if it paid on one day last year?",
            (
                "The first year above the limit is excepted, so that its tax is paid on one day. If profits, with dividends "
                "received, were above the limit in that year too, this year’s tax is paid by instalments: say yes."
            ),
        ),
    ),
    Question(
        "What was the taxable profit of the year before?",
        "A loss can be carried back to the twelve months before: tax of that year is repaid, and what the relief is worth "
        "depends on it. It is taken to have had twelve months, the same associated companies, and no dividends. Leave blank "
        "if there was no profit, or if the loss is to be carried forward.",
        (
            Field(
                PROFIT_BEFORE,
                "Taxable profit of the twelve months before",
                "Profits chargeable to corporation tax, box 315 of the return.",
                "150k",
            ),
        ),
        "Change the profit of the year before",
        (
            "What if the year before was otherwise?",
            (
                "The loss is carried back as far as the profit goes, if that is claimed within two years of the end of the "
                "period of the loss. For another length, dividends, or associated companies of its own, begin anew with the "
                "year before as the first accounting period, and add that of the loss after it."
            ),
        ),
    ),
    Question(
        "Is the loss carried back?",
        "A loss can be carried back to the twelve months before: tax of the period before is repaid. It is claimed within "
        "two years of the end of the period of the loss. If not, the loss is carried forward.",
        (Field(CARRY_BACK, "Carry the loss back to the period before", example="yes", required=True),),
        "Change the loss carried back",
    ),
    Question(
        "Was any training bought within the group, or claimed as research?",
        "Neither has relief under the proposals. Leave blank if none.",
        (
            _asked("training_from_connected_parties", example="5,000"),
            _asked("training_in_research_and_development", example="5,000"),
        ),
        "Change training of the group and research",
        is_offered=True,
    ),
    Question(
        "What comes from earlier periods?",
        "From the last computation. Leave blank if none.",
        (
            _asked("trading_losses_brought_forward"),
            _asked("main_pool_brought_forward"),
            _asked("special_rate_pool_brought_forward"),
        ),
        "Change earlier periods",
        is_offered=True,
    ),
)
TRAINING = next(place for place, question in enumerate(QUESTIONS) if question.change == TRAINING_CHANGE)
PROFIT_OR_LOSS = 1
FIELDS = {field.name: field for question in QUESTIONS for field in question.fields}
EARLIER = QUESTIONS[-1]
# What the button says that changes an answer, by the name of its box; of training without a day, the one of its days.
CHANGES = {field.name: question.change for question in QUESTIONS for field in question.fields}
CHANGES |= dict.fromkeys(HEADS, CHANGES[PAID_ON])
# What others paid: no relief asks for an answer, as most companies have none of it; a result says that none was taken.
PAID_BY_OTHERS = ("levy_funded_training", "training_grants_received")
# Facts on which what a relief gives may depend.
MAY_MATTER = tuple(field.name for question in QUESTIONS if question.if_it_matters for field in question.fields)
# What a later accounting period begins with: as in the one before, until it is changed.
TAKEN_OVER = (
    "associated_companies",
    "employees",
    "employees_besides_directors",
    "turnover",
    "balance_sheet_total",
    "pay_bill",
    "sic_section",
    "sic_division",
    "region",
)
BASELINE, IS_NEW = _OF_THE_FIRST = ("baseline_training_expenditure", "is_new_company")
EXAMPLE = {START: "1 January 2028", END: "31 December 2028", PROFIT: "£240,000", "external_course_fees": "20k"}


class Situation(NamedTuple):
    """What it depends on which questions are asked.

    Attributes:
        period: the accounting period, counted from 0; one that follows another is not asked what that leaves it.
        matters: facts on which the relief depends. needed: those of them that silence would answer in the company's favour.
        goes_back: whether what the relief gives depends on a loss that is carried back.
        split: a day within the period on which the relief begins or ends, in words; nothing where there is none.
        limit: profits above which tax is paid in instalments, in words; nothing where profits cannot be above it.
        answers: of the period, so far.
    """

    period: int
    matters: frozenset[str]
    needed: frozenset[str]
    goes_back: bool
    split: str
    limit: str
    answers: Mapping[str, str]


def fields_of(place: int, situation: Situation) -> tuple[Field, ...]:
    """The boxes of the question at a place: those on which the relief depends, or all; none where it is not asked."""
    question, split = QUESTIONS[place], situation.split
    if question is EARLIER:
        return () if situation.period else question.fields
    if question.is_of(LARGE_BEFORE):  # which the profit of the year before would say
        is_open = situation.limit and not situation.answers.get(PROFIT_BEFORE)
        return question.fields if is_open and not situation.period else ()
    if question.is_of(PROFIT_BEFORE, CARRY_BACK):
        is_asked = situation.goes_back or situation.answers.get(question.fields[0].name)
        return question.fields if is_asked and question.is_of(CARRY_BACK) == bool(situation.period) else ()
    if _SPLIT_DAY in question.fields:
        spent = [field for field in _SPLIT_HEADS if situation.answers.get(field.name.removesuffix(BEFORE))]
        before = tuple(field._replace(label=f"{field.label}, before {split}") for field in spent if split)
        return (_SPLIT_DAY, *before) if before else ()
    if not question.if_it_matters:
        return question.fields
    left_out = _OF_THE_FIRST if situation.period else ()
    return tuple(
        field._replace(required=field.name in situation.needed and field.name not in PAID_BY_OTHERS)
        for field in question.fields
        if field.name in situation.matters and field.name not in left_out
    )


def places_of(situation: Situation, *, offered: bool = False) -> list[int]:
    """Places of the questions asked on the way, or of those offered beside the answers."""
    places = range(len(QUESTIONS))
    return [place for place in places if QUESTIONS[place].is_offered == offered and fields_of(place, situation)]
