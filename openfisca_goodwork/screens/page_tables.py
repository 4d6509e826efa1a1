"""Tables as a page shows them: columns of figures at the right, and a hint above a table that is wider than the screen.

A column of text in which every cell is a figure as people write it (`£250,000`, `30%`, `-1.5`, `75p`, `2.7k`) becomes a
column of numbers that is shown as it was written: Streamlit lets numbers alone stand to the right. A wide table is scrolled
in a box, and a phone shows no bar; how wide it is has to be judged from its text, as the server does not know the screen. A
column is at least as wide as its longest word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas
import streamlit
from pandas.api.types import is_numeric_dtype
from pandas.io.formats.style import Styler

from openfisca_goodwork.number_formats import DASH, NO_LIMIT, UNDER_THE_LEAST

HINT = "Scroll sideways for more"
# Pixels: of a character and of the space around a cell, as tables are drawn; of a phone, of the page on a wide screen; what
# a frame takes of both.
CHARACTER, AROUND = 7.5, 17.0
CODE_CHARACTER, CODE_AROUND = 9.0, 34.0  # the same of text in letters of one width
PHONE, PAGE, FRAME = 350.0, 700.0, 40.0
PHONE_CHARACTER, PHONE_AROUND, PHONE_NAME = 6.2, 8.0, 15  # as `page_behaviour` draws tables on a phone
HEADING = 10.0  # what a heading takes more than a cell: of a financial year, which is not to be broken
SHORTEST_NAME = 14  # characters: a name that is longer is broken into lines of this many at least, a shorter one is not
LONGEST_WORD = 26  # characters: a word that is longer, such as the name of a column of a file, is broken itself
LONGEST_BESIDE = 20  # characters: of a word that stands among figures to the right
RIGHT = "right !important"  # Streamlit writes into each cell of text that it stands to the left
_CLASS = "scrolls-sideways"
_HTML = f"<p class='{_CLASS}' style='margin: 0; font-size: 0.9rem'>{HINT} →</p>"
# A table that only a phone cannot show needs no hint on a wider screen.
_HIDDEN = f"[data-testid=stElementContainer]:has(.{_CLASS}.phone) {{ display: none }}"
_ON_A_PHONE = f"<style>@media (min-width: 641px) {{ {_HIDDEN} }}</style>"
_CELL, _ROW = "\x1f", "\n"
_FIGURE = re.compile(r"(?P<sign>[-+]?)£?(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?P<unit> ?%|[kp])?")
_YEAR = re.compile(r"20[0-9]{2}(\\?-[0-9]{2}){1,2}")  # or a day in figures; as text or as markup
_DAY = re.compile(r"(from )?[0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}")
_AMOUNT = rf"(?:[-+]?[0-9][0-9,.]*|{UNDER_THE_LEAST})"
# A number with its unit or its year, and a range of amounts.
_MEASURED = re.compile(rf"[0-9][0-9,.]* (?:[a-z]+|\({_YEAR.pattern}\))|{_AMOUNT} to {_AMOUNT}")
_UNITS = {"": 1.0, "%": 0.01, "p": 0.01, "k": 1_000.0}
# Words that stand among figures, and where they stand among numbers.
_AMONG_FIGURES = {"": math.nan, NO_LIMIT: math.inf, UNDER_THE_LEAST: 0.0, "not in law": -math.inf, DASH: math.nan}


def table(shown: Styler, alt: str, *, is_boxed: bool = False) -> None:
    """A table without its index, under a hint where it is wider than a screen may be; a box to open leaves it less room."""
    cells = _columns(shown)
    widths = _widths(cells)
    frame = FRAME if is_boxed else 0
    hint(sum(widths) + frame, sum(_widths(cells, PHONE_CHARACTER, PHONE_AROUND, PHONE_NAME)) + frame)
    columns = ", ".join(map(str, shown.columns))
    for place, name in enumerate(shown.columns if shown.columns.is_unique else ()):
        column = cells[place] if place < len(cells) else ()
        is_whole, is_broken = any(map(_is_unbroken, column)), any(map(_is_too_long, column[1:]))
        # The browser itself gives the others the room of their longest word.
        if place == 0 or is_whole or is_broken:
            shown = shown.set_properties(subset=[name], **{"min-width": f"{widths[place]:.0f}px"})
        if is_broken:
            shown = shown.set_properties(subset=[name], **{"overflow-wrap": "anywhere"})
        if place and not is_numeric_dtype(shown.data[name]) and _is_mixed(column[1:]):  # type: ignore[attr-defined]
            head: dict[Any, Any] = {name: [{"selector": "th.col_heading", "props": f"text-align: {RIGHT}"}]}
            shown = shown.set_properties(subset=[name], **{"text-align": RIGHT}).set_table_styles(head, overwrite=False)
    has_heads = any(str(name).strip() for name in shown.columns)
    streamlit.table(
        shown, border="horizontal", hide_index=True, hide_header=not has_heads, alt=alt.strip() or f"Table of {columns}"
    )


def hint_over_text(text: str) -> None:
    """A hint over text in letters of one width that stands in a box to open, where its lines are wider than a screen."""
    hint(CODE_CHARACTER * max(map(len, text.splitlines()), default=0) + CODE_AROUND + FRAME)


def hint(width: float, on_a_phone: float | None = None) -> None:
    """A hint on the screens that are less wide than what follows, which takes so many pixels; less where a phone says so."""
    if width > PAGE:
        streamlit.html(_HTML)
    elif (width if on_a_phone is None else on_a_phone) > PHONE:
        streamlit.html(_ON_A_PHONE + _HTML.replace(_CLASS, f"{_CLASS} phone", 1))


def _columns(shown: Styler) -> list[tuple[str, ...]]:
    """The cells of each column as they are shown, its name first; the index does not count."""
    rows = [row.split(_CELL)[1:] for row in shown.to_string(delimiter=_CELL).split(_ROW) if _CELL in row]
    return list(zip(*rows, strict=False))


def _widths(
    columns: list[tuple[str, ...]], character: float = CHARACTER, around: float = AROUND, name_length: int = SHORTEST_NAME
) -> list[float]:
    """The least width of each column: its longest word, a financial year or a day unbroken; of names, a few words."""
    words = [
        max(_longest_word(name), min(LONGEST_WORD, max(map(_longest_word, cells), default=0))) for name, *cells in columns
    ]
    if words:
        words[0] = max(words[0], min(name_length, max(map(len, columns[0]))))
    heads = [HEADING if _YEAR.fullmatch(name) else 0.0 for name, *_ in columns]
    return [around + character * longest + more for longest, more in zip(words, heads, strict=True)]


def _is_unbroken(cell: str) -> bool:
    """Whether a cell is read as a whole: a day, a financial year, an amount that is negligible."""
    return cell == UNDER_THE_LEAST or bool(_DAY.fullmatch(cell) or _YEAR.fullmatch(cell))


def _is_too_long(cell: str) -> bool:
    return _longest_word(cell) > LONGEST_WORD


def _longest_word(cell: str) -> int:
    if _is_unbroken(cell):
        return len(cell)
    return max(map(len, cell.replace("-", "- ").split()), default=0)


def aligned(table: pandas.DataFrame, written: Callable[[Any], Any]) -> Styler:
    """The table with its figures as numbers, all cells shown as `written` makes them."""
    columns = {name: _numbers(table[name].tolist()) for name in table.columns}
    shown = pandas.DataFrame(
        {name: table[name].map(written).tolist() if numbers is None else numbers for name, numbers in columns.items()}
    )
    formats: dict[Any, Any] = {
        name: dict(zip(numbers, table[name], strict=True)).__getitem__
        for name, numbers in columns.items()
        if numbers is not None
    }
    return shown.style.format(formats, na_rep=DASH if (table == DASH).any(axis=None) else "")


def _is_mixed(cells: Sequence[str]) -> bool:
    """Whether most cells are figures, some with a unit, and the others short words, so that all may stand to the right.

    Of a long column one cell in ten may be longer.
    """
    words = [cell for cell in cells if not cell or (_number(cell) is None and _MEASURED.fullmatch(cell) is None)]
    long = sum(len(cell) > LONGEST_BESIDE for cell in words)
    return long <= len(cells) // 10 and len(words) < len(cells) and 2 * len(words) <= len(cells)


def _numbers(cells: list[Any]) -> list[float] | None:
    """The cells as numbers; None where one of them is no figure, or one number is written in two ways."""
    if not all(isinstance(cell, str) for cell in cells):
        return None
    numbers = [_number(cell) for cell in cells]
    known = [number for number in numbers if number is not None]
    if len(known) < len(cells) or not any(map(math.isfinite, known)):
        return None
    pairs = {pair for pair in zip(known, cells, strict=True) if not math.isnan(pair[0])}
    return known if len({number for number, _ in pairs}) == len(pairs) else None


def _number(cell: str) -> float | None:
    match = _FIGURE.fullmatch(cell)
    if match is None:
        return _AMONG_FIGURES.get(cell)
    size = float(match["number"].replace(",", "")) * _UNITS[(match["unit"] or "").strip()]
    return -size if match["sign"] == "-" else size
