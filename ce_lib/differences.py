"""What is wrong with a result, and with which call, in words that fit a line."""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib.behaviour import close

__all__ = ["call_text", "difference", "short"]

#: Numbers of an array that is shown whole.
WHOLE = 12


def difference(value: Any, expected: Any, rtol: float, atol: float) -> str:
    """What is wrong with ``value``, in words; empty if nothing is."""
    if value is None:
        return "returned None: is the `return` missing?"
    if isinstance(expected, tuple) and any(np.ndim(part) for part in expected):
        return _difference_of_parts(value, expected, rtol, atol)
    try:
        got = np.asarray(value)
        if got.dtype.kind not in "fiub":
            raise TypeError
    except (TypeError, ValueError):
        return f"returned {short(repr(value))}\nexpected numbers: {_show(expected)}"
    want = np.asarray(expected, dtype=float)
    if got.shape != want.shape:
        return (
            f"returned {_show(got)} of shape {got.shape}\n"
            f"expected {_show(want)} of shape {want.shape}"
        )
    got = got.astype(float)
    if close(got, want, rtol, atol):
        return ""
    text = f"returned {_show(got)}\nexpected {_show(want)}"
    if got.ndim:
        with np.errstate(all="ignore"):
            gap = np.where(np.isclose(got, want, rtol, atol, equal_nan=True), 0, np.abs(got - want))
        gap[np.isnan(gap)] = np.inf  # no number at all is furthest from any number
        worst = tuple(int(i) for i in np.unravel_index(np.argmax(gap), gap.shape))
        index = ", ".join(map(str, worst))
        text += f"\nfurthest off at index [{index}]: {got[worst]:.6g}, expected {want[worst]:.6g}"
    return text


def _difference_of_parts(value: Any, expected: tuple[Any, ...], rtol: float, atol: float) -> str:
    """The same for several results, such as ``return w, b``."""
    if not isinstance(value, tuple | list) or len(value) != len(expected):
        parts = ", ".join(_show(part) for part in expected)
        return f"returned {short(repr(value))}\nexpected {len(expected)} results: {parts}"
    for place, (got, want) in enumerate(zip(value, expected, strict=True)):
        if found := difference(got, want, rtol, atol):
            return f"result {place}: {found}"
    return ""


def call_text(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    parts = [_show(arg) for arg in args] + [f"{key}={_show(arg)}" for key, arg in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _show(value: Any) -> str:
    """A number, list or array as a reader would type it, cut to one line."""
    if isinstance(value, (list, tuple, np.ndarray, np.generic, float, int)):
        array = np.asarray(value)
        if array.dtype.kind in "fiub" and array.ndim:
            if array.size <= WHOLE:  # NumPy takes ten times as long
                return short(_written(array.tolist()))
            text = np.array2string(
                array,
                separator=", ",
                threshold=WHOLE,
                edgeitems=3,
                formatter={"float_kind": lambda number: f"{number:.9g}"},
            )
            return short(" ".join(text.split()))
        if array.ndim == 0 and array.dtype.kind in "fiub":
            return repr(array.item())
    return short(repr(value))


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def short(text: str, width: int = 160) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
