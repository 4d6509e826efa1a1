"""Each company's accounting periods in a table: their dates by themselves, and one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openfisca_goodwork.company.dates import Span, check_sequence, read_span
from openfisca_goodwork.company.many.cells import END, START, cell
from openfisca_goodwork.company.many.csv_rows import CsvRows
from openfisca_goodwork.company.reading import MOST_PERIODS
from openfisca_goodwork.company.values import NOT_THE_LAST, not_in_the_first
from openfisca_goodwork.company.vocabulary import FINAL, input_variables
from openfisca_goodwork.documents import Document
from openfisca_goodwork.errors import quoted
from openfisca_goodwork.law.periods import day_in_words

_NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Sequences:
    """The rows company by company, each company's in the order of time.

    Attributes:
        order: places of the rows in the file, sorted by company and then by first day.
        company: of each row so sorted, the code of its company.
        place: its place among the accounting periods of the company, from 0.
        starts, ends: its first and last day (datetime64[D]).
    """

    order: np.ndarray
    company: np.ndarray
    place: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def labels(self) -> np.ndarray:
        """The label of each accounting period: the calendar year it ends in, or the next free one of its company."""
        years = self.ends.astype("datetime64[Y]").astype(np.int64) + 1970
        labels = years.copy()
        for place in range(1, int(self.place.max(initial=0)) + 1):
            here = np.flatnonzero(self.place == place)
            labels[here] = np.maximum(years[here], labels[here - 1] + 1)
        return labels


def sequences_of(rows: CsvRows, names: list[str], companies: np.ndarray) -> Sequences:
    """The accounting periods in order; every fault of their dates is noted."""
    starts, ends = _dates(rows)
    order = np.lexsort((starts, companies))
    company, starts, ends = companies[order], starts[order], ends[order]
    begins = np.r_[True, company[1:] != company[:-1]] if len(company) else np.zeros(0, dtype=bool)
    firsts = np.flatnonzero(begins)
    place = np.arange(len(company)) - np.repeat(firsts, np.diff(np.r_[firsts, len(company)]))
    found = Sequences(order, company, place, starts, ends)
    _check_neighbours(rows, names, found)
    _check_lengths(rows, names, found)
    return found


def _dates(rows: CsvRows) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of each row; no day where they are faulty, which is noted for each row."""
    columns = [rows.columns[name] for name in (START, END)]
    codes = np.stack([column.index for column in columns], axis=1)
    pairs, index = np.unique(codes, axis=0, return_inverse=True)
    index = index.ravel()
    days = np.full((len(pairs), 2), _NO_DAY)
    for pair, (first, last) in enumerate(pairs.tolist()):
        texts = columns[0].texts[first], columns[1].texts[last]
        trial = Document(rows.document.name)
        span = _span(trial, texts, 1)
        if span is not None and not trial.faults:
            days[pair] = span.start, span.end
        else:
            _fault_each(rows, texts, index == pair)
    return days[index, 0], days[index, 1]


def _span(document: Document, texts: tuple[str, str], row: int) -> Span | None:
    """The accounting period of two cells, by the checks of company files."""
    given = {name: cell(document, text, row, name) for name, text in zip((START, END), texts, strict=True) if text}
    return read_span(cell(document, "", row, ""), given)


def _fault_each(rows: CsvRows, texts: tuple[str, str], where: np.ndarray) -> None:
    for place in np.flatnonzero(where):
        if rows.is_full:
            return
        _span(rows.document, texts, rows.numbers[int(place)])


def _check_neighbours(rows: CsvRows, names: list[str], found: Sequences) -> None:
    """Note rows of a company that start on one day, and those that do not follow on the one before."""
    later = np.flatnonzero(found.place > 0)
    gaps = (found.starts[later] - found.ends[later - 1]).astype(np.int64)
    faulty = later[(gaps != 1) & ~np.isnat(found.starts[later]) & ~np.isnat(found.ends[later - 1])]
    for here in faulty.tolist():
        if rows.is_full:
            return
        row, before = (rows.numbers[int(found.order[one])] for one in (here, here - 1))
        start = found.starts[here].item()
        if found.starts[here - 1].item() == start:
            name = quoted(names[found.company[here]])
            rows.document.fault(f"{name} has two rows that start on {day_in_words(start)}, the other is row {before}.", row)
        else:
            spans = [
                Span(cell(rows.document, "", at, START), found.starts[one].item(), found.ends[one].item())
                for one, at in ((here - 1, before), (here, row))
            ]
            check_sequence(spans)


def _check_lengths(rows: CsvRows, names: list[str], found: Sequences) -> None:
    for here in np.flatnonzero(found.place == MOST_PERIODS).tolist():
        if rows.is_full:
            return
        name, row = quoted(names[found.company[here]]), rows.numbers[int(found.order[here])]
        rows.document.fault(f"{name} has more than {MOST_PERIODS} accounting periods, the most that are worked out.", row)


def check_opening_balances(rows: CsvRows, facts: dict[str, np.ndarray], found: Sequences) -> None:
    """Note opening balances in any but a company's first accounting period; 0 is none."""
    for name in facts:
        if not (name in input_variables() and input_variables()[name].is_opening_balance):
            continue
        for here in np.flatnonzero((found.place > 0) & (facts[name][found.order] != 0)).tolist():
            if rows.is_full:
                return
            rows.document.fault(not_in_the_first(name), rows.numbers[int(found.order[here])], name)


def check_final_periods(rows: CsvRows, facts: dict[str, np.ndarray], found: Sequences) -> None:
    """Note a final accounting period that is not the company's last."""
    is_followed = np.r_[found.place[1:] > 0, False][: len(found.place)]
    is_final = facts[FINAL][found.order] if FINAL in facts else np.zeros(len(found.place), dtype=bool)
    for here in np.flatnonzero(is_followed & is_final).tolist():
        if rows.is_full:
            return
        rows.document.fault(NOT_THE_LAST, rows.numbers[int(found.order[here])], FINAL)
