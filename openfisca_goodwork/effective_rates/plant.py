"""What the law gives for £1 of plant, cars and buildings: the present value of the deductions, by asset."""

from __future__ import annotations

from dataclasses import dataclass

from openfisca_goodwork.effective_rates import formulas
from openfisca_goodwork.effective_rates.assumptions import BUILDINGS, CARS, PLANT
from openfisca_goodwork.effective_rates.law_on import LawOn
from openfisca_goodwork.law.plant_claims import CLASSES, MAIN, rate_path

_ANNUAL_LIMIT = "capital_allowances.annual_investment_allowance.limit"
_WRITING_DOWN = "capital_allowances.writing_down"
_BUILDINGS = "capital_allowances.structures_and_buildings.rate"


@dataclass(frozen=True)
class Asset:
    """Something to spend £1 on: a class of plant of the law, or a building. `kind` says how fast it wears."""

    name: str
    label: str
    kind: str


ASSETS = (
    Asset("main_rate_plant_new", "New machine", PLANT),
    Asset("main_rate_plant_used", "Second-hand machine", PLANT),
    Asset("main_rate_plant_for_leasing_new", "New machine to lease out", PLANT),
    Asset("special_rate_plant_new", "New special-rate plant, such as wiring, lifts", PLANT),
    Asset("zero_emission_cars_new", "New zero-emission car", CARS),
    Asset("main_rate_cars", "Other car, main rate", CARS),
    Asset("special_rate_cars", "Other car, special rate", CARS),
    Asset("structures_and_buildings", "Commercial building", BUILDINGS),
)
MACHINE, BUILDING = ASSETS[0], ASSETS[-1]


def deductions(asset: Asset, law: LawOn, interest: float, *, within_annual_limit: bool) -> float:
    """Present value of the deductions that £1 of the asset earns (£), of those open to it the best.

    `within_annual_limit`: whether the £1 is within the company's annual investment allowance.
    """
    if asset.kind == BUILDINGS:
        return formulas.straight_line(law(_BUILDINGS), interest)
    plant = CLASSES[asset.name]
    pool = law(f"{_WRITING_DOWN}.{'main_rate' if plant.pool == MAIN else 'special_rate'}")
    first_year = [law(rate_path(name)) for name in plant.first_year_allowances]
    has_annual = within_annual_limit and plant.has_annual_investment_allowance and law(_ANNUAL_LIMIT) > 0
    claimed = [formulas.first_year_then_balance(one, pool, interest) for one in first_year if one > 0]
    return max([formulas.declining_balance(pool, interest), *claimed, *([1.0] if has_annual else [])])
