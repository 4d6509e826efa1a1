"""Proposed, not law, and our own illustration: allowances on plant go with training. Off in current law.

The annual investment allowance and first-year allowances are given only so far as training goes with the plant: over an
accounting period and so many before it together, plant with such allowances is at most training ÷ the training asked for
each £1 of it. The rest goes to its pool. All training counts, of every type of cost, whether or not it has other relief.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods import (
    PERIODS_BACK,
    Segment,
    constant_array,
    history,
    of_earlier_period,
    positive,
    segments,
    where,
)

ENABLED = "capital_allowances.training_match.enabled"
_RATIO = "capital_allowances.training_match.training_per_pound_of_plant"
_YEARS = "capital_allowances.training_match.years"
MATCHED = "training_matched_with_plant"
_PLANT = "plant_matched_with_training"
_REFERENCE = "Proposed, not law: plant allowances that go with training, an illustration"


@dataclass
class TrainingMatch:
    """Room that training leaves for plant with allowances (£, one per company).

    Attributes:
        room: what is left of it; inf where training sets no limit. used: plant that has taken of it.
    """

    room: np.ndarray
    used: np.ndarray

    def within(self, stretch: Segment, wanted: np.ndarray) -> np.ndarray:
        """What of spending in a stretch may still have an allowance."""
        return where(_is_in_force(stretch), np.minimum(wanted, self.room), wanted)

    def use(self, stretch: Segment, taken: np.ndarray) -> None:
        """Take off the room what has had an allowance in a stretch."""
        matched = where(_is_in_force(stretch), taken, 0.0)
        self.room, self.used = self.room - matched, self.used + matched


def is_ever_matched(company: Companies) -> bool:
    """Whether the law has the match on any date: where it has not, nothing is worked out."""
    return _has_match(company.law)


def _has_match(law: TaxBenefitSystem) -> bool:
    return any(dated.value for dated in history(law, ENABLED).values)


def periods_matched(law: TaxBenefitSystem) -> int:
    """How many accounting periods back the match reaches at most; 0 where the law has no match."""
    return int(max(dated.value for dated in history(law, _YEARS).values)) if _has_match(law) else 0


def _is_in_force(stretch: Segment) -> np.ndarray:
    """Whether the limit applies to spending in a stretch (one per company)."""
    return stretch.value(ENABLED).astype(bool) & (stretch.share > 0)


def training_match(company: Companies, period: Period) -> TrainingMatch | None:
    """The room for the period; None where the match is in force nowhere in it."""
    if not is_ever_matched(company):
        return None
    if not any(_is_in_force(stretch).any() for stretch in segments(company, period, ENABLED)):
        return None
    ratio, years = _while_in_force(company, period, _RATIO), _while_in_force(company, period, _YEARS)
    training, plant = company(MATCHED, period), constant_array(0.0, company.count)
    for back in range(1, min(int(years.max()), PERIODS_BACK) + 1):
        counts = years >= back
        training = training + counts * of_earlier_period(company, period, MATCHED, back)
        plant = plant + counts * of_earlier_period(company, period, _PLANT, back)
    limited = ratio > 0
    room = where(limited, positive(training / where(limited, ratio, 1) - plant), np.inf)
    return TrainingMatch(room, np.zeros(company.count))


def _while_in_force(company: Companies, period: Period, path: str) -> np.ndarray:
    """The last value within the period while the match is in force."""
    last = np.zeros(company.count)
    for stretch in segments(company, period, ENABLED, path):
        last = where(_is_in_force(stretch), stretch.value(path), last)
    return last


class training_matched_with_plant(Variable, kept=True):
    """Training of the period that plant may be matched with (£): every type of training cost; 0 where no law asks for it.

    Example: fees of £20,000 and trainees' pay of £30,000: £50,000.
    """

    label = "Training that plant is matched with (illustration)"
    reference = _REFERENCE
    rule = "Every type of training cost; 0 where no law asks for training."

    def formula(company, period):
        nothing = constant_array(0.0, company.count)
        return sum((company(head, period) for head in HEADS), nothing) if is_ever_matched(company) else nothing
