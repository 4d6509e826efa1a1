"""A law over all companies of a group at once, as one population, and over many variants of the group beside one another.

Companies with equally many accounting periods run together, whatever their days: the labels of the first stand for those of
all. Where one gives a fact that has no default, or gives dated what another gives in one sum, they run apart: an array has a
value for every company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import cache

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import Company
from openfisca_goodwork.company.group.facts import Group
from openfisca_goodwork.company.under_law import inputs_by_period, ledger_of, under
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
        slots: the accounting periods of all members, in the order of the columns of what comes out. columns: place of each.
    """

    def __init__(self, law: TaxBenefitSystem, group: Group) -> None:
        self.law, self.slots = law, list(group.slots())
        self.columns = {slot: column for column, slot in enumerate(self.slots)}
        companies = [under(law, member.company) for member in group.members]
        kinds: dict[Hashable, list[int]] = {}
        both_ways = _given_both_ways(companies)
        for place, company in enumerate(companies):
            kinds.setdefault(_kind(company, place, both_ways), []).append(place)
        of_member: dict[int, list[int]] = defaultdict(list)
        for slot, column in self.columns.items():
            of_member[slot.member].append(column)
        self._kinds = [
            _Kind(
                law,
                [companies[place] for place in places],
                np.array([of_member[place] for place in places]),
            )
            for places in kinds.values()
        ]

    def __call__(self, outputs: Sequence[str], variants: Variants) -> dict[str, np.ndarray]:
        """Work out some outputs for variants of the group.

        Returns:
            Output → one row a variant, one column an accounting period.
        """
        count = _count(variants)
        outputs_of: dict[str, np.ndarray] = {}
        for kind in self._kinds:
            given = {name: values.reshape(-1, values.shape[-1]) for name, values in kind.given(variants, count).items()}
            for name, values in kind.run(outputs, np.tile(np.arange(len(kind.columns)), count), given).items():
                if name not in outputs_of:
                    outputs_of[name] = np.empty((count, len(self.slots)), values.dtype)
                outputs_of[name][:, kind.columns] = values.reshape(count, *kind.columns.shape)
        return outputs_of

    def sums(self, outputs: Sequence[str], variants: Variants) -> dict[str, np.ndarray]:
        """Work out some outputs of each member, summed over its accounting periods, for variants of the group.

        The law is run only for what it has not been run for: a member's sums rest on its own inputs alone.

        Returns:
            Output → one row a variant, one column a member.
        """
        count = _count(variants)
        members = [[self.slots[column].member for column in kind.columns[:, 0]] for kind in self._kinds]
        sums_of = np.empty((len(outputs), count, sum(map(len, members))))
        for kind, places in zip(self._kinds, members, strict=True):
            sums_of[:, :, places] = kind.sums(tuple(outputs), kind.given(variants, count))
        return dict(zip(outputs, sums_of, strict=True))


class _Kind:
    """Companies that run together.

    Attributes:
        columns: their accounting periods among those of the group, one row a company.
    """

    def __init__(self, law: TaxBenefitSystem, companies: Sequence[Company], columns: np.ndarray) -> None:
        self.columns, self._law, self._labels = columns, law, companies[0].labels
        items = ledger_of(companies[0])
        self._ledger = {label: tuple(listed) for label, listed in items.items()}
        each = [list(inputs_by_period(company)) for company in companies]
        begins = {"first_accounting_period": np.array([self._labels[0]])}
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._known: dict[tuple[str, ...], dict[tuple[int, bytes], np.ndarray]] = {}
        # Input → one value a company, for each accounting period.
        self._inputs: list[dict[str, np.ndarray]] = []
        for place in range(len(self._labels)):
            of_period = [{**inputs[place], **begins} for inputs in each]
            names = dict.fromkeys(name for inputs in of_period for name in inputs)
            self._inputs.append(
                {name: np.concatenate([inputs.get(name, _default(name)) for inputs in of_period]) for name in names}
            )

    def given(self, variants: Variants, count: int) -> dict[str, np.ndarray]:
        """What variants give these companies: input → variants × companies × accounting periods."""
        return {
            name: np.broadcast_to(values, (count, values.shape[1]))[:, self.columns] for name, values in variants.items()
        }

    def run(self, outputs: Sequence[str], places: np.ndarray, given: Variants) -> dict[str, np.ndarray]:
        """Work out some outputs.

        Args:
            places: which of the companies each row is of.
            given: input → one row a company of ``places``, one column an accounting period.

        Returns:
            Output → rows and columns as those of ``given``.
        """
        companies = self._plan(tuple(outputs)).companies(len(places))
        companies.notes.training_items.update(self._ledger)
        outputs_of: dict[str, np.ndarray] = {}
        for at, label in enumerate(self._labels):
            inputs = {name: values[places] for name, values in self._inputs[at].items()}
            inputs |= {name: values[:, at] for name, values in given.items()}
            for name, values in companies.run(label, inputs).items():
                plain = values.decode_to_str() if isinstance(values, EnumArray) else np.asarray(values)
                if name not in outputs_of:
                    dtype = object if isinstance(values, EnumArray) else plain.dtype
                    outputs_of[name] = np.empty((len(places), len(self._labels)), dtype)
                outputs_of[name][:, at] = plain
        return outputs_of

    def sums(self, outputs: tuple[str, ...], given: Variants) -> np.ndarray:
        """Outputs × variants × companies, summed over accounting periods; those known already are not run again."""
        known = self._known.setdefault((*outputs, *given), {})
        block = np.stack(list(given.values()), axis=2)
        count, companies = block.shape[:2]
        size, raw = block[0, 0].nbytes, block.tobytes()
        keys = [(at % companies, raw[at * size : (at + 1) * size]) for at in range(count * companies)]
        new = {key: at for at, key in enumerate(keys) if key not in known}
        if new:
            rows, places = np.divmod(np.array(list(new.values())), companies)
            inputs = {name: values[rows, places] for name, values in given.items()}
            values = self.run(outputs, places, inputs)
            known |= zip(new, np.stack([values[name].sum(axis=1) for name in outputs], axis=1), strict=True)
        return np.array([known[key] for key in keys]).T.reshape(len(outputs), count, companies)

    def _plan(self, outputs: tuple[str, ...]) -> Plan:
        """The plan of a run for some outputs; the next run for them knows what each formula is the last to read."""
        if outputs not in self._plans:
            self._plans[outputs] = Plan(self._law, outputs)
        return self._plans[outputs]


def _count(variants: Variants) -> int:
    return max((len(values) for values in variants.values()), default=1)


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
    """By place of the accounting period, amounts that some companies give in one sum and others as dated items."""
    dated, in_one = set(), set()
    for company in companies:
        for place, period in enumerate(company.accounting_periods):
            dated |= {(place, item.variable) for item in period.items}
            in_one |= {(place, name) for name in period.values}
    return frozenset(dated & in_one)


def _kind(company: Company, place: int, both_ways: frozenset[tuple[int, str]]) -> Hashable:
    """What companies must have in common to run together."""
    periods = list(enumerate(company.accounting_periods))
    given = tuple(frozenset(period.values) & _without_default() for _at, period in periods)
    dated = frozenset((at, item.variable) for at, period in periods for item in period.items) & both_ways
    return given, dated, place if ledger_of(company) else None
