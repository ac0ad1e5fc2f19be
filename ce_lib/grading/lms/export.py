"""Grades of a problem set into the file of a learning management system.

A file that was exported there comes back with one column filled; what else is in it stays byte for
byte. The exception are cells that a spreadsheet would run as a formula: they get an apostrophe in
front where the LMS does not read them back (names, a student's online text), and are named, not
touched, where it does (ids, other assignments), since there an apostrophe would end up in the LMS.

What is not finally graded, whatever the reason, is never written: its cell keeps what the LMS had,
which is nothing where there is no grade yet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..outputs import OutputError, write_whole
from ..records import Status
from .filler import Filler
from .findings import Finding, LmsError, counted, several
from .grades import Grade, Grades
from .layouts import FORMATS, Layout, canvas, is_canvas, is_moodle, moodle
from .match import match
from .spreadsheet import defused, is_formula, write_number
from .table import Table, read_table
from .unwritten import nobody, ungraded, unplaced, without_columns
from .wanted import Wanted

__all__ = ["Export", "export_nbgrader", "fill"]

#: nbgrader's own columns, in its order (nbgrader 0.9, `nbgrader export`).
NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip

#: How Canvas calls the student that a teacher can play.
TEST_STUDENT = "Test Student"


@dataclass
class Export:
    """What was written, and what a person should know of it."""

    path: Path
    written: int = 0
    findings: list[Finding] = field(default_factory=list)
    rule: str = ""
    reads: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing is left for a person to decide."""
        return not any(finding.open for finding in self.findings)


def export_nbgrader(grades: Grades, target: Path, per_question: bool = False) -> Export:
    """Write the columns of nbgrader's own exporter, quoted as CSV asks for.

    nbgrader writes 0 for whoever handed in nothing or could not be graded; here these are blank.
    """
    export = Export(target)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([*NBGRADER, *(grades.questions if per_question else ())])
    for grade in grades.students:
        for text in (grade.student, grade.last_name, grade.first_name, grade.email):
            if is_formula(text):
                export.findings.append(
                    Finding(f"{text!r} begins like a formula; written with an apostrophe in front",
                            grade.student, open=False)
                )  # fmt: skip
        done = grade.status is Status.GRADED
        export.written += done
        row = [
            grades.name, grades.duedate or "", grade.timestamp or "", defused(grade.student),
            defused(grade.last_name), defused(grade.first_name), defused(grade.email),
            _text(grade.raw), _text(grade.penalty if done else None), _text(grade.score),
            _text(grades.max_score),
        ]  # fmt: skip
        table.writerow([*row, *(map(_text, grade.questions) if per_question else ())])
    export.findings += ungraded(grades)
    _write(target, out.getvalue().encode())
    return export


def fill(
    grades: Grades,
    lms: str,
    source: Path,
    target: Path,
    *,
    title: str = "",
    column: str = "",
    match_on: str = "",
    roster: Mapping[str, Iterable[str]] | None = None,
    scale: bool = False,
    per_question: bool = False,
    progress: Callable[[Sequence[Grade]], Iterable[Grade]] = iter,
) -> Export:
    """Fill a file that was exported from an LMS.

    Parameters
    ----------
    grades : Grades
        The set's grades.
    lms : {"canvas", "moodle"}
        Whose file it is.
    source, target : Path
        The file as it came, and where to write.
    title : str, optional
        The set's title, by which its column may be called.
    column, match_on : str, optional
        The header of the column to fill, and of the one that says who a row is.
    roster : mapping, optional
        Course id -> what else that student is called.
    scale : bool
        Convert to the maximum that the LMS has, if it is another.
    per_question : bool
        Fill the columns of single questions, too; in Moodle's worksheet, the feedback.
    progress : callable, optional
        Wraps the iteration over students.

    Raises
    ------
    LmsError
        If the file is not what it should be, its maximum is another, or it cannot be written.
    """
    if lms not in FORMATS[1:]:
        raise LmsError(f"no file is filled for {lms!r}: choose {' or '.join(FORMATS[1:])}")
    if target.exists() and source.exists() and target.samefile(source):
        raise LmsError(f"{target} is the file that came from there: write to another one")
    table = read_table(source, is_canvas if lms == "canvas" else is_moodle)
    wanted, questions = Wanted(grades.name, title), list(grades.questions)
    reader = canvas if lms == "canvas" else moodle
    layout = reader(table, source, wanted, questions, column, match_on)
    factor = _factor(grades, layout, source, table, scale)
    export = Export(target, reads=layout.reads)
    export.findings += [Finding(note, source.name, open=False) for note in table.notes]
    if factor != 1.0:
        export.findings.append(
            Finding(f"every grade is multiplied by {factor:.6g}: {grades.max_score:g} points here, "
                    f"{layout.maximum:g} there", open=False)
        )  # fmt: skip
    if layout.maximum is None:
        export.findings.append(
            Finding(f"the file does not say how many points {layout.lms} expects; "
                    f"{grades.name} has {grades.max_score:g}", open=False)
        )  # fmt: skip
    matches = match(grades.submissions, layout, roster)
    export.rule = matches.rule()
    if grades.submissions and not matches.rows:
        export.findings.append(nobody(grades, layout, source))
    export.findings += unplaced(matches, layout, source)
    export.findings += ungraded(grades)
    if per_question:
        export.findings += without_columns(layout, grades)
    filler = Filler(table, layout, grades, factor, source.name, per_question)
    for grade in progress(grades.submissions):
        if grade.student in matches.rows:
            filler.fill(grade, matches.rows[grade.student])
    export.written = filler.written
    export.findings += filler.findings
    _defuse(table, layout, export, source)
    taken = {row.line for row in matches.rows.values()}
    nothing = [
        layout.name(row) or f"line {row.line}"
        for row in layout.students
        if row.line not in taken and layout.name(row) != TEST_STUDENT
    ]
    if nothing:
        export.findings.append(
            Finding(f"{counted(len(nothing), 'student')} without a submission here: "
                    f"{several(nothing)}", source.name, open=False)
        )  # fmt: skip
    _write(target, table.dump())
    return export


def _factor(grades: Grades, layout: Layout, source: Path, table: Table, scale: bool) -> float:
    if layout.maximum is None and not layout.maximum_at:
        return 1.0
    header = table.rows[0][layout.grade].strip()
    if layout.maximum is None:
        raise LmsError(
            f"{source}, {layout.maximum_at}: '{header}' has no number of points in "
            f"{layout.lms}; set it there to {grades.max_score:g} points and export again"
        )
    if abs(layout.maximum - grades.max_score) < 1e-6:
        return 1.0
    if not scale or not grades.max_score:
        raise LmsError(
            f"{source}, {layout.maximum_at}: '{header}' has {layout.maximum:g} points in "
            f"{layout.lms}, but {grades.name} has {grades.max_score:g}. Set it there to "
            f"{grades.max_score:g} and export again, or convert with --scale"
        )
    return layout.maximum / grades.max_score


def _defuse(table: Table, layout: Layout, export: Export, source: Path) -> None:
    """Take the teeth out of cells that spreadsheets run; name those that must stay."""
    changed = []
    for row in table.rows:
        for place, raw in enumerate(row.raw):
            # cheap first: nearly no cell begins so
            if raw[:1].isalnum() or not raw or not is_formula(row[place]):
                continue
            if row is table.rows[0] or place in layout.read_back:
                export.findings.append(
                    Finding(f"{row[place][:40]!r} begins like a formula and must stay as it is for "
                            f"{layout.lms}: do not open this file in a spreadsheet",
                            f"{source.name}, line {row.line}", open=False)
                )  # fmt: skip
            else:
                table.set(row, place, defused(row[place]))
                changed.append(str(row.line))
    if changed:
        export.findings.append(
            Finding(f"cells that begin like a formula got an apostrophe in front: line "
                    f"{several(changed)}", source.name, open=False)
        )  # fmt: skip


def _text(value: float | None) -> str:
    return "" if value is None else write_number(value)


def _write(target: Path, data: bytes) -> None:
    try:
        write_whole(target, data)
    except OutputError as error:
        raise LmsError(str(error).partition(";")[0]) from error
