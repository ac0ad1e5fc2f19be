"""The state of one attempt at a proof: which laws may fire, which did, and the known facts.

The laws are functions in `powers`, `sums`, `calculus` and `signs`; each asks `kernel.on(law)`
before it fires. A proof attempt with a law in `off` shows whether a step needs that law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from . import powers, signs, sums
from .context import Context, Range, Vector
from .poly import ONE, ZERO, Atom, Mono, Poly, inner_atoms

Bounds = tuple[Poly, Poly] | None
"""The range of a bound index; None for an integral over an abstract space."""


class Kernel:
    """One proof attempt.

    Parameters
    ----------
    ctx : the declarations.
    off : laws that may not fire.
    """

    def __init__(self, ctx: Context, off: Iterable[str] = ()) -> None:
        self.ctx, self.off = ctx, frozenset(off)
        self.used: set[str] = set()
        self.facts: dict[Atom, Poly] = {}
        self.ranges: dict[str, Bounds] = {}
        self.duties: list[tuple[str, Poly, str]] = []
        self._count = 0
        for name, r in ctx.indices.items():
            self.ranges[name] = self.bounds(r)
        self._declare_facts()

    def on(self, law: str) -> bool:
        """May the law fire? If so, note that it did."""
        if law in self.off:
            return False
        self.used.add(law)
        return True

    def fresh(self, bounds: Bounds) -> tuple[str, Poly]:
        """A new bound index: no text can contain its name, so nothing can be captured."""
        self._count += 1
        name = f"${self._count}"
        self.ranges[name] = bounds
        return name, Poly.atom(Atom("idx", name))

    def bounds(self, r: Range) -> tuple[Poly, Poly]:
        """A written range as polynomials in the sizes."""
        from .elaborate import elaborate_index

        return elaborate_index(self, r.lo), elaborate_index(self, r.hi)

    def elem(self, name: str, at: tuple[Poly, ...]) -> Poly:
        """The component of a declared vector or matrix."""
        v = self.ctx.vectors.get(name)
        if v and v.hot and self.on("onehot"):
            return sums.delta(self, at[0], Poly.atom(Atom("idx", v.hot)))
        return Poly.atom(Atom("elem", name, at))

    def vector_bounds(self, v: Vector) -> tuple[tuple[Poly, Poly], ...]:
        """The ranges of a declared vector."""
        return tuple(self.bounds(r) for r in v.ranges)

    def _declare_facts(self) -> None:
        for name, v in self.ctx.vectors.items():
            power = {"simplex": 1, "weights": 1, "sphere": 2}.get(v.domain)
            if power and len(v.ranges) == 1:
                (b,) = self.vector_bounds(v)
                self.add_fact(self.sum_of(b, self._component(name, power)), ONE)
        for name, kind in self.ctx.functions.items():
            if kind == "density":
                self.add_fact(self.sum_of(None, self._value(name)), ONE)
        self.used.clear()

    def _component(self, name: str, power: int) -> Callable[[Poly], Poly]:
        return lambda k: Poly.atom(Atom("elem", name, (k,)), power)

    def _value(self, name: str) -> Callable[[Poly], Poly]:
        return lambda x: Poly.atom(Atom("fun", name, (x,)))

    def add_fact(self, left: Poly, right: Poly) -> bool:
        """Know that left = right, by rewriting one sum in `left`, as the law "facts".

        Returns
        -------
        bool : False if no sum in `left` can be solved for, so that nothing is known.
        """
        sums_in = {a for a in left.atoms() if a.kind in ("sum", "bits")}
        for atom in sorted(sums_in, key=lambda a: a.key):
            having = [m for m in left.terms if any(a == atom for a, _ in m)]
            inside = any(b == atom for a in left.atoms() for b in inner_atoms(a.args))
            if len(having) != 1 or inside or dict(having[0])[atom] != 1:
                continue
            m = having[0]
            others = Poly({tuple(t for t in m if t[0] != atom): left.terms[m]})
            rest = left - Poly({m: left.terms[m]})
            if not signs.positive(self, others) or atom in set(right.all_atoms()):
                continue
            self.facts[atom] = powers.divide(right - rest, others)
            return True
        return False

    def sum_of(self, b: Bounds, body: Callable[[Poly], Poly]) -> Poly:
        """The sum of body(k) for k in the bounds."""
        name, k = self.fresh(b)
        return sums.make_sum(self, name, body(k))

    def power(self, base: Poly, exponent: Poly) -> Poly:
        """base ** exponent"""
        return powers.power(self, base, exponent)

    def subst(self, p: Poly, mapping: dict[Any, Any]) -> Poly:
        """Replace atoms (`Atom` -> `Poly`) or whole vectors ("@name" -> function of the index)."""
        from .substitute import substitute

        return substitute(self, p, mapping)


def mono_poly(m: Mono, c: Fraction | int = 1) -> Poly:
    """A monomial as a polynomial."""
    return Poly({m: Fraction(c)}) if c else ZERO
