"""A derivation as an exercise: what a test cell calls, graded by proof.

    from ce_lib.proof.exercise import check_derivation

    check_derivation(
        my_derivation, given="u: real", start="D(sigma(u), u)", end="sigma(u)*(1 - sigma(u))"
    ).score(3)

The student writes the steps as text; each step that is proved earns its share, and a false one is
answered with a counterexample. Nothing of the text is run as Python.
"""

from __future__ import annotations

import contextlib
from typing import Any

from ce_lib.checks import loss_goes_to

from .grade import Grade, grade

__all__ = ["CheckedDerivation", "check_derivation"]


class CheckedDerivation:
    """The verdict on a student's derivation; `score` prints it and returns the points."""

    def __init__(self, verdict: Grade) -> None:
        self.verdict = verdict

    def score(self, points: float) -> float:
        """Print what stands and what does not, and return the points earned."""
        verdict = self.verdict
        if verdict.ok:
            print(f"✓ all {len(verdict.steps)} steps are proved.")
            return float(points)
        with contextlib.redirect_stdout(loss_goes_to()):
            right = sum(step.ok for step in verdict.steps)
            print(f"✗ {right} of {len(verdict.steps)} steps are proved.")
            if verdict.message:
                print(f"  {verdict.message}")
            for step in verdict.steps:
                if not step.ok:
                    print(f"  step {step.step}:  {step.source}\n      {step.message}")
        return round(points * verdict.score, 2)


def check_derivation(
    text: Any, *, start: str, end: str, given: str = "", where: str = "", least_steps: int = 2
) -> CheckedDerivation:
    """Grade the derivation that a student wrote as text.

    Parameters
    ----------
    text : str
        The student's lines, in the language of `Derivation`; anything else scores 0 and is told so.
    start, end : str
        What the first and the last line must be.
    given, where : str, optional
        Declarations and definitions, such as ``"u: real"``, as for `Derivation`.
    least_steps : int, optional
        A chain of fewer steps is a leap and loses in proportion.

    Raises
    ------
    ParseError
        If the exercise itself (start, end, given, where) is wrong.
    """
    return CheckedDerivation(grade(text, start, end, given, where, least_steps=least_steps))
