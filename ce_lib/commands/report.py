"""``ce-course report``: what a graded class understood."""

from __future__ import annotations

import argparse

from ce_lib.commands import Commands, root_of
from ce_lib.commands.options import add_graded, add_name

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    report = commands.add(
        "report",
        _report,
        "what the class understood, as one page, from the gradebook",
        "ps3 --graded graded/",
    )
    add_name(report)
    add_graded(report)
    report.add_argument(
        "--site", default="", metavar="URL", help="link to the website there (default: built here)"
    )
    report.add_argument(
        "--anonymous", action="store_true", help="a page to show, with no name in it"
    )


def _report(arguments: argparse.Namespace) -> int:
    from ce_lib.grading.class_report import report_class

    page, line = report_class(
        root_of(arguments),
        arguments.name,
        arguments.graded,
        site=arguments.site,
        anonymous=arguments.anonymous,
    )
    print(f"{line}.\nreport  {page}")
    return 0
