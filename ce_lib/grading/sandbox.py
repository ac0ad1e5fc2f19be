"""The walls around student code: bubblewrap around a warm template, a fork of it a submission.

Inside there is no network, no course, no home and no environment: the system's libraries and the
packages that a problem set uses, read-only, and a small private ``/tmp``. The library that
students study is not there either (see `facade`).
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import json
import os
import re
import shutil
import site
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from .isolate import is_root
from .wire import Channel

__all__ = ["MODES", "Sandbox", "SandboxError", "Worker", "advice", "probe"]

MODES = ("bubblewrap", "none")

#: What every worker needs, and what a problem set may import besides.
BASE = ("numpy", "ipython", "matplotlib")
#: Seconds for the template to import everything, on a busy machine.
PATIENCE = 90
#: Bytes of memory that one submission may hold, all its processes together.
MEMORY = 2_000_000_000

#: Folders of the system where other packages may hold what students are asked to write.
HIDDEN = ("/usr/lib/python3/dist-packages", "/usr/local", "/usr/share/doc", "/usr/src")

HERE = Path(__file__).resolve().parent
MESSAGE = 256


class SandboxError(Exception):
    """There is no sandbox, or it broke; the message says how to get one."""


def advice() -> str:
    """What to do where no sandbox can be had."""
    if sys.platform != "linux":
        return (
            "submissions run in a bubblewrap sandbox, which needs Linux: grade on a Linux machine "
            "or in a Linux container, or, for submissions that you trust like your own code, say "
            "--sandbox=none"
        )
    if not shutil.which("bwrap"):
        return (
            "bubblewrap is missing: on Debian or Ubuntu `sudo apt-get install bubblewrap`; or, for "
            "submissions that you trust like your own code, say --sandbox=none"
        )
    return (
        "bubblewrap is here but may not make a namespace: allow unprivileged user namespaces "
        "(sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu "
        "kernel.apparmor_restrict_unprivileged_userns=0), in a container run it with "
        "--security-opt seccomp=unconfined; or, for submissions that you trust like your own code, "
        "say --sandbox=none"
    )


def probe() -> str:
    """Why submissions cannot be run in a sandbox here; an empty string if they can."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        return advice()
    try:
        with Sandbox(packages=(), modules=()) as sandbox:
            worker = sandbox.fork()
            sandbox.end(worker)
    except SandboxError as error:
        return str(error)
    return ""


class Worker:
    """A forked worker: its process number inside the sandbox, and the channel to it."""

    def __init__(self, number: int, channel: Channel) -> None:
        self.number = number
        self.channel = channel


class Sandbox:
    """One warm template. Use it as a context manager.

    Parameters
    ----------
    mode : {"bubblewrap", "none"}
        ``"none"`` runs submissions as the user who grades, with resource limits only.
    packages : iterable of str
        Distributions that the problem set imports, besides `BASE`.
    modules : iterable of str
        Modules to import beforehand.

    Raises
    ------
    SandboxError
        If it cannot be started; the message says what to do.
    """

    def __init__(
        self,
        mode: str = "bubblewrap",
        packages: Iterable[str] = (),
        modules: Iterable[str] = ("numpy", "matplotlib.pyplot"),
    ) -> None:
        if mode not in MODES:
            raise SandboxError(f"no sandbox {mode!r}: choose {' or '.join(MODES)}")
        self.mode = mode
        self.key = (mode, tuple(packages), tuple(modules))
        self._packages = tuple(packages)
        self._modules = list(modules)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._start()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- its life --------------------------------------------------------------------------------

    def _start(self) -> None:
        if self.mode == "bubblewrap" and (sys.platform != "linux" or not shutil.which("bwrap")):
            raise SandboxError(advice())
        ours, theirs = socket.socketpair()
        self._folder = tempfile.TemporaryDirectory(prefix="grading-")
        layout = self._lay_out(Path(self._folder.name))
        inside = self.mode == "bubblewrap"
        settings = {
            "control": theirs.fileno(),
            "modules": self._modules,
            "namespaces": inside,
            "root": inside and is_root(),
        }
        code = "from ce_lib.grading.template import main; main()"
        python = os.path.realpath(sys.executable)
        prefix = os.path.realpath(sys.base_prefix)
        if inside and not _of_system(prefix):
            python = os.path.join("/python", os.path.relpath(python, prefix))
        command = [
            python,
            *(["-S"] if inside else []),
            "-s",
            "-P",
            "-c",
            code,
            json.dumps(settings),
        ]
        environment = {
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
        if inside:
            command = [*self._bubblewrap(layout), "--", *command]
        else:
            home = Path(self._folder.name) / "home"
            home.mkdir()
            environment["PYTHONPATH"] = os.pathsep.join([str(layout), *_site_folders()])
            environment["HOME"] = environment["MPLCONFIGDIR"] = str(home)
            environment["IPYTHONDIR"] = str(home / "ipython")
            environment["PATH"] = os.environ.get("PATH", "")
            del environment["LD_LIBRARY_PATH"]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the sandbox)
        try:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(f"{error}; {advice()}") from error
        finally:
            theirs.close()
        self._control = ours
        ours.settimeout(PATIENCE)
        self._ready = False

    def _await(self) -> None:
        """Wait until the template is warm; starting it does not wait, so many warm together."""
        if not self._ready:
            if self._hear() != b"R":
                raise self._broken("it did not start")
            self._ready = True
            if self.mode == "bubblewrap" and self._folder is not None:
                # all is imported; a grader that is killed leaves nothing behind
                self._folder.cleanup()
                self._folder = None

    def _hear(self) -> bytes:
        assert self._control is not None
        data = b""
        try:
            while len(data) < MESSAGE:
                part = self._control.recv(MESSAGE - len(data))
                if not part:
                    break
                data += part
        except OSError:
            data = b""
        return data.strip()

    def _broken(self, what: str) -> SandboxError:
        lines = []
        if not self._errors.closed:
            self._errors.seek(0)
            lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        last = lines[-1] if lines else "no message"
        self.close()
        if last.startswith("bwrap:") or "namespace" in last:
            return SandboxError(f"the sandbox failed ({last}): {advice()}")
        return SandboxError(f"the sandbox failed: {what} ({last})")

    def close(self) -> None:
        """End the template and everything in it."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:  # a template whose control socket closes ends by itself
                self._process.wait(0.5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
            self._errors.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @property
    def pid(self) -> int:
        """The process of bubblewrap, or of the template where there is none."""
        return self._process.pid if self._process else 0

    # -- workers ---------------------------------------------------------------------------------

    def fork(self) -> Worker:
        """Make a worker, with nothing of another submission in it."""
        self._await()
        ours, theirs = socket.socketpair()
        assert self._control is not None
        try:
            socket.send_fds(self._control, [b"F".ljust(MESSAGE)], [theirs.fileno()])
        except OSError as error:
            raise self._broken("it is gone") from error
        finally:
            theirs.close()
        told = self._hear()
        if not told.startswith(b"P"):
            ours.close()
            raise self._broken(told[1:].decode("utf-8", "replace") or "no worker")
        return Worker(int(told[1:]), Channel(ours))

    def interrupt(self, worker: Worker) -> None:
        """What Ctrl-C does."""
        with contextlib.suppress(OSError):
            assert self._control is not None
            self._control.sendall(
                b"I%d" % worker.number + b" " * (MESSAGE - 1 - len(str(worker.number)))
            )

    def end(self, worker: Worker) -> None:
        """End the worker and all that it started."""
        worker.channel.close()
        if self._control is None:
            return
        try:
            self._control.sendall((b"K%d" % worker.number).ljust(MESSAGE))
        except OSError as error:
            raise self._broken("it is gone") from error
        if self._hear() != b"k":
            raise self._broken("it is gone")

    def memory(self) -> int:
        """Bytes that the worker and all it started hold, the template's share not counted."""
        total, waiting, level = 0, [self.pid], 0
        while waiting and level < 3000:
            number = waiting.pop()
            level += 1
            try:
                path = f"/proc/{number}/task/{number}/children"
                waiting.extend(int(n) for n in Path(path).read_text().split())
                resident, shared = Path(f"/proc/{number}/statm").read_text().split()[1:3]
            except (OSError, ValueError):
                continue
            total += max(0, int(resident) - int(shared))
        return total * os.sysconf("SC_PAGE_SIZE")

    # -- what is inside --------------------------------------------------------------------------

    @staticmethod
    def _lay_out(folder: Path) -> Path:
        """The only files of ours that a worker sees, as a package ``ce_lib``."""
        top = folder / "engine"
        package = top / "ce_lib"
        (package / "grading").mkdir(parents=True)
        shutil.copyfile(HERE / "facade.py", package / "__init__.py")
        for name in ("behaviour", "checks", "offered"):
            shutil.copyfile(HERE.parent / f"{name}.py", package / f"{name}.py")
        for name in ("wire", "isolate", "worker", "template"):
            shutil.copyfile(HERE / f"{name}.py", package / "grading" / f"{name}.py")
        (package / "grading" / "__init__.py").touch()
        # readable by the user that root turns into
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        return top

    def _bubblewrap(self, layout: Path) -> list[str]:
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
        for name, path in find_packages(self._packages).items():
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
        for file in distribution.files or []:
            top = file.parts[0]
            if top in ("..", "__pycache__") or top in found:
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


def wait_until(deadline: float) -> float:
    """Seconds left until ``deadline``, at least 0."""
    return max(0.0, deadline - time.monotonic())
