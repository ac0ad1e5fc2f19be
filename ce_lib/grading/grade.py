"""Grade a class: in parallel, each submission on its own, and from where the last run stopped.

Any number of processes judge; this one alone writes the gradebook, one transaction a submission.
So a run may be killed at any moment and started again: what is recorded is whole and is not done
twice, what is not recorded is done anew.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import engine
from .blank import begin
from .changes import Changes, to_page
from .changes import to_csv as changes_csv
from .engine import OutputError, Task, write_whole
from .follow import follow
from .ledger import Entry, Ledger, LedgerError, Manual, Standing
from .preview import Preview
from .problem import Problem, load_problem
from .records import Record, Status, to_csv
from .release import ReleaseError, load_config, problem_sets
from .report import ReportData, attach_feedback, write_report
from .sandbox import MODES, SandboxError, advice
from .session import Limits
from .walls import Walls

if TYPE_CHECKING:
    from .cluster import Cluster

__all__ = ["Class", "GradingError", "find_submissions", "grade_class", "open_gradebook"]

#: Times that a submission may take the process that judges it down before it is given up.
TRIALS = 2

#: Submissions handed out to each process beforehand, so that none waits for the gradebook.
WINDOW = 16


class GradingError(Exception):
    """A class cannot be graded, or not on; the message says what to do."""


@dataclass
class Class:
    """A graded class and where its pages lie."""

    records: list[Record]
    max_scores: dict[str, float]
    csv: Path
    report: Path
    ignored: list[str]
    found: int = 0  # submissions that lie there
    done: int = 0  # of them graded in this run; the others were up to date
    changes: Changes = field(default_factory=Changes)  # since the problem set last changed


def find_submissions(submitted: Path, name: str) -> tuple[dict[str, Path], list[str]]:
    """Find ``<student>/<name>/<name>.ipynb`` (or ``<student>/<name>.ipynb``) below ``submitted``.

    Returns the notebooks by student, and what lies there but was not understood. A student's folder
    without the notebook is listed under its expected path, so that it is reported, not forgotten.
    """
    found: dict[str, Path] = {}
    ignored: list[str] = []
    for entry in sorted(submitted.iterdir()):
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            ignored.append(f"{_plain(entry.name)}: not a student's folder")
            continue
        if not entry.name.isprintable() or len(entry.name) > 128:
            ignored.append(f"{_plain(entry.name)}: no name for a student's folder")
            continue
        nested = entry / name / f"{name}.ipynb"
        flat = entry / f"{name}.ipynb"
        found[entry.name] = flat if os.path.lexists(flat) and not nested.exists() else nested
    return found, ignored


def _plain(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()[:80]


def grade_class(
    root: Path,
    name: str,
    submitted: Path,
    output: Path | None = None,
    *,
    students: Iterable[str] | None = None,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
    sandbox: str = "bubblewrap",
    jobs: int | None = None,
    force: bool = False,
    changed: bool = False,
    limits: Limits | None = None,
    executor: Executor | None = None,
    cluster: str = "",
    dry_run: bool = False,
) -> Class:
    """Grade every submission of a problem set and write feedback, a CSV and a class report.

    A submission that was graded before, with the same file, the same problem set and the same kind
    of sandbox, is up to date and left alone.

    Parameters
    ----------
    root : Path
        The course's top level.
    name : str
        The problem set, such as ``"ps2"``.
    submitted : Path
        The folder with one folder a student.
    output : Path, optional
        Where ``gradebook.db``, ``autograded/``, ``feedback/`` and ``reports/`` go; by default the
        course's top level, where nbgrader's formgrader looks for them.
    students : iterable of str, optional
        Only these.
    progress : callable, optional
        Wraps the iteration over submissions, for example in a progress bar.
    sandbox : {"bubblewrap", "none"}
        ``"none"`` runs the submissions as you, behind no wall; the report says so.
    jobs : int, optional
        Submissions graded at once; by default as many as this process has cores.
    force : bool
        Grade all again. What persons entered by hand is kept.
    changed : bool
        Only submissions whose file is new or has changed, even if the tests have changed.
    limits : Limits, optional
        Seconds that a submission may take.
    executor : Executor, optional
        Where to grade, instead of processes of this machine; it has to see the same files.
    cluster : str
        The address of a Dask scheduler, such as ``"tcp://10.0.0.5:8786"``: grade there.
    dry_run : bool
        Write nothing, and only say in ``changes`` whose grade would change.

    Raises
    ------
    ReleaseError
        If there is no such problem set, no such folder, no such student, or nothing in it.
    SandboxError
        If there is no sandbox; the message says how to get one.
    GradingError
        If results cannot be written, or another run is at work in the same place.
    ClusterError
        If the cluster cannot be used.
    """
    if sandbox not in MODES:
        raise SandboxError(f"no sandbox {sandbox!r}: choose {' or '.join(MODES)}")
    if name not in (known := problem_sets(root)):
        raise ReleaseError(f"no problem set {name!r}: solutions/ has {', '.join(known) or 'none'}")
    if not submitted.is_dir():
        raise ReleaseError(f"{submitted} is not a folder: give the one with a folder a student")
    found, ignored = find_submissions(submitted, name)
    if students is not None:
        wanted = list(students)
        if missing := [student for student in wanted if student not in found]:
            raise ReleaseError(f"{submitted} has no folder for {', '.join(missing)}")
        found = {student: found[student] for student in wanted}
    if not found:
        raise ReleaseError(f"{submitted} has no student's folder with a {name}.ipynb")

    output = (output or root).resolve()
    problem = load_problem(root.resolve(), name)

    def task(student: str, manual: Manual) -> Task:
        return Task(
            root=str(root.resolve()),
            name=name,
            problem=problem.digest,
            student=student,
            notebook=str(found[student].absolute()),
            within=str(submitted.absolute()),
            output=str(target),
            sandbox=sandbox,
            manual=manual,
            limits=limits or Limits(),
        )

    with contextlib.ExitStack() as held:
        pool = _place(cluster, executor, jobs)
        held.enter_context(pool)
        # the sandboxes warm up, and begin, while the gradebook is opened; and before anything is,
        # so that no process that judges holds it
        starting = pool.start(str(root.resolve()), problem, sandbox)
        target = held.enter_context(_aside() if dry_run else _alone(output, name))
        _sweep(target, name)
        due, first = list(found), not (output / "gradebook.db").exists()
        tasks = (task(student, Manual()) for student in found)
        if first and executor is None and not cluster:
            pool.fill(tasks)
        with _open(root.resolve(), output, problem, dry_run=dry_run) as ledger:
            if (reason := starting()) != "":
                raise SandboxError(reason)
            standings = {} if force else ledger.standings()
            manual = ledger.manual()
            if standings or manual or not first:
                up_to_date = {
                    student
                    for student, standing in standings.items()
                    if student in found
                    and _up_to_date(
                        standing, found[student], submitted, output, problem, student, sandbox,
                        changed,
                    )
                }  # fmt: skip
                due = [student for student in found if student not in up_to_date]
                pool.drop()
                tasks = (task(student, manual.get(student, Manual())) for student in due)
            try:
                written = _written(pool, tasks, ledger, sandbox)
                for entry, penalty in progress(_Sized(written, len(due))):
                    if penalty:
                        late = task(entry.student, manual.get(entry.student, Manual()))
                        engine.tell_of_lateness(late, problem, entry, penalty)
                if not dry_run:
                    follow(output, problem, ledger)
            except (OutputError, LedgerError) as error:
                raise GradingError(str(error)) from error
            changes = ledger.changes()
            if dry_run:
                records, data = [], None
            else:
                records = ledger.records()
                warning = "" if sandbox == "bubblewrap" else UNWALLED
                data = ReportData(records, output, ledger.unanswered(), ledger.names(), warning)
    reports = output / "reports" / name
    done = Class(
        records, problem.max_scores, reports / "grades.csv", reports / "index.html", ignored,
        found=len(found), done=len(due), changes=changes,
    )  # fmt: skip
    if data:
        _report(done, root.resolve(), problem, data)
    return done


def _place(cluster: str, executor: Executor | None, jobs: int | None) -> _Pool | Cluster:
    if not cluster:
        return _Pool(executor, jobs)
    from .cluster import Cluster  # it alone needs Dask, and loads it

    return Cluster(cluster)


def _written(
    pool: _Pool | Cluster, tasks: Iterator[Task], ledger: Ledger, sandbox: str
) -> Iterator[tuple[Entry, float]]:
    for entry in pool.map(tasks):
        yield entry, ledger.write(entry, sandbox)


def _report(done: Class, root: Path, problem: Problem, data: ReportData) -> None:
    """Write what tells of the class as a whole."""
    attach_feedback(data.records, data.output, problem.name)
    try:
        write_whole(done.csv, to_csv(data.records, problem.max_scores).encode())
        write_report(done.report, root, problem, data)
        if done.changes.before:
            folder = done.report.parent
            write_whole(folder / "changes.csv", changes_csv(done.changes).encode())
            text = to_page(problem.name, done.changes)
            write_whole(folder / "changes.html", text.encode("utf-8", "replace"))
    except OutputError as error:
        raise GradingError(str(error)) from error


UNWALLED = (
    "Graded with --sandbox=none: the submissions' code ran on this machine as the user who graded, "
    "behind no wall."
)


def _up_to_date(
    standing: Standing, path: Path, within: Path, output: Path, problem: Problem,
    student: str, sandbox: str, changed: bool,
) -> bool:  # fmt: skip
    same_file = standing.file == engine.digest(path, within)
    if changed:
        return same_file
    if standing.status is Status.FAILED or not same_file:
        return False
    if (standing.problem, standing.sandbox) != (problem.digest, sandbox):
        return False
    name = problem.name
    made = (
        output / "autograded" / student / name / f"{name}.ipynb",
        output / "feedback" / student / name / f"{name}.html",
    )
    return all(file.is_file() for file in made)


def _sweep(output: Path, name: str) -> None:
    """Remove what a run that was killed had half written."""
    for part in ("submitted", "autograded", "feedback"):
        for left in (output / part).glob(f"*/{name}/.*.partial"):
            with contextlib.suppress(OSError):
                left.unlink()


@contextlib.contextmanager
def _alone(output: Path, name: str) -> Iterator[Path]:
    """Hold the right to grade this problem set into this folder; it ends with this process."""
    path = output / f".grading-{name}.lock"
    try:
        output.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise GradingError(f"{output} cannot be written to: {error.strerror}") from error
    try:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except OSError as error:
            other = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
            raise GradingError(
                f"another run (process {other}) is grading {name} into {output}: let it end"
            ) from error
        with contextlib.suppress(OSError):  # only a courtesy, and the disk may be full
            os.truncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield output
    finally:
        os.close(handle)


@contextlib.contextmanager
def _aside() -> Iterator[Path]:
    """A place for what is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _open(root: Path, output: Path, problem: Problem, *, dry_run: bool = False) -> Ledger:
    config = load_config(root)
    course = config.CourseDirectory
    # nbgrader's own default; loading nbgrader to ask it would take a second
    db_url = course.get("db_url") or f"sqlite:///{output / 'gradebook.db'}"
    name = course.get("course_id") or "default_course"

    def penalty(student: str, score: float, seconds: float) -> float | None:
        from nbgrader.preprocessors import AssignLatePenalties

        late = AssignLatePenalties(config=config)
        late.init_plugin()
        points: float | None = late.plugin_inst.late_submission_penalty(student, score, seconds)
        return points

    try:
        if dry_run:
            return Preview(db_url, problem, name)
        if not course.get("db_url"):
            begin(output / "gradebook.db", root, problem, name)
        return Ledger(db_url, problem, name, penalty, alone=True)
    except LedgerError as error:
        raise GradingError(str(error)) from error


def open_gradebook(root: Path, output: Path, problem: Problem) -> Ledger:
    """Open the gradebook that a class was graded into; never make a new one.

    Raises
    ------
    GradingError
        If there is none, or it cannot be opened.
    """
    book = output / "gradebook.db"
    if not load_config(root).CourseDirectory.get("db_url") and not book.is_file():
        raise GradingError(
            f"there is no gradebook {book}: grade first, with `ce-course grade {problem.name} "
            "--submitted FOLDER`, or name the folder that it graded into with --output"
        )
    return _open(root, output, problem)


class _Sized:
    """An iterable with a length, so that a progress bar knows the end."""

    def __init__(self, items: Iterator[tuple[Entry, float]], length: int) -> None:
        self._items, self._length = items, length

    def __iter__(self) -> Iterator[tuple[Entry, float]]:
        return self._items

    def __len__(self) -> int:
        return self._length


class _Pool:
    """Processes that judge, replaced when one is killed."""

    def __init__(self, executor: Executor | None, jobs: int | None) -> None:
        self._given = executor
        self._jobs = max(1, jobs or _cores())
        self._waiting: dict[Future[Entry], Task] = {}
        self._suspects: list[Task] = []
        self._executor = executor
        self._walls: Walls | None = None

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        if self._given is None and self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        if self._walls is not None:
            self._walls.end()

    def _new(self, walls: Walls | None = None) -> Executor:
        context = multiprocessing.get_context("fork" if walls else "spawn")
        arguments = (os.getpid(), walls, context.Value("i", 0)) if walls else (os.getpid(),)
        return ProcessPoolExecutor(self._jobs, context, engine.prepare, arguments)

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
        if self._given is None and self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = self._new()


def _failed(task: Task, reason: str) -> Entry:
    return Entry(task.student, Status.FAILED, reason, "")


def _cores() -> int:
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
