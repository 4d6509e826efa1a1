"""A package is its measures in order; what they do to one another has a line of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from openfisca_goodwork import package
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.questions import PackageResult
from openfisca_goodwork.reports import report_of

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "package.yaml"
LIMIT = "human_investment.caps.per_group@2027-04-01=1000000"


@pytest.fixture(scope="module")
def result() -> PackageResult:
    return package(
        {
            "package": "two",
            "title": "Two measures",
            "years": "2027-28:2029-30",
            "behaviour": "none",
            "measures": [{"reforms": "human-investment-super-deduction"}, {"title": "A limit", "settings": [LIMIT]}],
        }
    )


def test_measures_in_order_add_up_to_the_package(result: PackageResult) -> None:
    for place, whole in enumerate(result.together):
        assert sum(one.in_order[place] for one in result.scored) == pytest.approx(whole, abs=1e-9)
        alone = sum(one.alone[place] for one in result.scored)
        assert alone + result.interaction[place] == pytest.approx(whole, abs=1e-9)


def test_a_limit_alone_does_nothing_and_after_the_relief_saves_what_it_cuts_off(result: PackageResult) -> None:
    relief, limit = result.scored
    assert relief.in_order == relief.alone
    assert limit.alone == (0.0, 0.0, 0.0)
    assert all(0 < saved < -cost for saved, cost in zip(limit.in_order, relief.alone, strict=True))
    assert limit.interaction == limit.in_order


def test_the_scorecard_has_a_row_a_measure_and_years_across(result: PackageResult) -> None:
    report = report_of(result)
    table = next(report.tables())
    assert [column.name for column in table.columns] == ["Measure", "2027-28", "2028-29", "2029-30", "All years"]
    assert [row.cells[0] for row in table.lines()] == [
        "Human-investment super-deduction",
        "A limit",
        "Total policy decisions",
    ]
    said = str(result)
    assert "Minus is a cost to the Exchequer" in said
    assert "cost £" in said
    assert "less than the sum of each alone: that is their interaction" in said


def test_every_figure_is_in_the_tidy_table_and_the_json(result: PackageResult) -> None:
    table = result.to_dataframe()
    in_order = table[table["figure"] == "in order"]["value"].sum()
    together = table[table["figure"] == "together"]["value"].sum()
    assert in_order == pytest.approx(together)
    assert result.to_dict()["measures"][1]["settings"] == [LIMIT]


def test_every_fault_of_a_package_is_said_at_once_with_its_line() -> None:
    text = (
        "package: Two\nmeasures:\n  - {reforms: nope}\n  - {title: Nothing}\n"
        "  - {settings: [corporation_tax.main_rate@2027-04-01=26]}\n  - {reform: a}\n"
    )
    with pytest.raises(GoodworkError) as refused:
        package(text.encode())
    said: dict[int | None, str] = {}
    for fault in refused.value.faults:
        said[fault.line] = said.get(fault.line, "") + fault.message
    assert "not a name" in said[1]
    assert "There is no reform called 'nope'" in said[3]
    assert "changes something" in said[4]
    assert "26% is 0.26" in said[5]
    assert "Did you mean reforms" in said[6]


def test_a_package_has_more_than_one_measure_and_a_file_says_all_of_it() -> None:
    with pytest.raises(GoodworkError, match="2 to 30 measures"):
        package(["human-investment-super-deduction"])
    with pytest.raises(GoodworkError, match="Put years into the file"):
        package(EXAMPLE, years="2027-28:2028-29")


def test_over_companies_none_of_which_train_a_package_comes_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(
        "company,accounting_period_start,accounting_period_end,trading_profit_before_capital_allowances\n"
        "a,2027-01-01,2027-12-31,100000\nb,2027-01-01,2027-12-31,900000\n",
        encoding="utf-8",
    )
    reforms = ["human-investment-super-deduction", "payable-training-credit"]
    found = package(reforms, companies=path, age_to="2029-30", years="2028-29")
    assert [one.alone for one in found.scored] == [(0.0,), (0.0,)]
