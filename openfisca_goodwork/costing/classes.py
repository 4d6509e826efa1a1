"""The classes in which who gains is shown, and what each rests on: official counts, or assumptions of the population."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from openfisca_goodwork.costing.gains import ASSOCIATES, EMPLOYMENT_BAND, LEAST_ASSOCIATES, REGION, SECTION
from openfisca_goodwork.costing.standing import LIABILITY, PROFIT_STATUS, PROFIT_STATUSES
from openfisca_goodwork.population import sources

EMPLOYEES = "employees"
LARGEST = (LIABILITY, EMPLOYEES)
BY_EMPLOYEES, BY_SECTION, BY_REGION = "Number of employees", "Industry section", "Region"
LARGEST_BY_TAX, LARGEST_BY_EMPLOYEES = "Largest by corporation tax", "Largest by employees"
UNREGISTERED_NAME = "Not registered for VAT or PAYE"
SECTION_NAMES = (
    "Agriculture, forestry and fishing",
    "Mining and quarrying",
    "Manufacturing",
    "Electricity and gas supply",
    "Water supply and waste",
    "Construction",
    "Wholesale and retail trade",
    "Transport and storage",
    "Accommodation and food services",
    "Information and communication",
    "Finance and insurance",
    "Real estate",
    "Professional, scientific and technical",
    "Administrative and support services",
    "Public administration",
    "Education",
    "Health and social work",
    "Arts, entertainment and recreation",
    "Other services",
)


@dataclass(frozen=True)
class Classification:
    """How companies are put into classes.

    Attributes:
        name: as the title of a table. key: its codes among ``Gains.classes``, or the amount by which the largest are found.
        rows: names of the classes. is_observed: whether official counts or totals stand behind the figures of every class.
        basis: which, or what is assumed instead. row_of: the row of each code, where not every code has its own.
    """

    name: str
    key: str
    rows: tuple[str, ...]
    is_observed: bool
    basis: str
    row_of: tuple[int, ...] = ()


@cache
def classifications() -> tuple[Classification, ...]:
    """Every classification, in the order in which tables are shown."""
    return (_employees(), _section(), _profit_status(), _associates(), _region(), _least_productive(), *_largest())


def _source(table: str) -> str:
    """The publication that a table of official figures comes from."""
    return sources.rows(table)[0].source.partition(" (")[0]


def _employees() -> Classification:
    bands = tuple(one.replace("-", " to ").replace("+", " or more") for one in sources.EMPLOYMENT_BANDS)
    return Classification(
        BY_EMPLOYEES,
        EMPLOYMENT_BAND,
        (UNREGISTERED_NAME, *bands),
        is_observed=True,
        basis=(
            f"Companies of each band are fitted to {_source('companies_by_industry_and_employment')}; those not registered "
            "are HMRC's count of companies less these. Profits and training within a band are modelled."
        ),
    )


def _section() -> Classification:
    return Classification(
        BY_SECTION,
        SECTION,
        tuple(f"{letter} {name}" for letter, name in zip(sources.SECTIONS, SECTION_NAMES, strict=True)),
        is_observed=True,
        basis=(
            f"Tax and companies with a liability of each section are fitted to {_source('corporation_tax_by_section')}, "
            f"training of each sector to {_source('training_by_sector')}."
        ),
    )


def _profit_status() -> Classification:
    return Classification(
        "Profit status under the baseline law",
        PROFIT_STATUS,
        PROFIT_STATUSES,
        is_observed=False,
        basis=(
            "Modelled: profits are drawn. Companies with a liability, and those with over £1 million of it, are fitted to "
            f"{_source('corporation_tax_by_section')}, in 2023-24; the rates, and who is in loss, follow from the draw."
        ),
    )


def _associates() -> Classification:
    ranges = pairwise(LEAST_ASSOCIATES)
    rows = ("No associates", *(f"{least} to {above - 1}" for least, above in ranges), f"{LEAST_ASSOCIATES[-1]} or more")
    basis = "Modelled: who is in a group, and of how many companies, is assumed by size (assumptions.base.groups)."
    return Classification("Associated companies", ASSOCIATES, rows, is_observed=False, basis=basis)


def _region() -> Classification:
    return Classification(
        BY_REGION,
        REGION,
        sources.REGIONS,
        is_observed=False,
        basis=(
            f"Modelled: companies of each region are fitted to {_source('companies_by_region_and_employment')}, by where a "
            "company is registered. Where it trains is not known; profits and training are drawn by size and industry, so "
            "that gains differ between regions only as those do."
        ),
    )


def _least_productive() -> Classification:
    ranked = sources.rows("productivity_by_region")
    chosen = [row.keys[0] for row in ranked]
    return Classification(
        "Least productive regions",
        REGION,
        (" and ".join(chosen), "Other regions"),
        is_observed=False,
        basis=(
            f"Modelled, as regions are. These have the lowest output per hour of the 12 in {ranked[0].year} "
            f"({_source('productivity_by_region')}); no ranking of smaller places is on file."
        ),
        row_of=tuple(0 if region in chosen else 1 for region in sources.REGIONS),
    )


def _largest() -> tuple[Classification, ...]:
    rows = ("Top 1%", "Other 99%")
    drawn = "Modelled: the top 1% of all companies, dormant ones too, by"
    tax = f"{drawn} corporation tax under the baseline law; the share of tax of the largest is fitted to HMRC's for 2023-24."
    staff = f"{drawn} employees, which are drawn within official bands."
    return (
        Classification(LARGEST_BY_TAX, LIABILITY, rows, is_observed=False, basis=tax),
        Classification(LARGEST_BY_EMPLOYEES, EMPLOYEES, rows, is_observed=False, basis=staff),
    )
