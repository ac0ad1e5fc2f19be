"""From the file that was handed in to the answers in it: nothing else of it is believed.

The notebook that is graded is built from *our* source. A student's file only gives the text of the
cells that students write in, matched by ``grade_id``; whatever else it holds, whatever it claims
about points, tags, kernels or versions, is not read. A file in which no answer can be found raises
`Unusable` with a sentence to act on; it costs that submission alone.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .problem import Problem

__all__ = ["MAX_BYTES", "Answers", "Unusable", "find_answers", "read_answers", "read_file"]

#: A notebook of this course is some 30 KB, and some 300 KB with its figures.
MAX_BYTES = 20_000_000
#: Characters of one answer; the longest answer of the sample class has a thousand.
MAX_ANSWER = 100_000


class Unusable(Exception):
    """No answers can be read; the message says why and what to ask the student for."""


@dataclass
class Answers:
    """The students' text by ``grade_id``, and what was odd about the file, in sentences."""

    given: dict[str, str]
    notes: list[str] = field(default_factory=list)


def read_file(path: Path, within: Path | None = None) -> bytes:
    """The bytes of a handed-in notebook, which must be an ordinary file.

    Parameters
    ----------
    path : Path
        The notebook.
    within : Path, optional
        A folder above it; a link anywhere between the two is refused.

    Raises
    ------
    Unusable
        If it is missing, a link, a folder, a device, unreadable or too large.
    """
    folder = path.parent
    while within is not None and folder != within and folder != folder.parent:
        if folder.is_symlink():
            raise Unusable(f"{folder.name} is a link, not a folder: ask for the notebook itself")
        folder = folder.parent
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        others = sorted(other.name for other in path.parent.glob("*.ipynb"))[:3]
        found = f", only {', '.join(others)}: ask for a file of the right name" if others else ""
        raise Unusable(f"no {path.name} was handed in{found}") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Unusable(f"{path.name} is a link: ask for the notebook itself") from error
        raise Unusable(
            f"{path.name} cannot be read ({error.strerror}): see its permissions"
        ) from error
    try:
        found_as = os.fstat(handle)
        if not stat.S_ISREG(found_as.st_mode):
            raise Unusable(f"{path.name} is not an ordinary file: ask for the notebook itself")
        if found_as.st_size > MAX_BYTES:
            size = f"{found_as.st_size / 1e6:.0f} MB"
            raise Unusable(f"{size} is too large for a notebook: clear its outputs, hand in again")
        with open(handle, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unusable(f"{path.name} cannot be read ({error.strerror})") from error
    finally:
        os.close(handle)


def read_answers(data: bytes, problem: Problem) -> Answers:
    """Find the answers in the bytes of a notebook.

    A cell that is there twice counts with its last version that differs from the released one; a
    cell that lost nbgrader's mark is found by its cell id. Both are noted.

    Raises
    ------
    Unusable
        If it is not a notebook, or not this one.
    """
    notes: list[str] = []
    content = _decoded(data, notes)
    answers = find_answers(content, problem)
    answers.notes[:0] = notes
    return answers


def find_answers(content: dict[str, Any], problem: Problem) -> Answers:
    """Like `read_answers`, from a notebook that is already parsed."""
    found: dict[str, list[tuple[str, bool]]] = {}
    notes: list[str] = []
    foreign: list[str] = []
    unmarked: list[str] = []
    cells = _cells(content)
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        grade_id, marked = _identify(cell, problem)
        source = _source(cell)
        if grade_id is None or source is None:
            mark = _nbgrader(cell)
            if mark.get("solution") and isinstance(mark.get("grade_id"), str):
                foreign.append(mark["grade_id"][:40])
            continue
        if not marked:
            unmarked.append(grade_id)
        found.setdefault(grade_id, []).append((source, marked))
    if not found and not any(_is_ours(cell, problem) for cell in cells):
        raise Unusable(
            f"no cell of {problem.name} is in it: ask for the notebook that was given out, "
            "with the answers in its own cells"
        )
    answers = Answers({}, notes)
    for grade_id, cell in problem.answers.items():
        versions = [text for text, _ in found.get(grade_id, [])]
        released = cell.released["source"]
        if not versions:
            notes.append(
                f"the answer cell {grade_id!r} is missing: it counts as not answered"
                + (f" (the cell {foreign[0]!r} may be it, renamed)" if foreign else "")
            )
            versions = [released]
        written = [text for text in versions if text.strip() != released.strip()]
        if len(set(written)) > 1:
            notes.append(f"{grade_id!r} was answered {len(written)} times: the last one counts")
        text = (written or versions)[-1]
        if len(text) > MAX_ANSWER:
            raise Unusable(
                f"the answer {grade_id!r} has {len(text)} characters, more than {MAX_ANSWER}: "
                "ask for one that a person could have typed"
            )
        answers.given[grade_id] = text
    if unmarked:
        notes.append(f"nbgrader's marks are gone; cells were found by id: {', '.join(unmarked)}")
    return answers


def _decoded(data: bytes, notes: list[str]) -> dict[str, Any]:
    damaged = "the file is damaged, ask for it again"
    encoding = "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
        notes.append("the file is UTF-16, not UTF-8; it was read all the same")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unusable(
            "not a notebook (its text is not UTF-8): ask for the file as Jupyter saved it"
        ) from error
    if not text.strip():
        raise Unusable("the file is empty: ask for it again")
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise Unusable(f"not a notebook (nested without end): {damaged}") from error
    except ValueError as error:
        where = getattr(error, "lineno", 0)
        raise Unusable(f"not a notebook (no JSON, at line {where}): {damaged}") from error
    if not isinstance(content, dict):
        raise Unusable(f"not a notebook (no cells): {damaged}")
    return content


def _cells(content: dict[str, Any]) -> list[Any]:
    cells = content.get("cells")
    sheets = content.get("worksheets")
    if cells is None and isinstance(sheets, list):  # notebook format 3
        cells = [c for s in sheets if isinstance(s, dict) for c in s.get("cells") or []]
    if not isinstance(cells, list):
        raise Unusable("not a notebook (no cells): the file is damaged, ask for it again")
    return cells


def _nbgrader(cell: Any) -> dict[str, Any]:
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return mark if isinstance(mark, dict) else {}


def _identify(cell: dict[str, Any], problem: Problem) -> tuple[str | None, bool]:
    grade_id = _nbgrader(cell).get("grade_id")
    if isinstance(grade_id, str):
        if grade_id in problem.answers:
            return grade_id, True
        if any(grade_id == ours.id for ours in problem.cells):
            return None, True  # a test, a locked cell: ours is taken instead
    cell_id = cell.get("id")
    if isinstance(cell_id, str) and cell_id in problem.answers:
        return cell_id, False
    return None, False


def _is_ours(cell: Any, problem: Problem) -> bool:
    ids = {ours.id for ours in problem.cells if ours.kind != "text"}
    if not isinstance(cell, dict):
        return False
    return any(
        isinstance(name, str) and name in ids
        for name in (_nbgrader(cell).get("grade_id"), cell.get("id"))
    )


def _source(cell: dict[str, Any]) -> str | None:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        if not all(isinstance(line, str) for line in source):
            return None
        source = "".join(source)
    if not isinstance(source, str):
        return None
    # half of a surrogate pair cannot be written to a file again
    return source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
