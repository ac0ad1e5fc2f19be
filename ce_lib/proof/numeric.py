"""The refuter's reading of a tree: numbers at 60 digits, at exact rational points.

Nothing here knows SymPy or the prover. A difference that it sees is a counterexample; that it sees
none proves nothing, and nothing is ever accepted because of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath as mp

from .context import Context, Range
from .tree import Bin, Call, Index, Name, Neg, Num, Tree, Tup, bound_name, walk

DIGITS, STEP = 60, 20
Vector = dict[tuple[int, ...], Any]
Env = dict[str, Any]


MAX_TERMS, MAX_BITS, MAX_EXPONENT, MAX_MAGNITUDE = 20_000, 10, 10**6, 1000
"""What one evaluation may cost: nobody's text may keep the refuter busy for ever."""

_spent = [0]


def new_line() -> None:
    """Begin to count the terms of sums again."""
    _spent[0] = 0


def _spend(terms: int) -> None:
    _spent[0] += terms
    if _spent[0] > MAX_TERMS:
        raise UndefinedValue("more terms than can be added up here")


class UndefinedValue(Exception):
    """No value at this point."""


def span(r: Range, ctx: Context, env: Env) -> tuple[int, int]:
    lo = int(evaluate(r.lo, ctx, env))
    if isinstance(r.hi, Name) and r.hi.id == "oo":
        return lo, lo + 12
    return lo, int(evaluate(r.hi, ctx, env))


def number(x: Any) -> Any:
    """A Fraction as an mpf; everything else as it is."""
    return mp.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def evaluate(t: Tree, ctx: Context, env: Env) -> Any:
    """The value of a tree: an mpf, or a dict from index tuples to mpf for vectors and matrices.

    Raises
    ------
    UndefinedValue : a division by zero, a logarithm of a non-positive number, a missing component.
    """

    def ev(s: Tree) -> Any:
        return evaluate(s, ctx, env)

    match t:
        case Num(v):
            return mp.mpf(v)
        case Name(id):
            return _name(id, ctx, env)
        case Neg(x):
            return _join(ev(x), mp.mpf(-1), lambda a, b: a * b)
        case Bin("@", a, b):
            return _product(ev(a), ev(b))
        case Bin(op, a, b):
            return _join(ev(a), ev(b), _OPERATIONS[op])
        case Index(base, at):
            where = tuple(int(ev(i)) for i in at)
            if base not in env and base in ctx.defs:
                d = ctx.defs[base]
                return evaluate(d.body, ctx, {**env, **dict(zip(d.params, where, strict=True))})
            v = env[base]
            if where not in v:
                raise UndefinedValue(f"{base} has no component {where[0]}")
            return number(v[where])
        case Call(fn, args):
            return _call(fn, args, t, ctx, env)
    raise UndefinedValue("no value")


def _name(id: str, ctx: Context, env: Env) -> Any:
    if id in env:
        v = env[id]
        if isinstance(v, dict):
            return {k: number(x) for k, x in v.items()}
        return mp.mpf(v) if isinstance(v, int) else number(v)
    if id == "oo":
        return mp.inf
    if id == "ones":
        return Constant(mp.mpf(1))
    if id in ctx.defs:
        return evaluate(ctx.defs[id].body, ctx, env)
    raise UndefinedValue(f"{id} has no value")


@dataclass(frozen=True)
class Constant:
    """c times the vector of ones: it takes the size of whatever it meets."""

    value: Any


def _join(a: Any, b: Any, f: Callable[[Any, Any], Any]) -> Any:
    if isinstance(a, dict) or isinstance(b, dict):
        keys = a if isinstance(a, dict) else b
        return {k: f(_component(a, k), _component(b, k)) for k in keys}
    if isinstance(a, Constant) or isinstance(b, Constant):
        return Constant(f(_component(a, ()), _component(b, ())))
    return f(a, b)


def _component(a: Any, k: tuple[int, ...]) -> Any:
    return a[k] if isinstance(a, dict) else a.value if isinstance(a, Constant) else a


def _divide(a: Any, b: Any) -> Any:
    if b == 0:
        raise UndefinedValue("division by zero")
    return a / b


def _power(a: Any, b: Any) -> Any:
    if a == 0 and b < 0:
        raise UndefinedValue("zero to a negative power")
    if abs(b) > MAX_EXPONENT:
        raise UndefinedValue("a power that is too large")
    if b == int(b):
        return a ** int(b)
    if a < 0:
        raise UndefinedValue("a broken power of a negative number")
    return a**b


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "**": _power,
}


def _product(a: Any, b: Any) -> Any:
    if isinstance(a, Constant):
        a = {(k[0],): a.value for k in b}
    if isinstance(b, Constant):
        b = {(k[-1],): b.value for k in a}
    out: dict[tuple[int, ...], Any] = {}
    for k, x in a.items():
        for m, y in b.items():
            if k[-1] == m[0]:
                key = (*k[:-1], *m[1:])
                out[key] = out.get(key, mp.mpf(0)) + x * y
    return out.get((), out)


def _call(fn: str, args: tuple[Tree, ...], t: Call, ctx: Context, env: Env) -> Any:
    def ev(s: Tree, **more: Any) -> Any:
        return evaluate(s, ctx, {**env, **more})

    match fn:
        case "Sum" | "Prod":
            k = bound_name(t)
            xs = [ev(args[0], **{k: m}) for m in _indices(args[1], ctx, env)]
            return mp.fsum(xs) if fn == "Sum" else mp.fprod(xs)
        case "Int":  # the abstract space of the refuter: three points, each of measure 1
            return mp.fsum(ev(args[0], **{bound_name(t): m}) for m in (1, 2, 3))
        case "BitSum":
            n, y = int(ev(args[2])), bound_name(t)
            if n > MAX_BITS:
                raise UndefinedValue("more strings of bits than can be added up here")
            _spend(2**n if n > 0 else 1)
            tuples = [{(m,): mp.mpf(b >> m & 1) for m in range(n)} for b in range(2**n)]
            return mp.fsum(ev(args[0], **{y: v}) for v in tuples)
        case "D":
            return _derivative(args[0], args[1], ctx, env)
        case "grad":
            assert isinstance(args[1], Name)
            v = args[1].id
            parts = {k: _slope(args[0], v, k, ctx, env) for k in env[v]}
            inner = next(iter(parts.values()))
            if not isinstance(inner, dict):
                return parts
            return {(*i, *k): parts[k][i] for k in parts for i in inner}
        case "lim":
            return _limit(args, ctx, env)
        case "at":
            return _at(args, ctx, env)
        case "delta":
            return mp.mpf(int(ev(args[0]) == ev(args[1])))
        case "exp":
            a = ev(args[0])
            if mp.isfinite(a) and a and mp.mag(a) > MAX_MAGNITUDE:
                raise UndefinedValue("an exponential that is too large")
            return mp.exp(a)
        case "abs":
            return abs(ev(args[0]))
        case "ln":
            a = ev(args[0])
            if not a > 0:
                raise UndefinedValue("the logarithm of a number that is not positive")
            return mp.log(a)
        case "sqrt" | "norm":
            a = ev(args[0])
            a = _product(a, a) if fn == "norm" else a
            if a < 0:
                raise UndefinedValue("the square root of a negative number")
            return mp.sqrt(a)
        case "T":
            return {(j, i): x for (i, j), x in ev(args[0]).items()}
        case "diag":
            a = ev(args[0])
            return {(*i, *j): a[i] if i == j else mp.mpf(0) for i in a for j in a}
        case "outer":
            a, b = ev(args[0]), ev(args[1])
            return {(*i, *j): x * y for i, x in a.items() for j, y in b.items()}
        case "argmax" | "argmin":
            return _arg(fn, args, ctx, env)
    values = [ev(a) for a in args]
    if fn in ctx.defs:
        d = ctx.defs[fn]
        return evaluate(d.body, ctx, {**env, **dict(zip(d.params, values, strict=True))})
    return env[fn](*values)


def _indices(b: Tree, ctx: Context, env: Env) -> list[int]:
    if isinstance(b, Name):
        lo, hi = span(ctx.indices[b.id], ctx, env)
    elif isinstance(b, Tup) and len(b.items) == 2:
        v = evaluate(b.items[1], ctx, env)
        return sorted({k[0] for k in v})
    else:
        assert isinstance(b, Tup)
        lo, hi = (int(evaluate(x, ctx, env)) for x in b.items[1:])
    _spend(max(0, hi + 1 - lo))
    return list(range(lo, hi + 1))


def _derivative(body: Tree, by: Tree, ctx: Context, env: Env) -> Any:
    if isinstance(by, Name):
        return _slope(body, by.id, None, ctx, env)
    assert isinstance(by, Index)
    at = tuple(int(evaluate(i, ctx, env)) for i in by.at)
    if at not in env[by.base]:
        raise UndefinedValue(f"{by.base} has no component {at}")
    return _slope(body, by.base, at, ctx, env)


def _slope(body: Tree, name: str, at: Any, ctx: Context, env: Env) -> Any:
    """Central difference with a step of 1e-20 at twice the digits: good to about 1e-40."""
    with mp.workdps(2 * mp.mp.dps if mp.mp.dps < 4 * DIGITS else mp.mp.dps):
        h = mp.mpf(10) ** -STEP
        x = number(env[name] if at is None else env[name][at])
        sides = []
        for y in (x + h, x - h):
            moved = y if at is None else {**env[name], at: y}
            sides.append(evaluate(body, ctx, {**env, name: moved}))
        return _join(_join(sides[0], sides[1], _OPERATIONS["-"]), 2 * h, _OPERATIONS["/"])


def _limit(args: tuple[Tree, ...], ctx: Context, env: Env) -> Any:
    """The value far out; infinite if it still grows from far to twice as far."""
    assert isinstance(args[1], Name)
    end = evaluate(args[2], ctx, env)
    far = [mp.mpf(10) ** e for e in (30, 60)]
    at = [mp.sign(end) * x if mp.isinf(end) else 1 / x for x in far]
    near, further = (evaluate(args[0], ctx, {**env, args[1].id: x}) for x in at)
    if abs(further) > 50 and abs(further) > abs(near) + 1:
        return mp.inf * mp.sign(further)
    return further


def _at(args: tuple[Tree, ...], ctx: Context, env: Env) -> Any:
    body, var, value = args
    if isinstance(var, Name):
        return evaluate(body, ctx, {**env, var.id: evaluate(value, ctx, env)})
    assert isinstance(var, Index)
    assert isinstance(var.at[0], Name)
    i = var.at[0].id
    vector = {k: evaluate(value, ctx, {**env, i: k[0]}) for k in env[var.base]}
    return evaluate(body, ctx, {**env, var.base: vector})


def _arg(fn: str, args: tuple[Tree, ...], ctx: Context, env: Env) -> Any:
    """Which of seven candidates are best (a set, so that ties count)."""
    assert isinstance(args[1], Name)
    name = args[1].id
    domain = ctx.scalars[name]
    pool = [Fraction(m, 8) for m in range(1, 8)]
    if domain in ("real", "positive"):
        pool = [8 * x - (4 if domain == "real" else 0) for x in pool]
    values = [evaluate(args[0], ctx, {**env, name: x}) for x in pool]
    best = max(values) if fn == "argmax" else min(values)
    return {(i,): mp.mpf(int(abs(v - best) < mp.mpf(10) ** -40)) for i, v in enumerate(values)}


def tolerance(*trees: Tree) -> Any:
    """How close two equal values must be; wider after numeric derivatives and limits."""
    names = {n.fn for t in trees for n in walk(t) if isinstance(n, Call)}
    return mp.mpf(10) ** (-20 if names & {"lim"} else -28 if names & {"D", "grad"} else -45)


__all__ = ["DIGITS", "UndefinedValue", "evaluate", "new_line", "span", "tolerance"]
