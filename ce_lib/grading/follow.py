"""Students' pages that follow the gradebook.

A page is made before its grades are recorded, and grades change after that: by a penalty that only
the gradebook knows, by a person in formgrader, by a run that was killed in between. So each page
bears a digest of what it was made from, and whoever is about to count on the pages asks here first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .entries import LedgerError
from .feedback import MADE_FROM, feedback_page, made_from
from .ledger import Ledger
from .outputs import write_whole
from .place import GradingError, open_gradebook
from .problem import Problem, load_problem

__all__ = ["follow", "follow_gradebook"]

#: Bytes at the beginning of a page that have its digest.
BEGINNING = 1_000

_MADE_FROM = re.compile(rf'<meta name="{MADE_FROM}" content="([0-9a-f]*)">')


def follow(
    output: Path,
    problem: Problem,
    ledger: Ledger,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> list[str]:
    """Make those pages anew that say something else than the gradebook; return whose.

    Only pages that are there, and that were made with the problem set as it is.

    Raises
    ------
    LedgerError
        If the gradebook cannot be read.
    OutputError
        If a page cannot be written.
    """
    changed = []
    for stands in progress(ledger.stands()):
        place = f"{stands.student}/{problem.name}/{problem.name}"
        page = output / "feedback" / f"{place}.html"
        notes = stands.note.split("; ") if stands.note else []
        about = stands.scores, stands.manual, notes, stands.penalty
        if _said(page) in (None, made_from(*about)):
            continue
        try:
            notebook = json.loads((output / "autograded" / f"{place}.ipynb").read_text("utf-8"))
            cells = [cell["id"] for cell in notebook["cells"]]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a run of `grade` makes both anew
        if cells == [cell.id for cell in problem.cells]:
            text = feedback_page(problem, stands.student, notebook, *about)
            write_whole(page, text.encode("utf-8", "replace"))
            changed.append(stands.student)
    return changed


def follow_gradebook(root: Path, name: str, output: Path | None = None) -> list[str]:
    """`follow`, for a class that was graded into this folder, by default the course's own.

    Raises
    ------
    ReleaseError
        If there is no such problem set.
    GradingError
        If there is no gradebook, or it cannot be read.
    OutputError
        If a page cannot be written.
    """
    root = root.resolve()
    output = (output or root).resolve()
    problem = load_problem(root, name)
    try:
        with open_gradebook(root, output, problem) as ledger:
            return follow(output, problem, ledger)
    except LedgerError as error:
        raise GradingError(str(error)) from error


def _said(page: Path) -> str | None:
    """The digest in a page; None if there is no page, or one that says why there are no grades."""
    try:
        with open(page, "rb") as file:
            text = file.read(BEGINNING).decode("utf-8", "replace")
    except OSError:
        return None
    found = _MADE_FROM.search(text)
    return found[1] if found else ("" if "could not be graded</h1>" not in text else None)
