"""Files on disk: written whole or not at all, read without waiting for a pipe that nothing fills.

What is being written stands in a hidden corner of its directory, which a lock keeps while its process lives: the corners
of processes that were killed are swept by the next that writes there. Modes are those that the user's umask allows.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import select
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from openfisca_goodwork.errors import GoodworkError

if sys.platform != "win32":  # where an open file cannot be removed, so that no lock is needed to sweep
    import fcntl

ASIDE = ".being-written-"
LOCKED = ".being-made-"
LOCK = "lock"
A_FILE, A_DIRECTORY = "a file", "a directory"
WAIT_FOR_WRITER = SURELY_LOCKED = 1.0  # seconds
_KINDS = ((stat.S_ISREG, A_FILE), (stat.S_ISDIR, A_DIRECTORY), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))


def kind_of(path: Path) -> str:
    """What stands at a path: a file, a directory, a pipe, a socket, a device; nothing where nothing can be seen there."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return ""
    return next((name for is_one, name in _KINDS if is_one(mode)), "a device")


def open_file(path: Path, most: int) -> IO[bytes]:
    """A file opened for reading; of a pipe all that comes, up to `most` bytes.

    Raises OSError, also for a pipe that nothing writes to within a second, which would be waited for without end.
    """
    if not stat.S_ISFIFO(path.stat().st_mode):
        return path.open("rb")
    content, waited_until = bytearray(), time.monotonic() + WAIT_FOR_WRITER
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as pipe:
        while len(content) < most:
            piece = pipe.read(min(most - len(content), 2**20))
            if piece is None:  # a writer is there, and has written no more yet
                select.select([pipe], [], [])
            elif piece:
                content += piece
            elif content or time.monotonic() > waited_until:
                break
            else:
                time.sleep(WAIT_FOR_WRITER / 50)
    if not content:
        raise OSError(errno.EPIPE, "It is a pipe that nothing writes to")
    return io.BytesIO(content)


def unwritable(directory: Path, fault: OSError, instead: str) -> str:
    """The message for a directory that cannot be written: free space where a disk is full, or else another directory."""
    mend = f"free some space, or {instead}" if fault.errno in {errno.ENOSPC, errno.EDQUOT} else instead
    kind = kind_of(directory)
    why = fault.strerror or str(fault) if kind in {"", A_DIRECTORY} else f"It is {kind}, no directory"
    return f"{directory} cannot be written: {why}. {mend[:1].upper()}{mend[1:]}."


@contextmanager
def aside(directory: Path) -> Iterator[Path]:
    """A hidden corner of a directory for files that are being written; it is gone afterwards. Raises OSError."""
    sweep(directory)
    corner = directory / f"{ASIDE}{secrets.token_hex(8)}"
    corner.mkdir()
    try:
        with (corner / LOCK).open("xb") as lock:
            lock_file(lock.fileno(), waits=False)
            yield corner
    finally:
        shutil.rmtree(corner, ignore_errors=True)


@contextmanager
def whole_file(path: Path, instead: str) -> Iterator[Path]:
    """Where to write a file that then takes its place, in a directory that is made if need be; whole or not at all.

    Raises:
        GoodworkError: where the disk or the directory refuses; it says what to do instead.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside(path.parent) as corner:
            yield corner / path.name
            (corner / path.name).replace(path)
    except OSError as fault:
        raise GoodworkError(unwritable(path.parent, fault, instead)) from fault


@contextmanager
def only_one(name: str, directory: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Lets one process, or thread, at a time do what a name says; a process that dies lets the next one in.

    Args:
        name: of the work. directory: where all who do it keep their lock. wait: called where another does it just now.
    """
    path = directory / f"{LOCKED}{name}"
    handle = None
    with suppress(OSError):  # where no lock can be made all go on at once
        handle = _opened_alone(path, wait)
    try:
        yield
    finally:
        if handle is not None:
            with suppress(OSError):
                path.unlink()
            os.close(handle)


def _opened_alone(path: Path, wait: Callable[[], None]) -> int:
    """The handle of a lock of our own: made anew where another has removed it on letting us in. Raises OSError."""
    while True:
        handle = os.open(path, os.O_RDONLY | os.O_CREAT, 0o666)
        if not lock_file(handle, waits=False):
            wait()
            lock_file(handle, waits=True)
        with suppress(FileNotFoundError):
            if os.path.sameopenfile(handle, there := os.open(path, os.O_RDONLY)):
                os.close(there)
                return handle
            os.close(there)
        os.close(handle)


def sweep(directory: Path) -> None:
    """Remove what killed processes left in a directory; what a living one is writing stays."""
    for path in (*directory.glob(f"{ASIDE}*"), *directory.glob(f"{LOCKED}*")):
        with suppress(OSError):
            is_new = time.time() - path.stat().st_mtime < SURELY_LOCKED
            if not is_new and not _is_locked(path / LOCK if path.is_dir() else path):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_locked(path: Path) -> bool:
    """Whether a living process holds the lock of a file."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not lock_file(handle, waits=False)
    finally:
        os.close(handle)


def lock_file(handle: int, *, waits: bool) -> bool:
    """Lock an open file until it is closed or the process ends; False where another has it and nobody waits.

    Where a file system knows no locks there is none to wait for.
    """
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
