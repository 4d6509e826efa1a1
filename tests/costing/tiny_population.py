"""A few companies whose costing can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from openfisca_goodwork.population import sources

FIRST_LABEL, LAST_LABEL = 2018, 2033


@dataclass(frozen=True)
class TinyPopulation:
    """Companies with the same facts in every calendar-year accounting period, £."""

    facts: Mapping[str, list[float]]
    weight: np.ndarray
    draw: np.ndarray
    end_month: int = 12
    labels: range = field(default=range(FIRST_LABEL, LAST_LABEL + 1))
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    is_part: bool = False

    @property
    def fingerprint(self) -> str:
        return repr((self.facts, self.weight.tolist(), self.end_month))

    @property
    def financial_years(self) -> range:
        return range(FIRST_LABEL, LAST_LABEL - 1)

    @property
    def records(self) -> int:
        return len(self.weight)

    @property
    def companies(self) -> float:
        return float(self.weight.sum())

    @property
    def classes(self) -> dict[str, tuple[np.ndarray, tuple[str, ...]]]:
        """Each record in the next class, round and round."""
        labels = {
            "sic_section": tuple(sources.SECTIONS),
            "region": sources.REGIONS,
            "employment_band": sources.EMPLOYMENT_BANDS,
        }
        return {name: ((np.arange(self.records) % len(one)).astype(np.int8), one) for name, one in labels.items()}

    @property
    def registered(self) -> np.ndarray:
        return np.ones(self.records, dtype=bool)

    def present(self, _label: int) -> np.ndarray:
        return np.ones(self.records, dtype=bool)

    def panel(self) -> dict[int, dict[str, np.ndarray]]:
        return {label: self.inputs(label) for label in self.labels}

    def inputs(self, label: int) -> dict[str, np.ndarray]:
        after = np.datetime64(f"{label}-{self.end_month:02d}") + np.timedelta64(1, "M")
        dates = {
            "accounting_period_start": (after - np.timedelta64(12, "M")).astype("datetime64[D]"),
            "accounting_period_end": after.astype("datetime64[D]") - np.timedelta64(1, "D"),
        }
        given = {name: np.full(self.records, day) for name, day in dates.items()}
        given["first_accounting_period"] = np.full(self.records, FIRST_LABEL)
        return given | {name: np.array(values, dtype=np.float64) for name, values in self.facts.items()}

    def parts(self, _records: int) -> Iterator[TinyPopulation]:
        yield self

    def uniform(self, _name: str) -> np.ndarray:
        return self.draw

    def levy_funded(self, _law: Any, _records: np.ndarray) -> None:
        """Told outright, not drawn from the survey."""
