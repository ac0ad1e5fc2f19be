"""Where the refuter looks: values for everything that is declared, all of them exact rationals."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath as mp

from .context import Context
from .numeric import Env, UndefinedValue, span


@dataclass(frozen=True)
class Function:
    """A random smooth function; positive and, on the points 1, 2, 3, of total 1 if asked."""

    kind: str
    coefficients: tuple[int, ...]

    def __call__(self, *x: Any) -> Any:
        if self.kind == "density":
            if len(x) != 1 or x[0] not in (1, 2, 3):
                raise UndefinedValue("a density away from the points of the abstract space")
            return mp.mpf(self.coefficients[int(x[0])]) / sum(self.coefficients[1:4])
        s = sum(c * v for c, v in zip(self.coefficients[1:], x, strict=False))
        t = (s + mp.mpf(self.coefficients[0])) / 7
        return 1 + t * t if self.kind == "positive function" else t * (1 + t) - 1


def points(ctx: Context, seed: int, tries: int) -> Iterator[Env]:
    """Values for everything declared: small and simple ones first, then random rationals."""
    r = random.Random(seed)
    for t in range(tries):
        yield _draw(ctx, r, simple=t < tries // 2, size=(2, 3, 1, 2, 4, 5)[t % 6])


def _scalar(domain: str, r: random.Random, simple: bool) -> Fraction:
    f = Fraction
    if domain == "bit":
        return f(r.randint(0, 1))
    if domain == "unit":
        return f(r.randint(1, 4), 5) if simple else f(r.randint(1, 12), 13)
    if domain == "closed":
        return f(r.randint(0, 4), 4)
    if domain == "positive":
        return r.choice((f(1), f(2), f(1, 2), f(3))) if simple else f(r.randint(1, 40), 11)
    pool = (f(1), f(2), f(-1), f(1, 2), f(0), f(-2), f(3))
    return r.choice(pool) if simple else f(r.randint(-24, 24), r.randint(3, 11))


def _draw(ctx: Context, r: random.Random, simple: bool, size: int) -> Env:
    env: Env = {}
    for i, n in enumerate(sorted(ctx.sizes)):
        env[n] = size if i == 0 else r.choice((1, 2, 3))
        if n in ctx.naturals:
            env[n] = size - 1
    for name, domain in ctx.scalars.items():
        env[name] = _scalar(domain, r, simple)
    for name, rng in ctx.indices.items():
        lo, hi = span(rng, ctx, env)
        env[name] = r.randint(lo, max(lo, hi))
    for name, kind in ctx.functions.items():
        env[name] = Function(kind, tuple(r.randint(1, 9) for _ in range(5)))
    for name, v in ctx.vectors.items():
        spans = [span(x, ctx, env) for x in v.ranges]
        keys: list[tuple[int, ...]] = [()]
        for lo, hi in spans:
            keys = [(*k, m) for k in keys for m in range(lo, hi + 1)]
        env[name] = dict(zip(keys, _components(v.domain, keys, env, v.hot, r, simple), strict=True))
    return env


def _components(
    domain: str, keys: list[tuple[int, ...]], env: Env, hot: str, r: random.Random, simple: bool
) -> list[Fraction]:
    n = len(keys)
    if domain == "simplex":
        w = [r.randint(1, 4 if simple else 9) for _ in range(n)]
        return [Fraction(x, sum(w)) for x in w]
    if domain == "weights":
        v = [_scalar("real", r, simple) for _ in range(n - 1)]
        return [*v, 1 - sum(v, Fraction(0))]
    if domain == "onehot":
        return [Fraction(int(k == (env[hot],))) for k in keys]
    if domain == "sphere":  # a rational point of the sphere, by stereographic projection
        t = [_scalar("real", r, simple) for _ in range(n - 1)]
        s = sum((x * x for x in t), Fraction(0))
        return [*(2 * x / (s + 1) for x in t), (s - 1) / (s + 1)]
    v = [_scalar("real" if domain == "nonzero" else domain, r, simple) for _ in range(n)]
    if domain == "nonzero" and not any(v):
        v[0] = Fraction(1)
    return v
