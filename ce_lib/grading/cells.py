"""nbgrader's cells of a problem set follow it when it changes after submissions came in.

nbgrader itself refuses that. What removed cells had earned goes into a table of the course's own,
and comes back if the cell does.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from .problem import Problem

__all__ = ["Cells", "by_student", "insert"]


class Cells:
    """The gradebook's cells of one problem set.

    Parameters
    ----------
    sql : module
        SQLAlchemy.
    tables : mapping
        nbgrader's tables, by name.
    removed : Table
        Where what removed cells had earned is kept.
    problem : Problem
        The problem set as it is now.
    """

    def __init__(self, sql: Any, tables: Mapping[str, Any], removed: Any, problem: Problem) -> None:
        self._sql, self._tables, self._removed = sql, tables, removed
        self._problem = problem

    def follow(self, connection: Any, notebook: str) -> None:
        """Take out the cells that are gone, and put in those that are new."""
        self._remove(connection, notebook)
        self._add(connection, notebook)
        self._look_again(connection, notebook)

    def _wanted(self) -> dict[str, set[str]]:
        return {
            "GradeCell": set(self._problem.max_scores),
            "SolutionCell": set(self._problem.answers),
        }

    def _cells(self, connection: Any, notebook: str) -> dict[tuple[str, str], str]:
        """The ids of nbgrader's cells by name and kind."""
        base = self._tables["base_cell"]
        query = self._sql.select(base.c.name, base.c.type, base.c.id)
        rows = connection.execute(query.where(base.c.notebook_id == notebook))
        return {(name, kind): number for name, kind, number in rows}

    def _remove(self, connection: Any, notebook: str) -> None:
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
        known = [cell.id for cell in self._problem.cells if cell.kind != "text"]
        chosen = source.c.notebook_id == notebook, source.c.name.not_in(known)
        connection.execute(sql.delete(source).where(*chosen))

    def _set_aside(self, connection: Any, gone: Mapping[tuple[str, str], str]) -> None:
        """Keep what removed cells had earned, by machine and by hand, and what was said of them."""
        sql, tables, removed = self._sql, self._tables, self._removed
        grade, comment, graded = tables["grade"], tables["comment"], tables["grade_cells"]
        when = datetime.datetime.now(datetime.UTC).isoformat("T", "seconds")
        rows: dict[tuple[str, str], dict[str, Any]] = {}

        def row(student: str, cell: str) -> dict[str, Any]:
            key = {"assignment": self._problem.name, "student": student, "cell": cell}
            numbers = {"points": None, "auto": None, "hand": None, "extra": None}
            new = {**key, **numbers, "comment": None, "removed": when}
            return rows.setdefault((student, cell), new)

        for (cell, kind), number in gone.items():
            if kind == "GradeCell":
                query = sql.select(graded.c.max_score).where(graded.c.id == number)
                points = connection.execute(query).scalar()
                columns = grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit
                found = connection.execute(
                    by_student(sql, tables, grade, *columns).where(grade.c.cell_id == number)
                )
                for student, auto, hand, extra in found:
                    numbers = {"points": points, "auto": auto, "hand": hand, "extra": extra}
                    row(student, cell).update(numbers)
            else:
                query = by_student(sql, tables, comment, comment.c.manual_comment)
                query = query.where(comment.c.cell_id == number)
                query = query.where(comment.c.manual_comment.is_not(None))
                for student, text in connection.execute(query):
                    row(student, cell)["comment"] = text
        for cell in {cell for _, cell in rows}:
            same = removed.c.assignment == self._problem.name, removed.c.cell == cell
            connection.execute(sql.delete(removed).where(*same))
        insert(connection, removed, list(rows.values()))

    def _add(self, connection: Any, notebook: str) -> None:
        sql, tables = self._sql, self._tables
        cells = self._cells(connection, notebook)
        kinds = {cell.id: cell.released["cell_type"] for cell in self._problem.cells}
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
                    points = self._problem.max_scores[name]
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
                    insert(connection, tables["grade"], rows)
                else:
                    connection.execute(sql.insert(tables["solution_cells"]), {"id": number})
                    rows = [
                        {**key, "manual_comment": back.get(student, (None, None, None))[2]}
                        for student, key in keys
                    ]
                    insert(connection, tables["comment"], rows)
        source = tables["source_cell"]
        query = sql.select(source.c.name).where(source.c.notebook_id == notebook)
        there = {row[0] for row in connection.execute(query)}
        rows = [
            {
                "id": uuid4().hex, "name": cell.id, "notebook_id": notebook,
                "cell_type": kinds[cell.id], "locked": False, "source": "",
            }
            for cell in self._problem.cells
            if cell.kind != "text" and cell.id not in there
        ]  # fmt: skip
        insert(connection, source, rows)  # nbgrader fills them in

    def _set_aside_before(self, connection: Any, name: str) -> dict[str, tuple[Any, Any, Any]]:
        """What a cell that comes back had been given by hand: score, extra credit, comment."""
        removed = self._removed
        query = self._sql.select(
            removed.c.student, removed.c.hand, removed.c.extra, removed.c.comment
        ).where(removed.c.assignment == self._problem.name, removed.c.cell == name)
        return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query)}

    def _look_again(self, connection: Any, notebook: str) -> None:
        """Where a cell's points change, a person looks again at what a person gave."""
        sql, tables = self._sql, self._tables
        grade, graded = tables["grade"], tables["grade_cells"]
        for (name, kind), number in self._cells(connection, notebook).items():
            if kind != "GradeCell":
                continue
            query = sql.select(graded.c.max_score).where(graded.c.id == number)
            if connection.execute(query).scalar() == self._problem.max_scores[name]:
                continue
            chosen = grade.c.cell_id == number, grade.c.manual_score.is_not(None)
            connection.execute(sql.update(grade).where(*chosen).values(needs_manual_grade=True))


def by_student(sql: Any, tables: Mapping[str, Any], table: Any, *columns: Any) -> Any:
    """Select columns of grades or comments, after the student."""
    handed_in = tables["submitted_assignment"]
    notebook = tables["submitted_notebook"]
    return (
        sql.select(handed_in.c.student_id, *columns)
        .join(notebook, table.c.notebook_id == notebook.c.id)
        .join(handed_in, notebook.c.assignment_id == handed_in.c.id)
    )


def insert(connection: Any, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(table.insert(), rows)
