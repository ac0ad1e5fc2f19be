"""Which known mistake does a function behave like?

A misconception is a named wrong function with the hint that a student should read. A submission is
compared with it by what both return for the same calls, never by its text: however a student wrote
the slip, it shows in the numbers.
"""

from __future__ import annotations

import contextlib
import copy
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Call", "Likeness", "Misconception", "Outcome", "closest", "known_misconceptions"]

#: Numbers that are compared one by one faster than as an array.
FEW = 16
#: Types of what nobody can change.
CONSTANT = frozenset({bool, int, float, complex, str, type(None)})


@dataclass
class Call:
    """One call of the student's function: what went in and everything that came back."""

    text: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] | None = None
    value: Any = None
    error: BaseException | None = None
    warned: Sequence[str] = ()
    changed: bool = False
    failed: bool = False  # whether a check of this call failed
    key: Any = None  # what its arguments are known by, where outcomes are remembered


@dataclass(frozen=True)
class Outcome:
    """What a function does in one call, as far as two functions are compared by it."""

    value: Any = None
    error: str = ""  # the exception's type
    warned: bool = False
    changed: bool = False  # its arguments


@dataclass(frozen=True)
class Misconception:
    """A named wrong solution of one function."""

    name: str
    title: str  # what the student seems to have done, as the end of "it behaves as if ..."
    hint: str
    function_name: str
    function: Callable[..., Any]

    def outcome(self, call: Call) -> Outcome:
        """What the wrong solution does when it is called as the student's function was."""
        args, kwargs = copied((call.args, call.kwargs or {}))
        with (
            warnings.catch_warnings(record=True) as caught,
            contextlib.redirect_stdout(io.StringIO()),
            np.errstate(),
        ):
            warnings.simplefilter("always")
            try:
                value = self.function(*args, **kwargs)
            except Exception as error:
                return Outcome(error=type(error).__name__)
        changed = not unchanged((args, kwargs), (call.args, call.kwargs or {}))
        return Outcome(value, warned=bool(caught), changed=changed)


@dataclass(frozen=True)
class Likeness:
    """How far a submission behaves like a misconception: in ``same`` of ``calls`` calls."""

    misconception: Misconception
    same: int
    calls: int

    def __str__(self) -> str:
        share = f"all {self.calls}" if self.same == self.calls else f"{self.same} of {self.calls}"
        known = self.misconception
        return f"It behaves as if {known.title} (in {share} calls).\n{known.hint}"


_known: ContextVar[tuple[Misconception, ...]] = ContextVar("known", default=())
_seen: ContextVar[list[Likeness] | None] = ContextVar("seen", default=None)


@contextlib.contextmanager
def known_misconceptions(known: Sequence[Misconception]) -> Iterator[list[Likeness]]:
    """Within this context, checks that fail say which of these mistakes they saw.

    Yields the list in which each one said is noted, the likeliest of a check first.
    """
    seen: list[Likeness] = []
    tokens = _known.set(tuple(known)), _seen.set(seen)
    try:
        yield seen
    finally:
        _known.reset(tokens[0])
        _seen.reset(tokens[1])


def closest(name: str, calls: Sequence[Call], most: int = 2) -> list[Likeness]:
    """The known misconceptions of the function ``name`` that behave as these calls did.

    One counts only if it does what the submission did in every call that failed a check, and in
    most of all calls: a wrong number in common is evidence, a right one is not. The likeliest
    first; ties keep the order of the catalogue.
    """
    failed = [call for call in calls if call.failed]
    if not failed:
        return []
    found = []
    for known in _known.get():
        if known.function_name != name:
            continue
        # most mistakes are ruled out by the first call that failed a check
        if all(_alike(known.outcome(call), call) for call in failed):
            others = [_alike(known.outcome(call), call) for call in calls if not call.failed]
            same = len(failed) + sum(others)
            if 2 * same > len(calls):
                found.append(Likeness(known, same, len(calls)))
    found = sorted(found, key=lambda likeness: -likeness.same)[:most]
    if (seen := _seen.get()) is not None:
        seen += found
    return found


def _alike(outcome: Outcome, call: Call) -> bool:
    if outcome.error or call.error is not None:
        return outcome.error == (type(call.error).__name__ if call.error is not None else "")
    if (outcome.warned, outcome.changed) != (bool(call.warned), call.changed):
        return False
    return same_value(outcome.value, call.value)


def same_value(a: Any, b: Any) -> bool:
    """Equal up to rounding, with the same shape, or part by part; or equal as they are."""
    try:
        x, y = np.asarray(a), np.asarray(b)
        if x.dtype.kind in "fiubc" and y.dtype.kind in "fiubc":
            return x.shape == y.shape and close(x, y, rtol=1e-7, atol=0.0)
    except (TypeError, ValueError):  # results of different shapes, such as `return w, b`
        if isinstance(a, tuple | list) and isinstance(b, tuple | list) and len(a) == len(b):
            return all(map(same_value, a, b))
    return type(a) is type(b) and repr(a) == repr(b)


def close(x: np.ndarray, y: np.ndarray, rtol: float, atol: float) -> bool:
    """`numpy.allclose` of two arrays of one shape, where nan equals nan; several times as fast."""
    if x.dtype == y.dtype == np.float64:
        if x.size <= FEW:
            pairs = zip(x.ravel().tolist(), y.ravel().tolist(), strict=True)
            return all(
                a == b or abs(a - b) <= atol + rtol * abs(b) < np.inf or (a != a and b != b)
                for a, b in pairs
            )
        with np.errstate(all="ignore"):
            gap = np.abs(x - y)
            near = (gap <= atol + rtol * np.abs(y)) & np.isfinite(y)
        if near.all():
            return True
        if np.isfinite(gap[~near]).any():
            return False
    return bool(np.allclose(x, y, rtol=rtol, atol=atol, equal_nan=True))


def copied(value: Any) -> Any:
    """`copy.deepcopy`, faster for plain data."""
    kind = type(value)
    if kind is np.ndarray and value.dtype.kind != "O":
        return value.copy(order="K")
    if kind in (tuple, list):
        return kind(value) if CONSTANT.issuperset(map(type, value)) else kind(map(copied, value))
    if kind is dict:
        return {key: copied(item) for key, item in value.items()}
    return value if kind in CONSTANT else copy.deepcopy(value)


def unchanged(a: Any, b: Any) -> bool:
    """The same data, bit by bit, in arrays, containers and numbers."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes() and a.shape == b.shape
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(unchanged(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(unchanged, a, b))
    return bool(a == b or (a != a and b != b))
