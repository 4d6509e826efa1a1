"""One number for all companies behaves as the array it stands for, and cannot be written to."""

from __future__ import annotations

import operator
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openfisca_goodwork.law.periods.constant_arrays import ConstantArray, constant_array, positive, where

COUNT = 1_500
EACH = np.linspace(-7.5, 7.5, COUNT)
FLAGS = EACH > 1
NUMBERS = st.one_of(st.sampled_from([0.0, 1.0, -1.0, np.inf]), st.floats(-1e9, 1e9))
OPERATIONS = (np.add, np.subtract, np.multiply, np.true_divide, np.maximum, np.minimum, np.less, np.greater_equal, np.equal)


def is_one_number(array):
    return isinstance(array, ConstantArray) and array.number is not None


def check(found, expected):
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("operation", OPERATIONS)
@given(number=NUMBERS)
def test_it_meets_an_array_on_either_side(operation, number):
    one, as_array = constant_array(number, COUNT), np.full(COUNT, number)
    with np.errstate(all="ignore"):
        check(operation(one, EACH), operation(as_array, EACH))
        check(operation(EACH, one), operation(EACH, as_array))
        check(operation(one, one), operation(as_array, as_array))


@pytest.mark.parametrize("count", [9, COUNT])
def test_limits_give_what_numpy_gives_to_the_bit(count):
    amounts = np.resize([-0.0, 0.0, -1.5, 2.0, np.inf, -np.inf, np.nan, 1e-320, -3.0], count)
    assert positive(amounts).tobytes() == np.maximum(amounts, 0).tobytes()
    for operation, number in product((np.minimum, np.maximum), (-1.5, -0.0, 0.0, 2.0, np.inf)):
        one = constant_array(number, count)
        assert operation(amounts, one).tobytes() == operation(amounts, number).tobytes()
        assert operation(one, amounts).tobytes() == operation(number, amounts).tobytes()


def test_what_is_above_nothing_is_asked_of_anything_that_stands_for_amounts():
    assert positive(constant_array(-2.0, COUNT)).number == 0
    check(positive(np.arange(COUNT) - 5), np.maximum(np.arange(COUNT) - 5, 0))


@pytest.mark.parametrize("operation", [operator.and_, operator.or_, operator.mul, operator.add, operator.xor])
@pytest.mark.parametrize("flag", [True, False])
def test_flags_meet_flags_and_amounts(operation, flag):
    one, as_array = constant_array(flag, COUNT), np.full(COUNT, flag)
    check(operation(one, FLAGS), operation(as_array, FLAGS))
    check(operation(FLAGS, one), operation(FLAGS, as_array))
    check(~one, ~as_array)
    check(one * EACH, as_array * EACH)


@pytest.mark.parametrize("flag", [True, False])
def test_a_choice_that_is_the_same_for_all(flag):
    mask, as_array = constant_array(flag, COUNT), np.full(COUNT, flag)
    for choices in (
        (EACH, 0),
        (0, EACH),
        (EACH, -EACH),
        (constant_array(2.0, COUNT), EACH),
        (3, EACH),
        (FLAGS, 1.5),
        (3, 1.5),
    ):
        check(np.asarray(np.where(mask, *choices)), np.where(as_array, *choices))
    check(np.asarray(np.where(FLAGS, constant_array(2.0, COUNT), EACH)), np.where(FLAGS, 2.0, EACH))
    check(np.asarray(np.where(FLAGS, constant_array(2.0, COUNT), 5)), np.where(FLAGS, 2.0, 5))
    check(np.asarray(np.where(FLAGS, np.inf, constant_array(5, COUNT))), np.where(FLAGS, np.inf, 5))


def test_a_choice_company_by_company_is_that_of_numpy_to_the_bit():
    odd = EACH.copy()
    odd[:4] = np.nan, -0.0, np.inf, -np.inf
    alike = (constant_array(0.0, COUNT), constant_array(-0.0, COUNT), constant_array(7, COUNT))
    choices = (odd, EACH[::-1], 0, 0.0, -0.0, 1, -2.5, np.inf, True, *alike, EACH.astype(int), FLAGS)
    for mask, this, that in product((FLAGS, ~FLAGS[::-1], FLAGS[::2].repeat(2)), choices, choices):
        found, expected = where(mask, this, that), np.where(mask, np.asarray(this), np.asarray(that))
        assert found.dtype == np.where(mask, this, that).dtype
        assert np.asarray(found).tobytes() == expected.astype(found.dtype).tobytes()
    assert where(mask=True, this=2, that=0) == 2
    few = where(FLAGS[:3], EACH[:3], 0)
    check(few, np.where(FLAGS[:3], EACH[:3], 0))
    check(where(FLAGS, np.vstack([EACH, EACH]), 1.0), np.where(FLAGS, np.vstack([EACH, EACH]), 1.0))


def test_nothing_below_zero_is_another_number_than_nothing():
    for zero in (0.0, np.float64(0)):
        assert not np.signbit(constant_array(zero, COUNT)[0])
        assert np.signbit(constant_array(-zero, COUNT)[0])


def test_what_comes_of_it_alone_stays_one_number():
    one = constant_array(3.0, COUNT)
    for found in (one + one, one > 2, np.maximum(one, 5), ~(one > 2), one.astype(int), EACH * constant_array(0.0, COUNT)):
        assert is_one_number(found)
        assert len(set(found.tolist())) == 1


def test_what_asks_for_no_work_gives_the_same_array_and_keeps_it_from_harm():
    for found in (
        EACH * constant_array(1.0, COUNT),
        EACH + constant_array(0.0, COUNT),
        constant_array(0.0, COUNT) + EACH,
        np.where(constant_array(1, COUNT) > 0, EACH, 0),
    ):
        assert np.shares_memory(found, EACH)
        with pytest.raises(ValueError, match="read-only"):
            found[0] = 1


def test_nobody_may_write_to_it():
    with pytest.raises(ValueError, match="read-only"):
        constant_array(1.0, COUNT)[0] = 2


def test_it_is_summed_up_looked_into_and_joined_like_any_other():
    one, as_array = constant_array(0.5, COUNT), np.full(COUNT, 0.5)
    assert one.any()
    assert one.all()
    assert (one.min(), one.max(), one.sum()) == (0.5, 0.5, as_array.sum())
    assert one[3] == 0.5
    check(np.asarray(one[EACH > 1]), as_array[EACH > 1])
    check(np.asarray(np.concatenate([one, EACH])), np.concatenate([as_array, EACH]))
    check(np.asarray(one[:10] + 1), as_array[:10] + 1)
    check(np.vstack([EACH, EACH]) * constant_array(1.0, COUNT), np.vstack([EACH, EACH]))
    check(constant_array(1.0, COUNT) * EACH[:1], np.full(COUNT, EACH[0]))


def test_few_companies_have_arrays_as_ever():
    few = constant_array(1.0, 3)
    few[0] = 2
    assert type(few) is np.ndarray
