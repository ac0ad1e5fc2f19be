"""The inner product and the geometry that comes with it: length, angle, projection, a classifier.

>>> import ce_lib as ce
>>> ce.inner([1.0, 2.0], [3.0, 4.0])
np.float64(11.0)
>>> ce.angle([1.0, 0.0], [1.0, 1.0]) / np.pi
np.float64(0.25)

Vectors lie along the last axis; the axes before it broadcast, so one call handles many vectors.
float32 stays float32, integers and lists become float64. Entries must be finite. Sums of products
are taken with twice the working precision, so orthogonal vectors have inner product 0 and not
1e-17, and neither overflows nor underflows on the way.

Source: book, "The inner product"; "The linear classifier".
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ce_lib._floats import Double, double, two_product
from ce_lib._validation import Array, broadcast, numbers, quiet, rounded

__all__ = [
    "Hyperplane",
    "angle",
    "cosine_similarity",
    "decision_boundary",
    "inner",
    "linear_classifier",
    "linear_score",
    "norm",
    "plane_basis",
    "project",
]

# What is left of a vector below this part of its length is rounding, even at 32 digits.
_PARALLEL = 2.0**-98


@quiet
def inner(u: Any, v: Any) -> Any:
    """u · v = sum_k u_k v_k.

    Args:
        u, v: vectors of shape (..., d), broadcasting.

    Returns:
        The broadcast shape without the last axis; the larger dtype of the two.

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: nan or inf, no axis, different lengths, shapes that do not broadcast.

    Source: book, "The inner product", "One number from two vectors"; T. Ogita, S. M. Rump and S.
    Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26, 2005.

    >>> inner([1e16, 1.0, -1e16], [1.0, 1.0, 1.0])
    np.float64(1.0)
    """
    (u, v), dtype = _vectors(u=u, v=v)
    (u, u_exponent), (v, v_exponent) = _scaled(u), _scaled(v)
    return rounded(np.ldexp(_dot(u, v).high, u_exponent + v_exponent), dtype)


@quiet
def norm(v: Any) -> Any:
    """‖v‖ = (v · v)^(1/2), the length of a vector.

    Args:
        v: vectors of shape (..., d).

    Returns:
        Non-negative numbers of shape (...), dtype of ``v``.

    Raises:
        TypeError, ValueError: as for `inner`.

    Source: book, "The inner product", "How long is a vector?".

    >>> norm([3.0, 4.0])
    np.float64(5.0)
    """
    (v,), dtype = _vectors(v=v)
    v, exponent = _scaled(v)
    return rounded(np.ldexp(np.sqrt(_dot(v, v).high), exponent), dtype)


@quiet
def cosine_similarity(u: Any, v: Any) -> Any:
    """cos of the angle between u and v: u · v/(‖u‖ ‖v‖), in [-1, 1].

    Args:
        u, v: vectors of shape (..., d), broadcasting; none may be zero, for it has no direction.

    Returns:
        The broadcast shape without the last axis; the larger dtype of the two.

    Raises:
        TypeError, ValueError: as for `inner`; a zero vector.

    Source: book, "The inner product", "The angle".

    >>> cosine_similarity([1.0, 0.0], [[2.0, 0.0], [0.0, 3.0], [-1.0, 0.0]])
    array([ 1.,  0., -1.])
    """
    (u, v), dtype = _directions(u=u, v=v)
    quotient = _dot(u, v).high / np.sqrt(_dot(u, u).high * _dot(v, v).high)
    return rounded(np.clip(quotient, -1, 1), dtype)


@quiet
def angle(u: Any, v: Any) -> Any:
    """The angle between u and v in radians, in [0, pi].

    arccos of the cosine loses half its digits for nearly parallel vectors: cos(1e-8) rounds to 1.
    This is arctan2 of the part of v orthogonal to u and the part along u, both computed with 32
    digits; within 4 ulp for angles down to 1e-16.

    Args, Returns, Raises: as for `cosine_similarity`.

    Source: book, "The inner product", "The angle".

    >>> angle([1.0, 0.0], [1.0, 1e-12])
    np.float64(1e-12)
    >>> float(np.arccos(cosine_similarity([1.0, 0.0], [1.0, 1e-12])))
    0.0
    """
    (u, v), dtype = _directions(u=u, v=v)
    _, length = _orthogonal_part(v, u)
    along = _dot(u, v).high / np.sqrt(_dot(u, u).high)
    return rounded(np.arctan2(length, along), dtype)


@quiet
def project(u: Any, v: Any) -> Any:
    """The orthogonal projection of u onto the line through v: (u · v/v · v) v.

    Args:
        u: vectors of shape (..., d).
        v: the directions, broadcasting; not zero.

    Returns:
        The broadcast shape; the larger dtype of the two.

    Raises:
        TypeError, ValueError: as for `inner`; a zero ``v``.

    Source: book, "The inner product", "The shadow".

    >>> project([2.0, 3.0], [5.0, 0.0])
    array([2., 0.])
    """
    (u, v), dtype = _vectors(u=u, v=v)
    _require_direction("v", v)
    (u, exponent), (v, _) = _scaled(u), _scaled(v)
    factor = _dot(u, v).high / _dot(v, v).high
    return rounded(np.ldexp(factor[..., None] * v, exponent[..., None]), dtype)


@quiet
def plane_basis(u: Any, v: Any) -> tuple[Any, Any]:
    """Two orthonormal vectors that span the plane of u and v, where their angle lives.

    Args:
        u, v: vectors of shape (..., d), broadcasting; d at least 2, not parallel.

    Returns:
        (e_1, e_2), each of the broadcast shape: e_1 = u/‖u‖, and e_2 on the side of v. With the
        angle phi between u and v: v/‖v‖ = cos(phi) e_1 + sin(phi) e_2.

    Raises:
        TypeError, ValueError: as for `cosine_similarity`; parallel vectors, which span a line only.

    Source: book, "The inner product", "The plane where the angle lives".

    >>> plane_basis([2.0, 0.0, 0.0], [1.0, 0.0, 3.0])
    (array([1., 0., 0.]), array([0., 0., 1.]))
    """
    (u, v), dtype = _directions(u=u, v=v)
    rest, length = _orthogonal_part(v, u)
    if np.any(length == 0):
        raise ValueError("u and v are parallel: they span a line, not a plane")
    first = np.broadcast_to(u / np.sqrt(_dot(u, u).high)[..., None], rest.shape)
    return rounded(first, dtype), rounded(rest / length[..., None], dtype)


@quiet
def linear_score(x: Any, w: Any, b: Any = 0.0) -> Any:
    """f(x) = w · x + b, the score of a linear classifier.

    Args:
        x: inputs of shape (..., d).
        w: weights of shape (d,), or any shape that broadcasts against ``x``.
        b: the bias.

    Returns:
        Scores of shape (...); the larger dtype of ``x`` and ``w``.

    Raises:
        TypeError, ValueError: as for `inner`.

    Source: book, "The linear classifier", "A vector that judges".

    >>> linear_score([[1.0, 2.0], [0.0, 0.0]], [1.0, -1.0], 0.5)
    array([-0.5,  0.5])
    """
    (x, w), dtype = _vectors(x=x, w=w)
    b, _ = numbers("b", b)
    broadcast(**{"x · w": np.empty(broadcast(x=x, w=w)[:-1]), "b": b})
    (x, x_exponent), (w, w_exponent) = _scaled(x), _scaled(w)
    return rounded(np.ldexp(_dot(x, w).high, x_exponent + w_exponent) + b, dtype)


def linear_classifier(x: Any, w: Any, b: Any = 0.0) -> Any:
    """sign(w · x + b), as -1 or +1.

    Args, Raises: as for `linear_score`.

    Returns:
        int64 of shape (...). A point on the boundary itself counts as +1.

    Source: book, "The linear classifier", "A vector that judges".

    >>> linear_classifier([[1.0, 2.0], [0.0, 0.0]], [1.0, -1.0], 0.5)
    array([-1,  1])
    """
    return np.where(np.asarray(linear_score(x, w, b)) >= 0, 1, -1)[()]


class Hyperplane(NamedTuple):
    """The points x with normal · (x - point) = 0.

    >>> Hyperplane(np.array([0.0, 1.0]), np.array([0.0, 1.0])).normal
    array([0., 1.])
    """

    point: Any
    normal: Any


@quiet
def decision_boundary(w: Any, b: Any = 0.0) -> Hyperplane:
    """The hyperplane w · x + b = 0 on which a linear classifier changes its mind.

    Args:
        w: weights of shape (d,), not zero.
        b: the bias, a number.

    Returns:
        Hyperplane(point, normal): ``point``, shape (d,), is the boundary's point closest to the
        origin, -b w/‖w‖²; ``normal``, shape (d,), is w/‖w‖ and points to the +1 side. In two
        dimensions the boundary runs along (-normal[1], normal[0]).

    Raises:
        TypeError, ValueError: as for `inner`; a zero ``w``, which has no boundary.

    Source: book, "The linear classifier", "Its geometry".

    >>> decision_boundary([0.0, 2.0], -6.0)
    Hyperplane(point=array([0., 3.]), normal=array([0., 1.]))
    """
    (w,), dtype = _vectors(w=w)
    if w.ndim != 1:
        raise ValueError(f"w must be one vector of shape (d,), got shape {w.shape}")
    _require_direction("w", w)
    b, _ = numbers("b", b)
    if b.ndim or not np.isfinite(b):
        raise ValueError(f"b must be a finite number, got {b!s}")
    w, exponent = _scaled(w)
    squared = _dot(w, w).high
    point = 0.0 + np.ldexp(-b / squared * w, -exponent)
    return Hyperplane(rounded(point, dtype), rounded(w / np.sqrt(squared), dtype))


def _vectors(**given: Any) -> tuple[list[Array], np.dtype[Any]]:
    """The named arguments as finite float64 vectors of one length, and the dtype of the result."""
    arrays, dtypes = {}, []
    for name, value in given.items():
        array, dtype = numbers(name, value)
        if array.ndim == 0:
            raise ValueError(f"{name} must be a vector, got a single number")
        if not np.all(np.isfinite(array)):
            raise ValueError(f"{name} must be finite, but holds inf")
        arrays[name] = array
        dtypes.append(dtype)
    if len({array.shape[-1] for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} has shape {array.shape}" for name, array in arrays.items())
        raise ValueError(f"vectors must be of one length along the last axis: {lengths}")
    broadcast(**arrays)
    return list(arrays.values()), np.result_type(*dtypes)


def _directions(**given: Any) -> tuple[list[Array], np.dtype[Any]]:
    """Like `_vectors`, none of them zero, each scaled by a power of two."""
    arrays, dtype = _vectors(**given)
    for name, array in zip(given, arrays, strict=True):
        _require_direction(name, array)
    return [_scaled(array)[0] for array in arrays], dtype


def _require_direction(name: str, v: Array) -> None:
    if np.any(np.all(v == 0, axis=-1)):
        raise ValueError(f"{name} must not be the zero vector, which has no direction")


def _scaled(v: Array) -> tuple[Array, Array]:
    """v as 2**exponent times a vector whose largest entry is in [1/2, 1): no square overflows."""
    _, exponent = np.frexp(np.abs(v).max(axis=-1, initial=0.0))
    return np.ldexp(v, -exponent[..., None]), exponent


def _dot(u: Array, v: Array) -> Double:
    u, v = np.broadcast_arrays(u, v)
    if u.shape[-1] == 0:
        return double(np.zeros(u.shape[:-1]))
    return Double(*two_product(u, v)).total(axis=-1)


def _orthogonal_part(v: Array, u: Array) -> tuple[Array, Array]:
    """v - (v · u/u · u) u and its length; exactly zero where v is parallel to u."""
    above, below = _dot(v, u), _dot(u, u)
    quotient = above.high / below.high
    # One step of division with remainder gives the quotient its second half.
    product = below.times(double(quotient))
    rest = above.plus(product.negative())
    factor = double(quotient).plus(double((rest.high + rest.low) / below.high))
    u, v = np.broadcast_arrays(u, v)
    factor = Double(factor.high[..., None], factor.low[..., None])
    along = double(u).times(factor)
    part = double(v).plus(along.negative()).high
    length = np.sqrt(_dot(part, part).high)
    none = length < _PARALLEL
    return np.where(none[..., None], 0.0, part), np.where(none, 0.0, length)
