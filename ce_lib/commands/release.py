"""``ce-course release``: what students get, from what was written."""

from __future__ import annotations

import argparse
import sys

from ce_lib.commands import Commands, root_of

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    release = commands.add(
        "release", _release, "make exercises/ from solutions/ (all problem sets or some)", "ps2"
    )
    release.add_argument("names", nargs="*", metavar="psN", help="default: all")
    release.add_argument(
        "--check", action="store_true", help="write nothing; fail if exercises/ differs"
    )


def _release(arguments: argparse.Namespace) -> int:
    from ce_lib.grading.release import check_release, release

    root = root_of(arguments)
    if not arguments.check:
        for path in release(root, arguments.names or None):
            print(path.relative_to(root))
        return 0
    differences = check_release(root, arguments.names or None)
    for difference in differences:
        print(difference, file=sys.stderr)
    if differences:
        print("run `make release` and commit what it changes", file=sys.stderr)
    return 1 if differences else 0
