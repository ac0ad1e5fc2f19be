"""The decision: is a normal form zero? SymPy's exact polynomial rings answer.

After the laws have done their work, an expression is a rational function of atoms. Denominators are
multiplied away and the numerator is expanded over the rationals: if it is zero there, the equation
is an identity. No sampling, no probability, no floating point.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from sympy import QQ
from sympy.polys.rings import PolyElement, ring

from . import sums
from .errors import StuckError
from .poly import ONE, ZERO, Atom, Poly
from .powers import integer_power

if TYPE_CHECKING:
    from .kernel import Kernel

MAX_CASES = 6


def ring_of(atoms: list[Atom]) -> tuple[Any, Callable[[Poly], PolyElement]]:
    """SymPy's ring QQ[atoms], and the map to it (exponents: integers, at least 0)."""
    r = ring([f"x{i}" for i in range(max(1, len(atoms)))], QQ)[0]
    place = {a: i for i, a in enumerate(atoms)}

    def to(p: Poly) -> PolyElement:
        d = {}
        for m, c in p.terms.items():
            e = [0] * max(1, len(atoms))
            for a, x in m:
                e[place[a]] = int(x)
            d[tuple(e)] = QQ(c.numerator, c.denominator)
        return r.from_dict(d)

    return r, to


def from_ring(f: PolyElement, atoms: list[Atom]) -> Poly:
    """Back from SymPy's ring."""
    out = {}
    for exps, c in f.terms():
        m = tuple(
            sorted(
                ((a, Fraction(e)) for a, e in zip(atoms, exps, strict=False) if e),
                key=lambda t: t[0].key,
            )
        )
        out[m] = Fraction(int(c.numerator), int(c.denominator))
    return Poly(out)


def rational_zero(p: Poly) -> bool:
    """Is p zero as a rational function of its atoms (roots standing for their polynomials)?"""
    if not p:
        return True
    roots = {a for a in p.atoms() if a.kind == "root"}
    # Broken powers of different size are independent: each group must vanish by itself.
    groups: dict[tuple[Fraction, ...], Poly] = {}
    for m, c in p.terms.items():
        d = dict(m)
        part = tuple(d.get(a, Fraction(0)) % 1 for a in sorted(roots, key=lambda a: a.key))
        groups[part] = groups.get(part, ZERO) + Poly({m: c})
    return all(_group_zero(q, roots) for q in groups.values())


def _group_zero(p: Poly, roots: set[Atom]) -> bool:
    if not p:
        return True
    inside = [a.args[0] for a in roots]
    if any(b.kind == "root" for q in inside for b in q.atoms()):
        return False  # a root inside a root: no law for it
    least = {a: min(dict(m).get(a, Fraction(0)) for m in p.terms) for a in roots}
    plain: list[tuple[dict[Atom, Fraction], Fraction, dict[Atom, int]]] = []
    for m, c in p.terms.items():
        d = dict(m)
        times = {a: int(d.pop(a, Fraction(0)) - least[a]) for a in roots}
        plain.append((d, c, times))
    exponents: dict[Atom, list[Fraction]] = {}
    for d, _, _ in plain:
        for a in d:
            exponents.setdefault(a, [])
    for q in inside:
        for a in q.atoms():
            exponents.setdefault(a, [])
    everything = [dict(m) for q in inside for m in q.terms] + [d for d, _, _ in plain]
    scale = {a: lcm(*(d.get(a, Fraction(0)).denominator for d in everything)) for a in exponents}
    low = {a: min(d.get(a, Fraction(0)) for d, _, _ in plain) for a in exponents}
    atoms = sorted(exponents, key=lambda a: a.key)
    r, _ = ring_of(atoms)

    def element(d: dict[Atom, Fraction], c: Fraction, shift: dict[Atom, Fraction]) -> PolyElement:
        e = [int((d.get(a, Fraction(0)) - shift[a]) * scale[a]) for a in atoms] or [0]
        return r.from_dict({tuple(e): QQ(c.numerator, c.denominator)})

    none = dict.fromkeys(atoms, Fraction(0))
    bases = {
        a: sum((element(dict(m), c, none) for m, c in a.args[0].terms.items()), r.zero)
        for a in roots
    }
    total = r.zero
    for d, c, times in plain:
        t = element(d, c, low)
        for a, n in times.items():
            t = t * bases[a] ** n
        total = total + t
    return bool(total == 0)


def is_zero(k: Kernel, p: Poly, depth: int = 0) -> bool:
    """Is p zero for all values that the declarations allow? True only with a proof."""
    if rational_zero(p):
        return True
    if depth > MAX_CASES:
        return False
    bit = next((a for a in p.all_atoms() if is_bit(k, a) and not _bound(a)), None)
    if bit is not None and k.on("cases"):
        return all(is_zero(k, k.subst(p, {bit: v}), depth + 1) for v in (ZERO, ONE))
    found = [a for a in p.all_atoms() if a.kind == "delta" and not _bound(a)]
    if found and k.on("delta"):
        return all(is_zero(k, q, depth + 1) for q in sums.split_delta(k, p, found[0]))
    return _merge(k, p, depth)


def is_bit(k: Kernel, a: Atom) -> bool:
    """Is the atom declared to be 0 or 1?"""
    if a.kind == "sym":
        return k.ctx.scalars.get(a.args[0]) == "bit"
    if a.kind == "elem":
        v = k.ctx.vectors.get(a.args[0])
        return (v is not None and v.domain == "bit") or a.args[0].startswith("%")
    return False


def _bound(a: Atom) -> bool:
    return any(n.startswith("#") for n in a.names)


def _merge(k: Kernel, p: Poly, depth: int) -> bool:
    """sum f - sum g = sum (f - g): the bodies may cancel only together."""
    groups: dict[tuple[Any, ...], list[tuple[Atom, Fraction]]] = {}
    rest = ZERO
    for m, c in p.terms.items():
        found = [(a, e) for a, e in m if a.kind in ("sum", "sumx") and e == 1]
        if not found:
            rest = rest + Poly({m: c})
            continue
        a = found[0][0]
        others = tuple(t for t in m if t[0] != a)
        key = (others, a.args[0] if a.kind == "sum" else (a.args[0],))
        groups.setdefault(key, []).append((a, c))
    if not groups or not any(len(g) > 1 for g in groups.values()):
        return False
    if not is_zero(k, rest, depth + 1):
        return False
    if not k.on("sum"):
        return False
    for members in groups.values():
        body = ZERO
        bounds = members[0][0].args[0] if members[0][0].kind == "sum" else (members[0][0].args[0],)
        temps = [k.fresh(b)[1] for b in bounds]
        for a, c in members:
            body = body + sums.opened(k, a, temps).scale(c)
        try:
            if not is_zero(k, body, depth + 1):
                return False
        except StuckError:
            return False
    return True


__all__ = ["from_ring", "integer_power", "is_bit", "is_zero", "rational_zero", "ring_of"]
