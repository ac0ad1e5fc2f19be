"""From a vector of scores to a probability for each class.

>>> import ce_lib as ce
>>> p = ce.softmax([1.0, 2.0, 3.0])
>>> p.round(3)
array([0.09 , 0.245, 0.665])
>>> (ce.log_softmax([1.0, 2.0, 3.0]) - np.log(p)).round(12)
array([0., 0., 0.])

`softmax`, `log_softmax` and `logsumexp` are within 4 units in the last place (ulp) of the truth,
subnormals included; only a logsumexp next to 0 is as good as its absolute error of 1e-31 allows.
Classes run along ``axis`` (the last one unless you say otherwise); float32 stays float32, integers
and lists become float64. ``nan``, strings and objects are refused with an error that names the
argument.

Infinite logits have the value of their limit: a class at +inf has probability 1, a class at -inf
has 0; classes that tie at the maximum, even an infinite one, share equally.

Source: book, "Softmax and cross-entropy"; "Training a softmax classifier".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib._exponentials import (
    ENLARGEMENT,
    SUBNORMAL_BELOW,
    blocks,
    distances,
    exponentials,
    positions,
    row_sums,
    rows,
    take_out,
    tiny_exponentials,
)
from ce_lib._floats import double, exp_double, two_sum
from ce_lib._validation import Array, labels, quiet, rounded, scale

__all__ = ["log_softmax", "logsumexp", "one_hot", "softmax", "softmax_jacobian"]


@quiet
def softmax(z: Any, *, axis: int = -1, temperature: float = 1.0) -> Any:
    """softmax(z/T)_i = exp(z_i/T) / sum_k exp(z_k/T).

    Args:
        z: logits, any shape with at least one axis.
        axis: the axis along which the classes lie.
        temperature: T > 0. Towards 0 the largest logit takes all, towards inf all become equal.

    Returns:
        Probabilities of the shape and dtype of ``z``, summing to one along ``axis``.

    Raises:
        TypeError: ``z`` does not hold real numbers.
        ValueError: nan, no classes along ``axis``, or a temperature that is not positive.

    Source: book, "Softmax and cross-entropy", "From scores to probabilities".

    >>> softmax([0.0, 0.0])
    array([0.5, 0.5])
    >>> softmax([1000.0, 1001.0], temperature=0.5).round(3)
    array([0.119, 0.881])
    >>> softmax([[1.0, 1.0], [1.0, 3.0]], axis=0).round(3)
    array([[0.5  , 0.119],
           [0.5  , 0.881]])
    """
    temperature = _temperature(temperature)
    matrix, dtype, shape = rows("z", z, axis)
    result = np.empty(matrix.shape, dtype)
    for where, block, moderate in blocks("z", matrix):
        room = result[where] if dtype == np.float64 else None
        e = exponentials(block, moderate, temperature=temperature, out=room)
        np.divide(e, row_sums(e)[:, None], out=result[where], casting="same_kind")
    return np.moveaxis(result.reshape(shape), -1, axis)


@quiet
def log_softmax(z: Any, *, axis: int = -1, temperature: float = 1.0) -> Any:
    """ln softmax(z/T), in nats; exact where softmax itself is 0 or 1.

    With m the largest logit, ln softmax(z)_i = (z_i - m) - ln(1 + sum over the others of
    exp(z_k - m)): two terms of the same sign.

    Args:
        z: logits, any shape with at least one axis.
        axis: the axis along which the classes lie.
        temperature: T > 0, as for `softmax`.

    Returns:
        Numbers in [-inf, 0] of the shape and dtype of ``z``.

    Raises:
        TypeError, ValueError: as for `softmax`.

    Source: book, "Training a softmax classifier", "Computing it".

    >>> log_softmax([0.0, 1000.0])
    array([-1000.,     0.])
    >>> log_softmax([0.0, 40.0])
    array([-4.00000000e+01, -4.24835426e-18])
    """
    temperature = _temperature(temperature)
    matrix, dtype, shape = rows("z", z, axis)
    result = np.empty(matrix.shape, dtype)
    for where, block, moderate in blocks("z", matrix):
        result[where] = log_softmax_block(block, moderate, temperature)
    return np.moveaxis(result.reshape(shape), -1, axis)


def log_softmax_block(z: Array, moderate: bool, temperature: float = 1.0) -> Array:
    """log_softmax along the rows of one block."""
    largest = z.argmax(axis=1)
    maximum = z[np.arange(len(z)), largest][:, None]
    distance, _ = distances(z, maximum)
    return distance / temperature - _log_normaliser(z, moderate, largest, temperature)[:, None]


def _log_normaliser(z: Array, moderate: bool, largest: Array, temperature: float = 1.0) -> Array:
    """ln sum_k exp((z_k - max z)/T), each row; its 1 is never added, so nothing small is lost."""
    e = exponentials(z, moderate, temperature=temperature)
    at_maximum = take_out(e, positions(largest, e.shape[1]))
    others = row_sums(e)
    if not (moderate and temperature == 1):
        tiny = others < SUBNORMAL_BELOW
        if np.any(tiny):
            enlarged = tiny_exponentials(z[tiny], largest[tiny], temperature)
            others[tiny] = np.ldexp(row_sums(enlarged), -ENLARGEMENT)
    return np.log1p(others / at_maximum)


@quiet
def logsumexp(z: Any, *, axis: int = -1) -> Any:
    """ln sum_k exp(z_k), in nats, with neither overflow nor cancellation.

    Where the largest logit is negative and the result near 0, the sum is taken again with 32
    digits; such rows take some fifty times as long.

    Args:
        z: logits, any shape with at least one axis.
        axis: the axis along which to sum; it disappears.

    Returns:
        Numbers of the remaining shape and the dtype of ``z``; -inf where every logit is -inf, inf
        where one is inf.

    Raises:
        TypeError, ValueError: as for `softmax`.

    Source: book, "Training a softmax classifier", "Computing it".

    >>> logsumexp([1000.0, 1000.0]).round(6)
    np.float64(1000.693147)
    >>> logsumexp([[0.0, -np.inf], [0.0, 0.0]])
    array([0.        , 0.69314718])
    """
    matrix, dtype, shape = rows("z", z, axis)
    result = np.empty(len(matrix))
    for where, block, moderate in blocks("z", matrix):
        largest = block.argmax(axis=1)
        maximum = block[np.arange(len(block)), largest]
        logarithm = _log_normaliser(block, moderate, largest)
        total = maximum + logarithm
        # A negative maximum and a positive logarithm cancel: what is left of the float64 sum is
        # only a first guess, and one Newton step in double-double makes it exact.
        cancelled = (maximum < 0) & (np.abs(total) < 0.6 * logarithm) & np.isfinite(total)
        if np.any(cancelled):
            total[cancelled] = _refined(block[cancelled], total[cancelled])
        result[where] = total
    return rounded(result.reshape(shape[:-1]), dtype)


def _refined(z: Array, guess: Array) -> Array:
    """ln sum exp(z) = guess + ln sum exp(z - guess), where the last sum is nearly 1."""
    distance, lost = two_sum(z, -guess[:, None])
    # exp(-100) is far below the 2**-106 that the sum resolves; further down, low parts underflow.
    near = np.clip(distance, -100.0, None)
    total = exp_double(double(near, np.where(distance > -100, lost, 0.0))).total(axis=1)
    error = total.plus(double(-np.ones_like(guess))).high
    return guess + (error - 0.5 * error * error)


@quiet
def softmax_jacobian(z: Any, *, axis: int = -1) -> Any:
    """d softmax(z)_i / d z_j = p_i (1[i = j] - p_j).

    1 - p_i is computed as the sum of the other probabilities, so that the diagonal is accurate
    when one class takes nearly all; each entry is a product of two numbers within 4 ulp.

    Args:
        z: logits, shape (..., C) with the C classes along ``axis``.
        axis: the axis along which the classes lie.

    Returns:
        Shape (..., C, C), dtype of ``z``: symmetric matrices whose rows sum to zero; i and j are
        the last two axes.

    Raises:
        TypeError, ValueError: as for `softmax`.

    Source: book, "Softmax and cross-entropy", "The derivative of softmax".

    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    matrix, dtype, shape = rows("z", z, axis)
    classes = shape[-1]
    result = np.empty((*matrix.shape, classes), dtype)
    diagonal = np.arange(classes)
    for where, block, moderate in blocks("z", matrix, entries_per_row=classes**2):
        p, others = probabilities_and_complements(block, moderate)
        jacobian = -p[:, :, None] * p[:, None, :]
        jacobian[:, diagonal, diagonal] = p * others
        result[where] = jacobian
    return result.reshape(*shape, classes)


def probabilities_and_complements(z: Array, moderate: bool) -> tuple[Array, Array]:
    """softmax of each row and 1 - softmax, the latter with nothing lost where softmax is near 1."""
    e = exponentials(z, moderate)
    total = row_sums(e)
    p = e / total[:, None]
    complement = 1 - p
    largest = z.argmax(axis=1)
    take_out(e, positions(largest, e.shape[1]))
    complement[np.arange(len(e)), largest] = row_sums(e) / total
    return p, complement


def one_hot(y: Any, classes: int | None = None, *, dtype: Any = np.float64) -> Any:
    """The vector with a 1 at the label and 0 elsewhere.

    Args:
        y: integer labels 0..C-1 of any shape.
        classes: C; by default the largest label plus one.
        dtype: of the result.

    Returns:
        Shape (*y.shape, C).

    Raises:
        TypeError: labels that are not integers.
        ValueError: labels outside 0..C-1, or no labels and no ``classes``.

    Source: book, "Softmax and cross-entropy", "The label as a vector".

    >>> one_hot([0, 2], 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    if classes is None:
        found = np.asarray(y)
        if found.size == 0:
            raise ValueError("y is empty: say how many classes there are with classes=")
        classes = int(found.max()) + 1 if found.dtype.kind in "bui" else 1
    elif isinstance(classes, bool) or not isinstance(classes, int | np.integer) or classes < 1:
        raise ValueError(f"classes must be a positive integer, got {classes!r}")
    index = labels("y", y, max(int(classes), 1))
    return (index[..., None] == np.arange(int(classes))).astype(dtype)


def _temperature(value: Any) -> float:
    array = scale("temperature", value)
    if array.ndim:
        raise ValueError(f"temperature must be a single number, got shape {array.shape}")
    return float(array)
