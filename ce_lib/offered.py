"""Which functions of the course an answer may call: in the notebook as at grading.

At grading the library stands outside the sandbox and answers only what the part of the problem set
offers. In a notebook it lies open, and a check that passes there with a ready-made function would
earn nothing later. So ``ce_lib.checks`` calls the student's function under ``only_offered``.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import json
import os
import sys
import types
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

__all__ = ["everything_offered", "only_offered", "own_means", "table"]

#: NumPy's functions that are a task themselves; the others are its arithmetic.
NUMPYS = frozenset({"norm"})

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
#: Whose calls are the student's own: these files only hand a call on.
_PASSED_THROUGH = (contextlib.__file__, functools.__file__)
#: Calls of the student's function come from here, so what they reach is what the student asks for.
_OUTSIDE = (_HERE + "checks.py",)


_everything = contextvars.ContextVar("_everything", default=False)


@contextlib.contextmanager
def everything_offered() -> Iterator[None]:
    """Lift the rule: our own shorthand for a mistake may say `return ce.angle(u, v)`."""
    token = _everything.set(True)
    try:
        yield
    finally:
        _everything.reset(token)


@functools.cache
def table() -> dict[str, frozenset[str]]:
    """``task -> the library's functions that may serve for it``; `ce-course release` writes it."""
    try:
        text = (resources.files("ce_lib") / "data" / "offered.json").read_text("utf-8")
    except FileNotFoundError:  # in the sandbox, where the judge says what is offered
        return {}
    return {task: frozenset(names) for task, names in json.loads(text).items()}


@contextlib.contextmanager
def only_offered(task: str, function: Callable[..., Any]) -> Iterator[None]:
    """Let ``function``, an answer to ``task``, call what the task offers of the library.

    Raises
    ------
    RuntimeError
        Inside ``function``, where it calls another function of the library; it says which one.
    """
    offered = table().get(task)
    # what stands for a function in another process is watched there
    elsewhere = type(function).__module__.startswith("ce_lib.grading")
    if offered is None or _everything.get() or elsewhere:
        yield
        return

    def watch(frame: types.FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        _refuse_numpys(task, frame)
        if not _ours(frame):
            return
        caller = frame.f_back
        while caller is not None and caller.f_code.co_filename in _PASSED_THROUGH:
            caller = caller.f_back
        name = frame.f_code.co_qualname.partition(".")[0]
        if (caller is None or not _ours(caller)) and name not in offered:
            raise RuntimeError(
                f"ce_lib's {name} is ready-made, and not offered here: write it yourself. "
                "At grading, too, a call of it earns nothing."
            )

    with _watched_by(watch):
        yield


@contextlib.contextmanager
def own_means(function: Any) -> Iterator[None]:
    """At grading: let ``function`` not be NumPy's of the same name, where that is the task.

    Raises
    ------
    RuntimeError
        Inside ``function``, where it calls that.
    """
    task = getattr(function, "__name__", "")
    if not isinstance(task, str) or task not in NUMPYS:
        yield
        return

    def watch(frame: types.FrameType, event: str, _: Any) -> None:
        if event == "call":
            _refuse_numpys(task, frame)

    with _watched_by(watch):
        yield


@contextlib.contextmanager
def _watched_by(watch: Callable[[types.FrameType, str, Any], None]) -> Iterator[None]:
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _refuse_numpys(task: str, frame: types.FrameType) -> None:
    if (
        task in NUMPYS
        and frame.f_code.co_name == task
        and f"{os.sep}numpy{os.sep}" in frame.f_code.co_filename
    ):
        raise RuntimeError(f"NumPy's {task} is ready-made: here it is yours to write")


def _ours(frame: types.FrameType) -> bool:
    name = frame.f_code.co_filename
    return name.startswith(_HERE) and name not in _OUTSIDE and name != __file__
