"""One number that all companies share, where formulas expect one per company.

Inputs that nobody gave, and parameters that do not change within anybody's accounting period, are the same for everybody.
As arrays of their own they would cost a law run over a million companies most of its time: so they stay one number, and so
does what comes of them alone. Formulas see an array like any other, which nobody may write to.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import copysign
from typing import Any

import numpy as np

# Ufunc → the number that, on the right (or on the left), leaves the other side as it is.
_NEUTRAL_ON_THE_RIGHT: dict[Any, float] = {
    np.add: 0,
    np.subtract: 0,
    np.multiply: 1,
    np.true_divide: 1,
    np.bitwise_and: 1,
    np.bitwise_or: 0,
    np.minimum: np.inf,
}
_NEUTRAL_ON_THE_LEFT: dict[Any, float] = {
    np.add: 0,
    np.multiply: 1,
    np.bitwise_and: 1,
    np.bitwise_or: 0,
    np.minimum: np.inf,
}
# Ufunc → the same of amounts and a number other than 0, to the bit.
_LIMITS: dict[Any, Callable[[np.ndarray, Any], np.ndarray]] = {
    np.minimum: lambda array, most: array.clip(-np.inf, most),
    np.maximum: lambda array, least: array.clip(least, np.inf),
}
# Ufunc → the number that, on either side, settles the result by itself: amounts are finite.
_SETTLES: dict[Any, int] = {np.multiply: 0, np.bitwise_and: 0}
# What these make of many equal numbers, they make of one.
_OF_ONE = {np.logical_or, np.logical_and, np.maximum, np.minimum}
_SAME_PLACE = (0,)
# The same numbers come up again and again; who asks for one of them is given the same array.
_KNOWN: dict[tuple[np.dtype, bytes, int], ConstantArray] = {}
_MOST_KNOWN = 4_096
# The same by the number itself, which tells -0 from 0 only in its bytes.
_AT_HAND: dict[tuple[type, Any, int], ConstantArray] = {}
_SCALARS = {bool, int, float, np.bool_, np.float64, np.int64}
_SIGNED = {float, np.float64}
_ZEROS = np.zeros(0)
# Companies below which an array more costs less than the care.
_WORTH_THE_CARE = 1_000


class ConstantArray(np.ndarray):
    """An array that holds one number for all: every element is the same place in memory.

    Attributes:
        number: that number; None in what NumPy makes of such an array otherwise (a part of it, a copy).
    """

    number: Any = None

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        if method == "__call__" and out is None and not options:
            one, *others = inputs
            found = _of_two(ufunc, one, *others) if len(others) == 1 else None if others else _of_one(ufunc, one)
            return ufunc(*map(_plain, inputs)) if found is None else found
        if method == "reduce" and ufunc in _OF_ONE and self.number is not None:
            return ufunc.reduce(_plain(self)[:1], out=out, **options)
        return getattr(ufunc, method)(*map(_plain, inputs), **options, **({} if out is None else {"out": out}))

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        if function is np.where and len(inputs) > 1 and not options:
            return _where(*inputs)
        return super().__array_function__(function, types, inputs, options)

    def any(self, *arguments: Any, **options: Any) -> Any:
        """Whether any of them is other than 0: the one number says so."""
        if self.number is None or arguments or options:
            return super().any(*arguments, **options)
        return np.bool_(self.number)

    def all(self, *arguments: Any, **options: Any) -> Any:
        """Whether all of them are other than 0: the one number says so."""
        if self.number is None or arguments or options:
            return super().all(*arguments, **options)
        return np.bool_(self.number)

    def astype(self, dtype: Any, *arguments: Any, **options: Any) -> np.ndarray:
        """The same in another type, still one number."""
        if self.number is None:
            return super().astype(dtype, *arguments, **options)
        return constant_array(self.number.astype(dtype), self.size)


def constant_array(value: Any, count: int) -> np.ndarray:
    """An array of one value for so many companies; of many, nobody may write to it."""
    if count < _WORTH_THE_CARE:
        return np.full(count, value)
    kind = value.__class__
    if kind not in _SCALARS or (value == 0 and kind in _SIGNED and copysign(1.0, value) < 0):
        return _of_bytes(np.asarray(value), count)
    at_hand = (kind, value, count)
    known = _AT_HAND.get(at_hand)
    if known is None:
        if len(_AT_HAND) >= _MOST_KNOWN:
            _AT_HAND.clear()
        known = _AT_HAND[at_hand] = _of_bytes(np.asarray(value), count)
    return known


def _of_bytes(single: np.ndarray, count: int) -> ConstantArray:
    key = (single.dtype, single.tobytes(), count)
    known = _KNOWN.get(key)
    if known is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        single = single.copy()
        single.flags.writeable = False
        known = ConstantArray((count,), single.dtype, single, 0, _SAME_PLACE)
        known.number = single[()]
        _KNOWN[key] = known
    return known


def are_few(count: int) -> bool:
    """Whether companies are so few that looking at each costs nothing."""
    return count < _WORTH_THE_CARE


def is_nothing(values: np.ndarray) -> bool:
    """Whether there is nothing to work out: an amount, or a yes or no, that is 0 for everybody.

    Where it is one number for all, or the companies are few. Otherwise nobody looks, which would take as long as the work.
    """
    number = getattr(values, "number", None)
    return not number if number is not None else values.size < _WORTH_THE_CARE and not values.any()


def is_unlimited(values: np.ndarray) -> bool:
    """Whether a limit is none for anybody (infinite); of many companies, where it is one number for all."""
    number = getattr(values, "number", None)
    return bool(np.isposinf(number) if number is not None else values.size < _WORTH_THE_CARE and np.isposinf(values).all())


def picked(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The values of some companies; one number for all stays one."""
    number = getattr(values, "number", None)
    return values.take(places) if number is None else constant_array(number, places.size)


def part_of(values: np.ndarray, companies: slice) -> np.ndarray:
    """The values of companies in a row; one number for all stays one, and all of them are the array itself."""
    if companies.start == 0 and companies.stop == values.size:
        return values
    number = getattr(values, "number", None)
    return values[companies] if number is None else constant_array(number, companies.stop - companies.start)


def unwritable(array: np.ndarray) -> np.ndarray:
    """The same array under a name through which it cannot be changed."""
    if not array.flags.writeable:
        return array
    seen = array.view()
    seen.flags.writeable = False
    return seen


def folded(values: np.ndarray) -> np.ndarray:
    """The same array, as one number for all where it is the same for everybody."""
    if values.size < _WORTH_THE_CARE or type(values) is not np.ndarray or values[0] != values[-1]:
        return values
    if (values[:_WORTH_THE_CARE] != values[0]).any() or (values != values[0]).any():  # few tell of most arrays
        return values
    if values[0] == 0 and values.dtype.kind == "f" and np.signbit(values).any():
        return values
    return constant_array(values[0], values.size)


def _plain(array: Any) -> Any:
    return array.view(np.ndarray) if type(array) is ConstantArray else array


def positive(amounts: np.ndarray) -> np.ndarray:
    """What of each amount is above 0, and 0 of all others: ``np.maximum(amounts, 0)`` to the bit, in half its time.

    NumPy compares an array with another several amounts at a time, with one number each by itself.
    """
    is_worth_it = type(amounts) is np.ndarray and amounts.dtype == np.float64 and amounts.size >= _WORTH_THE_CARE
    return np.maximum(amounts, _zeros(amounts.size) if is_worth_it else 0)


def _zeros(count: int) -> np.ndarray:
    """So many zeros, to which nobody may write: a part of the most that were ever asked for."""
    global _ZEROS  # noqa: PLW0603 — kept, as it is read again and again
    zeros = _ZEROS  # another thread may put a shorter one there meanwhile
    if zeros.size < count:
        zeros = np.zeros(count)
        zeros.flags.writeable = False
        _ZEROS = zeros
    return zeros[:count]


def where(mask: Any, this: Any, that: Any) -> Any:
    """One of two for each company: what ``np.where`` gives, to the bit, in a third of its time where companies are many.

    NumPy goes one way or the other at each yes or no, which no processor foresees; here both are read and bits are kept.
    """
    return _where(mask, this, that) if getattr(mask, "size", 1) >= _WORTH_THE_CARE else np.where(mask, this, that)


def _where(mask: Any, this: Any, that: Any) -> Any:
    """One of two for each: the one itself where all have it, looked up where both are numbers; else bit by bit."""
    kind = np.result_type(this, that)
    if getattr(mask, "number", None) is not None:
        chosen = this if mask.number else that
        if np.ndim(chosen) == 0:
            return constant_array(kind.type(chosen), mask.size)
        if chosen.shape == mask.shape and kind == chosen.dtype:
            return unwritable(chosen)  # it may be an input
    this, that = _number_of(this), _number_of(that)
    if mask.dtype == bool and mask.ndim == 1 and mask.size >= _WORTH_THE_CARE:
        if np.ndim(this) == np.ndim(that) == 0:
            numbers = np.array([that, this], kind)
            return numbers.take(_plain(mask).astype(np.intp))  # of any other type NumPy takes ten times as long
        if kind == np.float64 and {np.shape(this), np.shape(that)} <= {(), mask.shape}:
            return _bit_by_bit(_plain(mask), this, that)
    return np.where(*map(_plain, (mask, this, that)))


def _number_of(one: Any) -> Any:
    """The one number for all, where it is that; else the array itself."""
    number = getattr(one, "number", None)
    return one if number is None else number


def _bit_by_bit(mask: np.ndarray, this: Any, that: Any) -> np.ndarray:
    """One of two for each, amounts or an amount: the bits of this where the mask has all bits, of that where it has none."""
    one, other = (_plain(np.asarray(given, np.float64)).view(np.int64) for given in (this, that))
    if not one.ndim and one == 0:  # which has no bits
        found = np.subtract(mask.view(np.int8), 1, dtype=np.int64)
        found &= other
        return found.view(np.float64)
    found = np.negative(mask.view(np.int8), dtype=np.int64)
    if not other.ndim and other == 0:
        found &= one
    else:
        found &= one ^ other
        found ^= other
    return found.view(np.float64)


def _of_one(ufunc: np.ufunc, one: Any) -> Any:
    """A ufunc of one array that is alike: once for all of it; None for one that is not."""
    return None if one.number is None else constant_array(ufunc(one.number), one.shape[0])


def _of_two(ufunc: np.ufunc, one: Any, other: Any) -> Any:
    """A ufunc of two, of which one is alike at least: once for all if both are, else with its number; None for the rest."""
    if type(one) is ConstantArray and one.number is not None:
        if type(other) is ConstantArray and other.number is not None:
            same_size = one.shape == other.shape
            return constant_array(ufunc(one.number, other.number), one.shape[0]) if same_size else None
        shape: tuple[int, ...] = getattr(other, "shape", ())
        if not shape:
            return constant_array(ufunc(one.number, other), one.shape[0])
        if shape[-1] != one.shape[0]:
            return None
        found = _settled(other, one.number, _NEUTRAL_ON_THE_LEFT.get(ufunc), _SETTLES.get(ufunc))
        found = _limited(ufunc, other, one.number) if found is None else found
        return ufunc(one.number, _plain(other)) if found is None else found
    if type(other) is not ConstantArray or other.number is None:
        return None
    of_one: tuple[int, ...] = getattr(one, "shape", ())
    if not of_one:
        return constant_array(ufunc(one, other.number), other.shape[0])
    if of_one[-1] != other.shape[0]:
        return None
    found = _settled(one, other.number, _NEUTRAL_ON_THE_RIGHT.get(ufunc), _SETTLES.get(ufunc))
    found = _limited(ufunc, one, other.number) if found is None else found
    return ufunc(_plain(one), other.number) if found is None else found


def _limited(ufunc: np.ufunc, array: np.ndarray, number: Any) -> np.ndarray | None:
    """Amounts limited by a number other than 0 (whose sign may count), in half of NumPy's time; None for all else."""
    if ufunc in _LIMITS and number != 0 and array.dtype == number.dtype == np.float64:
        return _LIMITS[ufunc](_plain(array), number)
    return None


def _settled(array: np.ndarray, number: Any, neutral: float | None, settles: int | None) -> np.ndarray | None:
    """What needs no work: adding nothing, once an amount, none of it; None for all else."""
    is_neutral = number == neutral
    if not (is_neutral or number == settles):
        return None
    if number.dtype != array.dtype and np.result_type(number, array) != array.dtype:
        return None
    if is_neutral:
        return unwritable(array)
    return constant_array(array.dtype.type(0), array.shape[0]) if array.ndim == 1 else None


_OPERATORS: dict[str, tuple[Callable[[Any, Any], Any], np.ufunc]] = {
    "add": (operator.add, np.add),
    "sub": (operator.sub, np.subtract),
    "mul": (operator.mul, np.multiply),
    "truediv": (operator.truediv, np.true_divide),
    "and": (operator.and_, np.bitwise_and),
    "or": (operator.or_, np.bitwise_or),
    "lt": (operator.lt, np.less),
    "le": (operator.le, np.less_equal),
    "gt": (operator.gt, np.greater),
    "ge": (operator.ge, np.greater_equal),
    "eq": (operator.eq, np.equal),
    "ne": (operator.ne, np.not_equal),
}
_WITH_A_REFLECTION = {"add", "sub", "mul", "truediv", "and", "or"}


def _operator(name: str, of_numbers: Callable[[Any, Any], Any], ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    """An operator between one number for all and a number or another such: NumPy's own way there is ten times as long."""
    otherwise = getattr(np.ndarray, name)

    def operate(one: ConstantArray, other: Any) -> Any:
        if one.number is not None:
            kind = type(other)
            if kind is ConstantArray and other.number is not None and one.shape == other.shape:
                return constant_array(of_numbers(one.number, other.number), one.shape[0])
            if kind in _SCALARS:
                return constant_array(of_numbers(one.number, other), one.shape[0])
            if kind is np.ndarray and other.shape == one.shape:
                found = _settled(other, one.number, _NEUTRAL_ON_THE_LEFT.get(ufunc), _SETTLES.get(ufunc))
                return ufunc(one.number, other) if found is None else found
        return otherwise(one, other)

    return operate


def _reflected(name: str, of_numbers: Callable[[Any, Any], Any], ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    """The same operator with the one number for all on the right."""
    otherwise = getattr(np.ndarray, name)

    def operate(other: ConstantArray, one: Any) -> Any:
        if other.number is not None:
            kind = type(one)
            if kind is np.ndarray and other.shape == one.shape:
                found = _settled(one, other.number, _NEUTRAL_ON_THE_RIGHT.get(ufunc), _SETTLES.get(ufunc))
                return ufunc(one, other.number) if found is None else found
            if kind in _SCALARS:
                return constant_array(of_numbers(one, other.number), other.shape[0])
        return otherwise(other, one)

    return operate


for _name, _pair in _OPERATORS.items():
    setattr(ConstantArray, f"__{_name}__", _operator(f"__{_name}__", *_pair))
    if _name in _WITH_A_REFLECTION:
        setattr(ConstantArray, f"__r{_name}__", _reflected(f"__r{_name}__", *_pair))
