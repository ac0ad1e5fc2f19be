"""Why the site did not build, in words: what Sphinx and Jupyter Book write to stderr, read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Problem", "SiteError", "last_words", "read_problems"]

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PROBLEM = re.compile(
    r"^(?:(?P<file>.+?)(?::(?P<line>\d+))?: )?(?:WARNING|ERROR|CRITICAL|SEVERE): (?P<message>.*)$"
)
# Said again, better, by ce_lib.site.cells.
_UNRESOLVED = "cross-reference target not found"
_REPEATED = ("Executing notebook failed:", "Notebook exception traceback saved in:")


@dataclass(frozen=True)
class Problem:
    """One reason why the site did not build."""

    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.file and self.line:
            place += f":{self.line}"
        return f"{place}: {self.message}" if place else self.message


class SiteError(Exception):
    """The site did not build; `problems` says why, one `Problem` each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        lines = [f"the site did not build: {count} problem{'s' if count != 1 else ''}"]
        for problem in self.problems:
            lines.append("  " + str(problem).replace("\n", "\n      "))
        super().__init__("\n".join(lines))


def read_problems(stderr: str, root: Path) -> Iterator[Problem]:
    """Yield the problems that Sphinx reported, files relative to `root`, repetitions left out."""
    found: list[Problem] = []
    for line in _ANSI.sub("", stderr).splitlines():
        match = _PROBLEM.match(line)
        if match and not line.startswith("["):
            file = match["file"]
            if file and Path(file).is_absolute() and Path(file).is_relative_to(root):
                file = Path(file).relative_to(root).as_posix()
            number = int(match["line"]) if match["line"] else None
            found.append(Problem(match["message"], file, number))
        elif line.strip() and found and not line.startswith(("[", "=", "Traceback", "Building")):
            last = found.pop()
            found.append(Problem(f"{last.message}\n{line}", last.file, last.line))
    cells_named = any("code cell" in problem.message for problem in found)
    unresolved = {problem.file for problem in found if _UNRESOLVED in problem.message}
    seen: set[Problem] = set()
    for problem in found:
        if cells_named and problem.message.startswith(_REPEATED):
            continue
        # what could not be resolved when a page was read leads nowhere when it is written
        if problem.file in unresolved and "leads nowhere" in problem.message:
            continue
        if problem not in seen:
            seen.add(problem)
            yield problem


def last_words(stderr: str) -> str:
    """Return what was said last, where it names no problem."""
    plain = _ANSI.sub("", stderr)
    # Sphinx says what is wrong, then Jupyter Book's own traceback follows, which says nothing.
    said = plain.split("Traceback (most recent call last)")[0].strip()
    return "\n".join((said or plain.strip()).splitlines()[-20:])
