"""What the chapters on maximum likelihood and on training compute, for figures and text."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ce_lib.bernoulli import enumerate_outcomes, likelihood
from ce_lib.datasets import load_iris, sample_logistic
from ce_lib.gradients import (
    binary_cross_entropy_weight_gradient,
    binary_cross_entropy_weight_hessian,
)
from ce_lib.losses import binary_cross_entropy_with_logits
from ce_lib.optimize import Minimum, gradient_descent, newton
from ce_lib.regression import LogisticRegression, SeparableDataWarning

__all__ = ["PRACTICE", "descend", "iris_pair", "refits", "two_days", "weight_lengths"]

PRACTICE = (np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]), np.array([0, 1, 0, 1, 0, 1]))
"""Made up: hours of practice more than three, and whether the test was passed."""


def two_days(rain: float = 0.3, again: float = 0.6) -> tuple[Any, Any]:
    """Joint probabilities of (dry, dry), (dry, rain), (rain, dry), (rain, rain), and the product's.

    ``rain`` is the probability of rain on any day, ``again`` that of rain after a day of rain.
    """
    both, one = rain * again, rain * (1 - again)
    true = np.array([1 - both - 2 * one, one, one, both])
    return true, likelihood(enumerate_outcomes(2), rain)


def descend(
    X: Any, y: Any, start: Any, *, learning_rate: float | None = None, max_iterations: int = 100
) -> Minimum:
    """Minimise the mean loss over (w, b): gradient descent, or Newton without a learning rate."""

    def loss(v: Any) -> Any:
        return binary_cross_entropy_with_logits(y, X @ v[:-1] + v[-1])

    def gradient(v: Any) -> Any:
        slope_w, slope_b = binary_cross_entropy_weight_gradient(y, X, v[:-1], v[-1])
        return np.append(slope_w, slope_b)

    def hessian(v: Any) -> Any:
        return binary_cross_entropy_weight_hessian(X, v[:-1], v[-1])

    if learning_rate is None:
        return newton(loss, gradient, hessian, start, max_iterations=max_iterations, keep_path=True)
    return gradient_descent(
        loss, gradient, start, learning_rate=learning_rate, max_iterations=max_iterations,
        keep_path=True,
    )  # fmt: skip


def iris_pair(first: int = 1, second: int = 2) -> tuple[Any, Any, Any]:
    """Standardised petal length and width of two species, label 1 for the second; and raw in cm."""
    flowers = load_iris()
    chosen = np.isin(flowers.y, (first, second))
    raw = flowers.X[chosen][:, 2:4]
    return (raw - raw.mean(axis=0)) / raw.std(axis=0), (flowers.y[chosen] == second) * 1, raw


def weight_lengths(X: Any, y: Any, steps: int, rate: float = 1.0) -> Any:
    """The length of w after each step of plain gradient descent from zero."""
    A, w = np.column_stack([X, np.ones(len(X))]), np.zeros(X.shape[1] + 1)
    lengths = np.empty(steps)
    for k in range(steps):
        # `gradient_descent` would stop at its tolerance; here the point is that it goes on
        w -= rate * A.T @ (1 / (1 + np.exp(-(A @ w))) - y) / len(y)
        lengths[k] = np.linalg.norm(w[:-1])
    return lengths


def refits(model: LogisticRegression, X: Any, times: int, seed: int = 0) -> tuple[Any, int, int]:
    """Weights refitted to labels that ``model`` drew, and how many draws have no best weights.

    The draws without are counted in two numbers: a line separates the labels; or it does so but for
    points that lie on it, where the weights grow for ever, too.
    """
    rng = np.random.default_rng(seed)
    weights, separable, touching = [], 0, 0
    for _ in range(times):
        labels = sample_logistic(X, model.coef_[0], model.intercept_[0], seed=rng)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", SeparableDataWarning)
            found = LogisticRegression().fit(X, labels)
        if np.all((2 * labels - 1) * found.decision_function(X) > 0):
            separable += 1
        elif any(warning.category is SeparableDataWarning for warning in caught):
            touching += 1
        else:
            weights.append(found.coef_[0])
    return np.array(weights), separable, touching
