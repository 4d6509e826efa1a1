"""What the tables of Good Work First are: frozen rows, all of them modelled, with their provenance."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from openfisca_goodwork.audit.cells import MODELLED
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

NOTES = tuple(
    """\
Modelled throughout: public contract revenue, low pay and zero hours of companies are on no register open to all. Who \
supplies, and how much, is drawn to what public bodies report that they spend; low pay and zero hours to means of sections.
Cells of few suppliers are as the draw fell: one large company with large contracts may make up most of a region or section.
Contracts are not told one by one: all revenue of a supplier counts where its largest contract is of the size covered.
The wage bill lifts pay to the limit on low pay alone; guaranteed hours, plans, pledges and voice have no price here. What \
the buyer pays is departmental spending, not tax, at most for the part of a supplier's turnover that is public contracts; \
what suppliers bear lowers their profits, and with them corporation tax, which is not counted.""".splitlines()
)


@dataclass(frozen=True)
class Suppliers:
    """Suppliers of a size, section or region that the pledge covers: passing, failing and near to passing.

    Contracts are the £ a year that is reserved; `jobs_failing` are at suppliers that fail; `wage_bill` is what lifting pay
    to the limit costs them (£ a year).
    """

    name: str
    suppliers: float
    contracts: float
    passing: float
    contracts_passing: float
    failing: float
    contracts_failing: float
    near: float
    contracts_near: float
    jobs_failing: float
    wage_bill: float

    def to_list(self) -> list[Any]:
        """The row in the order of its columns."""
        return list(astuple(self))


class Counted(NamedTuple):
    """Suppliers, their contracts (£ a year) and their jobs."""

    suppliers: float
    contracts: float
    jobs: float


@dataclass(frozen=True)
class Condition:
    """Who fails a condition, whatever else they fail, and who fails it alone."""

    label: str
    fails: Counted
    alone: Counted


@dataclass(frozen=True)
class Failing:
    """Suppliers that fail exactly these conditions, with their contracts (£ a year) and jobs; those that fail none first."""

    conditions: tuple[str, ...]
    suppliers: float
    contracts: float
    jobs: float


@dataclass(frozen=True)
class PassedOn:
    """Who pays the wage bill of complying where a share of it is passed on to the buyer (£ a year)."""

    share: float
    wage_bill: float
    departmental_spending: float
    suppliers: float


@dataclass(frozen=True)
class GoodWorkFirst:
    """Suppliers of the public sector under good-work conditions.

    Attributes:
        reforms, settings: as given. title: of the reforms. conditions: what is asked, and of which contracts, in words.
        label: the accounting periods that end in this calendar year are looked at.
        all, by_size, by_section, by_region: suppliers, passing and failing. by_condition, together: which condition fails.
        passed_on: who pays the wage bill. near_points: how near is near, in shares of staff. population: its fingerprint.
    """

    reforms: tuple[str, ...]
    title: str
    settings: tuple[str, ...]
    conditions: tuple[str, ...]
    label: int
    all: Suppliers
    by_size: tuple[Suppliers, ...]
    by_section: tuple[Suppliers, ...]
    by_region: tuple[Suppliers, ...]
    by_condition: tuple[Condition, ...]
    together: tuple[Failing, ...]
    passed_on: tuple[PassedOn, ...]
    near_points: float
    population: str
    notes: tuple[str, ...] = field(default=NOTES)

    @property
    def tables(self) -> dict[str, tuple[Suppliers, ...]]:
        """Suppliers by what they are told apart by."""
        return {"all": (self.all,), "size": self.by_size, "section": self.by_section, "region": self.by_region}

    @property
    def command(self) -> str:
        """The command that gives these tables again."""
        options = [f"--reform {shlex.quote(one)}" for one in self.reforms]
        options += [f"--set {shlex.quote(one)}" for one in self.settings]
        return " ".join(["goodwork audit procurement", *options])

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a size, section or region, and one for all (£ and jobs, unrounded)."""
        import pandas

        return pandas.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for by, rows in self.tables.items():
            yield from ({"by": by, **asdict(row), "status": MODELLED} for row in rows)

    def to_dict(self) -> dict[str, Any]:
        """The tables for JSON."""
        return {
            "model_version": model_version(),
            "status": MODELLED,
            "reforms": list(self.reforms),
            "title": self.title,
            "conditions": list(self.conditions),
            "accounting_periods_ending_in": self.label,
            "suppliers": {by: [asdict(row) for row in rows] for by, rows in self.tables.items()},
            "by_condition": [
                {"condition": one.label, "fails": one.fails._asdict(), "alone": one.alone._asdict()}
                for one in self.by_condition
            ],
            "failing_together": [asdict(one) for one in self.together],
            "wage_bill": [asdict(one) for one in self.passed_on],
            "near_points": self.near_points,
            "notes": list(self.notes),
            "population": self.population,
            "command": self.command,
        }

    def summary(self) -> str:
        """The tables as text for people."""
        from openfisca_goodwork.audit.procurement_summary import summary_of

        return summary_of(self)
