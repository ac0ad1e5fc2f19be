"""A gradebook that is only read: what a regrade would change is kept in memory and compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .comparison import Changes, Kept, Mark
from .database import without_password
from .entries import Entry, LedgerError
from .ledger import Ledger
from .problem import Problem
from .regrade import compared

__all__ = ["Preview"]


class Preview(Ledger):
    """A `Ledger` that writes nothing; its parameters are the same.

    Raises
    ------
    LedgerError
        If it cannot be read, or nothing was graded into it yet.
    """

    def _prepare(self, db_url: str, course: str) -> None:
        metadata = self._sql.MetaData()
        url = self._sql.make_url(db_url)
        # SQLite would make the file
        if url.get_backend_name() != "sqlite" or Path(url.database or "").is_file():
            metadata.reflect(self._engine)
        shown = without_password(db_url)
        if not {"grade", self._ours.submissions.name} <= set(metadata.tables):
            raise LedgerError(f"{shown}: nothing is graded there yet, so nothing would change")
        self._tables = metadata.tables
        with self._engine.connect() as connection:
            if self._former().notebook(connection) is None:
                raise LedgerError(f"{shown}: {self.problem.name} is not graded there yet")
        self._look_up_cells()
        self._entries: dict[str, Entry] = {}

    def write(self, entry: Entry, sandbox: str) -> None:
        """Take note of what would be recorded."""
        self._entries[entry.student] = entry

    def changes(self) -> Changes:
        """What the entries taken would change of what is on record."""
        former, problem = self._former(), self.problem
        with self._engine.connect() as connection:
            before = former.now(connection, self._notebook)
            parts = former.parts(connection, self._notebook)
        by_hand = [
            cell
            for was in before.values()
            for cell, mark in was.marks.items()
            if cell not in problem.max_scores and (mark.hand is not None or mark.extra is not None)
        ]
        found = Changes(removed_by_hand={cell: by_hand.count(cell) for cell in by_hand})
        after = dict(before)
        for student, entry in self._entries.items():
            old = before[student].marks if student in before else {}
            after[student] = _would_be(entry, problem, old)
        digests = {was.problem for was in before.values()}
        return compared(found, before, after, dict.fromkeys(digests, parts), problem)


def _would_be(entry: Entry, problem: Problem, old: Mapping[str, Mark]) -> Kept:
    marks = {}
    for cell, score in entry.scores.items():
        was = old.get(cell, Mark(None))
        marks[cell] = Mark(score, was.hand, was.extra)
    return Kept(problem.digest, entry.status.value, entry.file, entry.note, marks)
