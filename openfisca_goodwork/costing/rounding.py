"""The year in which an effect is most, as a reader of rounded amounts sees it."""

from __future__ import annotations

from collections.abc import Sequence

from openfisca_goodwork.number_formats import in_words


def place_of_most(amounts: Sequence[float]) -> int:
    """The place of the amount (£ million) that is most, plus or minus: the last of those which read the same in words."""
    most = in_words(max(amounts, key=abs))
    return max(place for place, amount in enumerate(amounts) if in_words(amount) == most)
