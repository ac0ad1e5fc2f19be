"""`python -m ce_lib.proof [--changed] [FILE ...]` is `ce-course prove`."""

import argparse
import sys

from .command import run

parser = argparse.ArgumentParser(prog="ce-course prove", description=__doc__)
parser.add_argument("files", nargs="*", help="pages, Python files or directories")
parser.add_argument("--changed", action="store_true", help="only what changed since it was proved")
options = parser.parse_args()
sys.exit(run(options.files, options.changed))
