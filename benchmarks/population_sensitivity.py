"""What the cost of the human-investment super-deduction owes to each block of official figures: each moved by 5% in turn.

The population is built anew, levels and weights and all, with one block of figures 5% higher and everything else as it
is; the reform is then costed over it. Usage: population_sensitivity.py [FILE], which writes docs/population-sensitivity.csv
unless told otherwise. Some eight builds: about four minutes on two idle processors.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from openfisca_goodwork import costing, system  # noqa: E402
from openfisca_goodwork.population import Population, build, sources  # noqa: E402
from openfisca_goodwork.population.assumptions import Assumptions  # noqa: E402

REFORM = "human-investment-super-deduction"
FILE = ROOT / "docs" / "population-sensitivity.csv"
MORE = 1.05
PLANT = "assumptions.base.plant.total_2018_19"
REGISTERED = tuple(f"companies_by_{one}_and_{two}" for one in ("industry", "region") for two in ("employment", "turnover"))
LIABLE = "companies with a liability"

Wanted = Callable[[str, sources.Row], bool]


@dataclass(frozen=True)
class Block:
    """Figures that move together: what they are, and which rows of which tables; or a parameter fitted to some."""

    name: str
    moves: Wanted = lambda _table, _row: False
    parameter: str = ""


BLOCKS = (
    Block("nothing"),
    Block("companies on the register (ONS), every industry, region, employment and turnover", lambda t, _: t in REGISTERED),
    Block("companies with a liability, every section and year (HMRC)", lambda t, r: _is_of(t, r, LIABLE)),
    Block("corporation tax, every year (HMRC, then the OBR)", lambda t, r: t == "corporation_tax" and "tax" in r.keys[1]),
    Block(
        "corporation tax of finance, the others less (HMRC)", lambda t, r: _is_of(t, r, "corporation tax liabilities", "K")
    ),
    Block("training, every sector (DfE)", lambda t, r: t == "training_by_sector" and r.keys[2] == "training spend"),
    Block("plant and machinery, to which capital allowances were fitted", parameter=PLANT),
)


def _is_of(table: str, row: sources.Row, item: str, section: str = "") -> bool:
    return table == "corporation_tax_by_section" and row.keys[2] == item and section in ("", row.keys[1])


@contextmanager
def moved(block: Block) -> Iterator[None]:
    """The tables of official figures with a block's figures 5% higher."""
    as_published = sources.rows

    def rows(table: str) -> tuple[sources.Row, ...]:
        return tuple(
            replace(row, figure=row.figure * MORE) if block.moves(table, row) and row.unit != "/1" else row
            for row in as_published(table)
        )

    sources.rows = rows  # type: ignore[assignment]
    try:
        yield
    finally:
        sources.rows = as_published


def law_of(block: Block) -> Any:
    """Current law, with the parameter of the block 5% higher."""
    law = system.current_law()
    if not block.parameter:
        return law
    dated = system.dated_values(system.leaf_parameters(law)[block.parameter])
    return system.with_values(law, {block.parameter: [replace(one, value=float(one.value) * MORE) for one in dated]})


def cost(block: Block) -> tuple[float, ...]:
    """Post-behavioural cost by financial year (£ million) with a block 5% higher."""
    law = law_of(block)
    with moved(block):
        columns = build.build(law).columns
    seed = np.array(int(Assumptions(law.parameters)("base.population.seed")))
    return costing.cost(REFORM, population=Population({**columns, "seed": seed}, block.name)).post_behavioural


def main() -> None:
    """Write the table."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as kept, file.open("w", newline="", encoding="utf-8") as opened:
        os.environ["GOODWORK_CACHE"] = kept
        table = csv.writer(opened, lineterminator="\n")
        table.writerow(["block", "financial_year", "cost", "unit"])
        for block in BLOCKS:
            for year, amount in zip(range(2026, 2032), cost(block), strict=True):
                table.writerow([block.name, f"{year}-{(year + 1) % 100}", f"{amount:.2f}", "£ million"])
            print(f"{block.name}: {time.perf_counter() - begun:,.0f} s", flush=True)


if __name__ == "__main__":
    main()
