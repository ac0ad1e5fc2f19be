"""``ce-course feedback``: the students' pages, back to an LMS."""

from __future__ import annotations

import argparse
from pathlib import Path

from ce_lib.commands import Commands, root_of
from ce_lib.commands.options import add_all, add_graded, add_name, add_roster, most

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    back = commands.add(
        "feedback",
        _feedback,
        "pack the students' pages into a zip that Moodle or Canvas takes",
        "ps2 --from ps2-submissions.zip --roster worksheet.csv",
        exit_codes="0: every page is in it, 3: some is not, 1: stopped",
    )
    add_name(back)
    back.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="PATH",
        help="the folder or zip with the submissions, the same that `collect` got",
    )  # fmt: skip
    add_roster(back, "the same that `collect` got")
    back.add_argument(
        "--format", choices=("moodle", "canvas"), default="",
        help="whose file names they are (default: found out)",
    )  # fmt: skip
    back.add_argument(
        "--output", type=Path, metavar="ZIP",
        help="default: reports/psN/psN-feedback-FORMAT.zip",
    )  # fmt: skip
    add_graded(back)
    back.add_argument(
        "--max-mb", type=float, default=0.0, metavar="N",
        help="what one upload may have at most; several zips are written if need be",
    )  # fmt: skip
    add_all(back)


def _feedback(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.follow import follow_gradebook
    from ce_lib.grading.lms.findings import LmsError, counted, listed
    from ce_lib.grading.lms.give_back import READS, give_back
    from ce_lib.grading.lms.roster import read_roster

    root, name = root_of(arguments), arguments.name
    if arguments.max_mb < 0:
        raise LmsError(f"--max-mb {arguments.max_mb:g} is no size: give a number such as 50")
    roster = read_roster(arguments.roster, arguments.id_from) if arguments.roster else None
    if anew := follow_gradebook(root, name, arguments.graded):
        print(f"{counted(len(anew), 'page')} made anew, with what the gradebook has by now")
    done = give_back(
        root,
        name,
        arguments.source,
        (arguments.graded or root) / "feedback",
        arguments.output,
        lms=arguments.format,
        roster=roster,
        most=int(arguments.max_mb * 1e6),
        progress=lambda students: tqdm(students, desc=name, unit=" students"),
    )
    print("\n".join(listed(done.findings, most(arguments))))
    print(f"{counted(len(done.students), 'page')} in {', '.join(str(path) for path in done.zips)}")
    print(f"next    {READS[done.lms]}")
    return 0 if done.complete else 3
