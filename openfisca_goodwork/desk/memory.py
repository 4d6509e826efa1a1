"""Memory of a process that costs again and again, where the C library is glibc: one heap, and what it keeps given back."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

_MOST_HEAPS = -8  # M_ARENA_MAX of glibc's malloc.h


def share() -> None:
    """Let all threads of this process take memory from one heap.

    glibc would give every few of them a heap that keeps what a costing has used and let go.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MOST_HEAPS, 1)


def give_back() -> None:
    """Give the system what memory a run has used, which the next has to ask it for again, page by page (0.5 s)."""
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
