"""The steps of capital allowances: length, claims on plant, pools, buildings, and their sum."""

from __future__ import annotations

from openfisca_goodwork.company.working.rows import BUILDINGS_SOLD, CARS, PERIOD, Row
from openfisca_goodwork.law.annual_investment_allowance import LIMIT
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.cars import LIMITS
from openfisca_goodwork.law.plant import (
    CLASSES,
    FIRST_YEAR_ALLOWANCES,
    MAIN,
    SPECIAL,
    FirstYearAllowance,
    classes_of,
    classes_with,
    in_turn,
    rate_path,
    rate_paths,
)
from openfisca_goodwork.law.structures_and_buildings import RATE as BUILDINGS_RATE

_LENGTH, _PLANT, _POOLS, _BUILDINGS = "Length of the period", "Plant and machinery", "Pools", "Structures and buildings"
_SUM = "Capital allowances"
_LIMIT = "annual_investment_allowance_maximum"
_FINAL = "is_final_accounting_period"
_COST_BEFORE, _NEW_COST, _SOLD_COST = (
    "structures_and_buildings_brought_forward",
    "structures_and_buildings_expenditure",
    "structures_and_buildings_disposals",
)
_SMALL_POOL = "capital_allowances.writing_down.small_pool_limit"
_WRITTEN_DOWN = (
    "Balance × yearly rate × length of the period; the whole balance of a pool no larger than the small pool limit × "
    "length; nothing in the final period."
)
_CARRIED = (
    "Balance, not below 0, less what is written down (0 in the final period), plus what a first-year allowance of less "
    "than 100% left unrelieved in this period, but for plant sold in it."
)


_FULL = "Spending on days when this is the class's best rate × the rate; none in the final period."
_LEFT = "Spending on days when this is the class's best rate, less annual investment allowance used on it, × the rate."
_SUPER = "super_deduction"
_SUPER_RULE = "Spending while the relief is in force × the super-deduction rate of the period; none in the final period."
_LEFT_BY = "Spending with a first-year allowance of less than 100% × what the rate leaves, but for plant sold in the period."


def _claim(allowance: FirstYearAllowance) -> Row:
    """The step of a first-year allowance: its classes of plant, and the rates that decide which is the best one."""
    classes = classes_with(*allowance.rates)
    others: tuple[str, ...]
    words, others = (_FULL, ()) if allowance.is_full else (_LEFT, (_LIMIT, "annual_investment_allowance"))
    if allowance.name == _SUPER:
        words, others = _SUPER_RULE, ("super_deduction_rate",)
    return Row(_PLANT, allowance.name, words, (*classes, _FINAL, *others, *PERIOD), rate_paths(*classes))


def _claims(*, full: bool) -> tuple[Row, ...]:
    """The steps of first-year allowances that come before the annual investment allowance, or after it."""
    return tuple(_claim(one) for one in FIRST_YEAR_ALLOWANCES.values() if one.is_full is full)


def _allocated(pool: str, words: str) -> Row:
    """The step of what no allowance took of the spending on a pool's classes."""
    classes = classes_of(pool)
    names = ("annual_investment_allowance", *_smaller(pool), *PERIOD)
    return Row(_POOLS, f"{pool}_expenditure_allocated", words, (*classes, *names), rate_paths(*classes))


def _left_by(pool: str) -> Row:
    """The step of what first-year allowances leave for a pool of the next period."""
    rates = [rate for one in FIRST_YEAR_ALLOWANCES.values() if not one.is_full for rate in one.rates]
    of_pool = tuple(rate_path(rate) for rate in rates if {CLASSES[name].pool for name in classes_with(rate)} == {pool})
    return Row(_POOLS, f"{pool}_left_by_first_year_allowances", _LEFT_BY, _smaller(pool), of_pool)


def _smaller(pool: str) -> tuple[str, ...]:
    """First-year allowances of less than 100% on the classes of a pool, and what of their plant was sold at once."""
    smaller = [one for one in FIRST_YEAR_ALLOWANCES.values() if not one.is_full]
    of_pool = [one for one in smaller if set(classes_with(*one.rates)) <= set(classes_of(pool))]
    return tuple(name for one in of_pool for name in (one.name, one.bought_and_sold) if name)


ROWS = (
    Row(
        _LENGTH,
        "length_factor",
        "1 for twelve months, leap year or not; otherwise days ÷ 365, or months ÷ 12 where apportioned by months.",
        PERIOD,
    ),
    Row(
        _PLANT,
        CARS,
        "A new car within the limit of the first-year allowance has that allowance while it is in force; any other within "
        "the limit of the main pool goes there, one above it to the special rate pool; the day it was bought decides.",
        (),
        LIMITS,
    ),
    Row(
        _PLANT,
        _LIMIT,
        "Limit × length of the period × share of the group's allowance; where the limit changes, each limit by its days.",
        ("length_factor", "annual_investment_allowance_share", *PERIOD),
        (LIMIT,),
    ),
    Row(
        _PLANT,
        "super_deduction_rate",
        "The rate in force; in a period that runs past the end of the relief 1 + (rate − 1) × share of its days before it.",
        PERIOD,
        (rate_path("super_deduction"),),
    ),
    Row(
        _PLANT,
        "super_deduction_expenditure",
        "Spending on days when the super-deduction is the class's best rate; none in the final period.",
        (*classes_with(_SUPER), _FINAL, *PERIOD),
        rate_paths(*classes_with(_SUPER)),
    ),
    *_claims(full=True),
    Row(
        _PLANT,
        "annual_investment_allowance",
        "Up to the maximum, on spending that no first-year allowance of 100% or more covers: first that without any, "
        "special-rate plant before second-hand, leased and new main-rate plant; then that with a smaller one, the lowest "
        "first. Spending before a rise of the limit counts as if it had not risen. No cars; none in the final period.",
        (_LIMIT, *(one.name for one in in_turn() if one.has_annual_investment_allowance), _FINAL, *PERIOD),
        (LIMIT, *rate_paths()),
    ),
    *_claims(full=False),
    Row(
        _POOLS,
        "special_rate_allowance_balancing_charge",
        "Disposal value of plant that had a 50% allowance × the share of it that is charged at once.",
        ("special_rate_allowance_disposal_value",),
        ("capital_allowances.disposals.special_rate_allowance_charge",),
    ),
    _allocated(
        MAIN,
        "Spending on main-rate plant and cars that no allowance took, and what a 40% allowance left of plant sold in the "
        "period it was bought in.",
    ),
    _left_by(MAIN),
    Row(
        _POOLS,
        "main_pool_balance",
        "Brought forward, plus spending on main-rate plant and cars that no allowance took, and what a 40% allowance left "
        "of plant sold in the period it was bought in, less disposal values.",
        (
            "main_pool_brought_forward",
            *classes_of(MAIN),
            "annual_investment_allowance",
            *_smaller(MAIN),
            "main_pool_expenditure_allocated",
            "main_pool_disposal_value",
            *PERIOD,
        ),
        rate_paths(*classes_of(MAIN)),
    ),
    Row(
        _POOLS,
        "main_pool_writing_down_rate",
        "The yearly rate; in a period that straddles a change, rates by days, rounded up to two decimals of a percent.",
        PERIOD,
        ("capital_allowances.writing_down.main_rate",),
    ),
    Row(
        _POOLS,
        "main_pool_writing_down_allowance",
        _WRITTEN_DOWN,
        ("main_pool_balance", "main_pool_writing_down_rate", "length_factor", _FINAL),
        (_SMALL_POOL,),
    ),
    Row(
        _POOLS,
        "main_pool_carried_forward",
        _CARRIED,
        (
            "main_pool_balance",
            "main_pool_writing_down_allowance",
            *_smaller(MAIN),
            "main_pool_left_by_first_year_allowances",
            _FINAL,
        ),
        _left_by(MAIN).parameters,
    ),
    _allocated(
        SPECIAL,
        "Spending on special-rate plant and cars that no allowance took, and what a 50% allowance left of plant sold in "
        "the period it was bought in.",
    ),
    _left_by(SPECIAL),
    Row(
        _POOLS,
        "special_rate_pool_balance",
        "Brought forward, plus spending on special-rate plant and cars that no allowance took, and what a 50% allowance "
        "left of plant sold in the period it was bought in, less disposal values and the uncharged part of the disposal "
        "value of plant that had a 50% allowance.",
        (
            "special_rate_pool_brought_forward",
            *classes_of(SPECIAL),
            "annual_investment_allowance",
            *_smaller(SPECIAL),
            "special_rate_pool_expenditure_allocated",
            "special_rate_pool_disposal_value",
            "special_rate_allowance_disposal_value",
            "special_rate_allowance_balancing_charge",
            *PERIOD,
        ),
        rate_paths(*classes_of(SPECIAL)),
    ),
    Row(
        _POOLS,
        "special_rate_pool_writing_down_rate",
        "The yearly rate; in a period that straddles a change, rates by days, rounded up to two decimals of a percent.",
        PERIOD,
        ("capital_allowances.writing_down.special_rate",),
    ),
    Row(
        _POOLS,
        "special_rate_pool_writing_down_allowance",
        _WRITTEN_DOWN,
        ("special_rate_pool_balance", "special_rate_pool_writing_down_rate", "length_factor", _FINAL),
        (_SMALL_POOL,),
    ),
    Row(
        _POOLS,
        "special_rate_pool_carried_forward",
        _CARRIED,
        (
            "special_rate_pool_balance",
            "special_rate_pool_writing_down_allowance",
            *_smaller(SPECIAL),
            "special_rate_pool_left_by_first_year_allowances",
            _FINAL,
        ),
        _left_by(SPECIAL).parameters,
    ),
    Row(
        _POOLS,
        "balancing_allowances",
        "In the final period the balances of both pools, where above 0.",
        ("main_pool_balance", "special_rate_pool_balance", _FINAL),
    ),
    Row(
        _POOLS,
        "balancing_charges",
        "Balances of pools below 0, plus the disposal value of plant that had the super-deduction × its rate (at least 1), "
        "of plant that had full expensing, and the charge on plant that had a 50% allowance.",
        (
            "main_pool_balance",
            "special_rate_pool_balance",
            "super_deduction_disposal_value",
            "super_deduction_rate",
            "full_expensing_disposal_value",
            "special_rate_allowance_balancing_charge",
        ),
    ),
    Row(
        _BUILDINGS,
        "structures_and_buildings_allowance",
        "Cost × each day's rate ÷ the days of the year, for every day of use, up to the day of a sale; amounts "
        "given for the whole period are taken to come evenly over its days.",
        (_COST_BEFORE, _NEW_COST, _SOLD_COST, "length_factor", *PERIOD),
        (BUILDINGS_RATE,),
    ),
    Row(
        _BUILDINGS,
        "structures_and_buildings_carried_forward",
        "Cost brought forward + cost of the period − cost of what was sold; nothing after the final period.",
        (_COST_BEFORE, _NEW_COST, _SOLD_COST, _FINAL),
    ),
    Row(
        _BUILDINGS,
        BUILDINGS_SOLD,
        "Cost × each day's rate ÷ the days of the year, for every day of use before the sale, as if claimed in full. Before "
        "the first accounting period told of, periods are taken to be years.",
        (),
        (BUILDINGS_RATE,),
    ),
    Row(
        _BUILDINGS,
        "structures_and_buildings_gain",
        "Where there are proceeds, or allowances given on what was disposed of: proceeds + those allowances − its cost; a "
        "loss, so far as there are other chargeable gains.",
        (
            "structures_and_buildings_disposal_proceeds",
            "structures_and_buildings_allowances_given_on_disposals",
            _SOLD_COST,
            "chargeable_gains",
        ),
    ),
    Row(_SUM, "capital_allowances", "The sum of the allowances above, balancing charges not netted off.", PARTS),
)
