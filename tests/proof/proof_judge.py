"""An evaluator of its own for the tests: it shares no code with the prover, nor with the refuter.

It reads the source text with Python's `ast`, knows the course's functions as plain Python, and
takes exact derivatives (`proof_dual`). It computes with floats, or for limits with 40 digits. Only
the declared domains are read from the derivation's context.
"""

from __future__ import annotations

import ast
import itertools
import random
from fractions import Fraction
from functools import cache

import mpmath as mp
from proof_dual import absolute, derivative, exp, real, sin, sqrt
from proof_dual import log as plain_log

DIGITS = 40


class Bad(Exception):
    """No value."""


def sigma(u):
    return 1 / (1 + exp(-u))


def softmax(z, i):
    return exp(z[(int(i),)]) / total(exp(x) for x in z.values())


def total(xs):
    out = 0.0
    for x in xs:
        out = out + x
    return out


def cross(p, q):
    return -total(p[k] * log(q[k]) for k in p)


def log(x):
    if not real(x) > 0:
        raise Bad("log")
    return plain_log(x)


def divide(a, b):
    if real(b) == 0:
        raise Bad("division")
    return a / b


def power(a, b):
    n = real(b)
    if b is n and n == int(n):
        return divide(1, a ** int(-n)) if n < 0 else a ** int(n)
    if real(a) < 0 or (real(a) == 0 and n <= 0):
        raise Bad("power")
    return exp(b * plain_log(a)) if real(a) else 0.0


def root(x):
    if real(x) < 0:
        raise Bad("sqrt")
    return sqrt(x)


COURSE = {
    "sigma": sigma,
    "softmax": softmax,
    "logit": lambda p: log(divide(p, 1 - p)),
    "lse": lambda z: log(total(exp(x) for x in z.values())),
    "entropy": lambda p: cross(p, p),
    "crossentropy": cross,
    "KL": lambda p, q: cross(p, q) - cross(p, p),
    "bce": lambda y, p: -y * log(p) - (1 - y) * log(1 - p),
    "bernoulli": lambda y, p: power(p, y) * power(1 - p, 1 - y),
    "angle": lambda u, v: divide(dot(u, v), root(dot(u, u)) * root(dot(v, v))),
}


def dot(a, b):
    out = {}
    for k, x in a.items():
        for m, y in b.items():
            if k[-1] == m[0]:
                key = k[:-1] + m[1:]
                out[key] = out.get(key, 0) + x * y
    return out.get((), out) if all(len(x) == 1 for x in (next(iter(a)), next(iter(b)))) else out


def point(ctx, rng, exact=False):
    """Random rationals for all that is declared; sizes from 1 to 5."""
    env = {}
    for s in sorted(ctx.sizes):
        env[s] = rng.choice((0, 1, 2, 3)) if s in ctx.naturals else rng.choice((1, 2, 2, 3, 4, 5))
    if len(ctx.sizes) > 1:
        env = {k: min(v, 3) for k, v in env.items()}
    look = Judge(ctx, env)

    def span(r):
        lo = int(look.value(source(r.lo)))
        return lo, lo + 9 if source(r.hi) == "oo" else int(look.value(source(r.hi)))

    for name, r in ctx.indices.items():
        lo, hi = span(r)
        env[name] = rng.randint(lo, max(lo, hi))
    for name, domain in ctx.scalars.items():
        env[name] = convert(number(domain, rng), exact)
    for name in ctx.functions:
        env[name] = [rng.randint(1, 12) for _ in range(5)]
    for name, v in ctx.vectors.items():
        keys = list(itertools.product(*(range(lo, hi + 1) for lo, hi in map(span, v.ranges))))
        if v.domain == "onehot":
            xs = [int(k == (env[v.hot],)) for k in keys]
        elif v.domain == "simplex":
            w = [rng.randint(1, 20) for _ in keys]
            xs = [Fraction(x, sum(w)) for x in w]
        elif v.domain == "weights":
            xs = [number("real", rng) for _ in keys[1:]]
            xs.append(1 - sum(xs))
        elif v.domain == "sphere":
            xs = [rng.randint(-9, 9) for _ in keys]
            xs[0] = xs[0] or 1
            size = mp.sqrt(sum(x * x for x in xs))
            xs = [x / size for x in xs]
        else:
            xs = [number("real" if v.domain == "nonzero" else v.domain, rng) for _ in keys]
            if v.domain == "nonzero" and not any(xs):
                xs[0] = 1
        env[name] = {k: convert(x, exact) for k, x in zip(keys, xs, strict=True)}
    return env


def source(tree):
    from ce_lib.proof.tree import text

    return text(tree)


def convert(x, exact):
    if not exact:
        return float(x)
    return mp.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mp.mpf(x)


def number(domain, rng):
    if domain == "bit":
        return Fraction(rng.randint(0, 1))
    if domain == "closed":
        return Fraction(rng.randint(0, 8), 8)
    if domain == "unit":
        return Fraction(rng.randint(1, 96), 97)
    x = Fraction(rng.randint(-300, 300), 101)
    return abs(x) + Fraction(1, 7) if domain == "positive" else x


class Judge:
    def __init__(self, ctx, env):
        self.ctx, self.env = ctx, env

    def value(self, text):
        return self.ev(ast.parse(text, mode="eval").body, self.env)

    def ev(self, n, env):
        if isinstance(n, ast.Constant):
            return n.value
        if isinstance(n, ast.Name):
            return self.name(n.id, env)
        if isinstance(n, ast.UnaryOp):
            return self.lift(lambda a: -a, self.ev(n.operand, env))
        if isinstance(n, ast.Subscript):
            at = n.slice.elts if isinstance(n.slice, ast.Tuple) else [n.slice]
            key = tuple(int(self.ev(a, env)) for a in at)
            d = self.ctx.defs.get(n.value.id)
            if n.value.id not in env and d is not None:
                return self.ev(tree(d.body), {**env, **dict(zip(d.params, key, strict=True))})
            if key not in env[n.value.id]:
                raise Bad("index")
            return env[n.value.id][key]
        if isinstance(n, ast.BinOp):
            a, b = self.ev(n.left, env), self.ev(n.right, env)
            if isinstance(n.op, ast.MatMult):
                return dot(a, b)
            f = {
                ast.Add: lambda x, y: x + y,
                ast.Sub: lambda x, y: x - y,
                ast.Mult: lambda x, y: x * y,
                ast.Div: divide,
                ast.Pow: power,
            }[type(n.op)]
            return self.lift(f, a, b)
        return self.call(n.func.id, n.args, env)

    def name(self, id, env):
        if id in env:
            return env[id]
        if id == "oo":
            return mp.inf
        if id == "ones":
            return "ones"
        return self.ev(tree(self.ctx.defs[id].body), env)

    def lift(self, f, *xs):
        vectors = [x for x in xs if isinstance(x, dict)]
        if not vectors:
            if any(isinstance(x, str) for x in xs):  # c * ones, its size still open
                return ("constant", f(*(1 if isinstance(x, str) else x for x in xs)))
            if any(isinstance(x, tuple) for x in xs):
                return ("constant", f(*(x[1] if isinstance(x, tuple) else x for x in xs)))
            return f(*xs)

        def part(x, k):
            if isinstance(x, dict):
                return x[k]
            return 1 if isinstance(x, str) else x[1] if isinstance(x, tuple) else x

        return {k: f(*(part(x, k) for x in xs)) for k in vectors[0]}

    def call(self, fn, args, env):
        def go(n, **more):
            return self.ev(n, {**env, **more})

        if fn in ("Sum", "Prod"):
            k = args[1]
            if isinstance(k, ast.Tuple) and len(k.elts) == 3:
                name, lo, hi = k.elts[0].id, go(k.elts[1]), go(k.elts[2])
            elif isinstance(k, ast.Tuple):
                at = [m[0] for m in go(k.elts[1])]
                name, lo, hi = k.elts[0].id, min(at), max(at)
            else:
                r = self.ctx.indices[k.id]
                name, lo, hi = k.id, go(tree(r.lo)), go(tree(r.hi))
            out = 0.0 if fn == "Sum" else 1.0
            for m in range(int(lo), int(hi) + 1):
                x = go(args[0], **{name: m})
                out = out + x if fn == "Sum" else out * x
            return out
        if fn == "BitSum":
            n = int(go(args[2]))
            return sum(
                (
                    go(args[0], **{args[1].id: {(k,): float(b) for k, b in enumerate(bits)}})
                    for bits in itertools.product((0, 1), repeat=n)
                ),
                0.0,
            )
        if fn == "Int":
            return sum((go(args[0], **{args[1].id: m}) for m in (1, 2, 3)), 0.0)
        if fn == "D":
            return self.slope(args[0], args[1], env)
        if fn == "grad":
            v = args[1].id
            return {k: self.moved(args[0], v, k, env) for k in env[v]}
        if fn == "lim":
            end, x = go(args[2]), args[1].id
            at = [mp.mpf(10) ** e for e in (20, 40)]
            at = [1 / t if end == 0 else t * mp.sign(end) for t in at]
            a, b = (go(args[0], **{x: t}) for t in at)
            return mp.inf * mp.sign(b) if abs(b) > 40 and abs(b) > 1.5 * abs(a) else b
        if fn == "at":
            if isinstance(args[1], ast.Name):
                return go(args[0], **{args[1].id: go(args[2])})
            v, i = args[1].value.id, args[1].slice.id
            return go(args[0], **{v: {k: go(args[2], **{i: k[0]}) for k in env[v]}})
        if fn in ("argmax", "argmin"):
            x = args[1].id
            grid = [m / 10 for m in range(1, 10)]
            values = [go(args[0], **{x: t}) for t in grid]
            best = max(values) if fn == "argmax" else min(values)
            return {
                (i,): float(abs(v - best) <= 1e-9 * (1 + abs(best))) for i, v in enumerate(values)
            }
        xs = [go(a) for a in args]
        if fn == "delta":
            return float(real(xs[0]) == real(xs[1]))
        if fn == "norm":
            return root(dot(xs[0], xs[0]))
        if fn in ("exp", "abs", "ln", "sqrt"):
            return {"exp": exp, "abs": absolute, "ln": log, "sqrt": root}[fn](xs[0])
        if fn == "T":
            return {k[::-1]: x for k, x in xs[0].items()}
        if fn == "diag":
            return {(*i, *j): xs[0][i] * (i == j) for i in xs[0] for j in xs[0]}
        if fn == "outer":
            return {(*i, *j): a * b for i, a in xs[0].items() for j, b in xs[1].items()}
        own = self.ctx.defs.get(fn)
        if fn in COURSE and own is not None and own == _base()[fn]:
            return COURSE[fn](*xs)
        if own is not None:
            return self.ev(tree(own.body), {**env, **dict(zip(own.params, xs, strict=True))})
        c, kind = env[fn], self.ctx.functions[fn]
        if kind == "density":
            if len(xs) != 1 or xs[0] not in (1, 2, 3):
                raise Bad("density")
            return c[int(xs[0])] / (c[1] + c[2] + c[3])
        t = sin(total(a * x for a, x in zip(c[1:], xs, strict=False)) / 5 + c[0])
        return 2 + t if kind == "positive function" else t

    def slope(self, body, by, env):
        if isinstance(by, ast.Name):
            return self.moved(body, by.id, None, env)
        at = by.slice.elts if isinstance(by.slice, ast.Tuple) else [by.slice]
        key = tuple(int(self.ev(a, env)) for a in at)
        if key not in env[by.value.id]:
            raise Bad("index")
        return self.moved(body, by.value.id, key, env)

    def moved(self, body, name, key, env):
        def f(x):
            changed = x if key is None else {**env[name], key: x}
            return self.ev(body, {**env, name: changed})

        return derivative(f, env[name] if key is None else env[name][key])


@cache
def _base():
    from ce_lib.proof.builtins import base_context

    return base_context().defs


_TREES = {}


def tree(t):
    if t not in _TREES:
        _TREES[t] = ast.parse(source(t), mode="eval").body
    return _TREES[t]


def same(a, relation, b, eps):
    if isinstance(a, dict):
        return isinstance(b, dict) and all(same(a[k], relation, b[k], eps) for k in a)
    if mp.isinf(a) or mp.isinf(b):
        return a == b
    e = eps * (1 + abs(a) + abs(b))
    return {
        "=": abs(a - b) <= e,
        "<=": a <= b + e,
        ">=": a + e >= b,
        "<": a < b + e,
        ">": a + e > b,
    }[relation]


def first_failure(ctx, left, relation, right, points=200, seed=1):
    """A point at which `left relation right` is false, or None. Undefined values count as false."""
    rng = random.Random(seed)
    exact = "lim(" in left + right
    with mp.workdps(DIGITS):
        for _ in range(points):
            state = rng.getstate()
            env = point(ctx, rng, exact)
            wrong = failure(ctx, env, left, relation, right, exact)
            if wrong and not exact:  # perhaps only a rounding error or an overflow of floats
                rng.setstate(state)
                wrong = failure(ctx, point(ctx, rng, True), left, relation, right, True)
            if wrong:
                return env, wrong
    return None


def failure(ctx, env, left, relation, right, exact):
    """What is wrong at one point, or None."""
    judge = Judge(ctx, env)
    try:
        a, b = judge.value(left), judge.value(right)
    except (Bad, KeyError, ValueError, ArithmeticError) as e:
        return repr(e)
    return None if same(a, relation, b, 1e-18 if exact else 1e-9) else f"{a} {b}"
