"""A student's folder in ``submitted/``, there whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .findings import LmsError

__all__ = ["alone", "move", "stage", "staging"]

PARTIAL = ".collecting-"
TIMESTAMP = "timestamp.txt"


def stage(folder: Path, name: str, data: bytes, time: datetime.datetime | None) -> None:
    """Make a student's folder ready, as nbgrader's own `collect` would leave it."""
    folder.mkdir()
    _write(folder / f"{name}.ipynb", data)
    if time is not None:
        text = time.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        _write(folder / TIMESTAMP, text.encode())


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def move(made: Path, target: Path, update: bool) -> str:
    """Move a folder that is ready into its place.

    Returns ``"new"``, ``"unchanged"`` (the same is there already, or all but its time), ``"kept"``
    (another version is there) or ``"replaced"`` (it was, and ``update`` is set).
    """
    if not os.path.lexists(target):
        target.parent.mkdir(exist_ok=True)
        made.rename(target)
        return "new"
    different = [file.name for file in made.iterdir() if not _same(file, target / file.name)]
    if different == [TIMESTAMP] and not os.path.lexists(target / TIMESTAMP):
        (made / TIMESTAMP).rename(target / TIMESTAMP)
        different = []
    if not different:
        return "unchanged"
    if not update:
        return "kept"
    # a power cut between the two leaves none, and then the next run collects it again
    target.rename(made.with_name(f"{PARTIAL}old-{made.name}"))
    made.rename(target)
    return "replaced"


def _same(made: Path, there: Path) -> bool:
    if there.is_symlink() or not there.is_file():
        return False
    return there.read_bytes() == made.read_bytes()


@contextlib.contextmanager
def staging(submitted: Path, name: str) -> Iterator[Path]:
    """A folder beside the students' in which theirs are made ready; it goes in the end."""
    for left in submitted.glob(f"{PARTIAL}{name}-*"):  # of a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PARTIAL}{name}-", dir=submitted))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def alone(submitted: Path, name: str) -> Iterator[None]:
    """Hold the right to collect this set into this folder; it ends with this process."""
    handle = os.open(submitted / f".collecting-{name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows has no such locks
            pass
        except BlockingIOError:
            raise LmsError(f"another run is collecting {name} into {submitted}") from None
        yield
    finally:
        os.close(handle)
