"""How long the class report takes for a large class, and what memory.

    python -m benchmarks.report

The gradebook is made directly, with students of different ability, cells that wait for a person,
failures and known mistakes; nothing is graded. The report is then made as an instructor does.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import sys
import tempfile
from pathlib import Path
from uuid import UUID

from benchmarks.processes import elsewhere, measured
from benchmarks.tables import markdown, number, options, publish, target
from ce_lib.course import find_root
from ce_lib.grading.evidence import defined_functions, pieces, tests_of
from ce_lib.grading.ledger import Ledger
from ce_lib.grading.problem import load_problem

#: The goal: seconds for 10,000 submissions, start of the command included.
SECONDS = 10.0

#: And bytes, whatever the class.
MEMORY = 500_000_000


def make_gradebook(root: Path, name: str, output: Path, count: int, seed: int = 0) -> None:
    """Write ``output/gradebook.db`` with ``count`` made-up submissions of a problem set."""
    draw = random.Random(seed)
    problem = load_problem(root, name)
    output.mkdir(parents=True, exist_ok=True)
    book = output / "gradebook.db"
    with Ledger(f"sqlite:///{book}", problem):
        pass  # makes the tables and registers the problem set
    slips: dict[str, list[tuple[str, str]]] = {}  # by test: (function, mistake)
    for piece in pieces(root / "solutions" / name / "misconceptions.py"):
        for function in defined_functions(piece.code)[:1]:
            for test in piece.caught_by or tests_of(root, name, piece.cell):
                slips.setdefault(test, []).append((function, piece.name))
    ease = {cell: draw.uniform(-1.5, 2.0) for cell in problem.max_scores}
    with contextlib.closing(sqlite3.connect(book)) as database, database:
        (assignment,) = database.execute("select id from assignment").fetchone()
        (notebook,) = database.execute("select id from notebook").fetchone()
        cells = dict(
            database.execute("select name, id from base_cell where type = 'GradeCell'").fetchall()
        )
        for number in range(count):
            student, ability = f"student-{number:05d}", draw.gauss(0, 1)
            failed = draw.random() < 0.01
            database.execute("insert into student (id) values (?)", (student,))
            database.execute(
                "insert into course_submission values (?,?,?,?,?,?,?,?,?)",
                (name, student, "failed" if failed else "graded",
                 "not a notebook: the file is damaged" if failed else "", "", problem.digest,
                 "bubblewrap", draw.uniform(0.02, 0.2), ""),
            )  # fmt: skip
            if failed:
                continue
            mine, sheet = _key(draw), _key(draw)
            database.execute(
                "insert into submitted_assignment (id, assignment_id, student_id) values (?,?,?)",
                (mine, assignment, student),
            )
            database.execute(
                "insert into submitted_notebook (id, notebook_id, assignment_id, flagged) "
                "values (?,?,?,0)",
                (sheet, notebook, mine),
            )
            for cell, most in problem.max_scores.items():
                right = ability + ease[cell] + draw.gauss(0, 1) > 0
                share = 1.0 if right else draw.choice((0.0, 0.25, 0.5))
                waits = problem.answers.get(cell) is not None and draw.random() < 0.3
                database.execute(
                    "insert into grade (id, cell_id, notebook_id, auto_score, needs_manual_grade) "
                    "values (?,?,?,?,?)",
                    (_key(draw), cells[cell], sheet, None if waits else share * most, waits),
                )
                if not right and cell in slips and draw.random() < 0.7:
                    function, mistake = draw.choice(slips[cell][:4])
                    database.execute(
                        "insert into course_misconception values (?,?,?,?,?,?,?)",
                        (name, student, cell, function, mistake, 5, 5),
                    )


def _key(draw: random.Random) -> str:
    return UUID(int=draw.getrandbits(128)).hex


def main() -> int:
    """Print the table and write it; return 1 if the goal is missed."""
    chosen = options(__doc__, "python -m benchmarks.report")
    root, name = find_root(), "ps3"
    rows, good = [], True
    for count in (100, 1000) if chosen.quick else (100, 10_000):
        with tempfile.TemporaryDirectory() as scratch:
            place = Path(scratch)
            elsewhere(make_gradebook, root, name, place, count)
            used = measured(root, "report", name, "--graded", str(place))
            size = (place / "reports" / name / "index.html").stat().st_size
        figures = used.seconds, used.processor, used.memory / 1e6, size / 1e6
        rows.append((f"{count:,}", *map(number, figures)))
        good = good and used.seconds < SECONDS and used.memory < MEMORY
    text = (
        "The whole of `ce-course report`, from its start to the page on the "
        "disk; memory is the peak of what the process held. "
        f"The goal is {SECONDS:g} s for 10,000 submissions.\n\n"
        + markdown(("submissions", "seconds", "processor, s", "memory, MB", "page, MB"), rows)
    )
    publish("Class report", text, target(chosen, "report"), "SQLite")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
