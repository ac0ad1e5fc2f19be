"""The gradebook: nbgrader's own tables, and one of ours with where each submission stands.

One writer, one transaction a submission: at any moment a submission is recorded whole or not at
all.
"""

from __future__ import annotations

import datetime
import itertools
import warnings

from .database import Database, Taken, without_password
from .entries import MEND, Entry, LedgerError
from .problem import Problem
from .reading import Reading, first_line
from .recorder import Penalty, Recorder, put
from .tables import nbgrader_tables, own_tables

__all__ = ["Ledger"]


class Ledger(Reading):
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
        penalty: Penalty | None = None,
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
        self._ours = own_tables(sqlalchemy)
        try:
            self._database = Database(db_url, f"grade {problem.name}" if alone else "")
            self._engine = self._database.engine
            self._prepare(db_url, course)
        except self._errors as error:
            shown = without_password(db_url)
            raise LedgerError(f"the gradebook {shown}: {first_line(error)}; {MEND}") from error
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
        self._tables = nbgrader_tables(self._sql, self._engine)
        self._ours.metadata.create_all(self._engine)
        self._register(db_url, course)
        self._look_up_cells()

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
            raise LedgerError(f"the gradebook: {first_line(error)}; {MEND}") from error
        with self._engine.begin() as connection:
            put(sql, connection, ours.problems, {"name": name}, {"digest": self.problem.digest})

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
        self._recorder = Recorder(
            sql, tables, self._ours, self.problem, self._assignment, self._notebook, self._due,
            self._grade_cells, self._solution_cells, self.penalty,
        )  # fmt: skip

    # -- writing ---------------------------------------------------------------------------------

    def write(self, entry: Entry, sandbox: str) -> None:
        """Record one submission, all of it in one transaction, and once."""
        written = datetime.datetime.now(datetime.UTC).isoformat("T", "microseconds")
        tries, record = itertools.count(), self._recorder

        def attempt() -> None:
            with self._engine.begin() as connection:
                # the server may have gone between doing it and saying so
                again = next(tries)
                if not again or record.written(connection, entry.student) != written:
                    record.write(connection, entry, sandbox, written)

        try:
            self._database.patiently(attempt)
        except (self._errors, Taken) as error:
            raise LedgerError(f"the gradebook: {first_line(error)}; {MEND}") from error
