"""The file names under which an LMS, or nbgrader's exchange, gives out what was handed in.

Moodle (3.1 and later, `assign::download_submissions`): a folder, or with "Download submissions in
folders" switched off a prefix, ``Full Name_12345_assignsubmission_file_``; the number is the
participant's in this one assignment, and is another in the next.

Canvas (`ContentZipper`): ``lovelaceada_LATE_12345_67890_ps2-1.ipynb``: the sortable name without
anything but letters, perhaps ``LATE``, the user's number, the file's number, and the file's name,
with ``-1`` if a file of that name was handed in before. Anonymous grading gives ``anon_x1y2z``.

nbgrader's exchange (`nbgrader submit`): folders ``user+ps2+2026-11-18 20:05:00.000000 UTC+random``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .archive import File
from .dates import zone_named
from .findings import LmsError

__all__ = ["PATTERNS", "Handed", "recognise", "returned"]


@dataclass(frozen=True)
class Handed:
    """One file that one student handed in."""

    student: str  # the LMS's number of the student, or the exchange's user
    name: str  # as the file's name has it
    filename: str
    file: File
    late: bool = False
    newer: tuple[str, int, int] = ("", 0, 0)  # the largest is the newest
    time: datetime.datetime | None = None
    typed: bool = False  # text typed into the LMS, no file


MOODLE = re.compile(
    r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?"
)
CANVAS = re.compile(
    r"(?P<name>.*?)_(?:(?P<late>LATE)_)?(?P<number>\d+)_(?P<attachment>\d+)_(?P<file>.+)"
)
CANVAS_TYPED = re.compile(r"(?P<name>.*?)_(?:(?P<late>LATE)_)?(?P<number>\d+)_(?:text|link)\.html")
CANVAS_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<number>anon_[^_]+)_(?P<attachment>\d+)_(?P<file>.+)"
)
EXCHANGE = re.compile(
    r"(?P<user>.+)\+(?P<set>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d[:_.]\d\d[:_.]\d\d(?:\.\d+)?"
    r" (?:[+-]\d{4}|[^+\s]+))(?:\+.*)?"
)
AGAIN = re.compile(r"(?:[-_]| ?\()(\d{1,3})\)?$")


def _again(filename: str) -> int:
    """Which copy a file name claims to be: ``ps2-1``, ``ps2_1`` and ``ps2 (1)`` are the second."""
    found = AGAIN.search(filename.rpartition(".")[0])
    return int(found[1]) if found else 0


def _moodle(file: File, name: str) -> Handed | None:
    for place, part in enumerate(file.parts):
        if found := MOODLE.fullmatch(part):
            filename = found["file"] or "/".join(file.parts[place + 1 :])
            if not filename:
                return None
            return Handed(
                found["number"], found["name"], filename, file,
                newer=("", 0, _again(filename)), typed=found["plugin"] != "file",
            )  # fmt: skip
    return None


def _canvas(file: File, name: str) -> Handed | None:
    if found := CANVAS_ANONYMOUS.fullmatch(file.name) or CANVAS.fullmatch(file.name):
        filename = found["file"]
        return Handed(
            found["number"], found.groupdict().get("name") or "", filename, file,
            late=bool(found["late"]), newer=("", int(found["attachment"]), _again(filename)),
        )  # fmt: skip
    if found := CANVAS_TYPED.fullmatch(file.name):
        return Handed(
            found["number"], found["name"], file.name, file, late=bool(found["late"]), typed=True
        )
    return None


def _exchange(file: File, name: str) -> Handed | None:
    for place, part in enumerate(file.parts[:-1]):
        if (found := EXCHANGE.fullmatch(part)) and found["set"] == name:
            time = _exchange_time(found["time"])
            filename = "/".join(file.parts[place + 1 :])
            newer = (time.isoformat() if time else "", 0, 0)
            return Handed(found["user"], "", filename, file, newer=newer, time=time)
    return None


def _exchange_time(text: str) -> datetime.datetime | None:
    day, clock, zone = text.split(" ", 2)
    clock = re.sub(r"^(\d\d).(\d\d).", r"\1:\2:", clock)  # no colon in a file's name on Windows
    # nbgrader's own reader takes +0200 for 200 seconds, and a zone that it does not know for UTC
    try:
        if re.fullmatch(r"[+-]\d{4}", zone):
            return datetime.datetime.fromisoformat(f"{day} {clock}{zone}").astimezone(datetime.UTC)
        stamp = datetime.datetime.fromisoformat(f"{day} {clock}")
        return stamp.replace(tzinfo=zone_named(zone)).astimezone(datetime.UTC)
    except (ValueError, OverflowError, LmsError):
        return None


PATTERNS: dict[str, Callable[[File, str], Handed | None]] = {
    "moodle": _moodle,
    "canvas": _canvas,
    "exchange": _exchange,
}


def recognise(
    found: Sequence[File], name: str, given: str = ""
) -> tuple[str, list[Handed], list[File]]:
    """Read the file names.

    Parameters
    ----------
    found : sequence of File
        What lies there.
    name : str
        The problem set; the exchange's folders bear it.
    given : {"", "moodle", "canvas", "exchange"}
        Whose names they are; by default whoever's fit most files.

    Returns
    -------
    tuple
        Whose they are, the files by student, and those whose names say nothing.

    Raises
    ------
    LmsError
        If no name fits anybody's pattern.
    """
    best: tuple[str, list[Handed], list[File]] = ("", [], list(found))
    for lms, pattern in PATTERNS.items():
        if given in ("", lms):
            read = [(file, pattern(file, name)) for file in found]
            handed = [one for _, one in read if one is not None]
            if len(handed) > len(best[1]):
                best = lms, handed, [file for file, one in read if one is None]
    if not best[1]:
        whose = given or "Moodle's, Canvas's or nbgrader's exchange"
        shown = f", such as {found[0].path!r}" if found else ""
        raise LmsError(
            f"none of the {len(found)} file names{shown} is {whose}: Moodle's look like 'Ada "
            "Lovelace_123_assignsubmission_file_/ps2.ipynb', Canvas's like "
            "'lovelaceada_123_456_ps2.ipynb', the exchange's folders like 'ada+ps2+2026-11-18 "
            "20:05:00 UTC'"
        )
    return best


def returned(lms: str, handed: Handed, name: str) -> str:
    """Under which name in a zip an LMS finds again whose file a page of ``name`` answers."""
    if lms == "moodle":
        # Moodle has no underscore in the name, and would take what follows for the number
        who = handed.name.replace("_", " ")
        return f"{who}_{handed.student}_assignsubmission_file_/{name}.html"
    for part in handed.file.parts:
        if found := CANVAS_ANONYMOUS.fullmatch(part) or CANVAS.fullmatch(part):
            return f"{part[: found.start('file')]}{name}.html"
    raise LmsError(f"{handed.file.path} is none of Canvas's names")
