"""What a problem set's tests are worth: right variants, named mistakes, and how each is judged.

Beside ``solutions/ps2/ps2.md`` lie ``variants.py``, right solutions that look different and must
get full marks, and ``misconceptions.py``, named wrong ones that must not. Both are read in pieces,
one after each line ``# %% grade_id: name``; a misconception starts with comments that say

    # as if: what the student seems to have done, as the end of "it behaves as if ..."
    # hint: what the student should read
    # caught by: the test cells that must take points, separated by commas

``trial`` runs all cells of a problem set with some answers replaced, in this process: the code is
ours. Submissions go through `ce_lib.grading.grade`.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import types
import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ce_lib.behaviour import Misconception, known_misconceptions
from ce_lib.offered import everything_offered

from .release import ReleaseError, graded_cells, source_notebook

__all__ = [
    "Piece",
    "Trial",
    "defined_functions",
    "misconceptions",
    "names_in",
    "needed",
    "pieces",
    "points_of",
    "solution_cells",
    "tests_of",
    "trial",
]

_MARK = re.compile(r"^# %% (?P<cell>[\w-]+): *(?P<name>.+?) *$", re.MULTILINE)
_NOTE = re.compile(r"^# (?P<key>as if|hint|caught by): *(?P<text>.*(?:\n#   .*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """One solution of one cell, right or wrong."""

    cell: str
    name: str
    code: str
    as_if: str = ""
    hint: str = ""
    caught_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What a set of answers earned, and what its author would read."""

    points: dict[str, float]  # by test cell
    printed: dict[str, str]


def pieces(path: Path) -> list[Piece]:
    """Read ``variants.py`` or ``misconceptions.py``.

    Raises
    ------
    ReleaseError
        If a name stands twice, or a misconception lacks one of its three comments.
    """
    if not path.is_file():
        return []
    text = path.read_text("utf-8")
    found: list[Piece] = []
    marks = list(_MARK.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        code = text[mark.end() : following.start() if following else len(text)].strip("\n")
        notes = {
            note["key"]: re.sub(r"\n#\s+", " ", note["text"]).strip()
            for note in _NOTE.finditer(code)
        }
        where = f"{path}: {mark['cell']}: {mark['name']}"
        if any((piece.cell, piece.name) == (mark["cell"], mark["name"]) for piece in found):
            raise ReleaseError(f"{where} stands twice")
        if path.stem == "misconceptions" and len(notes) < 3:
            raise ReleaseError(f"{where} must say `as if`, `hint` and `caught by`")
        caught = tuple(cell.strip() for cell in notes.get("caught by", "").split(",") if cell)
        found.append(
            Piece(
                mark["cell"],
                mark["name"],
                code,
                notes.get("as if", ""),
                notes.get("hint", ""),
                caught,
            )
        )
    return found


@cache
def _cells(path: Path, changed: float) -> list[tuple[str, str, str]]:
    """The code cells of a problem set: (kind, id, source)."""
    out = []
    for cell in source_notebook(path).cells:
        if cell.cell_type == "code":
            mark = cell.metadata.get("nbgrader", {})
            kind = (
                "test"
                if mark.get("grade") and not mark.get("solution")
                else "manual"
                if mark.get("grade")
                else "solution"
                if mark.get("solution")
                else "code"
            )
            out.append((kind, mark.get("grade_id", ""), cell.source))
    return out


def _of(root: Path, name: str) -> list[tuple[str, str, str]]:
    path = root / "solutions" / name / f"{name}.md"
    return _cells(path, path.stat().st_mtime)


@cache
def _points(root: Path, name: str, changed: float) -> dict[str, float]:
    return dict(graded_cells(root, name))


def points_of(root: Path, name: str) -> dict[str, float]:
    """``grade_id -> points``, as `graded_cells`, read once."""
    path = root / "solutions" / name / f"{name}.md"
    return _points(root, name, path.stat().st_mtime)


def solution_cells(root: Path, name: str) -> dict[str, str]:
    """``grade_id -> reference solution`` of the code cells that tests grade."""
    return {cell: source for kind, cell, source in _of(root, name) if kind == "solution"}


def tests_of(root: Path, name: str, cell: str) -> frozenset[str]:
    """The test cells that use a name which this solution cell defines."""
    path = root / "solutions" / name / f"{name}.md"
    return _tests_of(path, path.stat().st_mtime, cell)


@cache
def _tests_of(path: Path, changed: float, cell: str) -> frozenset[str]:
    cells = _cells(path, changed)
    (solution,) = (ast.parse(source) for kind, found, source in cells if found == cell)
    names = {node.name for node in ast.walk(solution) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(solution):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(
        test
        for kind, test, source in cells
        if kind == "test"
        and any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(ast.parse(source)))
    )


def trial(
    root: Path,
    name: str,
    answers: dict[str, str],
    known: list[Misconception] | None = None,
    only: Collection[str] | None = None,
) -> Trial:
    """Run a problem set with these answers in place of the reference's, hidden tests included.

    A test cell that raises earns nothing, as at grading. With ``only``, no other test is run.
    Answers may call all of the library: a mistake's shorthand is often a call of it.
    """
    space: dict[str, Any] = {"__name__": "__main__"}
    points, printed = {}, {}
    for kind, cell, source in _of(root, name):
        if kind == "manual" or (kind == "test" and only is not None and cell not in only):
            continue
        out = io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
            warnings.catch_warnings(),
            known_misconceptions(known or []),
            everything_offered(),
        ):
            warnings.simplefilter("ignore")
            try:
                value = _run(answers.get(cell, source), space)
            except Exception as error:
                if kind != "test" and cell not in answers:
                    raise
                value = 0.0
                out.write(f"{type(error).__name__}: {error}\n")
        if kind == "test":
            points[cell], printed[cell] = value, out.getvalue()
    return Trial(points, printed)


def misconceptions(
    root: Path, name: str, reference: dict[str, str] | None = None
) -> list[Misconception]:
    """The catalogue of a problem set as functions, for `ce_lib.behaviour`.

    ``reference`` are the sources of its cells, other than tests, where they are already known.
    """
    pieces_ = pieces(root / "solutions" / name / "misconceptions.py")
    if reference is None:
        reference = {
            cell: source for kind, cell, source in _of(root, name) if kind in ("code", "solution")
        }
    used = names_in([*reference.values(), *(piece.code for piece in pieces_)])
    reference = {cell: needed(source, used) for cell, source in reference.items()}
    found = []
    for piece in pieces_:
        if piece.cell not in reference:
            raise ReleaseError(f"misconception {piece.name} of {name}: no cell {piece.cell!r}")
        space: dict[str, Any] = {"__name__": "__main__"}
        for cell, source in reference.items():
            _run(piece.code if cell == piece.cell else source, space)
        for function in defined_functions(reference[piece.cell]):
            if function in defined_functions(piece.code):
                found.append(
                    Misconception(piece.name, piece.as_if, piece.hint, function, space[function])
                )
    return found


def defined_functions(code: str) -> list[str]:
    """The names of the functions that a cell defines."""
    return [node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]


def names_in(sources: Iterable[str]) -> frozenset[str]:
    """The names that some cells read."""
    nodes = (node for source in sources for node in ast.walk(_parsed(source)))
    return frozenset(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # a magic, or a mistake that is one of syntax
        return ast.Module([], [])


def needed(source: str, used: Collection[str]) -> str:
    """A cell without its imports of whole modules under names that nobody uses.

    What students draw with takes longer to import than ten submissions to grade.
    """
    tree = _parsed(source)
    if not tree.body:
        return source
    for node in [*tree.body]:
        if isinstance(node, ast.Import):
            node.names = [a for a in node.names if not a.asname or a.asname in used]
            if not node.names:
                tree.body.remove(node)
    return ast.unparse(tree)


def _run(code: str, space: dict[str, Any]) -> Any:
    """Run a cell; return the value of its last expression, as a notebook would."""
    body, last = _compiled(code)
    exec(body, space)
    return None if last is None else eval(last, space)


@lru_cache(maxsize=1000)
def _compiled(code: str) -> tuple[types.CodeType, types.CodeType | None]:
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, "<cell>", "exec")
    if last is None:
        return body, None
    return body, compile(ast.Expression(last.value), "<cell>", "eval")  # type: ignore[attr-defined]
