"""The app over three companies, in process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner

from openfisca_goodwork import costing, population
from openfisca_goodwork.desk import building, costing_desk
from openfisca_goodwork.population.report import FITTED, FitReport, Line, Weights
from openfisca_goodwork.screens import shared
from tests.reports.companies import three_companies

ROOT = Path(__file__).parent.parent.parent
PAGES = "openfisca_goodwork/screens"
SECONDS = 300  # until a run of a page counts as stuck: a machine may be busy with much else
COST, IS_KEPT = costing.cost, building.is_kept
WAIT = local_script_runner.require_widgets_deltas
SCAN = cache(manifest_scanner.scan_component_manifests)  # all that is installed, else read again for every app of a test

Open = Callable[[str], AppTest]


def unfold(app: AppTest, *keys: str) -> AppTest:
    """The page with more of its folded boxes open, by their keys."""
    for key in keys:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    return app


@pytest.fixture(autouse=True)
def _three_companies(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # a page becomes it, and workers begin from it
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))
    monkeypatch.setattr(population, "load", lambda _name, progress: (progress("weights", 0.5), three_companies())[1])
    monkeypatch.setattr(population, "report", lambda _people: _fit())
    monkeypatch.setattr(costing, "cost", partial(COST, draws=0))  # an interval takes longer than all the rest
    monkeypatch.setattr(building, "is_kept", lambda *_which: True)  # no population is built for three companies
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", SCAN)
    monkeypatch.setattr(local_script_runner, "require_widgets_deltas", _wait)
    monkeypatch.setattr(costing_desk, "REST", 10 * SECONDS)  # no desk of an earlier test lets go of what a later one holds
    shared.desk.clear()


def _wait(runner, timeout):
    """As AppTest waits for a page, without a look every thousandth of a second, which slows the page down."""
    runner._script_thread.join(timeout)
    WAIT(runner, 1)


def _fit() -> FitReport:
    line = Line("companies", "t", "£", "2023-24", "s", "seen", 100.0, 101.0, 0.01, 0.05, FITTED)
    return FitReport((line,), Weights(3, 3e6, 0, 3.0, 1.0, 1.0, 0.0, 1e6))


@pytest.fixture
def opened() -> Open:
    """Opens a page of the app by its file's name."""

    def open_page(name: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
        return app if name == "home" else app.switch_page(f"{PAGES}/{name}.py").run()

    return open_page
