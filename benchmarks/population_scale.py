"""Time the law over millions of companies × 8 accounting periods against the same computation written by hand in NumPy.

The two take turns, law first in one pair and kernel first in the next, in one process. Companies are made chunk by chunk
and label by label as they are asked for; what that costs is measured and left out of both.

Usage: population_scale.py [PAIRS] [MILLIONS ...]
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import kernel, kernel_figures  # noqa: E402
from benchmarks.random_companies import LABELS, Drawn, Inputs, law_inputs  # noqa: E402
from openfisca_goodwork import policy, system  # noqa: E402

REFORM = "human-investment-super-deduction"
OUTPUTS = ("net_corporation_tax", "capital_allowances", "human_investment_deduction", "qualifying_training_expenditure")
CHUNK = 50_000
PAIRS, MILLIONS = 5, (1.0, 2.0)
BOUND = 1.6
MEGABYTE = 1024

Results = dict[int, dict[str, np.ndarray]]


@dataclass
class Used:
    """Processor and wall time (s), and minor page faults."""

    processor: float = 0.0
    wall: float = 0.0
    faults: float = 0.0

    @classmethod
    def now(cls) -> Used:
        """What this process has used so far."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return cls(used.ru_utime + used.ru_stime, time.perf_counter(), used.ru_minflt)

    def __sub__(self, other: Used) -> Used:
        return Used(*(one - two for one, two in zip(astuple(self), astuple(other), strict=True)))

    def __add__(self, other: Used) -> Used:
        return Used(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


class Companies:
    """The inputs of both, made for each chunk and label as they are read; counts what making them uses."""

    def __init__(self, count: int) -> None:
        self.count, self.used = count, Used()

    def part(self, companies: slice) -> Inputs:
        """The inputs of one chunk."""
        return Inputs(self.drawn(companies), self.made)

    def drawn(self, companies: slice) -> Drawn:
        """The companies of one chunk."""
        return Drawn(companies.start, companies.stop - companies.start)

    def made(self, drawn: Drawn, label: int) -> dict[str, np.ndarray]:
        """The inputs of one chunk and label."""
        begun = Used.now()
        made = law_inputs(drawn, label)
        self.used += Used.now() - begun
        return made


def by_law(law: Any, companies: Companies) -> Results:
    """The law, as everything in this package runs it."""
    return system.run(law, companies, OUTPUTS, companies_at_once=CHUNK)


def by_hand(law: Any, companies: Companies) -> Results:
    """The kernel, in chunks of the same size; the same outputs kept."""
    read = {label: kernel_figures.figures(law, label) for label in LABELS}
    results = {label: {name: np.empty(companies.count) for name in OUTPUTS} for label in LABELS}
    for start in range(0, companies.count, CHUNK):
        one = slice(start, min(start + CHUNK, companies.count))
        drawn, given = companies.drawn(one), companies.part(one)
        begun = Used.now()
        part = kernel.Companies(drawn.month, drawn.opening())
        companies.used += Used.now() - begun
        for label in LABELS:
            found = part.period(read[label], given[label])
            for name in OUTPUTS:
                results[label][name][one] = found[name]
    return results


def measured(run: Callable[[Any, Companies], Results], law: Any, companies: Companies) -> tuple[Used, float, Results]:
    """What a run uses without the making of its inputs, the peak of its memory (MB), and what it gives."""
    _begin_peak()
    companies.used = Used()
    begun = Used.now()
    results = run(law, companies)
    return Used.now() - begun - companies.used, _peak(), results


def _begin_peak() -> None:
    """Let Linux count the peak of this process's memory from here."""
    with Path("/proc/self/clear_refs").open("w", encoding="ascii") as refs:
        refs.write("5")


def _peak() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / MEGABYTE for line in lines if line.startswith("VmHWM"))


def compared(law: Any, millions: float, pairs: int) -> Iterator[str]:
    """Rows of the table for one number of companies."""
    companies = Companies(int(millions * 1_000_000))
    runs = {"law": by_law, "kernel": by_hand}
    found: dict[str, list[tuple[Used, float]]] = {name: [] for name in runs}
    for pair in range(-1, pairs):  # the first pair warms up
        checked: dict[str, Results] = {}
        for name in list(runs)[:: 1 if pair % 2 else -1]:
            *figures, results = measured(runs[name], law, companies)
            if pair >= 0:
                found[name].append(tuple(figures))
            else:
                checked[name] = results
            del results  # the other's peak must not count them
        if pair < 0:
            _check(checked["law"], checked["kernel"])
    for name, all_runs in found.items():
        used = [astuple(one) for one, _peak in all_runs]
        medians = [statistics.median(column) for column in zip(*used, strict=True)]
        cells = [f"{one:,.2f}" for one in medians[:2]] + [f"{medians[2]:,.0f}", f"{max(peak for _, peak in all_runs):,.0f}"]
        yield f"| {millions:g}m × {len(LABELS)}, {name} | {' | '.join(cells)} |"
    for what, pick in (("processor", 0), ("wall", 1)):
        ratios = [
            astuple(one)[pick] / astuple(two)[pick] for (one, _), (two, _) in zip(found["law"], found["kernel"], strict=True)
        ]
        each = ", ".join(f"{one:.2f}" for one in ratios)
        yield f"| {millions:g}m × {len(LABELS)}, law ÷ kernel, {what} | **{statistics.median(ratios):.2f}** | {each} | | |"


def _check(one: Results, other: Results) -> None:
    for label, values in one.items():
        for name, array in values.items():
            np.testing.assert_allclose(other[label][name], array, rtol=1e-12, atol=1e-6)


def main() -> None:
    """Print the table."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    sizes = [float(one) for one in sys.argv[2:]] or MILLIONS
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"{pairs} pairs, order rotated; medians; bound of law ÷ kernel: {BOUND}\n")
    print("| P1 | processor s | wall s | minor page faults | peak MB |\n|---|---|---|---|---|")
    law = policy.law_of([REFORM])
    for millions in sizes:
        for row in compared(law, millions, pairs):
            print(row, flush=True)


if __name__ == "__main__":
    main()
