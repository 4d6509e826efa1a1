"""Companies of one's own: read from whatever holds them, all faults told with their rows, and the same to the bit."""

from __future__ import annotations

import pickle
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet as of_parquet
import pytest

from openfisca_goodwork import population, system
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.inputs import is_input
from openfisca_goodwork.population import Population, own_reading
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.build import Built
from openfisca_goodwork.population.own_columns import columns, schema
from openfisca_goodwork.population.own_companies import OwnCompanies

PROFIT = "trading_profit_before_capital_allowances"
YEARS = range(2025, 2034)


def rows_of(company: Any, years: Any = YEARS, **facts: Any) -> list[dict[str, Any]]:
    """A company with the same facts in every calendar year."""
    return [
        {"company": company, "accounting_period_start": f"{year}-01-01", "accounting_period_end": f"{year}-12-31", **facts}
        for year in years
    ]


def table_of(*companies: list[dict[str, Any]]) -> pandas.DataFrame:
    return pandas.DataFrame([row for rows in companies for row in rows])


def faults_of(data: Any) -> str:
    with pytest.raises(GoodworkError) as fault:
        population.load_companies(data)
    assert fault.value.exit_code == 2
    return str(fault.value)


@pytest.fixture(scope="session")
def drawn(small: Built) -> Population:
    """A small population with the seed of the law, so that its draws are those of its file."""
    seed = Assumptions(system.current_law().parameters)("base.population.seed")
    return Population({**small.columns, "seed": np.array(int(seed))}, "a small population")


def test_a_population_written_and_read_back_is_the_same_companies_to_the_bit(drawn: Population, tmp_path: Path) -> None:
    read = population.load_companies(population.export_companies(drawn, tmp_path / "companies.parquet"))
    assert isinstance(read, OwnCompanies)
    assert (read.labels, read.financial_years, read.records) == (drawn.labels, drawn.financial_years, drawn.records)
    assert np.array_equal(read.weight, drawn.weight) and np.array_equal(read.registered, drawn.registered)
    assert np.array_equal(read.uniform("take_up"), drawn.uniform("take_up"))
    assert all(np.array_equal(codes, drawn.classes[name][0]) for name, (codes, _known) in read.classes.items())
    for label in (drawn.labels[0], 2027, drawn.labels[-1]):
        was, now = drawn.inputs(label), read.inputs(label)
        assert set(was) <= set(now)
        for name, values in was.items():
            assert np.array_equal(values, now[name]) and values.dtype == now[name].dtype, (label, name)
    otherwise = read.levy_funded(None, np.arange(5))
    assert otherwise is not None and set(otherwise) == set(drawn.labels)


def test_a_part_is_read_from_the_file_alone_and_goes_to_another_process_as_its_place(
    drawn: Population, tmp_path: Path
) -> None:
    file = population.export_companies(drawn, tmp_path / "companies.parquet")
    whole = population.load_companies(file)
    parts = list(whole.parts(3_000))
    assert [part.records for part in parts] == [3_000, 3_000, drawn.records - 6_000]
    sent = pickle.dumps(parts[1])
    assert len(sent) < 1_000
    again = pickle.loads(sent)  # noqa: S301 - our own
    assert again.fingerprint == parts[1].fingerprint != whole.fingerprint
    assert np.array_equal(again.inputs(2028)[PROFIT], drawn.inputs(2028)[PROFIT][3_000:6_000])


def test_csv_a_folder_of_partitions_and_a_table_in_memory_tell_the_same_companies(tmp_path: Path) -> None:
    table = table_of(
        rows_of("a", employees=3, **{PROFIT: 1234.56}), rows_of("7", employees=0.1, sic_section="C", weight=2.5)
    )
    table.to_csv(tmp_path / "companies.csv", index=False)
    table.to_parquet(tmp_path / "companies.parquet")
    for year, some in table.groupby(table["accounting_period_end"].str[:4]):
        folder = tmp_path / "folder" / "sic_section=C"
        folder.mkdir(parents=True, exist_ok=True)
        some.drop(columns="sic_section").to_parquet(folder / f"{year}.parquet")
    given = [population.load_companies(one) for one in (tmp_path / "companies.csv", tmp_path / "companies.parquet", table)]
    folder_of = population.load_companies(tmp_path / "folder")
    assert (folder_of.classes["sic_section"][0] == 2).all()
    for one in (*given, folder_of):
        assert one.weight.tolist() == [1.0, 2.5]
        assert one.inputs(2027)["employees"].tolist() == [3.0, 0.1]
        assert one.inputs(2027)[PROFIT].tolist() == [1234.56, 0.0]
        assert one.uniform("take_up").tolist() == given[0].uniform("take_up").tolist()


def test_the_schema_has_every_input_of_the_law_and_what_a_row_needs() -> None:
    held = schema()
    told = {name for name, variable in system.current_law().variables.items() if is_input(variable) and _is_told(variable)}
    assert told - set(held["properties"]) == {"apportionment"}
    assert set(held["properties"]) == set(columns())
    assert held["required"] == ["company", "accounting_period_start", "accounting_period_end"]
    assert held["properties"]["main_pool_brought_forward"]["anyOf"][0]["read_in"].startswith("the first accounting period")


def _is_told(variable: Any) -> bool:
    return variable.definition_period == "year"


def test_every_fault_of_a_file_is_told_at_once_with_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    heading = "company,accounting_period_start,accounting_period_end,weight,turnover,sic_section,employees\n"
    lines = (
        "a,2027-01-01,2027-12-31,1,12x,Z,-5",
        "=1+1,2027-13-01,31/12/2027,0,nan,@x,5",
        ",,2027-12-31,-1,5,,",
    )
    file.write_text(heading + "\n".join(lines) + "\n", encoding="utf-8")
    said = faults_of(file)
    for words in (
        "turnover is not a number (12x, nan), 2 rows: 2, 3",
        "sic_section is not among the classes",
        "employees is below 0 (-5), row 2",
        "company begins as a formula",
        "no day of the calendar (2027-13-01)",
        "not a day written as 2027-03-31 (31/12/2027)",
        "weight is not above 0 (0, -1), 2 rows: 3, 4",
        "sic_section begins as a formula",
        "company is empty, row 4",
        "accounting_period_start is empty, row 4",
    ):
        assert words in said, words


def test_headings_cells_periods_and_weights_are_told_in_one_answer(tmp_path: Path) -> None:
    """A sequence is looked at among the rows whose company and days are sound; a column that is wrong hides no other."""
    table = pandas.DataFrame(
        {
            "company": ["a", "a", "a", "b", "b", "=b", "c", "c", "d"],
            "accounting_period_start": ["2027-01-01"] * 3 + ["2027-06-01", "2028-06-01"] + ["2027-01-01"] * 2 + ["", "x"],
            "accounting_period_end": ["2027-12-31"] * 3 + ["2028-07-31", "2029-05-31", "2027-12-31", "0001-01-01"]
            + ["2029-13-01", "9999-12-31"],
            "turnover": ["1", "x", *["1"] * 7],
            "turnovr": 1,
            "weight": [1, 2, 1, 0, 1, 7, 1, 1, 1],
        }
    )  # fmt: skip
    wanted: dict[str, tuple[int, ...]] = {
        "turnover is not a number (x)": (2,),
        "company begins as a formula of a spreadsheet does (=b)": (6,),
        "weight is not above 0 (0": (4,),
        "weight is not that of the first row of the company (2": (2,),
        "company has the same accounting period twice": (2, 3),
        "periods overlap": (5,),
        "is more than twelve months after the first day (2028-07-31)": (4,),
        "accounting_period_start is empty": (8,),
        "accounting_period_start is not a day": (9,),
        "accounting_period_end is no day of the calendar": (8,),
        "accounting_period_end is before the first day of the period (0001-01-01)": (7,),
        "accounting_period_end is after 2033": (9,),
    }
    table.to_csv(tmp_path / "companies.csv", index=False)
    table.to_parquet(tmp_path / "companies.parquet", row_group_size=2)
    (tmp_path / "folder" / "registered=true").mkdir(parents=True)
    table[["company", "accounting_period_end", "accounting_period_start"]].iloc[:0].to_parquet(
        tmp_path / "folder" / "a.parquet"
    )
    table.to_parquet(tmp_path / "folder" / "registered=true" / "b.parquet")
    for data, first in (
        (tmp_path / "companies.csv", 1),
        (tmp_path / "companies.parquet", 0),
        (tmp_path / "folder", 0),
        (table, 0),
    ):
        said = faults_of(data)
        assert "'turnovr' is not known" in said
        for words, rows in wanted.items():
            line = next((line for line in said.splitlines() if words in line), words + " is not told")
            numbers = ", ".join(str(row + first) for row in rows)
            assert f"row {numbers}" in line or f"rows: {numbers}" in line, line
        assert said.count("\n") <= len(wanted) + 3
    missing = faults_of(table.drop(columns=["accounting_period_start", "turnovr"]))
    for words in ("accounting_period_start is missing", "turnover is not a number", "is after 2033", "has one weight"):
        assert words in missing, words
    assert "periods overlap" not in missing and "turnover is not" in faults_of(table.drop(columns="company"))


def test_rows_are_numbered_as_the_file_has_them_however_many_files_and_blank_lines_there_are(tmp_path: Path) -> None:
    late = {"accounting_period_start": "2039-01-01", "accounting_period_end": "2039-12-31"}
    for number in range(2):
        rows = [{"company": 10 * number + place, **late} for place in range(9)]
        pandas.DataFrame(rows).to_csv(tmp_path / f"{number}.csv", index=False)
    told = faults_of(tmp_path).splitlines()
    assert [line.endswith("(2039-12-31), 9 rows: 2, 3, 4, 5, 6 and 4 more.") for line in told] == [False, True] * 2
    file = tmp_path / "1.csv"
    heading = "company,accounting_period_start,accounting_period_end,turnover\n"
    sound = "{},2027-01-01,2027-12-31,5\n"
    file.write_text(
        heading
        + "\n\n"
        + sound.format('"a\nb"')
        + "c,2027-01-01\n"
        + sound.format("d")
        + sound.format("d,e")
        + sound.format("d"),
        encoding="utf-8",
    )
    said = faults_of(file)
    assert "does not have the 4 cells of the heading (2, 5), 2 rows: 5, 7. Put a text with a comma" in said
    assert "same accounting period twice, row 8" in said
    file.write_bytes((heading + sound.format("a") * 50_000).encode() + b"\xe9,2027-01-01,2027-12-31,5\n")
    assert "line 50,002 is no text in UTF-8. Save the file as CSV UTF-8." in faults_of(file)
    chunks = pa.concat_tables([pa.Table.from_pandas(table_of(rows_of(name, [2027]))) for name in "aba"])
    assert "same accounting period twice, row 3" in faults_of(chunks)
    assert "turnover is not a number (x), row 2" in faults_of(
        table_of(rows_of("a", range(2027, 2030))).assign(turnover=[1, "x", 2.5])
    )


def test_the_name_of_a_folder_that_is_wrong_is_told_with_how_to_mend_it(tmp_path: Path) -> None:
    def folder_of(*names: str, **facts: Any) -> Path:
        path = tmp_path / str(len(list(tmp_path.iterdir())))
        for number, name in enumerate(names):
            (path / name).mkdir(parents=True)
            table_of(rows_of(number, [2027], **facts)).to_parquet(path / name / "part.parquet")
        return path

    said = faults_of(folder_of("year=2026/region=London", "year=2027/region=UK"))
    assert "The folder 'year=2026' and 1 more: its name tells a column 'year', which is not known." in said
    assert "Rename the folder so that there is no = in its name ('year-2026')" in said
    assert "The folder 'year=2027/region=UK': region is not among the classes. Known: North East" in said
    both = faults_of(folder_of("region=London", region="Wales"))
    assert "The folder 'region=London' and a column of" in both and "both tell region. Leave one of the two out." in both
    assert "The folder 'weight=0': weight is not above 0. Rename the folder." in faults_of(folder_of("weight=2", "weight=0"))
    assert (
        "'turnovr' is not known" in (said := faults_of(folder_of("2026", "2027", turnovr=1))) and "part.parquet" not in said
    )
    good = folder_of("region=Yorkshire%20and%20The%20Humber", f"region={own_reading._EMPTY_FOLDER}", "2026")
    read = population.load_companies(good)
    assert sorted(read.classes["region"][0].tolist()) == [2, 12, 12]
    before = read.fingerprint
    (good / "2026").rename(good / "region=Wales")
    assert population.load_companies(good).fingerprint != before


def test_a_column_that_the_law_works_out_is_filled_in_every_file_or_in_none(tmp_path: Path) -> None:
    worked_out = next(name for name, column in columns().items() if column.is_worked_out and column.kind == "number")
    table_of(rows_of(1, [2027], **{worked_out: 0.0})).to_parquet(tmp_path / "1.parquet")
    table_of(rows_of(2, [2027])).to_parquet(tmp_path / "2.parquet")
    said = faults_of(tmp_path)
    assert "2.parquet has 1 fault" in said and f"{worked_out} is empty in some rows, row 1. Fill it in every row" in said


def test_a_small_file_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    rows = 300
    days = {"accounting_period_start": ["2027-01-01"] * rows, "accounting_period_end": ["2027-12-31"] * rows}
    bomb = pa.DictionaryArray.from_arrays(np.zeros(rows, dtype=np.int32), ["x" * 1_000_000])
    of_parquet.write_table(pa.table({"company": bomb, **days}), tmp_path / "texts.parquet", store_schema=False)
    plain, counting = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(counting)
    try:
        assert "company is longer than 1,000 letters, 300 rows: 1, 2" in faults_of(tmp_path / "texts.parquet")
    finally:
        pa.set_memory_pool(plain)
    assert 0 < counting.max_memory() < 30_000_000
    alike = pa.table({"turnover": np.zeros(20_000), "employees": np.zeros(20_000)})
    of_parquet.write_table(alike, tmp_path / "alike.parquet")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(own_reading, "LARGEST_GROUP", 300_000)
        assert "row groups of a million rows" in faults_of(tmp_path / "alike.parquet")


def test_what_is_no_number_in_a_parquet_file_is_refused_and_an_empty_cell_is_the_default(tmp_path: Path) -> None:
    days = {"accounting_period_start": ["2027-01-01"] * 3, "accounting_period_end": ["2027-12-31"] * 3}
    held = pa.table({"company": [1, 2, 3], **days, "turnover": pa.array([1.0, float("nan"), float("inf")])})
    of_parquet.write_table(held, tmp_path / "companies.parquet")
    assert (
        "turnover is not a finite number: leave the cell empty where it is not known (nan, inf), 2 rows: 2, 3"
        in faults_of(tmp_path / "companies.parquet")
    )
    good = table_of(rows_of(1, turnover=5.0), rows_of(2, turnover=None))
    assert population.load_companies(good).inputs(2027)["turnover"].tolist() == [5.0, 0.0]
    wrong = pa.table({"company": [1], **{name: day[:1] for name, day in days.items()}, "turnover": [[1.0]]})
    assert "turnover is of the type list<" in faults_of(wrong)


def test_periods_that_cannot_both_be_are_told_with_their_rows() -> None:
    days = [
        ("a", "2027-01-01", "2027-12-31", 1),
        ("a", "2027-01-01", "2027-12-31", 2),
        ("b", "2027-01-01", "2027-12-31", 1),
        ("b", "2027-06-01", "2028-05-31", 1),
        ("c", "2027-01-01", "2027-03-31", 1),
        ("c", "2027-04-01", "2027-12-31", 1),
    ]
    names = ["company", "accounting_period_start", "accounting_period_end", "weight"]
    said = faults_of(pandas.DataFrame(days, columns=names))
    for words in (
        "same accounting period twice, row 2",
        "periods overlap, row 4",
        "same calendar year",
        "weight is not that of the first row of the company (2.0), row 2. A company has one weight.",
    ):
        assert words in said, words
    long = [("d", "2027-04-01", "2028-12-31", 1), ("e", "2027-04-01", "2026-12-31", 1), ("f", "2005-04-01", "2005-12-31", 1)]
    said = faults_of(pandas.DataFrame([*long, ("g", "2039-04-01", "2039-12-31", 1)], columns=names))
    for words in ("more than twelve months", "before the first day", "is before 2010-04-01", "is after 2033"):
        assert words in said, words


def test_columns_that_are_not_known_get_their_nearest_name_and_missing_ones_are_named(tmp_path: Path) -> None:
    said = faults_of(pandas.DataFrame({"company": [1], "turnovr": [1], "corporation_tax": [2]}))
    assert "'turnovr' is not known. Did you mean turnover?" in said
    assert "'corporation_tax' is not known." in said
    assert "accounting_period_start is missing" in said and "accounting_period_end is missing" in said
    (tmp_path / "twice.csv").write_text("company,company\n1,1\n", encoding="utf-8")
    assert "'company' stands twice" in faults_of(tmp_path / "twice.csv")


def test_what_is_no_file_of_companies_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none", encoding="utf-8")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 none of it")
    (tmp_path / "latin.csv").write_bytes("company,é\n".encode("latin-1"))
    (tmp_path / "empty").mkdir()
    (tmp_path / "short.csv").write_text("company,accounting_period_start,accounting_period_end\n1,2\n", encoding="utf-8")
    assert "There is no file or folder" in faults_of(tmp_path / "missing.parquet")
    assert "ends in .txt" in faults_of(tmp_path / "notes.txt")
    assert "cannot be read" in faults_of(tmp_path / "broken.parquet")
    assert "no CSV in UTF-8" in faults_of(tmp_path / "latin.csv")
    assert "holds no file" in faults_of(tmp_path / "empty")
    assert "does not have the 3 cells of the heading (2), row 2. Put" in faults_of(tmp_path / "short.csv")
    (tmp_path / "none.csv").write_text("", encoding="utf-8")
    assert "none.csv is empty. Write a row of headings" in faults_of(tmp_path / "none.csv")
    assert "companies: a int cannot be read" in faults_of(7)
    assert "has no rows" in faults_of(table_of(rows_of(1)).iloc[:0])


def test_a_file_too_large_for_memory_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of(*(rows_of(number) for number in range(20)))
    table.to_parquet(tmp_path / "companies.parquet", row_group_size=50)
    table.to_csv(tmp_path / "companies.csv", index=False)
    monkeypatch.setattr(own_reading, "checked_rows", None)  # nothing is read
    for limit, file, words in (
        ("MOST_ROWS", "companies.parquet", "over 100 rows"),
        ("LARGEST_CSV", "companies.csv", "Save it as Parquet"),
        ("LARGEST_GROUP", "companies.parquet", "row groups of a million rows"),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(own_reading, limit, 100)
            assert words in faults_of(tmp_path / file)


def test_files_of_gigabytes_are_refused_in_words_and_never_held_in_memory(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, size, words in (
        ("companies.csv", 10_000_000_000, "has 10.0 GB of CSV, and the most read is 4 GB. Save it as Parquet"),
        ("folder/companies.csv", 10_000_000_000, "has 10.0 GB of CSV"),
        ("companies.parquet", 10_000_000_000, "cannot be read"),
        ("a_line.csv", 300_000_000, "is no CSV"),
    ):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
        tracemalloc.start()
        assert words in faults_of(tmp_path / name if "/" not in name else tmp_path / "folder")
        assert tracemalloc.get_traced_memory()[1] < 30_000_000, name
        tracemalloc.stop()


def test_a_company_that_is_not_there_has_nothing_and_begins_anew_when_it_comes_back() -> None:
    pool = "main_pool_brought_forward"
    born = rows_of("born", range(2028, 2034), **{PROFIT: 5.0, pool: 90_000.0})
    died = rows_of("died", range(2025, 2027), **{PROFIT: 7.0, pool: 200.0})
    back = [*rows_of("back", range(2025, 2027), **{PROFIT: 1.0}), *rows_of("back", range(2029, 2034), **{PROFIT: 2.0})]
    people = population.load_companies(table_of(rows_of("always", **{PROFIT: 3.0}), born, died, back))
    told = {label: people.inputs(label) for label in people.labels}
    assert told[2027][PROFIT].tolist() == [3.0, 0.0, 0.0, 0.0]
    assert people.present(2027).tolist() == [True, False, False, False]
    assert [int(told[label]["first_accounting_period"][1]) for label in (2027, 2028, 2033)] == [2027, 2028, 2028]
    assert [int(told[label]["first_accounting_period"][3]) for label in (2026, 2027, 2033)] == [2025, 2027, 2029]
    assert told[2028][pool].tolist() == [0.0, 90_000.0, 0.0, 0.0] and pool not in told[2030]
    assert any("1 begin after it does" in gap and "1 end before the file does" in gap for gap in people.gaps)
    found = system.run(system.current_law(), people.panel(), ["main_pool_carried_forward", "corporation_tax"])
    assert found[2027]["main_pool_carried_forward"].tolist() == [0.0] * 4
    assert found[2028]["main_pool_carried_forward"][1] > 0
    assert found[2027]["corporation_tax"][2] == 0


def test_what_a_file_does_not_tell_is_said() -> None:
    bare = population.load_companies(table_of(rows_of(1)))
    said = " ".join(bare.gaps)
    for words in ("No periods that end before 2025", "No opening balances", "No training costs", "No plant", "No weights",
                  "No industry section, region, employment band and turnover band"):  # fmt: skip
        assert words in said, words
    full = population.load_companies(
        table_of(rows_of(1, weight=3.0, external_course_fees=5.0, main_pool_brought_forward=1.0))
    )
    assert not any("No training" in gap or "No opening" in gap or "No weights" in gap for gap in full.gaps)


def test_companies_are_carried_on_with_the_growth_of_the_forecast() -> None:
    gone = rows_of("gone", range(2024, 2025), turnover=9.0)
    told = [*rows_of("stays", range(2025, 2026), turnover=100.0, employees=10.0)]
    told += [{"company": "stays", "accounting_period_start": "2026-01-01", "accounting_period_end": "2026-06-30",
              "turnover": 60.0, "employees": 11.0, "accredited_share": 0.4}]  # fmt: skip
    people = population.load_companies(table_of(told, gone), age_to=2030)
    assert people.labels == range(2024, 2033) and 2030 in people.financial_years
    after = people.inputs(2027)
    assert [str(after[f"accounting_period_{end}"][0]) for end in ("start", "end")] == ["2026-07-01", "2027-06-30"]
    growth = Assumptions(system.current_law().parameters)
    length = 181 / 365
    least, most = (60 / length * (1 + one) for one in (0.0, 0.12))
    assert least < after["turnover"][0] < most
    late = people.inputs(2031)["turnover"][0] / people.inputs(2030)["turnover"][0] - 1
    rates = [
        growth("growth.turnover", day) for day in (pandas.Timestamp(f"{year}-04-01").date() for year in (2029, 2030, 2031))
    ]
    assert min(rates) - 1e-3 < late < max(rates) + 1e-3
    assert people.inputs(2031)["accredited_share"][0] == pytest.approx(0.4)
    assert people.inputs(2028)["turnover"][1] == 0 and not people.present(2031)[1]
    assert any("Carried on to 2030-31" in gap for gap in people.gaps)
    with pytest.raises(GoodworkError, match="can be carried on to 2031-32"):
        population.load_companies(table_of(told), age_to=2040)


def test_a_company_whose_next_period_ends_after_the_file_goes_on_whatever_its_year_end() -> None:
    march = [
        {
            "company": "march",
            "accounting_period_start": f"{year}-04-01",
            "accounting_period_end": f"{year + 1}-03-31",
            PROFIT: 1.0,
        }
        for year in (2025, 2026)
    ]
    table = table_of(march, rows_of("december", (2025, 2026), **{PROFIT: 2.0}), rows_of("gone", (2025,), **{PROFIT: 4.0}))
    as_it_is, aged = population.load_companies(table), population.load_companies(table, age_to=2029)
    assert as_it_is.financial_years == (2025,)
    assert as_it_is.present(2027).tolist() == [True, False, False]
    assert aged.financial_years == (2025, 2026, 2027, 2028, 2029)
    assert aged.present(2027).tolist() == aged.present(2031).tolist() == [True, True, False]
    told = aged.inputs(2027)
    assert told[PROFIT][0] == 1.0 and 2.0 < told[PROFIT][1] < 2.3 and told[PROFIT][2] == 0
    assert str(told["accounting_period_start"][1]) == "2027-01-01"
    assert system.run(system.current_law(), aged.panel(), ["corporation_tax"])[2031]["corporation_tax"].shape == (3,)


def test_a_part_of_the_companies_by_class_keeps_weights_and_draws_and_goes_to_another_process(tmp_path: Path) -> None:
    table = table_of(*(rows_of(n, sic_section="CF"[n % 2], weight=1.0 + n, **{PROFIT: 10.0 + n}) for n in range(6)))
    table.to_parquet(tmp_path / "companies.parquet")
    whole = population.load_companies(tmp_path / "companies.parquet")
    part = whole.subset({"sic_section": ["F"]})
    assert part.weight.tolist() == [2.0, 4.0, 6.0]
    assert part.inputs(2027)[PROFIT].tolist() == [11.0, 13.0, 15.0]
    assert part.uniform("take_up").tolist() == whole.uniform("take_up")[1::2].tolist()
    assert part.fingerprint != whole.fingerprint and part.whole is not None and part.whole[0] is whole
    again = pickle.loads(pickle.dumps(next(part.parts(2))))  # noqa: S301 - our own
    assert again.inputs(2027)[PROFIT].tolist() == [11.0, 13.0]
    with pytest.raises(GoodworkError, match="no companies with sic_section A"):
        whole.subset({"sic_section": ["A"]})


def test_weights_are_fitted_to_official_counts_where_classes_are_told(drawn: Population) -> None:
    codes = {name: np.array(known)[code] for name, (code, known) in drawn.classes.items()}
    own = pandas.DataFrame({"company": drawn.columns["id"], "weight": 1 + drawn.weight * 0.8, **codes})
    own = own.assign(registered=drawn.registered, accounting_period_start="2027-01-01", accounting_period_end="2027-12-31")
    people = population.load_companies(own, is_reweighted=True)
    official = population.sources.matrix(
        "companies_by_region_and_employment", population.sources.REGIONS, population.sources.EMPLOYMENT_BANDS, (1, 2)
    )
    region = people.classes["region"][0]
    found = np.bincount(region[people.registered], people.weight[people.registered], minlength=12)
    assert found == pytest.approx(official.sum(axis=1), rel=0.01)
    with pytest.raises(GoodworkError, match="fill region"):
        population.load_companies(own.drop(columns="region"), is_reweighted=True)
