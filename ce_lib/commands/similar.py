"""``ce-course similar``: programs that agree beyond what the task forces."""

from __future__ import annotations

import argparse
import sys

from ce_lib.commands import Commands, root_of
from ce_lib.commands.options import add_graded, add_name

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    similar = commands.add(
        "similar",
        _similar,
        "list programs that agree beyond what the task forces, to look at",
        "ps3 --graded graded/",
    )
    add_name(similar)
    add_graded(similar)
    similar.add_argument(
        "--threshold", type=float, default=0.8, metavar="SHARE",
        help="of the shorter program that a pair must share, 0 to 1 (default: 0.8)",
    )  # fmt: skip


def _similar(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.similar_page import find_similar

    found = find_similar(
        root_of(arguments),
        arguments.name,
        arguments.graded,
        threshold=arguments.threshold,
        progress=lambda items, what: tqdm(items, desc=what, unit=" students"),
    )
    for line in found.unread:
        print(f"left out: {line}", file=sys.stderr)
    pairs = "pair" if len(found.pairs) == 1 else "pairs"
    print(f"{found.students} programs, {len(found.pairs)} {pairs} to look at; none is a verdict")
    print(f"page    {found.page}")
    return 0
