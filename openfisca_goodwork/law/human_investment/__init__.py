"""Proposed, not law: the human-investment relief, an extra deduction for training. In current law every rate is 0.

``deduction`` is the clause, step by step, in one file. Beside it stand the names of its terms and the days on which the
relief is in force (``terms``), who may have it (``eligibility``), the ``baseline`` above which alone training may have it,
and what comes of it: a ``credit`` or cash in its place, its ``losses``, and what comes back for people who leave.
"""

from openfisca_goodwork.law.human_investment.baseline import REWORKED, TOLD_AT_THE_BEGINNING, periods_looked_back
from openfisca_goodwork.law.human_investment.deduction import StretchClaim, training_claims
from openfisca_goodwork.law.human_investment.terms import (
    RATE,
    has_rolling_baseline,
    inclusion_path,
    increment_begins,
    relief_begins,
    relief_spells,
)
from openfisca_goodwork.law.inputs.training import HEADS, TAGS, TrainingItem, record_items

__all__ = [
    "HEADS",
    "RATE",
    "REWORKED",
    "TAGS",
    "TOLD_AT_THE_BEGINNING",
    "StretchClaim",
    "TrainingItem",
    "has_rolling_baseline",
    "inclusion_path",
    "increment_begins",
    "periods_looked_back",
    "record_items",
    "relief_begins",
    "relief_spells",
    "training_claims",
]
