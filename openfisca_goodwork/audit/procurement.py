"""Good Work First: which suppliers of the public sector would pass its conditions, which would fail, and what passing costs.

Public contract revenue, low pay and zero hours are modelled company by company: the population draws them (`population`),
and no register tells them. The conditions are those of the law that a reform makes; that law itself says who meets them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import policy, system
from openfisca_goodwork import population as companies
from openfisca_goodwork.audit.figures import MODELLED, SECTION_NAMES, command_of
from openfisca_goodwork.audit.good_jobs import OF_COMPANIES, refuse_unused_settings
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.policy.vocabulary import current_vocabulary, in_words
from openfisca_goodwork.population import Population
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.records import FIRST_BAND_OF_SIZE, SIZES
from openfisca_goodwork.population.sources import REGIONS
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.system import DatedValue
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

DEFAULT_REFORM = "good-work-first"
PASSED_ON = (0.0, 0.5, 1.0)
"""How much of the wage bill the buyer pays, in the three cases that are shown."""
_CONDITIONS = "good_work.conditions."
_LOW_PAY = f"{_CONDITIONS}maximum_share_below_living_wage"
_ZERO_HOURS = f"{_CONDITIONS}maximum_share_zero_hours"


class _Asked(NamedTuple):
    """A condition: its name, what it asks in words, and its value when it asks nothing."""

    name: str
    words: str
    widest: float | bool


_ASKED: Mapping[str, _Asked] = {
    _LOW_PAY: _Asked("low pay", "at most {} of staff below the real living wage", widest=1.0),
    _ZERO_HOURS: _Asked("zero hours", "at most {} of staff on zero-hours contracts", widest=1.0),
    f"{_CONDITIONS}fair_work_pledge": _Asked("fair-work pledge", "a fair-work pledge", widest=False),
    f"{_CONDITIONS}training_plan": _Asked("training plan", "a published training plan", widest=False),
    f"{_CONDITIONS}employee_voice": _Asked("employee voice", "employee voice", widest=False),
}
_MINIMUM, _SHARE = (f"good_work.procurement.{name}" for name in ("minimum_contract", "share_reserved"))
_OF_CONTRACTS = {
    _MINIMUM: "of suppliers whose largest contract is {} or more",
    _SHARE: "for {} of the value of their contracts",
}
_MEETS, _RESERVED = "meets_good_work_conditions", "public_contract_revenue_reserved"
_COMBINATION = "good_work.combination"
_READ = ("good_work.", *OF_COMPANIES)
_LONDON = "London"
# The year of the rates that the gap between the living wage and the legal minimum is of.
_GAP_YEAR = 2025
Progress = Callable[[str, float], None]
NOTES = tuple(
    """\
Modelled throughout: public contract revenue, low pay and zero hours of companies are on no register open to all. Who \
supplies, and how much, is drawn to what public bodies report that they spend; low pay and zero hours to means of sections.
Where a region or section has few suppliers, its figures rest on the random draw: one large company may have most of its \
contracts.
Contracts are not known one by one: all revenue of a supplier counts where its largest contract is of the size covered.
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
class GoodWorkFirst(Worded):
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
        """Rows of suppliers by class: all, size, section, region."""
        return {"all": (self.all,), "size": self.by_size, "section": self.by_section, "region": self.by_region}

    @property
    def command(self) -> str:
        """The command that gives these tables again."""
        return command_of("goodwork audit procurement", self.reforms, "", self.settings)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a size, section or region, and one for all (£ and jobs, unrounded)."""
        import pandas

        return pandas.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for by, rows in self.tables.items():
            yield from ({"by": by, **asdict(row), "status": MODELLED} for row in rows)

    def to_dict(self) -> dict[str, Any]:
        """All tables as plain values, for JSON."""
        return {
            "model_version": model_version(),
            "status": MODELLED,
            "reforms": list(self.reforms),
            "title": self.title,
            "conditions": list(self.conditions),
            "accounting_periods_ending_in": self.label,
            "suppliers": {by: [asdict(row) for row in rows] for by, rows in self.tables.items()},
            "by_condition": [
                {"condition": condition.label, "fails": condition.fails._asdict(), "alone": condition.alone._asdict()}
                for condition in self.by_condition
            ],
            "failing_together": [asdict(failing) for failing in self.together],
            "wage_bill": [asdict(case) for case in self.passed_on],
            "near_points": self.near_points,
            "notes": list(self.notes),
            "population": self.population,
            "command": self.command,
        }


def good_work_first(
    reforms: Iterable[str | Path] = (DEFAULT_REFORM,),
    population: str | Population = "default",
    settings: Iterable[str] = (),
    progress: Progress | None = None,
) -> GoodWorkFirst:
    """Suppliers that pass and fail the good-work conditions of a law, over the company population.

    Args:
        reforms: applied to current law, which asks nothing of suppliers. settings: `PATH@DATE=VALUE`, upon both.
        population: `default` or a Population.

    Raises:
        GoodworkError: for a wrong reform or setting, and for a law without conditions or reserved contracts.
    """
    listed, given = tuple(map(str, reforms)), tuple(settings)
    law = policy.law_of(listed, settings=given)
    refuse_unused_settings(given, _READ, f"Procurement reads {', '.join(_READ)}")
    asked, day = _asked(law)
    common = tuple(setting for setting in given if setting.startswith("assumptions."))
    show = progress or (lambda _stage, _done: None)
    base = policy.law_of(settings=common)
    people = companies.load(population, law=base, progress=show) if isinstance(population, str) else population
    show("suppliers", 0.9)
    market = Market(people, law, listed, given, asked, day, Assumptions(base.parameters))
    return market.result()


def _asked(law: TaxBenefitSystem) -> tuple[tuple[str, ...], date]:
    """The conditions that a law asks for at its end, and the first day on which all of them stand. Raises GoodworkError."""
    ends = {path: history(law, path).values[-1] for path in (*_ASKED, _SHARE)}
    asked = tuple(path for path, condition in _ASKED.items() if ends[path].value != condition.widest)
    if not asked or not ends[_SHARE].value:
        missing = (
            "asks for no good-work condition" if not asked else "reserves no contracts for those who meet its conditions"
        )
        raise GoodworkError(
            f"This law {missing}. Name a reform that sets good_work.conditions and good_work.procurement, as "
            f"--reform {DEFAULT_REFORM} does."
        )
    return asked, max(end.start for path, end in ends.items() if path in asked or path == _SHARE)


@dataclass(frozen=True, eq=False)
class Market:
    """The suppliers of the population, under one law.

    Attributes:
        law: with the conditions. reforms, settings: as given. asked: the conditions. day: from which all of them stand.
        read: the assumptions.
    """

    people: Population
    law: TaxBenefitSystem
    reforms: tuple[str, ...]
    settings: tuple[str, ...]
    asked: tuple[str, ...]
    day: date
    read: Assumptions

    @cached_property
    def label(self) -> int:
        """Index of the accounting periods looked at: the first after the day in every company, or the last there are."""
        return max(min(self.day.year + 2, self.people.labels[-1]), self.people.labels[0])

    @cached_property
    def inputs(self) -> Mapping[str, np.ndarray]:
        """Inputs of the companies in the accounting periods looked at, by variable (one value a record)."""
        return self.people.inputs(self.label)

    def _run(self, law: TaxBenefitSystem, *names: str) -> Mapping[str, np.ndarray]:
        # Nothing asked for reads an earlier period: the companies may as well begin here.
        begins = {"first_accounting_period": np.full(self.people.records, self.label, dtype=np.int64)}
        return system.run(law, {self.label: {**self.inputs, **begins}}, list(names))[self.label]

    def _meeting(self, values: Mapping[str, float | bool]) -> np.ndarray:
        """Who meets the conditions with some of them at other values from the day on."""
        leaves = system.leaf_parameters(self.law)
        changed = {
            path: [
                *(dated for dated in system.dated_values(leaves[path]) if dated.date < self.day),
                DatedValue(self.day, value),
            ]
            for path, value in values.items()
        }
        return self._run(system.with_values(self.law, changed), _MEETS)[_MEETS].astype(bool)

    @cached_property
    def _found(self) -> Mapping[str, np.ndarray]:
        return self._run(self.law, _MEETS, _RESERVED)

    @cached_property
    def covered(self) -> np.ndarray:
        """Whether each record is a supplier with a reserved contract."""
        return np.asarray(self._found[_RESERVED] > 0)

    @cached_property
    def contracts(self) -> np.ndarray:
        """Value of reserved public contracts by record (£ a year, of all companies that it stands for)."""
        return np.asarray(self._found[_RESERVED] * self.people.weight)

    @cached_property
    def passes(self) -> np.ndarray:
        """Whether each record meets the conditions of the law."""
        return self._found[_MEETS].astype(bool)

    @cached_property
    def fails_each(self) -> Mapping[str, np.ndarray]:
        """For each condition asked, whether each record would fail it were it the only condition."""
        off = {path: _ASKED[path].widest for path in self.asked}
        return {path: ~self._meeting({name: widest for name, widest in off.items() if name != path}) for path in self.asked}

    @cached_property
    def is_near(self) -> np.ndarray:
        """Whether each record fails, and would pass with the limits on shares of staff a few points wider."""
        points = self.read("audit.near_points")
        shares = [path for path in self.asked if isinstance(_ASKED[path].widest, float)]
        if not shares:
            return np.zeros_like(self.passes)
        wider = {path: min(history(self.law, path).on(self.day) + points, 1.0) for path in shares}
        return self._meeting(wider) & ~self.passes

    @cached_property
    def jobs(self) -> np.ndarray:
        """Jobs by record (at all companies that it stands for)."""
        return np.asarray(self.inputs["employees"] * self.people.weight)

    @cached_property
    def wage_bill(self) -> np.ndarray:
        """Cost by record of lifting pay to the limit on low pay (£ a year, with employer's costs); 0 for those that pass."""
        if _LOW_PAY not in self.asked:
            return np.zeros_like(self.jobs)
        allowed = history(self.law, _LOW_PAY).on(self.day)
        below = np.maximum(self.inputs["share_paid_below_real_living_wage"] - allowed, 0)
        in_london = self.people.classes["region"][0] == REGIONS.index(_LONDON)
        gaps = (self.read(f"audit.pay_gap.{name}") for name in ("full_time_in_london", "full_time"))
        gap = np.where(in_london, *gaps) * self.read("audit.pay_gap.share") * self.read("audit.pay_gap.hours")
        needed = gap * self._earnings * (1 + self.read("audit.employer_costs"))
        return np.asarray(self.jobs * below * needed * (self.covered & ~self.passes))

    @property
    def _earnings(self) -> float:
        """Earnings of the periods looked at, relative to those of the year that the gap in pay is of."""
        levels = self.read.growth("earnings")
        here, then = (self.read.labels.index(year) for year in (self.label, _GAP_YEAR))
        return float(levels[here] / levels[then])

    def result(self) -> GoodWorkFirst:
        """Add up the suppliers to the tables of the result."""
        band, section, region = (self.people.classes[name][0] for name in ("employment_band", "sic_section", "region"))
        size = np.searchsorted(FIRST_BAND_OF_SIZE, band, side="right") - 1
        return GoodWorkFirst(
            reforms=self.reforms,
            title=" + ".join(reform.title for reform in policy.load_all(self.reforms)),
            settings=self.settings,
            conditions=tuple(self._in_words()),
            label=self.label,
            all=self._suppliers("All", np.ones_like(self.covered)),
            by_size=tuple(self._suppliers(name, size == at) for at, name in enumerate(SIZES)),
            by_section=tuple(self._suppliers(name, section == at) for at, name in enumerate(SECTION_NAMES.values())),
            by_region=tuple(self._suppliers(name, region == at) for at, name in enumerate(REGIONS)),
            by_condition=tuple(self._by_condition()),
            together=tuple(self._together()),
            passed_on=tuple(self._passed_on()),
            near_points=self.read("audit.near_points"),
            population=self.people.fingerprint,
        )

    def _in_words(self) -> Iterator[str]:
        for path, words in {**{path: _ASKED[path].words for path in self.asked}, **_OF_CONTRACTS}.items():
            yield words.format(in_words(history(self.law, path).on(self.day), current_vocabulary()[path].unit))
        if len(self.asked) > 1 and history(self.law, _COMBINATION).on(self.day) == "any":
            yield "any one of the conditions is enough"

    def _suppliers(self, name: str, here: np.ndarray) -> Suppliers:
        covered = here & self.covered
        classes = (covered, covered & self.passes, covered & ~self.passes, covered & self.is_near)
        both = (self.people.weight, self.contracts)
        counts = [float(amount[among].sum()) for among in classes for amount in both]
        return Suppliers(name, *counts, *(float(amount[classes[2]].sum()) for amount in (self.jobs, self.wage_bill)))

    def _by_condition(self) -> Iterator[Condition]:
        for path, fails in self.fails_each.items():
            others = [failing for name, failing in self.fails_each.items() if name != path]
            alone = fails & ~np.any(others, axis=0) if others else fails
            yield Condition(_ASKED[path].name, self._of(fails), self._of(alone))

    def _together(self) -> Iterator[Failing]:
        """Suppliers by exactly which conditions they fail."""
        every = np.array(list(self.fails_each.values()))
        for many in range(len(self.asked) + 1):
            for chosen in combinations(range(len(self.asked)), many):
                exactly = np.all(every == np.isin(np.arange(len(self.asked)), chosen)[:, None], axis=0)
                labels = tuple(_ASKED[self.asked[at]].name for at in chosen)
                yield Failing(labels, *self._of(exactly))

    def _of(self, who: np.ndarray) -> Counted:
        """Suppliers, their reserved contracts (£) and their jobs, of some companies."""
        covered = who & self.covered
        amounts = self.people.weight, self.contracts, self.jobs
        return Counted(*(float(amount[covered].sum()) for amount in amounts))

    def _passed_on(self) -> Iterator[PassedOn]:
        """Who pays the wage bill: the buyer of public contracts at most for their part of the supplier's turnover."""
        turnover = np.maximum(self.inputs["turnover"], 1.0)
        public = np.minimum(self.inputs["public_contract_revenue"] / turnover, 1)
        whole, on_contracts = float(self.wage_bill.sum()), float((self.wage_bill * public).sum())
        for share in PASSED_ON:
            yield PassedOn(share, whole, departmental_spending=share * on_contracts, suppliers=whole - share * on_contracts)
