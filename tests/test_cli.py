"""The command: what goes to which stream, how it ends, and that it passes on what it is given."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from openfisca_goodwork import company, costing, policy, population, reports
from openfisca_goodwork.cli import app
from openfisca_goodwork.errors import DataError, ReformError
from openfisca_goodwork.screens import launch
from openfisca_goodwork.version import model_version

PROPOSAL = "human-investment-super-deduction"
NARROW = "human-investment-super-deduction-external-fees"
HEAVY = {"numpy", "pandas", "openfisca_core", "rich", "scipy", "yaml", "pyarrow", "streamlit"}


def goodwork(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), prog_name="goodwork")


def process(code: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60, **options)


def started(arguments: list[str]) -> str:
    """Code that starts the command as the console script does."""
    return f"import sys; sys.argv = ['goodwork', *{arguments!r}]; from openfisca_goodwork.cli import main; main()"


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        here = (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, here)
        else:
            yield here, command


COMMANDS = dict(commands(typer.main.get_command(app)))
each_command = pytest.mark.parametrize("path", COMMANDS, ids=" ".join)


# --- help ----------------------------------------------------------------------------------------------------------


def test_the_version_is_the_packages() -> None:
    assert goodwork("--version").stdout == f"goodwork {model_version()}\n"


def test_help_loads_nothing_heavy() -> None:
    done = process(
        started(["--help"]).replace("main()", "\ntry:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)")
    )
    assert done.stdout.startswith("Usage: goodwork")
    assert not HEAVY & set(done.stderr.split())


@each_command
def test_help_shows_examples_that_the_command_understands(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    shown = goodwork(*path, "--help").stdout
    examples = [line.split(" > ")[0].split("#")[0] for line in command.epilog.splitlines() if line.startswith("  goodwork")]
    assert examples
    for example in examples:
        assert example.strip() in shown
        words = shlex.split(example)
        assert tuple(words[1 : len(path) + 1]) == path
        assert command.make_context("goodwork", words[len(path) + 1 :]).params


@each_command
def test_every_option_and_argument_says_what_it_is(path: tuple[str, ...]) -> None:
    assert COMMANDS[path].help
    assert [one.name for one in COMMANDS[path].params if not one.help] == []


@pytest.mark.parametrize("option", ["--basis=cash", "--forecast=2025-11", "--population=full", "--xlsx=a.xlsx", "--working"])
def test_an_option_that_does_not_exist_is_refused_in_words(option: str) -> None:
    result = goodwork("cost", PROPOSAL, option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert option.split("=", maxsplit=1)[0] in result.stderr


# --- how it ends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("error", "code"), [(ReformError("Mend it."), 2), (DataError("Build it."), 3)])
def test_a_mistake_ends_with_its_message_and_its_code(monkeypatch: pytest.MonkeyPatch, error: Exception, code: int) -> None:
    monkeypatch.setattr(costing, "cost", _raising(error))
    result = goodwork("cost", PROPOSAL)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"{error}\n")


def test_an_interrupted_run_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costing, "cost", _raising(KeyboardInterrupt()))
    result = goodwork("cost", PROPOSAL)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted.\n")


def test_a_bug_keeps_its_traceback_and_ends_with_1() -> None:
    broken = "from openfisca_goodwork import policy; policy.library = lambda: 1 / 0\n"
    done = process(broken + started(["reforms", "list"]))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    command = [sys.executable, "-c", started(["compare", "law", "law@2010-04-01", "--json"])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (0, b"")


def test_output_is_utf_8_whatever_the_machine_is_set_to(tmp_path: Path) -> None:
    done = process(
        started(["compare", "law", PROPOSAL]),
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        encoding="utf-8",
        cwd=tmp_path,
    )
    assert "0% → 30%" in done.stdout


# --- cost ----------------------------------------------------------------------------------------------------------


class Asked:
    """A costing that keeps what it was asked and answers with it."""

    def __init__(self) -> None:
        self.reforms: Any = None
        self.options: dict[str, Any] = {}

    def cost(self, reforms: Any, **options: Any) -> Asked:
        options.pop("progress")("Costing", 1.0)
        self.reforms, self.options = reforms, options
        return self

    def summary(self) -> str:
        return "It costs £1bn"

    def to_dict(self) -> dict[str, Any]:
        return {"exchequer_effect": {"static": [-1.0]}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    stub = Asked()
    monkeypatch.setattr(costing, "cost", stub.cost)
    return stub


def test_cost_passes_on_every_option(asked: Asked) -> None:
    result = goodwork(
        *("cost", "a", "b.yaml", "--baseline", "c", "--baseline", "d", "--years", "2027-28:2028-29"),
        *("--behaviour", "high", "--set", "x@2027-04-01=1", "--set", "y@2027-04-01=2"),
    )
    assert result.exit_code == 0
    assert asked.reforms == ["a", "b.yaml"]
    assert asked.options == {
        "baseline": ["c", "d"],
        "years": "2027-28:2028-29",
        "behaviour": "high",
        "settings": ["x@2027-04-01=1", "y@2027-04-01=2"],
    }


def test_cost_without_options_asks_for_the_whole_window_at_central_behaviour(asked: Asked) -> None:
    goodwork("cost", "a")
    assert asked.options == {"baseline": [], "years": "2026-27:2031-32", "behaviour": "central", "settings": []}


def test_the_plus_between_two_reforms_needs_no_quotes(asked: Asked) -> None:
    goodwork("cost", "a", "+", "b")
    assert asked.reforms == ["a", "b"]


def test_the_table_is_data_and_nothing_else_is(asked: Asked) -> None:
    result = goodwork("cost", "a")
    assert (result.stdout, result.stderr) == ("It costs £1bn\n", "")
    assert asked.reforms == ["a"]


def test_json_is_the_result(asked: Asked) -> None:
    assert json.loads(goodwork("cost", "a", "--json").stdout) == asked.to_dict()


@pytest.mark.parametrize(("extra", "said"), [((), "No chart.\nWritten to"), (("--quiet",), "")])
def test_out_writes_the_files_and_says_where(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, extra: tuple[str, ...], said: str
) -> None:
    calls = []
    monkeypatch.setattr(
        reports,
        "write_costing",
        lambda *given: calls.append(given) or reports.Written((tmp_path / "cost.csv",), ("No chart.",)),
    )
    result = goodwork("cost", "a", "--out", str(tmp_path), *extra)
    assert calls == [(asked, tmp_path)]
    assert result.stdout == asked.summary() + "\n"
    assert result.stderr.startswith(said)
    assert bool(result.stderr) == bool(said)


def test_years_that_are_not_years_are_a_lesson() -> None:
    result = goodwork("cost", PROPOSAL, "--years", "2026-28")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a financial year" in result.stderr


# --- calculate -----------------------------------------------------------------------------------------------------


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


def test_the_working_follows_the_summary(company_file: Path) -> None:
    shown = goodwork("calculate", str(company_file), "--working").stdout
    result = company.calculate(company_file)
    assert shown == f"{result.summary()}\n\n{result.working_in_words().rstrip()}\n"


def test_the_working_as_json_is_the_results(company_file: Path) -> None:
    period = json.loads(goodwork("calculate", str(company_file), "--working", "--json").stdout)["accounting_periods"][0]
    told = company.calculate(company_file).to_dict(working=True)["accounting_periods"][0]
    assert len(period["working"]["current_law"]) > 1
    assert period == json.loads(json.dumps(told))


def test_several_files_are_told_one_after_another(company_file: Path) -> None:
    one = goodwork("calculate", str(company_file)).stdout
    assert goodwork("calculate", str(company_file), str(company_file)).stdout == f"{one}\n{one}"
    assert len(json.loads(goodwork("calculate", str(company_file), str(company_file), "--json").stdout)) == 2


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


# --- compare -------------------------------------------------------------------------------------------------------


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


def test_two_formats_at_once_are_refused() -> None:
    result = goodwork("compare", "law", PROPOSAL, "--json", "--csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "not for both" in result.stderr


@pytest.mark.parametrize(("extra", "notes"), [((), True), (("--quiet",), False)])
def test_what_the_later_reform_replaces_is_noted(extra: tuple[str, ...], notes: bool) -> None:  # noqa: FBT001
    result = goodwork("compare", "law", f"{PROPOSAL} + {NARROW}", *extra)
    assert (f"{NARROW} replaces" in result.stderr) == notes
    assert "replaces" not in result.stdout


# --- reforms -------------------------------------------------------------------------------------------------------


def test_reforms_alone_lists_the_library() -> None:
    listed = goodwork("reforms").stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(policy.library())
    assert listed == goodwork("reforms", "list").stdout


def test_the_library_as_json_has_titles_and_groups() -> None:
    listed = {one["name"]: one for one in json.loads(goodwork("reforms", "list", "--json").stdout)}
    assert listed[PROPOSAL]["group"] == "proposals"
    assert listed[PROPOSAL]["title"] == policy.load(PROPOSAL).title


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
    assert [one["good"] for one in reports] == [False, True]
    lines = faulty.read_text(encoding="utf-8").splitlines()
    assert [lines[fault["line"] - 1].strip().rstrip(":") for fault in reports[0]["faults"]] == [
        "human_investment.additional_deduktion",
        "human_investment.qualifying.trainers_pay.inclusion",
    ]


# --- population ----------------------------------------------------------------------------------------------------


def test_export_passes_on_what_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(population, "load", lambda name, progress: (name, progress("Loading", 1.0))[0])
    monkeypatch.setattr(population, "export", lambda *arguments: calls.append(arguments))
    file = tmp_path / "companies.csv"
    result = goodwork(
        "population", "export", str(file), "--year", "2023-24", "--variable", "turnover", "--variable", "employees"
    )
    assert calls == [("default", file, 2023, ["turnover", "employees"])]
    assert (result.stdout, result.stderr) == ("", f"Written to {file}.\n")


def test_export_of_several_years_at_once_is_refused(tmp_path: Path) -> None:
    result = goodwork("population", "export", str(tmp_path / "companies.csv"), "--year", "2023-24:2024-25")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "one financial year" in result.stderr
    assert not list(tmp_path.iterdir())


# --- app -----------------------------------------------------------------------------------------------------------


def test_app_serves_on_the_port_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Any, Any]] = []
    monkeypatch.setattr(launch, "launch", lambda port, *, headless: calls.append((port, headless)))
    assert goodwork("app", "--port", "8600", "--headless").exit_code == 0
    assert goodwork("app").exit_code == 0
    assert calls == [(8600, True), (None, False)]


# --- progress ------------------------------------------------------------------------------------------------------

BAR = """
from openfisca_goodwork import terminal
with terminal.progress() as progress:
    progress("weights", 0.5)
    print("the table")
"""


def test_there_is_no_bar_where_nobody_watches() -> None:
    done = process(BAR)
    assert (done.stdout, done.stderr) == ("the table\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_the_bar_goes_to_the_terminal_and_the_table_to_the_pipe() -> None:
    reader, writer = os.openpty()
    with subprocess.Popen([sys.executable, "-c", BAR], stdout=subprocess.PIPE, stderr=writer) as running:
        table, _ = running.communicate(timeout=60)
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as terminal:
        assert b"Weights" in terminal.read(4096)
    assert table == b"the table\n"


def _raising(error: BaseException) -> Callable[..., None]:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise error

    return fail
