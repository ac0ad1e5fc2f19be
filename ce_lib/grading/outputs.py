"""Files that grading writes: each is the old one or the new one, at any moment."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from .entries import MEND

__all__ = ["OutputError", "keep_copy", "keep_stamps", "write_whole"]

#: What nbgrader's exchange writes beside a notebook that is handed in.
STAMPS = ("timestamp.txt", "submission_secret.txt")


class OutputError(Exception):
    """A result cannot be written, which is no fault of the submission: the run must stop."""


def write_whole(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file so that at any moment, power cut included, it is the old one or the new one.

    Where not ``lasting``, a power cut may take it back; that saves waiting for the disk.

    Raises
    ------
    OutputError
        If there is no room or no permission.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(partial, "wb") as file:
            file.write(data)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {error.strerror}; {MEND}") from error


def keep_copy(data: bytes, folder: Path, given: Path) -> None:
    """Keep what was handed in where nbgrader's own commands look for it."""
    target = folder / given.name
    if target.resolve() != given.resolve():
        write_whole(target, data, lasting=False)  # what was handed in lies elsewhere, too


def keep_stamps(given: Path, folders: list[Path]) -> None:
    """Keep beside each file what the exchange put beside the notebook that was handed in.

    By it nbgrader knows whether a submission is newer, and to whom a page is to be released.
    """
    for name in STAMPS:
        stamp = given.parent / name
        if not stamp.is_file() or stamp.is_symlink():
            continue
        try:
            with open(stamp, "rb") as file:
                text = file.read(200)
            text.decode("ascii")  # nbgrader would stumble over anything else
        except (OSError, ValueError):
            continue
        for folder in folders:
            if (folder / name).resolve() != stamp.resolve():
                write_whole(folder / name, text, lasting=False)
