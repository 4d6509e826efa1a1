"""A law over all companies of a group at once, as one population, and over many variants of the group beside one another.

Companies whose accounting periods have the same labels run together. Where one gives a fact that has no default, or gives
dated what another gives in one sum, they run apart: an array has a value for every company.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import Company, Fact
from openfisca_goodwork.company.group.facts import Group, Slot
from openfisca_goodwork.company.under_law import inputs_of, ledger_of, under
from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, input_variables
from openfisca_goodwork.law.executor import Plan
from openfisca_goodwork.system import current_law

# Input → what each accounting period of the group has (one row a variant, one column a slot).
Variants = Mapping[str, np.ndarray]
_TWIN = "_on"


class GroupRuns:
    """What runs a law over the companies of a group.

    Args:
        law: the tax-benefit system. group: its facts, those of the group included.

    Attributes:
        law: as given.
        slots: the accounting periods of all members, in the order of the columns of what comes out.
    """

    def __init__(self, law: TaxBenefitSystem, group: Group) -> None:
        self.law, self.slots = law, list(group.slots())
        self._columns = {slot: column for column, slot in enumerate(self.slots)}
        companies = [under(law, member.company) for member in group.members]
        kinds: dict[Hashable, list[int]] = {}
        both_ways = _given_both_ways(companies)
        for place, company in enumerate(companies):
            kinds.setdefault(_kind(company, place, both_ways), []).append(place)
        self._kinds = [_Kind([companies[place] for place in places], places) for places in kinds.values()]

    def __call__(self, outputs: Sequence[str], variants: Variants) -> dict[str, np.ndarray]:
        """Work out some outputs for variants of the group.

        Returns:
            Output → one row a variant, one column an accounting period.
        """
        count = max((len(values) for values in variants.values()), default=1)
        outputs_of: dict[str, np.ndarray] = {}
        for kind in self._kinds:
            companies = kind.plan(self.law, tuple(outputs)).companies(count * len(kind.places))
            companies.notes.training_items.update(kind.ledger)
            for place, label in enumerate(kind.labels):
                columns = [self._columns[Slot(member, place)] for member in kind.places]
                inputs = {name: np.tile(values, count) for name, values in kind.inputs[label].items()}
                inputs |= {
                    name: np.broadcast_to(values, (count, len(self.slots)))[:, columns].ravel()
                    for name, values in variants.items()
                }
                for name, values in companies.run(label, inputs).items():
                    plain = values.decode_to_str() if isinstance(values, EnumArray) else np.asarray(values)
                    if name not in outputs_of:
                        dtype = object if isinstance(values, EnumArray) else plain.dtype
                        outputs_of[name] = np.empty((count, len(self.slots)), dtype)
                    outputs_of[name][:, columns] = plain.reshape(count, -1)
        return outputs_of


class _Kind:
    """Companies that run together: their places in the group, their labels, and their inputs as arrays by label."""

    def __init__(self, companies: Sequence[Company], places: list[int]) -> None:
        self.places, self.labels = places, companies[0].labels
        self.ledger = {label: tuple(items) for label, items in ledger_of(companies[0]).items()}
        each = [dict(_inputs(company)) for company in companies]
        self._plans: dict[tuple[str, ...], Plan] = {}
        self.inputs: dict[int, dict[str, np.ndarray]] = {}
        for label in self.labels:
            names = dict.fromkeys(name for inputs in each for name in inputs[label])
            self.inputs[label] = {
                name: np.concatenate([inputs[label].get(name, _default(name)) for inputs in each]) for name in names
            }

    def plan(self, law: TaxBenefitSystem, outputs: tuple[str, ...]) -> Plan:
        """The plan of a run for some outputs; the next run for them knows what each formula is the last to read."""
        if outputs not in self._plans:
            self._plans[outputs] = Plan(law, outputs)
        return self._plans[outputs]


def _inputs(company: Company) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """A company's inputs by label, dated ones named with their day."""
    given = inputs_of(company)
    for label, period in zip(company.labels, company.accounting_periods, strict=True):
        days = dict.fromkeys(item.day.isoformat() for item in period.items)
        yield label, given[label] | {f"{name}@{day}": amount for day in days for name, amount in given[day].items()}


@cache
def _default(name: str) -> np.ndarray:
    """What stands for a company that does not give an input."""
    variable = current_law().variables[name.partition("@")[0]]
    value = variable.default_value
    return np.array([value.name if isinstance(value, Enum) else value])


@cache
def _without_default() -> frozenset[str]:
    """Inputs for which no value stands for "not given": the law works one out, has no limit, or asks whether it was."""
    law = current_law()
    return frozenset(
        name
        for name, variable in input_variables().items()
        if (variable.is_opening_balance and BROUGHT_FORWARD not in name)
        or law.variables[name].default_value == np.inf
        or (BROUGHT_FORWARD not in name and not variable.dated and law.variables[name].formulas)
    )


def _given_both_ways(companies: Sequence[Company]) -> frozenset[tuple[int, str]]:
    """By label, amounts that some companies give in one sum and others as dated items."""
    dated, in_one = set(), set()
    for company in companies:
        for label, period in zip(company.labels, company.accounting_periods, strict=True):
            dated |= {(label, item.variable) for item in period.items}
            in_one |= {(label, name) for name in period.values}
    return frozenset(dated & in_one)


def _kind(company: Company, place: int, both_ways: frozenset[tuple[int, str]]) -> Hashable:
    """What companies must have in common to run together."""
    periods = list(zip(company.labels, company.accounting_periods, strict=True))
    given = tuple(frozenset(period.values) & _without_default() for _label, period in periods)
    dated = frozenset((label, item.variable) for label, period in periods for item in period.items) & both_ways
    return company.labels, given, dated, place if ledger_of(company) else None


def plain(value: Any) -> Fact:
    """One value of an array, as Python's own."""
    if isinstance(value, str):
        return value
    return bool(value) if isinstance(value, np.bool_) else float(value) + 0.0  # no minus before a zero
