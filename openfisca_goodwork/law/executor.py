"""The planned run: the law over many companies at a time, by the same formulas as everywhere else.

The engine's simulation keeps an array for every variable to the end, and looks each one up by period. A run over millions
of companies needs neither. Here each chunk of companies goes through its accounting periods in order; the first chunk shows
in which order the formulas of each accounting period finish and which of them is the last to read an array, and from then
on an array goes as soon as its last reader is done. What a later accounting period may look back at is kept: balances
(``…_carried_forward…``) for the next one, ``kept`` variables for ``PERIODS_BACK`` of them.

A plan can only be wrong about what formulas read where their branches depend on the companies. Then an array that is gone
is worked out once more, from the same inputs, to the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from openfisca_core import periods as engine_periods
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Period as LabelPeriod
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.model import DAY, YEAR, Variable, checked_input, is_balance, is_for, is_kept, is_on_demand
from openfisca_goodwork.law.notes import Notes
from openfisca_goodwork.law.periods import PERIODS_BACK, ConstantArray, accounting_periods, constant_array, picked
from openfisca_goodwork.law.stacked import places_of_laws

Formula = Callable[[Any, Any], Any]
# Share of the companies above which a formula is asked of all rather than of those that have something.
_WORTH_PICKING = 0.5
_NOBODY = np.empty(0, dtype=np.intp)
# What is worked out for one accounting period: a variable by its name, or what formulas share, by its function.
Key = Hashable


class Plan:
    """What a run of a law for some outputs has to hand on, and when each array is needed no more.

    Attributes:
        law: the tax-benefit system. outputs: names of the variables asked for.
        first: the first accounting-period index of which they are; None for all.
        handed_on: names of the variables that later accounting periods may look back at, in the law's order.
        drops: accounting-period index → what has just been worked out → what no formula after it reads.
        is_for_one_chunk: whether no other chunk follows that could learn from the first when an array is needed no more.
    """

    def __init__(self, law: TaxBenefitSystem, outputs: Sequence[str], first: int | None = None) -> None:
        self.law, self.outputs, self.first = law, tuple(outputs), first
        self.drops: dict[int, dict[Key, tuple[Key, ...]]] = {}
        self.is_for_one_chunk = False
        variables = law.variables.items()
        self.settled: dict[str, Any] = {}  # parameters that a formula has read, by path
        self._work: dict[str, tuple[Formula | None, Variable]] = {}
        self.balances = frozenset(name for name in law.variables if is_balance(name, law.variables))
        self.kept = frozenset(name for name, variable in variables if is_kept(variable))
        self.handed_on = tuple(
            name
            for name, variable in variables
            if (name in self.balances or name in self.kept) and is_for(variable, self.outputs)
        )

    def work_on(self, name: str, period: LabelPeriod) -> tuple[Formula | None, Variable]:
        """The formula of a variable, whatever the date, as what changes with it are parameters; none where none is asked."""
        known = self._work.get(name)
        if known is None:
            variable = self.law.variables[name]
            formula = variable.get_formula(period) if variable.definition_period == YEAR else None
            known = self._work[name] = formula, variable
        return known

    def companies(self, count: int, first: int = 0) -> PlannedCompanies:
        """Companies to run through this plan, from the first of them on, none of whose inputs are known yet."""
        return PlannedCompanies(self, count, first)


class PlannedCompanies:
    """Some companies on their way through a run: what formulas see as ``company``.

    Attributes:
        count: how many there are. law: the tax-benefit system. notes: what is known beside the arrays.
    """

    def __init__(self, plan: Plan, count: int, first: int = 0) -> None:
        laws = places_of_laws(plan.law)
        self.count, self.law = count, plan.law
        self.notes = Notes(settled=plan.settled, laws=None if laws is None else laws[first : first + count])
        self._plan = plan
        self._variables = plan.law.variables
        self._known: dict[int, dict[Key, Any]] = {}
        self._period: LabelPeriod | None = None
        self._known_now: dict[Key, Any] = {}
        self._given: dict[int, set[Key]] = {}
        self._offered: dict[int, dict[str, Mapping[str, np.ndarray]]] = {}  # input → what makes it
        self._for_ever: dict[str, np.ndarray] = {}
        self._items: dict[str, dict[date, np.ndarray]] = {}
        self._drops: Mapping[Key, tuple[Key, ...]] = {}
        self._trace: _Trace | None = None
        self._some: dict[tuple[tuple[str, ...], LabelPeriod], PlannedCompanies | SomeCompanies] = {}

    def run(self, index: int, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Work out the outputs of one accounting period; its predecessors have been before.

        Args:
            index: the accounting-period index (the year that names it).
            inputs: input variable → one value a company; ``NAME_on@2027-02-14`` for an amount of one day. An input is
                checked when a formula first asks for it, as it is then at hand; of a dict all others are checked in the end.
                Any other mapping can make its inputs on demand.

        Returns:
            Output → one value a company; nothing before the first accounting period that is wanted.
        """
        self._take(index, inputs)
        drops = self._plan.drops.get(index)
        self._drops, self._trace = drops or {}, _Trace() if drops is None and not self._plan.is_for_one_chunk else None
        self._period = period = engine_periods.period(index)
        self._known_now = self._known.setdefault(index, {})
        is_wanted = self._plan.first is None or index >= self._plan.first
        found = {name: self(name, period) for name in self._plan.outputs} if is_wanted else {}
        accounting_periods(self, period)  # those of the next index follow them
        for name in self._plan.handed_on:
            if name not in self._offered[index]:
                self(name, period)
        if isinstance(inputs, dict):
            for name in self._offered[index]:
                self.given(name, period)
            del self._offered[index]
        if self._trace is not None:
            self._plan.drops[index] = self._trace.last_reads(stays={*self._plan.outputs, *self._plan.handed_on})
        self._forget(index)
        return found

    def __call__(self, name: str, period: LabelPeriod) -> Any:
        """A variable for a period, one value a company."""
        known = self._known_now if period is self._period else self._known_at(period)
        found = known.get(name)
        if self._trace is not None:
            self._trace.asked(name)
        return self._worked_out(name, period, known) if found is None else found

    def _known_at(self, period: LabelPeriod) -> dict[Key, Any]:
        return self._known_now if period is self._period else self._known.setdefault(period.start.year, {})

    def shared(self, function: Formula, period: LabelPeriod) -> Any:
        """What a function of (company, period) works out, there for every formula of the period that asks for it."""
        known = self._known_at(period)
        if self._trace is not None:
            self._trace.asked(function)
        if function in known:
            return known[function]
        if self._trace is None:
            found = function(self, period)
        else:
            self._trace.begin(function)
            found = function(self, period)
            self._trace.finish(function)
        self._keep(function, found, period, known)
        return found

    def filled_array(self, value: Any, dtype: Any = None) -> np.ndarray:
        """The same value for every company, as one number that all share."""
        return constant_array(np.asarray(value, dtype)[()], self.count)

    def of_those_with(self, names: tuple[str, ...], period: LabelPeriod, formula: Formula) -> np.ndarray:
        """What a formula gives for the companies that have any of some variables; 0 for all others."""
        some = self._some.get((names, period))
        if some is None:
            some = self._some[names, period] = self._those_with(names, period)
        if some.count == 0:
            return self.filled_array(0.0)
        found: np.ndarray = formula(some, period)
        if not isinstance(some, SomeCompanies):
            return found
        nothing = self.filled_array(0.0)
        return some.spread(found, nothing) if found.any() else nothing

    def _those_with(self, names: tuple[str, ...], period: LabelPeriod) -> PlannedCompanies | SomeCompanies:
        """The companies that have any of some variables; all, where they are so many that picking them out costs more."""
        has_any = np.zeros(self.count, dtype=bool)
        for name in names:
            values = self(name, period)
            if getattr(values, "number", None) is None:
                has_any |= values if values.dtype == bool else values != 0
            elif values.number:
                return self
        return _those(self, has_any) or SomeCompanies(self, _NOBODY)

    def those(self, mask: np.ndarray) -> PlannedCompanies | SomeCompanies | None:
        """Some of the companies, by a mask; None where it has none."""
        return _those(self, mask)

    def given(self, name: str, period: LabelPeriod) -> np.ndarray:
        """An input as it was given for a period."""
        label = period.start.year
        found: np.ndarray | None = self._known.setdefault(label, {}).get(name)
        return self._accept(name, label, self._offered[label][name][name]) if found is None else found

    def items(self, name: str) -> list[tuple[date, np.ndarray]]:
        """Amounts of a dated variable by day, where they were given so (£)."""
        return list(self._items.get(f"{name}_on", {}).items())

    def of_earlier_label(self, name: str, label: int, first: int) -> np.ndarray:
        """A variable of an earlier period, every one before it worked out first."""
        known = self._known.get(label, {}).get(name)
        if known is not None:
            return known
        for earlier in range(first, label) if name not in self._offered.get(label, ()) else ():
            self(name, engine_periods.period(earlier))
        array: np.ndarray = self(name, engine_periods.period(label))
        return array

    def _take(self, index: int, inputs: Mapping[str, np.ndarray]) -> None:
        """Note which yearly inputs there are to be had of an accounting period, and take all others."""
        offered = self._offered[index] = {}
        for name in inputs:
            if name in self._variables and self._variables[name].definition_period == YEAR:
                offered[name] = inputs
                self.notes.record_input(name, str(YEAR), index)
            else:
                self._accept(name, index, inputs[name])

    def _accept(self, name: str, index: int, array: Any) -> np.ndarray:
        name, _, day = name.partition("@") if "@" in name else (name, "", "")
        variable = self._variables.get(name) or self.law.get_variable(name, check_existence=True)
        values = checked_input(variable, array, self.count, fold=True)
        if variable.definition_period == YEAR:
            self._known.setdefault(index, {})[name] = values
            self._given.setdefault(index, set()).add(name)
        elif variable.definition_period == DAY:
            on = date.fromisoformat(day)
            self._items.setdefault(name, {})[on] = values
            index = on.year
        else:
            self._for_ever[name] = values
        self.notes.record_input(name, str(variable.definition_period), index)
        return values

    def _worked_out(self, name: str, period: LabelPeriod, known: dict[Key, Any]) -> np.ndarray:
        """A variable as it is offered, or by its formula, as an array of its type."""
        if self._offered and name in (offered := self._offered.get(period.start.year, {})):
            return self._accept(name, period.start.year, offered[name][name])
        formula, variable = self._plan.work_on(name, period)
        if formula is None:
            return self._without_formula(variable, known)
        if self._trace is None:
            found = _cast(formula(self, period), variable, self.count)
        else:
            self._trace.begin(name)
            found = _cast(formula(self, period), variable, self.count)
            self._trace.finish(name)
        self._keep(name, found, period, known)
        return found

    def _without_formula(self, variable: Variable, known: dict[Key, Any]) -> np.ndarray:
        """The default of a variable that nobody gave; what holds in every period is kept apart."""
        kept = known if variable.definition_period == YEAR else self._for_ever
        if variable.name not in kept:
            kept[variable.name] = variable.default_array(self.count)
        array: np.ndarray = kept[variable.name]
        return array

    def _keep(self, key: Key, found: Any, period: LabelPeriod, known: dict[Key, Any]) -> None:
        """Keep what was worked out, and drop what nothing after it reads; inputs cannot be worked out again."""
        known[key] = found
        gone = self._drops.get(key)
        if gone:
            given = self._given.get(period.start.year, ())
            for one in gone:
                if one not in given:
                    known.pop(one, None)

    def _forget(self, index: int) -> None:
        """Drop what no later accounting period can read."""
        plan, oldest = self._plan, index - PERIODS_BACK
        self._period, self._known_now = None, {}
        self._given.pop(index, None)
        self._offered = {label: inputs for label, inputs in self._offered.items() if label >= oldest}
        for some in self._some.values():
            if isinstance(some, SomeCompanies):
                some.forget()
        self._some.clear()
        for label in (one for one in self._known if one <= index):
            stays = plan.kept if label >= oldest else frozenset()
            stays = stays | plan.balances if label == index else stays
            self._known[label] = {key: array for key, array in self._known[label].items() if key in stays}
        self.notes.forget_spread()


class SomeCompanies:
    """Some of the companies of a run: what a formula sees that is asked of those alone that have something.

    Attributes:
        count: how many there are. law, notes: as of all.
    """

    def __init__(self, whole: PlannedCompanies | SomeCompanies, places: np.ndarray) -> None:
        self.count = int(places.size)
        self.law: TaxBenefitSystem = whole.law
        self._whole, self._places = whole, places
        self._known: dict[tuple[Key, Any], Any] = {}

    @cached_property
    def notes(self) -> Notes:
        """What is known beside the arrays, of these companies."""
        return self._whole.notes.of_some(self._places)

    def __call__(self, name: str, period: LabelPeriod) -> Any:
        """A variable for a period, one value a company; one that is ``on_demand`` is worked out for these alone."""
        variable = self.law.variables[name]
        if not is_on_demand(variable):
            return self._picked((name, period), lambda: self._whole(name, period))
        key, formula = (name, period), variable.get_formula(period)
        if key not in self._known:
            self._known[key] = _cast(formula(self, period), variable, self.count)
        return self._known[key]

    def shared(self, function: Formula, period: LabelPeriod) -> Any:
        """What a function of (company, period) works out, there for every formula of the period that asks for it."""
        key = (function, period)
        if key not in self._known:
            self._known[key] = function(self, period)
        return self._known[key]

    def filled_array(self, value: Any, dtype: Any = None) -> np.ndarray:
        """The same value for every company, as one number that all share."""
        return constant_array(np.asarray(value, dtype)[()], self.count)

    def of_those_with(self, _names: tuple[str, ...], period: LabelPeriod, formula: Formula) -> np.ndarray:
        """The values that a formula gives, for all of these companies."""
        found: np.ndarray = formula(self, period)
        return found

    def given(self, name: str, period: LabelPeriod) -> np.ndarray:
        """An input as it was given for a period."""
        return self._of_some(self._whole.given(name, period))

    def items(self, name: str) -> list[tuple[date, np.ndarray]]:
        """Amounts of a dated variable by day, where they were given so (£)."""
        return [(day, self._of_some(array)) for day, array in self._whole.items(name)]

    def of_earlier_label(self, name: str, label: int, first: int) -> np.ndarray:
        """A variable of an earlier period, every one before it worked out first."""
        found: np.ndarray = self._picked((name, label), lambda: self._whole.of_earlier_label(name, label, first))
        return found

    def those(self, mask: np.ndarray) -> PlannedCompanies | SomeCompanies | None:
        """Some of these companies; None where the mask has none."""
        return _those(self, mask)

    def spread(self, values: np.ndarray, of_others: np.ndarray) -> np.ndarray:
        """Their values among those of others."""
        found = np.array(of_others, dtype=values.dtype)
        found[self._places] = values
        return found

    def forget(self) -> None:
        """Drop what was worked out: companies among these know them in turn, and nothing would go otherwise."""
        self._known.clear()

    def _picked(self, key: tuple[Key, Any], values: Callable[[], np.ndarray]) -> np.ndarray:
        if key not in self._known:
            self._known[key] = self._of_some(values())
        array: np.ndarray = self._known[key]
        return array

    def _of_some(self, values: np.ndarray) -> np.ndarray:
        return picked(values, self._places)


def _those(whole: PlannedCompanies | SomeCompanies, mask: np.ndarray) -> PlannedCompanies | SomeCompanies | None:
    """The companies of a mask; all, where they are so many that picking them out costs more; None where there are none."""
    places = np.flatnonzero(mask) if mask.any() else _NOBODY
    if places.size > _WORTH_PICKING * whole.count:
        return whole
    return SomeCompanies(whole, places) if places.size else None


def _cast(found: Any, variable: Variable, count: int) -> np.ndarray:
    """What a formula gave, as an array of its variable's type."""
    kind = type(found)
    if (kind is np.ndarray or kind is ConstantArray) and found.dtype == variable.dtype and variable.value_type is not Enum:
        same: np.ndarray = found
        return same
    if variable.value_type is Enum and not isinstance(found, EnumArray):
        return variable.possible_values.encode(found)
    array = found if isinstance(found, np.ndarray) else constant_array(np.asarray(found)[()], count)
    return array if array.dtype == variable.dtype else array.astype(variable.dtype)


class _Trace:
    """Who asks for what in one accounting period, in the order in which formulas finish."""

    def __init__(self) -> None:
        self._stack: list[Key] = []
        self._readers: dict[Key, set[Key | None]] = {}
        self._finished: dict[Key, int] = {}

    def asked(self, key: Key) -> None:
        """A key is asked for by the formula being worked out, or from outside."""
        self._readers.setdefault(key, set()).add(self._stack[-1] if self._stack else None)

    def begin(self, key: Key) -> None:
        """Note that a formula begins."""
        self._stack.append(key)

    def finish(self, key: Key) -> None:
        """Note that a formula is done."""
        self._stack.pop()
        self._finished[key] = len(self._finished)

    def last_reads(self, stays: set[str]) -> dict[Key, tuple[Key, ...]]:
        """The keys that each formula is the last to read."""
        found: dict[Key, list[Key]] = {}
        for key, readers in self._readers.items():
            if key not in stays and None not in readers:
                last = max(readers, key=lambda one: self._finished.get(one, -1))
                found.setdefault(last, []).append(key)
        return {key: tuple(gone) for key, gone in found.items()}
