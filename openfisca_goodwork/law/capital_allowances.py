"""All capital allowances of a trade in one figure (CAA 2001 ss.247, 270HA), and what a company claims of them.

A claim is an input for one accounting period, and a cap on what is claimed. Left out, it is infinite: the most that the law
allows is claimed. What is not claimed of spending on plant goes to the pool of the same period (s.58), of the balance of a
pool to the next period (s.59); the structures and buildings allowance of the period is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from openfisca_goodwork.law import plant, plant_allowances
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import constant_array
from openfisca_goodwork.law.plant import CLASSES, FirstYearAllowance, PlantClass
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES, annual_allowance_on, claims
from openfisca_goodwork.law.training_match import is_ever_matched

PARTS = (
    "annual_investment_allowance",
    *FIRST_YEAR_ALLOWANCES,
    "main_pool_writing_down_allowance",
    "special_rate_pool_writing_down_allowance",
    "balancing_allowances",
    "structures_and_buildings_allowance",
    "special_tax_site_buildings_allowance",
)


class capital_allowances(Variable):
    """Capital allowances given as expenses of the trade, balancing charges not netted off (£)."""

    label = "Capital allowances"
    reference = "CAA 2001 ss.247, 270HA"
    rule = "The sum of the allowances above, balancing charges not netted off."

    def formula(company, period):
        return sum((company(part, period) for part in PARTS), constant_array(0.0, company.count))


class plant_matched_with_training(Variable, kept=True):
    """Plant with the annual investment or a first-year allowance while a law asks for training to go with it (£).

    0 in current law, which does not.
    Example: plant of £80,000, training of £50,000, £1 of it asked for each £1 of plant: £50,000.
    """

    label = "Plant matched with training (illustration)"
    reference = "Proposed, not law: plant allowances that go with training, an illustration"
    rule = (
        "Plant with the annual investment allowance or a first-year allowance while the match is in force: at most training "
        "of the period and of so many before it ÷ the training asked for each £1, less such plant of those before it."
    )

    def formula(company, period):
        match = claims(company, period).match if is_ever_matched(company) else None
        return constant_array(0.0, company.count) if match is None else match.used


# --- claims, and what is claimed on what ------------------------------------------------------------------------------

_ENTERED = {**vars(plant), **vars(plant_allowances)}


class annual_investment_allowance_claim(Variable, minimum=0):
    """Annual investment allowance that the company claims at most (£), on all classes of plant together."""

    default_value = np.inf
    label = "Claim: annual investment allowance"
    reference = "CAA 2001 s.51A(7)"


class main_pool_writing_down_allowance_claim(Variable, minimum=0):
    """Writing-down allowance on the main pool that the company claims at most (£); the rest stays in the pool."""

    default_value = np.inf
    label = "Claim: writing-down allowance, main pool"
    reference = "CAA 2001 ss.56(5), 56A"


class special_rate_pool_writing_down_allowance_claim(Variable, minimum=0):
    """Writing-down allowance on the special rate pool that the company claims at most (£); the rest stays in the pool."""

    default_value = np.inf
    label = "Claim: writing-down allowance, special rate pool"
    reference = "CAA 2001 ss.56(5), 56A"


class structures_and_buildings_allowance_claim(Variable, minimum=0):
    """Structures and buildings allowance that the company claims at most (£).

    What is not claimed is lost, as the time over which the cost is written down runs on.
    """

    default_value = np.inf
    label = "Claim: structures and buildings allowance"
    reference = "CAA 2001 ss.3, 270AA"


def _of_the_register() -> Iterator[type[Variable]]:
    """A claim for each class of plant that may have the annual investment allowance, and each first-year allowance."""
    for one in CLASSES.values():
        if one.has_annual_investment_allowance:
            label = _label_of(one.name)
            yield _claim(
                one.annual_allowance_claim,
                f"Claim: annual allowance on {label}",
                "CAA 2001 s.51A(7)",
                f"Expenditure on {label} on which the annual investment allowance is claimed at most (£).",
            )
    for allowance in FIRST_YEAR_ALLOWANCES.values():
        label = _label_of(allowance.name)
        yield _claim(
            allowance.claim,
            f"Claim: {label}",
            "CAA 2001 s.52(4)",
            f"Expenditure on which the company claims this first-year allowance at most (£): {label}.",
        )


def _label_of(name: str) -> str:
    label = str(_ENTERED[name].label)
    return label[0].lower() + label[1:]


def _claim(name: str, label: str, reference: str, words: str) -> Any:
    attributes = {"default_value": np.inf, "label": label, "reference": reference, "__doc__": words, "__module__": __name__}
    return type(name, (Variable,), attributes, minimum=0)


def _annual_allowance(plant_class: PlantClass, label: str) -> type[Variable]:
    """The annual investment allowance on one class of plant."""

    def formula(company, period):
        return annual_allowance_on(company, period, plant_class.name)

    attributes = {
        "label": f"Annual investment allowance on: {label}",
        "reference": "CAA 2001 ss.38A, 51A(7)",
        "rule": "What of the annual investment allowance goes to this class, in the order of classes and as claimed.",
        "__doc__": f"Annual investment allowance claimed on expenditure of one class, {plant_class.name} (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(plant_class.annual_allowance, (Variable,), attributes)


def _expenditure(allowance: FirstYearAllowance, label: str) -> type[Variable]:
    """The expenditure on which one first-year allowance is claimed."""

    def formula(company, period):
        claimed = claims(company, period)
        return sum((claimed.expenditure(rate) for rate in allowance.rates), constant_array(0.0, company.count))

    attributes = {
        "label": f"Claimed on: {label}",
        "reference": "CAA 2001 s.52(4)",
        "rule": "Spending that qualifies, as far as it is claimed on and no annual investment allowance is used on it.",
        "__doc__": f"Expenditure on which a first-year allowance is claimed, {allowance.name} (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(allowance.expenditure, (Variable,), attributes)


def _claimed() -> Iterator[type[Variable]]:
    """What is claimed on what: an output for each class of plant, and each first-year allowance but one with its own."""
    for one in CLASSES.values():
        if one.has_annual_investment_allowance:
            yield _annual_allowance(one, str(_ENTERED[one.name].label))
    for allowance in FIRST_YEAR_ALLOWANCES.values():
        if allowance.expenditure not in _ENTERED:
            yield _expenditure(allowance, str(_ENTERED[allowance.name].label))


# full_expensing_claimed_on (what is asked), full_expensing_expenditure (what is claimed), and so on down the register.
globals().update({variable.__name__: variable for variable in (*_of_the_register(), *_claimed())})
