"""Grade one submission: from the file handed in to a recorded verdict's parts. A pure function.

It touches no gradebook, so it maps over any `concurrent.futures.Executor`; each process that runs
it keeps one warm sandbox.
"""

from __future__ import annotations

import contextlib
import datetime
import gc
import hashlib
import json
import multiprocessing.util
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .entries import Entry, Manual
from .evidence import misconceptions
from .feedback import failure_page, feedback_page
from .judge import Verdict, judge
from .outputs import keep_copy, keep_stamps, write_whole
from .problem import Problem, load_problem
from .records import Status
from .remember import Remembering
from .sandbox import Sandbox, SandboxError
from .sanitise import Unusable, read_answers, read_file
from .session import Limits
from .walls import Key, Walls

__all__ = [
    "Given",
    "Graded",
    "Task",
    "alone",
    "digest",
    "grade_data",
    "grade_one",
    "prepare",
    "read_one",
    "share",
    "store",
    "walls",
]

#: Bytes of address space of a process that judges: a test's own arrays are small.
JUDGE_MEMORY = 8_000_000_000


@dataclass(frozen=True)
class Task:
    """One submission to grade, in plain data that can be sent to another machine."""

    root: str
    name: str
    problem: str  # the problem set's digest
    student: str
    notebook: str
    within: str  # no link may lie between this folder and the notebook
    output: str
    sandbox: str
    manual: Manual = field(default_factory=Manual)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Given:
    """What a student handed in."""

    data: bytes
    timestamp: datetime.datetime | None = None
    note: str = ""  # what is odd about when it was handed in
    unusable: str = ""  # why there are no data


@dataclass(frozen=True)
class Graded:
    """What came of it, with the files that say so; without them where it could not be graded."""

    entry: Entry
    notebook: str = ""
    page: str = ""


_problem: Problem | None = None
_sandbox: Sandbox | None = None
_core: int | None = None


def share(problem: Problem, mode: str, count: int) -> Walls:
    """Start to warm up templates for ``count`` processes that are to be forked from this one.

    Raises
    ------
    SandboxError
        If they cannot be started.
    """
    return Walls(_key(problem, mode), count)


def prepare(
    parent: int, shared: Walls | None = None, turn: Any = None, cores: Sequence[int] = ()
) -> None:
    """Make this process one that judges: it ends with its parent, and leaves Ctrl-C to it.

    Of templates that are shared, it takes that of its ``turn``, a `multiprocessing.Value`; and so
    of the ``cores``, if each process is to keep to one.
    """
    global _sandbox, _core
    from .isolate import tie_to_parent

    tie_to_parent()
    if os.getppid() != parent:  # it was gone before this could know
        os._exit(1)
    if shared is not None:
        with turn.get_lock():
            number, turn.value = turn.value, turn.value + 1
        _sandbox = Sandbox.share(shared, number)
        _core = cores[number % len(cores)] if cores else None
    # a process of a pool ends without the usual farewell
    multiprocessing.util.Finalize(None, close, exitpriority=10)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("MPLBACKEND", "agg")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = JUDGE_MEMORY if hard == resource.RLIM_INFINITY else min(hard, JUDGE_MEMORY)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def load(root: str, name: str, problem: str) -> None:
    """Load what judging needs, before processes that judge are forked from this one."""
    _load(root, name, problem)


def alone() -> bool:
    """Whether processes that judge may be forked from this one: they would share its sandbox."""
    return _sandbox is None


def warm(root: str, name: str, problem: str, sandbox: str) -> str:
    """Start this process's sandbox; return why it cannot be started, or an empty string."""
    try:
        loaded = _load(root, name, problem)
        # what is loaded stays; to look through it again and again would find no garbage
        gc.collect()
        gc.freeze()
        here = walls(loaded, sandbox)
        if _core is not None:
            here.stay_on(_core)
        here.end(here.fork())
    except SandboxError as error:
        return str(error)
    return ""


def grade_one(task: Task) -> Entry:
    """Grade one submission, write its notebook and its page, and return what is to be recorded.

    Raises
    ------
    OutputError
        If the results cannot be written.
    SandboxError
        If there is no sandbox.
    """
    given = read_one(task)
    problem = _load(task.root, task.name, task.problem)
    return store(task, problem, given, None if given.unusable else grade_data(task, given))


def read_one(task: Task) -> Given:
    """Read what a task's student handed in; it is as plain as the task, and can be sent along."""
    path = Path(task.notebook)
    when, note = _timestamp(path.parent)
    try:
        return Given(read_file(path, Path(task.within)), when, note)
    except Unusable as error:
        return Given(b"", when, note, unusable=str(error))


def grade_data(task: Task, given: Given) -> Graded:
    """Grade what was handed in, wherever this runs: of the task's paths it reads ``root`` only.

    Raises
    ------
    SandboxError
        If there is no sandbox.
    """
    problem = _load(task.root, task.name, task.problem)
    entry = Entry(task.student, Status.FAILED, "", hashlib.sha256(given.data).hexdigest())
    try:
        answers = read_answers(given.data, problem)
        verdict = _judged(problem, answers.given, task)
    except SandboxError:
        raise
    except Unusable as error:
        entry.note = str(error)
        return Graded(entry)
    except Exception as error:  # whatever it is, it is this submission's alone
        entry.note = f"grading failed: {type(error).__name__}: {error}"[:500]
        return Graded(entry)
    notes = answers.notes + ([given.note] if given.note else [])
    waiting = any(score is None for score in verdict.scores.values())
    entry.status = Status.BY_HAND if waiting else Status.GRADED
    entry.note = "; ".join(notes)
    entry.scores, entry.unanswered = verdict.scores, frozenset(verdict.unanswered)
    entry.seconds, entry.behaved = verdict.seconds, tuple(verdict.behaved)
    page = feedback_page(
        problem, task.student, verdict.notebook, verdict.scores, task.manual, notes
    )
    return Graded(entry, _notebook_text(verdict.notebook), page)


def store(task: Task, problem: Problem, given: Given, graded: Graded | None) -> Entry:
    """Write what came of a task, nothing of which came if it was unusable; return its entry.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    if graded is None:
        graded = Graded(Entry(task.student, Status.FAILED, given.unusable, ""))
    entry, given_file = graded.entry, Path(task.notebook)
    steps = ("submitted", "autograded", "feedback")
    submitted, autograded, feedback = (
        Path(task.output) / step / task.student / task.name for step in steps
    )
    entry.timestamp = given.timestamp
    if graded.notebook:
        keep_copy(given.data, submitted, given_file)
        keep_stamps(given_file, [submitted, autograded, feedback])
        write_whole(autograded / f"{task.name}.ipynb", graded.notebook.encode())
    else:
        keep_stamps(given_file, [feedback])
    text = graded.page or failure_page(problem, task.student, entry.note)
    write_whole(feedback / f"{task.name}.html", text.encode("utf-8", "replace"))
    return entry


def digest(path: Path, within: Path) -> str:
    """What `grade_one` would record as the digest of this file; empty if it cannot be read."""
    try:
        return hashlib.sha256(read_file(path, within)).hexdigest()
    except Unusable:
        return ""


def _load(root: str, name: str, wanted: str) -> Problem:
    global _problem
    if _problem is None or (_problem.name, _problem.digest) != (name, wanted):
        _problem = load_problem(Path(root), name)
        found = misconceptions(Path(root), name, _problem.reference)
        _problem.misconceptions = [Remembering.of(known) for known in found]
    return _problem


def walls(problem: Problem, mode: str) -> Sandbox:
    """This process's sandbox for a problem set; started if need be."""
    global _sandbox
    key = _key(problem, mode)
    if _sandbox is not None and _sandbox.key != key:
        _sandbox.close()
        _sandbox = None
    if _sandbox is None or _sandbox.closed:
        _sandbox = Sandbox(*key)
    return _sandbox


def _key(problem: Problem, mode: str) -> Key:
    return mode, tuple(problem.packages), tuple(problem.modules), problem.near


def close() -> None:
    """End this process's sandbox."""
    global _sandbox
    if _sandbox is not None:
        _sandbox.close()
        _sandbox = None


def _judged(problem: Problem, answers: dict[str, str], task: Task) -> Verdict:
    try:
        return judge(problem, answers, walls(problem, task.sandbox), task.limits)
    except SandboxError:
        # somebody may have killed it; a second failure is no accident
        return judge(problem, answers, walls(problem, task.sandbox), task.limits)


def _notebook_text(notebook: dict[str, Any]) -> str:
    """The notebook as JSON, a line a cell: `json` writes indented text ten times more slowly."""
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in notebook["cells"])
    rest = json.dumps({name: value for name, value in notebook.items() if name != "cells"})
    return f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'


def _timestamp(folder: Path) -> tuple[datetime.datetime | None, str]:
    """When it was handed in, as nbgrader's ``timestamp.txt`` says; and what is wrong with that."""
    path = folder / "timestamp.txt"
    if path.is_symlink() or not path.is_file():
        return None, ""
    from nbgrader.utils import parse_utc

    try:
        with open(path, "rb") as file:
            text = file.read(200).decode("utf-8").strip()
        stamp: Any = parse_utc(text)
        if isinstance(stamp, datetime.datetime) and stamp.tzinfo is None:
            return stamp, ""
    except Exception:
        pass
    return None, "its timestamp.txt holds no time: lateness is not known"
