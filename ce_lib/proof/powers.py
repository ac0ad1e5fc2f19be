"""Laws of powers, the exponential and the logarithm.

Each holds where it is applied because the arguments of `ln` and the bases of broken powers are
shown positive first; where that cannot be shown, the atom stays whole.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import sympy

from .errors import StuckError
from .poly import ONE, ZERO, Atom, Mono, Poly, content, divide_exactly, reduce_roots

if TYPE_CHECKING:
    from .kernel import Kernel

MAX_POWER, MAX_TERMS, MAX_FACTORED = 16, 1500, 10**12


def lowest_terms(p: Poly) -> Poly:
    """Over one common denominator, with the factors that cancel cancelled."""
    low: dict[Atom, int] = {}
    for m in p.terms:
        for a, e in m:
            if a.kind == "root" and e < 0:
                low[a] = max(low.get(a, 0), -(e.numerator // e.denominator))
    if not low:
        return p
    num = reduce_roots(p.scale(1, _sorted({a: Fraction(k) for a, k in low.items()})))
    for a in sorted(low, key=lambda a: a.key):
        while num and low[a] > 0:
            q = divide_exactly(num, a.args[0])
            if q is None:
                break
            num, low[a] = q, low[a] - 1
    return num.scale(1, _sorted({a: Fraction(-k) for a, k in low.items() if k}))


def _sorted(d: dict[Atom, Fraction]) -> Mono:
    return tuple(sorted(d.items(), key=lambda t: t[0].key))


def integer_power(p: Poly, n: int) -> Poly:
    """p ** n; a negative power of zero is refused, of a sum becomes a power of a root atom."""
    if n >= 0:
        if n > MAX_POWER:
            raise StuckError(f"a power of {n} is too big to expand")
        out = ONE
        for _ in range(n):
            out = out * p
            if len(out.terms) > MAX_TERMS:
                raise StuckError("the expansion is too big")
        return out
    p = lowest_terms(p)
    if not p:
        raise StuckError("division by zero")
    c, m, q = content(p)
    inverse = tuple((a, e * n) for a, e in m)
    out = reduce_roots(Poly.number(c**n).scale(1, inverse))
    for f, times in factors(q):
        out = out * Poly.atom(Atom("root", f), n * times)
    return out


def divide(a: Poly, b: Poly) -> Poly:
    """a / b"""
    return a * integer_power(b, -1)


def broken_power(k: Kernel, p: Poly, e: Fraction) -> Poly:
    """p ** e for a fraction e: factor by factor where every factor is positive."""
    from .signs import atom_sign, positive

    p = lowest_terms(p)
    if not p:
        return ZERO
    if p == ONE:
        return ONE
    c, m, q = content(p)
    if c < 0:
        c, q = -c, -q
    good = tuple((a, x) for a, x in m if atom_sign(k, a) == "+")
    rest = Poly({tuple(t for t in m if t not in good): Fraction(1)})
    bases: list[tuple[Poly, int]] = []
    for f, times in factors(q):
        if positive(k, f):
            bases.append((f, times))
        elif times % 2 == 0 and positive(k, -f):
            bases.append((-f, times))
        else:
            rest = rest * integer_power(f, times)
    parts = (c != 1) + len(good) + sum(t for _, t in bases) + (rest != ONE)
    if parts > 1 and not k.on("exp"):
        return Poly.atom(Atom("root", p), e)
    out = _constant_power(c, e) * reduce_roots(
        Poly({tuple((a, x * e) for a, x in good): Fraction(1)})
    )
    for f, times in [*bases, *([(rest, 1)] if rest != ONE else [])]:
        whole = times * e
        if whole.denominator == 1:
            out = out * integer_power(f, whole.numerator)
        else:
            out = out * Poly.atom(Atom("root", f), whole)
    return out


def _primes(c: Fraction) -> list[tuple[int, int]]:
    """(prime, exponent) of a positive rational; very large numbers are left whole."""
    if max(c.numerator, c.denominator) > MAX_FACTORED:
        return [(c.numerator, 1), (c.denominator, -1)]
    found = sympy.factorrat(sympy.Rational(c.numerator, c.denominator))
    return [(int(p), int(e)) for p, e in found.items()]


def _constant_power(c: Fraction, e: Fraction) -> Poly:
    out = ONE
    for prime, times in _primes(c):
        if prime == 1:
            continue
        x = e * times
        whole = x.numerator // x.denominator
        out = out.scale(Fraction(prime) ** whole)
        if x != whole:
            out = out * Poly.atom(Atom("root", Poly.number(prime)), x - whole)
    return out


def exponential(k: Kernel, p: Poly) -> Poly:
    """exp(a + b) = exp(a) exp(b), exp(c a) = exp(a) ** c, exp(c ln q) = q ** c, exp(0) = 1."""
    p = lowest_terms(p)
    one = p.single()
    if one and one[0] == 1 and not (len(one[1]) == 1 and one[1][0][0].kind == "log"):
        return Poly.atom(Atom("exp", one[1]))
    if not k.on("exp"):
        return Poly.atom(Atom("xexp", p))
    out = ONE
    for m, c in p.items():
        if len(m) == 1 and m[0][0].kind == "log" and m[0][1] == 1:
            q = m[0][0].args[0]
            out = out * (
                integer_power(q, c.numerator) if c.denominator == 1 else broken_power(k, q, c)
            )
        else:
            out = out * Poly.atom(Atom("exp", m), c)
    return out


def logarithm(k: Kernel, p: Poly) -> Poly:
    """ln(a b) = ln a + ln b, ln(a ** c) = c ln a, ln(exp a) = a, ln 1 = 0, for positive factors."""
    from .signs import atom_sign, positive

    p = lowest_terms(p)
    if not p:
        raise StuckError("ln 0")
    c, m, q = content(p)
    if c < 0:
        c, q = -c, -q
    simple = (c != 1) + sum(1 + (e != 1 or a.kind in ("exp", "root")) for a, e in m) + (q != ONE)
    whole = Poly.atom(Atom("log", p))
    if p != ONE and simple == 1 and (q == ONE or len(q.terms) < 3) and c == 1:
        return whole
    if not k.on("log"):
        return whole
    out, rest = ZERO, ONE
    for prime, times in _primes(c):
        if prime == 1:
            continue
        out = out + Poly.atom(Atom("log", Poly.number(prime))).scale(times)
    for a, e in m:
        if a.kind == "exp":
            out = out + Poly({a.args[0]: e})
        elif a.kind == "root" and positive(k, a.args[0]):
            out = out + logarithm(k, a.args[0]).scale(e)
        elif a.kind == "xexp":
            out = out + a.args[0].scale(e)
        elif atom_sign(k, a) == "+":
            out = out + Poly.atom(Atom("log", Poly.atom(a))).scale(e)
        else:
            rest = rest * Poly.atom(a, e)
    for f, times in factors(q):
        if positive(k, f):
            out = out + Poly.atom(Atom("log", f)).scale(times)
        elif positive(k, -f) and times % 2 == 0:
            out = out + Poly.atom(Atom("log", -f)).scale(times)
        else:
            rest = rest * integer_power(f, times)
    return out if rest == ONE else out + Poly.atom(Atom("log", rest))


@cache
def factors(q: Poly) -> list[tuple[Poly, int]]:
    """Irreducible factors with signs such that their product is q; SymPy factors."""
    if q == ONE:
        return []
    integral = all(e.denominator == 1 for m in q.terms for _, e in m)
    if len(q.terms) < 3 or not integral:
        return [(q, 1)]
    from .decide import from_ring, ring_of

    atoms = sorted(q.atoms(), key=lambda a: a.key)
    r, to = ring_of(atoms)
    coefficient, factors = to(q).factor_list()
    out = [(from_ring(f, atoms), int(e)) for f, e in factors]
    scaled = []
    for f, e in out:
        c, _, g = content(f)
        coefficient = coefficient * r.domain.convert(c.numerator) ** e / c.denominator**e
        scaled.append((g, e))
    if coefficient != 1:  # only a sign can be left: every factor now begins with coefficient 1
        return [(q, 1)]
    return scaled


def power(k: Kernel, base: Poly, exponent: Poly) -> Poly:
    """base ** exponent; a symbolic exponent is exp(exponent ln base)."""
    c = exponent.constant()
    if c is not None:
        if c.denominator == 1:
            return integer_power(base, c.numerator)
        return broken_power(k, base, c)
    if base == ONE:
        return ONE
    return exponential(k, exponent * logarithm(k, base))
