"""What is known of one submission after grading, and the table of a class as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

__all__ = ["Record", "Status", "read_records", "to_csv"]


class Status(StrEnum):
    """Where a submission stands; only GRADED has a final score."""

    GRADED = "graded"
    BY_HAND = "by hand"  # the machine is done, a person has cells to grade
    FAILED = "failed"  # could not be graded; the note says why; never a silent zero


@dataclass
class Record:
    """One submission. ``score`` is None, not 0, for a submission that could not be graded."""

    student: str
    status: Status
    max_score: float
    score: float | None = None
    by_hand: float = 0.0  # points that a person still has to judge
    cells: dict[str, float | None] = field(default_factory=dict)  # grade_id -> points earned
    note: str = ""
    feedback: Path | None = None


def read_records(
    db_url: str, name: str, max_scores: dict[str, float], failed: dict[str, str]
) -> list[Record]:
    """Read a class from nbgrader's gradebook.

    Parameters
    ----------
    db_url : str
        The gradebook, as nbgrader names it.
    name : str
        The problem set.
    max_scores : dict
        ``grade_id -> points`` of its graded cells.
    failed : dict
        Student -> why the submission could not be graded; these get no score whatever is recorded.

    Returns
    -------
    list of Record
        One a student, in alphabetical order.
    """
    from nbgrader.api import Gradebook

    total = sum(max_scores.values())
    with Gradebook(db_url) as gradebook:
        assignment = gradebook.find_assignment(name)
        records = [
            Record(student, Status.FAILED, total, note=note) for student, note in failed.items()
        ]
        for submission in assignment.submissions:
            if submission.student_id in failed:
                continue
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            open_cells = {grade.name for grade in grades if grade.needs_manual_grade}
            by_hand = sum(max_scores[cell] for cell in open_cells)
            records.append(
                Record(
                    submission.student_id,
                    Status.BY_HAND if open_cells else Status.GRADED,
                    total,
                    score=submission.score,
                    by_hand=by_hand,
                    cells={
                        grade.name: None if grade.name in open_cells else grade.score
                        for grade in grades
                    },
                )
            )
    return sorted(records, key=lambda record: record.student)


def to_csv(records: list[Record], max_scores: dict[str, float]) -> str:
    """The class as CSV, a column a graded cell; what is not graded is blank, never 0."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(
        ["student", "status", "score", "max_score", "points_by_hand", *max_scores, "note"]
    )
    for record in records:
        cells = [_number(record.cells.get(cell)) for cell in max_scores]
        table.writerow(
            [
                _text(record.student),
                record.status.value,
                _number(record.score),
                _number(record.max_score),
                _number(record.by_hand),
                *cells,
                _text(record.note),
            ]
        )
    return out.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _text(value: str) -> str:
    # a spreadsheet would run what starts like a formula
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
