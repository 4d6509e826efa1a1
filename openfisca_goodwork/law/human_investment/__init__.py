"""Proposed, not law: the human-investment relief, an extra deduction for training. In current law every rate is 0.

The steps are the clause's: spending by date, what is excluded, what counts (``spending``), the rate (``rate``), the
relief and its parts by cost head (``relief``), all from one computation (``claims``).
"""

from openfisca_goodwork.law.human_investment.claims import TrainingClaims, training_claims
from openfisca_goodwork.law.human_investment.paths import HEADS, RATE, TAGS, inclusion_path
from openfisca_goodwork.law.human_investment.tags import TrainingItem, record_items

__all__ = [
    "HEADS",
    "RATE",
    "TAGS",
    "TrainingClaims",
    "TrainingItem",
    "inclusion_path",
    "record_items",
    "training_claims",
]
