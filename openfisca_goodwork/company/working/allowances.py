"""The steps of capital allowances: length, claims on plant, pools, buildings, and their sum."""

from __future__ import annotations

from openfisca_goodwork.company.working.rows import BUILDINGS_SOLD, CARS, PERIOD, Row
from openfisca_goodwork.law.annual_investment_allowance_limit import LIMIT
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.cars import LIMITS
from openfisca_goodwork.law.plant_claims import ALLOWANCES, CLASSES, rate_path
from openfisca_goodwork.law.structures_and_buildings import RATE as BUILDINGS_RATE

_LENGTH, _PLANT, _POOLS, _BUILDINGS = "Length of the period", "Plant and machinery", "Pools", "Structures and buildings"
_SUM = "Capital allowances"
_LIMIT = "annual_investment_allowance_maximum"
_FINAL = "is_final_accounting_period"
_RATES = tuple(map(rate_path, ALLOWANCES))
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


def _claim(variable: str, allowances: tuple[str, ...], words: str, *others: str) -> Row:
    """The step of a first-year allowance: its classes of plant, and the rates that decide which is the best one."""
    classes = tuple(name for name, one in CLASSES.items() if set(allowances) & set(one.first_year_allowances))
    return Row(_PLANT, variable, words, (*classes, _FINAL, *others, *PERIOD), _rates_of(classes))


def _classes_of(pool: str) -> tuple[str, ...]:
    return tuple(name for name, one in CLASSES.items() if one.pool == pool)


def _rates_of(classes: tuple[str, ...]) -> tuple[str, ...]:
    """Rates of every first-year allowance that one of the classes of plant may have."""
    may_have = {allowance for name in classes for allowance in CLASSES[name].first_year_allowances}
    return tuple(rate_path(one) for one in ALLOWANCES if one in may_have)


_FULL = "Spending on days when this is the class's best rate × the rate; none in the final period."
_LEFT = "Spending on days when this is the class's best rate, less annual investment allowance used on it, × the rate."

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
    _claim(
        "super_deduction",
        ("super_deduction",),
        "Spending while the relief is in force × the super-deduction rate of the period; none in the final period.",
        "super_deduction_rate",
    ),
    _claim("full_expensing", ("full_expensing",), _FULL),
    _claim("zero_emission_car_allowance", ("zero_emission_cars",), _FULL),
    _claim("other_first_year_allowances", ("charge_points", "energy_saving"), _FULL),
    Row(
        _PLANT,
        "annual_investment_allowance",
        "Up to the maximum, on spending that no first-year allowance of 100% or more covers: first that without any, "
        "special-rate plant before second-hand, leased and new main-rate plant; then that with a smaller one, the lowest "
        "first. Spending before a rise of the limit counts as if it had not risen. No cars; none in the final period.",
        (_LIMIT, *(name for name, one in CLASSES.items() if one.has_annual_investment_allowance), _FINAL, *PERIOD),
        (LIMIT, *_RATES),
    ),
    _claim(
        "special_rate_allowance",
        ("special_rate_allowance", "special_rate_50"),
        _LEFT,
        _LIMIT,
        "annual_investment_allowance",
    ),
    _claim("main_rate_first_year_allowance", ("main_rate_40",), _LEFT, _LIMIT, "annual_investment_allowance"),
    Row(
        _POOLS,
        "special_rate_allowance_balancing_charge",
        "Disposal value of plant that had a 50% allowance × the share of it that is charged at once.",
        ("special_rate_allowance_disposal_value",),
        ("capital_allowances.disposals.special_rate_allowance_charge",),
    ),
    Row(
        _POOLS,
        "main_pool_balance",
        "Brought forward, plus spending on main-rate plant and cars that no allowance took, and what a 40% allowance left "
        "of plant sold in the period it was bought in, less disposal values.",
        (
            "main_pool_brought_forward",
            *_classes_of("main_pool"),
            "annual_investment_allowance",
            "main_rate_first_year_allowance",
            "main_rate_allowance_plant_bought_and_sold",
            "main_pool_disposal_value",
            *PERIOD,
        ),
        _rates_of(_classes_of("main_pool")),
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
            "main_rate_first_year_allowance",
            "main_rate_allowance_plant_bought_and_sold",
            _FINAL,
        ),
        (rate_path("main_rate_40"),),
    ),
    Row(
        _POOLS,
        "special_rate_pool_balance",
        "Brought forward, plus spending on special-rate plant and cars that no allowance took, and what a 50% allowance "
        "left of plant sold in the period it was bought in, less disposal values and the uncharged part of the disposal "
        "value of plant that had a 50% allowance.",
        (
            "special_rate_pool_brought_forward",
            *_classes_of("special_rate_pool"),
            "annual_investment_allowance",
            "special_rate_allowance",
            "special_rate_allowance_plant_bought_and_sold",
            "special_rate_pool_disposal_value",
            "special_rate_allowance_disposal_value",
            "special_rate_allowance_balancing_charge",
            *PERIOD,
        ),
        _rates_of(_classes_of("special_rate_pool")),
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
            "special_rate_allowance",
            "special_rate_allowance_plant_bought_and_sold",
            _FINAL,
        ),
        (rate_path("special_rate_allowance"), rate_path("special_rate_50")),
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
