"""The written expression: what the author typed, kept exactly, for all three readings.

The printer, the prover and the refuter walk the same tree; none of them changes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Num:
    """A non-negative integer literal."""

    value: int


@dataclass(frozen=True)
class Name:
    """A variable, an index, a size, or one of `oo`, `ones`."""

    id: str


@dataclass(frozen=True)
class Neg:
    """Minus."""

    x: Tree


@dataclass(frozen=True)
class Bin:
    """`op` is one of `+ - * / ** @`."""

    op: str
    a: Tree
    b: Tree


@dataclass(frozen=True)
class Index:
    """`z[i]`, `X[i, j]`."""

    base: str
    at: tuple[Tree, ...]


@dataclass(frozen=True)
class Call:
    """A function or an operator such as `Sum`, `D`, `lim`."""

    fn: str
    args: tuple[Tree, ...]


@dataclass(frozen=True)
class Tup:
    """`(k, 0, n-1)`: an index with its range."""

    items: tuple[Tree, ...]


Tree = Num | Name | Neg | Bin | Index | Call | Tup
"""Any node."""

BINDERS = {"Sum", "Prod", "Int", "BitSum"}
"""Operators whose second argument binds a name in the first."""


def children(t: Tree) -> tuple[Tree, ...]:
    """The nodes directly below `t`, from left to right."""
    match t:
        case Neg(x):
            return (x,)
        case Bin(_, a, b):
            return (a, b)
        case Index(_, at):
            return at
        case Call(_, args):
            return args
        case Tup(items):
            return items
    return ()


def walk(t: Tree) -> Iterator[Tree]:
    """`t` and all nodes below it."""
    yield t
    for c in children(t):
        yield from walk(c)


def rebuild(t: Tree, kids: tuple[Tree, ...]) -> Tree:
    """`t` with its children replaced."""
    match t:
        case Neg():
            return Neg(kids[0])
        case Bin(op):
            return Bin(op, kids[0], kids[1])
        case Index(base):
            return Index(base, kids)
        case Call(fn):
            return Call(fn, kids)
        case Tup():
            return Tup(kids)
    return t


def bound_name(call: Call) -> str:
    """The name that `Sum`, `Prod`, `Int` or `BitSum` binds."""
    b = call.args[1]
    first = b.items[0] if isinstance(b, Tup) else b
    assert isinstance(first, Name)
    return first.id


def free_names(t: Tree) -> set[str]:
    """All names that occur in `t` and are not bound inside it."""
    match t:
        case Name(id):
            return {id}
        case Index(base, at):
            return {base}.union(*map(free_names, at))
        case Call(fn, args) if fn in BINDERS:
            rest = args[1].items[1:] if isinstance(args[1], Tup) else ()
            inner = free_names(args[0]) - {bound_name(t)}
            return inner.union(*map(free_names, (*rest, *args[2:])))
        case Call("at", (body, Index(base, at), value)):
            return (free_names(body) - {base}) | (
                free_names(value) - set().union(*map(free_names, at))
            )
        case Call("at", (body, var, value)):
            return (free_names(body) - free_names(var)) | free_names(value)
    return set().union(*map(free_names, children(t)))


_LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}


def text(t: Tree, outer: float = 0) -> str:
    """The tree as source text with the fewest parentheses; parsing it gives the tree back."""
    match t:
        case Num(v):
            return str(v)
        case Name(id):
            return id
        case Neg(x):
            s, mine = "-" + text(x, 3), 3.0
        case Bin(op, a, b):
            mine = _LEVEL[op]
            if op == "**":
                s = f"{text(a, 4.5)}**{text(b, 3)}"
            else:
                space = " " if mine == 1 else ""
                s = f"{text(a, mine)}{space}{op}{space}{text(b, mine + 0.5)}"
        case Index(base, at):
            return f"{base}[{', '.join(map(text, at))}]"
        case Call(fn, args):
            return f"{fn}({', '.join(map(text, args))})"
        case Tup(items):
            return f"({', '.join(map(text, items))})"
    return f"({s})" if mine < outer else s
