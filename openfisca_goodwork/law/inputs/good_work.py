"""What a company tells of the work it offers and of its public contracts, for the proposed good-work conditions."""

from __future__ import annotations

from openfisca_goodwork.law.model import SHARE, Variable

CLAUSE = "Proposed, not law: good-work conditions"


class share_paid_below_real_living_wage(Variable, minimum=0, maximum=1):
    """Share of staff paid below the real living wage in the accounting period, 0 to 1."""

    unit = SHARE
    label = "Share of staff paid below the real living wage"
    reference = CLAUSE


class share_on_zero_hours_contracts(Variable, minimum=0, maximum=1):
    """Share of staff on zero-hours contracts in the accounting period, 0 to 1."""

    unit = SHARE
    label = "Share of staff on zero-hours contracts"
    reference = CLAUSE


class has_fair_work_pledge(Variable):
    """Whether the company has signed a fair-work pledge or charter."""

    value_type = bool
    label = "Has a fair-work pledge"
    reference = CLAUSE


class publishes_training_plan(Variable):
    """Whether the company publishes a plan for the training of its staff."""

    value_type = bool
    label = "Publishes a training plan"
    reference = CLAUSE


class has_employee_voice(Variable):
    """Whether employees have a voice in how the company is run: a union, a council, a director of their own."""

    value_type = bool
    label = "Has employee voice"
    reference = CLAUSE


class public_contract_revenue(Variable, minimum=0):
    """Revenue of the accounting period from contracts with public bodies (£)."""

    label = "Public contract revenue"
    reference = CLAUSE


class largest_public_contract(Variable, minimum=0):
    """Value of the largest public contract the company holds in the accounting period, over the contract's life (£)."""

    label = "Largest public contract"
    reference = CLAUSE
