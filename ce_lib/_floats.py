"""Arithmetic that keeps what a rounding throws away.

Each function returns a pair (high, low): ``high`` is the rounded result, ``low`` the error, and
their sum is exact. Sources: T. J. Dekker, *A floating-point technique for extending the available
precision*, Numerische Mathematik 18 (1971); D. E. Knuth, *The Art of Computer Programming* vol. 2,
section 4.2.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_SPLITTER = 2.0**27 + 1  # halves a 53-bit significand


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


def _halves(a: Array) -> tuple[Array, Array]:
    """Veltkamp's split: ``a`` as the sum of two 26-bit numbers."""
    shifted = _SPLITTER * a
    high = shifted - (shifted - a)
    return high, a - high
