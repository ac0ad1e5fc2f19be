"""The exponentials that softmax, its logarithm and its loss share, one cache-sized block at a time.

Every formula of the categorical distribution is a ratio of exponentials, and a common factor
cancels. The textbook takes exp(z - max z): no overflow, but the subtraction rounds, and exp turns
half an ulp of 30 into 16 ulp of its result. So here:

* Where every logit lies in [-340, 340], nothing is subtracted: exp(z) cannot overflow, nor can the
  ratio of two of them.
* Elsewhere the maximum is subtracted and the rounding error of the subtraction is carried into the
  exponential, exp(d + e) = exp(d) + e exp(d).

A sum that leaves out one term is summed without it, never by subtracting it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ce_lib._floats import LN2_512, LN2_512_LOW, two_product, two_sum
from ce_lib._validation import Array, checked_axis, numbers

# 2**18 float64 are two megabytes: small enough for a cache, large enough that calls cost nothing.
BLOCK = 1 << 18
UNSHIFTED = 340.0

# exp keeps all its bits down to 2.2e-308; below, a factor of 2**512 lifts it.
SUBNORMAL_BELOW = 1e-290
ENLARGEMENT = 512


def rows(name: str, value: Any, axis: int) -> tuple[Array, np.dtype[Any], tuple[int, ...]]:
    """``value`` as a matrix whose rows run along ``axis``.

    Returns the matrix, the dtype of the result, and the shape with ``axis`` last. float32 is not
    widened here but block by block, and nan is looked for there too: one pass over memory less.
    """
    array, dtype = numbers(name, value, keep_float32=True, allow_nan=True)
    axis = checked_axis(name, array, axis)
    last = np.moveaxis(array, axis, -1)
    return last.reshape(-1, last.shape[-1]), dtype, last.shape


def raw_blocks(matrix: Array, entries_per_row: int | None = None) -> Iterator[tuple[slice, Array]]:
    """Yield (rows, block as contiguous float64) until the end."""
    count, columns = matrix.shape
    # A small batch is cut up as well, or the blocks would take more memory than the batch.
    entries = min(BLOCK, max(matrix.size // 12, BLOCK // 16))
    height = max(1, entries // (entries_per_row or columns))
    for start in range(0, count, height):
        where = slice(start, min(start + height, count))
        yield where, np.ascontiguousarray(matrix[where], dtype=np.float64)


def blocks(
    name: str, matrix: Array, entries_per_row: int | None = None
) -> Iterator[tuple[slice, Array, bool]]:
    """Yield (rows, block as float64, whether its logits are moderate), having looked for nan."""
    for where, z in raw_blocks(matrix, entries_per_row):
        yield where, z, is_moderate(name, z)


def is_moderate(name: str, z: Array) -> bool:
    """Whether no exponential of the block needs a shift; ValueError where it holds nan."""
    low, high = z.min(), z.max()
    if np.isnan(low):
        column = int(np.argwhere(np.isnan(z))[0, 1])
        raise ValueError(f"{name} holds nan, for class {column}; every entry must be a number")
    return bool(low >= -UNSHIFTED and high <= UNSHIFTED)


def exponentials(
    z: Array, moderate: bool, *, temperature: float = 1.0, out: Array | None = None
) -> Array:
    """Numbers proportional to exp(z/T) along each row; the largest is neither 0 nor inf."""
    if moderate and temperature == 1:
        return np.exp(z, out=out)
    return _corrected(*_tempered(*distances(z, z.max(axis=1, keepdims=True)), temperature), out)


def tiny_exponentials(z: Array, largest: Array, temperature: float) -> Array:
    """2**ENLARGEMENT exp((z - max z)/T), and 0 in place of the largest, for rows where all the
    others are so small that exp has few bits left for them."""
    index = np.arange(len(z)), largest
    distance, lost = _tempered(*distances(z, z[index][:, None]), temperature)
    distance, error = two_sum(distance, np.asarray(LN2_512))
    e = _corrected(distance, lost + error + LN2_512_LOW)
    e[index] = 0.0
    return e


def _tempered(distance: Array, lost: Array, temperature: float) -> tuple[Array, Array]:
    """(distance + lost)/T as a rounded number and its error."""
    if temperature == 1:
        return distance, lost
    quotient = distance / temperature
    product, error = two_product(quotient, np.asarray(temperature))
    return quotient, ((distance - product) - error + lost) / temperature


def _corrected(distance: Array, lost: Array, out: Array | None = None) -> Array:
    """exp(distance + lost) = exp(distance) + lost exp(distance)."""
    e = np.exp(distance, out=out)
    e += e * np.where(np.isfinite(lost), lost, 0.0)
    return e


def distances(z: Array, maximum: Array) -> tuple[Array, Array]:
    """z - maximum and its rounding error; equal infinities are at distance 0."""
    distance, lost = two_sum(z, -maximum)
    return np.where(z == maximum, 0.0, distance), np.where(np.isfinite(distance), lost, 0.0)


def row_sums(e: Array, folds: int = 0) -> Array:
    """The sum of each row of non-negative numbers, to within half an ulp whatever their number.

    Each term is cut at a bit so high that the upper parts add up without any rounding, and so low
    that the lower parts cannot be seen in the result (S. M. Rump, *Ultimately fast accurate
    summation*, SIAM J. Sci. Comput. 31, 2009). With ``folds`` a long row is first added to itself,
    half upon half: each time that is half the work, and up to one ulp more.
    """
    for _ in range(folds):
        half = e.shape[1] // 2
        if half <= 16:
            break
        folded = e[:, :half] + e[:, half : 2 * half]
        if e.shape[1] % 2:
            folded[:, -1] += e[:, -1]
        e = folded
    highest = e.max(initial=0.0)
    if not highest < _SPLITTABLE:
        # Rows without an inf or nan must not pay for those that have one.
        usual = e.max(axis=1) < _SPLITTABLE
        total = e.sum(axis=1)
        if np.any(usual):
            total[usual] = row_sums(e[usual])
        return total
    room = 2.0 * e.shape[1]
    cut = np.exp2(np.ceil(np.log2(highest * room))) if highest > 0 else 1.0
    total = _cut_sums(e, cut)
    # One cut serves a block; a row too small to reach it gets its own.
    small = total < cut * 2.0**-30
    if np.any(small):
        rest = e[small]
        own = rest.max(axis=1, keepdims=True) * room
        own = np.exp2(np.ceil(np.log2(np.maximum(own, np.finfo(float).tiny))))
        total[small] = _cut_sums(rest, own)
    return total


def sum_along(values: Array, axis: int = -1) -> Array:
    """`row_sums` of non-negative numbers along any axis."""
    last = np.moveaxis(values, axis, -1)
    return row_sums(last.reshape(-1, last.shape[-1])).reshape(last.shape[:-1])


def _cut_sums(e: Array, cut: Any) -> Array:
    upper = e + cut
    upper -= cut
    total = _plain_sums(upper)
    np.subtract(e, upper, out=upper)
    return total + _plain_sums(upper)


def _plain_sums(e: Array) -> Array:
    # A matrix product is the fast way where rows are short.
    return e @ np.ones(e.shape[1]) if e.shape[1] <= 32 else e.sum(axis=1)


_SPLITTABLE = 1e300


def positions(columns: Array, width: int) -> Array:
    """Where entry ``columns[i]`` of row i lies in a block of that width, read row by row."""
    return np.arange(0, len(columns) * width, width) + columns


def take_out(e: Array, position: Array) -> Array:
    """Replace one entry of each row by 0 and return what was there; ``e`` is contiguous."""
    flat = e.reshape(-1)
    taken = flat.take(position)
    flat[position] = 0.0
    return taken
