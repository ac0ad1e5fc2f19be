"""The yardstick of the numerics' tests: the error in units in the last place, against mpmath."""

from collections.abc import Callable, Iterable
from typing import Any

import mpmath
import numpy as np
import pytest

# Significand bits and the exponent of the smallest subnormal.
FORMATS = {np.dtype(np.float64): (53, -1074), np.dtype(np.float32): (24, -149)}


def ulp(exact: Any, dtype: np.dtype[Any]) -> Any:
    """The distance between neighbouring floats of ``dtype`` at ``exact``."""
    bits, smallest = FORMATS[dtype]
    if exact == 0:
        return mpmath.ldexp(1, smallest)
    _, exponent = mpmath.frexp(exact)
    return mpmath.ldexp(1, max(int(exponent) - bits, smallest))


def worst_error(got: Any, exact: Iterable[Any]) -> float:
    """The largest error of ``got`` in ulp of its own dtype; an overflow must be one in truth."""
    got = np.atleast_1d(got).ravel()
    exact = list(exact)
    assert len(got) == len(exact)
    largest = mpmath.mpf(float(np.finfo(got.dtype).max))
    worst = 0.0
    for value, truth in zip(got.tolist(), exact, strict=True):
        if np.isinf(value):
            assert np.sign(value) == mpmath.sign(truth)
            # Up to 4 ulp below the largest number, inf is as good an answer as any.
            assert abs(truth) > largest - 4 * ulp(largest, got.dtype)
            continue
        assert value == value, "nan"
        worst = max(worst, float(abs(mpmath.mpf(value) - truth) / ulp(truth, got.dtype)))
    return worst


@pytest.fixture
def error() -> Callable[[Any, Iterable[Any]], float]:
    return worst_error


@pytest.fixture(autouse=True)
def exact_arithmetic():
    """mpmath at 200 bits."""
    with mpmath.workprec(200):
        yield


@pytest.fixture
def exact() -> Callable[[float], Any]:
    """A float as an mpmath number, with nothing lost."""
    return lambda value: mpmath.mpf(float(value))
