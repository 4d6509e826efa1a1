"""What a result says beside its steps: the bridge to cash, administration, value for money, the measure's place in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from openfisca_goodwork.costing.administration import administration_of
from openfisca_goodwork.costing.assumptions import Behaviour
from openfisca_goodwork.costing.bridge import Bridge
from openfisca_goodwork.costing.cash import CONVENTIONS
from openfisca_goodwork.costing.tables import Tables
from openfisca_goodwork.costing.timeline import Timeline
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.value_for_money import Amounts, Value, present_value_factors
from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import add_months, history

_MILLION = 1e6
_MONTHS_OF_A_YEAR = 12


def parts_of(laws: TwoLaws, tables: Tables, assumed: Behaviour) -> dict[str, Any]:
    """The parts, by the attributes of a ``CostingResult``; with them the assumptions that they rest on."""
    running = administration_of(*laws.both, laws.day_of_assumptions)
    return {
        "bridge": Bridge.of(tables.flows),
        "timeline": _timeline(laws, tables, assumed),
        "administration": () if running is None else _millions(running.spent(tables.claims, laws.years)),
        "value": _value(laws, tables, assumed),
        "assumptions": {**assumed.read, **_timing(laws), **({} if running is None else running.values)},
    }


def _timing(laws: TwoLaws) -> Mapping[str, float]:
    """The assumptions on when cash moves, as they stand on the last day."""
    return {path: float(history(laws.after, path).on(laws.last_day)) for path in CONVENTIONS}


def _timeline(laws: TwoLaws, tables: Tables, assumed: Behaviour) -> Timeline:
    begins = relief_begins(laws.after)
    complete = None if begins is None else add_months(begins, _MONTHS_OF_A_YEAR * assumed.years_to_complete)
    flows = tables.flows
    return Timeline(
        laws.differs_from,
        laws.differs_until,
        complete,
        flows.straddling / _MILLION,
        _millions(flows.straddling_by_year),
    )


def _value(laws: TwoLaws, tables: Tables, assumed: Behaviour) -> Value | None:
    """Value for money of the relief; None where no training is relieved."""
    if not tables.training:
        return None
    rate = assumed["discount_rate"]
    return Value(
        years=laws.years,
        costs={
            "tax_relief_cost": _costs(tables.relief_granted["claimed"]),
            "revenue_forgone": _costs(tables.relief_granted["forgone"]),
            "exchequer_cost": _costs(tables.relief_cost),
        },
        claimed=_millions(tables.training["claimed"]),
        induced=_millions(tables.training["induced"]),
        factors=present_value_factors(laws.after, laws.years, rate),
        discount_rate=rate,
        people={name: tuple(counts.tolist()) for name, counts in tables.trainees.items()},
    )


def _costs(effect: np.ndarray | float) -> Amounts:
    """An effect as a cost: positive where it is one."""
    return _millions(-np.asarray(effect))


def _millions(amounts: np.ndarray) -> Amounts:
    return tuple((amounts / _MILLION + 0.0).tolist())
