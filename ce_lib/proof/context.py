"""What the letters mean: declared domains, index ranges and definitions.

`given="u: real; p: unit; i, j: 1..n; y: simplex[n]"` becomes a `Context`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .errors import ParseError
from .tree import Bin, Name, Num, Tree, free_names, text

SCALARS = {"real", "positive", "unit", "closed", "bit"}
"""real numbers; above 0; (0, 1); [0, 1]; {0, 1}."""

VECTORS = SCALARS | {"simplex", "weights", "onehot", "sphere", "nonzero"}
"""also: positive and summing to 1; summing to 1; one 1 and else 0; of norm 1; not all 0."""

FUNCTIONS = {"function", "positive function", "density"}
"""real-valued; positive; positive with integral 1."""


@dataclass(frozen=True)
class Range:
    """lo..hi, both included."""

    lo: Tree
    hi: Tree

    def __str__(self) -> str:
        return f"{text(self.lo)}..{text(self.hi)}"


@dataclass(frozen=True)
class Vector:
    """Declared vector (one range) or matrix (two)."""

    domain: str
    ranges: tuple[Range, ...]
    hot: str = ""
    """for a one-hot vector: the index of its 1"""


@dataclass(frozen=True)
class Definition:
    """name(params) = body; with `brackets`, written and displayed as name[params]."""

    name: str
    params: tuple[str, ...]
    body: Tree
    brackets: bool = False
    title: str = ""
    """the words by which a reason may name it"""


@dataclass
class Context:
    """All declarations of one derivation."""

    scalars: dict[str, str] = field(default_factory=dict)
    vectors: dict[str, Vector] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    sizes: set[str] = field(default_factory=set)
    naturals: set[str] = field(default_factory=set)
    """sizes that may be 0; all others are at least 1"""
    indices: dict[str, Range] = field(default_factory=dict)
    defs: dict[str, Definition] = field(default_factory=dict)
    tex: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Context:
        """A context to which more can be added."""
        return replace(
            self,
            **{k: type(v)(v) for k, v in vars(self).items()},
        )

    def known(self, name: str) -> bool:
        """Is the name declared?"""
        return (
            name in self.scalars
            or name in self.vectors
            or name in self.functions
            or name in self.sizes
            or name in self.indices
            or name in self.defs
        )

    def declare(self, name: str) -> None:
        """Refuse a name that is taken."""
        if self.known(name) or name in RESERVED:
            raise ParseError(f"the name {name!r} is declared twice or reserved; choose another")

    def range_of_size(self, size: str) -> Range:
        """1..n, or what the declared indices of that size say."""
        for r in self.indices.values():
            if size in free_names(r.hi):
                return r
        return Range(Num(1), Name(size))


RESERVED = {
    *("D", "Sum", "Prod", "Int", "BitSum", "lim", "delta", "exp", "ln", "sqrt", "abs", "at"),
    *("argmax", "argmin", "norm", "T", "diag", "outer", "grad", "oo", "ones"),
}
"""Names of the language itself."""


def size_range(ctx: Context, size: str) -> Range:
    """The range for `real[size]`; `nat` is 0, 1, 2, ... without end.

    A number counts from 1, unless an index declared before has as many values.
    """
    if size == "nat":
        return Range(Num(0), Name("oo"))
    if size.isdigit():
        for r in ctx.indices.values():
            numbers = isinstance(r.lo, Num) and isinstance(r.hi, Num)
            if numbers and r.hi.value - r.lo.value + 1 == int(size):  # type: ignore[union-attr]
                return r
        return Range(Num(1), Num(int(size)))
    ctx.sizes.add(size)
    return ctx.range_of_size(size)


def shorter(r: Range) -> Range:
    """lo..hi-1"""
    return Range(r.lo, Bin("-", r.hi, Num(1)))
