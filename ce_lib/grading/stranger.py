"""What comes back from student code, made harmless: text, exceptions, changed arguments, outputs.

All of it is data from a stranger. Each function here takes whatever was sent and returns something
of the right type and of a bounded size.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import numpy as np

from .wire import ProtocolError

__all__ = [
    "as_list",
    "base_names",
    "builtin",
    "checked_index",
    "clean_outputs",
    "one_line",
    "plain_text",
    "raised",
    "write_back",
]


def checked_index(value: Any) -> int:
    """A place in a list of ours."""
    if type(value) is not int or value < 0:
        raise ProtocolError("not a reference")
    return value


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def plain_text(value: Any, most: int) -> str:
    """Printable text of at most ``most`` characters."""
    if not isinstance(value, str):
        return ""
    value = value[:most].encode("utf-8", "replace").decode("utf-8")
    return CONTROL.sub("", value)


def one_line(value: Any, most: int) -> str:
    """Printable text without line breaks."""
    return " ".join(plain_text(value, most).split())


def base_names(kind: type) -> list[str]:
    """The names of a class and of its bases, nearest first."""
    return [c.__name__ for c in kind.__mro__]


#: Characters that move the cursor, ring the bell or end a string, but not tab and new line.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

#: Exceptions and warnings whose construction and text hold no surprise.
_PLAIN = {
    c.__name__: c
    for c in (
        *(ArithmeticError, AssertionError, AttributeError, EOFError, FloatingPointError),
        *(ImportError, IndexError, LookupError, MemoryError, ModuleNotFoundError, NameError),
        *(NotImplementedError, OSError, OverflowError, PermissionError, RecursionError),
        *(RuntimeError, StopIteration, SyntaxError, SystemExit, TimeoutError, TypeError),
        *(UnboundLocalError, ValueError, ZeroDivisionError, Exception),
        *(Warning, DeprecationWarning, FutureWarning, RuntimeWarning, UserWarning),
        *(PendingDeprecationWarning, SyntaxWarning, ImportWarning, UnicodeWarning, BytesWarning),
    )
}


def builtin(bases: Any, kind: type, otherwise: type) -> Any:
    """The nearest harmless built-in of these names that is a ``kind``."""
    found = (_PLAIN.get(name) for name in as_list(bases)[:30] if isinstance(name, str))
    return next((c for c in found if c is not None and issubclass(c, kind)), otherwise)


def raised(told: Any) -> BaseException:
    """The exception that student code raised, of the same built-in family, with its lines."""
    told = told if isinstance(told, dict) else {}
    bases = [one_line(name, 80) for name in as_list(told.get("bases"))[:30]]
    base = builtin(bases, BaseException, Exception)
    name = bases[0] if bases and bases[0].isidentifier() else base.__name__
    message = plain_text(told.get("message"), 2_000)
    lines = [
        [one_line(where, 100), one_line(inside, 80), one_line(code, 300)]
        for where, inside, code in (
            entry for entry in as_list(told.get("lines"))[-12:]
            if isinstance(entry, list) and len(entry) == 3
        )
    ]  # fmt: skip
    body = {
        "__init__": lambda self, *_: None,
        "__str__": lambda self: message,
        "__module__": "notebook",
        "student_lines": lines,
    }
    return type(name, (base,), body)()


def write_back(target: Any, changed: Any) -> None:
    """Do to the test's own arguments what the function did to its copies."""
    if isinstance(target, np.ndarray) and isinstance(changed, np.ndarray):
        if target.shape == changed.shape and target.dtype == changed.dtype:
            target[...] = changed
    elif isinstance(target, list) and isinstance(changed, list):
        if len(target) == len(changed):
            for index, (old, new) in enumerate(zip(target, changed, strict=True)):
                if isinstance(old, (np.ndarray, list, dict)):
                    write_back(old, new)
                elif isinstance(old, PLAIN):
                    target[index] = new
        else:
            target[:] = changed
    elif isinstance(target, tuple) and isinstance(changed, tuple):
        for old, new in zip(target, changed, strict=False):
            write_back(old, new)
    elif isinstance(target, dict) and isinstance(changed, dict):
        for key in list(target):
            if key not in changed:
                del target[key]
        for key, new in changed.items():
            if isinstance(target.get(key), (np.ndarray, list, dict)):
                write_back(target[key], new)
            else:
                target[key] = new


#: Values without parts of their own.
PLAIN = (type(None), bool, int, float, complex, str, bytes, tuple, set, np.generic)

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{4,16}\b")

#: Outputs of one cell that are kept.
MAX_OUTPUTS = 60


def clean_outputs(outputs: Any) -> list[dict[str, Any]]:
    """A cell's outputs in notebook format, with nothing in them but text and PNG pictures."""
    kept: list[dict[str, Any]] = []
    pictures = 0
    for output in as_list(outputs)[:MAX_OUTPUTS]:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append(
                {
                    "output_type": "stream",
                    "name": name,
                    "text": plain_text(output.get("text"), 51_000),
                }
            )
        elif kind in ("display_data", "execute_result"):
            given = output.get("data")
            given = given if isinstance(given, dict) else {}
            # where an object lies in memory differs from run to run, and says nothing
            shown = ADDRESS.sub("", plain_text(given.get("text/plain"), 11_000))
            data = {"text/plain": shown}
            picture = given.get("image/png")
            if isinstance(picture, str) and pictures < 8 and len(picture) < 1_400_000:
                try:
                    raw = base64.b64decode(picture, validate=True)
                except (binascii.Error, ValueError):
                    raw = b""
                if raw.startswith(b"\x89PNG\r\n\x1a\n"):
                    pictures += 1
                    data["image/png"] = picture
            kept.append({"output_type": "display_data", "data": data, "metadata": {}})
    return kept
