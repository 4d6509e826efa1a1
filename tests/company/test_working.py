"""The working of one company is complete: its steps alone give the tax again, and nothing that was read is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from openfisca_goodwork.company import CompanyResult, calculate
from openfisca_goodwork.company.vocabulary import output_variables
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy.laws import Reforms
from openfisca_goodwork.rendering import as_json
from openfisca_goodwork.reports.company import report_of
from openfisca_goodwork.reports.text import render
from tests.company.by_hand import work_out
from tests.company.random_clauses import a_clause, facts_for_it, marks_for_it, the_whole_clause
from tests.company.told import told
from tests.company.training_by_hand import HEADS
from tests.seeds import seeds

REFORM = "human-investment-super-deduction"
EXAMPLES = Path(__file__).parents[2] / "examples"
PENNY = 0.005
# Outputs that no step shows, and parameters that no step shows, each with its reason.
NO_STEP: dict[str, str] = {}
NO_PARAMETER = {"assumptions.horizon": "the last year for which law is held: it refuses a date and enters no figure"}

STARTS = [
    "2019-04-01", "2019-07-01", "2021-04-01", "2022-07-01", "2023-01-01", "2023-02-14", "2025-06-30", "2025-04-01",
    "2026-01-01", "2026-04-01", "2027-01-01",
]  # fmt: skip
PLANT = [
    "main_rate_plant_new", "main_rate_plant_used", "main_rate_plant_for_leasing_new", "special_rate_plant_new",
    "special_rate_plant_used", "zero_emission_cars_new", "main_rate_cars", "special_rate_cars", "charge_points",
    "energy_saving_plant", "structures_and_buildings_expenditure", "structures_and_buildings_disposals",
]  # fmt: skip
MONEY = [
    "main_pool_disposal_value", "special_rate_pool_disposal_value", "super_deduction_disposal_value",
    "special_rate_allowance_disposal_value", "full_expensing_disposal_value", "property_profits",
    "special_rate_allowance_plant_bought_and_sold", "main_rate_allowance_plant_bought_and_sold",
    "non_trading_loan_relationship_profits", "chargeable_gains", "other_income", "exempt_distributions",
    "qualifying_charitable_donations", "group_relief_available", "levy_funded_training", "training_from_connected_parties",
    "training_grants_received", "training_in_research_and_development", "structures_and_buildings_disposal_proceeds",
    "structures_and_buildings_allowances_given_on_disposals", "total_relevant_expenditure",
]  # fmt: skip
OPENING = [
    "trading_losses_brought_forward", "trading_losses_brought_forward_pre_april_2017", "main_pool_brought_forward",
    "special_rate_pool_brought_forward", "structures_and_buildings_brought_forward",
    "research_and_development_credit_brought_forward", "notional_tax_deduction_brought_forward",
]  # fmt: skip
SHARES = [
    "annual_investment_allowance_share", "deductions_allowance_share", "loss_absorbed_by_group_share",
    "research_and_development_staff_share",
]  # fmt: skip
TRUTHS = [
    "is_small_or_medium_sized_enterprise", "is_research_intensive", "claims_research_and_development_expenditure_credit",
    "claims_research_and_development_tax_credit", "is_exempt_from_paye_and_nic_cap",
]  # fmt: skip
CHOICES: dict[str, list[Any]] = {
    "associated_companies": [0, 0, 1, 3],
    "claims_loss_carry_back": [True, False],
    "is_uk_resident": [True, True, True, False],
    "is_close_investment_holding_company": [False, False, False, True],
    "claims_human_investment_relief": [True, True, True, False],
    **{name: [True, False] for name in TRUTHS},
    **{name: [1.0, 0.5, 0.0, 0.123456789] for name in SHARES},
    "research_and_development_expenditure": [0.0, 0.0, 30_000.0, 400_000.0],
    "paye_and_nic": [0.0, 20_000.0, 300_000.0],
}
SIZES = [3_000, 60_000, 400_000, 20_000_000]


def year_from(start: date) -> date:
    return date(start.year + 1, start.month, start.day) - timedelta(days=1)


def a_company(seed: int, starts: list[str] = STARTS, *, for_clause: bool = False) -> dict[str, Any]:
    """One to four accounting periods, every third one short, each with about a third of all the facts there are.

    For the clause with fewer of them, so that more is left for its relief to act on, and with the facts that it asks for.
    """
    draw = Random(seed)  # noqa: S311
    size, start = draw.choice(SIZES), date.fromisoformat(draw.choice(starts))
    count, found = draw.choice([1, 2, 3, 4, 4]), []
    for place in range(count):
        end = year_from(start) if draw.random() < 0.67 else start + timedelta(days=draw.randint(20, 364))
        names = [*PLANT, *HEADS, *MONEY, *(OPENING if place == 0 else [])]
        chance = 0.1 if for_clause else 0.3
        facts: dict[str, Any] = {name: draw.uniform(0, size / 4) for name in names if draw.random() < chance}
        facts |= {name: draw.choice(options) for name, options in CHOICES.items()}
        facts["is_final_accounting_period"] = place == count - 1 and draw.random() < 0.4
        dated = [name for name in (*PLANT, *HEADS) if name not in facts]
        days = [start + timedelta(days=draw.randint(0, (end - start).days)) for _ in range(draw.randint(0, 4))]
        facts["expenditure"] = [{"on": day, draw.choice(dated): draw.uniform(0, size / 4)} for day in days]
        if for_clause:
            dated_heads = {name for item in facts["expenditure"] for name in item}
            more = facts_for_it(draw, is_first=place == 0)
            facts |= {name: value for name, value in more.items() if name not in dated_heads}
            facts |= marks_for_it(draw, facts["expenditure"])
        profit = draw.uniform(-size, 2 * size)
        found.append({"start": start, "end": end, "trading_profit_before_capital_allowances": profit, **facts})
        start = end + timedelta(days=1)
    return {"accounting_periods": found}


def comes_out_again(company: dict[str, Any], reform: Reforms = REFORM) -> CompanyResult:
    result = calculate(company, reform)
    for law in ("current_law", "reform"):
        written = json.dumps(as_json(result.working(law)), allow_nan=False)
        again = work_out([told(steps) for steps in json.loads(written)])
        for figures, one in zip(again, result.accounting_periods, strict=True):
            assert figures == {name: pytest.approx(one.amount(law, name), abs=PENNY) for name in figures}
    return result


@pytest.mark.parametrize("seed", seeds(10, 100))
def test_the_tax_comes_out_again_from_the_inputs_and_figures_of_law_of_the_steps_alone(seed: int) -> None:
    result = comes_out_again(a_company(seed))
    if seed % 6 == 0:  # the whole result can be written too, which asks for far more of the law
        assert json.loads(json.dumps(result.to_dict(working=True), allow_nan=False))["accounting_periods"]


@pytest.mark.parametrize("seed", seeds(10, 100))
def test_so_does_that_of_a_clause_with_any_of_its_switches_on(seed: int) -> None:
    company = a_company(seed, ["2025-04-01", "2026-01-01", "2026-06-30", "2027-01-01", "2027-04-01"], for_clause=True)
    comes_out_again(company, a_clause(seed))


def test_so_does_that_of_a_lessor_whose_allowance_runs_out_in_a_year_across_1_january_2026() -> None:
    facts = {"trading_profit_before_capital_allowances": 9_000_000, "main_rate_plant_for_leasing_new": 3_000_000}
    comes_out_again({"accounting_periods": [{"start": "2025-07-01", "end": "2026-06-30", **facts}]})


EVERYTHING: dict[str, Any] = {
    "company": {"name": "Example Ltd"},
    "accounting_periods": [
        {
            "start": "2027-01-01",
            "end": "2027-12-31",
            "trading_profit_before_capital_allowances": 300_000,
            "expenditure": [{"on": "2027-06-30", "external_course_fees": 12_000}],
            **dict.fromkeys(PLANT, 50_000),
            **dict.fromkeys([*MONEY, *HEADS[1:], *OPENING, "baseline_training_expenditure"], 1_000),
        },
        {
            "start": "2028-01-01",
            "end": "2028-12-31",
            "trading_profit_before_capital_allowances": -900_000,
            "claims_loss_carry_back": True,
            "loss_absorbed_by_group_share": 0.1,
        },
    ],
}


@pytest.fixture(scope="module")
def result() -> CompanyResult:
    return calculate(EVERYTHING, REFORM)


def all_steps(result: CompanyResult) -> Iterator[dict[str, Any]]:
    for period in result.to_dict(working=True)["accounting_periods"]:
        for steps in period["working"].values():
            yield from steps


def test_every_output_of_the_law_is_a_step(result: CompanyResult) -> None:
    assert {step.variable for step in result.working("reform")[1]} - {""} == set(output_variables()) - set(NO_STEP)


def test_no_step_stands_twice_and_each_result_is_the_output(result: CompanyResult) -> None:
    for law in ("current_law", "reform"):
        for steps, one in zip(result.working(law), result.accounting_periods, strict=True):
            found = [(step.variable, step.result) for step in steps if step.variable]
            assert len(dict(found)) == len(found)
            assert dict(found) == {name: one.outputs[law][name] for name in dict(found)}


def test_a_step_starts_from_nothing_that_comes_later(result: CompanyResult) -> None:
    seen: set[str] = set()
    for step in result.working("reform")[1]:
        assert {entry.name for entry in step.inputs if entry.origin == "step" and entry.name} <= seen
        seen.add(step.variable)


@pytest.mark.parametrize("reform", [REFORM, the_whole_clause()], ids=["super-deduction", "the whole clause"])
def test_every_parameter_read_in_a_calculation_is_shown(reform: Reforms, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    module = import_module("openfisca_goodwork.law.periods.history")
    find = module._find

    def recorded(system: Any, path: str) -> Any:
        read.add(path)
        return find(system, path)

    monkeypatch.setattr(module, "_find", recorded)
    monkeypatch.setattr(module, "_HISTORIES", WeakKeyDictionary())
    result = calculate(EVERYTHING, reform)
    monkeypatch.undo()
    shown = {figure["path"] for step in all_steps(result) for figure in step["parameters"]}
    assert len(read) > 40
    assert read - shown - set(NO_PARAMETER) == set()


def test_every_value_a_formula_used_is_among_or_between_the_values_shown(result: CompanyResult) -> None:
    for step in all_steps(result):
        dated: dict[str, list[float]] = {}
        for figure in step["parameters"]:
            dated.setdefault(figure["path"], []).append(figure["value"])
        for used in step["used"]:
            values = dated[used["path"]]
            if isinstance(used["value"], float):
                assert min(values) <= used["value"] <= max(values)
            else:
                assert used["value"] in values


def test_every_figure_of_law_has_its_day_and_its_source(result: CompanyResult) -> None:
    for step in all_steps(result):
        for figure in step["parameters"]:
            assert date.fromisoformat(figure["from"])
            assert figure["references"], figure["path"]
            assert all(each["title"] for each in figure["references"])
            assert figure["kind"] == "proposal" or all(each["href"].startswith("https://") for each in figure["references"])


def test_a_year_across_1_april_2026_shows_both_rates_and_the_hybrid() -> None:
    facts = {"start": "2026-01-01", "end": "2026-12-31", "main_pool_brought_forward": 100_000}
    steps = calculate({"accounting_periods": [facts]}).working()[0]
    rate = next(step for step in steps if step.variable == "main_pool_writing_down_rate")
    assert [(figure.start.isoformat(), figure.value) for figure in rate.parameters] == [
        ("2012-04-01", 0.18),
        ("2026-04-01", 0.14),
    ]
    assert [figure.value for figure in rate.used] == [0.1499]
    assert rate.result == 0.1499


def test_a_year_across_1_april_2023_is_charged_in_two_parts_that_add_up() -> None:
    # 90 days of 2022-23 at 19%: 200,000 × 90/365 × 19% = 9,369.86; the year in all is 46,483.75
    facts = {"start": "2023-01-01", "end": "2023-12-31", "trading_profit_before_capital_allowances": 200_000}
    steps = calculate({"accounting_periods": [facts]}).working()[0]
    parts = [step for step in steps if step.label.startswith("Tax from")]
    assert [step.label for step in parts] == [
        "Tax from 1 January 2023 to 31 March 2023",
        "Tax from 1 April 2023 to 31 December 2023",
    ]
    assert parts[0].result == pytest.approx(9_369.86, abs=PENNY)
    assert sum(float(step.result) for step in parts if isinstance(step.result, float)) == pytest.approx(46_483.75, abs=PENNY)
    names = dict.fromkeys(figure.path.rpartition(".")[2] for figure in parts[1].parameters)
    assert list(names) == ["lower_limit", "upper_limit", "main_rate", "small_profits_rate", "fraction"]


def test_a_balance_is_told_of_in_the_first_period_and_comes_from_the_period_before_in_the_second(
    result: CompanyResult,
) -> None:
    for steps, origin in zip(result.working(), ("company", "period before"), strict=True):
        balance = next(step for step in steps if step.variable == "main_pool_balance")
        assert [entry.origin for entry in balance.inputs if entry.name == "main_pool_brought_forward"] == [origin]


def test_items_are_listed_day_by_day(result: CompanyResult) -> None:
    step = next(one for one in result.working("reform")[0] if one.variable == "qualifying_training_expenditure")
    fees = [(str(entry.day), entry.value) for entry in step.inputs if entry.name == "external_course_fees"]
    assert fees == [("2027-06-30", 12_000)]


def test_json_has_the_working_only_where_it_is_asked_for(result: CompanyResult) -> None:
    assert "working" not in result.to_dict()["accounting_periods"][0]
    assert list(result.to_dict(working=True)["accounting_periods"][0]["working"]) == ["current_law", "reform"]


def test_a_law_that_was_not_worked_out_is_refused() -> None:
    result = calculate(EVERYTHING)
    with pytest.raises(GoodworkError, match="'reform' was not worked out"):
        result.working("reform")


def in_words(result: CompanyResult) -> str:
    return render(report_of(result, working=True))


def test_the_words_show_the_sum_with_its_sources() -> None:
    text = in_words(calculate(EXAMPLES / "small-company.yaml", REFORM))
    words = [" ".join(line.split()) for line in text.splitlines()]
    assert "1 January 2028 to 31 December 2028, under the reform" in words
    assert "− human-investment deduction + clawback. [CAA 2001" in " ".join(words)
    assert "Upper limit of the part, for this company 250,000.00" in words
    assert "Tax from 1 January 2028 to 31 December 2028 59,850.00" in words
    assert "https://www.legislation.gov.uk/ukpga/2021/26/section/6" in words
    assert max(map(len, text.splitlines())) <= 130


def test_the_words_end_with_each_source_once() -> None:
    text = in_words(calculate(EVERYTHING, REFORM))
    listed = text.split("Sources of the figures of law")[1]
    assert listed.count("corporation_tax.main_rate, from 1 April 2023") == 1


def test_a_hostile_name_cannot_steer_the_terminal() -> None:
    text = in_words(calculate({**EVERYTHING, "company": {"name": "Red \x1b[31m Ltd"}}))
    assert "\x1b" not in text
