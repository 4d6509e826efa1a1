"""What accountants type, and what their spreadsheets make of a table: read where it is plain, and taught where it is not."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import jsonschema
import openpyxl
import pytest
import yaml

from openfisca_goodwork.company import calculate, next_year, read, vocabulary
from openfisca_goodwork.company.many import calculate_many, sheet
from openfisca_goodwork.company.spans import read_day
from openfisca_goodwork.company.vocabulary import input_variables, output_variables
from openfisca_goodwork.documents import MisreadError, Scalar, read_money
from openfisca_goodwork.errors import CompanyFileError
from tests.cli.running import goodwork

ROOT = Path(__file__).parents[2]
PROFIT = vocabulary.PROFIT
PERIOD = {"start": "2028-01-01", "end": "2028-12-31"}
HEADING = f"company,start,end,{PROFIT},employees,external_course_fees"
ROWS = ["Café Ltd,01/01/2028,31/12/2028,£240000,12,20000", "Beta Ltd,01/04/2028,31/03/2029,(5000),7,"]


def said(name: str) -> str:
    """What is said of a name that a period of a company may not have."""
    with pytest.raises(CompanyFileError) as caught:
        read({"accounting_periods": [{**PERIOD, name: 5}]})
    return str(caught.value)


def profit(typed: str) -> object:
    text = f"accounting_periods:\n  - start: 1/1/2028\n    end: 31 December 2028\n    {PROFIT}: {typed}\n"
    return read(text.encode()).accounting_periods[0].values[PROFIT]


def test_words_of_practice_lead_to_the_name_to_write() -> None:
    words = {
        "franked_investment_income": "Did you mean exempt_distributions?",
        "FII": "Did you mean exempt_distributions?",
        "trading_profit": f"Did you mean {PROFIT}?",
        "trading_profitt": f"Did you mean {PROFIT}?",
        "dividnds": "Did you mean exempt_distributions?",
        "external_course_fee": "Did you mean external_course_fees?",
        "External course fees": "Did you mean external_course_fees?",
        "Losses b/f": "Did you mean trading_losses_brought_forward?",
        "R&D": "Did you mean research_and_development_expenditure?",
        "year_end": "Did you mean end?",
        "ttp": "taxable_total_profits is what the model works out. Leave it out.",
        "wda": "are what the model works out. Leave it out.",
        "aia": "works out. Leave it out. To claim less, give annual_investment_allowance_claim.",
        "Full expensing": "works out. Leave it out. To claim less, give full_expensing_claimed_on.",
        "annual_investment_allowance": "Leave it out. To claim less, give annual_investment_allowance_claim.",
        "s455": "Did you mean loans_to_participators?",
        "bik": "taxed on the employee",
        "depreciation": f"add it back in {PROFIT}",
        "pbt": f"Adjust the profit of the accounts for tax (add back depreciation, take out other income): {PROFIT}.",
    }
    for word, mend in words.items():
        assert mend in said(word), word


def test_every_word_leads_to_names_of_today_and_stands_once() -> None:
    known = {*input_variables(), *output_variables(), "company", "start", "end"}
    count = Counter(word for entry in vocabulary._WORDS.split("\n") for word in entry.split(":")[-1].split())
    assert [word for word, times in count.items() if times > 1] == []
    assert len(count) > 200
    for word in count:
        assert set(vocabulary.names_meant(word)) <= known, word
        assert vocabulary.names_meant(word) or vocabulary.mend(word, {}, frozenset()), word
        assert word not in known, word


def test_a_heading_of_a_table_is_taught_as_a_name_of_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text("company,start,year_end,fii\nA,2028-01-01,2028-12-31,5\n")
    with pytest.raises(CompanyFileError, match="Did you mean end") as caught:
        calculate_many(path)
    assert "Did you mean exempt_distributions?" in str(caught.value)


def test_days_are_read_as_the_united_kingdom_writes_them() -> None:
    ways = ["1/4/2027", "01/04/27", "01.04.2027", "1-4-2027", "2027-04-01", "2027/4/1", "1-Apr-27"]
    more = ["1 April 2027", "1st April 2027", "1 Apr 2027", "01 APRIL 27", "2027-04-01 00:00:00", "2027-04-01T00:00"]
    for way in (*ways, *more):
        assert read_day(Scalar(way)) == datetime.date(2027, 4, 1), way
    assert read_day(Scalar("04/05/2027")) == datetime.date(2027, 5, 4)
    assert read_day(Scalar("3 Sept 2027")) == datetime.date(2027, 9, 3)


def test_days_that_may_be_two_are_refused_in_words() -> None:
    mends = {
        "27-04-12": "write the year with four digits",
        "4/27/2027": "The day stands before the month: write 27/4/2027.",
        "46478": "it would be 1 April 2027",
        "31/4/2027": "is not a day of the calendar",
        "1 Foo 2027": "'Foo' is not a month",
        "April 2027": "Write 2027-04-01, 1/4/2027 (the day first) or 1 April 2027.",
        "2027-04-01 13:30": "must be a date",
        "1/4-2027": "must be a date",
    }
    for typed, mend in mends.items():
        with pytest.raises(MisreadError) as caught:
            read_day(Scalar(typed))
        assert mend in str(caught.value), typed


def test_negatives_are_read_as_accountants_write_them() -> None:
    for typed in (
        "(1,234.56)",
        "1,234.56-",
        "(£1,234.56)",
        "£(1,234.56)",
        "-£1,234.56",
        "\N{MINUS SIGN}1234.56",
        "( 1234.56 )",
    ):
        assert read_money(Scalar(typed)) == -1234.56, typed
    assert read_money(Scalar("-")) == read_money(Scalar("£ -")) == 0
    assert profit("(1,234.56)") == -1234.56
    for typed in ("(-5)", "-5-", "((5))", "(5", "5)", "()", "--5", "(5)k"):
        with pytest.raises(MisreadError):
            read_money(Scalar(typed))


def test_a_balance_of_a_ledger_is_read_where_its_side_is_plain() -> None:
    assert profit("1,234 CR") == 1234
    assert profit("1234.50 dr") == -1234.5
    period = {**PERIOD, "external_course_fees": "1,200 DR", "main_pool_disposal_value": "300 Cr"}
    values = read({"accounting_periods": [period]}).accounting_periods[0].values
    assert values == {"external_course_fees": 1200, "main_pool_disposal_value": 300}
    refused = {
        "main_pool_brought_forward": ("400 DR", "has no side of a ledger here. Write the amount without CR or DR."),
        "turnover": ("400 DR", "it cannot be below 0"),
        PROFIT: ("(500) CR", "say the sign twice"),
    }
    for name, (typed, mend) in refused.items():
        with pytest.raises(CompanyFileError) as caught:
            read({"accounting_periods": [{**PERIOD, name: typed}]})
        assert mend in str(caught.value), name


def again(directory: Path, content: bytes, name: str = "again.csv") -> list[float]:
    """The tax of each row of a table with this content."""
    path = directory / name
    path.write_bytes(content)
    return [float(tax) for tax in calculate_many(path).outputs["current_law"]["net_corporation_tax"]]


def workbook(rows: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_table_that_a_spreadsheet_saved_again_gives_the_same_tax(tmp_path: Path) -> None:
    lines = [HEADING, *ROWS]
    whole = again(tmp_path, "\n".join(lines).encode())
    assert whole[0] > 0
    plain = "\r\n".join(lines) + "\r\n"
    kinds = {
        "semicolons": plain.replace(",", ";").encode(),
        "tabs": plain.replace(",", "\t").encode(),
        "byte order mark": plain.encode("utf-8-sig"),
        "UTF-16": plain.replace(",", "\t").encode("utf-16"),
        "UTF-16, big end first": ("\ufeff" + plain).encode("utf-16-be"),
        "the alphabet of Windows": plain.encode("cp1252"),
        "a line that names the separator": f"sep=;\r\n{plain.replace(',', ';')}".encode(),
        "empty columns and rows": ("".join(f"{line},,\r\n" for line in lines) + ",,,,,,,\r\n" * 3).encode(),
        "dates and thousands": plain.replace("01/01/2028", "01-Jan-28").replace("£240000", '" £240,000.00 "').encode(),
        "dates with a time": plain.replace("31/12/2028", "31/12/2028 00:00").encode(),
        "no sign of nothing": plain.replace("7,", "7, -   ").encode(),
    }
    for kind, content in kinds.items():
        assert again(tmp_path, content) == whole, kind


def test_a_workbook_is_read_by_its_first_sheet(tmp_path: Path) -> None:
    whole = again(tmp_path, "\n".join([HEADING, *ROWS]).encode())
    day = datetime.datetime
    rows: list[list[object]] = [
        HEADING.split(","),
        ["Café Ltd", day(2028, 1, 1), day(2028, 12, 31), 240_000, 12, 20_000.0],
        ["Beta Ltd", "01/04/2028", day(2029, 3, 31), -5000, 7, None],
    ]
    assert again(tmp_path, workbook(rows), "again.xlsx") == whole
    assert goodwork("calculate", str(tmp_path / "again.xlsx")).exit_code == 0


def test_a_workbook_that_is_none_or_cannot_be_read_is_refused_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.txt", "no sheet")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", bytes(sheet.LARGEST_UNPACKED + 1))
    for content, mend in (
        (packed.getvalue(), "no workbook of Excel"),
        (bomb.getvalue(), "too large for a table"),
        (b"PK\x03\x04 half of one", "no workbook of Excel"),
    ):
        with pytest.raises(CompanyFileError, match=mend):
            again(tmp_path, content, "again.xlsx")

    def missing(_name: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(sheet, "import_module", missing)
    with pytest.raises(CompanyFileError, match="Save its sheet as CSV, or install"):
        again(tmp_path, workbook([HEADING.split(",")]), "again.xlsx")


def test_a_comma_that_may_be_of_thousands_or_of_pence_is_refused(tmp_path: Path) -> None:
    line = "A;2028-01-01;2028-12-31;{};1;0\n"
    heading = HEADING.replace(",", ";") + "\n"
    with pytest.raises(CompanyFileError, match="may stand before thousands or pence"):
        again(tmp_path, (heading + line.format("240,000")).encode())
    assert again(tmp_path, (heading + line.format("£1,240,000.00")).encode())[0] > 0


def test_empty_cells_left_out_at_the_end_of_later_rows_are_empty(tmp_path: Path) -> None:
    rows = [f"C{number},2028-01-01,2028-12-31,1000,," for number in range(20)]
    whole = again(tmp_path, "\n".join([HEADING, *rows]).encode())
    assert again(tmp_path, "\n".join([HEADING, *rows[:15], *(row[:-2] for row in rows[15:])]).encode()) == whole
    with pytest.raises(CompanyFileError, match="The row has 4 cells, the heading 6"):
        again(tmp_path, "\n".join([HEADING, rows[0][:-2]]).encode())


def test_a_column_without_a_name_that_holds_something_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CompanyFileError, match="Column 2 has no name"):
        again(tmp_path, b"company,,start,end\nA,5,2028-01-01,2028-12-31\n")
    with pytest.raises(CompanyFileError, match="Column 5 has no name"):
        again(tmp_path, b"company,start,end,,\nA,2028-01-01,2028-12-31,,6\n")


def test_a_template_is_written_and_works_as_it_is(tmp_path: Path) -> None:
    for name in ("mine.csv", "mine.yaml"):
        path = tmp_path / name
        done = goodwork("calculate", "--template", str(path))
        assert (done.exit_code, done.stderr) == (0, f"Written to {path}. Fill it in, then: goodwork calculate {path}\n")
        assert goodwork("calculate", str(path)).exit_code == 0
    assert calculate(next_year.template().encode()).company.name == "Hilltop Joinery Ltd"
    commented = next_year.template()
    assert all(f"# {name}:" in commented or name == PROFIT for name in input_variables())


def test_the_schema_of_company_files_takes_every_example_and_knows_every_input(tmp_path: Path) -> None:
    file = tmp_path / "company.schema.json"
    assert goodwork("calculate", "--template", str(file)).exit_code == 0
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(input_variables()) <= set(schema["$defs"]["AccountingPeriod"]["properties"])
    for example in sorted((ROOT / "examples").glob("*company*.yaml")):
        told = yaml.load(example.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 — reads text alone
        assert not list(jsonschema.Draft202012Validator(schema).iter_errors(told)), example.name
        told["accounting_periods"][0]["asociated_companies"] = "1"
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(told))


def test_a_template_never_writes_over_a_file_and_stands_alone(tmp_path: Path) -> None:
    there = tmp_path / "mine.csv"
    there.write_text("of somebody's")
    for arguments, mend in (
        (("--template", str(there)), "is there already"),
        (("--template", str(tmp_path / "mine.docx")), "must end in .csv"),
        (("--template", str(tmp_path / "new.csv"), str(there)), "Leave out the files to compute"),
        ((), "Name a company file (YAML) or a table"),
    ):
        done = goodwork("calculate", *arguments)
        assert (done.exit_code, mend in done.stderr) == (2, True), done.stderr
    assert there.read_text() == "of somebody's"
