"""One number that all companies share, where formulas expect one per company.

Inputs that nobody gave, and parameters that do not change within anybody's accounting period, are the same for everybody.
As arrays of their own they would cost a law run over a million companies most of its time: so they stay one number, and so
does what comes of them alone. Formulas see an array like any other, which nobody may write to.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# Ufunc → the number that, on the right (or on the left), leaves the other side as it is.
_NEUTRAL_ON_THE_RIGHT: dict[Any, int] = {
    np.add: 0,
    np.subtract: 0,
    np.multiply: 1,
    np.true_divide: 1,
    np.bitwise_and: 1,
    np.bitwise_or: 0,
}
_NEUTRAL_ON_THE_LEFT: dict[Any, int] = {np.add: 0, np.multiply: 1, np.bitwise_and: 1, np.bitwise_or: 0}
# Ufunc → the number that, on either side, settles the result by itself: amounts are finite.
_SETTLES: dict[Any, int] = {np.multiply: 0, np.bitwise_and: 0}
# What these make of many equal numbers, they make of one.
_OF_ONE = {np.logical_or, np.logical_and, np.maximum, np.minimum}
# Companies below which an array more costs less than the care.
_WORTH_THE_CARE = 1_000


class Alike(np.ndarray):
    """An array that holds one number for all: every element is the same place in memory.

    Attributes:
        number: that number; None in what NumPy makes of such an array otherwise (a part of it, a copy).
    """

    number: Any = None

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        if method == "__call__" and out is None and not options:
            return _apply(ufunc, inputs)
        if method == "reduce" and ufunc in _OF_ONE and self.number is not None:
            return ufunc.reduce(_plain(self)[:1], out=out, **options)
        return getattr(ufunc, method)(*map(_plain, inputs), **options, **({} if out is None else {"out": out}))

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        if function is np.where and len(inputs) > 1 and not options:
            return _where(*inputs)
        return super().__array_function__(function, types, inputs, options)

    def astype(self, dtype: Any, *arguments: Any, **options: Any) -> np.ndarray:
        """The same in another type, still one number."""
        if self.number is None:
            return super().astype(dtype, *arguments, **options)
        return alike(self.number.astype(dtype), self.size)


def alike(value: Any, count: int) -> np.ndarray:
    """An array of one value for so many companies; of many, nobody may write to it."""
    if count < _WORTH_THE_CARE:
        return np.full(count, value)
    single = np.array(value)
    single.flags.writeable = False
    made = Alike((count,), single.dtype, single, strides=(0,))
    made.number = single[()]
    return made


def _plain(array: Any) -> Any:
    return array.view(np.ndarray) if isinstance(array, Alike) else array


def _where(mask: Any, this: Any, that: Any) -> Any:
    """One of two for each: the one itself where all have it, looked up where both are numbers; else as NumPy does it."""
    kind = np.result_type(this, that)
    if getattr(mask, "number", None) is not None:
        chosen = this if mask.number else that
        if np.ndim(chosen) == 0:
            return alike(kind.type(chosen), mask.size)
        if chosen.shape == mask.shape and kind == chosen.dtype:
            return _unwritable(chosen)
    numbers = [getattr(one, "number", None if np.ndim(one) else one) for one in (that, this)]
    if None not in numbers and mask.dtype == bool:
        return np.array(numbers, kind).take(_plain(mask).view(np.int8))
    return np.where(*map(_plain, (mask, this, that)))


def _unwritable(array: np.ndarray) -> np.ndarray:
    """The same array under a name through which it cannot be changed: it may be an input."""
    if isinstance(array, Alike):
        return array
    seen = array.view()
    seen.flags.writeable = False
    return seen


def _apply(ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    """A ufunc of inputs of which some are alike: once for all of them if all are, else with a number in their place."""
    numbers, counts, full = [], [], []
    for one in inputs:
        number = getattr(one, "number", None) if isinstance(one, Alike) else None
        numbers.append(_plain(one) if number is None else number)
        shape: tuple[int, ...] = getattr(one, "shape", ())
        if number is not None:
            counts.append(shape[0])
        elif shape:
            full.append(one)
    if not counts or any(one.shape[-1] != counts[0] for one in full) or counts[-1] != counts[0]:
        return ufunc(*map(_plain, inputs))
    if not full:
        return alike(ufunc(*numbers), counts[0])
    found = _settled(ufunc, inputs, numbers, full[0]) if len(counts) == len(full) == 1 else None
    return ufunc(*numbers) if found is None else found


def _settled(ufunc: np.ufunc, inputs: tuple[Any, ...], numbers: list[Any], other: np.ndarray) -> np.ndarray | None:
    """What needs no work: adding nothing, once an amount, none of it; None for all else."""
    on_the_right = other is inputs[0]
    number = numbers[1 if on_the_right else 0]
    is_neutral = number == (_NEUTRAL_ON_THE_RIGHT if on_the_right else _NEUTRAL_ON_THE_LEFT).get(ufunc)
    if not (is_neutral or number == _SETTLES.get(ufunc)) or np.result_type(number, other) != other.dtype:
        return None
    return _unwritable(other) if is_neutral else alike(other.dtype.type(0), other.shape[-1]) if other.ndim == 1 else None
