"""Whose grade changed, told: in a terminal, as CSV and as a page."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from .comparison import NEAR, Change, Changes
from .document import document
from .lms.spreadsheet import defused

__all__ = ["Changes", "lines", "to_csv", "to_page"]

STYLE = """
.up { color: var(--good); } .down { color: var(--bad); }
td ul { margin: 0; padding-left: 1.2rem; }
"""


def lines(changes: Changes, most: int) -> Iterable[str]:
    """A line a student, for a terminal; no more than ``most``."""
    for change in changes.changes[:most]:
        cells = "; ".join(
            f"{cell} {_shown(old)} → {_shown(new)} ({why})" for cell, old, new, why in change.cells
        )
        yield (
            f"{change.student:<24} {_shown(change.before):>6} → {_shown(change.after):<6} "
            f"{cells or change.why}"
        )
    if (more := len(changes.changes) - most) > 0:
        yield f"… and {more} more"


def to_csv(changes: Changes) -> str:
    """The changes as CSV: a row for the total of each student, and one for each cell."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["student", "cell", "before", "after", "why"])
    for change in changes.changes:
        rows = [("total", change.before, change.after, change.why), *change.cells]
        for cell, before, after, why in rows:
            numbers = ["" if x is None else f"{round(x, 2):g}" for x in (before, after)]
            table.writerow([defused(change.student), cell, *numbers, defused(why)])
    return out.getvalue()


def to_page(name: str, changes: Changes) -> str:
    """The changes as a page, to lie in the folder of the class report."""
    told = "".join(f"<li>{escape(text)}</li>\n" for text in changes.of_the_set())
    what = f"<ul>\n{told}</ul>" if told else "<p>No graded cell: something that they rest on.</p>"
    rows = "".join(_row(name, change) for change in changes.changes)
    pending = ""
    if changes.pending:
        names = ", ".join(changes.pending[:20]) + (" …" if len(changes.pending) > 20 else "")
        pending = (
            f"<p><strong>{len(changes.pending)} not yet graded with these tests:</strong> "
            f"{escape(names)}.</p>\n"
        )
    table = ""
    if rows:
        table = (
            '<div class="wide" tabindex="0"><table>\n<thead><tr><th>student</th>'
            '<th class="number">before</th><th class="number">after</th><th>why</th></tr></thead>\n'
            f"<tbody>\n{rows}</tbody></table></div>\n"
        )
    title = f"Changed grades: {name}"
    body = f"""<h1>{escape(title)}</h1>
<p>{escape(str(changes))}.</p>
{pending}<h2>What changed in the problem set</h2>
{what}
{_diffs(changes)}<h2>Whose grade changed</h2>
{table or "<p>Nobody's.</p>"}
"""
    return document(title, body, STYLE)


def _row(name: str, change: Change) -> str:
    page = quote(f"../../feedback/{change.student}/{name}/{name}.html")
    before, after = change.before or 0.0, change.after or 0.0
    kind = "up" if after > before + NEAR else "down" if after < before - NEAR else "same"
    cells = "".join(
        f"<li>{escape(cell)}: {_shown(old)} → {_shown(new)}, {escape(why)}</li>"
        for cell, old, new, why in change.cells
    )
    why = f"<ul>{cells}</ul>" if cells else escape(change.why)
    return (
        f'<tr><td><a href="{page}">{escape(change.student)}</a></td>'
        f'<td class="number">{_shown(change.before)}</td>'
        f'<td class="number {kind}">{_shown(change.after)}</td><td>{why}</td></tr>\n'
    )


def _diffs(changes: Changes) -> str:
    parts = []
    for cell, new in changes.after.items():
        old = changes.before.get(cell)
        if old is None or old.source == new.source:
            continue
        diff = difflib.unified_diff(
            old.source.splitlines(), new.source.splitlines(), "before", "after", lineterm="", n=2
        )
        text = escape("\n".join(diff))
        parts.append(
            f"<details><summary>{escape(cell)}, line by line</summary>\n"
            f'<pre tabindex="0">{text}</pre></details>\n'
        )
    return "".join(parts)


def _shown(score: float | None) -> str:
    return "–" if score is None else f"{round(score, 2):g}"
