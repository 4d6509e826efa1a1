"""Writing several files that belong together: all of them, whole, or none.

Each is written in a hidden corner of its directory, and put in its place when all are complete. What the files hold is
the caller's business.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from openfisca_goodwork.disk import A_FILE, aside, kind_of, lock_file, unwritable
from openfisca_goodwork.errors import GoodworkError, refuse_long_name


def write_together(directory: Path, contents: Mapping[str, bytes], of_one_run: Iterable[str] = ()) -> tuple[Path, ...]:
    """Write files into a directory, made if it is not there, and give their paths.

    What is there of an earlier run goes aside before the first new file is put in its place, so that files of two runs never
    stand together, even where the process is killed on the way; where the disk refuses, they come back. The last file goes
    aside first and is put in its place last: where it stands, all the others of its run do.

    Args:
        directory: where. contents: the name of each file, and what is in it. of_one_run: names of all files that a run may
            write: those of an earlier run that this one does not write are taken away.

    Raises:
        GoodworkError: where the disk or the directory refuses. No new file is then left; those of an earlier run are.
    """
    places = [directory / name for name in dict.fromkeys((*list(contents)[::-1], *of_one_run))]
    for place in places:
        refuse_long_name(place)
        if kind_of(place) not in {"", A_FILE}:
            raise GoodworkError(f"{place} is {kind_of(place)}, and a file is to be written there. Name another.")
    made = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with aside(directory) as corner:
            for number, content in enumerate(contents.values()):
                _write(corner / f"new-{number}", content)
            with _alone(directory):
                _exchange(corner, [directory / name for name in contents], places)
    except OSError as fault:
        for folder in made:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise GoodworkError(unwritable(directory, fault, "name a directory that can be")) from fault
    return tuple(directory / name for name in contents)


def _exchange(corner: Path, news: list[Path], places: list[Path]) -> None:
    """Put the earlier files into the corner, and the new ones into their places; or all back."""
    earlier: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        for number, place in enumerate(places):
            if place.is_file() or place.is_symlink():
                earlier[place] = place.replace(corner / f"earlier-{number}")
        for number, place in enumerate(news):
            placed.append((corner / f"new-{number}").replace(place))
    except BaseException:
        for place in placed:
            place.unlink(missing_ok=True)
        for place, kept in reversed(earlier.items()):
            kept.replace(place)
        raise


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Waits for another process that exchanges files in the same directory."""
    handle = None
    with suppress(OSError):  # a system that opens no directories
        handle = os.open(directory, os.O_RDONLY)
    try:
        if handle is not None:
            lock_file(handle, waits=True)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
