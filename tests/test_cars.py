"""HMRC's own tests of its CT600 software: the class of a car on each side of each limit.

https://github.com/hmrc/ct-calculations (figures only), in
https://github.com/hmrc/ct-calculations/blob/main/src/test/scala/uk/gov/hmrc/ct/computations/calculations/LowEmissionCarsCalculatorSpec.scala
"""

from __future__ import annotations

from datetime import date

import pytest

from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.plant import class_of_car
from openfisca_goodwork.system import current_law

ALLOWANCE, MAIN, SPECIAL = "zero_emission_cars_new", "main_rate_cars", "special_rate_cars"


@pytest.mark.parametrize(
    ("bought", "emissions", "is_new", "expected"),
    [
        ("2009-04-01", 110, True, ALLOWANCE),
        ("2009-04-01", 111, True, MAIN),
        ("2013-03-31", 160, True, MAIN),
        ("2013-03-31", 161, True, SPECIAL),
        ("2009-04-01", 160, False, MAIN),
        ("2009-04-01", 161, False, SPECIAL),
        ("2013-04-01", 95, True, ALLOWANCE),
        ("2013-04-01", 96, True, MAIN),
        ("2015-03-31", 130, True, MAIN),
        ("2015-03-31", 131, True, SPECIAL),
        ("2013-04-01", 130, False, MAIN),
        ("2013-04-01", 131, False, SPECIAL),
        ("2015-04-01", 75, True, ALLOWANCE),
        ("2015-04-01", 76, True, MAIN),
        ("2018-03-31", 130, True, MAIN),
        ("2018-03-31", 131, True, SPECIAL),
        ("2018-06-01", 50, True, ALLOWANCE),
        ("2018-06-01", 51, True, MAIN),
        ("2018-06-01", 110, True, MAIN),
        ("2018-06-01", 109, False, MAIN),
        ("2018-06-01", 111, False, SPECIAL),
        ("2019-05-06", 120, False, SPECIAL),
        ("2027-03-31", 0, True, ALLOWANCE),
        ("2027-04-01", 0, True, MAIN),
        ("2026-05-01", 0, False, MAIN),
        ("2026-05-01", 51, True, SPECIAL),
    ],
)
def test_a_car_belongs_to_the_class_its_emissions_give_it_on_the_day_it_was_bought(bought, emissions, is_new, expected):
    assert class_of_car(current_law(), date.fromisoformat(bought), emissions, is_new=is_new) == expected


def test_a_car_bought_before_april_2009_is_refused_in_words():
    with pytest.raises(ParameterError, match="no value before 1 April 2009"):
        class_of_car(current_law(), date(2009, 3, 31), 100, is_new=True)
