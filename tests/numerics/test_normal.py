"""normal_cdf and probit: accuracy, inverse, limits, and where the polynomials come from."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ce_lib as ce
from benchmarks.normal_tables import TABLES, lower_quantile, powers
from ce_lib import _normal

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(21)
REALS = np.concatenate(
    [
        RNG.uniform(-39, 9, 400),
        RNG.uniform(-38.6, -35, 200),  # subnormal results
        RNG.choice([-1.0, 1.0], 200) * 10.0 ** RNG.uniform(-320, 0.5, 200),
        [0.0, -0.5, -1, -2, -3, -4, -8, -24, -38.5, -39, -60],
    ]
)
UNIT = np.concatenate(
    [
        RNG.uniform(0, 1, 150),
        10.0 ** RNG.uniform(-323, 0, 150),
        0.5 + RNG.choice([-1.0, 1.0], 100) * 10.0 ** RNG.uniform(-16, -0.4, 100),
        [5e-324, 0.015625, 0.25, 0.75, np.nextafter(0.25, 0), 1 - 2**-53],
    ]
)


@pytest.mark.parametrize("c", [1.0, 0.37, 12.5])
def test_normal_cdf_is_within_4_ulp(c, error, exact):
    u = REALS / c
    truth = [mpmath.erfc(-exact(v) * exact(c) / mpmath.sqrt(2)) / 2 for v in u]
    assert error(ce.normal_cdf(u, c), truth) <= 4


def test_probit_is_within_4_ulp(error, exact):
    p = UNIT[(UNIT > 0) & (UNIT < 1) & (UNIT != 0.5)]
    truth = [-lower_quantile(exact(v)) if v < 0.5 else lower_quantile(1 - exact(v)) for v in p]
    assert error(ce.probit(p), truth) <= 4


def test_the_yardstick_rejects_a_difference_from_one(error, exact):
    u = np.linspace(-9, -6, 20)
    naive = 1 - ce.normal_cdf(-u)
    assert error(naive, [mpmath.erfc(-exact(v) / mpmath.sqrt(2)) / 2 for v in u]) > 1e3


@pytest.mark.parametrize("name", list(TABLES))
def test_the_tables_are_what_their_program_computes(name):
    """First and last piece, computed afresh."""
    function, breaks = TABLES[name]
    stored_breaks, stored = _normal._table(name)
    np.testing.assert_array_equal(stored_breaks, breaks)
    with mpmath.workdps(60):
        for piece in (0, len(breaks) - 2):
            fresh = powers(function, breaks[piece], breaks[piece + 1])[: len(stored)]
            fresh = np.array([float(c) for c in fresh])[::-1]
            np.testing.assert_array_equal(stored[:, piece], fresh)


def test_limits_and_dtypes():
    np.testing.assert_array_equal(ce.normal_cdf([-np.inf, 0, np.inf]), [0, 0.5, 1])
    np.testing.assert_array_equal(ce.normal_cdf([-np.inf, np.inf], c=3), [0, 1])
    np.testing.assert_array_equal(ce.probit([0, 0.5, 1]), [-np.inf, 0, np.inf])
    assert ce.normal_cdf(np.float32(1)).dtype == np.float32
    assert isinstance(ce.probit(0.25), np.float64)
    assert ce.normal_cdf(np.zeros((2, 1)), c=[1, 2, 3]).shape == (2, 3)


@given(st.floats(-37, 5), st.floats(0.1, 10))
@settings(max_examples=200, deadline=None)
def test_probit_inverts_normal_cdf(u, c):
    p = ce.normal_cdf(u / c, c)
    density = np.exp(-u * u / 2) / np.sqrt(2 * np.pi)
    room = np.spacing(p) / density + 8 * np.spacing(abs(u))
    assert abs(c * ce.probit(p, c) - u) <= 4 * room


@given(st.floats(allow_nan=False))
@settings(max_examples=200, deadline=None)
def test_normal_cdf_is_symmetric_about_one_half(u):
    assert ce.normal_cdf(u) + ce.normal_cdf(-u) == pytest.approx(1, abs=3e-16)


@pytest.mark.parametrize("bad", [np.nan, [0.5, np.nan]])
def test_nan_is_named(bad):
    with pytest.raises(ValueError, match="u holds nan"):
        ce.normal_cdf(bad)
    with pytest.raises(ValueError, match="p holds nan"):
        ce.probit(bad)
    with pytest.raises(ValueError, match="p must lie in"):
        ce.probit(1.5)
