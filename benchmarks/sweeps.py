"""Time a sweep of 100 rates of the main reform against one costing without an interval, and count the costings of a solve.

Processor time, in one process, in turn. The population and the outcome of the baseline law are in the cache beforehand, for
both; the sweep reads them anew. A sweep gives the headline of each costing: what a figure of the one is, a figure of the
other is too (``tests/questions``).

Usage: sweeps.py [TURNS [VALUES]]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from openfisca_goodwork import cost, solve, sweep  # noqa: E402

REFORM, RATE = "human-investment-super-deduction", "human_investment.additional_deduction@2027-04-01"
TURNS, VALUES, BOUND = 3, 100, 12
WANTED = {"2029-30": -500.0}, {"2027-28:2031-32": -2000.0}


def processor_time(work: Callable[[], Any]) -> float:
    """What some work takes of the processor, all its threads together (s)."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Print one line a turn, the median of the ratios, and how many costings a solve takes."""
    given = list(map(int, sys.argv[1:]))
    turns, values = (*given, *(TURNS, VALUES)[len(given) :])
    rates = [round(0.1 + 0.004 * number, 3) for number in range(values)]
    asked = {"sweep": "rates", "reforms": REFORM, "vary": {RATE: rates}}
    cost(REFORM, draws=0)  # warms up, and builds what is not in the cache
    ratios = []
    for _turn in range(turns):
        alone, many = processor_time(lambda: cost(REFORM, draws=0)), processor_time(lambda: sweep(asked))
        ratios.append(many / alone)
        print(f"one costing {alone:.2f} s, {values} rates {many:.2f} s, ratio {ratios[-1]:.1f}", flush=True)
    print(f"Sweep: median {statistics.median(ratios):.1f}, bound {BOUND}")
    for wanted in WANTED:
        found = solve(REFORM, vary=RATE, draws=0, wanted=wanted)
        print(f"Solve for {wanted}, £ million: {found.costings} costings, bound {BOUND}")


if __name__ == "__main__":
    main()
