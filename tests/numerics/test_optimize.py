"""Descent to known minima, and gradient checks that must reject wrong gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ce_lib as ce

pytestmark = pytest.mark.filterwarnings("error")

POINTS = hnp.arrays(np.float64, 3, elements=st.floats(-5, 5))
CURVATURE = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
CENTRE = np.array([1.0, -2.0, 0.5])


def bowl(x):
    return float((x - CENTRE) @ CURVATURE @ (x - CENTRE)) / 2


def bowl_gradient(x):
    return CURVATURE @ (x - CENTRE)


def valley(x):
    """Rosenbrock's function."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def valley_gradient(x):
    curve = x[1] - x[0] ** 2
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * curve, 200 * curve])


def valley_hessian(x):
    return np.array([[2 - 400 * (x[1] - 3 * x[0] ** 2), -400 * x[0]], [-400 * x[0], 200.0]])


@given(POINTS)
@settings(max_examples=30, deadline=None)
def test_both_find_the_bottom_of_a_bowl(start):
    before = start.copy()
    found = ce.gradient_descent(bowl, bowl_gradient, start)
    assert found.converged
    np.testing.assert_allclose(found.x, CENTRE, atol=1e-7)
    assert np.all(np.diff(found.history) <= 1e-14)
    jump = ce.newton(bowl, bowl_gradient, lambda x: CURVATURE, start)
    assert jump.iterations <= 2
    np.testing.assert_allclose(jump.x, CENTRE, atol=1e-9)
    np.testing.assert_array_equal(start, before)


def test_newton_follows_a_bent_valley_and_keeps_its_path():
    start = [-1.2, 1.0]
    found = ce.newton(valley, valley_gradient, valley_hessian, start, keep_path=True)
    assert found.converged
    np.testing.assert_allclose(found.x, [1, 1], atol=1e-9)
    assert len(found.path) == len(found.history) == found.iterations + 1
    np.testing.assert_array_equal(found.path[0], start)
    assert found.value == found.history[-1] == valley(found.path[-1])


def test_a_fixed_learning_rate_is_the_textbook_step():
    found = ce.gradient_descent(
        bowl, bowl_gradient, np.zeros(3), learning_rate=0.1, max_iterations=2, keep_path=True
    )
    first = -0.1 * bowl_gradient(np.zeros(3))
    np.testing.assert_array_equal(found.path[1], first)
    np.testing.assert_array_equal(found.path[2], first - 0.1 * bowl_gradient(first))
    assert not found.converged
    assert found.path[2] is not found.x


def test_a_learning_rate_too_large_ends_without_convergence():
    found = ce.gradient_descent(bowl, bowl_gradient, np.ones(3), learning_rate=10.0)
    assert not found.converged
    assert np.all(np.isfinite(found.x))


def test_a_singular_hessian_gives_the_shortest_step():
    found = ce.newton(
        lambda x: float((x[0] + x[1] - 2) ** 2),
        lambda x: np.full(2, 2 * (x[0] + x[1] - 2)),
        lambda x: np.full((2, 2), 2.0),
        [0.0, 0.0],
    )
    assert found.converged
    np.testing.assert_allclose(found.x, [1, 1], atol=1e-9)


def test_numeric_gradient_of_any_shape():
    x = np.arange(6.0).reshape(2, 3) / 3
    np.testing.assert_allclose(ce.numeric_gradient(lambda a: np.sin(a).sum(), x), np.cos(x), 1e-9)
    assert ce.numeric_gradient(lambda a: a * a, 3.0) == pytest.approx(6)


@given(POINTS)
@settings(max_examples=50, deadline=None)
def test_a_right_gradient_is_called_right(x):
    def function(a):
        return float(np.exp(a / 5).sum() + a @ a)

    report = ce.check_gradient(function, lambda a: np.exp(a / 5) / 5 + 2 * a, x)
    assert report.verdict == "right"
    assert report.relative_error < 1e-6


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [
        (lambda x: -2 * x, "wrong"),  # sign
        (lambda x: x, "wrong"),  # factor
        (lambda x: 2 * x + [0, 0, 1.0], "wrong"),  # one entry
        (lambda x: 2 * x * (1 + 1e-3), "suspicious"),
        (lambda x: 2 * x * (1 + 1e-5), "probably right"),
        (lambda x: 2 * x, "right"),
    ],
)
def test_each_band_has_its_verdict(wrong, verdict):
    report = ce.check_gradient(lambda x: x @ x, wrong, [1.0, -2.0, 3.0])
    assert report.verdict == verdict
    assert report.meaning


def test_the_worst_entry_is_named():
    report = ce.check_gradient(
        lambda x: (x * x).sum(), lambda x: 2 * x + np.eye(2), [[1.0, 2.0], [3.0, 1.0]]
    )
    assert report.worst in {(0, 0), (1, 1)}
    assert report.relative_error == pytest.approx(1 / 3, rel=1e-6)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"gradient\(x\) has shape \(2,\), but x has \(3,\)"):
        ce.gradient_descent(bowl, lambda x: np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match=r"gradient\(x\) has shape"):
        ce.check_gradient(bowl, lambda x: np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match=r"function\(x\) must return one number"):
        ce.numeric_gradient(lambda x: x, np.zeros(3))
    with pytest.raises(ValueError, match=r"function\(start\) is nan"):
        ce.gradient_descent(lambda x: np.nan, bowl_gradient, np.zeros(3))
    with pytest.raises(ValueError, match=r"hessian\(x\) has shape \(2, 2\), expected \(3, 3\)"):
        ce.newton(bowl, bowl_gradient, lambda x: np.eye(2), np.zeros(3))
    with pytest.raises(ValueError, match="learning_rate must be positive"):
        ce.gradient_descent(bowl, bowl_gradient, np.zeros(3), learning_rate=0)
    with pytest.raises(ValueError, match="tolerance must be positive"):
        ce.gradient_descent(bowl, bowl_gradient, np.zeros(3), tolerance=0)
    with pytest.raises(ValueError, match="step must be positive"):
        ce.numeric_gradient(bowl, np.zeros(3), step=-1)
    with pytest.raises(TypeError, match="start must hold real numbers"):
        ce.newton(bowl, bowl_gradient, lambda x: CURVATURE, ["a", "b", "c"])
