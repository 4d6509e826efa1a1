"""Which row of a file holds which accounting period of which company, and what is wrong with their sequence.

A company is there from its first row to its last, where its periods follow one another day by day. Where they do not, it
ends, and a later row begins it anew: no balance comes out of a period that is not there. A population has one accounting
period a company and calendar year, the year in which the period ends, which names it (its label).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.law.periods.accounting_period import factorise
from openfisca_goodwork.population.forecasts import LAST_YEAR, LAW_BEGINS
from openfisca_goodwork.population.own_columns import (
    COMPANY,
    END,
    NOT_KNOWN,
    OTHERWISE,
    REGISTERED,
    START,
    WEIGHT,
    Mask,
    columns,
)
from openfisca_goodwork.population.own_reading import Faults, Opened, checked_rows, numbers_of
from openfisca_goodwork.population.sources import CLASSES

Days = NDArray[np.datetime64]
_ONE_DAY, _NO_DAY = np.timedelta64(1, "D"), np.datetime64("NaT", "D")


@dataclass(frozen=True, eq=False)
class Index:
    """Where the rows of each company stand.

    Attributes:
        labels: of all accounting periods. row_of: labels × companies, the row of each period; -1 where the company is not
            there. first: labels × companies, the label at which the company began; its own where it is not there.
        company, label: of each row, as places among all. starts, ends: of each row.
        names, ids, weight, classes, registered: of each company; class codes are ``NOT_KNOWN`` where the file has no class.
        filled: by column, how many rows have a value. nothing: columns in which every value is 0.
        last: the row of the last period of each company. goes_on: whether its next period would end after the file does.
        births, returns: companies that begin after the file does, and that come back after a gap.
        rows: how many there are.
    """

    labels: range
    row_of: NDArray[np.int32]
    first: NDArray[np.int16]
    company: NDArray[np.int32]
    label: NDArray[np.int16]
    starts: Days
    ends: Days
    names: NDArray[Any]
    ids: NDArray[np.uint64]
    weight: NDArray[np.float64]
    classes: dict[str, NDArray[np.int8]]
    registered: NDArray[np.bool_]
    filled: dict[str, int]
    nothing: frozenset[str]
    last: NDArray[np.int64]
    goes_on: NDArray[np.bool_]
    births: int
    returns: int

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return int(self.company.size)


@dataclass(frozen=True)
class Wanted:
    """What is to be made of the companies of a file.

    Attributes:
        age_to: the financial year (by the year it begins in) to which they are carried on; None for as they are.
        reweighted: whether their weights are fitted to official counts of companies.
        where: classes and the labels of each that are kept; all of them where empty.
    """

    age_to: int | None = None
    reweighted: bool = False
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, eq=False)
class Held:
    """A file that has been read through: what the parts of its companies share.

    Attributes:
        data: as it was given. wanted: what is made of it. opened: the file. index: where its rows stand.
        weight: of each company.
    """

    data: Any
    wanted: Wanted
    opened: Opened
    index: Index
    weight: NDArray[np.float64]

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Inputs of the law that the file has a column of."""
        known = columns()
        named = (name for name in self.opened.columns if known[name].is_input or known[name].name == OTHERWISE)
        return tuple(name for name in named if self.index.filled.get(name))

    @cached_property
    def beginnings(self) -> frozenset[int]:
        """Labels at which any company of the file begins: opening balances stand there."""
        index = self.index
        begins = (index.row_of >= 0) & (index.first == np.array(index.labels)[:, None])
        return frozenset(label for label, has_any in zip(index.labels, begins.any(axis=1), strict=True) if has_any)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the file and of what is made of it."""
        made = repr(self.wanted).encode()
        return hashlib.sha256(self.opened.fingerprint.encode() + made).hexdigest()

    @cached_property
    def labels(self) -> range:
        """Labels of the accounting periods, those to which the companies are carried on included."""
        of_file, last = self.index.labels, self.wanted.age_to
        return range(of_file[0], max(of_file[-1], 0 if last is None else last + 2) + 1)


def indexed(held: Opened) -> Index:
    """Read a file through once, and check all of it.

    Raises:
        GoodworkError: with everything that is wrong with its rows, many that make one mistake told once.
    """
    faults = Faults(held)
    rows = checked_rows(held, (START, END, WEIGHT, REGISTERED, *CLASSES), faults)
    starts, ends = rows.of(START, _NO_DAY), rows.of(END, _NO_DAY)
    _check_periods(starts, ends, faults)
    if not rows.companies:
        faults.refuse()
    company, names, ids = numbers_of(rows.companies)
    rows.companies.clear()
    years = ends.astype("datetime64[Y]").astype(np.int64) + 1970
    order = np.lexsort((starts, company))
    if faults:  # what is sound is still put in order
        order = order[~(rows.is_wrong(COMPANY) | np.isnat(starts) | np.isnat(ends) | (ends < starts))[order]]
    follows = _followers(company, starts, ends, years, order, faults)
    weight = rows.of(WEIGHT, 1.0)
    _check_weights(company, ids.size, weight, rows.is_wrong(COMPANY, WEIGHT), faults)
    faults.refuse()
    labels = range(int(years.min()), int(years.max()) + 1)
    label = (years - labels[0]).astype(np.int16)
    begins = np.maximum.accumulate(np.where(follows, 0, np.arange(order.size)))
    row_of = np.full((len(labels), ids.size), -1, dtype=np.int32)
    row_of[label, company] = np.arange(company.size, dtype=np.int32)
    first = np.repeat(np.array(labels, dtype=np.int16)[:, None], ids.size, axis=1)
    first[label[order], company[order]] = years[order][begins]
    begun = np.diff(company[order], prepend=-1) != 0
    last = np.zeros(ids.size, dtype=np.int64)
    last[company[order]] = order  # of each company the last row stands, as the latest is written last
    return Index(
        labels,
        *(row_of, first, company, label, starts, ends, names, ids),
        weight=weight[last],
        classes={name: rows.of(name, np.int8(NOT_KNOWN))[last] for name in CLASSES},
        registered=rows.of(REGISTERED, True)[last],  # noqa: FBT003 - a value of the column
        filled=rows.filled,
        nothing=frozenset(name for name, is_zero in rows.zeros.items() if is_zero),
        last=last,
        goes_on=_year_on(ends[last]) > ends.max(),
        births=int((starts[order[np.flatnonzero(begun)]] >= _year_on(starts.min())).sum()),
        returns=int((~follows).sum()) - ids.size,
    )


def _year_on(days: Any) -> Any:
    """The same days a year on; the last of a month where there is no such day."""
    months = np.asarray(days).astype("datetime64[M]")
    day = np.asarray(days) - months.astype("datetime64[D]")
    later = (months + 12).astype("datetime64[D]")
    return np.minimum(later + day, (months + 13).astype("datetime64[D]") - _ONE_DAY)


def restricted(index: Index, keep: NDArray[np.int64]) -> Index:
    """The index of some of the companies, by their places; rows of the others are nobody's (-1)."""
    number = np.full(index.ids.size, -1, dtype=np.int32)
    number[keep] = np.arange(keep.size, dtype=np.int32)
    of_companies = {name: getattr(index, name)[keep] for name in ("names", "ids", "weight", "registered", "last", "goes_on")}
    classes = {name: codes[keep] for name, codes in index.classes.items()}
    by_label = {name: getattr(index, name)[:, keep] for name in ("row_of", "first")}
    return replace(index, company=number[index.company], classes=classes, **by_label, **of_companies)


def _check_periods(starts: Days, ends: Days, faults: Faults) -> None:
    """Note periods that are no accounting periods, or of which no law is held; days that are none are noted before."""
    early, late = starts < np.datetime64(LAW_BEGINS), ends > np.datetime64(f"{LAST_YEAR}-12-31")
    before = ends < starts
    both = np.flatnonzero(~(early | late | before | np.isnat(starts) | np.isnat(ends)))
    long = both
    if both.size:
        periods = factorise(starts[both], ends[both], np.zeros(both.size, dtype=bool))
        long = both[np.array([one.is_too_long for one in periods.distinct])[periods.index]]
    for column, days, mistake, rows in (
        (END, ends, "is before the first day of the period", np.flatnonzero(before)),
        (
            *(END, ends),
            "is more than twelve months after the first day. Give the first twelve months and the rest as two rows",
            long,
        ),
        (END, ends, f"is after {LAST_YEAR}, the last year of the forecast", np.flatnonzero(late)),
        (START, starts, f"is before {LAW_BEGINS}, the first day of which law is held", np.flatnonzero(early)),
    ):
        faults.note_rows(column, mistake, rows, days[rows])


def _followers(
    company: NDArray[np.int32], starts: Days, ends: Days, years: NDArray[np.int64], order: NDArray[np.int64], faults: Faults
) -> NDArray[np.bool_]:
    """Which rows, in the order of companies and days, follow the one before; rows that cannot both be are noted."""
    now, before = order[1:], order[:-1]
    same = company[now] == company[before]
    twice = same & (starts[now] == starts[before]) & (ends[now] == ends[before])
    faults.note_rows(COMPANY, "has the same accounting period twice", now[twice])
    overlap = same & ~twice & (starts[now] <= ends[before])
    faults.note_rows(START, "is before the end of the company's earlier period: periods overlap", now[overlap])
    crowded = same & ~twice & ~overlap & (years[now] == years[before])
    said = "is in the same calendar year as the end of the period before, and one a year is read. Leave one of the two out"
    faults.note_rows(END, said, now[crowded])
    return np.concatenate([[False], same & (starts[now] == ends[before] + _ONE_DAY)])


def _check_weights(
    company: NDArray[np.int32], count: int, weight: NDArray[np.float64], is_wrong: Mask, faults: Faults
) -> None:
    """Note rows whose weight is not that of the company's other rows."""
    of_first, sound = np.empty(count), ~is_wrong
    of_first[company[sound][::-1]] = weight[sound][::-1]
    differs = np.flatnonzero(sound & (weight != of_first[company]))
    faults.note_rows(
        WEIGHT, "is not that of the first row of the company. A company has one weight", differs, weight[differs]
    )
