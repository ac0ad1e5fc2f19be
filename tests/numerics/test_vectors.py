"""The inner product and its geometry."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ce_lib as ce

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(26)
COORDINATE = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)
VECTOR = hnp.arrays(np.float64, 4, elements=COORDINATE)


def pairs():
    for d in (2, 3, 7, 100):
        for _ in range(15):
            u = RNG.normal(size=d) * 10.0 ** RNG.uniform(-5, 5)
            yield u, RNG.normal(size=d)
            noise = 10.0 ** RNG.uniform(-15, -1) * RNG.normal(size=d) * np.abs(u).max()
            yield u, u * RNG.uniform(0.5, 2) + noise  # nearly parallel
            yield u, -u * RNG.uniform(0.5, 2) + noise


def test_all_are_within_4_ulp(error, exact):
    for u, v in pairs():
        a, b = [exact(x) for x in u], [exact(x) for x in v]
        dot = mpmath.fdot(a, b)
        aa, bb = mpmath.fdot(a, a), mpmath.fdot(b, b)
        assert error(ce.inner(u, v), [dot]) <= 1
        assert error(ce.norm(u), [mpmath.sqrt(aa)]) <= 1
        assert error(ce.cosine_similarity(u, v), [dot / mpmath.sqrt(aa * bb)]) <= 4
        rest = [y - dot / aa * x for x, y in zip(a, b, strict=True)]
        sine = mpmath.sqrt(mpmath.fdot(rest, rest) * aa)
        assert error(ce.angle(u, v), [mpmath.atan2(sine, dot)]) <= 4
        assert error(ce.project(u, v), [dot / bb * y for y in b]) <= 4


def test_the_yardstick_rejects_arccos(error, exact):
    u, v = np.array([1.0, 0.0]), np.array([1.0, 1e-9])
    truth = mpmath.atan(exact(1e-9))
    assert error(np.arccos(ce.cosine_similarity(u, v)), [truth]) > 1e6
    assert error(ce.angle(u, v), [truth]) <= 1
    u = np.array([0.1] * 10)
    v = np.array([1.0, -1.0] * 5)
    v[-1] += 1e-12
    # added up in plain order: how np.dot adds depends on where in memory the arrays lie
    naive = np.float64(sum(float(x) * float(y) for x, y in zip(u, v, strict=True)))
    assert error(naive, [mpmath.fdot([exact(x) for x in u], [exact(x) for x in v])]) > 4


@given(VECTOR, VECTOR, VECTOR, st.floats(-100, 100).filter(lambda a: abs(a) > 1e-3))
@settings(max_examples=200, deadline=None)
def test_the_laws_of_the_inner_product(u, v, w, a):
    room = 1e-15 * (1 + abs(a)) * (1 + np.abs(u).max() + np.abs(w).max()) * (1 + np.abs(v).max())
    assert ce.inner(u, v) == ce.inner(v, u)
    assert abs(ce.inner(a * u + w, v) - (a * ce.inner(u, v) + ce.inner(w, v))) <= 40 * room
    assert ce.inner(np.zeros(4), v) == 0
    if np.any(v):
        assert ce.inner(v, v) > 0
        assert ce.norm(v) == pytest.approx(np.sqrt(ce.inner(v, v)), rel=4e-16)


@given(VECTOR, VECTOR)
@settings(max_examples=200, deadline=None)
def test_angle_projection_and_plane_fit_together(u, v):
    assume(np.any(u) and np.any(v))
    phi = ce.angle(u, v)
    assert 0 <= phi <= np.pi
    assert -1 <= ce.cosine_similarity(u, v) <= 1
    assert np.cos(phi) == pytest.approx(ce.cosine_similarity(u, v), abs=1e-15)
    assert ce.angle(u, -v) == pytest.approx(np.pi - phi, abs=1e-15)
    rest = u - ce.project(u, v)
    assert abs(ce.inner(rest, v)) <= 1e-14 * ce.norm(u) * ce.norm(v)
    if 1e-9 < phi < np.pi - 1e-9:
        first, second = ce.plane_basis(u, v)
        assert ce.norm(first) == pytest.approx(1)
        assert ce.norm(second) == pytest.approx(1)
        assert abs(ce.inner(first, second)) < 1e-15
        np.testing.assert_allclose(
            v / ce.norm(v), np.cos(phi) * first + np.sin(phi) * second, atol=1e-14
        )


def test_parallel_and_opposite_vectors():
    assert ce.angle([3, 3, 3], [1, 1, 1]) == 0
    assert ce.angle([3, 3, 3], [-1, -1, -1]) == np.pi
    assert ce.cosine_similarity([3, 3, 3], [7, 7, 7]) == 1
    assert ce.angle([1, 0], [0, 1]) == np.pi / 2
    with pytest.raises(ValueError, match="parallel"):
        ce.plane_basis([1.0, 2.0], [2.0, 4.0])


def test_nothing_overflows_or_underflows_on_the_way():
    assert ce.norm([3e-200, 4e-200]) == pytest.approx(5e-200, rel=4e-16)
    assert ce.norm([1e308, 1e308]) == pytest.approx(1.4142135623730951e308)
    assert ce.norm([5e-324]) == 5e-324
    assert ce.inner([1e200, 1e200], [1e200, -1e200]) == 0
    assert ce.cosine_similarity([1e-300, 1e-300], [1e300, 1e300]) == pytest.approx(1)
    assert ce.angle([1e300, 1e-300], [1e-300, 1e300]) == np.pi / 2


def test_linear_classifier_and_its_boundary():
    x = RNG.normal(size=(50, 3))
    w, b = np.array([1.0, -2.0, 0.5]), 0.25
    np.testing.assert_allclose(ce.linear_score(x, w, b), x @ w + b, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(ce.linear_classifier(x, w, b), np.sign(x @ w + b))
    plane = ce.decision_boundary(w, b)
    assert ce.linear_score(plane.point, w, b) == pytest.approx(0, abs=1e-15)
    assert ce.norm(plane.normal) == pytest.approx(1)
    assert ce.linear_classifier(plane.point + 0.01 * plane.normal, w, b) == 1
    assert ce.linear_classifier(plane.point - 0.01 * plane.normal, w, b) == -1
    assert ce.linear_classifier([0.0, 0.0], [1.0, 1.0]) == 1  # on the boundary


def test_shapes_and_dtypes():
    u, v = RNG.normal(size=(5, 1, 3)), RNG.normal(size=(4, 3))
    for function in (ce.inner, ce.cosine_similarity, ce.angle):
        assert function(u, v).shape == (5, 4)
        assert isinstance(function([1, 0], [1, 1]), np.float64)
        assert function(np.float32([1, 0]), np.float32([1, 1])).dtype == np.float32
    assert ce.project(u, v).shape == (5, 4, 3)
    assert ce.plane_basis(u, v)[1].shape == (5, 4, 3)
    assert ce.inner([], []) == 0


@pytest.mark.parametrize("function", [ce.inner, ce.cosine_similarity, ce.angle, ce.project])
def test_bad_input_is_named(function):
    with pytest.raises(ValueError, match=r"one length.*u has shape \(2,\), v has shape \(3,\)"):
        function([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="u must be a vector, got a single number"):
        function(1.0, [1.0])
    with pytest.raises(ValueError, match="v must be finite"):
        function([1.0, 2.0], [1.0, np.inf])
    with pytest.raises(ValueError, match="u holds nan"):
        function([np.nan, 2.0], [1.0, 2.0])
    with pytest.raises(TypeError, match="u must hold real numbers"):
        function(["a", "b"], [1.0, 2.0])
    with pytest.raises(ValueError, match="shapes do not broadcast"):
        function(np.ones((2, 3)), np.ones((4, 3)))
    if function is not ce.inner:
        with pytest.raises(ValueError, match="v must not be the zero vector"):
            function([1.0, 2.0], [0.0, 0.0])


def test_bad_classifiers_are_named():
    with pytest.raises(ValueError, match="w must not be the zero vector"):
        ce.decision_boundary([0.0, 0.0], 1.0)
    with pytest.raises(ValueError, match="w must be one vector"):
        ce.decision_boundary(np.ones((2, 2)))
    with pytest.raises(ValueError, match="b must be a finite number"):
        ce.decision_boundary([1.0], np.inf)
    with pytest.raises(ValueError, match="shapes do not broadcast"):
        ce.linear_score(np.ones((4, 2)), [1.0, 1.0], [1.0, 2.0, 3.0])
