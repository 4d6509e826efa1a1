"""Where finished work is kept between runs, and how it is written and read back.

An entry is one `.npz` file of NumPy arrays (never pickled), named after its maker and a fingerprint of everything
it was made from. It is written to a temporary name and renamed, so a reader never sees half of it; an entry that
cannot be read is made again, and standard error says so. The checksum of each array is compared before the array is
made, and the names of all of them are kept too, so a damaged entry is never taken for a whole one. Nothing here knows
what the arrays mean.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError, unwritable

Arrays = dict[str, NDArray]
DIRECTORY_VARIABLE = "GOODWORK_CACHE"
KEY_LENGTH = 16
ENTRIES_KEPT = 4
# What reading a damaged archive raises; compression and encryption that an entry never has come as RuntimeError.
DAMAGE = (
    *(OSError, EOFError, ValueError, KeyError, TypeError, SyntaxError, RuntimeError, MemoryError, OverflowError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)
_INSTEAD = f"set {DIRECTORY_VARIABLE} to a directory that can be"
_GOES_ON = "This run goes on, and keeps nothing for the next."
SUFFIX, NAMES = ".npy", "names of the arrays"


def cache_directory() -> Path:
    """The directory of cached work: `GOODWORK_CACHE`, or the user's cache directory. Not created here."""
    override = os.environ.get(DIRECTORY_VARIABLE)
    if override:
        return Path(override)
    from platformdirs import user_cache_path

    return user_cache_path("openfisca-goodwork")


def fingerprint(*parts: str | bytes | Path) -> str:
    """SHA-256, in hexadecimal, of the parts in order.

    Text and bytes count as themselves; a file as its content, a directory as the names and contents of the files
    below it (compiled Python left out).
    """
    digest = hashlib.sha256()
    for part in parts:
        for piece in _pieces(part):
            digest.update(len(piece).to_bytes(8, "big"))
            digest.update(piece)
    return digest.hexdigest()


def _pieces(part: str | bytes | Path) -> list[bytes]:
    if isinstance(part, str):
        return [part.encode()]
    if isinstance(part, bytes):
        return [part]
    if part.is_file():
        return [part.read_bytes()]
    files = (path for path in part.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    named = sorted((path.relative_to(part).as_posix(), path) for path in files)
    return [piece for name, path in named for piece in (name.encode(), path.read_bytes())]


def load_or_build(name: str, key: str, build: Callable[[], Mapping[str, NDArray]]) -> Arrays:
    """The arrays kept under `name` and the fingerprint `key`, built and kept if they are not there.

    An entry that cannot be read is built again; of one name the newest four are kept. Where the directory cannot be written,
    which is tried before anything is built, standard error says so and nothing is kept: a directory that may only be read
    still gives what it has.
    """
    path = cache_directory() / f"{name}-{key[:KEY_LENGTH]}.npz"
    kept = read(path)
    if kept is not None:
        return kept
    is_writable = _can_be_written(path.parent)
    built = dict(build())
    if is_writable:
        _keep(path, built, name)
    return built


def _keep(path: Path, built: Mapping[str, NDArray], name: str) -> None:
    try:
        write(path, built)
    except DataError as fault:  # the disk has filled up meanwhile
        _say_once(f"{fault} {_GOES_ON}")
    else:
        _drop_old(name)


def _can_be_written(directory: Path) -> bool:
    """Whether a directory, or the one in which it would be made, takes a file; if not, standard error says why."""
    there = next((one for one in (directory, *directory.parents) if one.exists()), Path())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(bytes(1024))
    except OSError as fault:
        _say_once(f"{unwritable(there, fault, _INSTEAD)} {_GOES_ON}")
        return False
    return True


@cache
def _say_once(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _drop_old(name: str) -> None:
    """Removes the oldest entries of a maker, so that a changing model does not fill the disk.

    Another process may have removed one already, or may be reading one where an open file cannot be removed.
    """
    pattern = f"{name}-{'[0-9a-f]' * KEY_LENGTH}.npz"
    for path in sorted(cache_directory().glob(pattern), key=_written_at)[:-ENTRIES_KEPT]:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _written_at(path: Path) -> float:
    """When an entry was written; long ago for one that has gone."""
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0


def read(path: Path) -> Arrays | None:
    """The arrays of an entry; None if there is no such entry or it is damaged (standard error then says so)."""
    try:
        if not path.is_file():
            return None
        with zipfile.ZipFile(path) as entry:
            arrays = {member.filename.removesuffix(SUFFIX): _array(entry, member) for member in entry.infolist()}
        if arrays.pop(NAMES).tolist() != list(arrays):
            raise KeyError(NAMES)
    except FileNotFoundError:  # another process has removed it meanwhile
        return None
    except PermissionError as fault:
        _say_once(f"{path} cannot be read ({fault.strerror}), and is made again.")
        return None
    except DAMAGE as fault:
        sys.stderr.write(f"{path} is damaged ({type(fault).__name__}) and is made again.\n")
        return None
    return arrays


def _array(entry: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray:
    """One array, made only after all its bytes were read and their checksum found right."""
    if member.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile(f"{member.filename} is compressed, and no entry is.")
    array: NDArray = np.lib.format.read_array(io.BytesIO(entry.read(member)), allow_pickle=False)
    return array


def write(path: Path, arrays: Mapping[str, NDArray]) -> None:
    """Writes an entry whole or not at all. Raises DataError if the directory or the disk refuses."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".npz")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays, **{NAMES: np.array(list(arrays), dtype=np.str_)})
        Path(temporary).replace(path)
        temporary = None
    except OSError as fault:
        raise DataError(unwritable(path.parent, fault, _INSTEAD)) from fault
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
