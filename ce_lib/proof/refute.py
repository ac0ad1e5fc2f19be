"""Search for a counterexample: the smallest of the differences that a few points show."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath as mp

from .context import Context
from .numeric import DIGITS, UndefinedValue, evaluate, new_line, tolerance
from .points import points
from .tree import Call, Tree, free_names, walk

TRIES = 6


@dataclass(frozen=True)
class Counterexample:
    """Where a step fails: the point, and the values of both sides, as text."""

    step: int
    point: str
    left: str
    right: str


def refute(
    ctx: Context, trees: Sequence[Tree], relations: Sequence[str], seed: int = 0, tries: int = TRIES
) -> Counterexample | None:
    """The first step of a chain that is false at one of the points, else None.

    Parameters
    ----------
    trees : the lines of the chain.
    relations : relation of line i+1 to line i.
    """
    with mp.workdps(DIGITS):
        eps = [tolerance(a, b) for a, b in itertools.pairwise(trees)]
        found: Counterexample | None = None
        for env in points(ctx, seed, tries):
            values = [_value(t, ctx, env) for t in trees]
            last = found.step - 1 if found else len(relations)
            for i in range(last):
                if not holds(values[i], relations[i], values[i + 1], eps[i]):
                    shown = _point(ctx, env, trees[i : i + 2])
                    found = Counterexample(i + 1, shown, _show(values[i]), _show(values[i + 1]))
                    break
        return found


def _value(t: Tree, ctx: Context, env: dict[str, Any]) -> Any:
    new_line()
    try:
        return evaluate(t, ctx, env)
    except UndefinedValue as e:
        return f"undefined ({e})"


def holds(x: Any, relation: str, y: Any, eps: Any) -> bool:
    """Does `x relation y` hold up to the tolerance? Undefined values never hold."""
    if isinstance(x, str) or isinstance(y, str):
        return x == y == "ones"
    if isinstance(x, dict) or isinstance(y, dict):
        if not (isinstance(x, dict) and isinstance(y, dict) and x.keys() == y.keys()):
            return False
        return all(holds(x[k], relation, y[k], eps) for k in x)
    if mp.isnan(x) or mp.isnan(y):
        return False
    if mp.isinf(x) or mp.isinf(y):
        return bool(x == y) if relation == "=" else _ordered(x, relation, y, 0)
    return _ordered(x, relation, y, eps * (1 + abs(x) + abs(y)))


def _ordered(x: Any, relation: str, y: Any, e: Any) -> bool:
    match relation:
        case "=":
            return bool(abs(x - y) <= e)
        case "<=":
            return bool(x - y <= e)
        case ">=":
            return bool(y - x <= e)
        case "<":
            return bool(x < y)
    return bool(x > y)


def _point(ctx: Context, env: dict[str, Any], trees: Sequence[Tree]) -> str:
    """Only what the two lines depend on, in the order of declaration."""
    used = set().union(*map(free_names, trees))
    called = {n.fn for t in trees for n in walk(t) if isinstance(n, Call)}
    for name, d in ctx.defs.items():
        if name in used or name in called:
            used |= free_names(d.body) - set(d.params)
    for name in list(used):
        if name in ctx.vectors:
            for r in ctx.vectors[name].ranges:
                used |= free_names(r.lo) | free_names(r.hi)
    parts = []
    for name, value in env.items():
        if name not in used or name in ctx.functions:
            continue
        if isinstance(value, dict) and len(value) > 8:
            value = dict(list(value.items())[: 4 if len(value) > 12 else 8])
        shown = (
            "(" + ", ".join(map(str, value.values())) + ")"
            if isinstance(value, dict)
            else str(value)
        )
        parts.append(f"{name} = {shown}")
    return ", ".join(parts) or "any values"


def _show(x: Any) -> str:
    if isinstance(x, str):
        return x
    if isinstance(x, dict):
        return "(" + ", ".join(_show(v) for v in x.values()) + ")"
    if mp.isinf(x):
        return "∞" if x > 0 else "-∞"
    f = Fraction(mp.nstr(x, 40)).limit_denominator(1000)
    if abs(mp.mpf(f.numerator) / f.denominator - x) < mp.mpf(10) ** -18:
        return str(f)
    return str(mp.nstr(x, 10))
