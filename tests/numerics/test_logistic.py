"""sigmoid, log_sigmoid, sigmoid_derivative, logit: accuracy, identities, limits, bad input."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ce_lib as ce

pytestmark = pytest.mark.filterwarnings("error")

ULPS = 4
RNG = np.random.default_rng(20)
SIGN = RNG.choice([-1.0, 1.0], 400)
REALS = np.concatenate(
    [
        RNG.uniform(-760, 760, 400),
        RNG.uniform(-40, 40, 400),
        RNG.uniform(-746, -700, 200),  # subnormal results
        SIGN * 10.0 ** RNG.uniform(-323, 300, 400),
        [0.0, -0.0, 5e-324, -5e-324, 1.7e308, -1.7e308, -745.13, -745.2, -708.4, 36.7, 37.5],
    ]
)
UNIT = np.concatenate(
    [
        RNG.uniform(0, 1, 400),
        10.0 ** RNG.uniform(-323, 0, 400),
        1 - 10.0 ** RNG.uniform(-16, 0, 400),
        0.5 + SIGN * 10.0 ** RNG.uniform(-16, -1, 400),
        [5e-324, 2.2e-308, 0.25, np.nextafter(0.25, 0), 0.5, np.nextafter(0.5, 1), 1 - 2**-53],
    ]
)
UNIT = UNIT[(UNIT > 0) & (UNIT < 1)]
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALES = [1.0, 0.3, 7.7, 1e-300, 1e300]


def true_sigmoid(t):
    # mpmath's exp of a huge argument is slow and of no use: s is 0 or 1 to 200 bits there.
    if t < -2000:
        return mpmath.mpf(0)
    return 1 / (1 + mpmath.exp(-t)) if t > 0 else mpmath.exp(t) / (1 + mpmath.exp(t))


def true_log_sigmoid(t):
    if t < -2000:
        return t
    return -mpmath.log1p(mpmath.exp(-t)) if t < 2000 else mpmath.mpf(0)


def true_derivative(t):
    return true_sigmoid(t) * true_sigmoid(-t)


@pytest.mark.parametrize("c", SCALES)
@pytest.mark.parametrize(
    ("function", "truth", "factor"),
    [
        (ce.sigmoid, true_sigmoid, lambda c: 1),
        (ce.log_sigmoid, true_log_sigmoid, lambda c: 1),
        (ce.sigmoid_derivative, true_derivative, lambda c: c),
    ],
)
def test_functions_of_a_score_are_within_4_ulp(function, truth, factor, c, error, exact):
    u = REALS if c == 1 else np.concatenate([REALS[np.abs(REALS) < 2000] / c, REALS])
    scale = exact(c)
    expected = [factor(scale) * truth(scale * exact(value)) for value in u]
    assert error(function(u, c), expected) <= ULPS


@pytest.mark.parametrize("c", SCALES)
def test_logit_is_within_4_ulp(c, error, exact):
    expected = [mpmath.log(exact(p) / (1 - exact(p))) / exact(c) for p in UNIT]
    assert error(ce.logit(UNIT, c), expected) <= ULPS


def test_float32_is_within_4_ulp_of_its_own_and_stays_float32(error, exact):
    u = REALS[np.abs(REALS) < 3e38].astype(np.float32)
    for function, truth in [
        (ce.sigmoid, true_sigmoid),
        (ce.log_sigmoid, true_log_sigmoid),
        (ce.sigmoid_derivative, true_derivative),
    ]:
        got = function(u)
        assert got.dtype == np.float32
        assert error(got, [truth(exact(value)) for value in u]) <= 1
    p = UNIT.astype(np.float32)
    p = p[(p > 0) & (p < 1)]
    got = ce.logit(p)
    assert got.dtype == np.float32
    assert error(got, [mpmath.log(exact(v) / (1 - exact(v))) for v in p]) <= 1


def test_the_yardstick_rejects_the_naive_formulas(error, exact):
    """If the measure passed these, it would measure nothing."""
    u = np.linspace(-744, -700, 50)
    with np.errstate(all="ignore"):
        naive = 1 / (1 + np.exp(-u))
        naive_log = np.log(1 / (1 + np.exp(-np.array([38.0, 40.0]))))
    assert error(naive, [true_sigmoid(exact(v)) for v in u]) > 1e6
    assert error(naive_log, [true_log_sigmoid(exact(v)) for v in (38.0, 40.0)]) > 1e6


# Numbers stated in the tests of SciPy 1.17, scipy/special/tests/test_logit.py.
SCIPY_LOGIT = {
    0.0: -np.inf,
    1 / 9: -2.079441541679836,
    2 / 9: -1.252762968495368,
    1 / 3: -0.6931471805599454,
    4 / 9: -0.22314355131420985,
    1.0: np.inf,
    1e-8: -18.420680733952366,
    0.4999999999999: -3.999023334699814e-13,
    0.50000000001: 4.000000330961484e-11,
}
SCIPY_LOG_EXPIT = {
    -10000: -10000.0,
    -32: -32.000000000000014,
    -20: -20.000000002061153,
    -10: -10.000045398899218,
    -3: -3.048587351573742,
    -1: -1.3132616875182228,
    -0.1: -0.7443966600735709,
    -1e-9: -0.6931471810599453,
    0: -0.6931471805599453,
    1e-9: -0.6931471800599454,
    0.1: -0.6443966600735709,
    1: -0.3132616875182228,
    10: -4.539889921686465e-05,
    100: -3.720075976020836e-44,
    500: -7.124576406741286e-218,
    710: -4.47628622567513e-309,
    725: -1.36930634e-315,
    735: -6.217e-320,
}
# linspace(-4, 4, 10), eight decimals
SCIPY_EXPIT = [0.01798621, 0.04265125, 0.0977726, 0.20860853, 0.39068246]


def test_scipys_published_values():
    """Within the ulps that their last printed digit leaves; expit to its eight decimals."""
    got = ce.logit(list(SCIPY_LOGIT))
    np.testing.assert_array_max_ulp(got, np.array(list(SCIPY_LOGIT.values())), 1)
    got = ce.log_sigmoid(list(SCIPY_LOG_EXPIT))
    np.testing.assert_array_max_ulp(got, np.array(list(SCIPY_LOG_EXPIT.values())), 1)
    grid = np.linspace(-4, 4, 10)
    np.testing.assert_allclose(ce.sigmoid(grid)[:5], SCIPY_EXPIT, atol=1e-8, rtol=0)
    np.testing.assert_allclose(1 - ce.sigmoid(grid)[:4:-1], SCIPY_EXPIT, atol=1e-8, rtol=0)


@given(FINITE)
@settings(max_examples=200, deadline=None)
def test_symmetry_and_range(u):
    s = ce.sigmoid(u)
    assert 0 <= s <= 1
    assert s + ce.sigmoid(-u) == pytest.approx(1, abs=4e-16)
    assert ce.sigmoid_derivative(u) == ce.sigmoid_derivative(-u)
    assert 0 <= ce.sigmoid_derivative(u) <= 0.25


@given(st.floats(-700, 36))
@settings(max_examples=200, deadline=None)
def test_logit_inverts_sigmoid(u):
    # d logit/dp = 1/(p(1-p)): the rounding of p itself comes back magnified by that.
    p = ce.sigmoid(u)
    room = np.spacing(p) / (p * (1 - p)) + 4 * np.spacing(abs(u))
    assert abs(ce.logit(p) - u) <= 2 * room


@given(st.floats(-700, 700), st.floats(0.01, 100))
@settings(max_examples=200, deadline=None)
def test_derivative_and_logarithm_agree_with_sigmoid(u, c):
    s, other = ce.sigmoid(u, c), ce.sigmoid(-u, c)
    assert ce.sigmoid_derivative(u, c) == pytest.approx(c * s * other, rel=1e-14, abs=1e-300)
    if s > 1e-300:
        assert ce.log_sigmoid(u, c) == pytest.approx(np.log(s), rel=1e-14, abs=2e-16)


@given(st.lists(FINITE, min_size=2, max_size=20))
@settings(max_examples=200, deadline=None)
def test_sigmoid_never_decreases(values):
    assert np.all(np.diff(ce.sigmoid(np.sort(values))) >= 0)


def test_limits_have_their_values():
    inf = np.inf
    np.testing.assert_array_equal(ce.sigmoid([-inf, inf]), [0, 1])
    np.testing.assert_array_equal(ce.sigmoid([-inf, inf], c=2.5), [0, 1])
    np.testing.assert_array_equal(ce.log_sigmoid([-inf, inf]), [-inf, 0])
    assert not np.signbit(ce.log_sigmoid(inf))
    np.testing.assert_array_equal(ce.sigmoid_derivative([-inf, inf], c=3), [0, 0])
    np.testing.assert_array_equal(ce.logit([0, 1]), [-inf, inf])
    assert ce.sigmoid(0) == 0.5
    assert ce.logit(0.5) == 0


FUNCTIONS = [ce.sigmoid, ce.log_sigmoid, ce.sigmoid_derivative, ce.logit]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_shapes_and_dtypes(function):
    assert isinstance(function(1), np.float64)
    assert isinstance(function(True), np.float64)
    assert isinstance(function(np.float32(0.5)), np.float32)
    assert isinstance(function(np.array(0.5)), np.float64)
    assert function([0, 1]).dtype == np.float64
    assert function(np.zeros((2, 3), np.float16)).dtype == np.float16
    assert function(np.zeros((2, 3), ">f4")).dtype == np.float32
    assert function([]).shape == (0,)
    assert function(np.zeros((3, 1)), c=[1.0, 2.0]).shape == (3, 2)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_floating_point_flag_reaches_the_user(function):
    with np.errstate(all="raise"):
        for p in ([0.0, 5e-324, 0.3, 1.0], np.float32([1e-45, 0.5, 1])):
            function(p)
            function(p, c=1e308)
        if function is not ce.logit:
            function([np.inf, -np.inf, 1e308, -800, -745, 800], c=[[1.0], [1e10]])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_arguments_are_not_changed(function):
    argument = np.linspace(0, 1, 7)
    before = argument.copy()
    argument.flags.writeable = False
    function(argument)
    np.testing.assert_array_equal(argument, before)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("bad", "exception", "message"),
    [
        (np.nan, ValueError, "nan"),
        ([0.0, np.nan], ValueError, "index 1"),
        ([[0.0, 0.1], [np.nan, 0.2]], ValueError, r"index \(1, 0\)"),
        ("0.5", TypeError, "strings"),
        (["a", 0.5], TypeError, "strings"),
        (None, TypeError, "Python objects"),
        (np.array([0.5], dtype=object), TypeError, "Python objects"),
        (0.5j, TypeError, "complex"),
        ([[0.5], [0.5, 0.5]], ValueError, "ragged"),
        (np.longdouble(0.5), TypeError, "astype"),
        (np.datetime64("2026-01-01"), TypeError, "datetime64"),
    ],
)
def test_bad_input_is_named(function, bad, exception, message):
    with pytest.raises(exception, match=message):
        function(bad)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_bad_scale_is_named(function):
    for bad in (0, -1, np.inf, [1, -2]):
        with pytest.raises(ValueError, match="c must be positive"):
            function([0.1, 0.2], c=bad)
    with pytest.raises(ValueError, match=r"u \(3,\).*c \(2,\)|p \(3,\).*c \(2,\)"):
        function([0.1, 0.2, 0.3], c=[1, 2])


@pytest.mark.parametrize("bad", [-0.1, 1.1, [0.5, 2.0], np.inf])
def test_logit_refuses_what_is_no_probability(bad):
    with pytest.raises(ValueError, match=r"p must lie in \[0, 1\]"):
        ce.logit(bad)
