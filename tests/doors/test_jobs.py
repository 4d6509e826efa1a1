"""Costings of a server: in the order they come, stopped, refused, and a fault of the program said to be one."""

from __future__ import annotations

import threading
import time

import pytest

from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.doors import answers as module
from openfisca_goodwork.doors.answers import REFUSED, RUNNING, STOPPED, WAITING, Full, Jobs
from openfisca_goodwork.errors import GoodworkError


class Desk:
    """A desk that costs for as long as it is told, hears its progress, and fails as its request says."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.is_ended = False

    def end(self):
        self.is_ended = True

    def cost(self, request, progress):
        while not self.goes_on.wait(0.01):
            progress("Run", 0.5)
        if request.years == "wrong":
            raise GoodworkError("No such years.")
        raise ZeroDivisionError


def until(job, states):
    end = time.monotonic() + 10
    while job.state not in states and time.monotonic() < end:
        time.sleep(0.01)
    return job.state


def test_one_runs_and_the_others_wait_in_their_order_and_can_be_stopped():
    desk = Desk()
    held = Jobs(desk)
    first, second, third = (held.ask(CostingRequest()) for _ in range(3))
    assert until(first, {RUNNING}) == RUNNING
    assert [held.place(job) for job in (first, second, third)] == [0, 1, 2]
    held.stop(second)
    assert second.state == STOPPED
    assert held.place(third) == 1
    held.stop(first)
    assert until(first, {STOPPED}) == STOPPED
    assert until(third, {RUNNING}) == RUNNING
    assert not desk.is_ended
    held.close()
    assert third.state == STOPPED
    assert desk.is_ended


def test_a_wrong_request_is_refused_in_words_and_a_fault_of_the_program_is_said_to_be_one(caplog):
    desk = Desk()
    desk.goes_on.set()
    held = Jobs(desk)
    wrong, broken = held.ask(CostingRequest(years="wrong")), held.ask(CostingRequest())
    assert until(wrong, {REFUSED}) == REFUSED
    assert wrong.faults == "No such years."
    assert until(broken, {REFUSED}) == REFUSED
    assert "fault of the program" in broken.faults
    assert "ZeroDivisionError" in caplog.text
    held.close()


def test_no_more_wait_than_may_and_no_more_are_kept(monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    desk = Desk()
    held = Jobs(desk)
    first, second = held.ask(CostingRequest(years="wrong")), held.ask(CostingRequest(years="wrong"))
    with pytest.raises(Full):
        held.ask(CostingRequest())
    assert second.state == WAITING
    desk.goes_on.set()
    until(second, {REFUSED})
    for _ in range(4):
        until(held.ask(CostingRequest(years="wrong")), {REFUSED})
    assert held.find(first.name) is None
    held.close()
