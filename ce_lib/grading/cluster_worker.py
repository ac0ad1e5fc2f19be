"""What runs in a Dask worker: it hands each submission, as bytes, to a judging process of its own.

One such process for each of the worker's threads, started when it is first needed, kept from one
submission to the next with its warm sandbox, and replaced when it ends.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

from . import parcel

__all__ = ["GradingPlugin", "grade_parcel", "refusal"]

#: Times that a submission may take the process that judges it down before it is given up.
TRIALS = 2
#: Seconds for a judge's first answer, and for any: each part of grading has its own, tighter bound.
PATIENCE = 900.0

_runs: dict[str, GradingPlugin] = {}


def grade_parcel(run: str, asked: bytes) -> bytes:
    """Grade one submission of a run, as `parcel.pack_task` packed it; a Dask task."""
    if why := refusal(run):
        return parcel.pack_answer("refused", f"{get_worker().address}: {why}")
    try:
        return _runs[run].grade(asked)
    except Exception as error:  # this machine's fault, such as a full disk
        why = f"{get_worker().address}: {type(error).__name__}: {error}"
        return parcel.pack_answer("refused", why[:500])


def refusal(run: str) -> str:
    """Why this worker cannot take part in a run; an empty string if it can."""
    known = _runs.get(run)
    return "it was never told of this problem set" if known is None else known.refusal


class GradingPlugin(WorkerPlugin):
    """A run's problem set, brought to every worker there is and every one that comes later.

    Parameters
    ----------
    run : str
        The run's own name.
    files : dict
        As `parcel.course_files` makes them.
    versions : dict
        What the coordinator grades with; a worker that has others refuses.
    packages : list of str
        What the problem set imports.
    """

    def __init__(
        self, run: str, files: dict[str, bytes], versions: dict[str, str], packages: list[str]
    ) -> None:
        self.name = f"grading-{run}"
        self.run, self.files, self.versions, self.packages = run, files, versions, packages
        self.refusal = ""

    def setup(self, worker: Any) -> None:
        """Take note of the run; what is slow happens when a submission comes."""
        self.refusal = parcel.differences(self.versions, parcel.versions(self.packages))
        self._idle: list[_Judge] = []
        self._lock = threading.Lock()
        self._folder = ""
        # Dask clears it away after a worker that was killed
        self._above, self._address = worker.local_directory, worker.address
        _runs[self.run] = self

    def teardown(self, worker: Any) -> None:
        """End this run's judges and remove its files."""
        _runs.pop(self.run, None)
        with self._lock:
            judges, self._idle = self._idle, []
        for judge in judges:
            judge.end()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def grade(self, asked: bytes) -> bytes:
        """Ask an idle judge, or a new one."""
        for _ in range(TRIALS):
            with self._lock:
                judge = self._idle.pop() if self._idle else None
                root = self._unpacked()
            if judge is None or judge.gone():
                judge = _Judge(root, self._address)
            answer = judge.ask(asked)
            if answer is not None:
                with self._lock:
                    self._idle.append(judge)
                if self.run not in _runs:  # the run has ended meanwhile
                    self.teardown(None)
                return answer
            judge.end()
        return parcel.pack_answer("ended", "grading it ended the grader's own process twice")

    def _unpacked(self) -> str:
        """The folder in which the problem set lies, for the judges."""
        if not self._folder:
            self._folder = tempfile.mkdtemp(prefix="grading-", dir=self._above)
            for name, data in self.files.items():
                path = Path(self._folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        return self._folder


class _Judge:
    """A process that judges."""

    def __init__(self, root: str, address: str) -> None:
        ours, theirs = socket.socketpair()
        home = str(Path(__file__).resolve().parents[2])
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        command = [sys.executable, "-P", "-m", "ce_lib.grading.cluster_judge"]
        self._process = subprocess.Popen(
            [*command, str(theirs.fileno()), str(os.getpid()), root, address],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        ours.settimeout(PATIENCE)
        self._channel = ours

    def gone(self) -> bool:
        """Whether it has ended, for want of work or for any other reason."""
        return self._process.poll() is not None

    def ask(self, asked: bytes) -> bytes | None:
        """Its answer; None if it ended or gives none."""
        try:
            parcel.send(self._channel, asked)
            return parcel.receive(self._channel)
        except OSError:
            return None

    def end(self) -> None:
        """End it and wait until it is gone."""
        self._channel.close()
        try:  # it ends by itself when nobody is left to ask
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
