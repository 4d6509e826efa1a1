"""Time a group of companies: worked out with claims that stand, and with those that save the most tax.

``python benchmarks/groups.py [companies] [years]``; by default 50 companies and 5 accounting periods each, once with one
year end and once with three. Bounds: 1 second with claims that stand, 5 with the best ones.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import Any

from openfisca_goodwork.company import calculate

FIRST_YEAR = 2024
CLAIM = ("from", "to", "loss", "period_from", "period_to", "amount")
YEAR_ENDS = (("01-01", "12-31", 0), ("04-01", "03-31", 1), ("07-01", "06-30", 1))


def group(companies: int, years: int, year_ends: int) -> dict[str, Any]:
    """A parent with subsidiaries of 80%, with profits and losses at random, always the same ones."""
    dice = random.Random(1)  # noqa: S311
    found = []
    for place in range(companies):
        start, end, later = YEAR_ENDS[place % year_ends]
        periods: list[dict[str, Any]] = [
            {
                "start": f"{year}-{start}",
                "end": f"{year + later}-{end}",
                "trading_profit_before_capital_allowances": round(dice.gauss(100_000, 200_000)),
                "special_rate_plant_used": dice.randrange(100_000),
                "claims_loss_carry_back": dice.random() < 0.3,
            }
            for year in range(FIRST_YEAR, FIRST_YEAR + years)
        ]
        if dice.random() < 0.3:
            periods[0]["trading_losses_brought_forward"] = dice.randrange(1_000_000)
        owners = {"Company 0": 0.8, "Mr B": 0.2} if place else {"Ms A": 1.0}
        found.append({"company": {"name": f"Company {place}", "owners": owners}, "accounting_periods": periods})
    return {"group": {"name": "Benchmark"}, "companies": found}


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds of wall clock and of the processor, and what came out."""
    wall, processor = time.perf_counter(), time.process_time()
    found = run()
    return time.perf_counter() - wall, time.process_time() - processor, found


def main() -> None:
    """Print a row for each group: seconds, and tax without relief, in proportion, and with the best claims."""
    companies, years = (
        (int(given) for given in (*sys.argv[1:3], "50", "5")[:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 5)
    )
    calculate(group(2, 1, 1))
    print(f"{companies} companies, {years} accounting periods each")
    for year_ends in (1, len(YEAR_ENDS)):
        given = group(companies, years, year_ends)
        wall, processor, found = timed(lambda given=given: calculate(given))
        law = found.laws["current_law"]
        taxes = f"{law.tax_without_relief:,.0f}, {law.tax_in_proportion:,.0f}, {found.paid('current_law'):,.0f}"
        print(f"{year_ends} year end(s), best claims: {wall:.2f} s, processor {processor:.2f} s; tax {taxes}")
        listed = found.to_dict()["group"]["group_relief"]["current_law"]
        claims = [{name: claim[name] for name in CLAIM} for claim in listed]
        wall, processor, _ = timed(lambda given=given, claims=claims: calculate({**given, "group_relief": claims}))
        print(f"{year_ends} year end(s), {len(claims)} claims given: {wall:.2f} s, processor {processor:.2f} s")


if __name__ == "__main__":
    main()
