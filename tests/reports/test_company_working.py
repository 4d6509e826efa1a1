"""The working of a company: the steps that come to something, in a row of numbers, with what bears on this company."""

from __future__ import annotations

import pytest

from openfisca_goodwork import company
from openfisca_goodwork.company.next_year import with_year_before
from openfisca_goodwork.reports.company_working import sections_of, shown_of
from openfisca_goodwork.reports.sections import Note, Table

YEAR = {
    "start": "2027-04-01",
    "end": "2028-03-31",
    "trading_profit_before_capital_allowances": 180_000,
    "external_course_fees": 12_000,
}
MAIN = "human-investment-super-deduction"


def of(relief=MAIN, **facts):
    """The steps under the reform, and what a page says of them: the notes and the names of the rows."""
    result = company.calculate({"accounting_periods": [YEAR | facts]}, relief)
    (steps,) = result.working("reform")
    parts = [part for section in sections_of(steps, {}) for part in section.parts]
    notes = [part.text for part in parts if isinstance(part, Note)]
    return steps, notes, [row[0] for part in parts if isinstance(part, Table) for row in part.texts()]


def test_the_steps_that_are_shown_are_numbered_one_after_the_other():
    steps, notes, _rows = of()
    assert [number for number, _step in shown_of(steps)] == list(range(1, len(shown_of(steps)) + 1))
    numbers = [note.split(".")[0] for note in notes if note.split(".")[0].isdigit()]
    assert numbers == [str(number) for number in range(1, len(shown_of(steps)) + 1)]
    assert len(shown_of(steps)) < len(steps)


def test_a_cap_on_the_credit_for_research_is_shown_to_a_company_with_research_alone():
    cap = "Cap on the payable R&D expenditure credit"
    assert not any(cap in note for note in of()[1])
    assert any(cap in note for note in of(research_and_development_expenditure=50_000)[1])


def test_what_a_loss_could_be_to_a_group_is_shown_to_a_company_that_gives_it_alone():
    given = "Trade loss that may be surrendered to the group"
    loss = {"trading_profit_before_capital_allowances": -50_000}
    assert not any(given in note for note in of(**loss)[1])
    assert any(given in note for note in of(**loss, trading_losses_surrendered_to_group=10_000)[1])


@pytest.mark.parametrize(
    ("row", "facts"),
    [
        ("Accounting periods at the sunset", {}),
        ("Levy-funded training left out", {"levy_funded_training": 2_000}),
        ("Trainers' pay that counts", {"trainer_pay": 5_000}),
        (
            "Large company, first instalment",
            {"trading_profit_before_capital_allowances": 5e6, "large_company_brought_forward": 1},
        ),
    ],
)
def test_a_figure_of_law_is_shown_where_it_bears_on_the_company(row, facts):
    def is_shown(rows):
        return any(each.startswith(row) for each in rows)

    assert not is_shown(of()[2])
    assert not facts or is_shown(of(**facts)[2])


def test_figures_for_the_end_of_a_trade_are_shown_where_it_ends():
    periods = with_year_before(YEAR | {"trading_profit_before_capital_allowances": -50_000}, 100_000)
    for ends in (False, True):
        periods[1]["is_final_accounting_period"] = ends
        steps = company.calculate({"accounting_periods": periods}, MAIN).working("reform")[1]
        rows = [row[0] for section in sections_of(steps, {}) for part in section.tables() for row in part.texts()]
        assert any(row.startswith("Terminal loss carry-back period") for row in rows) == ends
        assert any(row.startswith("Carry-back period") for row in rows)


def test_limits_that_no_reform_set_are_no_figures_of_the_company_and_those_it_set_are():
    assert not [row for row in of()[2] if "Limit on training" in row or "Small group" in row]
    small = {"employees": 20, "turnover": 1_000_000}
    assert [row for row in of("sme-training-deduction-150-percent", **small)[2] if "Small group, employees" in row]


def test_the_rule_for_the_end_of_a_relief_is_shown_where_it_ends_within_the_period():
    """The relief that was asked for in 2021 ends on 31 March 2023."""
    days = {"start": "2022-07-01", "end": "2023-06-30"}
    rows = of("human-investment-super-deduction-2021-request", **days)[2]
    assert [row for row in rows if row.startswith("Accounting periods at the sunset")]
