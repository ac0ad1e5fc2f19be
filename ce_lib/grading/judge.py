"""Run the tests of a problem set on one submission, in a process that no student code enters.

A test cell runs unchanged. The names in it that are ours, such as ``check`` and ``np``, are ours;
a name that is the student's is a proxy, which asks the worker and brings back plain data.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import io
import random
import time
import traceback
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ce_lib.behaviour import known_misconceptions
from ce_lib.checks import details_of_hidden

from .hidden import BEHIND, HIDDEN, behind, hidden_lines, mark_hidden
from .keeping import forgets
from .patience import patience
from .problem import Cell, Problem
from .records import Behaved
from .sandbox import Sandbox
from .session import Limits
from .witness import Witness, for_both

__all__ = ["Verdict", "judge"]

#: Characters that a test cell may print; what student code prints is part of it.
TEST_OUTPUT = 20_000

BUILTINS = frozenset(dir(builtins))


@dataclass
class Verdict:
    """What the machine has to say on one submission."""

    notebook: dict[str, Any]  # ours, with the answers and all outputs
    scores: dict[str, float | None]  # by grade_id; None where a person has to judge
    unanswered: set[str] = field(default_factory=set)  # answer cells as they were given out
    seconds: float = 0.0
    behaved: list[Behaved] = field(default_factory=list)  # the known mistakes that it resembles


class TestError(Exception):
    """A test cell ends with something that is no number of points: the problem set is at fault."""


def judge(
    problem: Problem, answers: dict[str, str], sandbox: Sandbox, limits: Limits | None = None
) -> Verdict:
    """Grade one submission's answers.

    Parameters
    ----------
    problem : Problem
        The problem set.
    answers : dict
        ``grade_id -> text`` of the cells that students write in.
    sandbox : Sandbox
        Where their code runs.
    limits : Limits, optional
        Seconds that it may take.

    Raises
    ------
    SandboxError
        If the sandbox failed; the submission can be graded again.
    """
    started = time.monotonic()

    def run(session: Witness) -> Verdict:
        try:
            return _Judge(problem, answers, session).run(started)
        finally:
            session.close()

    verdict = run(session := Witness(sandbox, limits))
    if session.heard and not forgets(problem, answers):
        # it may show later what hidden tests called it with: the student sees a run without them
        shown = run(Witness(sandbox, limits, session.heard))
        verdict.notebook = for_both(shown.notebook, verdict.notebook, verdict.scores)
        verdict.seconds = shown.seconds
    return verdict


class _Judge:
    def __init__(self, problem: Problem, answers: dict[str, str], session: Witness) -> None:
        self.problem = problem
        self.answers = answers
        self.session = session
        self.behaved: list[Behaved] = []
        self.space: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}

    def run(self, started: float) -> Verdict:
        verdict = Verdict({}, {}, behaved=self.behaved)
        cells = []
        for number, cell in enumerate(self.problem.cells, start=1):
            made = {**cell.released}
            if cell.id in self.problem.answers:
                made["source"] = self.answers[cell.id]
                if self.answers[cell.id] == cell.released["source"]:
                    verdict.unanswered.add(cell.id)
            if cell.code:
                made["execution_count"] = number
                made["outputs"] = []
                if cell.kind == "test":
                    points, made["outputs"] = self._test(cell, number)
                    verdict.scores[cell.id] = points
                elif cell.kind != "text":
                    made["outputs"] = self._cell(cell, made["source"], number)
            if cell.kind == "manual":
                verdict.scores[cell.id] = 0.0 if cell.id in verdict.unanswered else None
            cells.append(made)
        if self.session.broken:
            raise self.session.broken
        verdict.notebook = {
            "cells": cells,
            "metadata": self.problem.metadata,
            "nbformat": self.problem.nbformat[0],
            "nbformat_minor": self.problem.nbformat[1],
        }
        verdict.seconds = time.monotonic() - started
        return verdict

    # -- cells that run in the worker ------------------------------------------------------------

    def _cell(self, cell: Cell, source: str, number: int) -> list[dict[str, Any]]:
        if cell.judged:
            # imports and data of ours: the tests see our own copy of them
            with contextlib.suppress(Exception):
                exec(_compiled(cell.judged, cell.id)[0], self.space)
        ours = cell.kind == "locked"
        result = self.session.run(cell.id, source, self._may_use(cell), ours=ours)
        outputs = list(result["outputs"])
        for output in outputs:
            if "image/png" in output.get("data", {}):  # nbgrader frames one without in red
                output["metadata"] = {"image/png": {"alt": "the figure of this cell"}}
        if "error" in result:
            outputs.append(error_output(result["error"]))
        return outputs

    def _may_use(self, cell: Cell) -> Callable[[str], bool]:
        if cell.kind != "solution":  # cells of ours, and what a person judges
            return lambda name: True
        return self._allowed(cell)

    def _allowed(self, cell: Cell) -> Callable[[str], bool]:
        return self.problem.allowed[cell.id].__contains__

    # -- cells that run here ---------------------------------------------------------------------

    def _test(self, cell: Cell, number: int) -> tuple[float, list[dict[str, Any]]]:
        body, last, names = _compiled(cell.source, cell.id)
        self.session.begin_cell()
        self.session.allowed = self._allowed(cell)
        printed, hidden = io.StringIO(), hidden_lines(cell.source)
        self.session.watch(cell.id, hidden, printed)
        value: Any = None
        failure: BaseException | None = None
        random.seed(0)
        np.random.seed(0)
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(),
            np.errstate(),
            known_misconceptions(self.problem.misconceptions) as seen,
            details_of_hidden() as details,
            patience(),
        ):
            try:
                theirs = self.session.lookup(sorted(self._theirs(names)))
                space = {**self.space, **theirs, BEHIND: behind}
                exec(body, space)
                if last is not None:
                    value = eval(last, space)
                self.space.update({name: space[name] for name in cell.names if name in space})
            except BaseException as error:  # whatever a test or a proxy raises costs this cell
                failure = error
        if self.session.broken:
            raise self.session.broken
        found: dict[tuple[str, str], Behaved] = {}
        for like in seen:
            name = like.misconception.function_name, like.misconception.name
            found.setdefault(name, Behaved(cell.id, *name, like.same, like.calls))
        self.behaved += found.values()
        outputs: list[dict[str, Any]] = []
        if text := _cut(printed.getvalue()):
            outputs.append({"output_type": "stream", "name": "stdout", "text": text})
        if failure is not None:
            shown = error_output(failure)
            if _line(failure, cell) in hidden:
                details += shown["traceback"]
                text = "a part of this test that you do not see failed"
                shown = {**shown, "evalue": text, "traceback": [text]}
            outputs.append(shown)
        if self.session.aside:
            details.append(f"  printed meanwhile:\n{self.session.aside}")
        if details:
            outputs.append(for_grader("\n".join(details)))
        if failure is not None:
            return 0.0, outputs
        points = cell.points if value is None else value
        if (
            isinstance(points, bool)
            or not isinstance(points, int | float)
            or not 0 <= points <= cell.points
        ):
            raise TestError(
                f"the test {cell.id!r} ends with {type(value).__name__}, not with 0 to "
                f"{cell.points:g} points: correct it in solutions/"
            )
        outputs.append(
            {
                "output_type": "execute_result",
                "data": {"text/plain": repr(float(points))},
                "execution_count": number,
                "metadata": {},
            }
        )
        return float(points), outputs

    def _theirs(self, names: frozenset[str]) -> set[str]:
        """The names of a test cell that mean something of the student's."""
        asked = self.problem.asked
        return {n for n in names if n not in self.space and (n in asked or n not in BUILTINS)}


@functools.lru_cache(maxsize=512)
def _compiled(
    source: str, name: str
) -> tuple[types.CodeType, types.CodeType | None, frozenset[str]]:
    """A cell as code: its statements, its last expression, and the names it does not bind first."""
    tree = mark_hidden(ast.parse(source), hidden_lines(source))
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        expression = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
        last = compile(expression, f"<{name}>", "eval")
    names = {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)}
    return compile(tree, f"<{name}>", "exec"), last, frozenset(names)


def for_grader(text: str) -> dict[str, Any]:
    """An output that formgrader shows and a student's page does not."""
    return {
        "output_type": "display_data",
        "data": {"text/plain": _cut(f"Hidden from the student:\n{text}")},
        "metadata": {HIDDEN: True},
    }


def _line(error: BaseException, cell: Cell) -> int:
    """The line of the test cell in which an exception came up; 0 if there is none."""
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == f"<{cell.id}>"
    ]
    return lines[-1] if lines else 0


def error_output(error: BaseException) -> dict[str, Any]:
    """An exception in notebook format: what it says, and the student's lines that led to it."""
    name, text = type(error).__name__, str(error)[:2000]
    lines = []
    for where, inside, code in getattr(error, "student_lines", []):
        lines.append(f"  {where}" + (f", in {inside}" if inside not in ("", "<module>") else ""))
        if code:
            lines.append(f"    {code}")
    return {
        "output_type": "error",
        "ename": name,
        "evalue": text,
        "traceback": [*lines, f"{name}: {text}" if text else name],
    }


def _cut(text: str) -> str:
    if len(text) <= TEST_OUTPUT:
        return text
    half = TEST_OUTPUT // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
