"""What a reform is worth to each company, in the accounting periods that end in one financial year.

A gain is what the company pays less of corporation tax, or is paid more of credits. What it spends on training that a relief
induces is no part of it: a company that trains more has less left, and its tax falls by more. All that is
added up for the tables is added up once, by all classes together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from openfisca_goodwork import disk
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.distribution import (
    ASSOCIATES,
    CELLS,
    EMPLOYMENT_BAND,
    LARGEST,
    LEAST_ASSOCIATES,
    POST_BEHAVIOURAL,
    REGION,
    SECTION,
    STATIC,
    STEPS,
    Cause,
    Classification,
    Distribution,
    PriorityAreas,
    Row,
    Table,
    Totals,
    classifications,
)
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.runs import (
    CREDITS,
    IN_LOSS,
    LIABILITY,
    NO_LIABILITY,
    PROFIT_STATUS,
    PROFIT_STATUSES,
    REPAYMENT,
    SAVED,
    Base,
    ByLabel,
)
from openfisca_goodwork.costing.value_for_money import per
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import financial_year, financial_year_name

# The first of the employment bands here: companies registered for neither VAT nor PAYE, which have no employees.
UNREGISTERED = 0
_PRIORITY = "priority_area_share"


@dataclass(frozen=True, eq=False)
class Gains:
    """Records and what becomes of them in the accounting periods that end in one financial year; one value a record each.

    Attributes:
        weight: companies it stands for. employees: in the period. liability: corporation tax under the baseline law (£).
        classes: by name, the place among the classes of that name.
        static, response: gain if nobody does anything but claim, and with the response assumed (£).
        cause: by what it gains or loses with the response, its place in ``Cause`` plus 1; 0 where it does neither.
        claims: whether it claims a relief for training under the reform. qualifying: training entitled to it (£).
        induced: training induced (£). in_priority_areas: share of its training that is in priority areas.
    """

    weight: np.ndarray
    employees: np.ndarray
    liability: np.ndarray
    classes: Mapping[str, np.ndarray]
    static: np.ndarray
    response: np.ndarray
    cause: np.ndarray
    claims: np.ndarray
    qualifying: np.ndarray
    induced: np.ndarray
    in_priority_areas: np.ndarray

    @classmethod
    def of(cls, comparison: Comparison, year: int) -> Gains:
        """The gains of one comparison in a financial year, by the year it begins in."""
        pick = _EndingIn(comparison, year)
        static, response = (pick.fall(balances) for balances in (comparison.static_balance(), comparison.final_balance()))
        return cls(
            weight=pick.there(comparison.people.weight),
            employees=pick.given("employees").astype(np.float32),
            liability=pick({label: one[LIABILITY] for label, one in comparison.base.baseline_status.items()}),
            classes=_classes(comparison.people, comparison.base, pick),
            static=static,
            response=response,
            cause=_causes(comparison, pick, static, response),
            in_priority_areas=pick.given(_PRIORITY).astype(np.float32),
            **_training(comparison, pick),
        )

    @classmethod
    def joined(cls, parts: Iterable[Gains]) -> Gains:
        """The records of parts of a population, in their order."""
        listed = list(parts)
        return cls(**{one.name: _joined([getattr(part, one.name) for part in listed]) for one in fields(cls)})


def _joined(parts: list[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], Mapping):
        return {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}
    return np.concatenate(parts)


class _EndingIn:
    """Takes, of amounts by label, those of the one accounting period of each record that ends in a financial year."""

    def __init__(self, comparison: Comparison, year: int) -> None:
        self.comparison, self.labels = comparison, (year, year + 1)
        periods = comparison.base.periods[year + 1]
        self.is_later = periods.each(lambda one: financial_year(one.end) == year)

    def __call__(self, amounts: ByLabel) -> np.ndarray:
        """One value per record; 0 where a label is from before the laws differ."""
        return self._of(amounts, self.is_later)

    def affected(self, amounts: ByLabel) -> np.ndarray:
        """Amounts of the records that a relief affects, in their places among all; 0 elsewhere."""
        mask = self.comparison.affected
        found = np.zeros(mask.size)
        found[mask] = self._of(amounts, self.is_later[mask])
        return found

    def _of(self, amounts: ByLabel, is_later: np.ndarray) -> np.ndarray:
        earlier, later = (amounts.get(label, 0) for label in self.labels)
        return np.where(is_later, later, earlier)

    def there(self, weight: np.ndarray) -> np.ndarray:
        """Weights of the records that have an accounting period which ends in the year; 0 for the others."""
        absent = self.comparison.base.absent
        return np.where(self(absent), 0, weight) if any(label in absent for label in self.labels) else weight

    def given(self, name: str) -> np.ndarray:
        """An input of the law; 0 where it is not given, as the law takes it."""
        told = self.comparison.base.inputs
        return self({label: told[label][name] for label in self.labels if name in told.get(label, {})})

    def fall(self, balances: tuple[ByLabel, ByLabel]) -> np.ndarray:
        """By how much the Exchequer's balance falls (£ per record)."""
        before, after = balances
        return self({label: before[label] - after[label] for label in self.labels if label in before})


def _classes(people: People, base: Base, pick: _EndingIn) -> dict[str, np.ndarray]:
    held = {name: code for name, (code, _labels) in people.classes.items()}
    group = np.searchsorted(LEAST_ASSOCIATES, pick.given(ASSOCIATES), side="right")
    return {
        EMPLOYMENT_BAND: np.where(people.registered, held[EMPLOYMENT_BAND] + 1, UNREGISTERED).astype(np.int8),
        SECTION: held[SECTION],
        REGION: held[REGION],
        PROFIT_STATUS: pick({label: one[PROFIT_STATUS] for label, one in base.baseline_status.items()}),
        ASSOCIATES: group.astype(np.int8),
    }


def _causes(comparison: Comparison, pick: _EndingIn, static: np.ndarray, response: np.ndarray) -> np.ndarray:
    """By what each record gains or loses, were all who are entitled to claim: the first of ``Cause`` that moves its way."""
    before, after = comparison.current.values, comparison.entitled.values

    def moved(name: str) -> np.ndarray:
        return pick({label: after[label][name] - before[label][name] for label in pick.labels if label in before})

    way = np.sign(response) * (np.abs(response) > _HALF_A_PENNY)
    first = [way == 0, way * static <= _HALF_A_PENNY, *(way * moved(name) > _HALF_A_PENNY for name in _PAID)]
    return np.select(first, range(len(first)), len(first)).astype(np.int8)


def _training(comparison: Comparison, pick: _EndingIn) -> dict[str, np.ndarray]:
    """Who claims, what qualifies and what is induced, under the reform; induced is counted against the baseline."""
    if not comparison.affected.any():
        nothing = np.zeros(comparison.affected.size)
        return {"claims": nothing > 0, "qualifying": nothing, "induced": nothing}
    before, after = comparison.scenarios
    return {
        "claims": pick.affected(after.claimed) > 0,
        "qualifying": pick.affected(after.relieved),
        "induced": pick.affected(after.extra_training) - pick.affected(before.extra_training),
    }


NOT_KNOWN_NAME = "Not known"
_PAID = (REPAYMENT, SAVED, CREDITS)  # in the order of ``Cause``, between a response and the company's own tax
_STANDING = {IN_LOSS: "in loss", NO_LIABILITY: "without a tax bill"}
_TOP = 0.01
_HALF = 0.5
_HALF_A_PENNY = 0.005
_MILLION = 1e6
_ALL = "all"
_CELLS = "region × section × employment band"

Sums = Mapping[str, np.ndarray]


def distribution_of(
    gains: Gains, year: int, invalid_claims: float, accrued: Mapping[str, float], basis: str = ""
) -> Distribution:
    """Put records into tables.

    Args:
        gains: of the whole population, so that its largest companies are the largest of all. year: the financial year.
        invalid_claims: in these accounting periods (£; minus is a cost). accrued: step → accruals of the year (£ million).
        basis: what the classes rest on, where the companies are not the population's.
    """
    adding = _Adding(gains)
    sums = {step: adding.sums(step) for step in STEPS}
    lost = {STATIC: 0.0, POST_BEHAVIOURAL: invalid_claims / _MILLION}
    return Distribution(
        year,
        tuple(_totals(gains, step, sums[step][_ALL], lost[step], accrued[step]) for step in STEPS),
        tuple(_table(one, step, sums[step], basis) for one in classifications() for step in STEPS),
        _priority_areas(gains),
        {name: sums[POST_BEHAVIOURAL][_CELLS][name] for name in CELLS},
        _reasons(gains),
    )


def _reasons(gains: Gains) -> dict[str, dict[str, float]]:
    """Companies by what they gain or lose by, and those that claim and do not gain by how they stand before the change."""
    way, idle = np.sign(gains.response), gains.claims & (gains.response <= _HALF_A_PENNY)

    def by_cause(who: np.ndarray) -> dict[str, float]:
        counts = np.bincount(gains.cause, gains.weight * who, minlength=len(Cause) + 1)[1:].tolist()
        return {cause.value: count for cause, count in zip(Cause, counts, strict=True) if count}

    status = np.bincount(gains.classes[PROFIT_STATUS], gains.weight * idle, minlength=len(PROFIT_STATUSES))
    standing = {words: float(status[PROFIT_STATUSES.index(name)]) for name, words in _STANDING.items()}
    standing["that pay tax"] = float(status.sum()) - sum(standing.values())
    return {
        "gaining": by_cause(way > 0),
        "losing": by_cause(way < 0),
        "claimants_without_gain": {words: count for words, count in standing.items() if count},
    }


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
    yield "moved", weight * np.abs(gain)
    yield "moved_squared", (weight * gain) ** 2
    yield "employees", weight * gains.employees
    yield "claimants", weight * gains.claims
    yield "qualifying_training", weight * gains.qualifying
    yield "induced_training", weight * induced


class _Adding:
    """Adds amounts up by all classes at once: into the cells of a cube, which is then added up along its axes."""

    def __init__(self, gains: Gains) -> None:
        self.gains, self.keys = gains, tuple(gains.classes)
        rows = {one.key: len(one.row_of or one.rows) for one in classifications()}
        # Companies of one's own may be of no class that is known: they have a row of their own then.
        self.shape = tuple(max(rows[key], int(codes.max(initial=-1)) + 1) for key, codes in gains.classes.items())
        self.cell = np.ravel_multi_index(tuple(gains.classes.values()), self.shape)
        self.in_top = {key: share_in_top(getattr(gains, key), gains.weight) for key in LARGEST}

    def sums(self, step: str) -> dict[str, dict[str, np.ndarray]]:
        """Classification → amount → its sum in each class."""
        found: dict[str, dict[str, np.ndarray]] = {key: {} for key in (*self.keys, *LARGEST, _CELLS, _ALL)}
        for name, amount in _amounts(self.gains, step):
            for key, sums in self._of(amount):
                found[key][name] = sums
        return found

    def _of(self, amount: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        cube = np.bincount(self.cell, amount, minlength=int(np.prod(self.shape))).reshape(self.shape)
        axes = range(len(self.shape))
        for axis, key in enumerate(self.keys):
            yield key, cube.sum(axis=tuple(one for one in axes if one != axis))
        beside = tuple(self.keys.index(key) for key in (PROFIT_STATUS, ASSOCIATES))
        kept = [key for key in self.keys if key in {REGION, SECTION, EMPLOYMENT_BAND}]
        yield _CELLS, cube.sum(axis=beside).transpose([kept.index(key) for key in (REGION, SECTION, EMPLOYMENT_BAND)])
        whole = cube.sum()
        for key, share in self.in_top.items():
            inside = (amount * share).sum()
            yield key, np.array([inside, whole - inside])
        yield _ALL, np.array([whole])


def share_in_top(value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """How much of each record is in the top of companies by a value: all, nothing, or the same share of all at the edge."""
    order = np.argsort(-value, kind="stable")
    wanted = _TOP * weight.sum()
    edge = value[order[min(int(np.searchsorted(weight[order].cumsum(), wanted)), value.size - 1)]]
    above, level = value > edge, value == edge
    return above + level * ((wanted - weight[above].sum()) / weight[level].sum())


def _table(one: Classification, step: str, sums: Mapping[str, Sums], basis: str) -> Table:
    found, names = sums[one.key], one.rows
    if one.row_of:
        row_of = one.row_of + (len(names),) * (len(found["records"]) - len(one.row_of))
        found = {name: np.bincount(row_of, amount) for name, amount in found.items()}
    names += (NOT_KNOWN_NAME,) * (len(found["records"]) - len(names))
    whole = float(sums[_ALL]["gain"][0])
    by_class = ({name: float(amount[place]) for name, amount in found.items()} for place in range(len(names)))
    rows = tuple(_row(name, of, whole) for name, of in zip(names, by_class, strict=True))
    return Table(one.name, step, basis or one.basis, one.is_observed and not basis, rows)


def _row(name: str, of: Mapping[str, float], whole: float) -> Row:
    counts: dict[str, Any] = {one: of[one] for one in ("companies", "gaining", "losing", "unaffected", "claimants")}
    return Row(
        name,
        records=round(of["records"]),
        records_affected=round(of["records_affected"]),
        gain=of["gain"] / _MILLION,
        share_of_gain=per(of["gain"], whole),
        gain_per_company=per(of["gain"], of["companies"]),
        gain_per_gaining_company=per(of["gain_of_gaining"], of["gaining"]),
        gain_per_employee=per(of["gain"], of["employees"]),
        qualifying_training=of["qualifying_training"] / _MILLION,
        induced_training=of["induced_training"] / _MILLION,
        effective_records=_effective(of),
        **counts,
    )


def _effective(of: Mapping[str, float]) -> float:
    """How many records of equal gain or loss would be as uneven; 0 where nothing moves."""
    return round(per(of["moved"] ** 2, of["moved_squared"]) or 0.0, 6)


def _totals(gains: Gains, step: str, sums: Sums, lost: float, accrued: float) -> Totals:
    of = {name: float(amount[0]) for name, amount in sums.items()}
    named = {one.name for one in fields(Totals)}
    in_millions = {name: of[name] / _MILLION for name in ("gain", "gain_of_gaining", "loss_of_losing")}
    return Totals(
        step=step,
        mean_gain=per(of["gain_of_gaining"], of["gaining"]),
        median_gain=_median(_gain(gains, step), gains.weight),
        invalid_claims=lost,
        exchequer_effect=lost - in_millions["gain"],
        accrued=accrued,
        effective_records=_effective(of),
        records_affected=round(of["records_affected"]),
        **{name: amount for name, amount in (of | in_millions).items() if name in named - {"records_affected"}},
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


# --- what each record pays and gains under both laws, as a file to query ---------------------------------------------


FILE = "records.parquet"


@contextmanager
def record_file(directory: Path | str | None) -> Iterator[Callable[[Comparison], None]]:
    """Writes the records of each comparison it is called with into ``records.parquet``, which is there whole or not at all.

    Columns: ``company``, ``weight`` and classes; ``financial_year`` in which the accounting period ends, its last day;
    ``tax_before`` and ``tax_after``, what the company pays less credits paid to it under both laws with the response;
    ``gain_static`` and ``gain``, by how much it pays less without and with that response (£, not weighted).

    Args:
        directory: made if it is not there; nothing is written where there is none.

    Raises:
        GoodworkError: where the directory cannot be written.
    """
    if directory is None:
        yield lambda _comparison: None
        return
    import pyarrow.parquet as of_parquet

    place = Path(directory)
    writer: Any = None
    try:
        place.mkdir(parents=True, exist_ok=True)
        with disk.aside(place) as corner:

            def write(comparison: Comparison) -> None:
                nonlocal writer
                for table in _tables(comparison):
                    writer = writer or of_parquet.ParquetWriter(str(corner / FILE), table.schema)
                    writer.write_table(table)

            yield write
            if writer is not None:
                writer.close()
                (corner / FILE).replace(place / FILE)
    except OSError as fault:
        raise GoodworkError(disk.unwritable(place, fault, "name a directory that can be")) from fault


def _tables(comparison: Comparison) -> Iterator[Any]:
    """A table for each accounting-period index in which the laws may differ: one row a company, tax before and after."""
    import pyarrow as pa

    people = comparison.people
    classes = {
        name: pa.array(np.array([*known, "Not known"])[codes]).dictionary_encode()
        for name, (codes, known) in people.classes.items()
    }
    own = {"company": pa.array(_names(people)).cast(pa.string()), "weight": pa.array(people.weight), **classes}
    static, final = comparison.static_balance(), comparison.final_balance()
    for label in sorted(final[0]):
        periods, ends = comparison.base.periods[label], comparison.base.inputs[label]["accounting_period_end"]
        years = np.array([financial_year_name(financial_year(one.end)) for one in periods.distinct])[periods.index]
        table = pa.table(
            {
                **own,
                "financial_year": pa.array(years).dictionary_encode(),
                "accounting_period_end": pa.array(np.asarray(ends)),
                "tax_before": np.asarray(final[0][label]),
                "tax_after": np.asarray(final[1][label]),
                "gain_static": np.asarray(static[0][label] - static[1][label]),
                "gain": np.asarray(final[0][label] - final[1][label]),
            }
        )
        absent = comparison.base.absent.get(label)
        yield table if absent is None else table.filter(pa.array(~absent))


def _names(people: People) -> Any:
    return getattr(people, "names", people.columns.get("id", np.arange(people.records)))
