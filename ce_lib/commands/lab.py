"""``ce-course lab``: JupyterLab, as an instructor or as a student."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ce_lib.commands import Commands, root_of

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    lab = commands.add(
        "lab",
        _lab,
        "JupyterLab with formgrader, or with --student what a student sees",
        "--student ada --exchange ~/exchange",
    )
    lab.add_argument("--student", metavar="NAME", help="as this student, in a folder of their own")
    lab.add_argument("--folder", type=Path, help="that folder (default: students/NAME)")
    lab.add_argument(
        "--exchange",
        type=Path,
        help="where students fetch and hand in (default: as nbgrader_config.py says)",
    )
    lab.add_argument(
        "more", nargs="*", metavar="-- ...", help="arguments of JupyterLab: -- --no-browser"
    )


def _lab(arguments: argparse.Namespace) -> int:
    from ce_lib.lab import LabError, for_instructor, for_student, start

    root, exchange = root_of(arguments), arguments.exchange
    if arguments.student:
        lab = for_student(root, arguments.student, arguments.folder, exchange)
    elif arguments.folder:
        raise LabError("--folder is a student's: say whose with --student NAME")
    else:
        lab = for_instructor(root, exchange)
    print(f"folder    {lab.folder}\nexchange  {lab.exchange}", flush=True)
    if not lab.exchange.is_dir():
        print(
            f"{lab.exchange} is missing: nothing can be fetched or handed in. Make it, writable by "
            "everybody (chmod 777), or name another with --exchange.",
            file=sys.stderr,
        )
    start(lab, arguments.more)
    return 0
