"""A derivation: checked when it is made, or not made at all."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from . import laws
from .builtins import base_context
from .context import Context
from .errors import (
    NotProvedError,
    ParseError,
    ProofError,
    ReasonError,
    RefutedError,
)
from .inequalities import new_lemma
from .language import Line, parse, parse_chain, parse_given, parse_where
from .refute import Counterexample, refute
from .steps import Attempts
from .tree import Tree
from .wellformed import check_duties, check_indices, check_names, overall, read_all

MORE_TRIES = 60
"""Points at which a step is tried that could not be proved, before that is reported."""


@dataclass(frozen=True)
class Step:
    """One checked step: its line, and the least set of laws that proves it."""

    line: Line
    laws: tuple[str, ...]


class Derivation:
    """A chain of equalities and inequalities in which every step is proved.

    Parameters
    ----------
    title : what the reader sees above it.
    text : first expression, then lines `relation expression ; reason`.
    given : declarations, e.g. `"u: real; i, j: 1..n; y: simplex[n]"`.
    where : own definitions, e.g. `"yhat[i] = softmax(z, i)"`.
    tex : LaTeX for names, where the default does not fit.
    label : name in the catalogue, for cross references.

    Raises
    ------
    ParseError, RefutedError, NotProvedError, UndefinedError, ReasonError : see `errors`.

    Examples
    --------
    >>> d = Derivation("reflection", given="u: real", text='''
    ...     1 - sigma(u)
    ...     = exp(-u)/(1 + exp(-u))   ; definition of the sigmoid
    ...     = sigma(-u)               ; definition of the sigmoid
    ... ''')
    >>> d.relation
    '='
    """

    def __init__(
        self,
        title: str,
        text: str,
        given: str = "",
        where: str = "",
        *,
        tex: Mapping[str, str] | None = None,
        label: str = "",
        facts: tuple[tuple[Tree, Tree], ...] = (),
        refuter: bool = True,
    ) -> None:
        start = time.perf_counter()
        self.title, self.source, self.given, self.where = title, text, given, where
        self.facts = facts
        self.label = label or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        self.ctx = declared(given, where, tex)
        try:
            self.lines = parse_chain(text)
            self._check(facts, refuter)
        except ProofError as e:
            if not getattr(e, "named", False):
                e.args = (f"{title}: {e}",)
                e.named = True  # type: ignore[attr-defined]
            raise
        self.seconds = time.perf_counter() - start

    def _check(self, facts: tuple[tuple[Tree, Tree], ...], refuter: bool) -> None:
        lines = self.lines
        trees, relations = [x.tree for x in lines], [x.relation for x in lines[1:]]
        self.relation = overall(relations)
        for line in lines:
            for piece in laws.FORMULA.findall(line.reason):
                parse(piece)  # what the page will show as mathematics must be readable
        for t in trees:
            check_names(t, self.ctx)
        check_indices(trees, self.ctx)
        attempts = Attempts(self.ctx, facts)
        stuck = read_all(attempts, trees)
        found = refute(self.ctx, trees, relations) if refuter else None
        if found:
            raise refutation(lines, found)
        check_duties(attempts)
        if stuck:
            raise NotProvedError(stuck)
        self.steps = []
        for n in range(1, len(lines)):
            a, b = lines[n - 1], lines[n]
            try:
                needed = attempts.needed(a.tree, b.relation, b.tree, b.reason)
            except NotProvedError:
                late = refute(self.ctx, trees, relations, n, MORE_TRIES) if refuter else None
                if late:
                    raise refutation(lines, late) from None
                raise NotProvedError(
                    f"step {n} could not be proved (and no counterexample was found)\n"
                    f"      {a.source}\n   {b.relation}  {b.source}"
                ) from None
            wrong = laws.complaint(b.reason, needed, self.ctx.defs)
            if wrong:
                raise ReasonError(
                    f"step {n} is true, but {wrong}\n"
                    f"      {a.source}\n   {b.relation}  {b.source}   ; {b.reason}"
                )
            self.steps.append(Step(b, tuple(sorted(needed))))

    @property
    def laws(self) -> tuple[str, ...]:
        """All laws that the derivation needs."""
        return tuple(sorted({law for s in self.steps for law in s.laws}))

    @property
    def claim(self) -> str:
        """First and last expression, as source text."""
        return f"{self.lines[0].source} {self.relation} {self.lines[-1].source}"

    def latex(self) -> str:
        """The whole chain as one aligned block."""
        from .display import latex_block

        return latex_block(self)

    def markdown(self) -> str:
        """What the site and a notebook show."""
        from .display import markdown

        return markdown(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": self.markdown(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Derivation {self.title!r}: {len(self.steps)} steps, checked>"


def declared(given: str, where: str, tex: Mapping[str, str] | None = None) -> Context:
    """The context of the course with more declarations."""
    ctx = base_context()
    # Definitions of the course may be covered by own names: only what is used is in the way.
    for name in _own_names(given, where) & set(ctx.defs):
        del ctx.defs[name]
        ctx.tex.pop(name, None)
    parse_given(given, ctx)
    parse_where(where, ctx)
    ctx.tex.update(tex or {})
    return ctx


def _own_names(given: str, where: str) -> set[str]:
    names = {n.strip() for part in re.split(r"[;\n]", given) for n in part.split(":")[0].split(",")}
    return names | {m[0] for p in re.split(r"[;\n]", where) if (m := re.match(r"\w+", p.strip()))}


def refutation(lines: list[Line], c: Counterexample) -> RefutedError:
    """The message for a false step."""
    a, b = lines[c.step - 1], lines[c.step]
    reason = f"  (reason given: {b.reason})" if b.reason else ""
    return RefutedError(
        f"step {c.step} is false{reason}\n"
        f"      {a.source}\n   {b.relation}  {b.source}\n"
        f"   counterexample: {c.point}\n   left  = {c.left}\n   right = {c.right}",
        c.point,
        c.left,
        c.right,
    )


class LemmaDerivation(Derivation):
    """A proved inequality `left <= right` that later derivations may cite in square brackets."""

    def __init__(
        self, title: str, text: str, given: str = "", where: str = "", *, label: str = ""
    ) -> None:
        super().__init__(title, text, given, where, label=label)
        if self.relation not in ("<=", ">="):
            raise ParseError("a lemma ends with an inequality")
        first, last = self.lines[0].tree, self.lines[-1].tree
        low, high = (first, last) if self.relation == "<=" else (last, first)
        new_lemma(title, given, low, high)
