"""The main pool and the special rate pool of plant and machinery: writing down, charges, balances (CAA 2001 ss.53 to 66)."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import once
from openfisca_goodwork.law.periods import brought_forward, over_period
from openfisca_goodwork.law.plant_claims import MAIN, SPECIAL, plant_claims

_SMALL_POOL = "capital_allowances.writing_down.small_pool_limit"
_HALF_CHARGED = "capital_allowances.disposals.special_rate_allowance_charge"


def _balance(company, period, pool, disposals):
    """Available qualifying expenditure less disposal values; below zero where a charge falls due (£)."""
    return (
        brought_forward(company, period, f"{pool}_brought_forward")
        + once(company, period, plant_claims).pooled[pool]
        - disposals
    )


def _written_down(company, period, balance, rate):
    """Writing-down allowance on a pool's balance: the steps of ss.55 to 56A, the same for both pools (£)."""
    length = company("length_factor", period)
    small = balance <= over_period(company, period, _SMALL_POOL) * length
    allowance = balance * np.where(small, 1.0, rate * length)
    return np.where(company("is_final_accounting_period", period), 0, np.maximum(allowance, 0))


def _carried_forward(company, period, pool, balance, written_down):
    """The balance after writing down, and what this period's first-year allowances leave for the next (s.58(5))."""
    left = np.where(company("is_final_accounting_period", period), 0, np.maximum(balance, 0) - written_down)
    return left + once(company, period, plant_claims).residue[pool]


class main_pool_brought_forward(Variable, minimum=0):
    """Balance of the main pool brought into the accounting period (£); an input in the company's first one."""

    label = "Main pool brought forward"
    reference = "CAA 2001 s.59"

    def formula(company, period):
        return brought_forward(company, period, "main_pool_brought_forward")


class main_pool_balance(Variable):
    """Main pool before writing down: brought forward, spending pooled, less disposal values (£)."""

    label = "Main pool before writing down"
    reference = "CAA 2001 ss.57, 58, 60"
    rule = (
        "Brought forward, plus spending on main-rate plant and cars that no allowance took, and what a 40% allowance left "
        "of plant sold in the period it was bought in, less disposal values."
    )

    def formula(company, period):
        return _balance(company, period, MAIN, company("main_pool_disposal_value", period))


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
    in the final period, whose balance is an allowance or a charge (s.55(4)).
    Example: £100,000 in the year to 31 December 2026 at 14.99% gives £14,990.
    """

    label = "Writing-down allowance, main pool"
    reference = "CAA 2001 ss.55, 56, 56A"
    box = "part of 705"
    rule = (
        "Balance × yearly rate × length of the period; the whole balance of a pool no larger than the small pool limit × "
        "length; nothing in the final period."
    )

    def formula(company, period):
        return _written_down(
            company, period, company("main_pool_balance", period), company("main_pool_writing_down_rate", period)
        )


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
        written_down = company("main_pool_writing_down_allowance", period)
        return _carried_forward(company, period, MAIN, company("main_pool_balance", period), written_down)


class special_rate_pool_brought_forward(Variable, minimum=0):
    """Balance of the special rate pool brought into the accounting period (£); an input in the company's first one."""

    label = "Special rate pool brought forward"
    reference = "CAA 2001 s.59"

    def formula(company, period):
        return brought_forward(company, period, "special_rate_pool_brought_forward")


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
        charged = company("special_rate_allowance_balancing_charge", period)
        disposals = company("special_rate_pool_disposal_value", period)
        half_relieved = company("special_rate_allowance_disposal_value", period) - charged
        return _balance(company, period, SPECIAL, disposals + half_relieved)


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
        "length; nothing in the final period."
    )

    def formula(company, period):
        balance = company("special_rate_pool_balance", period)
        return _written_down(company, period, balance, company("special_rate_pool_writing_down_rate", period))


class special_rate_pool_carried_forward(Variable):
    """Balance of the special rate pool carried to the next accounting period (£), unrelieved 50% allowances included."""

    label = "Special rate pool carried forward"
    reference = "CAA 2001 ss.58(5), 59"
    rule = (
        "Balance, not below 0, less what is written down (0 in the final period), plus what a first-year allowance of less "
        "than 100% left unrelieved in this period, but for plant sold in it."
    )

    def formula(company, period):
        written_down = company("special_rate_pool_writing_down_allowance", period)
        return _carried_forward(company, period, SPECIAL, company("special_rate_pool_balance", period), written_down)


class balancing_allowances(Variable):
    """Balances of both pools when the trade ceases (£).

    Example: a pool of £10,000 whose plant sells for £4,000 in the final period gives £6,000.
    """

    label = "Balancing allowances"
    reference = "CAA 2001 s.55(4)"
    rule = "In the final period the balances of both pools, where above 0."

    def formula(company, period):
        balances = (company(f"{pool}_balance", period) for pool in (MAIN, SPECIAL))
        return company("is_final_accounting_period", period) * sum(np.maximum(one, 0) for one in balances)


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
        return disposed * over_period(company, period, _HALF_CHARGED) if disposed.any() else disposed


class balancing_charges(Variable):
    """Balancing charges: on pools whose disposal values exceed them, and on plant that had a first-year allowance (£).

    Plant that had the super-deduction is charged at the rate the period would give it: 1.3 times its disposal value
    before 1 April 2023, a tapered multiple across it, once after it (FA 2021 s.12(6) to (8)).
    Example: disposals of £12,000 from a main pool of £10,000 give £2,000.
    """

    label = "Balancing charges"
    reference = "CAA 2001 ss.55(3), 59A, 59B; FA 2021 ss.12, 13"
    box = "689 + 692 + 694 + 700 + 710"
    rule = (
        "Balances of pools below 0, plus the disposal value of plant that had the super-deduction × its rate (at least 1), "
        "of plant that had full expensing, and the charge on plant that had a 50% allowance."
    )

    def formula(company, period):
        on_pools = sum(np.maximum(-company(f"{pool}_balance", period), 0) for pool in (MAIN, SPECIAL))
        multiple = np.maximum(company("super_deduction_rate", period), 1)
        on_first_year_plant = (
            company("super_deduction_disposal_value", period) * multiple
            + company("full_expensing_disposal_value", period)
            + company("special_rate_allowance_balancing_charge", period)
        )
        return on_pools + on_first_year_plant
