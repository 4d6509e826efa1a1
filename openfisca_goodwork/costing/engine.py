"""The costing itself: what is asked, of which two laws, over which companies.

The steps that add up to the answer are in ``steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork import policy
from openfisca_goodwork import population as companies
from openfisca_goodwork.costing.assumptions import Behaviour, behaviour_of
from openfisca_goodwork.costing.result import Amounts, CostingResult, PopulationUsed, Step, no_effect
from openfisca_goodwork.costing.runs import run_baseline
from openfisca_goodwork.costing.steps import RESPONSE, Comparison
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.periods import financial_year_start, parse_financial_years
from openfisca_goodwork.periods.calendar import ONE_DAY
from openfisca_goodwork.policy.compare import differences
from openfisca_goodwork.policy.laws import vocabulary_with

_BASES = ("accruals",)
_MILLION = 1e6
_COMMON = ("assumptions.base.", "assumptions.growth.", "assumptions.timing.")
Progress = Callable[[str, float], None]


def cost(
    reforms: Any,
    baseline: Any = (),
    years: str = "2026-27:2031-32",
    behaviour: str = "central",
    basis: str = "accruals",
    population: Any = "default",
    settings: Iterable[str] = (),
    progress: Progress | None = None,
) -> CostingResult:
    """Cost reforms against a baseline over the company population.

    Args:
        reforms: names of the library, files or Reforms, laid one upon the other.
        baseline: the same, for the law to compare with; current law where empty.
        years: financial years, first:last, as in ``2026-27:2031-32``.
        behaviour: ``none``, ``low``, ``central`` or ``high``.
        basis: ``accruals``.
        population: ``default``, or a Population.
        settings: ``PATH@DATE=VALUE``, laid upon the reforms; upon both laws, and the population built anew, for
            ``assumptions.base``, ``.growth`` and ``.timing``.
        progress: called with the name of a stage and the share of the work done.

    Returns:
        The effect on the Exchequer by financial year (£ million; plus improves the public finances).

    Raises:
        GoodworkError: for a wrong reform, option or range of years. DataError: for a population that cannot be built.
    """
    return _Request(_as_list(reforms), _as_list(baseline), years, behaviour, basis, population, tuple(settings)).cost(
        progress or (lambda _stage, _done: None)
    )


def _as_list(reforms: Any) -> list[Any]:
    return list(reforms) if isinstance(reforms, (list, tuple)) else [reforms]


@dataclass(frozen=True)
class _Request:
    """What was asked for, as it was asked."""

    reforms: list[Any]
    baseline: list[Any]
    years: str
    behaviour: str
    basis: str
    population: Any
    settings: tuple[str, ...]

    def cost(self, progress: Progress) -> CostingResult:
        years = parse_financial_years(self.years)
        self._refuse_unknown()
        progress("Read the two laws", 0.0)
        before = policy.law_of(self.baseline, settings=self._common_settings)
        after = policy.law_of(self.reforms, self.baseline, self.settings)
        start = self._first_difference(last_day := financial_year_start(years[-1] + 1) - ONE_DAY)
        assumed = behaviour_of(after, self.behaviour, start or last_day)
        people = self._population(progress)
        about = self._about(years, people, assumed)
        if start is None:
            return no_effect(self._why_nothing(years, last_day), **about)
        progress("Run the baseline law", 0.3)
        base, current = run_baseline(people, before, max(start.year, people.labels[0]))
        comparison = Comparison(people, base, current, before, after, assumed, start, years)
        return _result(comparison, about, progress)

    @property
    def _common_settings(self) -> tuple[str, ...]:
        """Settings of assumptions that both laws share; every other one is part of the reform."""
        return tuple(one for one in self.settings if one.startswith(_COMMON))

    def _first_difference(self, last_day: date) -> date | None:
        """The first day on which the two laws differ, assumptions apart; None where that is after the last day."""
        before = vocabulary_with((), self.baseline, self._common_settings)
        after = vocabulary_with(self.reforms, self.baseline, self.settings)
        days = [row.starts for row in differences(before, after) if not row.path.startswith("assumptions.")]
        first = min(days, default=None)
        return None if first is None or first > last_day else first

    def _why_nothing(self, years: tuple[int, ...], last_day: date) -> str:
        reason = policy.no_effect_reason(self.reforms, financial_year_start(years[0]), last_day, self.baseline)
        return reason or "It changes assumptions only: both laws are the same in the years asked for."

    def _refuse_unknown(self) -> None:
        if self.basis not in _BASES:
            raise GoodworkError(f"{self.basis!r} is not a basis of this version. It costs on {' or '.join(_BASES)}.")

    def _population(self, progress: Progress) -> Any:
        """The population asked for; one built on other common assumptions where settings change them."""
        if not isinstance(self.population, str):
            return self.population
        common = self._common_settings
        return companies.load(
            self.population,
            progress=lambda stage, done: progress(stage, 0.3 * done),
            law=policy.law_of(settings=common) if common else None,
        )

    def _about(self, years: tuple[int, ...], people: Any, assumed: Behaviour) -> dict[str, Any]:
        reforms = policy.load_all(self.reforms)
        return {
            "reforms": reforms,
            "baseline": policy.load_all(self.baseline),
            "years": years,
            "behaviour": self.behaviour,
            "basis": self.basis,
            "settings": self.settings,
            "overrides": policy.compose(reforms).overrides if reforms else (),
            "assumptions": dict(assumed.values),
            "population": PopulationUsed(people.fingerprint, people.records, people.companies),
        }


def _result(comparison: Comparison, about: dict[str, Any], progress: Progress) -> CostingResult:
    """Run the scenarios and put their tables together."""
    progress("Run the reform for every company entitled to it", 0.4)
    touched = int(comparison.touched.sum())
    progress(f"Run take-up and response for {touched:,} records", 0.5)
    steps = comparison.steps()
    progress("Add up", 0.95)
    kept = tuple(
        Step(name, is_behavioural=name in RESPONSE, effect=_millions(effect))
        for name, effect in steps.items()
        if effect.any()
    )
    about["spending"] = _millions(comparison.spending())
    if not touched:
        return CostingResult(steps=kept, **about)
    return CostingResult(
        steps=kept,
        by_head={head: _millions(effect) for head, effect in comparison.by_head().items()},
        claimants=tuple(comparison.claimants().tolist()),
        training={name: _millions(amount) for name, amount in comparison.training().items()},
        share_at_maximum=comparison.at_the_maximum(),
        **about,
    )


def _millions(amounts: Any) -> Amounts:
    return tuple((amounts / _MILLION).tolist())
