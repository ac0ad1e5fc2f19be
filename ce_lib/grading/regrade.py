"""A problem set that changes after it was graded: its cells in the gradebook follow, and what was
on record before is kept, so that everybody's grade can be compared.

nbgrader itself refuses to add or remove cells once there are submissions. Here one transaction
keeps the grades as they are, takes removed cells out and puts new ones in; a run that is killed
before its end finds either all of that or nothing. Grades by hand of a removed cell go into a table
of their own, and come back if the cell does.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from .changes import Changes, Kept, Mark, Part, compare, parts_of
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
            self._remove_cells(connection, notebook)
            self._add_cells(connection, notebook)
            self._look_again(connection, notebook)

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
        _insert(connection, former["submission"], submissions)
        _insert(connection, former["grade"], grades)
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
        _insert(connection, cells, rows)

    # -- nbgrader's cells ------------------------------------------------------------------------

    def _wanted(self) -> dict[str, set[str]]:
        return {
            "GradeCell": set(self.problem.max_scores),
            "SolutionCell": set(self.problem.answers),
        }

    def _cells(self, connection: Any, notebook: str) -> dict[tuple[str, str], str]:
        """The ids of nbgrader's cells by name and kind."""
        base = self._tables["base_cell"]
        query = self._sql.select(base.c.name, base.c.type, base.c.id)
        rows = connection.execute(query.where(base.c.notebook_id == notebook))
        return {(name, kind): number for name, kind, number in rows}

    def _remove_cells(self, connection: Any, notebook: str) -> None:
        sql, tables, wanted = self._sql, self._tables, self._wanted()
        cells = self._cells(connection, notebook)
        gone = {key: number for key, number in cells.items() if key[0] not in wanted[key[1]]}
        self._set_aside(connection, gone)
        for number in gone.values():
            for table, column in (
                ("grade", "cell_id"), ("comment", "cell_id"), ("grade_cells", "id"),
                ("solution_cells", "id"), ("base_cell", "id"),
            ):  # fmt: skip
                chosen = tables[table].c[column] == number
                connection.execute(sql.delete(tables[table]).where(chosen))
        source = tables["source_cell"]
        known = [cell.id for cell in self.problem.cells if cell.kind != "text"]
        chosen = source.c.notebook_id == notebook, source.c.name.not_in(known)
        connection.execute(sql.delete(source).where(*chosen))

    def _set_aside(self, connection: Any, gone: Mapping[tuple[str, str], str]) -> None:
        """Keep what removed cells had earned, by machine and by hand, and what was said of them."""
        sql, tables, removed = self._sql, self._tables, self._former["removed"]
        grade, comment, graded = tables["grade"], tables["comment"], tables["grade_cells"]
        when = datetime.datetime.now(datetime.UTC).isoformat("T", "seconds")
        rows: dict[tuple[str, str], dict[str, Any]] = {}

        def row(student: str, cell: str) -> dict[str, Any]:
            key = {"assignment": self.problem.name, "student": student, "cell": cell}
            numbers = {"points": None, "auto": None, "hand": None, "extra": None}
            new = {**key, **numbers, "comment": None, "removed": when}
            return rows.setdefault((student, cell), new)

        for (cell, kind), number in gone.items():
            if kind == "GradeCell":
                query = sql.select(graded.c.max_score).where(graded.c.id == number)
                points = connection.execute(query).scalar()
                columns = grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit
                found = connection.execute(
                    self._by_student(grade, *columns).where(grade.c.cell_id == number)
                )
                for student, auto, hand, extra in found:
                    numbers = {"points": points, "auto": auto, "hand": hand, "extra": extra}
                    row(student, cell).update(numbers)
            else:
                query = self._by_student(comment, comment.c.manual_comment)
                query = query.where(comment.c.cell_id == number)
                query = query.where(comment.c.manual_comment.is_not(None))
                for student, text in connection.execute(query):
                    row(student, cell)["comment"] = text
        for cell in {cell for _, cell in rows}:
            same = removed.c.assignment == self.problem.name, removed.c.cell == cell
            connection.execute(sql.delete(removed).where(*same))
        _insert(connection, removed, list(rows.values()))

    def _add_cells(self, connection: Any, notebook: str) -> None:
        sql, tables = self._sql, self._tables
        cells = self._cells(connection, notebook)
        kinds = {cell.id: cell.released["cell_type"] for cell in self.problem.cells}
        handed_in, submitted = tables["submitted_assignment"], tables["submitted_notebook"]
        query = (
            sql.select(handed_in.c.student_id, submitted.c.id)
            .join(submitted, submitted.c.assignment_id == handed_in.c.id)
            .where(submitted.c.notebook_id == notebook)
        )
        students = dict(map(tuple, connection.execute(query)))
        for kind, names in self._wanted().items():
            for name in sorted(name for name in names if (name, kind) not in cells):
                number = uuid4().hex
                row = {"id": number, "name": name, "notebook_id": notebook, "type": kind}
                connection.execute(sql.insert(tables["base_cell"]), row)
                back = self._set_aside_before(connection, name)
                keys = [
                    (student, {"id": uuid4().hex, "cell_id": number, "notebook_id": place})
                    for student, place in students.items()
                ]
                if kind == "GradeCell":
                    points = self.problem.max_scores[name]
                    new = {"id": number, "max_score": points, "cell_type": kinds[name]}
                    connection.execute(sql.insert(tables["grade_cells"]), new)
                    # until it is graded, formgrader says that it is not
                    rows = [
                        {
                            **key, "needs_manual_grade": True, "auto_score": None,
                            "manual_score": back.get(student, (None, None, None))[0],
                            "extra_credit": back.get(student, (None, None, None))[1],
                        }
                        for student, key in keys
                    ]  # fmt: skip
                    _insert(connection, tables["grade"], rows)
                else:
                    connection.execute(sql.insert(tables["solution_cells"]), {"id": number})
                    rows = [
                        {**key, "manual_comment": back.get(student, (None, None, None))[2]}
                        for student, key in keys
                    ]
                    _insert(connection, tables["comment"], rows)
        source = tables["source_cell"]
        query = sql.select(source.c.name).where(source.c.notebook_id == notebook)
        there = {row[0] for row in connection.execute(query)}
        rows = [
            {
                "id": uuid4().hex, "name": cell.id, "notebook_id": notebook,
                "cell_type": kinds[cell.id], "locked": False, "source": "",
            }
            for cell in self.problem.cells
            if cell.kind != "text" and cell.id not in there
        ]  # fmt: skip
        _insert(connection, source, rows)  # nbgrader fills them in

    def _set_aside_before(self, connection: Any, name: str) -> dict[str, tuple[Any, Any, Any]]:
        """What a cell that comes back had been given by hand: score, extra credit, comment."""
        removed = self._former["removed"]
        query = self._sql.select(
            removed.c.student, removed.c.hand, removed.c.extra, removed.c.comment
        ).where(removed.c.assignment == self.problem.name, removed.c.cell == name)
        return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query)}

    def _look_again(self, connection: Any, notebook: str) -> None:
        """Where a cell's points change, a person looks again at what a person gave."""
        sql, tables = self._sql, self._tables
        grade, graded = tables["grade"], tables["grade_cells"]
        for (name, kind), number in self._cells(connection, notebook).items():
            if kind != "GradeCell":
                continue
            query = sql.select(graded.c.max_score).where(graded.c.id == number)
            if connection.execute(query).scalar() == self.problem.max_scores[name]:
                continue
            chosen = grade.c.cell_id == number, grade.c.manual_score.is_not(None)
            connection.execute(sql.update(grade).where(*chosen).values(needs_manual_grade=True))

    # -- reading ---------------------------------------------------------------------------------

    def _by_student(self, table: Any, *columns: Any) -> Any:
        """Select columns of grades or comments, after the student."""
        handed_in = self._tables["submitted_assignment"]
        notebook = self._tables["submitted_notebook"]
        return (
            self._sql.select(handed_in.c.student_id, *columns)
            .join(notebook, table.c.notebook_id == notebook.c.id)
            .join(handed_in, notebook.c.assignment_id == handed_in.c.id)
        )

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
            self._by_student(grade, *columns)
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


def _insert(connection: Any, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)
