"""The process that holds the templates: bubblewrap around them, or, where asked for, nothing."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from .inside import bubblewrap, environment, interpreter, lay_out
from .isolate import is_root

__all__ = ["MODES", "Key", "SandboxError", "Walls", "advice"]

MODES = ("bubblewrap", "none")

#: Seconds for the template to import everything, on a busy machine.
PATIENCE = 90

#: What makes one sandbox serve for another: mode, packages, modules and files of `near`.
Key = tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]


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


class Walls:
    """A process with templates in it: one warms up, the others are forks of that one.

    Parameters
    ----------
    key : tuple
        The parameters of `Sandbox`.
    count : int
        How many templates; ``ends`` has a control socket to each.

    Raises
    ------
    SandboxError
        If it cannot be started; the message says what to do.
    """

    def __init__(self, key: Key, count: int = 1) -> None:
        mode, packages, modules, near = self.key = key
        inside = mode == "bubblewrap"
        if mode not in MODES:
            raise SandboxError(f"no sandbox {mode!r}: choose {' or '.join(MODES)}")
        if inside and (sys.platform != "linux" or not shutil.which("bwrap")):
            raise SandboxError(advice())
        # two judges may clear it away at the same moment
        self._folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed at the end)
        folder = Path(self._folder.name)
        layout = lay_out(folder, dict(near))
        pairs = [socket.socketpair() for _ in range(count)]
        self.ends = [ours for ours, _ in pairs]
        for ours in self.ends:
            ours.settimeout(PATIENCE)
            if inside:  # so that a template's first word comes with its process number out here
                ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        settings = {
            "controls": [theirs.fileno() for _, theirs in pairs],
            "modules": modules,
            "namespaces": inside,
            "root": inside and is_root(),
        }
        code = "from ce_lib.grading.template import main; main()"
        command = [*interpreter(inside), "-c", code, json.dumps(settings)]
        if inside:
            command = [*bubblewrap(layout, packages), "--", *command]
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                command,
                env=environment(inside, layout, folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno() for _, theirs in pairs],
                start_new_session=True,
            )
        except OSError as error:
            self.end()
            raise SandboxError(f"{error}; {advice()}") from error
        finally:
            for _, theirs in pairs:
                theirs.close()

    def keep(self, number: int) -> None:
        """In a fork of the process that made this: leave the other templates to the others."""
        self._process = None  # not this one's child
        for other, end in enumerate(self.ends):
            if other != number:
                end.close()

    def hand_over(self) -> None:
        """Leave the templates to the forks of this process: each ends with the one that has it."""
        for end in self.ends:
            end.close()

    def warm(self) -> None:
        """All is imported: clear away the files, so that who is killed leaves nothing behind."""
        if self.key[0] == "bubblewrap":
            self._folder.cleanup()

    def last_words(self) -> str:
        """The last line that was said inside."""
        if self._errors.closed:
            return ""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def end(self) -> None:
        """End the templates and everything in them."""
        self.hand_over()
        if self._process is not None:
            try:  # a template whose control socket closes ends by itself
                self._process.wait(0.5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self._errors.close()
        self._folder.cleanup()
