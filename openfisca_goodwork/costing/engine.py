"""The costing itself: two laws over one population, and the tables that come of it.

The steps that add up to the answer are in ``steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date

from openfisca_goodwork.costing.behaviour import BEHAVIOUR
from openfisca_goodwork.costing.disclosure import protected, protected_nothing
from openfisca_goodwork.costing.disclosure_rules import ROOT as DISCLOSURE
from openfisca_goodwork.costing.executor import in_order
from openfisca_goodwork.costing.gains import Gains, record_file
from openfisca_goodwork.costing.parts import Parts, assumed_by, draws_by_workers, sendable
from openfisca_goodwork.costing.request import CostingRequest, Early, Progress, takes
from openfisca_goodwork.costing.result import CostingResult, no_effect
from openfisca_goodwork.costing.steps import COMPLIANCE, DISCOUNT_RATE, TRAINING_STEPS, read_by
from openfisca_goodwork.costing.surprises import surprises
from openfisca_goodwork.costing.tables import Tables, first_result, whole_result
from openfisca_goodwork.costing.ticks import ticking
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import ROOT as UNCERTAINTY
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.costing.uncertainty.result import RATING, rates, rating_of
from openfisca_goodwork.costing.value_for_money import ADMINISTRATION, APPRAISAL, SET_UP, Appraisal, administration_of
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import day_in_words, financial_year_name
from openfisca_goodwork.policy.check import RESPONSES


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
        GoodworkError: for a wrong request, and as of ``executor.in_order``.
    """
    if executor is not None:
        return list(in_order(executor, _alone, [sendable(one) for one in requests], heard))
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

    def at_first(tables: Tables) -> None:
        if early is not None and estimate.draws and not laws.request.disclosure:
            early(first_result(laws, tables, assumed, about))

    with record_file(laws.request.records) as write:
        parts = Parts(laws, people, assumed, progress, write, at_first)
        found = []
        for one in parts.each():
            estimate.take(one.sample)
            found.append(one.tables)
    tables = sum(found[1:], found[0])
    if parts.count > 1:
        at_first(tables)
    result = whole_result(laws, tables, assumed, about)
    if laws.request.appraise and result.value is not None:
        result = replace(result, appraisal=Appraisal.of(result.value, after, laws.day_of_assumptions, assumed))
    progress("Draw the assumptions", 0.9)
    result = replace(result, uncertainty=estimate.uncertainty(tables.steps))
    progress("Add up", 0.95)
    if laws.request.disclosure:
        return protected(result, tables.standing, Gains.joined(tables.gains), laws.rules_of_disclosure)
    return replace(result, surprises=surprises(result))


# --- settings of assumptions that a costing would not read: refused before any law is run ----------------------------


_OF_NO_COSTING = ("assumptions.audit.", "assumptions.effective_rates.")
_OF_TRAINING = (
    "assumptions.take_up.",
    *(f"{BEHAVIOUR}.{one.name}" for one in read_by(*TRAINING_STEPS, COMPLIANCE) if one != DISCOUNT_RATE),
)
_OF_THE_DAY = (*RESPONSES, f"{ADMINISTRATION}.", f"{DISCLOSURE}.", f"{APPRAISAL}.", f"{UNCERTAINTY}.")


def refuse_unused_settings(laws: TwoLaws, estimate: Estimate) -> None:
    """Refuse settings that nothing in a costing would read, and an appraisal of nothing.

    Raises:
        GoodworkError: with all of them.
    """
    faults = [
        f"--set {setting}: {why}" for setting in laws.request.settings if (why := _why_unused(setting, laws, estimate))
    ]
    if laws.request.appraise and not any(map(relief_begins, laws.both)):
        faults.append(
            "--appraise: neither law has a relief for training, and only extra training is appraised. Leave it out."
        )
    if faults:
        raise GoodworkError("\n".join(faults))


def _why_unused(setting: str, laws: TwoLaws, estimate: Estimate) -> str:
    """Why a setting is read by nothing; empty where something reads it."""
    path, _, rest = setting.partition("@")
    if path.startswith(_OF_NO_COSTING):
        return f"no costing reads {path}."
    if reason := next(_reasons(path, laws, estimate), ""):
        return f"{path} is not used{reason}."
    day = laws.day_of_assumptions
    if path.startswith(_OF_THE_DAY) and date.fromisoformat(rest.partition("=")[0]) > day:
        return f"{path} is read on {day_in_words(day)}. Date the setting on that day or before."
    return ""


def _reasons(path: str, laws: TwoLaws, estimate: Estimate) -> Iterator[str]:
    """What follows `is not used`, where it is not."""
    if path.startswith(RESPONSES) and path not in {*estimate.assumed.values, *estimate.ends_of_behaviour}:
        yield f" with --behaviour {laws.request.behaviour}"
    elif path.startswith(_OF_TRAINING) and not any(map(relief_begins, laws.both)):
        yield ": neither law has a relief for training"
    elif path.startswith(f"{DISCLOSURE}.") and not laws.request.disclosure:
        yield " without --disclosure"
    elif path.startswith(f"{ADMINISTRATION}."):
        yield from _of_administration(path, laws)
    elif path.startswith(f"{APPRAISAL}.") and not laws.request.appraise:
        yield " without --appraise"
    elif path.startswith(f"{RATING}."):
        if not rates(laws.after, laws.measures, path):
            yield ": nothing that it rates differs between the two laws"
    elif path.startswith(f"{UNCERTAINTY}.") and path not in estimate.parameters:
        yield from _of_uncertainty(path, laws, estimate)


def _of_administration(path: str, laws: TwoLaws) -> Iterator[str]:
    running = administration_of(*laws.both, laws.day_of_assumptions)
    year = running.set_up_in if running else None
    if running is None:
        yield ": neither law has a relief for training to run"
    elif path == SET_UP and year is None:
        yield ": no relief is set up that the baseline has not"
    elif path == SET_UP and year is not None and year not in laws.years:
        yield f": the relief is set up in {financial_year_name(year)}, which is not among the years asked for"


def _of_uncertainty(path: str, laws: TwoLaws, estimate: Estimate) -> Iterator[str]:
    if laws.request.draws is not None and path == f"{UNCERTAINTY}.draws":
        yield f" with --draws {laws.request.draws}"
    elif not estimate.draws:
        yield ": without draws there is no interval"
    else:
        yield ": the interval of this costing does not vary it"
