"""`ce_lib` as a wheel, and the exercises with it in one file, for who has no copy of the course.

A student's own `pip install` of the wheel is all that a notebook of a problem set needs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

__all__ = ["WheelError", "build_wheel", "write_bundle"]

# The time in every file of the archives: built again from the same source they are the same.
_EPOCH = "315532800"
_SOURCE = ("pyproject.toml", "README.md", "LICENSE", "ce_lib")

_README = """\
Problem sets of the course "Cross-entropy, from the inner product to softmax"

You need Python 3.11 or newer. In this folder, on Linux or macOS:

    python3 -m venv env
    env/bin/pip install jupyterlab "./{wheel}[plotting,proof]"
    env/bin/jupyter lab

On Windows:

    py -m venv env
    env\\Scripts\\pip install jupyterlab ".\\{wheel}[plotting,proof]"
    env\\Scripts\\jupyter lab

Open a notebook in the list at the left. Each says what to do and checks what you wrote.
"""


class WheelError(Exception):
    """The wheel cannot be built; the message is what the build said."""


def build_wheel(root: Path, cache: Path) -> Path:
    """Return the wheel of `ce_lib` of the course at `root`, kept in the folder `cache`.

    It is built when the source has changed since; nothing is written below `root`, and nothing is
    fetched.

    Raises
    ------
    WheelError
        If the build fails.
    """
    files = [
        path
        for name in _SOURCE
        for path in ([root / name] if (root / name).is_file() else sorted((root / name).rglob("*")))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    kept = cache / digest.hexdigest()[:16]
    if found := sorted(kept.glob("*.whl")):
        return found[0]
    with tempfile.TemporaryDirectory() as folder:
        # Setuptools writes beside what it reads.
        source, out = Path(folder, "source"), Path(folder, "out")
        for path in files:
            copy = source / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
        command += ["--no-build-isolation", "--wheel-dir", str(out), str(source)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": _EPOCH}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=folder
        )
        made = sorted(out.glob("*.whl"))
        if done.returncode or not made:
            raise WheelError(f"the wheel of ce_lib cannot be built:\n{done.stderr.strip()}")
        shutil.rmtree(cache, ignore_errors=True)
        kept.mkdir(parents=True)
        return Path(shutil.move(made[0], kept / made[0].name))


def write_bundle(notebooks: list[Path], wheel: Path, out: Path) -> None:
    """Write the notebooks, the wheel and how to use them as one `.zip` file."""
    top = out.stem
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes) -> None:
            # a fixed time, for the sake of the same bytes
            archive.writestr(zipfile.ZipInfo(f"{top}/{name}", (1980, 1, 1, 0, 0, 0)), data,
                             zipfile.ZIP_DEFLATED)  # fmt: skip

        add("README.txt", _README.format(wheel=wheel.name).encode())
        add(wheel.name, wheel.read_bytes())
        for path in notebooks:
            add(f"{path.stem}/{path.name}", path.read_bytes())
