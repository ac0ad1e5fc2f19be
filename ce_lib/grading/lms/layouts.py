"""The files that learning management systems export and read back.

Canvas's gradebook (exporter and importer of Canvas LMS, 2023 to 2025; Canvas Instructor Guide, "How
do I import grades in the Gradebook?"): a header that begins with ``Student`` and ``ID`` (or
``LastName``, ``FirstName``, ``ID``) and is never translated, perhaps a row ``Manual Posting``, a
row ``Points Possible``, then the students. A student is found by ``ID``, then by ``SIS User ID``,
then by ``SIS Login ID``. An empty cell deletes a score.

Moodle's grading worksheet of one assignment (Moodle 3.9 to 4.5; MoodleDocs, "Assignment FAQ",
offline grading worksheet): translated headers; read back are ``Identifier``, ``Grade``, ``Last
modified (grade)`` and ``Feedback comments``. An empty grade, one above the maximum, and one that
was changed in Moodle meanwhile are skipped without a word.

Moodle's gradebook (MoodleDocs, "Grade export" and "Grade import"): fields of the student, then the
grade items; its reader is told by hand which column is which, so any of them may be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .columns import NO, kind, kinds, plain
from .findings import LmsError, several
from .spreadsheet import parse_number
from .table import Row, Table
from .wanted import Wanted, only, quoted, untitled, untyped

__all__ = ["FORMATS", "Layout", "canvas", "is_canvas", "is_moodle", "moodle"]

FORMATS = ("nbgrader", "canvas", "moodle")

CANVAS_WHO = {
    "ID": "canvas_id", "SIS User ID": "sis_user_id", "SIS Login ID": "login",
    "Integration ID": "integration_id",
}  # fmt: skip
CANVAS_NAMES = {"Student": "name", "LastName": "last_name", "FirstName": "first_name"}
TOTALS = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")

#: A column of Moodle's gradebook that is no number of points.
NO_POINTS = re.compile(
    r"^feedback:|\((feedback|percentage|letter|prozentsatz|buchstabe|prozent|pourcentage|lettre"
    r"|porcentaje|letra|percentuale|lettera|rückmeldung)\)$",
    re.IGNORECASE,
)


@dataclass
class Layout:
    """Where things are in a table of grades."""

    lms: str  # as a person calls it
    who: dict[str, int]  # kind of identifier -> column, the surest first
    names: dict[str, int]  # columns with names, for messages only
    grade: int  # the column to fill
    students: list[Row]
    maximum: float | None = None  # points that the LMS expects; None if the file does not say
    maximum_at: str = ""  # where it says so
    read_back: frozenset[int] = frozenset()  # columns that the LMS reads
    per_question: dict[str, int] = field(default_factory=dict)
    question_maxima: dict[str, float | None] = field(default_factory=dict)
    feedback: int | None = None
    changeable: int | None = None
    comma: bool = False
    above: bool = True  # whether it takes more points than its maximum
    reads: str = ""  # how it is uploaded, for the last line

    def name(self, row: Row) -> str:
        """What a person calls this student."""
        if "name" in self.names:
            last, comma, first = row[self.names["name"]].strip().partition(",")
            return f"{first.strip()} {last}" if comma else last
        parts = [row[self.names[n]].strip() for n in ("first_name", "last_name") if n in self.names]
        return " ".join(part for part in parts if part)

    def locked(self, row: Row) -> bool:
        return self.changeable is not None and plain(row[self.changeable]) in NO


def is_canvas(headers: Sequence[str]) -> bool:
    """Whether this may be the first line of Canvas's gradebook."""
    words = [header.strip() for header in headers]
    named = "Student" in words[:1] or words[:2] == ["LastName", "FirstName"]
    return named and "ID" in words[:3] and "Section" in words


def is_moodle(headers: Sequence[str]) -> bool:
    """Whether this may be the first line of a worksheet or gradebook of Moodle's."""
    found = kinds(headers)
    return not is_canvas(headers) and len(found.keys() & WORKSHEET | found.keys() & PERSON) >= 2


WORKSHEET = {"participant", "grade", "graded"}
PERSON = {"email", "id_number", "username", "first_name", "last_name"}


def canvas(
    table: Table, path: Path, wanted: Wanted, questions: Sequence[str],
    column: str = "", match_on: str = "",
) -> Layout:  # fmt: skip
    """Canvas's gradebook.

    Raises
    ------
    LmsError
        If it is another file, or its column is missing or not the only one.
    """
    header = table.rows[0]
    words = [word.strip() for word in header.cells]
    if not is_canvas(words):
        raise LmsError(
            f"{path}, line 1: this is not Canvas's gradebook, whose header begins with Student and "
            f"ID and has Section; here it is {quoted(words)}. In Canvas: Grades, Export, Export "
            "Entire Gradebook"
        )
    who = {name: words.index(word) for word, name in CANVAS_WHO.items() if word in words}
    names = {name: words.index(word) for word, name in CANVAS_NAMES.items() if word in words}
    section = words.index("Section")
    points: Row | None = None
    students = []
    for row in table.rows[1:]:
        if "Points Possible" in row[0]:
            points = row
        elif all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row.cells):
            continue
        else:
            students.append(row)

    def writable(k: int) -> bool:
        return points is None or not re.fullmatch(r"\(.*\)", points[k].strip())

    choices = {
        k: word
        for k, word in enumerate(words)
        if k > section and writable(k) and word and not TOTALS.search(word)
    }
    grade = wanted.column(choices, path, column, untitled, questions)
    layout = Layout(
        lms="Canvas",
        who={"column": only(words, match_on, path)} if match_on else who,
        names=names,
        grade=grade,
        students=students,
        # an assignment's cells are all read, those of the names only if nothing else is known
        read_back=frozenset({*who.values(), section, *choices}),
        per_question=wanted.per_question(choices, questions, grade, untitled),
        reads="upload it in Canvas: Grades, Import",
    )
    if points is not None:
        layout.maximum = parse_number(points[grade])
        layout.maximum_at = f"line {points.line}"
    shown = [points] if points is not None else []
    layout.question_maxima = {
        name: parse_number(points[k]) for name, k in layout.per_question.items() if points
    }
    layout.comma = _comma([*shown, *students], [grade, *choices], table.delimiter == ";")
    return layout


def moodle(
    table: Table, path: Path, wanted: Wanted, questions: Sequence[str],
    column: str = "", match_on: str = "",
) -> Layout:  # fmt: skip
    """Moodle's grading worksheet, or its gradebook; the headers say which.

    Raises
    ------
    LmsError
        If it is neither, or its column is missing or not the only one.
    """
    words = [word.strip() for word in table.rows[0].cells]
    found = kinds(words)
    students = [row for row in table.rows[1:] if any(cell.strip() for cell in row.cells)]
    names = _some(found, "name", "first_name", "last_name")
    who = _some(found, "id_number", "username", "email", "participant")
    if match_on:
        who = {"column": only(words, match_on, path)}
    if not who or is_canvas(words):
        lacking = "no column with an e-mail address, an ID number or a participant"
        raise LmsError(
            f"{path}, line 1: {lacking}; the header is {quoted(words)}. If Moodle speaks another "
            "language, switch it to English and export again, or name the columns with --column "
            "and --match-on"
        )
    only_there = found.keys() & {"participant", "maximum", "graded"}
    if column and only_there:
        found["grade"] = only(words, column, path)
    if only_there and "grade" in found:
        return _worksheet(table, path, words, found, students, names, who, bool(column))
    items = {
        k: word
        for k, word in enumerate(words)
        if word and not kind(word) and not NO_POINTS.search(word)
    }
    if column:
        items |= {k: word for k, word in enumerate(words) if plain(word) == plain(column)}
    grade = wanted.column(items, path, column, untyped, questions)
    return Layout(
        lms="Moodle",
        who=who,
        names=names,
        grade=grade,
        students=students,
        read_back=frozenset({*who.values(), *items}),
        per_question=wanted.per_question(items, questions, grade, untyped),
        comma=_comma(students, [grade, *items], table.delimiter == ";"),
        reads="upload it in Moodle: Grades, Import, CSV file; map the student by "
        f"'{words[_everywhere(who, students)]}' and '{words[grade]}' to its grade item",
    )


def _worksheet(
    table: Table, path: Path, words: list[str], found: dict[str, int], students: list[Row],
    names: dict[str, int], who: dict[str, int], chosen: bool,
) -> Layout:  # fmt: skip
    if "graded" not in found and not chosen:
        raise LmsError(
            f"{path}, line 1: Moodle reads a worksheet back only with its column 'Last modified "
            f"(grade)', which is missing; the header is {quoted(words)}. Download the worksheet "
            "again, and do not save it from a spreadsheet"
        )
    layout = Layout(
        lms="Moodle's worksheet",
        who=who,
        names=names,
        grade=found["grade"],
        students=students,
        feedback=found.get("feedback"),
        changeable=found.get("changeable"),
        read_back=frozenset(_some(found, "participant", "grade", "graded", "feedback").values()),
        above=False,
        reads="upload it in Moodle: the assignment, Submissions, Upload grading worksheet",
    )
    seen = [layout.grade]
    # in a language that is not known here, the maximum is still the column beside the grade
    beside = found.get("maximum", layout.grade + 1)
    values: dict[float | None, int] = {}
    for row in students:
        values.setdefault(parse_number(row[beside]), row.line)
    if "maximum" in found or list(values) != [None]:
        seen.append(beside)
        layout.maximum = next(iter(values), None)
        layout.maximum_at = f"column '{words[beside]}'"
        if len(values) > 1:
            texts = [
                f"{'no number' if value is None else f'{value:g}'} (line {line})"
                for value, line in values.items()
            ]
            raise LmsError(
                f"{path}: '{words[beside]}' is not the same in every line: {several(texts)}"
            )
    english = words[layout.grade].casefold() == "grade"
    layout.comma = _comma(students, seen, not english or table.delimiter == ";")
    return layout


def _everywhere(who: dict[str, int], students: list[Row]) -> int:
    """The first identifier that everybody has."""
    full = (k for k in who.values() if all(row[k].strip() for row in students))
    return next(full, next(iter(who.values())))


def _some(found: dict[str, int], *kinds: str) -> dict[str, int]:
    return {name: found[name] for name in kinds if name in found}


def _comma(rows: Sequence[Row], columns: Sequence[int], otherwise: bool) -> bool:
    """Whether this file writes numbers with a decimal comma: the first that has a mark tells."""
    for column in columns:
        for row in rows:
            if re.fullmatch(r"\s*\d+[.,]\d+\s*", row[column]):
                return "," in row[column]
    return otherwise
