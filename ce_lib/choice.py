"""A multiple-choice answer, checked; and where a test cell tells of lost points."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

from ce_lib.differences import short

__all__ = ["Choice", "check_choice", "loss_goes_to"]


def loss_goes_to() -> TextIO:
    """Where a test cell tells of lost points.

    ``nbgrader validate``, and JupyterLab's *Validate* button, quote what a cell wrote to stderr; of
    what it printed they would only say "Partial credit; passed some but not all of the tests".
    """
    return sys.stderr if os.environ.get("NBGRADER_EXECUTION") == "validate" else sys.stdout


def check_choice(answer: Any, options: str) -> Choice:
    """Start the check of a multiple-choice answer: one letter of ``options``, such as "abc"."""
    return Choice(answer, options)


class Choice:
    """A multiple-choice answer. Students see whether it is an answer, graders whether it is right.

    A test cell says what is right where only graders see it:

        (
            check_choice(answer, "abc")
            ### BEGIN HIDDEN TESTS
            .is_("b", a="That is the sign.", c="That is the norm.")
            ### END HIDDEN TESTS
            .score(1)
        )
    """

    def __init__(self, answer: Any, options: str) -> None:
        self._options = options
        self._answer = answer.strip().lower() if isinstance(answer, str) else None
        self._given = answer
        self._right: str | None = None
        self._feedback: dict[str, str] = {}

    def is_(self, right: str, **feedback: str) -> Choice:
        """The right letter, and for each wrong one what its choice shows."""
        wrong = set(self._options) - {right}
        if right not in self._options or set(feedback) != wrong:
            raise ValueError(
                f"give the right one of {self._options} and feedback on each other option"
            )
        self._right, self._feedback = right, feedback
        return self

    def score(self, points: float) -> float:
        """Print the verdict and return the points earned: all or none."""
        letters = ", ".join(self._options)
        if self._answer is None or self._answer not in tuple(self._options):
            text = f"{short(repr(self._given))} is no answer: give one of {letters}, in quotes."
            print(f"✗ {text}", file=loss_goes_to())
            return 0.0
        if self._right is None:
            print(f"✓ {self._answer} is one of {letters}; whether it is right, grading will tell.")
            return float(points)
        if self._answer == self._right:
            print(f"✓ {self._answer} is right.")
            return float(points)
        text = f"{self._answer} is not right. {self._feedback[self._answer]}"
        print(f"✗ {text}", file=loss_goes_to())
        return 0.0
