"""How a derivation looks: rows of mathematics with their reasons, and the small mark "checked".

One form serves the site and a running notebook: Markdown with one formula a cell, inside `div`s
that `derivation.css` lays out as a grid. Without the style sheet it is still a readable list.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .language import parse
from .laws import FORMULA, title
from .printer import latex
from .tree import Bin, Call, Index, Name, Num, Tree, children

if TYPE_CHECKING:
    from .context import Context
    from .derivation import Derivation
    from .language import Line


class Printable(Protocol):
    """Lines and what their letters mean."""

    ctx: Context
    lines: list[Line]


ROOM = 30
"""Letters beside each other before the left side gets a line of its own."""

_RELATION = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">"}


def rows(d: Printable) -> list[tuple[str, str, str, str]]:
    """(left side, relation, right side, reason) of every step, as LaTeX and Markdown."""
    out = []
    for n, line in enumerate(d.lines[1:]):
        left = latex(d.lines[0].tree, d.ctx) if n == 0 else ""
        out.append(
            (left, _RELATION[line.relation], latex(line.tree, d.ctx), reason_text(line.reason))
        )
    return out


def reason_text(reason: str) -> str:
    """The reason without what only the machine reads."""
    return re.sub(r"\s*\[[^\[\]]*(\[[^\[\]]*\][^\[\]]*)*\]\s*$", "", reason)


def latex_block(d: Printable) -> str:
    """One `aligned` block, reasons in the last column."""
    lines = []
    for left, relation, right, reason in rows(d):
        note = rf" && \text{{{_mixed(reason, d.ctx, _escape)}}}" if reason else ""
        lines.append(f"{left} &{relation} {right}{note}".lstrip())
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _escape(s: str) -> str:
    return re.sub(r"([_^#$%&{}])", r"\\\1", s)


def markdown(d: Derivation) -> str:
    """Markdown for the site (MyST) and for a notebook.

    Blank lines around the formulas let Markdown read them although they stand inside HTML.
    """
    wide = width(d.lines[0].tree) + max(width(line.tree) for line in d.lines[1:]) > ROOM
    out = [f'<div class="derivation{" derivation-stacked" if wide else ""}">']
    for left, relation, right, reason in rows(d):
        out.append('<div class="derivation-step">')
        out += [_cell("left", _math(left) if left else "")]
        out += [_cell("right", _math(relation + " " + right))]
        out += [_cell("reason", _mixed(reason, d.ctx, _inline))]
        out.append("</div>")
    out.append(_mark(d))
    out.append("</div>")
    return "\n".join([*_own_style(), *out])


def _own_style() -> list[str]:
    """The style sheet itself, where nobody else can bring it: in a notebook that someone runs.

    Jupyter Server names the session of such a notebook; a build of the site has no session.
    """
    if "JPY_SESSION_NAME" not in os.environ:
        return []
    css = (Path(__file__).parent / "derivation.css").read_text(encoding="utf-8")
    lines = [line for line in css.splitlines() if line.strip()]
    return ["<style>", *lines, "</style>", ""]


def width(t: Tree) -> float:
    """About how many letters wide the LaTeX of t is, to choose between two layouts."""
    match t:
        case Num(v):
            return len(str(v))
        case Name(id):
            return 1 if len(id) == 1 or id.endswith("hat") else min(len(id), 3)
        case Index(base, at):
            return width(Name(base)) + 0.6 * sum(map(width, at))
        case Bin("/", a, b):
            return max(width(a), width(b))
        case Bin("**", a, b):
            return width(a) + 0.6 * width(b) + (2 if isinstance(a, Bin) else 0)
        case Bin(op, a, b):
            return width(a) + width(b) + (2 if op in "+-@" else 1)
        case Call("exp", (a,)):
            return 1 + 0.6 * width(a)
        case Call("D", (a, b)):
            return max(2.0, width(b)) + width(a) + 1
        case Call("Sum" | "Prod" | "BitSum" | "Int", (a, *_)):
            return 4 + width(a)
        case Call(fn, args):
            return (
                (1 if fn in ("sigma", "delta", "bce", "entropy") else 5)
                + sum(map(width, args))
                + 1.5
            )
    return 1 + sum(map(width, children(t)))


def _math(tex: str) -> str:
    return rf"$\displaystyle {tex}$"


def _cell(kind: str, body: str) -> str:
    if not body:
        return f'<div class="derivation-{kind}"></div>'
    return f'<div class="derivation-{kind}">\n\n{body}\n\n</div>'


def _mixed(reason: str, ctx: Context, escape: Callable[[str], str]) -> str:
    """A reason whose parts in braces are mathematics."""
    pieces = FORMULA.split(reason)
    return "".join(
        f"${latex(parse(piece), ctx)}$" if n % 2 else escape(piece)
        for n, piece in enumerate(pieces)
    )


def _inline(reason: str) -> str:
    """Reasons are prose: only what Markdown would misread is escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#$|])", r"\\\1", reason)


def _mark(d: Derivation) -> str:
    """The mark: it opens to the declarations, the source, the laws of each step, and the time."""
    source = "\n".join(s.strip() for s in d.source.strip().splitlines())
    for head, more in (("where", d.where), ("given", d.given)):
        if more.strip():
            joined = "; ".join(s.strip() for s in re.split(r"[;\n]", more) if s.strip())
            source = f"{head}: {joined}\n{source}"
    # A blank line would end the HTML block.
    source = "\n".join(line for line in source.splitlines() if line.strip())
    laws = "".join(
        f"<li>{html.escape(', '.join(map(title, s.laws)) or 'algebra')}</li>" for s in d.steps
    )
    return (
        '<details class="derivation-checked">'
        f"<summary>checked</summary><p>{html.escape(d.title)}: {len(d.steps)} "
        f"step{'s' * (len(d.steps) != 1)} proved in {1000 * d.seconds:.0f} ms.</p>"
        f"<pre>{html.escape(source)}</pre><p>Laws that each step needs:</p><ol>{laws}</ol>"
        "</details>"
    )
