"""How a result says itself: in words, by the reports, which are found by name, so that no result imports them; as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from importlib import import_module
from math import isinf
from typing import Any, overload

_REPORTS = "openfisca_goodwork.reports"


@overload
def as_json(value: Mapping[Any, Any]) -> dict[str, Any]: ...
@overload
def as_json(value: object) -> Any: ...
def as_json(value: Any) -> Any:
    """What a result holds, as JSON holds it: days in ISO form, no limit as null, a record by the names of its fields.

    A record that has a ``to_dict`` of its own says itself by it.
    """
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if is_dataclass(value):
        return fields_as_json(value)
    if hasattr(value, "_asdict"):
        return as_json(value._asdict())
    if isinstance(value, Mapping):
        return {name: as_json(held) for name, held in value.items()}
    if isinstance(value, list | tuple | AbstractSet):
        return [as_json(held) for held in (sorted(value) if isinstance(value, AbstractSet) else value)]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return None if isinstance(value, float) and isinf(value) else value


def fields_as_json(record: Any, **names: str) -> dict[str, Any]:
    """A dataclass as JSON holds it, by the names of its fields, or by the other names that are given for some."""
    return {names.get(one.name, one.name): as_json(getattr(record, one.name)) for one in fields(record)}


def text_of(result: object) -> str:
    """A result as text for a terminal.

    Raises:
        LookupError: for an object that has no report.
    """
    return str(import_module(_REPORTS).text_of(result))


class Worded:
    """A result that can say itself in words: ``str(result)``, or ``result.summary()``; as HTML in a notebook."""

    def summary(self) -> str:
        """The result as text for a terminal: what was found, its tables, what stands behind them."""
        return text_of(self)

    def __str__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        """The result as a notebook shows it."""
        return str(import_module(_REPORTS).html_of(self))
