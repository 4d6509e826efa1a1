"""Amounts as a costing shows them: rounded as scorecards are, and in words."""

from __future__ import annotations

from collections.abc import Sequence

_ROUNDED_TO = 5
_NEGLIGIBLE = 3
# £1: what is left of sums that cancel out.
_NOTHING = 1e-6
_BILLION = 1000


def rounded(amount: float) -> str:
    """£ million as scorecards print it: to the nearest £5m, "negligible" below £3m."""
    if abs(amount) < _NEGLIGIBLE:
        return "negl." if abs(amount) > _NOTHING else "0"
    return f"{_ROUNDED_TO * round(amount / _ROUNDED_TO):+,d}"


def in_words(amount: float) -> str:
    """An effect in words: "costs £0.7bn", "raises £45m", "costs nothing to speak of"."""
    if abs(amount) < _NEGLIGIBLE:
        return "costs nothing to speak of"
    return f"{'costs' if amount < 0 else 'raises'} {size(amount)}"


def place_of_most(amounts: Sequence[float]) -> int:
    """The place of the amount that is most, plus or minus: the last of those which read the same in words."""
    most = in_words(max(amounts, key=abs))
    return max(place for place, amount in enumerate(amounts) if in_words(amount) == most)


def size(amount: float) -> str:
    """How large an amount is, without its sign: "£0.7bn", "£45m"."""
    whole = abs(amount)
    return f"£{whole / _BILLION:.1f}bn" if whole >= _BILLION / 2 else f"£{_ROUNDED_TO * round(whole / _ROUNDED_TO):,d}m"
