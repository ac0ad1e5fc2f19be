"""What the list of similar programs costs for a class, what it finds and what it lists in vain.

    python -m benchmarks.similar

The class is drawn from the problem set's right variants and its known mistakes, some ten texts for
each function, so that many share one by chance; that is harder than a class that writes its own.
The copies have other names, comments and layout, and their functions in another order.
"""

from __future__ import annotations

import ast
import json
import os
import random
import sys
import tempfile
from itertools import combinations
from pathlib import Path

from benchmarks.processes import measured
from benchmarks.tables import markdown, number, options, publish, target
from ce_lib.course import find_root
from ce_lib.grading.evidence import pieces
from ce_lib.grading.problem import Problem, load_problem
from ce_lib.grading.release import problem_sets
from ce_lib.grading.similar import THRESHOLD, compare, fingerprints, template
from ce_lib.grading.similar_page import find_similar


class _Renamed(ast.NodeTransformer):
    """Other names for what a function binds, its arguments included."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.names: dict[str, str] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        for part in ast.walk(node):
            if isinstance(part, ast.arg) or (
                isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            ):
                name = part.arg if isinstance(part, ast.arg) else part.id
                self.names.setdefault(name, f"my_{self.draw.randrange(10**6)}")
        for part in ast.walk(node):
            if isinstance(part, ast.arg):
                part.arg = self.names[part.arg]
            elif isinstance(part, ast.Name) and part.id in self.names:
                part.id = self.names[part.id]
        node.body.insert(0, ast.Expr(ast.Constant("Written all by myself.")))
        return node


def disguised(sources: list[str], seed: int) -> list[str]:
    """The same programs with other names, comments and layout, in another order."""
    draw = random.Random(seed)
    found = []
    for source in sources:
        tree = _Renamed(draw).visit(ast.parse(source))
        draw.shuffle(tree.body)
        text = ast.unparse(tree).replace(" = ", "  =  ").replace("\n", "  # mine\n\n")
        found.append(f"# my solution\n{text}\n")
    draw.shuffle(found)
    return found


def known_programs(root: Path, name: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By cell, the right variants and the known mistakes of the functions of a problem set."""
    folder = root / "solutions" / name
    both: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
    for file, into in zip(("variants.py", "misconceptions.py"), both, strict=True):
        for piece in pieces(folder / file):
            if "def " in piece.code:
                into.setdefault(piece.cell, []).append(piece.code)
    return both


def write_graded(problem: Problem, output: Path, student: str, answers: dict[str, str]) -> None:
    """A graded notebook, as far as the comparison reads it."""
    path = output / "autograded" / student / problem.name / f"{problem.name}.ipynb"
    path.parent.mkdir(parents=True)
    cells = [
        {**cell.released, "source": answers.get(cell.id, cell.released["source"])}
        for cell in problem.cells
    ]
    path.write_text(json.dumps({"cells": cells}), "utf-8")


def make_class(
    root: Path, problem: Problem, output: Path, count: int, copies: int, seed: int = 0
) -> set[tuple[str, str]]:
    """Write ``count`` graded notebooks, ``copies`` of them disguised; return who copied whom."""
    draw = random.Random(seed)
    right, wrong = known_programs(root, problem.name)
    drawn: dict[str, dict[str, str]] = {}
    for place in range(count - copies):
        drawn[f"student-{place:05d}"] = {
            cell: draw.choice(wrong[cell] if cell in wrong and draw.random() < 0.3 else texts)
            for cell, texts in right.items()
        }
    pairs = set()
    for place, source in enumerate(draw.sample(sorted(drawn), copies)):
        cells = list(drawn[source])
        own = {
            cell: disguised([text], seed + place)[0]
            for cell, text in zip(cells, drawn[source].values(), strict=True)
        }
        name = f"student-{count - copies + place:05d}"
        drawn[name] = own
        pairs.add((source, name))
    for student, answers in drawn.items():
        write_graded(problem, output, student, answers)
    return pairs


def variants_alike(root: Path, problem: Problem) -> list[float]:
    """How alike our independent right solutions are: the share of each pair, each style one."""
    right, _ = known_programs(root, problem.name)
    count = min(map(len, right.values()))
    hashes = [fingerprints(texts[place] for texts in right.values()) for place in range(count)]
    names = [str(place) for place in range(count)]
    found = compare(names, hashes, template(problem), threshold=1e-6, least=0.0)
    shares = {(pair.first, pair.second): pair.share for pair in found}
    return [shares.get(pair, 0.0) for pair in combinations(names, 2)]


def main() -> int:
    """Print the table and write it; return 1 if a copy is missed or a right variant listed."""
    chosen = options(__doc__, "python -m benchmarks.similar")
    root = find_root()
    count, copies = (90, 5) if chosen.quick else (900, 20)
    rows, good = [], True
    for name in problem_sets(root):
        problem = load_problem(root, name)
        with tempfile.TemporaryDirectory() as scratch:
            place = Path(scratch)
            planted = make_class(root, problem, place, count, copies)
            used = measured(root, "similar", name, "--graded", str(place))
            found = {(p.first, p.second) for p in find_similar(root, name, place).pairs}
        alike = variants_alike(root, problem)
        alarms = sum(share >= THRESHOLD for share in alike)
        good = good and planted <= found and not alarms
        rows.append(
            (
                name,
                number(used.seconds),
                number(used.processor),
                f"{len(planted & found)} of {len(planted)}",
                f"{len(found - planted)}",
                f"{alarms} of {len(alike)}",
                f"{max(alike):.0%}",
            )
        )
    text = (
        f"`ce-course similar` for {count} made-up submissions, "
        f"{copies} of them disguised copies; the others are drawn from some twenty texts a "
        "function, so that many share most of their code by chance, among "
        f"{count * (count - 1) // 2:,} pairs. Right variants are our own independent styles, of "
        "which no pair should be listed.\n\n"
        + markdown(
            (
                "problem set", "seconds", "processor, s", "copies found", "other pairs listed",
                "pairs of right variants listed", "their most alike share",
            ),
            rows,
        )
    )  # fmt: skip
    cores = f"{os.cpu_count()} cores"
    publish("How often the list is right", text, target(chosen, "similar"), cores)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
