"""From an unbounded score to a probability and back.

>>> import ce_lib as ce
>>> ce.sigmoid([-1000.0, 0.0, 1000.0])
array([0. , 0.5, 1. ])
>>> ce.logit(ce.sigmoid(2.0)).round(12)
np.float64(2.0)

The functions of the logistic sigmoid s(u) = 1/(1 + exp(-u)) take a scale ``c`` > 0 and then mean
s(c u). Next to it stands the normal distribution function Phi, the other classic way from a score
to a probability: `normal_cdf` is Phi(c u) and `probit` its inverse, as `logit` is the inverse of
`sigmoid`. All results are within 4 units in the last place (ulp) of the truth over the whole
float64 range. Arguments may have any shape and broadcast against ``c``; float32 stays float32,
integers and lists become float64, a single number gives a NumPy scalar. ``nan``, strings and
objects are refused with an error that names the argument; ``inf`` has its limit.

Source: book, "The sigmoid".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib import _normal
from ce_lib._floats import LN2_512, LN2_512_LOW, two_product
from ce_lib._validation import Array, broadcast, numbers, probabilities, quiet, rounded, scale

__all__ = ["log_sigmoid", "logit", "normal_cdf", "probit", "sigmoid", "sigmoid_derivative"]


_ONE = np.ones(())


@quiet
def sigmoid(u: Any, c: Any = 1.0) -> Any:
    """The logistic sigmoid s(c u) = 1/(1 + exp(-c u)), in [0, 1].

    Args:
        u: real numbers of any shape; ±inf give 1 and 0.
        c: scale, positive and finite; broadcasts against ``u``.

    Returns:
        An array of the broadcast shape and the dtype of ``u`` (float64 for integers and lists).

    Raises:
        TypeError: ``u`` or ``c`` does not hold real numbers.
        ValueError: nan, ``c`` not positive, or shapes that do not broadcast.

    Source: book, "The sigmoid", "The logistic sigmoid".

    >>> sigmoid(0)
    np.float64(0.5)
    >>> sigmoid([-1.0, 1.0], c=2).round(3)
    array([0.119, 0.881])
    """
    u, c, dtype = _arguments(u, c)
    # The exponent is never positive, so nothing overflows; s(-u) = 1 - s(u) does the rest.
    e, _ = _exp_minus_abs(u, c)
    return rounded(np.where(u >= 0, 1.0, e) / (1 + e), dtype)


@quiet
def log_sigmoid(u: Any, c: Any = 1.0) -> Any:
    """ln s(c u) = min(c u, 0) - ln(1 + exp(-|c u|)), in nats.

    Exact where ln(sigmoid(u)) is not: no -inf for u < -745, no 0 for 37 < u < 745.

    Args:
        u: real numbers of any shape; +inf gives 0, -inf gives -inf.
        c: scale, positive and finite; broadcasts against ``u``.

    Returns:
        Numbers in [-inf, 0], of the broadcast shape and the dtype of ``u``.

    Raises:
        TypeError, ValueError: as for `sigmoid`.

    Source: book, "The sigmoid", "The logarithm needs its own function".

    >>> log_sigmoid([-1000.0, 0.0, 40.0])
    array([-1.00000000e+03, -6.93147181e-01, -4.24835426e-18])
    """
    u, c, dtype = _arguments(u, c)
    e, distance = _exp_minus_abs(u, c)
    return rounded(np.where(u < 0, -distance, 0.0) - np.log1p(e), dtype)


@quiet
def sigmoid_derivative(u: Any, c: Any = 1.0) -> Any:
    """d/du s(c u) = c s(c u) s(-c u), in [0, c/4].

    Computed as c e/(1 + e)² from e = exp(-|c u|), because s(u)(1 - s(u)) is 0 from u = 37 on.

    Args:
        u: real numbers of any shape; ±inf give 0.
        c: scale, positive and finite; broadcasts against ``u``.

    Returns:
        An array of the broadcast shape and the dtype of ``u``.

    Raises:
        TypeError, ValueError: as for `sigmoid`.

    Source: book, "The sigmoid", "The derivative".

    >>> sigmoid_derivative(0.0)
    np.float64(0.25)
    >>> sigmoid_derivative([-40.0, 40.0])
    array([4.24835426e-18, 4.24835426e-18])
    """
    u, c, dtype = _arguments(u, c)
    distance, lost = _distance(u, c)
    e = np.exp(-distance)
    # 1 + e(2 + e) rounds less than (1 + e)²; what c u has lost is put right in the same sum.
    slope = c * (e / (1 + (e * (2 + e) + lost * (1 - e * e))))
    far = (distance > 700) & (c > 1)
    if np.any(far):
        slope = np.where(far, _scaled_tail(u, c), slope)
    return rounded(slope, dtype)


@quiet
def logit(p: Any, c: Any = 1.0) -> Any:
    """The log-odds ln(p/(1 - p))/c in nats: the inverse of u -> s(c u).

    Args:
        p: probabilities of any shape; 0 gives -inf and 1 gives +inf.
        c: scale, positive and finite; broadcasts against ``p``.

    Returns:
        Numbers in [-inf, inf], of the broadcast shape and the dtype of ``p``.

    Raises:
        TypeError: ``p`` or ``c`` does not hold real numbers.
        ValueError: an entry of ``p`` outside [0, 1] or nan, ``c`` not positive, or shapes that do
            not broadcast.

    Source: book, "The sigmoid", "The way back: logit and log-odds".

    >>> logit([0.0, 0.5, 1.0])
    array([-inf,   0.,  inf])
    >>> logit(0.75).round(6)
    np.float64(1.098612)
    """
    p, dtype = probabilities("p", p)
    c = scale("c", c)
    broadcast(p=p, c=c)
    # Towards 1/2 both logarithms cancel; there ln(p/(1-p)) = ln(1 + (2p-1)/(1-p)), where 2p-1 and
    # the larger of p and 1-p lose nothing.
    near = np.sign(p - 0.5) * np.log1p(np.abs(2 * p - 1) / np.where(p > 0.5, 1 - p, p))
    far = np.log(p) - np.log1p(-p)
    return rounded(np.where(p < 0.25, far, near) / c, dtype)


@quiet
def normal_cdf(u: Any, c: Any = 1.0) -> Any:
    """Phi(c u), the distribution function of the standard normal distribution, in [0, 1].

    Args:
        u: real numbers of any shape; ±inf give 1 and 0.
        c: scale, positive and finite; broadcasts against ``u``.

    Returns:
        An array of the broadcast shape and the dtype of ``u``.

    Raises:
        TypeError, ValueError: as for `sigmoid`.

    Source: book, "The sigmoid", "What we wish for".

    >>> normal_cdf([-np.inf, 0.0, 1.0]).round(6)
    array([0.      , 0.5     , 0.841345])
    """
    u, c, dtype = _arguments(u, c)
    distance, lost = two_product(np.abs(u), c)
    below = _normal.tail(distance, lost)
    return rounded(np.where(u > 0, 1 - below, below), dtype)


@quiet
def probit(p: Any, c: Any = 1.0) -> Any:
    """Phi^-1(p)/c, the normal quantile: the inverse of `normal_cdf`.

    Args:
        p: probabilities of any shape; 0 gives -inf and 1 gives +inf.
        c: scale, positive and finite; broadcasts against ``p``.

    Returns:
        Numbers in [-inf, inf], of the broadcast shape and the dtype of ``p``.

    Raises:
        TypeError, ValueError: as for `logit`.

    Source: book, "The sigmoid", "What we wish for".

    >>> probit([0.0, 0.5, 0.975]).round(6)
    array([    -inf, 0.      , 1.959964])
    """
    p, dtype = probabilities("p", p)
    c = scale("c", c)
    broadcast(p=p, c=c)
    upper = p > 0.5
    below = _normal.lower_quantile(np.where(upper, 1 - p, p))
    return rounded(np.where(upper, -below, below) / c, dtype)


def _arguments(u: Any, c: Any) -> tuple[Array, Array, np.dtype[Any]]:
    u, dtype = numbers("u", u)
    if type(c) is float and c == 1.0:  # what one leaves out is right, and fits every shape
        return u, _ONE, dtype
    c = scale("c", c)
    broadcast(u=u, c=c)
    return u, c, dtype


def _exp_minus_abs(u: Array, c: Array) -> tuple[Array, Array]:
    """exp(-|c u|) and |c u|."""
    distance, lost = _distance(u, c)
    e = np.exp(-distance)
    # exp turns the rounding error of c u, half an ulp of up to 745, into 2**-44 of its result:
    # so the error goes into the exponential as well.
    return e - e * lost, distance


def _distance(u: Array, c: Array) -> tuple[Array, Array]:
    """|c u| and its rounding error."""
    if c is _ONE or np.all(c == 1):
        return np.abs(u), np.zeros(())
    return two_product(np.abs(u), c)


def _scaled_tail(u: Array, c: Array) -> Array:
    """c exp(-|c u|) beyond 700, where exp is subnormal and has few bits left for c to show."""
    distance, lost = two_product(np.abs(u), c)
    # 2**-1024 exp(1024 ln 2 - d) = exp(-d)
    e = np.exp(2 * LN2_512 - distance)
    return np.ldexp(c * (e - e * (lost - 2 * LN2_512_LOW)), -1024)
