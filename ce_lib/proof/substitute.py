"""Substitution: rebuild an expression through the laws after replacing atoms or vectors."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from . import powers, sums
from .errors import StuckError
from .poly import ONE, ZERO, Atom, Mono, Poly

if TYPE_CHECKING:
    from .kernel import Kernel


def substitute(k: Kernel, p: Poly, mapping: dict[Any, Any]) -> Poly:
    """p with atoms and vectors replaced; see `Kernel.subst`."""
    touched = frozenset().union(
        *((m.names if isinstance(m, Atom) else frozenset((m,))) for m in mapping)
    )
    return _poly(k, p, mapping, touched)


def _poly(k: Kernel, p: Poly, mapping: dict[Any, Any], touched: frozenset[str]) -> Poly:
    if not p.names & touched:
        return p
    out = ZERO
    for m, c in p.terms.items():
        part, rest = Poly.number(c), []
        for a, e in m:
            if a.names & touched:
                part = part * _power(k, a, e, mapping, touched)
            else:
                rest.append((a, e))
        out = out + powers.reduce_roots(part.scale(1, tuple(rest)))
    return out


def _power(
    k: Kernel, a: Atom, e: Fraction, mapping: dict[Any, Any], touched: frozenset[str]
) -> Poly:
    if a.kind == "root" and a not in mapping:
        base = _poly(k, a.args[0], mapping, touched)
    else:
        base = _atom(k, a, mapping, touched)
    if e.denominator == 1:
        return powers.integer_power(base, e.numerator)
    return powers.broken_power(k, base, e)


def _mono(k: Kernel, m: Mono, mapping: dict[Any, Any], touched: frozenset[str]) -> Poly:
    return _poly(k, Poly({m: Fraction(1)}), mapping, touched)


def _atom(k: Kernel, a: Atom, mapping: dict[Any, Any], touched: frozenset[str]) -> Poly:
    if a in mapping:
        value: Poly = mapping[a]
        return value

    def again(p: Poly) -> Poly:
        return _poly(k, p, mapping, touched)

    args = a.args
    match a.kind:
        case "sym" | "idx":
            return Poly.atom(a)
        case "elem":
            at = tuple(again(p) for p in args[1])
            if "@" + args[0] in mapping:
                return mapping["@" + args[0]](*at)
            new = k.elem(args[0], at)
            one = new.single()
            if one and len(one[1]) == 1 and one[1][0][0] in mapping and one[1][0][0] != a:
                return mapping[one[1][0][0]]
            return new
        case "exp":
            return powers.exponential(k, _mono(k, args[0], mapping, touched))
        case "xexp":
            return powers.exponential(k, again(args[0]))
        case "log":
            return powers.logarithm(k, again(args[0]))
        case "delta":
            return sums.delta(k, again(args[0]), again(args[1]))
        case "sum":
            return _sum(k, a, again)
        case "sumx" | "prod":
            b = args[0]
            name, temp = k.fresh(None if b is None else (again(b[0]), again(b[1])))
            body = again(k.subst(args[2], {Atom("idx", args[1]): temp}))
            make = sums.make_sum if a.kind == "sumx" else sums.make_product
            return make(k, name, body)
        case "fun" | "dfun":
            return Poly.atom(Atom(a.kind, *args[:-1], tuple(again(p) for p in args[-1])))
        case "bits":
            return Poly.atom(Atom("bits", again(args[0]), args[1], again(args[2])))
        case "def":
            return Poly.atom(Atom("def", args[0], args[1], tuple(again(p) for p in args[2])))
        case "derivative":
            inside, x = args
            own = x.args[0] if x.kind == "sym" else "@" + x.args[0]
            if x.kind == "elem" and own not in touched and x not in mapping:
                moved = Atom("elem", x.args[0], tuple(again(p) for p in x.args[1]))
                return Poly.atom(Atom("derivative", again(inside), moved))
            if x.kind == "sym" and own not in touched:
                return Poly.atom(Atom("derivative", again(inside), x))
        case "limit":
            if args[1].args[0] not in touched:
                return Poly.atom(Atom("limit", again(args[0]), args[1], args[2]))
    raise StuckError(f"substitution into {a.kind}")


def _sum(k: Kernel, a: Atom, again: Any) -> Poly:
    """Open, substitute, close: the bound indices are fresh, so nothing is captured."""
    ranges, levels, mono = a.args
    names, temps = [], {}
    for b, level in zip(ranges, levels, strict=True):
        name, temp = k.fresh(None if b is None else (again(b[0]), again(b[1])))
        names.append(name)
        temps[Atom("idx", level)] = temp
    body = again(k.subst(Poly({mono: Fraction(1)}), temps))
    for name in reversed(names):
        body = sums.make_sum(k, name, body)
    return body


__all__ = ["ONE", "substitute"]
