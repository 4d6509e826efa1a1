"""The steps from the baseline law to the reformed one, in their order: the only place that lists them.

Change of law, training relief apart → full entitlement at the main rate → actual tax rates and losses → caps and
eligibility → take-up = static; responses in investment and profits → responses in training → incorrect claims =
post-behavioural. A new response in training is an entry here with a function that says what companies do; its assumption is
a parameter below ``assumptions.behaviour``, and a node below ``assumptions.uncertainty`` has the interval vary it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.behaviour import (
    A_RELIEF_ENDS,
    OTHER_LAW_CHANGES,
    TAKE_UP,
    Assumption,
    Behaviour,
    Step,
    Watched,
    training_brought_forward,
)
from openfisca_goodwork.costing.investment import INVESTMENT_STEPS
from openfisca_goodwork.costing.request import CENTRAL, LEVELS, NONE
from openfisca_goodwork.costing.scenarios import ENTITLED, STATIC, UNLIMITED, UNRELIEVED, Change, LawScenarios
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import history

DISCOUNT_RATE = Assumption("discount_rate")
RATE = (Assumption("rate.per_pound"), Assumption("rate.most_growth"))


def _retiming(scenarios: LawScenarios) -> Change:
    share = scenarios.assumed["retiming"]
    if not np.any(share):
        return Change()
    acting = {label: amount * scenarios.acts[label] for label, amount in scenarios.in_full.items()}
    earlier, moved = training_brought_forward(scenarios.law, scenarios.base.periods, acting, share)
    return Change(earlier=earlier, moved=moved)


_INDUCED = Step(
    "Induced training",
    "Companies train more because training costs them less: the relief on the extra training.",
    reads=(
        Assumption("elasticity", by_level=True),
        Assumption("elasticity_of_small", by_level=True),
        Assumption("elasticity_of_small.employees"),
        Assumption("maximum_response"),
        DISCOUNT_RATE,
    ),
    change=lambda given: Change(more=given.induced_share),
    follows_price=True,
)
TRAINING_STEPS = (
    Step(
        "Relabelling",
        "Existing spending on other things, deducted already, is reclassified as training.",
        reads=(Assumption("relabelling", by_level=True), *RATE),
        change=lambda given: Change(more=given.assumed["relabelling"] * given.growth_with_rate),
    ),
    Step(
        "Retiming",
        "Training of the year after a relief ends is brought forward in front of the end, and with it the ordinary "
        "deduction of every type of its cost, relieved or not.",
        reads=(Assumption("retiming", by_level=True),),
        needs=A_RELIEF_ENDS,
        change=_retiming,
        lasts=False,
    ),
    _INDUCED,
    Step(
        "Displacement",
        "Extra training comes out of profit, every type of cost of it: its ordinary 100% deduction.",
        reads=(Assumption("displacement"),),
        change=lambda given: Change(displaced=given.assumed["displacement"] * given.induced_share),
        follows_price=True,
    ),
)
LAST, GRANTED = TRAINING_STEPS[-1].name, _INDUCED.name
"""The level after all responses in training; the level whose relief is all on training, nothing of it on lost profit."""
CHANGE_OF_LAW = Step(
    "Change of law, training relief apart",
    "Everything that the two laws differ in but a relief for training, companies doing as they planned.",
    effect=lambda at: at.others.static,
    is_behavioural=False,
)
COMPLIANCE = Step(
    "Compliance",
    "Incorrect and fraudulent claims that are paid: a share of what the relief costs in the steady state.",
    reads=(Assumption("compliance_loss"), *RATE),
    effect=lambda at: at.relief.invalid_claims_after(LAST),
)
STEPS = (
    CHANGE_OF_LAW,
    Step(
        "Full entitlement at the main rate",
        "A relief without caps, baselines and conditions, given to everyone at the main rate of the period.",
        effect=lambda at: at.relief.at_main_rate,
        is_behavioural=False,
    ),
    Step(
        "Actual tax rates and losses",
        "Companies pay lower rates or no tax, and carry losses back and forward.",
        effect=lambda at: at.relief.level(UNLIMITED) - at.relief.level(UNRELIEVED) - at.relief.at_main_rate,
        is_behavioural=False,
    ),
    Step(
        "Caps and eligibility",
        "Caps, baselines, conditions and tests of who may have the relief.",
        effect=lambda at: at.relief.level(ENTITLED) - at.relief.level(UNLIMITED),
        is_behavioural=False,
    ),
    Step(
        "Take-up",
        "Not every company that is entitled claims, and the fewer the less there is to gain.",
        effect=lambda at: at.relief.level(STATIC) - at.relief.level(ENTITLED),
        is_behavioural=False,
    ),
    *INVESTMENT_STEPS,
    *TRAINING_STEPS,
    COMPLIANCE,
)
OF_ALL_COMPANIES = (CHANGE_OF_LAW, *INVESTMENT_STEPS)
"""Steps that companies without any training have too."""


def read_by(*steps: Step) -> tuple[Assumption, ...]:
    """The assumptions that some steps read, each once, in the order of the steps."""
    return tuple(dict.fromkeys(one for step in steps for one in step.reads))


def behaviour_of(law: TaxBenefitSystem, level: str, on: date, *, ends: bool = False, others: bool = False) -> Behaviour:
    """The assumptions of one level, as they stand on a day in a law.

    Args:
        ends: whether a relief ends, so that training is brought forward.
        others: whether anything but the relief for training changes, so that investment and profits respond.

    Raises:
        GoodworkError: for a level that is not one of ``LEVELS``.
    """
    if level not in LEVELS:
        raise GoodworkError(f"{level!r} is not a level of behaviour. Choose one of {', '.join(LEVELS)}.")
    take_up = f"assumptions.take_up.{CENTRAL if level == NONE else level}"
    given = {"", *([A_RELIEF_ENDS] if ends else ()), *([OTHER_LAW_CHANGES] if others else ())}
    at_hand = (DISCOUNT_RATE,) if level == NONE else (DISCOUNT_RATE, *read_by(*(one for one in STEPS if one.needs in given)))
    paths = [*(f"{take_up}.{year}" for year in TAKE_UP), *(one.path(level) for one in at_hand)]
    values = Watched({path: float(history(law, path).on(on)) for path in paths})
    return Behaviour(level, values, {one.name: one.path(level) for one in read_by(*STEPS)}, take_up)
