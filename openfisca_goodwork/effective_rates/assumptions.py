"""The law of one day, and what effective rates assume of the economy and of assets: `assumptions.effective_rates`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.effective_rates import formulas
from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import Vocabulary, in_force

ROOT = "assumptions.effective_rates"
PLANT, CARS, BUILDINGS, TRAINING = KINDS = ("plant", "cars", "structures_and_buildings", "training")
PLAIN = ("real_rate", "inflation", "pre_tax_return", "debt_share", "loss_delay", "share_of_return_kept")


@dataclass(frozen=True)
class LawOn:
    """The parameters of a law on one day: called with a path, the value in force.

    Raises:
        ParameterError: for a path that has no value on the day.
    """

    parameters: Vocabulary
    day: date

    def __call__(self, path: str) -> Any:
        """The value in force on the day."""
        leaf = self.parameters.get(path)
        dated = in_force(leaf.values, self.day) if leaf is not None else None
        if dated is None:
            raise ParameterError(f"{path} has no value on {day_in_words(self.day)}.")
        return dated.value


@dataclass(frozen=True)
class Assumptions:
    """What effective rates assume of the economy and of assets (fractions a year; `loss_delay` in years).

    Attributes:
        wear: yearly loss of value by kind of asset. weights: of machines and buildings in their average.
    """

    real_rate: float
    inflation: float
    pre_tax_return: float
    debt_share: float
    loss_delay: float
    share_of_return_kept: float
    wear: Mapping[str, float]
    weights: Mapping[str, float]

    @property
    def interest(self) -> float:
        """The nominal yearly rate at which later deductions are discounted."""
        return formulas.nominal_rate(self.real_rate, self.inflation)

    @property
    def after_losses(self) -> float:
        """What £1 is worth today that comes when a company in loss makes profits again."""
        return float((1 + self.interest) ** -self.loss_delay)


def assumptions_on(law: LawOn) -> Assumptions:
    """The assumptions in force under a law on its day."""
    plain = {name: float(law(f"{ROOT}.{name}")) for name in PLAIN}
    wear = {kind: float(law(f"{ROOT}.wear.{kind}")) for kind in KINDS}
    weights = {kind: float(law(f"{ROOT}.weights.{kind}")) for kind in (PLANT, BUILDINGS)}
    return Assumptions(**plain, wear=wear, weights=weights)


def assumption_paths() -> tuple[str, ...]:
    """Paths of every assumption."""
    return (
        *(f"{ROOT}.{name}" for name in PLAIN),
        *(f"{ROOT}.wear.{kind}" for kind in KINDS),
        *(f"{ROOT}.weights.{kind}" for kind in (PLANT, BUILDINGS)),
    )
