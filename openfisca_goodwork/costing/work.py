"""How much work the settings of a costing ask for, worked out before anything is run."""

from __future__ import annotations

from dataclasses import dataclass

from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import constant
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.population.assumptions import ANY_DAY

_RECORDS = "assumptions.base.population.records"


@dataclass(frozen=True)
class Work:
    """What sizes a costing.

    Attributes:
        draws, records: of the interval; the law runs again on each record in each draw.
        built: records of the population that has to be built for the settings; 0 where none has.
    """

    draws: int
    records: int
    built: int


def work_of(request: CostingRequest) -> Work:
    """The work of a request. Raises GoodworkError where the request is wrong."""
    laws = TwoLaws(request)
    draws, records = (int(constant(laws.after, name, laws.day_of_assumptions)) for name in ("draws", "records"))
    built = int(history(laws.before, _RECORDS).on(ANY_DAY)) if laws.common_settings else 0
    return Work(draws if request.draws is None else request.draws, records, built)
