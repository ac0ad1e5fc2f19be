"""The sum over all strings of n bits, by its last coordinate."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .errors import StuckError
from .poly import ONE, ZERO, Atom, Poly

if TYPE_CHECKING:
    from .kernel import Kernel


def sum_over_bits(k: Kernel, vector: str, size: Poly, body: Callable[[str], Poly]) -> Poly:
    """The sum over all y in {0,1}^size of body(y); one coordinate is split off `size = n + 1`."""
    name = "%" + k.fresh(None)[0]
    return _bits(k, name, size, body(name))


def _bits(k: Kernel, name: str, size: Poly, body: Poly) -> Poly:
    from .signs import nonnegative

    extra, c = size.terms.get((), Fraction(0)), size.constant()
    if c is not None and c == 0:
        if "@" + name in body.names:
            raise StuckError("the empty tuple has no components")
        return body if k.on("finite") else _closed_bits(name, size, body)
    if extra > 0 and extra.denominator == 1 and (c is None or c <= 8):
        last = size - ONE
        if nonnegative(k, last) and _visible(k, name, last, body) and k.on("peel"):
            bit = Atom("elem", name, (last,))
            pieces = (k.subst(body, {bit: v}) for v in (ZERO, ONE))
            return sum((_bits(k, name, last, p) for p in pieces), ZERO)
    one = body.single()
    if one is not None and one[0] == 1:
        pass
    elif not k.on("sum"):
        return _closed_bits(name, size, body)
    out = ZERO
    for m, q in body.items():
        dep = tuple(t for t in m if "@" + name in t[0].names)
        ind = tuple(t for t in m if "@" + name not in t[0].names)
        if ind and not k.on("sum"):
            return _closed_bits(name, size, body)
        if not dep:
            raise StuckError("a sum of a constant over {0,1}^n")
        atom = _closed_bits(name, size, Poly({dep: Fraction(1)}))
        if atom.atoms() & k.facts.keys() and k.on("facts"):
            atom = k.facts[next(iter(atom.atoms()))]
        out = out + atom.scale(q, ind)
    return out


def _visible(k: Kernel, name: str, last: Poly, body: Poly) -> bool:
    """Does the last coordinate occur only as such, and never under an index that might reach it?"""
    from .signs import nonnegative

    short: dict[str, bool] = {}
    for a in body.all_atoms():
        if a.kind in ("sum", "sumx", "prod"):
            ranges = a.args[0] if a.kind == "sum" else (a.args[0],)
            levels = a.args[1] if a.kind == "sum" else (a.args[1],)
            for b, level in zip(ranges, levels, strict=True):
                below = b is not None and nonnegative(k, last - ONE - b[1])
                short[level] = short.get(level, True) and below
    for a in body.all_atoms():
        if a.kind != "elem" or a.args[0] != name:
            continue
        (at,) = a.args[1]
        one = at.single()
        bound = one is not None and len(one[1]) == 1 and one[1][0][0].args[0]
        difference = (last - at).constant()
        if difference is None and not (bound and at.names == {bound} and short.get(bound, False)):
            return False
        if difference is not None and difference < 0:
            return False
    return True


def _closed_bits(name: str, size: Poly, body: Poly) -> Poly:
    inside = [a.args[0] for a in body.all_atoms() if a.kind == "elem" and a.args[0][0] == "%"]
    depth = sum(1 for n in set(inside) if n.startswith("%#"))
    return Poly.atom(Atom("bits", size, f"%#{depth}", _rename_vector(body, name, f"%#{depth}")))


def _rename_vector(x: Any, old: str, new: str) -> Any:
    if isinstance(x, Atom):
        if "@" + old not in x.names:
            return x
        args = tuple(_rename_vector(a, old, new) for a in x.args)
        return (
            Atom(x.kind, new, *args[1:])
            if x.kind == "elem" and x.args[0] == old
            else Atom(x.kind, *args)
        )
    if isinstance(x, Poly):
        return Poly({_rename_vector(m, old, new): c for m, c in x.terms.items()})
    if isinstance(x, tuple):
        if x and isinstance(x[0], tuple) and len(x[0]) == 2 and isinstance(x[0][0], Atom):
            new_items = ((_rename_vector(a, old, new), e) for a, e in x)
            return tuple(sorted(new_items, key=lambda t: t[0].key))
        return tuple(_rename_vector(y, old, new) for y in x)
    return x
