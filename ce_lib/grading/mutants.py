"""Small changes to a reference solution, and whether the tests of a problem set notice them.

The operators are Cosmic Ray's, called as functions on the text of one cell at a time: another
arithmetic operator or comparison, a number one higher or lower, a sign dropped, a loop that never
runs. A mutant that computes the same as the original on every legal input is *equivalent*: no test
can notice it, and ``solutions/psN/equivalent_mutants.toml`` says so, with the reason:

    [[equivalent]]
    cell = "binary_cross_entropy_with_logits"
    line = "wrong = np.where(y == 1, -z, z)"
    mutated = ["wrong = np.where(y >= 1, -z, z)"]
    reason = "a label is 0 or 1"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .evidence import defined_functions, points_of, solution_cells, tests_of, trial
from .release import ReleaseError

__all__ = ["Mutant", "equivalent_mutants", "loses_points", "mutants"]

#: Operators of Cosmic Ray that draw random numbers or need to be told which variable.
_NOT_USED = {"VariableReplacer", "VariableInserter"}


@dataclass(frozen=True)
class Mutant:
    """A reference solution with one small change. Two operators may make the same one."""

    cell: str
    operator: str
    line: str  # the line that was changed, and what became of it
    mutated: str
    code: str

    @property
    def key(self) -> tuple[str, str, str]:
        """How the file of equivalent mutants names it."""
        return self.cell, self.line, self.mutated


def mutants(root: Path, name: str) -> list[Mutant]:
    """All mutants of the functions in a problem set's reference solution, each change once.

    Raises
    ------
    ReleaseError
        If Cosmic Ray is not installed.
    """
    found: dict[tuple[str, str], Mutant] = {}
    for cell, code in solution_cells(root, name).items():
        if not defined_functions(code):
            continue
        for operator, mutated in _mutations(code):
            if mutated != code:
                before, after = _changed_line(code, mutated)
                mutant = Mutant(cell, operator, before, after, mutated)
                found.setdefault((cell, mutated), mutant)
    return list(found.values())


@cache
def _mutations(code: str) -> list[tuple[str, str]]:
    """(operator, changed code) for every operator at every place where it applies."""
    try:
        from cosmic_ray.ast import ast_nodes, get_ast
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator, operator_names
    except ImportError as error:
        raise ReleaseError(
            "mutants need Cosmic Ray, which comes with the course's environment: `make test`"
        ) from error
    nodes = list(ast_nodes(get_ast(code)))
    out = []
    for name in operator_names():
        short = name.rpartition("/")[2]
        if short in _NOT_USED:
            continue
        operator = get_operator(name)()
        places = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        for place in range(places):
            out.append((short, mutate_code(code, operator, place)))
    return out


def _changed_line(code: str, mutated: str) -> tuple[str, str]:
    pairs = zip(code.splitlines(), mutated.splitlines(), strict=False)
    before, after = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    return _tidy(before), _tidy(after)


def _tidy(line: str) -> str:
    return " ".join(line.partition("  #")[0].split())


def equivalent_mutants(root: Path, name: str) -> dict[tuple[str, str, str], str]:
    """``Mutant.key -> reason`` of the mutants that no test can tell from the original.

    Raises
    ------
    ReleaseError
        If an entry of the file lacks one of its four parts, or a mutant stands twice.
    """
    path = root / "solutions" / name / "equivalent_mutants.toml"
    if not path.is_file():
        return {}
    found: dict[tuple[str, str, str], str] = {}
    for entry in tomllib.loads(path.read_text("utf-8")).get("equivalent", []):
        if set(entry) != {"cell", "line", "mutated", "reason"} or not entry["reason"].strip():
            raise ReleaseError(f"{path}: say cell, line, mutated and reason, not {sorted(entry)}")
        for mutated in entry["mutated"]:
            key = entry["cell"], _tidy(entry["line"]), _tidy(mutated)
            if key in found:
                raise ReleaseError(f"{path}: {mutated} stands twice")
            found[key] = entry["reason"]
    return found


def loses_points(root: Path, name: str, mutant: Mutant) -> bool:
    """Whether a submission with this mutant in place of the reference earns less than full marks.

    Only the tests of its own cell are run: no other depends on it.
    """
    tests = tests_of(root, name, mutant.cell)
    points = points_of(root, name)
    earned = trial(root, name, {mutant.cell: mutant.code}, only=tests).points
    return any(earned[test] < points[test] for test in tests)
