"""The commands of ``ce-course``, a module each: ``add`` declares it, an action carries it out.

What an action needs is imported inside it, so that ``ce-course --help`` is quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

__all__ = ["Commands", "root_of"]


class Commands:
    """The commands of a parser; each has help with an example."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(
        self,
        name: str,
        run: Callable[[argparse.Namespace], int],
        help_: str,
        example: str = "",
        exit_codes: str = "",
    ) -> argparse.ArgumentParser:
        """Return the parser of a new command, which runs ``run`` and ends with its exit code."""
        epilog = f"example: ce-course {name} {example}".rstrip()
        sub = self._commands.add_parser(
            name,
            help=help_,
            description=f"{help_[0].upper()}{help_[1:]}.",
            epilog=f"{epilog}; exit code {exit_codes}" if exit_codes else epilog,
        )
        sub.set_defaults(run=run)
        return sub


def root_of(arguments: argparse.Namespace) -> Path:
    """Return the course's top level: what ``--root`` says, or found from here."""
    from ce_lib.course import find_root

    return find_root(arguments.root)
