"""One coin and many: pmf, likelihood, its logarithm, and all outcomes."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ce_lib as ce

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(25)
CHANCES = hnp.arrays(np.float64, st.integers(1, 8), elements=st.floats(0, 1))


def test_likelihood_and_its_logarithm_are_within_4_ulp(error, exact):
    for n in (1, 2, 3, 17, 100, 400):
        s = RNG.uniform(0, 1, n)
        y = (RNG.uniform(size=n) < s).astype(int)
        factors = [exact(v) if k else 1 - exact(v) for v, k in zip(s, y, strict=True)]
        assert error(ce.likelihood(y, s), [mpmath.fprod(factors)]) <= 1
        logarithm = -mpmath.fsum(mpmath.log(f) for f in factors)
        assert error(ce.negative_log_likelihood(y, s), [logarithm]) <= 4


def test_the_yardstick_rejects_a_product_that_is_subnormal_on_the_way(error, exact):
    s = np.concatenate([np.full(16, 1e-20), np.full(24, 0.9)])
    truth = mpmath.fprod(exact(v) for v in s)
    assert error(np.prod(s), [truth]) > 0.5
    assert error(ce.likelihood(np.ones(40), s), [truth]) <= 0.5


@given(CHANCES)
@settings(max_examples=100, deadline=None)
def test_all_outcomes_sum_to_one(s):
    y = ce.enumerate_outcomes(len(s))
    assert y.shape == (2 ** len(s), len(s))
    assert len(np.unique(y, axis=0)) == len(y)
    np.testing.assert_allclose(ce.likelihood(y, s).sum(), 1, rtol=1e-14)


@given(CHANCES, st.data())
@settings(max_examples=100, deadline=None)
def test_both_forms_agree_and_the_logarithm_is_the_sum_of_losses(s, data):
    y = data.draw(hnp.arrays(np.int64, s.shape, elements=st.integers(0, 1)))
    np.testing.assert_array_equal(ce.pmf(y, s), ce.pmf(y, s, form="sum"))
    np.testing.assert_allclose(ce.pmf(y, s) + ce.pmf(1 - y, s), 1)
    nll = ce.negative_log_likelihood(y, s)
    np.testing.assert_allclose(nll, ce.binary_cross_entropy(y, s, reduction="sum"), rtol=1e-15)
    np.testing.assert_allclose(np.exp(-nll), ce.likelihood(y, s), rtol=1e-12, atol=1e-300)


def test_limits_axes_and_dtypes():
    assert ce.likelihood([1] * 1074, 0.5) == 5e-324
    assert ce.likelihood([1] * 1076, 0.5) == 0
    assert ce.likelihood([1, 0], [1.0, 0.0]) == 1
    assert ce.negative_log_likelihood([1, 0], [1.0, 0.0]) == 0
    assert ce.negative_log_likelihood([1, 0], [0.0, 0.0]) == np.inf
    y = RNG.integers(0, 2, (3, 4))
    assert ce.likelihood(y, 0.5).shape == (3,)
    np.testing.assert_array_equal(ce.likelihood(y, 0.5, axis=0), ce.likelihood(y.T, 0.5))
    assert ce.likelihood([1, 0], np.float32(0.5)).dtype == np.float32
    assert ce.pmf(1, 0.25) == 0.25
    assert ce.enumerate_outcomes(0).shape == (1, 0)
    assert ce.enumerate_outcomes(1).dtype == np.int64


def test_bad_input_is_named():
    for function in (ce.pmf, ce.likelihood, ce.negative_log_likelihood):
        with pytest.raises(ValueError, match=r"y must hold outcomes 0 and 1, but holds 0\.5"):
            function([0.5], [0.5])
        with pytest.raises(ValueError, match=r"s must lie in \[0, 1\]"):
            function([1], [1.5])
        with pytest.raises(ValueError, match="shapes do not broadcast"):
            function([1, 0], [0.1, 0.2, 0.3])
        with pytest.raises(ValueError, match="s holds nan"):
            function([1], [np.nan])
        with pytest.raises(TypeError, match="y must hold real numbers"):
            function(["1"], [0.5])
    for function in (ce.likelihood, ce.negative_log_likelihood):
        with pytest.raises(ValueError, match="no entries"):
            function([], 0.5)
    with pytest.raises(ValueError, match="form must be one of 'power', 'sum'"):
        ce.pmf(1, 0.5, form="product")
    with pytest.raises(TypeError, match="n must be an integer"):
        ce.enumerate_outcomes(2.0)
    for n in (-1, 21):
        with pytest.raises(ValueError, match="n must be between 0 and 20"):
            ce.enumerate_outcomes(n)
