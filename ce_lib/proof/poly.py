"""The arithmetic under the prover: sums of monomials in *atoms*, with rational exponents.

An atom is anything that the laws do not take apart further: a variable `u`, a component `z_i`,
`exp(u)`, `ln(p)`, a whole sum. Atoms are treated as algebraically independent. That is what makes
the arithmetic sound: a polynomial that is zero for independent atoms is zero for whatever the atoms
mean. What it costs is completeness only: a relation between atoms that no law knows stays unproved.

A denominator that is not a single monomial is an atom as well, `Root(Q)`, with a negative exponent;
`ce_lib.proof.decide` multiplies it away before it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from .errors import StuckError

BINDING = {"sum", "sumx", "prod", "def"}
"""Kinds of atoms whose second part names the indices that they bind."""


class Atom:
    """An opaque factor. Two atoms are equal when their `key`s are.

    Parameters
    ----------
    kind : the sort of atom, e.g. `"sym"`, `"elem"`, `"exp"`, `"sum"`.
    args : its parts; polynomials, monomials, strings or tuples of them.
    """

    __slots__ = ("args", "key", "kind", "names")

    def __init__(self, kind: str, *args: Any) -> None:
        self.kind, self.args = kind, args
        self.key = f"{kind}({','.join(_key(a) for a in args)})"
        self.names: frozenset[str] = frozenset().union(*map(_names, args))
        if kind in ("sym", "idx"):
            self.names |= {args[0]}
        elif kind in ("elem", "fun", "dfun"):
            self.names |= {"@" + args[0]}
        elif kind in BINDING:  # even where the body does not mention it: outer levels must differ
            self.names |= {args[1]} if isinstance(args[1], str) else set(args[1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key


MAX_PRODUCTS = 20_000
"""Products of terms in one multiplication: above this, an expression is too big to expand."""

Mono = tuple[tuple[Atom, Fraction], ...]
"""A product of powers of atoms, sorted by the atoms' keys."""


def _key(a: Any) -> str:
    if isinstance(a, (Atom, Poly)):
        return a.key
    if isinstance(a, tuple):
        return "[" + ",".join(map(_key, a)) + "]"
    return str(a)


def _names(a: Any) -> frozenset[str]:
    if isinstance(a, (Atom, Poly)):
        return a.names
    if isinstance(a, tuple):
        return frozenset().union(*map(_names, a))
    return frozenset()


def mono_key(m: Mono) -> str:
    """A string that determines the monomial."""
    return "*".join(f"{a.key}^{e}" for a, e in m)


def mono_mul(a: Mono, b: Mono) -> Mono:
    """The product of two monomials."""
    if not a:
        return b
    if not b:
        return a
    d = dict(a)
    for x, e in b:
        s = d.get(x, 0) + e
        if s:
            d[x] = Fraction(s)
        else:
            del d[x]
    return tuple(sorted(d.items(), key=lambda t: t[0].key))


class Poly:
    """A sum of monomials with rational coefficients; immutable.

    Exponents may be negative or fractional: whoever builds such a monomial has shown that the atom
    is nonzero or positive.
    """

    __slots__ = ("_key", "_names", "terms")

    def __init__(self, terms: dict[Mono, Fraction] | None = None) -> None:
        self.terms: dict[Mono, Fraction] = terms or {}
        self._key: str | None = None
        self._names: frozenset[str] | None = None

    @staticmethod
    def number(c: int | Fraction) -> Poly:
        """A constant."""
        return Poly({(): Fraction(c)} if c else {})

    @staticmethod
    def atom(a: Atom, exponent: int | Fraction = 1) -> Poly:
        """One atom to a power."""
        return Poly({((a, Fraction(exponent)),): Fraction(1)})

    @property
    def key(self) -> str:
        """A string that determines the polynomial."""
        if self._key is None:
            parts = sorted(f"{c}*{mono_key(m)}" for m, c in self.terms.items())
            self._key = "{" + "+".join(parts) + "}"
        return self._key

    @property
    def names(self) -> frozenset[str]:
        """The variables in it; a vector or function `v` counts as `@v`."""
        if self._names is None:
            self._names = frozenset().union(*(a.names for a in self.atoms()))
        return self._names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Poly) -> Poly:
        d = dict(self.terms)
        for m, c in other.terms.items():
            s = d.get(m, 0) + c
            if s:
                d[m] = Fraction(s)
            else:
                del d[m]
        return Poly(d)

    def __neg__(self) -> Poly:
        return Poly({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def scale(self, c: Fraction | int, m: Mono = ()) -> Poly:
        """Times one coefficient and one monomial, without reducing roots."""
        if not c:
            return Poly()
        return Poly({mono_mul(k, m): v * c for k, v in self.terms.items()})

    def raw_mul(self, other: Poly) -> Poly:
        """The product, without reducing roots."""
        if len(self.terms) * len(other.terms) > MAX_PRODUCTS:
            raise StuckError("the expansion is too big")
        d: dict[Mono, Fraction] = {}
        for m1, c1 in self.terms.items():
            for m2, c2 in other.terms.items():
                m = mono_mul(m1, m2)
                d[m] = d.get(m, Fraction(0)) + c1 * c2
        return Poly({m: c for m, c in d.items() if c})

    def __mul__(self, other: Poly) -> Poly:
        return reduce_roots(self.raw_mul(other))

    def constant(self) -> Fraction | None:
        """The value of a constant polynomial, else None."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(()) if len(self.terms) == 1 else None

    def single(self) -> tuple[Fraction, Mono] | None:
        """(coefficient, monomial) of a polynomial with one term, else None."""
        if len(self.terms) != 1:
            return None
        ((m, c),) = self.terms.items()
        return c, m

    def atoms(self) -> set[Atom]:
        """The atoms at the top level (not those inside other atoms)."""
        return {a for m in self.terms for a, _ in m}

    def all_atoms(self) -> Iterator[Atom]:
        """Every atom, those inside other atoms included."""
        for a in sorted(self.atoms(), key=lambda a: a.key):  # the same proof every time
            yield a
            yield from inner_atoms(a.args)

    def items(self) -> Iterable[tuple[Mono, Fraction]]:
        """(monomial, coefficient) pairs in a fixed order."""
        return sorted(self.terms.items(), key=lambda t: mono_key(t[0]))


ZERO, ONE = Poly(), Poly.number(1)


def inner_atoms(x: Any) -> Iterator[Atom]:
    """Every atom inside a part of an atom."""
    if isinstance(x, Atom):
        yield x
        yield from inner_atoms(x.args)
    elif isinstance(x, Poly):
        yield from x.all_atoms()
    elif isinstance(x, tuple):
        for y in x:
            yield from inner_atoms(y)


def reduce_roots(p: Poly) -> Poly:
    """Write `Root(Q)` to a power of at least 1 out as `Q` times the remaining power."""
    if not any(a.kind == "root" and e >= 1 for m in p.terms for a, e in m):
        return p
    out = ZERO
    for m, c in p.terms.items():
        part, rest = Poly.number(c), []
        for a, e in m:
            if a.kind == "root" and e >= 1:
                whole = e.numerator // e.denominator
                for _ in range(whole):
                    part = part.raw_mul(a.args[0])
                e = e - whole
                if e == 0:
                    continue
            rest.append((a, e))
        out = out + reduce_roots(part.scale(1, tuple(rest)))
    return out


def content(p: Poly) -> tuple[Fraction, Mono, Poly]:
    """p = coefficient * monomial * primitive: no common atom left, first coefficient 1."""
    items = list(p.items())
    low: dict[Atom, Fraction] = {}
    for a in p.atoms():
        exps = [dict(m).get(a, Fraction(0)) for m, _ in items]
        if min(exps):
            low[a] = min(exps)
    m = tuple(sorted(low.items(), key=lambda t: t[0].key))
    inv = tuple((a, -e) for a, e in m)
    q = p.scale(1, inv)
    c = next(iter(q.items()))[1]
    return c, m, q.scale(1 / c)


def divide_exactly(num: Poly, den: Poly) -> Poly | None:
    """num / den if den divides num, else None. The answer is checked by multiplying back."""
    atoms = sorted(num.atoms() | den.atoms(), key=lambda a: a.key)
    order: Callable[[Mono], tuple[Fraction, ...]] = lambda m: tuple(  # noqa: E731
        dict(m).get(a, Fraction(0)) for a in atoms
    )
    lead = max(den.terms, key=order)
    inverse = tuple((a, -e) for a, e in lead)
    rest, quotient = num, ZERO
    low = {a: min(dict(m).get(a, Fraction(0)) for m in num.terms) for a in atoms}
    for _ in range(4 * len(num.terms) + 4):
        if not rest:
            return quotient if quotient.raw_mul(den) == num else None
        m = max(rest.terms, key=order)
        q = mono_mul(m, inverse)
        if any(dict(q).get(a, Fraction(0)) < min(low[a], Fraction(0)) for a in atoms):
            return None
        step = Poly({q: rest.terms[m] / den.terms[lead]})
        quotient, rest = quotient + step, rest - step.raw_mul(den)
    return None
