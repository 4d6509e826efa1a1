"""Makes the local figures of `openfisca_goodwork/data/local` from CSV files of official tables, and holds them to those.

    python benchmarks/local_tables.py FOLDER           # write the files, and fill the register
    python benchmarks/local_tables.py FOLDER --check   # say what differs from the files of FOLDER; exit 1 if anything does

FOLDER has one CSV a table of `register.csv`, in the form `code,name,level,[region],period,item,figure,unit` and, where a
source gives them, an interval (`lower`, `upper`) or an error in per cent of the figure. The register has of each file its
SHA-256 and the digest of its rows; the tests hold every row of the package to that digest without the files.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import pandas

from openfisca_goodwork.audit.local.places import DATA

FIGURES = DATA / "figures.parquet"
COLUMNS = ("table", "code", "name", "level", "region", "period", "item", "figure", "unit", "lower", "upper", "error")
WIDE = {"la_lookup", "la_hex_positions", "ons_economic_nearest_neighbours", "la_code_changes"}
"""Tables of places, not of figures; they stand in `places.csv` and `former_codes.csv`."""
ERRORS = ("cv_percent", "standard_error_percent")
HEXAGONS = "la_hex_positions"
PLACES = ("la_lookup", HEXAGONS, "ons_economic_nearest_neighbours")


def digest(table: pandas.DataFrame) -> str:
    """SHA-256 of a table's rows in their order: texts as they stand, numbers in full, nothing for what is missing."""
    shown = table.drop(columns=["table"], errors="ignore")
    made = hashlib.sha256()
    for row in shown.itertuples(index=False):
        made.update("|".join("" if value != value else str(value) for value in row).encode() + b"\n")  # noqa: PLR0124
    return made.hexdigest()


def tidy(folder: Path, table: str) -> pandas.DataFrame:
    """A table of a folder in the columns of the package: texts as they stand, figures as numbers."""
    read = pandas.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    read = read.rename(columns=dict.fromkeys(ERRORS, "error")).assign(table=table)
    read = read.reindex(columns=list(COLUMNS), fill_value="")
    for name in ("figure", "lower", "upper", "error"):
        read[name] = pandas.to_numeric(read[name]).astype(float)
    return read


def wide(folder: Path, table: str) -> pandas.DataFrame:
    """A table of places of a folder, all texts."""
    read = pandas.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    if table != HEXAGONS:
        return read
    codes = wide(folder, PLACES[0])["code"]  # whose order and names places have
    return read.drop(columns="name").set_index("code", drop=False).loc[codes].reset_index(drop=True)


def main() -> int:
    """Write the files, or compare. Returns the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--check", action="store_true", help="only compare")
    options = asked.parse_args()
    register = pandas.read_csv(DATA / "register.csv", dtype=str, keep_default_na=False)
    held = register[register["left_out"] == ""]["table"]
    tables = {name: (wide if name in WIDE else tidy)(options.folder, name) for name in held}
    register = register.set_index("table")
    for name in register.index:
        content = (options.folder / f"{name}.csv").read_bytes()
        made = {"source_sha256": hashlib.sha256(content).hexdigest(), "rows": str(content.count(b"\n") - 1)}
        if name in tables:
            made |= {"rows": str(len(tables[name])), "digest": digest(tables[name])}
        for column, value in made.items():
            if options.check and register.loc[name, column] != value:
                print(f"{name}: {column} of the register is not that of the file")
                return 1
            register.loc[name, column] = value
    if options.check:
        return 0
    figures = pandas.concat([tables[name] for name in held if name not in WIDE], ignore_index=True)
    texts = [name for name in figures if figures[name].dtype == object or str(figures[name].dtype).startswith("str")]
    figures.astype(dict.fromkeys(texts, "category")).to_parquet(FIGURES, compression="zstd", index=False)
    joined = tables[PLACES[0]]
    for name in PLACES[1:]:
        joined = joined.merge(tables[name], on="code", validate="1:1")
    joined.to_csv(DATA / "places.csv", index=False, lineterminator="\n")
    tables["la_code_changes"].to_csv(DATA / "former_codes.csv", index=False, lineterminator="\n")
    register.reset_index().to_csv(DATA / "register.csv", index=False, lineterminator="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
