"""Exceptions in plain data, from the worker to the judge and back."""

from __future__ import annotations

import builtins
import linecache
import traceback
import types
from typing import Any

__all__ = ["bases", "builtin", "raised", "told"]


def bases(kind: type) -> list[str]:
    """The names of the exception and of its built-in bases, nearest first."""
    mine = [c.__name__ for c in kind.__mro__ if getattr(builtins, c.__name__, None) is c]
    return [kind.__name__[:80], *mine]


def builtin(bases: list[str], kind: type, otherwise: type) -> Any:
    found = (getattr(builtins, name, None) for name in bases)
    return next((c for c in found if isinstance(c, type) and issubclass(c, kind)), otherwise)


def raised(told: dict[str, Any]) -> BaseException:
    return builtin(told["bases"], Exception, RuntimeError)(told["message"])


def told(error: BaseException) -> dict[str, Any]:
    """An exception in words: its type, what it says, and where in the student's cells it arose."""
    try:
        message = str(error)
    except BaseException:
        message = ""
    lines = []
    try:
        for frame in traceback.extract_tb(_traceback(error))[-60:]:
            if frame.filename.startswith("<") and linecache.getline(
                frame.filename, frame.lineno or 1
            ):
                where = f"{frame.filename.strip('<>')}, line {frame.lineno}"
                lines.append([where, frame.name[:80], (frame.line or "")[:300]])
        if isinstance(error, SyntaxError) and error.lineno:
            where = f"{str(error.filename).strip('<>')[:80]}, line {error.lineno}"
            lines.append([where, "", str(error.text or "").rstrip()[:300]])
            message = str(error.msg)
    except BaseException:
        lines = []
    return {"bases": bases(type(error)), "message": message[:2000], "lines": lines[-12:]}


def _traceback(error: BaseException) -> types.TracebackType | None:
    return error.__traceback__
