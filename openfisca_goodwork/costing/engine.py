"""The costing itself: two laws over one population, and the tables that come of it.

The steps that add up to the answer are in ``steps``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil
from typing import Any, cast

import numpy as np

from openfisca_goodwork.costing.appraisal import Appraisal
from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.disclosure import protected, standing_of
from openfisca_goodwork.costing.distribution import OWN_CLASSES, POST_BEHAVIOURAL, STATIC, Distribution
from openfisca_goodwork.costing.gains import Gains, distribution_of
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.record_files import record_file
from openfisca_goodwork.costing.request import ACCRUALS, CostingRequest, Early, Progress, takes
from openfisca_goodwork.costing.result import Amounts, CostingResult, Step, no_effect
from openfisca_goodwork.costing.runs import reach_of, run_baseline
from openfisca_goodwork.costing.steps import STEPS, behaviour_of
from openfisca_goodwork.costing.tables import Tables, parts_of
from openfisca_goodwork.costing.ticks import ticking
from openfisca_goodwork.costing.training_retiming import ends
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.costing.uncertainty.rating import rating_of
from openfisca_goodwork.costing.unused_settings import refuse_unused_settings

See = Callable[[Comparison], None]
"""Called with each comparison once it has run; the parts of a population come in their order."""

_MILLION = 1e6
# Records that run together: some ten arrays of each are held for every accounting period and scenario.
_AT_ONCE = 150_000


@takes(CostingRequest)
def cost(request: CostingRequest) -> CostingResult:
    """Cost reforms against a baseline over the company population.

    Args:
        progress: called with the name of a stage and the share of the work done.
        early: called with the result before its interval is drawn and before it is known who gains.
        records: a directory into which what each record pays and gains under both laws is written, to query.

    Returns:
        The effect on the Exchequer by financial year (£ million; plus improves the public finances).

    Raises:
        GoodworkError: for a wrong reform, option or range of years, with all that is wrong. DataError: for a population
            that cannot be built.
    """
    laws = TwoLaws(request)
    with ticking(request.progress or (lambda _stage, _done: None)) as told:
        return _cost(laws, told, request.early)


def _cost(laws: TwoLaws, progress: Progress, early: Early | None) -> CostingResult:
    progress("Read the two laws", 0.0)
    after = laws.after
    people = laws.people(progress)
    has_end, others = any(map(ends, laws.both)), bool(laws.other_changes)
    assumed = behaviour_of(after, laws.request.behaviour, laws.day_of_assumptions, ends=has_end, others=others)
    estimate = Estimate(laws, people, assumed)
    refuse_unused_settings(laws, estimate)
    about = laws.about(people, assumed)
    if laws.no_effect:
        return no_effect(laws.no_effect, **about)
    about["rating"] = rating_of(after, laws.measures, laws.day_of_assumptions)
    with record_file(laws.request.records) as write:

        def see(comparison: Comparison) -> None:
            estimate.take(comparison)
            write(comparison)

        tables = _tables(laws, people, assumed, progress, see)
    about |= parts_of(laws, tables, assumed)
    if laws.request.appraise and about["value"] is not None:
        about["appraisal"] = Appraisal.of(about["value"], after, laws.day_of_assumptions, assumed)
    if early is not None and estimate.draws and not laws.request.disclosure:
        early(_result(tables, about))
    progress("Draw the assumptions", 0.9)
    uncertainty = estimate.uncertainty(tables.steps)
    progress("Add up", 0.95)
    result = _result(tables, about | {"uncertainty": uncertainty})
    result = replace(result, distribution=_who_gains(tables, result))
    if not laws.request.disclosure:
        return result
    return protected(result, tables.standing, Gains.joined(tables.gains), laws.rules_of_disclosure)


def _tables(laws: TwoLaws, people: People, assumed: Behaviour, progress: Progress, see: See) -> Tables:
    """The tables of the whole population: of its parts, one after the other, where it is too large for one run."""
    count = ceil(people.records / _AT_ONCE)
    found: Tables | None = None
    for number, part in enumerate(people.parts(_AT_ONCE)):  # none is held once it is done
        showing = _stretch_of(progress, number / count, 1 / count)
        comparison = _compared(laws, part, assumed, showing)
        # The year of the finding is that of the first part: the others have to be looked at in the same.
        year = laws.year_of_gains if found is None else found.year_of_gains
        standing = standing_of if laws.request.disclosure else None
        tables = Tables.of(comparison, year, people.records / part.records, standing)
        see(comparison)
        del comparison  # its arrays, before those of the next part
        found = tables if found is None else found + tables
    return cast("Tables", found)


def _stretch_of(progress: Progress, start: float, length: float) -> Progress:
    """Progress through one part of the work, scaled to its place in the whole run."""
    return lambda stage, done: progress(stage, 0.3 + 0.6 * (start + length * done))


def _compared(laws: TwoLaws, people: People, assumed: Behaviour, progress: Progress) -> Comparison:
    """Companies that run together under both laws; the scenarios of those affected are run as they are read."""
    before, after = laws.both
    progress("Run the baseline law", 0.0)
    label = laws.first_label(people, assumed)
    base, current = run_baseline(people, before, label, max(reach_of(law, label) for law in (before, after)))
    comparison = Comparison(
        *(people, base, current, before, after, assumed, laws.years),
        other_paths=laws.other_changes,
        first_day=laws.differs_from or laws.last_day,
        known_on=laws.known_on,
        basis=laws.request.basis,
    )
    progress("Run the reform for every company entitled to it", 0.15)
    affected = int(comparison.affected.sum())
    progress(f"Run take-up and response for {affected:,} records", 0.3)
    return comparison


def _result(tables: Tables, about: dict[str, Any]) -> CostingResult:
    """The result, in £ million."""
    kept = tuple(
        Step(step.name, step.is_behavioural, _millions(tables.steps[step.name]), step.words)
        for step in STEPS
        if step.name in tables.steps and tables.steps[step.name].any()
    )
    is_induced = np.any(tables.invested.get("induced", 0.0))
    whole: dict[str, Any] = {
        "steps": kept,
        "spending": _millions(tables.spending),
        "without_response": _millions(tables.without_response),
        "investment": {name: _millions(amount) for name, amount in tables.invested.items()} if is_induced else {},
    }
    if not tables.affected:
        return CostingResult(**whole, **about)
    return CostingResult(
        by_head={head: _millions(effect) for head, effect in tables.by_head.items()},
        claimants=tuple(np.asarray(tables.claimants).tolist()),
        training={name: _millions(amount) for name, amount in tables.training.items()},
        relief_cost=_millions(tables.relief_cost),
        share_at_maximum=tables.share_at_maximum,
        **whole,
        **about,
    )


def _who_gains(tables: Tables, result: CostingResult) -> Distribution:
    """Who gains in a year, with what the costing has of it."""
    year = tables.year_of_gains
    place = result.years.index(year)
    on_accruals = result.static, result.post_behavioural
    static, whole = on_accruals if result.basis == ACCRUALS else map(_millions, tables.accrued)
    accrued = {STATIC: static[place], POST_BEHAVIOURAL: whole[place]}
    basis = OWN_CLASSES if result.population.source else ""
    return distribution_of(Gains.joined(tables.gains), year, float(tables.invalid_claims[place]), accrued, basis)


def _millions(amounts: Any) -> Amounts:
    return tuple((amounts / _MILLION).tolist())
