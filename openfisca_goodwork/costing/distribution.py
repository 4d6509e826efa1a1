"""Who gains from a reform: tables by size, section, profit status, group and region, and the largest companies.

The figures are of the accounting periods that end in one financial year, as official statistics count them, and so are not
the accruals of that year; each table adds up to the same gain. What its classes rest on, a table says itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from openfisca_goodwork.costing.runs import LIABILITY, PROFIT_STATUS, PROFIT_STATUSES
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.population import sources

EMPLOYMENT_BAND, SECTION, REGION, ASSOCIATES = "employment_band", "sic_section", "region", "associated_companies"
LEAST_ASSOCIATES = (1, 5, 20)
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
        rows: names of the classes. basis: the official counts or totals behind every class, or what is assumed instead.
        is_observed: whether there are such. row_of: the row of each code, where not every code has its own.
    """

    name: str
    key: str
    rows: tuple[str, ...]
    basis: str
    is_observed: bool = False
    row_of: tuple[int, ...] = ()


_DRAWN = "Modelled: the top 1% of all companies, dormant ones too, by"
_LARGEST = (
    (
        LARGEST_BY_TAX,
        LIABILITY,
        "corporation tax under the baseline law; the share of tax of the largest is fitted to HMRC's for 2023-24.",
    ),
    (LARGEST_BY_EMPLOYEES, EMPLOYEES, "employees, which are drawn within official bands."),
)


@cache
def classifications() -> tuple[Classification, ...]:
    """Every classification, in the order in which tables are shown."""
    bands = (one.replace("-", " to ").replace("+", " or more") for one in sources.EMPLOYMENT_BANDS)
    groups = (f"{few} to {above - 1}" for few, above in pairwise(LEAST_ASSOCIATES))
    ranked = sources.rows("productivity_by_region")
    least = [row.keys[0] for row in ranked]
    return (
        Classification(
            BY_EMPLOYEES,
            EMPLOYMENT_BAND,
            (UNREGISTERED_NAME, *bands),
            f"Companies of each band are fitted to {_source('companies_by_industry_and_employment')}; those not registered "
            "are HMRC's count of companies less these. Profits and training within a band are modelled.",
            is_observed=True,
        ),
        Classification(
            BY_SECTION,
            SECTION,
            tuple(f"{letter} {name}" for letter, name in zip(sources.SECTIONS, SECTION_NAMES, strict=True)),
            f"Tax and companies with a liability of each section are fitted to {_source('corporation_tax_by_section')}, "
            f"training of each sector to {_source('training_by_sector')}.",
            is_observed=True,
        ),
        Classification(
            "Profit status under the baseline law",
            PROFIT_STATUS,
            PROFIT_STATUSES,
            "Modelled: profits are drawn. Companies with a liability, and those with over £1 million of it, are fitted to "
            f"{_source('corporation_tax_by_section')}, in 2023-24; the rates, and who is in loss, follow from the draw.",
        ),
        Classification(
            "Associated companies",
            ASSOCIATES,
            ("No associates", *groups, f"{LEAST_ASSOCIATES[-1]} or more"),
            "Modelled: who is in a group, and of how many companies, is assumed by size (assumptions.base.groups).",
        ),
        Classification(
            BY_REGION,
            REGION,
            sources.REGIONS,
            f"Modelled: companies of each region are fitted to {_source('companies_by_region_and_employment')}, by where a "
            "company is registered. Where it trains is not known; profits and training are drawn by size and industry, so "
            "that gains differ between regions only as those do.",
        ),
        Classification(
            "Least productive regions",
            REGION,
            (" and ".join(least), "Other regions"),
            f"Modelled, as regions are. These have the lowest output per hour of the 12 in {ranked[0].year} "
            f"({_source('productivity_by_region')}); no ranking of smaller places is on file.",
            row_of=tuple(0 if region in least else 1 for region in sources.REGIONS),
        ),
        *(Classification(name, key, ("Top 1%", "Other 99%"), f"{_DRAWN} {what}") for name, key, what in _LARGEST),
    )


def _source(table: str) -> str:
    """The publication that a table of official figures comes from."""
    return sources.rows(table)[0].source.partition(" (")[0]


if TYPE_CHECKING:
    import pandas

STATIC, POST_BEHAVIOURAL = STEPS = ("static", "post-behavioural")
BASIS = (
    "Accounting periods that end in the financial year. A gain is corporation tax no longer due and credits paid out; what "
    "companies spend to have it is not taken off. One year alone: a company that carries a loss back has less repaid in it "
    "where an earlier gain has used up the tax. Invalid claims are left out: whose they are is not known."
)
OWN_CLASSES = "Classes are those of your own companies' file; what companies gain is modelled."
PRIORITY_BASIS = (
    "Modelled: no survey on file tells where training takes place. The share is assumed, the same for every company "
    "(assumptions.base.training.tags.priority_area), so this says nothing of how places differ."
)
UNITS = {
    "records": "records",
    "records_affected": "records",
    "companies": "companies",
    "gaining": "companies",
    "losing": "companies",
    "unaffected": "companies",
    "gain": "£ million",
    "share_of_gain": "share",
    "gain_per_company": "£",
    "gain_per_gaining_company": "£",
    "gain_per_employee": "£",
    "claimants": "companies",
    "qualifying_training": "£ million",
    "induced_training": "£ million",
}
_TIDY = ("companies", "gaining", "losing", "unaffected", "gain", "claimants", "qualifying_training", "induced_training")
_FEW = 10
CELLS = ("companies", "employees", "claimants", "gain", "qualifying_training", "induced_training")


@dataclass(frozen=True)
class Row:
    """A row of a table of who gains: one class of companies.

    Attributes:
        name: the class. records, records_affected: of the population, in the class; and those that gain or lose.
        companies, gaining, losing, unaffected: numbers of companies; less than half a penny is neither gain nor loss.
        gain: of all of them together, losses taken off (£ million). share_of_gain: of all companies' gain; None of none.
        gain_per_company, gain_per_employee: that gain, shared out (£; None where there is nobody).
        gain_per_gaining_company: mean gain of those that gain (£).
        claimants: companies that claim a relief for training under the reform.
        qualifying_training, induced_training: training entitled to it, and induced against the baseline (£ million).
        is_suppressed: whether disclosure control has left nothing of it but its name.
        effective_records: how many records of equal gain or loss would be as uneven: the square of the sum of gains and
            losses over the sum of their squares; 0 where nothing moves.
    """

    name: str
    records: int
    records_affected: int
    companies: float
    gaining: float
    losing: float
    unaffected: float
    gain: float
    share_of_gain: float | None
    gain_per_company: float | None
    gain_per_gaining_company: float | None
    gain_per_employee: float | None
    claimants: float
    qualifying_training: float
    induced_training: float
    effective_records: float = 0.0
    is_suppressed: bool = False

    @property
    def has_few_records(self) -> bool:
        """Whether so few records stand behind the row, or carry its gains and losses, that it should not be quoted."""
        counts = () if self.is_suppressed else (self.records, self.records_affected, self.effective_records)
        return any(0 < count < _FEW for count in counts)


@dataclass(frozen=True)
class Table:
    """Companies in classes, in one step.

    Attributes:
        name: what the classes are of. step: one of ``STEPS``. rows: the classes.
        is_observed: whether official counts or totals stand behind the classes. basis: which, or what is assumed.
    """

    name: str
    step: str
    basis: str
    is_observed: bool
    rows: tuple[Row, ...]

    @property
    def marked(self) -> str:
        """How the table is known: what companies gain is modelled in every one of them."""
        return "counts observed, gains modelled" if self.is_observed else "modelled"

    def to_dict(self) -> dict[str, Any]:
        """The table for JSON: a list a column."""
        rows = [asdict(row) | {"few_records": row.has_few_records} for row in self.rows]
        columns = {name: [row[name] for row in rows] for name in rows[0] if name != "is_suppressed"}
        return {"name": self.name, "step": self.step, "marked": self.marked, "basis": self.basis, "columns": columns}

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a class, columns in words with their units, and whether few records stand behind it."""
        import pandas  # here, because it takes longer to import than the table takes to make

        rows = [{self.name: row.name, **{in_words(one): getattr(row, one) for one in UNITS}} for row in self.rows]
        flags = ["few records" if row.has_few_records else "" for row in self.rows]
        return pandas.DataFrame(rows).assign(**{"Few records": flags})


@dataclass(frozen=True)
class Totals:
    """All companies in one step.

    Attributes:
        companies, gaining, losing, unaffected: numbers of companies.
        gain: of all together (£ million): of those that gain, less what the others lose (both above 0).
        mean_gain, median_gain: of those that gain (£); None where nobody does.
        invalid_claims: what claims that are not valid cost (£ million; minus is a cost), which no company here gains.
        exchequer_effect: of these accounting periods: ``invalid_claims`` less ``gain`` (£ million).
        accrued: the effect of the financial year on the accruals basis, which the costing leads with (£ million).
        records_affected, effective_records: as of a ``Row``.
    """

    step: str
    companies: float
    gaining: float
    losing: float
    unaffected: float
    gain: float
    gain_of_gaining: float
    loss_of_losing: float
    mean_gain: float | None
    median_gain: float | None
    invalid_claims: float
    exchequer_effect: float
    accrued: float
    records_affected: int = 0
    effective_records: float = 0.0


@dataclass(frozen=True)
class PriorityAreas:
    """Training in priority areas under the reform: all of it that qualifies, and what is induced (£ million); assumed."""

    share_of_training: float
    qualifying_training: float
    induced_training: float
    basis: str = PRIORITY_BASIS


class Cause(StrEnum):
    """By what a company gains or loses, the first of them that moves: what is paid to it, to its group, or its own tax.

    A response is named where a company that only claims would neither gain nor lose, or the other way.
    """

    RESPONSE = "response"
    REPAYMENT = "repayment for a loss carried back"
    GROUP = "tax saved in the group"
    CREDITS = "credits paid out"
    TAX = "tax of the company"


@dataclass(frozen=True)
class Distribution:
    """Who gains in one financial year.

    Attributes:
        year: by the calendar year it begins in. totals: one a step. tables: every classification, in each step.
        priority_areas: None where no training in them qualifies.
        cells: amounts by region × section × employment band with the response assumed, for whatever spreads them further:
            `CELLS`, in companies, employees and £.
        reasons: with the response, companies by what they gain by and lose by (``Cause``), and those that claim and do not
            gain by how they stand under the baseline law.
    """

    year: int
    totals: tuple[Totals, ...]
    tables: tuple[Table, ...]
    priority_areas: PriorityAreas | None
    cells: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    reasons: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def financial_year(self) -> str:
        """The financial year by name: ``2031-32``."""
        return financial_year_name(self.year)

    def table(self, name: str, step: str = POST_BEHAVIOURAL) -> Table:
        """The table of a name in a step."""
        return next(one for one in self.tables if (one.name, one.step) == (name, step))

    def total(self, step: str = POST_BEHAVIOURAL) -> Totals:
        """All companies in a step."""
        return next(one for one in self.totals if one.step == step)

    def to_dict(self) -> dict[str, Any]:
        """The distribution for JSON: £ and £ million, unrounded."""
        areas = self.priority_areas
        return {
            "financial_year": self.financial_year,
            "basis": BASIS,
            "totals": [asdict(one) for one in self.totals],
            "tables": [one.to_dict() for one in self.tables],
            "reasons": {name: dict(counts) for name, counts in self.reasons.items()},
            "priority_areas": None if areas is None else {"marked": "modelled", **asdict(areas)},
        }

    def tidy(self) -> Iterator[tuple[str, str, str, float, str]]:
        """Measure, class, financial year, value and unit of every figure that others are worked out from."""
        for table in self.tables:
            for name in _TIDY:
                measure = f"who gains, {table.step}, by {table.name.lower()}: {name.replace('_', ' ')}"
                for row in (one for one in table.rows if not one.is_suppressed):
                    yield measure, row.name, self.financial_year, getattr(row, name), UNITS[name]


def in_words(column: str) -> str:
    """A column as a heading: ``Gain per company, £``."""
    unit = UNITS[column]
    words = column.replace("_", " ").capitalize()
    return f"{words}, {unit}" if unit.startswith("£") else words
