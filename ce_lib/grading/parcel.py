"""What travels between the machines of a cluster: bytes, and how both ends know each other.

A task, what a student handed in and what came of it are packed as JSON and raw bytes, never
pickled. A `Course` is the part of a problem set that judging needs, and `versions` what both ends
must have in common, so that it does not matter where a submission is graded.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
import socket
import struct
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .engine import Given, Graded, Task
from .entries import Entry, Manual
from .problem import Problem
from .records import Behaved, Status
from .session import Limits

__all__ = [
    "course_files",
    "differences",
    "pack",
    "pack_answer",
    "pack_task",
    "receive",
    "send",
    "unpack",
    "unpack_answer",
    "unpack_task",
    "versions",
]

#: Bytes of the largest parcel: a notebook of the largest size, and what becomes of it.
LARGEST = 200_000_000
#: Distributions that a verdict or a page may depend on, besides those a problem set imports.
MATTER = ("numpy", "ipython", "matplotlib", "sympy", "mpmath", "nbconvert")
#: Parts of this package that take no part in grading.
APART = {"site", "plotting"}

_LENGTH = struct.Struct(">Q")


def pack(head: dict[str, Any], *parts: bytes) -> bytes:
    """One string of bytes from a dictionary of plain values and some strings of bytes."""
    text = json.dumps({**head, "lengths": [len(part) for part in parts]}).encode()
    return b"".join([_LENGTH.pack(len(text)), text, *parts])


def unpack(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What `pack` packed."""
    end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    head = json.loads(data[_LENGTH.size : end])
    parts = []
    for length in head.pop("lengths"):
        parts.append(bytes(data[end : end + length]))
        end += length
    return head, parts


def pack_task(task: Task, given: Given) -> bytes:
    """A task and what was handed in, without the paths of this machine."""
    head = {
        "name": task.name,
        "problem": task.problem,
        "student": task.student,
        "sandbox": task.sandbox,
        "limits": asdict(task.limits),
        "manual": asdict(task.manual),
        "note": given.note,
    }
    return pack(head, given.data)


def unpack_task(data: bytes, root: str) -> tuple[Task, Given]:
    """The task, for a machine on which the course lies at ``root``."""
    head, (notebook,) = unpack(data)
    scores = {name: (score, extra) for name, (score, extra) in head["manual"]["scores"].items()}
    task = Task(
        root=root,
        name=head["name"],
        problem=head["problem"],
        student=head["student"],
        notebook="",
        within="",
        output="",
        sandbox=head["sandbox"],
        manual=Manual(scores, head["manual"]["comments"]),
        limits=Limits(**head["limits"]),
    )
    return task, Given(notebook, note=head["note"])


def pack_answer(kind: str, why: str = "", graded: Graded | None = None) -> bytes:
    """What came of a task.

    Parameters
    ----------
    kind : {"graded", "sandbox", "ended", "refused"}
        ``"sandbox"``: it failed; ``"ended"``: the judging process ended, again and again;
        ``"refused"``: nothing can be graded there.
    why : str
        The reason, where it is not graded.
    graded : Graded, optional
        The verdict, where it is.
    """
    if graded is None:
        return pack({"kind": kind, "why": why})
    entry = {**vars(graded.entry)}
    # when it was handed in is not known where it is graded
    del entry["timestamp"]
    entry["status"] = entry["status"].value
    entry["unanswered"] = sorted(entry["unanswered"])
    entry["behaved"] = [asdict(one) for one in entry["behaved"]]
    page = graded.page.encode("utf-8", "surrogatepass")
    return pack({"kind": kind, "entry": entry}, graded.notebook.encode(), page)


def unpack_answer(data: bytes) -> tuple[str, str, Graded | None]:
    """Kind, reason and verdict, as in `pack_answer`."""
    head, parts = unpack(data)
    if not parts:
        return head["kind"], head["why"], None
    entry = Entry(**head["entry"])
    entry.status = Status(entry.status)
    entry.unanswered = frozenset(entry.unanswered)
    entry.behaved = tuple(Behaved(**one) for one in head["entry"]["behaved"])
    notebook, page = parts
    text = page.decode("utf-8", "surrogatepass")
    return head["kind"], "", Graded(entry, notebook.decode(), text)


# -- through a socket ----------------------------------------------------------------------------


def send(channel: socket.socket, data: bytes) -> None:
    """Send one parcel."""
    channel.sendall(_LENGTH.pack(len(data)))
    channel.sendall(data)


def receive(channel: socket.socket) -> bytes | None:
    """Receive one parcel; None if the other end is gone.

    Raises
    ------
    TimeoutError
        If nothing comes within the socket's timeout.
    """
    length = _exactly(channel, _LENGTH.size)
    if length is None or (size := _LENGTH.unpack(length)[0]) > LARGEST:
        return None
    return _exactly(channel, size)


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        try:
            part = channel.recv(min(size - len(found), 1 << 20))
        except TimeoutError:
            raise
        except OSError:
            return None
        if not part:
            return None
        found += part
    return bytes(found)


# -- what both ends must have in common ----------------------------------------------------------


def course_files(root: Path, problem: Problem) -> dict[str, bytes]:
    """The files, by path below the course's top level, from which a judge reads a problem set.

    Made on the coordinator: a judge needs neither Jupytext nor nbgrader's release.
    """
    name = problem.name
    made = Path("_build") / "nbgrader"
    wanted = [Path("solutions") / name / f"{name}.md"]
    wanted += [Path("solutions") / name / f"{part}.py" for part in ("misconceptions", "variants")]
    wanted += [made / "source" / name / f"{name}.ipynb", made / "released" / name / f"{name}.ipynb"]
    wanted += [made / "released" / name / f"{name}.digest"]
    return {str(path): (root / path).read_bytes() for path in wanted if (root / path).is_file()}


@functools.cache
def _code() -> str:
    top = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted([*top.rglob("*.py"), *(top / "data").rglob("*")]):
        inside = path.relative_to(top)
        if path.is_file() and inside.parts[0] not in APART and "__pycache__" not in inside.parts:
            digest.update(f"{inside}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def versions(packages: Iterable[str] = ()) -> dict[str, str]:
    """What this process would grade with: Python, this package's code, and what matters besides."""
    found = {"Python": platform.python_version(), "the code of ce_lib": _code()}
    for name in (*MATTER, *packages):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "none"
    return found


def differences(here: dict[str, str], there: dict[str, str]) -> str:
    """In which versions another process differs from this one, in words; empty if in none."""
    return ", ".join(
        f"{name} is {there.get(name, 'none')} there and {version} here"
        for name, version in here.items()
        if there.get(name, "none") != version
    )
