"""What a reform is worth to each company, in the accounting periods that end in one financial year.

A gain is what the company pays less of corporation tax, or is paid more of credits. What it spends on training that a relief
induces is no part of it: a company that trains more has less left, and its tax falls by more. ``tabulation`` puts companies
into tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from openfisca_goodwork.costing.accruals import ByLabel
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.runs import Base
from openfisca_goodwork.costing.standing import LIABILITY, PROFIT_STATUS
from openfisca_goodwork.law.periods import financial_year

EMPLOYMENT_BAND, SECTION, REGION, ASSOCIATES = "employment_band", "sic_section", "region", "associated_companies"
# The first of the employment bands here: companies registered for neither VAT nor PAYE, which have no employees.
UNREGISTERED = 0
LEAST_ASSOCIATES = (1, 5, 20)
_PRIORITY = "priority_area_share"


@dataclass(frozen=True, eq=False)
class Gains:
    """Records and what becomes of them in the accounting periods that end in one financial year; one value a record each.

    Attributes:
        weight: companies it stands for. employees: in the period. liability: corporation tax under the baseline law (£).
        classes: by name, the place among the classes of that name.
        static, response: gain if nobody does anything but claim, and with the response assumed (£).
        claims: whether it claims a relief for training under the reform. qualifying: training entitled to it (£).
        induced: training induced (£). in_priority_areas: share of its training that is in priority areas.
    """

    weight: np.ndarray
    employees: np.ndarray
    liability: np.ndarray
    classes: Mapping[str, np.ndarray]
    static: np.ndarray
    response: np.ndarray
    claims: np.ndarray
    qualifying: np.ndarray
    induced: np.ndarray
    in_priority_areas: np.ndarray

    @classmethod
    def of(cls, comparison: Comparison, year: int) -> Gains:
        """The gains of one comparison in a financial year, by the year it begins in."""
        pick = _EndingIn(comparison, year)
        return cls(
            weight=comparison.people.weight,
            employees=pick.given("employees").astype(np.float32),
            liability=pick({label: one[LIABILITY] for label, one in comparison.base.standing.items()}),
            classes=_classes(comparison.people, comparison.base, pick),
            static=pick.fall(comparison.static_balance()),
            response=pick.fall(comparison.final_balance()),
            in_priority_areas=pick.given(_PRIORITY).astype(np.float32),
            **_training(comparison, pick),
        )

    @classmethod
    def joined(cls, parts: Iterable[Gains]) -> Gains:
        """The records of parts of a population, in their order."""
        listed = list(parts)
        return cls(**{one.name: _joined([getattr(part, one.name) for part in listed]) for one in fields(cls)})


def _joined(parts: list[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], Mapping):
        return {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}
    return np.concatenate(parts)


class _EndingIn:
    """Takes, of amounts by label, those of the one accounting period of each record that ends in a financial year."""

    def __init__(self, comparison: Comparison, year: int) -> None:
        self.comparison, self.labels = comparison, (year, year + 1)
        periods = comparison.base.periods[year + 1]
        self.is_later = periods.each(lambda one: financial_year(one.end) == year)

    def __call__(self, amounts: ByLabel) -> np.ndarray:
        """One value per record; 0 where a label is from before the laws differ."""
        return self._of(amounts, self.is_later)

    def touched(self, amounts: ByLabel) -> np.ndarray:
        """Amounts of the records that a relief touches, in their places among all; 0 elsewhere."""
        mask = self.comparison.touched
        found = np.zeros(mask.size)
        found[mask] = self._of(amounts, self.is_later[mask])
        return found

    def _of(self, amounts: ByLabel, is_later: np.ndarray) -> np.ndarray:
        earlier, later = (amounts.get(label, 0) for label in self.labels)
        return np.where(is_later, later, earlier)

    def given(self, name: str) -> np.ndarray:
        """An input of the law; 0 where it is not told, as the law takes it."""
        told = self.comparison.base.inputs
        return self({label: told[label][name] for label in self.labels if name in told.get(label, {})})

    def fall(self, balances: tuple[ByLabel, ByLabel]) -> np.ndarray:
        """By how much the Exchequer's balance falls (£ per record)."""
        before, after = balances
        return self({label: before[label] - after[label] for label in self.labels if label in before})


def _classes(people: People, base: Base, pick: _EndingIn) -> dict[str, np.ndarray]:
    """The place of each record in every classification."""
    held = {name: code for name, (code, _labels) in people.classes.items()}
    group = np.searchsorted(LEAST_ASSOCIATES, pick.given(ASSOCIATES), side="right")
    return {
        EMPLOYMENT_BAND: np.where(people.registered, held[EMPLOYMENT_BAND] + 1, UNREGISTERED).astype(np.int8),
        SECTION: held[SECTION],
        REGION: held[REGION],
        PROFIT_STATUS: pick({label: one[PROFIT_STATUS] for label, one in base.standing.items()}),
        ASSOCIATES: group.astype(np.int8),
    }


def _training(comparison: Comparison, pick: _EndingIn) -> dict[str, np.ndarray]:
    """Who claims, what qualifies and what is induced, under the reform; induced is counted against the baseline."""
    if not comparison.touched.any():
        nothing = np.zeros(comparison.touched.size)
        return {"claims": nothing > 0, "qualifying": nothing, "induced": nothing}
    before, after = comparison.scenarios
    return {
        "claims": pick.touched(after.claimed) > 0,
        "qualifying": pick.touched(after.relieved),
        "induced": pick.touched(after.extra_training) - pick.touched(before.extra_training),
    }
