"""What the gradebook tells of a problem set: who stands where, with which grades."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from itertools import groupby
from typing import Any, TypeVar

from .changes import Changes
from .database import Database, Taken
from .entries import MEND, LedgerError, Manual, Standing, Stands
from .problem import Problem
from .records import Behaved, Record, Status
from .regrade import Former

__all__ = ["Reading", "first_line"]

T = TypeVar("T")


def _patient(read: Callable[[Reading], T]) -> Callable[[Reading], T]:
    """Let a method that reads wait for a database that is away."""

    @functools.wraps(read)
    def method(self: Reading) -> T:
        try:
            return self._database.patiently(lambda: read(self))
        except (self._errors, Taken) as error:
            raise LedgerError(f"the gradebook: {first_line(error)}; {MEND}") from error

    return method


class Reading:
    """The half of a `Ledger` that changes nothing."""

    problem: Problem
    _sql: Any
    _errors: type[Exception]
    _ours: Any
    _tables: Any
    _database: Database
    _engine: Any
    _assignment: str
    _notebook: str
    _grade_cells: dict[str, str]
    _solution_cells: dict[str, str]

    def _former(self) -> Former:
        return Former(self._sql, self._tables, self._ours, self.problem)

    @_patient
    def standings(self) -> dict[str, Standing]:
        """Where each student's submission stands."""
        table = self._ours.submissions
        query = self._sql.select(
            table.c.student, table.c.status, table.c.file, table.c.problem, table.c.sandbox
        ).where(table.c.assignment == self.problem.name)
        with self._engine.connect() as connection:
            return {
                row[0]: Standing(Status(row[1]), row[2], row[3], row[4])
                for row in connection.execute(query)
            }

    @_patient
    def manual(self) -> dict[str, Manual]:
        """What persons have entered, by student."""
        sql, tables = self._sql, self._tables
        grade, comment = tables["grade"], tables["comment"]
        names = {id_: name for name, id_ in self._grade_cells.items()}
        names |= {id_: name for name, id_ in self._solution_cells.items()}
        found: dict[str, Manual] = {}
        with self._engine.connect() as connection:
            scores = self._of_notebooks(grade, grade.c.manual_score, grade.c.extra_credit).where(
                sql.or_(grade.c.manual_score.is_not(None), grade.c.extra_credit.is_not(None))
            )
            for student, cell, score, extra in connection.execute(scores):
                found.setdefault(student, Manual()).scores[names[cell]] = (score, extra)
            comments = self._of_notebooks(comment, comment.c.manual_comment).where(
                comment.c.manual_comment.is_not(None)
            )
            for student, cell, text in connection.execute(comments):
                found.setdefault(student, Manual()).comments[names[cell]] = text
        return found

    def stands(self) -> list[Stands]:
        """What the page of each student who is graded tells, as it stands now."""
        manual = self.manual()
        return [
            Stands(student, scores, manual.get(student, Manual()), note, penalty)
            for student, scores, note, penalty in self._machine()
        ]

    @_patient
    def _machine(self) -> list[tuple[str, dict[str, float | None], str, float]]:
        """Student, points, note and penalty, without what persons entered."""
        sql, table, grade = self._sql, self._ours.submissions, self._tables["grade"]
        sheet = self._tables["submitted_notebook"]
        standing = (
            sql.select(table.c.student, table.c.note)
            .where(table.c.assignment == self.problem.name)
            .where(table.c.status != Status.FAILED.value)
        )
        grades = self._of_notebooks(grade, grade.c.auto_score, sheet.c.late_submission_penalty)
        names = {id_: name for name, id_ in self._grade_cells.items()}
        with self._engine.connect() as connection:
            notes = {row[0]: row[1] for row in connection.execute(standing)}
            found = []
            for student, rows in groupby(connection.execute(grades), key=lambda row: row[0]):
                if student in notes:
                    cells = list(rows)
                    points = {names[row[1]]: row[2] for row in cells if row[1] in names}
                    scores = {name: points.get(name) for name in self.problem.max_scores}
                    found.append((student, scores, notes[student], cells[0][3] or 0.0))
        return found

    @_patient
    def unanswered(self) -> dict[str, int]:
        """How many students left a cell as it was given out, by cell."""
        comment, count = self._tables["comment"], self._sql.func.count()
        names = {id_: name for name, id_ in self._solution_cells.items()}
        query = (
            self._sql.select(comment.c.cell_id, count)
            .where(comment.c.auto_comment == "No response.")
            .where(comment.c.cell_id.in_(names))
            .group_by(comment.c.cell_id)
        )
        with self._engine.connect() as connection:
            return {names[cell]: number for cell, number in connection.execute(query)}

    @_patient
    def names(self) -> dict[str, str]:
        """First and last names, by student, as far as the gradebook has them."""
        table = self._tables["student"]
        query = self._sql.select(table.c.id, table.c.first_name, table.c.last_name)
        with self._engine.connect() as connection:
            rows = [(row[0], f"{row[1] or ''} {row[2] or ''}") for row in connection.execute(query)]
        return {student: name.strip() for student, name in rows if name.strip()}

    @_patient
    def inventory(self) -> str:
        """Which problem sets it has submissions of, in words."""
        table, count = self._ours.submissions, self._sql.func.count()
        query = self._sql.select(table.c.assignment, count).group_by(table.c.assignment)
        with self._engine.connect() as connection:
            rows = sorted(tuple(row) for row in connection.execute(query))
        return ", ".join(f"{number} of {name}" for name, number in rows) or "none of any"

    @property
    def place(self) -> str:
        """Where the gradebook is, without a password."""
        return str(self._engine.url.render_as_string(hide_password=True))

    def _of_notebooks(self, table: Any, *columns: Any) -> Any:
        """Select columns of grades or comments, after student and cell."""
        handed_in, notebook = (
            self._tables["submitted_assignment"],
            self._tables["submitted_notebook"],
        )
        return (
            self._sql.select(handed_in.c.student_id, table.c.cell_id, *columns)
            .join(notebook, table.c.notebook_id == notebook.c.id)
            .join(handed_in, notebook.c.assignment_id == handed_in.c.id)
            .where(handed_in.c.assignment_id == self._assignment)
            .where(notebook.c.notebook_id == self._notebook)
            # a sheet is one student's; by student, SQLite would read all grades for each of them
            .order_by(table.c.notebook_id)
        )

    @_patient
    def records(self) -> list[Record]:
        """Every submission on record, in alphabetical order, with scores as they stand now."""
        table, grade = self._ours.submissions, self._tables["grade"]
        standing = self._sql.select(
            table.c.student, table.c.status, table.c.note, table.c.seconds
        ).where(table.c.assignment == self.problem.name)
        columns = grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit
        grades = self._of_notebooks(grade, *columns, grade.c.needs_manual_grade)
        names = {id_: name for name, id_ in self._grade_cells.items()}
        same: dict[float | None, float | None] = {}  # a class's scores are the same few numbers
        found = []
        with self._engine.connect() as connection:
            known = {row[0]: row[1:] for row in connection.execute(standing)}
            behaved = self._behaved(connection)
            # a student at a time, so that a large class takes no more memory than its records
            by_student = groupby(connection.execute(grades), key=lambda row: row[0])
            for student, rows in by_student:
                status, note, seconds = known.get(student, ("", "", 0.0))
                if status != Status.FAILED:
                    known.pop(student, None)
                    marks = [
                        (names[row[1]], *(same.setdefault(one, one) for one in row[2:5]), row[5])
                        for row in rows
                        if row[1] in names
                    ]
                    record = self._record(student, note, marks)
                    record.behaved, record.seconds = behaved.get(student, ()), seconds
                    found.append(record)
        total = math.fsum(self.problem.max_scores.values())
        found += [
            Record(student, Status.FAILED, total, note=note or "not graded yet")
            for student, (_, note, _) in known.items()
        ]
        return sorted(found, key=lambda record: record.student)

    def _behaved(self, connection: Any) -> dict[str, tuple[Behaved, ...]]:
        """The known mistakes that each student's functions behaved like, the likeliest first."""
        table = self._ours.behaved
        mistake = table.c.test, table.c.function, table.c.misconception, table.c.same, table.c.calls
        query = (
            self._sql.select(table.c.student, *mistake)
            .where(table.c.assignment == self.problem.name)
            .order_by(table.c.student, table.c.test, table.c.function)
            .order_by(table.c.same.desc(), table.c.misconception)
        )
        kept: dict[Behaved, Behaved] = {}  # thousands of students make the same few mistakes
        by_student = groupby(connection.execute(query), key=lambda row: row[0])
        return {
            student: tuple(kept.setdefault(one, one) for row in rows for one in [Behaved(*row[1:])])
            for student, rows in by_student
        }

    @_patient
    def changes(self) -> Changes:
        """Everybody's grade now against the one before the problem set's last change."""
        with self._engine.connect() as connection:
            return self._former().changes(connection)

    def _record(self, student: str, note: str, marks: list[tuple[Any, ...]]) -> Record:
        most = self.problem.max_scores
        waiting = {mark[0] for mark in marks if mark[4]}
        earned = {name: (auto if hand is None else hand) or 0.0 for name, auto, hand, *_ in marks}
        return Record(
            student,
            Status.BY_HAND if waiting else Status.GRADED,
            math.fsum(most.values()),
            score=math.fsum([*earned.values(), *(mark[3] or 0.0 for mark in marks)]),
            by_hand=math.fsum(most.get(name, 0.0) for name in waiting),
            cells={name: None if name in waiting else earned[name] for name in earned},
            note=note,
        )


def first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).strip().splitlines()
    return text[0] if text else type(error).__name__
