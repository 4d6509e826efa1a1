"""People whose training a relief supports, and those who would not have been trained without it.

A year's trainees count so far as the relief is in force in it. Induced training is more of what a company does already, at
the same cost a head.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from openfisca_goodwork.costing.retiming import days_in
from openfisca_goodwork.costing.runs import Base
from openfisca_goodwork.costing.scenarios import LawScenarios
from openfisca_goodwork.law.human_investment import relief_spells
from openfisca_goodwork.law.periods.calendar import ONE_DAY

_TRAINEES = "trainees"


def are_held(base: Base) -> bool:
    """Whether the companies say how many people they train."""
    return _TRAINEES in base.inputs[base.start]


def supported(scenarios: LawScenarios) -> dict[int, np.ndarray]:
    """People trained in the days of the relief by those who claim it, by label (per record)."""
    return {label: trained * scenarios.acts[label] for label, trained in _trained(scenarios).items()}


def additional(scenarios: LawScenarios) -> dict[int, np.ndarray]:
    """Those of them who are trained because of the relief, by label (per record)."""
    return {label: trained * scenarios.induced_share for label, trained in supported(scenarios).items()}


def _trained(scenarios: LawScenarios) -> dict[int, np.ndarray]:
    """People trained in the days of the relief, by label."""
    spells = [(first, last or date.max - ONE_DAY) for first, last in relief_spells(scenarios.law)]
    found = {}
    for label, periods in scenarios.base.periods.items():
        in_force = sum((days_in(periods, spell) for spell in spells), np.zeros(1))
        whole = days_in(periods, (date.min, date.max))
        found[label] = scenarios.base.inputs[label][_TRAINEES] * in_force / whole
    return found
