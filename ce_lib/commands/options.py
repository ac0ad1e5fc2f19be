"""Options that several commands have: one name, one meaning."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["add_all", "add_graded", "add_name", "add_roster", "most"]


def add_name(sub: argparse.ArgumentParser) -> None:
    """Add the problem set."""
    sub.add_argument("name", metavar="psN")


def add_graded(sub: argparse.ArgumentParser) -> None:
    """Add the folder of a graded class."""
    sub.add_argument(
        "--graded", type=Path, metavar="DIR",
        help="what `grade` got as --output (default: the course's top level)",
    )  # fmt: skip


def add_roster(sub: argparse.ArgumentParser, help_: str = "as for `collect`") -> None:
    """Add the list of who is who, and which of its columns has the ids."""
    sub.add_argument("--roster", type=Path, metavar="CSV", help=help_)
    sub.add_argument(
        "--id-from", default="", metavar="COLUMN",
        help="the roster's column with the course's ids (default: id; SIS Login ID; Username; "
        "Email address)",
    )  # fmt: skip


def add_all(sub: argparse.ArgumentParser) -> None:
    """Add the wish for a list without end."""
    sub.add_argument("--all", action="store_true", help="list everything that was noticed")


def most(arguments: argparse.Namespace) -> int:
    """Return how many findings ``--all``, or its absence, lets a command list."""
    return 10**9 if arguments.all else 40
