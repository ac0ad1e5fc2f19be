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
from typing import Any

from ce_lib.grading import isolate

#: What NumPy and IPython load when it is first needed, which would be in every worker.
LATE = ("numpy.random", "stack_data", "pygments.formatters.terminal256", "pygments.styles")

#: Bytes of each message on the control socket: one letter, then a number or a reason.
MESSAGE = 256


def main() -> None:
    """Serve the control socket named on the command line until it closes."""
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=int(settings["control"]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if settings["root"]:
        isolate.become_nobody()
    _warm_up(settings["modules"])
    gc.collect()
    # what is warm is never looked at again, so that a fork shares its memory for good
    gc.freeze()
    gc.set_threshold(5_000)
    _say(control, b"R")
    Template(control, namespaces=bool(settings["namespaces"])).serve()


def _say(control: socket.socket, text: bytes) -> None:
    control.sendall(text[:MESSAGE].ljust(MESSAGE))


def _warm_up(modules: list[str]) -> None:
    from ce_lib.grading import worker

    for module in ("ce_lib.checks", *LATE, *modules):
        with contextlib.suppress(ImportError):  # a cell that needs it will say so
            importlib.import_module(module)
    shell = worker.Shell.instance()
    # what IPython loads at its first cell, its first error and its first result
    for source in ("x = 1", "1/0", "x = [", "[x]"):
        shell.run_cell(source)
    shell.reset()
    if "matplotlib" in sys.modules:
        # the first figure loads fonts and styles: let it be this one
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        axes.plot([-6, 6], [0, 1], label="c = 0.1 2 3 4 5 6 7 8 9 $x$")
        axes.set(xlabel="x", ylabel="y", title="title")
        axes.legend()
        worker._draw(figure)
        plt.close("all")


class Template:
    """Forks, interrupts and ends workers on request."""

    def __init__(self, control: socket.socket, namespaces: bool) -> None:
        self.control = control
        self.namespaces = namespaces
        self.keepers: dict[int, tuple[int, str]] = {}  # worker -> its keeper, its folder

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
        read, write = os.pipe()
        keeper = os.fork()
        if keeper == 0:
            os.close(read)
            self._keep(end, write, folder)
        os.close(write)
        os.close(end)
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()
        if not told.startswith(b"P"):
            os.waitpid(keeper, 0)
            _say(self.control, b"E" + told)
            return
        self.keepers[int(told[1:])] = keeper, folder
        _say(self.control, told)

    def _keep(self, end: int, write: int, folder: str) -> None:
        """The keeper: makes the namespaces, forks the worker as their process 1, waits for it."""
        try:
            isolate.tie_to_parent()
            self.control.close()
            if self.namespaces:
                isolate.enter_namespaces()
            else:
                os.chdir(folder)
            child = os.fork()
        except BaseException as error:
            os.write(write, str(error).encode()[:200])
            os._exit(1)
        if child == 0:
            code = 1
            try:
                os.close(write)
                isolate.tie_to_parent()
                os.setsid()
                isolate.limit()
                if self.namespaces:
                    isolate.give_up_rights()
                from ce_lib.grading import worker

                worker.run(socket.socket(fileno=end))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        os.write(write, b"P%d" % child)
        os.close(write)
        os.close(end)
        os.waitpid(child, 0)
        os._exit(0)

    def _end(self, child: int) -> None:
        keeper, folder = self.keepers.pop(child, (0, ""))
        if not keeper:
            return
        # with a pid namespace this ends all that the worker started; the keeper waits for them
        kills: list[Any] = [os.kill] if self.namespaces else [os.killpg, os.kill]
        for kill in kills:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)
        os.waitpid(keeper, 0)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
