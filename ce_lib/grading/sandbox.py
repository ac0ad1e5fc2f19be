"""Where student code runs: a warm template behind walls, a fork of it a submission.

Inside there is no network, no course, no home and no environment: the system's libraries and the
packages that a problem set uses, read-only, and a small private ``/tmp``. The library that
students study is not there either (see `facade`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from .walls import MODES, Key, SandboxError, Walls, advice
from .wire import Channel

__all__ = ["MODES", "Sandbox", "SandboxError", "Worker", "advice", "probe"]

#: Bytes of memory that one submission may hold, all its processes together.
MEMORY = 2_000_000_000

#: Bytes of a message on the control socket, and of who sent it: process, user, group.
MESSAGE = 256
SENDER = struct.Struct("iII")
SCM_CREDENTIALS = 2


def probe() -> str:
    """Why submissions cannot be run in a sandbox here; an empty string if they can."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        return advice()
    try:
        with Sandbox(packages=(), modules=()) as sandbox:
            worker = sandbox.fork()
            sandbox.end(worker)
    except SandboxError as error:
        return str(error)
    return ""


class Worker:
    """A forked worker: its process number inside the sandbox, and the channel to it."""

    def __init__(self, number: int, channel: Channel) -> None:
        self.number = number
        self.channel = channel


class Sandbox:
    """One warm template. Use it as a context manager.

    Parameters
    ----------
    mode : {"bubblewrap", "none"}
        ``"none"`` runs submissions as the user who grades, with resource limits only.
    packages : iterable of str
        Distributions that the problem set imports, besides those that every one does.
    modules : iterable of str
        Modules to import beforehand.
    near : iterable of (str, str)
        Files of `near`, the part of the library that student code calls without asking.

    Raises
    ------
    SandboxError
        If it cannot be started; the message says what to do.
    """

    def __init__(
        self,
        mode: str = "bubblewrap",
        packages: Iterable[str] = (),
        modules: Iterable[str] = ("numpy", "matplotlib.pyplot"),
        near: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._take(Walls((mode, tuple(packages), tuple(modules), tuple(near))), 0)

    @classmethod
    def share(cls, walls: Walls, number: int) -> Sandbox:
        """The sandbox of one of several templates."""
        sandbox = cls.__new__(cls)
        walls.keep(number)
        sandbox._take(walls, number)
        return sandbox

    def _take(self, walls: Walls, number: int) -> None:
        self.key: Key = walls.key
        self.mode = walls.key[0]
        self.closed = False
        self._walls = walls
        self._control = walls.ends[number]
        self._template = 0  # its process, which it tells when it is warm

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the template and everything in it."""
        self.closed = True
        self._walls.end()

    def stay_on(self, core: int) -> None:
        """Keep this process, its template and the workers to come on one core.

        A judge and its worker take turns: what one of them needs is in the memory next to that
        core, and to wake the other one is no message to another core. A tenth of the time.
        """
        self._await()
        if self._template > 0 and sys.platform == "linux":
            with contextlib.suppress(OSError):  # it may have been taken from us meanwhile
                os.sched_setaffinity(self._template, {core})
                os.sched_setaffinity(0, {core})

    def _await(self) -> None:
        """Wait until the template is warm; starting it does not wait, so many warm together."""
        if not self._template:
            if self._hear() != b"R":
                raise self._broken("it did not start")
            self._template = self._template or -1
            self._walls.warm()

    def _hear(self) -> bytes:
        data = b""
        try:
            while len(data) < MESSAGE:
                space = socket.CMSG_SPACE(SENDER.size)
                part, about, _, _ = self._control.recvmsg(MESSAGE - len(data), space)
                if not part:
                    break
                data += part
                for _, kind, told in about:
                    if kind == SCM_CREDENTIALS and not self._template:
                        self._template = SENDER.unpack(told)[0]
        except OSError:
            data = b""
        return data.strip()

    def _broken(self, what: str) -> SandboxError:
        last = self._walls.last_words() or "no message"
        self.close()
        if last.startswith("bwrap:") or "namespace" in last:
            return SandboxError(f"the sandbox failed ({last}): {advice()}")
        return SandboxError(f"the sandbox failed: {what} ({last})")

    # -- workers ---------------------------------------------------------------------------------

    def fork(self) -> Worker:
        """Make a worker, with nothing of another submission in it."""
        self._await()
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [b"F".ljust(MESSAGE)], [theirs.fileno()])
        except OSError as error:
            raise self._broken("it is gone") from error
        finally:
            theirs.close()
        told = self._hear()
        if not told.startswith(b"P"):
            ours.close()
            raise self._broken(told[1:].decode("utf-8", "replace") or "no worker")
        return Worker(int(told[1:]), Channel(ours))

    def interrupt(self, worker: Worker) -> None:
        """What Ctrl-C does."""
        with contextlib.suppress(OSError):
            self._control.sendall((b"I%d" % worker.number).ljust(MESSAGE))

    def end(self, worker: Worker) -> None:
        """End the worker and all that it started."""
        worker.channel.close()
        if self.closed:
            return
        try:
            self._control.sendall((b"K%d" % worker.number).ljust(MESSAGE))
        except OSError as error:
            raise self._broken("it is gone") from error
        if self._hear() != b"k":
            raise self._broken("it is gone")

    def memory(self) -> int:
        """Bytes that the worker and all it started hold, the template's share not counted."""
        total, waiting, level = 0, [self._template], 0
        while waiting and level < 3000:
            number = waiting.pop()
            level += 1
            try:
                path = f"/proc/{number}/task/{number}/children"
                waiting.extend(int(n) for n in Path(path).read_text().split())
                resident, shared = Path(f"/proc/{number}/statm").read_text().split()[1:3]
            except (OSError, ValueError):
                continue
            total += max(0, int(resident) - int(shared))
        return total * os.sysconf("SC_PAGE_SIZE")
