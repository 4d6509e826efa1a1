"""Writing several files that belong together: all of them, whole, or none.

Each is written under a temporary name beside its place, and renamed when all are complete. What the files hold is the
caller's business.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from openfisca_goodwork.errors import GoodworkError, unwritable


def write_together(directory: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files into a directory, made if it is not there, and give their paths.

    Args:
        directory: where. contents: the name of each file, and what is in it.

    Raises:
        GoodworkError: where the disk or the directory refuses. No new file is then left; one of an earlier run is.
    """
    made = _missing(directory)
    temporary: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            temporary[directory / name] = _written_aside(directory, name, content)
        for place, aside in temporary.items():
            is_new = not place.exists()
            aside.replace(place)
            placed += [place] if is_new else []
    except OSError as fault:
        _clear(placed, made)
        raise GoodworkError(unwritable(directory, fault, "name a directory that can be")) from fault
    finally:
        for aside in temporary.values():
            aside.unlink(missing_ok=True)
        _remove_empty(made)
    return tuple(temporary)


def _written_aside(directory: Path, name: str, content: bytes) -> Path:
    """The content under a temporary name in the same directory; nothing where the disk refuses."""
    handle, path = tempfile.mkstemp(dir=directory, prefix=f".{name}-")
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
    return [one for one in (directory, *directory.parents) if not one.exists()]


def _clear(placed: list[Path], made: list[Path]) -> None:
    for path in placed:
        path.unlink(missing_ok=True)
    _remove_empty(made)


def _remove_empty(directories: list[Path]) -> None:
    """Take away the directories made for files that were not written."""
    for directory in directories:
        if directory.is_dir() and not any(directory.iterdir()):
            directory.rmdir()
