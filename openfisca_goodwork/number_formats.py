"""How numbers are written: signs, rounding, units, and the words that say whether something is law.

The one place for it. A table holds raw numbers and names the ``Kind`` of each column; a renderer writes a number as the kind
says, in words (``written``) or as a spreadsheet's number format (``Kind.excel``). Money to the Exchequer has a sign in every
table: plus improves the public finances, minus is a cost.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

ROUNDED_TO, NEGLIGIBLE = 5, 3
# £1: what is left of sums that cancel out.
_NOTHING = 1e-6
_BILLION = 1000
_PENCE = 100

UNDER_THE_LEAST = f"under £{NEGLIGIBLE}m"
ROUNDING = f"Rounded to the nearest £{ROUNDED_TO} million."
SIGN = "Minus is a cost to the Exchequer, plus improves the public finances."
DASH = "–"
NO_LIMIT = "no limit"

PROPOSED = "Proposed, not law"
SET_BY_HAND = "Values set for this run, not law"
STATUSES = {
    "proposal": PROPOSED,
    "enacted": "Enacted",
    "counterfactual": "Counterfactual, not law",
    "stress": "Stress test, not law",
}


def standing_of(statuses: Iterable[str]) -> str:
    """Whether what reforms of these statuses say is law, as a sentence; for none, that values were set by hand."""
    return ". ".join(dict.fromkeys(STATUSES[one] for one in statuses) or [SET_BY_HAND]) + "."


def rounded(amount: float) -> str:
    """An effect in £ million as scorecards print it: signed, to the nearest £5m, ``under £3m`` below that."""
    if abs(amount) < NEGLIGIBLE:
        return UNDER_THE_LEAST if abs(amount) > _NOTHING else "0"
    return f"{ROUNDED_TO * round(amount / ROUNDED_TO):+,d}"


def rounded_range(low: float, high: float) -> str:
    """Both ends of a range in £ million as scorecards print them, once where they are the same: ``-1,185 to -410``."""
    return " to ".join(dict.fromkeys((rounded(low), rounded(high))))


def in_words(amount: float) -> str:
    """An effect in £ million as the verb of a sentence: ``costs £0.7bn``, ``raises £45m``, ``costs under £3m``."""
    if abs(amount) < NEGLIGIBLE:
        return f"costs {UNDER_THE_LEAST}"
    return f"{'costs' if amount < 0 else 'raises'} {size(amount)}"


def size(amount: float, beside: float = 0.0) -> str:
    """How large an amount in £ million is, without its sign: ``£0.7bn``, ``£45m``.

    Args:
        amount: to say. beside: another that stands beside it; one in billions makes £0.1bn and more of this one billions.
    """
    whole = abs(amount)
    in_billions = whole >= _BILLION / 2 or (abs(beside) >= _BILLION / 2 and whole >= _BILLION / 10)
    return f"£{whole / _BILLION:,.1f}bn" if in_billions else f"£{ROUNDED_TO * round(whole / ROUNDED_TO):,d}m"


def three_figures(number: float) -> str:
    """A number to three figures: ``734,000``."""
    return f"{float(f'{number:.3g}'):,.0f}"


def pounds(amount: float, places: int = 2) -> str:
    """An amount in £ within a sentence: ``£1,234.50``; never minus nothing."""
    shown = round(amount, places) + 0.0
    return f"{'-' if shown < 0 else ''}£{abs(shown):,.{places}f}"


def pence(share: float) -> str:
    """A share of £1 in pence, to the hundredth: ``7.50p``."""
    return f"{share * _PENCE:.2f}p"


def percentage(share: float, places: int = 0) -> str:
    """A share as a percentage: ``26%``."""
    return f"{share:.{places}%}"


def exact_percentage(share: float) -> str:
    """A share as a percentage with all its digits: ``26.5%``."""
    return f"{round(share * _PENCE, 10):,.10f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True)
class Kind:
    """What the numbers of a column are, and how they are written.

    Attributes:
        name: of the kind; a renderer may keep its styles by it.
        write: a number in words. excel: its number format in a spreadsheet, which keeps the unrounded number.
        is_figure: whether it stands at the right, under a heading at the right.
        rounds_to: what a live formula of a spreadsheet rounds to; 0 for a number as it is.
    """

    name: str
    write: Callable[[Any], str]
    excel: str = "General"
    is_figure: bool = True
    rounds_to: int = 0

    def nearest(self, number: float) -> float:
        """The number as a spreadsheet shows it that rounds it too."""
        return self.rounds_to * round(number / self.rounds_to) if self.rounds_to else number


TEXT = Kind("text", str, is_figure=False)
LINK = Kind("link", str, is_figure=False)
# Long text on where a row comes from, the same in many rows: screens fold it up, each source once.
SOURCE = Kind("source", str, is_figure=False)
DAY = Kind("day", str, "d mmm yyyy", is_figure=False)
# Effects on the public finances, £ million: unrounded where a spreadsheet holds them, or rounded there too.
EFFECT = Kind("effect", rounded, "+#,##0.0;-#,##0.0;0.0")
ROUNDED_EFFECT = Kind("rounded effect", rounded, "+#,##0;-#,##0;0", rounds_to=ROUNDED_TO)
# £ million without a sign: training, investment, a tax base.
MILLION = Kind("million", lambda amount: f"{amount:,.0f}", "#,##0")
MILLION_1 = Kind("million to a tenth", lambda amount: f"{amount:,.1f}", "#,##0.0")
# Pounds: to the penny in a computation, to the pound elsewhere.
POUNDS_AND_PENCE = Kind("pounds and pence", lambda amount: f"{round(amount, 2) + 0.0:,.2f}", "#,##0.00")
POUNDS = Kind("pounds", lambda amount: f"{round(amount) + 0:,d}", "#,##0")
COUNT = Kind("count", lambda count: f"{count:,.0f}", "#,##0")
THREE_FIGURES = Kind("three figures", three_figures, "#,##0")
PERCENTAGE = Kind("percentage", percentage, "0.0#####%")
PERCENTAGE_1 = Kind("percentage to a tenth", lambda share: percentage(share, 1), "0.0#####%")
EXACT_PERCENTAGE = Kind("exact percentage", exact_percentage, "0.0#####%")
RATE = Kind("rate", lambda rate: f"{rate:g}", "0.######")
FACTOR = Kind("factor", lambda factor: f"× {factor:.3f}", "0.000")
NUMBER = Kind("number", lambda number: f"{number:,.12g}")
YEAR = Kind("year", lambda year: f"{year}", "0")


def written(value: Any, kind: Kind) -> str:
    """A raw value as people read it: a dash for a figure that is missing, ``no limit`` for infinity, days in words."""
    if value is None:
        return DASH if kind.is_figure else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if math.isinf(value):
        return NO_LIMIT
    return kind.write(value)


def place_of_most(amounts: Sequence[float]) -> int:
    """The place of the amount (£ million) that is most, plus or minus: the last of those which read the same in words."""
    most = in_words(max(amounts, key=abs))
    return max(place for place, amount in enumerate(amounts) if in_words(amount) == most)
