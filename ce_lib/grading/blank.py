"""A gradebook to begin with: nbgrader's tables and one problem set, made once and then copied.

Loading nbgrader to make them takes longer than grading twenty submissions.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
from pathlib import Path

from .ledger import Ledger
from .outputs import OutputError, write_whole
from .problem import Problem

__all__ = ["begin"]


def begin(gradebook: Path, root: Path, problem: Problem, course: str) -> None:
    """Let ``gradebook`` be a copy of the blank one, unless it is there.

    Where a copy cannot be made, nothing is done: a `Ledger` makes its own tables.
    """
    if gradebook.exists():
        return
    versions = [importlib.metadata.version(name) for name in ("nbgrader", "sqlalchemy")]
    key = hashlib.sha256("\0".join([problem.digest, course, *versions]).encode()).hexdigest()[:16]
    folder = root / "_build" / "nbgrader" / "blank"
    blank = folder / f"{problem.name}-{key}.db"
    fresh = gradebook.with_name(f".{gradebook.name}.{os.getpid()}.partial")
    with contextlib.suppress(OSError, OutputError):
        if not blank.is_file():
            _make(blank, problem, course)
        write_whole(fresh, blank.read_bytes())
        try:
            # unlike a move, a link never takes the place of what another run has just made
            os.link(fresh, gradebook)
        finally:
            fresh.unlink()


def _make(blank: Path, problem: Problem, course: str) -> None:
    blank.parent.mkdir(parents=True, exist_ok=True)
    for old in blank.parent.glob(f"{problem.name}-*.db"):
        old.unlink(missing_ok=True)
    fresh = blank.with_name(f".{blank.name}.{os.getpid()}")
    try:
        with Ledger(f"sqlite:///{fresh}", problem, course):
            pass
        fresh.replace(blank)
    finally:
        fresh.unlink(missing_ok=True)
