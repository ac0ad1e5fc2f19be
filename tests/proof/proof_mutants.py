"""Every single-site mutant of an expression, of the kinds of slips that people make."""

from __future__ import annotations

from ce_lib.proof.tree import Bin, Call, Index, Name, Neg, Num, Tup, children, rebuild

ONE, TWO = Num(1), Num(2)
SWAP = {"+": "-", "-": "+", "*": "/", "/": "*", "**": "*"}
FUNCTIONS = ("exp", "ln", "sqrt", "abs", "norm", "sigma", "D", "lim", "Sum", "Prod", "grad", "T")


def mutants(tree, ctx):
    """Yield (kind, mutant)."""
    yield from _own(tree, ctx)
    kids = children(tree)
    for i, child in enumerate(kids):
        if _index_place(tree, i):
            for other in _other_indices(tree, i, child, ctx):
                yield "wrong index", rebuild(tree, (*kids[:i], other, *kids[i + 1 :]))
            continue
        for kind, new in mutants(child, ctx):
            yield kind, rebuild(tree, (*kids[:i], new, *kids[i + 1 :]))


def _index_place(tree, i):
    """Is child i an index, a bound name or a variable rather than a quantity?"""
    match tree:
        case Index() | Tup():
            return True
        case Call("Sum" | "Prod" | "Int" | "D" | "grad" | "at", _):
            return i == 1
        case Call("lim" | "BitSum" | "argmax" | "argmin", _):
            return i >= 1
        case Call("delta", _):
            return True
        case Call("softmax", _):
            return i == 1
    return False


def _other_indices(tree, i, child, ctx):
    if isinstance(tree, Call) and tree.fn in ("Sum", "Prod", "Int", "BitSum", "lim", "grad"):
        return
    if isinstance(child, Name) and child.id in ctx.indices:
        for o in ctx.indices:
            if o != child.id:
                yield Name(o)
    elif isinstance(child, Index):
        for o in ctx.indices:
            if child.at and Name(o) != child.at[0]:
                yield Index(child.base, (Name(o), *child.at[1:]))


def _own(t, ctx):
    yield "negate", Neg(t)
    yield "off by one", Bin("+", t, ONE)
    yield "square", Bin("**", t, TWO)
    match t:
        case Neg(x):
            yield "drop minus", x
        case Bin(op, a, b):
            yield "drop right operand", a
            yield "drop left operand", b
            if op in SWAP:
                yield "swap operator", Bin(SWAP[op], a, b)
            if op in ("-", "/", "**"):
                yield "swap operands", Bin(op, b, a)
            if op == "**":
                yield "negate exponent", Bin(op, a, Neg(b))
        case Name(id):
            for group in (ctx.scalars, ctx.vectors):
                if id in group:
                    for o in group:
                        if o != id:
                            yield "wrong variable", Name(o)
        case Index(base, at) if base in ctx.vectors:
            for o, v in ctx.vectors.items():
                if o != base and len(v.ranges) == len(at):
                    yield "wrong variable", Index(o, at)
        case Call(fn, args):
            if fn in FUNCTIONS:
                yield "drop function", args[0]
            if fn == "Sum":
                yield "product for sum", Call("Prod", args)
            if fn in ("Sum", "Prod") and isinstance(args[1], Name):
                r = ctx.indices[args[1].id]
                for lo, hi in ((r.lo, Bin("-", r.hi, ONE)), (Bin("+", r.lo, ONE), r.hi)):
                    yield "range too short", Call(fn, (args[0], Tup((args[1], lo, hi))))
            if fn == "argmax":
                yield "wrong optimum", Call("argmin", args)
