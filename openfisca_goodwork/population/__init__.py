"""The population: a weighted table of companies built from official figures, that stands for every UK company.

`load` gives it, `report` says how well it fits, `export` writes it to a file. `load_companies` reads companies of one's own
from a file, which `export_companies` writes of a population (modules `own_…`). The rest of the room builds it: figures
(sources) and assumptions → every company (frame) → those drawn (records) → weights (targets) → years (panel,
plant, training) → level of profits, by running the law (level).
"""

from openfisca_goodwork.population.forecasts import LATEST, TO_2050, financial_years, known, outlooks, published_on
from openfisca_goodwork.population.inputs import FINANCIAL_YEARS, HEADS_PRICED_BY_CPI
from openfisca_goodwork.population.own_companies import OwnCompanies
from openfisca_goodwork.population.own_companies import load as load_companies
from openfisca_goodwork.population.own_export import export_companies
from openfisca_goodwork.population.report import FitReport
from openfisca_goodwork.population.store import Population, chosen, export, load, nth_part, report

__all__ = [
    "FINANCIAL_YEARS",
    "HEADS_PRICED_BY_CPI",
    "LATEST",
    "TO_2050",
    "FitReport",
    "OwnCompanies",
    "Population",
    "chosen",
    "export",
    "export_companies",
    "financial_years",
    "known",
    "load",
    "load_companies",
    "nth_part",
    "outlooks",
    "published_on",
    "report",
]
