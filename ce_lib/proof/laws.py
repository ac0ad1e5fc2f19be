"""The laws by name, and the words with which a reason claims them.

A reason is prose for the reader, but not free prose: where it names a law, the step must need that
law; and where it names any law, it must name the heavy ones that the step needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .context import Definition

TITLES = {
    "exp": "laws of exponents",
    "log": "laws of logarithms",
    "sum": "linearity of the sum",
    "product": "logarithm of a product",
    "delta": "the indicator picks one term",
    "facts": "what is known to sum to one",
    "calculus": "differentiation",
    "limit": "limit",
    "cases": "both cases, 0 and 1",
    "onehot": "one-hot",
    "finite": "a finite sum written out",
    "peel": "the last term split off",
    "sign": "positive by its terms",
    "squares": "a square is never negative",
    "root": "the square root is monotone",
    "monotone": "a monotone map keeps the best argument",
}
"""Law -> what the page calls it. Definitions and lemmas carry their own names."""

HEAVY = {"facts", "calculus", "limit", "cases", "monotone"}
"""Laws that a reason which names a law at all may not pass over in silence."""

_WORDS: tuple[tuple[str, set[str]], ...] = (
    (r"laws? of exponents|exponential laws?|exponential of a|adds? the exponents", {"exp"}),
    (r"log(arithm)? of (a|the) product", {"log", "product"}),
    (r"log(arithm)? of (a|the) (quotient|power|exponential|root)|laws? of logarithms", {"log"}),
    (
        r"split the sum|splits? into two sums|linear|constants? (factors? )?out|constant factor",
        {"sum"},
    ),
    (r"pull\w* .*out|out of the sum", {"sum"}),
    (r"one term|only the term|only \w ?= ?\w|survives|indicator", {"delta", "onehot"}),
    (r"sums? to (one|1)|add up to (one|1)|total probability|normalis", {"facts"}),
    (r"unit length|length one|norm one", {"facts"}),
    (r"induction hypothesis", {"facts"}),
    (r"derivativ|differentiat|(chain|product|quotient|power) rule|gradient", {"calculus"}),
    (r"\blimits?\b|\btends? to\b|goes to", {"limit"}),
    (r"both cases|case by case", {"cases", "delta"}),
    (r"one-hot", {"onehot"}),
    (r"written? out|empty (sum|product)", {"finite"}),
    (r"split off", {"peel"}),
    (r"sum of squares|squares? (is|are) never negative", {"squares"}),
    (r"positive|non-negative", {"sign", "squares"}),
    (r"square root", {"root"}),
    (r"monoton|(in|de)creasing", {"monotone"}),
)
_ALGEBRA = (
    r"cancel|common denominator|expand|factor|simplif|multiply|divide|collect|subtract|fraction"
    r"|combine|rearrange|add (and|up)|symmetr|algebra|commut|rename"
)


FORMULA = re.compile(r"\{([^{}]*)\}")
"""Mathematics inside a reason: `divide by {exp(-u)}`."""


def citation(reason: str) -> str:
    """What stands in square brackets: a lemma with its arguments ('' if none)."""
    m = re.search(r"\[(.+)\]", FORMULA.sub("", reason))
    return m[1] if m else ""


def claims(reason: str, definitions: Mapping[str, Definition]) -> list[tuple[str, set[str]]]:
    """The laws that a reason names: (words, laws of which one must be needed).

    The part in square brackets cites a lemma and is not read here.
    """
    prose = re.sub(r"\[.*?\]", "", FORMULA.sub("", reason))
    out: list[tuple[str, set[str]]] = []
    for pattern, laws in _WORDS:
        m = re.search(pattern, prose, re.IGNORECASE)
        if m:
            out.append((m[0], laws))
    m = re.search(r"definitions?( of (the )?(?P<what>[\w\s-]+))?", prose, re.IGNORECASE)
    if m:
        every = {f"definition {n}" for n in definitions}
        what = (m["what"] or "").lower()
        meant = {
            f"definition {n}"
            for n, d in definitions.items()
            if any(w and re.search(rf"\b{re.escape(w)}\b", what) for w in (n.lower(), d.title))
        }
        if meant or not what:  # what has no definition of its own, as u @ v, is no claim
            out.append((m[0].strip(), meant or every))
    return out


def names_algebra(reason: str) -> bool:
    """Does the reason speak of plain algebra?"""
    return bool(re.search(_ALGEBRA, reason, re.IGNORECASE))


def title(law: str) -> str:
    """What the page calls a law."""
    return TITLES.get(law, law.replace("definition ", "definition of "))


def complaint(reason: str, needed: Iterable[str], definitions: Mapping[str, Definition]) -> str:
    """What is wrong with the reason of a true step that needs these laws ('' if nothing is)."""
    laws, named = set(needed), claims(reason, definitions)
    for words, any_of in named:
        if not laws & any_of:
            have = ", ".join(sorted(map(title, laws))) or "algebra alone"
            return f"the reason says `{words}`, but the step does not use it; it needs {have}"
    if not named and not names_algebra(reason):
        return ""
    covered = set().union(*(any_of for _, any_of in named)) if named else set()
    missing = (laws & HEAVY) - covered
    if missing:
        return (
            f"the step also needs {', '.join(sorted(map(title, missing)))}: the reason must say so"
        )
    return ""
