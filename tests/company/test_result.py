"""What a result looks like: JSON, table, text; and that a file and a mapping come to the same."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork.company import CompanyResult, calculate, read
from openfisca_goodwork.version import model_version

REFORM = "human-investment-super-deduction"
EXAMPLES = Path(__file__).parents[2] / "examples"
COMPANY: dict[str, Any] = {
    "company": {"name": "Example Ltd"},
    "accounting_periods": [
        {
            "start": "2028-01-01",
            "end": "2028-12-31",
            "trading_profit_before_capital_allowances": 240_000,
            "external_course_fees": 20_000,
        },
        {"start": "2029-01-01", "end": "2029-12-31", "trading_profit_before_capital_allowances": -50_000},
    ],
}
# The outputs of the public vocabulary that every computation of one company must list.
PUBLIC = {
    "annual_investment_allowance_maximum", "annual_investment_allowance", "super_deduction_rate", "super_deduction",
    "special_rate_allowance", "full_expensing", "main_rate_first_year_allowance", "zero_emission_car_allowance",
    "main_pool_writing_down_rate", "special_rate_pool_writing_down_rate", "main_pool_writing_down_allowance",
    "special_rate_pool_writing_down_allowance", "main_pool_carried_forward", "special_rate_pool_carried_forward",
    "balancing_charges", "structures_and_buildings_allowance", "capital_allowances", "trade_profit", "trade_loss",
    "total_profits", "group_relief", "group_relief_surrendered", "loss_restriction_maximum", "trading_losses_used",
    "trading_losses_carried_forward", "taxable_total_profits", "augmented_profits", "marginal_relief_lower_limit",
    "marginal_relief_upper_limit", "marginal_relief", "corporation_tax", "net_corporation_tax", "marginal_tax_rate",
    "qualifying_training_expenditure", "human_investment_deduction", "payment_regime",
}  # fmt: skip


@pytest.fixture(scope="module")
def reformed() -> CompanyResult:
    return calculate(COMPANY, [REFORM])


def test_json_has_the_public_shape(reformed: CompanyResult) -> None:
    data = reformed.to_dict()
    assert list(data) == ["model_version", "reforms", "assumed", "accounting_periods"]
    assert data["model_version"] == model_version()
    assert data["reforms"] == [REFORM]
    first = data["accounting_periods"][0]
    assert list(first) == ["start", "end", "current_law", "reform", "instalments", "training"]
    assert (first["start"], first["end"]) == ("2028-01-01", "2028-12-31")
    assert first["instalments"]["current_law"] == [{"due": "2029-10-01", "amount": pytest.approx(59_850)}]
    assert first["instalments"]["reform"] == [{"due": "2029-10-01", "amount": pytest.approx(58_260)}]


def test_json_lists_every_public_output_and_nothing_that_was_given(reformed: CompanyResult) -> None:
    outputs = reformed.to_dict()["accounting_periods"][0]["reform"]
    assert set(outputs) >= PUBLIC
    assert not {"external_course_fees", "accounting_period_start", "trading_losses_brought_forward"} & set(outputs)
    assert outputs["payment_regime"] == "ordinary"


def test_without_reforms_there_is_no_reform_part() -> None:
    first = calculate(COMPANY).to_dict()["accounting_periods"][0]
    assert list(first) == ["start", "end", "current_law", "instalments"]
    assert list(first["instalments"]) == ["current_law"]


def test_json_is_strict_json(reformed: CompanyResult) -> None:
    assert json.loads(json.dumps(reformed.to_dict(), allow_nan=False)) == reformed.to_dict()


def test_no_limit_is_null_in_json(reformed: CompanyResult) -> None:
    first = reformed.accounting_periods[0]
    outputs = {law: {**values, "instalment_threshold": math.inf} for law, values in first.outputs.items()}
    unlimited = dataclasses.replace(
        reformed, accounting_periods=(dataclasses.replace(first, outputs=outputs), *reformed.accounting_periods[1:])
    )
    assert unlimited.to_dict()["accounting_periods"][0]["reform"]["instalment_threshold"] is None


def test_a_company_of_which_nothing_is_told_has_only_finite_figures_but_for_limits_that_are_none() -> None:
    result = calculate({"accounting_periods": [{"start": "2028-01-01", "end": "2028-12-31"}]}, [REFORM])
    figures = [pair for values in result.accounting_periods[0].outputs.values() for pair in values.items()]
    numbers = [(name, value) for name, value in figures if isinstance(value, float)]
    assert {name for name, value in numbers if not math.isfinite(value)} <= {"human_investment_credit_cap"}
    assert not any(math.isnan(value) for _name, value in numbers)
    assert not any(math.copysign(1, value) < 0 for _name, value in numbers if value == 0)


def test_results_are_frozen(reformed: CompanyResult) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        reformed.model_version = "2"  # type: ignore[misc]


def test_the_table_has_a_row_for_each_output_of_each_period(reformed: CompanyResult) -> None:
    table = reformed.to_dataframe()
    assert list(table.columns) == ["start", "end", "variable", "current_law", "reform"]
    tax = table[table.variable == "corporation_tax"]
    assert tax["current_law"].tolist() == pytest.approx([59_850, 0])
    assert tax["reform"].tolist() == pytest.approx([58_260, 0])
    assert list(calculate(COMPANY).to_dataframe().columns) == ["start", "end", "variable", "current_law"]


def test_the_summary_says_the_finding_then_what_the_reform_is(reformed: CompanyResult) -> None:
    lines = reformed.summary().splitlines()
    assert lines[0] == "Example Ltd would pay £1,590.00 less corporation tax under the reform"
    assert lines[1] == f"Proposed, not law: Human-investment super-deduction ({REFORM})"


def test_the_summary_lays_both_laws_side_by_side(reformed: CompanyResult) -> None:
    words = [line.split() for line in reformed.summary().splitlines()]
    assert ["Corporation", "tax", "59,850.00", "58,260.00", "-1,590.00"] in words
    assert ["less", "human-investment", "deduction", "0.00", "6,000.00", "6,000.00"] in words
    assert ["1", "October", "2029", "59,850.00", "58,260.00", "-1,590.00"] in words


def test_the_summary_says_pence_per_pound_of_training_1590_over_20000(reformed: CompanyResult) -> None:
    assert "saves £1,590.00 of tax, 7.95p for every £1 of qualifying training." in reformed.summary()


def test_the_summary_of_a_loss_says_what_is_carried_forward() -> None:
    facts = {**COMPANY["accounting_periods"][0], "trading_profit_before_capital_allowances": "-£100,000"}
    text = calculate({"accounting_periods": [facts]}, [REFORM]).summary()
    assert text.startswith("The company would pay the same corporation tax under the reform")
    assert (
        "saves no tax now, and carries £6,000.00 more of losses forward, relieved when later profits use the losses." in text
    )
    assert "Nothing to pay" in text


def test_figures_of_a_summary_stand_one_under_the_other(reformed: CompanyResult) -> None:
    first = reformed.summary().split("\n\n")[1].split("\nDue")[0].splitlines()
    figures = [line for line in first if line.endswith(tuple("0123456789")) and line != first[0]]
    assert len({len(line) for line in figures}) == 1
    assert len(figures) >= 8


def test_the_summary_of_current_law_has_no_reform_column() -> None:
    text = calculate(COMPANY).summary()
    assert text.startswith("Example Ltd pays £59,850.00 of corporation tax")
    assert "Reform" not in text
    assert "Difference" not in text


def test_a_name_cannot_steer_the_terminal() -> None:
    text = calculate({**COMPANY, "company": {"name": "Red \x1b[31m Ltd"}}).summary()
    assert "\x1b" not in text


FILE = """
company: {name: Example Ltd}
apportionment: days
accounting_periods:
  - start: 2027-01-01
    end: 2027-12-31
    trading_profit_before_capital_allowances: £1,250,000
    associated_companies: 1
    turnover: 3.5m
    is_uk_resident: true
    annual_investment_allowance_share: 0.5
    main_pool_brought_forward: 80k
    expenditure:
      - {on: 2027-02-14, main_rate_plant_new: 40000}
      - {on: 2027-06-30, external_course_fees: 12000}
    structures_and_buildings:
      - {cost: 500000, incurred: 2026-09-01, brought_into_use: 2027-01-01}
"""
MAPPING = {
    "company": {"name": "Example Ltd"},
    "accounting_periods": (
        {
            "start": datetime.date(2027, 1, 1),
            "end": datetime.datetime(2027, 12, 31),  # noqa: DTZ001
            "trading_profit_before_capital_allowances": 1_250_000.0,
            "associated_companies": 1,
            "turnover": "3.5m",
            "is_uk_resident": True,
            "annual_investment_allowance_share": 0.5,
            "main_pool_brought_forward": "£80,000",
            "expenditure": [
                {"on": "2027-02-14", "main_rate_plant_new": 40_000},
                {"on": datetime.date(2027, 6, 30), "external_course_fees": 12_000},
            ],
            "structures_and_buildings": [{"cost": 500_000, "incurred": "2026-09-01", "brought_into_use": "2027-01-01"}],
        },
    ),
}


def test_a_file_its_content_and_a_mapping_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(FILE, encoding="utf-8")
    assert read(path) == read(str(path)) == read(FILE.encode()) == read(MAPPING)
    assert calculate(path, REFORM).to_dict() == calculate(MAPPING, REFORM).to_dict()


def test_money_is_read_as_people_type_it() -> None:
    values = read(FILE.encode()).accounting_periods[0].values
    assert values["trading_profit_before_capital_allowances"] == 1_250_000
    assert values["turnover"] == 3_500_000
    assert values["main_pool_brought_forward"] == 80_000


@pytest.mark.parametrize(("name", "saved"), [("small-company.yaml", 1_590), ("company-with-dated-training.yaml", 3_000)])
def test_an_example_saves_what_its_first_lines_say(name: str, saved: float) -> None:
    path = EXAMPLES / name
    assert f"£{saved:,}" in path.read_text(encoding="utf-8").split("accounting_periods")[0]
    assert calculate(path, REFORM).tax_saved == pytest.approx(saved)


def test_the_example_with_cars_and_a_building_bears_what_its_first_lines_say() -> None:
    path = EXAMPLES / "company-with-cars-and-a-building-sold.yaml"
    assert "£62,240.30" in path.read_text(encoding="utf-8").split("accounting_periods")[0]
    assert calculate(path).accounting_periods[0].amount("current_law", "corporation_tax") == pytest.approx(62_240.30)


def test_the_example_with_a_loan_and_a_late_payment_bears_what_its_first_lines_say() -> None:
    (only,) = calculate(EXAMPLES / "company-with-a-loan-and-a-late-payment.yaml").accounting_periods
    assert only.amount("current_law", "tax_chargeable") == pytest.approx(35_200)
    assert only.settlement is not None
    assert [round(one.interest, 2) for one in only.settlement.interest] == [336.33]
    assert [one.amount for one in only.settlement.penalties] == [200]


def test_every_example_is_tested() -> None:
    assert {path.name for path in EXAMPLES.glob("*.yaml")} == {
        "small-company.yaml",
        "company-with-dated-training.yaml",
        "company-with-cars-and-a-building-sold.yaml",
        "company-with-a-loan-and-a-late-payment.yaml",
        "group.yaml",  # tests/company/test_group.py
        "outturn.yaml",  # tests/costing/test_monitoring.py
        "package.yaml",  # tests/questions
        "sweep.yaml",  # tests/questions
    }


def test_a_company_without_training_is_not_asked_for_a_baseline_for_the_sake_of_the_next_pounds() -> None:
    """Its tax is known; what £1,000 more would cost is not, and the result says what it would take."""
    company = {
        "accounting_periods": [{"start": "2028-01-01", "end": "2028-12-31", "trading_profit_before_capital_allowances": 9}]
    }
    result = calculate(company, "incremental-training-deduction-150-percent")
    assert result.next_training == (None,)
    assert "What the next £1,000 of training would cost is not known" in result.summary()
    assert result.to_dict()["accounting_periods"][0]["training"]["next"] is None
