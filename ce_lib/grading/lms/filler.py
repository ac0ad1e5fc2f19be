"""The cells of one student: what is written, and what is left alone and why."""

from __future__ import annotations

from .columns import plain
from .findings import Finding
from .grades import Grade, Grades
from .layouts import Layout
from .spreadsheet import parse_number, write_number
from .table import Row, Table

__all__ = ["Filler"]


class Filler:
    """Writes the cells of one student after the other."""

    def __init__(
        self, table: Table, layout: Layout, grades: Grades, factor: float, source: str,
        per_question: bool,
    ) -> None:  # fmt: skip
        self.table, self.layout, self.grades, self.factor = table, layout, grades, factor
        self.source, self.per_question = source, per_question
        self.written = 0
        self.findings: list[Finding] = []
        self.places = {
            name: k
            for name, k in layout.per_question.items()
            if layout.question_maxima.get(name, most := grades.questions[name]) == most
        }

    def fill(self, grade: Grade, row: Row) -> None:
        layout = self.layout
        before = row[layout.grade].strip()
        if grade.score is None:
            if parse_number(before) is not None:
                self._say(row, f"{grade.student} is not finally graded; {before} stays there", True)
            return
        score = grade.score * self.factor
        if layout.locked(row):
            self._say(row, f"the grade of {grade.student} is locked there; it stays as it is", True)
            return
        if plain(before) in ("ex", "n/a"):
            self._say(row, f"{grade.student} is marked {before} there; it stays so", True)
            return
        if not layout.above and layout.maximum is not None and score > layout.maximum + 1e-9:
            self._say(
                row, f"{grade.student} has {score:g} of {layout.maximum:g} points, with extra "
                f"credit: {layout.lms} would skip that, so nothing is written; enter it by hand or "
                "raise the maximum there", True
            )  # fmt: skip
            return
        self._set(row, layout.grade, grade.student, score)
        self.written += 1
        if self.per_question:
            self._questions(grade, row)

    def _set(self, row: Row, place: int, whose: str, value: float) -> None:
        before, text = row[place].strip(), write_number(value, self.layout.comma)
        old = parse_number(before)
        if old is not None and abs(old - value) <= 0.005:
            return  # the LMS may show fewer digits than it has
        if old is not None:
            self._say(row, f"{whose} had {before} there, now {text}", False)
        self.table.set(row, place, text)

    def _questions(self, grade: Grade, row: Row) -> None:
        layout, most = self.layout, self.grades.questions
        for name, earned in zip(most, grade.questions, strict=True):
            place = self.places.get(name)
            if place is not None and earned is not None:
                self._set(row, place, f"{name} of {grade.student}", earned)
        if layout.feedback is None:
            return
        if row[layout.feedback].strip():
            self._say(row, f"{grade.student} has feedback there already; it stays", False)
            return
        parts = [
            f"{name} {write_number(earned or 0.0)}/{write_number(points)}"
            for (name, points), earned in zip(most.items(), grade.questions, strict=True)
        ]
        if grade.penalty:
            parts.append(f"late -{write_number(grade.penalty)}")
        self.table.set(row, layout.feedback, "; ".join(parts))

    def _say(self, row: Row, text: str, waits: bool) -> None:
        where = f"{self.source}, line {row.line}"
        self.findings.append(Finding(text, where, open=waits))
