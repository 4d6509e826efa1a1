"""The stages of a run, as its box is sent them."""

from __future__ import annotations

from types import SimpleNamespace

from openfisca_goodwork.screens import widgets


def test_a_stage_is_sent_once_for_as_long_as_its_words_are_the_same(monkeypatch):
    now, sent, heeded = [0.0], [], []
    box = SimpleNamespace(update=lambda **said: sent.append(said["label"]), write=lambda _said: None)
    monkeypatch.setattr(widgets.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(widgets.streamlit, "session_state", SimpleNamespace(get=heeded.append))
    stages = widgets.Stages(box)
    for now[0] in (0.0, 0.1, 0.3, 0.45, 0.9):
        stages("run", 0.5)
    assert sent == ["Run (50% done, 0 s)", "Run (50% done, 1 s)"]
    assert heeded == ["Run (50% done, 0 s)"], "a run that was cancelled ends where the session is asked"
    sent.clear()
    for now[0] in (2.0, 3.0, 4.0):
        stages("wait: 2 runs are before yours", 0.0)
    assert sent == ["Wait: 2 runs are before yours"], "in line, twenty pages draw nothing anew"
