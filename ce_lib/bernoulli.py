"""One coin, many coins: the model behind the binary cross-entropy.

>>> import ce_lib as ce
>>> y = ce.enumerate_outcomes(3)
>>> ce.likelihood(y, [0.2, 0.5, 0.9]).sum().round(12)
np.float64(1.0)
>>> ce.negative_log_likelihood([1, 0, 1], [0.2, 0.5, 0.9]).round(6)
np.float64(2.407946)

``y`` is an outcome in {0, 1}, ``s`` the probability P(Y = 1) in [0, 1]; they broadcast. float32
stays float32, integers and lists become float64.

Source: book, "Maximum likelihood and binary cross-entropy".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib._exponentials import sum_along
from ce_lib._floats import two_product, two_sum
from ce_lib._loss_kernel import weighted
from ce_lib._validation import (
    Array,
    broadcast,
    checked_axis,
    numbers,
    one_of,
    probabilities,
    quiet,
    rounded,
)

__all__ = ["enumerate_outcomes", "likelihood", "negative_log_likelihood", "pmf"]


@quiet
def pmf(y: Any, s: Any, *, form: str = "power") -> Any:
    """P(Y = y) of a Bernoulli variable with P(Y = 1) = s.

    Two formulas, one function: s^y (1 - s)^(1 - y), which a logarithm turns into the loss, and
    s y + (1 - s)(1 - y). They agree on {0, 1}, and nowhere else have they a meaning.

    Args:
        y: outcomes, 0 or 1.
        s: P(Y = 1), in [0, 1]; broadcasts against ``y``.
        form: "power" or "sum".

    Returns:
        Probabilities of the broadcast shape, dtype of ``s``.

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: outcomes other than 0 and 1, ``s`` outside [0, 1], nan, shapes that do not
            broadcast, an unknown form.

    Source: book, "Maximum likelihood and binary cross-entropy", "One label: a coin with its own
    bias".

    >>> pmf([0, 1], 0.25)
    array([0.75, 0.25])
    >>> pmf([0, 1], 0.25, form="sum")
    array([0.75, 0.25])
    """
    y, s, dtype = _arguments(y, s)
    if one_of("form", form, ("power", "sum")) == "power":
        return rounded(s**y * (1 - s) ** (1 - y), dtype)
    return rounded(s * y + (1 - s) * (1 - y), dtype)


@quiet
def likelihood(y: Any, s: Any, *, axis: int = -1) -> Any:
    """The probability of a sequence of independent outcomes: the product of `pmf` along ``axis``.

    The product keeps its rounding errors and its exponent apart, so it is within 1 ulp of the truth
    for any length, and 0 only where the truth is below 5e-324: after about 1074 fair coins, which
    is why one works with the logarithm.

    Args:
        y: outcomes, 0 or 1, with at least one axis after broadcasting.
        s: P(Y = 1), in [0, 1]; broadcasts against ``y``.
        axis: the axis along which the sequence runs.

    Returns:
        The broadcast shape without ``axis``, dtype of ``s``.

    Raises:
        TypeError, ValueError: as for `pmf`; an empty sequence.

    Source: book, "Maximum likelihood and binary cross-entropy", "Many labels: a product".

    >>> likelihood([1, 0, 1], [0.5, 0.5, 0.25])
    np.float64(0.0625)
    """
    y, s, dtype = _arguments(y, s)
    y, s = np.broadcast_arrays(y, s)
    axis = checked_axis("y", y, axis)
    # 1 - s as an exact sum of two floats.
    other, other_low = two_sum(np.ones(()), -s)
    high, exponent = np.frexp(np.where(y == 1, s, other))
    low = np.ldexp(np.where(y == 1, 0.0, other_low), -exponent)
    factors = [np.moveaxis(a, axis, 0) for a in (high, low, exponent.astype(np.int64))]
    return rounded(_product(*factors), dtype)


def _product(high: Array, low: Array, exponent: Array) -> Array:
    """The product along axis 0 of (high + low) 2**exponent, in pairs."""
    while len(high) > 1:
        half = len(high) // 2
        a, b, rest = slice(0, half), slice(half, 2 * half), slice(2 * half, None)
        product, error = two_product(high[a], high[b])
        error = error + (high[a] * low[b] + low[a] * high[b])
        significand, shift = np.frexp(product)
        high = np.concatenate([significand, high[rest]])
        low = np.concatenate([np.ldexp(error, -shift), low[rest]])
        exponent = np.concatenate([exponent[a] + exponent[b] + shift, exponent[rest]])
    shift = np.clip(exponent[0], -4000, 0).astype(np.int32)  # a probability: never above 1
    return np.ldexp(high[0] + low[0], shift + (exponent[0] > 0))


@quiet
def negative_log_likelihood(y: Any, s: Any, *, axis: int = -1) -> Any:
    """-ln `likelihood`: the sum of the binary cross-entropies along ``axis``, in nats.

    Args, Raises: as for `likelihood`.

    Returns:
        Numbers in [0, inf], of the broadcast shape without ``axis``, dtype of ``s``; inf where an
        outcome of probability 0 occurred. No underflow, however long the sequence.

    Source: book, "Maximum likelihood and binary cross-entropy", "Take the logarithm".

    >>> negative_log_likelihood([1] * 2000, 0.5).round(3)
    np.float64(1386.294)
    """
    y, s, dtype = _arguments(y, s)
    losses = weighted(y, 0.0 - np.log(s)) + weighted(1 - y, 0.0 - np.log1p(-s))
    axis = checked_axis("y", losses, axis)
    return rounded(sum_along(losses, axis), dtype)


def enumerate_outcomes(n: int) -> Any:
    """All 2^n sequences in {0, 1}^n, in binary counting order.

    With them one can check that the likelihoods of all outcomes sum to one.

    Args:
        n: the length, from 0 to 20.

    Returns:
        Shape (2^n, n), int64.

    Raises:
        TypeError: ``n`` is not an integer.
        ValueError: ``n`` is negative, or above 20 (more than a million rows).

    Source: book, "Maximum likelihood and binary cross-entropy", "Many labels: a product".

    >>> enumerate_outcomes(2)
    array([[0, 0],
           [0, 1],
           [1, 0],
           [1, 1]])
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise TypeError(f"n must be an integer, got {n!r}")
    if not 0 <= n <= 20:
        raise ValueError(f"n must be between 0 and 20 (2^n rows), got {n}")
    return np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1) & 1


def _arguments(y: Any, s: Any) -> tuple[Array, Array, np.dtype[Any]]:
    y, _ = numbers("y", y)
    if not np.all((y == 0) | (y == 1)):
        bad = y[(y != 0) & (y != 1)][0]
        raise ValueError(f"y must hold outcomes 0 and 1, but holds {bad!s}")
    s, dtype = probabilities("s", s)
    broadcast(y=y, s=s)
    return y, s, dtype
