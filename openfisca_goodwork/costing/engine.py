"""The costing itself: two laws over one population, and the tables that come of it.

The steps that add up to the answer are in ``steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any, cast

import numpy as np

from openfisca_goodwork.costing.disclosure import protected, protected_nothing
from openfisca_goodwork.costing.distribution import OWN_CLASSES, POST_BEHAVIOURAL, STATIC, Distribution
from openfisca_goodwork.costing.executor import mapped
from openfisca_goodwork.costing.gains import Gains, distribution_of
from openfisca_goodwork.costing.parts import Parts, assumed_by, draws_by_workers, sendable
from openfisca_goodwork.costing.record_files import record_file
from openfisca_goodwork.costing.request import ACCRUALS, CostingRequest, Early, Progress, takes
from openfisca_goodwork.costing.result import Amounts, CostingResult, Step, no_effect
from openfisca_goodwork.costing.steps import STEPS
from openfisca_goodwork.costing.surprises import surprises
from openfisca_goodwork.costing.tables import FirstTables, Tables, first_parts_of, parts_of
from openfisca_goodwork.costing.ticks import ticking
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import rating_of
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.costing.uncertainty.stacked import Sample
from openfisca_goodwork.costing.unused_settings import refuse_unused_settings
from openfisca_goodwork.costing.value_for_money import Appraisal

_MILLION = 1e6


@takes(CostingRequest)
def cost(request: CostingRequest) -> CostingResult:
    """Cost reforms against a baseline over the company population.

    Args:
        progress: called with the name of a stage and the share of the work done.
        early: called with the result before its interval is drawn, and before it is known when it is paid and who gains.
        records: a directory into which what each record pays and gains under both laws is written, to query.
        executor: whose workers share the work, each in a process of its own (``costing.executor``); none where None. The
            result is the same to the last bit.

    Returns:
        The effect on the Exchequer by financial year (£ million; plus improves the public finances).

    Raises:
        GoodworkError: for a wrong reform, option or range of years, with all that is wrong. DataError: for a population
            that cannot be built.
    """
    laws = TwoLaws(request)
    with ticking(request.progress or (lambda _stage, _done: None)) as told:
        return _cost(laws, told, request.early)


def cost_each(
    requests: Sequence[CostingRequest], executor: Executor | None = None, heard: Callable[[int], None] = lambda _done: None
) -> list[CostingResult]:
    """Cost several requests, each as ``cost`` does; by the workers of an executor where one is given.

    Args:
        requests: each with neither a progress callback nor workers of its own. heard: called with how many are done.

    Returns:
        Their results, in their order.

    Raises:
        GoodworkError: for a wrong request, and as of ``executor.mapped``.
    """
    if executor is not None:
        return mapped(executor, _alone, [sendable(one) for one in requests], heard)
    found = []
    for one in requests:
        found.append(_alone(one))
        heard(len(found))
    return found


def _alone(request: CostingRequest) -> CostingResult:
    return _cost(TwoLaws(request), lambda _stage, _done: None, None)


def _cost(laws: TwoLaws, progress: Progress, early: Early | None) -> CostingResult:
    progress("Read the two laws", 0.0)
    after = laws.after
    people = laws.people(progress)
    assumed = assumed_by(laws)
    estimate = Estimate(laws, people, assumed, draws_by_workers(laws, people, progress))
    refuse_unused_settings(laws, estimate)
    about = laws.about(people, assumed)
    if laws.no_effect:
        nothing = no_effect(laws.no_effect, **about)
        return protected_nothing(nothing, laws.rules_of_disclosure) if laws.request.disclosure else nothing
    about["rating"] = rating_of(after, laws.measures, laws.day_of_assumptions)

    def at_first(tables: FirstTables) -> None:
        if early is not None and estimate.draws and not laws.request.disclosure:
            early(_result(tables, about | first_parts_of(laws, tables, assumed) | {"spending": ()}))

    with record_file(laws.request.records) as write:
        parts = Parts(laws, people, assumed, progress, write, at_first)
        tables = _tables(parts, estimate.take)
    if parts.count > 1:
        at_first(tables)
    about |= parts_of(laws, tables, assumed)
    if laws.request.appraise and about["value"] is not None:
        about["appraisal"] = Appraisal.of(about["value"], after, laws.day_of_assumptions, assumed)
    progress("Draw the assumptions", 0.9)
    uncertainty = estimate.uncertainty(tables.steps)
    progress("Add up", 0.95)
    result = _result(tables, about | {"uncertainty": uncertainty})
    result = replace(result, distribution=_who_gains(tables, result))
    if laws.request.disclosure:
        return protected(result, tables.standing, Gains.joined(tables.gains), laws.rules_of_disclosure)
    return replace(result, surprises=surprises(result))


def _tables(parts: Parts, take: Callable[[Sample | None], None]) -> Tables:
    """The tables of the whole population: of its parts, added up in their order."""
    whole: Tables | None = None
    for found in parts.each():
        take(found.sample)
        whole = found.tables if whole is None else whole + found.tables
    return cast("Tables", whole)


def _result(tables: FirstTables, about: dict[str, Any]) -> CostingResult:
    """The result, in £ million."""
    kept = tuple(
        Step(step.name, step.is_behavioural, _millions(tables.steps[step.name]), step.words)
        for step in STEPS
        if step.name in tables.steps and tables.steps[step.name].any()
    )
    is_induced = np.any(tables.invested.get("induced", 0.0))
    whole: dict[str, Any] = {
        "steps": kept,
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
