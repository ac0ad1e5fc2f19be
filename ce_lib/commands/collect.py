"""``ce-course collect``: what an LMS gives out, as folders of students."""

from __future__ import annotations

import argparse
from pathlib import Path

from ce_lib.commands import Commands, root_of
from ce_lib.commands.options import add_all, add_name, add_roster, most

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    collect = commands.add(
        "collect",
        _collect,
        "put what an LMS gives out into submitted/, a folder a student",
        "ps2 --from ps2-submissions.zip --roster worksheet.csv",
        exit_codes="0: all understood, 3: some was not, 1: stopped",
    )
    add_name(collect)
    collect.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="PATH",
        help="the folder or zip, as it was downloaded",
    )  # fmt: skip
    collect.add_argument(
        "--format", choices=("moodle", "canvas", "exchange"), default="",
        help="whose file names they are (default: found out)",
    )  # fmt: skip
    add_roster(
        collect,
        "who is who: Canvas's gradebook, Moodle's grading worksheet, or a list with the "
        "columns id, first_name, last_name, email, lms_user_id",
    )
    collect.add_argument(
        "--output", type=Path, metavar="DIR", help="default: submitted/ in the course's folder"
    )
    collect.add_argument(
        "--due", default="", metavar="TIME",
        help="when it was due, as '2026-11-18 23:59', for an LMS that says only that it was late",
    )  # fmt: skip
    collect.add_argument(
        "--timezone", default="", metavar="ZONE",
        help="of all times, such as Europe/Berlin (default: this machine's)",
    )  # fmt: skip
    collect.add_argument("--update", action="store_true", help="replace what was collected before")
    add_all(collect)


def _collect(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.lms.collect import collect
    from ce_lib.grading.lms.dates import parse_date, zone_named
    from ce_lib.grading.lms.findings import LmsError, listed
    from ce_lib.grading.lms.roster import read_roster

    root = root_of(arguments)
    zone = zone_named(arguments.timezone)
    due = parse_date(arguments.due, zone) if arguments.due else None
    if arguments.due and due is None:
        raise LmsError(f"--due {arguments.due!r} is no time: give one such as '2026-11-18 23:59'")
    roster = read_roster(arguments.roster, arguments.id_from, zone) if arguments.roster else None
    into = arguments.output or root / "submitted"
    done = collect(
        root,
        arguments.name,
        arguments.source,
        into,
        lms=arguments.format,
        roster=roster,
        due=due,
        update=arguments.update,
        progress=lambda students: tqdm(students, desc=arguments.name, unit=" students"),
    )
    print("\n".join(listed(done.findings, most(arguments))))
    if roster is not None:
        print(f"students are called as in column '{roster.id_from}' of {roster.path.name}")
    print(
        f"{done.lms}: {done.count('new')} collected, {done.count('replaced')} replaced, "
        f"{done.count('unchanged')} unchanged, {done.count('kept')} kept as they were"
    )
    here = into.relative_to(Path.cwd()) if into.is_relative_to(Path.cwd()) else into
    print(f"next    ce-course grade {arguments.name} --submitted {here}")
    return 0 if done.complete else 3
