"""`goodwork compare` and `goodwork reforms`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from openfisca_goodwork import policy

from .running import NARROW, PROPOSAL, goodwork

MAIN_RATE = "corporation_tax.main_rate"


def test_compare_prints_the_comparison() -> None:
    assert goodwork("compare", "law", PROPOSAL).stdout == policy.compare("law", PROPOSAL).summary() + "\n"


def test_compare_as_json_is_the_same_comparison() -> None:
    shown = json.loads(goodwork("compare", "law@2022-04-01", "law", "--on", "2023-04-01", "--json").stdout)
    assert shown == json.loads(json.dumps(policy.compare("law@2022-04-01", "law", on="2023-04-01").to_dict()))
    assert "corporation_tax.main_rate" in [row["path"] for row in shown["differences"]]


def test_compare_as_csv_has_a_row_a_difference() -> None:
    rows = list(csv.DictReader(io.StringIO(goodwork("compare", "law", PROPOSAL, "--csv").stdout)))
    assert [row["path"] for row in rows] == [row.path for row in policy.compare("law", PROPOSAL).rows]


def test_compare_within_days() -> None:
    assert "are the same law" in goodwork("compare", "law", PROPOSAL, "--to", "2027-03-31").stdout
    assert "differ in" in goodwork("compare", "law", PROPOSAL, "--from", "2027-03-31", "--to", "2027-04-01").stdout


def test_an_unquoted_sum_is_one_side() -> None:
    together = goodwork("compare", "law", PROPOSAL, "+", NARROW).stdout
    assert together == goodwork("compare", "law", f"{PROPOSAL} + {NARROW}").stdout


def test_settings_and_a_baseline_are_those_of_python() -> None:
    setting = f"{MAIN_RATE}@2027-04-01=0.26"
    shown = goodwork("compare", "law", PROPOSAL, "--set", setting, "--baseline", PROPOSAL).stdout
    assert shown == policy.compare("law", PROPOSAL, settings=[setting], baseline=PROPOSAL).summary() + "\n"
    shown = goodwork("compare", "law", "law", "--set-a", setting).stdout
    assert shown == policy.compare("law", "law", settings_a=[setting]).summary() + "\n"


def test_what_is_touched_follows_the_differences_in_every_form() -> None:
    comparison = policy.compare("law", PROPOSAL)
    assert goodwork("compare", "law", PROPOSAL, "--touches").stdout == (
        f"{comparison.summary()}\n\n{comparison.touches().summary()}\n"
    )
    assert json.loads(goodwork("compare", "law", PROPOSAL, "--touches", "--json").stdout)["touches"] == (
        comparison.touches().to_dict()
    )
    rows = csv.DictReader(io.StringIO(goodwork("compare", "law", PROPOSAL, "--touches", "--csv").stdout))
    assert [row["variable"] for row in rows] == list(comparison.touches().downstream)


def test_a_workbook_is_written_and_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "differences.xlsx"
    result = goodwork("compare", "law", PROPOSAL, "--xlsx", str(file))
    assert file.exists() and result.stderr == f"Written to {file}.\n"
    assert result.stdout == goodwork("compare", "law", PROPOSAL).stdout


def test_the_history_of_a_parameter_alone_and_beside_a_reform() -> None:
    history = goodwork("compare", "--history", MAIN_RATE)
    assert (history.exit_code, history.stdout) == (0, policy.parameter_history(MAIN_RATE).summary() + "\n")
    path = "human_investment.additional_deduction"
    rows = list(csv.DictReader(io.StringIO(goodwork("compare", "--history", path, PROPOSAL, "--csv").stdout)))
    assert [(row["law"], row["value"]) for row in rows][-1] == (PROPOSAL, "0.3")
    shown = json.loads(goodwork("compare", "--history", path, PROPOSAL, "--json").stdout)
    assert shown == policy.parameter_history(path, PROPOSAL).to_dict()


def test_all_that_is_wrong_with_a_comparison_is_said_at_once() -> None:
    arguments = ("lwa", "--on", "2009-04-01", "--from", "April", "--csv", "--json", "--xlsx", "differences.txt")
    result = goodwork("compare", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    for words in (
        *("not for both", "one was given", "ends in .xlsx", "not both", "1 April 2009, the day to compare on"),
        *("'April', the first day", "There is no reform called 'lwa'"),
    ):
        assert words in result.stderr
    assert "The request has 7 faults." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "none was given"),
        (("law", "law", "law"), "3 were given"),
        (("--history", "corporation_tax.man_rate"), "Did you mean corporation_tax.main_rate?"),
        (("--history", MAIN_RATE, "--on", "2027-04-01", "--touches"), "leave out --on, --touches"),
        (("--history", MAIN_RATE, "--set-a", f"{MAIN_RATE}@2027-04-01=0.26"), "a history has --set alone"),
        (("--history", MAIN_RATE, "law", PROPOSAL, NARROW), "one law or two, not 3"),
        (("law", "law", "--from", "2028-04-01", "--to", "2027-04-01"), "before it starts"),
    ],
)
def test_what_cannot_be_compared_or_told_ends_with_2(arguments: tuple[str, ...], words: str) -> None:
    result = goodwork("compare", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_two_formats_at_once_are_refused() -> None:
    result = goodwork("compare", "law", PROPOSAL, "--json", "--csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "not for both" in result.stderr


@pytest.mark.parametrize(("extra", "notes"), [((), True), (("--quiet",), False)])
def test_what_the_later_reform_replaces_is_noted(extra: tuple[str, ...], notes: bool) -> None:  # noqa: FBT001
    result = goodwork("compare", "law", f"{PROPOSAL} + {NARROW}", *extra)
    assert (f"{NARROW} replaces" in result.stderr) == notes
    assert "replaces" not in result.stdout


def test_reforms_alone_lists_the_library_folder_by_folder() -> None:
    listed = goodwork("reforms").stdout
    folders = [block.splitlines() for block in listed.split("\n\n")]
    assert {lines[0]: [line.split()[0] for line in lines[1:]] for lines in folders} == {
        group: [reform.name for reform in reforms] for group, reforms in policy.library_by_group().items()
    }
    assert {lines[0]: {line.split()[1] for line in lines[1:]} for lines in folders}["history"] == {"enacted"}
    assert sorted(name for lines in folders for name in (line.split()[0] for line in lines[1:])) == list(policy.library())
    assert listed == goodwork("reforms", "list").stdout


def test_the_library_as_json_has_titles_and_groups() -> None:
    listed = {one["name"]: one for one in json.loads(goodwork("reforms", "list", "--json").stdout)}
    assert listed[PROPOSAL]["group"] == "proposals"
    assert listed[PROPOSAL]["title"] == policy.load(PROPOSAL).title
    assert listed[PROPOSAL]["status"] == "proposal"


def test_show_prints_the_file() -> None:
    assert goodwork("reforms", "show", PROPOSAL).stdout == policy.library()[PROPOSAL].read_text(encoding="utf-8")


def test_show_of_two_together_gives_the_later_one_its_way() -> None:
    shown = json.loads(goodwork("reforms", "show", PROPOSAL, "+", NARROW, "--json").stdout)
    assert shown["parameters"]["human_investment.qualifying.trainer_pay.inclusion"] == {"2027-04-01": 0.0}


def test_the_whole_library_is_good() -> None:
    result = goodwork("reforms", "check")
    assert result.exit_code == 0
    assert result.stderr.count(" is good.") == len(policy.library())


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    text = (
        policy.load(PROPOSAL)
        .text.replace("additional_deduction", "additional_deduktion")
        .replace("trainer_pay", "trainers_pay")
    )
    file = tmp_path / f"{PROPOSAL}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_check_shows_every_fault_and_leaves_with_2(faulty: Path) -> None:
    result = goodwork("reforms", "check", str(faulty))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has 2 faults." in result.stderr
    assert "human_investment.additional_deduction?" in result.stderr


def test_check_as_json_gives_programs_the_lines(faulty: Path) -> None:
    result = goodwork("reforms", "check", str(faulty), PROPOSAL, "--json")
    assert result.exit_code == 2
    reports = json.loads(result.stdout)
    assert [report["good"] for report in reports] == [False, True]
    lines = faulty.read_text(encoding="utf-8").splitlines()
    assert [lines[fault["line"] - 1].strip().rstrip(":") for fault in reports[0]["faults"]] == [
        "human_investment.additional_deduktion",
        "human_investment.qualifying.trainers_pay.inclusion",
    ]


@pytest.fixture
def idle(tmp_path: Path) -> Path:
    """A file that is law and of no use: it counts no type of training cost for its rate."""
    file = tmp_path / f"{PROPOSAL}.yaml"
    file.write_text(policy.load(PROPOSAL).text.replace("2027-04-01: 1\n", "2027-04-01: 0\n"), encoding="utf-8")
    return file


def test_a_warning_is_shown_and_stops_nothing(idle: Path) -> None:
    result = goodwork("reforms", "check", str(idle), "--quiet")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "has 1 warning." in result.stderr
    assert "so nothing qualifies" in result.stderr


def test_warnings_are_apart_from_faults_for_programs(idle: Path) -> None:
    (report,) = json.loads(goodwork("reforms", "check", str(idle), "--json").stdout)
    assert (report["good"], report["faults"]) == (True, [])
    assert [(warning["path"], warning["line"]) for warning in report["warnings"]] == [
        ("human_investment.additional_deduction", _line(idle, "human_investment.additional_deduction") + 1)
    ]


def _line(file: Path, words: str) -> int:
    return next(place for place, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if words in line)


def test_the_schema_for_editors_is_printed_as_it_stands_in_the_package() -> None:
    assert json.loads(goodwork("reforms", "schema").stdout) == policy.reform_schema()


def test_the_law_of_a_day_is_shown_as_the_reform_it_is() -> None:
    shown = goodwork("reforms", "show", "law@2023-03-31").stdout
    assert "title: The law of 31 March 2023 held for ever" in shown
    assert "  corporation_tax.main_rate:\n    2023-04-01: 0.19\n" in shown


def test_show_as_json_keeps_how_a_straddling_period_treats_a_change() -> None:
    shown = json.loads(goodwork("reforms", "show", "super-deduction-2021", "--json").stdout)
    rate = shown["parameters"]["capital_allowances.first_year_allowances.super_deduction.rate"]
    assert rate == {"2021-04-01": 1.3, "2023-04-01": {"value": 0.0, "straddle": "day_weighted"}}
