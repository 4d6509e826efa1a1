"""`goodwork cost`: passes on what it is given, and prints what comes of it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from openfisca_goodwork import costing
from openfisca_goodwork.costing import record
from openfisca_goodwork.errors import Fault
from openfisca_goodwork.reports import costing_files
from tests.policy.test_size_of_settings import settings

from .running import PROPOSAL, goodwork


class Asked:
    """A costing that keeps what it was asked and answers with it."""

    warnings: tuple[Fault, ...] = ()

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
        *("--behaviour", "high", "--basis", "accruals", "--forecast", "2025-11", "--population", "full"),
        *("--set", "x@2027-04-01=1", "--set", "y@2027-04-01=2", "--year-of-gains", "2027-28"),
        *("--draws", "50", "--appraise"),
    )
    assert result.exit_code == 0
    assert asked.reforms == ["a", "b.yaml"]
    assert asked.options == {
        "baseline": ["c", "d"],
        "years": "2027-28:2028-29",
        "behaviour": "high",
        "basis": "accruals",
        "forecast": "2025-11",
        "population": "full",
        "settings": ["x@2027-04-01=1", "y@2027-04-01=2"],
        "year_of_gains": "2027-28",
        "draws": 50,
        "appraise": True,
        "companies": None,
        "age_to": "",
        "reweight": False,
        "disclosure": False,
        "where": [],
        "records": None,
        "executor": None,
    }


def test_cost_without_options_asks_for_the_whole_window_at_central_behaviour(asked: Asked) -> None:
    goodwork("cost", "a")
    assert asked.options == {
        "baseline": [],
        "years": "2026-27:2031-32",
        "behaviour": "central",
        "basis": "accruals",
        "forecast": "latest",
        "population": "default",
        "settings": [],
        "year_of_gains": "",
        "draws": None,
        "appraise": False,
        "companies": None,
        "age_to": "",
        "reweight": False,
        "disclosure": False,
        "where": [],
        "records": None,
        "executor": None,
    }


def test_settings_alone_can_be_costed(asked: Asked) -> None:
    assert goodwork("cost", "--set", "x@2027-04-01=1").exit_code == 0
    assert (asked.reforms, asked.options["settings"]) == ([], ["x@2027-04-01=1"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--forecast", "2031-03"), "is not on file"),
        (("--population", "companies.parquet"), "has default and full only"),
    ],
)
def test_what_this_version_does_not_have_is_refused_in_words(options: tuple[str, ...], words: str) -> None:
    result = goodwork("cost", PROPOSAL, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_to_cost_nothing_is_a_lesson() -> None:
    result = goodwork("cost")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is nothing to cost" in result.stderr


def test_four_wrong_settings_are_told_at_once() -> None:
    wrong = (
        "human_investment.additional_deduction@2027-04-01=thirty",
        "human_investment.additional_deduction@2027-04-31=0.3",
        "corporation_tax.main_rate@2027-04-01=20",
        "corporation_tax.man_rate@2027-04-01=0.2",
    )
    result = goodwork("cost", PROPOSAL, *(word for one in wrong for word in ("--set", one)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line for line in result.stderr.splitlines() if line.endswith("has 1 fault.")] == [
        f"--set {one} has 1 fault." for one in wrong
    ]


def test_settings_that_no_small_machine_can_run_are_refused_at_the_command_each_with_its_range() -> None:
    result = goodwork("cost", PROPOSAL, *(word for setting in settings().values() for word in ("--set", setting)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(re.findall(r"is outside \S+ to \S+", result.stderr)) == len(settings()) > 8
    assert all(f"{path}: " in result.stderr for path in settings())


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
        costing_files,
        "write_costing",
        lambda *given: calls.append(given) or costing_files.Written((tmp_path / "cost.csv",), ("No chart.",)),
    )
    result = goodwork("cost", "a", "--out", str(tmp_path), *extra)
    assert calls == [(asked, tmp_path)]
    assert result.stdout == asked.summary() + "\n"
    assert result.stderr.startswith(said)
    assert bool(result.stderr) == bool(said)


def test_years_that_are_not_years_are_a_lesson() -> None:
    result = goodwork("cost", PROPOSAL, "--years", "2026-28")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a financial year. Write it as 2026-27; 2018-19 to 2031-32 can be costed." in result.stderr


@pytest.mark.parametrize(("extra", "shown"), [((), True), (("--quiet",), False)])
def test_warnings_about_the_reform_are_notes_beside_the_result(
    asked: Asked,
    extra: tuple[str, ...],
    shown: bool,  # noqa: FBT001
) -> None:
    asked.warnings = (Fault("Nothing qualifies.", "mine.yaml", 9, is_warning=True),)
    result = goodwork("cost", "a", *extra)
    assert (result.exit_code, result.stdout) == (0, "It costs £1bn\n")
    assert ("mine.yaml has 1 warning.\n  line 9  Nothing qualifies." in result.stderr) == shown


def test_every_fault_of_a_request_is_told_at_once() -> None:
    ran = goodwork("cost", "nope", "nada", "--years", "x", "--forecast", "soon")
    assert ran.exit_code == 2
    assert all(word in ran.stderr for word in ("4 faults", "'x'", "'soon'", "'nope'", "'nada'"))


def test_a_directory_that_is_a_file_is_refused_before_any_work(asked: Asked, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    ran = goodwork("cost", PROPOSAL, "--out", str(taken))
    assert (ran.exit_code, asked.reforms) == (2, None)
    assert "is a file. Name a directory" in ran.stderr
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("beside", [(PROPOSAL,), ("--record", "run-record.json")])
def test_a_directory_below_a_file_is_refused_before_any_work(asked: Asked, tmp_path: Path, beside: tuple[str, ...]) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    ran = goodwork("cost", *beside, "--out", str(taken / "sub" / "results"))
    assert (ran.exit_code, asked.reforms) == (2, None)
    assert f"{taken} is a file. Name a directory" in " ".join(ran.stderr.split())
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


def test_a_directory_that_cannot_be_written_is_refused_before_any_work(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK and Path(path).exists())
    ran = goodwork("cost", PROPOSAL, "--out", str(tmp_path / "new"))
    assert (ran.exit_code, asked.reforms) == (2, None)
    assert f"{tmp_path} cannot be written." in " ".join(ran.stderr.split())


def test_a_record_below_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    ran = goodwork("cost", "--record", str(tmp_path / "taken" / "run-record.json"))
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "cannot be read: Not a directory." in " ".join(ran.stderr.split())


def test_a_record_leaves_no_room_for_other_options(tmp_path: Path) -> None:
    ran = goodwork("cost", PROPOSAL, "--record", str(tmp_path / "r.json"), "--years", "2026-27", "--set", "a@b=1", "--json")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "Leave out reforms, --years, --set, or --record." in ran.stderr


@pytest.mark.parametrize(
    ("is_same", "files", "code"), [(True, (), 0), (False, (), 3), (True, ("cost.csv was changed after the run.",), 3)]
)
def test_a_record_that_comes_out_otherwise_ends_in_3_with_its_files_written(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    is_same: bool,  # noqa: FBT001
    files: tuple[str, ...],
    code: int,
) -> None:
    result = SimpleNamespace(is_same=is_same, files=files, result="the costing", summary=lambda: "found")
    asked = []
    monkeypatch.setattr(record, "cost_again", lambda record, _progress: asked.append(record) or result)
    monkeypatch.setattr(costing_files, "write_costing", lambda *given: asked.append(given) or costing_files.Written(()))
    ran = goodwork("cost", "--record", "run-record.json", "--out", str(tmp_path))
    assert (ran.exit_code, ran.stdout) == (code, "found\n")
    assert asked == [Path("run-record.json"), ("the costing", tmp_path)]


def test_a_record_that_is_none_is_a_lesson(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{}")
    ran = goodwork("cost", "--record", str(tmp_path / "r.json"))
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "model_version is missing" in ran.stderr
