"""Statements that are more than one chain: an induction, a tangent, and a named hypothesis.

Each is checked when it is made. What is *not* checked is the meta-theorem that turns the parts into
the statement, and each class says which one it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from .derivation import Derivation, declared
from .errors import ParseError
from .inequalities import new_lemma
from .language import parse
from .tree import Bin, Name, Num, Tree, children, rebuild


class _InParts:
    """A statement that its parts make up, each of them proved."""

    parts: tuple[Derivation, ...]

    def markdown(self) -> str:
        """The parts, one after the other, each under its title."""
        return "\n\n".join(f"{p.title}\n\n{p.markdown()}" for p in self.parts)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": self.markdown(), "text/plain": repr(self)}


class Induction(_InParts):
    """`left = right` for all n, by induction from n = `start`.

    Meta-theorem: the principle of induction.

    Parameters
    ----------
    left, right : the claim, as text that contains the natural number `over`.
    base : a chain from left to right at n = start (without the first line's reason).
    step : a chain from left to right at n + 1, which may use the claim at n
        ("induction hypothesis").

    Raises
    ------
    ProofError : a part is wrong, or does not begin or end with what the claim says.
    """

    def __init__(
        self,
        title: str,
        left: str,
        right: str,
        base: str,
        step: str,
        over: str = "n",
        start: int = 0,
        given: str = "",
        where: str = "",
        label: str = "",
    ) -> None:
        self.title, self.left, self.right, self.over, self.start = title, left, right, over, start
        self.label = label
        ctx = declared(given, where)
        if over not in ctx.naturals or start not in (0, 1):
            raise ParseError(f"{title}: declare `{over}: natural`, and start at 0 or 1")
        claim = parse(left), parse(right)
        self.base = Derivation(f"{title}: the case {over} = {start}", base, given, where)
        self.step = Derivation(
            f"{title}: from {over} to {over} + 1", step, given, where, facts=(claim,)
        )
        one_more = Bin("+", Name(over), Num(1))
        for part, value in ((self.base, Num(start)), (self.step, one_more)):
            first, last = part.lines[0].tree, part.lines[-1].tree
            wanted = tuple(tidy(replace_name(t, over, value)) for t in claim)
            if part.relation != "=" or (tidy(first), tidy(last)) != wanted:
                raise ParseError(f"{part.title} must lead from one side of the claim to the other")
        self.parts = (self.base, self.step)
        self.seconds = sum(p.seconds for p in self.parts)

    @property
    def claim(self) -> str:
        """The statement as source text."""
        return f"{self.left} = {self.right} for all {self.over} >= {self.start}"

    def __repr__(self) -> str:
        return f"<Induction {self.title!r}: base and step checked>"


class Tangent(_InParts):
    """`left <= right` for all x > 0, because right - left is convex and touches 0 at x = `at`.

    Meta-theorem: a function with f(a) = 0, f'(a) = 0 and f'' > 0 on an interval is non-negative
    there, and zero only at a (Taylor with the remainder of Lagrange).

    The lemma can then be cited in square brackets by its title.
    """

    def __init__(self, title: str, left: str, right: str, at: int = 1, label: str = "") -> None:
        self.title, self.left, self.right, self.label = title, left, right, label
        f, given = f"({right}) - ({left})", "x: positive"
        self.parts = (
            Derivation(f"{title}: the two sides touch", f"at({f}, x, {at})\n = 0", given),
            Derivation(
                f"{title}: with the same slope", f"at(D({f}, x), x, {at})\n = 0 ; derivative", given
            ),
            Derivation(f"{title}: and the gap is convex", f"D(D({f}, x), x)\n > 0", given),
        )
        new_lemma(title, given, parse(left), parse(right))
        self.seconds = sum(p.seconds for p in self.parts)

    @property
    def claim(self) -> str:
        """The statement as source text."""
        return f"{self.left} <= {self.right} for x > 0"

    def __repr__(self) -> str:
        return f"<Tangent {self.title!r}: three parts checked>"


@dataclass(frozen=True)
class Hypothesis:
    """What is assumed, not proved: a definition, a convention or a property of the data."""

    title: str
    text: str
    kind: str = "hypothesis"
    label: str = ""

    seconds: float = 0.0
    parts: tuple[Derivation, ...] = ()

    @property
    def claim(self) -> str:
        """The assumption in words."""
        return self.text

    def markdown(self) -> str:
        """One sentence."""
        return f"**{self.title}** ({self.kind}). {self.text}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": self.markdown(), "text/plain": f"{self.title}: {self.text}"}


Statement = Derivation | Induction | Tangent | Hypothesis


def replace_name(t: Tree, name: str, value: Tree) -> Tree:
    """Every occurrence of a size replaced."""
    if t == Name(name):
        return value
    return rebuild(t, tuple(replace_name(c, name, value) for c in children(t)))


def tidy(t: Tree) -> Tree:
    """n+1-1 and 0-1 in ranges are written shorter by a human: compare up to sums of numbers."""
    t = rebuild(t, tuple(tidy(c) for c in children(t)))
    match t:
        case Bin("-", Bin("+", a, Num(p)), Num(q)) if p == q:
            return a
        case Bin("-", Num(p), Num(q)) if p >= q:
            return Num(p - q)
    return t
