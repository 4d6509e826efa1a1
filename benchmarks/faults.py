"""Kill, damage, fill the disk, send hostile files and links, keep asking: nothing wrong may be left or said.

``python benchmarks/faults.py [PART …] [--kills 40] [--minutes 10]`` runs every part (`PARTS`) unless some are named. It
prints a table for ``results.md``, and ends with 1 where anything was wrong. Disks are filled where Linux lets a user mount
a small one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent))
import full_disk
import hostile_files
from visitors import Visitor, memory, served

from openfisca_goodwork import cache as kept_work

REFORM = "human-investment-super-deduction"
YEARS = ("--years", "2028-29:2029-30", "--draws", "0")
COST = ("cost", REFORM, *YEARS)
ASKED = (REFORM, "human-investment-super-deduction-external-fees", "main-pool-stays-18-percent-2026", "no-full-expensing")
MUTATIONS, COSTED, LINKS = 400, 8, 350
DRAW = random.Random(20261129)  # noqa: S311 — the same moments in every run


class Row(NamedTuple):
    """A row of the table: what was tried, how often, what is to be said of it, and how often something was wrong."""

    what: str
    times: int
    said: str
    wrong: int


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


def are_whole(cache: Path) -> bool:
    """Whether every entry of a cache can be read."""
    return all(kept_work.read(path) is not None for path in cache.glob("[!.]*.npz"))


def remnants(folder: Path) -> int:
    """What killed runs have left in a folder, hidden."""
    return len(list(folder.glob(".being-*")))


def kills(
    name: str, words: tuple[str, ...], cache: Path, folder: Path, is_right: Callable[[], bool], asked: Asked
) -> Iterator[Row]:
    """Kill a command at chance moments of its run; the next whole run sweeps up after the killed ones."""
    began = time.perf_counter()
    goodwork(cache, *words)
    whole = time.perf_counter() - began
    killed = wrong = 0
    for _ in range(asked.kills):
        if folder == cache:  # it is built anew each time
            for entry in cache.glob("*.npz"):
                entry.unlink()
        status, _output = goodwork(cache, *words, kill_after=DRAW.uniform(0.1, whole))
        killed += status < 0
        wrong += not is_right()
    left = remnants(folder)
    time.sleep(1.1)  # what is younger may be another's work
    goodwork(cache, *words)
    wrong += (figures(cache) != asked.expected) + (not is_right()) + (remnants(folder) > 0)
    yield Row(f"{name}, killed", asked.kills, f"{killed} before their end, {left} remnants, swept by the next run", wrong)


def build_killed(work: Path, asked: Asked) -> Iterator[Row]:
    """Builds of the population."""
    cache = work / "cache"
    yield from kills("`population build`", ("population", "build"), cache, cache, lambda: are_whole(cache), asked)


def cost_killed(work: Path, asked: Asked) -> Iterator[Row]:
    """Costings with files."""
    out = work / "out"
    yield from kills("`cost --out`", (*COST, "--out", str(out)), asked.built, out, lambda: is_whole(out), asked)


def export_killed(work: Path, asked: Asked) -> Iterator[Row]:
    """Exports of the population."""
    folder = work / "export"
    folder.mkdir()
    table = folder / "companies.parquet"
    words = ("population", "export", str(table), "--year", "2028-29", "--variable", "corporation_tax")

    def is_right() -> bool:
        return not table.exists() or table.read_bytes()[-4:] == b"PAR1"

    yield from kills("`population export`", words, asked.built, folder, is_right, asked)


def cache_damaged(work: Path, asked: Asked) -> Iterator[Row]:
    """Entries of the cache with a bit turned or their end cut off: read as damaged, and made again by a costing."""
    cache = work / "damaged"
    shutil.copytree(asked.built, cache)
    originals = {path: kept_work.read(path) for path in sorted(cache.glob("[!.]*.npz"))}
    passed = 0
    for _ in range(MUTATIONS):
        entry = DRAW.choice(list(originals))
        undo = _damage(entry)
        said = kept_work.read(entry)
        # A byte that nothing reads, as a date in the archive's directory, may be turned.
        passed += said is not None and not _are_same(said, originals[entry])
        undo()
    yield Row("an entry of the cache damaged, then read", MUTATIONS, "other figures were never read", passed)
    wrong = 0
    for _ in range(COSTED):
        _damage(DRAW.choice(sorted(cache.glob("[!.]*.npz"))))
        wrong += figures(cache) != asked.expected
    yield Row("an entry of the cache damaged, then a costing", COSTED, "the same figures", wrong)


def _damage(entry: Path) -> Callable[[], None]:
    """Turn a bit of a file, or cut off its end; gives what undoes it."""
    size = entry.stat().st_size
    place = DRAW.randrange(size)
    turned = DRAW.random() < 0.5
    with entry.open("r+b") as file:
        file.seek(place)
        before = file.read(1 if turned else -1)
        file.seek(place)
        file.write(bytes([before[0] ^ 1 << DRAW.randrange(8)])) if turned else file.truncate()

    def undo() -> None:
        with entry.open("r+b") as file:
            file.seek(place)
            file.write(before)

    return undo


def _are_same(read: Any, kept: Any) -> bool:
    return list(read) == list(kept) and all((read[name].tobytes() == kept[name].tobytes()) for name in kept)


def disk_full(work: Path, asked: Asked) -> Iterator[Row]:
    """Disks that are full after every page of what is written to them, and that take no more files."""
    environment = {**os.environ, "GOODWORK_CACHE": str(asked.built)}
    command = [*full_disk.WITH_MOUNTS, sys.executable, full_disk.__file__, str(work)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            yield Row(*json.loads(line))
    if running.returncode:
        yield Row("disks", 1, "not tried to the end", 1)


def files_hostile(_work: Path, _asked: Asked) -> Iterator[Row]:
    """Outside files that are wrong or meant to harm, each through the command that reads it."""
    said = hostile_files.said()
    changed = list(hostile_files.differences(hostile_files.kept(), said))
    bugs = sum(text.startswith(("a bug", "code 1\n")) for text in said.values())
    yield Row("hostile files, requests and mappings", len(said), "refused in the words on record", len(changed) + bugs)


VALUES = (
    *(
        "",
        "0",
        "-1",
        "1e308",
        "9" * 300,
        "nan",
        "None",
        "__class__",
        "../../etc/passwd",
        "/dev/zero",
        "law@",
        "law@9999-99-99",
    ),
    *("<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --", "\x00", "\u202e", "💥" * 50, "a" * 10_000, "[" * 3_000, "%s%n"),
    *(
        "2027-28:2999-00",
        "assumptions.uncertainty.records@2010-04-01=1000000",
        REFORM,
        "central",
        "eJwDAAAAAAE",
        "true",
        "£5",
    ),
)
KEYS = (
    "reforms",
    "first",
    "last",
    "behaviour",
    "basis",
    "forecast",
    "set",
    "text",
    "baseline",
    "where",
    "a",
    "b",
    "on",
    "from",
    "to",
)
PAGES = ("", "company", "cost", "compare", "rates", "audit", "procurement", "methods", "companies", "parameter", "several")


def links_hostile(_work: Path, asked: Asked) -> Iterator[Row]:
    """Links to the pages of the app made of what an enemy would try: each page is shown, in words, within seconds."""
    wrong, longest = 0, 0.0
    os.environ["GOODWORK_CACHE"] = str(asked.built)
    with served() as (address, process):
        before = memory(process)
        for _ in range(LINKS):
            pairs = (
                (DRAW.choice((*KEYS, "place", "path", "version", "evil")), DRAW.choice(VALUES))
                for _ in range(DRAW.randrange(1, 7))
            )
            with Visitor(address) as visitor:
                began = visitor.send(DRAW.choice(PAGES), "&".join(f"{key}={quote(value)}" for key, value in pairs))
                longest = max(longest, visitor.finish() - began)
                wrong += bool(visitor.faults)
        said = f"a page each, the slowest after {longest:.1f} s; memory {before:,.0f} to {memory(process):,.0f} MB"
    yield Row("hostile links", LINKS, said, wrong)


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


def soak(_work: Path, asked: Asked) -> Iterator[Row]:
    """Ask one desk for costings as fast as it answers, wrong requests among them."""
    environment = {**os.environ, "GOODWORK_CACHE": str(asked.built)}
    command = [sys.executable, "-c", SOAK, str(asked.minutes), *ASKED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        yield Row("soak of a desk", 1, done.stderr.strip().splitlines()[-1], 1)
        return
    answered, refused, most = map(int, done.stdout.split())
    said = f"{answered} costings, {refused} refused in words, {most:,} MB at most"
    yield Row(f"soak of a desk, {asked.minutes:g} minutes", answered + refused, said, 0)


PARTS = {
    "build": build_killed,
    "cost": cost_killed,
    "export": export_killed,
    "cache": cache_damaged,
    "disk": disk_full,
    "files": files_hostile,
    "links": links_hostile,
    "soak": soak,
}


class Asked(NamedTuple):
    """What was asked for, a cache with the population, and the figures that everything is held against."""

    kills: int
    minutes: float
    built: Path
    expected: str


def main() -> None:
    """Run the parts and print the table."""
    reader = argparse.ArgumentParser(description=str(__doc__).split("\n", maxsplit=1)[0])
    reader.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}")
    reader.add_argument("--kills", type=int, default=40)
    reader.add_argument("--minutes", type=float, default=10)
    given = reader.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        reader.error(f"There is no part {', '.join(sorted(unknown))}.")
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        built = work / "built"
        goodwork(kept_work.cache_directory(), "population", "build")
        shutil.copytree(kept_work.cache_directory(), built)
        asked = Asked(given.kills, given.minutes, built, figures(built))
        print("| What | times | | wrong after it |\n|---|---|---|---|", flush=True)
        for part in given.parts or PARTS:
            for row in PARTS[part](work, asked):
                failures += row.wrong
                print(f"| {row.what} | {row.times} | {row.said} | {row.wrong} |", flush=True)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
