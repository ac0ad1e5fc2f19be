"""Inequalities: by signs, by squares as they are written, by a lemma, by taking the square root."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import sums
from .context import Context
from .decide import is_zero
from .elaborate import Env, Vec, elaborate, reader
from .errors import ParseError, StuckError
from .kernel import Kernel
from .language import ARITY, parse, parse_given
from .laws import citation
from .poly import ONE, Poly
from .signs import nonnegative, positive, sign
from .tree import BINDERS, Bin, Call, Neg, Num, Tree, free_names, walk


@dataclass(frozen=True)
class Lemma:
    """A proved inequality `left <= right` for all values of its parameters."""

    name: str
    given: str
    left: Tree
    right: Tree


def new_lemma(name: str, given: str, left: Tree, right: Tree) -> None:
    """Make a proved inequality known. It may be written with its parameters only.

    Raises
    ------
    ParseError : it has indices, sizes or definitions, which mean something else where it is cited.
    """
    own = Context()
    parse_given(given, own)
    names = free_names(left) | free_names(right)
    calls = {n.fn for t in (left, right) for n in walk(t) if isinstance(n, Call)}
    domains = {own.vectors[n].domain for n in names if n in own.vectors}
    known = own.scalars.keys() | own.vectors.keys()
    if not names <= known or calls & BINDERS or calls - ARITY.keys():
        raise ParseError(f"{name}: a lemma is written with u @ v and norm(u), without indices")
    if domains - {"real"}:
        raise ParseError(f"{name}: the vectors of a lemma are real")
    LEMMAS[name] = Lemma(name, given, left, right)


LEMMAS: dict[str, Lemma] = {}
"""Filled by `ce_lib.proof.derivation` with what has been proved."""


def ordered(
    k: Kernel, low: Poly, high: Poly, low_tree: Tree, high_tree: Tree, strict: bool, reason: str
) -> bool:
    """low <= high (or <): by signs, by squares as written, or by a lemma that the reason cites."""
    good = positive if strict else nonnegative
    cited = citation(reason)
    if cited:
        return not strict and _by_lemma(k, low, high, high_tree, cited)
    difference = high - low
    if "sign" not in k.off and good(k, difference):
        return k.on("sign")
    enough = ("+",) if strict else ("+", "0+")
    if "squares" not in k.off:
        if is_zero(k, low) and _written_sign(k, high_tree) in enough:
            return k.on("squares")
        for t in _terms(high_tree):
            extra = scalar(k, t, {})
            if is_zero(k, high - low - extra) and _written_sign(k, t) in enough:
                return k.on("squares")
        for t in _terms(Neg(low_tree)):
            extra = scalar(k, t, {})
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
            return "+" if positive(k, scalar(k, a, env)) else "0+"
        case Bin("@", a, b) if a == b:
            return "0+"
        case Neg(x):
            return _flip(_written_sign(k, x, env))
        case Bin("*", a, b):
            return _times(_written_sign(k, a, env), _written_sign(k, b, env))
        case Bin("/", a, b):
            return _times(_written_sign(k, a, env), sign(k, scalar(k, b, env)))
        case Bin("+", a, b):
            s = {_written_sign(k, a, env), _written_sign(k, b, env)}
            return ("+" if "+" in s else "0+") if s <= {"+", "0+"} else "?"
        case Call("Sum", (body, *_)):
            assert isinstance(t, Call)
            name, bounds = reader(k, env).binder(t)
            inner = _written_sign(k, body, {**env, name: k.fresh(bounds)[1]})
            filled = bounds is not None and nonnegative(k, bounds[1] - bounds[0])
            return inner if filled else {"+": "0+", "-": "0-"}.get(inner, inner)
        case Call("ln", (x,)):
            return sign(k, scalar(k, x, env) - ONE)
        case Call("norm" | "abs" | "sqrt", _):
            return "0+"
    return sign(k, scalar(k, t, env))


def _times(a: str, b: str) -> str:
    if "?" in (a, b):
        return "?"
    minus = (a.endswith("-")) != (b.endswith("-"))
    size = "0" if "0" in a + b else ""
    return size + ("-" if minus else "+")


def scalar(k: Kernel, t: Tree, env: Env) -> Poly:
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
        temp, index = k.fresh(k.bounds(k.ctx.indices[i]))
        temps[i] = index
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
    w = scalar(k, weight, temps)
    if not nonnegative(k, w):
        return False
    gap = w * (scalar(k, lemma.right, env) - scalar(k, lemma.left, env))
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
