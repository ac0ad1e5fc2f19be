"""Which known mistakes a class makes, how many make each, and what one of them looks like."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .evidence import Piece, defined_functions, pieces
from .records import Behaved, Record

__all__ = ["Mistake", "count_mistakes", "example"]

#: Submissions that are looked through for an example that gives nobody away.
LOOKED_THROUGH = 4

#: Lines of an example.
SHOWN_LINES = 16

#: A word of a student's name this short stands in many programs by chance.
SHORT = 3


@dataclass
class Mistake:
    """One known mistake and who made it."""

    function: str
    piece: Piece  # from the catalogue
    students: list[str] = field(default_factory=list)
    certain: int = 0  # of them, students in whom no other known mistake behaves the same
    tests: list[str] = field(default_factory=list)
    others: set[str] = field(default_factory=set)  # mistakes that the tests cannot tell from it


def count_mistakes(root: Path, name: str, records: Iterable[Record]) -> list[Mistake]:
    """The known mistakes of a class, the most frequent first.

    A student counts once for a mistake, however many tests saw it. Where a test cannot tell several
    apart, the student counts for each of them, as possible and not as certain, unless another test
    of the same function could tell.
    """
    catalogue = {
        (function, piece.name): piece
        for piece in pieces(root / "solutions" / name / "misconceptions.py")
        for function in defined_functions(piece.code)
    }
    found: dict[tuple[str, str], Mistake] = {}
    for record in records:
        for function, seen in _by_function(record.behaved).items():
            for mistake, (certain, tests, rivals) in _likeliest(seen).items():
                piece = catalogue.get((function, mistake))
                if piece is None:  # it has left the catalogue since
                    continue
                one = found.setdefault((function, mistake), Mistake(function, piece))
                one.students.append(record.student)
                one.certain += certain
                one.tests += [test for test in tests if test not in one.tests]
                one.others |= rivals
    place = {key: index for index, key in enumerate(catalogue)}
    return [
        one
        for key, one in sorted(
            found.items(),
            # ties in the order of the catalogue, so that the same class has the same page
            key=lambda item: (-len(item[1].students), -item[1].certain, place[item[0]]),
        )
    ]


def _by_function(behaved: Iterable[Behaved]) -> dict[str, list[Behaved]]:
    found: dict[str, list[Behaved]] = {}
    for one in behaved:
        found.setdefault(one.function, []).append(one)
    return found


def _likeliest(seen: list[Behaved]) -> dict[str, tuple[bool, list[str], set[str]]]:
    """By mistake: whether it is certain, the tests that saw it, and what it may be instead."""
    tests: dict[str, set[str]] = {}
    for test in {one.test for one in seen}:
        here = [one for one in seen if one.test == test]
        most = max(one.same for one in here)
        tests[test] = {one.misconception for one in here if one.same == most}
    certain = {next(iter(names)) for names in tests.values() if len(names) == 1}
    found: dict[str, tuple[bool, list[str], set[str]]] = {}
    for test, names in sorted(tests.items()):
        names = names & certain or names
        for name in names:
            _, before, rivals = found.get(name, (False, [], set()))
            found[name] = name in certain, [*before, test], rivals | (names - {name})
    return found


def example(mistake: Mistake, output: Path, name: str, names: dict[str, str]) -> tuple[str, bool]:
    """A student's own lines for a mistake, and True; or the catalogue's, and False.

    Comments, texts and layout are taken away, and a program in which the name of the student who
    wrote it occurs is passed over. ``names`` are first and last names by student.
    """
    best = ""
    for student in mistake.students[:LOOKED_THROUGH]:
        path = output / "autograded" / student / name / f"{name}.ipynb"
        code = _function(path, mistake.piece.cell, mistake.function)
        words = f"{student} {names.get(student, '')}".replace("-", " ").replace("_", " ").split()
        if code and not any(len(w) >= SHORT and w.lower() in code.lower() for w in words):
            best = min((text for text in (best, code) if text), key=len)
    if best:
        return best, True
    return _plain(mistake.piece.code, mistake.function), False


def _function(notebook: Path, cell: str, function: str) -> str:
    try:
        made = json.loads(notebook.read_text("utf-8"))
        sources = [
            one["source"] if isinstance(one["source"], str) else "".join(one["source"])
            for one in made["cells"]
            if one["metadata"].get("nbgrader", {}).get("grade_id") == cell
        ]
        return _plain("\n".join(sources), function)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _plain(code: str, function: str) -> str:
    """A function without comments, texts and layout of its own; empty if it is not there."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return ""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            lines = ast.unparse(_WithoutTexts().visit(node)).splitlines()
            return "\n".join([*lines[:SHOWN_LINES], *(["..."] if len(lines) > SHOWN_LINES else [])])
    return ""


class _WithoutTexts(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant("...")

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("...") if isinstance(node.value, str | bytes) else node
