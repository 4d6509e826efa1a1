"""A million companies from published distributions, as a folder that `goodwork cost --companies` reads.

It knows nothing of the model's population, and imports nothing of the model: counts of companies by industry, region and
size, tax by section and training by sector are read from the published tables; within them profits and training are drawn.

Usage: million_companies.py FOLDER [COMPANIES], then
goodwork cost human-investment-super-deduction --companies FOLDER --age-to 2031-32
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as of_parquet

DATA = Path(__file__).parent.parent / "openfisca_goodwork" / "data"
SECTIONS_OF = dict(
    zip(
        (
            "01-03",
            "05-39",
            "41-43",
            "45",
            "46",
            "47",
            "49-53",
            "55-56",
            "58-63",
            "64-66",
            "68",
            "69-75",
            "77-82",
            "84",
            "85",
        ),
        "ACFGGGHIJKLMNOP",
        strict=True,
    )
) | {"86-88": "Q", "90-99": "S"}
YEARS = (2024, 2025, 2026)
GROWTH, SEED, RATE = 1.035, 20260301, 0.25
SPREAD_OF_PROFITS, SHARE_IN_PROFIT, SPREAD_OF_TRAINING, SHARE_THAT_TRAINS = 1.8, 0.6, 1.2, 0.45
TAX_YEAR = "2023-24"


def rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of a published table."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as content:
        yield from csv.DictReader(content)


def counted(table: str, *keys: str) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """The cells of a table of counts that have companies, and how many."""
    found = {tuple(row[key] for key in keys): float(row["figure"]) for row in rows(table) if float(row["figure"])}
    return list(found), np.array(list(found.values()))


def totals(table: str, item: str, key: str, **only: str) -> dict[str, float]:
    """Figures of a table in £, by a letter of the section."""
    chosen = (row for row in rows(table) if row["item"] == item and all(row[name] == want for name, want in only.items()))
    return {row[key]: float(row["figure"]) * (1e6 if row["unit"] == "GBP million" else 1) for row in chosen}


def companies(count: int) -> pa.Table:
    """Facts of the companies that are the same in every year, and what they earn and spend in the last."""
    draw = np.random.default_rng(SEED)
    cells, numbers = counted("companies_by_industry_and_employment", "industry_code", "employment_band")
    places = draw.choice(len(cells), count, p=numbers / numbers.sum())
    section = np.array([SECTIONS_OF[industry] for industry, _band in cells])[places]
    band = np.array([band for _industry, band in cells])[places]
    regions, of_region = counted("companies_by_region_and_employment", "region", "employment_band")
    region = np.empty(count, dtype=object)
    for size in np.unique(band):
        here = [place for place, (_region, other) in enumerate(regions) if other == size]
        names = np.array([regions[place][0] for place in here])
        region[band == size] = draw.choice(names, int((band == size).sum()), p=of_region[here] / of_region[here].sum())
    edges = {size: [float(edge) for edge in size.replace("+", "-2000").split("-")] for size in np.unique(band)}
    low, high = (np.array([max(edges[size][end], 1.0) for size in band]) for end in (0, 1))
    employees = np.floor(low * (high / low) ** draw.uniform(size=count))
    weight = numbers.sum() / count
    profit = employees**0.8 * draw.lognormal(0, SPREAD_OF_PROFITS, count)
    profit = scaled(profit, section, totals("corporation_tax_by_section", "corporation tax liabilities", "sic_section",
                                            financial_year=TAX_YEAR), weight * RATE)  # fmt: skip
    profit = np.where(draw.uniform(size=count) < SHARE_IN_PROFIT, profit / SHARE_IN_PROFIT, -profit / 2)
    trains = draw.uniform(size=count) < SHARE_THAT_TRAINS
    training = np.where(trains, employees * draw.lognormal(0, SPREAD_OF_TRAINING, count), 0.0)
    training = scaled(training, section, totals("training_by_sector", "training spend", "sic_sections"), weight)
    return pa.table(
        {
            "company": np.arange(count), "weight": np.full(count, weight), "sic_section": section,
            "region": region.astype(str), "employment_band": band, "employees": employees,
            "turnover": employees * 140_000, "trading_profit_before_capital_allowances": profit,
            "external_course_fees": 0.2 * training, "trainer_pay": 0.3 * training, "trainee_pay": 0.5 * training,
            "trainees": np.where(training > 0, np.ceil(0.6 * employees), 0.0),
            "main_rate_plant_new": np.maximum(0.2 * profit, 0.0), "pay_bill": employees * 31_000,
        }
    )  # fmt: skip


def scaled(amounts: np.ndarray, section: np.ndarray, wanted: dict[str, float], weight: float) -> np.ndarray:
    """Amounts such that those of each group of sections come to its total, a company counting so many times."""
    found = amounts.copy()
    for letters, total in wanted.items():
        here = np.isin(section, list(letters))
        if here.any() and amounts[here].sum():
            found[here] *= total / (weight * amounts[here].sum())
    return found


def main() -> None:
    """Write a file a year."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    folder.mkdir(parents=True)
    last = companies(count)
    money = [name for name in last.column_names if last.schema.field(name).type == pa.float64()]
    for year in YEARS:
        factor = GROWTH ** (year - YEARS[-1])
        days = {"accounting_period_start": f"{year}-01-01", "accounting_period_end": f"{year}-12-31"}
        table = last
        for name in money:
            if name not in {"weight", "employees", "trainees"}:
                table = table.set_column(table.column_names.index(name), name, pa.array(table[name].to_numpy() * factor))
        for name, day in days.items():
            table = table.append_column(name, pa.array([day] * count).dictionary_encode())
        of_parquet.write_table(table, folder / f"periods-{year}.parquet", row_group_size=250_000)


if __name__ == "__main__":
    main()
