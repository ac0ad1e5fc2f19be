"""``ce-course sample-class``: a made-up class of any size, to try grading on."""

from __future__ import annotations

import argparse
from pathlib import Path

from ce_lib.commands import Commands, root_of
from ce_lib.commands.options import add_name

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the command."""
    sample = commands.add(
        "sample-class",
        _sample_class,
        "make up a class of any size, to try grading on",
        "ps2 --students 200 --output practice",
    )
    add_name(sample)
    sample.add_argument("--students", type=int, default=200, metavar="N", help="default: 200")
    sample.add_argument(
        "--output", type=Path, required=True, metavar="DIR",
        help="a folder of its own; the submissions go into DIR/submitted",
    )  # fmt: skip
    sample.add_argument(
        "--seed", type=int, default=0, metavar="K", help="another one for another class"
    )


def _sample_class(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.sample_class import make_class

    name, place = arguments.name, arguments.output
    make_class(
        root_of(arguments),
        name,
        place / "submitted",
        arguments.students,
        arguments.seed,
        lambda numbers: tqdm(numbers, desc=name, unit=" students"),
    )
    print(f"{arguments.students} made-up submissions in {place / 'submitted'}")
    print(f"next    ce-course grade {name} --submitted {place / 'submitted'} --output {place}")
    return 0
