"""The registry: one entry a statement, checked when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ..derivation import Derivation, LemmaDerivation
from ..statements import Hypothesis, Induction, Statement, Tangent

VERDICTS = {
    "OK": "right as printed",
    "H": "right under a hypothesis that is not stated",
    "X": "wrong",
    "S": "sloppy",
    "T": "typo only",
    "new": "not in the source",
}


@dataclass(frozen=True)
class Entry:
    """One statement.

    refs : where the source has it, e.g. ("A14", "B23"); empty if the source leaves it out.
    verdict : of the source, a key of VERDICTS.
    topic : the chapter that teaches it.
    """

    label: str
    title: str
    refs: tuple[str, ...]
    verdict: str
    topic: str
    build: Callable[[], Statement]
    needs: tuple[str, ...] = ()


ENTRIES: dict[str, Entry] = {}


def _add(entry: Entry) -> None:
    if entry.label in ENTRIES or entry.verdict not in VERDICTS:
        raise ValueError(f"entry {entry.label}: the label is taken or the verdict is unknown")
    ENTRIES[entry.label] = entry


@cache
def get(label: str) -> Statement:
    """The checked statement.

    Raises
    ------
    KeyError : no such label.
    ProofError : the statement is not proved.
    """
    entry = ENTRIES[label]
    for other in entry.needs:
        get(other)
    return entry.build()


def entries(topic: str = "") -> list[Entry]:
    """All entries, or those of a topic, in the order of the course."""
    return [e for e in ENTRIES.values() if topic in ("", e.topic)]


class Topic:
    """Adds entries of one chapter; the methods are named after what they add."""

    def __init__(self, name: str) -> None:
        self.name = name

    def chain(
        self,
        label: str,
        title: str,
        refs: str,
        verdict: str,
        text: str,
        given: str = "",
        where: str = "",
        needs: str = "",
        lemma: bool = False,
    ) -> None:
        """A derivation; with `lemma`, one that later ones may cite by its title."""
        make = LemmaDerivation if lemma else Derivation
        self.add(
            label, title, refs, verdict, lambda: make(title, text, given, where, label=label), needs
        )

    def hypothesis(
        self, label: str, title: str, refs: str, verdict: str, text: str, kind: str = "hypothesis"
    ) -> None:
        """Something assumed, defined or agreed."""
        self.add(label, title, refs, verdict, lambda: Hypothesis(title, text, kind, label))

    def induction(self, label: str, title: str, refs: str, verdict: str, **parts: str) -> None:
        """An induction with base and step."""
        self.add(
            label,
            title,
            refs,
            verdict,
            lambda: Induction(title, label=label, **parts),  # type: ignore[arg-type]
        )

    def tangent(
        self, label: str, title: str, refs: str, verdict: str, left: str, right: str
    ) -> None:
        """A tangent below or above a curve."""
        self.add(label, title, refs, verdict, lambda: Tangent(title, left, right, label=label))

    def add(
        self,
        label: str,
        title: str,
        refs: str,
        verdict: str,
        build: Callable[[], Statement],
        needs: str = "",
    ) -> None:
        """Any statement."""
        entry = Entry(
            label, title, tuple(refs.split()), verdict, self.name, build, tuple(needs.split())
        )
        _add(entry)
