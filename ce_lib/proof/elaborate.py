"""The prover's reading of a tree: a normal form, and the duties that the writing implies.

A duty is what the author owes for having written something: `a/b` owes b != 0, `ln(a)` owes a > 0.
Duties are collected on the written text, before any law can cancel the evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from . import bits, calculus, operators, powers, sums
from .context import Definition
from .errors import ParseError
from .poly import ONE, Atom, Poly
from .tree import Bin, Call, Index, Name, Neg, Num, Tree, Tup, bound_name, text
from .values import Env, Value, Vec, component

if TYPE_CHECKING:
    from .kernel import Bounds, Kernel


def elaborate(k: Kernel, t: Tree, env: Env | None = None) -> Value:
    """Read a tree.

    Raises
    ------
    ParseError : undeclared names, shapes that do not fit.
    StuckError : an operation for which there is no law.
    """
    return Reader(k, env or {}).read(t)


def reader(k: Kernel, env: Env) -> Reader:
    """A reader under binders, for those who walk a tree themselves."""
    return Reader(k, env)


def elaborate_index(k: Kernel, t: Tree) -> Poly:
    """Read an index expression such as n-1."""
    return Reader(k, {}).scalar(t)


@dataclass
class Reader:
    k: Kernel
    env: Env

    def read(self, t: Tree) -> Value:
        k = self.k
        match t:
            case Num(v):
                return Poly.number(v)
            case Name(id):
                return self.name(id)
            case Neg(x):
                return self.each(lambda a: -a, x)
            case Bin("@", a, b):
                return self.product(a, b)
            case Bin("/", a, b):
                den = self.scalar(b)
                k.duties.append(("nonzero", den, text(b)))
                return self.each(lambda x: powers.divide(x, den), a)
            case Bin("**", a, b):
                return self.power(a, b)
            case Bin("*", a, b):
                left, right = self.read(a), self.read(b)
                if isinstance(left, Vec) and isinstance(right, Vec):
                    raise ParseError(f"`{text(t)}`: write u @ v for the inner product")
                return self.join(left, right, lambda p, q: p * q)
            case Bin(op, a, b):
                left, right = self.read(a), self.read(b)
                return self.join(
                    left, right, (lambda p, q: p + q) if op == "+" else lambda p, q: p - q
                )
            case Index(base, at):
                return self.index(base, tuple(self.scalar(i) for i in at))
            case Call(fn, args):
                return self.call(fn, args, t)
        raise ParseError(f"`{text(t)}` cannot stand here")

    def scalar(self, t: Tree) -> Poly:
        v = self.read(t)
        if isinstance(v, Vec):
            raise ParseError(f"`{text(t)}` is a vector where a number is needed")
        return v

    def vector(self, t: Tree) -> Vec:
        v = self.read(t)
        if not isinstance(v, Vec):
            raise ParseError(f"`{text(t)}` is a number where a vector is needed")
        return v

    def name(self, id: str) -> Value:
        k, ctx = self.k, self.k.ctx
        if id in self.env:
            return self.env[id]
        if id in ctx.scalars:
            return Poly.atom(Atom("sym", id))
        if id in ctx.indices or id in ctx.sizes:
            return sums.index(id)
        if id in ctx.vectors:
            v = ctx.vectors[id]
            return Vec(k.vector_bounds(v), lambda *at: k.elem(id, at))
        if id == "oo":
            return calculus.INFINITY
        if id == "ones":
            return Vec((None,), lambda *at: ONE)
        if id in ctx.defs:
            d = ctx.defs[id]
            if not d.params:
                return self.unfold(d, ())
            if d.brackets and len(d.params) == 1:
                raise ParseError(f"write {id}[i], not {id} alone")
        raise ParseError(f"the name {id!r} is not declared")

    def each(self, f: Callable[[Poly], Poly], t: Tree) -> Value:
        v = self.read(t)
        return Vec(v.ranges, lambda *at: f(v.at(*at))) if isinstance(v, Vec) else f(v)

    def join(self, x: Value, y: Value, f: Callable[[Poly, Poly], Poly]) -> Value:
        if not isinstance(x, Vec) and not isinstance(y, Vec):
            return f(x, y)
        shapes = [v.ranges for v in (x, y) if isinstance(v, Vec)]
        ranges = next((r for r in shapes if None not in r), shapes[0])
        if any(r != ranges and r != (None,) for r in shapes):
            raise ParseError("two vectors of different size cannot be combined")
        return Vec(ranges, lambda *at: f(component(x, at), component(y, at)))

    def product(self, a: Tree, b: Tree) -> Value:
        """u @ v, A @ x, x @ A, A @ B"""
        x, y = self.vector(a), self.vector(b)
        inner, other = x.ranges[-1], y.ranges[0]
        if None in (inner, other):
            inner = other = inner or other
        if inner is None or inner != other:
            raise ParseError(f"`{text(a)} @ {text(b)}`: the sizes do not fit")
        rows, columns = len(x.ranges) - 1, y.ranges[1:]

        def entry(*at: Poly) -> Poly:
            return self.k.sum_of(inner, lambda m: x.at(*at[:rows], m) * y.at(m, *at[rows:]))

        ranges = (*x.ranges[:rows], *columns)
        return Vec(ranges, entry) if ranges else entry()

    def power(self, a: Tree, b: Tree) -> Poly:
        base, e = self.scalar(a), self.scalar(b)
        c = e.constant()
        if c is None or c.denominator != 1:
            need = "nonnegative" if c is not None and c > 0 else "positive"
            self.k.duties.append((need, base, text(a)))
        elif c < 0:
            self.k.duties.append(("nonzero", base, text(a)))
        return self.k.power(base, e)

    def index(self, base: str, at: tuple[Poly, ...]) -> Poly:
        ctx = self.k.ctx
        if base in self.env:
            v = self.env[base]
        elif base in ctx.vectors:
            if len(at) != len(ctx.vectors[base].ranges):
                raise ParseError(f"{base} has {len(ctx.vectors[base].ranges)} indices")
            return self.k.elem(base, at)
        elif base in ctx.defs and ctx.defs[base].brackets:
            return self.unfold(ctx.defs[base], at)
        else:
            raise ParseError(f"{base!r} is not a declared vector")
        if not isinstance(v, Vec) or len(v.ranges) != len(at):
            raise ParseError(f"{base} cannot be indexed like this")
        return v.at(*at)

    def unfold(self, d: Definition, values: tuple[Value, ...]) -> Poly:
        """A definition, unless the attempt must do without it."""
        k = self.k
        if len(values) != len(d.params):
            raise ParseError(f"{d.name} takes {len(d.params)} arguments")
        if not k.on(f"definition {d.name}"):
            parts, bound = [], [""]
            for v in values:
                if isinstance(v, Poly):
                    parts.append(v)
                    continue
                temps = [k.fresh(r) for r in v.ranges]
                body = v.at(*(t for _, t in temps))
                level = 1 + max((sums._level(a) for a in body.atoms()), default=-1)
                names = {n: f"#{level + i}" for i, (n, _) in enumerate(temps)}
                parts.append(sums.rename(body, names))
                bound += names.values()
            return Poly.atom(Atom("def", d.name, tuple(bound), tuple(parts)))
        # Hygiene: the body sees its parameters and the declarations, never the caller's indices.
        inner = Reader(k, dict(zip(d.params, values, strict=True)))
        return inner.scalar(d.body)

    def binder(self, call: Call) -> tuple[str, Bounds]:
        """Name and range of the bound index of a Sum or Prod."""
        name, b = bound_name(call), call.args[1]
        if isinstance(b, Name):
            if name not in self.k.ctx.indices:
                raise ParseError(f"give index {name} a range: declare it or write ({name}, 1, n)")
            return name, self.k.bounds(self.k.ctx.indices[name])
        assert isinstance(b, Tup)
        if len(b.items) == 2:
            return name, self.vector(b.items[1]).ranges[0]
        if len(b.items) != 3:
            raise ParseError(f"`{text(b)}` is no range")
        return name, (self.scalar(b.items[1]), self.scalar(b.items[2]))

    def under(self, names: Env) -> Reader:
        return Reader(self.k, {**self.env, **names})

    def call(self, fn: str, args: tuple[Tree, ...], t: Call) -> Value:
        k = self.k
        match fn:
            case "Sum" | "Prod":
                name, b = self.binder(t)
                if b is None:
                    raise ParseError(f"`{text(t)}`: the range is not known")
                temp, value = k.fresh(b)
                body = self.under({name: value}).scalar(args[0])
                make = sums.make_sum if fn == "Sum" else sums.make_product
                return make(k, temp, body)
            case "Int":
                temp, value = k.fresh(None)
                return sums.make_sum(k, temp, self.under({bound_name(t): value}).scalar(args[0]))
            case "BitSum":
                size = self.scalar(args[2])
                return bits.sum_over_bits(k, bound_name(t), size, lambda v: self.bits(t, v))
            case "D":
                return calculus.derivative(
                    k, self.scalar(args[0]), operators.variable(self, args[1])
                )
            case "grad":
                return operators.gradient(self, args[0], args[1])
            case "lim":
                return operators.limit(self, args)
            case "at":
                return operators.at_point(self, args)
            case "delta":
                return sums.delta(k, self.scalar(args[0]), self.scalar(args[1]))
            case "exp":
                return powers.exponential(k, self.scalar(args[0]))
            case "ln":
                p = self.scalar(args[0])
                k.duties.append(("positive", p, text(args[0])))
                return powers.logarithm(k, p)
            case "sqrt":
                p = self.scalar(args[0])
                k.duties.append(("nonnegative", p, text(args[0])))
                return powers.broken_power(k, p, Fraction(1, 2))
            case "norm":
                square = self.product(args[0], args[0])
                assert isinstance(square, Poly)
                return powers.broken_power(k, square, Fraction(1, 2))
            case "abs":
                return calculus.absolute(k, self.scalar(args[0]))
            case "T" | "diag" | "outer":
                return operators.matrix(self, fn, args)
        if fn in k.ctx.defs and not k.ctx.defs[fn].brackets:
            return self.unfold(k.ctx.defs[fn], tuple(self.read(a) for a in args))
        if fn in k.ctx.functions:
            return Poly.atom(Atom("fun", fn, tuple(self.scalar(a) for a in args)))
        raise ParseError(f"the function {fn!r} is not known")

    def bits(self, t: Call, vector: str) -> Poly:
        y = Vec((None,), lambda *at: Poly.atom(Atom("elem", vector, at)))
        return self.under({bound_name(t): y}).scalar(t.args[0])


__all__ = ["Value", "Vec", "component", "elaborate", "elaborate_index", "reader"]
