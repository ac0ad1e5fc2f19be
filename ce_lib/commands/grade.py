"""``ce-course grade``: a class, graded and reported."""

from __future__ import annotations

import argparse
import atexit
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ce_lib.commands import Commands, root_of
from ce_lib.commands.options import add_name

if TYPE_CHECKING:
    from ce_lib.grading.changes import Changes

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    grade = commands.add(
        "grade",
        _grade,
        "grade a class and write its report",
        "ps2 --submitted downloads/",
        exit_codes="0: all graded, 3: some failed, 1: stopped",
    )
    add_name(grade)
    grade.add_argument(
        "--submitted", type=Path, required=True, help="folder with STUDENT/psN/psN.ipynb"
    )
    grade.add_argument(
        "--output",
        type=Path,
        help="where gradebook.db, feedback/ and reports/ go (default: the course's top level)",
    )
    grade.add_argument("--student", action="append", help="only this one; may be repeated")
    again = grade.add_mutually_exclusive_group()
    again.add_argument(
        "--force", action="store_true", help="grade all again (default: what is not up to date)"
    )
    again.add_argument(
        "--changed",
        action="store_true",
        help="only files that are new or have changed, even if the tests have changed",
    )
    where = grade.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=int, metavar="N", help="at once (default: one a core)")
    where.add_argument(
        "--cluster",
        metavar="ADDRESS",
        default="",
        help="grade on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786",
    )
    grade.add_argument(
        "--sandbox",
        choices=("bubblewrap", "none"),
        default="bubblewrap",
        help="none: run the submissions as you, behind no wall (default: bubblewrap)",
    )
    grade.add_argument(
        "--dry-run",
        action="store_true",
        help="write nothing; only say whose grade would change, after a change of the tests",
    )


def _grade(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.grade import grade_class
    from ce_lib.grading.records import Status
    from ce_lib.grading.report import summary

    # before it ends, Python looks through all that is left, a tenth of a second for nothing
    atexit.register(gc.freeze)
    root = root_of(arguments)
    if arguments.sandbox == "none":
        print(
            "--sandbox=none: the submissions' code runs on this machine as you, behind no wall.",
            file=sys.stderr,
        )
    graded = grade_class(
        root,
        arguments.name,
        arguments.submitted,
        arguments.output,
        students=arguments.student,
        progress=lambda students: tqdm(students, desc=arguments.name, unit=" submissions"),
        sandbox=arguments.sandbox,
        jobs=arguments.jobs,
        force=arguments.force,
        changed=arguments.changed,
        cluster=arguments.cluster,
        dry_run=arguments.dry_run,
    )
    for record in graded.records:
        score = "     –" if record.score is None else f"{record.score:6.2f}"
        print(f"{record.student:<24} {score} / {record.max_score:g}  {record.status}", end="")
        print(f": {record.note}" if record.note else "")
    for line in graded.ignored:
        print(f"not understood: {line}")
    if graded.changes.compared and (graded.done or arguments.dry_run):
        _tell_changes(graded.changes)
    if arguments.dry_run:
        print("Nothing was written: this was a dry run.")
        return 0
    left = f" {up_to_date} were up to date." if (up_to_date := graded.found - graded.done) else ""
    print(f"{summary(graded.records)}.{left}")
    print(f"report  {graded.report}\ntable   {graded.csv}")
    if graded.changes.before:
        print(f"changes {graded.report.with_name('changes.html')} and changes.csv")
    return 3 if any(record.status is Status.FAILED for record in graded.records) else 0


def _tell_changes(changes: Changes) -> None:
    from ce_lib.grading.changes import lines

    print("\nsince the problem set changed:")
    for text in changes.of_the_set():
        print(f"  {text}")
    for text in lines(changes, 40):
        print(f"  {text}")
    print(f"{changes}.")
    if changes.pending:
        print(f"{len(changes.pending)} are not yet graded with these tests.")
    print()
