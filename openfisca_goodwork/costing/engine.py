"""The costing itself: two laws over one population, and the tables that come of it.

The steps that add up to the answer are in ``steps``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openfisca_goodwork.costing.assumptions import behaviour_of
from openfisca_goodwork.costing.request import Progress, Request
from openfisca_goodwork.costing.result import Amounts, CostingResult, Step, no_effect
from openfisca_goodwork.costing.retiming import ends
from openfisca_goodwork.costing.runs import reach_of, run_baseline
from openfisca_goodwork.costing.steps import RESPONSE, Comparison
from openfisca_goodwork.periods import parse_financial_years

_MILLION = 1e6


def cost(  # noqa: PLR0913, PLR0917 - the options of a costing, each with its default
    reforms: Any = (),
    baseline: Any = (),
    years: str = "2026-27:2031-32",
    behaviour: str = "central",
    basis: str = "accruals",
    forecast: str = "latest",
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
        basis: ``accruals``. forecast: ``latest``.
        population: ``default``, or a Population.
        settings: ``PATH@DATE=VALUE``, laid upon the reforms; upon both laws, and the population built anew, for
            ``assumptions.base``, ``.growth`` and ``.timing``.
        progress: called with the name of a stage and the share of the work done.

    Returns:
        The effect on the Exchequer by financial year (£ million; plus improves the public finances).

    Raises:
        GoodworkError: for a wrong reform, option or range of years. DataError: for a population that cannot be built.
    """
    request = Request(
        reforms=_as_list(reforms),
        baseline=_as_list(baseline),
        years=parse_financial_years(years),
        behaviour=behaviour,
        population=population,
        settings=tuple(settings),
    )
    request.refuse_unknown(basis, forecast)
    return _cost(request, progress or (lambda _stage, _done: None))


def _as_list(reforms: Any) -> list[Any]:
    """Reforms one by one; ``a + b`` is two."""
    given = list(reforms) if isinstance(reforms, (list, tuple)) else [reforms]
    return [part for one in given for part in (one.split(" + ") if isinstance(one, str) else [one])]


def _cost(request: Request, progress: Progress) -> CostingResult:
    progress("Read the two laws", 0.0)
    before, after = request.laws
    start = request.start
    people = request.people(progress)
    has_end = any(map(ends, request.laws))
    assumed = behaviour_of(after, request.behaviour, request.day_of_assumptions, ends=has_end)
    request.refuse_settings_without_effect(assumed)
    about = request.about(people, assumed)
    if start is None or request.no_effect:
        return no_effect(request.no_effect, **about)
    progress("Run the baseline law", 0.3)
    label = max(start.year, people.labels[0])
    base, current = run_baseline(people, before, label, max(reach_of(law, label) for law in (before, after)))
    others = request.has_other_changes
    comparison = Comparison(people, base, current, before, after, assumed, request.years, has_other_changes=others)
    return _result(comparison, about, progress)


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
    whole: dict[str, Any] = {
        "steps": kept,
        "spending": _millions(comparison.spending()),
        "without_response": _millions(comparison.without_response()),
    }
    if not touched:
        return CostingResult(**whole, **about)
    return CostingResult(
        by_head={head: _millions(effect) for head, effect in comparison.by_head().items()},
        claimants=tuple(comparison.claimants().tolist()),
        training={name: _millions(amount) for name, amount in comparison.training().items()},
        relief_cost=_millions(comparison.relief_cost()),
        share_at_maximum=comparison.at_the_maximum(),
        **whole,
        **about,
    )


def _millions(amounts: Any) -> Amounts:
    return tuple((amounts / _MILLION).tolist())
