"""Costings shared among workers: time, processor time and memory of each process, and that all give the same bytes.

Usage: workers.py [POPULATION [DRAWS]]. The population is built first where it is not kept, which is not part of the figures.
Of Linux alone: processor time and peak memory of each process are read from /proc.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from openfisca_goodwork import population  # noqa: E402
from openfisca_goodwork.costing import cost  # noqa: E402
from openfisca_goodwork.costing.executor import LocalWorkers, opened  # noqa: E402

REFORM = "human-investment-super-deduction"
WORKERS = (None, 1, 2)
MEGABYTE = 1024
TICKS = os.sysconf("SC_CLK_TCK")


def used(pid: int | str) -> tuple[float, float]:
    """Processor time of a process (s), and the peak of its memory (MB)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) / TICKS, peak / MEGABYTE


def rows(name: str, draws: int) -> Iterator[str]:
    """A row of the table for each number of workers."""
    population.load(name)
    for workers in WORKERS:
        before, _ = used("self")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        begun = time.perf_counter()
        with opened(workers) as executor:
            found = cost(REFORM, population=name, draws=draws, executor=executor)
            wall = time.perf_counter() - begun
            own, peak = used("self")
            each = [used(pid) for pid in executor.processes] if isinstance(executor, LocalWorkers) else []
        bytes_of = hashlib.sha256(json.dumps(found.to_dict()).encode()).hexdigest()[:16]
        theirs = ", ".join(f"{seconds:.1f} s, {most:,.0f} MB" for seconds, most in each) or "–"
        yield f"| {workers or 'none'} | {wall:.1f} | {own - before:.1f} s, {peak:,.0f} MB | {theirs} | {bytes_of} |"


def main() -> None:
    """Print the table."""
    name, draws = sys.argv[1] if len(sys.argv) > 1 else "full", int(sys.argv[2]) if len(sys.argv) > 2 else 200
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, NumPy {np.__version__}\n")
    print(f"| Workers ({name}, {draws} draws) | wall s | this process | each worker | bytes |\n{'|---' * 5}|", flush=True)
    for row in rows(name, draws):
        print(row, flush=True)


if __name__ == "__main__":
    main()
