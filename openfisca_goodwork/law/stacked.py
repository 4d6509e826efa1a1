"""Several laws run together that differ in nothing but amounts: each company goes under its own, by the same formulas.

A sweep asks the same question at a hundred rates. A run of the law takes about as long for few companies as for some
thousands, so laws that differ in how much alone (not in when, whether or what) are put together as one: a parameter
that they do not share is a ``VariedHistory``, whose figures have a row for each law, and spreading a figure over the
companies takes each from the row of its law. A formula that would need one amount for all companies is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from math import isinf
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.periods.history import History, Value, histories_of, history


class LawsDifferError(Exception):
    """A formula asks for one figure of laws that run together, and they differ in it: run each alone."""


class VariedValue:
    """A value in which laws that run together differ; it answers what is the same of all of them.

    Args:
        path: the parameter. values: of the laws, in their order.
    """

    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None

    def __init__(self, path: str, values: tuple[Any, ...]) -> None:
        self.path, self.values = path, values

    def _agreed(self, answers: Iterator[bool]) -> bool:
        found = set(answers)
        return found.pop() if len(found) == 1 else self._refuse()

    def _refuse(self, *_about: Any, **_more: Any) -> Any:
        raise LawsDifferError(f"{self.path} is {', '.join(map(str, self.values))} in laws that run together.")

    def __bool__(self) -> bool:
        return self._agreed(bool(one) for one in self.values)

    __float__ = __int__ = __index__ = __array__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __neg__ = __round__ = _refuse


def _comparing(compare: Callable[[Any, Any], bool]) -> Callable[[VariedValue, Any], bool]:
    return lambda varied, other: varied._agreed(compare(one, other) for one in varied.values)  # noqa: SLF001 — its own


for _compare in (eq, ne, lt, le, gt, ge):
    setattr(VariedValue, f"__{_compare.__name__}__", _comparing(_compare))


@dataclass(frozen=True, eq=False)
class VariedHistory(History):
    """The dated values of a parameter that laws do not share: they change on the same days, to other amounts.

    Attributes:
        of_laws: of each law, in their order.
    """

    of_laws: tuple[History, ...] = ()

    @classmethod
    def of(cls, of_laws: Sequence[History]) -> VariedHistory:
        """The histories of one parameter in several laws as one."""
        path, dated = of_laws[0].path, zip(*(one.values for one in of_laws), strict=True)
        values = []
        for same_day in dated:
            amounts = tuple(one.value for one in same_day)
            value = amounts[0] if len(set(amounts)) == 1 else VariedValue(path, amounts)
            values.append(Value(same_day[0].start, value, same_day[0].straddle))
        return cls(path, tuple(values), tuple(of_laws))

    @cached_property
    def changes(self) -> tuple[Value, ...]:
        """Every value but the first: the days on which the parameter moves, under every law the same."""
        days = {one.start for one in self.of_laws[0].changes}
        return tuple(one for one in self.values if one.start in days)

    @cached_property
    def ever(self) -> frozenset[Any]:
        """Every value that is in force on any date under any of the laws."""
        return frozenset().union(*(one.ever for one in self.of_laws))


def stacked(laws: Sequence[Any], places: np.ndarray) -> Any:
    """Laws as one, for companies each of which goes by its own.

    Args:
        laws: tax-benefit systems, made from the same one. places: of each company, the place of its law (int64).

    Raises:
        LawsDifferError: where they differ in more than amounts.
    """
    varied = {}
    for path in dict.fromkeys(path for law in laws[1:] for path in _differing(laws[0].parameters, law.parameters)):
        of_laws = [history(law, path) for law in laws]
        if len({_shape(one) for one in of_laws}) > 1:
            raise LawsDifferError(f"{path} differs in more than its amounts.")
        if len({one.values for one in of_laws}) > 1:
            varied[path] = VariedHistory.of(of_laws)
    found = copy(laws[0])
    found.place_of_law = places
    known = histories_of(found)
    for path, one in varied.items():
        root, parameter, values, _first = histories_of(laws[0])[path]
        known[path] = root, parameter, values, one
    return found


def places_of_laws(law: TaxBenefitSystem) -> np.ndarray | None:
    """The place of each company's law among those that run together as one; None for a law by itself."""
    places: np.ndarray | None = getattr(law, "place_of_law", None)
    return places


def _differing(one: Any, other: Any) -> Iterator[str]:
    """Paths of the parameters that two trees do not have in common; what neither has changed is one object in both."""
    for name, child in one.children.items():
        beside = other.children[name]
        if child is beside:
            continue
        if hasattr(child, "children"):
            yield from _differing(child, beside)
        else:
            yield child.name


def _shape(found: History) -> tuple[Any, ...]:
    """All of a parameter that formulas may branch upon: its days, and whether it is anything, everything, or the same."""
    of_values = tuple((one.start, one.straddle, _kind(one.value)) for one in found.values)
    return of_values, tuple(one.start for one in found.changes)


def _kind(value: Any) -> Any:
    return (value > 0, value < 0, isinf(value)) if type(value) in (int, float) else value
