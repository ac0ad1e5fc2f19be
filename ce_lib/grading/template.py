"""The warm process inside the sandbox: imports everything once, then forks a worker a submission.

It never runs student code itself. The judge asks it, over a control socket, for a worker on a
channel that comes along with the request, to interrupt one, or to end one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from typing import Any, NoReturn

from ce_lib.grading import isolate

#: What NumPy and IPython load when it is first needed, which would be in every worker.
LATE = ("numpy.random", "stack_data", "pygments.formatters.terminal256", "pygments.styles")

#: Bytes of each message on the control socket: one letter, then a number or a reason.
MESSAGE = 256


def main() -> None:
    """Serve the control sockets named on the command line, a process each, until they close."""
    settings = json.loads(sys.argv[1])
    controls = [socket.socket(fileno=int(number)) for number in settings["controls"]]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # next to nothing of what is loaded now is rubbish
    if settings["root"]:
        isolate.become_nobody()
    _warm_up(settings["modules"])
    # what is warm is never looked at again, so that a fork shares its memory for good
    gc.freeze()
    gc.set_threshold(5_000)
    gc.enable()
    mine = 0 if len(controls) == 1 else _split(len(controls))
    for number, control in enumerate(controls):
        if number != mine:
            control.close()
    if mine is None:
        for _ in controls:
            os.wait()
        return
    _say(controls[mine], b"R")
    Template(controls[mine], namespaces=bool(settings["namespaces"])).serve()


def _split(count: int) -> int | None:
    """Fork as many; return the number of each, and None to their parent.

    No template has another one, with its workers, among its children: a judge counts those.
    """
    for number in range(count):
        if os.fork() == 0:
            isolate.tie_to_parent()
            return number
    return None


def _say(control: socket.socket, text: bytes) -> None:
    control.sendall(text[:MESSAGE].ljust(MESSAGE))


def _warm_up(modules: list[str]) -> None:
    from ce_lib.grading import fresh, pictures, shell, worker  # noqa: F401 (loaded once for all)

    for module in ("ce_lib.checks", "ce_lib.near", *LATE, *modules):
        with contextlib.suppress(ImportError):  # a cell that needs it will say so
            importlib.import_module(module)
    import ce_lib  # here it is the one that asks the judge, and no worker need prepare it anew

    ce_lib.install()  # type: ignore[attr-defined]
    warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
    cells = shell.Shell.instance()
    # what IPython loads at its first cell, its first error and its first result
    for source in ("x = 1", "1/0", "x = [", "[x]"):
        cells.run_cell(source)
    cells.reset()
    fresh.install()
    if "matplotlib" in sys.modules:
        # the first figure loads fonts and styles: let it be this one
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        axes.plot([-6, 6], [0, 1], label="c = 0.1 2 3 4 5 6 7 8 9 $x$")
        axes.set(xlabel="x", ylabel="y", title="title")
        axes.legend()
        pictures.draw(figure)
        plt.close("all")


class Template:
    """Forks, interrupts and ends workers on request."""

    def __init__(self, control: socket.socket, namespaces: bool) -> None:
        self.control = control
        self.namespaces = namespaces
        self.workers: dict[int, str] = {}  # with the folder of each, where there is no namespace

    def serve(self) -> None:
        while True:
            data, ends, _, _ = socket.recv_fds(self.control, MESSAGE, 1)
            while data and len(data) < MESSAGE:
                data += self.control.recv(MESSAGE - len(data))
            if not data:
                return
            what, rest = data[:1], data[1:].strip()
            if what == b"F":
                self._fork(ends[0])
            elif what == b"I":
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(rest), signal.SIGINT)
            elif what == b"K":
                self._end(int(rest))
                _say(self.control, b"k")

    def _fork(self, end: int) -> None:
        folder = "" if self.namespaces else tempfile.mkdtemp(prefix="submission-")
        uid, gid = os.getuid(), os.getgid()
        read, write = os.pipe()
        try:
            child = isolate.fork_into_namespaces() if self.namespaces else os.fork()
        except OSError as error:
            os.close(read)
            os.close(write)
            os.close(end)
            _say(self.control, b"E" + str(error).encode())
            return
        if child == 0:
            self._work(end, read, write, folder, (uid, gid))
        os.close(write)
        os.close(end)
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()  # the child closes its end when all walls stand
        if told:
            os.waitpid(child, 0)
            _say(self.control, b"E" + told)
            return
        self.workers[child] = folder
        _say(self.control, b"P%d" % child)

    def _work(
        self, end: int, read: int, write: int, folder: str, user: tuple[int, int]
    ) -> NoReturn:
        code = 1
        try:
            try:
                self.control.close()
                os.close(read)
                if self.namespaces:
                    isolate.furnish(*user)
                else:
                    os.chdir(folder)
                isolate.tie_to_parent()
                os.setsid()
                isolate.limit()
                if self.namespaces:
                    isolate.give_up_rights()
            except BaseException as error:
                os.write(write, (str(error) or type(error).__name__).encode()[:200])
                os._exit(1)
            os.close(write)
            from ce_lib.grading import worker

            worker.run(socket.socket(fileno=end))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _end(self, child: int) -> None:
        if child not in self.workers:
            return
        folder = self.workers.pop(child)
        # with a pid namespace this ends all that the worker started, and waits for them
        kills: list[Any] = [os.kill] if self.namespaces else [os.killpg, os.kill]
        for kill in kills:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
