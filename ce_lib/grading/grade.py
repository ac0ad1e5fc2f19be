"""Grade a class: in parallel, each submission on its own, and from where the last run stopped.

Any number of processes judge; this one alone writes the gradebook, one transaction a submission.
So a run may be killed at any moment and started again: what is recorded is whole and is not done
twice, what is not recorded is done anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import engine
from .changes import Changes, to_page
from .changes import to_csv as changes_csv
from .engine import Task
from .entries import Entry, LedgerError, Manual, Standing
from .follow import follow
from .ledger import Ledger
from .outputs import OutputError, write_whole
from .place import GradingError, alone, aside, open_book, open_gradebook, sweep
from .pool import Pool
from .problem import Problem, load_problem
from .records import Record, Status, to_csv
from .release import ReleaseError, problem_sets
from .report import ReportData, attach_feedback, write_report
from .sandbox import MODES, SandboxError
from .session import Limits

if TYPE_CHECKING:
    from .cluster import Cluster

__all__ = ["Class", "GradingError", "find_submissions", "grade_class", "open_gradebook"]


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

    with ExitStack() as held:
        pool = _place(cluster, executor, jobs)
        held.enter_context(pool)
        # the sandboxes warm up, and begin, while the gradebook is opened; and before anything is,
        # so that no process that judges holds it
        starting = pool.start(str(root.resolve()), problem, sandbox)
        target = held.enter_context(aside() if dry_run else alone(output, name))
        sweep(target, name)
        due, first = list(found), not (output / "gradebook.db").exists()
        tasks = (task(student, Manual()) for student in found)
        if first and executor is None and not cluster:
            pool.fill(tasks)
        with open_book(root.resolve(), output, problem, dry_run=dry_run) as ledger:
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
                for _ in progress(_Sized(written, len(due))):
                    pass
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
        pool.dismiss()  # its processes end while the report is written
        reports = output / "reports" / name
        done = Class(
            records, problem.max_scores, reports / "grades.csv", reports / "index.html", ignored,
            found=len(found), done=len(due), changes=changes,
        )  # fmt: skip
        if data:
            _report(done, root.resolve(), problem, data)
        return done


def _place(cluster: str, executor: Executor | None, jobs: int | None) -> Pool | Cluster:
    if not cluster:
        return Pool(executor, jobs)
    from .cluster import Cluster  # it alone needs Dask, and loads it

    return Cluster(cluster)


def _written(
    pool: Pool | Cluster, tasks: Iterator[Task], ledger: Ledger, sandbox: str
) -> Iterator[Entry]:
    for entry in pool.map(tasks):
        ledger.write(entry, sandbox)
        yield entry


class _Sized:
    """An iterable with a length, so that a progress bar knows the end."""

    def __init__(self, items: Iterator[Entry], length: int) -> None:
        self._items, self._length = items, length

    def __iter__(self) -> Iterator[Entry]:
        return self._items

    def __len__(self) -> int:
        return self._length


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
    same_tests = (standing.problem, standing.sandbox) == (problem.digest, sandbox)
    if standing.status is Status.FAILED or not (same_file and same_tests):
        return False
    name = problem.name
    made = (
        output / "autograded" / student / name / f"{name}.ipynb",
        output / "feedback" / student / name / f"{name}.html",
    )
    return all(file.is_file() for file in made)
