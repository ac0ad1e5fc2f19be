"""What nbgrader's own way of grading one submission leaves on record, and reads from it."""

from __future__ import annotations

from collections.abc import Sequence

from .records import Behaved, Status
from .tables import own_tables, put_behaved

__all__ = ["note_graded", "noted"]


def note_graded(db_url: str, name: str, student: str, behaved: Sequence[Behaved] = ()) -> None:
    """Note that nbgrader itself graded a submission, so that it no longer counts as failed."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(db_url)
    ours = own_tables(sqlalchemy)
    table = ours.submissions
    try:
        ours.metadata.create_all(engine)
        with engine.begin() as connection:
            put_behaved(connection, ours, name, student, behaved)
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
    table = own_tables(sqlalchemy).submissions
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
