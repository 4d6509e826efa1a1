"""Training that counts and that qualifies, in all and by type of training cost: what costings share effects out by."""

from __future__ import annotations

from openfisca_goodwork.law.human_investment.baseline import has_increment
from openfisca_goodwork.law.human_investment.caps import has_limits
from openfisca_goodwork.law.human_investment.claims import less_baseline, training_before_limits, training_claims
from openfisca_goodwork.law.human_investment.heads import for_each_head
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period


class training_expenditure_counted(Variable):
    """Training that counts while the relief is in force, before any baseline and any limit (£).

    Example: fees of £80,000, all of which count, of which £50,000 are within a limit and qualify: £80,000.
    """

    label = "Training that counts, before any baseline and limit"
    reference = "Proposed, not law: human-investment relief, steps 1 to 3"
    rule = "Every type of training cost, less what is left out."

    def formula(company, period):
        if has_increment(company) or has_limits(company):
            return training_before_limits(company, period)
        return company("qualifying_training_expenditure", period)


class training_less_baseline(Variable):
    """Training that counts less the company's own baseline, below 0 where it falls short of it (£).

    0 where the law gives relief for more than what is above a baseline. A group holds its companies' against one another.
    Example: fees of £6,000 in a year that £10,000 counted before fall short by £4,000: −£4,000.
    """

    label = "Training less the baseline, below 0 where it falls short"
    reference = "Proposed, not law: human-investment relief, step 4"
    rule = "Training that counts while only what is above a baseline does, less the baseline for those days."

    def formula(company, period):
        return less_baseline(company, period)


globals().update(
    for_each_head(
        "qualifying_training_expenditure",
        "Qualifying training expenditure",
        "Proposed, not law: human-investment relief, steps 1 to 5",
        "What of it is {head}: a baseline and limits cut all heads alike.",
        lambda company, period: cached_for_period(company, period, training_claims).qualifying,
        __name__,
    )
)
