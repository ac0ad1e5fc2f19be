"""Make the student notebooks in ``exercises/`` from the problem sets in ``solutions/``.

``solutions/ps2/ps2.md`` is the single source of problem set 2: a MyST notebook with the text, the
reference solution and all tests. Jupytext reads it, this module writes nbgrader's metadata into it
(``_build/nbgrader/source``), and nbgrader's own ``generate_assignment`` takes out the solutions and
the hidden tests.

In the source a cell says what it is in one word, so that a diff can be read:

==================  =====================================================================
``locked: id``      students see it, cannot change it (code or text)
``solution: id``    students write here; a test cell grades it
``test: id``        a test cell, with ``points``
``manual: id``      students write here and a person grades it, with ``points``
==================  =====================================================================
"""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
from pathlib import Path
from typing import Any

__all__ = [
    "CODE_STUB",
    "TEXT_STUB",
    "ReleaseError",
    "check_release",
    "graded_cells",
    "problem_sets",
    "release",
    "source_notebook",
    "write_sources",
]

CODE_STUB = "# Write your answer here and delete the next line.\nraise NotImplementedError"
#: What the notebooks' checks know of what each task offers.
OFFERED = Path("ce_lib/data/offered.json")
TEXT_STUB = "*Write your answer here.*"

#: One word in the source -> nbgrader's flags.
KINDS = {
    "locked": {"grade": False, "solution": False, "locked": True},
    "solution": {"grade": False, "solution": True, "locked": False},
    "test": {"grade": True, "solution": False, "locked": True},
    "manual": {"grade": True, "solution": True, "locked": False},
}


class ReleaseError(Exception):
    """A problem set that cannot be released, or an exercise that no longer matches its source."""


def problem_sets(root: Path) -> list[str]:
    """The names of the problem sets, in order: every ``solutions/psN/psN.md``."""
    found = sorted(path.parent.name for path in (root / "solutions").glob("*/*.md"))
    return [name for name in found if (root / "solutions" / name / f"{name}.md").is_file()]


def source_notebook(path: Path) -> Any:
    """Read one problem set and return it as the notebook that nbgrader understands.

    Raises
    ------
    ReleaseError
        If a cell's kind, id or points are missing, unknown or given twice; names file and cell.
    """
    import jupytext

    notebook = jupytext.read(path, fmt="md:myst")
    seen: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        where = f"{path}, cell {index + 1}"
        kinds = [kind for kind in KINDS if kind in cell.metadata]
        if len(kinds) > 1:
            raise ReleaseError(f"{where}: give one of {', '.join(kinds)}, not several")
        if not kinds:
            if "points" in cell.metadata:
                raise ReleaseError(f"{where}: points belong to a test or a manual cell")
            cell.id = f"text-{index + 1}"
            continue
        kind = kinds[0]
        grade_id = str(cell.metadata.pop(kind))
        if grade_id in seen:
            raise ReleaseError(f"{where}: the id {grade_id!r} is taken; every id is used once")
        seen.add(grade_id)
        scored = re.search(r"\.score\((.*?)\)", cell.source) if kind == "test" else None
        if scored and scored[1] != str(cell.metadata.get("points")):
            raise ReleaseError(
                f"{where} ({grade_id}): points {cell.metadata.get('points')}, "
                f"but the cell ends with {scored[0]}"
            )
        flags: dict[str, Any] = {**KINDS[kind], "task": False, "schema_version": 3}
        if flags["grade"]:
            flags["points"] = _points(cell.metadata.pop("points", None), f"{where} ({grade_id})")
        flags["grade_id"] = grade_id
        cell.metadata["nbgrader"] = flags
        # ids that Jupytext draws at random would make every release differ from the last
        cell.id = grade_id
    if not any(cell.metadata.get("nbgrader", {}).get("grade") for cell in notebook.cells):
        raise ReleaseError(f"{path}: no cell carries points; mark one with `:test: id`")
    # which tool and version wrote the text is of no use to a student
    notebook.metadata.pop("jupytext", None)
    return notebook


def graded_cells(root: Path, name: str) -> dict[str, float]:
    """``grade_id -> points`` of the graded cells of a problem set, in the order of the notebook."""
    notebook = source_notebook(root / "solutions" / name / f"{name}.md")
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {mark["grade_id"]: mark["points"] for mark in marks if mark.get("grade")}


def write_sources(root: Path) -> None:
    """Bring ``_build/nbgrader/source`` up to date with ``solutions/``; unchanged sets are left."""
    for name in problem_sets(root):
        text = root / "solutions" / name / f"{name}.md"
        made = root / "_build" / "nbgrader" / "source" / name / f"{name}.ipynb"
        inputs = (text, Path(__file__))
        if made.exists() and made.stat().st_mtime >= max(p.stat().st_mtime for p in inputs):
            continue
        import nbformat

        notebook = source_notebook(text)
        made.parent.mkdir(parents=True, exist_ok=True)
        # written beside and moved, so that a reader never meets half a notebook
        partial = made.with_suffix(f".{os.getpid()}.partial")
        nbformat.write(notebook, partial)
        partial.replace(made)


def release(root: Path, names: list[str] | None = None, *, into: Path | None = None) -> list[Path]:
    """Make the student notebooks of the named problem sets (default: all) and return their paths.

    Parameters
    ----------
    root : Path
        The course's top level, where ``nbgrader_config.py`` lies.
    names : list of str, optional
        For example ``["ps2"]``.
    into : Path, optional
        Where to put them instead of ``exercises/``.

    Raises
    ------
    ReleaseError
        If a name is unknown or nbgrader refuses the problem set; the message says why.
    """
    known = problem_sets(root)
    for name in names or []:
        if name not in known:
            raise ReleaseError(
                f"no problem set {name!r}: solutions/ has {', '.join(known) or 'none'}"
            )
    write_sources(root)
    target = into or root / "exercises"
    made = []
    for name in names or known:
        _generate(root, name, target)
        made.append(target / name / f"{name}.ipynb")
    if into is None and (root / OFFERED).parent.is_dir():
        (root / OFFERED).write_text(_offered(root), encoding="utf-8")
    return made


def check_release(root: Path, names: list[str] | None = None) -> list[str]:
    """Compare ``exercises/`` with what its sources give, byte for byte; return what differs."""
    differences = []
    with tempfile.TemporaryDirectory() as scratch:
        for fresh in release(root, names, into=Path(scratch)):
            committed = root / "exercises" / fresh.parent.name / fresh.name
            shown = committed.relative_to(root)
            if not committed.is_file():
                differences.append(f"{shown} is missing")
            elif committed.read_bytes() != fresh.read_bytes():
                where = _first_difference(committed, fresh)
                differences.append(f"{shown} is not what its source gives: {where}")
    told = root / OFFERED
    if told.parent.is_dir() and (not told.is_file() or told.read_text("utf-8") != _offered(root)):
        differences.append(f"{OFFERED} is not what the problem sets offer")
    if names is None:
        known = set(problem_sets(root))
        for folder in sorted((root / "exercises").glob("*/")):
            if folder.name not in known:
                differences.append(f"exercises/{folder.name} has no source in solutions/")
    return differences


def _offered(root: Path) -> str:
    """What each task offers of the library, as `ce_lib.offered` reads it.

    A name asked for in two problem sets (`cross_entropy`) gets what either of them offers.
    """
    from ce_lib.grading.problem import load_problem

    found: dict[str, set[str]] = {}
    for name in problem_sets(root):
        problem = load_problem(root, name)
        for cell in problem.cells:
            if cell.kind == "solution" and cell.code:
                for task in re.findall(r"^def (\w+)", cell.source, re.MULTILINE):
                    found.setdefault(task, set()).update(problem.allowed[cell.id])
    lines = [
        f"{json.dumps(task)}: {json.dumps(sorted(n for n in found[task] if 'check' not in n))}"
        for task in sorted(found)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _points(points: Any, where: str) -> int | float:
    if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
        raise ReleaseError(f"{where}: a graded cell needs points above 0, got {points!r}")
    return points


def _generate(root: Path, name: str, target: Path) -> None:
    """Run nbgrader's generate_assignment, without a gradebook."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    config = load_config(root)
    config.CourseDirectory.release_directory = str(target)
    config.SaveCells.enabled = False
    config.GenerateAssignment.no_database = True
    log = _Log()
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = name
    api = NbGraderAPI(coursedir, config=config)
    converter = GenerateAssignment(coursedir=coursedir, parent=api)
    converter.log = log.logger
    try:
        converter.start()
    except Exception as error:
        raise ReleaseError(f"solutions/{name}/{name}.md: {log.last_error() or error}") from error


def load_config(root: Path) -> Any:
    """The course's ``nbgrader_config.py``, as nbgrader's own commands read it."""
    from traitlets.config import PyFileConfigLoader

    path = root / "nbgrader_config.py"
    if not path.is_file():
        raise ReleaseError(f"{path} is missing: run this in the course's top level folder")
    return PyFileConfigLoader(path.name, str(root)).load_config()


class _Log:
    """nbgrader explains itself in its log only; keep the lines to quote the last one."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.logger = logging.Logger("release", logging.ERROR)
        handler = logging.Handler()
        handler.emit = lambda record: self.errors.append(record.getMessage())  # type: ignore[method-assign]
        self.logger.addHandler(handler)

    def last_error(self) -> str:
        # a traceback's last line is the sentence
        lines = [text.strip().splitlines()[-1] for text in self.errors if "Error" in text]
        return lines[0] if lines else ""


def _first_difference(committed: Path, fresh: Path) -> str:
    try:
        old, new = (json.loads(path.read_text("utf-8"))["cells"] for path in (committed, fresh))
    except (ValueError, KeyError):
        return "it is not a notebook any more"
    for index, (a, b) in enumerate(zip(old, new, strict=False)):
        if a != b:
            return f"cell {index + 1} ({b.get('id', 'no id')}) differs"
    if len(old) != len(new):
        return f"it has {len(old)} cells instead of {len(new)}"
    return "its metadata differ"
