"""Where a class is graded: the right to do so, the folder, and the gradebook in it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .blank import begin
from .entries import LedgerError
from .ledger import Ledger
from .preview import Preview
from .problem import Problem
from .release import load_config

__all__ = ["GradingError", "alone", "aside", "open_book", "open_gradebook", "sweep"]


class GradingError(Exception):
    """A class cannot be graded, or not on; the message says what to do."""


def sweep(output: Path, name: str) -> None:
    """Remove what a run that was killed had half written."""
    folders = [f"{part}/*/{name}" for part in ("submitted", "autograded", "feedback")]
    for folder in (*folders, f"reports/{name}"):
        for left in output.glob(f"{folder}/.*.partial"):
            with contextlib.suppress(OSError):
                left.unlink()


@contextlib.contextmanager
def alone(output: Path, name: str) -> Iterator[Path]:
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
def aside() -> Iterator[Path]:
    """A place for what is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def open_book(root: Path, output: Path, problem: Problem, *, dry_run: bool = False) -> Ledger:
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
            "--submitted FOLDER`, or name the folder that it graded into with --graded"
        )
    return open_book(root, output, problem)
