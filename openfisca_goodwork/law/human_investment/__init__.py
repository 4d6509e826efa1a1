"""Proposed, not law: the human-investment relief, an extra deduction for training. In current law every rate is 0.

The steps are the clause's: spending by date and type of training cost, what is excluded, what counts (``spending``), what
is above a baseline (``baseline``), limits (``caps``); the rate, who has it and the extra deduction, in all and by type of
training cost (``relief``); what comes back (``clawback``).
"""

from openfisca_goodwork.law.human_investment.baseline import REWORKED, TOLD_AT_THE_BEGINNING, periods_looked_back
from openfisca_goodwork.law.human_investment.paths import RATE, RATES, TAGS, inclusion_path
from openfisca_goodwork.law.human_investment.relief import StretchClaim, TrainingClaims, training_claims
from openfisca_goodwork.law.human_investment.spending import TrainingItem, record_items
from openfisca_goodwork.law.human_investment.terms import (
    has_rolling_baseline,
    increment_begins,
    relief_begins,
    relief_spells,
)
from openfisca_goodwork.law.inputs.training import HEADS

__all__ = [
    "HEADS",
    "RATE",
    "RATES",
    "REWORKED",
    "TAGS",
    "TOLD_AT_THE_BEGINNING",
    "StretchClaim",
    "TrainingClaims",
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
