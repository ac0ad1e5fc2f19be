"""The prover's reading of the operators: derivatives, limits, values at a point, matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import calculus, powers, sums
from .errors import ParseError
from .poly import ONE, Atom, Poly
from .tree import Index, Name, Tree, text
from .values import Vec, component

if TYPE_CHECKING:
    from .elaborate import Reader


def variable(r: Reader, t: Tree) -> Atom:
    """What a derivative is taken by: a declared variable or component."""
    match t:
        case Name(id) if id in r.k.ctx.scalars and id not in r.env:
            return Atom("sym", id)
        case Index(base, at) if base in r.k.ctx.vectors and base not in r.env:
            return Atom("elem", base, tuple(r.scalar(i) for i in at))
    raise ParseError(f"no derivative by `{text(t)}`: it is not a declared variable")


def gradient(r: Reader, body: Tree, by: Tree) -> Vec:
    """All partial derivatives by a declared vector."""
    if not isinstance(by, Name) or by.id not in r.k.ctx.vectors:
        raise ParseError(f"no gradient by `{text(by)}`: it is not a declared vector")
    v, p = r.k.ctx.vectors[by.id], r.read(body)
    own = p.ranges if isinstance(p, Vec) else ()

    def entry(*at: Poly) -> Poly:
        inner = component(p, at[: len(own)])
        return calculus.derivative(r.k, inner, Atom("elem", by.id, at[len(own) :]))

    return Vec((*own, *r.k.vector_bounds(v)), entry)


def limit(r: Reader, args: tuple[Tree, ...]) -> Poly:
    """The limit of args[0] for the variable args[1] to args[2]."""
    x, to = variable(r, args[1]), text(args[2])
    if to not in ("oo", "-oo", "0") or x.kind != "sym":
        raise ParseError("a limit is taken for a variable to oo, -oo or 0 (from above)")
    domain = r.k.ctx.scalars[x.args[0]]
    reach = {"real": ("oo", "-oo", "0"), "positive": ("oo", "0"), "unit": ("0",)}
    if to not in reach.get(domain, ()):
        raise ParseError(f"{x.args[0]} is {domain} and cannot go to {to}")
    if domain == "real" and to == "0":
        raise ParseError(f"a limit to 0 from above needs `{x.args[0]}: positive`")
    body = r.scalar(args[0])
    if not r.k.on("limit"):
        return Poly.atom(Atom("limit", powers.lowest_terms(body), x, to))
    return calculus.limit(r.k, body, x, to)


def at_point(r: Reader, args: tuple[Tree, ...]) -> Poly:
    """The value of args[0] with the variable args[1] replaced by args[2]."""
    k, ctx = r.k, r.k.ctx
    body = r.scalar(args[0])
    match args[1]:
        case Name(id) if id in ctx.scalars:
            value = r.scalar(args[2])
            _owe_domain(r, ctx.scalars[id], value, text(args[2]))
            return k.subst(body, {Atom("sym", id): value})
        case Index(base, (Name(i),)) if base in ctx.vectors:
            v = ctx.vectors[base]
            (b,) = k.vector_bounds(v)
            _owe_domain(r, v.domain, r.under({i: k.fresh(b)[1]}).scalar(args[2]), text(args[2]))
            return k.subst(body, {"@" + base: lambda at: r.under({i: at}).scalar(args[2])})
    raise ParseError(f"`{text(args[1])}` cannot be replaced")


def _owe_domain(r: Reader, domain: str, value: Poly, source: str) -> None:
    if domain in ("positive", "unit"):
        r.k.duties.append(("positive", value, source))
    if domain == "unit":
        r.k.duties.append(("positive", ONE - value, f"1 - ({source})"))
    if domain not in ("real", "positive", "unit"):
        raise ParseError(f"a variable of domain {domain} cannot be replaced")


def matrix(r: Reader, fn: str, args: tuple[Tree, ...]) -> Vec:
    """Transpose, diagonal matrix and outer product."""
    x = r.vector(args[0])
    if fn == "T":
        if len(x.ranges) != 2:
            raise ParseError("T(A) is for matrices; u @ v needs no transpose")
        return Vec(x.ranges[::-1], lambda i, j: x.at(j, i))
    if fn == "diag":
        return Vec(x.ranges * 2, lambda i, j: x.at(i) * sums.delta(r.k, i, j))
    y = r.vector(args[1])
    return Vec((*x.ranges, *y.ranges), lambda i, j: x.at(i) * y.at(j))
