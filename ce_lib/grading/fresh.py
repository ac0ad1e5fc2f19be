"""New arrays with nothing in them: neither what another call left there, nor chance.

`numpy.empty` gives memory as it is. A function that forgets to fill it would be right on one run
and wrong on the next, and might hand out numbers that only hidden tests have used.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["install"]


def install() -> None:
    """Let `numpy.empty` and `numpy.empty_like` fill what they make, for student code."""
    for name in ("empty", "empty_like"):
        setattr(np, name, _filled(getattr(np, name)))


def _filled(make: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(make)
    def made(*args: Any, **kwargs: Any) -> Any:
        array = make(*args, **kwargs)
        kind = array.dtype.kind
        if kind in "fc":
            array.fill(np.nan)
        elif kind in "iu":  # as far from an answer as can be
            array.fill(np.iinfo(array.dtype).max)
        elif kind != "O":
            array[...] = np.zeros((), array.dtype)
        return array

    return made
