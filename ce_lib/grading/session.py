"""The judge's end of one submission: a worker that is asked, watched, and replaced if it ends.

What the worker says is data from a stranger. It is bounded, checked and copied; it is never run.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .library import library_answer, told_error, told_value
from .remote import Opaque, Remote, RemoteFunction
from .sandbox import MEMORY, Sandbox, SandboxError, Worker
from .stranger import (
    as_list,
    builtin,
    checked_index,
    clean_outputs,
    one_line,
    plain_text,
    raised,
    write_back,
)
from .wire import Closed, Late, ProtocolError, decode, encode

__all__ = ["Limits", "ProcessEnded", "Session"]


@dataclass(frozen=True)
class Limits:
    """Seconds that a submission may take; a whole problem set takes less than one."""

    call: float = 5.0  # one call of a student's function
    again: float = 1.0  # one call of a function that has let the other go by
    cell: float = 10.0  # one cell: the student's, or all calls of one test
    total: float = 60.0
    grace: float = 1.0  # after an interrupt, before the worker is ended
    restarts: int = 8  # workers that replace one that ended


#: Answers to a submission's questions: a loop over a function of the library may ask often.
MAX_QUESTIONS = 200_000


class ProcessEnded(Exception):
    """The student's code ended its own process."""


class _Gone(ProcessEnded):
    """The worker ended without a word; whether by its own doing shows when it is tried again."""


_Gone.__name__ = "ProcessEnded"  # what a student reads


class Session:
    """One submission's worker."""

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        self.sandbox = sandbox
        self.limits = limits or Limits()
        self.generation = 0
        self.broken: SandboxError | None = None  # the sandbox failed, not the student
        self.allowed: Callable[[str], bool] = lambda path: True
        self._worker: Worker | None = None
        self._alive = False
        self._theirs = False  # whether student code has run
        self._ended = 0
        self._sequence = 0
        self._questions = 0
        self._functions: list[Callable[..., Any]] = []
        self._slow: set[str | None] = set()  # functions that once gave no answer in time
        self._cells: list[tuple[str, str, Callable[[str], bool]]] = []
        self._end = time.monotonic() + self.limits.total
        self._cell_end = self._end

    def close(self) -> None:
        if self._worker is not None:
            worker, self._worker = self._worker, None
            self.sandbox.end(worker)

    # -- what a judge asks -----------------------------------------------------------------------

    def begin_cell(self) -> None:
        """Start the clock of one cell."""
        self._cell_end = min(self._end, time.monotonic() + self.limits.cell)

    def run(
        self, name: str, source: str, allowed: Callable[[str], bool], *, ours: bool = False
    ) -> dict[str, Any]:
        """Run a cell; return ``outputs`` and perhaps an ``error``, both checked.

        Where a cell of ours fails before any of the student's has run, the machine is at fault.
        """
        self._theirs |= not ours
        self.begin_cell()
        self.allowed = allowed
        try:
            message = {"op": "cell", "id": name, "source": source}
            reply, _ = self._request(lambda: (message, []), self.limits.cell)
        except (TimeoutError, ProcessEnded) as error:
            if not self._theirs:
                self.broken = SandboxError(f"the cell {name!r}, which is ours, failed: {error}")
                raise self.broken from error
            if self._alive:  # what the cell defined before it was interrupted is still there
                self._cells.append((name, source, allowed))
            return {"outputs": [], "error": error}
        self._cells.append((name, source, allowed))
        result: dict[str, Any] = {"outputs": clean_outputs(reply.get("outputs"))}
        if "error" in reply:
            result["error"] = raised(reply["error"])
        return result

    def lookup(self, names: list[str]) -> dict[str, Any]:
        """The student's values of these names; those that do not exist are left out."""
        message = {"op": "names", "names": names}
        reply, arrays = self._request(lambda: (message, []), self.limits.call)
        found = reply.get("names")
        if not isinstance(found, dict):
            raise self._lied("no names")
        return {name: self._decode(found[name], arrays, name) for name in names if name in found}

    def call(
        self, remote: Remote, args: Any, kwargs: dict[str, Any], method: str | None = None
    ) -> Any:
        """Call a student's function: its value, or its exception; what it prints is printed."""

        def request() -> tuple[dict[str, Any], list[bytes]]:
            arrays: list[bytes] = []
            message: dict[str, Any] = {"op": "call", "ref": self._current(remote)}
            message["args"] = encode(list(args), arrays, self._export)
            message["kwargs"] = encode(kwargs, arrays, self._export)
            if method:
                message["method"] = method
            return message, arrays

        # a loop that never ended once gets less time at its next input
        seconds = self.limits.again if remote._path in self._slow else self.limits.call
        try:
            reply, got = self._request(request, seconds)
        except TimeoutError:
            self._slow.add(remote._path)
            raise
        print(plain_text(reply.get("out"), 6_000), end="")
        print(plain_text(reply.get("err"), 6_000), end="", file=sys.stderr)
        for warned in as_list(reply.get("warned"))[:20]:
            bases, text = warned if isinstance(warned, list) and len(warned) == 2 else ([], "")
            warnings.warn(one_line(text, 500), builtin(bases, Warning, UserWarning), stacklevel=3)
        if "args" in reply:
            write_back(list(args), self._decode(reply["args"], got))
            write_back(kwargs, self._decode(reply.get("kwargs"), got))
        if "error" in reply:
            raise raised(reply["error"])
        return self._decode(reply.get("value"), got)

    def attribute(self, remote: Remote, name: str) -> Any:
        def request() -> tuple[dict[str, Any], list[bytes]]:
            return {"op": "get", "ref": self._current(remote), "name": name}, []

        reply, got = self._request(request, self.limits.call)
        if "error" in reply:
            raise raised(reply["error"])
        return self._decode(reply.get("value"), got)

    # -- values ----------------------------------------------------------------------------------

    def _current(self, remote: Remote) -> int:
        """The number of the student's object, found again if the worker was replaced."""
        self._ensure()
        if remote._generation == self.generation:
            return remote._number
        if remote._path is None:
            raise ProcessEnded("its process ended, and this object with it")
        again = self.lookup([remote._path]).get(remote._path)
        if not isinstance(again, Remote):
            raise ProcessEnded("its process ended, and this function with it")
        remote._number, remote._generation = again._number, again._generation
        return remote._number

    def _export(self, value: Any) -> list[Any]:
        if isinstance(value, Remote):
            return ["own", self._current(value)]
        if callable(value):
            self._functions.append(value)
            name = getattr(value, "__name__", "function")
            return ["ref", len(self._functions) - 1, True, name, "function", name]
        raise TypeError(f"a {type(value).__name__} cannot be given to a student's function")

    def _decode(self, value: Any, arrays: list[bytes], name: str | None = None) -> Any:
        def resolve(told: list[Any]) -> Any:
            if told[0] == "opaque":
                return Opaque(told[1], told[2])
            if told[0] == "own":
                return self._functions[checked_index(told[1])]
            if told[0] != "ref" or len(told) != 6:
                raise ProtocolError("not a value")
            checked_index(told[1])
            return (RemoteFunction if told[2] is True else Remote)(self, told, name)

        try:
            return decode(value, arrays, resolve)
        except ProtocolError as error:
            raise self._lied(str(error)) from error

    # -- the worker ------------------------------------------------------------------------------

    def _ensure(self) -> Worker:
        """The worker; a new one with the same cells run in it, if the last one ended."""
        if self.broken:
            raise self.broken
        if self._worker is not None and self._alive:
            return self._worker
        if self._ended > self.limits.restarts:
            raise ProcessEnded(f"its code ended the Python process {self._ended} times")
        try:
            self.close()
            self._worker = self.sandbox.fork()
        except SandboxError as error:
            self.broken = error
            raise
        self._alive = True
        self.generation += 1
        allowed = self.allowed
        cells, self._cells = self._cells, []
        for name, source, may_use in cells:
            self.allowed = may_use
            message = {"op": "cell", "id": name, "source": source, "quiet": True}
            try:
                self._exchange(message, [], self.limits.cell)
            except (TimeoutError, ProcessEnded):
                if not self._alive:
                    self._cells += [cell for cell in cells if cell[0] != name]
                    raise
            self._cells.append((name, source, may_use))
        self.allowed = allowed
        return self._worker

    def _request(
        self, build: Callable[[], tuple[dict[str, Any], list[bytes]]], seconds: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Ask, and ask a second time if the worker ends: somebody else may have killed it."""
        try:
            return self._exchange(*build(), seconds)
        except _Gone:
            return self._exchange(*build(), seconds)

    def _exchange(
        self, message: dict[str, Any], arrays: list[bytes], seconds: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request and wait for its reply, answering questions meanwhile."""
        if time.monotonic() >= self._end:
            raise TimeoutError(f"the {self.limits.total:g} s for the whole notebook are used up")
        if time.monotonic() >= self._cell_end:
            raise TimeoutError(f"the {self.limits.cell:g} s for this cell are used up")
        worker = self._ensure()
        until = min(time.monotonic() + seconds, self._cell_end, self._end)
        self._sequence += 1
        sequence = self._sequence
        interrupted = False
        try:
            worker.channel.send({**message, "seq": sequence}, arrays, until)
            while True:
                try:
                    reply, got = worker.channel.receive(until, self._watch)
                except Late:
                    if interrupted:
                        raise
                    # a loop that ends by an interrupt leaves the rest of the work in place
                    interrupted = True
                    self.sandbox.interrupt(worker)
                    until = time.monotonic() + self.limits.grace
                    continue
                if reply.get("op") in ("course", "callback"):
                    answer = self._answer(reply, got, late=interrupted)
                    worker.channel.send_frame(answer, until)
                    continue
                if reply.get("seq") != sequence:
                    raise ProtocolError("an answer to another question")
                if interrupted:
                    raise TimeoutError(f"no answer after {seconds:g} s: does a loop never end?")
                return reply, got
        except Late:
            self._stop()
            raise TimeoutError(
                f"no answer after {seconds:g} s, and it could not be interrupted"
            ) from None
        except Closed:
            self._stop()
            raise _Gone(
                "the Python process ended during this (a crash, an exit or out of memory)"
            ) from None
        except ProtocolError as error:
            raise self._lied(str(error)) from error

    def _stop(self) -> None:
        self._alive = False
        self._ended += 1

    def _lied(self, why: str) -> ProcessEnded:
        self._stop()
        return ProcessEnded(f"what came back is no answer ({why[:200]})")

    def _watch(self) -> None:
        """Called while the worker is silent."""
        if self.sandbox.mode == "bubblewrap" and self.sandbox.memory() > MEMORY:
            raise Closed

    # -- questions from student code -------------------------------------------------------------

    def _answer(self, question: dict[str, Any], arrays: list[bytes], late: bool) -> bytes:
        """The answer to a question, as the frame to send."""
        self._questions += 1
        try:
            if late or self._questions > MAX_QUESTIONS:
                raise TimeoutError("the time for this is used up")
            if question["op"] == "course":
                path, what, told = str(question["path"]), question["what"], question["args"]
                return library_answer(path, what, told, arrays, self.allowed)
            return self._call_back(question, arrays)
        except (KeyError, IndexError) as error:
            if "args" in question and "op" in question and not isinstance(error, ProtocolError):
                return told_error(error)
            raise ProtocolError("not a question") from error
        except (ProtocolError, ProcessEnded):
            raise ProtocolError("not a question") from None
        except Exception as error:
            return told_error(error)

    def _call_back(self, question: dict[str, Any], arrays: list[bytes]) -> bytes:
        """What a function of a test cell, which student code got as an argument, returns."""
        args = self._decode(question["args"][0], arrays)
        kwargs = self._decode(question["args"][1], arrays)
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise ProtocolError("not arguments")
        function = self._functions[checked_index(question["ref"])]
        return told_value(lambda: function(*args, **kwargs), self._export)
