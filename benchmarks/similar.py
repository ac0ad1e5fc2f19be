"""What the list of similar programs costs for a class, what it finds and what it lists in vain.

    python -m benchmarks.similar                 # 900 submissions, 20 of them disguised copies
    python -m benchmarks.similar --count 3000 --name ps4

The class is drawn from the problem set's right variants and its known mistakes, some ten texts for
each function, so that many share one by chance; that is harder than a class that writes its own.
The copies have other names, comments and layout, and their functions in another order.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import resource
import sys
import tempfile
from itertools import combinations
from pathlib import Path

from benchmarks.grading import processor_seconds, run
from ce_lib.course import find_root
from ce_lib.grading.evidence import pieces
from ce_lib.grading.problem import Problem, load_problem
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
    for number in range(count - copies):
        drawn[f"student-{number:05d}"] = {
            cell: draw.choice(wrong[cell] if cell in wrong and draw.random() < 0.3 else texts)
            for cell, texts in right.items()
        }
    pairs = set()
    for number, source in enumerate(draw.sample(sorted(drawn), copies)):
        cells = list(drawn[source])
        own = {
            cell: disguised([text], seed + number)[0]
            for cell, text in zip(cells, drawn[source].values(), strict=True)
        }
        name = f"student-{count - copies + number:05d}"
        drawn[name] = own
        pairs.add((source, name))
    for student, answers in drawn.items():
        write_graded(problem, output, student, answers)
    return pairs


def variants_alike(root: Path, problem: Problem) -> list[float]:
    """How alike our independent right solutions are: the share of each pair, each style one."""
    right, _ = known_programs(root, problem.name)
    count = min(map(len, right.values()))
    hashes = [fingerprints(texts[number] for texts in right.values()) for number in range(count)]
    names = [str(number) for number in range(count)]
    found = compare(names, hashes, template(problem), threshold=1e-6, least=0.0)
    shares = {(pair.first, pair.second): pair.share for pair in found}
    return [shares.get(pair, 0.0) for pair in combinations(names, 2)]


def main(argv: list[str] | None = None) -> int:
    """Print the figures; return 1 if a planted copy is missed or a variant is listed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        prog="python -m benchmarks.similar", epilog="example: python -m benchmarks.similar",
    )  # fmt: skip
    parser.add_argument("--name", default="ps3", help="problem set (default: ps3)")
    parser.add_argument("--count", type=int, default=900, help="submissions (default: 900)")
    parser.add_argument("--copies", type=int, default=20, help="of them copies (default: 20)")
    arguments = parser.parse_args(argv)
    root = find_root()
    problem = load_problem(root, arguments.name)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        planted = make_class(root, problem, place, arguments.count, arguments.copies)
        command = [sys.executable, "-m", "ce_lib.cli", "--root", str(root)]
        busy = processor_seconds()
        seconds, _ = run([*command, "similar", arguments.name, "--output", str(place)], root)
        busy = processor_seconds() - busy
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        found = {(p.first, p.second) for p in find_similar(root, arguments.name, place).pairs}
    alike = variants_alike(root, problem)
    alarms = sum(share >= THRESHOLD for share in alike)
    count = arguments.count
    print(f"{arguments.name}, {count} submissions: {seconds:.1f} s, {busy:.1f} s of processor time")
    print(f"memory {most / 1e6:.0f} MB")
    print(f"planted copies found: {len(planted & found)} of {len(planted)}")
    print(f"other pairs listed: {len(found - planted)} of {count * (count - 1) // 2}")
    print(
        f"right variants: {alarms} of {len(alike)} pairs listed in vain; "
        f"the most alike share {max(alike):.0%}"
    )
    return 0 if planted <= found and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
