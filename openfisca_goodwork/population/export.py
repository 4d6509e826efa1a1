"""Writing a population to a file: Parquet, or CSV by the file's name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import system
from openfisca_goodwork.errors import DataError, GoodworkError, did_you_mean, quoted
from openfisca_goodwork.population.store import Population

if TYPE_CHECKING:
    import pandas

KEYS = ["id", "weight", "sic_section", "region", "employment_band", "turnover_band"]
WRITERS = {".parquet": "to_parquet", ".csv": "to_csv"}


def export(
    population: Population,
    path: str | Path,
    year: int,
    variables: Sequence[str] = (),
    law: TaxBenefitSystem | None = None,
) -> Path:
    """Writes one row a record: id, weight, section, region and bands, then the variables asked for, under `law`.

    `year` is a financial year by the calendar year it begins in (2023 for 2023-24): the variables are those of the
    accounting periods that end in it, as in official statistics. The file is whole or not there. Raises
    GoodworkError for an unknown variable, year or kind of file, and for a directory that does not exist.
    """
    path, law = Path(path), law or system.current_law()
    _check(population, path, year, variables, law)
    table = population.frame[KEYS].copy()
    for name, values in ending_in(population, year, variables, law).items():
        table[name] = values
    _write(table, path)
    return path


def ending_in(population: Population, year: int, variables: Sequence[str], law: TaxBenefitSystem) -> dict[str, NDArray]:
    """Variables, given or computed, of the accounting periods that end in a financial year."""
    found: dict[str, NDArray] = {}
    results = system.run(law, population.panel(range(population.labels[0], year + 2)), variables) if variables else {}
    for label in (year, year + 1):
        here = population.financial_year(label) == year
        for name in variables:
            values = results[label][name]
            found.setdefault(name, np.empty_like(values))[here] = values[here]
    return found


def _check(population: Population, path: Path, year: int, variables: Sequence[str], law: TaxBenefitSystem) -> None:
    if path.suffix.lower() not in WRITERS:
        raise GoodworkError(f"{path.name} must end in {' or '.join(WRITERS)}, which says the kind of file.")
    if not path.parent.is_dir():
        raise GoodworkError(f"There is no directory {path.parent}. Make it first, or write the file elsewhere.")
    if path.is_dir():
        raise GoodworkError(f"{path} is a directory. Give the name of a file.")
    first, last = population.labels[0], population.labels[-1] - 1
    if not first <= year <= last:
        raise GoodworkError(
            f"The population covers the financial years {first}-{(first + 1) % 100} to {last}-{(last + 1) % 100}."
        )
    unknown = [name for name in variables if name not in law.variables]
    if unknown:
        known = sorted(law.variables)
        raise GoodworkError("\n".join(f"{quoted(one)} is not a variable. {did_you_mean(one, known)}" for one in unknown))


def _write(table: pandas.DataFrame, path: Path) -> None:
    """Writes under a temporary name and renames. Raises DataError if the disk refuses."""
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        os.close(handle)
        getattr(table, WRITERS[path.suffix.lower()])(temporary, index=False)
        Path(temporary).replace(path)
        temporary = None
    except OSError as fault:
        raise DataError(f"{path} cannot be written: {fault.strerror or fault}.") from fault
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
