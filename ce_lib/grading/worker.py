"""Where student code runs: cells in an IPython shell, calls of the functions they define.

A worker holds no test, no expected value and no score. What it says is what the student's code
says; the judge believes none of it beyond that.
"""

from __future__ import annotations

import base64
import contextlib
import os
import random
import signal
import socket
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import ce_lib
from ce_lib.behaviour import CONSTANT
from ce_lib.grading.pictures import FIGURE_BYTES, figures
from ce_lib.grading.shell import Bounded, Shell
from ce_lib.grading.telling import bases, builtin, raised, told
from ce_lib.grading.wire import Channel, Closed, ProtocolError, decode, encode, frame
from ce_lib.offered import own_means

#: Characters that one cell may print, and one call; characters of a shown result.
CELL_OUTPUT = 50_000
CALL_OUTPUT = 5_000
RESULT_TEXT = 10_000
#: Numbers of a question that is put together from one like it, and bytes of them.
FLOAT = np.dtype(np.float64)
SHORT_ARRAY = 4_000


def run(end: socket.socket) -> None:
    """Serve the judge on this socket until it closes."""
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    random.seed(0)
    np.random.seed(0)
    Worker(Channel(end)).serve()


class Worker:
    """Answers the judge's requests, one at a time."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.shell: Any = Shell.instance()
        self.objects: list[Any] = []
        self.known: dict[int, int] = {}
        self.questions: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self.running = False
        self.interrupted = False
        signal.signal(signal.SIGINT, self._interrupt)
        ce_lib.ask = self._ask_course  # type: ignore[attr-defined]

    def serve(self) -> None:
        requests: dict[str, Callable[..., dict[str, Any]]] = {
            "cell": self._cell,
            "names": self._names,
            "call": self._call,
            "get": self._get,
        }
        while True:
            try:
                message, arrays = self.channel.receive()
            except Closed:
                return
            out: list[bytes] = []
            try:
                reply = requests[message["op"]](message, arrays, out)
            except ProtocolError as error:
                reply, out = (
                    {"error": told(TypeError(f"its result cannot be judged: {error}"))},
                    [],
                )
            except BaseException as error:  # student code runs even while its result is read
                reply, out = {"error": told(error)}, []
            reply["seq"] = message["seq"]
            try:
                self.channel.send(reply, out)
            except ProtocolError as error:
                self.channel.send({"seq": message["seq"], "error": told(TypeError(str(error)))})

    # -- requests --------------------------------------------------------------------------------

    def _cell(self, message: dict[str, Any], _: list[bytes], __: list[bytes]) -> dict[str, Any]:
        self.shell.compile.cell = message["id"]
        self.shell.shown = []
        out, err = Bounded(CELL_OUTPUT), Bounded(CELL_OUTPUT)
        with self._student(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            error: BaseException | None
            try:
                result = self.shell.run_cell(message["source"], store_history=True, silent=False)
                error = result.error_before_exec or result.error_in_exec
            except BaseException as stopped:  # an interrupt between two lines of IPython itself
                error = stopped
            outputs = [] if message.get("quiet") else figures()
        texts = [("stdout", out.text()), ("stderr", err.text())]
        streams = [
            {"output_type": "stream", "name": name, "text": text} for name, text in texts if text
        ]
        shown = [_shown(kind, data) for kind, data in self.shell.shown[:50]]
        reply: dict[str, Any] = {"outputs": [*streams, *shown, *outputs]}
        if error is not None:
            reply["error"] = told(error)
        return reply

    def _names(self, message: dict[str, Any], _: list[bytes], out: list[bytes]) -> dict[str, Any]:
        space = self.shell.user_ns
        found = {}
        for name in message["names"]:
            if name in space:
                try:
                    found[name] = encode(space[name], out, self._export)
                except ProtocolError as error:
                    found[name] = ["opaque", type(space[name]).__name__, str(error)]
        return {"names": found}

    def _call(
        self, message: dict[str, Any], arrays: list[bytes], reply_arrays: list[bytes]
    ) -> dict[str, Any]:
        target = self._object(message["ref"])
        args = decode(message["args"], arrays, self._resolve)
        kwargs = decode(message["kwargs"], arrays, self._resolve)
        before = _picture((*args, *kwargs.values()))
        out, err = Bounded(CALL_OUTPUT), Bounded(CALL_OUTPUT)
        reply: dict[str, Any] = {}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with self._student(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    if "method" in message:
                        target = getattr(target, message["method"])
                    with own_means(target):
                        value = target(*args, **kwargs)
                    reply["value"] = encode(value, reply_arrays, self._export)
                except ProtocolError as problem:
                    del reply_arrays[:]
                    error = TypeError(f"what it returned cannot be judged: {problem}")
                    reply["error"] = told(error)
                except BaseException as error:
                    reply["error"] = told(error)
        if _picture((*args, *kwargs.values())) != before:
            reply["args"] = encode(args, reply_arrays, self._export)
            reply["kwargs"] = encode(kwargs, reply_arrays, self._export)
        reply["warned"] = [
            [bases(warning.category), str(warning.message)[:500]] for warning in caught[:20]
        ]
        reply["out"], reply["err"] = out.text(), err.text()
        return reply

    def _get(self, message: dict[str, Any], _: list[bytes], out: list[bytes]) -> dict[str, Any]:
        with self._student():
            value = getattr(self._object(message["ref"]), message["name"])
            return {"value": encode(value, out, self._export)}

    # -- values ----------------------------------------------------------------------------------

    def _export(self, value: Any) -> list[Any]:
        if isinstance(value, _JudgesFunction):
            return ["own", value.number]
        number = self.known.get(id(value))
        if number is None:
            self.objects.append(value)
            number = self.known[id(value)] = len(self.objects) - 1
        try:
            text = repr(value)[:200]
        except BaseException as error:
            text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
        name = str(getattr(value, "__name__", ""))[:80]
        return ["ref", number, callable(value), name, type(value).__name__[:80], text]

    def _resolve(self, value: list[Any]) -> Any:
        if value[0] == "own":
            return self._object(value[1])
        return _JudgesFunction(self, value[1], value[3])

    def _object(self, number: int) -> Any:
        return self.objects[number]

    # -- questions to the judge ------------------------------------------------------------------

    def ask(
        self, message: dict[str, Any], arrays: list[bytes]
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a question from within student code and wait for its answer."""
        return self._ask(frame(message, arrays))

    def _ask(self, question: bytes) -> tuple[dict[str, Any], list[bytes]]:
        running, self.running = self.running, False  # an interrupt would tear a frame apart
        try:
            self.channel.send_frame(question)
            answer = self.channel.receive()
        finally:
            self.running = running
        if self.interrupted and running:
            self.interrupted = False
            raise KeyboardInterrupt
        if "error" in answer[0]:
            raise raised(answer[0]["error"])
        for kinds, text in answer[0].get("warned", []):
            warnings.warn(text, builtin(kinds, Warning, UserWarning), stacklevel=4)
        return answer

    def _ask_course(self, path: str, what: str, args: Any, kwargs: Any) -> Any:
        # a loop asks about an array of one shape again and again: only its bytes differ
        one = args[0] if len(args) == 1 and not kwargs and what == "call" else None
        if type(one) is not np.ndarray or one.dtype is not FLOAT or one.nbytes > SHORT_ARRAY:
            question = self._question(path, what, args, kwargs)
        else:
            start = self.questions.get((path, one.shape))
            if start is None:
                start = self._question(path, what, args, kwargs)
                start = self.questions[path, one.shape] = start[: len(start) - one.nbytes]
            question = start + one.tobytes()
        answer, got = self._ask(question)
        return decode(answer["value"], got, self._resolve)

    def _question(self, path: str, what: str, args: Any, kwargs: Any) -> bytes:
        arrays: list[bytes] = []
        given = [encode(list(args), arrays, self._export), encode(kwargs, arrays, self._export)]
        return frame({"op": "course", "path": path, "what": what, "args": given}, arrays)

    # -- student code ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _student(self) -> Iterator[None]:
        self.interrupted, self.running = False, True
        try:
            yield
        finally:
            self.running = False

    def _interrupt(self, *_: Any) -> None:
        if self.running:
            raise KeyboardInterrupt
        self.interrupted = True


class _JudgesFunction:
    """A function of a test cell, handed to student code as an argument."""

    def __init__(self, worker: Worker, number: int, name: str) -> None:
        self.worker, self.number, self.__name__ = worker, number, name

    def __deepcopy__(self, _: Any) -> _JudgesFunction:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        arrays: list[bytes] = []
        export = self.worker._export
        given = [encode(list(args), arrays, export), encode(kwargs, arrays, export)]
        message = {"op": "callback", "ref": self.number, "args": given}
        answer, got = self.worker.ask(message, arrays)
        return decode(answer["value"], got, self.worker._resolve)


def _picture(values: Iterable[Any]) -> list[Any]:
    """Something that differs when one of the values has changed, inside too."""
    made: list[Any] = []
    for value in values:
        if type(value) is np.ndarray and value.dtype.kind in "biufc":
            made.append((value.dtype.str, value.shape, value.tobytes()))
        elif type(value) not in CONSTANT:
            arrays: list[bytes] = []
            try:
                made.append(
                    (repr(encode(value, arrays, lambda other: ["other", id(other)])), arrays)
                )
            except ProtocolError:
                made.append("beyond bounds")
    return made


def _shown(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    kept = {}
    if isinstance(data.get("text/plain"), str):
        text = data["text/plain"]
        more = f"\n… {len(text) - RESULT_TEXT} more characters" if len(text) > RESULT_TEXT else ""
        kept["text/plain"] = text[:RESULT_TEXT] + more
    picture = data.get("image/png")
    if isinstance(picture, bytes):
        picture = base64.b64encode(picture).decode()
    if isinstance(picture, str) and len(picture) < 4 * FIGURE_BYTES // 3:
        kept["image/png"] = picture
    return {"output_type": kind, "data": kept}
