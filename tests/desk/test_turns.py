"""First come, first served."""

from __future__ import annotations

import threading

import pytest

from openfisca_goodwork.desk.askers import Turns
from tests.screens.conftest import SECONDS

EVERY = 0.01


def test_visitors_are_served_in_the_order_in_which_they_came_and_told_their_place():
    turns, served, told = Turns(), [], {name: [] for name in range(1, 6)}
    free = threading.Event()

    def visit(name):
        with turns.turn(told[name].append, EVERY):
            served.append(name)

    visitors = []
    with turns.turn(lambda _before: None, EVERY):
        for name in told:
            visitors.append(threading.Thread(target=visit, args=(name,)))
            visitors[-1].start()
            while len(turns) < name + 1:
                free.wait(EVERY)
    for visitor in visitors:
        visitor.join(timeout=SECONDS)
    assert served == [1, 2, 3, 4, 5]
    assert [places[0] for places in told.values()] == [1, 2, 3, 4, 5]
    assert all(places == sorted(places, reverse=True) for places in told.values())
    assert len(turns) == 0


def test_a_visitor_who_leaves_the_line_holds_nobody_up():
    turns = Turns()

    def leave(_before):
        raise KeyboardInterrupt

    def second():
        with turns.turn(leave, EVERY):
            pass

    with turns.turn(lambda _before: None, EVERY):
        with pytest.raises(KeyboardInterrupt):
            second()
        assert len(turns) == 1
    with turns.turn(leave, EVERY):
        assert len(turns) == 1


def test_a_visitor_who_learns_in_the_line_what_they_came_for_leaves_it_before_those_in_front():
    turns, known, served = Turns(), [], []

    def second():
        with turns.turn(lambda _before: None, SECONDS, lambda: known[0] if known else None) as answer:
            served.append(answer)

    with turns.turn(lambda _before: None, EVERY) as mine:
        assert mine is None
        visitor = threading.Thread(target=second)
        visitor.start()
        while len(turns) < 2:
            threading.Event().wait(EVERY)
        known.append("an answer")
        with turns.turn(lambda _before: None, EVERY, lambda: "another answer") as theirs:
            assert theirs == "another answer"
        visitor.join(timeout=SECONDS)
        assert served == ["an answer"]
        assert len(turns) == 1
