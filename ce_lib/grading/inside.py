"""What is inside the walls: files of ours, read-only packages, an interpreter, and nothing else."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import re
import shutil
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from .isolate import is_root

__all__ = ["bubblewrap", "environment", "find_packages", "interpreter", "lay_out"]

#: What every worker needs, and what a problem set may import besides.
BASE = ("numpy", "ipython", "matplotlib")

#: Folders of the system where other packages may hold what students are asked to write.
HIDDEN = ("/usr/lib/python3/dist-packages", "/usr/local", "/usr/share/doc", "/usr/src")

#: The modules of this package that run behind the walls.
WORKERS = ("fresh", "isolate", "pictures", "shell", "telling", "template", "wire", "worker")

HERE = Path(__file__).resolve().parent


def lay_out(folder: Path, near: dict[str, str]) -> Path:
    """The only files of ours that a worker sees, as a package ``ce_lib``."""
    top = folder / "engine"
    package = top / "ce_lib"
    (package / "grading").mkdir(parents=True)
    shutil.copyfile(HERE / "facade.py", package / "__init__.py")
    for name in ("behaviour", "checks", "choice", "differences", "offered"):
        _copy(HERE.parent / f"{name}.py", package)
    for name in WORKERS:
        _copy(HERE / f"{name}.py", package / "grading")
    (package / "grading" / "__init__.py").touch()
    (package / "near").mkdir()
    for name, text in (near or {"__init__.py": "NEAR = {}\n"}).items():
        (package / "near" / name).write_text(text, "utf-8")
    # readable by the user that root turns into
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return top


def _copy(file: Path, into: Path) -> None:
    """Copy a module and, if it is compiled already, what came of that."""
    shutil.copy2(file, into)
    compiled = Path(importlib.util.cache_from_source(str(file)))
    if compiled.is_file():  # Python looks whether it belongs to the source
        target = into / compiled.parent.name
        target.mkdir(exist_ok=True)
        shutil.copyfile(compiled, target / compiled.name)


def interpreter(walled: bool) -> list[str]:
    """The command that starts this Python, as it is called behind the walls."""
    python, prefix = os.path.realpath(sys.executable), os.path.realpath(sys.base_prefix)
    if not walled:
        return [python, "-s", "-P"]
    if not _of_system(prefix):
        python = os.path.join("/python", os.path.relpath(python, prefix))
    return [python, "-S", "-s", "-P"]


def environment(walled: bool, layout: Path, folder: Path) -> dict[str, str]:
    """All the environment that a template has."""
    found = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "/engine:/packages",
        "LD_LIBRARY_PATH": "/python/lib",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/tmp",
        "IPYTHONDIR": "/tmp/ipython",
        "HOME": "/tmp/home",
        # one thread each: the class is what runs in parallel
        **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
    if not walled:
        home = folder / "home"
        home.mkdir()
        found["PYTHONPATH"] = os.pathsep.join([str(layout), *_site_folders()])
        found["HOME"] = found["MPLCONFIGDIR"] = str(home)
        found["IPYTHONDIR"] = str(home / "ipython")
        found["PATH"] = os.environ.get("PATH", "")
        del found["LD_LIBRARY_PATH"]
    return found


def bubblewrap(layout: Path, packages: Iterable[str]) -> list[str]:
    """The command that raises the walls; what runs behind them is to be appended."""
    command = [shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    if not is_root():
        # root needs no user namespace, and turns into nobody inside
        command += ["--unshare-user"]
    for folder in ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin"):
        if os.path.islink(folder):
            command += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            command += ["--ro-bind", folder, folder]
    for file in ("/etc/ld.so.cache", "/etc/localtime"):
        command += ["--ro-bind-try", file, file]
    command += _python(os.path.realpath(sys.base_prefix))
    command += ["--proc", "/proc", "--dir", "/dev", "--dir", "/packages"]
    # what the template needs while it warms up; each worker gets its own on top of it
    command += ["--perms", "1777", "--tmpfs", "/tmp"]
    for device in ("null", "zero", "random", "urandom"):
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    hidden = [folder for folder in HIDDEN if os.path.isdir(folder)]
    for folder in hidden:
        command += ["--tmpfs", folder]
    for name, path in find_packages(packages).items():
        command += ["--ro-bind", str(path), f"/packages/{name}"]
    command += ["--ro-bind", str(layout), "/engine"]
    for fonts in sorted(_font_cache().glob("fontlist-*.json")):
        command += ["--ro-bind", str(fonts), f"/tmp/{fonts.name}"]
    # each worker gets its own /tmp on top; nothing below it can be written
    for folder in hidden:
        command += ["--remount-ro", folder]
    return [*command, "--remount-ro", "/", "--chdir", "/"]


def _of_system(prefix: str) -> bool:
    return prefix == "/usr"


def _python(prefix: str) -> list[str]:
    """Bind an interpreter from outside /usr at /python, without what is installed into it."""
    if _of_system(prefix):
        return []
    command = ["--ro-bind", prefix, "/python"]
    stdlib = os.path.relpath(os.path.realpath(sysconfig.get_path("stdlib")), prefix)
    if os.path.isdir(os.path.join(prefix, stdlib, "site-packages")):
        installed = os.path.join("/python", stdlib, "site-packages")
        command += ["--tmpfs", installed, "--remount-ro", installed]
    return command


def _site_folders() -> list[str]:
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))] or [
        *site.getsitepackages()
    ]


def find_packages(packages: Iterable[str]) -> dict[str, Path]:
    """The files and folders of `BASE`, these distributions and all they require, by their names."""
    return _entries((*BASE, *packages))


@functools.cache
def _entries(packages: tuple[str, ...]) -> dict[str, Path]:
    from packaging.requirements import Requirement

    found: dict[str, Path] = {}
    waiting, seen = [name.lower() for name in packages], set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        for text in distribution.requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
        # the list of its files as text: to make a path of each takes a tenth of a second
        record = distribution.read_text("RECORD") or ""
        for top in sorted({re.split("[/,]", line, maxsplit=1)[0] for line in record.splitlines()}):
            if top in ("", "..", "__pycache__") or top in found:
                continue
            path = Path(str(distribution.locate_file(top)))
            if path.exists():
                found[top] = path
    return found


def _font_cache() -> Path:
    """Where matplotlib keeps its list of fonts; making it takes seconds, so it is made out here."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(os.environ.get("MPLCONFIGDIR") or os.path.join(home, "matplotlib"))
    if not any(folder.glob("fontlist-*.json")):
        import matplotlib
        import matplotlib.font_manager

        folder = Path(matplotlib.get_cachedir())
    return folder
