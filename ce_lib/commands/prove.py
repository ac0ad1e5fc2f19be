"""``ce-course prove``: every derivation, checked."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from ce_lib.commands import Commands, root_of

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    prove = commands.add(
        "prove",
        _prove,
        "check every derivation of the book and the problem sets",
        "book/sigmoid.md",
    )
    prove.add_argument("files", nargs="*", type=Path, help="pages or folders (default: all)")
    prove.add_argument("--changed", action="store_true", help="skip what is proved and unchanged")


def _prove(arguments: argparse.Namespace) -> int:
    from ce_lib.proof.command import run

    with contextlib.chdir(root_of(arguments) if not arguments.files else Path.cwd()):
        return run(arguments.files, arguments.changed)
