"""Forward differentiation for the judge: numbers that carry a derivative, nested by tags."""

from __future__ import annotations

import itertools
import math

import mpmath as mp

_tags = itertools.count(1)


class Dual:
    """x + dx * epsilon; a newer tag is the outer one, for which older ones are constants."""

    __slots__ = ("dx", "tag", "x")

    def __init__(self, x, dx, tag):
        self.x, self.dx, self.tag = x, dx, tag

    def _pair(self, o):
        tag = max(self.tag, o.tag) if isinstance(o, Dual) else self.tag
        return tag, parts(self, tag), parts(o, tag)

    def __add__(self, o):
        tag, (a, da), (b, db) = self._pair(o)
        return Dual(a + b, da + db, tag)

    __radd__ = __add__

    def __neg__(self):
        return Dual(-self.x, -self.dx, self.tag)

    def __sub__(self, o):
        return self + (-o)

    def __rsub__(self, o):
        return -self + o

    def __mul__(self, o):
        tag, (a, da), (b, db) = self._pair(o)
        return Dual(a * b, a * db + b * da, tag)

    __rmul__ = __mul__

    def __truediv__(self, o):
        tag, (a, da), (b, db) = self._pair(o)
        return Dual(a / b, (da - a / b * db) / b, tag)

    def __rtruediv__(self, o):
        return Dual(o, 0, self.tag) / self

    def __pow__(self, n):
        assert isinstance(n, int)
        return Dual(self.x**n, n * self.x ** (n - 1) * self.dx if n else 0, self.tag)


def parts(v, tag):
    """Value and derivative of v with respect to the variable of this tag."""
    return (v.x, v.dx) if isinstance(v, Dual) and v.tag == tag else (v, 0)


def real(v):
    """The plain number inside."""
    while isinstance(v, Dual):
        v = v.x
    return v


def lift(f, df):
    """A function for floats, mpf and Duals from its values and its derivative."""

    def go(v):
        if isinstance(v, Dual):
            return Dual(go(v.x), df(v.x) * v.dx, v.tag)
        return f(v)

    return go


def _choose(name):
    plain, precise = getattr(math, name), getattr(mp, name)
    return lambda v: precise(v) if isinstance(v, mp.mpf) else plain(v)


exp = lift(_choose("exp"), lambda v: exp(v))
log = lift(_choose("log"), lambda v: 1 / v)
sqrt = lift(_choose("sqrt"), lambda v: 1 / (2 * sqrt(v)))
sin = lift(_choose("sin"), lambda v: cos(v))
cos = lift(_choose("cos"), lambda v: -sin(v))


def absolute(v):
    return -v if real(v) < 0 else v


def derivative(f, x):
    """f'(x), where f may itself take derivatives."""
    tag = next(_tags)
    return parts(f(Dual(x, 1, tag)), tag)[1]
