"""The one place that reaches into the engine: the companies of a simulation, and how inputs are stored.

OpenFisca has no public way to ask a population for what is known already, or to store an array without comparing every
period with every other. What this module does for a simulation, ``executor`` does for a run over many companies.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import Period
from openfisca_core.populations import Population
from openfisca_core.tracers import SimpleTracer

from openfisca_goodwork.law.notes import Notes, notes_of
from openfisca_goodwork.law.periods.constant_arrays import constant_array


class EngineCompanies(Population):
    """The companies of a simulation, which answer at once what is known already.

    The engine looks a variable up seven times before it says so, and formulas ask for the same figures again and again.
    A tracer of another kind than the usual one is told of every asking.
    """

    def __call__(self, variable_name: str, period: Period, options: Any = None) -> Any:
        """A variable for a period, one per company; worked out by the engine unless it has been."""
        holder, is_heard = self._holders.get(variable_name), type(self.simulation.tracer) is not SimpleTracer
        if holder is not None and options is None and not is_heard:
            known = holder._memory_storage._arrays.get(period)
            if known is not None:
                return known
        return super().__call__(variable_name, period, options)

    def clone(self, simulation: Any) -> EngineCompanies:
        """The same companies in a copy of their simulation, which shares their arrays."""
        copied = super().clone(simulation)
        copied.__class__ = EngineCompanies
        return copied

    @property
    def law(self) -> Any:
        """The tax-benefit system of the simulation."""
        return self.simulation.tax_benefit_system

    @property
    def notes(self) -> Notes:
        """What the simulation remembers beside its arrays."""
        return notes_of(self.simulation)

    def shared(self, function: Callable[[Any, Any], Any], period: Period) -> Any:
        """What a function of (company, period) works out, there for every formula of the label that asks for it."""
        worked, key = self.notes.worked, (f"{function.__module__}.{function.__qualname__}", period.start.year)
        if key not in worked:
            worked[key] = function(self, period)
        return worked[key]

    def filled_array(self, value: Any, dtype: Any = None) -> np.ndarray:
        """The same value for every company; of many companies one number that all share, which nobody may write to."""
        return constant_array(np.asarray(value, dtype)[()], self.count)

    def of_those_with(self, names: tuple[str, ...], period: Period, formula: Callable[[Any, Any], np.ndarray]) -> np.ndarray:
        """What a formula gives where any company has any of some variables; 0 where none has."""
        has_any = any(self(name, period).any() for name in names)
        return formula(self, period) if has_any else self.filled_array(0.0)

    def those(self, mask: np.ndarray) -> EngineCompanies | None:
        """The companies where a mask has any of them: the engine works everything out for all; None where it has none."""
        return self if mask.any() else None

    def given(self, name: str, period: Period) -> np.ndarray:
        """An input as it was given for a period (one per company)."""
        return self.get_holder(name).get_array(period)

    def items(self, name: str) -> list[tuple[date, np.ndarray]]:
        """Amounts of a dated variable by day, where they were given so (£, one per company)."""
        holder = self.get_holder(f"{name}_on")
        return [(date.fromisoformat(str(day.start)), holder.get_array(day)) for day in holder.get_known_periods()]

    def of_earlier_label(self, name: str, label: int, first: int) -> np.ndarray:
        """A variable of an earlier label, every label before it calculated first.

        Left alone, the engine answers year-on-year recursion with the default, in silence; with its limit raised it ends
        in a RecursionError. So the limit is raised and earlier periods are calculated oldest first.
        """
        simulation = self.simulation
        simulation.max_spiral_loops = sys.maxsize
        known = simulation.get_array(name, label)
        if known is not None:
            return known
        for earlier in range(first, label):
            simulation.calculate(name, earlier)
        return simulation.calculate(name, label)


class CompanyEntity(Entity):
    """An entity whose members are ``EngineCompanies`` in every system that has it, OpenFisca reforms too."""

    def set_tax_benefit_system(self, tax_benefit_system: Any) -> None:
        """Belong to a system, which asks this entity for the members of a new simulation."""
        super().set_tax_benefit_system(tax_benefit_system)
        tax_benefit_system.instantiate_entities = self.companies

    def companies(self) -> dict[str, EngineCompanies]:
        """The companies of a new simulation, none yet."""
        return {self.key: EngineCompanies(self)}


def store(holder: Any, period: Period, values: np.ndarray) -> None:
    """Store an input in the holder of its variable, as the engine does without its checks of dates."""
    holder._set(period, values)
