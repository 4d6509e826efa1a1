"""The figures of law of a step: the dated values that bear on one accounting period, each with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.working.rows import Row
from openfisca_goodwork.company.working.steps import ParameterValue, Reference
from openfisca_goodwork.law.periods.history import WHOLE_PERIOD
from openfisca_goodwork.policy.vocabulary import Leaf, vocabulary_of
from openfisca_goodwork.system import DatedValue


@dataclass(frozen=True)
class LawValues:
    """Every parameter of one law, asked for period by period."""

    leaves: dict[str, Leaf]

    @classmethod
    def of(cls, law: TaxBenefitSystem) -> LawValues:
        """The parameters of a tax-benefit system."""
        return cls(vocabulary_of(law))

    def of_row(self, row: Row, start: date, end: date) -> tuple[ParameterValue, ...]:
        """What the paths of a row hold for an accounting period, both days included; each path oldest first."""
        found = [one for path in row.parameters for one in self._over(path, start, end)]
        return (*found, *(one for path in row.at_end for one in self._over(path, end, end)))

    def _over(self, path: str, start: date, end: date) -> Iterator[ParameterValue]:
        """The value of the first day, and every later one that does not wait for the next period."""
        leaf = self.leaves[path]
        beginning = [one for one in leaf.values if one.date <= start][-1:]
        later = [one for one in leaf.values if start < one.date <= end and _straddle(one, leaf) != WHOLE_PERIOD]
        yield from (_shown(one, leaf) for one in (*beginning, *later))


def _straddle(dated: DatedValue, leaf: Leaf) -> str:
    return str(dated.metadata.get("straddle", leaf.straddle))


def _shown(dated: DatedValue, leaf: Leaf) -> ParameterValue:
    metadata = dated.metadata
    return ParameterValue(
        path=leaf.path,
        label=leaf.label,
        unit=leaf.unit,
        value=dated.value if isinstance(dated.value, bool | str) else float(dated.value),
        start=dated.date,
        straddle=_straddle(dated, leaf),
        kind=str(metadata.get("kind", leaf.kind)),
        status=str(metadata.get("status", "")),
        references=tuple(map(_reference, metadata.get("reference", ()))),
    )


def _reference(written: Any) -> Reference:
    """A reference as parameter files write it, or as a plain title."""
    if isinstance(written, str):
        return Reference(written)
    return Reference(str(written.get("title", "")), str(written.get("href", "")))
