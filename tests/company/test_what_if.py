"""More or less training than a company has: what the relief would save, by full computations."""

from __future__ import annotations

import pytest

from openfisca_goodwork import company
from openfisca_goodwork.company.next_year import with_year_before
from openfisca_goodwork.reports.company_training import sections_of_training

MAIN = "human-investment-super-deduction"


def points(reform=MAIN, **facts):
    period = {"start": "2028-01-01", "end": "2028-12-31", "trading_profit_before_capital_allowances": 240_000, **facts}
    return company.calculate({"accounting_periods": [period]}, reform).what_if(0)


def test_the_company_is_among_the_points_with_what_the_relief_saves_it():
    """£20,000 × 30% × 26.5% = £1,590; the file's own result."""
    curve = points(external_course_fees=20_000)
    assert (curve.training[curve.here], curve.saved[curve.here]) == pytest.approx((20_000, 1_590))


def test_other_points_are_companies_with_other_profits():
    """At £5,000 the profit is £255,000: £1,500 at 25% = £375. At £40,000 it is £220,000: £12,000 at 26.5% = £3,180."""
    curve = points(external_course_fees=20_000)
    assert dict(zip(curve.training, curve.saved, strict=True))[5_000] == pytest.approx(375)
    assert (curve.training[-1], curve.saved[-1]) == pytest.approx((40_000, 3_180))
    assert curve.finding == "With twice the training the relief would save £1,590 more"


def test_what_the_levy_account_pays_is_the_same_at_every_amount_and_the_chart_says_so():
    """£10,000 from the account: at £5,000 of fees nothing qualifies, at £40,000 £30,000 do: £9,000 at 26.5%, £2,385."""
    facts = {"external_course_fees": 20_000, "levy_funded_training": 10_000}
    curve = points(**facts)
    assert dict(zip(curve.training, curve.saved, strict=True))[5_000] == 0
    assert curve.saved[-1] == pytest.approx(2_385)
    period = {"start": "2028-01-01", "end": "2028-12-31", "trading_profit_before_capital_allowances": 240_000}
    for given, is_said in ((facts, True), ({"external_course_fees": 20_000}, False)):
        section = list(sections_of_training(company.calculate({"accounting_periods": [period | given]}, MAIN), 0))[-1]
        said = "At every amount levy-funded training of £10,000 comes off first, so the first pounds save less."
        assert (said in section.parts[0].draw().subtitle) == is_said


def test_without_training_it_goes_up_to_100_000_on_the_first_head_that_counts():
    """£100,000 of training leaves £140,000 of profit: £30,000 × 26.5% = £7,950."""
    curve = points()
    assert (curve.here, curve.training[0], curve.saved[0]) == (0, 0, 0)
    assert (curve.training[-1], curve.saved[-1]) == pytest.approx((100_000, 7_950))
    assert curve.finding == "With £100,000 of training the relief would save £7,950 more"


def test_where_more_training_saves_less_the_most_that_it_saves_is_said():
    """A loss of £60,000 and the training goes back to £150,000 of profits, of which what is below £50,000 bears 19%.

    At £30,000 £9,000 comes off the £60,000 left, at 26.5%: £2,385; at £40,000 £12,000 off £50,000, at 19%: £2,280.
    """
    loss = {"start": "2028-01-01", "end": "2028-12-31", "trading_profit_before_capital_allowances": -80_000}
    periods = with_year_before(loss | {"external_course_fees": 20_000}, 150_000)
    curve = company.calculate({"accounting_periods": periods}, MAIN).what_if(1)
    assert curve.saved[-1] == pytest.approx(2_280)
    assert curve.finding == "Of these amounts the relief saves most, £2,385, at £30,000 of training"


def test_where_a_limit_ends_what_more_training_saves_the_limit_is_said_and_not_the_next_point():
    """£50,000 of training has the relief; the points around £32,000 are £8,000 apart, and £56,000 is one of them."""
    curve = points(
        "sme-training-deduction-150-percent", external_course_fees=32_000, trading_profit_before_capital_allowances=900_000
    )
    assert 50_000 not in curve.training
    assert curve.finding == "The relief saves no more from £50,000 of training on"


def test_a_company_without_tax_saves_none():
    curve = points(trading_profit_before_capital_allowances=-500_000, external_course_fees=1_000)
    assert curve.finding == "More training would save no tax of these accounting periods"


def test_the_words_at_the_company_do_not_lie_upon_a_line_that_falls_into_its_point():
    """A loss of £50,000, then £100,000: £20,000 leave £50,000, taxed at 19%; £15,000 leave more, at 26.5%."""
    for profits, is_falling in (((-50_000, 100_000), True), ((240_000,), False)):
        periods = [
            {
                "start": f"{2028 + place}-01-01",
                "end": f"{2028 + place}-12-31",
                "trading_profit_before_capital_allowances": profit,
                **({} if place else {"external_course_fees": 20_000}),
            }
            for place, profit in enumerate(profits)
        ]
        section = list(sections_of_training(company.calculate({"accounting_periods": periods}, MAIN), 0))[-1]
        words = section.parts[0].draw().spec["layer"][-1]["mark"]
        assert (words["dy"] > 0) == is_falling


def test_where_no_relief_is_in_force_there_is_no_curve():
    assert points(reform="full-expensing-ends-2026", external_course_fees=1_000) is None
