"""Grade a student's derivation by proof, step by step.

The student writes a chain in the language; the exercise fixes its first and last line. Each step is
worth the same, and earns its share if it is proved; a false step is answered with a counterexample.
Nothing of the text is ever evaluated as Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .derivation import declared
from .errors import NotProvedError, ParseError, ProofError, StuckError
from .language import Line, parse, parse_chain
from .laws import HEAVY, citation, complaint
from .refute import refute
from .steps import Attempts
from .tree import Bin, Call, Neg, Num, Tree, children, rebuild, text, walk
from .wellformed import check_duties, check_indices, check_names

MAX_STEPS = 30

#: Characters of a step whose verdict is remembered: in a class many take the same steps.
SHORT = 1000


@dataclass(frozen=True)
class StepVerdict:
    """One step: whether it earns its share, and what the student should read."""

    step: int
    source: str
    ok: bool
    message: str


@dataclass(frozen=True)
class Grade:
    """The grade of a derivation.

    score : share of the points, between 0 and 1.
    steps : verdict of each step.
    message : what is wrong with the derivation as a whole ('' if nothing is).
    """

    score: float
    steps: tuple[StepVerdict, ...]
    message: str

    @property
    def ok(self) -> bool:
        """Full marks?"""
        return self.score == 1.0

    def __str__(self) -> str:
        lines = [self.message] if self.message else []
        for s in self.steps:
            lines.append(f"step {s.step}: {'right' if s.ok else s.message}")
        return "\n".join([*lines, f"{100 * self.score:.0f} % of the points"])


def grade(
    student: str,
    start: str,
    end: str,
    given: str = "",
    where: str = "",
    *,
    least_steps: int = 2,
    heavy_per_step: int = 1,
    strict: bool = False,
) -> Grade:
    """Grade a derivation.

    Parameters
    ----------
    student : the student's chain; anything but a chain in the language scores 0 with a message.
    start, end : what its first and last line must be, written in this way up to spaces.
    given, where : declarations, as for `Derivation`.
    least_steps : a chain of fewer steps loses in proportion: a leap is no derivation.
    heavy_per_step : how many of the heavy laws (differentiation, a limit, a case split, a known
        sum) one step may use; more is a leap as well.
    strict : a step that uses a heavy law may not unfold or fold a definition as well, so that the
        steps cannot be taken all at once.

    Returns
    -------
    Grade : never raises for whatever the student wrote.

    Raises
    ------
    ParseError : the exercise itself (start, end, given, where) is wrong.
    """
    ctx = declared(given, where)
    first, last = parse(start), parse(end)
    if not isinstance(student, str) or not student.strip():
        return Grade(0.0, (), "There is no derivation yet: write it as text between the quotes.")
    try:
        lines = parse_chain(student)
        trees = [line.tree for line in lines]
        for t in trees:
            check_names(t, ctx)
        check_indices(trees, ctx)
        if len(lines) > MAX_STEPS + 1:
            raise ParseError(f"more than {MAX_STEPS} steps are more than we read")
        if any(line.relation != "=" for line in lines[1:]):
            raise ParseError("only equalities are asked for here")
        if any(citation(line.reason) for line in lines):
            raise ParseError("no lemmas can be cited here")
    except (ParseError, RecursionError) as e:
        return Grade(0.0, (), f"Your derivation cannot be read: {e}")
    steps = tuple(
        _verdict(n, lines[n - 1], lines[n], given, where, heavy_per_step, strict)
        for n in range(1, len(lines))
    )
    wrong = []
    if trees[0] != first:
        wrong.append(f"It must start with `{text(first)}`.")
    if trees[-1] != last:
        wrong.append(f"It must end with `{text(last)}`.")
    # a line in another order is fair, but it counts neither for nor against
    repeats = _repeats(trees)
    expected = max(least_steps, len(steps) - repeats)
    if len(steps) < least_steps:
        wrong.append(f"Show at least {least_steps} steps; you have {len(steps)}.")
    right = max(0, sum(s.ok for s in steps) - repeats)
    # Steps that lead from or to the wrong place are worth nothing: only the chain is asked for.
    if trees[0] != first:
        right = 0
    elif trees[-1] != last:
        expected = max(expected, right + 1)
    score = right / expected
    return Grade(score, steps, " ".join(wrong))


def _repeats(trees: list[Tree]) -> int:
    """Lines that were there before prove nothing new, nor with + 0 or * 1 or in another order."""
    return len(trees) - len({_plain(t) for t in trees})


def _plain(t: Tree) -> Tree:
    """Without + 0, - 0, * 1, / 1, ** 1 and double minus; sums and products sorted."""
    t = rebuild(t, tuple(_plain(c) for c in children(t)))
    zero, one = Num(0), Num(1)
    match t:
        case Neg(Neg(x)):
            return x
        case Bin("+" | "-", a, b) if b == zero:
            return a
        case Bin("+", a, b) if a == zero:
            return b
        case Bin("*" | "/" | "**", a, b) if b == one:
            return a
        case Bin("*", a, b) if a == one:
            return b
        case Bin("+" | "*" as op, _, _):
            out, *rest = sorted(_operands(t, op), key=text)
            for x in rest:
                out = Bin(op, out, x)
            return out
    return t


def _operands(t: Tree, op: str) -> list[Tree]:
    if isinstance(t, Bin) and t.op == op:
        return _operands(t.a, op) + _operands(t.b, op)
    return [t]


def _verdict(
    n: int, a: Line, b: Line, given: str, where: str, heavy: int, strict: bool
) -> StepVerdict:
    if len(a.source) + len(b.source) + len(b.reason) > SHORT:
        return _step(n, a, b, Attempts(declared(given, where)), heavy, strict)
    return _remembered(n, a, b, given, where, heavy, strict)


@lru_cache(maxsize=1000)
def _remembered(
    n: int, a: Line, b: Line, given: str, where: str, heavy: int, strict: bool
) -> StepVerdict:
    """What `_step` says: it depends on nothing but these."""
    return _step(n, a, b, Attempts(declared(given, where)), heavy, strict)


def _step(n: int, a: Line, b: Line, attempts: Attempts, heavy: int, strict: bool) -> StepVerdict:
    def verdict(ok: bool, message: str = "") -> StepVerdict:
        return StepVerdict(n, f"{a.source} = {b.source}", ok, message)

    ctx = attempts.ctx
    try:
        if any(
            isinstance(x, Call) and x.fn.startswith("arg") for t in (a, b) for x in walk(t.tree)
        ):
            return verdict(False, "no arg max is asked for here")
        for t in (a.tree, b.tree):
            attempts.read(frozenset(), t)
        found = refute(ctx, [a.tree, b.tree], ["="], seed=n, tries=8)
        if found:
            return verdict(
                False,
                f"this is false, for example for {found.point}: the left side is {found.left}, "
                f"the right side is {found.right}",
            )
        needed = attempts.needed(a.tree, "=", b.tree, b.reason)
        check_duties(attempts)
    except (NotProvedError, StuckError, RecursionError):
        return verdict(False, "this could not be proved; make smaller steps")
    except ProofError as e:
        return verdict(False, str(e))
    except (ArithmeticError, ValueError, KeyError, TypeError, AttributeError) as e:
        return verdict(False, f"this cannot be read as mathematics ({type(e).__name__})")
    defined = any(law.startswith("definition") for law in needed)
    if len(needed & HEAVY) > heavy or (strict and needed & HEAVY and defined):
        return verdict(False, "this is true, but a leap: make smaller steps")
    wrong = complaint(b.reason, needed, ctx.defs)
    return verdict(not wrong, f"this is true, but {wrong}" if wrong else "")
