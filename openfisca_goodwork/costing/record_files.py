"""What each record pays and gains under both laws, as a Parquet file to query: one row a record and accounting period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from openfisca_goodwork import disk
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import financial_year, financial_year_name

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
    """The identifier of each record: as its file has it, or its number in the population."""
    return getattr(people, "names", people.columns.get("id", np.arange(people.records)))
