"""Which column of a table belongs to a problem set, or to one of its questions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .columns import plain
from .findings import LmsError

__all__ = ["Wanted", "only", "quoted", "title", "untitled", "untyped"]


@dataclass(frozen=True)
class Wanted:
    """What the column of a problem set may be called: its name or its title."""

    name: str
    title: str = ""

    def _is_it(self, header: str) -> bool:
        words = {self.name, self.title}
        if match := re.fullmatch(r"ps(\d+)", self.name):
            words |= {f"ps {match[1]}", f"problem set {match[1]}"}
        return any(
            word and re.search(rf"(?<!\w){re.escape(plain(word))}(?!\w)", plain(header))
            for word in words
        )

    def column(
        self,
        choices: dict[int, str],
        path: Path,
        given: str,
        bare: Callable[[str], str],
        questions: Sequence[str],
    ) -> int:
        """The column to fill."""
        if given:
            exact = [k for k, word in choices.items() if given in (word, bare(word))]
            fitting = exact or [k for k, word in choices.items() if plain(word) == plain(given)]
            what = f"is called {given!r}"
        else:
            fitting = [k for k, word in choices.items() if self._is_it(bare(word))]
            own = {plain(f"{self.name} {question}") for question in questions}
            fitting = [k for k in fitting if plain(bare(choices[k])) not in own]
            exact = [k for k in fitting if plain(bare(choices[k])) == plain(self.name)]
            fitting = exact if len(exact) == 1 else fitting
            what = f"has {self.name} in its name"
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise LmsError(
                f"{path}, line 1: no column {what}; say which with --column, of: "
                f"{quoted(list(choices.values()))}"
            )
        raise LmsError(
            f"{path}, line 1: more than one column {what}; say which with --column: "
            f"{quoted([choices[k] for k in fitting])}"
        )

    def per_question(
        self,
        choices: dict[int, str],
        questions: Sequence[str],
        grade: int,
        bare: Callable[[str], str],
    ) -> dict[str, int]:
        """The columns of single questions: ``ps2 sigmoid``, ``ps2: sigmoid`` or ``sigmoid``."""
        found: dict[str, int] = {}
        for k, word in choices.items():
            text = re.sub(r"^[\s:,.\N{EN DASH}-]+", "", plain(bare(word)))
            if k != grade and self._is_it(text):
                text = re.sub(r"^[\s:,.\N{EN DASH}-]+", "", text[len(plain(self.name)) :])
            for question in questions:
                if k != grade and text == plain(question):
                    found.setdefault(question, k)
        return found


def untitled(word: str) -> str:
    """Canvas's header without the assignment's number: ``ps2 (991)``."""
    return re.sub(r"\s*\(\d+\)$", "", word)


def untyped(word: str) -> str:
    """Moodle's header without what it puts around: ``Assignment: ps2 (Real)``."""
    return re.sub(r"\s*\([^()]*\)$", "", re.sub(r"^[^:]{1,40}:\s+", "", word))


def only(words: Sequence[str], given: str, path: Path) -> int:
    """The one column of this name, in any case.

    Raises
    ------
    LmsError
        If there is none, or more than one.
    """
    fitting = [k for k, word in enumerate(words) if plain(word) == plain(given)]
    if len(fitting) != 1:
        many = "more than one column is" if fitting else "no column is"
        raise LmsError(f"{path}, line 1: {many} called {given!r}; there are {quoted(words)}")
    return fitting[0]


def quoted(words: Sequence[str]) -> str:
    """Headers in words, not too many of them."""
    shown = [f"'{word[:60]}'" for word in words[:12]]
    more = f" and {len(words) - 12} more" if len(words) > 12 else ""
    return (", ".join(shown) or "empty") + more


def title(root: Path, name: str) -> str:
    """The heading of a problem set's notebook, which its column may bear; empty without one."""
    try:
        text = (root / "exercises" / name / f"{name}.ipynb").read_text("utf-8")
        first = "".join(json.loads(text)["cells"][0]["source"])
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return ""
    return first.splitlines()[0].lstrip("# ").strip() if first.startswith("#") else ""
