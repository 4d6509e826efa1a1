"""How much work the interval of a costing is, worked out before anything is run."""

from __future__ import annotations

from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import constant


def draws_and_records(request: CostingRequest) -> tuple[int, int]:
    """Draws of the assumptions, and records on which the law runs again in each draw.

    Raises:
        GoodworkError: for a wrong request.
    """
    laws = TwoLaws(request)
    draws, records = (int(constant(laws.after, name, laws.day_of_assumptions)) for name in ("draws", "records"))
    return draws if request.draws is None else request.draws, records
