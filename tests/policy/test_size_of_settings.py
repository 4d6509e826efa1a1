"""What a setting may be: nothing that takes the machine, and no charge with a tax below nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.errors import ReformError
from openfisca_goodwork.policy import law_of
from openfisca_goodwork.policy.laws import vocabulary_with
from openfisca_goodwork.policy.vocabulary import current_vocabulary, last_date
from openfisca_goodwork.system import current_law

RELIEF = "corporation_tax.marginal_relief"
ODD = (0, -1, 1e15, 1e308, -1e308, math.nan)
# (path, value): each of them once ended in a traceback, or took more memory than a small machine has.
REFUSED = (
    *(("assumptions.horizon", value) for value in ("0", "-1", "1e15")),
    ("assumptions.uncertainty.company_share.central", "0"),
    ("assumptions.uncertainty.losses_used_by_groups.central", "0"),
    ("assumptions.uncertainty.last_known_year", "-1e308"),
    ("assumptions.uncertainty.records", "1000000"),
    ("assumptions.uncertainty.draws", "100000"),
    ("assumptions.base.population.seed", "1e30"),
    ("assumptions.base.population.records", "4000000"),
    (f"{RELIEF}.upper_limit", "1e308"),
)


def settings():
    """A setting of each path of `REFUSED`, as an option or a link gives it."""
    return {path: f"{path}@{current_vocabulary()[path].first_date}={value}" for path, value in REFUSED}


def refusal(*settings):
    """What is said of settings; nothing where they make a law."""
    try:
        law_of(settings=settings)
    except ReformError as error:
        return str(error)
    return ""


def charged(values, profits):
    """Corporation tax and marginal relief of the year to 31 March 2028 on profits, where the law has other values."""
    first = {path: current_vocabulary()[path].values[0] for path in values}
    law = system.with_values(current_law(), {path: [replace(first[path], value=value)] for path, value in values.items()})
    inputs = {2028: {"trading_profit_before_capital_allowances": np.array(profits, dtype=float)}}
    return system.run(law, inputs, ("corporation_tax", "marginal_relief", "marginal_tax_rate"))[2028]


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_a_setting_that_no_small_machine_can_run_is_refused_with_its_range(path, value):
    said = refusal(f"{path}@{current_vocabulary()[path].first_date}={value}")
    assert f"{path}: " in said
    assert "is outside" in said


def test_every_number_set_to_an_odd_value_makes_a_law_or_is_refused_in_words():
    numbers = [leaf for leaf in current_vocabulary().values() if leaf.value_type is float]
    assert len(numbers) > 300
    for leaf in numbers:
        for value in ODD:
            said = refusal(f"{leaf.path}@{max(leaf.first_date.isoformat(), '2027-04-01')}={value}")
            assert said or leaf.least <= value <= leaf.most, (leaf.path, value)
            assert said or value in {0, -1}, (leaf.path, value)


def test_no_setting_moves_the_last_day_of_the_law_out_of_the_calendar():
    horizon = current_vocabulary()["assumptions.horizon"]
    for year in (horizon.least, horizon.most):
        law = vocabulary_with(settings=[f"assumptions.horizon@2008-04-01={year:g}"])
        assert last_date(law) == date(int(year), 12, 31)


@pytest.mark.parametrize(
    ("settings", "joining"),
    [
        ({"upper_limit": 2_500_000}, "0.00122449"),  # 6% × £50,000 ÷ £2,450,000
        ({"fraction": 1}, "0.015"),
        ({"lower_limit": 0}, "0"),
    ],
)
def test_relief_above_the_tax_is_refused_with_the_fraction_that_joins_the_rates(settings, joining):
    said = refusal(*(f"{RELIEF}.{name}@2027-04-01={value}" for name, value in settings.items()))
    assert "From 1 April 2027 marginal relief would be more than the tax that it reduces (CTA 2010 s.18B)." in said
    assert said.endswith(f"set {RELIEF}.fraction to {joining}.")


def test_an_upper_limit_with_the_fraction_that_joins_the_rates_is_law():
    assert refusal(f"{RELIEF}.upper_limit@2027-04-01=2500000", f"{RELIEF}.fraction@2027-04-01=0.00122449") == ""


def test_a_rate_of_nothing_with_relief_left_over_is_refused():
    assert "tax at 0% is £0" in refusal("corporation_tax.main_rate@2027-04-01=0")
    assert refusal("corporation_tax.main_rate@2027-04-01=0", f"{RELIEF}.fraction@2027-04-01=0") == ""


def test_marginal_relief_never_exceeds_the_tax_it_reduces():
    """£60,000 at 25% is £15,000, and 3/200 × (£2,500,000 − £60,000) would be £36,600."""
    found = charged({f"{RELIEF}.upper_limit": 2_500_000.0}, [60_000, 50_000, 200_000, 2_500_000, 0])
    # £200,000: 25% is £50,000, less 3/200 × £2,300,000 = £34,500.
    assert found["marginal_relief"].tolist() == pytest.approx([15_000, 0, 34_500, 0, 0])
    assert found["corporation_tax"].tolist() == pytest.approx([0, 9_500, 15_500, 625_000, 0])
    # The last £1 costs nothing where relief takes all, and main rate + fraction where it does not.
    assert found["marginal_tax_rate"].tolist() == pytest.approx([0, 0.19, 0.265, 0.265, 0], abs=1e-9)
