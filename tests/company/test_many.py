"""Many companies from one CSV: the same figures as one by one, read as people type, and quickly."""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import system
from openfisca_goodwork.company import calculate
from openfisca_goodwork.company.many import MAIN_OUTPUTS, calculate_many, computing
from openfisca_goodwork.errors import CompanyFileError, ReformError
from openfisca_goodwork.law.periods import RefusedInputError
from openfisca_goodwork.version import model_version

REFORM = "human-investment-super-deduction"
INCREMENTAL = "incremental-training-deduction-150-percent"
EXAMPLE = Path(__file__).parents[2] / "examples" / "companies.csv"
PENNY = 0.005
FACTS = {
    "trading_profit_before_capital_allowances": (-300_000, 2_000_000),
    "main_rate_plant_new": (0, 80_000),
    "special_rate_plant_used": (0, 40_000),
    "external_course_fees": (0, 90_000),
    "trainer_pay": (0, 30_000),
    "property_profits": (0, 20_000),
    "structures_and_buildings_expenditure": (0, 500_000),
    "research_and_development_expenditure": (0, 60_000),
    "qualifying_charitable_donations": (0, 5_000),
}
CHOICES: dict[str, list[Any]] = {
    "associated_companies": [0, 0, 2],
    "claims_loss_carry_back": ["true", "false"],
    "annual_investment_allowance_share": [1, 0.25],
    "apportionment": ["", "days"],
}
OPENING = {"trading_losses_brought_forward": (0, 400_000), "main_pool_brought_forward": (0, 90_000)}


def table(directory: Path, text: str) -> Path:
    path = directory / "companies.csv"
    path.write_text(text, encoding="utf-8")
    return path


def written(directory: Path, rows: list[dict[str, Any]]) -> Path:
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return table(directory, out.getvalue())


def some_companies(count: int, seed: int) -> list[dict[str, Any]]:
    """Companies of one to four accounting periods, some short, their rows shuffled."""
    draw = random.Random(seed)  # noqa: S311
    rows = []
    for number in range(count):
        start = date(draw.randint(2021, 2028), draw.choice([1, 4, 7]), 1)
        for place in range(draw.randint(1, 4)):
            end = date(start.year + 1, start.month, start.day) - timedelta(days=1)
            if draw.random() < 0.3:
                end = start + timedelta(days=draw.randint(10, 360))
            amounts = FACTS | (OPENING if place == 0 else {})
            facts: dict[str, Any] = {name: draw.randint(*bounds) for name, bounds in amounts.items() if draw.random() < 0.6}
            facts |= {
                "associated_companies": draw.choice([0, 0, 2]),
                "claims_loss_carry_back": draw.choice(["true", "false"]),
            }
            facts |= {
                "annual_investment_allowance_share": draw.choice([1, 0.25]),
                "apportionment": draw.choice(["", "days"]),
            }
            rows.append({"company": f"Company {number}", "start": start, "end": end, **facts})
            start = end + timedelta(days=1)
    draw.shuffle(rows)
    return rows


def test_the_figures_are_those_of_each_company_by_itself(tmp_path: Path) -> None:
    rows = some_companies(30, seed=7)
    result = calculate_many(written(tmp_path, rows), REFORM).to_dataframe()
    together = {(one["company"], one["start"], one["law"]): one for one in result.to_dict(orient="records")}
    periods: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["start"]):
        told = {name: value for name, value in row.items() if name not in ("company", "apportionment")}
        told["claims_loss_carry_back"] = told["claims_loss_carry_back"] == "true"
        periods[row["company"]].append(told)
    for name, given in periods.items():
        for period in calculate({"accounting_periods": given}, REFORM).accounting_periods:
            for law, outputs in period.outputs.items():
                row = together.pop((name, period.start.isoformat(), law))
                assert row["end"] == period.end.isoformat()
                for output in MAIN_OUTPUTS:
                    assert row[output] == (
                        outputs[output] if output == "payment_regime" else pytest.approx(outputs[output], abs=PENNY)
                    ), (name, period.start, law, output)
    assert together == {}


def test_rows_come_back_in_the_order_of_the_file_with_both_laws(tmp_path: Path) -> None:
    text = "company,start,end\nB,2029-01-01,2029-12-31\nA,2028-01-01,2028-12-31\nB,2028-01-01,2028-12-31\n"
    result = calculate_many(table(tmp_path, text), REFORM).to_dataframe()
    assert result["company"].tolist() == ["B", "B", "A", "A", "B", "B"]
    assert result["start"].tolist()[::2] == ["2029-01-01", "2028-01-01", "2028-01-01"]
    assert result["law"].tolist() == ["current_law", "reform"] * 3
    assert list(result.columns) == ["company", "start", "end", "law", *MAIN_OUTPUTS]


def tax_of(directory: Path, heading: str, cells: str) -> float:
    text = f"company,start,end,{heading}\nA,2028-01-01,2028-12-31,{cells}\n"
    return calculate_many(table(directory, text)).total("current_law", "corporation_tax")


@pytest.mark.parametrize(
    "typed",
    ["240000", "240000.00", '"£240,000"', '"240,000"', "240k", "0.24m", " 240000 ", '"£ 240,000.00"', "2.4e5"],
)
def test_money_is_read_as_people_type_it(typed: str, tmp_path: Path) -> None:
    # 25% × 240,000 − 3/200 × 10,000
    assert tax_of(tmp_path, "trading_profit_before_capital_allowances", typed) == pytest.approx(59_850)


@pytest.mark.parametrize("typed", ["TRUE", "true", "True", ""])
def test_a_truth_is_read_as_spreadsheets_write_it_and_empty_is_the_default(typed: str, tmp_path: Path) -> None:
    heading = "trading_profit_before_capital_allowances,is_uk_resident"
    assert tax_of(tmp_path, heading, f"240000,{typed}") == pytest.approx(59_850)


def test_a_company_that_is_not_resident_pays_the_main_rate_on_all(tmp_path: Path) -> None:
    heading = "trading_profit_before_capital_allowances,is_uk_resident"
    assert tax_of(tmp_path, heading, "240000,FALSE") == pytest.approx(60_000)


def test_months_may_be_asked_for_row_by_row(tmp_path: Path) -> None:
    # half the limits by months: 25,000 is at the lower one; by days it is just above: 4,765.41
    text = (
        "company,start,end,apportionment,trading_profit_before_capital_allowances\n"
        "A,2026-01-01,2026-06-30,months,25000\nB,2026-01-01,2026-06-30,days,25000\nC,2026-01-01,2026-06-30,,25000\n"
    )
    outputs = calculate_many(table(tmp_path, text)).outputs["current_law"]["corporation_tax"]
    assert outputs.tolist() == pytest.approx([4_750, 4_765.41, 4_765.41], abs=PENNY)


def test_a_table_of_a_spreadsheet_may_have_a_byte_order_mark_empty_rows_and_windows_line_ends(tmp_path: Path) -> None:
    text = "\ufeffcompany,start,end\r\n\r\nA,2028-01-01,2028-12-31\r\n,,\r\n \r\n"
    assert calculate_many(table(tmp_path, text)).companies == ("A",)


def test_an_opening_balance_of_0_may_stand_in_every_row(tmp_path: Path) -> None:
    text = (
        "company,start,end,trading_losses_brought_forward\n"
        "A,2028-01-01,2028-12-31,5000\nA,2029-01-01,2029-12-31,0\nA,2030-01-01,2030-12-31,\n"
    )
    carried = calculate_many(table(tmp_path, text)).outputs["current_law"]["trading_losses_carried_forward"]
    assert carried.tolist() == [5_000, 5_000, 5_000]


BASELINES = (
    "company,start,end,external_course_fees,baseline_training_expenditure\n"
    "A,2028-01-01,2028-12-31,5000,3000\nB,2028-01-01,2028-12-31,5000,{}\n"
)


def test_a_baseline_that_one_company_leaves_out_is_not_taken_to_be_nothing_because_another_gives_its_own(
    tmp_path: Path,
) -> None:
    with pytest.raises(RefusedInputError, match="Give baseline_training_expenditure for 2028"):
        calculate_many(table(tmp_path, BASELINES.format("")), INCREMENTAL)


def test_a_baseline_of_0_is_one(tmp_path: Path) -> None:
    """Half as much again on what is above the baseline: 50% of £5,000 less £3,000, and of £5,000."""
    given = calculate_many(table(tmp_path, BASELINES.format("0")), INCREMENTAL).outputs["reform"]
    assert given["human_investment_deduction"] == pytest.approx([1_000, 2_500])


def test_a_baseline_belongs_to_the_first_row_of_a_company(tmp_path: Path) -> None:
    text = (
        "company,start,end,baseline_training_expenditure,is_new_company\n"
        "A,2028-01-01,2028-12-31,0,true\nA,2029-01-01,2029-12-31,700,false\nA,2030-01-01,2030-12-31,,true\n"
    )
    with pytest.raises(CompanyFileError) as raised:
        calculate_many(table(tmp_path, text))
    assert [(fault.line, fault.path) for fault in raised.value.faults] == [
        (3, "baseline_training_expenditure"),
        (4, "is_new_company"),
    ]


def test_the_example_is_worked_out() -> None:
    result = calculate_many(EXAMPLE, REFORM)
    # 1,590 on £20,000 of fees between the limits; 30% × 55,000 × 25% = 4,125 twice; a loss pays no tax either way
    saved = result.total("current_law", "net_corporation_tax") - result.total("reform", "net_corporation_tax")
    assert saved == pytest.approx(1_590 + 2 * 4_125)


def test_the_summary_says_who_pays_less(tmp_path: Path) -> None:
    lines = calculate_many(EXAMPLE, REFORM).summary().splitlines()
    assert lines[0] == f"3 companies, 4 accounting periods; model {model_version()}."
    assert lines[-1] == "Human-investment super-deduction saves them £9,840.00: 2 pay less and 1 pays the same."
    one = calculate_many(table(tmp_path, "company,start,end\nA,2028-01-01,2028-12-31\n"))
    assert one.summary().startswith("1 company, 1 accounting period;")
    assert "reform" not in one.summary()


def test_json_has_a_record_for_each_row_and_law() -> None:
    data = calculate_many(EXAMPLE, REFORM).to_dict()
    assert list(data) == ["model_version", "reforms", "companies", "rows"]
    assert (data["companies"], len(data["rows"]), data["reforms"]) == (3, 8, [REFORM])
    assert data["rows"][0]["company"] == "Hilltop Joinery Ltd"
    assert isinstance(data["rows"][0]["corporation_tax"], float)


def test_an_unknown_reform_is_refused() -> None:
    with pytest.raises(ReformError, match=REFORM):
        calculate_many(EXAMPLE, "human-investment-superdeduction")


def test_the_law_runs_as_often_for_thousands_of_companies_as_for_a_dozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[TaxBenefitSystem] = []
    monkeypatch.setattr(computing, "run", lambda law, *asked: runs.append(law) or system.run(law, *asked))
    for companies in (12, 2_000):
        lines = ["company,start,end,trading_profit_before_capital_allowances,external_course_fees,main_rate_plant_new"]
        lines += [
            f"Company {number},2027-0{month}-01,{date(2028, month, 1) - timedelta(days=1)},{number},30000,70000"
            for number in range(companies)
            for month in [number % 9 + 1]
        ]
        assert len(calculate_many(table(tmp_path, "\n".join(lines)), REFORM).companies) == companies
        assert len(runs) == 4  # two laws, and the two years in which these companies' periods end
        runs.clear()
