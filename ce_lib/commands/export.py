"""``ce-course export``: grades, into a file of an LMS."""

from __future__ import annotations

import argparse
from pathlib import Path

from ce_lib.commands import Commands, root_of
from ce_lib.commands.options import add_all, add_graded, add_name, add_roster, most

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    export = commands.add(
        "export",
        _export,
        "write grades for an LMS, into a file that was exported there",
        "ps2 --format moodle --from worksheet.csv",
        exit_codes="0: every submission's grade is in the file, 3: some is not, 1: stopped",
    )
    add_name(export)
    export.add_argument("--format", choices=("nbgrader", "canvas", "moodle"), required=True)
    export.add_argument(
        "--from", dest="source", type=Path, metavar="CSV",
        help="the file as it was exported there: Canvas's gradebook, Moodle's grading worksheet or "
        "gradebook; it is not changed",
    )  # fmt: skip
    export.add_argument(
        "--output", type=Path, metavar="CSV", help="default: reports/psN/psN-FORMAT.csv"
    )
    add_graded(export)
    add_roster(export)
    export.add_argument(
        "--column", default="", help="the column to fill (default: the one with psN in its name)"
    )
    export.add_argument(
        "--match-on", default="", metavar="COLUMN",
        help="the file's column to find students by (default: every column that identifies)",
    )  # fmt: skip
    export.add_argument(
        "--scale", action="store_true", help="convert to the LMS's maximum if it is another"
    )
    export.add_argument(
        "--per-question", action="store_true",
        help="the points of single questions, too: in columns of their own, or as feedback in "
        "Moodle's worksheet",
    )  # fmt: skip
    add_all(export)


def _export(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.lms.export import export_nbgrader, fill
    from ce_lib.grading.lms.findings import LmsError, listed
    from ce_lib.grading.lms.grades import read_grades
    from ce_lib.grading.lms.roster import read_roster
    from ce_lib.grading.lms.wanted import title

    root, name = root_of(arguments), arguments.name
    place = arguments.graded or root
    target = arguments.output or place / "reports" / name / f"{name}-{arguments.format}.csv"
    if arguments.format != "nbgrader" and arguments.source is None:
        raise LmsError(
            f"--from is missing: export the file from {arguments.format.capitalize()} first, so "
            "that its students and columns are found again"
        )
    if arguments.format == "nbgrader" and (arguments.source or arguments.column):
        raise LmsError("nbgrader's table is written from the gradebook alone, without --from")
    roster = read_roster(arguments.roster, arguments.id_from) if arguments.roster else None
    grades = read_grades(root, name, arguments.graded)
    if arguments.format == "nbgrader":
        done = export_nbgrader(grades, target, arguments.per_question)
    else:
        done = fill(
            grades,
            arguments.format,
            arguments.source,
            target,
            title=title(root, name),
            column=arguments.column,
            match_on=arguments.match_on,
            roster=roster.called() if roster else None,
            scale=arguments.scale,
            per_question=arguments.per_question,
            progress=lambda students: tqdm(students, desc=name, unit=" students"),
        )
    findings = [*(roster.findings if roster else []), *done.findings]
    print("\n".join(listed(findings, most(arguments))))
    if done.rule:
        print(f"students found: {done.rule}")
    print(f"{done.written} of {len(grades.submissions)} submissions have their grade in {target}")
    if done.reads:
        print(f"next    {done.reads}")
    return 0 if done.complete and not any(f.open for f in findings) else 3
