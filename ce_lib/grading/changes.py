"""Whose grade changed when a problem set's tests changed, by how much, and why.

A comparison of what was on record with what is on record now; the page and the CSV that tell it.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from .problem import Problem
from .records import Status

__all__ = [
    "Change",
    "Changes",
    "Kept",
    "Mark",
    "Part",
    "compare",
    "lines",
    "parts_of",
    "to_csv",
    "to_page",
]

#: Points closer than this are the same: scores are rounded to hundredths.
NEAR = 1e-6


@dataclass(frozen=True)
class Part:
    """A cell of a problem set, as far as grades depend on it; ``points`` is None if it has none."""

    points: float | None
    source: str


@dataclass(frozen=True)
class Mark:
    """What one graded cell has got, by machine and by hand."""

    auto: float | None
    hand: float | None = None
    extra: float | None = None

    @property
    def score(self) -> float | None:
        """The points, or None if a person still has to give them."""
        first = self.auto if self.hand is None else self.hand
        return None if first is None else first + (self.extra or 0.0)


@dataclass(frozen=True)
class Kept:
    """One submission on record: with which problem set it was graded, and what it got."""

    problem: str
    status: str
    file: str
    note: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def total(self) -> float | None:
        """Points so far; None, not 0, for a submission that could not be graded."""
        if self.status == Status.FAILED:
            return None
        return math.fsum(mark.score or 0.0 for mark in self.marks.values())


@dataclass(frozen=True)
class Change:
    """One student's grade before and after: the total, and each cell that differs, with reasons."""

    student: str
    before: float | None
    after: float | None
    cells: tuple[tuple[str, float | None, float | None, str], ...]  # name, before, after, why
    why: str = ""  # where no cell tells


@dataclass
class Changes:
    """What a change of the tests did to a class."""

    changes: list[Change] = field(default_factory=list)
    compared: int = 0  # students who had a grade before
    pending: list[str] = field(default_factory=list)  # not yet graded with the tests of now
    before: dict[str, Part] = field(default_factory=dict)
    after: dict[str, Part] = field(default_factory=dict)
    removed_by_hand: dict[str, int] = field(default_factory=dict)  # cell -> hand grades set aside

    def __str__(self) -> str:
        """In one line: how many went up and down."""
        up = sum((c.after or 0.0) > (c.before or 0.0) + NEAR for c in self.changes)
        down = sum((c.after or 0.0) < (c.before or 0.0) - NEAR for c in self.changes)
        text = f"{len(self.changes)} of {self.compared} grades differ: {up} up, {down} down"
        if rest := len(self.changes) - up - down:
            text += f", {rest} with the same total"
        return text

    def of_the_set(self) -> list[str]:
        """What became of each graded cell, in sentences."""
        told = []
        for cell in [*self.after, *(name for name in self.before if name not in self.after)]:
            old, new = self.before.get(cell), self.after.get(cell)
            if old is None and new is not None and new.points is not None:
                told.append(f"{cell} was added, {_counted(new.points)}")
            elif new is None and old is not None and old.points is not None:
                text = f"{cell} was removed, {_counted(old.points)}"
                if count := self.removed_by_hand.get(cell):
                    text += f"; what {count} got for it by hand no longer counts, but is kept"
                told.append(text)
            elif old is not None and new is not None:
                if old.points != new.points:
                    told.append(f"{cell}: {_points(old.points)} → {_counted(new.points)}")
                if old.source != new.source:
                    told.append(f"{cell} was changed")
        return told


def parts_of(problem: Problem) -> dict[str, Part]:
    """The cells of a problem set that the gradebook knows, by id."""
    graded = problem.max_scores
    return {
        cell.id: Part(
            graded.get(cell.id), cell.source if cell.kind == "test" else cell.released["source"]
        )
        for cell in problem.cells
        if cell.kind != "text"
    }


def compare(
    student: str,
    old: Kept,
    new: Kept,
    before: Mapping[str, Part],
    after: Mapping[str, Part],
) -> Change | None:
    """What differs between two records of one student; None if nothing does.

    Parameters
    ----------
    student : str
        Whose records they are.
    old, new : Kept
        The records.
    before, after : mapping
        The problem set's cells that each was graded with.
    """
    if old.total is None or new.total is None:
        if old.total is None and new.total is None:
            return None
        why = new.note if new.total is None else f"could not be graded before: {old.note}"
        return Change(student, old.total, new.total, (), why)
    cells = []
    for cell in dict.fromkeys((*new.marks, *old.marks)):
        was, now = old.marks.get(cell), new.marks.get(cell)
        first = was.score if was else None
        second = now.score if now else None
        if was is None and second is not None:
            first = 0.0
        if now is None and first is not None:
            second = 0.0
        # a cell that comes or goes with no points, or while it waits for a person, changes nothing
        if _same(first, second):
            continue
        why = _why(cell, was, now, before.get(cell), after.get(cell), old.file != new.file)
        cells.append((cell, was.score if was else None, now.score if now else None, why))
    return Change(student, old.total, new.total, tuple(cells)) if cells else None


def _same(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) < NEAR


def _why(
    cell: str, was: Mark | None, now: Mark | None, old: Part | None, new: Part | None, other: bool
) -> str:
    if was is None:
        return "added"
    if now is None:
        by_hand = was.hand is not None or was.extra is not None
        return "removed" + (", its points by hand are kept on record" if by_hand else "")
    reasons = []
    if (was.hand, was.extra) != (now.hand, now.extra):
        reasons.append("graded by hand")
    if old is not None and new is not None:
        if old.points != new.points:
            reasons.append(f"{_points(old.points)} → {_counted(new.points)}")
        if old.source != new.source:
            reasons.append("its test changed")
    if other:
        reasons.append("another file was handed in")
    return ", ".join(reasons) or "another part of the problem set, or the engine, changed"


def _points(points: float | None) -> str:
    return "no" if points is None else f"{points:g}"


def _counted(points: float | None) -> str:
    return f"{_points(points)} {'point' if points == 1 else 'points'}"


def _shown(score: float | None) -> str:
    return "–" if score is None else f"{round(score, 2):g}"


# -- the files ---------------------------------------------------------------------------------


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
            table.writerow([_defused(change.student), cell, *numbers, _defused(why)])
    return out.getvalue()


def _defused(text: str) -> str:
    # a spreadsheet would run what starts like a formula
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


STYLE = """
:root { color-scheme: light dark; --line: #8886; --good: #1a7f37; --bad: #b3261e; --code: #8881; }
@media (prefers-color-scheme: dark) { :root { --good: #5fd38d; --bad: #ff8f87; } }
html { background: Canvas; color: CanvasText; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.up { color: var(--good); } .down { color: var(--bad); }
pre { background: var(--code); padding: .6rem .8rem; overflow-x: auto; font-size: .85rem; }
ul { margin: 0; padding-left: 1.2rem; }
"""


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
    return f"""<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Changed grades: {escape(name)}</title>
<style>{STYLE}</style>
<h1>Changed grades: {escape(name)}</h1>
<p>{escape(str(changes))}.</p>
{pending}<h2>What changed in the problem set</h2>
{what}
{_diffs(changes)}<h2>Whose grade changed</h2>
{table or "<p>Nobody's.</p>"}
</html>
"""


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
