"""``ce-course build``: website, student notebooks and the graded sample class."""

from __future__ import annotations

import argparse

from ce_lib.commands import Commands, root_of

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    commands.add("build", _build, "website, student notebooks and the graded sample class")


def _build(arguments: argparse.Namespace) -> int:
    from ce_lib.course import build_course

    build_course(root_of(arguments))
    return 0
