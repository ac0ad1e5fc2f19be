"""Write what was found out about one submission into nbgrader's tables and ours.

What a person entered by hand, scores, extra credit and comments, is never overwritten.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from .entries import Entry
from .problem import Problem
from .records import Status
from .tables import Own, put_behaved

__all__ = ["Recorder", "put"]

Penalty = Callable[[str, float, float], float | None]


@dataclass
class Recorder:
    """Writes submissions of one problem set; each call works in the caller's transaction."""

    sql: Any
    tables: Any  # nbgrader's
    ours: Own
    problem: Problem
    assignment: str
    notebook: str
    due: datetime.datetime | None
    grade_cells: dict[str, str]  # their numbers, by grade_id
    solution_cells: dict[str, str]
    late: Penalty | None = None  # (student, score, seconds late) -> points

    def write(self, connection: Any, entry: Entry, sandbox: str, written: str) -> None:
        """Record a submission."""
        put(self.sql, connection, self.tables["student"], {"id": entry.student}, {})
        if entry.status is not Status.FAILED:
            self._grades(connection, entry)
        put_behaved(connection, self.ours, self.problem.name, entry.student, entry.behaved)
        values = {
            "status": entry.status.value,
            "note": _storable(entry.note),
            "file": entry.file,
            "problem": self.problem.digest,
            "sandbox": sandbox,
            "seconds": entry.seconds,
            "written": written,
        }
        key = {"assignment": self.problem.name, "student": entry.student}
        put(self.sql, connection, self.ours.submissions, key, values)

    def written(self, connection: Any, student: str) -> str:
        """When a submission was recorded last; empty if never."""
        return self._standing(connection, student, "written")

    def _standing(self, connection: Any, student: str, column: str) -> str:
        table = self.ours.submissions
        query = (
            self.sql.select(table.c[column])
            .where(table.c.assignment == self.problem.name)
            .where(table.c.student == student)
        )
        return connection.execute(query).scalar() or ""

    # -- nbgrader's tables -----------------------------------------------------------------------

    def _grades(self, connection: Any, entry: Entry) -> None:
        handed_in, first = put(
            self.sql,
            connection,
            self.tables["submitted_assignment"],
            {"assignment_id": self.assignment, "student_id": entry.student},
            {"timestamp": entry.timestamp} if entry.timestamp else {},
            new={"id": uuid4().hex},
        )
        notebook, _ = put(
            self.sql,
            connection,
            self.tables["submitted_notebook"],
            {"notebook_id": self.notebook, "assignment_id": handed_in},
            {},
            new={"id": uuid4().hex, "flagged": False},
            fresh=first,
        )
        total = self._scores(connection, entry, notebook, first)
        self._comments(connection, entry, notebook, first)
        seconds = self._seconds_late(connection, entry, handed_in, first)
        points = self.late(entry.student, total, seconds) if seconds and self.late else None
        if points is not None:
            points = min(max(points, 0.0), total)
        if points is not None or not first:
            table = self.tables["submitted_notebook"]
            values = {"late_submission_penalty": points}
            update = self.sql.update(table).where(table.c.id == notebook)
            connection.execute(update.values(**values))

    def _scores(self, connection: Any, entry: Entry, notebook: str, first: bool) -> float:
        """Record the scores; return their sum, with what a person gave in place of the tests'."""
        sql, grade = self.sql, self.tables["grade"]
        old: dict[str, Any] = {}
        same = False
        if not first:
            columns = (
                grade.c.cell_id, grade.c.id, grade.c.manual_score, grade.c.extra_credit,
                grade.c.auto_score, grade.c.needs_manual_grade,
            )  # fmt: skip
            query = sql.select(*columns).where(grade.c.notebook_id == notebook)
            rows = connection.execute(query.where(_of(grade, self.grade_cells)))
            old = {row[0]: row[1:] for row in rows}
            same = self._standing(connection, entry.student, "file") == entry.file
        fresh, total = [], 0.0
        for name, score in entry.scores.items():
            cell = self.grade_cells[name]
            number, hand, extra, before, waits = old.get(cell, (None, None, None, None, True))
            total += (score if hand is None else hand) or 0.0
            total += extra or 0.0
            # a person looks again at what a person graded, unless it is the same as it was then
            asked = score is None if hand is None else waits or not same or score != before
            values = {"auto_score": score, "needs_manual_grade": asked}
            if number is None:
                more = {"id": uuid4().hex, "cell_id": cell, "notebook_id": notebook}
                fresh.append({**more, **values})
            else:
                connection.execute(sql.update(grade).where(grade.c.id == number).values(**values))
        if fresh:
            connection.execute(sql.insert(grade), fresh)
        return total

    def _comments(self, connection: Any, entry: Entry, notebook: str, first: bool) -> None:
        sql, comment = self.sql, self.tables["comment"]
        there: dict[str, str] = {}
        if not first:
            query = sql.select(comment.c.cell_id, comment.c.id)
            query = query.where(
                comment.c.notebook_id == notebook, _of(comment, self.solution_cells)
            )
            there = {row[0]: row[1] for row in connection.execute(query)}
        fresh = []
        for name, cell in self.solution_cells.items():
            text = "No response." if name in entry.unanswered else None
            if cell in there:
                update = sql.update(comment).where(comment.c.id == there[cell])
                connection.execute(update.values(auto_comment=text))
            else:
                more = {"id": uuid4().hex, "cell_id": cell, "notebook_id": notebook}
                fresh.append({**more, "auto_comment": text})
        if fresh:
            connection.execute(sql.insert(comment), fresh)

    def _seconds_late(self, connection: Any, entry: Entry, handed_in: str, first: bool) -> float:
        timestamp: datetime.datetime | None = entry.timestamp
        extension: Any = None
        if not first:  # a person may have given an extension, and an earlier try its time
            table = self.tables["submitted_assignment"]
            query = self.sql.select(table.c.timestamp, table.c.extension)
            timestamp, extension = connection.execute(query.where(table.c.id == handed_in)).one()
        if timestamp is None or self.due is None:
            return 0.0
        if isinstance(extension, datetime.datetime):  # how SQLite keeps a time span
            extension -= datetime.datetime(1970, 1, 1)
        due = self.due + (extension or datetime.timedelta())
        return max(0.0, (timestamp - due).total_seconds())


def put(
    sql: Any,
    connection: Any,
    table: Any,
    key: dict[str, Any],
    values: dict[str, Any],
    new: dict[str, Any] | None = None,
    *,
    fresh: bool = False,
) -> tuple[Any, bool]:
    """Update the row with this key, or add it, without a look where it is ``fresh``.

    Returns its id, if the table has one, and whether it was added.
    """
    find, insert, update = _statements(sql, table, tuple(key))
    at = {f"key_{name}": value for name, value in key.items()}
    found = None if fresh else connection.execute(find, at).first()
    if found is None:
        row = {**key, **values, **(new or {})}
        connection.execute(insert, row)
        return row.get("id"), True
    if values:
        connection.execute(update, {**values, **at})
    return found[0], False


@functools.lru_cache
def _statements(sql: Any, table: Any, key: tuple[str, ...]) -> tuple[Any, Any, Any]:
    """Find, add and change a row: to put a statement together takes longer than to execute it."""
    where = sql.and_(*(table.c[name] == sql.bindparam(f"key_{name}") for name in key))
    column = table.c.id if "id" in table.c else next(iter(table.primary_key.columns))
    return sql.select(column).where(where), sql.insert(table), sql.update(table).where(where)


def _of(table: Any, cells: dict[str, str]) -> Any:
    """That a row is of one of these cells: nbgrader's index begins with the cell."""
    return table.c.cell_id.in_(list(cells.values()))


def _storable(text: str) -> str:
    """Text without what PostgreSQL, or any database, refuses to keep."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
