"""Results kept on disk, so that a link brings its result after the server was started again. No Streamlit here.

Only results of reforms of the library are kept there: what a visitor wrote stays in memory. A file holds nothing that is
run: of the classes that it names only dataclasses of this package, NumPy's arrays and dates are made.
"""

from __future__ import annotations

import io
import pickle
from contextlib import suppress
from dataclasses import is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from openfisca_goodwork import cache, policy
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError
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
    with suppress(GoodworkError):  # a directory that may only be read
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
