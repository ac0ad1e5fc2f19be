"""What the grader and the gradebook tell each other of one submission: plain data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from .records import Behaved, Status

__all__ = ["MEND", "Entry", "LedgerError", "Manual", "Standing", "Stands"]

MEND = "what was graded so far is recorded: put it right and run this again"


class LedgerError(Exception):
    """The gradebook cannot be read or written; the message says why."""


@dataclass(frozen=True)
class Manual:
    """What persons entered for one submission: by grade_id, scores with extra credit, comments."""

    scores: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What is recorded of a submission: enough to know whether it has to be graded again."""

    status: Status
    file: str  # digest of what was handed in
    problem: str  # digest of the problem set
    sandbox: str


@dataclass(frozen=True)
class Stands:
    """All that a student's page tells beside the notebook, as the gradebook has it now."""

    student: str
    scores: dict[str, float | None]  # the machine's points, by grade_id
    manual: Manual
    note: str
    penalty: float


@dataclass
class Entry:
    """What the machine found out about one submission."""

    student: str
    status: Status
    note: str
    file: str
    scores: dict[str, float | None] = field(default_factory=dict)
    unanswered: frozenset[str] = frozenset()
    timestamp: datetime.datetime | None = None
    seconds: float = 0.0
    behaved: tuple[Behaved, ...] = ()
