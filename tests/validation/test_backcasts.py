"""The runs: in which order, with which settings, kept in the cache under what they depend on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from openfisca_goodwork.costing import official
from openfisca_goodwork.costing.official import measures
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.law.periods import parse_financial_years
from openfisca_goodwork.validation import backcasts, validate

BEHAVIOUR, BASE = "assumptions.behaviour.displacement", "assumptions.base.losses.absorbed_by_group"
Call = tuple[str, tuple[str, ...]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Call]:
    """A costing that gives £1m, £2m … by year and reads one assumption on behaviour, in the measure of the rate only."""
    made: list[Call] = []

    def cost(reforms: Any, **asked: Any) -> Any:
        made.append((asked["forecast"], tuple(asked["settings"])))
        years = parse_financial_years(asked["years"])
        assumed = {BEHAVIOUR: 1.0} if reforms == ("corporation-tax-25-percent-2023",) else {}
        return SimpleNamespace(post_behavioural=tuple(range(1, len(years) + 1)), assumptions=assumed)

    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))
    monkeypatch.setattr(backcasts.costing, "cost", cost)
    monkeypatch.setattr(official, "settings_without_any", lambda: (f"{BASE}@2000-01-01=0.5", f"{BEHAVIOUR}@2010-04-01=0"))
    without = {"SD_130_50": (f"{BASE}@2000-01-01=0.5",)}
    monkeypatch.setattr(official, "settings_without", lambda name: without.get(name, ()))
    return made


def silent(_stage: str, _done: float) -> None:
    """Nothing."""


def test_outlook_by_outlook_and_one_set_of_assumptions_after_the_other(calls: list[Call]) -> None:
    chosen = [measures()[name] for name in ("FE_3yr", "SD_130_50", "CT_25_SPR")]
    backcasts.backcasts(chosen, silent)
    put_back = f"{BASE}@2000-01-01=0.5"
    of_march_2021 = [("2021-03", ()), ("2021-03", ()), ("2021-03", (put_back,))]
    of_march_2021 += [("2021-03", (put_back, f"{BEHAVIOUR}@2010-04-01=0"))]
    assert calls == [*of_march_2021, ("2023-03", ()), ("2023-03", (put_back,))]


def test_a_measure_to_which_nothing_was_fitted_is_left_out_as_it_is(calls: list[Call]) -> None:
    found = backcasts.backcasts([measures()["FE_3yr"]], silent)["FE_3yr"]
    assert found["left_out"] == found["as_used"] == dict(zip(found["as_used"], (1, 2, 3, 4, 5, 6), strict=True))
    assert len(calls) == 2


def test_a_costing_is_kept_until_something_it_depends_on_changes(calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    one = measures()["FE_3yr"]
    first = backcasts.costed(one, (), silent)
    assert backcasts.costed(one, (), silent) == first
    assert len(calls) == 1
    monkeypatch.setattr(backcasts, "everything", lambda: ["another version"])
    backcasts.costed(one, (), silent)
    assert len(calls) == 2


def test_progress_never_goes_back_and_ends(calls: list[Call]) -> None:
    told: list[float] = []
    report = validate(["FE_3yr", "AIA_500k_option"], progress=lambda _stage, done: told.append(done))
    assert calls
    assert told == sorted(told)
    assert told[-1] == 1
    assert [error.measure.name for error in report.errors] == ["AIA_500k_option", "FE_3yr"]
    assert report.checks == ()


def test_a_foreign_scheme_is_scaled_by_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        backcasts.costing, "cost", lambda _name, **_asked: SimpleNamespace(post_behavioural=(-600.0, -100.0))
    )
    announced, later = backcasts._foreign("australia-skills-and-training-boost", {"years": "", "output_of": "2028-29"})
    # A$700m of A$2,578bn is 0.0272%, of £3,391bn £921m.
    assert (later.official, later.model) == (pytest.approx(920.7, abs=0.1), 700.0)
    assert announced.official == pytest.approx(later.official * 550 / 700)


def test_output_that_is_not_on_file_is_an_error_that_names_it() -> None:
    with pytest.raises(DataError, match="Italy in 1999"):
        backcasts._output("Italy", "1999")


def test_the_cost_of_a_relief_is_what_is_gained_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def cost(reforms: Any, **options: Any) -> Any:
        asked.update(options, reforms=reforms)
        return SimpleNamespace(static=(100.0, 200.0, 300.0, 400.0, 500.0, 600.0))

    monkeypatch.setattr(backcasts.costing, "cost", cost)
    result = list(backcasts._relief("structures and buildings allowance", {"reforms": ["no-such-allowance"]}))
    assert [(one.financial_year, one.official, one.model) for one in result[:2]] == [
        ("2020-21", 10, 100),
        ("2021-22", 35, 200),
    ]
    assert (asked["years"], asked["behaviour"], asked["reforms"]) == ("2020-21:2025-26", "none", ["no-such-allowance"])


def test_a_measure_costed_officially_in_cash_is_costed_in_cash(calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = backcasts.costing.cost

    def cost(reforms: Any, **options: Any) -> Any:
        asked.append(options["basis"])
        return run(reforms, **options)

    monkeypatch.setattr(backcasts.costing, "cost", cost)
    accrued = measures()["FE_3yr"]
    backcasts.costed(accrued, (), silent)
    backcasts.costed(replace(accrued, basis="cash"), (), silent)
    assert asked == ["accruals", "cash"]
    assert len(calls) == 2
