"""Which assumptions were fitted to which costing, and their values from before: read from the parameters themselves.

A parameter, or one of its dated values, that was fitted says so in its metadata: `fitted_to`, the measures; `a_priori`, the
value before; and, where it was fitted anew without a measure, `left_out`, that measure's value. Nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.system import DatedValue, current_law, dated_values, leaf_parameters


@dataclass(frozen=True)
class FittedAssumption:
    """An assumption that was fitted: its path, to which measures, and its dated values with what is known of each."""

    path: str
    measures: tuple[str, ...]
    values: tuple[DatedValue, ...]

    def settings(self, measure: str | None) -> Iterator[str]:
        """`PATH@DATE=VALUE` for the values before any fit, or as fitted without one measure; none where all stay."""
        values = [(dated, self._without(dated, measure)) for dated in self.values]
        if any(value != dated.value for dated, value in values):
            yield from (f"{self.path}@{dated.date.isoformat()}={_typed(value)}" for dated, value in values)

    @staticmethod
    def _without(dated: DatedValue, measure: str | None) -> Any:
        if measure is not None and measure in dated.metadata.get("left_out", {}):
            return dated.metadata["left_out"][measure]
        return dated.metadata.get("a_priori", dated.value)


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def fitted() -> tuple[FittedAssumption, ...]:
    """Every assumption that was fitted to a costing, by path.

    Raises:
        DataError: for one that does not say what its value was before.
    """
    found = []
    for path, parameter in leaf_parameters(current_law()).items():
        whole = dict(parameter.metadata)
        values = tuple(_with(dated, whole) for dated in dated_values(parameter))
        measures = [name for dated in values for name in dated.metadata.get("fitted_to", ())]
        if measures:
            found.append(FittedAssumption(path, tuple(dict.fromkeys(measures)), values))
    return tuple(found)


def _with(dated: DatedValue, whole: Mapping[str, Any]) -> DatedValue:
    """A dated value with what the whole parameter says of its fit, where it does not say so itself."""
    told = {name: whole[name] for name in ("fitted_to", "a_priori", "left_out") if name in whole}
    metadata = {**told, **dated.metadata}
    if "fitted_to" in metadata and "a_priori" not in metadata:
        raise DataError(f"A value of {dated.date} was fitted to costings and does not say its value before (a_priori).")
    return DatedValue(dated.date, dated.value, metadata)


def fitted_to(measure: str) -> tuple[FittedAssumption, ...]:
    """The assumptions that were fitted to a measure."""
    return tuple(assumption for assumption in fitted() if measure in assumption.measures)


def without_any() -> tuple[str, ...]:
    """Settings that put every fitted assumption back."""
    return tuple(setting for assumption in fitted() for setting in assumption.settings(None))


def without(measure: str) -> tuple[str, ...]:
    """Settings of what was fitted to one measure, as it was fitted without it, or before."""
    return tuple(setting for assumption in fitted_to(measure) for setting in assumption.settings(measure))
