"""What a command prints, whatever it was asked."""

from __future__ import annotations

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What is printed: text, or data for JSON; and what is worth a word beside it."""

    text: str = ""
    data: Any = None
    notes: tuple[str, ...] = ()
