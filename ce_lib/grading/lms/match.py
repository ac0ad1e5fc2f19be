"""Which row of an LMS's file is which student of the course. Never a guess.

The rule, which the export prints:

1. A student of the course is known by the course's id, nbgrader's ``lms_user_id`` and e-mail
   address, and by what a roster says of that id.
2. A row is known by its identifiers: Canvas's ID, SIS User ID, SIS Login ID and Integration ID;
   Moodle's ID number, username, e-mail address and participant number.
3. They belong together if one of the first equals one of the second. Numbers and ids are compared
   as they are, logins and e-mail addresses without regard to case.
4. If nothing is equal, an id is compared with the part of an address before its @. Two whole
   addresses that differ are never the same.
5. A student who fits two rows, or a row that fits two students, is listed and left alone.

Names never decide: two students may bear the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .grades import Grade
from .layouts import Layout
from .table import Row

__all__ = ["WORDS", "Matches", "key", "match"]

#: Kinds of identifiers in which case means nothing.
CASELESS = frozenset({"login", "email", "username"})

WORDS = {
    "canvas_id": "ID", "sis_user_id": "SIS User ID", "login": "SIS Login ID",
    "integration_id": "Integration ID", "id_number": "ID number", "username": "username",
    "email": "e-mail address", "participant": "participant number", "local": "name before the @",
    "column": "chosen column",
}  # fmt: skip


@dataclass
class Matches:
    """The rows of the students, and whoever could not be placed."""

    rows: dict[str, Row] = field(default_factory=dict)
    by: dict[str, int] = field(default_factory=dict)  # kind of identifier -> students
    unknown: list[str] = field(default_factory=list)
    ambiguous: dict[str, list[Row]] = field(default_factory=dict)  # student -> rows
    shared: list[tuple[Row, list[str]]] = field(default_factory=list)  # a row, its students
    twice: list[tuple[str, list[Row]]] = field(default_factory=list)  # rows with one identifier

    def rule(self) -> str:
        """How many were found by what, in words."""
        parts = [f"{count} by {WORDS[name]}" for name, count in self.by.items() if count]
        return ", ".join(parts) or "none"


def key(kind: str, text: str) -> str:
    """An identifier in the form in which it is compared."""
    text = unicodedata.normalize("NFC", text.strip())
    if kind == "participant":
        # `Participant 123`, in German `Teilnehmer/in123`
        number = re.search(r"\d+$", text)
        return number[0] if number else ""
    return text.casefold() if kind in CASELESS else text


def match(
    students: Sequence[Grade],
    layout: Layout,
    roster: Mapping[str, Iterable[str]] | None = None,
) -> Matches:
    """Find the row of each student, by the rule above.

    Parameters
    ----------
    students : sequence of Grade
        The students to place.
    layout : Layout
        The LMS's file.
    roster : mapping, optional
        Course id -> what else that student is called.
    """
    exact: dict[str, dict[str, list[Row]]] = {}
    local: dict[str, list[Row]] = {}
    for kind, place in layout.who.items():
        index = exact.setdefault(kind, {})
        for row in layout.students:
            if text := key(kind, row[place]):
                index.setdefault(text, []).append(row)
                if "@" in text:
                    local.setdefault(text.rpartition("@")[0].casefold(), []).append(row)
    found = Matches(by=dict.fromkeys([*layout.who, "local"], 0))
    for index in exact.values():
        for text, rows in index.items():
            if len(rows) > 1:
                found.twice.append((text, rows))
    owners: dict[int, list[str]] = {}
    for student in students:
        called = {student.student, student.lms_user_id, student.email}
        called.update((roster or {}).get(student.student, ()))
        called.discard("")
        rows, kind = _rows(called, exact, local)
        if not rows:
            found.unknown.append(student.student)
        elif len(rows) > 1:
            found.ambiguous[student.student] = rows
        else:
            found.rows[student.student] = rows[0]
            found.by[kind] += 1
            owners.setdefault(rows[0].line, []).append(student.student)
    for names in owners.values():
        if len(names) > 1:
            found.shared.append((found.rows[names[0]], names))
            for name in names:
                del found.rows[name]
    return found


def _rows(
    called: set[str], exact: dict[str, dict[str, list[Row]]], local: dict[str, list[Row]]
) -> tuple[list[Row], str]:
    fitting: dict[int, Row] = {}
    first = ""
    for kind, index in exact.items():
        # a participant's number is a number: `ada7` is nobody's
        names = called if kind != "participant" else {n for n in called if n.isdigit()}
        for name in names:
            for row in index.get(key(kind, name), ()):
                fitting[row.line] = row
                first = first or kind
    if fitting:
        return _in_order(fitting), first
    for name in called:
        before, at, _ = name.rpartition("@")
        # two whole addresses that differ are two addresses, whatever stands before the @
        rows = _at_login(exact, before) if at else local.get(name.casefold(), [])
        fitting.update((row.line, row) for row in rows)
    return _in_order(fitting), "local"


def _at_login(exact: dict[str, dict[str, list[Row]]], name: str) -> list[Row]:
    logins = (exact.get(kind, {}) for kind in ("login", "username"))
    return [row for index in logins for row in index.get(name.casefold(), ())]


def _in_order(rows: dict[int, Row]) -> list[Row]:
    return [rows[line] for line in sorted(rows)]
