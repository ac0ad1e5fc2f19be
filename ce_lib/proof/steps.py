"""One step: is `left relation right` proved, and with which laws?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .calculus import INFINITY
from .context import Context
from .decide import is_zero
from .elaborate import Value, Vec, component, elaborate
from .errors import NotProvedError, ParseError, StuckError
from .inequalities import ordered
from .kernel import Kernel
from .laws import HEAVY, claims
from .optima import optimum
from .poly import Poly
from .tree import Call, Tree, text


@dataclass
class Attempts:
    """All attempts at the steps of one derivation; readings are kept, since steps share lines."""

    ctx: Context
    facts: tuple[tuple[Tree, Tree], ...] = ()
    _kernels: dict[frozenset[str], Kernel] = field(default_factory=dict)
    _read: dict[tuple[frozenset[str], Tree], tuple[Value, frozenset[str]]] = field(
        default_factory=dict
    )

    def kernel(self, off: frozenset[str] = frozenset()) -> Kernel:
        """The kernel without some laws."""
        if off not in self._kernels:
            k = Kernel(self.ctx, off)
            for left, right in self.facts:
                a, b = elaborate(k, left), elaborate(k, right)
                assert isinstance(a, Poly)
                assert isinstance(b, Poly)
                if not k.add_fact(a, b) and not off:
                    raise ParseError("the induction hypothesis is of no form that could be used")
            k.used.clear()
            k.duties.clear()
            self._kernels[off] = k
        return self._kernels[off]

    def read(self, off: frozenset[str], t: Tree) -> tuple[Value, frozenset[str]]:
        """The normal form of a line and the laws that made it."""
        key = (off, t)
        if key not in self._read:
            k = self.kernel(off)
            before, k.used = k.used, set()
            value = elaborate(k, t)
            self._read[key] = (value, frozenset(k.used))
            k.used = before
        return self._read[key]

    def proved(
        self, a: Tree, relation: str, b: Tree, reason: str, off: Iterable[str]
    ) -> set[str] | None:
        """The laws that fired in a proof without the laws `off`, or None if there is none."""
        without = frozenset(off)
        k = self.kernel(without)
        k.used = set()
        try:
            if isinstance(a, Call) and a.fn in ("argmax", "argmin"):
                done = optimum(k, a, b, relation)
            else:
                x, used_x = self.read(without, a)
                y, used_y = self.read(without, b)
                k.used |= used_x | used_y
                done = _related(k, x, relation, y, a, b, reason)
        except (StuckError, RecursionError):
            return None
        return set(k.used) if done else None

    def needed(self, a: Tree, relation: str, b: Tree, reason: str) -> set[str]:
        """The least set of laws with which the step is proved.

        Laws are dropped one by one, those that the reason names last, so that a step that can be
        seen in two ways is seen in the way that the author says.

        Raises
        ------
        NotProvedError : there is no proof with all laws.
        """
        named = set().union(*(laws for _, laws in claims(reason, self.ctx.defs)), set())
        used = None
        if "squares" in named and "sign" not in named:  # both would do: the author says which
            used = self.proved(a, relation, b, reason, ("sign",))
        if used is None:
            used = self.proved(a, relation, b, reason, ())
        if used is None:
            raise NotProvedError(f"{text(a)} {relation} {text(b)}")
        out: set[str] = set()
        order = sorted(used, key=lambda law: (law in named, law not in HEAVY, law))
        for law in order:
            again = None
            if law in used and not law.startswith("lemma "):
                again = self.proved(a, relation, b, reason, out | {law})
            if again is not None and again <= used:
                out.add(law)
                used = again
        return used


def _related(k: Kernel, x: Value, relation: str, y: Value, a: Tree, b: Tree, reason: str) -> bool:
    if isinstance(x, Vec) or isinstance(y, Vec):
        shapes = [v.ranges for v in (x, y) if isinstance(v, Vec)]
        if relation != "=" or len(shapes) != 2:
            raise ParseError("vectors can only be equal, and only to vectors")
        ranges = next((r for r in shapes if None not in r), shapes[0])
        if any(r != ranges and r != (None,) for r in shapes):
            raise ParseError("the two sides have different sizes")
        at = tuple(k.fresh(r)[1] for r in ranges)
        return is_zero(k, component(x, at) - component(y, at))
    infinite = {INFINITY, -INFINITY}
    if x in infinite or y in infinite:
        return relation == "=" and x == y
    if any("infinity" in p.key for p in (x, y)):
        raise ParseError("oo can only be a whole side of a step")
    if relation == "=":
        return is_zero(k, x - y)
    low, high = (x, y) if relation in ("<=", "<") else (y, x)
    low_tree, high_tree = (a, b) if relation in ("<=", "<") else (b, a)
    return ordered(
        k,
        low,
        high,
        low_tree,
        high_tree,
        ("<" in relation and "=" not in relation) or relation == ">",
        reason,
    )
