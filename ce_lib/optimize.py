"""Downhill: gradient descent, Newton's method, and how to check a gradient by hand.

>>> import ce_lib as ce
>>> found = ce.gradient_descent(lambda x: (x**2).sum(), lambda x: 2 * x, [3.0, -4.0])
>>> found.converged, found.x.round(6) + 0.0
(True, array([0., 0.]))
>>> report = ce.check_gradient(lambda x: (x**3).sum(), lambda x: 3 * x**2, [1.0, 2.0])
>>> report.verdict
'right'

A function takes an array of any one shape and returns a number; its gradient returns an array of
the same shape; its Hessian a matrix of side ``x.size``. Nothing here changes its arguments.

Source: book, "Training a logistic regression", "Training on real data"; S. Boyd and L.
Vandenberghe, *Convex Optimization*, chapter 9.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ce_lib._validation import Array, numbers, quiet

__all__ = [
    "GradientCheck",
    "Minimum",
    "check_gradient",
    "gradient_descent",
    "newton",
    "numeric_gradient",
]

Function = Callable[[Array], Any]


@dataclass
class Minimum:
    """Where a descent ended, and how it got there.

    Attributes:
        x: the last point.
        value: the function there.
        gradient: its gradient there.
        iterations: steps taken.
        converged: whether the largest entry of the gradient is at most the tolerance.
        history: the value at the start and after each step, for a plot.
        path: the points themselves, if asked for with ``keep_path=True``.

    >>> newton(lambda x: (x - 1) @ (x - 1), lambda x: 2 * (x - 1), lambda x: 2 * np.eye(1), [5.0]).x
    array([1.])
    """

    x: Array
    value: float
    gradient: Array
    iterations: int
    converged: bool
    history: list[float] = field(repr=False)
    path: list[Array] = field(repr=False)


@quiet
def gradient_descent(
    function: Function,
    gradient: Function,
    start: Any,
    *,
    learning_rate: float | None = None,
    max_iterations: int = 1000,
    tolerance: float = 1e-8,
    keep_path: bool = False,
) -> Minimum:
    """Follow the negative gradient.

    Args:
        function: x -> number.
        gradient: x -> array of the shape of x.
        start: where to begin; it is copied.
        learning_rate: the step is this times the negative gradient, always: small is slow, large
            diverges. None chooses each step by halving until the function falls by a good part of
            what the slope promises (Armijo's rule).
        max_iterations: give up after so many steps; ``converged`` is then False.
        tolerance: stop when no entry of the gradient is larger.
        keep_path: record the points as well.

    Returns:
        A `Minimum`.

    Raises:
        TypeError, ValueError: ``start`` that does not hold numbers, a learning rate or tolerance
            that is not positive, a function or gradient of the wrong shape or nan at the start.

    Source: book, "Training a logistic regression", "Training on real data".

    >>> found = gradient_descent(
    ...     lambda x: x @ x, lambda x: 2 * x, [1.0], learning_rate=0.25, max_iterations=3
    ... )
    >>> found.history
    [1.0, 0.25, 0.0625, 0.015625]
    """
    if learning_rate is not None and not learning_rate > 0:
        raise ValueError(f"learning_rate must be positive, got {learning_rate}")
    step = 1.0

    def propose(x: Array, value: float, slope: Array) -> tuple[Array, float]:
        nonlocal step
        if learning_rate is not None:
            moved = x - learning_rate * slope
            return moved, _number(function(moved))
        # The step may grow again: curvature differs along the way.
        moved, fallen, step = _backtrack(function, x, value, slope, -slope, 2 * step)
        return moved, fallen

    return _descend(function, gradient, propose, start, max_iterations, tolerance, keep_path)


@quiet
def newton(
    function: Function,
    gradient: Function,
    hessian: Function,
    start: Any,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-10,
    keep_path: bool = False,
) -> Minimum:
    """Newton's method: jump to the minimum of the local parabola, shorter where it does not help.

    Args:
        hessian: x -> positive semidefinite matrix of side x.size, rows and columns in the order of
            ``x.ravel()``. Where it is singular, the shortest of the possible steps is taken.
        function, gradient, start, max_iterations, tolerance, keep_path: as in `gradient_descent`.

    Returns:
        A `Minimum`. Close to it the number of right digits doubles with each step.

    Raises:
        TypeError, ValueError: as for `gradient_descent`; a Hessian of the wrong shape.

    Source: book, "Training a logistic regression", "Training on real data".

    >>> found = newton(
    ...     lambda x: np.cosh(x).sum(), np.sinh, lambda x: np.diag(np.cosh(x)), [2.0]
    ... )
    >>> found.converged, found.iterations < 8
    (True, True)
    """

    def propose(x: Array, value: float, slope: Array) -> tuple[Array, float]:
        curvature, _ = numbers("hessian(x)", hessian(x))
        if curvature.shape != (x.size, x.size):
            raise ValueError(f"hessian(x) has shape {curvature.shape}, expected {(x.size, x.size)}")
        direction = -solve(curvature, slope.ravel()).reshape(x.shape)
        moved, fallen, _ = _backtrack(function, x, value, slope, direction, 1.0)
        return moved, fallen

    return _descend(function, gradient, propose, start, max_iterations, tolerance, keep_path)


def solve(matrix: Array, right: Array) -> Array:
    """The solution of a symmetric system; the shortest least-squares one if it is singular."""
    try:
        solution = np.linalg.solve(matrix, right)
        if np.all(np.isfinite(solution)) and np.linalg.norm(
            matrix @ solution - right
        ) <= 1e-6 * np.linalg.norm(right):
            return solution
    except np.linalg.LinAlgError:
        pass
    return np.linalg.lstsq(matrix, right, rcond=None)[0]


def _backtrack(
    function: Function, x: Array, value: float, slope: Array, direction: Array, step: float
) -> tuple[Array, float, float]:
    """(point, value, step) that lowers the function by a tenth of what the slope promises."""
    promise = float(np.vdot(slope, direction))
    if not promise < 0:  # not a descent direction: curvature was no more than rounding
        direction, promise = -slope, -float(np.vdot(slope, slope))
    # Next to the minimum the gain is smaller than the rounding of the function.
    slack = 4 * np.finfo(float).eps * abs(value)
    for _ in range(60):
        moved = x + step * direction
        fallen = _number(function(moved))
        if fallen <= value + 0.1 * step * promise + slack:
            return moved, fallen, step
        step /= 2
    return x, value, step


def _descend(
    function: Function,
    gradient: Function,
    propose: Callable[[Array, float, Array], tuple[Array, float]],
    start: Any,
    max_iterations: int,
    tolerance: float,
    keep_path: bool,
) -> Minimum:
    x, _ = numbers("start", start)
    x = x.copy()
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, got {tolerance}")
    value = _number(function(x))
    if np.isnan(value):
        raise ValueError("function(start) is nan; begin where the function is defined")
    history, path = [value], [x.copy()]
    iterations = 0
    while True:
        slope, _ = numbers("gradient(x)", gradient(x))
        if slope.shape != x.shape:
            raise ValueError(f"gradient(x) has shape {slope.shape}, but x has {x.shape}")
        converged = bool(np.max(np.abs(slope), initial=0.0) <= tolerance)
        if converged or iterations == max_iterations:
            break
        moved, value = propose(x, value, slope)
        if np.array_equal(moved, x) or not np.isfinite(value):
            break  # as good as float64 can tell, or diverged
        x = moved
        iterations += 1
        history.append(value)
        if keep_path:
            path.append(x.copy())
    return Minimum(x, history[-1], slope, iterations, converged, history, path if keep_path else [])


# ------------------------------------------------------------------------ checking a gradient


@quiet
def numeric_gradient(function: Function, x: Any, *, step: float | None = None) -> Any:
    """Central differences (f(x + h e_k) - f(x - h e_k))/(2 h), entry by entry.

    Args:
        function: x -> number.
        x: the point; float64 whatever it was.
        step: h; by default the cube root of the machine epsilon times max(1, |x_k|), where the
            error of the formula, of order h², balances rounding, of order epsilon/h.

    Returns:
        An array of the shape of ``x``. Some ten digits are right where the function is smooth and
        of order one.

    Raises:
        TypeError, ValueError: ``x`` that does not hold numbers, a step that is not positive, a
            function that does not return a number.

    Source: book, "Training a logistic regression", "Three witnesses".

    >>> numeric_gradient(lambda x: x[0] * x[1], [2.0, 3.0]).round(6)
    array([3., 2.])
    """
    x, _ = numbers("x", x)
    if step is not None and not step > 0:
        raise ValueError(f"step must be positive, got {step}")
    slope = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        h = step or np.finfo(float).eps ** (1 / 3) * max(1.0, abs(x[index]))
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        # The difference of the two floats is what was really stepped.
        slope[index] = (_number(function(up)) - _number(function(down))) / (up[index] - down[index])
    return slope[()]


# Upper end of each band of relative error, and what it means.
BANDS = (
    (1e-6, "right", "the formula agrees to all the digits that differences give"),
    (
        1e-4,
        "probably right",
        "rounding or a kink blurs the last digits; try another point or step",
    ),
    (1e-2, "suspicious", "a term is missing or small; look at the worst entry"),
    (np.inf, "wrong", "formula and function disagree; check signs, sums and transposes"),
)


@dataclass
class GradientCheck:
    """What `check_gradient` found.

    Attributes:
        relative_error: of the worst entry, |formula - numeric|/max(|formula|, |numeric|, scale),
            where the scale is a thousandth of the largest entry: an entry that should be 0 never is
            exactly 0 numerically.
        verdict: "right" (up to 1e-6), "probably right" (1e-4), "suspicious" (1e-2) or "wrong".
        meaning: one sentence on what to do.
        worst: index of the worst entry.
        formula: the gradient under test.
        numeric: the central differences.

    >>> report = check_gradient(lambda x: (x**2).sum(), lambda x: x, [1.0, 2.0])
    >>> report.verdict, report.relative_error.round(3)
    ('wrong', np.float64(0.5))
    """

    relative_error: float
    verdict: str
    meaning: str
    worst: tuple[int, ...]
    formula: Array = field(repr=False)
    numeric: Array = field(repr=False)


@quiet
def check_gradient(
    function: Function, gradient: Function, x: Any, *, step: float | None = None
) -> GradientCheck:
    """Compare a gradient with central differences and say what the difference means.

    Args:
        function: x -> number.
        gradient: x -> array of the shape of x, the formula under test.
        x: the point. A random one is better than zeros: many wrong gradients are right at 0.
        step: as in `numeric_gradient`.

    Returns:
        A `GradientCheck`.

    Raises:
        TypeError, ValueError: as for `numeric_gradient`; a gradient of the wrong shape.

    Source: book, "Training a logistic regression", "Three witnesses".

    >>> check_gradient(lambda x: np.sin(x).sum(), np.cos, [0.3, 1.0]).verdict
    'right'
    """
    x, _ = numbers("x", x)
    formula, _ = numbers("gradient(x)", gradient(x.copy()))
    if formula.shape != x.shape:
        raise ValueError(f"gradient(x) has shape {formula.shape}, but x has {x.shape}")
    numeric = np.asarray(numeric_gradient(function, x, step=step))
    size = np.maximum(np.abs(formula), np.abs(numeric))
    floor = max(1e-3 * float(size.max(initial=0.0)), np.finfo(float).tiny)
    error = np.abs(formula - numeric) / np.maximum(size, floor)
    worst = np.unravel_index(int(np.argmax(error)), x.shape) if x.size else ()
    largest = np.float64(error[worst]) if x.size else np.float64(0.0)
    _, verdict, meaning = next(band for band in BANDS if largest <= band[0])
    return GradientCheck(largest, verdict, meaning, tuple(int(i) for i in worst), formula, numeric)


def _number(value: Any) -> float:
    array = np.asarray(value)
    if array.ndim or array.dtype.kind not in "biuf":
        raise ValueError(
            f"function(x) must return one number, got shape {array.shape} of {array.dtype}"
        )
    return float(array)
