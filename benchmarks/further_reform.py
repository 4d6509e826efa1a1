"""Time a further reform over the population against the baseline law and a first reform together, as a costing runs them.

The baseline law is run once and its outcome held; each reform then starts from it. The two take turns, each with the
processor time of its own; the population is built beforehand, in a cache of its own.

Usage: further_reform.py [TURNS]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from openfisca_goodwork import policy, population, system  # noqa: E402
from openfisca_goodwork.costing.runs import Base, reach_of, run_baseline  # noqa: E402

FIRST, FURTHER = "human-investment-super-deduction", "accredited-training-deduction-200-percent"
START = 2027
TURNS, BOUND = 5, 0.25


def processor_time(work: Callable[[], Any]) -> float:
    """What some work takes of the processor (s)."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def baseline(people: Any, cache: Path) -> Base:
    """The companies as the baseline law leaves them, worked out anew."""
    for kept in cache.glob("baseline-*"):
        kept.unlink()
    law = system.current_law()
    base, _outcome = run_baseline(people, law, START, reach_of(law, START))
    return base


def main() -> None:
    """Print one line a turn, and the median of the ratios."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    first, further = (policy.law_of([name]) for name in (FIRST, FURTHER))
    with tempfile.TemporaryDirectory() as cache:
        os.environ["GOODWORK_CACHE"] = cache
        people = population.load("default")
        ratios = []
        for turn in range(-1, turns):  # the first turn warms up
            together = processor_time(lambda: baseline(people, Path(cache)).run(first))
            base = baseline(people, Path(cache))
            alone = processor_time(lambda base=base: base.run(further))
            if turn >= 0:
                ratios.append(alone / together)
                print(f"baseline and first {together:.2f} s, further {alone:.2f} s, ratio {ratios[-1]:.2f}", flush=True)
    print(f"P2: median {statistics.median(ratios):.2f}, bound {BOUND}")


if __name__ == "__main__":
    main()
