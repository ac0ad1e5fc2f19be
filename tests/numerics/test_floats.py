"""Double arithmetic: exact where it says so, 30 digits elsewhere."""

import mpmath
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_lib._exponentials import row_sums, sum_along
from ce_lib._floats import double, exp_double, log_double, two_product, two_sum

MODERATE = st.floats(-1e140, 1e140).filter(lambda x: x == 0 or abs(x) > 1e-140)


@given(MODERATE, MODERATE)
@settings(max_examples=300, deadline=None)
def test_two_sum_and_two_product_are_exact(a, b):
    with mpmath.workprec(2000):
        high, low = two_sum(np.float64(a), np.float64(b))
        assert mpmath.mpf(float(high)) + mpmath.mpf(float(low)) == mpmath.mpf(a) + mpmath.mpf(b)
        assert high == a + b
        high, low = two_product(np.float64(a), np.float64(b))
        assert mpmath.mpf(float(high)) + mpmath.mpf(float(low)) == mpmath.mpf(a) * mpmath.mpf(b)
        assert high == a * b


def test_exp_and_logarithm_have_thirty_digits(exact):
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.uniform(-300, 300, 100), rng.uniform(-1, 1, 100)])
    e = exp_double(double(x))
    for value, high, low in zip(x, e.high, e.low, strict=True):
        assert abs((exact(high) + exact(low)) / mpmath.exp(exact(value)) - 1) < 1e-30
    x = np.concatenate([10.0 ** rng.uniform(-320, 300, 100), 1 + rng.uniform(-1e-8, 1e-8, 100)])
    logarithm = log_double(double(x))
    for value, high, low in zip(x, logarithm.high, logarithm.low, strict=True):
        truth = mpmath.log(exact(value))
        assert abs(exact(high) + exact(low) - truth) < 1e-30 * max(1, abs(truth))


def test_row_sums_round_once_for_any_length_and_spread(error, exact):
    rng = np.random.default_rng(4)
    for columns in (1, 2, 3, 10, 33, 100, 1000, 5000):
        for spread in (0.1, 3, 10, 100):
            e = np.exp(rng.normal(size=(4, columns)) * spread)
            truth = [mpmath.fsum(exact(v) for v in row) for row in e]
            assert error(row_sums(e), truth) <= 0.51
            assert error(row_sums(e, folds=1), truth) <= 1.51


def test_rows_of_very_different_size_do_not_disturb_each_other(error, exact):
    e = np.exp(np.random.default_rng(5).normal(size=(6, 40)))
    e *= 10.0 ** np.array([-300, -200, -20, 0, 100, 290])[:, None]
    truth = [mpmath.fsum(exact(v) for v in row) for row in e]
    assert error(row_sums(e), truth) <= 0.51


def test_a_plain_sum_is_worse(error, exact):
    """Or the care taken would be for nothing."""
    e = np.exp(np.random.default_rng(6).normal(size=(2000, 100)) * 3)
    truth = [mpmath.fsum(exact(v) for v in row) for row in e]
    assert error(e.sum(axis=1), truth) > 2


def test_sums_of_zeros_and_infinities():
    np.testing.assert_array_equal(row_sums(np.zeros((2, 5))), [0, 0])
    np.testing.assert_array_equal(row_sums(np.array([[1.0, np.inf], [1.0, 2.0]])), [np.inf, 3])
    assert row_sums(np.zeros((0, 3))).shape == (0,)
    np.testing.assert_array_equal(sum_along(np.ones((2, 3)), 0), [2, 2, 2])
