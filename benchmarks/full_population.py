"""P3: every company, one record each, 8 accounting periods under two laws: time, memory, and whether time is linear.

Usage: full_population.py. The population is built first where it is not kept (a minute), which is not part of the figures.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from openfisca_goodwork import policy, population, system  # noqa: E402

REFORM = "no-super-deduction"
LABELS = range(2018, 2026)
OUTPUTS = ("net_corporation_tax",)
PARTS = (4, 2, 1)
MEGABYTE = 1024


def rows() -> Iterator[str]:
    """A row of the table for a quarter, a half and all of the companies."""
    laws = [policy.law_of([]), policy.law_of([REFORM])]
    everyone = population.load("full", progress=lambda stage, done: print(f"{stage} {done:.0%}", file=sys.stderr))
    for share in PARTS:
        people = next(iter(everyone.parts(-(-everyone.records // share))))
        begun, used = time.perf_counter(), time.process_time()
        effect = 0.0
        for sign, law in zip((-1, 1), laws, strict=True):
            for values in system.run(law, people.panel(LABELS), OUTPUTS).values():
                effect += sign * float(people.weight @ np.asarray(values[OUTPUTS[0]]))
        wall, processor = time.perf_counter() - begun, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
        millions = people.records / 1e6
        cells = (f"{wall:.1f}", f"{processor:.1f}", f"{processor / millions:.2f}", f"{peak:,.0f}", f"{effect / 1e6:,.0f}")
        yield f"| {millions:.2f}m × {len(LABELS)} × 2 | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, NumPy {np.__version__}\n")
    headings = ("P3", "wall s", "processor s", "processor s a million", "peak MB", f"{REFORM}, £m")
    print(f"| {' | '.join(headings)} |\n{'|---' * len(headings)}|", flush=True)
    for row in rows():
        print(row, flush=True)


if __name__ == "__main__":
    main()
