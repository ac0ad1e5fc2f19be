"""The losses and their derivatives: accuracy, identities, reductions, bad input."""

import tracemalloc

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ce_lib as ce

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(23)


def rows_of_logits():
    """(logits, label): random, the label dominating, far from zero, at the edge of exp."""
    for classes in (2, 3, 10, 100):
        for spread in (0.3, 3, 30, 400):
            for _ in range(5):
                z = RNG.normal(size=classes) * spread
                label = int(RNG.integers(classes))
                yield z, label
                dominant = z.copy()
                dominant[label] = z.max() + RNG.uniform(0, 60)
                yield dominant, label
                dominant = z.copy()
                dominant[label] = z.max() + RNG.uniform(0, 760)
                yield dominant, label
                yield dominant + RNG.uniform(-1000, 1000), label
                yield z + RNG.choice([-1, 1]) * RNG.uniform(300, 400), label
    yield np.array([1e308, -1e307, 0.0]), 1
    yield np.array([5e-324, 0.0]), 0


def truth(z, exact):
    """ln softmax with nothing lost, and the probabilities and their complements."""
    values = [exact(v) for v in z]
    largest = max(values)
    top = values.index(largest)
    e = [mpmath.exp(v - largest) if v - largest > -3000 else mpmath.mpf(0) for v in values]
    others = mpmath.fsum(e[:top] + e[top + 1 :])
    log_p = [v - largest - mpmath.log1p(others) for v in values]
    rest = [others if k == top else 1 + others - v for k, v in enumerate(e)]
    return log_p, [v / (1 + others) for v in e], [v / (1 + others) for v in rest]


def test_cross_entropy_with_logits_is_within_4_ulp(error, exact):
    for z, label in rows_of_logits():
        log_p, _, _ = truth(z, exact)
        assert error(ce.cross_entropy_with_logits(label, z), [-log_p[label]]) <= 4


def test_its_gradient_is_within_5_ulp_and_goes_with_the_same_loss(error, exact):
    for z, label in rows_of_logits():
        _, p, rest = truth(z, exact)
        loss, gradient = ce.cross_entropy_with_logits_and_gradient(label, z)
        assert loss == ce.cross_entropy_with_logits(label, z)
        assert error(gradient, [v if k != label else -rest[k] for k, v in enumerate(p)]) <= 5


def test_an_extreme_row_does_not_disturb_its_neighbours(error, exact):
    z = RNG.normal(size=(400, 100)) * 3
    y = RNG.integers(0, 100, 400)
    z[np.arange(400), y] += 12
    alone = ce.cross_entropy_with_logits(y, z, reduction="none")
    z[::40, 0] = [np.inf, -np.inf, 800, -800, 1e308, -1e308, 5e-324, 709, -745, 350]
    batch, gradient = ce.cross_entropy_with_logits_and_gradient(y, z, reduction="none")
    others = np.arange(400) % 40 != 0
    np.testing.assert_array_equal(batch[others], alone[others])
    assert np.all(np.isfinite(gradient))
    for row, label, loss in zip(z[others], y[others], batch[others], strict=True):
        log_p, _, _ = truth(row, exact)
        assert error(loss, [-log_p[label]]) <= 4
    naive = np.exp(z[others]).sum(axis=1)
    sums = [mpmath.fsum(mpmath.exp(exact(v)) for v in row) for row in z[others]]
    assert error(naive, sums) > 1


def test_probability_labels_are_within_4_ulp(error, exact):
    for z, _ in rows_of_logits():
        if np.abs(z).max() < 1e300:
            y = RNG.dirichlet(np.ones(len(z)))
            log_p, _, _ = truth(z, exact)
            expected = -mpmath.fsum(exact(a) * b for a, b in zip(y, log_p, strict=True))
            assert error(ce.cross_entropy_with_logits(y, z), [expected]) <= 4


def test_float32_is_within_1_ulp_of_its_own(error, exact):
    for z, label in rows_of_logits():
        if np.abs(z).max() < 1e38:
            z = z.astype(np.float32)
            log_p, _, _ = truth(z, exact)
            loss, gradient = ce.cross_entropy_with_logits_and_gradient(label, z)
            assert loss.dtype == gradient.dtype == np.float32
            assert error(loss, [-log_p[label]]) <= 1


def test_binary_losses_are_within_4_ulp(error, exact):
    z = np.concatenate(
        [
            RNG.uniform(-760, 760, 300),
            RNG.uniform(-40, 40, 300),
            RNG.choice([-1.0, 1.0], 200) * 10.0 ** RNG.uniform(-320, 300, 200),
        ]
    )
    for y in (0.0, 1.0, 0.25, 0.9):
        expected, slopes = [], []
        for value in z:
            u = exact(value)
            costs = [mpmath.log1p(mpmath.exp(s)) if s < 3000 else s for s in (-u, u)]
            expected.append(exact(y) * costs[0] + (1 - exact(y)) * costs[1])
            slopes.append(1 / (1 + mpmath.exp(min(-u, mpmath.mpf(3000)))) - exact(y))
        got = ce.binary_cross_entropy_with_logits(y, z, reduction="none")
        assert error(got, expected) <= 4
        single = z[np.abs(z) < 3e38].astype(np.float32)
        assert ce.binary_cross_entropy_with_logits(y, single).dtype == np.float32


def test_binary_gradient_and_hessian_are_within_4_ulp(error, exact):
    z = np.concatenate([RNG.uniform(-745, 745, 300), RNG.uniform(-5, 5, 200)])
    s = [mpmath.exp(exact(v)) / (1 + mpmath.exp(exact(v))) for v in z]
    other = [1 / (1 + mpmath.exp(exact(v))) for v in z]
    kept = {"reduction": "none"}
    assert error(ce.binary_cross_entropy_with_logits_gradient(0, z, **kept), s) <= 4
    got = ce.binary_cross_entropy_with_logits_gradient(1, z, **kept)
    assert error(got, [-v for v in other]) <= 4
    hessian = [a * b for a, b in zip(s, other, strict=True)]
    assert error(ce.binary_cross_entropy_with_logits_hessian(1, z, **kept), hessian) <= 4


def test_losses_of_probabilities_are_within_4_ulp(error, exact):
    p = np.concatenate([RNG.uniform(0, 1, 300), 10.0 ** RNG.uniform(-323, 0, 200)])
    p = np.concatenate([p, 1 - 10.0 ** RNG.uniform(-16, 0, 200)])
    p = p[(p > 0) & (p < 1)]
    for y in (0.0, 1.0, 0.3):
        expected = [
            -exact(y) * mpmath.log(exact(v)) - (1 - exact(y)) * mpmath.log1p(-exact(v)) for v in p
        ]
        assert error(ce.binary_cross_entropy(y, p, reduction="none"), expected) <= 4
    q = RNG.dirichlet(np.ones(6), 50)
    y = RNG.integers(0, 6, 50)
    picked = [-mpmath.log(exact(row[k])) for row, k in zip(q, y, strict=True)]
    assert error(ce.cross_entropy(y, q, reduction="none"), picked) <= 4
    assert error(ce.cross_entropy(y, q), [mpmath.fsum(picked) / 50]) <= 4


def test_the_yardstick_rejects_the_usual_formula(error, exact):
    """Subtracting the maximum and taking a logarithm gives exactly 0 here."""
    z, label = np.array([70.0, 0.0, 1.0]), 0
    log_p, _, _ = truth(z, exact)
    usual = -(z - z.max() - np.log(np.exp(z - z.max()).sum()))[label]
    assert usual == 0
    assert error(usual, [-log_p[label]]) > 1e15
    assert error(ce.cross_entropy_with_logits(label, z), [-log_p[label]]) <= 4


def test_scikit_learns_published_values():
    """Numbers stated in scikit-learn 1.9, sklearn/metrics/tests/test_classification.py.

    They are given to seven digits.
    """
    p = [[0.2, 0.7, 0.1], [0.6, 0.2, 0.2], [0.6, 0.1, 0.3]]
    assert ce.cross_entropy([1, 0, 2], p) == pytest.approx(0.6904911, abs=5e-8)
    total = ce.cross_entropy([1, 0, 2] * 2, p * 2, reduction="sum")
    assert total == pytest.approx(0.6904911 * 6, abs=3e-7)
    p = [[0.3, 0.7], [0.6, 0.4], [0.4, 0.6], [0.7, 0.3]]
    assert ce.cross_entropy([0, 1, 1, 0], p) == pytest.approx(0.7469410, abs=5e-8)
    assert ce.binary_cross_entropy([0, 1, 1, 0], np.array(p)[:, 1]) == pytest.approx(
        0.7469410, abs=5e-8
    )
    # scikit-learn clips here; a perfect prediction costs exactly nothing.
    assert ce.cross_entropy([0, 1, 2], np.eye(3)) == 0


LOGITS = hnp.arrays(np.float64, (4, 3), elements=st.floats(-50, 50))
LABELS = hnp.arrays(np.int64, 4, elements=st.integers(0, 2))


@given(LOGITS, LABELS)
@settings(max_examples=100, deadline=None)
def test_identities(z, y):
    losses = ce.cross_entropy_with_logits(y, z, reduction="none")
    vectors = ce.one_hot(y, 3)
    np.testing.assert_allclose(
        ce.cross_entropy_with_logits(vectors, z, reduction="none"), losses, rtol=2e-15
    )
    np.testing.assert_allclose(ce.cross_entropy_with_logits(y, z), losses.mean(), rtol=1e-14)
    total = ce.cross_entropy_with_logits(y, z, reduction="sum")
    np.testing.assert_allclose(total, losses.sum(), rtol=1e-14)
    picked = np.take_along_axis(ce.log_softmax(z), y[:, None], 1)[:, 0]
    np.testing.assert_allclose(losses, -picked, rtol=4e-16)
    p = ce.softmax(z)
    np.testing.assert_allclose(
        ce.cross_entropy(y, p, reduction="none"), losses, rtol=1e-13, atol=4e-16
    )
    # Prediction minus truth.
    gradient = ce.cross_entropy_with_logits_gradient(y, z, reduction="sum")
    np.testing.assert_allclose(gradient, p - vectors, atol=4e-16)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)
    # The other axis.
    np.testing.assert_array_equal(
        ce.cross_entropy_with_logits(y, z.T, axis=0, reduction="none"), losses
    )


@given(st.floats(-700, 700), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_binary_is_the_case_of_two_classes(u, y):
    binary = ce.binary_cross_entropy_with_logits(y, u)
    np.testing.assert_allclose(
        ce.cross_entropy_with_logits([1 - y, y], [0.0, u]), binary, rtol=1e-14, atol=1e-323
    )
    np.testing.assert_allclose(
        ce.binary_cross_entropy_with_logits(1 - y, -u), binary, rtol=1e-13, atol=2e-16 * abs(u)
    )
    if abs(u) < 30:
        np.testing.assert_allclose(
            ce.binary_cross_entropy(y, ce.sigmoid(u)),
            binary,
            rtol=1e-3 * np.exp(abs(u) - 30) + 1e-13,
        )


@given(LOGITS, LABELS)
@settings(max_examples=30, deadline=None)
def test_derivatives_agree_with_differences(z, y):
    z, target = z / 5, (y > 0).astype(float)
    for reduction in ("mean", "sum"):
        check = ce.check_gradient(
            lambda x, r=reduction: ce.cross_entropy_with_logits(y, x, reduction=r),
            lambda x, r=reduction: ce.cross_entropy_with_logits_gradient(y, x, reduction=r),
            z,
        )
        np.testing.assert_allclose(check.formula, check.numeric, atol=1e-8)
        check = ce.check_gradient(
            lambda x, r=reduction: ce.binary_cross_entropy_with_logits(target, x, reduction=r),
            lambda x, r=reduction: ce.binary_cross_entropy_with_logits_gradient(
                target, x, reduction=r
            ),
            z[:, 0],
        )
        np.testing.assert_allclose(check.formula, check.numeric, atol=1e-8)
    hessian = ce.cross_entropy_with_logits_hessian(y, z, reduction="sum")
    for k in range(3):
        numeric = ce.numeric_gradient(
            lambda x, k=k: ce.cross_entropy_with_logits_gradient(y[:1], x, reduction="sum")[0, k],
            z[:1],
        )
        np.testing.assert_allclose(hessian[0, k], numeric[0], atol=1e-8)


def test_derivatives_with_respect_to_probabilities():
    p, y = RNG.uniform(0.1, 0.9, 5), RNG.integers(0, 2, 5)
    for reduction in ("mean", "sum"):
        numeric = ce.numeric_gradient(
            lambda x, r=reduction: ce.binary_cross_entropy(y, x, reduction=r), p
        )
        got = ce.binary_cross_entropy_gradient(y, p, reduction=reduction)
        np.testing.assert_allclose(got, numeric, rtol=1e-8)
    p = RNG.dirichlet(np.ones(3), 2)
    got = ce.cross_entropy_gradient([2, 0], p, reduction="sum")
    np.testing.assert_allclose(got, [[0, 0, -1 / p[0, 2]], [-1 / p[1, 0], 0, 0]])
    np.testing.assert_array_equal(
        ce.cross_entropy_gradient([2, 0], p.T, axis=0, reduction="sum"), got.T
    )


def test_infinite_logits_are_certain():
    inf = np.inf
    np.testing.assert_array_equal(
        ce.cross_entropy_with_logits([0, 1, 0], [[inf, 0], [inf, 0], [-inf, 0]], reduction="none"),
        [0, inf, inf],
    )
    loss, gradient = ce.cross_entropy_with_logits_and_gradient(0, [inf, 1.0])
    assert loss == 0
    np.testing.assert_array_equal(gradient, [0, 0])
    assert ce.cross_entropy_with_logits([1.0, 0.0], [inf, -inf]) == 0
    assert ce.cross_entropy_with_logits([0.5, 0.5], [inf, 0.0]) == inf
    np.testing.assert_array_equal(
        ce.binary_cross_entropy_with_logits([1, 0, 1, 0], [inf, inf, -inf, -inf], reduction="none"),
        [0, inf, inf, 0],
    )
    np.testing.assert_array_equal(
        ce.binary_cross_entropy_with_logits_gradient([1, 0], [inf, inf], reduction="none"), [0, 1]
    )


def test_impossible_outcomes_cost_infinity_and_never_nan():
    assert ce.cross_entropy(0, [0.0, 1.0]) == np.inf
    assert ce.cross_entropy([1.0, 0.0], [1.0, 0.0]) == 0
    assert not np.signbit(ce.cross_entropy(1, [0.0, 1.0]))
    np.testing.assert_array_equal(
        ce.binary_cross_entropy([0, 1], [1.0, 0.0], reduction="none"), [np.inf, np.inf]
    )
    assert ce.binary_cross_entropy([0, 1], [0.0, 1.0]) == 0
    np.testing.assert_array_equal(
        ce.binary_cross_entropy_gradient([1, 0], [0.0, 0.0], reduction="none"), [-np.inf, 1]
    )


def test_a_mean_does_not_overflow_where_its_terms_do_not():
    assert ce.binary_cross_entropy_with_logits([0, 0], [1.5e308, 1.5e308]) == 1.5e308
    assert ce.binary_cross_entropy_with_logits([0, 0], [1.5e308] * 2, reduction="sum") == np.inf


@pytest.mark.parametrize("shape", [(100_000, 10), (200, 10_000)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_memory_stays_within_two_copies_of_the_input(shape, dtype):
    z = RNG.normal(size=shape).astype(dtype)
    y = RNG.integers(0, shape[1], shape[0])
    tracemalloc.start()
    ce.cross_entropy_with_logits(y, z)
    forward = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    _, gradient = ce.cross_entropy_with_logits_and_gradient(y, z)
    both = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert gradient.nbytes == z.nbytes
    assert forward <= 2 * z.nbytes
    assert both <= 2 * z.nbytes


def test_arguments_are_not_changed():
    z, y = RNG.normal(size=(5, 3)), RNG.dirichlet(np.ones(3), 5)
    p = ce.softmax(z)
    for array in (z, y, p):
        array.flags.writeable = False
    before = z.copy(), y.copy()
    ce.cross_entropy_with_logits_and_gradient(y, z)
    ce.cross_entropy_with_logits_and_gradient([0, 1, 2, 0, 1], z)
    ce.cross_entropy(y, p)
    ce.binary_cross_entropy(y, p)
    np.testing.assert_array_equal(z, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_no_floating_point_flag_reaches_the_user():
    z = [[0.0, -800.0], [np.inf, -np.inf], [1e308, -1e308], [5e-324, 0.0], [-720.0, -721.0]]
    with np.errstate(all="raise"):
        ce.cross_entropy_with_logits_and_gradient([0, 1, 0, 1, 0], z)
        ce.cross_entropy_with_logits_and_gradient([[0.5, 0.5]] * 5, z)
        ce.binary_cross_entropy([0, 1], [0.0, 0.0])
        ce.binary_cross_entropy_with_logits([[0, 1]], z)
        ce.cross_entropy([0, 1], [[0.0, 1.0], [0.0, 1.0]])


MULTICLASS = [
    (ce.cross_entropy, [[0.5, 0.5], [0.2, 0.8]]),
    (ce.cross_entropy_gradient, [[0.5, 0.5], [0.2, 0.8]]),
    (ce.cross_entropy_with_logits, [[0.0, 1.0], [2.0, 3.0]]),
    (ce.cross_entropy_with_logits_gradient, [[0.0, 1.0], [2.0, 3.0]]),
    (ce.cross_entropy_with_logits_and_gradient, [[0.0, 1.0], [2.0, 3.0]]),
    (ce.cross_entropy_with_logits_hessian, [[0.0, 1.0], [2.0, 3.0]]),
]


@pytest.mark.parametrize(("function", "model"), MULTICLASS)
@pytest.mark.parametrize(
    ("y", "exception", "message"),
    [
        ([0, 2], ValueError, r"y must hold labels from 0 to 1, but holds 2 at index 1"),
        ([0, -1], ValueError, "y must hold labels from 0 to 1, but holds -1"),
        ([0.0, 1.0], TypeError, "y holds class labels as float64"),
        ([0, 1, 1], ValueError, r"y has shape \(3,\)"),
        (["a", "b"], TypeError, "y must hold integer class labels"),
        ([None, 1], TypeError, "y must hold integer class labels"),
        ([[0.5, 0.6], [0.5, 0.5]], ValueError, "y must sum to one"),
        ([[-0.5, 1.5], [0.5, 0.5]], ValueError, r"y must lie in \[0, 1\]"),
        ([[0.5, 0.5]], ValueError, r"y has shape \(1, 2\)"),
        ([[[0.5, 0.5]]], ValueError, r"y has shape \(1, 1, 2\)"),
        ([[np.nan, 1], [0, 1]], ValueError, "y holds nan"),
    ],
)
def test_bad_labels_are_named(function, model, y, exception, message):
    with pytest.raises(exception, match=message):
        function(y, model)


@pytest.mark.parametrize(("function", "model"), MULTICLASS)
def test_bad_models_and_reductions_are_named(function, model):
    name = "p" if function in (ce.cross_entropy, ce.cross_entropy_gradient) else "z"
    with pytest.raises(ValueError, match=f"{name} holds nan"):
        function([0, 1], [[0.5, 0.5], [np.nan, 1.0]])
    with pytest.raises(TypeError, match=f"{name} must hold real numbers"):
        function([0], [["a", "b"]])
    with pytest.raises(ValueError, match="reduction must be one of 'mean', 'sum', 'none'"):
        function([0, 1], model, reduction="average")
    with pytest.raises(ValueError, match="empty batch"):
        function(np.zeros(0, int), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="no entries along axis"):
        function([0, 1], np.zeros((2, 0)))


def test_probabilities_are_checked():
    with pytest.raises(ValueError, match=r"p must sum to one along axis 1, but sums to 1\.1"):
        ce.cross_entropy([0], [[0.6, 0.5]])
    with pytest.raises(ValueError, match=r"p must lie in .* holds 1\.5 at index \(0, 0\)"):
        ce.cross_entropy([0], [[1.5, -0.5]])
    with pytest.raises(ValueError, match=r"p must lie in \[0, 1\]"):
        ce.binary_cross_entropy([0], [1.01])
    # float32 probabilities may miss one by their own rounding.
    ce.cross_entropy([0], np.full((1, 10), 0.1, np.float32))


BINARY = [
    ce.binary_cross_entropy,
    ce.binary_cross_entropy_gradient,
    ce.binary_cross_entropy_with_logits,
    ce.binary_cross_entropy_with_logits_gradient,
    ce.binary_cross_entropy_with_logits_hessian,
]


@pytest.mark.parametrize("function", BINARY)
def test_bad_binary_input_is_named(function):
    with pytest.raises(ValueError, match=r"y must lie in \[0, 1\], but holds 2"):
        function([0, 2], [0.5, 0.5])
    with pytest.raises(ValueError, match="y holds nan"):
        function([0, np.nan], [0.5, 0.5])
    with pytest.raises(ValueError, match="shapes do not broadcast"):
        function([0, 1, 1], [0.5, 0.5])
    with pytest.raises(TypeError, match="y must hold real numbers"):
        function(["0"], [0.5])
    with pytest.raises(ValueError, match="empty batch"):
        function([], [])
    with pytest.raises(ValueError, match="reduction must be one of"):
        function([0], [0.5], reduction=None)
    assert function(np.zeros(0), np.zeros(0), reduction="none").shape == (0,)
    assert function([0, 1], np.float32([0.5, 0.5]), reduction="none").dtype == np.float32


def test_one_sample_alone_needs_no_batch_axis():
    assert ce.cross_entropy_with_logits(1, [0.0, 0.0]) == pytest.approx(np.log(2))
    assert ce.cross_entropy(np.int64(1), [0.5, 0.5]) == pytest.approx(np.log(2))
    loss = ce.cross_entropy_with_logits(
        np.zeros((2, 3), int), np.zeros((2, 3, 4)), reduction="none"
    )
    assert loss.shape == (2, 3)
    assert isinstance(ce.cross_entropy_with_logits(1, [0, 1]), np.float64)
