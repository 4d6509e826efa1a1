"""A population written in the form of a file of companies of one's own: a row a company and accounting period.

Read back it is the same companies: every input of the law to the bit, the same order, weights, classes and draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from openfisca_goodwork import disk, system
from openfisca_goodwork.population.own_columns import COMPANY, OTHERWISE, REGISTERED, WEIGHT, columns
from openfisca_goodwork.population.sources import CLASSES
from openfisca_goodwork.population.store import ELSEWHERE, Population, refuse_file

_AT_ONCE = 50_000
_FIRST = "first_accounting_period"
_SURVEY = "assumptions.base.survey_includes_levy"


def export_companies(population: Population, path: str | Path) -> Path:
    """Write every accounting period of a population to a file that ``load_companies`` reads.

    Args:
        path: ends in ``.parquet`` or ``.csv``.

    Raises:
        GoodworkError: for another kind of file, a directory that is not there, and where the disk refuses.
    """
    import pyarrow.csv as of_csv
    import pyarrow.parquet as of_parquet

    path = Path(path)
    refuse_file(path)
    writer: Any = None
    made = of_csv.CSVWriter if path.suffix.lower() == ".csv" else of_parquet.ParquetWriter
    with disk.whole_file(path, ELSEWHERE) as written:
        for table in _tables(population):
            writer = writer or made(str(written), table.schema)
            writer.write_table(table)
        writer.close()
    return path


def _tables(population: Population) -> Iterator[Any]:
    """The rows of some companies and one label after another; all tables have the same columns."""
    import pyarrow as pa

    names = list(dict.fromkeys(name for label in population.labels for name in population.inputs(label)))
    names = [name for name in names if name != _FIRST and name not in CLASSES]
    otherwise = population.levy_funded(_other_reading(), np.arange(population.records))
    passed = 0
    for part in population.parts(_AT_ONCE):
        own = {
            COMPANY: part.columns["id"],
            WEIGHT: part.weight,
            REGISTERED: part.registered,
            **{name: np.array(CLASSES[name])[codes] for name, (codes, _known) in part.classes.items()},
        }
        for label in part.labels:
            given = part.inputs(label)
            told = {name: pa.array(np.asarray(given[name])) for name in names if name in given}
            left_out = {name: pa.nulls(part.records, _type_of(name)) for name in names if name not in given}
            other = {OTHERWISE: otherwise[label][passed : passed + part.records]}
            yield pa.table({**own, **{name: (told | left_out)[name] for name in names}, **other})
        passed += part.records


def _type_of(name: str) -> Any:
    import pyarrow as pa

    return pa.bool_() if isinstance(columns()[name].default, bool) else pa.float64()


def _other_reading() -> Any:
    """The law with the other reading of the survey of training."""
    law = system.current_law()
    dated = system.dated_values(system.leaf_parameters(law)[_SURVEY])
    return system.with_values(law, {_SURVEY: [system.DatedValue(one.date, not one.value, one.metadata) for one in dated]})
