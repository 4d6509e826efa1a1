"""All capital allowances of a trade in one figure (CAA 2001 ss.247, 270HA)."""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import constant_array
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES, claims
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
