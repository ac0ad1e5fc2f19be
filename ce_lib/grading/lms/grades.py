"""What the gradebook holds of one problem set, read and never written.

Only this knows how nbgrader keeps grades. A submission has a final score if every graded cell has
one and nothing waits for a person; otherwise its score is None, which every export leaves blank.
"""

from __future__ import annotations

import datetime
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..database import Database
from ..records import Status
from ..release import load_config
from .findings import LmsError

__all__ = ["Grade", "Grades", "read_grades"]


@dataclass(frozen=True, slots=True)
class Grade:
    """One student's standing in the set. ``status`` is None if nothing was handed in."""

    student: str
    status: Status | None
    score: float | None = None  # after the late penalty; None unless all of it is graded
    raw: float | None = None
    penalty: float = 0.0
    questions: tuple[float | None, ...] = ()  # in the order of `Grades.questions`
    note: str = ""
    timestamp: datetime.datetime | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


@dataclass
class Grades:
    """A problem set as it was graded: its questions with their points, and the whole class."""

    name: str
    questions: dict[str, float]
    duedate: datetime.datetime | None = None
    students: list[Grade] = field(default_factory=list)

    @property
    def max_score(self) -> float:
        return math.fsum(self.questions.values())

    @property
    def submissions(self) -> list[Grade]:
        return [grade for grade in self.students if grade.status is not None]


def read_grades(root: Path, name: str, graded: Path | None = None) -> Grades:
    """Read a set's grades from the course's gradebook.

    Parameters
    ----------
    root : Path
        The course's top level.
    name : str
        The problem set, such as ``"ps2"``.
    graded : Path, optional
        The folder given to ``ce-course grade --output``; by default the course's top level.

    Raises
    ------
    LmsError
        If there is no gradebook or the set is not in it.
    """
    import sqlalchemy as sql

    url = load_config(root).CourseDirectory.get("db_url")
    file = (graded or root).resolve() / "gradebook.db"
    if not url:
        if not file.is_file():
            raise LmsError(
                f"there is no gradebook at {file}: grade first, with `ce-course grade {name}`, or "
                "say with --graded where"
            )
        # read only: an export never changes the gradebook
        url = f"sqlite:///file:{quote(file.as_posix())}?mode=ro&uri=true"
    engine = None
    try:
        engine = Database(url).engine
        with engine.connect() as connection:
            return _read(sql, connection, name, _order(root, name))
    except sql.exc.SQLAlchemyError as error:
        text = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise LmsError(f"the gradebook cannot be read: {text}") from error
    finally:
        if engine is not None:
            engine.dispose()


def _order(root: Path, name: str) -> dict[str, int]:
    """The place of each cell in the notebook that students got; the gradebook does not know it."""
    try:
        content = json.loads((root / "exercises" / name / f"{name}.ipynb").read_text("utf-8"))
        ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in content["cells"]]
    except (OSError, ValueError, KeyError, AttributeError):
        return {}
    return {grade_id: k for k, grade_id in enumerate(ids)}


def _read(sql: Any, connection: Any, name: str, order: dict[str, int]) -> Grades:
    metadata = sql.MetaData()
    metadata.reflect(connection)
    tables = metadata.tables
    if "assignment" not in tables:
        raise LmsError("the gradebook is empty: grade first")
    assignment = tables["assignment"]
    row = connection.execute(
        sql.select(assignment.c.id, assignment.c.duedate).where(assignment.c.name == name)
    ).first()
    if row is None:
        known = connection.execute(sql.select(assignment.c.name).order_by(assignment.c.name))
        others = ", ".join(r[0] for r in known) or "nothing yet"
        raise LmsError(f"{name} was never graded: the gradebook has {others}")
    number, duedate = row
    base, notebook = tables["base_cell"], tables["notebook"]
    cells = [
        cell
        for kind in ("grade_cells", "task_cells")
        for cell in connection.execute(
            sql.select(base.c.id, base.c.name, tables[kind].c.max_score)
            .join(tables[kind], tables[kind].c.id == base.c.id)
            .join(notebook, notebook.c.id == base.c.notebook_id)
            .where(notebook.c.assignment_id == number)
        )
    ]
    cells = sorted(cells, key=lambda c: (order.get(c[1], len(order)), c[1]))
    grades = Grades(name, {c[1]: float(c[2]) for c in cells}, duedate)
    place = {c[0]: k for k, c in enumerate(cells)}
    failed, notes = _failed(sql, connection, tables, name)

    people = {
        row[0]: tuple(text or "" for text in row[1:])
        for row in connection.execute(_columns(sql, tables["student"]))
    }
    for student, handed_in in _submissions(sql, connection, tables, number, place).items():
        if student not in failed:
            grades.students.append(
                _grade(student, handed_in, notes.get(student, ""),
                       people.pop(student, ("", "", "", "")))
            )  # fmt: skip
    for student in failed:
        who = people.pop(student, ("", "", "", ""))
        note = notes.get(student) or "could not be graded"
        grades.students.append(
            Grade(student, Status.FAILED, None, None, 0.0, (None,) * len(cells), note, None, *who)
        )
    for student, who in people.items():
        grades.students.append(
            Grade(student, None, None, None, 0.0, (None,) * len(cells), "", None, *who)
        )
    grades.students.sort(key=lambda grade: grade.student)
    return grades


def _columns(sql: Any, student: Any) -> Any:
    names = ("id", "first_name", "last_name", "email", "lms_user_id")
    return sql.select(*(student.c[n] if n in student.c else sql.literal("") for n in names))


def _failed(
    sql: Any, connection: Any, tables: Any, name: str
) -> tuple[dict[str, None], dict[str, str]]:
    if "course_submission" not in tables:
        return {}, {}  # graded by nbgrader alone
    ours = tables["course_submission"]
    rows = connection.execute(
        sql.select(ours.c.student, ours.c.status, ours.c.note).where(ours.c.assignment == name)
    ).all()
    return (
        {row[0]: None for row in rows if row[1] == Status.FAILED},
        {row[0]: row[2] for row in rows if row[2]},
    )


@dataclass(slots=True)
class _Submission:
    questions: list[float | None]
    timestamp: datetime.datetime | None
    penalty: float = 0.0


def _submissions(
    sql: Any, connection: Any, tables: Any, number: str, place: dict[str, int]
) -> dict[str, _Submission]:
    handed_in, notebook = tables["submitted_assignment"], tables["submitted_notebook"]
    found: dict[str, _Submission] = {}
    of_notebook: dict[str, _Submission] = {}
    query = (
        sql.select(
            notebook.c.id, handed_in.c.student_id, handed_in.c.timestamp,
            notebook.c.late_submission_penalty,
        )
        .join(handed_in, notebook.c.assignment_id == handed_in.c.id)
        .where(handed_in.c.assignment_id == number)
    )  # fmt: skip
    for one, student, timestamp, penalty in connection.execute(query):
        blank = _Submission([None] * len(place), timestamp)
        of_notebook[one] = found.setdefault(student, blank)
        found[student].penalty += penalty or 0.0
    # No join and no order: the gradebook has no index for them, and sorting a large class takes
    # longer than all the rest. What is kept is a number a cell.
    grade = tables["grade"]
    columns = (
        grade.c.notebook_id, grade.c.cell_id, grade.c.auto_score, grade.c.manual_score,
        grade.c.extra_credit, grade.c.needs_manual_grade,
    )  # fmt: skip
    query = sql.select(*columns).where(grade.c.cell_id.in_(list(place)))
    rows = connection.execution_options(stream_results=True, yield_per=1000).execute(query)
    for one, cell, auto, hand, extra, waits in rows:
        earned = auto if hand is None else hand
        if one in of_notebook and not waits and earned is not None:
            of_notebook[one].questions[place[cell]] = earned + (extra or 0.0)
    return found


def _grade(student: str, handed_in: _Submission, note: str, who: tuple[str, ...]) -> Grade:
    questions, penalty = tuple(handed_in.questions), handed_in.penalty
    if any(points is None for points in questions):
        return Grade(
            student, Status.BY_HAND, None, None, penalty, questions, note, handed_in.timestamp, *who
        )
    raw = math.fsum(points for points in questions if points is not None)
    # nbgrader's rule: a penalty never takes more than there is
    score = max(0.0, raw - penalty)
    return Grade(
        student, Status.GRADED, score, raw, penalty, questions, note, handed_in.timestamp, *who
    )
