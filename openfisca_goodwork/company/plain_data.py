"""A company given as Python data, turned into the same nodes as a file, so that one reader checks both."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np
import yaml

from openfisca_goodwork.documents import DEEPEST_NESTING, LONGEST_NUMBER, MOST_VALUES, Document, Node
from openfisca_goodwork.errors import CompanyFileError

NAME = "The company"
_TAG = "tag:yaml.org,2002:"


def document_of(data: Mapping[Any, Any]) -> Document:
    """Plain data (mappings, lists, text, numbers, booleans, dates) as a document to be read.

    Raises:
        CompanyFileError: for anything else in it, for deep nesting, and for too many values; all of it at once.
    """
    document = Document(NAME, error=CompanyFileError)
    document.root = Node(document, _Nodes(document).of(data, ""))
    document.raise_faults()
    return document


class _Nodes:
    """Builds nodes without lines, and counts them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.made = 0

    def of(self, value: Any, path: str, depth: int = 0) -> yaml.Node:
        """The node of one value; an empty one, with a fault noted, where there cannot be one."""
        self.made += 1
        if self.made > MOST_VALUES:
            self._stop(f"It holds more than {MOST_VALUES:,} values.")
        if depth > DEEPEST_NESTING:
            self._stop(f"{path} is nested more than {DEEPEST_NESTING} deep.")
        if isinstance(value, Mapping):
            pairs = [
                (self._key(key, path), self.of(one, f"{path}.{key}".lstrip("."), depth + 1)) for key, one in value.items()
            ]
            return yaml.MappingNode(f"{_TAG}map", pairs)
        if isinstance(value, list | tuple):
            return yaml.SequenceNode(f"{_TAG}seq", [self.of(one, f"{path}.{i}", depth + 1) for i, one in enumerate(value)])
        return self._scalar(value, path)

    def _stop(self, message: str) -> NoReturn:
        self.document.fault(message)
        raise self.document.error.from_faults(self.document.faults)

    def _key(self, key: Any, path: str) -> yaml.Node:
        if not isinstance(key, str):
            self.document.fault(f"The name {key!r} must be text.", path=path)
        return _scalar_node(str(key))

    def _scalar(self, value: Any, path: str) -> yaml.Node:
        typed = _typed(value)
        if typed is None:
            kind = type(value).__name__
            self.document.fault(f"{path} is a {kind}. Give text, a number, true or false, or a date.", path=path)
            return _scalar_node("")
        return _scalar_node(typed, style='"' if isinstance(value, str) else None)


def _scalar_node(text: str, style: str | None = None) -> yaml.ScalarNode:
    return yaml.ScalarNode(f"{_TAG}str", text, style=style)


def _typed(value: Any) -> str | None:
    """A value as a file would have it; None for what no file can hold."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, datetime.datetime):
        return plain.date().isoformat() if plain.time() == datetime.time() else plain.isoformat()
    if isinstance(plain, bool):
        return str(plain).lower()
    if isinstance(plain, int) and plain.bit_length() > 3 * LONGEST_NUMBER:
        return ".inf"
    if isinstance(plain, datetime.date | int | float | Decimal | str):
        return plain.isoformat() if isinstance(plain, datetime.date) else str(plain)
    return "" if plain is None else None
