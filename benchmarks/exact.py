"""The truth, at mpmath's working precision, and how many ulp a result is from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mpmath
import numpy as np

FORMATS = {"float64": (53, -1074), "float32": (24, -149)}
FAR = 3000  # exp of less than minus this is 0 in any format, and slow in mpmath


def worst(got: Any, truth: Iterable[Any]) -> float:
    """The largest error in ulp of the format of ``got``; nan or a wrong infinity is infinite."""
    got = np.atleast_1d(got).ravel()
    bits, smallest = FORMATS[got.dtype.name]
    largest = mpmath.mpf(float(np.finfo(got.dtype).max))
    error = 0.0
    for value, true in zip(got.tolist(), truth, strict=True):
        if np.isinf(value) and abs(true) > largest and (value > 0) == (true > 0):
            continue
        if not np.isfinite(value):
            return float("inf")
        exponent = int(mpmath.frexp(true)[1]) - bits if true else smallest
        ulp = mpmath.ldexp(1, max(exponent, smallest))
        error = max(error, float(abs(mpmath.mpf(value) - true) / ulp))
    return error


def exact(values: Any) -> list[Any]:
    return [mpmath.mpf(float(v)) for v in np.ravel(values)]


def sigmoid(t: Any) -> Any:
    if t < -FAR:
        return mpmath.mpf(0)
    return 1 / (1 + mpmath.exp(-t)) if t > 0 else mpmath.exp(t) / (1 + mpmath.exp(t))


def softplus(t: Any) -> Any:
    if t > FAR:
        return t
    return mpmath.log1p(mpmath.exp(t)) if t > -FAR else mpmath.mpf(0)


def row(z: Any) -> tuple[list[Any], list[Any]]:
    """ln softmax and softmax of one row, with nothing lost."""
    values = exact(z)
    largest = max(values)
    top = values.index(largest)
    e = [mpmath.exp(v - largest) if v - largest > -FAR else mpmath.mpf(0) for v in values]
    others = mpmath.fsum(e[:top] + e[top + 1 :])
    return [v - largest - mpmath.log1p(others) for v in values], [v / (1 + others) for v in e]
