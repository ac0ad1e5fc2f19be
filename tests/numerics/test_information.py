"""Entropy, cross-entropy and divergence of distributions."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ce_lib as ce
from ce_lib import information

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(24)
WEIGHTS = hnp.arrays(np.float64, 5, elements=st.floats(0, 1)).filter(lambda w: w.sum() > 0.1)


def distributions():
    for outcomes in (2, 3, 10, 100):
        for _ in range(15):
            p = RNG.dirichlet(np.full(outcomes, 10.0 ** RNG.uniform(-0.5, 1)))
            yield p, RNG.dirichlet(np.ones(outcomes))
            near = p * (1 + 10.0 ** RNG.uniform(-6, -1) * RNG.normal(size=outcomes))
            near = np.abs(near) + 1e-12
            yield p, near / near.sum()
            sure = p.copy()
            sure[0], sure[1:] = 1 - 1e-9, 1e-9 * sure[1:] / sure[1:].sum()
            yield sure, p


@pytest.mark.parametrize("base", [math.e, 2, 10])
def test_all_are_within_4_ulp(base, error, exact):
    unit = 1 if base == math.e else mpmath.log(base)
    for p, q in distributions():
        pairs = [(exact(a), exact(b)) for a, b in zip(p, q, strict=True) if a > 0]
        entropy = -mpmath.fsum(a * mpmath.log(a) for a, _ in pairs) / unit
        assert error(ce.entropy(p, base=base), [entropy]) <= 4
        if q.min() > 0:
            cross = -mpmath.fsum(a * mpmath.log(b) for a, b in pairs) / unit
            assert error(information.cross_entropy(p, q, base=base), [cross]) <= 4
            divergence = mpmath.fsum(a * mpmath.log(a / b) for a, b in pairs) / unit
            assert error(ce.kl_divergence(p, q, base=base), [divergence]) <= 4


def test_the_yardstick_rejects_the_difference_of_entropies(error, exact):
    p = np.array([0.3, 0.7])
    q = np.array([0.3000001, 0.6999999])
    truth = mpmath.fsum(
        exact(a) * mpmath.log(exact(a) / exact(b)) for a, b in zip(p, q, strict=True)
    )
    naive = information.cross_entropy(p, q) - ce.entropy(p)
    assert error(naive, [truth]) > 100
    assert error(ce.kl_divergence(p, q), [truth]) <= 4


def test_divergence_terms_are_within_4_ulp(error, exact):
    x = np.concatenate([10.0 ** RNG.uniform(-300, 300, 200), RNG.uniform(0.1, 1, 200)])
    y = np.concatenate([10.0 ** RNG.uniform(-300, 300, 200), x[200:] * RNG.uniform(0.4, 2.2, 200)])
    kept = x * np.abs(np.log(x) - np.log(y)) < 1e306
    x, y = x[kept], y[kept]
    truth = [exact(a) * mpmath.log(exact(a) / exact(b)) for a, b in zip(x, y, strict=True)]
    assert error(ce.divergence_terms(x, y), truth) <= 4


def test_scipys_published_values_of_rel_entr():
    """Numbers stated in SciPy 1.17, scipy/special/tests/test_basic.py; its rtol, 1e-13."""
    stated = {
        (0.9456657713430001, 0.9456657713430094): -9.325873406851269e-15,
        (0.48066098564791515, 0.48066098564794774): -3.258504577274724e-14,
        (0.786048657854401, 0.7860486578542367): 1.6431300764454033e-13,
        (4, 2.22e-308): 2839.139983229607,
        (1e-200, 1e200): -9.210340371976183e-198,
        (2.22e-308, 1e15): -1.6493212008074475e-305,
    }
    x, y = np.array(list(stated)).T
    np.testing.assert_allclose(ce.divergence_terms(x, y), list(stated.values()), rtol=1e-13)
    # Zeros: 0 for x = 0, infinite for y = 0 alone.
    np.testing.assert_array_equal(
        ce.divergence_terms([0, 0, 0.5, 1], [0, 1, 0, 1]), [0, 0, np.inf, 0]
    )


@given(WEIGHTS, WEIGHTS, st.sampled_from([math.e, 2.0, 7.5]))
@settings(max_examples=150, deadline=None)
def test_gibbs_inequality_and_decomposition(a, b, base):
    p, q = a / a.sum(), b / b.sum()
    entropy = ce.entropy(p, base=base)
    cross = information.cross_entropy(p, q, base=base)
    divergence = ce.kl_divergence(p, q, base=base)
    assert -1e-15 <= entropy <= math.log(5, base) + 1e-14
    assert not np.isnan(cross)
    assert not np.isnan(divergence)
    assert np.isinf(cross) == np.isinf(divergence) == bool(np.any((p > 0) & (q == 0)))
    assert divergence >= -1e-15
    if np.isfinite(cross):
        np.testing.assert_allclose(cross, entropy + divergence, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(
        information.cross_entropy(p, p, base=base), entropy, rtol=1e-15, atol=0
    )
    assert ce.kl_divergence(p, p, base=base) == 0


@given(WEIGHTS, WEIGHTS)
@settings(max_examples=80, deadline=None)
def test_the_loss_of_the_same_name_agrees_in_nats(a, b):
    p, q = a / a.sum(), b / b.sum()
    np.testing.assert_allclose(ce.cross_entropy(p, q), information.cross_entropy(p, q), rtol=1e-15)
    assert ce.cross_entropy is not information.cross_entropy


@given(WEIGHTS, WEIGHTS, WEIGHTS, WEIGHTS)
@settings(max_examples=50, deadline=None)
def test_independent_variables_add_up(a, b, c, d):
    p, q, r, s = (w / w.sum() for w in (a, b, c, d))
    joint, model = ce.product_distribution(p, q).ravel(), ce.product_distribution(r, s).ravel()
    # A product below 2.2e-308 has lost digits before its logarithm is taken.
    assume(model[joint > 0].min() > 1e-290)
    sums = information.cross_entropy(p, r) + information.cross_entropy(q, s)
    np.testing.assert_allclose(information.cross_entropy(joint, model), sums, rtol=1e-12)
    np.testing.assert_allclose(
        ce.entropy(joint), ce.entropy(p) + ce.entropy(q), rtol=1e-12, atol=1e-14
    )


def test_bits_are_exact_where_they_should_be():
    assert ce.entropy([0.5, 0.5], base=2) == 1
    assert ce.entropy(np.full(1024, 1 / 1024), base=2) == 10
    assert ce.entropy([1.0, 0.0]) == 0
    assert not np.signbit(ce.entropy([1.0, 0.0]))


def test_axes_broadcasting_and_dtypes():
    p = RNG.dirichlet(np.ones(4), (3, 2))
    q = RNG.dirichlet(np.ones(4))
    rows = information.cross_entropy(p, q)
    assert rows.shape == (3, 2)
    assert rows[1, 0] == information.cross_entropy(p[1, 0], q)
    assert ce.kl_divergence(p, q).shape == (3, 2)
    np.testing.assert_array_equal(ce.entropy(np.moveaxis(p, -1, 0), axis=0), ce.entropy(p))
    moved = np.moveaxis(p, -1, 1), q[:, None]
    np.testing.assert_allclose(ce.kl_divergence(*moved, axis=-2), ce.kl_divergence(p, q))
    assert ce.entropy(np.float32([0.5, 0.5])).dtype == np.float32
    assert isinstance(ce.kl_divergence([1, 0], [1, 0]), np.float64)


def test_gaussian_cross_entropy_is_within_4_ulp(error, exact):
    for _ in range(200):
        given_ = RNG.normal(size=4) * 10.0 ** RNG.uniform(-3, 3, 4)
        given_[1], given_[3] = abs(given_[1]), abs(given_[3])
        m_p, s_p, m_q, s_q = (exact(v) for v in given_)
        truth = mpmath.log(2 * mpmath.pi * s_q**2) / 2 + (s_p**2 + (m_p - m_q) ** 2) / (2 * s_q**2)
        assert error(ce.gaussian_cross_entropy(*given_), [truth]) <= 4
    # Where logarithm and fraction cancel to 6e-17.
    narrow = np.exp(-1.4189385332046727)
    truth = mpmath.log(2 * mpmath.pi * exact(narrow) ** 2) / 2 + mpmath.mpf(1) / 2
    assert error(ce.gaussian_cross_entropy(0, narrow, 0, narrow), [truth]) <= 4


def test_gaussian_cross_entropy_is_the_integral():
    m_p, s_p, m_q, s_q = 0.3, 0.8, -0.5, 1.4
    x = np.linspace(m_p - 14 * s_p, m_p + 14 * s_p, 20001)
    p = np.exp(-(((x - m_p) / s_p) ** 2) / 2) / (s_p * np.sqrt(2 * np.pi))
    log_q = -(((x - m_q) / s_q) ** 2) / 2 - np.log(s_q * np.sqrt(2 * np.pi))
    integral = -np.sum(p * log_q) * (x[1] - x[0])
    assert ce.gaussian_cross_entropy(m_p, s_p, m_q, s_q) == pytest.approx(integral, rel=1e-12)
    bits = ce.gaussian_cross_entropy(m_p, s_p, m_q, s_q, base=2)
    assert bits == pytest.approx(integral / np.log(2), rel=1e-12)
    assert ce.gaussian_cross_entropy([0, 1], 1, [[0], [1]], 2).shape == (2, 2)


@pytest.mark.parametrize(
    "function", [information.cross_entropy, ce.kl_divergence, lambda p, q: ce.entropy(p)]
)
@pytest.mark.parametrize(
    ("p", "exception", "message"),
    [
        ([0.5, 0.6], ValueError, "p must sum to one along axis 0, but sums to 1.1"),
        ([-0.5, 1.5], ValueError, r"p must lie in \[0, 1\]"),
        ([np.nan, 1.0], ValueError, "p holds nan"),
        ([], ValueError, "no entries"),
        (1.0, ValueError, "single number"),
        (["a", "b"], TypeError, "strings"),
    ],
)
def test_bad_distributions_are_named(function, p, exception, message):
    with pytest.raises(exception, match=message):
        function(p, [0.5, 0.5])


def test_other_bad_input_is_named():
    with pytest.raises(ValueError, match="p has 2 outcomes along axis -1, q has 3"):
        ce.kl_divergence([0.5, 0.5], [0.2, 0.3, 0.5])
    with pytest.raises(ValueError, match="shapes do not broadcast"):
        information.cross_entropy(np.full((2, 2), 0.5), np.full((3, 2), 0.5))
    with pytest.raises(ValueError, match="count the axis from the end"):
        information.cross_entropy(np.full((2, 2), 0.5), [0.5, 0.5], axis=0)
    for base in (1, 0.5, -2, np.inf, [2, 3]):
        with pytest.raises(ValueError, match="base must be a number above 1"):
            ce.entropy([0.5, 0.5], base=base)
    with pytest.raises(ValueError, match="needs at least one"):
        ce.product_distribution()
    with pytest.raises(ValueError, match=r"marginals\[1\] must be a vector"):
        ce.product_distribution([0.5, 0.5], [[0.5, 0.5]])
    with pytest.raises(ValueError, match="std_q must be positive"):
        ce.gaussian_cross_entropy(0, 1, 0, 0)
    with pytest.raises(ValueError, match="std_p must not be negative"):
        ce.gaussian_cross_entropy(0, -1, 0, 1)
    with pytest.raises(ValueError, match="mean_p must be finite"):
        ce.gaussian_cross_entropy(np.inf, 1, 0, 1)
    with pytest.raises(ValueError, match="y must hold finite numbers of 0 or more"):
        ce.divergence_terms([1.0], [-1.0])
