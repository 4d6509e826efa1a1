"""How far a costing may be from the truth: an interval by year, and what each assumption alone would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Amounts = tuple[float, ...]


@dataclass(frozen=True)
class Sensitivity:
    """One assumption at the ends of its range, the others central (£ million by financial year, plus improves).

    Attributes:
        assumption: its path. label: what it is, in words.
        low, central, high: its range and what the costing assumes.
        in_words: the three values as people read them.
        effect_low, effect_high: by how much the effect moves at each end.
    """

    assumption: str
    label: str
    low: float
    central: float
    high: float
    in_words: tuple[str, str, str]
    effect_low: Amounts
    effect_high: Amounts

    @property
    def at_the_ends(self) -> tuple[tuple[str, Amounts], tuple[str, Amounts]]:
        """The low and the high value in words, each with what it does."""
        low, _, high = self.in_words
        return (low, self.effect_low), (high, self.effect_high)

    @property
    def swing(self) -> float:
        """How far the total of all years moves from one end to the other, the central one among them (£ million)."""
        reached = 0.0, sum(self.effect_low), sum(self.effect_high)
        return max(reached) - min(reached)

    def to_dict(self) -> dict[str, Any]:
        """The sensitivity for JSON: by year, and over all years together."""
        effects = {"effect_low": self.effect_low, "effect_high": self.effect_high}
        return (
            {name: getattr(self, name) for name in ("assumption", "label", "low", "central", "high")}
            | {name: list(effect) for name, effect in effects.items()}
            | {f"total_{name}": sum(effect) for name, effect in effects.items()}
        )


@dataclass(frozen=True)
class Alternative:
    """The effect under another value of one assumption that evidence speaks for (£ million by financial year).

    Attributes:
        words: when it holds: ``groups use 85% of their losses at once``.
    """

    words: str
    effect: Amounts


@dataclass(frozen=True)
class Uncertainty:
    """The interval of a costing (£ million by financial year, plus improves the public finances).

    Attributes:
        level: share of the draws within it. draws, seed: how many there are, and of which seed.
        low, high: its ends by financial year. total: its ends for all years together.
        sensitivity: the assumptions that matter, the one that moves the total most first.
        bought: ends of the range of what £1 of public money buys, as multiples of the central figure; None where nothing is
            induced.
        alternatives: the effect under other values of single assumptions that evidence speaks for.
        idle: labels of assumptions that were moved and changed nothing.
    """

    level: float
    draws: int
    seed: int
    low: Amounts
    high: Amounts
    total: tuple[float, float]
    sensitivity: tuple[Sensitivity, ...]
    idle: tuple[str, ...] = ()
    bought: tuple[float, float] | None = None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def driver(self) -> Sensitivity | None:
        """The assumption that moves the total most."""
        return next(iter(self.sensitivity), None)

    def to_dict(self) -> dict[str, Any]:
        """The interval for JSON."""
        numbers = {name: getattr(self, name) for name in ("level", "draws", "seed")}
        others = [{"if": one.words, "effect": list(one.effect)} for one in self.alternatives]
        ends = {"low": list(self.low), "high": list(self.high), "total": list(self.total)}
        return numbers | ends | {"alternatives": others}
