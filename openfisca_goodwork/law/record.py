"""A run of one company that remembers what every formula asked for: variables, dated figures of law, and what these came to.

The record of a run is what the working of a company is made from, so that a step shows what its formula read and nothing
that somebody wrote down beside it. What formulas share (``notes.cached_for_period``) counts for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.periods import Period as LabelPeriod

from openfisca_goodwork.law.executor import Key, Plan, PlannedCompanies
from openfisca_goodwork.law.periods import HeardLaw, Read


@dataclass
class Asked:
    """What one formula asked for in one accounting period, each thing once, in the order of asking.

    Attributes:
        index: the accounting-period index.
        variables: variables of the same period. balances: ``…_brought_forward`` variables that the period before handed on.
        earlier: variables of other periods, with the index of each.
        parameters: paths of parameters. values: what some of these came to over stretches of days.
        days: what some of them were on a day.
    """

    index: int
    variables: dict[str, None] = field(default_factory=dict)
    balances: dict[str, None] = field(default_factory=dict)
    earlier: dict[tuple[str, int], None] = field(default_factory=dict)
    parameters: dict[str, None] = field(default_factory=dict)
    values: dict[Read, None] = field(default_factory=dict)
    days: dict[tuple[str, date], Any] = field(default_factory=dict)

    def include(self, other: Asked) -> None:
        """Add what a shared function asked for, if that was of the same accounting period."""
        if other.index == self.index:
            self.variables |= other.variables
            self.balances |= other.balances
            self.earlier |= other.earlier
            self.parameters |= other.parameters
            self.values |= other.values
            self.days |= other.days


class RecordedCompanies(PlannedCompanies):
    """Companies on their way through a run in which everything is kept, and every asking is noted."""

    def __init__(self, plan: Plan, count: int) -> None:
        """Companies to run through a plan of their own: what is known of it from another run drops arrays."""
        super().__init__(plan, count)
        self.law: Any = HeardLaw(plan.law, self._hear)
        self.notes.settled = None
        self.asked: dict[tuple[Key, int], Asked] = {}
        self._open: list[Asked] = []

    def __call__(self, name: str, period: LabelPeriod) -> Any:
        """A variable for a period, one value a company."""
        self._note(name, period.start.year)
        return super().__call__(name, period)

    def shared(self, function: Callable[[Any, Any], Any], period: LabelPeriod) -> Any:
        """What formulas share; what it rests on is noted for each formula that asks for it."""
        key = function, period.start.year
        if key in self.asked:
            found = super().shared(function, period)
        else:
            with self._noting(key):
                found = super().shared(function, period)
        if self._open:
            self._open[-1].include(self.asked[key])
        return found

    def of_those_with(self, _names: tuple[str, ...], period: LabelPeriod, formula: Callable[[Any, Any], Any]) -> np.ndarray:
        """What a formula gives, asked whether or not the companies have anything: its working shows what it rests on."""
        found: np.ndarray = formula(self, period)
        return found

    def given(self, name: str, period: LabelPeriod) -> np.ndarray:
        """An input as it was given for a period."""
        self._note(name, period.start.year)
        return super().given(name, period)

    def items(self, name: str) -> list[tuple[date, np.ndarray]]:
        """Amounts of a dated variable by day, where they were given so (£)."""
        found = super().items(name)
        if self._open and found:
            self._open[-1].variables[name] = None
        return found

    def of_earlier_label(self, name: str, label: int, first: int) -> np.ndarray:
        """A variable of an earlier period; a balance of the one before is noted as brought forward."""
        if self._open and label == self._open[-1].index - 1 and "_carried_forward" in name:
            self._open[-1].balances[name.replace("_carried_forward", "_brought_forward")] = None
        self._note(name, label)
        return super().of_earlier_label(name, label, first)

    def _worked_out(self, name: str, period: LabelPeriod, known: dict[Key, Any]) -> np.ndarray:
        with self._noting((name, period.start.year)):
            return super()._worked_out(name, period, known)

    def _forget(self, index: int) -> None:
        """Forget nothing: whoever reads the record asks for the values in it."""

    def _note(self, name: str, index: int) -> None:
        if not self._open:
            return
        if self._open[-1].index == index:
            self._open[-1].variables[name] = None
        else:
            self._open[-1].earlier[name, index] = None

    def _hear(self, path: str, day: date | None = None, value: Any = None) -> None:
        if self._open:
            self._open[-1].parameters[path] = None
            if day is not None:
                self._open[-1].days[path, day] = value

    @contextmanager
    def _noting(self, key: tuple[Key, int]) -> Iterator[None]:
        """Note what is asked for from here on as asked for by this formula."""
        asked, outer = Asked(key[1]), self.notes.reads
        self._open.append(asked)
        reads: list[Read] = []
        self.notes.reads = reads
        try:
            yield
        finally:
            self._open.pop()
            self.notes.reads = outer
            asked.values |= dict.fromkeys(reads)
            self.asked.setdefault(key, asked)
