"""Grade a class: every submission on its own, so that none can stop or touch another.

``grade_class`` drives nbgrader's autograde and feedback for one submission at a time. Whatever goes
wrong with one, a broken file, a dead kernel, a cell that nbgrader refuses, becomes that
submission's status ``failed`` with a sentence that says why; the class goes on.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .records import Record, read_records, to_csv
from .release import ReleaseError, graded_cells, load_config, problem_sets, write_sources
from .report import write_report

__all__ = ["Class", "find_submissions", "grade_class"]

#: A notebook of this course is some 30 KB; one with this many bytes was not made by hand.
MAX_BYTES = 20_000_000


@dataclass
class Class:
    """A graded class and where its pages lie."""

    records: list[Record]
    max_scores: dict[str, float]
    csv: Path
    report: Path
    ignored: list[str]


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
            ignored.append(f"{entry.name}: not a student's folder")
            continue
        nested = entry / name / f"{name}.ipynb"
        flat = entry / f"{name}.ipynb"
        found[entry.name] = flat if os.path.lexists(flat) and not nested.exists() else nested
    return found, ignored


def grade_class(
    root: Path,
    name: str,
    submitted: Path,
    output: Path | None = None,
    *,
    students: Iterable[str] | None = None,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> Class:
    """Grade every submission of a problem set and write feedback, a CSV and a class report.

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
        Wraps the iteration over students, for example in a progress bar.

    Raises
    ------
    ReleaseError
        If there is no such problem set, no such folder, no such student, or nothing in it.
    """
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
    output.mkdir(parents=True, exist_ok=True)
    write_sources(root)
    grader = _Nbgrader(root.resolve(), name, output)
    grader.register()
    failed = {}
    for student in progress(list(found)):
        try:
            problem = _stage(found[student], output / "submitted" / student / name, name)
            problem = problem or grader.autograde(student) or grader.feedback(student)
        except Exception as error:  # whatever it is, it is this submission's alone
            problem = f"{type(error).__name__}: {error}"
        if problem:
            failed[student] = problem

    max_scores = graded_cells(root, name)
    records = read_records(grader.db_url, name, max_scores, failed)
    for record in records:
        page = output / "feedback" / record.student / name / f"{name}.html"
        record.feedback = page if record.student not in failed and page.is_file() else None
    reports = output / "reports" / name
    reports.mkdir(parents=True, exist_ok=True)
    grades = reports / "grades.csv"
    grades.write_text(to_csv(records, max_scores), "utf-8")
    return Class(
        records,
        max_scores,
        grades,
        write_report(reports / "index.html", name, records, max_scores),
        ignored,
    )


def _stage(notebook: Path, folder: Path, name: str) -> str:
    """Copy what was handed in to where nbgrader reads it; return what is wrong with it, if any."""
    if notebook.is_symlink() or not notebook.is_file():
        if os.path.lexists(notebook):
            return f"{notebook.name} is not an ordinary file: ask for the notebook itself"
        others = sorted(path.name for path in notebook.parent.glob("*.ipynb"))
        return f"no {name}.ipynb was handed in" + (f", only {', '.join(others)}" if others else "")
    if (size := notebook.stat().st_size) > MAX_BYTES:
        return f"{size / 1e6:.0f} MB is too large for a notebook: clear its outputs, hand in again"
    try:
        content = json.loads(notebook.read_text("utf-8"))
        if not isinstance(content.get("cells"), list):
            raise ValueError("no cells")
    except (ValueError, AttributeError, RecursionError) as error:
        return f"not a notebook ({error}): the file is damaged, ask for it again"
    target = folder / f"{name}.ipynb"
    if target.resolve() != notebook.resolve():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, target)
    return ""


class _Nbgrader:
    """nbgrader's converters, with the course's configuration and ``output`` as course folder."""

    def __init__(self, root: Path, name: str, output: Path) -> None:
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory

        # the student's kernel is this environment's, whatever is installed for the user, and
        # nbgrader finds `alembic` on PATH, where an environment that is not activated is not
        os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
        tools = str(Path(sys.executable).parent)
        if tools not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] = tools + os.pathsep + os.environ["PATH"]
        # one per table and run, about the inner workings of nbgrader's database layer
        warnings.filterwarnings("ignore", module=r"nbgrader|sqlalchemy")
        self.name = name
        config = load_config(root)
        config.CourseDirectory.root = str(output)
        config.CourseDirectory.source_directory = str(root / "_build" / "nbgrader" / "source")
        self.coursedir = CourseDirectory(config=config)
        self.db_url = self.coursedir.db_url
        self.api: Any = NbGraderAPI(self.coursedir, config=config)

    def register(self) -> None:
        """Make the problem set and its cells known to the gradebook."""
        with tempfile.TemporaryDirectory() as scratch:
            kept, self.coursedir.release_directory = self.coursedir.release_directory, scratch
            result = self.api.generate_assignment(self.name, force=True, create=True)
            self.coursedir.release_directory = kept
        if not result["success"]:
            raise ReleaseError(f"{self.name}: {_reason(result)}")

    def autograde(self, student: str) -> str:
        """Grade one submission; return why it could not be graded, or an empty string."""
        result = self.api.autograde(self.name, student, force=True, create=True)
        return "" if result["success"] else _reason(result)

    def feedback(self, student: str) -> str:
        result = self.api.generate_feedback(self.name, student, force=True)
        return "" if result["success"] else f"no feedback page: {_reason(result)}"


#: What nbgrader's log says -> what an instructor can act on.
REASONS = {
    "use an old version": "a test cell stands in it twice or carries foreign marks: "
    "ask for the notebook with the cells as they were given out",
    "use an newer version": "its cells carry marks of another nbgrader version: "
    "ask for the notebook as it was given out",
    "DeadKernelError": "its code ended the Python process (a crash, os._exit or out of memory)",
    "UnresponsiveKernelError": "its code could not be stopped after the time limit",
    "NotJSONError": "not a notebook: the file is damaged, ask for it again",
    "ValidationError": "its cells are not those that were given out: ask for it again",
}


def _reason(result: dict[str, Any]) -> str:
    text = f"{result.get('error', '')}\n{result.get('log', '')}"
    for key, sentence in REASONS.items():
        if key in text:
            return sentence
    lines = [
        line.strip() for line in text.splitlines() if re.match(r"\s*\w*(Error|Exception)", line)
    ]
    return lines[-1] if lines else "nbgrader could not grade it; see its log"
