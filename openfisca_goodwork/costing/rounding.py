"""The year in which an effect is most, as a reader of rounded amounts sees it, and how finely a range lets it be told."""

from __future__ import annotations

from collections.abc import Sequence

from openfisca_goodwork.number_formats import in_words

UNITS = (1000, 500, 100)  # none that is finer: a table beside the words says amounts to the nearest £5 million
_SHARE_OF_RANGE = 0.1
_IN_BILLIONS, _OF_A_BILLION = 500, 100


def place_of_most(amounts: Sequence[float]) -> int:
    """The place of the amount (£ million) that is most, plus or minus: the last of those which read the same in words."""
    most = in_words(max(amounts, key=abs))
    return max(place for place, amount in enumerate(amounts) if in_words(amount) == most)


def to_what_its_range_bears(amount: float, low: float, high: float) -> float:
    """An amount (£ million) rounded to the largest of `UNITS` within a tenth of its range, if any of it is left.

    Words round half a billion and more to £0.1bn: what a finer unit would round before them is left to them.
    """
    unit = next((one for one in UNITS if one <= min(_SHARE_OF_RANGE * abs(high - low), abs(amount))), None)
    is_for_words = unit is not None and abs(amount) >= _IN_BILLIONS and unit < _OF_A_BILLION
    return amount if unit is None or is_for_words else float(unit * round(amount / unit))
