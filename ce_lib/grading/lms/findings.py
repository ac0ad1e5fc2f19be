"""What is to be said about a file: where, and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Finding", "LmsError", "counted", "listed", "several"]


class LmsError(Exception):
    """Nothing can be done with this file or folder; the message says why and what to do."""


@dataclass(frozen=True)
class Finding:
    """One thing that a person should know.

    ``open`` is True where something was left undone that a person has to decide on.
    """

    text: str
    where: str = ""  # a file, with its line if it has one
    open: bool = True

    def __str__(self) -> str:
        text = f"{self.where}: {self.text}" if self.where else self.text
        # control characters of somebody else's file must not reach the terminal
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def counted(number: int, thing: str) -> str:
    """``1 student``, ``2 students``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def several(names: list[str], most: int = 8) -> str:
    """A few names in words: ``ada, boole, cauchy and 9 more``."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"


def listed(findings: Sequence[Finding], most: int = 40) -> list[str]:
    """The findings as lines for a person: what has to be decided first, then what was noticed."""
    lines = []
    for title, here in (
        ("to decide", [finding for finding in findings if finding.open]),
        ("noted", [finding for finding in findings if not finding.open]),
    ):
        if here:
            lines.append(f"{title}:")
            lines += [f"  {finding}" for finding in here[:most]]
            if len(here) > most:
                lines.append(f"  and {len(here) - most} more of these; --all lists them")
    return lines
