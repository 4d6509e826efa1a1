"""`goodwork calculate`: companies of files and tables, as text, CSV, JSON and workbook."""

from __future__ import annotations

import csv
import io
import json
import os
import threading
import zipfile
from pathlib import Path

import openpyxl
import pytest

from openfisca_goodwork import company, policy

from .running import PROPOSAL, goodwork

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def company_file(tmp_path: Path) -> Path:
    file = tmp_path / "company.yaml"
    file.write_text(
        "company: {name: Hilltop Joinery Ltd}\n"
        "accounting_periods:\n"
        "  - {start: 2028-01-01, end: 2028-12-31, trading_profit_before_capital_allowances: 240000}\n",
        encoding="utf-8",
    )
    return file


def test_calculate_prints_the_summary(company_file: Path) -> None:
    assert goodwork("calculate", str(company_file)).stdout == company.calculate(company_file).summary() + "\n"


def test_calculate_as_json_has_the_tax_of_both_laws(company_file: Path) -> None:
    shown = json.loads(goodwork("calculate", str(company_file), "--reform", PROPOSAL, "--json").stdout)
    period = shown["accounting_periods"][0]
    # £240,000 × 25% - 3/200 × (£250,000 - £240,000) = £59,850, and no training to relieve
    assert [period[law]["corporation_tax"] for law in ("current_law", "reform")] == pytest.approx([59_850, 59_850])


def test_the_relief_for_training_stands_in_text_and_in_json(company_file: Path) -> None:
    # £1,000 less of profit between the limits: 26.5% less of tax; 30% of it extra: £79.50
    text = goodwork("calculate", str(company_file), "--reform", PROPOSAL).stdout
    assert "would cost £655.50 after tax, £735.00 without the relief." in " ".join(text.split())
    shown = json.loads(goodwork("calculate", str(company_file), "--reform", PROPOSAL, "--json").stdout)
    more = shown["accounting_periods"][0]["training"]["next"]
    assert (more["cost_without_relief"], more["cost_with_relief"]) == pytest.approx((735, 655.50))


def test_a_company_that_does_not_say_what_it_spent_before_is_told_how(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text("accounting_periods:\n  - {start: 2028-01-01, end: 2028-12-31, external_course_fees: 20000}\n", "utf-8")
    refused = goodwork("calculate", str(file), "--reform", "incremental-training-deduction-150-percent")
    assert refused.exit_code == 2
    assert "Give baseline_training_expenditure for 2028" in " ".join(refused.stderr.split())
    assert "is_new_company: true" in " ".join(refused.stderr.split())
    assert not refused.stdout


def test_the_working_follows_the_summary(company_file: Path) -> None:
    shown = goodwork("calculate", str(company_file), "--working").stdout
    result = company.calculate(company_file)
    assert shown.startswith(result.summary())
    assert "Working of Hilltop Joinery Ltd, in pounds" in shown


def test_the_working_as_json_is_the_results(company_file: Path) -> None:
    period = json.loads(goodwork("calculate", str(company_file), "--working", "--json").stdout)["accounting_periods"][0]
    told = company.calculate(company_file).to_dict(working=True)["accounting_periods"][0]
    assert len(period["working"]["current_law"]) > 1
    assert period == json.loads(json.dumps(told))


def test_several_files_are_told_one_after_another(company_file: Path) -> None:
    one = goodwork("calculate", str(company_file)).stdout
    assert goodwork("calculate", str(company_file), str(company_file)).stdout == f"{one}\n{one}"


def test_several_files_as_json_say_whose_each_result_is(company_file: Path, table: Path) -> None:
    shown = json.loads(goodwork("calculate", str(company_file), str(table), "--json").stdout)
    assert [(one["file"], one.get("company")) for one in shown] == [
        (str(company_file), "Hilltop Joinery Ltd"),
        (str(table), None),
    ]
    assert shown[0]["accounting_periods"] == company.calculate(company_file).to_dict()["accounting_periods"]


def test_a_reform_in_the_place_of_a_company_is_one_lesson() -> None:
    result = goodwork("calculate", str(policy.library()[PROPOSAL]))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "This is a reform. Give a company file, and the reform beside it with --reform." in result.stderr
    assert result.stderr.count("\n") == 2  # the file and the fault


TABLE = """\
company,start,end,trading_profit_before_capital_allowances,external_course_fees
Hilltop Joinery Ltd,2028-01-01,2028-12-31,240000,20000
Valley Joinery Ltd,2028-01-01,2028-12-31,40000,0
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "companies.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_a_table_of_companies_is_computed_together(table: Path) -> None:
    shown = json.loads(goodwork("calculate", str(table), "--reform", PROPOSAL, "--json").stdout)
    tax = {(row["company"], row["law"]): row["corporation_tax"] for row in shown["rows"]}
    # £6,000 of extra deduction at 26.5% between the limits; 19% of £40,000
    assert tax["Hilltop Joinery Ltd", "current_law"] - tax["Hilltop Joinery Ltd", "reform"] == pytest.approx(1_590)
    assert tax["Valley Joinery Ltd", "reform"] == pytest.approx(7_600)


def test_a_table_as_csv_has_a_row_for_each_period_and_law(table: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(goodwork("calculate", str(table), "--reform", PROPOSAL, "--csv").stdout)))
    assert [(row["company"], row["law"]) for row in rows] == [
        ("Hilltop Joinery Ltd", "current_law"),
        ("Hilltop Joinery Ltd", "reform"),
        ("Valley Joinery Ltd", "current_law"),
        ("Valley Joinery Ltd", "reform"),
    ]


@pytest.mark.parametrize(("extra", "notes"), [((), True), (("--quiet",), False)])
def test_a_workbook_is_written_beside_the_text(company_file: Path, extra: tuple[str, ...], notes: bool) -> None:  # noqa: FBT001
    book = company_file.with_suffix(".xlsx")
    result = goodwork("calculate", str(company_file), "--xlsx", str(book), *extra)
    assert zipfile.is_zipfile(book)
    assert result.stdout == company.calculate(company_file).summary() + "\n"
    assert (result.stderr == f"Written to {book}.\n") == notes


def test_a_table_has_no_working(table: Path) -> None:
    result = goodwork("calculate", str(table), "--working")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the working is of one" in result.stderr


def test_a_company_file_that_is_not_there_is_a_lesson(tmp_path: Path) -> None:
    result = goodwork("calculate", str(tmp_path / "nobody.yaml"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no such file" in result.stderr


def test_a_reform_without_effect_on_the_company_says_why(company_file: Path) -> None:
    untouched = goodwork("calculate", str(company_file), "--reform", "no-apprenticeship-levy").stderr
    assert "no-apprenticeship-levy has no effect on Hilltop Joinery Ltd. It changes the law" in untouched
    same = goodwork("calculate", str(company_file), "--reform", "super-deduction-2021").stderr
    assert "It sets only what the law in force already says." in same
    assert goodwork("calculate", str(company_file), "--reform", "no-apprenticeship-levy", "--quiet").stderr == ""


def test_a_warning_about_the_reform_is_shown_beside_the_result(company_file: Path, tmp_path: Path) -> None:
    file = tmp_path / f"{PROPOSAL}.yaml"
    file.write_text(policy.load(PROPOSAL).text.replace("2027-04-01: 1\n", "2027-04-01: 0\n"), encoding="utf-8")
    result = goodwork("calculate", str(company_file), "--reform", str(file))
    assert result.exit_code == 0
    assert "has 1 warning." in result.stderr
    assert "so nothing qualifies" in result.stderr


def test_a_pipe_is_read_where_something_writes_to_it_and_refused_in_words_where_nothing_does(tmp_path: Path) -> None:
    for name in ("company.yaml", "companies.csv"):
        os.mkfifo(tmp_path / name)
        done = goodwork("calculate", str(tmp_path / name))
        assert (done.exit_code, "pipe that nothing writes to" in done.stderr) == (2, True)
    text = "company,start,end\nA,2028-01-01,2028-12-31\n"
    writer = threading.Thread(target=lambda: (tmp_path / "companies.csv").write_text(text))
    writer.start()
    assert goodwork("calculate", str(tmp_path / "companies.csv")).exit_code == 0
    writer.join()


def test_calculate_writes_schedules_papers_and_the_next_file_which_reads_back_in(company_file: Path, tmp_path: Path) -> None:
    following, papers = tmp_path / "next.yaml", tmp_path / "papers.html"
    options = ("--schedules", "--papers", str(papers), "--next-year", str(following))
    shown = goodwork("calculate", str(company_file), *options)
    assert "Tax by financial year, 1 January 2028 to 31 December 2028, current law" in shown.stdout
    assert f"Written to {papers}." in shown.stderr
    assert f"Written to {following}." in shown.stderr
    assert "1 January 2029 to 31 December 2029" in goodwork("calculate", str(following)).stdout
    data = json.loads(goodwork("calculate", str(company_file), "--schedules", "--json").stdout)
    assert data["accounting_periods"][0]["schedules"]["current_law"]["charge"]["rows"][-1]["tax"] == pytest.approx(59_850)


def test_a_group_has_papers_advice_and_a_next_file_which_reads_back_in(tmp_path: Path) -> None:
    group, papers, following = str(EXAMPLES / "group.yaml"), tmp_path / "papers.html", tmp_path / "next.yaml"
    book = tmp_path / "group.xlsx"
    files = ("--papers", str(papers), "--next-year", str(following), "--xlsx", str(book))
    shown = goodwork("calculate", group, "--schedules", "--advise", *files)
    assert (shown.exit_code, shown.stderr.count("Written to")) == (0, 3)
    assert shown.stdout.count("Tax by financial year, 1 January 2027 to 31 December 2027, current law") == 2
    assert "No other claims were found that pay less tax" in shown.stdout
    assert "56,666.67" in papers.read_text(encoding="utf-8")
    assert "Claims" in openpyxl.load_workbook(book).sheetnames
    again = goodwork("calculate", str(following), "--json")
    assert [each["accounting_periods"][0]["start"] for each in json.loads(again.stdout)["companies"]] == ["2028-01-01"] * 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--papers", "papers.pdf"), "papers.pdf must end in .docx"),
        (("--next-year", "next.csv"), "next.csv must end in .yaml"),
    ],
)
def test_files_of_other_forms_are_refused_before_anything_is_computed(
    company_file: Path, options: tuple[str, ...], said: str
) -> None:
    shown = goodwork("calculate", str(company_file), *options)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert said in shown.stderr
