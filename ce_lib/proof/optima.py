"""Arg max and arg min: what a strictly monotone map of the objective does to them."""

from __future__ import annotations

from . import powers
from .decide import is_zero
from .errors import ParseError
from .inequalities import scalar
from .kernel import Kernel
from .poly import Poly
from .signs import positive, sign
from .tree import Call, Name, Tree


def optimum(k: Kernel, a: Tree, b: Tree, relation: str) -> bool:
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
    f, g = scalar(k, a.args[0], {}), scalar(k, b.args[0], {})
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
