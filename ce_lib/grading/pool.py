"""Processes of this machine that judge, replaced when one is killed."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from . import engine
from .engine import Task
from .entries import Entry
from .problem import Problem
from .records import Status
from .sandbox import SandboxError, advice
from .walls import Walls

__all__ = ["Pool"]

#: Times that a submission may take the process that judges it down before it is given up.
TRIALS = 2

#: Submissions handed out to each process beforehand, so that none waits for the gradebook.
WINDOW = 16


class Pool:
    """Processes that judge. Use it as a context manager.

    Parameters
    ----------
    executor : Executor, optional
        Where to grade, instead of processes of this machine.
    jobs : int, optional
        Submissions graded at once; by default as many as this process has cores.
    """

    def __init__(self, executor: Executor | None, jobs: int | None) -> None:
        self._given = executor
        cores = _cores()
        self._jobs = max(1, jobs or len(cores))
        # fewer might sit on the cores of somebody else's few
        self._cores = cores if self._jobs >= len(cores) else []
        self._waiting: dict[Future[Entry], Task] = {}
        self._suspects: list[Task] = []
        self._executor = executor
        self._walls: Walls | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss(wait=True)
        if self._walls is not None:
            self._walls.end()

    def dismiss(self, *, wait: bool = False) -> None:
        """Let the processes end: nothing more will be graded."""
        if self._given is None and self._executor is not None:
            self._executor.shutdown(wait=wait, cancel_futures=True)

    def _new(self, walls: Walls | None = None) -> Executor:
        context = multiprocessing.get_context("fork" if walls else "spawn")
        shared = (walls, context.Value("i", 0), self._cores) if walls else ()
        return ProcessPoolExecutor(self._jobs, context, engine.prepare, (os.getpid(), *shared))

    def start(self, root: str, problem: Problem, sandbox: str) -> Callable[[], str]:
        """Begin to warm up; what is returned waits, and says why there is no sandbox, if so."""
        arguments = root, problem.name, problem.digest
        if self._given is None:
            # A fork has loaded all that this process has, which saves a second each. It must not
            # have its threads or, later, its database connections: then, a fresh interpreter.
            fork = sys.platform == "linux" and threading.active_count() == 1 and engine.alone()
            if fork:  # the templates warm up while this process loads what it needs
                self._walls = engine.share(problem, sandbox, self._jobs)
                engine.load(*arguments)
            self._executor = self._new(self._walls)
        assert self._executor is not None
        submit = self._executor.submit
        with warnings.catch_warnings():
            # idle threads of the linear algebra library count as threads, too
            warnings.simplefilter("ignore", DeprecationWarning)
            started = [submit(engine.warm, *arguments, sandbox) for _ in range(self._jobs)]
        if self._walls is not None:
            self._walls.hand_over()

        def reason() -> str:
            try:
                return started[0].result()
            except BrokenProcessPool:
                return f"a process that judges ended at once; {advice()}"

        return reason

    def _submit(self, task: Task) -> Future[Entry]:
        assert self._executor is not None, "start first"
        return self._executor.submit(engine.grade_one, task)

    def fill(self, tasks: Iterator[Task]) -> None:
        """Hand out tasks until a few are waiting."""
        while len(self._waiting) < WINDOW * self._jobs and (task := next(tasks, None)) is not None:
            try:
                self._waiting[self._submit(task)] = task
            except BrokenProcessPool:
                self._suspects.append(task)

    def drop(self) -> None:
        """Forget what was handed out."""
        for future in self._waiting:
            future.cancel()
        self._waiting.clear()
        self._suspects.clear()

    def map(self, tasks: Iterator[Task]) -> Iterator[Entry]:
        """Grade the tasks, in the order in which they end; never more than a few wait."""
        waiting, suspects = self._waiting, self._suspects
        while True:
            self.fill(tasks)
            if not waiting:
                break
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                task = waiting.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    suspects.append(task)
                except SandboxError as error:
                    yield _failed(task, f"the sandbox failed twice ({error})"[:500])
            if suspects:
                suspects += waiting.values()
                waiting.clear()
                yield from self._one_by_one(suspects)
                suspects.clear()

    def _one_by_one(self, tasks: list[Task]) -> Iterator[Entry]:
        """After a process was killed, find out whether one of these submissions does that."""
        self._renew()
        for task in tasks:
            for _ in range(TRIALS):
                try:
                    yield self._submit(task).result()
                    break
                except BrokenProcessPool:
                    self._renew()
                except SandboxError as error:
                    yield _failed(task, f"the sandbox failed twice ({error})"[:500])
                    break
            else:
                yield _failed(task, "grading it ended the grader's own process twice")

    def _renew(self) -> None:
        if self._given is None:
            self.dismiss(wait=True)
            self._executor = self._new()


def _failed(task: Task, reason: str) -> Entry:
    return Entry(task.student, Status.FAILED, reason, "")


def _cores() -> list[int]:
    """The cores that this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return sorted(affinity(0)) if affinity else list(range(os.cpu_count() or 1))
