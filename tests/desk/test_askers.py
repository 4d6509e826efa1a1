"""A visitor who leaves a run and comes back: it goes on meanwhile, and no longer than somebody may want it."""

from __future__ import annotations

import threading

import pytest

from openfisca_goodwork.desk import askers
from openfisca_goodwork.desk.costing_desk import CostingDesk
from tests.desk.test_costing_desk import SECONDS, counted, public, silent

__all__ = ["counted"]


class Left(BaseException):
    """What a page raises whose visitor has left."""


def has_left(raised):
    return isinstance(raised, Left)


def leaves(_stage, _done):
    raise Left


def test_a_run_goes_on_for_a_visitor_who_left_and_is_there_when_they_come_back(counted):
    desk = CostingDesk(has_left=has_left)
    result = desk.cost(public(), leaves)
    assert desk.kept(public()) is result
    assert desk.cost(public(), silent) is result
    assert len(counted) == 1


def test_a_run_ends_where_the_visitor_who_left_stays_away(monkeypatch):
    monkeypatch.setattr(askers, "UNTIL_GIVEN_UP", -1.0)
    desk = CostingDesk(has_left=has_left)
    with pytest.raises(Left):
        desk.cost(public(), leaves)
    assert not desk.before()
    assert not desk.is_under_way(public())


def test_whatever_else_a_visitor_does_ends_the_run_at_once():
    desk = CostingDesk(has_left=has_left)

    def cancelled(_stage, _done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.cost(public(), cancelled)
    assert desk.kept(public()) is None


def test_who_comes_back_hears_the_stage_of_their_run_and_has_it_to_its_end(counted, monkeypatch):
    monkeypatch.setattr(askers, "UNTIL_GIVEN_UP", -1.0)  # it goes on because they are back, and not for the time
    desk, inside, back, heard = CostingDesk(has_left=has_left), threading.Event(), threading.Event(), []

    def first(_stage, _done):
        inside.set()
        assert back.wait(timeout=SECONDS)
        raise Left

    def second(stage, _done):
        heard.append(stage)
        back.set()

    before = threading.Thread(target=desk.cost, args=(public(), first))
    before.start()
    assert inside.wait(timeout=SECONDS)
    assert desk.is_under_way(public())
    assert not desk.is_under_way(public("low"))
    desk.cost(public(), second)
    before.join(timeout=SECONDS)
    assert heard[0]
    assert not heard[0].startswith("Wait")
    assert len(counted) == 1


def test_a_visitor_who_left_the_line_keeps_their_place_for_a_while(monkeypatch):
    monkeypatch.setattr("openfisca_goodwork.desk.costing_desk.WAIT", 0.01)
    desk, inside, waited = CostingDesk(has_left=has_left), threading.Event(), threading.Event()

    def first(_stage, _done):
        inside.set()
        assert waited.wait(timeout=SECONDS)

    def second(_stage, _done):
        waited.set()
        raise Left

    running = threading.Thread(target=desk.cost, args=(public(), first))
    running.start()
    assert inside.wait(timeout=SECONDS)
    assert desk.cost(public("low"), second) is desk.kept(public("low"))
    running.join(timeout=SECONDS)
