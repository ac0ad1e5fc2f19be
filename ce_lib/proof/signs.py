"""What is certainly positive, non-negative, negative.

A variable x in (0, 1) is written 1/(1+t) with t > 0, and x in (0, 1] with t >= 0. A polynomial
whose coefficients in the t's are then all non-negative is non-negative: every sign is visible.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from .poly import ONE, ZERO, Atom, Poly
from .powers import lowest_terms

if TYPE_CHECKING:
    from .kernel import Kernel

Sign = str
"""'+' positive, '0+' at least zero, '-' negative, '0-' at most zero, '?' unknown."""

_FLIP = {"+": "-", "-": "+", "0+": "0-", "0-": "0+", "?": "?"}
_DOMAIN = {
    "positive": "+",
    "unit": "+",
    "simplex": "+",
    "bit": "0+",
    "closed": "0+",
    "onehot": "0+",
}
MAX_TERMS = 400


def domain_of(k: Kernel, a: Atom) -> str:
    """The declared domain of a variable or component ('' for other atoms)."""
    if a.kind == "sym":
        return k.ctx.scalars.get(a.args[0], "")
    if a.kind == "elem":
        if a.args[0].startswith("%"):
            return "bit"
        v = k.ctx.vectors.get(a.args[0])
        return v.domain if v else ""
    return ""


def atom_sign(k: Kernel, a: Atom) -> Sign:
    """The sign of one atom."""
    match a.kind:
        case "sym" | "elem":
            return _DOMAIN.get(domain_of(k, a), "?")
        case "exp" | "xexp":
            return "+"
        case "idx":
            name = a.args[0]
            if name in k.ctx.sizes:
                return "0+" if name in k.ctx.naturals else "+"
            b = k.ranges.get(name)
            if b is not None:
                return "+" if positive(k, b[0]) else "0+" if nonnegative(k, b[0]) else "?"
        case "root":
            return "+" if positive(k, a.args[0]) else "?"
        case "delta":
            return "0+"
        case "fun":
            kind = k.ctx.functions.get(a.args[0], "function")
            return "?" if kind == "function" else "+"
        case "log":
            p = a.args[0]
            if positive(k, ONE - p):
                return "-"
            if positive(k, p - ONE):
                return "+"
            return "0-" if nonnegative(k, ONE - p) else "0+" if nonnegative(k, p - ONE) else "?"
        case "sum":
            return _sum_sign(k, a)
        case "prod":
            if nonnegative(k, a.args[2]):
                return "0+"
    return "?"


def _sum_sign(k: Kernel, a: Atom) -> Sign:
    ranges, _, mono = a.args
    saved = _enter(k, a)
    s = mono_sign(k, mono)
    filled = all(b is not None and nonnegative(k, b[1] - b[0]) for b in ranges)
    _leave(k, saved)
    if s == "?" or any(b is None for b in ranges):
        return {"+": "0+", "-": "0-"}.get(s, s)
    square = len(mono) == 1 and mono[0][1] == 2 and mono[0][0].kind == "elem"
    if square and domain_of(k, mono[0][0]) in ("nonzero", "sphere"):
        v = k.ctx.vectors[mono[0][0].args[0]]
        if ranges == k.vector_bounds(v):
            return "+"
    return s if filled else {"+": "0+", "-": "0-"}.get(s, s)


def _enter(k: Kernel, a: Atom) -> dict[str, object]:
    """Make the canonical bound indices of a closed sum known while its body is looked at."""
    saved: dict[str, object] = {}
    for level, b in zip(a.args[1], a.args[0], strict=True):
        saved[level] = k.ranges.get(level, "none")
        k.ranges[level] = b
    return saved


def _leave(k: Kernel, saved: dict[str, object]) -> None:
    for level, b in saved.items():
        if b == "none":
            del k.ranges[level]
        else:
            k.ranges[level] = b  # type: ignore[assignment]


def mono_sign(k: Kernel, m: tuple[tuple[Atom, Fraction], ...]) -> Sign:
    """The sign of a product of powers."""
    sign, strict = 1, True
    for a, e in m:
        s = atom_sign(k, a)
        if a.kind == "root" and e.denominator % 2 == 0 and s == "?":
            strict = strict and e < 0  # an even root is at least 0, and below a bar it is not 0
        elif e.denominator == 1 and e % 2 == 0:
            strict = strict and s in "+-"
        elif s == "?":
            return "?"
        else:
            strict = strict and s in "+-"
            if s.endswith("-"):
                sign = -sign
    out = "+" if strict else "0+"
    return out if sign > 0 else _FLIP[out]


def _unit_atom(k: Kernel, a: Atom) -> Sign | None:
    """'+' if 0 < a < 1, '0+' if 0 < a <= 1, None otherwise."""
    d = domain_of(k, a)
    if d == "unit":
        return "+"
    if d == "simplex":
        return "0+"
    if a.kind == "exp":
        s = mono_sign(k, a.args[0])
        return {"-": "+", "0-": "0+"}.get(s)
    return None


def sign(k: Kernel, p: Poly) -> Sign:
    """The sign of a polynomial, '?' if it is not certain."""
    p = lowest_terms(p)
    if not p:
        return "0+"
    s = _by_terms(k, p)
    if s != "?" or len(p.terms) == 1:
        return s
    s = _by_parameters(k, p)
    return s if s != "?" else _by_ends(k, p)


def _of_sum(seen: set[Sign]) -> Sign:
    """The sign of a sum whose terms have these signs."""
    if seen <= {"+", "0+"}:
        return "+" if "+" in seen else "0+"
    if seen <= {"-", "0-"}:
        return "-" if "-" in seen else "0-"
    return "?"


def _by_terms(k: Kernel, p: Poly) -> Sign:
    seen: set[Sign] = set()
    for m, c in p.terms.items():
        s = mono_sign(k, m)
        seen.add(s if c > 0 else _FLIP[s])
    return _of_sum(seen)


def _by_parameters(k: Kernel, p: Poly) -> Sign:
    """Substitute x = 1/(1+t) for the atoms in (0, 1] and look at the coefficients."""
    units = {a: u for a in p.atoms() if (u := _unit_atom(k, a))}
    sizes = {a for a in p.atoms() if a.kind == "idx" and a.args[0] in k.ctx.sizes}
    if not units and not sizes:
        return "?"
    for a in units.keys() | sizes:
        if any(dict(m).get(a, Fraction(0)).denominator != 1 for m in p.terms):
            return "?"
    if any(dict(m).get(a, Fraction(0)) < 0 for m in p.terms for a in sizes):
        return "?"
    high = {a: max(dict(m).get(a, Fraction(0)) for m in p.terms) for a in units}
    out = ZERO
    for m, c in p.terms.items():
        d = dict(m)
        part = Poly({tuple(t for t in m if t[0] not in units and t[0] not in sizes): c})
        for a in sizes:  # a size is 1 + t with t >= 0, or t itself if it may be 0
            t = Poly.atom(Atom("parameter", a, "0+"))
            if a.args[0] not in k.ctx.naturals:
                t = ONE + t
            for _ in range(int(d.get(a, Fraction(0)))):
                part = part.raw_mul(t)
        for a in units:
            t = ONE + Poly.atom(Atom("parameter", a, units[a]))
            for _ in range(int(high[a] - d.get(a, Fraction(0)))):
                part = part.raw_mul(t)
                if len(part.terms) > MAX_TERMS:
                    return "?"
        out = out + part
    if not out:
        return "0+"
    seen: set[Sign] = set()
    for m, c in out.terms.items():
        plain = tuple(t for t in m if t[0].kind != "parameter")
        s = mono_sign(k, plain)
        if s == "?":
            return "?"
        if any(t[0].kind == "parameter" and t[0].args[1] == "0+" for t in m):
            s = {"+": "0+", "-": "0-"}.get(s, s)
        seen.add(s if c > 0 else _FLIP[s])
    return _of_sum(seen)


def _by_ends(k: Kernel, p: Poly) -> Sign:
    """p is affine in an x of [0, 1] (or x is 0 or 1): its sign at both ends decides."""
    for a in sorted(p.atoms(), key=lambda a: a.key):
        d = domain_of(k, a)
        flag = a.kind == "delta"
        affine = all(dict(m).get(a, Fraction(0)) in (0, 1) for m in p.terms)
        if d == "bit" or flag or (d == "closed" and affine) or (_in_unit_product(k, a) and affine):
            low, high = (sign(k, k.subst(p, {a: v})) for v in (ZERO, ONE))
            if low in ("+", "0+") and high in ("+", "0+"):
                return "+" if low == high == "+" else "0+"
            if low in ("-", "0-") and high in ("-", "0-"):
                return "-" if low == high == "-" else "0-"
    return "?"


def _in_unit_product(k: Kernel, a: Atom) -> bool:
    """A product whose factors all lie in [0, 1]."""
    return a.kind == "prod" and nonnegative(k, a.args[2]) and nonnegative(k, ONE - a.args[2])


def positive(k: Kernel, p: Poly) -> bool:
    """Certainly > 0?"""
    return sign(k, p) == "+"


def nonnegative(k: Kernel, p: Poly) -> bool:
    """Certainly >= 0?"""
    return sign(k, p) in ("+", "0+")
