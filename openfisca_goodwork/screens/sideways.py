"""A hint above a table that is wider than the screen: Streamlit then scrolls it in a box, and a phone shows no bar.

How wide a table is has to be judged from its text: the server does not know the screen. A column is at least as wide as its
longest word.
"""

from __future__ import annotations

import streamlit
from pandas.io.formats.style import Styler

HINT = "Scroll sideways for more"
# Pixels: of a character and of the space around a cell, as tables are drawn; of a phone, and of the page on a wide screen.
CHARACTER, AROUND = 7.5, 17.0
PHONE, PAGE = 350.0, 700.0
_CLASS = "scrolls-sideways"
_HTML = f"<p class='{_CLASS}' style='margin: 0; font-size: 0.9rem'>{HINT} →</p>"
# A table that only a phone cannot show needs no hint on a wider screen.
_HIDDEN = f"[data-testid=stElementContainer]:has(.{_CLASS}.phone) {{ display: none }}"
_ON_A_PHONE = f"<style>@media (min-width: 641px) {{ {_HIDDEN} }}</style>"
_CELL, _ROW = "\x1f", "\n"


def table(shown: Styler, alt: str) -> None:
    """A table without its index, under a hint where it is wider than a screen may be."""
    width = width_of(shown)
    if width > PAGE:
        streamlit.html(_HTML)
    elif width > PHONE:
        streamlit.html(_ON_A_PHONE + _HTML.replace(_CLASS, f"{_CLASS} phone", 1))
    streamlit.table(shown, border="horizontal", hide_index=True, alt=alt)


def width_of(shown: Styler) -> float:
    """About how many pixels wide a table has to be: its longest words side by side; the index does not count."""
    rows = [row.split(_CELL)[1:] for row in shown.to_string(delimiter=_CELL).split(_ROW) if _CELL in row]
    columns = zip(*rows, strict=False)
    return sum(AROUND + CHARACTER * max(map(_longest_word, column)) for column in columns)


def _longest_word(cell: str) -> int:
    return max(map(len, cell.replace("-", "- ").split()), default=0)
