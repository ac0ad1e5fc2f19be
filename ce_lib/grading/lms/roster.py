"""A class list: how the students of an LMS are called in the course.

Any of these serves, in any dialect that `table` reads: Canvas's gradebook, Moodle's grading
worksheet or gradebook, or a list of one's own with the columns of nbgrader's ``nbgrader db student
import`` (``id``, ``first_name``, ``last_name``, ``email``, ``lms_user_id``). The course's id of a
student is the name of the student's folder.
"""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .columns import kinds
from .dates import parse_date
from .findings import Finding, LmsError
from .layouts import CANVAS_NAMES, CANVAS_WHO, is_canvas
from .match import key
from .table import Row, read_table
from .wanted import only, quoted

__all__ = ["Person", "Roster", "read_roster", "squashed", "valid_id"]

#: Where the course's id comes from, the first that the file has.
FROM = {
    "canvas": ("login", "sis_user_id", "canvas_id"),
    "moodle": ("username", "email", "id_number", "participant"),
}
IDENTIFIERS = (
    "canvas_id", "sis_user_id", "login", "integration_id", "id_number", "username", "email",
    "participant", "lms_user_id",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One line of the list."""

    id: str
    line: int
    called: dict[str, str]  # kind of identifier -> identifier
    name: str = ""
    squashed: frozenset[str] = frozenset()
    submitted: datetime.datetime | None = None


@dataclass
class Roster:
    """A class list, without the lines that nothing can be made of."""

    path: Path
    id_from: str  # the header of the column with the course's ids
    people: list[Person] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def called(self) -> dict[str, set[str]]:
        """Course id -> the identifiers of that student."""
        return {person.id: set(person.called.values()) for person in self.people}

    @functools.cached_property
    def _index(self) -> dict[tuple[str, str], list[Person]]:
        index: dict[tuple[str, str], list[Person]] = {}
        for person in self.people:
            for kind, text in person.called.items():
                index.setdefault((kind, key(kind, text)), []).append(person)
            for form in person.squashed:
                index.setdefault(("name", form), []).append(person)
        return index

    def find(self, kinds: Sequence[str], identifier: str) -> list[Person]:
        """Whoever has this identifier."""
        found = {
            person.id: person
            for kind in kinds
            for person in self._index.get((kind, key(kind, identifier)), ())
        }
        return list(found.values())

    def named(self, name: str) -> list[Person]:
        """Whoever has this name; spaces, commas and order apart."""
        return self._index.get(("name", squashed(name)), [])


def squashed(name: str) -> str:
    """A name as file names keep it: letters and digits only, accents as single characters."""
    text = unicodedata.normalize("NFC", name).casefold()
    return "".join(c for c in text if c.isalnum())


def valid_id(text: str) -> bool:
    """Whether a student's folder can bear this name."""
    return bool(
        text and len(text) <= 128 and len(text.encode("utf-8", "replace")) <= 200
        and text.isprintable() and not re.search(r"[/\\:]", text) and not text.startswith(".")
        and text == text.strip()
    )  # fmt: skip


def read_roster(path: Path, id_from: str = "", zone: datetime.tzinfo = datetime.UTC) -> Roster:
    """Read a class list.

    Parameters
    ----------
    path : Path
        The list.
    id_from : str, optional
        The header of the column with the course's ids; by default the file's kind decides.
    zone : tzinfo
        In which the list's times are, if it has any.

    Raises
    ------
    LmsError
        If it has no column that could hold the course's ids.
    """
    table = read_table(path, lambda words: is_canvas(words) or len(kinds(words)) >= 2)
    words = [word.strip() for word in table.rows[0].cells]
    if is_canvas(words):
        found = {kind: words.index(word) for word, kind in CANVAS_WHO.items() if word in words}
        names = {kind: words.index(word) for word, kind in CANVAS_NAMES.items() if word in words}
        order = FROM["canvas"]
    else:
        found = kinds(words)
        names = {k: found[k] for k in ("name", "first_name", "last_name") if k in found}
        order = FROM["moodle"]
        if "id" in words:  # nbgrader's own spelling; Moodle's German worksheet has `ID`
            found["course_id"] = words.index("id")
            if found.get("participant") == found["course_id"]:
                del found["participant"]
    if id_from:
        place = only(words, id_from, path)
    elif "course_id" in found:
        place = found["course_id"]
    else:
        fitting = [found[kind] for kind in order if kind in found]
        if not fitting:
            raise LmsError(
                f"{path}, line 1: no column with the students' ids; say which with --id-from, of: "
                f"{quoted(words)}"
            )
        place = fitting[0]
    roster = Roster(path, words[place])
    roster.findings += [Finding(note, str(path), open=False) for note in table.notes]
    for row in table.rows[1:]:
        filled = [cell for cell in row.cells if cell.strip()]
        if not filled or "Points Possible" in row[0] or "Manual Posting" in filled[0]:
            continue
        _add(roster, row, place, found, names, zone)
    _without_twins(roster)
    return roster


def _add(
    roster: Roster, row: Row, place: int, found: dict[str, int], names: dict[str, int],
    zone: datetime.tzinfo,
) -> None:  # fmt: skip
    where = f"{roster.path}, line {row.line}"
    full = row[names["name"]].strip() if "name" in names else ""
    parts = [row[names[n]].strip() for n in ("first_name", "last_name") if n in names]
    if "," in full:  # Canvas's `Lovelace, Ada`
        last, _, first = full.partition(",")
        parts, full = [first.strip(), last.strip()], f"{first.strip()} {last.strip()}"
    full = full or " ".join(part for part in parts if part)
    forms = {squashed(full), squashed("".join(parts)), squashed("".join(reversed(parts)))} - {""}
    number = unicodedata.normalize("NFC", row[place].strip())
    if found.get("participant") == place:
        number = key("participant", number)
    if not valid_id(number):
        what = f"{number!r} is no name for a student's folder" if number else "no id"
        roster.findings.append(Finding(f"{what} in '{roster.id_from}' ({full}): left out", where))
        return
    called = {kind: row[found[kind]].strip() for kind in IDENTIFIERS if kind in found}
    submitted, ill = None, False
    if "submitted" in found and (text := row[found["submitted"]].strip()) not in ("", "-"):
        submitted = parse_date(text, zone)
        ill = submitted is None
    if ill:
        roster.findings.append(
            Finding(f"{row[found['submitted']]!r} is no time that is understood: whether {number} "
                    "was late is not known", where)
        )  # fmt: skip
    roster.people.append(
        Person(number, row.line, {k: text for k, text in called.items() if text}, full,
               frozenset(forms), submitted)
    )  # fmt: skip


def _without_twins(roster: Roster) -> None:
    """Two lines with one id: one student twice, or two students; only the first is harmless."""
    by_id: dict[str, list[Person]] = {}
    for person in roster.people:
        by_id.setdefault(person.id, []).append(person)
    roster.people = []
    for number, people in by_id.items():
        lines = " and ".join(str(person.line) for person in people)
        if len(people) == 1:
            roster.people.append(people[0])
        elif all(person.called == people[0].called for person in people):
            roster.people.append(people[-1])
            roster.findings.append(
                Finding(f"{number} is in lines {lines}; they say the same", str(roster.path),
                        open=False)
            )  # fmt: skip
        else:
            roster.findings.append(
                Finding(f"{number} is in lines {lines}, with different identifiers: neither is "
                        "used", str(roster.path))
            )  # fmt: skip
