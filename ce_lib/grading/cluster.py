"""Grade on other machines: submissions go out to a Dask cluster, and what comes back is recorded.

This process is the only one that reads what was handed in, writes pages and writes the gradebook;
a worker gets bytes and returns bytes (`parcel`), and needs neither the files nor the database. So
any number of them may die: what they had in hand is graded elsewhere. A submission that takes
worker after worker down is tried once more with nothing else at work, and then given up by name.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import parcel
from .engine import Given, Graded, Task, read_one, store
from .entries import MEND, Entry
from .problem import Problem

__all__ = ["Cluster", "ClusterError"]

#: Seconds for a scheduler to answer, and for a first worker to come, or any after all have gone.
SCHEDULER, WORKERS = 15.0, 600.0
#: Submissions under way for each thread of the cluster's workers, so that none waits for this end.
WINDOW = 4
#: Threads that write files: each waits for the disk, and the next submission need not.
WRITERS = 4
#: Seconds between two looks at who is there.
LOOK = 2.0
#: Times that a submission may meet a broken sandbox before it is given up.
TRIALS = 2

Event = tuple[str, "_Trip", Any]


class ClusterError(Exception):
    """The cluster cannot be used, or not any more; the message says what to do."""


@dataclass
class _Trip:
    """A submission on its way."""

    task: Task
    given: Given
    tries: int = 0


class Cluster:
    """A Dask cluster as a place to grade. Use it as a context manager.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``"tcp://10.0.0.5:8786"``.

    Raises
    ------
    ClusterError
        If nobody answers there.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError as error:
            raise ClusterError(
                "--cluster needs Dask's `distributed`: run `pip install -r requirements.txt`"
            ) from error
        self.address = address
        self._run = uuid.uuid4().hex[:12]
        self._threads: dict[str, int] = {}
        self._looked = self._seen = time.monotonic()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._flying: dict[Any, _Trip] = {}
        self._storing = 0
        self._suspects: list[_Trip] = []
        self._problem: Problem | None = None
        # it says for every lost worker what we take care of
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            self._client = distributed.Client(
                address, timeout=SCHEDULER, set_as_default=False, name="ce-course-grade"
            )
        except Exception as error:  # for an odd address, of any kind
            raise ClusterError(
                f"no Dask scheduler answers at {address} ({_line(error)}): start one with `dask "
                "scheduler`, and give the address that it prints, such as tcp://10.0.0.5:8786"
            ) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # the scheduler may be gone
            self.drop()
            if self._problem is not None:
                self._client.unregister_worker_plugin(f"grading-{self._run}")
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)

    # -- what `grade_class` asks of any place to grade -------------------------------------------

    def start(self, root: str, problem: Problem, sandbox: str) -> Callable[[], str]:
        """Bring the problem set to the workers; what is returned waits for one that is fit."""
        self._problem = problem

        def reason() -> str:
            self._await_workers()
            self._introduce(root, problem)
            return ""

        return reason

    def fill(self, tasks: Iterator[Task]) -> None:
        """Hand out tasks until a few are under way for each thread."""
        if self._suspects:  # they wait for a quiet cluster
            return
        room = WINDOW * max(1, sum(self._threads.values()))
        while len(self._flying) + self._storing < room and (task := next(tasks, None)) is not None:
            given = read_one(task)
            trip = _Trip(task, given)
            if given.unusable:
                self._store(trip, None)
            else:
                self._send(trip)

    def dismiss(self) -> None:
        """Nothing more will be graded; the workers are not ours to end."""

    def drop(self) -> None:
        """Forget what was handed out."""
        if self._flying:
            self._client.cancel(list(self._flying), force=True)
        self._flying.clear()
        self._suspects.clear()

    def map(self, tasks: Iterator[Task]) -> Iterator[Entry]:
        """Grade the tasks, in the order in which they end."""
        with ThreadPoolExecutor(WRITERS) as self._writers:
            while True:
                self._look()
                self.fill(tasks)
                if not self._flying and not self._storing:
                    if not self._suspects:
                        return
                    # quiet at last: whatever dies now, dies of this one
                    self._send(self._suspects.pop(0))
                yield from self._next()

    # -- one submission --------------------------------------------------------------------------

    def _send(self, trip: _Trip) -> None:
        from .cluster_worker import grade_parcel

        trip.tries += 1
        future = self._client.submit(
            grade_parcel, self._run, parcel.pack_task(trip.task, trip.given),
            key=f"grade-{self._run}-{uuid.uuid4().hex}", pure=False,
        )  # fmt: skip
        self._flying[future] = trip
        future.add_done_callback(lambda done: self._events.put(("landed", trip, done)))

    def _store(self, trip: _Trip, graded: Graded | None) -> None:
        assert self._problem is not None
        self._storing += 1
        stored = self._writers.submit(store, trip.task, self._problem, trip.given, graded)
        stored.add_done_callback(lambda done: self._events.put(("stored", trip, done)))

    def _give_up(self, trip: _Trip, reason: str) -> None:
        self._store(_Trip(trip.task, Given(b"", trip.given.timestamp, unusable=reason)), None)

    def _next(self) -> Iterator[Entry]:
        """Wait for something to happen; yield what is stored and may be recorded."""
        events: list[Event] = []
        with contextlib.suppress(queue.Empty):
            events.append(self._events.get(timeout=LOOK / 2))
            while True:
                events.append(self._events.get_nowait())
        landed = [done for kind, _, done in events if kind == "landed" and done in self._flying]
        ended = [future for future in landed if future.status == "finished"]
        answers = self._gather(ended)
        for future in landed:
            trip = self._flying.pop(future)
            if future in answers:
                self._take(trip, answers[future])
            else:
                self._lost(trip, future)
        for kind, _, done in events:
            if kind == "stored":
                self._storing -= 1
                yield _of(done)

    def _gather(self, ended: list[Any]) -> dict[Any, bytes]:
        try:
            return dict(zip(ended, self._client.gather(ended), strict=True))
        except Exception:  # a worker died with its results; the others' are still there
            found = {}
            for future in ended:
                with contextlib.suppress(Exception):
                    found[future] = future.result(timeout=SCHEDULER)
            return found

    def _take(self, trip: _Trip, answer: bytes) -> None:
        kind, why, graded = parcel.unpack_answer(answer)
        if kind == "refused":
            raise ClusterError(f"a worker cannot grade, at {why}; {MEND}")
        if kind == "sandbox" and trip.tries < TRIALS:
            self._send(trip)
        elif kind == "sandbox":
            self._give_up(trip, f"the sandbox failed twice ({why})"[:500])
        elif kind == "ended":
            self._give_up(trip, why)
        else:
            self._store(trip, graded)

    def _lost(self, trip: _Trip, future: Any) -> None:
        """After a task that ended without an answer: whose fault is it?"""
        import distributed

        if future.status == "cancelled":
            raise ClusterError(self._away())
        if future.status != "error":  # its result was lost on the way: once more
            self._send(trip)
            return
        error = future.exception()
        if not isinstance(error, distributed.KilledWorker):
            raise ClusterError(
                f"a worker cannot grade ({type(error).__name__}: {_line(error)}): start all of "
                f"them from the same environment as this; {MEND}"
            )
        if trip.tries == 1:  # it may have stood in the queue of a worker that another one killed
            self._suspects.append(trip)
        else:
            deaths = trip.tries * (error.allowed_failures + 1)
            self._give_up(trip, f"{deaths} workers of the cluster died while they graded it")

    # -- who is there ----------------------------------------------------------------------------

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK and self._threads:
            return
        self._looked = now
        if self._client.status != "running":
            raise ClusterError(self._away())
        try:
            self._threads = dict(self._client.nthreads())
        except OSError as error:
            raise ClusterError(self._away()) from error
        if self._threads:
            self._seen = now
        elif now - self._seen > WORKERS:
            raise ClusterError(
                f"the cluster at {self.address} has had no worker for {WORKERS:.0f} s: start some "
                f"with `dask worker {self.address} --nthreads 1`; {MEND}"
            )

    def _await_workers(self) -> None:
        said = False
        while not self._threads:
            self._looked = 0.0
            self._look()
            if not self._threads:
                if not said:
                    said = True
                    wait = f"waiting up to {WORKERS:.0f} s for a first one"
                    print(f"{self.address} has no worker yet: {wait}", file=sys.stderr)
                time.sleep(0.2)

    def _introduce(self, root: str, problem: Problem) -> None:
        """Tell every worker, now and later, what is graded; refuse those that would differ."""
        from .cluster_worker import GradingPlugin, refusal

        plugin = GradingPlugin(
            self._run,
            parcel.course_files(Path(root), problem),
            parcel.versions(problem.packages),
            problem.packages,
        )
        try:
            self._client.register_plugin(plugin)
            reasons = self._client.run(refusal, self._run, on_error="return")
        except Exception as error:
            raise ClusterError(
                f"the workers at {self.address} cannot take part ({type(error).__name__}: "
                f"{_line(error)}): start them from the same environment as this"
            ) from error
        if refused := {name: why for name, why in reasons.items() if why}:
            name, why = next(iter(refused.items()))
            raise ClusterError(
                f"{len(refused)} of {len(reasons)} workers would grade differently: at {name} "
                f"{why}; start all of them from the same environment as this"
            )

    def _away(self) -> str:
        return f"the Dask scheduler at {self.address} is gone; {MEND}"


def _of(done: Future[Entry]) -> Entry:
    return done.result()


def _line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "no message"
