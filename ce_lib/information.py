"""How much one distribution tells about another, in nats or bits.

>>> from ce_lib import information
>>> information.entropy([0.5, 0.5], base=2)
np.float64(1.0)
>>> information.cross_entropy([0.5, 0.5], [0.25, 0.75], base=2).round(4)
np.float64(1.2075)
>>> information.kl_divergence([0.5, 0.5], [1.0, 0.0])
np.float64(inf)

P, the truth, comes first; Q, the model, second. Distributions are probability vectors along
``axis``; other axes broadcast. ``base`` is the base of the logarithm: e (nats, the default), 2
(bits), or any number above 1. A result is inf where P gives weight to what Q excludes, and never
nan: what P excludes costs nothing.

`cross_entropy` here is H(P, Q) of two distributions. At the top of the package,
``ce.cross_entropy`` is the loss of the same name, `ce_lib.losses.cross_entropy`, which takes
labels and averages over a batch; so H(P, Q) is ``ce.information.cross_entropy``. On probability
vectors and in nats the two are the same number.

Source: book, "What cross-entropy measures" and "Matching distributions"; C. E. Shannon,
*A Mathematical Theory of Communication*, 1948; S. Kullback and R. A. Leibler, *On Information and
Sufficiency*, 1951.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ce_lib._exponentials import sum_along
from ce_lib._floats import Double, double, log_double, two_product
from ce_lib._loss_kernel import weighted
from ce_lib._validation import Array, broadcast, checked_axis, distribution, numbers, quiet, rounded

__all__ = [
    "cross_entropy",
    "divergence_terms",
    "entropy",
    "gaussian_cross_entropy",
    "kl_divergence",
    "product_distribution",
]


@quiet
def entropy(p: Any, *, axis: int = -1, base: float = math.e) -> Any:
    """H(P) = -sum_x p(x) log p(x).

    Args:
        p: probabilities, summing to one along ``axis``.
        axis: the axis along which the outcomes lie.
        base: of the logarithm, above 1: e for nats, 2 for bits.

    Returns:
        Numbers between 0 and log C, of the shape of ``p`` without ``axis``, dtype of ``p``.

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: nan, probabilities outside [0, 1] or not summing to one, a base of 1 or less.

    Source: book, "What cross-entropy measures", "Entropy: the surprise to expect".

    >>> entropy([[0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0]], base=2)
    array([2., 0.])
    """
    p, dtype = distribution("p", p, axis)
    return rounded(sum_along(weighted(p, _minus_log(p, base)), axis), dtype)


@quiet
def cross_entropy(p: Any, q: Any, *, axis: int = -1, base: float = math.e) -> Any:
    """H(P, Q) = -sum_x p(x) log q(x): the expected code length for P with a code made for Q.

    Args:
        p: the true distribution, summing to one along ``axis``.
        q: the assumed distribution; broadcasts against ``p``, with as many outcomes.
        axis: the axis along which the outcomes lie.
        base: of the logarithm, above 1: e for nats, 2 for bits.

    Returns:
        Numbers from H(P) to inf, of the broadcast shape without ``axis``; dtype of ``q``. inf
        where supp P is not within supp Q.

    Raises:
        TypeError, ValueError: as for `entropy`; shapes that do not broadcast.

    Source: book, "What cross-entropy measures", "Cross-entropy: the code of another".

    >>> cross_entropy([0.5, 0.5, 0.0], [0.5, 0.25, 0.25], base=2)
    np.float64(1.5)
    """
    p, q, axis, dtype = _pair(p, q, axis)
    return rounded(sum_along(weighted(p, _minus_log(q, base)), axis), dtype)


@quiet
def kl_divergence(p: Any, q: Any, *, axis: int = -1, base: float = math.e) -> Any:
    """D(P || Q) = sum_x p(x) log(p(x)/q(x)) = H(P, Q) - H(P).

    Terms of either sign cancel where Q is close to P; such rows are summed again with 32 digits.
    The result is then within 4 ulp down to about 1e-16 and absolutely exact to 1e-31 below. It is
    the sum over the floats given: these sum to one only up to rounding, so a divergence near 0 may
    come out as small as -1e-17.

    Args, Returns, Raises: as for `cross_entropy`; the result is 0 for P = Q and inf where supp P
    is not within supp Q.

    Source: book, "What cross-entropy measures", "The divergence: what the wrong code costs".

    >>> kl_divergence([0.5, 0.5], [0.5, 0.5])
    np.float64(0.0)
    >>> kl_divergence([0.5, 0.5], [0.25, 0.75], base=2).round(4)
    np.float64(0.2075)
    """
    p, q, axis, dtype = _pair(p, q, axis)
    p, q = (np.moveaxis(a, axis, -1) for a in np.broadcast_arrays(p, q))
    shape = p.shape[:-1]
    p, q = p.reshape(-1, p.shape[-1]), q.reshape(-1, q.shape[-1])
    terms = _terms(p, q)
    total = terms.sum(axis=1)
    cancelled = np.isfinite(total) & (np.abs(total) < 0.5 * np.abs(terms).sum(axis=1))
    if np.any(cancelled):
        total[cancelled] = _precise_divergence(p[cancelled], q[cancelled])
    return rounded((total / _log_base(base)).reshape(shape), dtype)


@quiet
def divergence_terms(x: Any, y: Any) -> Any:
    """x ln(x/y), entry by entry: the terms of the Kullback-Leibler divergence, in nats.

    Args:
        x, y: non-negative numbers, not necessarily probabilities; they broadcast.

    Returns:
        The broadcast shape, dtype of ``y``: 0 where x is 0, inf where only y is 0. Within 4 ulp,
        also where x and y nearly agree and where their quotient over- or underflows.

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: nan, inf or negative numbers, shapes that do not broadcast.

    Source: book, "What cross-entropy measures", "The divergence: what the wrong code costs".

    >>> divergence_terms([0.0, 0.5, 0.5], [0.5, 0.5, 0.0])
    array([ 0.,  0., inf])
    """
    arrays = []
    for name, value in (("x", x), ("y", y)):
        array, dtype = numbers(name, value)
        if array.size and not (array.min() >= 0 and array.max() < np.inf):
            raise ValueError(f"{name} must hold finite numbers of 0 or more")
        arrays.append(array)
    broadcast(x=arrays[0], y=arrays[1])
    return rounded(_terms(*arrays), dtype)


def _terms(x: Array, y: Array) -> Array:
    # Between half and twice, x - y is exact and the logarithm is that of 1 plus a small number.
    near = np.log1p((x - y) / y)
    ratio = x / y
    representable = (ratio > 1e-300) & (ratio < 1e300)
    far = np.where(representable, np.log(ratio), np.log(x) - np.log(y))
    return weighted(x, np.where((x >= 0.5 * y) & (x <= 2 * y) & (y > 0), near, far))


def _precise_divergence(p: Array, q: Array) -> Array:
    # Outcomes without weight in P must not meet the logarithm of 0.
    present = p > 0
    log_p = log_double(double(np.where(present, p, 1.0)))
    log_q = log_double(double(np.where(present, q, 1.0)))
    terms = log_p.plus(log_q.negative()).times(double(p))
    return terms.total(axis=1).high


@quiet
def product_distribution(*marginals: Any) -> Any:
    """The joint distribution of independent variables: p(x_1, ..., x_n) = p_1(x_1) ... p_n(x_n).

    Entropies, cross-entropies and divergences of products are the sums over the factors.

    Args:
        marginals: one or more probability vectors, each of shape (C_i,).

    Returns:
        Shape (C_1, ..., C_n); float64 unless all marginals are of one smaller type. Flatten it
        (``.ravel()``) to hand it to the functions above.

    Raises:
        TypeError, ValueError: as for `entropy`; a marginal that is no vector, or none at all.

    Source: book, "Matching distributions", "Independent variables: it adds".

    >>> product_distribution([0.5, 0.5], [0.25, 0.75])
    array([[0.125, 0.375],
           [0.125, 0.375]])
    """
    if not marginals:
        raise ValueError("product_distribution needs at least one distribution")
    joint = np.ones(())
    dtypes = []
    for position, marginal in enumerate(marginals):
        vector, dtype = distribution(f"marginals[{position}]", marginal)
        if vector.ndim != 1:
            raise ValueError(
                f"marginals[{position}] must be a vector of probabilities, got shape {vector.shape}"
            )
        joint = joint[..., None] * vector
        dtypes.append(dtype)
    return rounded(joint, np.result_type(*dtypes))


@quiet
def gaussian_cross_entropy(
    mean_p: Any, std_p: Any, mean_q: Any, std_q: Any, *, base: float = math.e
) -> Any:
    """H(P, Q) for normal P and Q: ln(2 pi s_q²)/2 + (s_p² + (m_p - m_q)²)/(2 s_q²).

    A continuous cross-entropy has no zero of its own: it is negative for narrow Q.

    Args:
        mean_p, std_p: mean and standard deviation of the true distribution.
        mean_q, std_q: of the assumed distribution. All broadcast; float64 whatever they are.
        base: of the logarithm, above 1: e for nats, 2 for bits.

    Returns:
        The broadcast shape, float64.

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: nan or infinite arguments, a standard deviation that is not positive (``std_p``
            may be 0: all the weight on one point), shapes that do not broadcast.

    Source: book, "Matching distributions", "The continuous case".

    >>> gaussian_cross_entropy(0.0, 1.0, 0.0, 1.0).round(6)
    np.float64(1.418939)
    """
    given = {"mean_p": mean_p, "std_p": std_p, "mean_q": mean_q, "std_q": std_q}
    arrays = {}
    for name, value in given.items():
        array, _ = numbers(name, value)
        if not np.all(np.isfinite(array)):
            raise ValueError(f"{name} must be finite")
        if name == "std_p" and np.any(array < 0):
            raise ValueError("std_p must not be negative")
        if name == "std_q" and np.any(array <= 0):
            raise ValueError("std_q must be positive")
        arrays[name] = array
    shape = broadcast(**arrays)
    m_p, s_p, m_q, s_q = (np.broadcast_to(a, shape) for a in arrays.values())
    # In float64 the logarithm and the fraction may cancel; these are single numbers, so 32 digits
    # throughout cost nothing.
    spread = _square_of_ratio(double(s_p), s_q).plus(
        _square_of_ratio(double(m_p).plus(double(-m_q)), s_q)
    )
    logarithm = log_double(double(s_q))
    half_log_two_pi = double(np.full(shape, 0.9189385332046728), -3.8782941580672414e-17)
    total = spread.halved(1).plus(logarithm).plus(half_log_two_pi)
    plain = 0.5 * spread.high + np.log(s_q) + 0.9189385332046728
    # Ratios beyond 1e150 have no square in the format.
    value = np.where(np.isfinite(total.high), total.high, plain)
    return (value / _log_base(base))[()]


def _square_of_ratio(numerator: Double, denominator: Array) -> Double:
    """(numerator/denominator)²."""
    quotient = numerator.high / denominator
    product, error = two_product(quotient, denominator)
    rest = (((numerator.high - product) - error) + numerator.low) / denominator
    ratio = double(quotient).plus(double(np.where(np.isfinite(rest), rest, 0.0)))
    return ratio.times(ratio)


def _pair(p: Any, q: Any, axis: int) -> tuple[Array, Array, int, np.dtype[Any]]:
    p, _ = distribution("p", p, axis)
    q, dtype = distribution("q", q, axis)
    from_end = checked_axis("q", q, axis) - q.ndim
    if checked_axis("p", p, axis) - p.ndim != from_end:
        raise ValueError(
            f"p has shape {p.shape} and q {q.shape}: count the axis from the end (axis=-1)"
        )
    if p.shape[from_end] != q.shape[from_end]:
        raise ValueError(
            f"p has {p.shape[from_end]} outcomes along axis {axis}, q has {q.shape[from_end]}"
        )
    broadcast(p=p, q=q)
    return p, q, from_end, dtype


def _minus_log(p: Array, base: float) -> Array:
    # log2 is exact for powers of two; a quotient of logarithms is not.
    if base == 2:
        return 0.0 - np.log2(p)
    return (0.0 - np.log(p)) / _log_base(base)


def _log_base(base: float) -> float:
    array, _ = numbers("base", base)
    if array.ndim or not 1 < array < np.inf:
        raise ValueError(f"base must be a number above 1 (math.e for nats, 2 for bits), got {base}")
    return 1.0 if base == math.e else math.log(base)
