"""`goodwork sweep`, `solve` and `package` take workers as `goodwork cost` does."""

from __future__ import annotations

from typing import Any

import pytest

from openfisca_goodwork import questions
from openfisca_goodwork.costing.executor import LocalWorkers
from openfisca_goodwork.errors import GoodworkError

from .running import PROPOSAL, goodwork

RATE = "human_investment.additional_deduction@2027-04-01"
ASKED = {
    "run_sweep": ("sweep", "rates.yaml"),
    "solve": ("solve", PROPOSAL, "--vary", RATE, "--for", "2029-30=-500"),
    "package": ("package", PROPOSAL, "no-full-expensing"),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_question_goes_to_the_workers_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    def asked(*arguments: Any, **named: Any) -> None:
        given.extend([*arguments, *named.values()])
        raise GoodworkError("Asked.")

    monkeypatch.setattr(questions, name, asked)
    assert "Asked." in goodwork(*ASKED[name], "--workers", "2").stderr
    assert [one.count for one in given if isinstance(one, LocalWorkers)] == [2]
    assert "not both" in goodwork(*ASKED[name], "--workers", "2", "--scheduler", "tcp://127.0.0.1:1").stderr
