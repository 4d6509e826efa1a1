"""What a simulation remembers beside its arrays."""

from __future__ import annotations

import types
from typing import Any

from openfisca_core.periods import period

from openfisca_goodwork import system
from openfisca_goodwork.law.notes import cached_for_period


def _of_module(name: str, value: int) -> Any:
    """A function `worked` of a module of its own."""
    module = types.ModuleType(name)
    exec(f"def worked(company, period): return {value}", vars(module))  # noqa: S102
    return module.worked


def test_functions_of_one_name_in_two_modules_are_not_taken_for_one_another() -> None:
    company = system.simulation(system.current_law(), {}).populations["company"]
    first, second = _of_module("first", 1), _of_module("second", 2)
    assert [cached_for_period(company, period("2027"), one) for one in (first, second, first)] == [1, 2, 1]
