"""What is kept between runs is whole, is what was kept, or is made again."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import random
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from openfisca_goodwork import cache, disk
from tests.cli.running import goodwork


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.DIRECTORY_VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def build_once() -> dict[str, np.ndarray]:
    return {"a": np.arange(3.0), "b": np.array([True, False])}


def never() -> dict[str, np.ndarray]:
    raise AssertionError("built although it was kept")


def test_what_was_built_once_is_read_back_and_not_built_again() -> None:
    cache.load_or_build("thing", "0" * 64, build_once)
    kept = cache.load_or_build("thing", "0" * 64, never)
    assert kept.keys() == {"a", "b"}
    assert kept["a"].tolist() == [0, 1, 2]
    assert kept["b"].dtype == bool


def test_nothing_but_the_entry_is_left_in_the_directory(directory: Path) -> None:
    cache.load_or_build("thing", "0" * 64, build_once)
    assert [path.name for path in directory.iterdir()] == ["thing-0000000000000000.npz"]


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 half of one"])
def test_a_damaged_entry_is_built_again_and_said_so(
    directory: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    directory.mkdir()
    entry = directory / "thing-0000000000000000.npz"
    entry.write_bytes(content)
    assert cache.load_or_build("thing", "0" * 64, build_once)["a"].tolist() == [0, 1, 2]
    assert f"{entry} is damaged" in capsys.readouterr().err
    assert cache.load_or_build("thing", "0" * 64, never)["a"].tolist() == [0, 1, 2]


def test_an_entry_cut_short_is_built_again(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache.load_or_build("thing", "0" * 64, build_once)
    entry = next(directory.iterdir())
    entry.write_bytes(entry.read_bytes()[:-40])
    assert cache.load_or_build("thing", "0" * 64, build_once)["b"].tolist() == [True, False]
    assert "damaged" in capsys.readouterr().err


def damaged(whole: bytes, draw: random.Random) -> bytes:
    """The bytes of an entry with some changed, left out, moved, or cut off at the end."""
    content = bytearray(whole)
    for _ in range(draw.choice((1, 1, 1, 2, 10))):
        place = draw.randrange(len(content))
        kind = draw.randrange(8)
        if kind == 0:
            del content[place : place + draw.randrange(1, 40)]
        elif kind == 1:
            content[place:place] = content[draw.randrange(len(content)) :][:20]
        else:
            content[place] = draw.randrange(256)
    return bytes(content[: draw.randrange(len(content))] if draw.random() < 0.1 else content)


def test_no_damage_stops_a_run_or_passes_for_a_whole_entry(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = directory / "thing-0000000000000000.npz"
    kept = {"a": np.arange(30.0), "b": np.array([True, False]), "c": np.array("text"), "d": np.ones((3, 2), np.float32)}
    cache.write(entry, kept)
    whole, draw, found = entry.read_bytes(), random.Random(20_270_401), 0  # noqa: S311 — damage, no secret
    for _ in range(2_000):
        entry.write_bytes(damaged(whole, draw))
        read = cache.read(entry)
        if read is None:
            found += 1
        else:  # what changed was a time stamp or the like
            assert {name: array.tobytes() for name, array in read.items()} == {
                name: array.tobytes() for name, array in kept.items()
            }
    assert found > 1_500
    assert capsys.readouterr().err.count("is damaged") == found


def test_an_entry_that_claims_to_be_huge_is_damaged(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory.mkdir()
    entry = directory / "thing-0000000000000000.npz"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
    with zipfile.ZipFile(entry, "w") as archive:
        archive.writestr("a.npy", header.getvalue())
    assert cache.read(entry) is None
    assert "is damaged" in capsys.readouterr().err


def test_an_entry_that_another_process_removed_is_no_fault(monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    for number in range(cache.ENTRIES_KEPT):
        cache.load_or_build("thing", f"{number:064x}"[::-1], build_once)
    gone = [directory / f"thing-{'f' * 15}{number}.npz" for number in range(2)]
    listed = Path.glob
    monkeypatch.setattr(Path, "glob", lambda path, pattern: [*gone, *listed(path, pattern)])
    cache.load_or_build("thing", "e" * 64, build_once)
    assert len(list(directory.iterdir())) == cache.ENTRIES_KEPT


def test_of_one_maker_the_newest_entries_are_kept(directory: Path) -> None:
    for number in range(cache.ENTRIES_KEPT + 3):
        cache.load_or_build("thing", f"{number:064x}"[::-1], build_once)
    cache.load_or_build("thing-else", "0" * 64, build_once)
    names = [path.name for path in directory.iterdir()]
    assert len(names) == cache.ENTRIES_KEPT + 1
    assert "thing-else-0000000000000000.npz" in names


def test_a_build_that_fails_leaves_nothing_behind(directory: Path) -> None:
    with pytest.raises(AssertionError):
        cache.load_or_build("thing", "0" * 64, never)
    assert not directory.exists()


def no_directory(tmp_path: Path, kind: str) -> Path:
    """A place for the cache that takes no file, even from root."""
    place = tmp_path / kind
    if kind == "file":
        place.write_text("a file, no directory")
    elif kind == "fifo":
        os.mkfifo(place)
    return Path("/proc/kept") if kind == "system" else place


@pytest.mark.parametrize("kind", ["file", "fifo", "system"])
def test_where_nothing_can_be_kept_the_run_goes_on_and_that_is_said_before_anything_is_built(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = no_directory(tmp_path, kind)
    monkeypatch.setenv(cache.DIRECTORY_VARIABLE, str(place))
    told: list[str] = []

    def build() -> dict[str, np.ndarray]:
        told.append(capsys.readouterr().err)
        return build_once()

    assert cache.load_or_build("thing", "0" * 64, build)["a"].tolist() == [0, 1, 2]
    assert "cannot be written: " in told[0]
    assert {"file": "It is a file, no", "fifo": "It is a pipe, no", "system": "cannot be written"}[kind] in told[0]
    assert "Set GOODWORK_CACHE to a directory that can be. This run goes on, and keeps nothing for the next.\n" in told[0]
    assert cache.load_or_build("thing", "0" * 64, build)["a"].tolist() == [0, 1, 2]
    assert told[1] == ""  # once is enough


def test_a_disk_that_fills_up_while_something_is_built_stops_no_run(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert cache.load_or_build("thing", "0" * 64, build_once)["a"].tolist() == [0, 1, 2]
    assert "No space left on device. Free some space, or set GOODWORK_CACHE" in capsys.readouterr().err
    assert not directory.exists()


def test_what_a_directory_has_is_used_where_nothing_can_be_added(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.load_or_build("thing", "0" * 64, build_once)

    def refused(**_named: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(cache.tempfile, "TemporaryFile", refused)
    assert cache.load_or_build("thing", "0" * 64, never)["a"].tolist() == [0, 1, 2]
    assert cache.load_or_build("other", "0" * 64, build_once)["a"].tolist() == [0, 1, 2]
    assert [path.name for path in directory.iterdir()] == ["thing-0000000000000000.npz"]


def test_a_pipe_or_a_directory_in_the_place_of_an_entry_is_named_and_the_run_goes_on(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory.mkdir()
    os.mkfifo(directory / "thing-0000000000000000.npz")
    (directory / "other-0000000000000000.npz").mkdir()
    for name, kind in (("thing", "a pipe"), ("other", "a directory")):
        assert cache.load_or_build(name, "0" * 64, build_once)["a"].tolist() == [0, 1, 2]
        assert (
            f"{name}-0000000000000000.npz is {kind}, and what is made would be kept there. Remove it."
            in capsys.readouterr().err
        )


def test_entries_have_the_mode_that_the_umask_leaves(directory: Path) -> None:
    before = os.umask(0o022)
    try:
        cache.load_or_build("thing", "0" * 64, build_once)
    finally:
        os.umask(before)
    assert stat.S_IMODE(next(directory.iterdir()).stat().st_mode) == 0o644


BUILDER = """
import os, sys, time
import numpy as np
from openfisca_goodwork import cache
def build():
    with open(sys.argv[1], "a") as told:
        told.write("built\\n")
    if sys.argv[2] == "dies":
        os._exit(9)
    time.sleep(0.5)
    return {"a": np.arange(3.0)}
assert cache.load_or_build("thing", "0" * 64, build)["a"].tolist() == [0, 1, 2]
"""


def start(told: Path, how: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BUILDER, str(told), how], stderr=subprocess.PIPE)


def test_ten_who_ask_at_once_build_one_and_a_builder_that_dies_lets_the_next_one_in(directory: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    first = start(told, "dies")
    first.communicate()
    assert (first.returncode, told.read_text()) == (9, "built\n")
    running = [start(told, "lives") for _ in range(10)]
    said = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0] * 10
    assert told.read_text() == "built\n" * 2
    assert "this one waits" in "".join(said)
    assert [path.name for path in directory.iterdir()] == ["thing-0000000000000000.npz"]


def test_what_killed_builds_left_is_swept(directory: Path) -> None:
    directory.mkdir()
    (directory / f"{disk.ASIDE}killed").mkdir()
    for name in (f"{disk.ASIDE}killed/thing.npz", f"{disk.LOCKED}thing-1", ".thing-0000000000000000-abc.npz"):
        (directory / name).write_bytes(b"half")
    for path in directory.iterdir():
        os.utime(path, (0, 0))
    cache.load_or_build("thing", "0" * 64, build_once)
    assert [path.name for path in directory.iterdir()] == ["thing-0000000000000000.npz"]


def test_the_last_used_are_kept(directory: Path) -> None:
    for number in range(cache.ENTRIES_KEPT):
        cache.load_or_build("thing", f"{number:064x}"[::-1], build_once)
        os.utime(directory / f"thing-{number}000000000000000.npz", (number + 1, number + 1))
    cache.load_or_build("thing", "0" * 64, never)  # used again
    cache.load_or_build("thing", "e" * 64, build_once)
    assert (directory / "thing-0000000000000000.npz").exists()
    assert not (directory / "thing-1000000000000000.npz").exists()


def test_what_is_kept_is_shown_bounded_and_cleared(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert goodwork("cache").stdout == f"{directory}: 0 files, 0 bytes; no limit\n"
    for number in range(4):
        cache.load_or_build("thing", f"{number:064x}"[::-1], build_once)
        os.utime(directory / f"thing-{number}000000000000000.npz", (number + 1, number + 1))
    size = cache.entries()[0].size
    shown = json.loads(goodwork("cache", "show", "--json").stdout)
    assert [one["name"] for one in shown["entries"]] == [f"thing-{number}000000000000000.npz" for number in range(4)]
    assert goodwork("cache").stdout.startswith(f"{directory}: 4 files, {4 * size / 1000:.1f} KB; no limit\n1970-01-01 00:00")
    assert f"; {2 * size / 1000:.1f} KB freed" in goodwork("cache", "bound", f"{2 * size / 1000}kB").stdout
    cache.load_or_build("thing", "e" * 64, build_once)
    assert [entry.path.name[6] for entry in cache.entries()] == ["3", "e"]
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *_names: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
        assert goodwork("cache", "bound", "1GB").exit_code == 2
    assert cache.limit() == 2 * size  # that of before, whole
    assert goodwork("cache", "bound", "none").stdout == f"There is no limit in {directory}; 0 bytes freed.\n"
    assert goodwork("cache", "clear").stdout.endswith(f"freed in {directory}.\n")
    assert cache.entries() == []
    refused = goodwork("cache", "bound", "much")
    assert (refused.exit_code, refused.stderr) == (2, "'much' is no size. Write it as 500MB or 2GB, or none for no limit.\n")


def test_what_stands_in_the_place_of_the_directory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    for name, kind in (("pipe", "a pipe"), ("file", "a file")):
        monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path / name))
        for words in (("cache",), ("cache", "clear")):
            refused = goodwork(*words)
            assert (refused.exit_code, refused.stdout) == (2, "")
            assert refused.stderr == (
                f"{tmp_path / name} is {kind}, and work is kept in a directory. Set GOODWORK_CACHE to one.\n"
            )


def test_a_fingerprint_tells_parts_and_contents_apart(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("1")
    before = cache.fingerprint(tmp_path)
    (tmp_path / "one.txt").write_text("2")
    assert cache.fingerprint(tmp_path) != before
    (tmp_path / "one.txt").rename(tmp_path / "two.txt")
    assert len({before, cache.fingerprint(tmp_path), cache.fingerprint("ab", "c"), cache.fingerprint("a", "bc")}) == 4
    assert cache.fingerprint("ab", "c") == cache.fingerprint("ab", b"c")


def test_arrays_that_stay_on_disk_are_those_that_were_kept_whole_and_in_part() -> None:
    arrays = {
        "panel": np.arange(600_000, dtype=np.float32).reshape(3, -1),
        "weight": np.linspace(0, 1, 200_000),
        "turned": np.asfortranarray(np.arange(400_000.0).reshape(2, -1)),
        "small": np.array([1, 2, 3]),
        "number": np.array(7),
    }
    kept = cache.load_or_build("full", "0" * 64, lambda: arrays, on_disk=True)
    assert isinstance(kept, cache.OnDisk) and list(kept) == list(arrays)
    places = np.array([5, 199_999, 6])
    for name, array in arrays.items():
        assert kept[name].dtype == array.dtype and np.array_equal(kept[name], array)
        if array.size > 3:
            assert np.array_equal(kept.some(name, slice(70_000, 70_010)), array[..., 70_000:70_010])
            assert np.array_equal(kept.some(name, places), array[..., places])
    again = cache.load_or_build("full", "0" * 64, never, on_disk=True)
    assert np.array_equal(pickle.loads(pickle.dumps(again))["panel"], arrays["panel"])  # noqa: S301 - of this test


def test_a_damaged_entry_is_not_taken_for_one_that_stays_on_disk(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrays = {"weight": np.linspace(0, 1, 200_000)}
    cache.load_or_build("full", "0" * 64, lambda: arrays, on_disk=True)
    path = next(directory.glob("full-*.npz"))
    damaged = bytearray(path.read_bytes())
    damaged[800_000] ^= 1
    path.write_bytes(damaged)
    made = cache.load_or_build("full", "0" * 64, lambda: arrays, on_disk=True)
    assert np.array_equal(made["weight"], arrays["weight"])
    assert "is damaged" in capsys.readouterr().err
