"""What hidden tests ask of a student's functions, kept apart from all that the student will see.

A hidden call answers, prints and warns for the grader alone. Its reply can be recorded and given
again: then the same tests say the same without calling anything, and no function of the student's
has ever seen what hidden tests are made of.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from ce_lib.checks import Check

from .hidden import HIDDEN
from .remote import Remote
from .sandbox import Sandbox
from .session import Limits, ProcessEnded, Session

__all__ = ["Reply", "Witness", "for_both"]

#: A worker's reply with its arrays, or the exception that came in place of one.
Reply = tuple[dict[str, Any], list[bytes]] | BaseException

_AT = Check.at.__code__


class Witness(Session):
    """A `Session` that notes the replies to hidden calls, or gives those of another one.

    Parameters
    ----------
    sandbox, limits
        As for `Session`.
    replies : sequence, optional
        What to answer to hidden calls, in their order; the worker is not asked.
    """

    def __init__(
        self, sandbox: Sandbox, limits: Limits | None = None, replies: Sequence[Reply] | None = None
    ) -> None:
        super().__init__(sandbox, limits)
        self.heard: list[Reply] = []
        self._replies = None if replies is None else iter(replies)
        self._test = ""
        self._hidden_lines: frozenset[int] = frozenset()
        self._page: TextIO | None = None
        self._aside = io.StringIO()

    def watch(self, test: str, hidden_lines: frozenset[int], page: TextIO) -> None:
        """From here on this test cell runs, whose code is called ``<test>``; it prints to a page.

        What a function prints when it is called in one of the hidden lines does not get there.
        """
        self._test, self._hidden_lines, self._page = f"<{test}>", hidden_lines, page
        self._aside = io.StringIO()

    @property
    def aside(self) -> str:
        """What was printed in hidden lines of the test cell."""
        return self._aside.getvalue()

    def call(
        self, remote: Remote, args: Any, kwargs: dict[str, Any], method: str | None = None
    ) -> Any:
        # a check has seen to it itself
        if not self._hidden_lines or sys.stdout is not self._page or not self._is_hidden():
            return super().call(remote, args, kwargs, method)
        with contextlib.redirect_stdout(self._aside), contextlib.redirect_stderr(self._aside):
            return super().call(remote, args, kwargs, method)

    def _request(
        self, build: Callable[[], tuple[dict[str, Any], list[bytes]]], seconds: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        if not self._hidden_lines or not self._is_hidden():
            return super()._request(build, seconds)
        if self._replies is not None:
            reply = next(self._replies, ProcessEnded("not asked before"))
        else:
            try:
                reply = super()._request(build, seconds)
            except BaseException as error:
                reply = error
            self.heard.append(reply)
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def _is_hidden(self) -> bool:
        """Whether a hidden part of the test asks: a check that knows it, or a line of its own."""
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code is _AT:
                return bool(frame.f_locals["self"].is_hidden)
            if frame.f_code.co_filename == self._test:
                return frame.f_lineno in self._hidden_lines
            frame = frame.f_back  # type: ignore[assignment]
        return False


def for_both(
    shown: dict[str, Any], whole: dict[str, Any], scores: dict[str, float | None]
) -> dict[str, Any]:
    """One notebook with the outputs of two runs: what the student sees, and for the grader all.

    Parameters
    ----------
    shown : dict
        The notebook of the run in which hidden tests called nothing.
    whole : dict
        That of the run which counts.
    scores : dict
        ``grade_id -> points`` of the latter.
    """
    cells = []
    for theirs, ours in zip(shown["cells"], whole["cells"], strict=True):
        made = ours
        if "outputs" in ours:
            seen, all_of_it = _visible(theirs["outputs"]), _visible(ours["outputs"])
            if seen != all_of_it:
                made = {**ours, "outputs": _merged(seen, ours["outputs"])}
                points = scores.get(ours["id"])
                if ours["id"] in scores and points is not None:
                    made["outputs"] = _scored(made["outputs"], points, ours["execution_count"])
        cells.append(made)
    return {**whole, "cells": cells}


def _visible(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        output
        for output in outputs
        if output["output_type"] != "execute_result" and not output.get("metadata", {}).get(HIDDEN)
    ]


def _merged(seen: list[dict[str, Any]], outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    merged = list(seen)
    for output in outputs:
        if output.get("metadata", {}).get(HIDDEN):
            merged.append(output)
        elif output["output_type"] != "execute_result" and output not in seen:
            merged.append(_hidden(output))
    return merged


def _hidden(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] in ("stream", "error"):
        text = output.get("text") or "\n".join(output["traceback"])
        data = {"text/plain": f"Hidden from the student, whose code keeps what it saw:\n{text}"}
    else:
        data = output["data"]
    metadata = {**output.get("metadata", {}), HIDDEN: True}
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def _scored(outputs: list[dict[str, Any]], points: float, count: int) -> list[dict[str, Any]]:
    """With the points, as nbgrader reads them: an error is none, the first result is all."""
    kept = [
        {"output_type": "stream", "name": "stdout", "text": "\n".join(output["traceback"]) + "\n"}
        if output["output_type"] == "error"
        else output
        for output in outputs
    ]
    result = {"output_type": "execute_result", "data": {"text/plain": repr(float(points))}}
    return [*kept, {**result, "execution_count": count, "metadata": {}}]
