"""Arithmetic that keeps what a rounding throws away.

Each function returns a pair (high, low): ``high`` is the rounded result, ``low`` the error, and
their sum is exact. Sources: T. J. Dekker, *A floating-point technique for extending the available
precision*, Numerische Mathematik 18 (1971); D. E. Knuth, *The Art of Computer Programming* vol. 2,
section 4.2.2.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_SPLITTER = 2.0**27 + 1  # halves a 53-bit significand

# ln 2 in parts of 30 bits, the last one rounded.
_LN2 = (0.6931471796706319, 8.893134232496047e-10, 6.390629504613866e-19, 3.031172921141066e-28)

# 512 ln 2 as a sum of two floats: exp(x) = 2**-512 exp(x + 512 ln 2) where exp(x) is subnormal.
LN2_512 = 354.891356446692
LN2_512_LOW = 1.1873519686893054e-14

# 1/1!, ..., 1/10! as sums of two floats.
_INVERSE_FACTORIALS = (
    (1.0, 0.0),
    (0.5, 0.0),
    (0.16666666666666666, 9.25185853854297e-18),
    (0.041666666666666664, 2.3129646346357427e-18),
    (0.008333333333333333, 1.1564823173178714e-19),
    (0.001388888888888889, -5.300543954373577e-20),
    (0.0001984126984126984, 1.7209558293420705e-22),
    (2.48015873015873e-05, 2.1511947866775882e-23),
    (2.7557319223985893e-06, -1.858393274046472e-22),
    (2.755731922398589e-07, 2.3767714622250297e-23),
)


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """``a + b`` exactly, for finite sums: (rounded sum, rounding error)."""
    high = a + b
    b_seen = high - a
    return high, (a - (high - b_seen)) + (b - b_seen)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """``a * b`` as (rounded product, rounding error), with no overflow on the way.

    The error is exact unless it underflows; it is 0 where the product is infinite.
    """
    a_significand, a_exponent = np.frexp(a)
    b_significand, b_exponent = np.frexp(b)
    exponent = a_exponent + b_exponent
    high = a_significand * b_significand
    a_high, a_low = _halves(a_significand)
    b_high, b_low = _halves(b_significand)
    low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low
    high, low = np.ldexp(high, exponent), np.ldexp(low, exponent)
    return high, np.where(np.isfinite(high), low, 0.0)


def _plain_product(a: Array, b: Array) -> tuple[Array, Array]:
    """`two_product` for factors below 1e300: three times as fast."""
    high = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low


def _halves(a: Array) -> tuple[Array, Array]:
    """Veltkamp's split: ``a`` as the sum of two 26-bit numbers."""
    shifted = _SPLITTER * a
    high = shifted - (shifted - a)
    return high, a - high


class Double(NamedTuple):
    """An unevaluated sum ``high + low`` with about 32 significant digits ("double-double").

    Slow, and only called where an ordinary sum has cancelled; entries are below 1e300.
    """

    high: Array
    low: Array

    def plus(self, other: Double) -> Double:
        high, low = two_sum(self.high, other.high)
        return _renormalised(high, low + self.low + other.low)

    def times(self, other: Double) -> Double:
        high, low = _plain_product(self.high, other.high)
        return _renormalised(high, low + (self.high * other.low + self.low * other.high))

    def negative(self) -> Double:
        return Double(-self.high, -self.low)

    def halved(self, times: int) -> Double:
        """Divided by 2**times, exactly."""
        return Double(np.ldexp(self.high, -times), np.ldexp(self.low, -times))

    def total(self, axis: int) -> Double:
        """The sum along ``axis``, in pairs, with every rounding error kept."""
        high, low = np.moveaxis(self.high, axis, 0), np.moveaxis(self.low, axis, 0)
        while len(high) > 1:
            odd = len(high) % 2
            half = len(high) // 2
            pair = Double(high[:half], low[:half]).plus(
                Double(high[half : 2 * half], low[half : 2 * half])
            )
            if odd:
                high = np.concatenate([pair.high, high[-1:]])
                low = np.concatenate([pair.low, low[-1:]])
            else:
                high, low = pair
        return Double(high[0], low[0])


def double(high: Any, low: Any = 0.0) -> Double:
    """The numbers ``high + low`` as a Double."""
    high = np.asarray(high, dtype=np.float64)
    return Double(high, np.broadcast_to(np.asarray(low, dtype=np.float64), high.shape))


def exp_double(x: Double) -> Double:
    """exp(x) to about 30 digits, for -700 < x < 700.

    x = k ln 2 + r, exp(r) - 1 by its Taylor series at r/64, then six times
    exp(2t) - 1 = 2 (exp(t) - 1) + (exp(t) - 1)².
    """
    k = np.rint(x.high / _LN2[0])
    r = x
    for part in _LN2:  # k times a part of 30 bits or fewer is exact
        r = r.plus(double(-k * part))
    t = r.halved(6)
    series = double(np.full_like(t.high, 1 / 39916800))
    for reciprocal in reversed(_INVERSE_FACTORIALS):
        series = series.times(t).plus(double(np.full_like(t.high, reciprocal[0]), reciprocal[1]))
    less_one = series.times(t)
    for _ in range(6):
        doubled = Double(2 * less_one.high, 2 * less_one.low)
        less_one = doubled.plus(less_one.times(less_one))
    result = less_one.plus(double(np.ones_like(t.high)))
    return Double(np.ldexp(result.high, k.astype(int)), np.ldexp(result.low, k.astype(int)))


def log_double(x: Double) -> Double:
    """ln(x) to about 30 digits, for positive x: one Newton step on exp from np.log."""
    significand, exponent = np.frexp(x.high)
    low = np.ldexp(x.low, -exponent)
    start = np.log(significand)
    ratio = exp_double(double(-start)).times(Double(significand, low))
    error = ratio.plus(double(-np.ones_like(start)))
    logarithm = double(start).plus(error).plus(double(-0.5 * error.high * error.high))
    for part in _LN2:
        logarithm = logarithm.plus(double(exponent * part))
    return logarithm


def _renormalised(high: Array, low: Array) -> Double:
    total = high + low
    return Double(total, low - (total - high))
