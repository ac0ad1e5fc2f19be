"""The gradebook's database: opened once, by one writer, and waited for when it goes away.

A database server on another machine is restarted, moved or cut off in the middle of a long run. A
`Database` waits for it, up to a limit, and does again what was not done. On PostgreSQL it also
holds the right to grade one problem set into this gradebook, on the very connection that it writes
with: whoever has lost the one has lost the other, so two graders never write by turns.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["OUTAGE", "Database", "Taken", "without_password"]

#: Seconds to wait for another program, such as formgrader, that holds an SQLite gradebook.
PATIENCE = 60
#: Seconds to wait for a database server that was there and went away.
OUTAGE = 300.0
#: Seconds between two tries: the first, and the longest.
PAUSES = 0.1, 5.0

#: SQLSTATEs of a server that is going, gone or not yet back, and of two transactions that collide:
#: https://www.postgresql.org/docs/current/errcodes-appendix.html
PASSING = ("08", "57P", "40001", "40P01", "53300", "55006")

T = TypeVar("T")


class Taken(Exception):
    """Another run holds the right to grade this problem set into this gradebook."""


def without_password(db_url: str) -> str:
    """A database's address as it may be shown."""
    import sqlalchemy

    try:
        return sqlalchemy.make_url(db_url).render_as_string(hide_password=True)
    except sqlalchemy.exc.ArgumentError:
        return "(its db_url is not of the form that SQLAlchemy reads)"


class Database:
    """An SQLAlchemy engine that outlasts its server's absences.

    Parameters
    ----------
    db_url : str
        SQLite or PostgreSQL, as SQLAlchemy names them.
    alone : str
        On PostgreSQL, what only one process may do at a time, such as ``"grade ps2"``; whatever
        it is called in the same database excludes each other. Empty for no such right.

    Raises
    ------
    Taken
        At the first connection, if another process has that right.
    """

    def __init__(self, db_url: str, alone: str = "") -> None:
        import sqlalchemy

        self._errors = sqlalchemy.exc.SQLAlchemyError
        url = sqlalchemy.make_url(db_url)
        options: dict[str, Any] = {}
        self.server = url.get_backend_name() == "postgresql"
        if url.get_backend_name() == "sqlite":
            options["connect_args"] = {"timeout": PATIENCE}
        elif url.get_driver_name() in ("psycopg", "psycopg2"):
            # a machine that is switched off says nothing: notice it within a minute
            watch = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 10}
            watch |= {"keepalives_count": 3, "tcp_user_timeout": 60_000}
            options["connect_args"] = {k: v for k, v in watch.items() if k not in url.query}
        if self.server and alone:
            options |= {"pool_size": 1, "max_overflow": 0}
        self.engine = sqlalchemy.create_engine(url, **options)
        if self.server and alone:
            number = int.from_bytes(hashlib.sha256(alone.encode()).digest()[:8], signed=True)
            sqlalchemy.event.listen(self.engine, "connect", lambda c, _: _take(c, number, alone))

    def close(self) -> None:
        """Close every connection; the right to write ends with them."""
        self.engine.dispose()

    def patiently(self, call: Callable[[], T]) -> T:
        """Return ``call()``; while the server is away, wait for it and call again.

        The call must be right to repeat, wherever in it the connection broke.

        Raises
        ------
        sqlalchemy.exc.SQLAlchemyError
            If the server stays away for `OUTAGE` seconds, and at once for any other reason.
        Taken
            If another process keeps the right to write for as long.
        """
        pause, end = PAUSES[0], 0.0
        while True:
            try:
                return call()
            except (Taken, self._errors) as error:
                if not self._passes(error):
                    raise
                now = time.monotonic()
                if not end:
                    end = now + OUTAGE
                    say = f"the gradebook's database is away: waiting up to {OUTAGE:.0f} s for it"
                    print(f"\n{say}", file=sys.stderr)
                if now >= end:
                    raise
                self.engine.dispose()
                time.sleep(pause)
                pause = min(2 * pause, PAUSES[1])

    def _passes(self, error: Exception) -> bool:
        if isinstance(error, Taken):  # our own lost connection may hold it for a while
            return True
        if not self.server:
            return False
        if getattr(error, "connection_invalidated", False):
            return True
        cause = getattr(error, "orig", None)
        state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
        if state is None:  # no server said it
            return type(cause).__name__ == "OperationalError"
        return str(state).startswith(PASSING)


def _take(connection: Any, number: int, alone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", (number,))
        taken = cursor.fetchone()[0]
    connection.commit()
    if not taken:
        connection.close()
        raise Taken(f"another run may {alone} in this gradebook at the moment: let it end")
