"""The list of steps is the only place that says what is in a waterfall: what else has to know of a step follows from it."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.costing.behaviour import BEHAVIOUR
from openfisca_goodwork.costing.scenarios import Change
from openfisca_goodwork.costing.steps import STEPS, TRAINING_STEPS, read_by
from openfisca_goodwork.system import current_law, leaf_parameters
from tests.costing.designs import design
from tests.costing.test_costing import population

KNOWN = leaf_parameters(current_law())


def test_every_assumption_on_behaviour_is_read_by_a_step_and_every_step_reads_what_there_is():
    held = {path for path in KNOWN if path.startswith(f"{BEHAVIOUR}.")}
    read = {assumption.path(level) for assumption in read_by(*STEPS) for level in ("low", "central", "high")}
    assert read == held


def test_every_behaviour_that_the_interval_varies_is_an_assumption_of_a_step():
    nodes = current_law().parameters.assumptions.uncertainty.children.values()
    moved = {str(node.metadata["moves"]) for node in nodes if "moves" in getattr(node, "metadata", {})}
    named = {f"{BEHAVIOUR}.{assumption.name}" for assumption in read_by(*STEPS)}
    assert {path for path in moved if path.startswith(BEHAVIOUR)} <= named


def test_every_step_says_in_a_sentence_what_it_is():
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert all(step.words.endswith(".") for step in STEPS)
    assert all((step.effect is None) != (step.change is None) for step in STEPS)


def test_the_waterfall_shows_the_steps_in_their_order_and_adds_up(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))
    ending = design(end="2029-04-01")
    result = cost(ending, population=population([1e6, 4e4, -5e4], [1e4, 2e3, 3e3]), draws=0)
    shown = [step.name for step in result.steps]
    assert shown == [step.name for step in STEPS if step.name in shown]
    assert {step.name for step in TRAINING_STEPS} <= set(shown)
    assert np.sum([step.effect for step in result.steps], axis=0) == pytest.approx(
        np.array(result.post_behavioural), abs=1e-9
    )


def test_changes_of_several_responses_add_up_head_by_head():
    one = Change(more=0.1, displaced=0.0, earlier={2027: np.array([0.5])}, moved={2027: np.array([3.0])})
    both = one + Change(more=np.array([0.2]), displaced=0.3)
    assert both.more == [0.1 + 0.2] and both.displaced == 0.3 and both.earlier == one.earlier
    assert not Change().is_any and one.is_any
