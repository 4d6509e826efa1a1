"""From what each record gains to the tables of who gains: all that is added up is added up once, by all classes together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

import numpy as np

from openfisca_goodwork.costing.classes import LARGEST, Classification, classifications
from openfisca_goodwork.costing.distribution import (
    POST_BEHAVIOURAL,
    STATIC,
    STEPS,
    Distribution,
    PriorityAreas,
    Row,
    Table,
    Totals,
)
from openfisca_goodwork.costing.gains import Gains

_TOP = 0.01
_HALF = 0.5
_HALF_A_PENNY = 0.005
_MILLION = 1e6
_ALL = "all"

Sums = Mapping[str, np.ndarray]


def distribution_of(gains: Gains, year: int, invalid_claims: float, accrued: Mapping[str, float]) -> Distribution:
    """Put records into tables.

    Args:
        gains: of the whole population, so that its largest companies are the largest of all. year: the financial year.
        invalid_claims: in these accounting periods (£; minus is a cost). accrued: step → accruals of the year (£ million).
    """
    adding = _Adding(gains)
    sums = {step: adding.sums(step) for step in STEPS}
    lost = {STATIC: 0.0, POST_BEHAVIOURAL: invalid_claims / _MILLION}
    return Distribution(
        year,
        tuple(_totals(gains, step, sums[step][_ALL], lost[step], accrued[step]) for step in STEPS),
        tuple(_table(one, step, sums[step]) for one in classifications() for step in STEPS),
        _priority_areas(gains),
    )


def _gain(gains: Gains, step: str) -> np.ndarray:
    return gains.static if step == STATIC else gains.response


def _amounts(gains: Gains, step: str) -> Iterator[tuple[str, np.ndarray]]:
    """What is added up, by name, one after the other so that only one is held: weighted, one a record."""
    gain, weight = _gain(gains, step), gains.weight
    up, down = gain > _HALF_A_PENNY, gain < -_HALF_A_PENNY
    induced = gains.induced if step == POST_BEHAVIOURAL else np.zeros(weight.size)
    yield "records", np.ones(weight.size)
    yield "records_affected", up | down
    yield "companies", weight
    yield "gaining", weight * up
    yield "losing", weight * down
    yield "unaffected", weight * ~(up | down)
    yield "gain", weight * gain
    yield "gain_of_gaining", weight * gain * up
    yield "loss_of_losing", -weight * gain * down
    yield "employees", weight * gains.employees
    yield "claimants", weight * gains.claims
    yield "qualifying_training", weight * gains.qualifying
    yield "induced_training", weight * induced


class _Adding:
    """Adds amounts up by all classes at once: into the cells of a cube, which is then added up along its axes."""

    def __init__(self, gains: Gains) -> None:
        self.gains, self.keys = gains, tuple(gains.classes)
        rows = {one.key: len(one.row_of or one.rows) for one in classifications()}
        self.shape = tuple(rows[key] for key in self.keys)
        self.cell = np.ravel_multi_index(tuple(gains.classes.values()), self.shape)
        self.in_top = {key: _share_in_top(getattr(gains, key), gains.weight) for key in LARGEST}

    def sums(self, step: str) -> dict[str, dict[str, np.ndarray]]:
        """Classification → amount → its sum in each class."""
        found: dict[str, dict[str, np.ndarray]] = {key: {} for key in (*self.keys, *LARGEST, _ALL)}
        for name, amount in _amounts(self.gains, step):
            for key, sums in self._of(amount):
                found[key][name] = sums
        return found

    def _of(self, amount: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        cube = np.bincount(self.cell, amount, minlength=int(np.prod(self.shape))).reshape(self.shape)
        axes = range(len(self.shape))
        for axis, key in enumerate(self.keys):
            yield key, cube.sum(axis=tuple(one for one in axes if one != axis))
        whole = cube.sum()
        for key, share in self.in_top.items():
            inside = (amount * share).sum()
            yield key, np.array([inside, whole - inside])
        yield _ALL, np.array([whole])


def _share_in_top(value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """How much of each record is in the top of companies by a value: all, nothing, or the same share of all at the edge."""
    order = np.argsort(-value, kind="stable")
    wanted = _TOP * weight.sum()
    edge = value[order[min(int(np.searchsorted(weight[order].cumsum(), wanted)), value.size - 1)]]
    above, level = value > edge, value == edge
    return above + level * ((wanted - weight[above].sum()) / weight[level].sum())


def _table(one: Classification, step: str, sums: Mapping[str, Sums]) -> Table:
    found = sums[one.key]
    if one.row_of:
        found = {name: np.bincount(one.row_of, amount) for name, amount in found.items()}
    whole = float(sums[_ALL]["gain"][0])
    by_class = ({name: float(amount[place]) for name, amount in found.items()} for place in range(len(one.rows)))
    rows = tuple(_row(name, of, whole) for name, of in zip(one.rows, by_class, strict=True))
    return Table(one.name, step, one.basis, one.is_observed, rows)


def _row(name: str, of: Mapping[str, float], whole: float) -> Row:
    counts = {one: of[one] for one in ("companies", "gaining", "losing", "unaffected", "claimants")}
    return Row(
        name,
        records=round(of["records"]),
        records_affected=round(of["records_affected"]),
        gain=of["gain"] / _MILLION,
        share_of_gain=_over(of["gain"], whole),
        gain_per_company=_over(of["gain"], of["companies"]),
        gain_per_gaining_company=_over(of["gain_of_gaining"], of["gaining"]),
        gain_per_employee=_over(of["gain"], of["employees"]),
        qualifying_training=of["qualifying_training"] / _MILLION,
        induced_training=of["induced_training"] / _MILLION,
        **counts,
    )


def _over(amount: float, number: float) -> float | None:
    return amount / number if number else None


def _totals(gains: Gains, step: str, sums: Sums, lost: float, accrued: float) -> Totals:
    of = {name: float(amount[0]) for name, amount in sums.items()}
    named = {one.name for one in fields(Totals)}
    in_millions = {name: of[name] / _MILLION for name in ("gain", "gain_of_gaining", "loss_of_losing")}
    return Totals(
        step=step,
        mean_gain=_over(of["gain_of_gaining"], of["gaining"]),
        median_gain=_median(_gain(gains, step), gains.weight),
        invalid_claims=lost,
        exchequer_effect=lost - in_millions["gain"],
        accrued=accrued,
        **{name: amount for name, amount in (of | in_millions).items() if name in named},
    )


def _median(gain: np.ndarray, weight: np.ndarray) -> float | None:
    """What half of the companies that gain have at most (£); None where nobody gains."""
    up = gain > _HALF_A_PENNY
    if not up.any():
        return None
    order = np.argsort(gain[up], kind="stable")
    counted = weight[up][order].cumsum()
    return float(gain[up][order][np.searchsorted(counted, _HALF * counted[-1])])


def _priority_areas(gains: Gains) -> PriorityAreas | None:
    qualifying, induced = (gains.weight * one for one in (gains.qualifying, gains.induced))
    there = float((qualifying * gains.in_priority_areas).sum())
    if not there:
        return None
    more = float((induced * gains.in_priority_areas).sum())
    return PriorityAreas(there / float(qualifying.sum()), there / _MILLION, more / _MILLION)
