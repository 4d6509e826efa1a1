"""Results kept on disk, so that a link brings its result after the server was started again. No Streamlit here.

Only results of reforms of the library are kept there: what a visitor wrote stays in memory. A file holds nothing that is
run: of the classes that it names only dataclasses of this package, NumPy's arrays and dates are made.
"""

from __future__ import annotations

import io
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import is_dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from openfisca_goodwork import cache, policy
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import CostingRequest, Progress
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.system import current_law, parameters_fingerprint

NAME, HELD, MOST = "result", "result", 64
_PACKAGE = Path(__file__).parents[1]
_DATA = {
    ("datetime", "date"),
    *(("numpy", name) for name in ("dtype", "ndarray")),
    *((f"numpy.{core}.multiarray", name) for core in ("_core", "core") for name in ("_reconstruct", "scalar")),
}


class _Reader(pickle.Unpickler):
    """Reads results, and refuses whatever else a file may name."""

    def find_class(self, module: str, name: str) -> Any:
        """A class that is data. Raises UnpicklingError for any other."""
        is_ours = module.startswith(f"{_PACKAGE.name}.") and "." not in name
        if is_ours or (module, name) in _DATA:
            made = super().find_class(module, name)
            if not is_ours or (isinstance(made, type) and is_dataclass(made)):
                return made
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a result.")


def read(request: CostingRequest, key: str) -> CostingResult | None:
    """The result of a request that this program kept before, also in another process; None where there is none."""
    if not _may_be_kept(request):
        return None
    arrays = cache.read(_path(key))
    if arrays is None:
        return None
    with suppress(*cache.DAMAGE, pickle.UnpicklingError, AttributeError, ImportError):  # made again
        result = _Reader(io.BytesIO(arrays[HELD].tobytes())).load()
        return result if isinstance(result, CostingResult) else None
    return None


def keep(request: CostingRequest, key: str, result: CostingResult) -> None:
    """Keep a result, of which the last are held; a disk that refuses keeps none."""
    if not _may_be_kept(request) or cache.cache_directory() == cache.NOWHERE:
        return
    with suppress(DataError):  # a directory that may only be read
        cache.write(_path(key), {HELD: np.frombuffer(pickle.dumps(result), dtype=np.uint8)})
        cache.drop_old(NAME, MOST)
        cache.trim()


def _may_be_kept(request: CostingRequest) -> bool:
    return all(map(policy.in_library, (*request.reforms, *request.baseline)))


def _path(key: str) -> Path:
    whole = cache.fingerprint(key, *_program())
    return cache.cache_directory() / f"{NAME}-{whole[: cache.KEY_LENGTH]}.npz"


@lru_cache(1)
def _program() -> tuple[str, str]:
    """What a result depends on besides what was asked: the whole program with its figures, and the law."""
    return cache.fingerprint(_PACKAGE), parameters_fingerprint(current_law())


# --- those who ask for a run: what each hears of it, and how long it goes on once they have left ----------------------


# Seconds that a run goes on, or keeps its place in the line, for whoever left it: a phone takes some to load a page again.
UNTIL_GIVEN_UP = 15.0
HasLeft = Callable[[BaseException], bool]


class Askers:
    """All who ask for runs now.

    Args:
        has_left: whether what a callback raises says that whoever asked has left, perhaps to come back; whatever else it
            raises ends the run at once.
    """

    def __init__(self, has_left: HasLeft) -> None:
        self.has_left = has_left
        self._all: list[Asker] = []

    @contextmanager
    def asking(self, key: str, progress: Progress) -> Iterator[Asker]:
        """Be among those who ask for the run of a key."""
        asker = Asker(self, key, progress)
        self._all.append(asker)
        try:
            yield asker
        finally:
            self._all.remove(asker)

    def of(self, key: str) -> tuple[Asker, ...]:
        """Those who ask for the run of a key."""
        return tuple(asker for asker in tuple(self._all) if asker.key == key)

    def is_asked(self, key: str) -> bool:
        """Whether the run of a key goes on or waits its turn."""
        return bool(self.of(key))


class Asker:
    """One who asks for a run, and what they hear of it as long as they are there.

    A callback that raises because they have left is passed over for ``UNTIL_GIVEN_UP`` seconds, and as long as somebody else
    waits for the same run. After that it raises, which ends the run.
    """

    def __init__(self, among: Askers, key: str, progress: Progress) -> None:
        self.key = key
        self._among = among
        self._progress = self.telling(progress)
        self.left_at: float | None = None
        self.stage: tuple[str, float] | None = None

    def heard(self, stage: str, done: float) -> None:
        """Say a stage of their run."""
        self.stage = (stage, done)
        self._progress(stage, done)

    def waits(self, stage: str, done: float) -> None:
        """Say that they wait; the stage instead, where the same run goes on for another."""
        stages = (asker.stage for asker in self._among.of(self.key))
        self._progress(*next(filter(None, stages), (stage, done)))

    def telling(self, say: Callable[..., None]) -> Callable[..., None]:
        """A callback that is called as long as they are there."""
        return partial(self._tell, say)

    def _tell(self, say: Callable[..., None], *what: object) -> None:
        try:
            say(*what)
        except BaseException as raised:
            if not self._among.has_left(raised):
                raise
            now = time.monotonic()
            self.left_at = self.left_at or now
            if now - self.left_at > UNTIL_GIVEN_UP and not self._is_waited_for():
                raise

    def _is_waited_for(self) -> bool:
        return any(asker.left_at is None for asker in self._among.of(self.key))
