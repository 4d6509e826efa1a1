"""Kill builds, costings and exports at chance moments, damage the cache, keep asking: nothing wrong may be left or said.

``python benchmarks/faults.py [KILLS] [MINUTES]``: 40 kills of each and a soak of ten minutes unless said. It prints a
table for ``results.md`` and ends with 1 where anything was wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REFORM = "human-investment-super-deduction"
YEARS = ("--years", "2028-29:2029-30", "--draws", "0")
COST = ("cost", REFORM, *YEARS)
ASKED = (REFORM, "human-investment-super-deduction-external-fees", "main-pool-stays-18-percent-2026", "no-full-expensing")
MUTATIONS = 20
MEGABYTE = 2**20
DRAW = random.Random(20261129)  # noqa: S311 — the same moments in every run


def goodwork(cache: Path, *words: str, kill_after: float | None = None) -> tuple[int, str]:
    """Run a command with a cache; killed after so many seconds, where that is given. Its status and output."""
    command = [sys.executable, "-m", "openfisca_goodwork.commands.main", *words]
    environment = {**os.environ, "GOODWORK_CACHE": str(cache)}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    return process.returncode, output


def figures(cache: Path) -> str:
    """The figures of the costing that everything is held against; nothing where the command failed."""
    status, output = goodwork(cache, *COST, "--json", "--quiet")
    return json.dumps(json.loads(output)["exchequer_effect"]) if status == 0 else f"failed with {status}"


def is_whole(folder: Path) -> bool:
    """Whether a folder has no record of a run, or one whose files are all there as it says."""
    record = folder / "run-record.json"
    if not record.is_file():
        return True
    files = json.loads(record.read_text(encoding="utf-8"))["files"]
    return all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in files.items())


def kills(many: int, words: tuple[str, ...], cache: Path, is_right: Callable[[], bool]) -> tuple[int, int, float]:
    """Kill a command many times at chance moments of its run: how often it was killed, how often what was left was wrong."""
    began = time.perf_counter()
    goodwork(cache, *words)
    whole = time.perf_counter() - began
    killed = wrong = 0
    for _ in range(many):
        status, _output = goodwork(cache, *words, kill_after=DRAW.uniform(0.1, whole))
        killed += status < 0
        wrong += not is_right()
    return killed, wrong, whole


def mutated(cache: Path, expected: str) -> int:
    """Damage an entry of the cache, a byte or its end, and cost: how often the figures were others."""
    wrong = 0
    for _ in range(MUTATIONS):
        entry = DRAW.choice(sorted(path for path in cache.iterdir() if path.suffix == ".npz"))
        content = bytearray(entry.read_bytes())
        if DRAW.random() < 0.5:
            content[DRAW.randrange(len(content))] ^= 1 << DRAW.randrange(8)
        else:
            del content[DRAW.randrange(len(content)) :]
        entry.write_bytes(content)
        wrong += figures(cache) != expected
    return wrong


SOAK = """
import random, sys, time
from pathlib import Path
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork import policy
from openfisca_goodwork.desk.costing_desk import CostingDesk
draw, desk, until = random.Random(1), CostingDesk(most_kept=2), time.monotonic() + 60 * float(sys.argv[1])
asked, answered, refused, most = sys.argv[2:], 0, 0, 0.0
while time.monotonic() < until:
    year = draw.randrange(2026, 2031)
    request = CostingRequest(
        reforms=(policy.load(draw.choice(asked)),),
        years=f"{year}-{year - 1999}:{year + 1}-{year - 1998}" if draw.random() < 0.9 else "wrong",
        behaviour=draw.choice(("none", "low", "central", "high")), draws=draw.choice((0, 50)))
    try:
        desk.cost(request, lambda stage, done: None)
        answered += 1
    except GoodworkError:
        refused += 1
    most = max(most, int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20)
print(answered, refused, round(most))
"""


def soak(cache: Path, minutes: float) -> tuple[int, int, int]:
    """Ask one desk for costings as fast as it answers: answered, refused, the most memory (MB)."""
    environment = {**os.environ, "GOODWORK_CACHE": str(cache)}
    command = [sys.executable, "-c", SOAK, str(minutes), *ASKED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    answered, refused, most = map(int, done.stdout.split())
    return answered, refused, most


def main() -> None:
    """Run all of it and print the table."""
    given = dict(enumerate(sys.argv[1:]))
    many, minutes = float(given.get(0, 40)), float(given.get(1, 10))
    failures = 0
    print("| What | times | killed in it | wrong after it |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        cache, built = work / "cache", work / "built"
        goodwork(built, "population", "build")
        expected = figures(built)
        table = work / "companies.parquet"
        export = ("population", "export", str(table), "--year", "2028-29", "--variable", "corporation_tax")
        rows: list[tuple[str, tuple[str, ...], Path, Callable[[], bool]]] = [
            ("population build", ("population", "build"), cache, lambda: True),
            ("cost --out", (*COST, "--out", str(work / "out")), built, lambda: is_whole(work / "out")),
            ("population export", export, built, lambda: not table.exists() or table.read_bytes()[-4:] == b"PAR1"),
        ]
        for name, words, where, is_right in rows:
            killed, wrong, _whole = kills(int(many), words, where, is_right)
            wrong += figures(where) != expected
            failures += wrong
            print(f"| {name} | {int(many)} | {killed} | {wrong} |", flush=True)
        wrong = mutated(built, expected)
        failures += wrong
        print(f"| an entry of the cache damaged, then a costing | {MUTATIONS} | – | {wrong} |", flush=True)
        answered, refused, most = soak(built, minutes)
        print(f"\nSoak of {minutes:g} minutes: {answered} costings, {refused} refused in words, {most:,} MB at most.")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
