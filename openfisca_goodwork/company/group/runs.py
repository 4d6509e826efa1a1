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
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import Company
from openfisca_goodwork.company.group.facts import Group
from openfisca_goodwork.company.under_law import AlikeCompanies, ledger_of, under
from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, input_variables
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


class _Kind(AlikeCompanies):
    """Companies that run together.

    Attributes:
        columns: their accounting periods among those of the group, one row a company.
    """

    def __init__(self, law: TaxBenefitSystem, companies: Sequence[Company], columns: np.ndarray) -> None:
        super().__init__(law, companies)
        self.columns = columns
        self._known: dict[tuple[str, ...], dict[tuple[int, bytes], np.ndarray]] = {}

    def given(self, variants: Variants, count: int) -> dict[str, np.ndarray]:
        """What variants give these companies: input → variants × companies × accounting periods."""
        return {
            name: np.broadcast_to(values, (count, values.shape[1]))[:, self.columns] for name, values in variants.items()
        }

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


def _count(variants: Variants) -> int:
    return max((len(values) for values in variants.values()), default=1)


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
