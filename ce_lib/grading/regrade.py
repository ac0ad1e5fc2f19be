"""A problem set that changes after it was graded: its cells in the gradebook follow, and what was
on record before is kept, so that everybody's grade can be compared.

One transaction keeps the grades as they are, takes removed cells out and puts new ones in; a run
that is killed before its end finds either all of that or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .cells import Cells, by_student, insert
from .comparison import Changes, Kept, Mark, Part, compare, parts_of
from .problem import Problem

__all__ = ["Former", "add_tables", "compared"]


def add_tables(sql: Any, metadata: Any) -> dict[str, Any]:
    """Define the course's own tables of what was on record before; return them by short name."""

    def table(name: str, *columns: tuple[str, Any, bool]) -> Any:
        made = [
            sql.Column(column, kind, primary_key=key, nullable=not key)
            for column, kind, key in columns
        ]
        return sql.Table(name, metadata, *made)

    name, long, number = sql.String(128), sql.Text, sql.Float
    return {
        # to which problem set's digest the records below are the past
        "until": table(
            "course_former", ("assignment", name, True), ("digest", sql.String(64), False)
        ),
        "cell": table(
            "course_former_cell",
            ("assignment", name, True), ("problem", sql.String(64), True), ("cell", name, True),
            ("points", number, False), ("source", long, False),
        ),
        "submission": table(
            "course_former_submission",
            ("assignment", name, True), ("student", name, True),
            ("problem", sql.String(64), False), ("status", sql.String(16), False),
            ("file", sql.String(64), False), ("note", long, False),
        ),
        "grade": table(
            "course_former_grade",
            ("assignment", name, True), ("student", name, True), ("cell", name, True),
            ("auto", number, False), ("hand", number, False), ("extra", number, False),
        ),
        "removed": table(
            "course_removed_grade",
            ("assignment", name, True), ("student", name, True), ("cell", name, True),
            ("points", number, False), ("auto", number, False), ("hand", number, False),
            ("extra", number, False), ("comment", long, False), ("removed", sql.String(32), False),
        ),
    }  # fmt: skip


class Former:
    """What a gradebook held before a problem set's last change.

    Parameters
    ----------
    sql : module
        SQLAlchemy.
    tables : mapping
        nbgrader's tables, by name.
    ours : object
        The course's own, with ``submissions``, ``problems`` and, in ``former``, those of
        `add_tables`.
    problem : Problem
        The problem set as it is now.
    """

    def __init__(self, sql: Any, tables: Mapping[str, Any], ours: Any, problem: Problem) -> None:
        self._sql, self._tables, self._ours = sql, tables, ours
        self._former = ours.former
        self.problem = problem

    # -- when the problem set has changed --------------------------------------------------------

    def follow(self, connection: Any) -> None:
        """Keep what is on record, and give the gradebook the problem set's cells.

        All of it belongs into one transaction, and may be done twice.
        """
        sql, until, name = self._sql, self._former["until"], self.problem.name
        notebook = self.notebook(connection)
        if notebook is None:
            return
        query = sql.select(until.c.digest).where(until.c.assignment == name)
        if connection.execute(query).scalar() != self.problem.digest:
            self._keep(connection, notebook)
            connection.execute(sql.delete(until).where(until.c.assignment == name))
            row = {"assignment": name, "digest": self.problem.digest}
            connection.execute(sql.insert(until), row)
        submitted = self._tables["submitted_notebook"]
        query = sql.select(submitted.c.id).where(submitted.c.notebook_id == notebook)
        if connection.execute(query.limit(1)).first():  # before that, nbgrader does it
            cells = Cells(sql, self._tables, self._former["removed"], self.problem)
            cells.follow(connection, notebook)

    def notebook(self, connection: Any) -> str | None:
        """The id of the problem set's notebook, None if the gradebook does not know it."""
        sql, assignment = self._sql, self._tables["assignment"]
        notebook = self._tables["notebook"]
        query = (
            sql.select(notebook.c.id)
            .join(assignment, notebook.c.assignment_id == assignment.c.id)
            .where(assignment.c.name == self.problem.name)
            .where(notebook.c.name == self.problem.name)
        )
        found: str | None = connection.execute(query).scalar()
        return found

    def _keep(self, connection: Any, notebook: str) -> None:
        """Copy the grades of all who were graded with the problem set that the gradebook knows."""
        sql, former, name = self._sql, self._former, self.problem.name
        problems = self._ours.problems
        query = sql.select(problems.c.digest).where(problems.c.name == name)
        known = connection.execute(query).scalar() or ""
        kept = self.now(connection, notebook)
        # who was not graded since an earlier change keeps the record of the time before that
        of_set = former["submission"].c.assignment == name
        query = sql.select(former["submission"].c.student).where(of_set)
        earlier = {row[0] for row in connection.execute(query)}
        kept = {
            student: was
            for student, was in kept.items()
            if was.problem in (known, "") or student not in earlier
        }
        for table in (former["submission"], former["grade"]):
            for some in _portions(sorted(kept)):
                mine = table.c.assignment == name, table.c.student.in_(some)
                connection.execute(sql.delete(table).where(*mine))
        submissions, grades = [], []
        for student, was in kept.items():
            key = {"assignment": name, "student": student}
            text = {"status": was.status, "file": was.file, "note": was.note}
            submissions.append({**key, **text, "problem": known})
            for cell, mark in was.marks.items():
                numbers = {"auto": mark.auto, "hand": mark.hand, "extra": mark.extra}
                grades.append({**key, "cell": cell, **numbers})
        insert(connection, former["submission"], submissions)
        insert(connection, former["grade"], grades)
        cells = former["cell"]
        used = sql.select(former["submission"].c.problem).where(of_set)
        gone = sql.or_(cells.c.problem == known, cells.c.problem.not_in(used))
        connection.execute(sql.delete(cells).where(cells.c.assignment == name, gone))
        key = {"assignment": name, "problem": known}
        parts = self.parts(connection, notebook)
        rows = [
            {**key, "cell": cell, "points": part.points, "source": part.source}
            for cell, part in parts.items()
        ]
        insert(connection, cells, rows)

    # -- reading ---------------------------------------------------------------------------------

    def now(self, connection: Any, notebook: str) -> dict[str, Kept]:
        """Every submission as the gradebook has it."""
        sql, grade, base = self._sql, self._tables["grade"], self._tables["base_cell"]
        table = self._ours.submissions
        query = sql.select(
            table.c.student, table.c.problem, table.c.status, table.c.file, table.c.note
        ).where(table.c.assignment == self.problem.name)
        standings = {row[0]: row[1:] for row in connection.execute(query)}
        columns = base.c.name, grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit
        query = (
            by_student(sql, self._tables, grade, *columns)
            .join(base, base.c.id == grade.c.cell_id)
            .where(base.c.notebook_id == notebook)
        )
        marks: dict[str, dict[str, Mark]] = {}
        for student, cell, *numbers in connection.execute(query):
            marks.setdefault(student, {})[cell] = Mark(*numbers)
        # nbgrader alone graded who has no standing
        return {
            student: _kept(standings.get(student, ("", "", "", "")), marks.get(student, {}))
            for student in sorted({*standings, *marks})
        }

    def parts(self, connection: Any, notebook: str) -> dict[str, Part]:
        """The problem set's cells as the gradebook has them."""
        sql, tables = self._sql, self._tables
        base, graded, source = tables["base_cell"], tables["grade_cells"], tables["source_cell"]
        query = sql.select(base.c.name, graded.c.max_score).join(base, base.c.id == graded.c.id)
        rows = connection.execute(query.where(base.c.notebook_id == notebook))
        points = dict(map(tuple, rows))
        query = sql.select(source.c.name, source.c.source).where(source.c.notebook_id == notebook)
        rows = connection.execute(query)
        return {name: Part(points.get(name), text or "") for name, text in rows}

    def changes(self, connection: Any) -> Changes:
        """Everybody's grade now against the one before the problem set's last change."""
        sql, former, name = self._sql, self._former, self.problem.name
        found = Changes()
        notebook = self.notebook(connection)
        table = former["submission"]
        query = sql.select(table.c.student).where(table.c.assignment == name)
        if notebook is None or not connection.execute(query.limit(1)).first():
            return found  # it has not changed since the first submission was graded
        cells = former["cell"]
        query = sql.select(cells.c.problem, cells.c.cell, cells.c.points, cells.c.source)
        parts: dict[str, dict[str, Part]] = {}
        for digest, cell, points, text in connection.execute(
            query.where(cells.c.assignment == name)
        ):
            parts.setdefault(digest, {})[cell] = Part(points, text)
        grade = former["grade"]
        query = sql.select(grade.c.student, grade.c.cell, grade.c.auto, grade.c.hand, grade.c.extra)
        marks: dict[str, dict[str, Mark]] = {}
        for student, cell, *numbers in connection.execute(query.where(grade.c.assignment == name)):
            marks.setdefault(student, {})[cell] = Mark(*numbers)
        query = sql.select(
            table.c.student, table.c.problem, table.c.status, table.c.file, table.c.note
        ).where(table.c.assignment == name)
        before = {
            row[0]: _kept(row[1:], marks.get(row[0], {})) for row in connection.execute(query)
        }
        removed = former["removed"]
        query = sql.select(removed.c.cell).where(removed.c.assignment == name).where(
            sql.or_(removed.c.hand.is_not(None), removed.c.extra.is_not(None))
        )  # fmt: skip
        by_hand = [row[0] for row in connection.execute(query)]
        found.removed_by_hand = {cell: by_hand.count(cell) for cell in by_hand}
        return compared(found, before, self.now(connection, notebook), parts, self.problem)


def compared(
    found: Changes,
    before: Mapping[str, Kept],
    now: Mapping[str, Kept],
    parts: Mapping[str, Mapping[str, Part]],
    problem: Problem,
) -> Changes:
    """Fill in whose grade differs between two records of a class."""
    found.after = parts_of(problem)
    digests = {was.problem for was in before.values()}
    for known in sorted(digests):
        found.before |= parts.get(known, {})
    for student, was in sorted(before.items()):
        new = now.get(student)
        if new is None:
            continue
        if new.problem != problem.digest:
            found.pending.append(student)
            continue
        found.compared += 1
        change = compare(student, was, new, parts.get(was.problem, {}), found.after)
        if change:
            found.changes.append(change)
    return found


def _kept(standing: Any, marks: Mapping[str, Mark]) -> Kept:
    problem, status, file, note = standing
    return Kept(problem, status, file, note or "", marks)


def _portions(items: list[str], most: int = 500) -> list[list[str]]:
    """The items in lists that a database takes as parameters of one statement."""
    return [items[start : start + most] for start in range(0, len(items), most)]
