"""The main pool and the special rate pool of plant and machinery: writing down, charges, balances (CAA 2001 ss.53 to 66)."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.periods import brought_forward, over_period, positive, where
from openfisca_goodwork.law.plant import MAIN, SPECIAL
from openfisca_goodwork.law.plant_allowances import claims

_SMALL_POOL = "capital_allowances.writing_down.small_pool_limit"
_HALF_CHARGED = "capital_allowances.disposals.special_rate_allowance_charge"


def _writing_down_allowance(company, period, balance, yearly_rate):
    """Writing-down allowance on a pool, the same for both (£).

    The rate of the balance, reduced for a short period (s.56(1), (3)); all of a small pool (s.56A); none of a pool below 0,
    which is a balancing charge (s.55(3)), and none in the final period (s.55(4)).
    """
    length = company("length_factor", period)
    small_pool_limit = over_period(company, period, _SMALL_POOL) * length
    allowance = where(balance <= small_pool_limit, balance, balance * (yearly_rate * length))
    return where(company("is_final_accounting_period", period), 0, positive(allowance))


def _unrelieved_expenditure(company, period, balance, writing_down_allowance):
    """What a pool carries forward of the balance before writing down: nothing after the final period (£)."""
    unrelieved = positive(balance) - writing_down_allowance
    return where(company("is_final_accounting_period", period), 0, unrelieved)


# --- disposals, as a company tells of them --------------------------------------------------------------------------


class main_pool_disposal_value(Variable, minimum=0):
    """Disposal values brought to the main pool, each capped at cost (£)."""

    label = "Disposal value, main pool"
    reference = "CAA 2001 ss.60 to 62"


class special_rate_pool_disposal_value(Variable, minimum=0):
    """Disposal values brought to the special rate pool, each capped at cost (£)."""

    label = "Disposal value, special rate pool"
    reference = "CAA 2001 ss.60 to 62"


class special_rate_allowance_disposal_value(Variable, minimum=0):
    """Disposal value of plant on which a 50% first-year allowance was claimed in full (£)."""

    label = "Disposal value, plant that had a 50% allowance"
    reference = "FA 2021 s.13; CAA 2001 s.59B"


class special_rate_allowance_plant_bought_and_sold(Variable, minimum=0):
    """Cost of plant that had a 50% allowance and was disposed of in the period in which it was bought (£).

    The other half of it joins the pool at once, not in the next period. What it fetched is the disposal value above.
    """

    label = "Plant with a 50% allowance, bought and sold in the period"
    reference = "CAA 2001 s.58(6), (7)"


class main_rate_allowance_plant_bought_and_sold(Variable, minimum=0):
    """Cost of plant that had a 40% allowance and was disposed of in the period in which it was bought (£).

    The other 60% of it joins the pool at once, not in the next period. What it fetched is a disposal value of the main pool.
    """

    label = "Plant with a 40% allowance, bought and sold in the period"
    reference = "CAA 2001 s.58(6), (7)"


class full_expensing_disposal_value(Variable, minimum=0):
    """Disposal value of plant on which full expensing was claimed in full (£)."""

    label = "Disposal value, plant that had full expensing"
    reference = "CAA 2001 s.59A"
    box = "689"


# --- the main pool --------------------------------------------------------------------------------------------------


class main_pool_brought_forward(Variable, minimum=0):
    """Balance of the main pool brought into the accounting period (£); an input in the company's first one."""

    label = "Main pool brought forward"
    reference = "CAA 2001 s.59"


class main_pool_expenditure_allocated(Variable):
    """Expenditure allocated to the main pool in the period (£): what no allowance of the period was claimed on.

    With it, at once, what an allowance below 100% left of plant disposed of in the period in which it was bought.
    """

    label = "Expenditure allocated to the main pool"
    reference = "CAA 2001 ss.53, 57(2), 58(4) to (7)"
    rule = (
        "Spending on main-rate plant and cars that no allowance took, and what an allowance below 100% left of plant sold "
        "in the period it was bought in."
    )

    def formula(company, period):
        return claims(company, period).allocated[MAIN]


class main_pool_balance(Variable):
    """Main pool before writing down: brought forward, spending pooled, less disposal values (£)."""

    label = "Main pool before writing down"
    reference = "CAA 2001 ss.57, 58, 60"
    rule = (
        "Brought forward, plus spending on main-rate plant and cars that no allowance took, and what an allowance below "
        "100% left of plant sold in the period it was bought in, less disposal values."
    )

    def formula(company, period):
        unrelieved = brought_forward(company, period, "main_pool_brought_forward")
        allocated = company("main_pool_expenditure_allocated", period)
        return unrelieved + allocated - company("main_pool_disposal_value", period)


class main_pool_writing_down_rate(Variable):
    """Yearly rate of writing-down allowance on the main pool; in a period that straddles a change, the hybrid rate.

    Example: the year to 31 December 2026 has 18% × 90/365 + 14% × 275/365, rounded up to 14.99%.
    """

    unit = SHARE
    label = "Main pool writing-down rate"
    reference = "CAA 2001 s.56(1); FA 2026 s.28(3) to (6)"
    rule = "The yearly rate; in a period that straddles a change, rates by days, rounded up to two decimals of a percent."

    def formula(company, period):
        return over_period(company, period, "capital_allowances.writing_down.main_rate")


class main_pool_writing_down_allowance(Variable):
    """Writing-down allowance on the main pool (£).

    The balance × the rate, reduced for a short period (s.56(1), (3)); the whole balance of a small pool (s.56A); nothing
    in the final period, whose balance is an allowance or a charge (s.55(4)). A company may claim less (s.56(5)).
    Example: £100,000 in the year to 31 December 2026 at 14.99% gives £14,990.
    """

    label = "Writing-down allowance, main pool"
    reference = "CAA 2001 ss.55, 56, 56A"
    box = "part of 705"
    rule = (
        "Balance × yearly rate × length of the period; the whole balance of a pool no larger than the small pool limit × "
        "length; nothing in the final period; no more than is claimed."
    )

    def formula(company, period):
        balance = company("main_pool_balance", period)
        yearly_rate = company("main_pool_writing_down_rate", period)
        most = _writing_down_allowance(company, period, balance, yearly_rate)
        return np.minimum(most, company("main_pool_writing_down_allowance_claim", period))


class main_pool_left_by_first_year_allowances(Variable):
    """What first-year allowances of this period leave for the main pool of the next one (£).

    Example: £100,000 with an allowance of 40% leaves £60,000.
    """

    label = "Main pool, left by first-year allowances for the next period"
    reference = "CAA 2001 s.58(5)"
    rule = "Spending with a first-year allowance of less than 100% × what the rate leaves, but for plant sold in the period."

    def formula(company, period):
        return claims(company, period).residue[MAIN]


class main_pool_carried_forward(Variable):
    """Balance of the main pool carried to the next accounting period (£).

    What first-year allowances leave unrelieved in this period joins the pool in the next, and is counted here.
    """

    label = "Main pool carried forward"
    reference = "CAA 2001 ss.58(5), 59"
    rule = (
        "Balance, not below 0, less what is written down (0 in the final period), plus what a first-year allowance of less "
        "than 100% left unrelieved in this period, but for plant sold in it."
    )

    def formula(company, period):
        balance = company("main_pool_balance", period)
        writing_down_allowance = company("main_pool_writing_down_allowance", period)
        unrelieved = _unrelieved_expenditure(company, period, balance, writing_down_allowance)
        return unrelieved + company("main_pool_left_by_first_year_allowances", period)


# --- the special rate pool ------------------------------------------------------------------------------------------


class special_rate_pool_brought_forward(Variable, minimum=0):
    """Balance of the special rate pool brought into the accounting period (£); an input in the company's first one."""

    label = "Special rate pool brought forward"
    reference = "CAA 2001 s.59"


class special_rate_pool_expenditure_allocated(Variable):
    """Expenditure allocated to the special rate pool in the period (£): what no allowance of the period was claimed on.

    With it, at once, what an allowance below 100% left of plant disposed of in the period in which it was bought.
    """

    label = "Expenditure allocated to the special rate pool"
    reference = "CAA 2001 ss.57(2), 58(4) to (7), 104C"
    rule = (
        "Spending on special-rate plant and cars that no allowance took, and what an allowance below 100% left of plant "
        "sold in the period it was bought in."
    )

    def formula(company, period):
        return claims(company, period).allocated[SPECIAL]


class special_rate_pool_balance(Variable):
    """Special rate pool before writing down: brought forward, spending pooled, less disposal values (£).

    Of the disposal value of plant that had a 50% allowance, the part not charged at once comes off here.
    """

    label = "Special rate pool before writing down"
    reference = "CAA 2001 ss.57, 58, 60, 104D"
    rule = (
        "Brought forward, plus spending on special-rate plant and cars that no allowance took, and what a 50% allowance "
        "left of plant sold in the period it was bought in, less disposal values and the uncharged part of the disposal "
        "value of plant that had a 50% allowance."
    )

    def formula(company, period):
        unrelieved = brought_forward(company, period, "special_rate_pool_brought_forward")
        allocated = company("special_rate_pool_expenditure_allocated", period)
        charged_at_once = company("special_rate_allowance_balancing_charge", period)
        not_charged = company("special_rate_allowance_disposal_value", period) - charged_at_once
        disposal_receipts = company("special_rate_pool_disposal_value", period) + not_charged
        return unrelieved + allocated - disposal_receipts


class special_rate_pool_writing_down_rate(Variable):
    """Yearly rate of writing-down allowance on the special rate pool; hybrid where a period straddles a change.

    Example: the year to 31 December 2019 has 8% × 90/365 + 6% × 275/365, rounded up to 6.50%.
    """

    unit = SHARE
    label = "Special rate pool writing-down rate"
    reference = "CAA 2001 s.104D; FA 2019 s.31"
    rule = "The yearly rate; in a period that straddles a change, rates by days, rounded up to two decimals of a percent."

    def formula(company, period):
        return over_period(company, period, "capital_allowances.writing_down.special_rate")


class special_rate_pool_writing_down_allowance(Variable):
    """Writing-down allowance on the special rate pool (£), by the rules of the main pool at its own rate.

    Example: £100,000 in 2026 at 6% gives £6,000.
    """

    label = "Writing-down allowance, special rate pool"
    reference = "CAA 2001 ss.55, 56, 56A, 104D"
    box = "part of 695"
    rule = (
        "Balance × yearly rate × length of the period; the whole balance of a pool no larger than the small pool limit × "
        "length; nothing in the final period; no more than is claimed."
    )

    def formula(company, period):
        balance = company("special_rate_pool_balance", period)
        yearly_rate = company("special_rate_pool_writing_down_rate", period)
        most = _writing_down_allowance(company, period, balance, yearly_rate)
        return np.minimum(most, company("special_rate_pool_writing_down_allowance_claim", period))


class special_rate_pool_left_by_first_year_allowances(Variable):
    """What first-year allowances of this period leave for the special rate pool of the next one (£).

    Example: £100,000 with an allowance of 50% leaves £50,000.
    """

    label = "Special rate pool, left by first-year allowances for the next period"
    reference = "CAA 2001 s.58(5)"
    rule = "Spending with a first-year allowance of less than 100% × what the rate leaves, but for plant sold in the period."

    def formula(company, period):
        return claims(company, period).residue[SPECIAL]


class special_rate_pool_carried_forward(Variable):
    """Balance of the special rate pool carried to the next accounting period (£), unrelieved 50% allowances included."""

    label = "Special rate pool carried forward"
    reference = "CAA 2001 ss.58(5), 59"
    rule = (
        "Balance, not below 0, less what is written down (0 in the final period), plus what a first-year allowance of less "
        "than 100% left unrelieved in this period, but for plant sold in it."
    )

    def formula(company, period):
        balance = company("special_rate_pool_balance", period)
        writing_down_allowance = company("special_rate_pool_writing_down_allowance", period)
        unrelieved = _unrelieved_expenditure(company, period, balance, writing_down_allowance)
        return unrelieved + company("special_rate_pool_left_by_first_year_allowances", period)


# --- balancing allowances and charges -------------------------------------------------------------------------------


class main_pool_balancing_allowance(Variable):
    """Balance of the main pool when the trade ceases (£).

    Example: a pool of £10,000 whose plant sells for £4,000 in the final period gives £6,000.
    """

    label = "Balancing allowance, main pool"
    reference = "CAA 2001 s.55(4)"
    box = "part of 705"
    rule = "In the final period the balance of the main pool, where above 0."

    def formula(company, period):
        return company("is_final_accounting_period", period) * positive(company("main_pool_balance", period))


class special_rate_pool_balancing_allowance(Variable):
    """Balance of the special rate pool when the trade ceases (£)."""

    label = "Balancing allowance, special rate pool"
    reference = "CAA 2001 s.55(4)"
    box = "part of 695"
    rule = "In the final period the balance of the special rate pool, where above 0."

    def formula(company, period):
        return company("is_final_accounting_period", period) * positive(company("special_rate_pool_balance", period))


class balancing_allowances(Variable):
    """Balances of both pools when the trade ceases (£)."""

    label = "Balancing allowances"
    reference = "CAA 2001 s.55(4)"
    rule = "The balancing allowances on both pools."

    def formula(company, period):
        return company("main_pool_balancing_allowance", period) + company("special_rate_pool_balancing_allowance", period)


class special_rate_allowance_balancing_charge(Variable):
    """Charge when plant that had a 50% allowance in full is disposed of: half its disposal value (£).

    Example: plant of £100,000 sold for £60,000 gives £30,000, and £30,000 comes off the special rate pool.
    """

    label = "Balancing charge, plant that had a 50% allowance"
    reference = "FA 2021 s.13; CAA 2001 s.59B"
    box = "694"
    rule = "Disposal value of plant that had a 50% allowance × the share of it that is charged at once."

    def formula(company, period):
        disposed = company("special_rate_allowance_disposal_value", period)
        return disposed * over_period(company, period, _HALF_CHARGED)


class special_rate_pool_balancing_charge(Variable):
    """Balancing charge on the special rate pool: disposal values above what is in it (£)."""

    label = "Balancing charge, special rate pool"
    reference = "CAA 2001 s.55(3)"
    box = "700"
    rule = "What the balance of the special rate pool is below 0."

    def formula(company, period):
        return positive(-company("special_rate_pool_balance", period))


class main_pool_balancing_charge(Variable):
    """Balancing charge on the main pool: disposal values above what is in it (£).

    Example: disposals of £12,000 from a pool of £10,000 give £2,000.
    """

    label = "Balancing charge, main pool"
    reference = "CAA 2001 s.55(3)"
    box = "710"
    rule = "What the balance of the main pool is below 0."

    def formula(company, period):
        return positive(-company("main_pool_balance", period))


class balancing_charges(Variable):
    """Balancing charges: on pools whose disposal values exceed them, and on plant that had a first-year allowance (£).

    Example: disposals of £12,000 from a main pool of £10,000 give £2,000.
    """

    label = "Balancing charges"
    reference = "CAA 2001 ss.55(3), 59A, 59B; FA 2021 ss.12, 13"
    box = "689 + 692 + 694 + 700 + 710"
    rule = (
        "The charges on both pools, on plant that had the super-deduction and on plant that had a 50% allowance, plus the "
        "disposal value of plant that had full expensing."
    )

    def formula(company, period):
        on_pools = company("main_pool_balancing_charge", period) + company("special_rate_pool_balancing_charge", period)
        on_super_deduction = company("super_deduction_balancing_charge", period)
        on_full_expensing = company("full_expensing_disposal_value", period)
        on_special_rate_allowance = company("special_rate_allowance_balancing_charge", period)
        return on_pools + (on_super_deduction + on_full_expensing + on_special_rate_allowance)
