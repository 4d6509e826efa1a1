"""Cars given one by one: the law of their day gives each its class, and the working says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork.company import CompanyResult, calculate, read
from openfisca_goodwork.company.many import calculate_many
from openfisca_goodwork.company.steps import Step
from openfisca_goodwork.errors import CompanyFileError

ALLOWANCE, MAIN, SPECIAL = "zero_emission_cars_new", "main_rate_cars", "special_rate_cars"


def car(day: str, emissions: float, cost: float = 30_000, *, new: bool = True) -> dict[str, Any]:
    return {"on": day, "car": cost, "co2_emissions": emissions, "new": new}


def year_with(*items: dict[str, Any], year: int = 2027, reforms: Any = (), **facts: Any) -> CompanyResult:
    period = {"start": f"{year}-01-01", "end": f"{year}-12-31", "expenditure": list(items), **facts}
    return calculate({"accounting_periods": [period]}, reforms)


def amounts(result: CompanyResult, law: str = "current_law") -> dict[str, float]:
    names = {
        "first year": "zero_emission_car_allowance",
        "main": "main_pool_writing_down_allowance",
        "special": "special_rate_pool_writing_down_allowance",
    }
    found = {key: result.accounting_periods[0].amount(law, name) for key, name in names.items()}
    return {key: round(value, 2) for key, value in found.items() if value}


def test_a_new_zero_emission_car_of_march_2027_has_all_of_its_30000_at_once() -> None:
    assert amounts(year_with(car("2027-03-31", 0))) == {"first year": 30_000}


def test_a_new_zero_emission_car_of_april_2027_has_14_percent_of_its_30000_in_the_main_pool() -> None:
    # 30,000 × 14% = 4,200
    assert amounts(year_with(car("2027-04-01", 0))) == {"main": 4_200}


def test_a_second_hand_zero_emission_car_has_14_percent_of_its_30000_in_the_main_pool() -> None:
    assert amounts(year_with(car("2027-03-31", 0, new=False))) == {"main": 4_200}


def test_a_car_of_51_grams_has_6_percent_of_its_30000_and_one_of_50_grams_14_percent() -> None:
    # 30,000 × 6% = 1,800 and 30,000 × 14% = 4,200
    assert amounts(year_with(car("2027-05-01", 51), car("2027-05-01", 50))) == {"main": 4_200, "special": 1_800}


def test_a_car_of_1000_grams_is_still_a_car() -> None:
    assert amounts(year_with(car("2027-05-01", 1_000))) == {"special": 1_800}


def test_two_cars_of_one_day_and_one_class_add_up() -> None:
    # 70,000 × 6% = 4,200
    assert amounts(year_with(car("2027-05-01", 120), car("2027-05-01", 90, 40_000, new=False))) == {"special": 4_200}


def test_cars_and_dated_items_of_their_class_add_up() -> None:
    # 50,000 × 6% = 3,000
    items = [car("2027-05-01", 120), {"on": "2027-08-01", SPECIAL: 20_000}]
    assert amounts(year_with(*items)) == {"special": 3_000}


@pytest.mark.parametrize(
    ("day", "emissions", "new", "expected"),
    [
        ("2012-06-01", 110, True, ALLOWANCE),
        ("2012-06-01", 110, False, MAIN),
        ("2016-06-01", 131, True, SPECIAL),
        ("2018-06-01", 50, True, ALLOWANCE),
        ("2018-06-01", 110, True, MAIN),
        ("2026-05-01", 51, True, SPECIAL),
    ],
)
def test_a_car_comes_to_the_same_as_its_cost_under_its_class(
    day: str, emissions: float, *, new: bool, expected: str
) -> None:
    year = int(day[:4])
    by_class = year_with({"on": day, expected: 30_000}, year=year)
    assert year_with(car(day, emissions, new=new), year=year).accounting_periods == by_class.accounting_periods


def reform(directory: Path, path: str, value: float) -> Path:
    text = (
        "reform: cars\ntitle: Cars\nsummary: Another rule for cars.\nstatus: counterfactual\nsource: a test\n"
        f'requires: ">=0.1"\nparameters:\n  {path}:\n    2027-01-01: {value}\n'
    )
    file = directory / "cars.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_reform_that_keeps_the_allowance_gives_it_to_a_car_of_april_2027(tmp_path: Path) -> None:
    longer = reform(tmp_path, "capital_allowances.first_year_allowances.zero_emission_cars.rate", 1)
    result = year_with(car("2027-04-01", 0), reforms=longer)
    assert (amounts(result), amounts(result, "reform")) == ({"main": 4_200}, {"first year": 30_000})


def test_a_reform_that_moves_the_limit_to_150_grams_puts_a_car_of_120_into_the_main_pool(tmp_path: Path) -> None:
    wider = reform(tmp_path, "capital_allowances.cars.main_pool_maximum_emissions", 150)
    result = year_with(car("2027-05-01", 120), reforms=wider)
    assert (amounts(result), amounts(result, "reform")) == ({"special": 1_800}, {"main": 4_200})
    kinds = {
        law: [step.result for step in result.working(law)[0] if "Class of the car" in step.label] for law in result.laws
    }
    assert kinds == {"current_law": ["Special-rate cars"], "reform": ["Main-rate cars"]}


def classed(*items: dict[str, Any]) -> list[Step]:
    return [step for step in year_with(*items).working()[0] if step.label.startswith("Class of the car")]


def test_the_working_says_which_limit_classed_a_car_since_when_and_where_it_is_to_be_read() -> None:
    (step,) = classed(car("2027-06-30", 45, new=False))
    assert step.label == "Class of the car of 30 June 2027: 45 g/km, second-hand"
    assert step.result == "Main-rate cars"
    assert step.words.endswith(
        "On that day the first-year allowance is not in force, its limit 0 g/km, that of the main pool 50 g/km."
    )
    limit = next(
        figure for figure in step.parameters if figure.path == "capital_allowances.cars.main_pool_maximum_emissions"
    )
    assert (limit.value, limit.start.isoformat()) == (50, "2021-04-01")
    assert limit.references[0].title == "SI 2021/120 art 6"


def test_the_limits_shown_are_those_of_the_day_and_not_of_the_period() -> None:
    before, after = classed(car("2027-03-31", 0), car("2027-04-01", 0))
    assert "the first-year allowance is in force" in before.words
    assert "the first-year allowance is not in force" in after.words


def test_the_working_lists_each_car_with_its_cost_its_emissions_and_whether_it_was_new() -> None:
    (step,) = classed(car("2027-06-30", 45))
    assert [(entry.label, entry.value) for entry in step.inputs] == [("Car", 30_000), ("Emissions, g/km", 45), ("New", True)]


def test_a_company_without_cars_has_no_such_step() -> None:
    assert classed() == []


def faults_of(*items: str, more: str = "") -> list[str]:
    lines = ["accounting_periods:", "  - start: 2027-01-01", "    end: 2027-12-31", *([f"    {more}"] if more else [])]
    content = "\n".join([*lines, "    expenditure:", *(f"      - {item}" for item in items)])
    with pytest.raises(CompanyFileError) as caught:
        read(content.encode())
    return [fault.message for fault in caught.value.faults]


EXAMPLE = "{on: 2027-02-14, car: 30000, co2_emissions: 45, new: true}"
ONE_CAR = "An item has one day and one car"
FAULTS = {
    "no emissions": (
        "{on: 2027-05-01, car: 30000, new: true}",
        f"The car does not say its emissions in grams per kilometre as `co2_emissions`. Write {EXAMPLE}.",
    ),
    "neither new nor second-hand": (
        "{on: 2027-05-01, car: 30000, co2_emissions: 45}",
        f"The car does not say whether it was new or second-hand as `new`. Write {EXAMPLE}.",
    ),
    "no cost": (
        "{on: 2027-05-01, co2_emissions: 45, new: true}",
        f"The car does not say what it cost as `car`. Write {EXAMPLE}.",
    ),
    "negative emissions": (
        "{on: 2027-05-01, car: 30000, co2_emissions: -1, new: true}",
        "co2_emissions is -1; it cannot be below 0.",
    ),
    "the cost for the emissions": (
        "{on: 2027-05-01, car: 45, co2_emissions: 30000, new: true}",
        "co2_emissions is 30,000; it cannot be above 1,000.",
    ),
    "text for emissions": (
        "{on: 2027-05-01, car: 30000, co2_emissions: low, new: true}",
        "co2_emissions must be a number, not 'low'.",
    ),
    "a unit with the emissions": (
        "{on: 2027-05-01, car: 30000, co2_emissions: 45 g/km, new: true}",
        "co2_emissions must be a number, not '45 g/km'.",
    ),
    "a word for new": (
        "{on: 2027-05-01, car: 30000, co2_emissions: 45, new: maybe}",
        "new must be yes or no, not 'maybe'.",
    ),
    "a negative cost": (
        "{on: 2027-05-01, car: -30000, co2_emissions: 45, new: true}",
        "car is -30,000; it cannot be below 0.",
    ),
    "no day": (
        "{car: 30000, co2_emissions: 45, new: true}",
        "The item has no date. Write its day as `on`: {on: 2027-02-14, external_course_fees: 12000}.",
    ),
    "a day outside the period": (
        "{on: 2008-05-01, car: 30000, co2_emissions: 45, new: true}",
        "1 May 2008 is outside the accounting period of this item, 1 January 2027 to 31 December 2027.",
    ),
    "another spelling": (
        "{on: 2027-05-01, car: 30000, co2_emissions: 45, new: true, emissions: 45}",
        "'emissions' is not known here. Did you mean co2_emissions?",
    ),
    "a car and plant in one item": (
        "{on: 2027-05-01, car: 30000, co2_emissions: 45, new: true, main_rate_plant_new: 5}",
        f"The item has a car and main_rate_plant_new. {ONE_CAR}: {EXAMPLE}.",
    ),
    "a car and its class": (
        "{on: 2027-05-01, car: 30000, co2_emissions: 45, new: true, main_rate_cars: 30000}",
        "main_rate_cars and car are given in one item. The emissions of a car give it its class: keep `car`.",
    ),
    "a class with emissions": (
        "{on: 2027-05-01, main_rate_cars: 30000, co2_emissions: 45}",
        (
            "co2_emissions is given with main_rate_cars, which is a class of cars already. Leave co2_emissions out, or have "
            f"the class worked out from a car: {EXAMPLE}."
        ),
    ),
    "plant with emissions": (
        "{on: 2027-05-01, main_rate_plant_new: 30000, co2_emissions: 45}",
        f"co2_emissions belongs to a car, not to main_rate_plant_new. Leave it out, or write {EXAMPLE}.",
    ),
    "a new machine": (
        "{on: 2027-05-01, main_rate_plant_used: 30000, new: true}",
        f"new belongs to a car, not to main_rate_plant_used. Leave it out, or write {EXAMPLE}.",
    ),
}


@pytest.mark.parametrize(("item", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_car_is_one_line_with_its_mend(item: str, message: str) -> None:
    assert faults_of(item) == [message]


def test_all_that_a_car_does_not_say_is_told_in_one_line() -> None:
    assert faults_of("{on: 2027-05-01, car: 30000}") == [
        (
            "The car does not say its emissions in grams per kilometre as `co2_emissions` or whether it was new or "
            f"second-hand as `new`. Write {EXAMPLE}."
        )
    ]


@pytest.mark.parametrize("name", [ALLOWANCE, MAIN, SPECIAL])
def test_cars_one_by_one_and_an_amount_of_a_class_are_refused_together(name: str) -> None:
    message = f"{name} is given both as an amount and car by car. Give one or the other."
    assert faults_of("{on: 2027-05-01, car: 30000, co2_emissions: 45, new: true}", more=f"{name}: 5") == [message]


def test_a_car_outside_the_dated_items_is_refused_with_the_item_to_write() -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(b"accounting_periods: [{start: 2027-01-01, end: 2027-12-31, car: 30000}]")
    assert [fault.message for fault in caught.value.faults] == [
        f"car is not given here. Write a car as a dated item under `expenditure`: {EXAMPLE}."
    ]


@pytest.mark.parametrize("name", ["car", "co2_emissions", "new"])
def test_a_table_says_which_columns_it_has_for_cars(name: str, tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(f"company,start,end,{name}\nA,2027-01-01,2027-12-31,30000\n", encoding="utf-8")
    with pytest.raises(CompanyFileError) as caught:
        calculate_many(path)
    assert [fault.message for fault in caught.value.faults] == [
        (
            f"{name} is no column: single cars are for company files, which class them by their emissions. A table has a "
            f"column for each class of cars: {ALLOWANCE}, {MAIN}, {SPECIAL}."
        )
    ]


def pick_up(day: str, cost: float, **more: Any) -> dict[str, Any]:
    return car(day, 200, cost) | {"double_cab": True} | more


def test_a_double_cab_under_a_contract_of_january_2025_is_plant_until_september_and_a_car_from_october() -> None:
    # https://gov.uk/hmrc-internal-manuals/capital-allowances-manual/ca23511
    # Example 1: a deposit of £3,500 on 1 January and £31,500 on 1 June: no car, so all has full expensing.
    result = year_with(
        pick_up("2025-01-01", 3_500), pick_up("2025-06-01", 31_500, ordered="2025-01-01"), year=2025, **_PROFIT
    )
    assert result.accounting_periods[0].amount("current_law", "full_expensing") == 35_000
    late = year_with(pick_up("2025-10-01", 31_500, ordered="2025-01-01"), year=2025, **_PROFIT)
    assert amounts(late) == {"special": 1_890}  # 31,500 × 6%


def test_a_double_cab_bought_in_april_2025_without_an_earlier_contract_is_a_car() -> None:
    assert amounts(year_with(pick_up("2025-03-31", 30_000), year=2025, **_PROFIT)) == {}
    for more in ({}, {"ordered": "2025-04-01"}):
        assert amounts(year_with(pick_up("2025-04-01", 30_000, **more), year=2025, **_PROFIT)) == {"special": 1_800}
    (step,) = [
        one
        for one in year_with(pick_up("2025-04-01", 30_000), year=2025).working()[0]
        if one.label.startswith("Class of the")
    ]
    assert step.words.startswith("A double-cab pick-up")


def test_a_second_hand_double_cab_before_april_2025_has_the_annual_investment_allowance() -> None:
    result = year_with(pick_up("2025-03-31", 30_000, new=False), year=2025, **_PROFIT)
    assert result.accounting_periods[0].amount("current_law", "annual_investment_allowance") == 30_000


def test_a_day_of_order_belongs_to_a_double_cab_and_plant_is_not_given_twice() -> None:
    with pytest.raises(CompanyFileError, match="ordered is given of a car that is no double-cab"):
        year_with(car("2025-06-01", 50) | {"ordered": "2025-01-01"}, year=2025)
    with pytest.raises(CompanyFileError, match="main_rate_plant_new is given both as an amount and car by car"):
        year_with(pick_up("2025-06-01", 30_000), year=2025, main_rate_plant_new=1)


_PROFIT = {"trading_profit_before_capital_allowances": 500_000}
