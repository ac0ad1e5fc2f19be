"""``ce-course doctor``: what this machine can do, and how to add the rest."""

from __future__ import annotations

import argparse

from ce_lib.commands import Commands

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    doctor = commands.add("doctor", _doctor, "say what this machine can do and how to add the rest")
    doctor.add_argument(
        "--install", action="store_true", help="install what is missing, where that is allowed"
    )


def _doctor(arguments: argparse.Namespace) -> int:
    from ce_lib.doctor import doctor

    return doctor(install=arguments.install)
