"""A sweep costs each combination once, keeps what is done, and says all that is wrong with its file at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas
import pytest

from openfisca_goodwork import sweep
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import load
from openfisca_goodwork.questions import asking, run_sweep, sweeping
from openfisca_goodwork.questions.sweeping import MOST_COSTINGS, read_sweep
from openfisca_goodwork.reports import report_of
from openfisca_goodwork.reports.pictures import svg_of
from openfisca_goodwork.reports.questions import sweep_chart, sweep_finding, write_question
from tests.questions.made_up import NAMES, headlines, one_by_one

BEGINS = "human-investment-super-deduction"
RATE = "human_investment.additional_deduction@2027-04-01"
START, ENDS = date(2027, 4, 1), (date(2029, 4, 1), date(2028, 4, 1))
FILE = f"""sweep: rates
title: Rates of the relief
reforms: human-investment-super-deduction
years: {NAMES}
vary:
  behaviour: [low, high]
  {RATE}: {{from: 0.1, to: 0.3, step: 0.1}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rates.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def costed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The values costed, in place of costing them."""
    done: list[float] = []
    made = headlines(lambda value: (-100 * value, -200 * value, -300 * value))

    def headline_of(request, *more):
        done.append(float(request.settings[-1].partition("=")[2]))
        return made(request, *more)

    monkeypatch.setattr(asking, "headlines_of", one_by_one(headline_of))
    monkeypatch.setattr(sweeping, "_key", lambda request, *_more: request.command)
    return done


def faults_of(text: str) -> list[str]:
    with pytest.raises(GoodworkError) as refused:
        read_sweep(text.encode())
    return [f"{fault.line} {fault.message}" for fault in refused.value.faults]


def test_a_grid_is_every_combination_the_last_name_fastest_in_exact_decimals(file: Path) -> None:
    asked = read_sweep(file)
    assert [tuple(one.varied.values()) for one in asked.costings] == [
        (level, rate) for level in ("low", "high") for rate in (0.1, 0.2, 0.3)
    ]
    assert asked.costings[2].request.settings == (f"{RATE}=0.3",)
    assert asked.costings[-1].request.behaviour == "high"


def test_costings_may_be_listed_one_by_one_over_reforms_and_baselines() -> None:
    asked = read_sweep(
        {
            "sweep": "two",
            "costings": [
                {"reforms": "human-investment-super-deduction", "baseline": "law"},
                {"reforms": "payable-training-credit + no-full-expensing", RATE: 0.4},
            ],
        }
    )
    assert asked.names == ("reforms", "baseline", RATE)
    assert asked.costings[1].request.reforms == ("payable-training-credit", "no-full-expensing")
    assert asked.costings[0].varied["baseline"] == "law"


def test_from_python_a_reform_may_be_an_object_and_reforms_of_one_name_are_told_apart() -> None:
    relief = load("human-investment-super-deduction")
    longer, shorter = (
        replace(relief, edits=relief.edits | {RATE.partition("@")[0]: ((START, 0.3), (end, 0.0))}) for end in ENDS
    )
    asked = read_sweep({"sweep": "ends", "vary": {"reforms": [relief, longer, shorter], "baseline": ["law", relief]}})
    assert [one.varied["reforms"] for one in asked.costings[::2]] == [
        relief.name,
        f"{relief.name} (2)",
        f"{relief.name} (3)",
    ]
    assert [one.request.reforms for one in asked.costings[::2]] == [(relief,), (longer,), (shorter,)]
    assert asked.costings[1].request.baseline == (relief,)
    assert read_sweep({"sweep": "a", "reforms": relief, "vary": {"behaviour": ["low"]}}).costings[0].request.reforms == (
        relief,
    )


@pytest.mark.usefixtures("costed")
def test_an_end_that_a_varied_value_takes_the_place_of_is_said() -> None:
    ending, said = "human-investment-super-deduction-as-in-2021", "from 1 April 2027 for good, in place of what"
    result = run_sweep({"sweep": "a", "years": NAMES, "reforms": ending, "vary": {RATE: [0.1, 0.2]}})
    assert f"{said} {ending} sets from 1 April 2029." in " ".join(str(result).split())
    assert len(result.to_dict()["overridden"]) == 1
    without = run_sweep({"sweep": "a", "years": NAMES, "reforms": "human-investment-super-deduction", "vary": {RATE: [0.1]}})
    assert not without.overridden


def test_every_fault_of_a_file_is_said_at_once_with_its_line() -> None:
    faults = faults_of(
        "sweep: My sweep\nvary:\n  corporation_tax.man_rate@2027-04-01: [0.2]\n"
        "  corporation_tax.main_rate@2027-04-01: [20, x]\n  behaviour: [strong]\n  speed: [1]\nyear: 2027\n"
    )
    assert [fault.split()[0] for fault in faults] == ["1", "7", "3", "4", "4", "5", "6"]
    said = " ".join(faults)
    for words in ("not a name", "Did you mean corporation_tax.main_rate", "20% is 0.20", "'x'", "not a level", "PATH@DATE"):
        assert words in said


def test_a_combination_that_cannot_be_law_is_a_fault_of_the_file() -> None:
    faults = faults_of("sweep: a\nyears: 2030-31:2027-28\ncostings:\n  - {corporation_tax.main_rate@2027-04-01: 0.26}\n")
    assert faults[0].startswith("4 ")


def test_a_sweep_varies_something_one_way_and_not_more_than_it_may() -> None:
    assert "give vary or costings" in faults_of("sweep: a\n")[0]
    assert "keep one" in faults_of("sweep: a\nvary: {behaviour: [low]}\ncostings: [{behaviour: low}]\n")[0]
    path = "corporation_tax.main_rate@2027-04-01"
    assert "Take larger steps" in faults_of(f"sweep: a\nvary: {{{path}: {{from: 0, to: 1, step: 0.0001}}}}\n")[0]
    grid = f"sweep: a\nvary: {{{path}: {{from: 0.2, to: 0.6, step: 0.001}}, behaviour: [none, low, high]}}\n"
    assert f"may hold {MOST_COSTINGS:,}" in faults_of(grid)[0]
    assert "with an interval each" in faults_of(grid.replace("sweep: a", "sweep: a\ndraws: 50"))[0]


def test_an_interrupted_sweep_goes_on_and_costs_nothing_twice(
    file: Path, tmp_path: Path, costed: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    working = asking.headlines_of

    def interrupted(request, *more):
        if len(costed) == 4:
            raise KeyboardInterrupt
        return next(working([request], *more))

    monkeypatch.setattr(asking, "headlines_of", one_by_one(interrupted))
    with pytest.raises(KeyboardInterrupt):
        run_sweep(file, tmp_path / "out")
    monkeypatch.setattr(asking, "headlines_of", working)
    result = run_sweep(file, tmp_path / "out")
    assert (result.kept, costed) == (4, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3])
    assert result.to_dataframe().equals(run_sweep(file).to_dataframe())


def test_costings_that_differ_in_an_amount_alone_follow_one_another(costed: list[float]) -> None:
    vary = {RATE: [0.1, 0.2, 0.3], "behaviour": ["low", "high"]}
    found = sweep({"sweep": "rates", "reforms": BEGINS, "years": NAMES, "vary": vary})
    assert costed == [0.1, 0.2, 0.3] * 2
    assert found[RATE].tolist() == [0.1] * 6 + [0.2] * 6 + [0.3] * 6


def test_a_line_that_was_not_written_whole_is_costed_again(file: Path, tmp_path: Path, costed: list[float]) -> None:
    run_sweep(file, tmp_path / "out")
    runs = tmp_path / "out" / sweeping.DONE
    runs.write_text(runs.read_text()[:-40])
    result = run_sweep(file, tmp_path / "out")
    assert (result.kept, result.lost, len(costed)) == (5, 1, 7)
    assert "1 line of an earlier run could not be read" in str(result)
    lines = [json.loads(line) for line in runs.read_text().splitlines()]
    assert len(lines) == 6
    assert all(line["command"].startswith("goodwork cost human-investment-super-deduction") for line in lines)


def test_two_sweeps_do_not_write_into_one_directory(file: Path, tmp_path: Path, costed: list[float]) -> None:
    with sweeping._kept_in(tmp_path / "out"), pytest.raises(GoodworkError, match="Another sweep"):
        run_sweep(file, tmp_path / "out")
    assert not costed


@pytest.mark.usefixtures("costed")
def test_the_table_has_a_row_for_each_costing_and_year(file: Path) -> None:
    table = sweep(file)
    assert len(table) == 6 * 3
    assert list(table.columns[:4]) == ["costing", "behaviour", RATE, "financial_year"]
    last = table[(table["behaviour"] == "high") & (table[RATE] == 0.3)]
    assert last["post_behavioural"].tolist() == pytest.approx([-30, -60, -90])


@pytest.mark.usefixtures("costed")
def test_the_files_hold_the_table_the_summary_and_the_picture(file: Path, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    result = run_sweep(file)
    files, _left_out = write_question(result, tmp_path / "out")
    assert {
        "rates.csv",
        "rates.parquet",
        "rates-summary.csv",
        "rates.xlsx",
        "rates.json",
        "sweep.svg",
        "sweep-chart.csv",
    } <= {one.name for one in files}
    assert pandas.read_parquet(tmp_path / "out" / "rates.parquet").equals(result.to_dataframe())
    assert len((tmp_path / "out" / "rates-summary.csv").read_text().splitlines()) == 1 + 6


@pytest.mark.usefixtures("costed")
def test_a_picture_of_two_is_a_heat_map_of_one_small_multiples_and_each_says_itself(file: Path) -> None:
    pytest.importorskip("vl_convert")
    both = sweep_chart(run_sweep(file))
    result = run_sweep({"sweep": "a", "years": NAMES, "vary": {RATE: ["0.1", "0.2"]}, "reforms": BEGINS})
    one = sweep_chart(result)
    typed = [
        replace(costing, varied={"Rate": text}) for costing, text in zip(result.sweep.costings, ("10%", "20%"), strict=True)
    ]
    names = sweep_chart(replace(result, sweep=replace(result.sweep, names=("Rate",), costings=tuple(typed))))
    assert both is not None
    assert one is not None
    assert names is not None
    assert names.alt.startswith("Bars over all years together, £ million, by Rate.")
    assert both.alt.startswith("Heat map over all years together, £ million, by behaviour and additional deduction.")
    assert one.alt.startswith("Small multiples, a panel a financial year, £ million, by additional deduction.")
    assert "additional deduction 0.2: -120" in one.alt
    assert all("<desc>" in svg_of(chart) for chart in (both, one, names))


@pytest.mark.usefixtures("costed")
def test_the_report_says_from_which_cost_to_which(file: Path) -> None:
    report = report_of(run_sweep(file))
    assert report.sections[0].finding == "Rates of the relief: over 2026-27 to 2028-29 it costs £60m to £180m (6 costings)"
    assert "Proposed, not law" in report.standing


@pytest.mark.parametrize(
    ("totals", "said"), [((0.0, -890.0), "costs under £3m to £0.9bn"), ((-1.0, 60.0), "raises under £3m to £60m")]
)
def test_a_finding_whose_least_is_next_to_nothing_has_one_verb(totals: tuple[float, ...], said: str) -> None:
    headlines = [SimpleNamespace(effect=(total,), financial_years=("2028-29",)) for total in totals]
    result: Any = SimpleNamespace(headlines=headlines, sweep=SimpleNamespace(title="Rates"))
    assert sweep_finding(result) == f"Rates: over 2028-29 to 2028-29 it {said} (2 costings)"
