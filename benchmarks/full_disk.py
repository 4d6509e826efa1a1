"""Let commands write to disks that fill up at every page, and that take no more files: whole or nothing, in words.

``full_disk.py DIRECTORY [SIZES [COMMAND …]]`` in a namespace of one's own (``WITH_MOUNTS``) prints a row of the table of
``faults.py`` in JSON for each command, of those that begin so if some are named, and for the cache (``entries``).
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner

from openfisca_goodwork import cache
from openfisca_goodwork.commands.main import app

WITH_MOUNTS = ("unshare", "--map-root-user", "--mount")
PAGE, ROOM = 4_096, 512 * 2**20
ENTRIES = "entries"
MOST_SIZES, MOST_FILES = 40, 30  # of disks that are tried for each command
COMPANY = str(Path(__file__).parent.parent / "examples" / "small-company.yaml")
COST = ("cost", "human-investment-super-deduction", "--years", "2028-29", "--draws", "0", "--quiet")
SWEEP = """sweep: full-disk
reforms: human-investment-super-deduction
years: 2028-29
vary: {human_investment.additional_deduction@2027-04-01: [0.1, 0.2]}
"""
EXPORT = ("--year", "2028-29", "--variable", "corporation_tax")


class Tried(NamedTuple):
    """A command that writes to a disk: its words, where it writes, and what may stay of a run that failed."""

    words: tuple[str, ...]
    stays: tuple[str, ...] = ()


COMMANDS = {
    "`cost --out`": Tried((*COST, "--out", "{disk}/out")),
    "`cost --records`": Tried((*COST, "--records", "{disk}/out")),
    "`population export`, Parquet": Tried(("population", "export", "{disk}/a.parquet", *EXPORT)),
    "`population export`, CSV": Tried(("population", "export", "{disk}/a.csv", *EXPORT)),
    "`population export --companies`": Tried(("population", "export", "--companies", "{disk}/a.parquet")),
    "`population report --out`": Tried(("population", "report", "--quiet", "--out", "{disk}/out")),
    "`sweep --out`": Tried(("sweep", "{work}/sweep.yaml", "--out", "{disk}/out"), ("out/runs.jsonl",)),
    "`calculate --xlsx`": Tried(("calculate", COMPANY, "--xlsx", "{disk}/a.xlsx")),
    "`calculate --papers`": Tried(("calculate", COMPANY, "--papers", "{disk}/a.docx")),
    "`calculate --next-year`": Tried(("calculate", COMPANY, "--next-year", "{disk}/a.yaml")),
}


class Disk:
    """A small disk of one's own, in memory: mounted anew for each trial."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(exist_ok=True)

    def mount(self, size: int = ROOM, files: int = 0) -> None:
        """A disk of so many bytes, that takes so many files and directories (0: any number)."""
        self.unmount()
        room = f"size={size},nr_inodes={files + 1 if files else 0}"  # its own directory is a file too
        subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", room, "tmpfs", str(self.place)], check=True)

    def unmount(self) -> None:
        """Take the disk away, if it is there."""
        if os.path.ismount(self.place):
            subprocess.run(["/bin/umount", "--lazy", str(self.place)], check=True)

    def used(self) -> tuple[int, int]:
        """Bytes and files that are there."""
        held = os.statvfs(self.place)
        return (held.f_blocks - held.f_bfree) * held.f_frsize, held.f_files - held.f_ffree

    def names(self) -> list[str]:
        """What is there, but for empty directories."""
        return sorted(path.relative_to(self.place).as_posix() for path in self.place.rglob("*") if path.is_file())


def sizes(disk: Disk, most: int) -> list[dict[str, int]]:
    """Disks that are too small for what a whole run left on one, and those that may just do."""
    held, files = disk.used()
    pages = math.ceil(held / PAGE) + 4
    return [
        *({"size": PAGE * number} for number in sorted({math.ceil(pages * step / most) for step in range(1, most + 1)})),
        *({"files": number} for number in range(1, min(files + 6, most, MOST_FILES))),
    ]


def fault(disk: Disk, tried: Tried, run: Sequence[str], whole: list[str]) -> tuple[bool, str]:
    """Whether a run failed, and what was wrong of how it ended: nothing where it is whole, or failed in words."""
    done = CliRunner().invoke(app, list(run), prog_name="goodwork")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return True, f"a bug: {done.exception!r}"
    left = [name for name in disk.names() if name not in tried.stays]
    if done.exit_code == 0:
        return False, "" if left == [name for name in whole if name not in tried.stays] else f"0, and there is {left}"
    words = done.stderr.strip()
    if done.exit_code != 2 or "No space left" not in words:
        return True, f"{done.exit_code}: {words}"
    return True, f"left {left}" if left else ""


def trials(work: Path, most: int, wanted: Sequence[str]) -> Iterator[tuple[str, int, str, int]]:
    """Each command on each disk, as rows of a table."""
    disk = Disk(work / "disk")
    (work / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    kept = cache.cache_directory()
    for name, tried in COMMANDS.items():
        if wanted and not name.strip("`").startswith(tuple(wanted)):
            continue
        run = [word.format(disk=disk.place, work=work) for word in tried.words]
        disk.mount()
        is_whole = fault(disk, tried, run, []) == (False, "")
        whole = disk.names()
        failed, wrong = 0, int(not whole and is_whole)
        disks = sizes(disk, most)
        for one in disks:
            disk.mount(**one)
            has_failed, said = fault(disk, tried, run, whole)
            failed += has_failed
            if said:
                wrong += 1
                sys.stderr.write(f"{name}, a disk of {one}: {said}\n")
        yield f"{name} to a disk that fills up", len(disks), f"{failed} failed in words and left nothing", wrong
    if not wanted or ENTRIES in wanted:
        yield entries(disk, kept, most)
    disk.unmount()


def entries(disk: Disk, kept: Path, most: int) -> tuple[str, int, str, int]:
    """The entries of a cache, each kept on a disk that is too small or just large enough: there whole, or not at all."""
    wrong = tried = 0
    os.environ[cache.DIRECTORY_VARIABLE] = str(disk.place)
    for entry in kept.glob("[!.]*.npz"):
        arrays = cache.read(entry) or {}
        name, _, key = entry.stem.rpartition("-")
        disk.mount()
        cache.load_or_build(name, key, lambda: arrays)  # noqa: B023 - called at once
        for one in sizes(disk, most):
            disk.mount(**one)
            tried += 1
            given = cache.load_or_build(name, key, lambda: arrays)  # noqa: B023
            is_same = list(given) == list(arrays)
            there = disk.names()
            wrong += not is_same or (bool(there) and (there != [entry.name] or cache.read(disk.place / entry.name) is None))
    os.environ[cache.DIRECTORY_VARIABLE] = str(kept)
    return "entries of the cache kept on a disk that fills up", tried, "the run goes on, nothing by halves", wrong


def main() -> None:
    """Print a row of JSON for each command."""
    where, *more = sys.argv[1:]
    with tempfile.TemporaryDirectory(dir=where) as directory:
        for row in trials(Path(directory), int(more[0]) if more else MOST_SIZES, more[1:]):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
