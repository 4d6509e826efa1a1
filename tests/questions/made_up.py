"""Headlines of costings that nobody ran, so that questions are tested without a population."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from openfisca_goodwork.costing.people import PopulationUsed
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.questions.headline import Headline

YEARS = (2026, 2027, 2028)
NAMES = "2026-27:2028-29"


def value_of(request: CostingRequest) -> float:
    return float(request.settings[-1].partition("=")[2])


def headlines(effect: Callable[[float], tuple[float, ...]]) -> Callable[..., Headline]:
    """A costing whose effect is a function of the value set last."""

    def headline_of(request: CostingRequest, *_more: object) -> Headline:
        effects = effect(value_of(request))
        return Headline(request, YEARS, {"static": effects, "post_behavioural": effects}, PopulationUsed("made up", 1, 1.0))

    return headline_of


def one_by_one(headline_of: Callable[..., Headline]) -> Callable[..., Iterator[Headline]]:
    """What gives several headlines, from what gives one."""
    return lambda requests, *more: (headline_of(request, *more) for request in requests)
