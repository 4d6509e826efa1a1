"""Companies of one's own, from a file of a row a company and accounting period, with the interface of ``Population``.

``load`` reads a file through once and keeps of each row only whose it is; what the law asks of a part of the companies is
read from the file when the part is costed. So a part goes to another process as the name of the file and two numbers.
Nothing of the companies is kept on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork import system
from openfisca_goodwork.errors import DataError, Fault, GoodworkError, and_joined
from openfisca_goodwork.law.periods import constant_array, financial_year_name, folded
from openfisca_goodwork.population import distributions, sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.forecasts import LAST_YEAR
from openfisca_goodwork.population.inputs import place_in_the_law
from openfisca_goodwork.population.own_ageing import carried_on, gaps_of, rows_without_division
from openfisca_goodwork.population.own_columns import END, NOT_KNOWN, OTHERWISE, START, YES_OR_NO, columns, values_of
from openfisca_goodwork.population.own_index import Held, Index, Wanted, indexed, restricted
from openfisca_goodwork.population.own_reading import opened
from openfisca_goodwork.population.sources import CLASSES, places_among
from openfisca_goodwork.population.targets import ROUNDED_TO, Bounds, Totals, indicators, rake
from openfisca_goodwork.system import current_law

Inputs = dict[str, NDArray[Any]]
_PROFIT, _FIRST = "trading_profit_before_capital_allowances", "first_accounting_period"


@dataclass(frozen=True, eq=False)
class OwnCompanies:
    """Companies of one's own, or some of them, with their accounting periods.

    Attributes:
        held: the file. start, stop: the places of its companies, in the order in which they come first.
        columns: empty: what the law asks for is in ``inputs``. is_part: nothing that is run of them is kept on disk.
        whole: the companies that these are a ``subset`` of; None where they are all.
    """

    held: Held
    start: int
    stop: int
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    is_part: bool = True
    whole: tuple[OwnCompanies, NDArray[np.int64]] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """A part goes to another process as its file and its places, which reads it there."""
        return _again, (self.held.data, self.held.wanted, self.start, self.stop)

    @property
    def source(self) -> str:
        """The file that they come from, as people know it."""
        return self.held.opened.name

    @property
    def fingerprint(self) -> str:
        """Digest of the file; of some of its companies with their places."""
        whole = (self.start, self.stop) == (0, self.held.index.ids.size)
        return self.held.fingerprint if whole else f"{self.held.fingerprint} {self.start}:{self.stop}"

    @property
    def labels(self) -> range:
        """Labels of the accounting periods: the calendar years in which they end."""
        return self.held.labels

    @property
    def financial_years(self) -> tuple[int, ...]:
        """Financial years that the periods of all companies that go on cover in full, by the year each begins in."""
        index, aged = self.held.index, self.held.wanted.age_to
        goes_on = index.goes_on if index.goes_on.any() else np.ones(index.ids.size, dtype=bool)
        until = index.ends[index.last[goes_on]].min()
        covered = [year for year in self.labels[:-1] if np.datetime64(f"{year + 1}-03-31") <= until]
        return tuple(range(self.labels[0], max(covered[-1] if covered else 0, aged or 0) + 1))

    @property
    def _place(self) -> slice:
        return slice(self.start, self.stop)

    @property
    def names(self) -> NDArray[Any]:
        """The identifier of each company, as the file has it."""
        return self.held.index.names[self._place]

    @property
    def weight(self) -> NDArray[np.float64]:
        """How many companies each record stands for."""
        return self.held.weight[self._place]

    @property
    def records(self) -> int:
        """How many companies the file has, or this part of it."""
        return self.stop - self.start

    @property
    def companies(self) -> float:
        """How many companies the records stand for."""
        return float(self.weight.sum())

    @property
    def classes(self) -> dict[str, tuple[NDArray[np.int8], tuple[str, ...]]]:
        """Classes by name: the code of each company, and what the codes stand for; the code after the last is not known."""
        held = {name: self.held.index.classes[name][self._place] for name in CLASSES}
        return {
            name: (np.where(code == NOT_KNOWN, len(known), code).astype(np.int8), known)
            for (name, known), code in zip(CLASSES.items(), held.values(), strict=True)
        }

    @property
    def registered(self) -> NDArray[np.bool_]:
        """Whether each company is registered for VAT or PAYE."""
        return self.held.index.registered[self._place]

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the file does not tell, and what that leaves out of a costing, a sentence each."""
        return self.gaps_with("{:,}".format)

    def gaps_with(self, number: Callable[[int], str]) -> tuple[str, ...]:
        """What the file does not tell, as in ``gaps``, with counts of companies written by a function."""
        return tuple(f"{sentence}." for sentence in gaps_of(self.held, number))

    def rows_without_division(self, needed: Sequence[tuple[date, date, Collection[str]]]) -> list[Fault]:
        """Rows in which a law needs the division of an industry, as ``divisions_needed`` has it, and the file tells none."""
        return rows_without_division(self.held, needed)

    def subset(self, where: Mapping[str, Sequence[str]]) -> OwnCompanies:
        """The companies of some classes: of each class named any of its labels, of all classes named together.

        Weights and draws stay those of the whole. Raises GoodworkError where no company is left.
        """
        wanted = replace(self.held.wanted, where=tuple((name, tuple(labels)) for name, labels in where.items()))
        held = _part_of(self.held, wanted)
        return OwnCompanies(held, 0, held.index.ids.size, whole=(self, np.arange(held.index.ids.size)))

    def parts(self, records: int) -> Iterator[OwnCompanies]:
        """Companies of at most so many records, in order, which together are these; they themselves where they are few."""
        if self.records <= records:
            yield self
            return
        for start in range(self.start, self.stop, records):
            yield replace(self, start=start, stop=min(start + records, self.stop))

    def uniform(self, name: str) -> NDArray[np.float64]:
        """A draw in (0, 1) for each company, keyed by its identifier, the seed and `name`."""
        seed = Assumptions(system.current_law().parameters).seed
        return distributions.uniform(self.held.index.ids[self._place], name, seed)

    def levy_funded(self, _law: Any, records: NDArray[np.int64]) -> dict[int, NDArray[np.float64]] | None:
        """Levy-funded training under the other reading of a survey, where the file has a column of it; by label (£)."""
        if OTHERWISE not in self.held.inputs:
            return None
        return {label: np.asarray(given[OTHERWISE])[records] for label, given in self._told.items()}

    def present(self, label: int) -> NDArray[np.bool_]:
        """Which companies have an accounting period of a label."""
        of_file = self.held.index.labels
        has_row = (
            self.held.index.row_of[label - of_file[0], self._place] >= 0 if label in of_file else np.zeros(1, dtype=bool)
        )
        return np.asarray(has_row | self._is_aged(label))

    def _is_aged(self, label: int) -> NDArray[np.bool_]:
        """Which companies are carried on to a label: those that go on to the end of the file and have no row so late."""
        index = self.held.index
        if self.held.wanted.age_to is None:
            return np.zeros(self.records, dtype=bool)
        last = index.last[self._place]
        return np.asarray(index.goes_on[self._place] & (index.label[last] + index.labels[0] < label))

    def inputs(self, label: int) -> Inputs:
        """Input variables of the law for the accounting periods of a label, one value a company (£ for the period).

        A company without such a period has zeros, in twelve months. Raises DataError for a label outside `labels`.
        """
        if label not in self.labels:
            raise DataError(
                f"The companies have accounting periods that end in {self.labels[0]} to {self.labels[-1]}, not {label}."
            )
        return {name: values for name, values in self._told[label].items() if name != OTHERWISE}

    def panel(self, labels: range | None = None) -> dict[int, Inputs]:
        """The inputs of several labels (all, unless given)."""
        return {label: self.inputs(label) for label in (self.labels if labels is None else labels)}

    @cached_property
    def _told(self) -> dict[int, Inputs]:
        told = _read(self.held, self.start, self.stop)
        for label in self.labels[1:]:
            is_aged = self._is_aged(label)
            if label not in told or is_aged.any():
                told[label] = carried_on(told.get(label), told[label - 1], is_aged, label)
        return told


def _read(held: Held, start: int, stop: int) -> dict[int, Inputs]:
    """What the file tells of some companies, by label."""
    index, known = held.index, columns()
    found = _cells(held, start, stop)
    rows, begins = index.row_of[:, start:stop], index.first[:, start:stop].astype(np.int64)
    told: dict[int, Inputs] = {}
    for at, label in enumerate(index.labels):
        days = (index.starts[rows[at]], index.ends[rows[at]])
        absent = (np.datetime64(f"{label}-{day}") for day in ("01-01", "12-31"))
        first, last = (np.where(rows[at] >= 0, day, other) for day, other in zip(days, absent, strict=True))
        told[label] = {START: first, END: last, _FIRST: begins[at]}
    for name in list(found):
        values = found.pop(name)
        for at, label in enumerate(index.labels):
            if known[name].is_opening and label not in held.beginnings:
                continue
            row = np.where(begins[at] == label, values[at], known[name].default) if known[name].is_opening else values[at]
            shared = folded(row)
            told[label][name] = row.copy() if shared is row else shared
    of_law = {name: place_in_the_law(index.classes[name][start:stop]) for name in ("sic_section", "region")}
    for given in told.values():
        given.update({name: codes for name, codes in of_law.items() if name in held.opened.columns})
        given.setdefault(_PROFIT, constant_array(0.0, stop - start))
    return told


def _cells(held: Held, start: int, stop: int) -> Inputs:
    """The cells of some companies, labels × companies, by input that the file has; the default where there is no row."""
    index, known = held.index, columns()
    shape, bounds = (len(index.labels), stop - start), held.opened.bounds.tolist()
    found = {
        name: np.full(shape, known[name].default, bool if known[name].kind == YES_OR_NO else float) for name in held.inputs
    }
    for piece, first, last in zip(held.opened.pieces, bounds[:-1], bounds[1:], strict=True):
        if not _are_among(index.company[first:last], start, stop).any():
            continue
        at = first
        for batch in held.opened.batches(piece, held.inputs):
            company = index.company[at : at + batch.num_rows]
            here = np.flatnonzero(_are_among(company, start, stop))
            places = index.label[at + here], company[here] - start
            for name in held.inputs if here.size else ():
                found[name][places] = values_of(known[name], batch.column(name))[0][here]
            at += batch.num_rows
    return found


def _are_among(company: NDArray[np.int32], start: int, stop: int) -> NDArray[np.bool_]:
    return (company >= start) & (company < stop)


def load(data: Any, *, age_to: int | None = None, is_reweighted: bool = False) -> OwnCompanies:
    """Companies of one's own.

    Args:
        data: a path to a Parquet file, a folder of files (partitioned by ``name=value`` or not) or CSV; a pandas DataFrame;
            or companies that are loaded already.
        age_to: a financial year, by the year it begins in, to which companies are carried on with the OBR's forecast.
        is_reweighted: whether weights are fitted to official counts of companies.

    Raises:
        GoodworkError: with everything that is wrong with the file. DataError: where weights cannot be fitted.
    """
    if isinstance(data, OwnCompanies):
        return data
    wanted = Wanted(age_to, is_reweighted)
    held = _held(data, wanted)
    return OwnCompanies(held, 0, held.index.ids.size)


def _again(data: Any, wanted: Wanted, start: int, stop: int) -> OwnCompanies:
    """Some companies of a file, in a process that may have read it before."""
    return OwnCompanies(_held(data, wanted), start, stop)


def _held(data: Any, wanted: Wanted) -> Held:
    """A file read through; once in a process for as long as it stays as it is."""
    if not isinstance(data, str | Path):
        return _made(data, wanted)
    path = Path(data).absolute()
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    stamp = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.is_file())
    return _held_at(str(data), stamp, wanted)


@lru_cache(maxsize=2)
def _held_at(path: str, _stamp: tuple[tuple[str, int, int], ...], wanted: Wanted) -> Held:
    return _made(path, wanted)


def _made(data: Any, wanted: Wanted) -> Held:
    if wanted.age_to is not None and wanted.age_to + 2 > LAST_YEAR:
        last = financial_year_name(LAST_YEAR - 2)
        raise GoodworkError(f"Companies can be carried on to {last}, the last year that the forecast covers in full.")
    files = opened(data)
    index = indexed(files)
    weight = reweighted(index) if wanted.reweighted else index.weight
    return _part_of(Held(data, replace(wanted, where=()), files, index, weight), wanted)


def _part_of(held: Held, wanted: Wanted) -> Held:
    """The companies of a file that are of the classes wanted; the file itself where none are named."""
    if not wanted.where:
        return held
    keep = places_among(held.index.classes, dict(wanted.where), "The file has no companies")
    return Held(held.data, wanted, held.opened, restricted(held.index, keep), held.weight[keep])


# --- weights of companies of one's own fitted to official counts of companies, by the calibration of the population ---


_BY_INDUSTRY, _BY_REGION = "companies_by_industry_and_employment", "companies_by_region_and_employment"
_NEEDED = ("sic_section", "region", "employment_band")


def reweighted(index: Index) -> NDArray[np.float64]:
    """Weights of the registered companies that meet the official counts by industry, region and number of employees.

    Raises:
        GoodworkError: where the file does not tell the classes that are counted. DataError: where no weights meet them.
    """
    from scipy import sparse

    missing = [name for name in _NEEDED if (index.classes[name] == NOT_KNOWN).any()]
    if missing:
        raise GoodworkError(
            f"Weights are fitted to counts by class: fill {and_joined(missing)} in every company, or leave out --reweight."
        )
    read = Assumptions(current_law().parameters)
    rows = np.flatnonzero(index.registered)
    matrices, names, wanted = [], [], []
    for name, (cell, labels, official) in _tables(index).items():
        kept = np.flatnonzero(np.bincount(cell[rows], minlength=official.size))
        matrices.append(indicators(cell, index.registered, kept)[rows])
        names += [f"{name}: {labels[at]}" for at in kept]
        wanted.append(official[kept])
    target = np.concatenate(wanted)
    tolerance = np.maximum(read("base.weights.count_tolerance") * target, ROUNDED_TO)
    start = index.weight[rows] * wanted[0].sum() / index.weight[rows].sum()
    bounds = Bounds(read("base.weights.least_factor"), read("base.weights.greatest_factor"))
    matrix: Any = sparse.hstack(matrices).tocsr()
    found = index.weight.copy()
    found[rows] = rake(start, Totals(names, matrix, target, tolerance), bounds).weights
    return found


Table = tuple[NDArray[np.int64], tuple[str, ...], NDArray[np.float64]]


def _tables(index: Index) -> dict[str, Table]:
    """Official counts of companies by table: the cell of each company, the names of the cells, the counts."""
    groups = tuple(dict.fromkeys(sources.SECTIONS_OF_INDUSTRY))
    group_of = np.array([next(at for at, letters in enumerate(groups) if one in letters) for one in sources.SECTIONS])
    by_industry = sources.matrix(_BY_INDUSTRY, sources.INDUSTRIES, sources.EMPLOYMENT_BANDS, (0, 2))
    of_groups = np.zeros((len(groups), len(sources.EMPLOYMENT_BANDS)))
    np.add.at(of_groups, [groups.index(letters) for letters in sources.SECTIONS_OF_INDUSTRY], by_industry)
    by_region = sources.matrix(_BY_REGION, sources.REGIONS, sources.EMPLOYMENT_BANDS, (1, 2))
    down = {
        _BY_INDUSTRY: (group_of[index.classes["sic_section"]], groups, of_groups),
        _BY_REGION: (index.classes["region"].astype(np.int64), sources.REGIONS, by_region),
    }
    band = index.classes["employment_band"].astype(np.int64)
    return {
        name.replace("_", " "): (
            place * len(sources.EMPLOYMENT_BANDS) + band,
            tuple(f"{label}, {size}" for label in labels for size in sources.EMPLOYMENT_BANDS),
            official.ravel(),
        )
        for name, (place, labels, official) in down.items()
    }
