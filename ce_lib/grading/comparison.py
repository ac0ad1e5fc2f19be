"""Whose grade changed when a problem set's tests changed, by how much, and why.

A comparison of what was on record with what is on record now.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from .problem import Problem
from .records import Status

__all__ = ["NEAR", "Change", "Changes", "Kept", "Mark", "Part", "compare", "parts_of"]

#: Points closer than this are the same: scores are rounded to hundredths.
NEAR = 1e-6


@dataclass(frozen=True)
class Part:
    """A cell of a problem set, as far as grades depend on it; ``points`` is None if it has none."""

    points: float | None
    source: str


@dataclass(frozen=True)
class Mark:
    """What one graded cell has got, by machine and by hand."""

    auto: float | None
    hand: float | None = None
    extra: float | None = None

    @property
    def score(self) -> float | None:
        """The points, or None if a person still has to give them."""
        first = self.auto if self.hand is None else self.hand
        return None if first is None else first + (self.extra or 0.0)


@dataclass(frozen=True)
class Kept:
    """One submission on record: with which problem set it was graded, and what it got."""

    problem: str
    status: str
    file: str
    note: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def total(self) -> float | None:
        """Points so far; None, not 0, for a submission that could not be graded."""
        if self.status == Status.FAILED:
            return None
        return math.fsum(mark.score or 0.0 for mark in self.marks.values())


@dataclass(frozen=True)
class Change:
    """One student's grade before and after: the total, and each cell that differs, with reasons."""

    student: str
    before: float | None
    after: float | None
    cells: tuple[tuple[str, float | None, float | None, str], ...]  # name, before, after, why
    why: str = ""  # where no cell tells


@dataclass
class Changes:
    """What a change of the tests did to a class."""

    changes: list[Change] = field(default_factory=list)
    compared: int = 0  # students who had a grade before
    pending: list[str] = field(default_factory=list)  # not yet graded with the tests of now
    before: dict[str, Part] = field(default_factory=dict)
    after: dict[str, Part] = field(default_factory=dict)
    removed_by_hand: dict[str, int] = field(default_factory=dict)  # cell -> hand grades set aside

    def __str__(self) -> str:
        """In one line: how many went up and down."""
        up = sum((c.after or 0.0) > (c.before or 0.0) + NEAR for c in self.changes)
        down = sum((c.after or 0.0) < (c.before or 0.0) - NEAR for c in self.changes)
        text = f"{len(self.changes)} of {self.compared} grades differ: {up} up, {down} down"
        if rest := len(self.changes) - up - down:
            text += f", {rest} with the same total"
        return text

    def of_the_set(self) -> list[str]:
        """What became of each graded cell, in sentences."""
        told = []
        for cell in [*self.after, *(name for name in self.before if name not in self.after)]:
            old, new = self.before.get(cell), self.after.get(cell)
            if old is None and new is not None and new.points is not None:
                told.append(f"{cell} was added, {_counted(new.points)}")
            elif new is None and old is not None and old.points is not None:
                text = f"{cell} was removed, {_counted(old.points)}"
                if count := self.removed_by_hand.get(cell):
                    text += f"; what {count} got for it by hand no longer counts, but is kept"
                told.append(text)
            elif old is not None and new is not None:
                if old.points != new.points:
                    told.append(f"{cell}: {_points(old.points)} → {_counted(new.points)}")
                if old.source != new.source:
                    told.append(f"{cell} was changed")
        return told


def parts_of(problem: Problem) -> dict[str, Part]:
    """The cells of a problem set that the gradebook knows, by id."""
    graded = problem.max_scores
    return {
        cell.id: Part(
            graded.get(cell.id), cell.source if cell.kind == "test" else cell.released["source"]
        )
        for cell in problem.cells
        if cell.kind != "text"
    }


def compare(
    student: str,
    old: Kept,
    new: Kept,
    before: Mapping[str, Part],
    after: Mapping[str, Part],
) -> Change | None:
    """What differs between two records of one student; None if nothing does.

    Parameters
    ----------
    student : str
        Whose records they are.
    old, new : Kept
        The records.
    before, after : mapping
        The problem set's cells that each was graded with.
    """
    if old.total is None or new.total is None:
        if old.total is None and new.total is None:
            return None
        why = new.note if new.total is None else f"could not be graded before: {old.note}"
        return Change(student, old.total, new.total, (), why)
    cells = []
    for cell in dict.fromkeys((*new.marks, *old.marks)):
        was, now = old.marks.get(cell), new.marks.get(cell)
        first = was.score if was else None
        second = now.score if now else None
        if was is None and second is not None:
            first = 0.0
        if now is None and first is not None:
            second = 0.0
        # a cell that comes or goes with no points, or while it waits for a person, changes nothing
        if _same(first, second):
            continue
        why = _why(cell, was, now, before.get(cell), after.get(cell), old.file != new.file)
        cells.append((cell, was.score if was else None, now.score if now else None, why))
    return Change(student, old.total, new.total, tuple(cells)) if cells else None


def _same(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) < NEAR


def _why(
    cell: str, was: Mark | None, now: Mark | None, old: Part | None, new: Part | None, other: bool
) -> str:
    if was is None:
        return "added"
    if now is None:
        by_hand = was.hand is not None or was.extra is not None
        return "removed" + (", its points by hand are kept on record" if by_hand else "")
    reasons = []
    if (was.hand, was.extra) != (now.hand, now.extra):
        reasons.append("graded by hand")
    if old is not None and new is not None:
        if old.points != new.points:
            reasons.append(f"{_points(old.points)} → {_counted(new.points)}")
        if old.source != new.source:
            reasons.append("its test changed")
    if other:
        reasons.append("another file was handed in")
    return ", ".join(reasons) or "another part of the problem set, or the engine, changed"


def _points(points: float | None) -> str:
    return "no" if points is None else f"{points:g}"


def _counted(points: float | None) -> str:
    return f"{_points(points)} {'point' if points == 1 else 'points'}"
