"""What an LMS gives out, into nbgrader's ``submitted/<student>/<set>/``.

nbgrader has `nbgrader zip_collect` with a plug-in for file names. It is not used here, because it
unpacks archives to the places that they name and without bounds, stops for the whole class at one
name that it cannot read or one student with two files, and takes a notebook by its name, not by
what is in it.

Each student's folder is made ready beside the others and then moved into place, so that at any
moment it is there whole or not at all. What is there already is replaced only if asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .archive import files
from .choose import choose, problem_sets
from .downloads import Handed, recognise
from .findings import Finding, LmsError, several
from .place import alone, move, stage, staging
from .roster import Person, Roster, valid_id

__all__ = ["Collected", "by_number", "collect", "ids_of"]

#: Which of a roster's identifiers the number in a file's name is.
NUMBERS = {
    "moodle": ("participant", "lms_user_id"),
    "canvas": ("canvas_id", "lms_user_id"),
    "exchange": ("username", "login", "lms_user_id"),
}
SAID = {
    "kept": "another version was collected before and is kept; --update replaces it",
    "replaced": "replaced what was collected before",
}


@dataclass
class Collected:
    """What was collected, by the course's ids, and what a person should know."""

    lms: str
    students: dict[str, str] = field(default_factory=dict)  # id -> what `place.move` says
    findings: list[Finding] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """How many are ``new``, ``unchanged``, ``kept`` or ``replaced``."""
        return list(self.students.values()).count(outcome)

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
    known = problem_sets(root)
    if name not in known:
        raise LmsError(f"no problem set {name!r}: exercises/ has {', '.join(known) or 'none'}")
    found, refused = files(source)
    if not found:
        reasons = f" that can be read: {several([str(f) for f in refused])}" if refused else ""
        raise LmsError(f"{source} holds no files{reasons}")
    lms, handed, strange = recognise(found, name, lms)
    result = Collected(lms, findings=[*refused, *(roster.findings if roster else [])])
    result.findings += [
        Finding(f"not one of {lms}'s names: left out", file.path) for file in strange
    ]
    numbers = by_number(handed)
    ids, people = ids_of(result, numbers, roster)
    times: dict[str, datetime.datetime | None] = {}
    try:
        submitted.mkdir(parents=True, exist_ok=True)
        with alone(submitted, name), staging(submitted, name) as ready:
            for number in progress(list(ids)):
                chosen = choose(result.findings, numbers[number], ids[number], name, known)
                if chosen is not None:
                    time = _time(result, chosen[0], people.get(number), due, ids[number])
                    stage(ready / ids[number], name, chosen[1], time)
                    times[ids[number]] = time
            for student in times:
                outcome = move(ready / student, submitted / student / name, update)
                result.students[student] = outcome
                if outcome in SAID:
                    kept = outcome == "kept"
                    result.findings.append(Finding(SAID[outcome], student, open=kept))
    except OSError as error:
        raise LmsError(
            f"{submitted} cannot be written: {error.strerror or error}; whoever was collected is "
            "whole, put it right and run this again"
        ) from error
    _compare(result, roster, times)
    return result


def by_number(handed: Iterable[Handed]) -> dict[str, list[Handed]]:
    """The files of each student, by the LMS's number of the student."""
    found: dict[str, list[Handed]] = {}
    for one in handed:
        found.setdefault(one.student, []).append(one)
    return found


def ids_of(
    result: Collected, numbers: Mapping[str, list[Handed]], roster: Roster | None
) -> tuple[dict[str, str], dict[str, Person]]:
    """The LMS's number -> the course's id, and the line of the roster."""
    ids: dict[str, str] = {}
    people: dict[str, Person] = {}
    by_name: list[str] = []
    for number, handed in numbers.items():
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
    for student, claimed in claims.items():
        if len(claimed) > 1:
            names = [f"{numbers[n][0].name} ({n})" for n in claimed]
            result.findings.append(
                Finding(f"{' and '.join(names)} are both this student: left out", student)
            )
            for number in claimed:
                del ids[number]
    if by_name:
        shown = several([f"{numbers[n][0].name} as {ids[n]}" for n in by_name if n in ids])
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
    result: Collected, roster: Roster | None, times: Mapping[str, datetime.datetime | None]
) -> None:
    """Say where the roster and the submissions disagree, and whose time is not known."""
    if roster is not None:
        absent = [f"{p.id} (line {p.line})" for p in roster.people if p.id not in times]
        if absent:
            result.findings.append(
                Finding(f"{len(absent)} of the list handed in nothing that could be collected: "
                        f"{several(absent)}", roster.path.name, open=False)
            )  # fmt: skip
    timeless = [student for student, time in times.items() if time is None]
    if timeless:
        how = {
            "moodle": "Moodle's files have no times; its grading worksheet, given with --roster, "
            "has them",
            "canvas": "Canvas's files have no times; say with --due when it was due, and those "
            "that it marks LATE count as late by a second",
        }.get(result.lms, "its folder's name has none")
        result.findings.append(
            Finding(f"not known whether late: {several(timeless)}; {how}", open=False)
        )


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
