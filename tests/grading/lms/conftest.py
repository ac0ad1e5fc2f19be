"""Files as Moodle and Canvas write them, and a class to put into them.

The files in `files/` are made up, with the columns of Moodle 4.1 to 4.5 (MoodleDocs, "Assignment
FAQ": offline grading worksheet; "Grade export") and of Canvas LMS, 2023 to 2025 (Canvas Instructor
Guide, "How do I export grades in the Gradebook?"). Their dialects are what these programs, PHP's
`fputcsv`, Ruby's CSV and Excel's "Unicode text" make of them.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ce_lib.grading.lms.grades import Grade, Grades
from ce_lib.grading.records import Status

QUESTIONS = {"sigmoid": 4.0, "words": 19.0}


def student(name: str, score: float | None, **more: object) -> Grade:
    """A graded student; with score None one who waits for a grade by hand."""
    status = Status.BY_HAND if score is None else Status.GRADED
    words = None if score is None else score - 4.0
    grade = Grade(name, status, score, score, questions=(4.0, words))
    return dataclasses.replace(grade, **more)  # type: ignore[arg-type]


@pytest.fixture
def files() -> Path:
    return Path(__file__).parent / "files"


@pytest.fixture
def grades() -> Grades:
    """Ada to Dirichlet: graded, graded with a fraction, by hand, failed; 23 points."""
    failed = Grade("dirichlet", Status.FAILED, questions=(None, None), note="not a notebook")
    return Grades(
        "ps2",
        dict(QUESTIONS),
        students=[
            student("ada", 23.0), student("boole", 12.125), student("cauchy", None), failed,
            Grade("zermelo", None, questions=(None, None)),
        ],
    )  # fmt: skip
