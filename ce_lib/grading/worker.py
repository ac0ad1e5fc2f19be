"""Where student code runs: cells in an IPython shell, calls of the functions they define.

A worker holds no test, no expected value and no score. What it says is what the student's code
says; the judge believes none of it beyond that.
"""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import io
import linecache
import random
import signal
import socket
import struct
import sys
import traceback
import types
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import ce_lib
from ce_lib.grading.wire import Channel, Closed, ProtocolError, decode, encode, frame
from ce_lib.offered import own_means

#: Characters that one cell may print, and one call; characters of a shown result.
CELL_OUTPUT = 50_000
CALL_OUTPUT = 5_000
RESULT_TEXT = 10_000
#: Figures that one cell may draw, and bytes of one.
FIGURES = 6
FIGURE_BYTES = 1_000_000
#: Numbers of a question that is put together from one like it, and bytes of them.
FLOAT = np.dtype(np.float64)
SHORT_ARRAY = 4_000
#: PNG's name for a row that is written as the difference from the one above.
UP = 2

plain_open = io.open


class Bounded(io.TextIOBase):
    """A text stream that keeps the beginning and counts the rest."""

    encoding = "utf-8"

    def __init__(self, most: int) -> None:
        self.most = most
        self.parts: list[str] = []
        self.length = 0
        self.dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        kept = text[: self.most - self.length]
        if kept:
            self.parts.append(str(kept))
            self.length += len(kept)
        self.dropped += len(text) - len(kept)
        return len(text)

    def text(self) -> str:
        end = f"\n… {self.dropped} more characters\n" if self.dropped else ""
        return "".join(self.parts) + end


class Compiler(CachingCompiler):
    """Names a cell in tracebacks by its id, not by a hash."""

    cell = "cell"

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<{self.cell}>"


class Hook(DisplayHook):
    """Keeps what a cell's last expression shows."""

    shell: Any

    def __call__(self, result: Any = None) -> None:
        self.check_for_underscore()
        if result is None or self.quiet():
            return
        data, _ = self.compute_format_data(result)
        self.update_user_ns(result)
        self.shell.shown.append(("execute_result", data))


class Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    shell: Any

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
        self.shell.shown.append(("display_data", dict(data)))

    def clear_output(self, wait: bool = False) -> None:
        pass


class Shell(InteractiveShell):
    """An IPython shell that writes nothing anywhere."""

    compiler_class = Compiler
    displayhook_class = Hook
    display_pub_class = Publisher

    def __init__(self, **kwargs: Any) -> None:
        self.shown: list[tuple[str, dict[str, Any]]] = []
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        super().__init__(config=config, **kwargs)

    def transform_cell(self, raw_cell: str) -> str:
        # magics are no Python; IPython looks for them with its own tokenizer, which takes as long
        # as all else that a cell does
        if raw_cell.strip().count("\n") and not self.input_transformers_post:
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                ast.parse(raw_cell)
                return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        return str(super().transform_cell(raw_cell))

    def should_run_async(self, raw_cell: str, **given: Any) -> bool:
        # IPython compiles the cell to find out
        if "await" not in raw_cell and "async" not in raw_cell:
            return False
        return bool(super().should_run_async(raw_cell, **given))

    def showtraceback(self, *_: Any, **__: Any) -> None:
        pass

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        pass

    def showindentationerror(self) -> None:
        pass

    def enable_gui(self, gui: Any = None) -> None:
        pass


def run(end: socket.socket) -> None:
    """Serve the judge on this socket until it closes."""
    null = plain_open("/dev/null", "r+b", buffering=0)
    import os

    for number in (0, 1, 2):
        os.dup2(null.fileno(), number)
    random.seed(0)
    np.random.seed(0)
    # memory that nobody has cleared differs from run to run, and may hold what a test brought
    np.empty, np.empty_like = np.zeros, np.zeros_like  # type: ignore[misc,assignment]
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
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
        ce_lib.install(self._ask_course)  # type: ignore[attr-defined]

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
                    {"error": _told(TypeError(f"its result cannot be judged: {error}"))},
                    [],
                )
            except BaseException as error:  # student code runs even while its result is read
                reply, out = {"error": _told(error)}, []
            reply["seq"] = message["seq"]
            try:
                self.channel.send(reply, out)
            except ProtocolError as error:
                self.channel.send({"seq": message["seq"], "error": _told(TypeError(str(error)))})

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
            outputs = [] if message.get("quiet") else self._figures()
        texts = [("stdout", out.text()), ("stderr", err.text())]
        streams = [
            {"output_type": "stream", "name": name, "text": text} for name, text in texts if text
        ]
        shown = [_shown(kind, data) for kind, data in self.shell.shown[:50]]
        reply: dict[str, Any] = {"outputs": [*streams, *shown, *outputs]}
        if error is not None:
            reply["error"] = _told(error)
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
        before = _picture((args, kwargs))
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
                    reply["error"] = _told(error)
                except BaseException as error:
                    reply["error"] = _told(error)
        if _picture((args, kwargs)) != before:
            reply["args"] = encode(args, reply_arrays, self._export)
            reply["kwargs"] = encode(kwargs, reply_arrays, self._export)
        reply["warned"] = [
            [_bases(warning.category), str(warning.message)[:500]] for warning in caught[:20]
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
            raise _raised(answer[0]["error"])
        for bases, text in answer[0].get("warned", []):
            warnings.warn(text, _builtin(bases, Warning, UserWarning), stacklevel=4)
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

    def _figures(self) -> list[dict[str, Any]]:
        """What the cell drew, as the notebook would show it below the cell."""
        plt = sys.modules.get("matplotlib.pyplot")
        if plt is None:
            return []
        made = []
        try:
            for number in plt.get_fignums()[:FIGURES]:
                data = _draw(plt.figure(number))
                if len(data) <= FIGURE_BYTES:
                    text = base64.b64encode(data).decode()
                    made.append(
                        {
                            "output_type": "display_data",
                            "data": {"image/png": text, "text/plain": "a figure"},
                        }
                    )
            plt.close("all")
        except Exception as error:  # a figure that cannot be drawn is the student's affair
            text = f"this figure cannot be drawn: {type(error).__name__}: {error}\n"
            made.append({"output_type": "stream", "name": "stderr", "text": text[:1000]})
        return made


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


def _draw(figure: Any) -> bytes:
    """A figure as PNG. ``savefig`` lays everything out twice and takes twice the time."""
    figure.set_dpi(80)
    figure.canvas.draw()
    return _png(np.asarray(figure.canvas.buffer_rgba())[..., :3])


def _png(pixels: np.ndarray) -> bytes:
    """Pixels (height, width, 3), uint8, as PNG, twice as fast as a general library.

    Each row is the difference from the one above, which for a drawing is mostly nothing.
    """
    height, width, _ = pixels.shape
    flat = pixels.reshape(height, 3 * width)
    rows = np.full((height, 1 + 3 * width), UP, np.uint8)
    rows[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=rows[1:, 1:])
    squeeze = zlib.compressobj(1, strategy=zlib.Z_RLE)
    data = squeeze.compress(rows.data) + squeeze.flush()
    shape = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", shape), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(part)) + kind + part + struct.pack("!I", zlib.crc32(kind + part))
        for kind, part in parts
    )


def _picture(value: Any) -> Any:
    """Something that differs when the value has changed, inside too."""
    arrays: list[bytes] = []
    try:
        return repr(encode(value, arrays, lambda other: ["other", id(other)])), arrays
    except ProtocolError:
        return "beyond bounds", []


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


def _bases(kind: type) -> list[str]:
    """The names of the exception and of its built-in bases, nearest first."""
    mine = [c.__name__ for c in kind.__mro__ if getattr(builtins, c.__name__, None) is c]
    return [kind.__name__[:80], *mine]


def _builtin(bases: list[str], kind: type, otherwise: type) -> Any:
    found = (getattr(builtins, name, None) for name in bases)
    return next((c for c in found if isinstance(c, type) and issubclass(c, kind)), otherwise)


def _raised(told: dict[str, Any]) -> BaseException:
    return _builtin(told["bases"], Exception, RuntimeError)(told["message"])


def _told(error: BaseException) -> dict[str, Any]:
    """An exception in words: its type, what it says, and where in the student's cells it arose."""
    try:
        message = str(error)
    except BaseException:
        message = ""
    lines = []
    try:
        for frame in traceback.extract_tb(_traceback(error))[-60:]:
            if frame.filename.startswith("<") and linecache.getline(
                frame.filename, frame.lineno or 1
            ):
                where = f"{frame.filename.strip('<>')}, line {frame.lineno}"
                lines.append([where, frame.name[:80], (frame.line or "")[:300]])
        if isinstance(error, SyntaxError) and error.lineno:
            where = f"{str(error.filename).strip('<>')[:80]}, line {error.lineno}"
            lines.append([where, "", str(error.text or "").rstrip()[:300]])
            message = str(error.msg)
    except BaseException:
        lines = []
    return {"bases": _bases(type(error)), "message": message[:2000], "lines": lines[-12:]}


def _traceback(error: BaseException) -> types.TracebackType | None:
    return error.__traceback__
