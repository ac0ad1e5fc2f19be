"""The generated pages: what is proved (coverage) and what the source got wrong (errata).

Each function returns MyST Markdown.
"""

from __future__ import annotations

from .catalogue import VERDICTS, entries, get
from .catalogue.errata import ERRATA, Erratum
from .display import latex_block
from .errors import RefutedError
from .statements import Hypothesis, Induction, Tangent


def status(label: str) -> str:
    """How a statement stands."""
    s = get(label)
    match s:
        case Hypothesis():
            return s.kind
        case Induction():
            return "proved by induction"
        case Tangent():
            return "proved by convexity"
    steps = len(s.steps)
    return f"proved, {steps} step{'s' * (steps != 1)}"


def coverage(times: bool = True) -> str:
    """A table of all statements: statement, where taught, the source's verdict, status, time.

    Parameters
    ----------
    times : with the milliseconds of this build; without them the text is the same every time.
    """
    head = ["statement", "source", "verdict on the source", "chapter", "status"]
    rows = []
    for e in entries():
        s = get(e.label)
        row = [e.title, ", ".join(e.refs) or "left out", VERDICTS[e.verdict], e.topic]
        row.append(status(e.label))
        if times:
            row.append(f"{1000 * s.seconds:.0f}" if s.seconds else "")
        rows.append(row)
    if times:
        head.append("ms")
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def errata() -> str:
    """The errata as sections, each with the printed line, the objection and the correction."""
    intro = (
        "These are the slips that everyone makes at the board: an index that is used twice, a "
        "sign that goes missing under a bar, a hypothesis that went without saying. The course's "
        "checker found a counterexample to each wrong equation (or could not even read it), and "
        "proved the line that was meant.\n"
    )
    return intro + "\n" + "\n".join(_section(e) for e in ERRATA)


def _section(e: Erratum) -> str:
    title = e.title[0].upper() + e.title[1:]
    refs = ", ".join(e.refs.split())
    out = [f"## {title}\n", f"*{refs}, {e.lines}.* {e.note}\n"]
    if not e.formal:
        out += [f"Printed: {e.printed}.\n", f"Meant: {e.meant}.\n"]
        return "\n".join(out)
    out += ["As printed:\n", _display(e.printed, e), _objection(e)]
    out += ["Corrected, and proved:\n", _display(e.meant, e)]
    e.correction()
    return "\n".join(out)


def _display(text: str, e: Erratum) -> str:
    return f"$$\n{latex_block(Unchecked(e, text))}\n$$\n"


class Unchecked:
    """Just enough of a derivation to be printed; only errata may show what is not proved."""

    def __init__(self, e: Erratum, text: str) -> None:
        from .derivation import declared
        from .language import parse_chain

        self.ctx, self.lines = declared(e.given, e.where), parse_chain(text)


def _objection(e: Erratum) -> str:
    error = e.objection()
    if isinstance(error, RefutedError):
        return (
            f"Counterexample: {error.point}. Then the left side is {error.left} and the right side "
            f"is {error.right}.\n"
        )
    message = str(error).split(": ", 1)[1]
    return f"The checker does not even read it: {message}.\n"
