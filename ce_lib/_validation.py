"""One gate for every argument: numbers in, clear errors for the rest.

The rules that all of ``ce_lib`` shares:

* float16, float32 and float64 keep their type; bools, integers and lists of them become float64.
  Whatever the type, the arithmetic is done in float64 and rounded once at the end.
* longdouble and complex are refused: the formulas are proved to float64 accuracy, no further.
* ``nan`` is refused with a `ValueError` that says where it is. A ``nan`` that travels silently
  through a loss is found days later; one that is named is found at once.
* ``inf`` is a legal logit; a probability lies in [0, 1].
* A 0-d argument gives a NumPy scalar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

# A probability vector may miss one by this much times its length: it comes out of float
# arithmetic itself, and float32 carries seven digits.
SUM_TOLERANCE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-5, np.dtype(np.float16): 1e-2}

_FLOATS = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64))


def numbers(
    name: str, value: Any, *, keep_float32: bool = False, allow_nan: bool = False
) -> tuple[Array, np.dtype[Any]]:
    """Return ``value`` as a float64 array without nan, and the dtype that the result must have.

    ``keep_float32`` and ``allow_nan`` are for callers that widen and search block by block.
    """
    array = as_array(name, value)
    kind = array.dtype.kind
    if kind in "bui":
        dtype = np.dtype(np.float64)
    elif array.dtype.newbyteorder("=") in _FLOATS:
        dtype = array.dtype.newbyteorder("=")
    else:
        raise TypeError(_not_numbers(name, array))
    if not (keep_float32 and dtype == np.float32):
        array = array.astype(np.float64, copy=False)
    elif array.dtype != dtype:
        array = array.astype(dtype)
    # min() propagates nan and needs no temporary, unlike isnan().any().
    if array.size and kind == "f" and not allow_nan:
        with np.errstate(all="ignore"):
            lowest = array.min()
        if np.isnan(lowest):
            where = _position(np.isnan(array))
            raise ValueError(f"{name} holds nan{where}; every entry must be a number")
    return array, dtype


def probabilities(name: str, value: Any) -> tuple[Array, np.dtype[Any]]:
    """Like `numbers`, and every entry lies in [0, 1]."""
    array, dtype = numbers(name, value)
    require_unit_interval(name, array)
    return array, dtype


def require_unit_interval(name: str, array: Array) -> None:
    """Raise ValueError unless every entry of ``array`` lies in [0, 1]."""
    if array.size and (array.min() < 0 or array.max() > 1):
        outside = (array < 0) | (array > 1)
        raise ValueError(
            f"{name} must lie in [0, 1], but holds {array[outside][0]!s}{_position(outside)}"
        )


def distribution(name: str, value: Any, axis: int = -1) -> tuple[Array, np.dtype[Any]]:
    """Like `probabilities`, and the entries along ``axis`` sum to one."""
    array, dtype = probabilities(name, value)
    axis = checked_axis(name, array, axis)
    require_sums_to_one(name, array, dtype, axis)
    return array, dtype


def require_sums_to_one(name: str, array: Array, dtype: np.dtype[Any], axis: int) -> None:
    """Raise ValueError unless ``array`` sums to one along ``axis``, up to rounding in ``dtype``."""
    total = array.sum(axis=axis)
    off = np.abs(total - 1) > SUM_TOLERANCE[dtype]
    if np.any(off):
        worst = np.asarray(total)[off][0]
        raise ValueError(
            f"{name} must sum to one along axis {axis}, but sums to {worst!s}"
            f"{_position(np.asarray(off))}; divide by the sum, or use softmax on logits"
        )


def scale(name: str, value: Any) -> Array:
    """A finite positive scalar or array, as float64."""
    array, _ = numbers(name, value)
    if array.size and not (array.min() > 0 and array.max() < np.inf):
        bad = ~((array > 0) & (array < np.inf))
        raise ValueError(
            f"{name} must be positive and finite, but holds {array[bad][0]!s}{_position(bad)}"
        )
    return array


def labels(name: str, value: Any, classes: int) -> Array:
    """Integer class labels 0..classes-1, as intp."""
    array = as_array(name, value)
    if array.dtype.kind == "f" and array.size and np.all(array == np.floor(array)):
        raise TypeError(
            f"{name} holds class labels as {array.dtype}; labels are integers: "
            f"use {name}.astype(int)"
        )
    if array.dtype.kind not in "bui":
        raise TypeError(f"{name} must hold integer class labels, got dtype {array.dtype}")
    if array.size and (array.min() < 0 or array.max() >= classes):
        outside = (array < 0) | (array >= classes)
        raise ValueError(
            f"{name} must hold labels from 0 to {classes - 1}, but holds "
            f"{array[outside][0]!s}{_position(outside)}"
        )
    return array.astype(np.intp, copy=False)


def checked_axis(name: str, array: Array, axis: Any) -> int:
    """``axis`` as a non-negative integer that ``array`` has; an empty axis is an error too."""
    if isinstance(axis, bool) or not isinstance(axis, int | np.integer):
        raise TypeError(f"axis must be an integer, got {axis!r}")
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least one axis, got a single number")
    if not -array.ndim <= axis < array.ndim:
        raise ValueError(
            f"axis {axis} does not exist: {name} has shape {array.shape}, "
            f"so axis is between {-array.ndim} and {array.ndim - 1}"
        )
    axis = int(axis) % array.ndim
    if array.shape[axis] == 0:
        raise ValueError(f"{name} of shape {array.shape} has no entries along axis {axis}")
    return axis


def broadcast(**arrays: Array) -> tuple[int, ...]:
    """The common shape of the named arrays, or a ValueError that names them all."""
    try:
        return np.broadcast_shapes(*(a.shape for a in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {a.shape}" for name, a in arrays.items())
        raise ValueError(f"shapes do not broadcast: {shapes}") from None


def one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    """``value`` if it is one of the choices."""
    if isinstance(value, str) and value in choices:
        return value
    listed = ", ".join(repr(choice) for choice in choices)
    raise ValueError(f"{name} must be one of {listed}; got {value!r}")


def rounded(result: Any, dtype: np.dtype[Any]) -> Any:
    """Round a float64 result to ``dtype``; a 0-d result becomes a NumPy scalar."""
    result = np.asarray(result)
    if result.dtype != dtype:
        # Not every caller runs under errstate, and a float32 result may overflow to inf.
        with np.errstate(all="ignore"):
            result = result.astype(dtype)
    return result[()]


def quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run ``function`` without floating-point warnings: limits such as exp(-inf) are meant."""
    return np.errstate(all="ignore")(function)


def as_array(name: str, value: Any) -> Array:
    """``value`` as an array of whatever dtype; a ragged list is named."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} is ragged: its rows differ in length") from None


def _not_numbers(name: str, array: Array) -> str:
    what = {
        "O": "Python objects; convert them with float() first",
        "U": "strings; convert them with float() first",
        "S": "bytes; convert them with float() first",
        "c": "complex numbers",
    }.get(array.dtype.kind, f"dtype {array.dtype}")
    if array.dtype.kind == "f":
        what += "; round it with .astype(np.float64), the accuracy that ce_lib keeps"
    return f"{name} must hold real numbers, got {what} (shape {array.shape})"


def _position(mask: Array) -> str:
    """Where ``mask`` is first true, for an error message."""
    if mask.ndim == 0:
        return ""
    index = tuple(int(i) for i in np.argwhere(mask)[0])
    return f" at index {index[0] if len(index) == 1 else index}"
