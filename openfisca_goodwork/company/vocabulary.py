"""What a company file may name, how each fact is read, and what a result lists: read off the law's variables."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from openfisca_core.indexed_enums import Enum

from openfisca_goodwork.company.facts import Fact
from openfisca_goodwork.documents import (
    MisreadError,
    Scalar,
    Tree,
    read_money,
    read_number,
    read_text,
    read_whole_number,
    read_yes_or_no,
)
from openfisca_goodwork.errors import quoted
from openfisca_goodwork.law.human_investment import TOLD_AT_THE_BEGINNING
from openfisca_goodwork.law.inputs import is_input
from openfisca_goodwork.law.inputs.classes import NOT_GIVEN
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR, is_dated
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.system import current_law

BROUGHT_FORWARD = "_brought_forward"
BUILDINGS = "structures_and_buildings_expenditure"
BUILDINGS_BEFORE = "structures_and_buildings_brought_forward"
BUILDINGS_SOLD = "structures_and_buildings_disposals"
BUILDINGS_PROCEEDS = "structures_and_buildings_disposal_proceeds"
BUILDINGS_GIVEN = "structures_and_buildings_allowances_given_on_disposals"
BUILDINGS_SALES = (BUILDINGS_SOLD, BUILDINGS_PROCEEDS, BUILDINGS_GIVEN)
LISTS = ("expenditure", "structures_and_buildings", "payments_of_tax")
FINAL = "is_final_accounting_period"
CLASSES_OF_CARS = tuple(plant.name for plant in CLASSES.values() if plant.is_car)
MONEY, NUMBER, SHARES, WHOLE, YES_OR_NO, CHOICE = "money", "number", "share", "whole number", "yes or no", "choice"

CAR = ("car", "co2_emissions", "new")
PICK_UP = ("double_cab", "ordered")
CAR_EXAMPLE = "{on: 2027-02-14, car: 30000, co2_emissions: 45, new: true}"

_KIND_OF_UNIT = {POUNDS: MONEY, SHARE: SHARES, "company": WHOLE, "division": WHOLE, "year": WHOLE}

# Inputs of the law that a company file says in words of its own.
SAID_OTHERWISE: Mapping[str, str] = MappingProxyType(
    {
        "accounting_period_start": "Write the first day as `start`.",
        "accounting_period_end": "Write the last day as `end`.",
        "first_accounting_period": "The first accounting period of the file is the company's first.",
        "apportionment": "Write it once, at the top of the file.",
        **dict.fromkeys((*CAR, *PICK_UP), f"Write a car as a dated item under `expenditure`: {CAR_EXAMPLE}."),
    }
)


@dataclass(frozen=True)
class InputVariable:
    """One fact that a company may tell for an accounting period.

    Attributes:
        name: its public name.
        kind: how it is read: money, number, share, whole number, yes or no, choice.
        dated: whether it may be given as dated items.
        least, most: bounds, inclusive; None for no bound.
        options: the words it may be, if it is a choice.
    """

    name: str
    kind: str
    dated: bool
    least: float | None
    most: float | None
    options: tuple[str, ...]

    @property
    def is_opening_balance(self) -> bool:
        """Whether it belongs to the first accounting period alone."""
        return BROUGHT_FORWARD in self.name or self.name in TOLD_AT_THE_BEGINNING


@cache
def input_variables() -> Mapping[str, InputVariable]:
    """Every variable that an accounting period of a company file may give, by name."""
    inputs = {
        name: _input_variable(name, variable)
        for name, variable in current_law().variables.items()
        if variable.definition_period == YEAR and (is_input(variable) or BROUGHT_FORWARD in name)
    }
    return MappingProxyType({name: inputs[name] for name in inputs if name not in SAID_OTHERWISE})


@cache
def apportionment() -> InputVariable:
    """How a company file says whether to apportion by days or by months."""
    return _input_variable("apportionment", current_law().variables["apportionment"])


@cache
def emissions() -> InputVariable:
    """How a company file says the emissions of a car, in grams of carbon dioxide per kilometre."""
    limit = current_law().parameters.capital_allowances.cars.main_pool_maximum_emissions
    least, most = limit.metadata["range"]
    return InputVariable("co2_emissions", NUMBER, dated=False, least=least, most=most, options=())


@cache
def output_variables() -> tuple[str, ...]:
    """Every figure that the law works out for an accounting period, in the order of the computation's modules."""
    return tuple(
        name
        for name, variable in current_law().variables.items()
        if variable.definition_period == YEAR and not is_input(variable) and BROUGHT_FORWARD not in name
    )


@cache
def label_of(variable: str) -> str:
    """The short label of a variable, for people."""
    return str(current_law().variables[variable].label)


@cache
def first_day_of_law() -> datetime.date:
    """The first day for which the charge is held; accounting periods begin on it or later."""
    charge = current_law().parameters.corporation_tax
    leaves = [parameter for parameter in charge.get_descendants() if hasattr(parameter, "values_list")]
    return max(datetime.date.fromisoformat(parameter.values_list[-1].instant_str) for parameter in leaves)


def _input_variable(name: str, variable: Any) -> InputVariable:
    least, most = getattr(type(variable), "__bounds__", (None, None))
    options = tuple(option.name for option in variable.possible_values) if variable.value_type is Enum else ()
    return InputVariable(name, _kind(variable), is_dated(variable), least, most, options)


def _kind(variable: Any) -> str:
    if variable.value_type is Enum:
        return CHOICE
    return YES_OR_NO if variable.value_type is bool else _KIND_OF_UNIT.get(variable.unit, NUMBER)


LARGEST_NUMBER = 10**13
_READERS: Mapping[str, Callable[[Tree], float | bool]] = {
    MONEY: read_money,
    NUMBER: read_number,
    SHARES: read_number,
    WHOLE: read_whole_number,
    YES_OR_NO: read_yes_or_no,
}


def read_fact(given: Tree, variable: InputVariable) -> Fact:
    """The value of a variable, of its kind and within its bounds. Raises MisreadError."""
    if variable.kind == CHOICE:
        return _choice(given, variable)
    value = _of_account(given, variable) if _OF_ACCOUNT.fullmatch(str(given)) else _READERS[variable.kind](_joined(given))
    if isinstance(value, bool):
        return value
    if fault := fault_of(value, variable):
        raise MisreadError(fault)
    return float(value)


# A balance of a ledger, and the facts of which a credit, or a debit, is what is asked for.
_OF_ACCOUNT = re.compile(r"(?P<amount>[^a-z]*[0-9][^a-z]*?) ?(?P<side>cr|dr)\.?", re.IGNORECASE)
_CREDITS = re.compile(r".*(profits?|gains|income|distributions|turnover|revenue|disposal_value|proceeds|grants_received)")
_DEBITS = ("pay_bill", "qualifying_charitable_donations")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


def _of_account(given: Tree, variable: InputVariable) -> float:
    """The balance of an account: a credit adds to income, a debit to spending. Raises MisreadError for any other fact."""
    match = _OF_ACCOUNT.fullmatch(str(given))
    is_credit = variable.name == PROFIT or _CREDITS.fullmatch(variable.name) is not None
    is_debit = variable.dated or variable.name in _DEBITS
    if match is None or variable.kind != MONEY or not (is_credit or is_debit):
        raise MisreadError(f"is {quoted(str(given))}, and has no side of a ledger here. Write the amount without CR or DR.")
    amount = read_money(Scalar(match["amount"]))
    if amount < 0:
        raise MisreadError(f"is {quoted(str(given))}: a minus or brackets, and CR or DR, say the sign twice. Keep one.")
    return amount if is_credit == (match["side"].lower() == "cr") else -amount


def _joined(given: Tree) -> Tree:
    """A value without the commas of its thousands."""
    is_grouped = isinstance(given, str) and _THOUSANDS.fullmatch(given)
    return Scalar(given.replace(",", ""), is_quoted=getattr(given, "is_quoted", False)) if is_grouped else given


def _choice(given: Tree, variable: InputVariable) -> str:
    typed, names = read_text(given), _names_of(variable.name)
    option = typed if typed in variable.options else names.get(typed.casefold(), "")
    if not option:
        known = " or ".join(word for word in variable.options if word != NOT_GIVEN)
        raise MisreadError(f"must be {known}, not {quoted(typed)}. {_near(typed, names)}".rstrip())
    return option


def in_words_of_choice(variable: str, option: str) -> str:
    """What a word of a choice stands for: ``Manufacturing`` for ``C``."""
    return str(current_law().variables[variable].possible_values[option].value)


@cache
def _names_of(variable: str) -> Mapping[str, str]:
    """The names of what a choice may be, in small letters, each with its word in the law."""
    return {option.value.casefold(): option.name for option in current_law().variables[variable].possible_values}


def _near(typed: str, names: Mapping[str, str]) -> str:
    """The option whose name, or word, is nearest to what was typed; nothing where none is near."""
    known = {**names, **{option.casefold(): option for option in names.values()}}
    near = get_close_matches(typed.casefold(), known, n=1)
    return f"Did you mean {known[near[0]]}?" if near else ""


def fault_of(value: float, variable: InputVariable) -> str:
    """What is wrong with a number, or nothing."""
    if variable.kind == SHARES and not 0 <= value <= 1:
        return f"is {value:,g}; it must be from 0 to 1. Shares are fractions: 30% is 0.30."
    if variable.least is not None and value < variable.least:
        return f"is {value:,g}; it cannot be below {variable.least:,g}."
    if variable.most is not None and value > variable.most:
        return f"is {value:,g}; it cannot be above {variable.most:,g}."
    if abs(value) > LARGEST_NUMBER:
        return f"is beyond {LARGEST_NUMBER:,}, the largest number accepted."
    return ""


def not_in_the_first(name: str) -> str:
    """What to say of an opening balance in a later period, or of another fact of the time before the first."""
    if name in TOLD_AT_THE_BEGINNING:
        return f"{name} belongs to the first accounting period alone: it tells of the time before that. Leave it out."
    return (
        f"{name} belongs to the first accounting period alone: a later one begins with what the one before carries forward. "
        "Leave it out."
    )


NOT_THE_LAST = (
    "is_final_accounting_period is true of an accounting period that others follow. The trade ceases in the last period: "
    "set it there, or leave out the periods after this one."
)


def why_not_here(name: str) -> str:
    """What is wrong with a name of the law that is not given by that name; nothing for any other."""
    if name in SAID_OTHERWISE:
        return f"{name} is not given here. {SAID_OTHERWISE[name]}"
    if name in output_variables():
        return f"{name} is what the model works out. Leave it out.{claims_less([name], input_variables())}"
    if is_twin(name):
        item = f"{{on: 2027-02-14, {name.removesuffix(_TWIN)}: 12000}}"
        return f"{name} is not given here. Write a dated item under `expenditure`: {item}."
    return mend(name, _labels(), frozenset(output_variables()))


@cache
def _labels() -> Mapping[str, str]:
    return {name: label_of(name) for name in input_variables()}


def is_twin(name: str) -> bool:
    """Whether a name is the law's own for the dated amounts of a variable."""
    return name.endswith(_TWIN) and name.removesuffix(_TWIN) in input_variables()


_TWIN = "_on"


# --- the words of practice: names that accountants type, and which name of ours each means ----------------------------
# No such word is taken for ours: a message says which to write, because most mean one thing in the accounts and
# another in the computation, or a figure that the model works out.


_MISTYPED = 0.85  # how like a word must be to be taken for it, 1 being the same
PROFIT = "trading_profit_before_capital_allowances"
_IN_THE_PROFIT = "It is no input: add it back in {profit}, which is the profit adjusted for tax, before capital allowances."
_FROM_THE_ACCOUNTS = "Adjust the profit of the accounts for tax (add back depreciation, take out other income): {profit}."

# Our names: the words for them, as `_plain` writes words.
_WORDS = """\
company: name company_name client client_name
start: period_start start_date from date_from period_from first_day ap_start beginning period_begin
end: period_end end_date to date_to period_to last_day ap_end year_end year_ended ye y_e accounting_date
trading_profit_before_capital_allowances: profit profits trading_profit trading_profits trade_profits loss
    trading_loss trading_income adjusted_profit adjusted_profits tax_adjusted_profit adjusted_trading_profit
    schedule_d_case_i case_i dtp
exempt_distributions: fii franked_investment_income dividends dividend dividends_received dividend_income
    distributions exempt_dividends abgh distributions_received exempt_abgh_distributions
property_profits: rent rents rental rental_income rental_profit property_income property_profit property_business
    schedule_a uk_property_income ukpb
non_trading_loan_relationship_profits: interest interest_received interest_income interest_receivable bank_interest
    ntlr nltr ntlrs ntlr_profits ntlr_credits loan_relationships non_trade_loan_relationships
    non_trading_loan_relationships non_trading_loan_relationship_credits
chargeable_gains: gain gains chargeable_gain capital_gain capital_gains net_gains cg
other_income: miscellaneous_income misc_income sundry_income annual_payments_received
qualifying_charitable_donations: donations charitable_donations gift_aid gift_aid_donations qcd qcds charges
    charges_on_income donations_to_charity
group_relief_available: gr group_relief_claimed losses_from_group
trading_losses_brought_forward: losses loss_bf losses_bf losses_b_f loss_b_f bf_losses losses_brought_forward
    trading_losses trading_losses_bf trading_losses_b_f trade_losses_brought_forward nols tax_losses
main_pool_brought_forward special_rate_pool_brought_forward: pool_bf twdv twdv_bf twdv_b_f wdv wdv_bf wdv_b_f
    tax_written_down_value written_down_value pool_brought_forward pools_brought_forward capital_allowances_pool
main_pool_brought_forward: main_pool main_pool_bf main_pool_b_f general_pool general_pool_bf general_pool_b_f mp_bf
special_rate_pool_brought_forward: special_rate_pool special_rate_pool_bf special_rate_pool_b_f special_pool srp
    srp_bf long_life_pool
main_pool_disposal_value special_rate_pool_disposal_value: disposals disposal disposal_proceeds disposal_value
    proceeds sale_proceeds sales_of_plant pool_disposals
main_rate_plant_new main_rate_plant_used special_rate_plant_new: plant p_m pm plant_and_machinery plant_machinery
    machinery machines equipment additions capex capital_expenditure fixed_assets fixed_asset_additions fixtures
    fixtures_and_fittings computers vans
special_rate_plant_new special_rate_plant_used: integral_features long_life_assets thermal_insulation
main_rate_cars special_rate_cars zero_emission_cars_new: cars motor_cars company_cars motor_vehicles vehicles
zero_emission_cars_new: electric_cars evs ev
structures_and_buildings_expenditure: sba building buildings structures structures_and_buildings_cost new_buildings
    commercial_buildings property_additions
research_and_development_expenditure: r_d rd r_and_d randd research qualifying_r_d r_d_expenditure rd_expenditure
    research_and_development rdec_expenditure erec
special_tax_site_plant_new special_tax_site_buildings_expenditure: freeport freeports investment_zone enterprise_zone
loans_to_participators: s455 section_455 dla directors_loan directors_loans directors_loan_account overdrawn_dla
    loans_to_directors loan_to_director s_455
associated_companies: assoc associates associated associated_company associated_cos number_of_associated_companies
    no_of_associated_companies
related_51_percent_companies: related_companies related_51 related_51_group_companies companies_51_percent_group
employees: staff headcount head_count fte ftes number_of_employees no_of_employees employees_number
pay_bill: wages salaries payroll wages_and_salaries staff_costs wage_bill paybill
paye_and_nic: paye nic nics ni paye_nic paye_ni national_insurance
balance_sheet_total: total_assets gross_assets balance_sheet assets
turnover: sales revenue revenues income gross_income sales_income
external_course_fees training_materials_and_travel trainer_pay trainee_pay: training training_costs training_cost
    training_expenditure cpd l_d learning_and_development staff_training
external_course_fees: courses course_fees course_costs training_fees tuition
trainer_pay: trainers trainers_pay instructors instructor_pay
trainee_pay: apprentice_wages apprentice_pay trainees_pay wages_of_trainees
is_final_accounting_period: cessation ceased final_period trade_ceased
is_close_investment_holding_company: cihc chc close_investment_company close_investment_holding
claims_loss_carry_back: carry_back carryback loss_carry_back s37_carry_back carry_back_claim
taxable_total_profits: ttp pctct taxable_profits taxable_profit chargeable_profits pcct
    profits_chargeable_to_corporation_tax
marginal_relief: mr mscr marginal_small_companies_relief mrr
corporation_tax: ct tax ct_due tax_due corporation_tax_due ct_liability tax_payable
capital_allowances: ca cas capital_allowance allowances
annual_investment_allowance: aia annual_investment_allowances
main_pool_writing_down_allowance special_rate_pool_writing_down_allowance: wda wdas writing_down_allowance
    writing_down_allowances
super_deduction full_expensing special_rate_allowance other_first_year_allowances: fya fyas first_year_allowance
    first_year_allowances
full_expensing: fe
balancing_charges: bc balancing_charge
trading_losses_carried_forward: losses_cf losses_c_f cf_losses losses_carried_forward
main_pool_carried_forward special_rate_pool_carried_forward: pool_cf twdv_cf twdv_c_f wdv_cf wdv_c_f
research_and_development_expenditure_credit: rdec r_d_credit rd_credit
payment_regime: qips quarterly_instalments instalments
"""
# Words that have no input of their own, and what becomes of the figure.
_SENTENCES: Mapping[str, str] = {
    "depreciation amortisation entertaining client_entertaining disallowables addbacks": _IN_THE_PROFIT,
    "pbt profit_before_tax net_profit accounting_profit accounts_profit operating_profit ebit ebitda profit_per_accounts": (
        _FROM_THE_ACCOUNTS
    ),
    "bik biks benefit_in_kind benefits_in_kind p11d class_1a": (
        "Benefits in kind are taxed on the employee: what they cost the company is in {profit} already, with Class 1A NIC."
    ),
    "vat output_vat input_vat": "VAT has no part in corporation tax: give amounts without the VAT that is recovered.",
    "salary directors_salary directors_remuneration": "It is in {profit} already, and in pay_bill.",
}


def _plain(name: str) -> str:
    """A name in small letters with underscores, whatever it was typed with: `R&D`, `Losses b/f`, `Trading profit (£)`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


@cache
def _by_word() -> Mapping[str, tuple[str, ...]]:
    entries = (entry.split(":") for entry in re.split(r"\n(?! )", _WORDS.strip()))
    return MappingProxyType({word: tuple(names.split()) for names, words in entries for word in words.split()})


@cache
def _sentence_of() -> Mapping[str, str]:
    return MappingProxyType(
        {word: said.format(profit=PROFIT) for words, said in _SENTENCES.items() for word in words.split()}
    )


def names_meant(word: str) -> tuple[str, ...]:
    """Our names for a word of practice; none for a word that is no such."""
    return _by_word().get(_plain(word), ())


def _nearly(plain: str, labels: Mapping[str, str]) -> str:
    """A word of practice that was mistyped, as it is spelt; any other word as it is, also one that is near to our own."""
    words = (*_by_word(), *_sentence_of())
    if plain in words or get_close_matches(plain, labels, n=1):
        return plain
    return next(iter(get_close_matches(plain, words, n=1, cutoff=_MISTYPED)), plain)


def mend(word: str, labels: Mapping[str, str], worked_out: frozenset[str]) -> str:
    """What to write for a word of practice, or for a name of ours typed otherwise; nothing for any other word.

    Args:
        word: as typed. labels: of what may be given, by its name. worked_out: names of what the model works out.
    """
    plain = _nearly(_plain(word), labels)
    typed_otherwise = [name for name, label in labels.items() if plain in (name, _plain(label))]
    if typed_otherwise and word not in labels:
        return f"{quoted(word)} is not known here. Did you mean {typed_otherwise[0]}?"
    if said := _sentence_of().get(plain):
        return f"{quoted(word)} is not known here. {said}"
    names = (plain,) if plain in worked_out else names_meant(plain)
    if not names:
        return ""
    if set(names) <= worked_out:
        worked = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} what the model works out"
        return f"{quoted(word)} is not known here: {worked}. Leave it out.{claims_less(names, labels)}"
    return f"{quoted(word)} is not known here. Did you mean {' or '.join(names)}?"


def claims_less(names: Iterable[str], known: Collection[str]) -> str:
    """How to claim less than the model does of what it works out; nothing where that is not to be chosen."""
    claims = [claim for name in names for claim in (f"{name}_claim", f"{name}_claimed_on") if claim in known]
    return f" To claim less, give {' or '.join(claims)}." if claims else ""
