"""What a company is shown of its relief for training: by head, what is left out and why, limits, rates, the next £1,000."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork.company import CompanyResult, calculate
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import Reform, parse

FEES = "external_course_fees"
LIBRARY = "human-investment-super-deduction"
HEAD = (
    "reform: a-clause\ntitle: A clause\nsummary: A test.\nstatus: stress\nsource: a test\nrequires: '>=0.1'\nparameters:\n"
)


def clause(**settings: Any) -> Reform:
    """30% extra on fees and trainers' pay from April 2027, but for what is set otherwise; __ stands for a dot."""
    values = {
        "additional_deduction": 0.3,
        "qualifying.external_course_fees.inclusion": 1,
        "qualifying.trainer_pay.inclusion": 1,
        **{name.replace("__", "."): value for name, value in settings.items()},
    }
    lines = [f"  human_investment.{name}: {{2027-04-01: {str(value).lower()}}}" for name, value in values.items()]
    return parse("\n".join([HEAD.rstrip(), *lines, ""]).encode())


def company(*years: dict[str, Any]) -> dict[str, Any]:
    periods = [
        {
            "start": f"{2028 + n}-01-01",
            "end": f"{2028 + n}-12-31",
            "trading_profit_before_capital_allowances": 240_000,
            **facts,
        }
        for n, facts in enumerate(years)
    ]
    return {"company": {"name": "Example Ltd"}, "accounting_periods": periods}


def lines(result: CompanyResult) -> list[str]:
    return [" ".join(line.split()) for line in result.summary().splitlines()]


def costs(result: CompanyResult, place: int = 0) -> tuple[float, float]:
    """What £1,000 more costs without the relief and with it."""
    more = result.next_training[place]
    assert more is not None
    return more.without.after_tax, more.with_relief.after_tax


# Between the limits (£50,000 and £250,000) £1 of profit bears 26.5p: £1,000 of training costs £735 without any relief.


def test_thirty_per_cent_extra_takes_79_50_off_the_next_thousand() -> None:
    # 30% × 20,000 = 6,000, at 26.5p: 1,590. Of 1,000 more: 300 × 26.5% = 79.50
    result = calculate(company({FEES: 20_000, "trainee_pay": 8_000}), LIBRARY)
    text = lines(result)
    assert costs(result) == pytest.approx((735, 655.50))
    assert "External course fees 20,000.00 20,000.00 6,000.00" in text
    assert "All training 28,000.00 20,000.00 6,000.00" in text
    assert "Left out: trainees' pay, which does not count -8,000.00" in text
    assert "The reform saves £1,590.00 of tax, 7.95p for every £1 of qualifying training." in text
    assert (
        "The next £1,000 of training (external course fees) would cost £655.50 after tax, £735.00 without the relief."
        in text
    )
    assert "At the margin the relief saves 7.95p for each £1 more." in text


def test_a_limit_that_is_used_up_leaves_nothing_for_the_next_thousand_and_the_text_says_so() -> None:
    # £500 × 10 employees = 5,000 of 20,000; 30% × 5,000 × 26.5% = 397.50, of 5,000: 7.95p
    result = calculate(company({FEES: 20_000, "employees": 10}), clause(caps__per_employee=500))
    text = lines(result)
    assert costs(result) == pytest.approx((735, 735))
    assert "Left out: above the limits -15,000.00" in text
    assert "Limit on training, per employee: used up 5,000.00" in text
    assert "The reform saves £397.50 of tax, 7.95p for every £1 of qualifying training." in text
    assert "At the margin the relief saves nothing: Limit on training, per employee is used up." in text


INCREMENT = {"incremental__enabled": True, "incremental__years": 1, "additional_deduction": 0.5}


def test_of_an_increment_only_what_is_above_the_baseline_has_relief_and_the_next_thousand_in_full() -> None:
    # 20,000 − 12,000 = 8,000; × 50% × 26.5% = 1,060. Of 1,000 more: 500 × 26.5% = 132.50
    result = calculate(company({FEES: 20_000, "baseline_training_expenditure": 12_000}), clause(**INCREMENT))
    text = lines(result)
    assert costs(result) == pytest.approx((735, 602.50))
    assert "Left out: up to the baseline -12,000.00" in text
    assert "Relief at 50.00p for each £1 8,000.00 4,000.00" in text
    assert "The reform saves £1,060.00 of tax, 13.25p for every £1 of qualifying training." in text


def test_below_the_baseline_the_next_thousand_has_no_relief() -> None:
    result = calculate(company({FEES: 20_000, "baseline_training_expenditure": 30_000}), clause(**INCREMENT))
    assert costs(result) == pytest.approx((735, 735))
    assert "At the margin the relief saves nothing: training is below the baseline." in lines(result)


def test_what_is_spent_now_raises_the_baseline_of_the_next_period_and_is_lost_there() -> None:
    # +1,000 in 2028: the increment of 2028 rises by 1,000, that of 2029 (30,000 − 20,000) falls by as much
    facts = company({FEES: 20_000, "baseline_training_expenditure": 10_000}, {FEES: 30_000})
    result = calculate(facts, clause(**INCREMENT))
    assert costs(result, 0) == pytest.approx((735, 735))
    assert costs(result, 1) == pytest.approx((735, 602.50))
    why = "what it saves in this period is lost in later ones, whose baseline it raises"
    assert f"At the margin the relief saves nothing: {why}." in lines(result)


def test_a_company_without_a_record_is_told_what_to_give() -> None:
    with pytest.raises(GoodworkError, match=r"baseline_training_expenditure for 2028.*is_new_company: true for 2028"):
        calculate(company({FEES: 20_000}), clause(**INCREMENT))


def test_a_new_company_has_all_of_its_training_above_its_baseline() -> None:
    result = calculate(company({FEES: 20_000, "is_new_company": True}), clause(**INCREMENT))
    assert result.accounting_periods[0].amount("reform", "human_investment_deduction") == pytest.approx(10_000)


CREDIT = {
    "form": "credit",
    "credit_rate": 0.2,
    "payable__notional_tax_rate": 0.19,
    "payable__cap_fixed": 20_000,
    "payable__cap_multiple_of_paye_and_nic": 3,
}


def test_a_credit_is_paid_to_a_company_in_loss_and_the_next_thousand_costs_838() -> None:
    # 20% × 20,000 = 4,000, less 19% held back: 3,240 paid, 16.2p of £1; as income it takes 4,000 off the loss.
    # Of 1,000 more: 200, less 38 held back: 162
    facts = {FEES: 20_000, "trading_profit_before_capital_allowances": -50_000, "paye_and_nic": 100_000}
    result = calculate(company(facts), clause(**CREDIT))
    text = lines(result)
    assert costs(result) == pytest.approx((1_000, 838))
    assert "All training 20,000.00 20,000.00 4,000.00" in text
    assert (
        "The reform pays £3,240.00 more of credits, 16.20p for every £1 of qualifying training, and "
        "carries £4,000.00 less of losses forward." in " ".join(text)
    )
    assert "At the margin the relief saves 16.20p for each £1 more." in text
    assert "It would add £38.00 of credit to what is carried forward, which is not counted here." in text


def test_each_mark_has_its_rate_and_the_next_thousand_has_the_mix_of_the_period() -> None:
    # 60p × 12,000 + 30p × 8,000 + 50p × 5,000 = 12,100, at 25%: 3,025. Of 1,000 more, 48.4p × 1,000 × 25% = 121
    items = [
        {"on": "2028-06-30", FEES: 12_000, "tags": ["accredited", "green"]},
        {"on": "2028-07-31", FEES: 8_000},
        {"on": "2028-08-31", "trainer_pay": 5_000, "tags": ["accredited"]},
    ]
    facts = company({"trading_profit_before_capital_allowances": 1_000_000, "expenditure": items})
    result = calculate(facts, clause(uplifts__accredited=0.2, uplifts__green=0.1))
    text = lines(result)
    assert costs(result) == pytest.approx((750, 629))
    assert "Relief at 60.00p for each £1, marked accredited, green 12,000.00 7,200.00" in text
    assert "Relief at 50.00p for each £1, marked accredited 5,000.00 2,500.00" in text
    assert "Relief at 30.00p for each £1 8,000.00 2,400.00" in text
    assert any(
        line.startswith("The next £1,000 of training (in this period's mix of what counts) would cost") for line in text
    )
    more = result.to_dict()["accounting_periods"][0]["training"]["next"]
    assert more["mix"] == pytest.approx({FEES: 800, "trainer_pay": 200})


def test_a_company_without_training_is_told_what_a_thousand_of_fees_would_cost() -> None:
    text = lines(calculate(company({}), LIBRARY))
    kind = "training (external course fees: this period has none that counts)"
    assert f"The next £1,000 of {kind} would cost £655.50 after tax, £735.00 without the relief." in " ".join(text)


def test_what_is_left_out_and_what_qualifies_is_all_that_was_spent() -> None:
    # Levy-funded 3,000 off fees; grants 2,000 pro rata of the 22,000 left: fees 17,000 × 20/22, trainers' pay 5,000 × 20/22
    facts = {FEES: 20_000, "trainer_pay": 5_000, "levy_funded_training": 3_000, "training_grants_received": 2_000}
    relief = calculate(company(facts), LIBRARY).training[0]
    assert relief is not None
    assert {cut.reason: cut.amount for cut in relief.left_out} == pytest.approx(
        {"Levy-funded training": 3_000, "Training grants received": 2_000}
    )
    assert relief.qualifying[FEES] == pytest.approx(17_000 * 20 / 22)
    assert sum(relief.qualifying.values()) == pytest.approx(20_000)


def test_a_company_that_is_too_large_is_told_that_it_is_not_eligible() -> None:
    facts = {FEES: 20_000, "employees": 400, "turnover": 90_000_000, "balance_sheet_total": 50_000_000}
    text = lines(calculate(company(facts), clause(eligibility__size="small")))
    why = "the company is not eligible by the size of its group"
    assert f"The relief is not given in full: {why}." in text
    assert f"At the margin the relief saves nothing: {why}." in text


def test_a_company_outside_the_industries_is_told_so_and_one_that_does_not_say_its_own_is_told_what_to_give() -> None:
    facts = {FEES: 20_000, "sic_section": "J"}
    told = " ".join(lines(calculate(company(facts), clause(eligibility__industries="C"))))
    assert "the company is not eligible by its industry." in told
    silent = calculate(company({FEES: 20_000}), clause(eligibility__industries="C", eligibility__maximum_age=3))
    assert (
        "by its industry, which is not given (sic_section or sic_division) and its age, which is not given (company_age)."
    ) in " ".join(lines(silent))


def test_a_relief_by_division_asks_a_company_of_that_section_for_its_division() -> None:
    with pytest.raises(GoodworkError, match=r"divisions 62 .*of section J does not say its division. Give sic_division"):
        calculate(company({FEES: 20_000, "sic_section": "J"}), clause(eligibility__industries="62"))


def test_the_same_figures_stand_in_json() -> None:
    data = calculate(company({FEES: 20_000, "employees": 10}), clause(caps__per_employee=500)).to_dict()
    training = data["accounting_periods"][0]["training"]
    assert training["by_head"] == {FEES: {"spent": 20_000, "qualifies": 5_000, "relief": 1_500}}
    assert training["limits"] == [
        {
            "path": "human_investment.caps.per_employee",
            "label": "Limit on training, per employee",
            "allowed": 5_000,
            "asked": 20_000,
            "binds": True,
        }
    ]
    assert training["saved"] == pytest.approx({"tax": 397.50, "credits_paid": 0, "per_pound": 0.0795})
    assert training["next"]["why_nothing"] == "Limit on training, per employee is used up"
    assert (training["next"]["cost_with_relief"], training["next"]["saved_per_pound"]) == pytest.approx((735, 0))


def test_without_a_relief_nothing_is_said_of_training() -> None:
    plain, other = calculate(company({FEES: 20_000})), calculate(company({FEES: 20_000}), "no-full-expensing")
    for result in (plain, other):
        assert "training" not in result.to_dict()["accounting_periods"][0]
        assert not any("Relief for training" in line for line in lines(result))


def test_what_the_next_thousand_costs_is_worked_out_on_demand_alone() -> None:
    result = calculate(company({FEES: 20_000}), LIBRARY)
    assert not {"training", "next_training"} & set(vars(result))
    result.summary()
    assert {"training", "next_training"} <= set(vars(result))


def test_the_workbook_has_a_sheet_of_it(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from openfisca_goodwork.reports.company import write_company_workbook

    result = calculate(company({FEES: 20_000, "employees": 10}), clause(caps__per_employee=500))
    sheet = openpyxl.load_workbook(write_company_workbook(result, tmp_path / "x.xlsx"))["Training"]
    rows = {str(row[0]).strip(): row[1:] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert rows["External course fees"] == pytest.approx((20_000, 5_000, 1_500))
    assert rows["Limit on training, per employee: used up"][1] == 5_000
    assert rows["The same with the relief"][0] == pytest.approx(735)
