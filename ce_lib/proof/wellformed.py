"""What must hold before any proof: names, indices, duties of denominators and logarithms."""

from __future__ import annotations

from .context import Context
from .errors import ParseError, StuckError, UndefinedError
from .language import parse
from .signs import nonnegative, positive
from .steps import Attempts
from .tree import (
    BINDERS,
    Bin,
    Call,
    Name,
    Neg,
    Num,
    Tree,
    Tup,
    bound_name,
    children,
    free_names,
    text,
    walk,
)


def overall(relations: list[str]) -> str:
    """The relation of the last line to the first.

    Raises
    ------
    ParseError : the chain goes up and down.
    """
    kinds = {r[0] for r in relations if r != "="}
    if len(kinds) > 1:
        raise ParseError("a chain may not mix <= and >=: nothing would follow from it")
    if not kinds:
        return "="
    kind = kinds.pop()
    return kind if kind in relations else kind + "="


def check_names(t: Tree, ctx: Context) -> None:
    """Bound names may not hide declared scalars and vectors; oo is a limit, not a number."""
    whole = t.x if isinstance(t, Neg) else t
    if whole != Name("oo") and _infinite(t):
        raise ParseError("oo can only be a whole side of a step, or where a limit goes to")
    for n in walk(t):
        if isinstance(n, Call) and n.fn in BINDERS:
            name = bound_name(n)
            if name in ctx.scalars or name in ctx.vectors or name in ctx.sizes:
                raise ParseError(f"{n.fn} binds {name}, which is declared as something else")


def _infinite(t: Tree) -> bool:
    if t == Name("oo"):
        return True
    kids = t.args[:2] if isinstance(t, Call) and t.fn == "lim" else children(t)
    return any(map(_infinite, kids))


def check_indices(trees: list[Tree], ctx: Context) -> None:
    """No index may be bound where it is free, or appear out of nowhere.

    Raises
    ------
    ParseError : an index clash, the slip behind many a wrong derivative.
    """
    free = free_names(trees[0])
    free |= {ctx.vectors[n].hot for n in free if n in ctx.vectors}  # y: onehot[n] at c speaks of c
    free &= ctx.indices.keys()
    for t in trees:
        for n in walk(t):
            if isinstance(n, Call) and n.fn in BINDERS and bound_name(n) in free:
                raise ParseError(
                    f"index {bound_name(n)} is bound by {n.fn} in `{text(t)}`, but it is also free "
                    "in this derivation (index clash); call the bound one by another name"
                )
        loose = (free_names(t) & ctx.indices.keys()) - free
        if loose:
            raise ParseError(
                f"index {', '.join(sorted(loose))} is free in `{text(t)}` but not in the first line"
            )
    for t in trees:
        _nested(t, frozenset())


MAX_NESTED = 4
"""Sums inside sums; each of them may be written out term by term."""


def _nested(t: Tree, bound: frozenset[str]) -> None:

    if isinstance(t, Call) and t.fn in BINDERS:
        if bound_name(t) in bound:
            raise ParseError(f"index {bound_name(t)} is bound twice, one inside the other")
        bound = bound | {bound_name(t)}
        if len(bound) > MAX_NESTED:
            raise ParseError(f"more than {MAX_NESTED} sums or products inside each other")
    for c in children(t):
        if not isinstance(c, (Name, Tup)):
            _nested(c, bound)


def read_all(attempts: Attempts, trees: list[Tree]) -> str:
    """Read every line once; what a law cannot do is a missing proof, not an error of the author."""
    stuck = ""
    for t in trees:
        try:
            if isinstance(t, Call) and t.fn in ("argmax", "argmin"):
                attempts.read(frozenset(), t.args[0])
            else:
                attempts.read(frozenset(), t)
        except StuckError as e:
            stuck = stuck or f"`{text(t)}` could not be read by the prover: {e}"
    return stuck


def check_duties(attempts: Attempts) -> None:
    """Each written denominator and argument of a logarithm must be legitimate.

    Raises
    ------
    UndefinedError : it is not certain, on the declared domain.
    """
    k = attempts.kernel()
    done = set()
    for kind, p, source in k.duties:
        if (kind, p) in done:
            continue
        done.add((kind, p))
        try:
            ok = positive(k, p) or (kind == "nonzero" and positive(k, -p))
            ok = ok or (kind == "nonnegative" and nonnegative(k, p))
            if kind == "nonnegative" and not ok:
                ok = _square_as_written(source, k.ctx)
        except StuckError:
            ok = False
        if not ok:
            word = {"nonzero": "different from 0", "nonnegative": "at least 0"}.get(kind, kind)
            raise UndefinedError(
                f"`{source}` must be {word}, and the declarations do not make sure of it; "
                "declare its domain (positive, unit, simplex, nonzero) or write it differently"
            )


def _square_as_written(source: str, ctx: Context) -> bool:

    t = parse(source)
    return isinstance(t, Bin) and (
        (t.op == "@" and t.a == t.b)
        or (t.op == "**" and isinstance(t.b, Num) and t.b.value % 2 == 0)
    )
