"""The class report: one self-contained HTML page, from scores to single tests."""

from __future__ import annotations

import os
import statistics
from html import escape
from pathlib import Path
from urllib.parse import quote

from .engine import write_whole
from .records import Record, Status

__all__ = ["summary", "write_report"]

STYLE = """
:root { color-scheme: light dark; --line: #8886; --bar: #2a6fb0; --note: #a33a00; }
@media (prefers-color-scheme: dark) { :root { --bar: #6db3f2; --note: #ffb27a; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
td.number, td:nth-child(2) { white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.failed td:nth-child(2) { color: var(--note); font-weight: 600; }
.bar { display: inline-block; height: .7rem; background: var(--bar); border-radius: 2px; }
.track { display: inline-block; width: 9rem; border: 1px solid var(--line); line-height: .7rem; }
"""


def summary(records: list[Record]) -> str:
    """One line on the class: how many are graded, wait for a person, or failed; and the median."""
    count = {status: sum(record.status is status for record in records) for status in Status}
    scores = [record.score for record in records if record.score is not None]
    text = (
        f"{len(records)} submissions: {count[Status.GRADED]} graded, "
        f"{count[Status.BY_HAND]} with cells to grade by hand, {count[Status.FAILED]} failed"
    )
    if scores:
        text += f"; median {statistics.median(scores):g} of {records[0].max_score:g} points so far"
    return text


def write_report(
    path: Path, name: str, records: list[Record], max_scores: dict[str, float], warning: str = ""
) -> Path:
    """Write the report of one problem set to ``path`` and return it.

    ``warning`` is a sentence on how it was graded that readers must know.
    """
    rows = "\n".join(_student_row(record, path.parent) for record in records)
    tests = "\n".join(_test_row(cell, most, records) for cell, most in max_scores.items())
    page = f"""<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Class report: {escape(name)}</title>
<style>{STYLE}</style>
<h1>Class report: {escape(name)}</h1>
{f'<p role="note"><strong>{escape(warning)}</strong></p>' if warning else ""}
<p>{escape(summary(records))}. The same table as a file: <a href="grades.csv">grades.csv</a>.</p>
<h2>Students</h2>
<div class="wide" tabindex="0" role="region" aria-label="Students">
<table>
<tr><th>Student</th><th>Status</th><th class="number">Points</th>
<th class="number">By hand, still open</th><th>Feedback or reason</th></tr>
{rows}
</table>
</div>
<h2>Tests</h2>
<p>The share of its points that each test gave, over all submissions that it judged.</p>
<div class="wide" tabindex="0" role="region" aria-label="Tests">
<table>
<tr><th>Test</th><th class="number">Points</th>
<th class="number">Judged</th><th>Share earned</th></tr>
{tests}
</table>
</div>
</html>
"""
    write_whole(path, page.encode("utf-8", "replace"))
    return path


def _student_row(record: Record, folder: Path) -> str:
    score = "–" if record.score is None else f"{record.score:g} / {record.max_score:g}"
    hand = f"{record.by_hand:g}" if record.by_hand else ""
    last = escape(record.note)
    if record.feedback:
        link = Path(os.path.relpath(record.feedback, folder)).as_posix()
        note = f": {escape(record.note)}" if record.note else ""
        last = f'<a href="{escape(quote(link))}">feedback</a>{note}'
    return (
        f'<tr class="{record.status.value.replace(" ", "-")}"><td>{escape(record.student)}</td>'
        f'<td>{record.status.value}</td><td class="number">{score}</td>'
        f'<td class="number">{hand}</td><td>{last}</td></tr>'
    )


def _test_row(cell: str, most: float, records: list[Record]) -> str:
    earned = [points for record in records if (points := record.cells.get(cell)) is not None]
    share = sum(earned) / (len(earned) * most) if earned else 0.0
    bar = f'<span class="track"><span class="bar" style="width:{share:.0%}"></span></span>'
    shown = f"{bar} {share:.0%}" if earned else "nobody yet"
    return (
        f'<tr><td>{escape(cell)}</td><td class="number">{most:g}</td>'
        f'<td class="number">{len(earned)}</td><td>{shown}</td></tr>'
    )
