"""Bounds on what a test itself may cost, for tests whose work depends on what a student wrote.

A derivation, for example, is text that the judge proves; proving can take any time. The bounds are
on processor time, so a busy machine changes no verdict.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

__all__ = ["ENOUGH", "TOO_MUCH", "patience"]

#: Seconds of processor time after which a test is interrupted, and after which its process ends.
ENOUGH = 20.0
TOO_MUCH = 60.0


@contextlib.contextmanager
def patience(enough: float = ENOUGH, too_much: float = TOO_MUCH) -> Iterator[None]:
    """Within this context, raise TimeoutError after ``enough`` seconds of processor time.

    A computation that does not return to Python cannot be interrupted; after ``too_much`` seconds
    the process is ended, which costs this submission alone. Does nothing outside the main thread
    and where there are no such timers.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGPROF"):
        yield
        return

    def interrupt(*_: Any) -> None:
        raise TimeoutError(f"checking this took more than {enough:g} s of computing")

    soft = signal.signal(signal.SIGPROF, interrupt)
    hard = signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, enough)
    signal.setitimer(signal.ITIMER_VIRTUAL, too_much)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGPROF, soft)
        signal.signal(signal.SIGVTALRM, hard)
