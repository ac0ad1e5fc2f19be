"""The losses as functions of the weights of a linear model: their gradients and Hessians.

>>> import ce_lib as ce
>>> X, y = [[0.0], [1.0], [2.0]], [0, 1, 1]
>>> slope_w, slope_b = ce.binary_cross_entropy_weight_gradient(y, X, [0.0], 0.0)
>>> slope_w, slope_b.round(6)
(array([-0.5]), np.float64(-0.166667))

The scores are X w + b for two classes, X W + b for C; the losses those of `ce_lib.losses`, with the
same ``reduction`` ("mean" or "sum"). By the chain rule each gradient is X^T times the gradient with
respect to the logits, which is "prediction minus truth".

Source: book, "Training a logistic regression", "From the score to the weights";
"Training a softmax classifier", "To the weights, and once more".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib._validation import Array, numbers, one_of, quiet, rounded
from ce_lib.categorical import softmax
from ce_lib.losses import (
    binary_cross_entropy_with_logits_gradient,
    binary_cross_entropy_with_logits_hessian,
    cross_entropy_with_logits_gradient,
)

__all__ = [
    "binary_cross_entropy_weight_gradient",
    "binary_cross_entropy_weight_hessian",
    "cross_entropy_weight_gradient",
    "cross_entropy_weight_hessian",
]


@quiet
def binary_cross_entropy_weight_gradient(
    y: Any, X: Any, w: Any, b: Any = 0.0, *, reduction: str = "mean"
) -> tuple[Any, Any]:
    """d/dw and d/db of the binary cross-entropy of s(X w + b): X^T (s - y) and sum(s - y).

    Args:
        y: labels in [0, 1], shape (n,).
        X: inputs, shape (n, d).
        w: weights, shape (d,).
        b: the bias, a number.
        reduction: "mean" (both divided by n) or "sum".

    Returns:
        (gradient of shape (d,), number), in the dtype of ``X``.

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: nan, labels outside [0, 1], shapes that do not fit, an empty batch.

    Source: book, "Training a logistic regression", "From the score to the weights".

    >>> binary_cross_entropy_weight_gradient([1, 0], [[1.0], [1.0]], [0.0])
    (array([0.]), np.float64(0.0))
    """
    inputs, dtype, z = _scores(X, w, b, vector=True)
    one_of("reduction", reduction, ("mean", "sum"))
    residual = binary_cross_entropy_with_logits_gradient(_one_each(y, z), z, reduction=reduction)
    return rounded(inputs.T @ residual, dtype), rounded(residual.sum(), dtype)


@quiet
def binary_cross_entropy_weight_hessian(
    X: Any, w: Any, b: Any = 0.0, *, reduction: str = "mean"
) -> Any:
    """The second derivatives with respect to (w_1, ..., w_d, b): A^T diag(s (1 - s)) A, A = [X 1].

    Args, Raises: as for `binary_cross_entropy_weight_gradient`; labels do not enter.

    Returns:
        Shape (d + 1, d + 1), dtype of ``X``: symmetric and positive semidefinite, whence the loss
        is convex.

    Source: book, "Training a logistic regression", "One valley".

    >>> binary_cross_entropy_weight_hessian([[2.0]], [0.0])
    array([[1.  , 0.5 ],
           [0.5 , 0.25]])
    """
    inputs, dtype, z = _scores(X, w, b, vector=True)
    one_of("reduction", reduction, ("mean", "sum"))
    curvature = binary_cross_entropy_with_logits_hessian(np.zeros_like(z), z, reduction=reduction)
    augmented = with_ones(inputs)
    return rounded((augmented.T * curvature) @ augmented, dtype)


@quiet
def cross_entropy_weight_gradient(
    y: Any, X: Any, W: Any, b: Any = 0.0, *, reduction: str = "mean"
) -> tuple[Any, Any]:
    """d/dW and d/db of the cross-entropy of softmax(X W + b): X^T (p - y) and sum(p - y).

    Args:
        y: class indices of shape (n,), or probability vectors of shape (n, C).
        X: inputs, shape (n, d).
        W: weights, shape (d, C).
        b: biases, shape (C,) or a number.
        reduction: "mean" (both divided by n) or "sum".

    Returns:
        (gradient of shape (d, C), gradient of shape (C,)), in the dtype of ``X``.

    Raises:
        TypeError: arguments that do not hold real numbers, labels that are not integers.
        ValueError: nan, labels outside the classes, shapes that do not fit, an empty batch.

    Source: book, "Training a softmax classifier", "To the weights, and once more".

    >>> cross_entropy_weight_gradient([0], [[2.0]], [[0.0, 0.0]])
    (array([[-1.,  1.]]), array([-0.5,  0.5]))
    """
    inputs, dtype, z = _scores(X, W, b, vector=False)
    one_of("reduction", reduction, ("mean", "sum"))
    residual = cross_entropy_with_logits_gradient(y, z, reduction=reduction)
    return rounded(inputs.T @ residual, dtype), rounded(residual.sum(axis=0), dtype)


@quiet
def cross_entropy_weight_hessian(X: Any, W: Any, b: Any = 0.0, *, reduction: str = "mean") -> Any:
    """The second derivatives with respect to W and b: sum_i a_i a_i^T ⊗ (diag(p_i) - p_i p_i^T).

    Args, Raises: as for `cross_entropy_weight_gradient`; labels do not enter.

    Returns:
        Shape ((d + 1) C, (d + 1) C), dtype of ``X``, in the order of
        ``np.vstack([W, b]).ravel()``. Symmetric, positive semidefinite and always singular: adding
        one vector to all columns changes no probability.

    Source: book, "Training a softmax classifier", "To the weights, and once more".

    >>> cross_entropy_weight_hessian([[0.0]], [[0.0, 0.0]])
    array([[ 0.  ,  0.  ,  0.  ,  0.  ],
           [ 0.  ,  0.  ,  0.  ,  0.  ],
           [ 0.  ,  0.  ,  0.25, -0.25],
           [ 0.  ,  0.  , -0.25,  0.25]])
    """
    inputs, dtype, z = _scores(X, W, b, vector=False)
    divisor = len(z) if one_of("reduction", reduction, ("mean", "sum")) == "mean" else 1
    if len(z) == 0:
        raise ValueError("X is an empty batch")
    augmented = with_ones(inputs)
    p = softmax(z)
    rows, classes = augmented.shape[1], z.shape[1]
    hessian = np.empty((rows, classes, rows, classes))
    for i in range(classes):
        for j in range(i, classes):
            weight = p[:, i] * ((i == j) - p[:, j]) / divisor
            hessian[:, i, :, j] = hessian[:, j, :, i] = (augmented.T * weight) @ augmented
    return rounded(hessian.reshape(rows * classes, rows * classes), dtype)


def with_ones(X: Array) -> Array:
    """[X 1]: the bias as the weight of an input that is always 1."""
    return np.hstack([X, np.ones((len(X), 1))])


def _scores(X: Any, w: Any, b: Any, *, vector: bool) -> tuple[Array, np.dtype[Any], Array]:
    inputs, dtype = numbers("X", X)
    name, wanted = ("w", "(d,)") if vector else ("W", "(d, C)")
    weights, _ = numbers(name, w)
    bias, _ = numbers("b", b)
    if (
        inputs.ndim != 2
        or weights.ndim != (1 if vector else 2)
        or weights.shape[0] != inputs.shape[1]
    ):
        raise ValueError(
            f"X must have shape (n, d) and {name} {wanted}, got {inputs.shape} and {weights.shape}"
        )
    if bias.shape not in ((), weights.shape[1:]):
        raise ValueError(f"b must have shape {weights.shape[1:]}, got {bias.shape}")
    return inputs, dtype, inputs @ weights + bias


def _one_each(y: Any, z: Array) -> Array:
    array, _ = numbers("y", y)
    if array.shape != z.shape:
        raise ValueError(f"y must have one label for each of {len(z)} rows, got {array.shape}")
    return array
