"""Text that somebody typed, kept from being read as Markdown: no pictures, colours, icons or formulas in it.

No links either, but an address that is written out: it may be followed, and leads where it says.
"""

from __future__ import annotations

import re
from typing import Any

_MARKUP = re.compile(r"([\\`*_\[\]<>$:~#|&]|(?m:(?<=^[0-9])|(?<=^[0-9]{2})|(?<=^[0-9]{3}))[.)](?= ))")
_MAY_BREAK = re.compile(r"(?<=\b20[0-9]{2})-(?=[0-9]{2}\b(?!-))|-(?=£)")


def plain(text: str) -> str:
    """The text with the marks of Markdown escaped, so that it is shown as it was typed."""
    return _MARKUP.sub(r"\\\1", text)


def heading(text: str) -> str:
    """The text of a heading, plain: a financial year such as 2026-27 stays in one line, as does a minus with its pounds."""
    return _MAY_BREAK.sub("\N{NON-BREAKING HYPHEN}", plain(text))


def plain_value(value: Any) -> Any:
    """Text escaped, anything else as it is."""
    return plain(value) if isinstance(value, str) else value
