"""All capital allowances of a trade in one figure (CAA 2001 ss.247, 270HA)."""

from __future__ import annotations

from openfisca_goodwork.model import Variable
from openfisca_goodwork.periods import alike

PARTS = (
    "annual_investment_allowance",
    "super_deduction",
    "special_rate_allowance",
    "full_expensing",
    "main_rate_first_year_allowance",
    "zero_emission_car_allowance",
    "other_first_year_allowances",
    "main_pool_writing_down_allowance",
    "special_rate_pool_writing_down_allowance",
    "balancing_allowances",
    "structures_and_buildings_allowance",
)


class capital_allowances(Variable):
    """Capital allowances given as expenses of the trade, balancing charges not netted off (£)."""

    label = "Capital allowances"
    reference = "CAA 2001 ss.247, 270HA"

    def formula(company, period):
        return sum((company(part, period) for part in PARTS), alike(0.0, company.count))
