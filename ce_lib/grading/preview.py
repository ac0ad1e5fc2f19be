"""What a regrade would change, without writing anything."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from .changes import Changes, Kept, Mark
from .database import without_password
from .grade import Pool, Sized, class_ledger, handed_in, up_to_date
from .ledger import Entry, Ledger, LedgerError, Manual
from .problem import Problem, load_problem
from .regrade import compared
from .sandbox import SandboxError
from .session import Limits

__all__ = ["Preview", "preview_class"]


class Preview(Ledger):
    """A gradebook that is read only; what is written is kept in memory and compared.

    Raises
    ------
    LedgerError
        If it cannot be read, or nothing was graded into it yet.
    """

    def _prepare(self, db_url: str, course: str) -> None:
        metadata = self._sql.MetaData()
        url = self._sql.make_url(db_url)
        missing = url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()
        if not missing:
            metadata.reflect(self._engine)
        if not {"grade", self._ours.submissions.name} <= set(metadata.tables):
            raise LedgerError(
                f"{without_password(db_url)}: nothing is graded there yet, so nothing would change"
            )
        self._tables = metadata.tables
        self._look_up_cells()
        self._taken: dict[str, Entry] = {}

    def write(self, entry: Entry, sandbox: str) -> None:
        """Take note of what would be recorded."""
        self._taken[entry.student] = entry

    def changes(self) -> Changes:
        """What the entries taken would change of what is on record."""
        former, problem = self._former(), self.problem
        with self._engine.connect() as connection:
            before = former.now(connection, self._notebook)
            parts = former.parts(connection, self._notebook)
        gone = [
            cell
            for was in before.values()
            for cell, mark in was.marks.items()
            if cell not in problem.max_scores and (mark.hand is not None or mark.extra is not None)
        ]
        found = Changes(removed_by_hand={cell: gone.count(cell) for cell in gone})
        after = dict(before)
        for student, entry in self._taken.items():
            old = before.get(student)
            after[student] = _would_be(entry, problem, old.marks if old else {})
        digests = {was.problem for was in before.values()}
        return compared(found, before, after, dict.fromkeys(digests, parts), problem)


def _would_be(entry: Entry, problem: Problem, old: dict[str, Mark] | object) -> Kept:
    marks = old if isinstance(old, dict) else {}
    nothing = Mark(None)
    return Kept(
        problem.digest,
        entry.status.value,
        entry.file,
        entry.note,
        {
            cell: Mark(score, marks.get(cell, nothing).hand, marks.get(cell, nothing).extra)
            for cell, score in entry.scores.items()
        },
    )


def preview_class(
    root: Path,
    name: str,
    submitted: Path,
    output: Path | None = None,
    *,
    students: Iterable[str] | None = None,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
    sandbox: str = "bubblewrap",
    jobs: int | None = None,
    force: bool = False,
    limits: Limits | None = None,
) -> Changes:
    """Grade as `grade_class` would, and say whose grade that would change.

    Nothing is written: no gradebook, no page. The parameters are those of `grade_class`.

    Raises
    ------
    ReleaseError
        If there is no such problem set, no such folder, no such student, or nothing in it.
    SandboxError
        If there is no sandbox; the message says how to get one.
    GradingError
        If nothing was graded yet, or the gradebook cannot be read.
    """
    found, _ = handed_in(root, name, submitted, students, sandbox)
    root, output = root.resolve(), (output or root).resolve()
    problem = load_problem(root, name)
    with (
        tempfile.TemporaryDirectory() as scratch,
        class_ledger(root, output, problem, Preview) as ledger,
        Pool(None, jobs) as pool,
    ):
        if (reason := pool.start(str(root), problem, sandbox)()) != "":
            raise SandboxError(reason)
        standings = {} if force else ledger.standings()
        current = up_to_date(standings, found, submitted, output, problem, sandbox)
        due = [student for student in found if student not in current]
        E
