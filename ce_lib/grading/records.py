"""What is known of one submission after grading, and the table of a class as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from .lms.spreadsheet import defused

__all__ = ["Behaved", "Record", "Status", "to_csv"]


class Status(StrEnum):
    """Where a submission stands; only GRADED has a final score."""

    GRADED = "graded"
    BY_HAND = "by hand"  # the machine is done, a person has cells to grade
    FAILED = "failed"  # could not be graded; the note says why; never a silent zero


@dataclass(frozen=True)
class Behaved:
    """A known mistake that a student's function behaved like, as one test saw it.

    Where the calls of a test cannot tell two mistakes apart, there is one of these for each.
    """

    test: str  # the test's grade_id
    function: str
    misconception: str  # its name in the catalogue: with the function it is unique in a set
    same: int  # in so many of the calls it did what the mistake does
    calls: int


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
    behaved: tuple[Behaved, ...] = ()
    seconds: float = 0.0  # that grading it took


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
                defused(record.student),
                record.status.value,
                _number(record.score),
                _number(record.max_score),
                _number(record.by_hand),
                *cells,
                defused(record.note),
            ]
        )
    return out.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
