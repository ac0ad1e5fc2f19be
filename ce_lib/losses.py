"""The cross-entropy losses, from probabilities or from logits, and their derivatives.

>>> import ce_lib as ce
>>> ce.binary_cross_entropy([1, 0], [0.5, 0.5]).round(6)
np.float64(0.693147)
>>> ce.cross_entropy([0, 1], [[0.5, 0.5], [0.25, 0.75]], reduction="none").round(6)
array([0.693147, 0.287682])

``y`` always comes first: the truth, then the model. A label is a class index 0..C-1, or a
probability vector along ``axis`` (one-hot, smoothed, or any distribution); a binary label is a
number in [0, 1]. Losses are in nats, and ``reduction`` says what becomes of those of a batch:
"mean" (the default), "sum", or "none".

Prefer the functions of logits: each loss is then within 4 units in the last place (ulp) of the
truth, also where the right class dominates and softmax is 1 to the last digit. A gradient or
Hessian takes the same ``reduction`` as its loss and is the derivative of exactly that number.

``ce.cross_entropy`` is this loss. The cross-entropy of two distributions, H(P, Q), which takes a
``base`` and knows no labels, is `ce_lib.information.cross_entropy`. Of the two, the loss has the
short name at the top because a course calls it in every chapter, and the two agree where both are
defined: for a probability vector ``y`` the loss is H(y, p) in nats.

Source: book, "Maximum likelihood and binary cross-entropy"; "Training a logistic regression";
"Softmax and cross-entropy"; "Training a softmax classifier".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib._exponentials import rows, sum_along
from ce_lib._loss_kernel import (
    batch_divisor,
    binary_labels,
    logits_loss,
    reduced,
    targets,
    weighted,
)
from ce_lib._validation import (
    broadcast,
    checked_axis,
    distribution,
    numbers,
    probabilities,
    quiet,
    rounded,
)
from ce_lib.categorical import softmax_jacobian

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_gradient",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_gradient",
    "binary_cross_entropy_with_logits_hessian",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_with_logits",
    "cross_entropy_with_logits_and_gradient",
    "cross_entropy_with_logits_gradient",
    "cross_entropy_with_logits_hessian",
]


# ---------------------------------------------------------------------------------- binary


@quiet
def binary_cross_entropy(y: Any, p: Any, *, reduction: str = "mean") -> Any:
    """-y ln(p) - (1 - y) ln(1 - p), in nats.

    Args:
        y: labels in [0, 1], any shape; broadcasts against ``p``.
        p: the model's P(Y = 1), in [0, 1]. A certain and wrong prediction costs inf.
        reduction: "mean", "sum" or "none".

    Returns:
        A scalar, or the broadcast shape for "none"; dtype of ``p``.

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: nan, numbers outside [0, 1], shapes that do not broadcast, an empty batch, an
            unknown reduction.

    Source: book, "Maximum likelihood and binary cross-entropy", "The binary cross-entropy".

    >>> binary_cross_entropy([1, 0, 1], [1.0, 0.0, 0.0], reduction="none")
    array([ 0.,  0., inf])
    """
    p, dtype = probabilities("p", p)
    y = binary_labels(y, p)
    losses = weighted(y, 0.0 - np.log(p)) + weighted(1 - y, 0.0 - np.log1p(-p))
    return reduced(losses, reduction, dtype)


@quiet
def binary_cross_entropy_gradient(y: Any, p: Any, *, reduction: str = "mean") -> Any:
    """d/dp of `binary_cross_entropy`: (p - y)/(p (1 - p)).

    Args, Raises: as for `binary_cross_entropy`.

    Returns:
        The broadcast shape, dtype of ``p``; divided by the number of entries for "mean". Where the
        loss is infinite, so is the derivative.

    Source: book, "Training a logistic regression", "Which way is downhill?".

    >>> binary_cross_entropy_gradient([1, 0], [0.5, 0.75], reduction="none")
    array([-2.,  4.])
    """
    p, dtype = probabilities("p", p)
    y = binary_labels(y, p)
    gradient = weighted(1 - y, 1 / (1 - p)) - weighted(y, 1 / p)
    return rounded(gradient / batch_divisor(gradient.size, reduction), dtype)


@quiet
def binary_cross_entropy_with_logits(y: Any, z: Any, *, reduction: str = "mean") -> Any:
    """-y ln s(z) - (1 - y) ln s(-z), in nats, s the logistic sigmoid.

    Args:
        y: labels in [0, 1], any shape; broadcasts against ``z``.
        z: logits, any shape; ±inf is a certain prediction.
        reduction: "mean", "sum" or "none".

    Returns:
        A scalar, or the broadcast shape for "none"; dtype of ``z``.

    Raises:
        TypeError, ValueError: as for `binary_cross_entropy`.

    Source: book, "Training a logistic regression", "What goes wrong".

    >>> binary_cross_entropy_with_logits([1, 1, 0], [40.0, -1000.0, -np.inf], reduction="none")
    array([4.24835426e-18, 1.00000000e+03, 0.00000000e+00])
    """
    z, dtype = numbers("z", z)
    y = binary_labels(y, z)
    # -ln s(z) = max(-z, 0) + ln(1 + exp(-|z|))
    tail = np.log1p(np.exp(-np.abs(z)))
    losses = weighted(y, np.maximum(-z, 0) + tail) + weighted(1 - y, np.maximum(z, 0) + tail)
    return reduced(losses, reduction, dtype)


@quiet
def binary_cross_entropy_with_logits_gradient(y: Any, z: Any, *, reduction: str = "mean") -> Any:
    """d/dz of `binary_cross_entropy_with_logits`: s(z) - y.

    Computed as (1 - y) s(z) - y s(-z), which for labels 0 and 1 keeps every digit.

    Args, Raises: as for `binary_cross_entropy_with_logits`.

    Returns:
        The broadcast shape, dtype of ``z``; divided by the number of entries for "mean".

    Source: book, "Training a logistic regression", "Which way is downhill?".

    >>> binary_cross_entropy_with_logits_gradient([0, 1], [0.0, 40.0], reduction="none")
    array([ 5.00000000e-01, -4.24835426e-18])
    """
    z, dtype = numbers("z", z)
    y = binary_labels(y, z)
    e = np.exp(-np.abs(z))
    larger, smaller = 1 / (1 + e), e / (1 + e)
    s, other = np.where(z >= 0, larger, smaller), np.where(z >= 0, smaller, larger)
    gradient = (1 - y) * s - y * other
    return rounded(gradient / batch_divisor(gradient.size, reduction), dtype)


@quiet
def binary_cross_entropy_with_logits_hessian(y: Any, z: Any, *, reduction: str = "mean") -> Any:
    """d²/dz² of `binary_cross_entropy_with_logits`: s(z) s(-z), whatever the label.

    Args, Raises: as for `binary_cross_entropy_with_logits`.

    Returns:
        The broadcast shape, dtype of ``z``: the diagonal, for the loss of one entry depends on no
        other entry. Divided by the number of entries for "mean".

    Source: book, "Training a logistic regression", "One valley".

    >>> binary_cross_entropy_with_logits_hessian([1, 0], [0.0, 0.0], reduction="none")
    array([0.25, 0.25])
    """
    z, dtype = numbers("z", z)
    y = binary_labels(y, z)
    e = np.exp(-np.abs(z))
    hessian = np.broadcast_to(e / (1 + e * (2 + e)), broadcast(y=y, z=z))
    return rounded(hessian / batch_divisor(hessian.size, reduction), dtype)


# ------------------------------------------------------------------------- several classes


@quiet
def cross_entropy(y: Any, p: Any, *, axis: int = -1, reduction: str = "mean") -> Any:
    """-ln p_y, or -sum_k y_k ln p_k for a probability vector y, in nats.

    Args:
        y: class indices, of the shape of ``p`` without ``axis``; or probability vectors of the
            shape of ``p``.
        p: probabilities, summing to one along ``axis``.
        axis: the axis along which the classes lie.
        reduction: "mean", "sum" or "none".

    Returns:
        A scalar, or the shape of ``p`` without ``axis`` for "none"; dtype of ``p``. A class that
        occurs but was given probability 0 costs inf.

    Raises:
        TypeError: arguments that do not hold real numbers, or labels that are not integers.
        ValueError: nan, labels outside the classes, probabilities outside [0, 1] or not summing to
            one, shapes that do not fit, an empty batch, an unknown reduction.

    This is the loss. The cross-entropy of two distributions in nats or bits is
    `ce_lib.information.cross_entropy`; on probability vectors the two agree.

    Source: book, "Softmax and cross-entropy", "The loss".

    >>> cross_entropy(2, [0.25, 0.25, 0.5]).round(6)
    np.float64(0.693147)
    >>> cross_entropy([[0.5, 0.5]], [[0.25, 0.75]]).round(6)
    np.float64(0.836988)
    """
    p, dtype = distribution("p", p, axis)
    p = np.moveaxis(p, checked_axis("p", p, axis), -1)
    truth, indices = targets(y, p.shape, axis, "p")
    if indices:
        losses = 0.0 - np.log(np.take_along_axis(p, truth[..., None], -1)[..., 0])
    else:
        losses = sum_along(weighted(truth, 0.0 - np.log(p)))
    return reduced(losses, reduction, dtype)


@quiet
def cross_entropy_gradient(y: Any, p: Any, *, axis: int = -1, reduction: str = "mean") -> Any:
    """d/dp_k of `cross_entropy`: -y_k/p_k, each p_k taken as a variable of its own.

    Args, Raises: as for `cross_entropy`.

    Returns:
        The shape and dtype of ``p``; divided by the batch size for "mean".

    Source: book, "Training a softmax classifier", "The gradient of the loss".

    >>> cross_entropy_gradient(1, [0.5, 0.25, 0.25])
    array([ 0., -4.,  0.])
    """
    p, dtype = distribution("p", p, axis)
    axis = checked_axis("p", p, axis)
    p = np.moveaxis(p, axis, -1)
    truth, indices = targets(y, p.shape, axis, "p")
    if indices:
        truth = (truth[..., None] == np.arange(p.shape[-1])).astype(np.float64)
    batch = batch_divisor(p.size // p.shape[-1], reduction)
    gradient = 0.0 - weighted(truth, 1 / p) / batch
    return rounded(np.moveaxis(gradient, -1, axis), dtype)


@quiet
def cross_entropy_with_logits(y: Any, z: Any, *, axis: int = -1, reduction: str = "mean") -> Any:
    """-ln softmax(z)_y = ln sum_k exp(z_k - z_y), in nats.

    The term of the label itself, which is 1, is left out of the sum and put back by log1p; the
    other terms keep every digit. So a loss of 1e-30 is 1e-30, not 0.

    Args:
        y: class indices, of the shape of ``z`` without ``axis``; or probability vectors of the
            shape of ``z``.
        z: logits, any shape with at least one axis; for infinite ones see `ce_lib.categorical`.
        axis: the axis along which the classes lie.
        reduction: "mean", "sum" or "none".

    Returns:
        A scalar, or the shape of ``z`` without ``axis`` for "none"; dtype of ``z``.

    Raises:
        TypeError, ValueError: as for `cross_entropy`.

    Memory beyond the arguments: less than one copy of ``z``, for it is worked on in blocks (plus
    a copy where ``axis`` is not the last).

    Source: book, "Training a softmax classifier", "Computing it".

    >>> cross_entropy_with_logits([0, 1], [[0.0, 0.0], [0.0, 1000.0]], reduction="none")
    array([0.69314718, 0.        ])
    >>> cross_entropy_with_logits(0, [70.0, 0.0])
    np.float64(3.975449735908647e-31)
    """
    losses, _, dtype = logits_loss(y, z, axis, reduction, want_gradient=False)
    return reduced(losses, reduction, dtype)


@quiet
def cross_entropy_with_logits_gradient(
    y: Any, z: Any, *, axis: int = -1, reduction: str = "mean"
) -> Any:
    """d/dz of `cross_entropy_with_logits`: softmax(z) - y.

    For class indices the entry of the label is minus the sum of the other probabilities, so it is
    not 0 where softmax rounds to 1; each entry is within 5 ulp.

    Args, Raises: as for `cross_entropy_with_logits`.

    Returns:
        The shape and dtype of ``z``; divided by the batch size for "mean".

    Source: book, "Training a softmax classifier", "The gradient of the loss".

    >>> cross_entropy_with_logits_gradient(1, [0.0, 0.0])
    array([ 0.5, -0.5])
    """
    return cross_entropy_with_logits_and_gradient(y, z, axis=axis, reduction=reduction)[1]


@quiet
def cross_entropy_with_logits_and_gradient(
    y: Any, z: Any, *, axis: int = -1, reduction: str = "mean"
) -> tuple[Any, Any]:
    """Loss and gradient from one set of exponentials: what a training step needs.

    Args, Raises: as for `cross_entropy_with_logits`.

    Returns:
        (loss, gradient), as `cross_entropy_with_logits` and `cross_entropy_with_logits_gradient`
        give them. Memory beyond the arguments: the gradient, and less than another copy of ``z``.

    Source: book, "Training a softmax classifier", "Training on digits".

    >>> loss, gradient = cross_entropy_with_logits_and_gradient([1, 1], [[0.0, 0.0], [0.0, 1.0]])
    >>> loss.round(6), gradient.round(3)
    (np.float64(0.503204), array([[ 0.25 , -0.25 ],
           [ 0.134, -0.134]]))
    """
    losses, gradient, dtype = logits_loss(y, z, axis, reduction, want_gradient=True)
    return reduced(losses, reduction, dtype), gradient


@quiet
def cross_entropy_with_logits_hessian(
    y: Any, z: Any, *, axis: int = -1, reduction: str = "mean"
) -> Any:
    """d²/dz_i dz_j of `cross_entropy_with_logits`: p_i (1[i = j] - p_j), whatever the label.

    Args, Raises: as for `cross_entropy_with_logits`.

    Returns:
        Shape (..., C, C), dtype of ``z``: one positive semidefinite block for each sample, for
        the loss of one sample depends on no other. Divided by the batch size for "mean".

    Source: book, "Training a softmax classifier", "To the weights, and once more".

    >>> cross_entropy_with_logits_hessian(0, [0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    matrix, _, shape = rows("z", z, axis)
    targets(y, shape, axis, "z")
    jacobian = softmax_jacobian(z, axis=axis)
    return jacobian / jacobian.dtype.type(batch_divisor(len(matrix), reduction))
