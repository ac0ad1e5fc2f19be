"""What the prover's reading of a tree yields: a polynomial, or a vector by its components."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .poly import Poly

if TYPE_CHECKING:
    from .kernel import Bounds


@dataclass(frozen=True)
class Vec:
    """A vector or matrix: its index ranges and its components. `ones` fits any range (None)."""

    ranges: tuple[Bounds, ...]
    at: Callable[..., Poly]


Value = Poly | Vec
Env = dict[str, Value]


def component(v: Value, at: tuple[Poly, ...]) -> Poly:
    """The component of a vector, or the scalar itself (a scalar + a vector adds to each one)."""
    return v.at(*at) if isinstance(v, Vec) else v
