"""The history of the law as reforms: the law of 1 April 2015 and every measure enacted since make the law of today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import pytest

from openfisca_goodwork.errors import PeriodError
from openfisca_goodwork.policy import compose, law_held_from, law_of, library, load
from openfisca_goodwork.policy.reform import Reform
from openfisca_goodwork.policy.vocabulary import WHOLE_PERIOD, Leaf, Vocabulary, apply_reform, current_vocabulary, in_force
from openfisca_goodwork.system import dated_values, leaf_parameters

START = "2015-04-01"
# Rates of interest follow the Bank Rate by a formula: no measure enacts each of them.
BY_FORMULA = "payment.interest."
Change = tuple[date, float | bool | str, str]


def history() -> list[Reform]:
    """Every enacted measure of the library, by the first day on which it changes anything."""
    found = [load(name) for name, file in library().items() if file.parent.name == "history"]
    return sorted(found, key=lambda reform: (reform.first_date, reform.name))


def changes(leaf: Leaf) -> list[Change]:
    """The dated changes of a parameter, each with its straddle.

    A value given again is no change, unless it begins a new window of a figure that no period is split by.
    """
    values = leaf.values
    starts = [
        later
        for earlier, later in pairwise(values)
        if later.value != earlier.value or _straddle(leaf, later) == WHOLE_PERIOD
    ]
    return [(one.date, one.value, _straddle(leaf, one)) for one in (*values[:1], *starts)]


def enacted_changes(law: Vocabulary) -> dict[str, list[Change]]:
    """The changes of every parameter but those that go by a formula."""
    return {path: changes(leaf) for path, leaf in law.items() if not path.startswith(BY_FORMULA)}


def _straddle(leaf: Leaf, value: object) -> str:
    return str(getattr(value, "metadata").get("straddle", leaf.straddle))  # noqa: B009


def laid_in_turn(law: Vocabulary, reforms: Iterable[Reform]) -> Vocabulary:
    for reform in reforms:
        law = apply_reform(law, reform)
    return law


def law_of_2015() -> Vocabulary:
    return apply_reform(current_vocabulary(), law_held_from(START))


def test_the_law_of_2015_held_for_ever_has_no_change_after_that_day() -> None:
    later = {
        path: [change for change in changes(leaf) if change[0] > date(2015, 4, 1)]
        for path, leaf in law_of_2015().items()
        if not path.startswith("assumptions.")
    }
    assert {path: found for path, found in later.items() if found} == {}


def test_the_law_of_2015_and_each_measure_enacted_since_in_turn_make_the_law_of_today() -> None:
    today, made = current_vocabulary(), laid_in_turn(law_of_2015(), history())
    differing = {
        path: (changes(made[path]), changes(leaf)) for path, leaf in today.items() if changes(made[path]) != changes(leaf)
    }
    differing = {path: pair for path, pair in differing.items() if not path.startswith(BY_FORMULA)}
    assert differing == {}


def test_all_of_history_at_once_makes_the_same_law_as_in_turn() -> None:
    at_once = apply_reform(current_vocabulary(), compose([law_held_from(START), *history()]))
    assert enacted_changes(at_once) == enacted_changes(current_vocabulary())


def test_without_any_one_measure_the_law_is_another_so_that_none_is_idle() -> None:
    never_in_force = "corporation-tax-17-percent-2020"
    measures, today = history(), enacted_changes(current_vocabulary())
    idle = []
    for left_out in measures:
        rest = laid_in_turn(law_of_2015(), [measure for measure in measures if measure is not left_out])
        if enacted_changes(rest) == today:
            idle.append(left_out.name)
    assert idle == [never_in_force]


def test_every_enacted_measure_names_its_act_or_paper_and_where_to_read_it() -> None:
    assert [change.name for change in history() if change.status != "enacted" or "https://" not in change.source] == []


def test_the_law_of_a_day_can_stand_wherever_a_reform_can() -> None:
    # FA 2021 made the main rate 25% from 1 April 2023; on 31 March 2021 it was 19%, and the allowance £1 million.
    old = law_of("law@2021-03-31").parameters
    assert old.corporation_tax.main_rate("2025-04-01") == 0.19
    both = law_of("law@2018-12-31 + annual-investment-allowance-1000000-2019").parameters
    limit = both.capital_allowances.annual_investment_allowance.limit
    assert [limit(day) for day in ("2018-12-31", "2019-01-01", "2020-12-31", "2021-01-01")] == [200_000, 1e6, 1e6, 200_000]
    assert both.corporation_tax.main_rate("2025-04-01") == 0.19


def test_the_law_of_a_day_leaves_assumptions_alone() -> None:
    before = {
        path: dated_values(parameter)
        for path, parameter in leaf_parameters(law_of()).items()
        if path.startswith("assumptions.")
    }
    after = leaf_parameters(law_of("law@2015-04-01"))
    assert before == {path: dated_values(after[path]) for path in before}


@pytest.mark.parametrize(("day", "words"), [("2009-01-01", "outside the days"), ("April", "'April' is not a day")])
def test_the_law_of_no_day_is_refused(day: str, words: str) -> None:
    with pytest.raises(PeriodError, match=words):
        law_of(f"law@{day}")


# What came of each fiscal event and after it, in the order of the days on which it changes anything.
SINCE = {
    "law-before-budget-2025": ["main-rate-allowances-2026", "zero-emission-allowances-to-2027"],
    "law-before-autumn-statement-2023": [
        "merged-research-credit-2024",
        "zero-emission-allowances-to-2026",
        "full-expensing-permanent-2024",
    ],
    "law-before-spring-budget-2023": ["research-intensive-companies-2023", "full-expensing-2023"],
    "law-before-autumn-statement-2022": ["charge-point-allowance-extension-2023", "research-relief-rates-2023"],
    "law-before-budget-2021": [
        "loss-carry-back-extension-2020",
        "super-deduction-2021",
        "annual-investment-allowance-extension-2022",
        "annual-investment-allowance-permanent-2023",
        "corporation-tax-25-percent-2023",
    ],
    "law-before-budget-2020": [
        "corporation-tax-19-percent-kept-2020",
        "research-expenditure-credit-13-percent-2020",
        "structures-and-buildings-allowance-3-percent-2020",
        "annual-investment-allowance-extension-2021",
        "car-emissions-2021",
        "research-payable-credit-cap-2021",
    ],
    "law-before-budget-2018": [
        "structures-and-buildings-allowance-2018",
        "annual-investment-allowance-1000000-2019",
        "charge-point-allowance-extension-2019",
        "special-rate-writing-down-6-percent-2019",
        "energy-saving-allowance-ends-2020",
    ],
    "law-before-budget-2016": [
        "charge-point-allowance-2016",
        "loss-reform-2017",
        "research-expenditure-credit-12-percent-2018",
        "car-emissions-2018",
        "very-large-companies-pay-early-2019",
        "corporation-tax-17-percent-2020",
    ],
    "law-before-autumn-statement-2015": ["apprenticeship-levy-2017"],
    "law-before-summer-budget-2015": ["annual-investment-allowance-200000-2016", "corporation-tax-19-percent-2017"],
}
# Laws from before the history that the library holds: what each was to be, by parameter and the days of April it is read on.
EARLIER = {
    "law-before-june-budget-2010": {
        "corporation_tax.main_rate": [0.28, 0.28, 0.28, 0.28, 0.28, 0.28],
        "corporation_tax.small_profits_rate": [0.21, 0.22, 0.22, 0.22, 0.22, 0.22],
        "corporation_tax.marginal_relief.fraction": [0.0175, 0.015, 0.015, 0.015, 0.015, 0.015],
        "capital_allowances.annual_investment_allowance.limit": [100_000] * 6,
        "capital_allowances.writing_down.main_rate": [0.20] * 6,
        "capital_allowances.writing_down.special_rate": [0.10] * 6,
    },
    "law-after-june-budget-2010": {
        "corporation_tax.main_rate": [0.28, 0.27, 0.26, 0.25, 0.24, 0.24],
        "corporation_tax.small_profits_rate": [0.21, 0.20, 0.20, 0.20, 0.20, 0.20],
        "corporation_tax.marginal_relief.fraction": [0.0175, 0.0175, 0.015, 0.0125, 0.01, 0.01],
        "capital_allowances.annual_investment_allowance.limit": [100_000, 100_000, 25_000, 25_000, 25_000, 25_000],
        "capital_allowances.writing_down.main_rate": [0.20, 0.20, 0.18, 0.18, 0.18, 0.18],
        "capital_allowances.writing_down.special_rate": [0.10, 0.10, 0.08, 0.08, 0.08, 0.08],
    },
    "law-before-autumn-statement-2012": {
        "corporation_tax.main_rate": [0.28, 0.26, 0.24, 0.23, 0.22, 0.22],
        "corporation_tax.small_profits_rate": [0.21, 0.20, 0.20, 0.20, 0.20, 0.20],
        "corporation_tax.marginal_relief.fraction": [0.0175, 0.015, 0.01, 0.0075, 0.005, 0.005],
        "capital_allowances.annual_investment_allowance.limit": [100_000, 100_000, 25_000, 25_000, 25_000, 25_000],
    },
    "law-after-autumn-statement-2012": {
        "corporation_tax.main_rate": [0.28, 0.26, 0.24, 0.23, 0.21, 0.21],
        "corporation_tax.small_profits_rate": [0.21, 0.20, 0.20, 0.20, 0.20, 0.20],
        "corporation_tax.marginal_relief.fraction": [0.0175, 0.015, 0.01, 0.0075, 0.0025, 0.0025],
        "capital_allowances.annual_investment_allowance.limit": [100_000, 100_000, 25_000, 250_000, 250_000, 25_000],
    },
}
# Plans that lie upon the law of an eve, beneath other measures of the same event.
PLANS = {"corporation-tax-24-percent-2014": ("law-before-june-budget-2010", "law-after-june-budget-2010")}
EVES = {"law-before-june-budget-2010": date(2010, 6, 21), "law-before-autumn-statement-2012": date(2012, 12, 4)}
MEASURES = {
    "annual-investment-allowance-stays-200000-2019": "annual-investment-allowance-1000000-2019",
    "no-structures-and-buildings-allowance": "structures-and-buildings-allowance-2018",
    "research-expenditure-credit-stays-12-percent-2020": "research-expenditure-credit-13-percent-2020",
    "no-super-deduction": "super-deduction-2021",
    "corporation-tax-stays-19-percent-2023": "corporation-tax-25-percent-2023",
    "charge-point-allowance-ends-2023": "charge-point-allowance-extension-2023",
    "no-full-expensing": "full-expensing-2023",
    "full-expensing-ends-2026": "full-expensing-permanent-2024",
    "no-merged-research-credit": "merged-research-credit-2024",
    "main-pool-stays-18-percent-2026": "main-rate-allowances-2026",
    "no-apprenticeship-levy": "apprenticeship-levy-2017",
}


@pytest.mark.parametrize("eve", SINCE)
def test_the_law_before_an_event_and_what_came_since_make_the_law_of_today(eve: str) -> None:
    events = list(SINCE)
    since = [name for event in reversed(events[: events.index(eve) + 1]) for name in SINCE[event]]
    made = laid_in_turn(apply_reform(current_vocabulary(), load(eve)), map(load, since))
    assert {path: changes(leaf) for path, leaf in made.items()} == {
        path: changes(leaf) for path, leaf in current_vocabulary().items()
    }


@pytest.mark.parametrize("name", EARLIER)
def test_a_law_from_before_the_history_has_the_rates_and_limits_of_its_day_for_ever(name: str) -> None:
    law = apply_reform(current_vocabulary(), load(name))
    for path, values in EARLIER[name].items():
        found = [in_force(law[path].values, date(year, 4, 1)) for year in range(2010, 2016)]
        assert [one and one.value for one in found] == values, path
        assert max(dated.date for dated in law[path].values) <= date(2015, 4, 1), path
    rates = {path: law[f"corporation_tax.{path}"].values[-1].value for path in ("main_rate", "small_profits_rate")}
    fraction = law["corporation_tax.marginal_relief.fraction"].values[-1].value
    assert fraction == pytest.approx((rates["main_rate"] - rates["small_profits_rate"]) / 4)  # of GBP 300,000 to 1.5 million


@pytest.mark.parametrize("name", EVES)
def test_a_law_on_the_eve_of_an_event_is_todays_up_to_that_day(name: str) -> None:
    law, today, eve = apply_reform(current_vocabulary(), load(name)), current_vocabulary(), EVES[name]
    for path, leaf in today.items():
        before = [[change for change in changes(held) if change[0] <= eve] for held in (leaf, law[path])]
        assert before[0] == before[1], path


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_upon_the_law_of_its_eve_has_the_rates_of_the_law_after_its_event(name: str) -> None:
    before, after = (apply_reform(current_vocabulary(), load(law)) for law in PLANS[name])
    planned = apply_reform(before, load(name))
    for path in load(name).edits:
        assert changes(planned[path]) == changes(after[path]) != changes(before[path])


def test_every_measure_that_was_costed_has_a_counterfactual_that_lacks_it_and_can_be_given_it() -> None:
    shelved = {name for name, file in library().items() if file.parent.name == "counterfactual"}
    assert shelved == {*MEASURES, *SINCE, *EARLIER, *PLANS}
    for counterfactual, measure in MEASURES.items():
        lacking = apply_reform(current_vocabulary(), load(counterfactual))
        given = apply_reform(lacking, load(measure))
        for path, edits in load(measure).edits.items():
            day = edits[0][0]
            values = [in_force(law[path].values, day) for law in (lacking, given, current_vocabulary())]
            lacks, has, today = (value.value for value in values if value is not None)
            assert has == today, path
            assert lacks != today or path in {"corporation_tax.small_profits_rate", "apprenticeship_levy.allowance"}, path
