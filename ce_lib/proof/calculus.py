"""Derivatives, limits and absolute values of normal forms."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from . import powers, sums
from .errors import StuckError
from .poly import ONE, ZERO, Atom, Poly
from .powers import integer_power, lowest_terms

if TYPE_CHECKING:
    from .kernel import Kernel

OPEN_DOMAINS = {"real", "positive", "unit", "nonzero"}
"""Domains in which every component can move a little by itself, so that a derivative exists."""

INFINITY = Poly.atom(Atom("infinity"))
"""Only ever compared as a whole side of a step; no arithmetic is done with it."""


def derivative(k: Kernel, p: Poly, x: Atom) -> Poly:
    """dp/dx for a variable or a component of a vector."""
    _differentiable(k, x)
    if not k.on("calculus"):
        return Poly.atom(Atom("derivative", lowest_terms(p), x))
    return _derive(k, p, x)


def _differentiable(k: Kernel, x: Atom) -> None:
    if x.kind == "sym":
        domain = k.ctx.scalars.get(x.args[0], "")
    elif x.kind == "elem":
        v = k.ctx.vectors.get(x.args[0])
        domain = v.domain if v else ""
    else:
        domain = ""
    if domain not in OPEN_DOMAINS:
        raise StuckError(f"no derivative with respect to {x.args[0]}: its domain is {domain}")


def _derive(k: Kernel, p: Poly, x: Atom) -> Poly:
    key = x.args[0] if x.kind == "sym" else "@" + x.args[0]
    from .signs import positive

    out = ZERO
    for m, c in p.terms.items():
        for i, (a, e) in enumerate(m):
            if key not in a.names:
                continue
            if e.denominator != 1 and not positive(
                k, a.args[0] if a.kind == "root" else Poly.atom(a)
            ):
                raise StuckError("a root has no derivative at 0")
            others = Poly({(*m[:i], *m[i + 1 :]): c * e})
            out = (
                out + others * Poly.atom(a, e - 1) * _atom(k, a, x)
                if e != 1
                else (out + others * _atom(k, a, x))
            )
    return out


def _atom(k: Kernel, a: Atom, x: Atom) -> Poly:
    args = a.args
    match a.kind:
        case "sym":
            return ONE if a == x else ZERO
        case "elem":
            if a.args[0] != x.args[0]:
                raise StuckError("an index that depends on the variable")
            out = ONE
            for i, j in zip(args[1], x.args[1], strict=True):
                out = out * sums.delta(k, i, j)
            return out
        case "exp":
            return Poly.atom(a) * _derive(k, Poly({args[0]: Fraction(1)}), x)
        case "xexp":
            return Poly.atom(a) * _derive(k, args[0], x)
        case "log":
            return _derive(k, args[0], x) * integer_power(args[0], -1)
        case "root":
            return _derive(k, args[0], x)
        case "sum":
            names = [k.fresh(b) for b in args[0]]
            body = _derive(k, sums.opened(k, a, [t for _, t in names]), x)
            for name, _ in reversed(names):
                if k.ranges[name] is None:
                    raise StuckError("a derivative under an integral")
                body = sums.make_sum(k, name, body)
            return body
        case "sumx":
            name, temp = k.fresh(args[0])
            if args[0] is None:
                raise StuckError("a derivative under an integral")
            return sums.make_sum(k, name, _derive(k, sums.opened(k, a, [temp]), x))
        case "fun":
            if len(args[1]) == 1:
                inner = _derive(k, args[1][0], x)
                return Poly.atom(Atom("dfun", args[0], 1, args[1])) * inner
        case "dfun":
            inner = _derive(k, args[2][0], x)
            return Poly.atom(Atom("dfun", args[0], args[1] + 1, args[2])) * inner
    raise StuckError(f"no rule for the derivative of {a.kind}")


def absolute(k: Kernel, p: Poly) -> Poly:
    """|p| is p or -p where the sign is certain, else the square root of p ** 2."""
    from .signs import nonnegative

    p = lowest_terms(p)
    if nonnegative(k, p):
        return p
    if nonnegative(k, -p):
        return -p
    return powers.broken_power(k, p * p, Fraction(1, 2))


def limit(k: Kernel, p: Poly, x: Atom, to: str) -> Poly:
    """The limit of p for x to "oo", "-oo" or 0 from above.

    p must be a rational function of x alone, of exp(x) alone, or of ln(x) alone (times numbers); it
    is then decided by the leading power. Everything else is left unproved.
    """
    p = lowest_terms(p)
    if x not in set(p.all_atoms()):
        return p
    growth: set[Atom] = set()
    for a in p.all_atoms():
        if a == x or x.args[0] not in a.names or a.kind == "root":
            continue
        growth.add(a)
    if not growth:
        growth = {x}
    if len(growth) != 1:
        raise StuckError("a limit in two ways of growing at once")
    g = growth.pop()
    large = _grows(k, g, x, to)
    num, den = p, ONE
    for a in [a for a in p.atoms() if a.kind == "root" and x.args[0] in a.names]:
        low = min(dict(m).get(a, Fraction(0)) for m in p.terms)
        if low.denominator != 1 or any(
            dict(m).get(a, Fraction(0)).denominator != 1 for m in p.terms
        ):
            raise StuckError("a limit of a broken power")
        if low < 0:
            num = num * Poly.atom(a, -low)
            den = den * integer_power(a.args[0], int(-low))
    if any(x.args[0] in a.names and a != g for q in (num, den) for a in q.atoms()):
        raise StuckError("a limit with the variable inside another function")
    pick = max if large else min
    (top, e1), (bottom, e2) = (_leading(q, g, pick) for q in (num, den))
    from .signs import positive

    if not (positive(k, bottom) or positive(k, -bottom)):
        raise StuckError("a leading coefficient that may vanish")
    e = e1 - e2
    if not large:
        e = -e
    if e < 0:
        return ZERO
    ratio = top * integer_power(bottom, -1)
    if e == 0:
        return ratio
    c = ratio.constant()
    if c is None:
        raise StuckError("an infinite limit of unknown sign")
    # g stays positive where it grows, except ln x at 0, which goes to minus infinity.
    negative = (g.kind == "log" and to == "0") or (g == x and to == "-oo")
    if negative and e.denominator != 1:
        raise StuckError("a broken power of something negative")
    sign = c * ((-1) ** int(e) if negative else 1)
    return INFINITY if sign > 0 else -INFINITY


def _grows(k: Kernel, g: Atom, x: Atom, to: str) -> bool:
    """Does |g| go to infinity (True) or to 0 (False)?"""
    if g == x:
        return to != "0"
    if g.kind == "exp":
        from .signs import mono_sign

        rate = tuple(t for t in g.args[0] if t[0] != x)
        linear = dict(g.args[0]).get(x) == 1 and all(x.args[0] not in a.names for a, _ in rate)
        s = mono_sign(k, rate)
        if linear and to != "0" and s in ("+", "-"):
            return (to == "oo") == (s == "+")
    if g.kind == "log" and g.args[0] == Poly.atom(x) and to in ("0", "oo"):
        return True
    raise StuckError(f"no rule for the limit of {g.kind}")


def _leading(p: Poly, g: Atom, pick: object) -> tuple[Poly, Fraction]:
    """Coefficient and exponent of the leading power of g."""
    exps = [dict(m).get(g, Fraction(0)) for m in p.terms]
    e = max(exps) if pick is max else min(exps)
    out = ZERO
    for m, c in p.terms.items():
        if dict(m).get(g, Fraction(0)) == e:
            out = out + Poly({tuple(t for t in m if t[0] != g): c})
    return out, e


__all__ = ["INFINITY", "absolute", "derivative", "limit", "powers"]
