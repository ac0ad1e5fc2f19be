"""Which submissions agree beyond what the task forces? A list to look at, never a verdict.

Programs are compared by the fingerprints of their tokens, with the package copydetect: layout,
comments, texts and names do not count, what is left is cut into overlapping pieces, and two
programs agree as far as they share pieces. Pieces of our own template and reference solution do
not count. A piece that many students have counts less: it is how one writes this, and says little.

References
----------
S. Schleimer, D. S. Wilkerson and A. Aiken, "Winnowing: local algorithms for document
fingerprinting", SIGMOD 2003. K. Spärck Jones, "A statistical interpretation of term specificity
and its application in retrieval", Journal of Documentation 28 (1972): why rare agreement weighs
more.
"""

from __future__ import annotations

import ast
import io
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .problem import Problem

__all__ = [
    "LEAST",
    "THRESHOLD",
    "Pair",
    "SimilarityError",
    "answers_of",
    "compare",
    "fingerprint",
    "fingerprints",
    "normal",
    "template",
]

#: Characters of a piece, where a name is one letter and a text another: about half a line.
PIECE = 16

#: A window of 1 keeps every piece of a program. Programs are short, and what a larger window keeps
#: would differ from run to run, since Python's hash of a string does.
WINDOW = 1

#: The share of the shorter program from which on a pair is listed.
THRESHOLD = 0.8

#: What a pair must share at least, in pieces that nobody else has: a short function or two may be
#: alike by themselves.
LEAST = 20.0


class SimilarityError(Exception):
    """There is nothing to compare; the message says what was looked for."""


@dataclass(frozen=True)
class Pair:
    """Two students whose programs agree."""

    first: str
    second: str
    share: float  # of the shorter program, rare pieces weighing more: 0 to 1
    weight: float  # shared pieces; one that many have counts for less than 1


def answers_of(problem: Problem, notebook: Path) -> list[str]:
    """The programs that a student wrote in a graded notebook, in the order of the problem set.

    Answers in words and formulas, and those left as they were given out, are none.

    Raises
    ------
    SimilarityError
        If the file is no graded notebook.
    """
    try:
        made = json.loads(notebook.read_text("utf-8"))
        sources = {
            cell["metadata"].get("nbgrader", {}).get("grade_id"): _text(cell["source"])
            for cell in made["cells"]
            if cell["cell_type"] == "code"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SimilarityError(f"{notebook} is no graded notebook: {error}") from error
    return [
        sources[cell.id].strip("\n")
        for cell in problem.cells
        if _asks_for_a_program(problem, cell.id)
        and sources.get(cell.id, cell.released["source"]) != cell.released["source"]
    ]


def _asks_for_a_program(problem: Problem, name: str) -> bool:
    cell = problem.answers.get(name)
    return cell is not None and cell.code and (cell.kind == "manual" or "def " in cell.source)


def normal(source: str) -> list[str]:
    """A cell's statements, each in the one layout that Python itself gives them.

    Comments, documentation and imports are left out. Code that does not parse stays as it is.
    """
    try:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                kept = [part for part in body if not _is_text(part)]
                node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
        return [
            ast.unparse(node)
            for node in tree.body
            if not isinstance(node, ast.Import | ast.ImportFrom | ast.Pass)
        ]
    except (SyntaxError, ValueError, RecursionError):
        return [source]


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def fingerprint(code: str) -> Any:
    """The fingerprints of a text of code: a ``copydetect.CodeFingerprint``."""
    from copydetect import CodeFingerprint

    return CodeFingerprint("program.py", PIECE, WINDOW, fp=io.StringIO(code), language="python")


def fingerprints(sources: Iterable[str]) -> set[int]:
    """The pieces of some cells; none reaches over two statements, so their order does not count."""
    found: set[int] = set()
    for source in sources:
        for statement in normal(source):
            found.update(map(int, fingerprint(statement + "\n").hashes))
    return found


def template(problem: Problem) -> set[int]:
    """The pieces that are ours: cells as they were given out, and reference solutions."""
    ours = (cell for cell in problem.cells if cell.code and cell.kind != "test")
    return fingerprints(text for cell in ours for text in (cell.source, cell.released["source"]))


def compare(
    students: Sequence[str],
    hashes: Iterable[set[int]],
    ours: set[int],
    threshold: float = THRESHOLD,
    least: float = LEAST,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> list[Pair]:
    """The pairs that agree, the strongest first.

    Parameters
    ----------
    students : sequence of str
        Their names.
    hashes : iterable of set of int
        The fingerprints of each one's program.
    ours : set of int
        Fingerprints that do not count.
    threshold : float
        The share of the shorter program from which on a pair is listed, above 0 and at most 1.
    least : float
        What a pair must share at least, in pieces that nobody else has.
    progress : callable, optional
        Wraps the iteration over students.

    Raises
    ------
    ValueError
        If ``threshold`` is out of its range.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be above 0 and at most 1, got {threshold}")
    owners, starts, pieces = _index([kept - ours for kept in hashes])
    counts = np.diff(starts)
    weights = _weights(counts, len(students))
    totals = np.array([weights[own].sum() for own in pieces])
    pairs = []
    for place in progress(range(len(students))):
        own = pieces[place]
        if not len(own):
            continue
        shared = np.bincount(
            _ranges(owners, starts, own), np.repeat(weights[own], counts[own]), len(students)
        )
        shorter = np.minimum(totals, totals[place])
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(shorter > 0, shared / shorter, 0.0)
        close = np.flatnonzero((share >= threshold - 1e-9) & (shared >= least))
        pairs += [
            # the order of the pieces, and so the rounding of a sum, differs from run to run
            Pair(students[place], students[k], *np.round([share[k], shared[k]], 9).tolist())
            for k in map(int, close)
            if k > place
        ]
    return sorted(pairs, key=lambda pair: (-pair.weight * pair.share, pair.first, pair.second))


def _index(
    hashes: list[set[int]],
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[NDArray[np.int64]]]:
    """Who has each piece: the owners of piece p are ``owners[starts[p]:starts[p + 1]]``."""
    each = [np.fromiter(one, dtype=np.int64, count=len(one)) for one in hashes]
    everything = np.concatenate([*each, np.empty(0, dtype=np.int64)])
    _, numbers = np.unique(everything, return_inverse=True)
    who = np.repeat(np.arange(len(each)), [len(one) for one in each])
    order = np.argsort(numbers, kind="stable")
    counts = np.bincount(numbers)
    starts = np.concatenate([[0], np.cumsum(counts)])
    ends = np.cumsum([len(one) for one in each])
    pieces = np.split(numbers, ends[:-1]) if len(each) else []
    return who[order], starts, pieces


def _weights(counts: NDArray[np.int64], students: int) -> NDArray[np.float64]:
    """1 for a piece that one or two have, 0 for one that all have, by the logarithm between."""
    if students <= 2:
        return np.ones(len(counts))
    weights = np.log(students / np.maximum(counts, 1)) / math.log(students / 2)
    return np.clip(weights, 0.0, 1.0)


def _ranges(
    owners: NDArray[np.int64], starts: NDArray[np.int64], own: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The owners of each of these pieces, one after the other."""
    counts = starts[own + 1] - starts[own]
    first = np.repeat(starts[own] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return owners[first + np.arange(counts.sum())]


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
