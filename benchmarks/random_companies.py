"""Companies drawn at random for the benchmarks, and in tests of the kernel: label by label, chunk by chunk, on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.kernel import BALANCES
from benchmarks.kernel_figures import HEADS

LABELS = range(2021, 2029)
_PLANT = {
    "special_rate_plant_new": 0.12,
    "special_rate_plant_used": 0.05,
    "main_rate_plant_used": 0.25,
    "main_rate_plant_for_leasing_new": 0.1,
    "main_rate_plant_new": 0.3,
    "charge_points": 0.02,
    "zero_emission_cars_new": 0.05,
    "main_rate_cars": 0.1,
    "special_rate_cars": 0.03,
}
_OPENING = dict(zip(BALANCES, (1.0, 0.3, 1.5, 0.2, 0.8), strict=True))
_MOST_MONTHS = 12
_YEAR_ENDS = np.array([4, 2, 22, 6, 4, 9, 5, 4, 8, 6, 4, 26]) / 100

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Drawn:
    """One chunk of companies: the same at every reading, and unlike every other chunk.

    Attributes:
        chunk: its number, which is the seed. count: companies in it.
    """

    chunk: int
    count: int

    def _draw(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([self.chunk, *key])

    @property
    def month(self) -> np.ndarray:
        """Of the year end, less one."""
        return self._draw(0).choice(_MOST_MONTHS, self.count, p=_YEAR_ENDS)

    @property
    def _size(self) -> np.ndarray:
        """Most companies are small, a few have profits of many millions (£)."""
        return self._draw(1).lognormal(10.5, 2.2, self.count)

    def opening(self) -> Arrays:
        """Balances brought into the first period (£)."""
        draw, size = self._draw(2), self._size
        return {name: size * share * _some(draw, self.count, 0.4) for name, share in _OPENING.items()}

    def amounts(self, label: int) -> Arrays:
        """What the law and the kernel are told of one accounting period (£)."""
        draw, size = self._draw(3, label), self._size
        spread = size * draw.exponential(1.0, self.count)
        invests = draw.random(self.count) < 0.5
        return {
            "trading_profit_before_capital_allowances": size * draw.normal(1.0, 1.5, self.count),
            "property_profits": size * _some(draw, self.count, 0.1),
            "exempt_distributions": size * _some(draw, self.count, 0.05),
            "qualifying_charitable_donations": size * 0.2 * _some(draw, self.count, 0.05),
            "associated_companies": draw.poisson(0.4, self.count).astype(np.float64),
            "loss_absorbed_by_group_share": _some(draw, self.count, 0.1),
            "claims_loss_carry_back": draw.random(self.count) < 0.8,
            **{name: spread * share * invests for name, share in _PLANT.items()},
            "main_pool_disposal_value": spread * 0.2 * _some(draw, self.count, 0.2),
            "structures_and_buildings_expenditure": spread * _some(draw, self.count, 0.05),
            **{head: size * 0.05 * draw.random(self.count) for head in HEADS},
            "levy_funded_training": size * 0.03 * _some(draw, self.count, 0.02),
        }


def _some(draw: np.random.Generator, count: int, share: float) -> np.ndarray:
    """Draws from 0 to 1 for a share of companies, 0 for the others."""
    return draw.random(count) * (draw.random(count) < share)


class Inputs(Mapping[int, Arrays]):
    """The inputs of the law for one chunk of companies, made as each label is read.

    Args:
        drawn: the companies. make: makes the inputs of a label.
    """

    def __init__(self, drawn: Drawn, make: Callable[[Drawn, int], Arrays] | None = None) -> None:
        self._drawn, self._make = drawn, make or law_inputs

    def __getitem__(self, label: int) -> Arrays:
        """All inputs of one label."""
        return self._make(self._drawn, label)

    def __iter__(self) -> Iterator[int]:
        """Labels, ascending."""
        return iter(LABELS)

    def __len__(self) -> int:
        """How many labels there are."""
        return len(LABELS)


def law_inputs(drawn: Drawn, label: int) -> Arrays:
    """The amounts as the law asks for them: with dates, and in the first period with the opening balances."""
    months = np.arange(_MOST_MONTHS + 1) + _MOST_MONTHS * (label - 1970)
    ends = (months[1:].astype("M8[M]").astype("M8[D]") - np.timedelta64(1, "D"))[drawn.month]
    starts = (months[1:] - _MOST_MONTHS).astype("M8[M]").astype("M8[D]")[drawn.month]
    opening = drawn.opening() if label == LABELS[0] else {}
    return {
        "accounting_period_start": starts,
        "accounting_period_end": ends,
        **drawn.amounts(label),
        **{balance_name(name, "brought_forward"): array for name, array in opening.items()},
    }


def balance_name(name: str, end: str) -> str:
    """``main_pool`` → ``main_pool_brought_forward`` or ``…_carried_forward``: the variable of the law."""
    stem, mark, _rest = name.partition("_pre_april_2017")
    return f"{stem}_{end}{mark}"
