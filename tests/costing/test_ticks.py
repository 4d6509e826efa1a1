"""Whoever waits for a costing is heard all the time, and can stop it at once."""

from __future__ import annotations

import threading
import time

import pytest

from openfisca_goodwork import costing
from openfisca_goodwork.costing import ticks
from openfisca_goodwork.costing.payments import Ledger
from tests.reports.companies import MAIN, three_companies


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


class Stop(BaseException):
    """As Streamlit ends a script."""


def test_every_stage_of_a_costing_is_told_again_before_each_accounting_period():
    told = []
    costing.cost(MAIN, population=three_companies(), draws=20, progress=lambda stage, _done: told.append(stage))
    stages = ("Run the baseline law", "Run the reform for every", "Run take-up", "Draw the assumptions")
    assert [sum(one.startswith(stage) for one in told) >= 5 for stage in stages] == [True] * 4


@pytest.mark.parametrize("stage", ["Run the reform for every", "Run take-up", "Draw the assumptions"])
def test_a_costing_is_stopped_in_the_middle_of_a_stage(stage):
    told = []

    def stopping(said, _done):
        told.append(said)
        if sum(one.startswith(stage) for one in told) == 3:
            raise Stop

    with pytest.raises(Stop):
        costing.cost(MAIN, population=three_companies(), draws=20, progress=stopping)
    assert told[-1].startswith(stage)


def test_what_runs_side_by_side_stops_with_whoever_waits():
    """Both runs would go on for a minute; neither is told anything in its own thread."""
    begun, stopped_at = threading.Event(), []

    def run():
        labels = ticks.ticked({label: {} for label in range(600)})
        try:
            for label in labels:
                assert labels[label] == {}
                begun.set()
                time.sleep(0.1)
        finally:
            stopped_at.append(label)

    def stopping(_stage, _done):
        if begun.is_set():
            raise Stop

    def both():
        with ticks.ticking(stopping) as told:
            told("Run", 0.5)
            ticks.side_by_side(run, run)

    with pytest.raises(Stop):
        both()
    assert max(stopped_at) < 599
    assert len(stopped_at) == 2


def test_the_result_is_there_before_its_interval_and_before_it_is_known_when_it_is_paid_and_who_gains(monkeypatch):
    early, order, of = [], [], Ledger.of
    monkeypatch.setattr(Ledger, "of", lambda *asked: order.append("payments") or of(*asked))
    whole = costing.cost(
        MAIN, population=three_companies(), draws=20, early=lambda result: early.append(result) or order.append("early")
    )
    assert order[0] == "early" and "payments" in order
    assert [(one.uncertainty, one.bridge, one.spending, one.distribution) for one in early] == [(None, None, (), None)]
    assert (early[0].steps, early[0].value) == (whole.steps, whole.value)
    assert None not in (whole.uncertainty, whole.bridge, whole.distribution)


def test_without_draws_there_is_nothing_to_wait_for():
    early = []
    costing.cost(MAIN, population=three_companies(), draws=0, early=early.append)
    assert early == []
