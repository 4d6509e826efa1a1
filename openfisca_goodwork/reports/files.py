"""Writing several files that belong together: all of them, whole, or none.

Each is written under a temporary name beside its place, and renamed when all are complete. What the files hold is the
caller's business.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from openfisca_goodwork.errors import GoodworkError, refuse_long_name, unwritable

_ASIDE = ".being-written-"


def write_together(directory: Path, contents: Mapping[str, bytes], of_one_run: Iterable[str] = ()) -> tuple[Path, ...]:
    """Write files into a directory, made if it is not there, and give their paths.

    What is there of an earlier run goes aside before the first new file is put in its place, so that files of two runs never
    stand together, and back where the disk refuses.

    Args:
        directory: where. contents: the name of each file, and what is in it. of_one_run: names of all files that a run may
            write: those of an earlier run that this one does not write are taken away.

    Raises:
        GoodworkError: where the disk or the directory refuses. No new file is then left; those of an earlier run are.
    """
    places = [directory / name for name in dict.fromkeys((*contents, *of_one_run))]
    for place in places:
        refuse_long_name(place)
    made = _missing(directory)
    temporary: dict[Path, Path] = {}
    earlier: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            temporary[directory / name] = _written_aside(directory, content)
        for number, place in enumerate(places):
            if place.is_file():
                earlier[place] = place.replace(directory / f"{_ASIDE}earlier-{number}")
        for place, aside in temporary.items():
            placed.append(aside.replace(place))
    except OSError as fault:
        _clear(placed, made)
        for place, aside in earlier.items():
            aside.replace(place)
        earlier = {}
        raise GoodworkError(unwritable(directory, fault, "name a directory that can be")) from fault
    finally:
        for aside in (*temporary.values(), *earlier.values()):
            aside.unlink(missing_ok=True)
        _remove_empty(made)
    return tuple(temporary)


def _written_aside(directory: Path, content: bytes) -> Path:
    """The content under a temporary name in the same directory; nothing where the disk refuses."""
    handle, path = tempfile.mkstemp(dir=directory, prefix=_ASIDE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise
    return Path(path)


def _missing(directory: Path) -> list[Path]:
    """The directory and those above it that are not there yet, innermost first."""
    return [folder for folder in (directory, *directory.parents) if not folder.exists()]


def _clear(placed: list[Path], made: list[Path]) -> None:
    for path in placed:
        path.unlink(missing_ok=True)
    _remove_empty(made)


def _remove_empty(directories: list[Path]) -> None:
    """Take away the directories made for files that were not written."""
    for directory in directories:
        if directory.is_dir() and not any(directory.iterdir()):
            directory.rmdir()
