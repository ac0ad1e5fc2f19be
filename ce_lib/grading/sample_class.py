"""Classes to try the grader on: the bundled one, and made-up ones of any size.

The bundled sample class is twelve submissions, right and wrong in the usual ways.

``solutions/ps2/sample_class/ada.py`` holds Ada's answers, one after each ``# %% grade_id`` line;
they are put into the released notebook, so the class always fits the current problem set. A
``.raw`` file is handed in as it is, broken as it may be.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from .release import ReleaseError, problem_sets

__all__ = ["answers", "make_class", "submission", "write_sample_class"]

MARKER = re.compile(r"^# %% (?P<markdown>\[markdown\] )?(?P<id>[\w-]+)\s*$", re.MULTILINE)


def answers(text: str) -> dict[str, str]:
    """Split the text of an answer file into ``grade_id -> source of the cell``."""
    found = {}
    marks = list(MARKER.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        source = text[mark.end() : following.start() if following else len(text)].strip("\n")
        if mark["markdown"]:
            source = re.sub(r"^# ?", "", source, flags=re.MULTILINE)
        found[mark["id"]] = source
    return found


def submission(exercise: Path, given: dict[str, str]) -> str:
    """The released notebook ``exercise`` with these answers filled in, as JSON text.

    Raises
    ------
    ReleaseError
        If an answer belongs to no cell that students write in.
    """
    import nbformat

    notebook = nbformat.read(exercise, as_version=4)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    for grade_id, source in given.items():
        if grade_id not in cells:
            raise ReleaseError(f"{exercise} has no cell {grade_id!r} for an answer")
        cells[grade_id].source = source
    return nbformat.writes(notebook) + "\n"


def write_sample_class(root: Path, name: str, target: Path) -> list[str]:
    """Write ``target/<student>/<name>/<name>.ipynb`` for the whole class; return the students."""
    exercise = root / "exercises" / name / f"{name}.ipynb"
    files = sorted((root / "solutions" / name / "sample_class").glob("*.*"))
    for file in files:
        notebook = target / file.stem / name / f"{name}.ipynb"
        notebook.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text("utf-8")
        notebook.write_text(
            text if file.suffix == ".raw" else submission(exercise, answers(text)), "utf-8"
        )
    return [file.stem for file in files]


def make_class(
    root: Path,
    name: str,
    target: Path,
    count: int,
    seed: int = 0,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> None:
    """Write ``count`` submissions: each answer a right variant or a known mistake.

    Raises
    ------
    ReleaseError
        If there is no such problem set, ``count`` is not positive, or one of them is there already.
    """
    from .evidence import pieces

    if name not in (known := problem_sets(root)):
        raise ReleaseError(f"no problem set {name!r}: solutions/ has {', '.join(known) or 'none'}")
    if count < 1:
        raise ReleaseError(f"{count} students: give a number of at least 1")
    draw = random.Random(seed)
    exercise = root / "exercises" / name / f"{name}.ipynb"
    folder = root / "solutions" / name
    right: dict[str, list[str]] = {}
    wrong: dict[str, list[str]] = {}
    for file, into in (("variants.py", right), ("misconceptions.py", wrong)):
        for piece in pieces(folder / file):
            code = re.sub(r"\A(# .*\n)+", "", piece.code)  # the catalogue's own words on it
            into.setdefault(piece.cell, []).append(code)
    varied = set(right)
    for sample in sorted((folder / "sample_class").glob("[a-d]*.py")):
        for grade_id, text in answers(sample.read_text("utf-8")).items():
            if grade_id not in varied:  # a cell of theirs may need another of the same student
                right.setdefault(grade_id, []).append(text)
    for number in progress(range(count)):
        given = {}
        for grade_id in sorted(right.keys() | wrong.keys()):
            kind = wrong if grade_id in wrong and draw.random() < 0.3 else right
            if choices := kind.get(grade_id):
                given[grade_id] = draw.choice(choices)
        notebook = target / f"student-{number:05d}" / name / f"{name}.ipynb"
        if notebook.parent.exists():
            raise ReleaseError(f"{notebook.parent} is there already: name a new folder")
        notebook.parent.mkdir(parents=True)
        notebook.write_text(submission(exercise, given), "utf-8")
