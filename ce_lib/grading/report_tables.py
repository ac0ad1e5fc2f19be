"""The tables of the class report."""

from __future__ import annotations

import os
import re
import statistics
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from .items import Item
from .mistakes import Mistake
from .parts import Section
from .records import Record, Status

__all__ = ["items", "mistakes", "mostly_waits", "process", "section_link", "sentence", "students"]

#: From so many students on, their table is folded.
FOLDED = 60

#: Names that a list in a sentence gives; the table of students has all.
NAMED = 30


def items(points: dict[str, float], analysed: Sequence[Item], graded: int) -> str:
    """Each test with its numbers and what they mean."""
    rows = []
    for (cell, most), item in zip(points.items(), analysed, strict=True):
        waiting = graded - item.judged
        judged = f"{item.judged}" + (f" ({waiting} wait)" if waiting else "")
        rows.append(
            f'<tr><td>{escape(cell)}</td><td class="words">{escape(_reading(item, graded))}</td>'
            f'<td class="number">{_two(item.difficulty)}</td>'
            f'<td class="number">{_two(item.correlation)}</td>'
            f'<td class="number">{_two(item.index)}</td><td class="number">{most:g}</td>'
            f'<td class="number">{judged}</td></tr>\n'
        )
    return _wide(
        "Tests",
        '<tr><th>Test</th><th>What it says</th><th class="number">Difficulty</th>'
        '<th class="number">Discrimination</th><th class="number">27% index</th>'
        '<th class="number">Points</th><th class="number">Judged</th></tr>\n',
        rows,
    )


def mostly_waits(item: Item, graded: int) -> bool:
    """Whether too few are judged for its numbers to say anything of the class."""
    return 2 * item.judged < graded


def _reading(item: Item, graded: int) -> str:
    if item.difficulty is None:
        return "Nobody is judged yet."
    if mostly_waits(item, graded):
        return "Most still wait to be judged: too early to read."
    hard = item.difficulty
    if item.full == item.judged:
        return "Everybody has all points: it cannot tell students apart."
    if hard == 0:
        return "Nobody has a point: too hard, or the test is wrong."
    word = (
        "Very easy"
        if hard >= 0.9
        else "Easy"
        if hard >= 0.7
        else "Of middle difficulty"
        if hard >= 0.3
        else "Hard"
    )
    r = item.correlation
    if r is None:
        return f"{word}. Discrimination is not defined: the points here or elsewhere do not differ."
    if r < 0:
        return (
            f"{word}, and those who do well elsewhere lose points here: "
            "look for a flaw in the test or its text."
        )
    if r < 0.2:
        if hard >= 0.9:
            return f"{word}: too few lost points here to say much."
        return f"{word}, and it hardly tells strong from weak."
    tells = "a little" if r < 0.3 else "well" if r < 0.4 else "very well"
    return f"{word}; it tells strong from weak {tells}."


def mistakes(found: Sequence[tuple[Mistake, str, bool]], graded: int) -> str:
    """Each mistake with how many made it, its hint, and an example in code."""
    lines = []
    words = {(one.function, one.piece.name): one.piece.as_if for one, _, _ in found}
    for one, code, theirs in found:
        count, share = len(one.students), len(one.students) / graded
        certain = "certain" if one.certain == count else f"{one.certain} certain"
        rivals = ""
        if one.others:
            known = [words.get((one.function, other), other) for other in sorted(one.others)]
            rivals = ", or ".join(f"as if {escape(text.rstrip('.'))}" for text in known)
            rivals = f" Where it is not certain, it may as well be {rivals}."
        whose = "One of them wrote" if theirs else "From the catalogue"
        who = "1 student" if count == 1 else f"{count} students"
        lines.append(
            f'<li><span class="share"><span style="width:{share:.0%}"></span></span> '
            f"<strong>{who}</strong> ({share:.0%}), {certain}: "
            f"<code>{escape(one.function)}"
            f"</code> as if {sentence(one.piece.as_if)}{rivals}"
            f"<details><summary>Hint and example</summary><p>{escape(one.piece.hint)}</p>"
            f'<p>{whose}:</p><pre tabindex="0"><code>{escape(code)}</code></pre>'
            f"<p><small>“{escape(one.piece.name)}” in the catalogue; seen by "
            f"{escape(', '.join(one.tests))}.</small></p></details></li>\n"
        )
    return f'<ul class="mistakes">\n{"".join(lines)}</ul>\n'


def process(records: Sequence[Record], points: dict[str, float], anonymous: bool) -> str:
    """Where the submissions stand: failures with their reasons, times, who waits for a person."""
    failed = [record for record in records if record.status is Status.FAILED]
    waiting = [record for record in records if record.status is Status.BY_HAND]
    times = [record.seconds for record in records if record.seconds > 0]
    text = ["<h2>How grading went</h2>\n"]
    if times:
        text.append(
            f"<p>Grading a submission took {statistics.median(times):.2g} s in the middle, "
            f"{max(times):.2g} s at most.</p>\n"
        )
    if failed:
        text.append(
            f"<p>Could not be graded: {len(failed)}. Such a submission has no score, not 0, and "
            "counts nowhere above.</p>\n"
        )
        if not anonymous:
            lines = [f"<li>{escape(one.student)}: {escape(one.note)}</li>\n" for one in failed]
            text.append(_folded("the reasons", f"<ul>{''.join(lines)}</ul>"))
    else:
        text.append("<p>None failed.</p>\n")
    if waiting:
        cells = {cell: sum(_waits(one, cell) for one in waiting) for cell in points}
        by_cell = ", ".join(f"{escape(cell)} ({count})" for cell, count in cells.items() if count)
        text.append(f"<p>{len(waiting)} wait for your judgement in formgrader: {by_cell}.")
        if not anonymous:
            named = ", ".join(escape(one.student) for one in waiting[:NAMED])
            rest = f" and {len(waiting) - NAMED} more" if len(waiting) > NAMED else ""
            text.append(f" They are {named}{rest}.")
        text.append("</p>\n")
    else:
        text.append("<p>Nobody waits for a person.</p>\n")
    return "".join(text)


def _waits(record: Record, cell: str) -> bool:
    return cell in record.cells and record.cells[cell] is None


def students(records: Sequence[Record], folder: Path) -> str:
    """Everybody with status, points and feedback; links are relative to ``folder``."""
    table = _wide(
        "Students",
        '<tr><th>Student</th><th>Status</th><th class="number">Points</th>'
        '<th class="number">By hand, still open</th><th>Feedback or reason</th></tr>\n',
        [_student(record, folder) for record in records],
        "students",
    )
    if len(records) > FOLDED:
        table = _folded(f"all {len(records)}", table)
    return f"<h2>Students</h2>\n{table}"


def _student(record: Record, folder: Path) -> str:
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
        f'<td class="number">{hand}</td><td>{last}</td></tr>\n'
    )


def section_link(section: Section, site: str) -> str:
    """A section by its name, as a link if it is known where the website lies."""
    shown = f"{escape(section.heading.replace('$', ''))}"
    if not site:
        return f"“{shown}” in {escape(section.chapter)}"
    link = f'<a href="{escape(site.rstrip("/"))}/{escape(section.address)}">{shown}</a>'
    return f"{link} in {escape(section.chapter)}"


def sentence(text: str) -> str:
    """HTML of the end of a sentence, with its full stop."""
    return escape(re.sub(r"[\s.]+$", "", text)) + "."


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def _wide(label: str, head: str, rows: Sequence[str], kind: str = "") -> str:
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(label)}">\n'
        f"<table{f' class={kind!r}' if kind else ''}>\n{head}{''.join(rows)}</table>\n</div>\n"
    )


def _folded(label: str, inside: str) -> str:
    return f"<details><summary>Show {escape(label)}</summary>\n{inside}\n</details>\n"
