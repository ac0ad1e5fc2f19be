"""Reads displayed LaTeX back into source text, knowing nothing of the printer.

It follows the conventions of print: a big operator takes the rest of its product, a derivative
takes one factor (or a big operator), a minus binds like a product.
"""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+|[A-Za-z]|[^\s]")
GREEK = {"\\sigma": "sigma", "\\theta": "theta", "\\infty": "oo"}
BIG = {"\\sum": "Sum", "\\prod": "Prod"}
STOP = {")", "\\right", "}", "+", "-", "]", "=", ",", "\\rVert", None}


class Reader:
    def __init__(self, tex, functions=("sigma",), matrices=()):
        self.tokens = [t for t in TOKEN.findall(tex) if t != "\\,"]
        self.pos, self.functions, self.matrices = 0, functions, matrices

    @property
    def now(self):
        return self.tokens[self.pos] if self.pos < len(self.tokens) else None

    def next(self, wanted=None):
        t = self.now
        if wanted is not None and t != wanted:
            raise SyntaxError(f"expected {wanted}, found {t} at {self.tokens[: self.pos]}")
        self.pos += 1
        return t

    def read(self):
        out = self.sum()
        if self.now is not None:
            raise SyntaxError(f"left over: {self.tokens[self.pos :]}")
        return out

    def group(self):
        self.next("{")
        out = self.sum()
        self.next("}")
        return out

    def sum(self):
        out = "-(" + self.skip_minus() + ")" if self.now == "-" else self.product()
        while self.now in ("+", "-"):
            op = self.next()
            out = f"({out}) {op} ({self.product()})"
        return out

    def skip_minus(self):
        self.next("-")
        return self.product()

    def product(self):
        factors = [self.factor()]
        while self.now not in STOP:
            if self.now == "\\cdot":
                self.next()
                if is_vector(factors[-1]):  # u . v, not a dot between numbers
                    factors[-1] = f"({factors[-1]})@({self.factor()})"
                    continue
            factors.append(self.factor())
        return "*".join(f"({f})" for f in factors)

    def factor(self):
        base = self.base()
        while self.now == "^":
            self.next()
            base = f"({base})**({self.group()})"
        return base

    def bounds(self):
        self.next("_")
        self.next("{")
        k = self.next()
        self.next("=")
        lo = self.sum()
        self.next("}")
        self.next("^")
        return k, lo, self.group()

    def base(self):
        t = self.next()
        if t.isdigit():
            return t
        if t in BIG:
            k, lo, hi = self.bounds()
            return f"{BIG[t]}({self.product()}, ({k}, {lo}, {hi}))"
        if t == "(":
            out = self.sum()
            self.next(")")
            return out
        if t == "\\left":
            mark = self.next()
            out = self.sum()
            self.next("\\right")
            self.next({"(": ")", "|": "|"}[mark])
            return f"abs({out})" if mark == "|" else out
        if t == "\\frac":
            return self.fraction()
        if t == "e" and self.now == "^":
            self.next()
            return f"exp({self.group()})"
        if t == "\\ln":
            return f"ln({self.argument()})"
        if t == "\\sqrt":
            return f"sqrt({self.group()})"
        if t == "\\lVert":
            out = self.sum()
            self.next("\\rVert")
            return f"norm({out})"
        if t == "\\mathbf":
            self.next("{")
            self.next("1")
            self.next("}")
            self.next("[")
            a = self.sum()
            self.next("=")
            b = self.sum()
            self.next("]")
            return f"delta({a}, {b})"
        if t == "\\operatorname":
            word = self.word()
            inner = self.argument()
            self.next("_")
            return f"{word}({inner}, {self.group()})"
        if t in ("\\hat", "\\tilde"):
            self.next("{")
            name = self.next() + t[1:]
            self.next("}")
            return self.subscripted(name)
        if t in GREEK:
            name = GREEK[t]
            return f"{name}({self.argument()})" if name in self.functions else name
        if re.fullmatch("[A-Za-z]", t):
            return self.subscripted(t)
        raise SyntaxError(f"what is {t}?")

    def word(self):
        self.next("{")
        out = ""
        while self.now != "}":
            out += self.next()
        self.next("}")
        return out

    def argument(self):
        """What a function is applied to: a parenthesis, or one name."""
        if self.now in ("(", "\\left"):
            return self.base()
        return self.base()

    def subscripted(self, name):
        if self.now != "_":
            return name
        self.next()
        self.next("{")
        at = []
        while self.now != "}":
            if self.now == ",":
                self.next()
            else:
                # letters side by side are two indices, unless an operator joins them
                at.append(self.index())
        self.next("}")
        return f"{name}[{', '.join(at)}]"

    def index(self):
        out = self.next()
        while self.now in ("+", "-"):
            out += self.next() + self.next()
        return out

    def fraction(self):
        self.next("{")
        if self.now in ("d", "\\partial"):
            self.next()
            over = None if self.now == "}" else self.sum()
            self.next("}")
            self.next("{")
            assert self.next() in ("d", "\\partial")
            by = self.sum()
            self.next("}")
            return f"D({self.factor() if over is None else over}, {strip(by)})"
        over = self.sum()
        self.next("}")
        return f"({over})/({self.group()})"


def strip(s):
    while s.startswith("(") and s.endswith(")"):
        s = s[1:-1]
    return s


def is_vector(source):
    return strip(source) in ("u", "v", "w")


def read(tex):
    """The source text that the LaTeX means."""
    return Reader(tex).read()
