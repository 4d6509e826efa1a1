"""What a step of a costing is, the assumptions it reads, the behaviour assumed, and training moved by the end of a relief.

The steps themselves, and which assumptions a costing reads by them, are in ``steps``. Values are parameters of the reformed
law, never figures in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.human_investment import relief_spells
from openfisca_goodwork.law.periods import AccountingPeriod, AccountingPeriods, add_months, days_between
from openfisca_goodwork.law.periods.calendar import ONE_DAY

BEHAVIOUR = "assumptions.behaviour"
YEARS_OF_TAKE_UP = ("first_year", "second_year", "third_year", "later_years")
HALF_WAY_GAIN = "half_way_gain"
TAKE_UP = (*YEARS_OF_TAKE_UP, HALF_WAY_GAIN)
# What a step needs of the two laws, without which its assumptions are not read.
A_RELIEF_ENDS, OTHER_LAW_CHANGES = "a relief for training ends", "law other than a relief for training changes"


@dataclass(frozen=True)
class Assumption:
    """A figure below ``assumptions.behaviour`` that a step reads.

    Attributes:
        name: its place there. by_level: whether each level of behaviour has a value of its own.
    """

    name: str
    by_level: bool = False

    def path(self, level: str) -> str:
        """The path of its parameter at a level of behaviour."""
        return f"{BEHAVIOUR}.{self.name}.{level}" if self.by_level else f"{BEHAVIOUR}.{self.name}"


@dataclass(frozen=True)
class Step:
    """One step of the waterfall: what it is called, what it changes, what it reads.

    A static step has an ``effect``. A behavioural one has a ``change``: its effect is what the law, run with that change,
    adds to the run with those before it. From the list of steps follow the waterfall, the assumptions that a costing reads,
    those that its interval varies, and the settings that nothing would use.

    Attributes:
        name: as the waterfall shows it; also the name of the level that a change leads to. words: it in a sentence.
        reads: assumptions on behaviour. needs: what the two laws must have in them for it; empty for nothing.
        effect: its effect by financial year (£), from a ``Comparison``.
        change: what companies do; of a response in training a ``scenarios.Change``, of one in investment or profits the
            outcome of the reformed law.
        is_behavioural: whether it belongs to the response, not to the static effect.
        lasts: whether it counts in the steady state: what only moves in time does not, and draws no invalid claims.
        follows_price: whether it comes of the after-tax price, and is nothing at an elasticity of 0.
        in_proportion_to: name of the assumption that its effect is in proportion to, within 2% of the central effect.
    """

    name: str
    words: str
    reads: tuple[Assumption, ...] = ()
    needs: str = ""
    effect: Callable[[Any], np.ndarray] | None = None
    change: Callable[[Any], Any] | None = None
    is_behavioural: bool = True
    lasts: bool = True
    follows_price: bool = False
    in_proportion_to: str = ""


class Watched(dict[str, float]):
    """Assumptions by path, which remember which of them were read."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, path: str) -> float:
        """An assumption, which counts as read from now on."""
        self.read.add(path)
        return super().__getitem__(path)


@dataclass(frozen=True)
class Behaviour:
    """The response assumed at one level.

    Attributes:
        level: ``none``, ``low``, ``central`` or ``high``; ``none`` keeps the central take-up and nothing else.
        values: every assumption that the costing has at hand, by parameter path.
        paths: the path of every assumption on behaviour at this level, by its name.
        take_up_path: where the shares of companies that claim are.
    """

    level: str
    values: Watched
    paths: Mapping[str, str]
    take_up_path: str

    @property
    def read(self) -> dict[str, float]:
        """The assumptions that were read up to now, by parameter path."""
        return {path: value for path, value in self.values.items() if path in self.values.read}

    def __getitem__(self, name: str) -> float:
        """An assumption by its name; 0 where its step is not at hand. Raises KeyError for one that no step declares."""
        path = self.paths[name]
        if path not in self.values:
            return 0.0
        return self.values[path]

    @property
    def years_to_complete(self) -> int:
        """Full years from the start of the relief until take-up is complete."""
        return len(YEARS_OF_TAKE_UP) - 1

    def of_take_up(self, name: str) -> Any:
        """One of the assumptions on take-up."""
        return self.values[f"{self.take_up_path}.{name}"]

    def take_up(self, years_since_start: int) -> Any:
        """Share of entitled companies with much to gain that claim, by full years since the relief began (0: the first)."""
        return self.of_take_up(YEARS_OF_TAKE_UP[min(years_since_start, self.years_to_complete)])


# --- training brought forward into the last twelve months of a relief that ends, and missing from the twelve after ---
# The same pounds move: profit is lower by their ordinary deduction in the earlier months and higher in the later ones.
# Within an accounting period they are dated by its days, so that what moves in front of the end counts in full.


_MONTHS = 12

ByLabel = Mapping[int, np.ndarray]
Days = tuple[date, date]


def relief_ends(law: TaxBenefitSystem) -> bool:
    """Whether a relief of the law has an end, which is known before."""
    return any(last is not None for _first, last in relief_spells(law))


def training_brought_forward(
    law: TaxBenefitSystem, periods: Mapping[int, AccountingPeriods], acting: ByLabel, share: float
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """What is brought forward into each label, as a multiple of its training, and the profit gained by what moves (£).

    Args:
        periods: the companies' accounting periods, by label.
        acting: label → training that counts, of those who claim a relief (£ per record).
        share: what is brought forward, of the training of the last twelve months.
    """
    ended = [(first, last) for first, last in relief_spells(law) if last is not None]
    earlier = {label: np.zeros(amount.size) for label, amount in acting.items()}
    moved = {label: np.zeros(amount.size) for label, amount in acting.items()}
    for first, last in ended:
        window = max(first, _months_from(last, -_MONTHS)), last
        after = last + ONE_DAY, _months_from(last, _MONTHS) - ONE_DAY
        of_window = {label: share * _of_training_in(law, periods[label], window) for label in acting}
        total = sum((of_window[label] * amount for label, amount in acting.items()), np.zeros(1))
        for label, amount in acting.items():
            earlier[label] += of_window[label] * (amount > 0)
            later = days_in(periods[label], after) / days_between(*after)
            moved[label] += total * later - of_window[label] * amount
    return earlier, moved


def _months_from(last: date, months: int) -> date:
    """The day after a last day, moved by some months, later or earlier."""
    return add_months(last + ONE_DAY, months)


def _of_training_in(law: TaxBenefitSystem, periods: AccountingPeriods, window: Days) -> np.ndarray:
    """Share of each period's counted training that falls in a window: training spreads over the days of the relief."""
    spells = [(first, last or date.max - ONE_DAY) for first, last in relief_spells(law)]
    in_force = sum((days_in(periods, spell) for spell in spells), np.zeros(1))
    return np.where(in_force > 0, days_in(periods, window) / np.where(in_force > 0, in_force, 1), 0)


def days_in(periods: AccountingPeriods, stretch: Days) -> np.ndarray:
    """Days of each company's period within a stretch of time."""

    def days(period: AccountingPeriod) -> float:
        first, last = max(period.start, stretch[0]), min(period.end, stretch[1])
        return float(days_between(first, last)) if first <= last else 0.0

    return periods.each(days)
