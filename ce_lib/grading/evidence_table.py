"""How well the tests of the problem sets judge, as a table: what the instructor's guide shows.

Right solutions (``variants.py``) must keep full marks; wrong ones (``misconceptions.py`` and the
mutants of the reference solution that are not equivalent to it) must lose some. *Sensitivity* is
the share of the wrong ones that lose points, *specificity* the share of the right ones that do not.

    python -m ce_lib.grading.evidence_table     # writes solutions/evidence.md; takes a minute
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from .evidence import Piece, Trial, misconceptions, pieces, points_of, tests_of, trial
from .mutants import equivalent_mutants, loses_points, mutants
from .release import problem_sets

__all__ = ["TABLE", "Evidence", "as_table", "evidence", "evidence_table", "named_first"]

#: The table as it is committed, below the course's top level; a test compares it with a new one.
TABLE = Path("solutions") / "evidence.md"

_HEAD = (
    "problem set",
    "right solutions with full marks",
    "named mistakes that lose points",
    "named first",
    "mutants that lose points",
    "equivalent mutants",
    "sensitivity",
    "specificity",
)


@dataclass(frozen=True)
class Evidence:
    """What became of the right and the wrong solutions of one problem set, or of several."""

    right: int
    accepted: int
    mistakes: int
    rejected: int
    named: int
    mutants: int  # without the equivalent ones
    killed: int
    equivalent: int
    survivors: tuple[tuple[str, str, str], ...] = ()  # keys of the mutants that keep full marks

    @property
    def sensitivity(self) -> float:
        """Share of wrong solutions that lose points."""
        return (self.rejected + self.killed) / (self.mistakes + self.mutants)

    @property
    def specificity(self) -> float:
        """Share of right solutions that get full marks."""
        return self.accepted / self.right

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def named_first(result: Trial, piece: Piece) -> bool:
    """Whether the first mistake that the failing tests name is the one that was made."""
    said = " ".join(" ".join(result.printed[cell] for cell in piece.caught_by).split())
    return said.partition("→ It behaves as if ")[2].startswith(piece.as_if)


def evidence(root: Path, name: str) -> Evidence:
    """Try all right and all wrong solutions of a problem set, each on the tests of its own cell.

    Raises
    ------
    ReleaseError
        If the mutation library is missing, or a file of the problem set has a hole.
    """
    folder = root / "solutions" / name
    points = points_of(root, name)
    known = misconceptions(root, name)

    def full_marks(result: Trial) -> bool:
        return all(earned == points[cell] for cell, earned in result.points.items())

    def tried(piece: Piece) -> Trial:
        answers = {piece.cell: piece.code}
        return trial(root, name, answers, known, only=tests_of(root, name, piece.cell))

    right = [full_marks(tried(piece)) for piece in pieces(folder / "variants.py")]
    wrong = [(piece, tried(piece)) for piece in pieces(folder / "misconceptions.py")]
    same = equivalent_mutants(root, name)
    made = mutants(root, name)
    alive = tuple(mutant.key for mutant in made if not loses_points(root, name, mutant))
    changed = [mutant for mutant in made if mutant.key not in same]
    return Evidence(
        right=len(right),
        accepted=sum(right),
        mistakes=len(wrong),
        rejected=sum(not full_marks(result) for _, result in wrong),
        named=sum(named_first(result, piece) for piece, result in wrong),
        mutants=len(changed),
        killed=sum(mutant.key not in alive for mutant in changed),
        equivalent=len(made) - len(changed),
        survivors=alive,
    )


def evidence_table(root: Path) -> str:
    """The evidence for every problem set, and for all of them, as a Markdown table.

    It is worked out anew, which takes a few seconds a problem set.
    """
    return as_table({name: evidence(root, name) for name in problem_sets(root)})


def as_table(found: Mapping[str, Evidence]) -> str:
    """Evidence by problem set as a Markdown table, with a last line for all of them."""
    rows = [_HEAD, ("---", *("---:" for _ in _HEAD[1:]))]
    rows += [_row(name, one) for name, one in found.items()]
    rows.append(_row("all", sum(found.values(), Evidence(0, 0, 0, 0, 0, 0, 0, 0))))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _row(name: str, one: Evidence) -> tuple[str, ...]:
    return (
        name,
        f"{one.accepted} of {one.right}",
        f"{one.rejected} of {one.mistakes}",
        f"{one.named} of {one.mistakes}",
        f"{one.killed} of {one.mutants}",
        str(one.equivalent),
        _per_cent(one.sensitivity),
        _per_cent(one.specificity),
    )


def _per_cent(share: float) -> str:
    """Cut, not rounded: 100 % means all."""
    return f"{int(1000 * share) / 10:.1f} %".replace(".0 %", " %")


def main() -> None:
    """Write the table to where the guide and the tests read it."""
    import argparse

    from ce_lib.course import find_root

    argparse.ArgumentParser(
        description=f"Count the evidence for the tests' justice anew and write {TABLE}.",
        epilog="example: python -m ce_lib.grading.evidence_table",
    ).parse_args()
    root = find_root()
    (root / TABLE).write_text(evidence_table(root), "utf-8")
    print(root / TABLE)


if __name__ == "__main__":
    main()
