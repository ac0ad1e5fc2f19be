"""What can be wrong with a derivation: one class an outcome, each with a message for the author.

`ProofError` is the common parent, so `except ProofError` stops on the first lie whatever its kind.
"""

from __future__ import annotations


class ProofError(Exception):
    """A derivation that must not reach a reader."""

    def _render_traceback_(self) -> list[str]:
        # what a notebook shows: the message is for the author, the way through our code is not
        return [f"{type(self).__name__}: {self}"]


class ParseError(ProofError):
    """The text is not in the language (see README.md beside this file)."""


class RefutedError(ProofError):
    """A step is false; `point`, `left` and `right` hold the counterexample."""

    def __init__(self, message: str, point: str = "", left: str = "", right: str = "") -> None:
        super().__init__(message)
        self.point, self.left, self.right = point, left, right


class NotProvedError(ProofError):
    """No counterexample was found, but no proof either."""


class UndefinedError(ProofError):
    """A written denominator may vanish, or the argument of a logarithm may not be positive."""


class ReasonError(ProofError):
    """The step is true, but the reason given is not the reason."""


class StuckError(Exception):
    """Internal: a rule has no answer here. The step then counts as not proved."""
