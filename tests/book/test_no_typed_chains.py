"""No chain of equalities is typed by hand: what is derived is derived by the checker.

A single equation may be typed, since it only states; `a = b = c` claims two steps and proves none.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^\s*(`{3,}|:{3,})(?:\{([\w:-]+)\})?(.*)$")
_MATH_DIRECTIVE = re.compile(r"^```\{math\}(.*?)^```", re.MULTILINE | re.DOTALL)
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$([^$\n]+(?:\n[^$\n]+)?)\$(?!\$)")
#: Where an equals sign names an event, a limit or a case, and equates nothing.
_BRACES = re.compile(r"[_^]\s*\{[^{}]*\}|\\text\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]")
_CASES = re.compile(r"\\begin\{cases\}.*?\\end\{cases\}", re.DOTALL)
#: A line break before an equals sign goes on with the line above.
_CONTINUED = re.compile(r"\\\\(?:&|\\q?quad|\s)*(?==)")
#: What separates one statement from the next inside a formula.
_SEPARATORS = re.compile(r"\\q?quad|\\\\|\\;|,|;|\\text\b|\\Rightarrow|\\iff|\\implies")
_NUMBER = re.compile(r"[\d.+\-*/\s\\,{}()]|\\(?:cdot|d?frac|tfrac|left|right|approx|ldots|dots)")


def without_code(text: str) -> str:
    """The page without its code: code cells and plain code blocks, whatever stands around them."""
    kept: list[str] = []
    fences: list[tuple[str, bool]] = []  # the fence and whether it holds code
    for line in text.splitlines():
        fence = _FENCE.match(line)
        in_code = bool(fences) and fences[-1][1]
        if fence and fences and line.strip() == fences[-1][0]:
            if not fences.pop()[1]:
                kept.append(line)
        elif fence and not in_code:
            code = fence[2] in (None, "code-cell")
            fences.append((fence[1], code))
            if not code:
                kept.append(line)
        elif not in_code:
            kept.append(line)
    return "\n".join(kept)


def typed_chains(text: str) -> list[str]:
    """The formulas of a MyST page that chain two or more equalities.

    Arithmetic alone, such as 2 * 3 + 4 = 6 + 4 = 10, is a worked number and no derivation.
    """
    prose = without_code(text)
    formulas = [m[1] for m in _MATH_DIRECTIVE.finditer(prose)]
    prose = _MATH_DIRECTIVE.sub("", prose)
    formulas += [m[1] for m in _DISPLAY.finditer(prose)]
    formulas += [m[1] for m in _INLINE.finditer(_DISPLAY.sub("", prose))]
    found = []
    for formula in formulas:
        plain, before = _CASES.sub("C", _CONTINUED.sub(" ", formula)), ""
        while plain != before:
            before, plain = plain, _BRACES.sub("", plain)
        for part in _SEPARATORS.split(plain):
            sides = re.split(r"(?<![!<>:])=(?!=)", part)
            symbolic = [side for side in sides[1:] if _NUMBER.sub("", side)]
            if len(sides) > 2 and len(symbolic) > 1:
                found.append(" ".join(formula.split()))
                break
    return found


PAGES = sorted([*(ROOT / "book").glob("*.md"), *(ROOT / "solutions").glob("*/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_page_types_a_chain_of_equalities(page: Path) -> None:
    assert typed_chains(page.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "$$\na = b = c\n$$\n",
        "so $s'(u) = s(u)(1 - s(u)) = s(u) s(-u)$.",
        "$$\n\\begin{aligned} a &= b \\\\ &= c \\end{aligned}\n$$",
        "```{math}\n\\sum_{k=0}^{n} k = x = y\n```\n",
        "```{flashcard} id\nWhat?\n---\n$a = b = c$\n```\n",
    ],
)
def test_a_typed_chain_is_found(text: str) -> None:
    assert typed_chains(text)


@pytest.mark.parametrize(
    "text",
    [
        "$$\\sum_{k=0}^{d-1} u_k v_k = x$$",
        "$a = 1$, $b = 2$",
        "$a = 1, \\quad b = 2$",
        "$2 \\cdot 3 + 4 = 6 + 4 = 10$",
        "```{code-cell}\nx = y = '$a = b = c$'\n```\n",
        "$P(Y_0 = y_0, X = x) = p$",
        "$y_k = \\begin{cases} 1 & k = c \\\\ 0 & k = d \\end{cases}$",
        "$$\\begin{aligned} &P(Y = y) \\\\ &\\quad = p \\end{aligned}$$",
    ],
)
def test_a_single_statement_is_no_chain(text: str) -> None:
    assert typed_chains(text) == []
