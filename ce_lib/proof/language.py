"""From text to trees: a white list of Python's expression syntax, never evaluated.

A chain is one expression, then lines `relation expression ; reason`. A line that starts with
neither a relation nor a reason continues the line above.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from .context import FUNCTIONS, SCALARS, VECTORS, Context, Definition, Range, Vector, size_range
from .errors import ParseError
from .tree import BINDERS, Bin, Call, Index, Name, Neg, Num, Tree, Tup, free_names

MAX_CHARACTERS, MAX_NODES, MAX_DEPTH, MAX_NUMBER, MAX_POWER = 6000, 1200, 60, 10**9, 16

_OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}

ARITY = {
    **dict.fromkeys(("exp", "ln", "sqrt", "abs", "norm", "T", "diag"), 1),
    **dict.fromkeys(("D", "Sum", "Prod", "Int", "delta", "outer", "grad"), 2),
    **dict.fromkeys(("argmax", "argmin"), 2),
    **dict.fromkeys(("lim", "at", "BitSum"), 3),
}
"""Number of arguments of the language's own functions."""

RELATIONS = ("<=", ">=", "=", "<", ">")


@dataclass(frozen=True)
class Line:
    """One line of a chain: relation to the line before ('' for the first), expression, reason."""

    relation: str
    tree: Tree
    source: str
    reason: str


def parse(source: str) -> Tree:
    """Read one expression.

    Raises
    ------
    ParseError : anything outside the language, with the offending piece.
    """
    if len(source) > MAX_CHARACTERS:
        raise ParseError(f"an expression of {len(source)} characters is too long to read")
    try:
        node = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        raise ParseError(f"cannot read `{source.strip()}`: {getattr(e, 'msg', e)}") from None
    level, size, depth = [node], 0, 0
    while level:
        size, depth = size + len(level), depth + 1
        if size > MAX_NODES or depth > MAX_DEPTH:
            raise ParseError("the expression is too big or too deep; split it")
        level = [c for n in level for c in ast.iter_child_nodes(n) if isinstance(c, ast.expr)]
    return _convert(node, source)


def _convert(n: ast.expr, source: str) -> Tree:
    def again(m: ast.expr) -> Tree:
        return _convert(m, source)

    match n:
        case ast.Constant(value=int() as v) if not isinstance(v, bool) and abs(v) <= MAX_NUMBER:
            return Num(v)
        case ast.Name(id=name) if not name.startswith("_"):
            return Name(name)
        case ast.UnaryOp(op=ast.USub()):
            return Neg(again(n.operand))
        case ast.UnaryOp(op=ast.UAdd()):
            return again(n.operand)
        case ast.BinOp() if type(n.op) in _OPERATORS:
            a, b = again(n.left), again(n.right)
            if isinstance(n.op, ast.Pow) and isinstance(b, Num) and b.value > MAX_POWER:
                raise ParseError(f"the power {b.value} in `{source.strip()}` is too big")
            return Bin(_OPERATORS[type(n.op)], a, b)
        case ast.Subscript(value=ast.Name(id=base)):
            parts = n.slice.elts if isinstance(n.slice, ast.Tuple) else [n.slice]
            return Index(base, tuple(again(p) for p in parts))
        case ast.Call(func=ast.Name(id=fn), keywords=[]):
            return _call(fn, tuple(again(a) for a in n.args), source)
        case ast.Tuple():
            return Tup(tuple(again(e) for e in n.elts))
        case ast.BinOp(op=ast.BitXor()):
            raise ParseError(f"`{ast.unparse(n)}`: a power is written `**`, not `^`")
    raise ParseError(f"`{ast.unparse(n)}` is not in the language of derivations")


def _call(fn: str, args: tuple[Tree, ...], source: str) -> Tree:
    if fn in ARITY and len(args) != ARITY[fn]:
        raise ParseError(f"{fn} takes {ARITY[fn]} arguments, not {len(args)}: `{source.strip()}`")
    if fn in BINDERS:
        b = args[1].items[0] if isinstance(args[1], Tup) and args[1].items else args[1]
        if not isinstance(b, Name):
            raise ParseError(f"{fn} needs a name as its second argument: `{source.strip()}`")
    return Call(fn, args)


def parse_chain(source: str) -> list[Line]:
    """Read a whole derivation.

    Raises
    ------
    ParseError : no first expression, no step, or a line that cannot be read.
    """
    joined: list[str] = []
    run_on: set[int] = set()  # lines that do not begin a step of their own
    for raw in source.splitlines():
        line = raw.strip()
        if not line:
            continue
        new_step = line.startswith(RELATIONS) and not line.startswith("==")
        if not joined or new_step:
            joined.append(line)
        else:
            joined[-1] += " " + line
            run_on.add(len(joined) - 1)
    if len(joined) < 2:
        raise ParseError("a derivation is one expression and then lines that start with a relation")
    out = []
    for k, line in enumerate(joined):
        body, _, reason = line.partition(";")
        relation = next((r for r in RELATIONS if body.startswith(r)), "")
        if (k == 0) == bool(relation):
            raise ParseError(f"line {k + 1} must {'not ' * (k == 0)}start with a relation: {line}")
        body = body[len(relation) :].strip()
        try:
            tree = parse(body)
        except ParseError as error:
            if k in run_on:
                raise ParseError(
                    f"{error} (a line that begins with no `=` goes on with the one above it)"
                ) from None
            raise
        out.append(Line(relation, tree, body, reason.strip()))
    return out


def parse_given(source: str, ctx: Context) -> None:
    """Add the declarations `names: domain`, separated by `;` or new lines, to `ctx`."""
    items = [s.strip() for s in re.split(r"[;\n]", source) if s.strip()]
    pairs: list[tuple[list[str], str]] = []
    for item in items:
        names, colon, domain = item.partition(":")
        if not colon:
            raise ParseError(f"`{item}` is no declaration; write e.g. `u: real`")
        pairs.append(([s.strip() for s in names.split(",")], domain.strip()))
    # Index ranges first: they fix where the vectors of that size begin.
    order = ("size", "natural")
    for names, domain in sorted(pairs, key=lambda p: (".." not in p[1], p[1] not in order)):
        for name in names:
            if domain in order and name in ctx.sizes:
                ctx.sizes.discard(name)  # seen in a range already; now it is declared
            if not name.isidentifier() or name.startswith("_"):
                raise ParseError(f"{name!r} is no name")
            ctx.declare(name)
            _declare(ctx, name, domain)


def _declare(ctx: Context, name: str, domain: str) -> None:
    if ".." in domain:
        lo, hi = domain.split("..", 1)
        ctx.indices[name] = Range(parse(lo), parse(hi))
        ctx.sizes |= free_names(ctx.indices[name].hi) | free_names(ctx.indices[name].lo)
        return
    m = re.fullmatch(r"(\w+)\[([\w, ]+)\](?: at (\w+))?", domain)
    if m and m[1] in VECTORS:
        ranges = tuple(size_range(ctx, s.strip()) for s in m[2].split(","))
        if (m[1] == "onehot") != bool(m[3]):
            raise ParseError("write `y: onehot[n] at c` with an index c")
        ctx.vectors[name] = Vector(m[1], ranges, m[3] or "")
    elif domain in ("size", "natural"):
        ctx.sizes.add(name)
        if domain == "natural":
            ctx.naturals.add(name)
    elif domain in SCALARS:
        ctx.scalars[name] = domain
    elif domain in FUNCTIONS:
        ctx.functions[name] = domain
    else:
        known = ", ".join(sorted(VECTORS | FUNCTIONS))
        raise ParseError(
            f"{domain!r} is no domain; the domains are {known}, size, natural and lo..hi"
        )


def parse_where(source: str, ctx: Context) -> None:
    """Add the definitions `f(x) = ...` or `yhat[i] = ...` to `ctx`."""
    for item in [s.strip() for s in re.split(r"[;\n]", source) if s.strip()]:
        left, equals, right = item.partition("=")
        head = parse(left) if equals else None
        match head:
            case Call(fn, args) if fn not in ARITY and all(isinstance(a, Name) for a in args):
                params, brackets, name = args, False, fn
            case Index(base, at) if all(isinstance(a, Name) for a in at):
                params, brackets, name = at, True, base
            case Name(id):
                params, brackets, name = (), True, id
            case _:
                raise ParseError(f"`{item}` is no definition; write e.g. `f(x) = x**2`")
        ctx.declare(name)
        names = tuple(p.id for p in params if isinstance(p, Name))
        loose = (free_names(parse(right)) - set(names)) & ctx.indices.keys()
        if loose:
            raise ParseError(f"the index {loose.pop()} in `{item}` must be a parameter")
        ctx.defs[name] = Definition(name, names, parse(right), brackets, name)
