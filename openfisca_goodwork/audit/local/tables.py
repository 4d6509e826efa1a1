"""Local figures of `data/local`, read when they are first asked for: official tables by place, and the register of them.

Every table has its source, commit, date, how it was seen, licence and defects in `register.csv`, said there once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import sources

if TYPE_CHECKING:
    import pandas

DATA = sources.DATA / "local"
FIGURES = DATA / "figures.parquet"
COLUMNS = ("table", "code", "name", "level", "region", "period", "item", "figure", "unit", "lower", "upper", "error")
WIDE = {"la_lookup", "la_hex_positions", "ons_economic_nearest_neighbours", "la_code_changes"}
"""Tables of places, not of figures; they stand in `places.csv` and `former_codes.csv`."""


@cache
def figures() -> pandas.DataFrame:
    """Every local figure, a row each, in `COLUMNS`: 95% interval or error (% of the figure) where the source has one.

    Raises:
        DataError: where the file is missing or damaged.
    """
    return _read("figures.parquet")


@cache
def places() -> pandas.DataFrame:
    """The 361 authorities by code: name, region, nation, areas they are in, hexagon, ten nearest neighbours."""
    return _read("places.csv").set_index("code", drop=False)


@cache
def former_codes() -> pandas.DataFrame:
    """Former authorities and codes, with the code and name of what they are now."""
    return _read("former_codes.csv")


@cache
def register() -> pandas.DataFrame:
    """The tables by name: title, source, repository, commit, date, status, licence, defects, rows and digests."""
    return _read("register.csv").set_index("table", drop=False)


def _read(name: str) -> pandas.DataFrame:
    import pandas  # here: it takes longer to import than the rest of the command line

    try:
        if name.endswith(".parquet"):
            return pandas.read_parquet(DATA / name)
        return pandas.read_csv(DATA / name, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as fault:
        raise DataError(f"{DATA / name} cannot be read as local figures: {fault}") from fault


def each(table: pandas.DataFrame) -> Iterator[Any]:
    """The rows of a table, one after the other, by the names of its columns."""
    return iter(table.itertuples())


def digest(table: pandas.DataFrame) -> str:
    """SHA-256 of a table's rows in their order: texts as they stand, numbers in full, nothing for what is missing."""
    shown = table.drop(columns=["table"], errors="ignore")
    made = hashlib.sha256()
    for row in shown.itertuples(index=False):
        made.update("|".join("" if value != value else str(value) for value in row).encode() + b"\n")  # noqa: PLR0124
    return made.hexdigest()
