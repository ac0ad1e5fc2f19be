"""A problem set as the engine needs it: its cells in order, and what each may use.

Made once from the source in ``solutions/``; nothing a student hands in takes part in it.
"""

from __future__ import annotations

import ast
import builtins
import functools
import hashlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ce_lib.behaviour import Misconception

from .evidence import needed, pieces
from .near import near_sources
from .release import ReleaseError, problem_sets, release, write_sources

__all__ = ["Cell", "Problem", "load_problem"]

#: Part of what makes a recorded grade up to date; raise it when verdicts may change.
ENGINE = "2"


@dataclass
class Cell:
    """One cell of the problem set."""

    kind: str  # "text", "locked", "solution", "test" or "manual"
    id: str
    code: bool
    source: str  # with the reference solution, with the hidden tests
    released: dict[str, Any]  # the cell as students got it, in notebook format
    points: float = 0.0
    names: frozenset[str] = frozenset()  # what the source binds at top level
    uses: frozenset[str] = frozenset()  # the course library's functions that the source names
    variants_use: frozenset[str] = frozenset()  # and those that right variants of it name
    judged: str = ""  # what the judge, too, runs of a locked cell that names nothing of a student's


@dataclass
class Problem:
    """A problem set."""

    name: str
    digest: str
    cells: list[Cell]
    metadata: dict[str, Any]
    nbformat: tuple[int, int]
    misconceptions: list[Misconception] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)

    @functools.cached_property
    def answers(self) -> dict[str, Cell]:
        """The cells that students write in, by id."""
        return {cell.id: cell for cell in self.cells if cell.kind in ("solution", "manual")}

    @functools.cached_property
    def max_scores(self) -> dict[str, float]:
        """``grade_id -> points`` of the graded cells, in the order of the notebook."""
        return {cell.id: cell.points for cell in self.cells if cell.kind in ("test", "manual")}

    @functools.cached_property
    def reference(self) -> dict[str, str]:
        """The code of our own cells and of the reference solutions, by id."""
        return {c.id: c.source for c in self.cells if c.code and c.kind in ("locked", "solution")}

    @functools.cached_property
    def asked(self) -> frozenset[str]:
        """The names that students are asked to write."""
        return frozenset().union(*(c.names for c in self.cells if c.kind in ("solution", "manual")))

    @functools.cached_property
    def allowed(self) -> dict[str, frozenset[str]]:
        """By cell, the course library's functions that may serve to answer it, or what it tests.

        Those that the problem set offers somewhere, in a reference solution or as `ce.name` in the
        text; those that an earlier cell asks for; and those that a right variant of the cell uses.
        Never the one that the cell itself asks for.
        """
        offered = {n for cell in self.cells if cell.kind != "test" for n in _last(cell.uses)}
        found: dict[str, frozenset[str]] = {}
        owners: list[Cell] = []
        for cell in self.cells:
            if cell.kind == "solution":
                served = {*offered, *(name for owner in owners for name in owner.names)}
                found[cell.id] = frozenset((served | _last(cell.variants_use)) - cell.names)
                owners.append(cell)
            elif cell.kind == "test":
                loaded = _loaded(cell.source)
                parts = [found[owner.id] for owner in owners if owner.names & loaded]
                found[cell.id] = frozenset.intersection(*parts) if parts else frozenset()
        return found

    @functools.cached_property
    def near(self) -> tuple[tuple[str, str], ...]:
        """Files with the library's functions that no part is refused: the sandbox may hold them."""
        parts = self.allowed.values()
        return near_sources(frozenset.intersection(*parts) if parts else ())


def load_problem(root: Path, name: str) -> Problem:
    """Read a problem set, and make what is made of it if that is out of date.

    Raises
    ------
    ReleaseError
        If there is no such problem set or nbgrader refuses it.
    """
    if name not in (known := problem_sets(root)):
        raise ReleaseError(f"no problem set {name!r}: solutions/ has {', '.join(known) or 'none'}")
    write_sources(root)
    source = root / "_build" / "nbgrader" / "source" / name / f"{name}.ipynb"
    text = source.read_bytes()
    beside = [root / "solutions" / name / f"{part}.py" for part in ("misconceptions", "variants")]
    rest = [path.read_bytes() if path.is_file() else b"" for path in beside]
    digest = hashlib.sha256(b"\0".join([ENGINE.encode(), text, *rest])).hexdigest()
    released = root / "_build" / "nbgrader" / "released" / name / f"{name}.ipynb"
    stamp = released.with_suffix(".digest")
    if not stamp.is_file() or stamp.read_text() != digest:
        release(root, [name], into=released.parent.parent)
        stamp.write_text(digest)
    problem = _problem(name, digest, json.loads(text), json.loads(released.read_bytes()))
    for piece in pieces(beside[1]):
        if piece.cell in problem.answers:
            cell = problem.answers[piece.cell]
            cell.variants_use |= frozenset(_course_names(piece.code))
    return problem


def _problem(name: str, digest: str, source: Any, released: Any) -> Problem:
    cells = []
    for full, given in zip(source["cells"], released["cells"], strict=True):
        mark = given["metadata"].get("nbgrader", {})
        given = {**given, "source": _text(given["source"])}
        cell = Cell(
            kind=_kind(mark),
            id=mark.get("grade_id", given["id"]),
            code=given["cell_type"] == "code",
            source=_text(full["source"]),
            released=given,
            points=float(mark.get("points", 0)) if mark.get("grade") else 0.0,
        )
        if not cell.code and cell.kind == "locked":
            cell.uses = frozenset(re.findall(r"`ce\.([\w.]+)", cell.source))
        if cell.code:
            cell.names = frozenset(_bound(cell.source))
            cell.uses = frozenset(_course_names(cell.source))
        cells.append(cell)
    problem = Problem(
        name,
        digest,
        cells,
        released["metadata"],
        (int(released["nbformat"]), int(released["nbformat_minor"])),
    )
    known: set[str] = set(dir(builtins))
    ours = [cell for cell in cells if cell.kind in ("locked", "test") and cell.code]
    used = frozenset().union(*(_loaded(cell.source) for cell in ours))
    for cell in ours:
        if cell.kind == "locked" and _loaded(cell.source) <= known | cell.names:
            cell.judged = needed(cell.source, used)
            known |= cell.names
    imported = sorted({m for c in cells if c.code and c.kind != "test" for m in _imports(c.source)})
    problem.modules = [m for m in imported if m.partition(".")[0] != "ce_lib"]
    problem.packages = _distributions({m.partition(".")[0] for m in problem.modules})
    return problem


def _last(paths: Iterable[str]) -> set[str]:
    return {path.rpartition(".")[2] for path in paths}


def _kind(mark: dict[str, Any]) -> str:
    if mark.get("solution"):
        return "manual" if mark.get("grade") else "solution"
    if mark.get("grade"):
        return "test"
    return "locked" if mark.get("locked") else "text"


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # a magic, or a reference solution of several answers
        return ast.Module([], [])


def _bound(source: str) -> set[str]:
    """Names that a cell binds at top level."""
    found: set[str] = set()
    for node in _tree(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            found.add(node.name)
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                found.add(part.id)
            elif isinstance(part, ast.Import | ast.ImportFrom):
                found |= {(a.asname or a.name).partition(".")[0] for a in part.names}
            elif isinstance(part, ast.FunctionDef | ast.ClassDef):
                found.add(part.name)
    return found


def _loaded(source: str) -> set[str]:
    nodes = ast.walk(_tree(source))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _course_names(source: str) -> set[str]:
    """The dotted names below ``ce_lib`` that a cell uses, as ``ce.x.y`` or imported."""
    found = set()
    for node in ast.walk(_tree(source)):
        if isinstance(node, ast.Attribute):
            path, inner = [node.attr], node.value
            while isinstance(inner, ast.Attribute):
                path.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in ("ce", "ce_lib"):
                found.add(".".join(reversed(path)))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ce_lib"):
            prefix = (node.module or "").removeprefix("ce_lib").strip(".")
            found |= {f"{prefix}.{alias.name}".strip(".") for alias in node.names}
    return found


def _imports(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def _distributions(modules: set[str]) -> list[str]:
    ours = {m for m in modules if m not in sys.stdlib_module_names and m != "ce_lib"}
    if not ours - {"numpy", "matplotlib", "IPython"}:
        return []
    owners = importlib.metadata.packages_distributions()
    return sorted({name for module in ours for name in owners.get(module, [])})
