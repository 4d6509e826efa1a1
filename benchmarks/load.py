"""Time the app under load: visitors who read pages while 24 costings wait in line, visitors who walk away, 60 costings.

The server is one of its own, over the population in the cache (built first where there is none). Visitors have no browser,
so that the figures are the server's alone. Needs the extra `app`.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from visitors import BEGINS, Visitor, memory, served

from openfisca_goodwork import population
from openfisca_goodwork.desk.costing_desk import REST

COSTERS, READERS, COSTINGS, WALKED_AWAY = 24, 3, 60, 8
RUN = "Run the costing"
# Pages that compute nothing when they are opened, and what is asked of them.
READ = (
    *(("", ""), ("methods", ""), ("company", ""), ("cost", ""), ("audit", ""), ("procurement", "")),
    *(("compare", ""), ("parameter", "path=corporation_tax.main_rate"), ("companies", ""), ("several", "")),
)
IN_LINE = 0.01  # seconds between two looks at whether somebody is in the line
BETWEEN = 1.0  # seconds that somebody looks at a page before opening the next
FIRST = ("2024-25", "2025-26", "2026-27", "2027-28", "2028-29")
LAST = ("2029-30", "2030-31", "2031-32")
BEHAVIOURS = ("central", "low", "high", "none")
OTHER = "reforms=human-investment-super-deduction-external-fees"


def asked(address: str, query: str) -> Visitor:
    """A visitor with the page of a costing open, its form filled and not sent."""
    visitor = Visitor(address)
    visitor.send("cost", query)
    visitor.finish()
    return visitor


def requests() -> Iterator[str]:
    """Queries of costings, no two alike."""
    for last, first, behaviour in product(LAST, FIRST, BEHAVIOURS):
        yield f"first={first}&last={last}&behaviour={behaviour}"


class Costings:
    """Visitors who each send a costing, one after the other, and wait for all of it."""

    def __init__(self, address: str, queries: list[str]) -> None:
        self.visitors = [asked(address, query) for query in queries]
        self.begun: dict[int, float] = {}
        self.ended: dict[int, float] = {}
        self._threads = [threading.Thread(target=self._follow, args=(number,)) for number in range(len(queries))]

    def _follow(self, number: int) -> None:
        visitor = self.visitors[number]
        self.begun[number] = visitor.be_served()
        self.ended[number] = visitor.finish()
        visitor.leave()

    def send(self) -> float:
        """All of them press the button, each once the one before is in the line; when the first did."""
        began = time.monotonic()
        for visitor, thread in zip(self.visitors, self._threads, strict=True):
            visitor.press(RUN)
            thread.start()
            while thread.is_alive() and visitor.stage in {"", BEGINS}:
                time.sleep(IN_LINE)
        return began

    def go_on(self) -> bool:
        """Whether any of them still waits."""
        return any(thread.is_alive() for thread in self._threads)

    def join(self) -> None:
        """Wait for all."""
        for thread in self._threads:
            thread.join()

    def out_of_turn(self) -> int:
        """How many were served after somebody who came later."""
        order = sorted(self.begun, key=lambda number: self.begun[number])
        return sum(number != place for place, number in enumerate(order))


def read(address: str, page: str, query: str) -> float:
    """Seconds from going to a page until all of it is there."""
    began = time.monotonic()
    with Visitor(address) as visitor:
        visitor.send(page, query)
        ended = visitor.finish()
        if visitor.faults:
            raise SystemExit(f"The page {page!r} failed: {visitor.faults}")
    return ended - began


def readers(address: str, costings: Costings) -> dict[str, list[float]]:
    """How long pages take for visitors who open one after another while costings run."""
    taken: dict[str, list[float]] = {page: [] for page, _query in READ}

    def look(number: int) -> None:
        place = number * len(READ) // READERS
        while costings.go_on():
            page, query = READ[place % len(READ)]
            taken[page].append(read(address, page, query))
            place += 1
            time.sleep(BETWEEN)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def walked_away(address: str, number: int) -> float:
    """Seconds from a visitor's closing the page, in the midst of a costing, until the next in line is served."""
    first, second = (
        asked(
            address, f"{OTHER}&first={FIRST[number % 5]}&last={LAST[number % 3]}&behaviour={BEHAVIOURS[(number + one) % 4]}"
        )
        for one in (0, 1)
    )
    first.press(RUN)
    first.be_served()
    second.press(RUN)
    second.wait()
    time.sleep(0.3 * (number + 1))
    left = time.monotonic()
    first.leave()
    served_at = second.be_served()
    second.leave()
    return served_at - left


def row(figure: str, listed: list[float], bound: str) -> str:
    """A row of the table: how many, the median, the 95th percentile, the worst."""
    ninety_fifth = statistics.quantiles(listed, n=20, method="inclusive")[-1] if len(listed) > 1 else listed[0]
    cells = [figure, str(len(listed)), *(f"{one:.2f}" for one in (statistics.median(listed), ninety_fifth, max(listed)))]
    return f"| {' | '.join(cells)} | {bound} |"


def main() -> None:
    """Print the table."""
    population.load("default")
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    print("| Figure | times | median s | 95th percentile s | worst s | bound |\n|---|---|---|---|---|---|", flush=True)
    with served() as (address, process):
        wanted = requests()
        warm = Costings(address, [next(wanted)])
        warm.send()
        warm.join()
        before = memory(process)
        alone = [read(address, page, query) for _ in range(2) for page, query in READ][len(READ) :]
        print(row("A page, nothing else asked", alone, "–"), flush=True)
        costings = Costings(address, [next(wanted) for _ in range(COSTERS)])
        began = costings.send()
        taken = readers(address, costings)
        costings.join()
        print(
            row(f"A page, while {COSTERS} costings run", [one for each in taken.values() for one in each], "1 s, 2 s"),
            flush=True,
        )
        for page, each in taken.items():
            print(row(f"… {page or 'home'}", each, "") if each else "", flush=True)
        print(
            row(f"{COSTERS} costings, from the first sent", [one - began for one in costings.ended.values()], "–"),
            flush=True,
        )
        print(f"| Costings served after one that came later | {costings.out_of_turn()} | | | | 0 |", flush=True)
        gone = [walked_away(address, number) for number in range(WALKED_AWAY)]
        print(row("From leaving a costing to the next in line", gone, "1 s"), flush=True)
        more = Costings(address, [next(wanted) for _ in range(COSTINGS - COSTERS - 1)])
        more.send()
        more.join()
        time.sleep(BETWEEN)
        peak = memory(process, "VmHWM")
        time.sleep(2 * REST)  # until what the last run has used is given back
        after = memory(process)
        print(
            f"\nMemory of the server and its process of runs, MB: {before:,.0f} after the first costing, {after:,.0f} after"
        )
        print(f"{COSTINGS} of them and what was left, {peak:,.0f} at the peaks of both.")


if __name__ == "__main__":
    main()
