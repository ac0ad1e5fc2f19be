"""One step: is `left relation right` proved, and with which laws?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import powers, sums
from .calculus import INFINITY
from .context import Context
from .decide import is_zero
from .elaborate import Env, Value, Vec, component, elaborate
from .errors import NotProvedError, ParseError, StuckError
from .kernel import Kernel
from .language import parse
from .laws import HEAVY, claims
from .poly import ONE, ZERO, Poly
from .signs import nonnegative, positive, sign
from .tree import Bin, Call, Name, Neg, Num, Tree, free_names, text


@dataclass(frozen=True)
class Lemma:
    """A proved inequality `left <= right` for all values of its parameters."""

    name: str
    given: str
    left: Tree
    right: Tree


LEMMAS: dict[str, Lemma] = {}
"""Filled by `ce_lib.proof.derivation` with what has been proved."""


@dataclass
class Attempts:
    """All attempts at the steps of one derivation; readings are kept, since steps share lines."""

    ctx: Context
    facts: tuple[tuple[Tree, Tree], ...] = ()
    _kernels: dict[frozenset[str], Kernel] = field(default_factory=dict)
    _read: dict[tuple[frozenset[str], Tree], tuple[Value, frozenset[str]]] = field(
        default_factory=dict
    )

    def kernel(self, off: frozenset[str] = frozenset()) -> Kernel:
        """The kernel without some laws."""
        if off not in self._kernels:
            k = Kernel(self.ctx, off)
            for left, right in self.facts:
                a, b = elaborate(k, left), elaborate(k, right)
                assert isinstance(a, Poly)
                assert isinstance(b, Poly)
                k.add_fact(a, b)
            k.used.clear()
            k.duties.clear()
            self._kernels[off] = k
        return self._kernels[off]

    def read(self, off: frozenset[str], t: Tree) -> tuple[Value, frozenset[str]]:
        """The normal form of a line and the laws that made it."""
        key = (off, t)
        if key not in self._read:
            k = self.kernel(off)
            before, k.used = k.used, set()
            value = elaborate(k, t)
            self._read[key] = (value, frozenset(k.used))
            k.used = before
        return self._read[key]

    def proved(
        self, a: Tree, relation: str, b: Tree, reason: str, off: Iterable[str]
    ) -> set[str] | None:
        """The laws that fired in a proof without the laws `off`, or None if there is none."""
        without = frozenset(off)
        k = self.kernel(without)
        k.used = set()
        try:
            if isinstance(a, Call) and a.fn in ("argmax", "argmin"):
                done = _optimum(k, a, b, relation)
            else:
                x, used_x = self.read(without, a)
                y, used_y = self.read(without, b)
                k.used |= used_x | used_y
                done = _related(k, x, relation, y, a, b, reason)
        except (StuckError, RecursionError):
            return None
        return set(k.used) if done else None

    def needed(self, a: Tree, relation: str, b: Tree, reason: str) -> set[str]:
        """The least set of laws with which the step is proved.

        Laws are dropped one by one, those that the reason names last, so that a step that can be
        seen in two ways is seen in the way that the author says.

        Raises
        ------
        NotProvedError : there is no proof with all laws.
        """
        named = set().union(*(laws for _, laws in claims(reason, self.ctx.defs)), set())
        used = None
        if "squares" in named and "sign" not in named:  # both would do: the author says which
            used = self.proved(a, relation, b, reason, ("sign",))
        if used is None:
            used = self.proved(a, relation, b, reason, ())
        if used is None:
            raise NotProvedError(f"{text(a)} {relation} {text(b)}")
        out: set[str] = set()
        order = sorted(used, key=lambda law: (law in named, law not in HEAVY, law))
        for law in order:
            again = None
            if law in used and not law.startswith("lemma "):
                again = self.proved(a, relation, b, reason, out | {law})
            if again is not None and again <= used:
                out.add(law)
                used = again
        return used


def _related(k: Kernel, x: Value, relation: str, y: Value, a: Tree, b: Tree, reason: str) -> bool:
    if isinstance(x, Vec) or isinstance(y, Vec):
        shapes = [v.ranges for v in (x, y) if isinstance(v, Vec)]
        if relation != "=" or len(shapes) != 2:
            raise ParseError("vectors can only be equal, and only to vectors")
        ranges = next((r for r in shapes if None not in r), shapes[0])
        if any(r != ranges and r != (None,) for r in shapes):
            raise ParseError("the two sides have different sizes")
        at = tuple(k.fresh(r)[1] for r in ranges)
        return is_zero(k, component(x, at) - component(y, at))
    infinite = {INFINITY, -INFINITY}
    if x in infinite or y in infinite:
        return relation == "=" and x == y
    if any("infinity" in p.key for p in (x, y)):
        raise ParseError("oo can only be a whole side of a step")
    if relation == "=":
        return is_zero(k, x - y)
    low, high = (x, y) if relation in ("<=", "<") else (y, x)
    low_tree, high_tree = (a, b) if relation in ("<=", "<") else (b, a)
    return _ordered(
        k,
        low,
        high,
        low_tree,
        high_tree,
        ("<" in relation and "=" not in relation) or relation == ">",
        reason,
    )


def _ordered(
    k: Kernel, low: Poly, high: Poly, low_tree: Tree, high_tree: Tree, strict: bool, reason: str
) -> bool:
    """low <= high (or <): by signs, by squares as written, or by a lemma that the reason cites."""
    good = positive if strict else nonnegative
    cited = re.search(r"\[(.+)\]", reason)
    if cited:
        return not strict and _by_lemma(k, low, high, high_tree, cited[1])
    difference = high - low
    if "sign" not in k.off and good(k, difference):
        return k.on("sign")
    enough = ("+",) if strict else ("+", "0+")
    if "squares" not in k.off:
        if is_zero(k, low) and _written_sign(k, high_tree) in enough:
            return k.on("squares")
        for t in _terms(high_tree):
            extra = _scalar(k, t, {})
            if is_zero(k, high - low - extra) and _written_sign(k, t) in enough:
                return k.on("squares")
        for t in _terms(Neg(low_tree)):
            extra = _scalar(k, t, {})
            if is_zero(k, high - low - extra) and _written_sign(k, t) in enough:
                return k.on("squares")
        if is_zero(k, high) and _flip(_written_sign(k, low_tree)) in enough:
            return k.on("squares")
    if "root" not in k.off and not strict and _written_sign(k, high_tree) in enough:
        return nonnegative(k, high * high - low * low) and k.on("root")
    return False


def _terms(t: Tree) -> list[Tree]:
    """The terms of a written sum, with their signs."""
    match t:
        case Bin("+", a, b):
            return _terms(a) + _terms(b)
        case Bin("-", a, b):
            return _terms(a) + _terms(Neg(b))
        case Neg(Bin("+" | "-" as op, a, b)):
            return _terms(Neg(a)) + _terms(Neg(b) if op == "+" else b)
        case Neg(Neg(x)):
            return _terms(x)
    return [t]


def _flip(s: str) -> str:
    return {"+": "-", "-": "+", "0+": "0-", "0-": "0+"}.get(s, s)


def _written_sign(k: Kernel, t: Tree, env: Env | None = None) -> str:
    """The sign of an expression as written, where a square is still seen as a square."""
    env = env or {}
    match t:
        case Bin("**", a, Num(n)) if n % 2 == 0:
            return "+" if positive(k, _scalar(k, a, env)) else "0+"
        case Bin("@", a, b) if a == b:
            return "0+"
        case Neg(x):
            return _flip(_written_sign(k, x, env))
        case Bin("*", a, b):
            return _times(_written_sign(k, a, env), _written_sign(k, b, env))
        case Bin("/", a, b):
            return _times(_written_sign(k, a, env), sign(k, _scalar(k, b, env)))
        case Bin("+", a, b):
            s = {_written_sign(k, a, env), _written_sign(k, b, env)}
            return ("+" if "+" in s else "0+") if s <= {"+", "0+"} else "?"
        case Call("Sum" | "Int", (body, *_)):
            from .elaborate import _Reader

            assert isinstance(t, Call)
            reader = _Reader(k, env)
            name, b = reader.binder(t) if t.fn == "Sum" else (t.args[1].id, None)  # type: ignore[union-attr]
            s = _written_sign(k, body, {**env, name: k.fresh(b)[1]})
            filled = b is not None and nonnegative(k, b[1] - b[0])
            return s if filled else {"+": "0+", "-": "0-"}.get(s, s)
        case Call("ln", (x,)):
            return sign(k, _scalar(k, x, env) - ONE)
        case Call("norm" | "abs" | "sqrt", _):
            return "0+"
    return sign(k, _scalar(k, t, env))


def _times(a: str, b: str) -> str:
    if "?" in (a, b):
        return "?"
    minus = (a.endswith("-")) != (b.endswith("-"))
    size = "0" if "0" in a + b else ""
    return size + ("-" if minus else "+")


def _scalar(k: Kernel, t: Tree, env: Env) -> Poly:
    p = elaborate(k, t, env)
    if not isinstance(p, Poly):
        raise StuckError("a vector has no sign")
    return p


def _by_lemma(k: Kernel, low: Poly, high: Poly, high_tree: Tree, cited: str) -> bool:
    """`name: x = ..., y = ..., times w`: high - low must be the sum of w (right - left).

    Indices that are not free in the step are summed over, each in its declared range.
    """
    name, _, rest = cited.partition(":")
    lemma = LEMMAS.get(name.strip())
    if lemma is None:
        raise ParseError(f"no lemma is called {name.strip()!r}; known: {', '.join(LEMMAS)}")
    weight: Tree = Num(1)
    bind: dict[str, Tree] = {}
    for part in filter(None, (p.strip() for p in re.split(r",(?![^()\[\]]*[)\]])", rest))):
        if part.startswith("times "):
            weight = parse(part[6:])
            continue
        left, equals, right = part.partition("=")
        if not equals:
            raise ParseError(f"`{part}` in a lemma: write `x = ...` or `times ...`")
        bind[left.strip()] = parse(right)
    own = Context()
    from .language import parse_given

    parse_given(lemma.given, own)
    mentioned = free_names(lemma.left) | free_names(lemma.right)
    parameters = [x for x in (*own.scalars, *own.vectors) if x in mentioned]
    if set(bind) != set(parameters):
        raise ParseError(f"the lemma {lemma.name} needs {' and '.join(parameters)}")
    free = set().union(free_names(weight), *map(free_names, bind.values()))
    temps: Env = {}
    names = []
    for i in sorted(free & k.ctx.indices.keys()):
        if i in _free_indices(k, low) | _free_indices(k, high):
            continue
        temp, value = k.fresh(k.bounds(k.ctx.indices[i]))
        temps[i] = value
        names.append(temp)
    env: Env = {p: elaborate(k, t, temps) for p, t in bind.items()}
    for p in [x for x in parameters if x in own.scalars]:
        domain, value = own.scalars[p], env[p]
        if not isinstance(value, Poly) or (domain == "positive" and not positive(k, value)):
            raise StuckError(f"{p} is not certainly {domain}")
        if domain not in ("real", "positive"):
            raise StuckError(f"a lemma for {domain} numbers")
    for p in [x for x in parameters if x in own.vectors]:
        if not isinstance(env[p], Vec):
            raise StuckError(f"{p} is no vector")
    w = _scalar(k, weight, temps)
    if not nonnegative(k, w):
        return False
    gap = w * (_scalar(k, lemma.right, env) - _scalar(k, lemma.left, env))
    for temp in reversed(names):
        gap = sums.make_sum(k, temp, gap)
    k.on(f"lemma {lemma.name}")
    if is_zero(k, high - low - gap):
        return True
    if _written_sign(k, high_tree) in ("+", "0+") and k.on("root"):
        return is_zero(k, high * high - low * low - gap)
    return False


def _free_indices(k: Kernel, p: Poly) -> set[str]:
    return set(p.names) & k.ctx.indices.keys()


def _optimum(k: Kernel, a: Tree, b: Tree, relation: str) -> bool:
    """arg max f = arg min g if g = h(f) with h strictly decreasing, and so on.

    The maps tried are ln (for f > 0), exp, multiplication by a number that is certainly positive or
    negative, and adding what does not depend on the argument.
    """
    kinds = ("argmax", "argmin")
    if not (isinstance(a, Call) and isinstance(b, Call) and b.fn in kinds and relation == "="):
        raise ParseError("an arg max can only be equal to an arg max or arg min")
    if a.args[1] != b.args[1] or not isinstance(a.args[1], Name):
        raise ParseError("both sides must choose the same variable")
    theta = a.args[1].id
    if theta not in k.ctx.scalars:
        raise ParseError(f"declare the variable {theta} that is chosen")
    f, g = _scalar(k, a.args[0], {}), _scalar(k, b.args[0], {})
    same = a.fn == b.fn
    if same and is_zero(k, f - g):
        return True
    if not k.on("monotone"):
        return False
    candidates = [f]
    if positive(k, f):
        candidates.append(powers.logarithm(k, f))
    candidates.append(powers.exponential(k, f))
    for h in candidates:
        for c in _ratios(k, g, h, theta):
            s = sign(k, c)
            if s not in ("+", "-") or (s == "+") != same:
                continue
            rest = g - c * h
            if theta not in rest.names or is_zero(k, rest):
                return True
    return False


def _ratios(k: Kernel, g: Poly, h: Poly, theta: str) -> list[Poly]:
    """Candidates for the factor between g and h: ratios of terms that do depend on theta."""
    out: list[Poly] = []
    for m, c in list(h.items())[:3]:
        if not any(theta in x.names for x, _ in m):
            continue
        for m2, c2 in list(g.items())[:4]:
            p = powers.divide(Poly({m2: c2}), Poly({m: c}))
            if theta not in p.names and p not in out:
                out.append(p)
    return out


__all__ = ["LEMMAS", "ZERO", "Attempts", "Lemma"]
