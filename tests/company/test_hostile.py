"""Files that are wrong or meant to harm: refused in words, with code 2, and nothing printed or half written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from openfisca_goodwork.commands.main import app
from openfisca_goodwork.company import read
from openfisca_goodwork.company.many import calculate_many
from openfisca_goodwork.company.vocabulary import input_variables
from openfisca_goodwork.errors import CompanyFileError
from openfisca_goodwork.law.human_investment import TAGS

HEADING = "company,start,end"
ROW = "A,2028-01-01,2028-12-31"
ODD = [
    "",
    " ",
    "=1+1",
    "-5",
    "1e400",
    "nan",
    "٣",
    "£",
    "£1,2,3",
    "1.2.3",
    "True",
    "2028-02-30",
    "2028-01-01",
    '"',
    "\x1b[2J",
    "x" * 300,
]


def calculated(file: Path, *options: str) -> Any:
    return CliRunner().invoke(app, ["calculate", str(file), *options], prog_name="goodwork")


def test_every_fault_of_a_table_is_told_at_once_with_its_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(
        f"{HEADING},turnover,is_uk_resident\nA,2028-01-01,2028-12-31,lots,on\n\nB,2028-01-01,,5,\nA,2029-01-02,2029-12-31,-5,\n",
        encoding="utf-8",
    )
    with pytest.raises(CompanyFileError) as caught:
        calculate_many(path)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{path} has 5 faults."
    assert [line.split()[:3] for line in lines[1:]] == [
        ["row", "2", "turnover"],
        ["row", "2", "is_uk_resident"],
        ["row", "4", "end"],
        ["row", "5", "turnover"],
        ["row", "5", "The"],
    ]
    assert sorted(fault.line or 0 for fault in caught.value.faults) == [2, 2, 4, 5, 5]


def test_the_list_of_faults_is_bounded_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(
        f"{HEADING},turnover\n" + "".join(f"C{n},2028-01-01,2028-12-31,1,2\n" for n in range(5_000)), encoding="utf-8"
    )
    with pytest.raises(CompanyFileError) as caught:
        calculate_many(path)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{path} has 1,000 faults or more."
    assert lines[-1] == "  and 950 more."
    assert len(lines) == 52


def test_many_rows_that_make_one_mistake_make_one_fault(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(f"{HEADING}\n" + "".join(f"C{n},01/{n % 9 + 13}/2028,2028-12-31\n" for n in range(1_000)))
    with pytest.raises(CompanyFileError) as caught:
        calculate_many(path)
    (fault,) = caught.value.faults
    assert fault.line == 2
    assert fault.message.startswith("start: 01/13/2028 is not a day of the calendar. The day stands before the month")
    assert fault.message.endswith("1,000 rows are like this one: 2, 3, 4 and 997 more.")


def test_a_few_rows_that_make_one_mistake_are_named_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(f"{HEADING},turnover\n" + "".join(f"C{n},2028-01-01,2028-12-31,x{n}\n" for n in range(3)))
    with pytest.raises(CompanyFileError) as caught:
        calculate_many(path)
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4]


def test_two_hundred_thousand_rows_are_accepted_and_one_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    lines = [f"C{n},2028-01-01,2028-12-31\n" for n in range(200_001)]
    path.write_text(f"{HEADING}\n" + "".join(lines[:-1]), encoding="utf-8")
    assert len(calculate_many(path).companies) == 200_000
    path.write_text(f"{HEADING}\n" + "".join(lines), encoding="utf-8")
    with pytest.raises(CompanyFileError, match=r"more than 200,000 rows"):
        calculate_many(path)


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_name_that_is_a_formula_is_printed_as_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(f'{HEADING}\n"{name}",2028-01-01,2028-12-31\n', encoding="utf-8")
    row = calculated(path, "--csv").stdout.splitlines()[1]
    assert row.strip('"').startswith(f"'{name}")


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["a.csv", "b.csv"], ["--csv"], "one file at a time"),
        (["a.csv", "b.yaml"], ["--xlsx", "out.xlsx"], "one file at a time"),
        (["a.csv"], ["--csv", "--json"], "not for both"),
        (["a.csv"], ["--working"], "the working is of one"),
        (["a.csv"], ["--xlsx", "out.csv"], "ends in .xlsx"),
        (["a.csv"], ["--reform", "human-investment-superdeduction"], "There is no reform called"),
        (["none.csv"], [], "There is no such file"),
        (["."], [], "Is a directory"),
    ],
)
def test_requests_that_do_not_go_together_are_refused(
    names: list[str], options: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(f"{HEADING}\n{ROW}\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"{HEADING}\n{ROW}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("accounting_periods: [{start: 2028-01-01, end: 2028-12-31}]\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["calculate", *names, *options], prog_name="goodwork")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"a.csv", "b.csv", "b.yaml"}


CELLS = st.one_of(st.sampled_from(ODD), st.integers(-(10**15), 10**15).map(str), st.text(max_size=20), st.dates().map(str))
COLUMNS = st.one_of(st.sampled_from([*input_variables(), "company", "start", "end", "apportionment"]), st.text(max_size=12))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    columns=st.lists(COLUMNS, max_size=6),
    cells=st.lists(st.lists(CELLS, max_size=9), max_size=6),
    well_formed=st.booleans(),
)
def test_any_table_is_worked_out_in_numbers_or_refused_in_words(
    tmp_path: Path, columns: list[str], cells: list[list[str]], *, well_formed: bool
) -> None:
    heading = [*HEADING.split(","), *columns] if well_formed else columns
    width = len(heading) if well_formed else None
    lines = [",".join(heading), *(",".join([*row, *[""] * 9][:width]) for row in cells)]
    path = tmp_path / "companies.csv"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    answered(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_words(tmp_path: Path, content: bytes) -> None:
    for name in ("companies.csv", "company.yaml"):
        (tmp_path / name).write_bytes(content)
        answered(tmp_path / name)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(input_variables())), CELLS, max_size=4), st.dates(), st.dates())
def test_any_facts_are_worked_out_in_numbers_or_refused_in_words(
    tmp_path: Path, facts: dict[str, str], start: Any, end: Any
) -> None:
    lines = [f"    {name}: {json.dumps(value)}" for name, value in facts.items()]
    text = "\n".join(["accounting_periods:", f"  - start: {start}", f"    end: {end}", *lines])
    path = tmp_path / "company.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    answered(path)


KEYS = [
    "on",
    "car",
    "co2_emissions",
    "new",
    "tags",
    "trainer_pay",
    "cost",
    "incurred",
    "brought_into_use",
    "sold",
    "proceeds",
]
VALUES = st.one_of(
    st.integers(-10, 10**6), st.dates(date(2027, 12, 1), date(2029, 2, 1)).map(str), st.booleans(), st.sampled_from(ODD)
)
ITEM = st.dictionaries(st.sampled_from(KEYS), VALUES | st.lists(st.sampled_from([*TAGS, "x"]), max_size=3), max_size=6)
ODD_ITEM = ITEM | VALUES | st.lists(VALUES, max_size=2)
A_DAY = st.dates(date(2028, 1, 1), date(2028, 12, 31)).map(str)
GOOD_CAR = st.fixed_dictionaries(
    {"on": A_DAY, "car": st.integers(0, 10**6), "co2_emissions": st.integers(0, 1_000), "new": st.booleans()}
)
GOOD_BUILDING = st.fixed_dictionaries(
    {"cost": st.integers(0, 10**7), "incurred": A_DAY, "brought_into_use": A_DAY},
    optional={"sold": A_DAY, "proceeds": VALUES},
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(GOOD_CAR | ODD_ITEM, max_size=3), st.lists(GOOD_BUILDING | ODD_ITEM, max_size=3))
def test_any_items_are_worked_out_in_numbers_or_refused_in_words(tmp_path: Path, items: Any, buildings: Any) -> None:
    one = {"start": "2028-01-01", "end": "2028-12-31", "expenditure": items, "structures_and_buildings": buildings}
    path = tmp_path / "company.yaml"
    path.write_text(json.dumps({"accounting_periods": [one]}), encoding="utf-8")
    answered(path)


def answered(path: Path) -> None:
    """Either strict JSON and code 0, or a message alone and code 2."""
    result = calculated(path, "--json")
    if result.exit_code == 0:
        assert "NaN" not in result.stdout
        assert json.loads(result.stdout, parse_constant=pytest.fail)
    else:
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.strip()
        assert "\x1b" not in result.stderr


def test_a_fault_of_a_table_is_the_fault_of_the_same_fact_in_a_company_file(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    for name, variable in input_variables().items():
        path.write_text(f"{HEADING},{name}\n{ROW},x\n", encoding="utf-8")
        with pytest.raises(CompanyFileError) as of_table:
            calculate_many(path)
        with pytest.raises(CompanyFileError) as of_file:
            read(f"accounting_periods: [{{start: 2028-01-01, end: 2028-12-31, {name}: x}}]".encode())
        assert [fault.message for fault in of_table.value.faults] == [fault.message for fault in of_file.value.faults], (
            variable
        )
