"""The comparison that ``openfisca test`` should have made: in 64 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.commons import eval_expression
from openfisca_core.indexed_enums import EnumArray

_BINARY_NOISE = 1e-12


def assert_near(
    value: Any,
    target_value: Any,
    absolute_error_margin: float | None = None,
    message: str = "",
    relative_error_margin: float | None = None,
) -> None:
    """Fail unless a calculated value is as near its target as a test allows.

    Same arguments as the engine's function of this name, which first rounds both sides to 32 bits. A test that names no
    margin wants the same number: only the noise of binary fractions is let through (1 part in 10¹²).
    """
    if isinstance(value, EnumArray):
        value = value.decode_to_str()
    value = np.atleast_1d(value)
    if value.dtype.kind not in "biuf":
        _assert_same(value, target_value, message)
        return
    target = np.array(eval_expression(target_value) if isinstance(target_value, str) else target_value, dtype=np.float64)
    difference = np.abs(value.astype(np.float64) - target)
    margins = {
        "absolute": absolute_error_margin,
        "relative": None if relative_error_margin is None else np.abs(relative_error_margin * target),
    }
    for kind, margin in margins.items():
        if margin is not None and not (difference <= margin + _noise(target)).all():
            raise AssertionError(f"{message}{value} differs from {target}: {difference} is over the {kind} margin {margin}")
    if set(margins.values()) == {None} and not (difference <= _noise(target)).all():
        raise AssertionError(f"{message}{value} is not {target}; the difference is {difference}")


def _noise(target: np.ndarray) -> np.ndarray:
    return _BINARY_NOISE * np.maximum(np.abs(target), 1)


def _assert_same(value: np.ndarray, target_value: Any, message: str) -> None:
    """Dates and text have no margins."""
    target = np.array(target_value, dtype=value.dtype if value.dtype.kind == "M" else str)
    if not (value.astype(target.dtype) == target).all():
        raise AssertionError(f"{message}{value} is not {target_value}")
