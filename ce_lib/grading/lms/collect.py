"""What an LMS gives out, into nbgrader's ``submitted/<student>/<set>/``.

nbgrader has `nbgrader zip_collect` with a plug-in for file names. It is not used here, because it
unpacks archives to the places that they name and without bounds, stops for the whole class at one
name that it cannot read or one student with two files, and takes a notebook by its name, not by
what is in it.

Each student's folder is made ready beside the others and then moved into place, so that at any
moment it is there whole or not at all. What is there already is replaced only if asked for.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .archive import File, files, files_in_zip
from .downloads import Handed, recognise
from .findings import Finding, LmsError, several
from .roster import Person, Roster, valid_id

__all__ = ["Collected", "collect"]

#: Which of a roster's identifiers the number in a file's name is.
NUMBERS = {
    "moodle": ("participant", "lms_user_id"),
    "canvas": ("canvas_id", "lms_user_id"),
    "exchange": ("username", "login", "lms_user_id"),
}
PARTIAL = ".collecting-"


@dataclass
class Collected:
    """What was collected, by the course's ids, and what a person should know."""

    lms: str
    new: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # another version is there already
    findings: list[Finding] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is left for a person to decide."""
        return not any(finding.open for finding in self.findings)


def collect(
    root: Path,
    name: str,
    source: Path,
    submitted: Path,
    *,
    lms: str = "",
    roster: Roster | None = None,
    due: datetime.datetime | None = None,
    update: bool = False,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
) -> Collected:
    """Collect the submissions of a problem set.

    Parameters
    ----------
    root : Path
        The course's top level.
    name : str
        The problem set, such as ``"ps2"``.
    source : Path
        The folder or zip that an LMS gave out.
    submitted : Path
        Where a folder for each student goes.
    lms : {"", "moodle", "canvas", "exchange"}
        Whose file names they are; found out by default.
    roster : Roster, optional
        How the LMS's students are called in the course.
    due : datetime, optional
        When it was due, in UTC, for an LMS that says *that* somebody was late but not *when*.
    update : bool
        Replace an older version that was collected before.
    progress : callable, optional
        Wraps the iteration over students.

    Raises
    ------
    LmsError
        If nothing can be collected at all, or the result cannot be written.
    """
    known = _problem_sets(root)
    if name not in known:
        raise LmsError(f"no problem set {name!r}: exercises/ has {', '.join(known) or 'none'}")
    found, refused = files(source)
    if not found:
        raise LmsError(f"{source} holds no files")
    lms, handed, strange = recognise(found, name, lms)
    result = Collected(lms, findings=[*refused, *(roster.findings if roster else [])])
    result.findings += [
        Finding(f"not one of {lms}'s names: left out", file.path) for file in strange
    ]
    by_number: dict[str, list[Handed]] = {}
    for one in handed:
        by_number.setdefault(one.student, []).append(one)
    ids, people = _ids(result, by_number, roster)
    choices: dict[str, tuple[bytes, datetime.datetime | None]] = {}
    try:
        submitted.mkdir(parents=True, exist_ok=True)
        with _alone(submitted, name), _staging(submitted, name) as staging:
            for number in progress(list(ids)):
                chosen = _chosen(result, by_number[number], ids[number], name, known)
                if chosen is not None:
                    time = _time(result, chosen[0], people.get(number), due, ids[number])
                    _stage(staging / ids[number], name, chosen[1], time)
                    choices[ids[number]] = chosen[1], time
            for student in choices:
                _move(result, staging, submitted / student / name, student, update)
    except OSError as error:
        raise LmsError(
            f"{submitted} cannot be written: {error.strerror or error}; whoever was collected is "
            "whole, put it right and run this again"
        ) from error
    _compare(result, roster, people, choices, lms)
    return result


def _problem_sets(root: Path) -> dict[str, set[str]]:
    """The ids of the cells of every problem set, as students got it."""
    known = {}
    for path in sorted((root / "exercises").glob("*/*.ipynb")):
        if path.stem == path.parent.name:
            try:
                cells = json.loads(path.read_text("utf-8"))["cells"]
            except (OSError, ValueError, KeyError) as error:
                raise LmsError(f"{path} is damaged: run `ce-course release`") from error
            known[path.stem] = {text for cell in cells if (text := _grade_id(cell))}
    return known


def _grade_id(cell: Any) -> str:
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


# -- who ------------------------------------------------------------------------------------------


def _ids(
    result: Collected, by_number: dict[str, list[Handed]], roster: Roster | None
) -> tuple[dict[str, str], dict[str, Person]]:
    """The LMS's number -> the course's id, and the line of the roster."""
    ids: dict[str, str] = {}
    people: dict[str, Person] = {}
    by_name: list[str] = []
    for number, handed in by_number.items():
        name = handed[0].name
        where = f"{name} ({number})" if name else number
        if roster is None:
            if valid_id(number):
                ids[number] = number
            else:
                result.findings.append(Finding("no name for a student's folder: left out", where))
            continue
        fitting = roster.find(NUMBERS[result.lms], number)
        if not fitting and result.lms == "exchange":
            fitting = [person for person in roster.people if person.id == number]
        if not fitting and name:
            fitting = roster.named(name)
            by_name += [number] if len(fitting) == 1 else []
        if len(fitting) == 1:
            people[number] = fitting[0]
            ids[number] = fitting[0].id
        elif fitting:
            lines = several([f"line {p.line} ({p.id})" for p in fitting])
            result.findings.append(
                Finding(f"fits {lines} of {roster.path.name}: left out", where)
            )  # fmt: skip
        else:
            result.findings.append(Finding(f"is not in {roster.path.name}: left out", where))
    claims: dict[str, list[str]] = {}
    for number, student in ids.items():
        claims.setdefault(student, []).append(number)
    for student, numbers in claims.items():
        if len(numbers) > 1:
            names = [f"{by_number[n][0].name} ({n})" for n in numbers]
            result.findings.append(
                Finding(f"{' and '.join(names)} are both this student: left out", student)
            )
            for number in numbers:
                del ids[number]
    if by_name:
        shown = several([f"{by_number[n][0].name} as {ids[n]}" for n in by_name if n in ids])
        result.findings.append(
            Finding(f"found by name, since the list lacks their numbers: {shown}", open=False)
        )
    if roster is None and result.lms == "moodle":
        result.findings.append(
            Finding(
                "students are called by Moodle's participant numbers, which are others in every "
                "assignment: give its grading worksheet with --roster", open=False
            )
        )  # fmt: skip
    return ids, people


def _compare(
    result: Collected, roster: Roster | None, people: dict[str, Person],
    choices: dict[str, Any], lms: str,
) -> None:  # fmt: skip
    """Say where the roster and the submissions disagree, and whose time is not known."""
    if roster is not None:
        absent = [f"{p.id} (line {p.line})" for p in roster.people if p.id not in choices]
        if absent:
            result.findings.append(
                Finding(f"{len(absent)} of the list handed in nothing that could be collected: "
                        f"{several(absent)}", roster.path.name, open=False)
            )  # fmt: skip
    timeless = [student for student, (_, time) in choices.items() if time is None]
    if timeless:
        how = {
            "moodle": "Moodle's files have no times; its grading worksheet, given with --roster, "
            "has them",
            "canvas": "Canvas's files have no times; say with --due when it was due, and those "
            "that it marks LATE count as late by a second",
        }.get(lms, "its folder's name has none")
        result.findings.append(
            Finding(f"whether {several(timeless)} were late is not known: {how}", open=False)
        )


# -- what -----------------------------------------------------------------------------------------


def _chosen(
    result: Collected, handed: list[Handed], student: str, name: str, known: dict[str, set[str]]
) -> tuple[Handed, bytes] | None:
    """The notebook that counts, and what is in it."""
    ours: list[tuple[Handed, bytes]] = []
    damaged: list[tuple[Handed, bytes]] = []
    before = len(result.findings)
    for one in _unpacked(result, handed):
        if one.typed:
            result.findings.append(Finding("text typed into the LMS: read it there", one.file.path))
            continue
        if not one.filename.lower().endswith(".ipynb"):
            kind = one.filename.rpartition(".")[2][:10] if "." in one.filename else "file"
            note = f"no notebook ({kind}): left out"
            extra = one.filename.lower() == "timestamp.txt"
            if not extra:
                result.findings.append(Finding(note, one.file.path, open=False))
            continue
        try:
            data = one.file.read()
        except LmsError as error:
            result.findings.append(Finding(f"{error}", one.file.path))
            continue
        whose = _whose(data, known, name)
        if whose == name:
            ours.append((one, data))
        elif whose == "damaged":
            damaged.append((one, data))
        else:
            what = f"the notebook of {whose}" if whose else "a notebook of no problem set"
            result.findings.append(
                Finding(f"{student} handed in {what}, not of {name}: left out", one.file.path)
            )
    candidates = sorted(ours or damaged, key=lambda pair: pair[0].newer)
    if not candidates:
        if len(result.findings) == before or not any(f.open for f in result.findings[before:]):
            result.findings.append(Finding(f"no notebook of {name}", student))
        return None
    best, data = candidates[-1]
    others = [one for one, text in candidates[:-1] if text != data]
    if others:
        older = several([one.file.path for one in others])
        sure = best.newer > others[-1].newer
        result.findings.append(
            Finding(
                f"{student} handed in {len(others) + 1} versions; taken: {best.filename}, "
                f"{'the newest' if sure else 'though nothing says which is the newest'}, not "
                f"{older}", best.file.path, open=not sure,
            )
        )  # fmt: skip
    if not ours:
        result.findings.append(
            Finding(f"{student}'s notebook is damaged; collected, so that grading says why",
                    best.file.path, open=False)
        )  # fmt: skip
    return best, data


def _unpacked(result: Collected, handed: list[Handed]) -> Iterator[Handed]:
    """The files of one student, those in a zip that the student made included."""
    for one in handed:
        if one.typed or not one.filename.lower().endswith(".zip"):
            yield one
            continue
        try:
            inner, refused = files_in_zip(one.file.read(), one.file.path)
        except LmsError as error:
            result.findings.append(Finding(str(error), one.file.path))
            continue
        result.findings += [replace(f, where=f"{one.file.path}: {f.where}") for f in refused]
        for file in inner:
            if file.name.lower().endswith(".ipynb"):
                path = (*one.file.parts, *file.parts)
                yield replace(one, filename=file.name, file=File(path, file.read))


def _whose(data: bytes, known: dict[str, set[str]], name: str) -> str:
    """Which problem set's notebook this is: its name, ``damaged``, or nothing."""
    try:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        content = json.loads(data.decode(encoding))
        cells = content["cells"]
        if not isinstance(cells, list):
            return "damaged"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "damaged"
    ids = {_grade_id(cell) for cell in cells}
    # an editor may have dropped nbgrader's marks; the ids of the cells are the same words
    ids |= {cell["id"] for cell in cells
            if isinstance(cell, dict) and isinstance(cell.get("id"), str)}  # fmt: skip
    fits = {one: len(ids & its) for one, its in known.items()}
    most = max(fits.values(), default=0)
    if not most:
        return ""
    return name if fits[name] == most else max(fits, key=lambda one: fits[one])


def _time(
    result: Collected, one: Handed, person: Person | None, due: datetime.datetime | None,
    student: str,
) -> datetime.datetime | None:  # fmt: skip
    time = one.time or (person.submitted if person else None)
    if time is None and due is not None:
        time = due + datetime.timedelta(seconds=1) if one.late else due
    if one.late:
        when = "by a second, since it does not say by how much" if time else "but not when"
        result.findings.append(
            Finding(f"the LMS marks {student} as late, {when}", one.file.path, open=time is None)
        )
    return time


# -- where ----------------------------------------------------------------------------------------


def _stage(folder: Path, name: str, data: bytes, time: datetime.datetime | None) -> None:
    folder.mkdir()
    _write(folder / f"{name}.ipynb", data)
    if time is not None:
        text = time.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        _write(folder / "timestamp.txt", text.encode())


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _move(result: Collected, staging: Path, target: Path, student: str, update: bool) -> None:
    made = staging / student
    if not os.path.lexists(target):
        target.parent.mkdir(exist_ok=True)
        made.rename(target)
        result.new.append(student)
    elif _same(made, target):
        result.unchanged.append(student)
    elif not update:
        result.kept.append(student)
        result.findings.append(
            Finding("another version was collected before and is kept; --update replaces it",
                    student)
        )  # fmt: skip
    else:
        # a power cut between the two leaves none, and then the next run collects it again
        target.rename(staging / f"{PARTIAL}{student}")
        made.rename(target)
        result.replaced.append(student)
        result.findings.append(Finding("replaced what was collected before", student, open=False))


def _same(made: Path, there: Path) -> bool:
    for file in made.iterdir():
        other = there / file.name
        if other.is_symlink() or not other.is_file() or other.read_bytes() != file.read_bytes():
            return False
    return True


@contextlib.contextmanager
def _staging(submitted: Path, name: str) -> Iterator[Path]:
    for left in submitted.glob(f"{PARTIAL}{name}-*"):  # of a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PARTIAL}{name}-", dir=submitted))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _alone(submitted: Path, name: str) -> Iterator[None]:
    """Hold the right to collect this set into this folder; it ends with this process."""
    handle = os.open(submitted / f".collecting-{name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except OSError:
            raise LmsError(f"another run is collecting {name} into {submitted}") from None
        yield
    finally:
        os.close(handle)
