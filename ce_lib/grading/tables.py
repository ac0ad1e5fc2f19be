"""The tables of a gradebook: nbgrader's own, and ours with where each submission stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .records import Behaved
from .regrade import add_tables

__all__ = ["Own", "nbgrader_tables", "own_tables", "put_behaved"]


class Own:
    """The tables that this course adds to a gradebook."""

    metadata: Any
    submissions: Any
    behaved: Any
    problems: Any
    former: dict[str, Any]


def own_tables(sql: Any) -> Own:
    """Describe them to SQLAlchemy, which only this and what calls it load."""
    own = Own()
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


def nbgrader_tables(sql: Any, engine: Any) -> Any:
    """nbgrader's tables; made where there are none yet.

    Loading nbgrader takes a second, so the tables of an old gradebook are read from itself.
    """
    metadata = sql.MetaData()
    metadata.reflect(engine)
    if "grade" not in metadata.tables:
        from nbgrader.api import Base

        with engine.begin() as connection:
            if "alembic_version" not in metadata.tables:
                # what nbgrader notes in a new gradebook, and later upgrades start from
                table = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"
                connection.execute(sql.text(table))
                row = "INSERT INTO alembic_version (version_num) VALUES (:version)"
                connection.execute(sql.text(row), {"version": _schema_version()})
            Base.metadata.create_all(connection)
        metadata = Base.metadata
    return metadata.tables


def put_behaved(
    connection: Any, ours: Own, name: str, student: str, behaved: Sequence[Behaved]
) -> None:
    """Record these known mistakes of a student in place of those of an earlier try."""
    table, key = ours.behaved, {"assignment": name, "student": student}
    connection.execute(
        table.delete().where(table.c.assignment == name).where(table.c.student == student)
    )
    if behaved:
        connection.execute(table.insert(), [{**key, **asdict(one)} for one in behaved])


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
