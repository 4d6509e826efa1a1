"""P3: every company, one record each, 8 accounting periods under two laws: time, memory, and whether time is linear.

Chunks of companies are read from disk and both laws run over each, its inputs made once; more companies than there are, by
repetition.

Usage: full_population.py [SHARE ...], of all companies: 0.25, 0.5, 1 and 10 unless given. The population is built first
where it is not kept (a minute), which is not part of the figures. Peak memory is of Linux.
"""

from __future__ import annotations

import os
import platform
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
SHARES = (0.25, 0.5, 1.0, 10.0)
AT_ONCE = 100_000
MEGABYTE = 1024


def rows(shares: tuple[float, ...]) -> Iterator[str]:
    """A row of the table for each share of the companies."""
    laws = [policy.law_of([]), policy.law_of([REFORM])]
    everyone = population.load("full", progress=lambda stage, done: print(f"{stage} {done:.0%}", file=sys.stderr))
    panel = everyone.panel(LABELS)
    for share in shares:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # let the peak of memory be counted from here
        begun, used = time.perf_counter(), time.process_time()
        effect, records = 0.0, 0
        for left in np.arange(share, 0, -1):
            for companies, label, (before, after), count in system.run_in_chunks(laws, panel, OUTPUTS, AT_ONCE):
                if companies.start >= left * count:
                    break
                records += (companies.stop - companies.start) * (label == LABELS[0])
                # Not `@`: it wakes a second thread, which waits for more at full speed for longer than the law runs.
                effect += float(np.sum(everyone.weight[companies] * (after[OUTPUTS[0]] - before[OUTPUTS[0]])))
        wall, processor = time.perf_counter() - begun, time.process_time() - used
        millions = records / 1e6
        cells = (f"{wall:.1f}", f"{processor:.1f}", f"{processor / millions:.2f}", f"{_peak():,.0f}", f"{effect / 1e6:,.0f}")
        yield f"| {millions:.2f}m × {len(LABELS)} × 2 | {' | '.join(cells)} |"


def _peak() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / MEGABYTE for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Print the table."""
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, NumPy {np.__version__}\n")
    headings = ("P3", "wall s", "processor s", "processor s a million", "peak MB", f"{REFORM}, £m")
    print(f"| {' | '.join(headings)} |\n{'|---' * len(headings)}|", flush=True)
    for row in rows(tuple(map(float, sys.argv[1:])) or SHARES):
        print(row, flush=True)


if __name__ == "__main__":
    main()
