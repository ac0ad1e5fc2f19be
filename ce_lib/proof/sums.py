"""Laws of sums, products, integrals and the indicator 1[i = j].

A bound index is a fresh name while a sum is being built and a canonical level (`#0`, `#1`, ...)
once it is closed, so a renamed index makes no difference and nothing can be captured. Nested sums
are flattened and split into independent factors, which makes their order immaterial as well.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any

from .errors import StuckError
from .poly import ONE, ZERO, Atom, Mono, Poly, inner_atoms
from .powers import exponential, integer_power, logarithm, lowest_terms

if TYPE_CHECKING:
    from .kernel import Bounds, Kernel

MAX_UNROLL, MAX_PEEL, MAX_BOUND = 16, 3, 4


def index(name: str) -> Poly:
    """An index (or a size) as a number."""
    return Poly.atom(Atom("idx", name))


def delta(k: Kernel, a: Poly, b: Poly) -> Poly:
    """1[a = b]: 1 or 0 where that is certain, else an atom."""
    difference = (a - b).constant()
    if difference is not None:
        return ONE if difference == 0 else ZERO
    return Poly.atom(Atom("delta", *sorted((a, b), key=lambda p: p.key)))


def split_delta(k: Kernel, p: Poly, d: Atom) -> list[Poly]:
    """The two cases of an indicator: its indices equal, and not."""
    a, b = d.args
    equal = k.subst(p, {d: ONE})
    for x, y in ((a, b), (b, a)):
        one = x.single()
        if one and one[0] == 1 and len(one[1]) == 1 and one[1][0][0].kind == "idx":
            equal = k.subst(equal, {one[1][0][0]: y})
            break
    return [equal, k.subst(p, {d: ZERO})]


def in_range(k: Kernel, o: Poly, b: Bounds) -> bool:
    """Is index o certainly inside the bounds?"""
    from .signs import nonnegative

    if b is None:
        return False
    one = o.single()
    if one and one[0] == 1 and len(one[1]) == 1 and one[1][0][0].kind == "idx":
        known = k.ranges.get(one[1][0][0].args[0])
        if known is not None and known == b:
            return True
    return nonnegative(k, o - b[0]) and nonnegative(k, b[1] - o)


def make_sum(k: Kernel, temp: str, body: Poly) -> Poly:
    """The sum (or integral) of `body` over the bound index `temp`."""
    from .signs import nonnegative

    if not body:
        return ZERO
    b, body = k.ranges[temp], lowest_terms(body)
    atom = Atom("idx", temp)
    if b is not None:
        lo, hi = b
        length = hi - lo + ONE
        c = length.constant()
        if c is not None and c.denominator == 1:
            if c <= MAX_UNROLL and k.on("finite"):
                terms = [k.subst(body, {atom: lo + Poly.number(t)}) for t in range(int(c))]
                return sum(terms, ZERO)
        else:
            extra = length.terms.get((), Fraction(0))
            if 0 < extra <= MAX_PEEL and extra.denominator == 1:
                shorter = hi - Poly.number(extra)
                if nonnegative(k, shorter - lo + ONE) and k.on("peel"):
                    rest, _ = k.fresh((lo, shorter))
                    out = make_sum(k, rest, k.subst(body, {atom: index(rest)}))
                    for t in range(1, int(extra) + 1):
                        out = out + k.subst(body, {atom: shorter + Poly.number(t)})
                    return out
    one = body.single()
    plain = one is not None and one[0] == 1 and all(temp in a.names for a, _ in one[1])
    if not (plain and one and one[1]) and not k.on("sum"):
        return Poly.atom(_closed_whole(k, temp, body))
    out = ZERO
    for m, c in body.items():
        out = out + _term(k, temp, m).scale(c)
    return out


def _term(k: Kernel, temp: str, m: Mono) -> Poly:
    from .signs import nonnegative

    b = k.ranges[temp]
    dep = tuple(t for t in m if temp in t[0].names)
    ind = Poly({tuple(t for t in m if temp not in t[0].names): Fraction(1)})
    for a, _ in dep:
        if a.kind != "delta":
            continue
        x, y = a.args if a.args[0] == index(temp) else a.args[::-1]
        if x == index(temp) and temp not in y.names and in_range(k, y, b) and k.on("delta"):
            rest = Poly({tuple(t for t in dep if t[0] != a): Fraction(1)})
            return ind * k.subst(rest, {Atom("idx", temp): y})
    bit = _inner_bit(k, temp, dep)
    if bit is not None and k.on("cases"):
        y, whole = Poly.atom(bit), Poly({dep: Fraction(1)})
        one, zero = k.subst(whole, {bit: ONE}), k.subst(whole, {bit: ZERO})
        return ind * make_sum(k, temp, y * one + (ONE - y) * zero)
    if not dep:
        if b is None:
            raise StuckError("the integral of a constant over an abstract space")
        length = b[1] - b[0] + ONE
        if not nonnegative(k, length):
            raise StuckError("a range that may be empty or worse")
        return ind * length
    return ind * _close(k, temp, dep)


def _inner_bit(k: Kernel, temp: str, dep: Mono) -> Atom | None:
    """A 0/1 component of the summand that stands inside a function or under a power."""
    from .decide import is_bit

    own = (index(temp),)
    for a, e in dep:
        if is_bit(k, a):
            if e != 1 and a.args[1:] == (own,):
                return a
            continue
        for x in inner_atoms(a.args):
            if x.kind == "elem" and x.args[1] == own and is_bit(k, x):
                return x
    return None


def _close(k: Kernel, temp: str, dep: Mono) -> Poly:
    """Close a monomial over temp: flatten inner sums, split into independent factors."""
    temps, factors = [temp], list(dep)
    changed = True
    while changed:
        changed = False
        for t in factors:
            a, e = t
            if a.kind != "sum" or e not in (1, 2) or len(temps) + len(a.args[1]) > MAX_BOUND:
                continue
            if any(set(temps) & (x.names | y.names) for x, y in filter(None, a.args[0])):
                continue
            new = [k.fresh(b)[1] for b in a.args[0]]
            factors.remove(t)
            if e == 2:  # a square is two sums: open one of them, and then the other
                factors.append((a, Fraction(1)))
            one = opened(k, a, new).single()
            if one is None or one[0] != 1:  # substitution simplified it: give up flattening
                if e == 2:
                    factors.remove((a, Fraction(1)))
                factors.append(t)
                continue
            temps += [n.single()[1][0][0].args[0] for n in new]  # type: ignore[index]
            merged = dict(factors)
            for x, y in one[1]:
                merged[x] = merged.get(x, Fraction(0)) + y
            factors = [(x, y) for x, y in merged.items() if y]
            changed = True
            break
    out = ONE
    while temps:
        group, names = [temps[0]], {temps[0]}
        mine: list[tuple[Atom, Fraction]] = []
        grown = True
        while grown:
            grown = False
            for t in list(factors):
                if t[0].names & names:
                    mine.append(t)
                    factors.remove(t)
                    new_names = {x for x in temps if x in t[0].names} - names
                    names |= new_names
                    group += sorted(new_names)
                    grown = True
        temps = [t for t in temps if t not in names]
        atom = _closed(k, group, mine)
        out = out * k.facts[atom] if atom in k.facts and k.on("facts") else out * Poly.atom(atom)
    return out


def _closed(k: Kernel, temps: list[str], factors: list[tuple[Atom, Fraction]]) -> Atom:
    level = 1 + max((_level(a) for a, _ in factors), default=-1)
    best: Atom | None = None
    for order in permutations(temps):
        to = {t: f"#{level + i}" for i, t in enumerate(order)}
        ranges = tuple(k.ranges[t] for t in order)
        atom = Atom("sum", ranges, tuple(to.values()), rename(tuple(factors), to))
        if best is None or atom.key < best.key:
            best = atom
    assert best is not None
    return best


def _closed_whole(k: Kernel, temp: str, body: Poly) -> Atom:
    level = 1 + max((_level(a) for a in body.atoms()), default=-1)
    return Atom("sumx", k.ranges[temp], f"#{level}", rename(body, {temp: f"#{level}"}))


def _level(a: Atom) -> int:
    return max((int(n[1:]) for n in a.names if n.startswith("#")), default=-1)


def opened(k: Kernel, a: Atom, temps: list[Poly]) -> Poly:
    """The body of a closed sum at the given indices."""
    if a.kind == "sumx":
        return k.subst(a.args[2], {Atom("idx", a.args[1]): temps[0]})
    mapping = {Atom("idx", n): t for n, t in zip(a.args[1], temps, strict=True)}
    return k.subst(Poly({a.args[2]: Fraction(1)}), mapping)


def rename(x: Any, to: dict[str, str]) -> Any:
    """Rename bound indices without applying any law."""
    if isinstance(x, Atom):
        if not x.names & to.keys():
            return x
        if x.kind == "idx":
            return Atom("idx", to[x.args[0]])
        args = tuple(rename(a, to) for a in x.args)
        if x.kind == "delta":
            args = tuple(sorted(args, key=lambda p: p.key))
        return Atom(x.kind, *args)
    if isinstance(x, Poly):
        return Poly({rename(m, to): c for m, c in x.terms.items()})
    if isinstance(x, tuple):
        if x and isinstance(x[0], tuple) and len(x[0]) == 2 and isinstance(x[0][0], Atom):
            return tuple(sorted(((rename(a, to), e) for a, e in x), key=lambda t: t[0].key))
        return tuple(rename(y, to) for y in x)
    return x


def make_product(k: Kernel, temp: str, body: Poly) -> Poly:
    """The product of `body`: exp of the sum of the logarithms, where the factors are positive."""
    from .signs import positive

    b = k.ranges[temp]
    if b is None:
        raise StuckError("a product needs a finite range")
    lo, hi = b
    c = (hi - lo + ONE).constant()
    if c is not None and c <= MAX_UNROLL and c.denominator == 1 and k.on("finite"):
        out = ONE
        for t in range(int(c)):
            out = out * k.subst(body, {Atom("idx", temp): lo + Poly.number(t)})
        return out
    body = lowest_terms(body)
    if positive(k, body) and k.on("product"):
        return exponential(k, make_sum(k, temp, logarithm(k, body)))
    level = 1 + max((_level(a) for a in body.atoms()), default=-1)
    return Poly.atom(Atom("prod", b, f"#{level}", rename(body, {temp: f"#{level}"})))


__all__ = ["delta", "in_range", "index", "integer_power", "make_product", "make_sum", "opened"]
