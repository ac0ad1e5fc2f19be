"""How long `ce-course export` takes for a large class, and how much memory it needs.

    python -m benchmarks.export            # 100 and 10,000 submissions
    python -m benchmarks.export --quick    # 100 and 1,000: a smoke test

The gradebook and the files of the learning management systems are made up; some submissions wait
for a person, some failed, some were late. Each export is the whole command, its start included.
"""

from __future__ import annotations

import datetime
import random
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

from benchmarks.processes import Used, elsewhere, measured
from benchmarks.tables import markdown, number, options, publish, target
from ce_lib.course import find_root

SIZES = (100, 10_000)
NAME = "ps2"

#: The goal for the larger class, in seconds.
GOAL = 10.0

FORMATS = {
    "nbgrader's table, with questions": ("nbgrader", "", ["--per-question"]),
    "Canvas's gradebook": ("canvas", "canvas.csv", []),
    "Moodle's worksheet, with questions": ("moodle", "worksheet.csv", ["--per-question"]),
    "Moodle's gradebook": ("moodle", "gradebook.csv", []),
}


def make_gradebook(root: Path, url: str, count: int, seed: int = 0) -> float:
    """Fill a gradebook with ``count`` submissions, as `ce-course grade` would leave it.

    Returns the points of the problem set.
    """
    import sqlalchemy as sql

    from ce_lib.grading.ledger import Ledger
    from ce_lib.grading.problem import load_problem

    draw = random.Random(seed)
    problem = load_problem(root, NAME)
    with Ledger(url, problem):
        pass  # it makes the tables, and notes the problem set's cells
    engine = sql.create_engine(url)
    metadata = sql.MetaData()
    metadata.reflect(engine)
    tables = metadata.tables
    moment = datetime.datetime(2026, 11, 18, 20, 0)
    rows: dict[str, list[dict[str, object]]] = {
        name: []
        for name in (
            "student", "submitted_assignment", "submitted_notebook", "grade", "course_submission",
        )
    }  # fmt: skip
    with engine.begin() as connection:
        assignment = connection.execute(sql.select(tables["assignment"].c.id)).scalar()
        notebook = connection.execute(sql.select(tables["notebook"].c.id)).scalar()
        base = tables["base_cell"]
        cells = dict(
            connection.execute(
                sql.select(base.c.name, base.c.id).where(base.c.type == "GradeCell")
            ).all()
        )
        for k in range(count):
            student, waits, fails = f"student-{k:05d}", k % 100 == 1, k % 200 == 2
            rows["student"].append({"id": student, "email": f"{student}@uni.example"})
            status = "failed" if fails else "by hand" if waits else "graded"
            rows["course_submission"].append(
                {
                    "assignment": NAME, "student": student, "status": status,
                    "note": "not a notebook" if fails else "", "file": "", "problem": "",
                    "sandbox": "bubblewrap", "seconds": 0.02, "written": "",
                }
            )  # fmt: skip
            if fails:
                continue
            handed, inner = uuid4().hex, uuid4().hex
            rows["submitted_assignment"].append(
                {"id": handed, "assignment_id": assignment, "student_id": student,
                 "timestamp": moment}
            )  # fmt: skip
            rows["submitted_notebook"].append(
                {"id": inner, "notebook_id": notebook, "assignment_id": handed, "flagged": False,
                 "late_submission_penalty": 1.0 if k % 50 == 3 else None}
            )  # fmt: skip
            for place, (name, points) in enumerate(problem.max_scores.items()):
                open_ = waits and place == 0
                score = None if open_ else draw.choice((0.0, points / 2, points))
                rows["grade"].append(
                    {"id": uuid4().hex, "cell_id": cells[name], "notebook_id": inner,
                     "auto_score": score, "needs_manual_grade": open_}
                )  # fmt: skip
        for name, values in rows.items():
            connection.execute(sql.insert(tables[name]), values)
    engine.dispose()
    return sum(problem.max_scores.values())


def make_files(folder: Path, count: int, points: float) -> None:
    """Write the files as the learning management systems export them, in another order."""
    order = list(range(count))
    random.Random(1).shuffle(order)
    canvas = [
        "Student,ID,SIS User ID,SIS Login ID,Section,ps1 (1),ps2 (2),Current Score,Final Score",
        f"    Points Possible,,,,,26.00,{points:.2f},(read only),(read only)",
    ]
    worksheet = [
        'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be '
        'changed","Last modified (submission)","Last modified (grade)","Feedback comments"'
    ]
    gradebook = [
        '"First name","Last name","ID number","Email address","Assignment: ps1 (Real)",'
        '"Assignment: ps2 (Real)","Course total (Real)"'
    ]
    for k in order:
        login = f"student-{k:05d}"
        canvas.append(f'"Doe, Student {k}",{70000 + k},S{k},{login},"Course, 2026",20.50,,,')
        worksheet.append(
            f'"Participant {90000 + k}","Student {k} Doe",{login}@uni.example,"Submitted for '
            f'grading",,{points:.2f},Yes,"Wednesday, 18 November 2026, 8:10 PM",-,'
        )
        gradebook.append(f"Student,Doe,S{k},{login}@uni.example,20.50,-,20.50")
    for name, lines in (("canvas", canvas), ("worksheet", worksheet), ("gradebook", gradebook)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")


def export(root: Path, folder: Path, lms: str, source: str, extra: list[str]) -> Used:
    """Run one export."""
    given = ["--from", str(folder / source)] if source else []
    return measured(root, "export", NAME, "--format", lms, "--graded", str(folder), *extra, *given)


def run(sizes: tuple[int, ...]) -> tuple[str, float]:
    """The table as Markdown, and the slowest export of the largest class in seconds."""
    root = find_root()
    figures: dict[str, list[Used]] = {name: [] for name in FORMATS}
    with tempfile.TemporaryDirectory() as scratch:
        for size in sizes:
            folder = Path(scratch) / str(size)
            folder.mkdir()
            url = f"sqlite:///{folder / 'gradebook.db'}"
            points = elsewhere(make_gradebook, root, url, size)
            make_files(folder, size, points)
            for name, (lms, source, extra) in FORMATS.items():
                figures[name].append(export(root, folder, lms, source, extra))
    headers = ["`ce-course export`"]
    for size in sizes:
        headers += [f"{size:,} submissions, s", "processor, s", "memory, MB"]
    rows = [
        [
            name,
            *(
                text
                for used in found
                for text in (
                    number(used.seconds), number(used.processor), f"{used.memory / 1e6:.0f}",
                )
            ),
        ]
        for name, found in figures.items()
    ]  # fmt: skip
    slowest = max(found[-1].seconds for found in figures.values())
    text = (
        "The whole command, from its start to the file on the disk; memory is the peak of what the "
        f"process held. The goal is {GOAL:g} s for {SIZES[-1]:,} submissions.\n\n"
        + markdown(headers, rows)
    )
    return text, slowest


def main() -> int:
    """Print the table; return 1 if the goal is missed."""
    chosen = options(__doc__, "python -m benchmarks.export")
    text, slowest = run((100, 1000) if chosen.quick else SIZES)
    publish("Export", text, target(chosen, "export"), "SQLite")
    return 0 if slowest < GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
