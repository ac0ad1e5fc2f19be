"""The page's reading of a tree: LaTeX that is never reordered and never simplified.

Parentheses are written only where the reading would change without them. The conventions are those
of print: a big operator reaches to the end of its product, a derivative to the end of its factor.
"""

from __future__ import annotations

import re

from .context import Context
from .tree import Bin, Call, Index, Name, Neg, Num, Tree, Tup, bound_name

_GREEK = {
    "alpha",
    "beta",
    "gamma",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "phi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Phi",
    "Psi",
    "Omega",
}
_MARKS = {"hat": r"\hat", "tilde": r"\tilde", "bar": r"\bar"}
_SPECIAL = {"oo": r"\infty", "ones": r"\mathbf{1}", "ell": r"\ell"}

SUM, DOT, PRODUCT, POWER, ATOM = 1.0, 1.5, 2.0, 4.0, 5.0
"""How tightly a piece of LaTeX holds together."""


def name_tex(name: str, ctx: Context) -> str:
    """yhat -> \\hat{y}, theta -> \\theta, x1 -> x_{1}, softmax -> \\operatorname{softmax}."""
    if name in ctx.tex:
        return ctx.tex[name]
    if name in _SPECIAL:
        return _SPECIAL[name]
    for mark, command in _MARKS.items():
        if name.endswith(mark) and len(name) > len(mark):
            return f"{command}{{{name_tex(name[: -len(mark)], ctx)}}}"
    m = re.fullmatch(r"([A-Za-z]+?)(\d+)", name)
    if m:
        return f"{name_tex(m[1], ctx)}_{{{m[2]}}}"
    if name in _GREEK:
        return "\\" + name
    return name if len(name) == 1 else rf"\operatorname{{{name}}}"


def latex(t: Tree, ctx: Context) -> str:
    """A whole line."""
    return _Printer(ctx).show(t, SUM, lead=True, last=True)


class _Printer:
    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def show(self, t: Tree, outer: float, lead: bool = False, last: bool = False) -> str:
        """LaTeX of t where a piece of strength `outer` is needed.

        lead: nothing stands before it, so that a minus needs no parentheses.
        last: nothing stands after it in its product, so that a big operator may end there.
        """
        s, strength, minus, open_end = self.piece(t, lead, last)
        if strength < outer or (minus and not lead) or (open_end and not last):
            return parentheses(self.whole(t))
        return s

    def piece(self, t: Tree, lead: bool, last: bool) -> tuple[str, float, bool, bool]:
        """(LaTeX, strength, begins with a minus, ends in a big operator)"""
        match t:
            case Num(v):
                return str(v), ATOM, False, False
            case Name(id):
                return name_tex(id, self.ctx), ATOM, False, False
            case Index(base, at):
                return self.subscript(name_tex(base, self.ctx), at), ATOM, False, False
            case Neg(x):
                inner, strength, _, _ = self.piece(x, False, last)
                strength = min(strength, PRODUCT) if not inner.startswith("-") else SUM
                return "-" + self.show(x, DOT, last=last), strength, True, self.open(x)
            case Bin("+" | "-" as op, a, b):
                left = self.show(a, SUM, lead=lead, last=True)
                right = self.show(b, SUM + 0.25, last=last)
                return f"{left} {op} {right}", SUM, left.startswith("-"), self.open(b)
            case Bin("*", a, b):
                left = self.show(a, PRODUCT, lead=lead)
                need = DOT + 0.25 if last and self.big(b) else PRODUCT + 0.25
                right = self.show(b, need, last=last)
                return left + _times(left, right) + right, PRODUCT, left[0] == "-", self.open(b)
            case Bin("@", a, b):
                return self.dot(a, b, last), DOT, False, False
            case Bin("/", Neg(a), b) if lead:  # (-a)/b is set as -(a/b)
                return rf"-\frac{{{self.whole(a)}}}{{{self.whole(b)}}}", PRODUCT, True, False
            case Bin("/", a, b):
                return rf"\frac{{{self.whole(a)}}}{{{self.whole(b)}}}", 3.0, False, False
            case Bin("**", a, b):
                base = self.show(a, ATOM)
                if isinstance(a, Call) and a.fn in ("exp", "ln", "grad"):
                    base = parentheses(self.whole(a))
                return f"{base}^{{{self.whole(b)}}}", POWER, False, False
            case Call(fn, args):
                return self.call(t, fn, args, last)
        return self.whole(t), ATOM, False, False

    def whole(self, t: Tree) -> str:
        """Inside braces or parentheses of its own."""
        return self.show(t, SUM, lead=True, last=True)

    def open(self, t: Tree) -> bool:
        """Does t end in an operator that would swallow what follows?"""
        match t:
            case Neg(x):
                return self.open(x)
            case Bin("+" | "-" | "*", _, b):
                return self.open(b)
            case Call(fn, args):
                if fn == "ln":
                    return isinstance(args[0], (Name, Index, Num))
                if fn == "D":
                    return not self.compact(args[0])
                return fn in ("Sum", "Prod", "lim", "BitSum", "argmax", "argmin", "grad")
        return False

    def compact(self, t: Tree) -> bool:
        """Short enough to stand in the numerator of d/dx."""
        if isinstance(t, Call):
            return t.fn in self.ctx.defs or t.fn in self.ctx.functions or t.fn == "exp"
        return isinstance(t, (Name, Index))

    def subscript(self, base: str, at: tuple[Tree, ...]) -> str:
        short = all(isinstance(i, Name) and len(name_tex(i.id, self.ctx)) == 1 for i in at)
        inner = ("" if short else ", ").join(self.whole(i) for i in at)
        return f"{base}_{{{inner}}}"

    def dot(self, a: Tree, b: Tree, last: bool) -> str:
        if self.matrix(a):
            return f"{self.show(a, POWER)} {self.show(b, POWER)}"
        if self.matrix(b):
            return rf"{self.show(a, ATOM)}^{{\top}} {self.show(b, POWER)}"
        return rf"{self.show(a, POWER)} \cdot {self.show(b, POWER)}"

    def matrix(self, t: Tree) -> bool:
        match t:
            case Name(id):
                v = self.ctx.vectors.get(id)
                return v is not None and len(v.ranges) == 2
            case Call("T" | "diag" | "outer", _):
                return True
            case Bin("@", a, b):
                return self.matrix(a) and self.matrix(b)
            case Bin(_, a, b):
                return self.matrix(a) or self.matrix(b)
            case Neg(x):
                return self.matrix(x)
        return False

    def bounds(self, t: Call) -> str:
        k = name_tex(bound_name(t), self.ctx)
        b = t.args[1]
        if isinstance(b, Tup) and len(b.items) == 2:
            return f"_{{{k}}}"
        if isinstance(b, Tup):
            lo, hi = b.items[1:]
        else:
            r = self.ctx.indices[bound_name(t)]
            lo, hi = r.lo, r.hi
        return f"_{{{k}={self.whole(lo)}}}^{{{self.whole(hi)}}}"

    def call(
        self, t: Call, fn: str, args: tuple[Tree, ...], last: bool
    ) -> tuple[str, float, bool, bool]:
        def body(u: Tree) -> str:
            return self.show(u, DOT + 0.25, last=True)

        big = DOT + 0.25
        match fn:
            case "Sum" | "Prod":
                sign = r"\sum" if fn == "Sum" else r"\prod"
                return f"{sign}{self.bounds(t)} {body(args[0])}", big, False, True
            case "BitSum":
                y, n = name_tex(bound_name(t), self.ctx), self.whole(args[2])
                return rf"\sum_{{{y} \in \{{0,1\}}^{{{n}}}}} {body(args[0])}", big, False, True
            case "Int":
                x = name_tex(bound_name(t), self.ctx)
                return rf"\int {body(args[0])} \, d{x}", big, False, False
            case "lim":
                to = "0^{+}" if args[2] == Num(0) else self.whole(args[2])
                low = rf"{self.whole(args[1])} \to {to}"
                return rf"\lim_{{{low}}} {body(args[0])}", big, False, True
            case "argmax" | "argmin":
                op = rf"\operatorname*{{arg\,{fn[3:]}}}_{{{self.whole(args[1])}}}"
                return f"{op} {body(args[0])}", big, False, True
            case "D":
                d = r"\partial " if isinstance(args[1], Index) else "d "
                x = self.whole(args[1])
                if self.compact(args[0]):
                    return rf"\frac{{{d}{self.whole(args[0])}}}{{{d}{x}}}", 3.0, False, False
                inner = self.show(args[0], 3.0 if not self.big(args[0]) else big, last=True)
                return rf"\frac{{{d.strip()}}}{{{d}{x}}} {inner}", big, False, True
            case "grad":
                return (
                    rf"\nabla_{{{self.whole(args[1])}}} {self.show(args[0], 3.0)}",
                    3.0,
                    False,
                    True,
                )
            case "at":
                value = f"{self.whole(args[1])} = {self.whole(args[2])}"
                return rf"\left.{self.whole(args[0])}\right|_{{{value}}}", 3.0, False, False
            case "delta":
                return (
                    rf"\mathbf{{1}}[{self.whole(args[0])}={self.whole(args[1])}]",
                    ATOM,
                    False,
                    False,
                )
            case "exp":
                return f"e^{{{self.whole(args[0])}}}", ATOM, False, False
            case "ln":
                if last and isinstance(args[0], (Name, Index, Num)):
                    return rf"\ln {self.whole(args[0])}", 3.0, False, True
                return rf"\ln{self.paren(args[0])}", 3.0, False, False
            case "sqrt":
                return rf"\sqrt{{{self.whole(args[0])}}}", ATOM, False, False
            case "norm":
                return rf"\lVert {self.whole(args[0])} \rVert", ATOM, False, False
            case "abs":
                return rf"\left| {self.whole(args[0])} \right|", ATOM, False, False
            case "T":
                return rf"{self.show(args[0], ATOM)}^{{\top}}", POWER, False, False
            case "diag":
                return rf"\operatorname{{diag}}{self.paren(args[0])}", POWER, False, False
            case "outer":
                a, b = self.show(args[0], ATOM), self.show(args[1], ATOM)
                return rf"{a} {b}^{{\top}}", PRODUCT, False, False
        return self.function(fn, args), ATOM, False, False

    def big(self, t: Tree) -> bool:
        return isinstance(t, Call) and t.fn in ("Sum", "Prod", "D", "lim", "BitSum", "Int")

    def paren(self, t: Tree) -> str:
        return parentheses(self.whole(t))

    def function(self, fn: str, args: tuple[Tree, ...]) -> str:
        """sigma(u) as σ(u); softmax(z, i) as softmax(z)_i; KL(p, q) as KL(p ‖ q)."""
        f = name_tex(fn, self.ctx)
        if fn == "softmax" and len(args) == 2:
            return rf"{f}{self.paren(args[0])}_{{{self.whole(args[1])}}}"
        separator = r" \,\|\, " if fn == "KL" else ", "
        return f + parentheses(separator.join(self.whole(a) for a in args))


def parentheses(tex: str) -> str:
    """Around tex; as tall as it is, but plain where that is enough (TeX spaces those better)."""
    tall = any(c in tex for c in (r"\frac", r"\sum", r"\prod", r"\int", r"\left", r"\sqrt"))
    return rf"\left({tex}\right)" if tall else f"({tex})"


def _times(left: str, right: str) -> str:
    """Between two factors: a dot where digits would run together, else a thin space of TeX."""
    if right[0].isdigit() or (left[-1].isdigit() and re.match(r"\\frac\{-?\d", right)):
        return r" \cdot "
    return " "
