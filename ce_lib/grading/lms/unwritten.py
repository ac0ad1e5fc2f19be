"""What an export could not write, and why, for a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..records import Status
from .findings import Finding, counted, several
from .grades import Grades
from .layouts import Layout
from .match import WORDS, Matches
from .table import Row

__all__ = ["nobody", "ungraded", "unplaced", "without_columns"]


def unplaced(matches: Matches, layout: Layout, source: Path) -> list[Finding]:
    """Who has no row of their own in the file."""

    def lines(rows: Sequence[Row]) -> str:
        shown = [f"line {row.line} ({layout.name(row) or row[0]})" for row in rows]
        return several(shown)

    findings = [
        Finding(f"{student} is not in the file: not written", source.name)
        for student in matches.unknown
    ]
    findings += [
        Finding(f"{student} fits {lines(rows)}: not written; say which column counts with "
                "--match-on", source.name)
        for student, rows in matches.ambiguous.items()
    ]  # fmt: skip
    findings += [
        Finding(f"{' and '.join(names)} both fit this line: none written",
                f"{source.name}, line {row.line}")
        for row, names in matches.shared
    ]  # fmt: skip
    findings += [
        Finding(f"{text!r} is there more than once: {lines(rows)}", source.name)
        for text, rows in matches.twice
    ]
    return findings


def nobody(grades: Grades, layout: Layout, source: Path) -> Finding:
    """That no student of the course is in the file."""
    here = several([grade.student for grade in grades.submissions], 3)
    there = "no students"
    if layout.students:
        row = layout.students[0]
        there = ", ".join(f"{WORDS[name]} {row[k].strip()!r}" for name, k in layout.who.items())
    return Finding(
        f"no student was found: the course calls them {here}, the file's first has {there}. Say "
        "with --roster who is who", source.name
    )  # fmt: skip


def ungraded(grades: Grades) -> list[Finding]:
    """Whose grade is not there to be written."""
    if not grades.submissions:
        return [Finding(f"nobody has handed in {grades.name}: nothing is written")]
    waiting = [g.student for g in grades.submissions if g.status is Status.BY_HAND]
    findings = [
        Finding(f"could not be graded: left blank{f' ({grade.note})' if grade.note else ''}",
                grade.student)
        for grade in grades.submissions
        if grade.status is Status.FAILED
    ]  # fmt: skip
    if waiting:
        findings.append(
            Finding(f"left blank, since {counted(len(waiting), 'submission')} still "
                    f"{'waits' if len(waiting) == 1 else 'wait'} for a grade by hand: "
                    f"{several(waiting)}")
        )  # fmt: skip
    return findings


def without_columns(layout: Layout, grades: Grades) -> list[Finding]:
    """Which questions have no column of the right worth."""
    if layout.feedback is not None:
        return []
    findings = [
        Finding(f"the column of {name} has {found or 0:g} points in {layout.lms}, the question "
                f"{grades.questions[name]:g}: not written")
        for name, found in layout.question_maxima.items()
        if found != grades.questions[name]
    ]  # fmt: skip
    lacking = [name for name in grades.questions if name not in layout.per_question]
    if not lacking:
        return findings
    return [
        *findings,
        Finding(f"no column for {several(lacking)}: make one there called "
                f"'{grades.name} {lacking[0]}', and so on, and export again", open=False)
    ]  # fmt: skip
