"""The gradebook: nbgrader's own tables, and one of ours with where each submission stands.

One writer, one transaction a submission: at any moment a submission is recorded whole or not at
all. What a person entered by hand, scores, extra credit and comments, is never overwritten.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import math
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from .changes import Changes
from .database import Database, Taken, without_password
from .problem import Problem
from .records import Behaved, Record, Status
from .regrade import Former, add_tables

__all__ = ["Entry", "Ledger", "LedgerError", "Manual", "Standing", "Stands", "note_graded", "noted"]

T = TypeVar("T")

MEND = "what was graded so far is recorded: put it right and run this again"


class LedgerError(Exception):
    """The gradebook cannot be read or written; the message says why."""


@dataclass(frozen=True)
class Manual:
    """What persons entered for one submission: by grade_id, scores with extra credit, comments."""

    scores: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What is recorded of a submission: enough to know whether it has to be graded again."""

    status: Status
    file: str  # digest of what was handed in
    problem: str  # digest of the problem set
    sandbox: str


@dataclass(frozen=True)
class Stands:
    """All that a student's page tells beside the notebook, as the gradebook has it now."""

    student: str
    scores: dict[str, float | None]  # the machine's points, by grade_id
    manual: Manual
    note: str
    penalty: float


@dataclass
class Entry:
    """What the machine found out about one submission."""

    student: str
    status: Status
    note: str
    file: str
    scores: dict[str, float | None] = field(default_factory=dict)
    unanswered: frozenset[str] = frozenset()
    timestamp: datetime.datetime | None = None
    seconds: float = 0.0
    behaved: tuple[Behaved, ...] = ()


def _patient(read: Callable[[Ledger], T]) -> Callable[[Ledger], T]:
    """Let a method that reads wait for a database that is away."""

    @functools.wraps(read)
    def method(self: Ledger) -> T:
        try:
            return self._database.patiently(lambda: read(self))
        except (self._errors, Taken) as error:
            raise LedgerError(f"the gradebook: {_first_line(error)}; {MEND}") from error

    return method


class Ledger:
    """A gradebook, opened for one problem set. Use it as a context manager.

    Parameters
    ----------
    db_url : str
        As nbgrader names it; SQLite and PostgreSQL are supported.
    problem : Problem
        The problem set; it is made known to the gradebook if it is new or changed.
    course : str
        nbgrader's course id.
    penalty : callable, optional
        (student, score, seconds late) -> points to take off, or None: nbgrader's late penalty.
    alone : bool
        Hold the right to grade this problem set into this gradebook, where it is a PostgreSQL
        server's; for SQLite the file beside it does that.

    Raises
    ------
    LedgerError
        If it cannot be opened, or another run grades the problem set into the same gradebook.
    """

    def __init__(
        self,
        db_url: str,
        problem: Problem,
        course: str = "default_course",
        penalty: Callable[[str, float, float], float | None] | None = None,
        *,
        alone: bool = False,
    ) -> None:
        import sqlalchemy

        # about the inner workings of nbgrader's database layer, one per table and run
        warnings.filterwarnings("ignore", module=r"nbgrader|sqlalchemy|alembic")
        self.problem = problem
        self.penalty = penalty
        self._sql = sqlalchemy
        self._errors = sqlalchemy.exc.SQLAlchemyError
        self._ours = _own_tables(sqlalchemy)
        try:
            self._database = Database(db_url, f"grade {problem.name}" if alone else "")
            self._engine = self._database.engine
            self._prepare(db_url, course)
        except self._errors as error:
            shown = without_password(db_url)
            raise LedgerError(f"the gradebook {shown}: {_first_line(error)}; {MEND}") from error
        except Taken as error:
            raise LedgerError(str(error)) from error
        except ModuleNotFoundError as error:
            what = f"the gradebook needs {error.name}, which is not installed here"
            raise LedgerError(f"{what}: run `pip install -r requirements.txt`") from error

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    # -- the problem set -------------------------------------------------------------------------

    def _prepare(self, db_url: str, course: str) -> None:
        self._tables = self._nbgrader_tables()
        self._ours.metadata.create_all(self._engine)
        self._register(db_url, course)
        self._look_up_cells()

    def _nbgrader_tables(self) -> Any:
        """nbgrader's tables; made where there are none yet.

        Loading nbgrader takes a second, so the tables of an old gradebook are read from itself.
        """
        metadata = self._sql.MetaData()
        metadata.reflect(self._engine)
        if "grade" not in metadata.tables:
            from nbgrader.api import Base

            with self._engine.begin() as connection:
                if "alembic_version" not in metadata.tables:
                    # what nbgrader notes in a new gradebook, and later upgrades start from
                    table = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"
                    connection.execute(self._sql.text(table))
                    row = "INSERT INTO alembic_version (version_num) VALUES (:version)"
                    connection.execute(self._sql.text(row), {"version": _schema_version()})
                Base.metadata.create_all(connection)
            metadata = Base.metadata
        return metadata.tables

    def _register(self, db_url: str, course: str) -> None:
        sql, ours = self._sql, self._ours
        known = sql.select(ours.problems.c.digest).where(ours.problems.c.name == self.problem.name)
        with self._engine.connect() as connection:
            if connection.execute(known).scalar() == self.problem.digest:
                return
        import nbformat
        from nbgrader.api import Gradebook
        from nbgrader.preprocessors import SaveCells
        from nbgrader.utils import compute_checksum

        with Gradebook(db_url, course) as gradebook:
            gradebook.update_or_create_assignment(self.problem.name)
        cells = []
        for cell in self.problem.cells:
            made = nbformat.from_dict(cell.released)
            if cell.kind == "test":
                made.source = cell.source
                made.metadata.nbgrader.checksum = compute_checksum(made)
            cells.append(made)
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=self.problem.metadata)
        name = self.problem.name
        # nbgrader adds and removes no cell that has grades
        with self._engine.begin() as connection:
            self._former().follow(connection)
        place = {"notebook": name, "assignment": name, "db_url": db_url}
        try:
            SaveCells().preprocess(notebook, {"nbgrader": place})
        except ValueError as error:  # how nbgrader passes on what the database says
            raise LedgerError(f"the gradebook: {_first_line(error)}; {MEND}") from error
        with self._engine.begin() as connection:
            self._put(connection, ours.problems, {"name": name}, {"digest": self.problem.digest})

    def _former(self) -> Former:
        return Former(self._sql, self._tables, self._ours, self.problem)

    def _look_up_cells(self) -> None:
        sql, tables = self._sql, self._tables
        assignment, notebook, cell = tables["assignment"], tables["notebook"], tables["base_cell"]
        with self._engine.connect() as connection:
            row = connection.execute(
                sql.select(assignment.c.id, assignment.c.duedate, notebook.c.id)
                .join(notebook, notebook.c.assignment_id == assignment.c.id)
                .where(assignment.c.name == self.problem.name)
                .where(notebook.c.name == self.problem.name)
            ).one()
            self._assignment, self._due, self._notebook = row
            cells = connection.execute(
                sql.select(cell.c.id, cell.c.name, cell.c.type).where(
                    cell.c.notebook_id == self._notebook
                )
            ).all()
        self._grade_cells = {name: id_ for id_, name, kind in cells if kind == "GradeCell"}
        self._solution_cells = {name: id_ for id_, name, kind in cells if kind == "SolutionCell"}

    # -- reading ---------------------------------------------------------------------------------

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
                    marks = [(names[row[1]], *row[2:]) for row in rows if row[1] in names]
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

    # -- writing ---------------------------------------------------------------------------------

    def write(self, entry: Entry, sandbox: str) -> float:
        """Record one submission, all of it in one transaction, and once.

        Returns the points that are taken off because it was late.
        """
        written = datetime.datetime.now(datetime.UTC).isoformat("T", "microseconds")
        tries = itertools.count()

        def attempt() -> float:
            with self._engine.begin() as connection:
                # the server may have gone between doing it and saying so
                if not next(tries) or self._written(connection, entry.student) != written:
                    return self._write(connection, entry, sandbox, written)
                return self._penalty(connection, entry.student)

        try:
            return self._database.patiently(attempt)
        except (self._errors, Taken) as error:
            raise LedgerError(f"the gradebook: {_first_line(error)}; {MEND}") from error

    def _file(self, connection: Any, student: str) -> str:
        return self._standing(connection, student, "file")

    def _penalty(self, connection: Any, student: str) -> float:
        handed_in, notebook = (
            self._tables["submitted_assignment"],
            self._tables["submitted_notebook"],
        )
        query = (
            self._sql.select(notebook.c.late_submission_penalty)
            .join(handed_in, notebook.c.assignment_id == handed_in.c.id)
            .where(handed_in.c.assignment_id == self._assignment)
            .where(handed_in.c.student_id == student)
        )
        return float(connection.execute(query).scalar() or 0.0)

    def _written(self, connection: Any, student: str) -> str:
        return self._standing(connection, student, "written")

    def _standing(self, connection: Any, student: str, column: str) -> str:
        table = self._ours.submissions
        query = (
            self._sql.select(table.c[column])
            .where(table.c.assignment == self.problem.name)
            .where(table.c.student == student)
        )
        return connection.execute(query).scalar() or ""

    def _write(self, connection: Any, entry: Entry, sandbox: str, written: str) -> float:
        tables, penalty = self._tables, 0.0
        self._put(connection, tables["student"], {"id": entry.student}, {})
        if entry.status is not Status.FAILED:
            penalty = self._write_grades(connection, entry)
        _put_behaved(connection, self._ours, self.problem.name, entry.student, entry.behaved)
        self._put(
            connection,
            self._ours.submissions,
            {"assignment": self.problem.name, "student": entry.student},
            {
                "status": entry.status.value,
                "note": _storable(entry.note),
                "file": entry.file,
                "problem": self.problem.digest,
                "sandbox": sandbox,
                "seconds": entry.seconds,
                "written": written,
            },
        )
        return penalty

    def _write_grades(self, connection: Any, entry: Entry) -> float:
        sql, tables = self._sql, self._tables
        handed_in = self._put(
            connection,
            tables["submitted_assignment"],
            {"assignment_id": self._assignment, "student_id": entry.student},
            {"timestamp": entry.timestamp} if entry.timestamp else {},
            new={"id": uuid4().hex},
        )
        notebook = self._put(
            connection,
            tables["submitted_notebook"],
            {"notebook_id": self._notebook, "assignment_id": handed_in},
            {},
            new={"id": uuid4().hex, "flagged": False},
        )
        grade, comment = tables["grade"], tables["comment"]
        query = sql.select(
            grade.c.cell_id, grade.c.id, grade.c.manual_score, grade.c.extra_credit,
            grade.c.auto_score, grade.c.needs_manual_grade,
        ).where(grade.c.notebook_id == notebook, self._in(grade, self._grade_cells))  # fmt: skip
        old = {row[0]: row[1:] for row in connection.execute(query)}
        same = self._file(connection, entry.student) == entry.file
        fresh, total = [], 0.0
        for name, score in entry.scores.items():
            cell = self._grade_cells[name]
            number, hand, extra, before, waits = old.get(cell, (None, None, None, None, True))
            total += (score if hand is None else hand) or 0.0
            total += extra or 0.0
            # a person looks again at what a person graded, unless it is the same as it was then
            asked = score is None if hand is None else waits or not same or score != before
            values = {"auto_score": score, "needs_manual_grade": asked}
            if number is None:
                fresh.append(
                    {"id": uuid4().hex, "cell_id": cell, "notebook_id": notebook, **values}
                )
            else:
                connection.execute(sql.update(grade).where(grade.c.id == number).values(**values))
        if fresh:
            connection.execute(sql.insert(grade), fresh)
        rows = sql.select(comment.c.cell_id, comment.c.id).where(
            comment.c.notebook_id == notebook, self._in(comment, self._solution_cells)
        )
        there = {row[0]: row[1] for row in connection.execute(rows)}
        fresh = []
        for name, cell in self._solution_cells.items():
            text = "No response." if name in entry.unanswered else None
            if cell in there:
                connection.execute(
                    sql.update(comment).where(comment.c.id == there[cell]).values(auto_comment=text)
                )
            else:
                fresh.append(
                    {
                        "id": uuid4().hex,
                        "cell_id": cell,
                        "notebook_id": notebook,
                        "auto_comment": text,
                    }
                )
        if fresh:
            connection.execute(sql.insert(comment), fresh)
        return self._write_penalty(connection, entry, handed_in, notebook, total)

    def _in(self, table: Any, cells: dict[str, Any]) -> Any:
        """That a row is of one of these cells: nbgrader's index begins with the cell."""
        return table.c.cell_id.in_(list(cells.values()))

    def _write_penalty(
        self, connection: Any, entry: Entry, handed_in: str, notebook: str, total: float
    ) -> float:
        sql, tables = self._sql, self._tables
        table = tables["submitted_assignment"]
        query = sql.select(table.c.timestamp, table.c.extension).where(table.c.id == handed_in)
        timestamp, extension = connection.execute(query).one()
        late = 0.0
        if timestamp is not None and self._due is not None:
            if isinstance(extension, datetime.datetime):  # how SQLite keeps a time span
                extension -= datetime.datetime(1970, 1, 1)
            due = self._due + (extension or datetime.timedelta())
            late = max(0.0, (timestamp - due).total_seconds())
        points = self.penalty(entry.student, total, late) if late and self.penalty else None
        if points is not None:
            points = min(max(points, 0.0), total)
        table = tables["submitted_notebook"]
        connection.execute(
            sql.update(table).where(table.c.id == notebook).values(late_submission_penalty=points)
        )
        return points or 0.0

    def _put(
        self,
        connection: Any,
        table: Any,
        key: dict[str, Any],
        values: dict[str, Any],
        new: dict[str, Any] | None = None,
    ) -> Any:
        """Update the row with this key, or add it; return its id if the table has one."""
        sql = self._sql
        where = sql.and_(*(table.c[name] == value for name, value in key.items()))
        column = table.c.id if "id" in table.c else next(iter(table.primary_key.columns))
        found = connection.execute(sql.select(column).where(where)).first()
        if found is None:
            row = {**key, **values, **(new or {})}
            connection.execute(sql.insert(table).values(**row))
            return row.get("id")
        if values:
            connection.execute(sql.update(table).where(where).values(**values))
        return found[0]


def note_graded(db_url: str, name: str, student: str, behaved: Sequence[Behaved] = ()) -> None:
    """Note that nbgrader itself graded a submission, so that it no longer counts as failed."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(db_url)
    ours = _own_tables(sqlalchemy)
    table = ours.submissions
    try:
        ours.metadata.create_all(engine)
        with engine.begin() as connection:
            _put_behaved(connection, ours, name, student, behaved)
            connection.execute(
                sqlalchemy.update(table)
                .where(table.c.assignment == name)
                .where(table.c.student == student)
                .values(status=Status.GRADED.value, note="", file="")
            )
    finally:
        engine.dispose()


def noted(db_url: str, name: str, student: str) -> str:
    """What was odd about the file that a student handed in, as far as it is on record."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(db_url)
    table = _own_tables(sqlalchemy).submissions
    try:
        if not sqlalchemy.inspect(engine).has_table(table.name):
            return ""
        query = (
            sqlalchemy.select(table.c.note)
            .where(table.c.assignment == name)
            .where(table.c.student == student)
        )
        with engine.connect() as connection:
            return str(connection.execute(query).scalar() or "")
    finally:
        engine.dispose()


def _put_behaved(
    connection: Any, ours: _Own, name: str, student: str, behaved: Sequence[Behaved]
) -> None:
    """Record these known mistakes of a student in place of those of an earlier try."""
    table, key = ours.behaved, {"assignment": name, "student": student}
    connection.execute(
        table.delete().where(table.c.assignment == name).where(table.c.student == student)
    )
    if behaved:
        connection.execute(table.insert(), [{**key, **asdict(one)} for one in behaved])


class _Own:
    metadata: Any
    submissions: Any
    behaved: Any
    problems: Any
    former: dict[str, Any]


def _own_tables(sql: Any) -> _Own:
    own = _Own()
    own.metadata = sql.MetaData()
    text = sql.Text
    own.submissions = sql.Table(
        "course_submission",
        own.metadata,
        sql.Column("assignment", sql.String(128), primary_key=True),
        sql.Column("student", sql.String(128), primary_key=True),
        sql.Column("status", sql.String(16), nullable=False),
        sql.Column("note", text, nullable=False),
        sql.Column("file", sql.String(64), nullable=False),
        sql.Column("problem", sql.String(64), nullable=False),
        sql.Column("sandbox", sql.String(16), nullable=False),
        sql.Column("seconds", sql.Float, nullable=False),
        sql.Column("written", sql.String(32), nullable=False),
    )
    own.behaved = sql.Table(
        "course_misconception",
        own.metadata,
        sql.Column("assignment", sql.String(128), primary_key=True),
        sql.Column("student", sql.String(128), primary_key=True),
        sql.Column("test", sql.String(128), primary_key=True),
        sql.Column("function", sql.String(128), primary_key=True),
        sql.Column("misconception", sql.String(128), primary_key=True),
        sql.Column("same", sql.Integer, nullable=False),
        sql.Column("calls", sql.Integer, nullable=False),
    )
    own.problems = sql.Table(
        "course_problem",
        own.metadata,
        sql.Column("name", sql.String(128), primary_key=True),
        sql.Column("digest", sql.String(64), nullable=False),
    )
    own.former = add_tables(sql, own.metadata)
    return own


def _schema_version() -> str:
    """The newest version of nbgrader's database, as ``alembic heads`` would tell in a second."""
    import nbgrader

    scripts = (Path(nbgrader.__file__).parent / "alembic" / "versions").glob("*.py")
    texts = [path.read_text("utf-8") for path in scripts]
    pattern = r"^%s = [\"']([0-9a-f]+)[\"']"
    versions = {m[1] for t in texts if (m := re.search(pattern % "revision", t, re.M))}
    older = {m[1] for t in texts if (m := re.search(pattern % "down_revision", t, re.M))}
    (newest,) = versions - older
    return newest


def _storable(text: str) -> str:
    """Text without what PostgreSQL, or any database, refuses to keep."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).strip().splitlines()
    return text[0] if text else type(error).__name__
