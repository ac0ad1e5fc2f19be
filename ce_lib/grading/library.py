"""The course library, as a submission may ask for it: public functions, modules and constants.

Its functions return the same for the same arguments, so an answer is remembered: the same training
run is asked about by every submission that gets it right. An answer depends on the bytes of its
question alone, so nothing of one submission can show in another.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .stranger import base_names
from .wire import ProtocolError, decode, encode, frame

__all__ = ["library_answer", "library_object", "told_error", "told_value"]

#: Elements of an array that the course library is asked about.
MAX_QUESTION_SIZE = 2_000_000
#: Answers that are remembered, and bytes of the arrays of a question and of an answer among them.
MOST = 8_000
MOST_BYTES = 2_000


def library_object(path: str) -> Any:
    """What ``ce_lib.<path>`` is, if it is a public function, module or constant of the library.

    Its mathematics, that is, as ``ce_lib.__all__`` lists it: never the grader or the commands.
    """
    return _library_object(path) if len(path) <= 200 else None


@functools.lru_cache(maxsize=256)
def _library_object(path: str) -> Any:
    here: Any = importlib.import_module("ce_lib")
    parts = path.split(".")
    if parts[0] not in here.__all__:
        return None
    for part in parts:
        if part.startswith("_") or not isinstance(here, types.ModuleType):
            return None
        here = getattr(here, part, None)
    if isinstance(here, types.ModuleType):
        return here if here.__name__.startswith("ce_lib.") else None
    if isinstance(here, types.FunctionType):
        return here if here.__module__.startswith("ce_lib.") else None
    if isinstance(here, (int, float, str, np.ndarray)):
        return here
    return None


class _Reference(Exception):
    """A question holds something that is no plain data."""


_remembered: dict[tuple[str, str, tuple[bytes, ...]], bytes] = {}


def library_answer(
    path: str, what: Any, told: Any, arrays: list[bytes], allowed: Callable[[str], bool]
) -> bytes:
    """The answer to a question about ``ce_lib.<path>``, as a frame.

    Parameters
    ----------
    path : str
        What is asked about.
    what : str
        ``"call"``, or ``"describe"`` for what it is.
    told, arrays : list
        The arguments as they came: a list and a dict.
    allowed : callable
        Whether this part of the problem set may use a function of this name.

    Raises
    ------
    ProtocolError
        If ``told`` is no arguments.
    Exception
        What the function raises, or why it may not be called.
    """
    found = library_object(path)
    if found is None or not callable(found) or what == "describe":
        return told_value(lambda: _description(found))
    if not allowed(path.rpartition(".")[2]):
        raise RuntimeError(f"ce_lib.{path} is not available here: write it yourself")
    small = _same_each_time(found) and sum(map(len, arrays)) <= MOST_BYTES
    key = path, repr(told) if small else "", tuple(arrays)
    small = small and len(key[1]) <= MOST_BYTES
    if small and key in _remembered:
        answer = _remembered[key] = _remembered.pop(key)  # the last to be forgotten
        return answer
    args, kwargs = (_arguments(path, told[n], arrays) for n in (0, 1))
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise ProtocolError("not arguments")
    for value in (*args, *kwargs.values()):
        if np.size(value) > MAX_QUESTION_SIZE:
            raise ValueError(f"ce_lib.{path}: more than {MAX_QUESTION_SIZE} elements")
    answer = told_value(lambda: found(*args, **kwargs))
    if small and len(answer) <= MOST_BYTES:
        if len(_remembered) >= MOST:
            del _remembered[next(iter(_remembered))]
        _remembered[key] = answer
    return answer


@functools.lru_cache(maxsize=256)
def _same_each_time(function: Callable[..., Any]) -> bool:
    return "seed" not in inspect.signature(function).parameters  # without one, it draws


def _description(found: Any) -> tuple[str, Any]:
    if found is None:
        return ("missing", None)
    if isinstance(found, types.ModuleType):
        return ("module", None)
    if not callable(found):
        return ("value", found)
    return ("function", inspect.getdoc(found))


def _arguments(path: str, told: Any, arrays: list[bytes]) -> Any:
    def refuse(_: list[Any]) -> Any:
        raise _Reference

    try:
        return decode(told, arrays, refuse)
    except _Reference:
        raise TypeError(
            f"ce_lib.{path} cannot call a function of yours at grading, nor take an object: "
            "give it numbers, lists and arrays"
        ) from None


def _refuse(value: Any) -> list[Any]:
    raise TypeError(f"a {type(value).__name__} cannot be given to a student's function")


def told_value(function: Callable[[], Any], export: Callable[[Any], list[Any]] = _refuse) -> bytes:
    """What a function returns and which warnings it gives, as the frame of an answer."""
    parts: list[bytes] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer: dict[str, Any] = {"value": encode(function(), parts, export)}
    answer["warned"] = [[base_names(w.category), str(w.message)[:500]] for w in caught[:20]]
    return frame(answer, parts)


def told_error(error: BaseException) -> bytes:
    """An exception as the frame of an answer."""
    return frame({"error": {"bases": base_names(type(error)), "message": str(error)[:500]}}, [])
