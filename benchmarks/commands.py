"""Time the commands that people wait for, each as a whole process: minimum, median, maximum, memory."""

from __future__ import annotations

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS, BUILDS = 7, 3
COMPANIES = 10_000
MEGABYTE = 1024

ONE_COMPANY = textwrap.dedent(
    """
    import time
    import openfisca_goodwork as goodwork
    periods = [
        {"start": f"{year}-01-01", "end": f"{year}-12-31", "trading_profit_before_capital_allowances": 240000,
         "external_course_fees": 20000, "main_rate_plant_new": 40000}
        for year in (2027, 2028, 2029)
    ]
    company = {"company": {"name": "Example Ltd"}, "accounting_periods": periods}
    run = lambda: goodwork.calculate(company, ["human-investment-super-deduction"])
    run()
    for _ in range(20):
        begun = time.perf_counter()
        run()
        print(time.perf_counter() - begun)
    """
)


@dataclass(frozen=True)
class Measured:
    """Seconds of each run, and the largest resident set of any (MB)."""

    figure: str
    bound: str
    seconds: list[float]
    processor: float
    memory: float

    def row(self) -> str:
        """A row of the table."""
        times = (min(self.seconds), statistics.median(self.seconds), max(self.seconds))
        cells = [self.figure, *(f"{one:.3f}" for one in times), f"{self.processor:.2f}", f"{self.memory:,.0f}", self.bound]
        return f"| {' | '.join(cells)} |"


def timed(figure: str, bound: str, command: list[str], cache: str, runs: int, *, fresh: bool = False) -> Measured:
    """Run a command after one warm-up; with ``fresh``, each time without anything in the cache."""
    seconds, processor, memory = [], [], []
    for turn in range(runs + (not fresh)):
        with tempfile.TemporaryDirectory() as empty:
            environment = {**os.environ, "GOODWORK_CACHE": empty if fresh else cache}
            begun = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            elapsed = time.perf_counter() - begun
        if status:
            raise SystemExit(f"{' '.join(command)} failed.")
        if turn or fresh:
            seconds.append(elapsed)
            processor.append(used.ru_utime + used.ru_stime)
            memory.append(used.ru_maxrss / MEGABYTE)
    return Measured(figure, bound, seconds, statistics.median(processor), max(memory))


def one_company() -> Measured:
    """Twenty calculations of one company in one process, warm."""
    printed = subprocess.run(
        [sys.executable, "-c", ONE_COMPANY], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    seconds = [float(line) for line in printed.split()]
    return Measured("P5 one company, two laws, 3 periods", "0.05 s", seconds, float("nan"), float("nan"))


def companies_table() -> str:
    """A CSV of companies with one accounting period each, some of them with a loss."""
    draw = random.Random(3)  # noqa: S311
    rows = ["company,start,end,trading_profit_before_capital_allowances,external_course_fees,main_rate_plant_new"]
    for number in range(COMPANIES):
        facts = f"{draw.randint(-90_000, 900_000)},{draw.randint(0, 30_000)},{draw.randint(0, 70_000)}"
        rows.append(f"Company {number},2027-04-01,2028-03-31,{facts}")
    return "\n".join(rows)


def measured() -> Iterator[Measured]:
    """Every figure, the quick ones first."""
    goodwork = [sys.executable, "-m", "openfisca_goodwork.commands.main"]
    with tempfile.TemporaryDirectory() as cache:
        yield timed("P6 goodwork --help", "0.2 s", [*goodwork, "--help"], cache, RUNS)
        example = str(ROOT / "examples" / "small-company.yaml")
        yield timed("P6 goodwork calculate, one company", "0.6 s", [*goodwork, "calculate", example], cache, RUNS)
        yield one_company()
        table = Path(cache) / "companies.csv"
        table.write_text(companies_table(), encoding="utf-8")
        many = [*goodwork, "calculate", str(table), "--reform", "human-investment-super-deduction"]
        yield timed(f"goodwork calculate, {COMPANIES:,} companies, two laws", "5 s", many, cache, RUNS)
        yield timed("goodwork audit --place, one of 361", "2 s", [*goodwork, "audit", "--place", "Hartlepool"], cache, RUNS)
        yield timed("P7 population build", "60 s, 2,048 MB", [*goodwork, "population", "build"], cache, BUILDS, fresh=True)
        reform = "human-investment-super-deduction"
        yield timed("P4 goodwork cost, population built", "5 s", [*goodwork, "cost", reform], cache, RUNS)


def main() -> None:
    """Print the table."""
    os.chdir(ROOT)
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}\n")
    print("| Figure | min s | median s | max s | processor s | peak MB | bound |\n|---|---|---|---|---|---|---|")
    for one in measured():
        print(one.row(), flush=True)


if __name__ == "__main__":
    main()
