"""The words of practice: names that accountants type, and which name of ours each means.

No such word is taken for ours: a message says which to write, because most mean one thing in the accounts and another in
the computation, or a figure that the model works out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from openfisca_goodwork.errors import quoted

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
