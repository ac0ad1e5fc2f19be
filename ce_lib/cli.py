"""``ce-course``: build the course, release its problem sets, grade a class."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ce_lib.commands import (
    Commands,
    build,
    collect,
    doctor,
    export,
    feedback,
    grade,
    lab,
    prove,
    release,
    report,
    sample_class,
    similar,
    site,
)

__all__ = ["main"]

# In the order of the help.
_COMMANDS = (
    build, site, release, sample_class, grade, lab, collect, export, feedback, report, similar,
    prove, doctor,
)  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0 well, 1 a problem that is named, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except Exception as error:
        if not _is_ours(error):
            raise
        print(f"ce-course {arguments.command}: {error}", file=sys.stderr)
        return 1


def _is_ours(error: Exception) -> bool:
    """Whether the message was written for the user; any other error deserves its traceback."""
    return isinstance(error, OSError) or type(error).__module__.startswith("ce_lib.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ce-course", description="Build the course, release its problem sets, grade a class."
    )
    parser.add_argument(
        "--root", type=Path, default=None, help="the course's top level (default: here or above)"
    )
    commands = Commands(parser)
    for module in _COMMANDS:
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
