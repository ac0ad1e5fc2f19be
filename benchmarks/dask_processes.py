"""A Dask scheduler and workers as processes of their own on this machine, for tests and benchmarks.

Each is started with the command that one uses on a real cluster. A worker is a nanny and, below it,
the process that works; the nanny replaces the latter when it is killed.

    with Processes(2) as cluster:
        grade_class(..., cluster=cluster.address)
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

__all__ = ["QUIET", "Processes"]

ROOT = Path(__file__).resolve().parents[1]
#: Dask looks at itself up to a hundred times a second; with these settings, hardly ever.
QUIET = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "5s",
}
#: Seconds for a process to be there, on a busy machine.
PATIENCE = 90.0


class Processes:
    """A scheduler and ``workers`` workers, each with one thread. Use it as a context manager.

    Parameters
    ----------
    workers : int
        How many to begin with.
    environment : mapping, optional
        Set for all of them, besides this process's own.
    options : sequence of str
        More arguments for ``dask worker``.
    """

    def __init__(
        self,
        workers: int,
        environment: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dask-")
        self.folder = Path(self._folder.name)
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        self._options = list(options)
        self._log = open(self.folder / "log", "wb")  # noqa: SIM115 (closed with the cluster)
        self.workers: list[subprocess.Popen[bytes]] = []
        file = self.folder / "scheduler.json"
        try:
            self.scheduler = self._start(
                "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                "--dashboard-address", ":0", "--scheduler-file", str(file),
            )  # fmt: skip
            self.address = self._read(file)
            for _ in range(workers):
                self.add()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start one more worker; it joins when it is ready."""
        worker = self._start(
            "worker", self.address, "--nthreads", "1", "--nworkers", "1", "--no-dashboard",
            "--dashboard-address", ":0", "--local-directory", str(self.folder),
            *self._options, environment=environment,
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def working(self) -> list[psutil.Process]:
        """The processes that work, one below each nanny that has one at the moment."""
        found = []
        for nanny in self.workers:
            with contextlib.suppress(psutil.Error):
                found += [p for p in psutil.Process(nanny.pid).children() if _works(p)]
        return found

    def judging(self) -> list[psutil.Process]:
        """The judging processes below the workers."""
        found = []
        for worker in self.working():
            with contextlib.suppress(psutil.Error):
                found += [p for p in worker.children() if "cluster_judge" in " ".join(p.cmdline())]
        return found

    def processor_seconds(self) -> dict[str, float]:
        """Seconds that the scheduler and the workers have computed so far, by what they are."""
        seconds = {"scheduler": _seconds(psutil.Process(self.scheduler.pid))}
        seconds["workers"] = sum(_seconds(p) for p in self.working())
        return seconds

    def said(self) -> str:
        """What they have written so far."""
        self._log.flush()
        return (self.folder / "log").read_text("utf-8", "replace")

    def close(self) -> None:
        """End all of them."""
        processes = [*self.workers, *([self.scheduler] if hasattr(self, "scheduler") else [])]
        below = []
        for process in processes:
            with contextlib.suppress(psutil.Error):
                below += psutil.Process(process.pid).children(recursive=True)
            process.kill()
        for process in processes:
            process.wait()
        for one in below:
            with contextlib.suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(below, timeout=20)
        self._log.close()
        self._folder.cleanup()

    def _start(
        self, what: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", what, *arguments],
            cwd=self.folder, env={**self._environment, **(environment or {})},
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def _read(self, file: Path) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.scheduler.poll() is None:
            with contextlib.suppress(OSError, ValueError, KeyError):
                return str(json.loads(file.read_text())["address"])
            time.sleep(0.05)
        raise RuntimeError(f"the scheduler did not start:\n{self.said()[-2000:]}")


def _works(process: psutil.Process) -> bool:
    # multiprocessing's resource tracker is a child of the nanny, too
    return "spawn_main" in " ".join(process.cmdline())


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
