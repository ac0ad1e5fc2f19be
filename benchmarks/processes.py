"""What a command takes: seconds, processor time and memory, alone or with all that it starts."""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from ce_lib.course import find_root

T = TypeVar("T")


@dataclass
class Used:
    """What a command took: seconds, seconds of processor time, the most memory in bytes."""

    seconds: float
    processor: float
    memory: int


def measured(root: Path, *arguments: str) -> Used:
    """Run a command of `ce-course`, which starts no other process."""
    command = [sys.executable, "-m", "ce_lib.cli", "--root", str(root), *arguments]
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=root, stdout=said, stderr=said, env={**os.environ, "PYTHONPATH": str(root)}
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        _stop_if_failed(process, said)
    unit = 1 if sys.platform == "darwin" else 1024
    return Used(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def elsewhere(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function in a process of its own, so that the memory that it needs counts for nobody.

    A process that this one starts is charged with what this one holds.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def run(command: list[str], cwd: Path, weigh: bool = False) -> Used:
    """Run a command and watch it and all that it starts; to weigh it, too, takes time."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(cwd if (cwd / "ce_lib").is_dir() else find_root()),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"],
    }
    with tempfile.TemporaryFile() as said:
        before, started = _ended(), time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=said, stderr=said)
        behind, memory = 0.0, 0
        while process.poll() is None:
            walled, held = _look(process.pid, weigh)
            behind, memory = max(behind, walled), max(memory, held)
            try:
                process.wait(2.0 if weigh else 0.3)
            except subprocess.TimeoutExpired:
                continue
        seconds = time.perf_counter() - started
        _stop_if_failed(process, said)
    return Used(seconds, _ended() - before + behind, memory)


def _stop_if_failed(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    if process.returncode not in (0, 3):  # 3: done, but for what it names
        said.seek(0)
        command = " ".join(process.args)
        sys.exit(f"{command} failed:\n{said.read().decode()[-3000:]}")


def _ended() -> float:
    """Seconds that this process's children have computed, those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _look(number: int, weigh: bool) -> tuple[float, int]:
    """Seconds that was computed behind walls so far, and bytes that are held now.

    Bubblewrap ends without asking what its processes have used, so nobody else counts it. Memory
    that several processes share is counted once.
    """
    import psutil

    walled, held, behind = 0.0, 0, set()
    try:
        tree = psutil.Process(number)
        for one in [tree, *tree.children(recursive=True)]:
            try:
                held += one.memory_full_info().pss if weigh else 0
                if one.ppid() in behind or one.name() == "bwrap":
                    behind.add(one.pid)
                    walled += sum(one.cpu_times()[:4])
            except (psutil.Error, AttributeError):  # ended meanwhile
                continue
    except psutil.Error:  # ended meanwhile
        pass
    return walled, held
