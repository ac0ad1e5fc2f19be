"""The page that a student gets back: every answer, what each test said about it, and the points.

One file with no script and no request to anywhere. Everything in it that a student wrote is
escaped, so no page can act on whoever opens it.
"""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from typing import Any

from .document import document
from .entries import Manual
from .hidden import HIDDEN
from .problem import Problem

__all__ = ["MADE_FROM", "failure_page", "feedback_page", "made_from"]

#: The name under which a page says what it was made from.
MADE_FROM = "made-from"

#: Characters of a line that a phone shows in one, and lines that get an indent of their own.
SHORT_LINE, MANY_LINES = 30, 500

STYLE = """
body { max-width: 52rem; }
.stdout { white-space: pre-wrap; overflow-wrap: anywhere; }
.stdout span { --in: calc(var(--n) * 1ch); display: block; }
.stdout span { padding-left: var(--in); text-indent: calc(-1 * var(--in)); }
@media (max-width: 30rem) { .stdout { font-size: .8rem; } }
section { border-left: 4px solid var(--line); padding-left: .8rem; margin: .8rem 0; }
section.full { border-color: var(--good); }
section.part { border-color: var(--bad); }
h3 { margin: .2rem 0; font-size: 1rem; }
.points { float: right; padding-left: 1rem; font-variant-numeric: tabular-nums; }
h3::after { content: ''; display: block; clear: both; }
.error { border: 1px solid var(--bad); }
img { max-width: 100%; background: #fff; }
"""


def feedback_page(
    problem: Problem,
    student: str,
    notebook: dict[str, Any],
    scores: dict[str, float | None],
    manual: Manual,
    notes: list[str],
    penalty: float = 0.0,
) -> str:
    """Render one student's page.

    Parameters
    ----------
    problem : Problem
        The problem set.
    student : str
        Whose page it is.
    notebook : dict
        The graded notebook.
    scores : dict
        ``grade_id -> points``, None where a person has to judge.
    manual : Manual
        What persons have already entered; it takes precedence.
    notes : list of str
        What was odd about the file that was handed in.
    penalty : float
        Points taken off because it was late.
    """
    final: dict[str, float | None] = {}
    for name, score in scores.items():
        hand, extra = manual.scores.get(name, (None, None))
        score = score if hand is None else hand
        final[name] = score if score is None else score + (extra or 0.0)
    title = next((h for c in problem.cells if (h := _heading(c.source, 1))), problem.name)
    total = sum(problem.max_scores.values())
    earned = sum(score or 0.0 for score in final.values()) - penalty
    waiting = sum(problem.max_scores[name] for name, score in final.items() if score is None)
    open_points = f" {waiting:g} points are still to be graded by hand." if waiting else ""
    digest = made_from(scores, manual, notes, penalty)
    about = f'<meta name="{MADE_FROM}" content="{digest}">\n'
    parts = [
        f"<h1>{escape(title)}</h1>\n<p>{escape(student)}: "
        f"<strong>{earned:g} of {total:g} points</strong>.{open_points}</p>\n"
    ]
    if penalty:
        parts.append(f"<p>It was handed in late: {penalty:g} points are taken off.</p>\n")
    parts += [f"<p>{escape(note)}</p>\n" for note in notes]
    for cell, made in zip(problem.cells, notebook["cells"], strict=True):
        if cell.kind in ("locked", "text") and not cell.code and (head := _heading(cell.source, 2)):
            parts.append(f"<h2>{escape(head)}</h2>\n")
        elif cell.kind == "solution":
            parts.append("<h3>Your answer</h3>\n" + _source(made["source"]))
            parts.append(_outputs(made.get("outputs", [])))
        elif cell.kind == "manual":
            comment = manual.comments.get(cell.id, "")
            parts.append(_by_hand(made, final[cell.id], cell.points, comment))
        elif cell.kind == "test":
            parts.append(_test(cell.id, made, final[cell.id] or 0.0, cell.points))
        elif cell.code and made.get("outputs"):
            parts.append(_outputs(made["outputs"]))
    return document(f"{title}: {student}", "".join(parts), STYLE, figures=True, about=about)


def made_from(
    scores: dict[str, float | None], manual: Manual, notes: list[str], penalty: float
) -> str:
    """A digest of what a page says beside the notebook; parameters as for `feedback_page`."""
    hand = {
        cell: (score, extra or 0.0)
        for cell, (score, extra) in manual.scores.items()
        if score is not None or extra
    }
    said = {cell: text for cell, text in manual.comments.items() if text}
    # a gradebook keeps whole numbers and fractions alike, and some characters not at all
    points = {cell: score if score is None else float(score) for cell, score in scores.items()}
    note = "; ".join(notes).replace("\0", "\N{REPLACEMENT CHARACTER}")
    text = json.dumps([points, hand, said, note, float(penalty)], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def failure_page(problem: Problem, student: str, reason: str) -> str:
    """Render the page of a submission that could not be graded."""
    return document(
        f"{problem.name}: {student}",
        f"<h1>{escape(problem.name)} could not be graded</h1>\n"
        f"<p>{escape(student)}: {escape(reason)}. No points are recorded, not even zero.</p>\n",
        STYLE,
    )


def _heading(source: str, level: int) -> str:
    found = re.search(rf"^#{{{level}}} +(.+)$", source, re.MULTILINE)
    return found[1].replace("`", "") if found else ""


def _source(text: str) -> str:
    return f'<pre tabindex="0"><code>{escape(text)}</code></pre>\n'


def _points(earned: float | None, most: float) -> str:
    shown = "to be graded by hand" if earned is None else f"{earned:g} of {most:g}"
    return f'<span class="points">{shown}</span>'


def _test(name: str, made: dict[str, Any], earned: float, most: float) -> str:
    said = [output for output in made["outputs"] if output["output_type"] != "execute_result"]
    return (
        f'<section class="{"full" if earned >= most else "part"}">\n'
        f"<h3>Test {escape(name)}{_points(earned, most)}</h3>\n{_outputs(said)}</section>\n"
    )


def _by_hand(made: dict[str, Any], earned: float | None, most: float, comment: str) -> str:
    said = f"<p><strong>Comment:</strong> {escape(comment)}</p>\n" if comment else ""
    return (
        f"<section>\n<h3>Your answer{_points(earned, most)}</h3>\n{_source(made['source'])}"
        f"{_outputs(made.get('outputs', []))}{said}</section>\n"
    )


def _lines(text: str) -> str:
    """Text whose long lines go on, where a screen is narrow, below where they began."""
    lines = text.splitlines(keepends=True)
    if len(lines) > MANY_LINES:
        return escape(text)
    shown = []
    for line in lines:
        begins = len(line) - len(line.lstrip(" ")) + 2
        long = len(line) > SHORT_LINE
        shown.append(f'<span style="--n:{begins}">{escape(line)}</span>' if long else escape(line))
    return "".join(shown)


def _outputs(outputs: list[dict[str, Any]]) -> str:
    shown = []
    for output in outputs:
        if output.get("metadata", {}).get(HIDDEN):
            continue
        if output["output_type"] == "stream":
            shown.append(f'<pre class="stdout" tabindex="0">{_lines(output["text"])}</pre>\n')
        elif output["output_type"] == "error":
            text = "\n".join(output["traceback"])
            shown.append(f'<pre class="error" tabindex="0">{escape(text)}</pre>\n')
        elif picture := output.get("data", {}).get("image/png"):
            # checked before to be base64 and nothing else
            shown.append(
                f'<img alt="the figure of this cell" src="data:image/png;base64,{picture}">\n'
            )
        else:
            shown.append(
                f'<pre tabindex="0">{escape(output["data"].get("text/plain", ""))}</pre>\n'
            )
    return "".join(shown)
