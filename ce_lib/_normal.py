"""The normal distribution function and its inverse from piecewise polynomials.

NumPy has no error function. The polynomials are in ``data/normal.npz``; their computation, with 60
digits, is ``benchmarks/normal_tables.py``.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np

from ce_lib._floats import LN2_512, LN2_512_LOW, two_product, two_sum
from ce_lib._validation import Array


def tail(t: Array, t_low: Array) -> Array:
    """Phi(-t) for t = t + t_low >= 0: exp(-t²/2) times a smooth function of t."""
    near = np.minimum(t, 39.5)  # Phi(-38.6) is below the smallest subnormal
    square, error = two_product(near, near)
    lost = (error + 2 * near * t_low) / 2
    smooth = _polynomial("tail", near)
    # Below 2.2e-308 exp has few bits left: there 2**512 exp(-t²/2) = exp(512 ln 2 - t²/2).
    far = square > 1200
    exponent, dropped = two_sum(np.where(far, LN2_512, 0.0), -square / 2)
    e = np.exp(exponent)
    e += e * (dropped + np.where(far, LN2_512_LOW, 0.0) - lost)
    return np.ldexp(e * smooth, np.where(far, -512, 0))


def lower_quantile(p: Array) -> Array:
    """Phi^-1(p) for 0 <= p <= 1/2."""
    q = 0.5 - p
    centre = q * _polynomial("centre", np.minimum(q * q, 0.0625))
    middle = _polynomial("quantile", np.clip(p, 0.015625, 0.25))
    r = np.clip(np.sqrt(-2 * np.log(p)), 2.875, 39.0)
    far = np.where(p > 0, _polynomial("far_quantile", r), np.inf)
    return 0.0 - np.where(p >= 0.25, centre, np.where(p >= 0.015625, middle, far))


def _polynomial(name: str, x: Array) -> Array:
    """The piecewise polynomial ``name`` at ``x``, by Horner's rule."""
    breaks, coefficients = _table(name)
    piece = np.clip(np.searchsorted(breaks, x, side="right") - 1, 0, len(breaks) - 2)
    middle, half = (breaks[1:] + breaks[:-1]) / 2, (breaks[1:] - breaks[:-1]) / 2
    y = (x - middle[piece]) / half[piece]
    value = coefficients[0][piece]
    for row in coefficients[1:]:
        value = value * y + row[piece]
    return value


@cache
def _table(name: str) -> tuple[Any, Any]:
    with np.load(os.path.join(os.path.dirname(__file__), "data", "normal.npz")) as tables:
        return tables[f"{name}_breaks"], tables[f"{name}_coefficients"]
