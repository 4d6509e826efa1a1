"""The fields of a page set by the link that it is opened with: once for each link, before the fields are made.

A run of a page may end at any step, when the visitor acts before it is drawn, and the next one may still bring the address
of the one before. So a link is taken in one step and kept until all of it is applied, and an address that the page has seen
or has written itself is no link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit

Query = dict[str, str]


@dataclass
class _Link:
    """Addresses that a page has seen, what the last of them says of its fields, and whether they are set to it."""

    seen: set[frozenset[tuple[str, str]]]
    fields: Mapping[str, Any]
    is_applied: bool = False


def take(page: str, field: str, read: Callable[[Query], Mapping[str, Any]]) -> None:
    """Set what the fields of a page are, where it is opened anew or with another link.

    Args:
        page: its name. field: the key of one of its fields, which is gone where the page is opened anew.
        read: what a query says: values of the session by their keys.
    """
    state = streamlit.session_state
    query = streamlit.query_params.to_dict()
    address = frozenset(query.items())
    link: _Link | None = state.get(_key(page))
    if link is None or address not in link.seen or (link.is_applied and field not in state):
        link = _Link({address} if link is None else {*link.seen, address}, read(query))
        state[_key(page)] = link
    if not link.is_applied:
        for name, value in link.fields.items():
            state[name] = value
        link.is_applied = True


def tell(page: str, query: Query) -> None:
    """Write the state of a page into its address."""
    link: _Link = streamlit.session_state[_key(page)]
    link.seen.add(frozenset(query.items()))
    streamlit.query_params.from_dict(query)


def _key(page: str) -> str:
    return f"{page}_opened_with"
