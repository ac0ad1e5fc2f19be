"""Compute the polynomials behind `ce_lib.normal_cdf` and `ce_lib.probit`.

NumPy has no error function. On each of a few intervals the smooth part of the normal distribution
function, and its inverse, is interpolated at the zeros of a Chebyshev polynomial with 60 digits
and stored as powers of y = (x - middle)/half width. `tests/numerics/test_normal.py` computes some
of them afresh and compares.

Example:
    python -m benchmarks.normal_tables ce_lib/data/normal.npz
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

TERMS = 36


def scaled_tail(t: Any) -> Any:
    """Phi(-t) exp(t²/2)."""
    return mpmath.erfc(t / mpmath.sqrt(2)) * mpmath.exp(t * t / 2) / 2


def lower_quantile(p: Any) -> Any:
    """-Phi^-1(p) for 0 < p < 1/2, by Newton's method on the logarithm of the tail."""
    target = mpmath.log(p)
    guess = mpmath.sqrt(max(-2 * target - mpmath.log(4 - 4 * target), mpmath.mpf("1e-9")))
    for _ in range(60):
        # d/dt ln Phi(-t) = -phi(t)/Phi(-t) = -1/(sqrt(2 pi) scaled_tail(t))
        scaled = scaled_tail(guess)
        miss = mpmath.log(scaled) - guess * guess / 2 - target
        step = miss * mpmath.sqrt(2 * mpmath.pi) * scaled
        guess += step
        if abs(step) < mpmath.mpf(10) ** (10 - mpmath.mp.dps):
            return guess
    raise ArithmeticError(f"no convergence at p = {p}")


def central_ratio(s: Any) -> Any:
    """Phi^-1(1/2 + q)/q as a function of s = q²."""
    if s == 0:
        return mpmath.sqrt(2 * mpmath.pi)
    q = mpmath.sqrt(s)
    return lower_quantile(mpmath.mpf(1) / 2 - q) / q


def tail_quantile(r: Any) -> Any:
    """-Phi^-1(p) as a function of r = sqrt(-2 ln p)."""
    return lower_quantile(mpmath.exp(-r * r / 2))


# Every break is a float; the last intervals reach beyond the smallest subnormal.
TABLES: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
    "tail": (scaled_tail, [0, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 40]),
    "centre": (central_ratio, [0, 0.03125, 0.0625]),
    "quantile": (lower_quantile, [0.015625, 0.03125, 0.0625, 0.125, 0.25]),
    "far_quantile": (tail_quantile, [2.875, 3.5, 4, 5, 6, 8, 12, 16, 24, 40]),
}


def powers(function: Callable[[Any], Any], low: float, high: float) -> list[Any]:
    """Coefficients of 1, y, y², ... of the interpolating polynomial on [low, high]."""
    middle, half = (mpmath.mpf(low) + high) / 2, (mpmath.mpf(high) - low) / 2
    angles = [mpmath.pi * (k + mpmath.mpf(1) / 2) / TERMS for k in range(TERMS)]
    values = [function(middle + half * mpmath.cos(a)) for a in angles]
    chebyshev = [
        2 * mpmath.fsum(v * mpmath.cos(n * a) for v, a in zip(values, angles, strict=True)) / TERMS
        for n in range(TERMS)
    ]
    chebyshev[0] /= 2
    # T_(n+1) = 2 y T_n - T_(n-1)
    total = [mpmath.mpf(0)] * TERMS
    previous, current = [mpmath.mpf(1)], [mpmath.mpf(0), mpmath.mpf(1)]
    for n, coefficient in enumerate(chebyshev):
        polynomial = previous
        for power, c in enumerate(polynomial):
            total[power] += coefficient * c
        if n + 1 < TERMS:
            following = [mpmath.mpf(0)] + [2 * c for c in current]
            for power, c in enumerate(previous):
                following[power] -= c
            previous, current = current, following
    return total


def table(name: str) -> dict[str, Any]:
    """The breaks of one table and the coefficients of each interval, highest power first."""
    function, breaks = TABLES[name]
    with mpmath.workdps(60):
        rows = [powers(function, *pair) for pair in itertools.pairwise(breaks)]
        needed = max(
            power for row in rows for power in range(TERMS) if abs(row[power]) > 1e-19 * abs(row[0])
        )
        coefficients = np.array([[float(c) for c in row[: needed + 1]] for row in rows])
    return {
        f"{name}_breaks": np.array(breaks, dtype=np.float64),
        f"{name}_coefficients": coefficients[:, ::-1].T.copy(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("output", help="the .npz file to write")
    output = parser.parse_args().output
    arrays: dict[str, Any] = {}
    for name in TABLES:
        arrays.update(table(name))
        print(name, arrays[f"{name}_coefficients"].shape)
    np.savez_compressed(output, **arrays)


if __name__ == "__main__":
    main()
