"""The boxes of the company tax return: well written, one variable a box, and the form's own arithmetic holds on them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from openfisca_goodwork import calculate
from openfisca_goodwork.company.vocabulary import output_variables
from openfisca_goodwork.law import tax_return
from openfisca_goodwork.law.model import Variable, box_of, rule_of
from openfisca_goodwork.reports import text
from openfisca_goodwork.reports.company import report_of
from openfisca_goodwork.system import current_law

BOXES = {name: variable.cerfa_field for name, variable in current_law().variables.items() if variable.cerfa_field}
PAGE = (Path(__file__).parent.parent / "docs" / "variables.md").read_text(encoding="utf-8")


def terms(written: str) -> list[str]:
    return re.split(" or | and ", written)


def boxes_in(written: str) -> list[str]:
    return re.findall(r"[A-P]?[1-9]\d*", written)


def test_some_seventy_variables_stand_on_the_return():
    assert len(BOXES) > 60
    assert all(map(tax_return.WRITTEN.fullmatch, BOXES.values()))


def test_a_variable_with_a_badly_written_box_is_refused():
    with pytest.raises(ValueError, match=r"has the box 'box 440'\. Write it like 440"):
        type("wrong", (Variable,), {"label": "Wrong", "box": "box 440"})


@pytest.mark.parametrize(
    "wrong", ["", "box 440", "0440", "Q5", "part of", "160+285", "160 + 285 or", "L125 and", "440; 435"]
)
def test_what_is_no_box_is_told_from_one(wrong):
    assert not tax_return.WRITTEN.fullmatch(wrong)


def test_every_output_says_its_rule_in_words():
    without = [name for name in output_variables() if not rule_of(current_law().variables[name]).endswith(".")]
    assert without == []


def test_no_two_variables_are_the_whole_of_one_box_and_no_part_is_of_a_box_that_one_fills():
    whole = Counter(term for written in BOXES.values() for term in terms(written) if re.fullmatch(r"[A-P]?\d+", term))
    parts = {term.removeprefix("part of ") for written in BOXES.values() for term in terms(written) if "part of" in term}
    assert [box for box, count in whole.items() if count > 1] == []
    assert parts & set(whole) == set()


def test_no_two_variables_are_the_same_sum_of_boxes():
    sums = Counter(frozenset(boxes_in(written)) for written in BOXES.values() if "+" in written or "-" in written)
    assert [boxes for boxes, count in sums.items() if count > 1] == []


def test_boxes_of_a_supplementary_page_have_their_guide():
    pages = {box[0] if box[0].isalpha() else "" for written in BOXES.values() for box in boxes_in(written)}
    assert pages <= set(tax_return.GUIDES)


def test_boxes_are_said_in_words():
    assert tax_return.in_words("440") == "box 440"
    assert tax_return.in_words("part of 705") == "part of box 705"
    assert tax_return.in_words("160 + 285") == "box 160 + box 285"
    assert tax_return.in_words("L45 and part of 530") == "box L45 and part of box 530"
    assert tax_return.in_words("726 or part of 725") == "box 726 or part of box 725"
    assert box_of(current_law().variables["employees"]) == ""


def test_the_page_of_variables_shows_the_boxes():
    for variable, box in BOXES.items():
        (row,) = re.findall(rf"^\| `{variable}` .*$", PAGE, re.MULTILINE)
        assert row.split(" | ")[-1].removesuffix(" |") == tax_return.in_words(box)


def test_the_page_of_variables_names_the_form_and_its_guides():
    assert all(said in PAGE for said in (tax_return.FORM, *tax_return.GUIDES.values()))


def test_the_web_api_says_the_box():
    # It shows the documentation of a variable, not the engine's own attribute for boxes.
    assert current_law().variables["corporation_tax"].documentation.endswith("Company tax return: box 440.")


def test_a_working_says_the_box_of_each_step_that_has_one():
    period = {"start": date(2025, 1, 1), "end": date(2025, 12, 31), "trading_profit_before_capital_allowances": 100_000}
    lines = " ".join(text.render(report_of(calculate({"accounting_periods": [period]}), working=True)).split())
    assert "[CTA 2010 s.4(2); box 315]" in lines
    assert "[CTA 2009 s.8; CTA 2010 ss.18A, 18B; box 440]" in lines


def test_the_credit_that_is_paid_and_the_credit_that_meets_tax_stand_in_the_boxes_of_their_last_steps():
    # L85 is what step 3 leaves; L125 is what step 7 pays. L210, and box 530 with it, is L7 + L45.
    assert BOXES["research_and_development_credit_paid"] == "L125 and 880"
    assert BOXES["research_and_development_credit_set_off"] == "L45 and part of 530"
    assert BOXES["notional_tax_deduction_used"] == "L7 and part of 530"


def outputs(**told: object) -> dict[str, float]:
    period = {"start": date(2025, 1, 1), "end": date(2025, 12, 31), **told}
    return calculate({"accounting_periods": [period]}).accounting_periods[0].outputs["current_law"]


def test_the_forms_arithmetic_of_profits_holds_on_the_boxes():
    told = {
        "trading_profit_before_capital_allowances": 400_000,
        "property_profits": 30_000,
        "non_trading_loan_relationship_profits": 20_000,
        "chargeable_gains": 40_000,
        "other_income": 10_000,
        "qualifying_charitable_donations": 5_000,
        "group_relief_available": 25_000,
        "trading_losses_brought_forward": 60_000,
    }
    result = outputs(**told)
    # 235 + 160 = 155 + 170 + 190 + 205 + 220 = 400,000 + 20,000 + 30,000 + 10,000 + 40,000
    assert result["total_profits"] == 500_000
    # 315 = 235 - (275 + 285) - 305 - 310, which is (235 + 160) - (160 + 285) - 305 - 310 with no loss of the period
    assert result["taxable_total_profits"] == 500_000 - 60_000 - 5_000 - 25_000
    assert result["trading_losses_used"] == 60_000
    # 430 is 25% of 410,000, 435 is nothing above the upper limit, and 440 is 430 - 435
    assert (result["marginal_relief"], result["corporation_tax"]) == (0, 102_500)


def test_the_forms_arithmetic_of_a_research_credit_holds_on_the_boxes():
    result = outputs(
        trading_profit_before_capital_allowances=-100_000,
        research_and_development_expenditure=200_000,
        paye_and_nic=1_000,
        research_and_development_credit_brought_forward=3_000,
        notional_tax_deduction_brought_forward=500,
    )
    # L15 is 20% of 200,000; L7 and L45 are nothing, for there is no tax; L65 = 19% of L15; L75 = 20,000 + 3 × 1,000
    assert (result["notional_tax_deduction_used"], result["research_and_development_credit_set_off"]) == (0, 0)
    assert result["research_and_development_expenditure_credit"] == pytest.approx(40_000)
    assert result["notional_tax_deduction"] == pytest.approx(7_600)
    assert result["research_and_development_credit_cap"] == pytest.approx(23_000)
    # L70 = L15 + L20 - L45 - L65 = 35,400; L80 = L70 - L75; L85 = L70 - L80; L140 = L5 - L7 + L65
    assert result["research_and_development_credit_carried_forward"] == pytest.approx(12_400)
    assert result["research_and_development_credit_paid"] == pytest.approx(23_000)
    assert result["notional_tax_deduction_carried_forward"] == pytest.approx(8_100)
