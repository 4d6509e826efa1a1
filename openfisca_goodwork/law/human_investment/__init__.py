"""Proposed, not law: the human-investment relief, an extra deduction for training. In current law every rate is 0.

No clause was published: this one is the model's own, and each design of the library sets its parameters. Its steps, which
the references of the variables cite:

1. spending by date and by type of training cost (``spending``);
2. what of it is excluded, such as what a levy or a grant pays (``spending``);
3. what counts, by the share of its type and by tag (``spending``);
4. what is above a baseline, where only more training is relieved (``baseline``);
5. limits on what is relieved (``caps``);
6. the rate, and who has it (``relief``, ``eligibility``);
7. the extra deduction, in all and by type of training cost (``relief``), or the credit or payment instead (``credit``);
8. what comes back when the terms are not kept (``clawback``).
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
