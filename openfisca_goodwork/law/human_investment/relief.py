"""Step 7 of the human-investment relief: what qualifies and the extra deduction, in all and by type of training cost."""

from __future__ import annotations

from openfisca_goodwork.law.human_investment.cash_option import deduction_given
from openfisca_goodwork.law.human_investment.claims import training_claims
from openfisca_goodwork.law.human_investment.heads import for_each_head
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period


def deduction_by_head(company, period):
    """The extra deduction by type of training cost, less what is given up for cash or may make no loss (£)."""
    earned = cached_for_period(company, period, training_claims).deduction
    share_given = cached_for_period(company, period, deduction_given).share
    return earned if share_given is None else {head: amount * share_given for head, amount in earned.items()}


class qualifying_training_expenditure(Variable):
    """Training that counts for the relief (£): all types of cost, while the relief is in force.

    After exclusions, above any baseline and within any limit, whether or not the company claims it or is eligible.
    Example: fees of £10,000 and trainers' pay of £5,000 in 2028, both types counted in full, give £15,000.
    """

    label = "Qualifying training expenditure"
    reference = "Proposed, not law: human-investment relief, steps 1 to 5"
    rule = "What counts, less what is up to the baseline and above the limits."

    def formula(company, period):
        return sum(cached_for_period(company, period, training_claims).qualifying.values())


class human_investment_deduction(Variable):
    """The *extra* deduction for training, on top of the ordinary 100% (£).

    Example: 30% extra on £100,000 gives £30,000.
    """

    label = "Human-investment deduction"
    reference = "Proposed, not law: human-investment relief, steps 6 and 7"
    rule = (
        "The sum over the heads: the extra deduction, on top of the ordinary 100%. Without what is given up for cash; where "
        "the law allows no loss from it, all heads together at most the trading profit less capital allowances."
    )

    def formula(company, period):
        return sum(deduction_by_head(company, period).values())


globals().update(
    for_each_head(
        "human_investment_deduction",
        "Human-investment deduction",
        "Proposed, not law: human-investment relief, steps 6 and 7",
        "Qualifying spending on {head} × the extra rate on its day, so far as it is given.",
        deduction_by_head,
        __name__,
    )
)
