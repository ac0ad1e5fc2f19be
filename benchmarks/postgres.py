"""A PostgreSQL server of our own, for tests and benchmarks: started, restarted and stopped.

It is made of Debian's binaries in a folder of its own and heard on a Unix socket in it, so it meets
neither the machine's own server nor any port. It ends with the process that started it.

    with Server() as server:
        engine = sqlalchemy.create_engine(server.url)
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

from ce_lib.doctor import postgresql

__all__ = ["Server", "ServerError"]

#: Seconds for a server to start or to stop, on a busy machine.
PATIENCE = 60.0

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "20",
    "logging_collector": "off",
    "log_min_messages": "fatal",
}


class ServerError(Exception):
    """The server does not start; the message is its own."""


class Server:
    """One PostgreSQL server. Use it as a context manager.

    Raises
    ------
    ServerError
        If there are no binaries or they refuse.
    """

    def __init__(self) -> None:
        postgres = postgresql()
        if not postgres:
            raise ServerError("no PostgreSQL here: see `ce-course doctor`")
        self._bin = Path(postgres).parent
        # a socket's path has at most 107 bytes, and root's own folders are closed to others
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._log = open(self.folder / "log", "wb")  # noqa: SIM115 (closed with the server)
        self._as: list[str] = []
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root
            owner = _somebody()
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            change = ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
            self._as = ["setpriv", *change]
        try:
            self._run(
                "initdb", "--pgdata", str(self.folder / "data"), "--username", "grader",
                "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions",
            )  # fmt: skip
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address of its database, as SQLAlchemy and nbgrader name it."""
        return self.database("postgres")

    def database(self, name: str) -> str:
        """The address of a database of this name."""
        return f"postgresql+psycopg://grader@/{name}?host={self.folder}"

    def create(self, name: str) -> str:
        """Make a fresh database and return its address."""
        self._run("createdb", "--host", str(self.folder), "--username", "grader", name)
        return self.database(name)

    @property
    def pid(self) -> int:
        """The server's process, 0 while it is stopped."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]
        places = ["-D", str(self.folder / "data"), "-k", str(self.folder)]
        tie = self._as
        # it ends with the thread, not with the process, that started it
        if shutil.which("setpriv") and threading.current_thread() is threading.main_thread():
            tie = [*(tie or ["setpriv"]), "--pdeathsig", "QUIT"]
        self._process = subprocess.Popen(
            [*tie, str(self._bin / "postgres"), *places, *options],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        ready = [str(self._bin / "pg_isready"), "--quiet", "--host", str(self.folder)]
        end = time.monotonic() + PATIENCE
        while subprocess.run([*ready, "--username", "grader"], check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > end:
                raise ServerError(f"PostgreSQL does not start: {self._said()}")
            time.sleep(0.05)

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it: in order, cutting off its clients, or ``at_once`` as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop(at_once=True)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ServerError(f"{program}: {done.stderr.strip()}")

    def _said(self) -> str:
        self._log.flush()
        text = (self.folder / "log").read_text("utf-8", "replace").strip()
        return text.splitlines()[-1] if text else "it said nothing"


def _somebody() -> pwd.struct_passwd:
    """The user who is to run the server: Debian's own for it, else nobody."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
