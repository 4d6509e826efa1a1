"""Where finished work is kept between runs, and how it is written and read back.

An entry is one `.npz` file of NumPy arrays (never pickled), named after its maker and a fingerprint of everything it was
made from. It is written aside and renamed, so a reader never sees half of it, and made once, however many processes ask
for it at a time; an entry that cannot be read is made again, and standard error says so. The checksum of each array is
compared before the array is made, and the names of all of them are kept too, so a damaged entry is never taken for a
whole one. Nothing here knows what the arrays mean.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
import tempfile
import time
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.disk import A_DIRECTORY, A_FILE, kind_of, only_one, unwritable, whole_file
from openfisca_goodwork.errors import GoodworkError

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
NOWHERE = Path(os.devnull, "no-home")
FORGOTTEN = 3_600  # seconds, after which nobody is writing an unfinished entry of an earlier version any more
LIMIT = "limit-in-bytes"
PIECE = 2**20  # bytes read at a time of an array that stays on disk; one that is smaller does not
# A local header of a ZIP file: its length but for name and extra field, and where the lengths of these stand in it (bytes).
_LOCAL_HEADER, _LENGTHS_AT = 30, 26
_Read = TypeVar("_Read", bound=MutableMapping[str, NDArray])


class Entry(NamedTuple):
    """A kept piece of work: its file, its size in bytes, and when it was last used (seconds of the epoch)."""

    path: Path
    size: int
    used: float


def cache_directory() -> Path:
    """The directory of cached work: `GOODWORK_CACHE`, or the user's cache directory, or `NOWHERE`. Not created here."""
    override = os.environ.get(DIRECTORY_VARIABLE)
    if override:
        return Path(override)
    from platformdirs import user_cache_path

    try:
        return user_cache_path("openfisca-goodwork")
    except RuntimeError:  # neither HOME nor a user that the system knows, as in a container
        return NOWHERE


def refuse_unfit() -> None:
    """Say that there is no directory for what is kept, or what stands in its place. Raises GoodworkError."""
    directory = cache_directory()
    if directory == NOWHERE:
        raise GoodworkError(f"There is no home directory to keep work in. Set {DIRECTORY_VARIABLE} to a directory.")
    if (kind := kind_of(directory)) not in {"", A_DIRECTORY}:
        raise GoodworkError(f"{directory} is {kind}, and work is kept in a directory. Set {DIRECTORY_VARIABLE} to one.")


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


def load_or_build(
    name: str, key: str, build: Callable[[], Mapping[str, NDArray]], *, on_disk: bool = False
) -> MutableMapping[str, NDArray]:
    """The arrays kept under `name` and the fingerprint `key`, built and kept if they are not there.

    `on_disk`: they are to stay there, and to be read when they are asked for (`OnDisk`), where they could be kept.

    An entry that cannot be read is built again; of one name the four last used are kept. Where the directory cannot be
    written, which is tried before anything is built, standard error says so and nothing is kept: a directory that may only
    be read still gives what it has. Where another process is building the same, this one waits for it.
    """
    path = cache_directory() / f"{name}-{key[:KEY_LENGTH]}.npz"
    reading: Callable[[Path], MutableMapping[str, NDArray] | None] = read_on_disk if on_disk else read
    kept = reading(path)
    if kept is not None:
        return kept
    is_new = not path.parent.exists()
    if not _can_be_kept(path):
        return dict(build())
    try:
        with only_one(path.stem, path.parent, lambda: _say(f"Another process is making {path.name}: this one waits.")):
            kept = reading(path)
            if kept is None:
                kept = dict(build())
                _keep(path, kept, name)
                if on_disk and path.is_file():
                    kept = reading(path) or kept
            return kept
    finally:
        if is_new:
            with suppress(OSError):  # holds something
                path.parent.rmdir()


def load_or_make(name: str, key: str, make: Callable[[], Mapping[str, NDArray]]) -> Mapping[str, NDArray]:
    """The arrays kept as by `load_or_build`, for what is made in a moment: nobody waits, and nothing is said.

    Where nothing can be kept, each process makes its own.
    """
    path = cache_directory() / f"{name}-{key[:KEY_LENGTH]}.npz"
    kept = read(path)
    if kept is None:
        kept = dict(make())
        with suppress(GoodworkError):
            write(path, kept)
            drop_old(name)
    return kept


def _keep(path: Path, built: Mapping[str, NDArray], name: str) -> None:
    try:
        write(path, built)
    except GoodworkError as fault:  # the disk has filled up meanwhile
        _say_once(f"{fault} {_GOES_ON}")
    else:
        drop_old(name)
        trim()


def _can_be_kept(path: Path) -> bool:
    """Whether an entry can be put in its place; if not, standard error says why."""
    if (kind := kind_of(path)) not in {"", A_FILE}:
        _say_once(f"{path} is {kind}, and what is made would be kept there. Remove it. {_GOES_ON}")
        return False
    if path.parent == NOWHERE:
        _say_once(f"There is no home directory to keep work in. Set {DIRECTORY_VARIABLE} to a directory. {_GOES_ON}")
        return False
    if not _can_be_written(path.parent):
        return False
    with suppress(OSError):  # another process has made it, or the next to write says why it cannot
        path.parent.mkdir(parents=True, exist_ok=True)
    return True


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


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


_say_once = cache(_say)


def drop_old(name: str, most: int = ENTRIES_KEPT) -> None:
    """Removes the entries of a maker that were used longest ago, so that a changing model does not fill the disk."""
    pattern = f"{name}-{'[0-9a-f]' * KEY_LENGTH}.npz"
    _remove(entries(pattern)[:-most])
    for path in cache_directory().glob(".*.npz"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > FORGOTTEN:
                path.unlink()


def _remove(gone: Iterable[Entry]) -> int:
    """Removes entries, and gives the bytes that were freed.

    Another process may have removed one already, or may be reading one where an open file cannot be removed.
    """
    freed = 0
    for entry in gone:
        with suppress(OSError):
            entry.path.unlink()
            freed += entry.size
    return freed


def entries(pattern: str = f"*-{'[0-9a-f]' * KEY_LENGTH}.npz") -> list[Entry]:
    """What is kept, that which was used longest ago first."""
    found = []
    for path in cache_directory().glob(pattern):
        with suppress(OSError):  # another process has removed it meanwhile
            there = path.stat()
            found.append(Entry(path, there.st_size, there.st_mtime))
    return sorted(found, key=lambda entry: (entry.used, entry.path))


def clear() -> int:
    """Removes every entry, and gives the bytes that were freed."""
    return _remove(entries())


def limit() -> int | None:
    """The most bytes that are kept; None for no limit."""
    try:
        return int((cache_directory() / LIMIT).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def bound(most: int | None) -> int:
    """Sets the most bytes that are kept from now on, or no limit; gives the bytes that were freed. Raises GoodworkError."""
    with whole_file(cache_directory() / LIMIT, _INSTEAD) as written:
        written.write_text("" if most is None else str(most), encoding="ascii")
    return trim()


def trim() -> int:
    """Removes what was used longest ago until what is kept is within the limit; gives the bytes that were freed."""
    most, kept = limit(), entries()
    over = 0 if most is None else sum(entry.size for entry in kept) - most
    gone = []
    for entry in kept:
        if over <= 0:
            break
        gone.append(entry)
        over -= entry.size
    return _remove(gone)


def read(path: Path) -> Arrays | None:
    """The arrays of an entry; None if there is no such entry or it is damaged (standard error then says so)."""
    return _read(path, lambda entry: {_name(member): _array(entry, member) for member in entry.infolist()})


def read_on_disk(path: Path) -> OnDisk | None:
    """The arrays of an entry that stay in it; None as of `read`. All their bytes are read once, to find any damage."""
    return _read(path, lambda entry: OnDisk(path, {_name(one): _checked(entry, one) for one in entry.infolist()}))


def _read(path: Path, arrays_of: Callable[[zipfile.ZipFile], _Read]) -> _Read | None:
    try:
        if not path.is_file():
            return None
        with suppress(OSError):  # a directory that may only be read
            os.utime(path)
        with zipfile.ZipFile(path) as entry:
            arrays = arrays_of(entry)
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


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(SUFFIX)


class OnDisk(MutableMapping[str, NDArray]):
    """The arrays of an entry that stay on disk: each is read when it is asked for, and not kept.

    The file stays open, so that it may be removed meanwhile.
    """

    def __init__(self, path: Path, held: Mapping[str, _Held | NDArray]) -> None:
        self._path, self._file, self._held = path, path.open("rb"), dict(held)
        weakref.finalize(self, self._file.close)

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process reads the same by."""
        return OnDisk, (self._path, self._held)

    def some(self, name: str, places: slice | NDArray[np.int64]) -> NDArray:
        """Some places of the last axis of an array, without the others."""
        held = self._held[name]
        array = held if isinstance(held, np.ndarray) else held.mapped(self._file)
        return np.array(array[..., places])

    def __getitem__(self, name: str) -> NDArray:
        return self.some(name, slice(None)) if self._held[name].shape else np.array(self._held[name])

    def __setitem__(self, name: str, array: NDArray) -> None:
        self._held[name] = array

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


class _Held(NamedTuple):
    """Where an array stands in an entry: the place of its first byte, and its form."""

    start: int
    shape: tuple[int, ...]
    order: Literal["C", "F"]
    dtype: np.dtype[Any]

    def mapped(self, file: IO[bytes]) -> NDArray:
        """The array, of which only what is looked at is read."""
        return np.memmap(file, self.dtype, "r", self.start, self.shape, self.order)


def _checked(entry: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Held | NDArray:
    """Where an array stands, once its checksum was found right; a small one itself."""
    if member.file_size < PIECE:
        return _array(entry, member)
    _refuse_compressed(member)
    with entry.open(member) as bytes_of:
        version = np.lib.format.read_magic(bytes_of)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, is_fortran, dtype = read_header(bytes_of)
        header = bytes_of.tell()
        while bytes_of.read(PIECE):
            pass
    with Path(str(entry.filename)).open("rb") as file:
        file.seek(member.header_offset + _LENGTHS_AT)
        start = member.header_offset + _LOCAL_HEADER + sum(struct.unpack("<HH", file.read(4)))
    return _Held(start + header, shape, "F" if is_fortran else "C", dtype)


def _refuse_compressed(member: zipfile.ZipInfo) -> None:
    if member.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile(f"{member.filename} is compressed, and no entry is.")


def _array(entry: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray:
    """One array, made only after all its bytes were read and their checksum found right."""
    _refuse_compressed(member)
    array: NDArray = np.lib.format.read_array(io.BytesIO(entry.read(member)), allow_pickle=False)
    return array


def write(path: Path, arrays: Mapping[str, NDArray]) -> None:
    """Writes an entry whole or not at all. Raises GoodworkError if the directory or the disk refuses."""
    with whole_file(path, _INSTEAD) as written, written.open("xb") as file:
        np.savez(file, allow_pickle=False, **arrays, **{NAMES: np.array(list(arrays), dtype=np.str_)})
