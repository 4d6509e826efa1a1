"""Who gains from a reform: tables by size, section, profit status, group and region, and the largest companies.

The figures are of the accounting periods that end in one financial year, as official statistics count them, and so are not
the accruals of that year; each table adds up to the same gain. What its classes rest on, a table says itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.law.periods import financial_year_name

if TYPE_CHECKING:
    import pandas

STATIC, POST_BEHAVIOURAL = STEPS = ("static", "post-behavioural")
BASIS = (
    "Accounting periods that end in the financial year. A gain is corporation tax no longer due and credits paid out; what "
    "companies spend to have it is not taken off. One year alone: a company that carries a loss back has less repaid in it "
    "where an earlier gain has used up the tax. Invalid claims are left out: whose they are is not known."
)
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


@dataclass(frozen=True)
class Row:
    """One class of companies.

    Attributes:
        name: the class. records, records_affected: of the population, in the class; and those that gain or lose.
        companies, gaining, losing, unaffected: numbers of companies; less than half a penny is neither gain nor loss.
        gain: of all of them together, losses taken off (£ million). share_of_gain: of all companies' gain; None of none.
        gain_per_company, gain_per_employee: that gain, shared out (£; None where there is nobody).
        gain_per_gaining_company: mean gain of those that gain (£).
        claimants: companies that claim a relief for training under the reform.
        qualifying_training, induced_training: training entitled to it, and induced against the baseline (£ million).
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

    @property
    def has_few_records(self) -> bool:
        """Whether so few records stand behind the row, or behind its gain, that it should not be quoted."""
        return any(0 < count < _FEW for count in (self.records, self.records_affected))


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
        columns = {name: [row[name] for row in rows] for name in rows[0]}
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


@dataclass(frozen=True)
class PriorityAreas:
    """Training in priority areas under the reform: all of it that qualifies, and what is induced (£ million); assumed."""

    share_of_training: float
    qualifying_training: float
    induced_training: float
    basis: str = PRIORITY_BASIS


@dataclass(frozen=True)
class Distribution:
    """Who gains in one financial year.

    Attributes:
        year: by the calendar year it begins in. totals: one a step. tables: every classification, in each step.
        priority_areas: None where no training in them qualifies.
    """

    year: int
    totals: tuple[Totals, ...]
    tables: tuple[Table, ...]
    priority_areas: PriorityAreas | None

    @property
    def financial_year(self) -> str:
        """Its name: ``2031-32``."""
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
            "priority_areas": None if areas is None else {"marked": "modelled", **asdict(areas)},
        }

    def tidy(self) -> Iterator[tuple[str, str, str, float, str]]:
        """Measure, class, financial year, value and unit of every figure that others are worked out from."""
        for table in self.tables:
            for name in _TIDY:
                measure = f"who gains, {table.step}, by {table.name.lower()}: {name.replace('_', ' ')}"
                for row in table.rows:
                    yield measure, row.name, self.financial_year, getattr(row, name), UNITS[name]


def in_words(column: str) -> str:
    """A column as a heading: ``Gain per company, £``."""
    unit = UNITS[column]
    words = column.replace("_", " ").capitalize()
    return f"{words}, {unit}" if unit.startswith("£") else words
