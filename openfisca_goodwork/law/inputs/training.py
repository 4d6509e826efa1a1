"""Spending on training by cost head, and what is left out of it (£). The heads are those of the Employer Skills Survey."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import notes_of
from openfisca_goodwork.law.periods import RefusedInputError

SURVEY = "Employer Skills Survey, investment in training"
CLAUSE = "Proposed, not law: human-investment relief"
# In the order in which levy-funded and connected-party amounts come off them.
HEADS = (
    "external_course_fees",
    "training_materials_and_travel",
    "trainer_pay",
    "trainee_pay",
    "training_centre_costs",
    "training_management_costs",
)
ACCREDITED, REGISTERED_PROVIDER = "accredited", "registered_provider"
# What training may be marked as: items by their tags, all of a period by its shares (``accredited_share`` and so on).
TAGS = (ACCREDITED, "green", "digital", "retraining", "low_paid", "priority_area", REGISTERED_PROVIDER)


@dataclass(frozen=True)
class TrainingItem:
    """Spending on training on one day.

    Attributes:
        head: the type of training cost, which has the same amount among its dated items.
        amount: £; of many companies, one each.
        tags: what it is marked as, of ``TAGS``.
    """

    head: str
    day: date
    amount: float | np.ndarray
    tags: frozenset[str] = frozenset()


def record_items(simulation: Any, label: int, items: Iterable[TrainingItem]) -> None:
    """Put items of an accounting period into the ledger of a simulation, before anything of it is calculated.

    The amounts themselves are given as dated items (``HEAD_on``); the ledger says which of them have which tags. Items
    without tags need not stand in it. In a period in which any item has one, the shares are not asked for.

    Raises:
        RefusedInputError: for an unknown type of training cost or tag.
    """
    told = tuple(items)
    for one in told:
        unknown = sorted(one.tags - set(TAGS))
        if one.head not in HEADS or unknown:
            wrong = unknown[0] if unknown else one.head
            known = ", ".join(TAGS if unknown else HEADS)
            raise RefusedInputError(
                f"{wrong} is not a {'tag of training' if unknown else 'type of training cost'}. Known are {known}."
            )
    ledger = notes_of(simulation).training_items
    ledger[label] = (*ledger.get(label, ()), *told)


def for_each_head(
    whole: type[Variable], rule: str, amounts: Callable[[Any, Any], dict[str, Any]]
) -> dict[str, type[Variable]]:
    """One variable for each type of training cost, named ``<whole>_<head>``, for the module of the whole to hold.

    Args:
        whole: the variable that they add up to. rule: the formula in words, with ``{head}`` where the type of cost stands.
        amounts: those of a period by type of training cost (£, one per company).
    """
    return {f"{whole.__name__}_{head}": _of_one(whole, head, rule, amounts) for head in HEADS}


def _of_one(whole: Any, head: str, rule: str, amounts: Callable[[Any, Any], dict[str, Any]]) -> type[Variable]:
    def formula(company, period):
        return amounts(company, period)[head]

    words = head.replace("_", " ")
    attributes = {
        "label": f"{whole.label}, {words}",
        "reference": whole.reference,
        "rule": rule.format(head=words),
        "__doc__": f"{whole.label}: what falls to {words} (£).",
        "__module__": whole.__module__,
        "formula": formula,
    }
    return type(f"{whole.__name__}_{head}", (Variable,), attributes)


class external_course_fees(Variable, dated=True, minimum=0):
    """Fees paid to external providers of training (£)."""

    label = "External course fees"
    reference = SURVEY


class training_materials_and_travel(Variable, dated=True, minimum=0):
    """Materials, travel and subsistence for training (£)."""

    label = "Training materials and travel"
    reference = SURVEY


class trainer_pay(Variable, dated=True, minimum=0):
    """Pay of staff for the time they train others (£)."""

    label = "Trainers' pay"
    reference = SURVEY


class trainee_pay(Variable, dated=True, minimum=0):
    """Pay of staff for the time they are trained (£)."""

    label = "Trainees' pay"
    reference = SURVEY


class training_centre_costs(Variable, dated=True, minimum=0):
    """Costs of the company's own training centres (£)."""

    label = "Training centre costs"
    reference = SURVEY


class training_management_costs(Variable, dated=True, minimum=0):
    """Costs of managing and organising training (£)."""

    label = "Training management costs"
    reference = SURVEY


class levy_funded_training(Variable, minimum=0):
    """Part of the spending above that an apprenticeship levy account paid for (£)."""

    label = "Levy-funded training"
    reference = "FA 2016 Part 6"


class training_from_connected_parties(Variable, minimum=0):
    """Part of the spending above that was bought from connected parties (£)."""

    label = "Training bought from connected parties"
    reference = CLAUSE


class training_grants_received(Variable, minimum=0):
    """Grants received towards the spending above (£)."""

    label = "Training grants received"
    reference = CLAUSE


class training_in_research_and_development(Variable, minimum=0):
    """Part of the spending above on which research and development relief is claimed (£)."""

    label = "Training within research and development claims"
    reference = CLAUSE


class claims_human_investment_relief(Variable):
    """Whether the company claims the proposed relief; a population draws it from take-up."""

    value_type = bool
    default_value = True
    label = "Claims the human-investment relief"
    reference = CLAUSE


class accredited_share(Variable, minimum=0, maximum=1):
    """Share of qualifying training that leads to an accredited qualification, 0 to 1; the same for every head of cost."""

    unit = SHARE
    label = "Accredited training, share"
    reference = CLAUSE


class registered_provider_share(Variable, minimum=0, maximum=1):
    """Share of qualifying training that a registered provider gives, 0 to 1; the same for every head of cost."""

    unit = SHARE
    label = "Training by registered providers, share"
    reference = CLAUSE


class green_share(Variable, minimum=0, maximum=1):
    """Share of qualifying training that is in green skills, 0 to 1; the same for every head of cost."""

    unit = SHARE
    label = "Training in green skills, share"
    reference = CLAUSE


class digital_share(Variable, minimum=0, maximum=1):
    """Share of qualifying training that is in digital skills, 0 to 1; the same for every head of cost."""

    unit = SHARE
    label = "Training in digital skills, share"
    reference = CLAUSE


class retraining_share(Variable, minimum=0, maximum=1):
    """Share of qualifying training that prepares staff for another occupation, 0 to 1; the same for every head of cost."""

    unit = SHARE
    label = "Retraining, share"
    reference = CLAUSE


class low_paid_share(Variable, minimum=0, maximum=1):
    """Share of qualifying training that is of low-paid staff, 0 to 1; the same for every head of cost."""

    unit = SHARE
    label = "Training of low-paid staff, share"
    reference = CLAUSE


class priority_area_share(Variable, minimum=0, maximum=1):
    """Share of qualifying training that is of staff who work in priority areas, 0 to 1; the same for every head of cost."""

    unit = SHARE
    label = "Training in priority areas, share"
    reference = CLAUSE


class trainees(Variable, minimum=0):
    """Number of people trained in the accounting period, each counted once."""

    unit = "employee"
    label = "People trained"
    reference = CLAUSE


class training_cost_of_leavers(Variable, minimum=0):
    """Qualifying training, with relief, of people who left in the period within the clawback's months of it (£).

    People made redundant are left out.
    """

    label = "Training of people who left"
    reference = CLAUSE


class baseline_training_expenditure(Variable, kept=True, minimum=0):
    """Training of a year before the first accounting period that would have qualified for the proposed relief (£).

    For a baseline that reaches back before what is known of the company; given for the first accounting period.
    """

    label = "Training in a year before the first accounting period"
    reference = CLAUSE


class group_training_below_baseline(Variable, minimum=0):
    """What the training of other companies of the group falls short of their baselines, as far as this one bears it (£).

    It is added to the company's own baseline, so that training moved from one company to another is no increment.
    """

    label = "Baseline that other companies of the group leave"
    reference = CLAUSE


class is_new_company(Variable, kept=True):
    """Whether the company had no accounting period before the first one given; said for that one.

    Its baseline for the proposed relief then has no years before it.
    """

    value_type = bool
    label = "New company"
    reference = CLAUSE
