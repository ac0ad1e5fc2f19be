"""softmax and its relatives: accuracy, identities, limits, bad input."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ce_lib as ce

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(22)
LOGITS = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=1, max_dims=3, max_side=5),
    elements=st.floats(-700, 700),
)


def rows_of_logits():
    for classes in (2, 3, 10, 40):
        for spread in (0.3, 3, 30, 200, 3000):
            for _ in range(6):
                yield RNG.normal(size=classes) * spread
        for _ in range(6):
            z = RNG.normal(size=classes)
            z[0] = z.max() + RNG.uniform(10, 740)  # one class dominates
            yield z
            yield z + RNG.uniform(-2000, 2000)
    yield np.array([3e307, 1.0, -3e307])
    yield np.array([5e-324, -5e-324])


def truth(z, exact, temperature=1.0):
    """(ln softmax, softmax, 1 - softmax) of one row."""
    scaled = [exact(v) / exact(temperature) for v in z]
    largest = max(scaled)
    e = [mpmath.exp(v - largest) if v - largest > -3000 else mpmath.mpf(0) for v in scaled]
    top = scaled.index(largest)
    others = mpmath.fsum(e[:top] + e[top + 1 :])
    total = 1 + others
    log_p = [v - largest - mpmath.log1p(others) for v in scaled]
    rest = [(total - v) / total if k != top else others / total for k, v in enumerate(e)]
    return log_p, [v / total for v in e], rest


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_softmax_and_its_logarithm_are_within_4_ulp(temperature, error, exact):
    for z in rows_of_logits():
        log_p, p, _ = truth(z, exact, temperature)
        assert error(ce.softmax(z, temperature=temperature), p) <= 4
        assert error(ce.log_softmax(z, temperature=temperature), log_p) <= 4


def test_logsumexp_is_within_4_ulp(error, exact):
    for z in rows_of_logits():
        log_p, _, _ = truth(z, exact)
        top = int(np.argmax(z))
        assert error(ce.logsumexp(z), [exact(z[top]) - log_p[top]]) <= 4


def test_logsumexp_near_zero_is_summed_again(error, exact):
    z = ce.log_softmax(RNG.normal(size=(50, 5)) * 3) + RNG.uniform(-1, 1, (50, 1)) * 1e-6
    exact_sums = [mpmath.log(mpmath.fsum(mpmath.exp(exact(v)) for v in row)) for row in z]
    assert error(ce.logsumexp(z), exact_sums) <= 4
    naive = np.log(np.exp(z).sum(axis=1))
    assert error(naive, exact_sums) > 1e6


def test_jacobian_is_within_8_ulp(error, exact):
    for z in rows_of_logits():
        if len(z) < 5:
            _, p, rest = truth(z, exact)
            expected = [
                p[i] * rest[i] if i == j else -p[i] * p[j]
                for i in range(len(z))
                for j in range(len(z))
            ]
            assert error(ce.softmax_jacobian(z), expected) <= 8


def test_float32_is_within_1_ulp_of_its_own(error, exact):
    for z in rows_of_logits():
        if np.abs(z).max() < 1e38:
            z = z.astype(np.float32)
            log_p, p, _ = truth(z, exact)
            got, got_log = ce.softmax(z), ce.log_softmax(z)
            assert got.dtype == got_log.dtype == ce.logsumexp(z).dtype == np.float32
            assert max(error(got, p), error(got_log, log_p)) <= 1


def test_the_yardstick_rejects_the_textbook_formulas(error, exact):
    z = np.array([0.0, -30.3, -45.7])
    log_p, _, _ = truth(z, exact)
    textbook = z - z.max() - np.log(np.exp(z - z.max()).sum())
    assert error(textbook, log_p) > 1e6
    z = np.array([100.1, -30.3, -300.7])
    _, p, _ = truth(z, exact)
    e = np.exp(z - z.max())
    assert error(e / e.sum(), p) > 10


def test_scipys_published_values():
    """Numbers stated in SciPy 1.17, scipy/special/tests/test_logsumexp.py; 4 ulp."""

    def agrees(got, expected):
        np.testing.assert_array_max_ulp(np.asarray(got), np.array(expected), 4)

    thirds = [0.03205860328008499, 0.08714431874203256, 0.23688281808991013, 0.6439142598879722]
    agrees(ce.softmax(np.arange(4.0)), thirds)
    agrees(ce.softmax(np.arange(4.0) + 100), thirds)
    z = np.array([[-25.0, 0.0, 25.0, 50.0], [1.0, 325.0, 749.0, 750.0]])
    expected = [
        [2.678636961770877e-33, 1.9287498479371314e-22, 1.3887943864771144e-11, 0.999999999986112],
        [0.0, 1.9444526359919372e-185, 0.2689414213699951, 0.7310585786300048],
    ]
    # exp(-749) is 5e-326: SciPy states 0, so do we.
    agrees(ce.softmax(z), expected)
    agrees(ce.softmax(z.T, axis=0), np.array(expected).T)
    agrees(ce.softmax([1000, 0, 0, 0]), [1.0, 0, 0, 0])
    logs = [
        -3.4401896985611953,
        -2.4401896985611953,
        -1.4401896985611953,
        -0.44018969856119533,
    ]
    agrees(ce.log_softmax(np.arange(8.0).reshape(2, 4)), [logs, logs])
    agrees(ce.log_softmax([[1000, 1], [1000, 1]]), [[0.0, -999.0], [0.0, -999.0]])
    agrees(ce.log_softmax([[1000, 1], [1000, 1]], axis=0), np.full((2, 2), np.log(0.5)))
    agrees(ce.logsumexp([1000.0, 1000.0]), 1000.0 + np.log(2.0))
    agrees(ce.logsumexp(np.full(1000, 10000)), 10000.0 + np.log(1000))
    agrees(ce.logsumexp([[1e10, 1e-10], [-1e10, -np.inf]]), [1e10, -1e10])
    agrees(ce.logsumexp([-np.inf, -np.inf]), -np.inf)
    agrees(ce.logsumexp([np.inf]), np.inf)


@given(LOGITS, st.data())
@settings(max_examples=150, deadline=None)
def test_identities(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    p, log_p = ce.softmax(z, axis=axis), ce.log_softmax(z, axis=axis)
    assert p.shape == log_p.shape == z.shape
    np.testing.assert_allclose(p.sum(axis=axis), 1, rtol=1e-14)
    np.testing.assert_allclose(np.exp(log_p), p, rtol=2e-13, atol=1e-300)
    total = ce.logsumexp(z, axis=axis)
    np.testing.assert_allclose(log_p, z - np.expand_dims(total, axis), rtol=1e-12, atol=1e-11)
    # Adding a constant changes nothing but the rounding of the sum.
    np.testing.assert_allclose(ce.softmax(z + 1.0, axis=axis), p, rtol=1e-12, atol=1e-300)


@given(st.floats(-700, 700))
@settings(max_examples=100, deadline=None)
def test_two_classes_are_the_sigmoid(u):
    p = ce.softmax([0.0, u])
    np.testing.assert_allclose(p, [ce.sigmoid(-u), ce.sigmoid(u)], rtol=1e-15)
    np.testing.assert_allclose(ce.log_softmax([0.0, u])[1], ce.log_sigmoid(u), rtol=1e-15)
    np.testing.assert_allclose(
        ce.softmax_jacobian([0.0, u])[1, 1], ce.sigmoid_derivative(u), rtol=1e-15
    )


@given(hnp.arrays(np.float64, st.integers(2, 6), elements=st.floats(-30, 30)))
@settings(max_examples=60, deadline=None)
def test_jacobian_is_the_derivative(z):
    jacobian = ce.softmax_jacobian(z)
    np.testing.assert_array_equal(jacobian, jacobian.T)
    np.testing.assert_allclose(jacobian.sum(axis=0), 0, atol=1e-15)
    for k in range(len(z)):
        numeric = ce.numeric_gradient(lambda x, k=k: ce.softmax(x)[k], z)
        np.testing.assert_allclose(jacobian[k], numeric, atol=1e-8)


def test_temperature_flattens_and_sharpens():
    z = [1.0, 2.0, 4.0]
    assert ce.softmax(z, temperature=1e6).max() == pytest.approx(1 / 3, rel=1e-5)
    np.testing.assert_array_equal(ce.softmax(z, temperature=1e-6), [0, 0, 1])
    np.testing.assert_allclose(ce.softmax(z, temperature=0.5), ce.softmax(np.multiply(z, 2)))


def test_infinite_logits_have_the_value_of_their_limit():
    inf = np.inf
    np.testing.assert_array_equal(ce.softmax([inf, 1, -inf]), [1, 0, 0])
    np.testing.assert_array_equal(ce.softmax([-inf, 0]), [0, 1])
    np.testing.assert_array_equal(ce.softmax([inf, inf, 0]), [0.5, 0.5, 0])
    np.testing.assert_array_equal(ce.softmax([-inf, -inf]), [0.5, 0.5])
    np.testing.assert_array_equal(ce.log_softmax([inf, 1]), [0, -inf])
    np.testing.assert_array_equal(ce.log_softmax([inf, inf]), [-np.log(2)] * 2)
    assert ce.logsumexp([-inf, -inf]) == -inf
    assert ce.logsumexp([inf, -inf]) == inf
    np.testing.assert_array_equal(ce.softmax_jacobian([inf, 1.0]), np.zeros((2, 2)))
    np.testing.assert_array_equal(ce.softmax([inf, 1.0], temperature=0.3), [1, 0])


def test_one_hot():
    np.testing.assert_array_equal(ce.one_hot([1, 0], 3), [[0, 1, 0], [1, 0, 0]])
    assert ce.one_hot(2).shape == (3,)
    assert ce.one_hot(np.zeros((2, 4), int), 5).shape == (2, 4, 5)
    assert ce.one_hot([0], 2, dtype=np.float32).dtype == np.float32
    with pytest.raises(ValueError, match="y must hold labels from 0 to 1"):
        ce.one_hot([0, 2], 2)
    with pytest.raises(ValueError, match="y must hold labels"):
        ce.one_hot([-1, 0])
    with pytest.raises(TypeError, match=r"y holds class labels as float64.*astype"):
        ce.one_hot([0.0, 1.0])
    with pytest.raises(TypeError, match="y must hold integer class labels"):
        ce.one_hot(["cat"], 2)
    with pytest.raises(ValueError, match="y is empty"):
        ce.one_hot([])
    with pytest.raises(ValueError, match="classes must be a positive integer"):
        ce.one_hot([0], 0)


FUNCTIONS = [ce.softmax, ce.log_softmax, ce.logsumexp, ce.softmax_jacobian]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("bad", "exception", "message"),
    [
        ([0.0, np.nan], ValueError, "z holds nan"),
        (1.0, ValueError, "single number"),
        ([], ValueError, "no entries along axis"),
        (np.zeros((3, 0)), ValueError, "no entries along axis"),
        (["a", "b"], TypeError, "z must hold real numbers, got strings"),
        (np.array([1, None]), TypeError, "z must hold real numbers, got Python objects"),
        ([1j, 0], TypeError, "complex"),
        ([[1.0], [1.0, 2.0]], ValueError, "z is ragged"),
    ],
)
def test_bad_input_is_named(function, bad, exception, message):
    with pytest.raises(exception, match=message):
        function(bad)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_bad_axis_is_named(function):
    with pytest.raises(ValueError, match=r"axis 2 does not exist: z has shape \(2, 3\)"):
        function(np.zeros((2, 3)), axis=2)
    with pytest.raises(TypeError, match="axis must be an integer"):
        function(np.zeros((2, 3)), axis=None)


def test_bad_temperature_is_named():
    for bad in (0, -1.0, np.inf):
        with pytest.raises(ValueError, match="temperature must be positive"):
            ce.softmax([1.0, 2.0], temperature=bad)
    with pytest.raises(ValueError, match="temperature must be a single number"):
        ce.log_softmax([1.0, 2.0], temperature=[1.0, 2.0])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_arguments_are_not_changed_and_batches_of_none_are_fine(function):
    z = np.linspace(-800, 800, 12).reshape(3, 4)
    before = z.copy()
    z.flags.writeable = False
    function(z)
    function(z, axis=0)
    np.testing.assert_array_equal(z, before)
    assert function(np.zeros((0, 4))).shape[0] == 0


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_floating_point_flag_reaches_the_user(function):
    with np.errstate(all="raise"):
        function([[0.0, -800.0, 5e-324], [np.inf, -np.inf, 1e308], [1e308, -1e308, 0.0]])


def test_long_batches_are_cut_into_blocks_without_a_seam():
    z = RNG.normal(size=(30001, 10)) * 5
    whole = ce.log_softmax(z)
    for rows in (slice(0, 5), slice(13100, 13115), slice(30000, 30001)):
        np.testing.assert_allclose(ce.log_softmax(z[rows]), whole[rows], rtol=4e-16)
