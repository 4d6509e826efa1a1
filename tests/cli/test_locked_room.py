"""No network, no home, no right to write, little memory: each command works, or says in a line what it needs."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openfisca_goodwork import cache, population

from .running import process

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
import full_disk  # noqa: E402

COMPANY = str(ROOT / "examples" / "small-company.yaml")
STRANGER = ("unshare", "--net", "--user", "--map-user=54321")  # a user whom the system does not know, and no network
TWO_GIGABYTES = 2 * 2**30
WITHOUT_POPULATION = (
    ("calculate", COMPANY),
    ("rates",),
    ("compare", "law", "law@2023-03-31", "--on", "2024-01-01"),
    ("reforms",),
    ("reforms", "check"),
)
NO_SOCKET = """
import socket
def refused(*_arguments, **_options):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refused
"""
BUILD = """
import numpy as np
from openfisca_goodwork import cache
print(cache.load_or_build("thing", "0" * 64, lambda: {"a": np.arange(3.0)})["a"].tolist())
"""


def is_possible(*command: str) -> bool:
    """Whether the system lets a test make such a room."""
    return (
        bool(shutil.which(command[0]))
        and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    )


stranger = pytest.mark.skipif(not is_possible(*STRANGER), reason="namespaces of users are not to be had here")


def shut_in(
    *command: str, within: tuple[str, ...] = STRANGER, home: str | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """A run with nothing but a path in its environment, and a home where one is given."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **more} | ({} if home is None else {"HOME": home})
    return subprocess.run(
        [*within, sys.executable, *command], capture_output=True, text=True, check=False, timeout=100, env=environment
    )


def goodwork(*arguments: str, **options: str | None) -> subprocess.CompletedProcess[str]:
    return shut_in("-m", "openfisca_goodwork.commands.main", *arguments, **options)  # type: ignore[arg-type]


def test_no_command_without_a_population_asks_for_the_network() -> None:
    code = "from tests.cli.running import goodwork\nfor words in {!r}:\n    assert goodwork(*words).exit_code == 0, words"
    done = process(NO_SOCKET + code.format(WITHOUT_POPULATION), cwd=ROOT)
    assert done.returncode == 0, done.stderr


@stranger
@pytest.mark.parametrize("home", [None, "missing", ""])
def test_a_stranger_without_a_home_of_his_own_can_calculate_and_is_told_where_nothing_is_kept(
    home: str | None, tmp_path: Path
) -> None:
    tmp_path.chmod(0o555)
    home = None if home is None else str(tmp_path / home)
    done = goodwork("calculate", COMPANY, home=home)
    assert (done.returncode, done.stderr) == (0, "")
    built = shut_in("-c", BUILD, home=home)
    assert (built.returncode, built.stdout) == (0, "[0.0, 1.0, 2.0]\n")
    needed = "There is no home directory to keep work in. Set GOODWORK_CACHE" if home is None else "Set GOODWORK_CACHE"
    assert needed in built.stderr
    assert built.stderr.endswith("This run goes on, and keeps nothing for the next.\n")
    assert built.stderr.count("\n") == 1
    tmp_path.chmod(0o755)


@stranger
def test_what_needs_a_home_says_so_in_a_line() -> None:
    for words in (("cache",), ("app", "--headless")):
        done = goodwork(*words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "home directory" in done.stderr


@stranger
def test_a_directory_that_may_only_be_read_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    shared = {"GOODWORK_CACHE": str(tmp_path)}
    assert shut_in("-c", BUILD, within=(), **shared).stderr == ""
    tmp_path.chmod(0o555)
    never = BUILD.replace('{"a": np.arange(3.0)}', "1 / 0")
    assert shut_in("-c", never, **shared).stdout == "[0.0, 1.0, 2.0]\n"
    tmp_path.chmod(0o755)


def test_companies_laws_and_rates_fit_two_gigabytes() -> None:
    code = "from tests.cli.running import goodwork\nfor words in {!r}:\n    assert goodwork(*words).exit_code == 0, words"

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (TWO_GIGABYTES, TWO_GIGABYTES))

    done = process(code.format(WITHOUT_POPULATION), cwd=ROOT, preexec_fn=bounded)
    assert done.returncode == 0, done.stderr


LOCKED = (
    'mount -t tmpfs -o noexec,mode=1777 tmpfs "$TMPDIR" && ulimit -v 2097152 && exec unshare --user --map-user=54321 "$@"'
)
WITH_POPULATION = (
    ("population", "report"),
    ("cost", "human-investment-super-deduction", "--years", "2028-29", "--draws", "0", "--quiet", "--out", "{out}/cost"),
    ("population", "export", "{out}/a.csv", "--year", "2028-29", "--variable", "corporation_tax"),
    ("audit", "--place", "Hartlepool"),
)


@pytest.mark.skipif(not is_possible("unshare", "--map-root-user", "--mount"), reason="nothing can be mounted here")
def test_what_needs_a_population_works_in_a_locked_room_from_a_cache_that_may_only_be_read(tmp_path: Path) -> None:
    """No network, no home, temporaries that run no program, a stranger's rights, two gigabytes."""
    population.load("default")
    kept, out, corner = (tmp_path / name for name in ("kept", "out", "corner"))
    for folder in (kept, out, corner):
        folder.mkdir()
    for entry in cache.entries("[pb]*.npz"):  # populations and baselines
        shutil.copy2(entry.path, kept)
    kept.chmod(0o555)
    out.chmod(0o777)
    within = ("unshare", "--map-root-user", "--mount", "--net", "sh", "-c", LOCKED, "sh")
    here = {"GOODWORK_CACHE": str(kept), "TMPDIR": str(corner)}
    for words in WITH_POPULATION:
        done = goodwork(*(word.format(out=out) for word in words), within=within, home=str(tmp_path / "none"), **here)  # type: ignore[arg-type]
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert (out / "cost" / "run-record.json").is_file()
    kept.chmod(0o755)


@pytest.mark.skipif(not is_possible("unshare", "--map-root-user", "--mount"), reason="nothing can be mounted here")
def test_a_workbook_is_written_where_the_directory_of_temporaries_runs_no_program(tmp_path: Path) -> None:
    corner = tmp_path / "no-programs"
    corner.mkdir()
    mounted = f'mount -t tmpfs -o noexec tmpfs "{corner}" && exec "$@"'
    within = ("unshare", "--map-root-user", "--mount", "sh", "-c", mounted, "sh")
    done = goodwork("calculate", COMPANY, "--xlsx", str(tmp_path / "a.xlsx"), within=within, TMPDIR=str(corner))  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.xlsx").stat().st_size > 10_000


@pytest.mark.skipif(not is_possible(*full_disk.WITH_MOUNTS), reason="nothing can be mounted here")
def test_a_disk_that_is_full_at_any_page_or_takes_no_more_files_is_said_and_nothing_is_left_by_halves(
    tmp_path: Path,
) -> None:
    """Commands that need no population, on ten disks or so each; `benchmarks/faults.py` tries all of them on many more."""
    done = shut_in(full_disk.__file__, str(tmp_path), "6", "calculate", within=full_disk.WITH_MOUNTS)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 3, done.stderr
    for name, times, said, wrong in rows:
        assert wrong == 0, done.stderr
        assert times >= 8 and not said.startswith("0 "), (name, said)
