"""Spending on training by cost head, and what is left out of it (£). The heads are those of the Employer Skills Survey."""

from __future__ import annotations

from openfisca_goodwork.model import Variable

SURVEY = "Employer Skills Survey, investment in training"
CLAUSE = "Proposed, not law: human-investment relief"


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
