"""What a test cell of a problem set calls; a test cell reads like a specification.

    from ce_lib.checks import check

    (
        check(sigmoid)
        .at(0.0).gives(0.5, because="a score of 0 speaks for neither class")
        .at([-1e3, 1e3]).gives([0.0, 1.0]).without_warnings()
        .score(2)
    )

``at`` names the arguments of one call, each method after it checks one property of what came back,
and ``score`` prints what failed and returns the points earned: the share of the checks that passed.
nbgrader reads that number, the value of the cell's last expression, as partial credit.

A check never raises because of the student's code. What the function raises, prints or warns is
reported, and only counts where the task is about it. The function is only ever called with plain
data and only what it returns is looked at, so the same cell works where the function lives in
another process.
"""

from __future__ import annotations

import contextlib
import io
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import numpy as np

from ce_lib.behaviour import Call, closest, copied, unchanged
from ce_lib.choice import Choice, check_choice, loss_goes_to
from ce_lib.differences import call_text, difference, short
from ce_lib.offered import only_offered

__all__ = ["Check", "Choice", "check", "check_choice", "details_of_hidden", "loss_goes_to"]

#: Failed checks that a report spells out; one misconception mostly fails many checks at once.
SHOWN_FAILURES = 3


_details: ContextVar[list[str] | None] = ContextVar("details", default=None)


@contextlib.contextmanager
def details_of_hidden() -> Iterator[list[str]]:
    """Within this context, what hidden checks found is collected for the grader."""
    found: list[str] = []
    token = _details.set(found)
    try:
        yield found
    finally:
        _details.reset(token)


def check(function: Callable[..., Any], name: str | None = None) -> Check:
    """Start a specification of ``function``.

    Parameters
    ----------
    function : callable
        What the student wrote.
    name : str, optional
        How the report calls it; by default the function's own name.

    Raises
    ------
    TypeError
        If ``function`` cannot be called, for example because its name now holds an array.
    """
    if not callable(function):
        raise TypeError(
            f"expected a function to check, got {type(function).__name__}: "
            "is its name still that of your function, or did a later cell give it a value?"
        )
    return Check(function, name or str(getattr(function, "__name__", "your function")))


class Check:
    """A growing list of checks of one function; every method but ``score`` returns itself."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function = function
        self._name = name
        self._call: Call | None = None
        self._calls: list[Call] = []
        self._passed = 0
        self._failures: list[str] = []
        self._hidden = False
        self._hidden_failures: list[str] = []
        self._hidden_output = io.StringIO()
        self._missing = False

    def hidden(self, on: bool) -> Check:
        """From here on, or no longer: tell that checks failed, but not with what they failed.

        The grader says so of the hidden part of a test cell; neither its inputs nor what the
        student's function prints of them are for the student's eyes.
        """
        self._hidden = on
        return self

    @property
    def is_hidden(self) -> bool:
        """Whether it is told not to say with what checks fail."""
        return self._hidden

    # -- the call ------------------------------------------------------------------------------

    def at(self, *args: Any, **kwargs: Any) -> Check:
        """Call the function with these arguments; it gets copies, so no call can spoil another."""
        call = Call("")
        if not self._missing:
            before = copied((args, kwargs))
            call.args, call.kwargs = before
            args, kwargs = copied(before)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                out = self._hidden_output if self._hidden else sys.stdout
                # stock nbgrader takes every point of a cell that writes to stderr
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                    try:
                        with only_offered(self._name, self._function):
                            call.value = self._function(*args, **kwargs)
                    except NotImplementedError as error:
                        call.error = error
                        self._missing = True
                    except (Exception, SystemExit) as error:
                        call.error = error
            call.warned = [str(warning.message) for warning in caught]
            call.changed = not unchanged((args, kwargs), before)
            self._calls.append(call)
        self._call = call
        return self

    # -- properties of what came back ------------------------------------------------------------

    def gives(
        self, expected: Any, *, rtol: float = 1e-9, atol: float = 0.0, because: str = ""
    ) -> Check:
        """The call returns these numbers: same shape, each within ``atol + rtol * |expected|``.

        A list, a tuple or an array of any real dtype will do; nan equals nan. If ``expected`` is a
        tuple with an array in it, the call returns several results, and each is compared by itself.
        """
        return self._judge(lambda value: difference(value, expected, rtol, atol), because)

    def has_shape(self, shape: tuple[int, ...], *, because: str = "") -> Check:
        """The call returns an array (or a number, for ``()``) of this shape."""

        def problem(value: Any) -> str:
            got = np.shape(value)
            return "" if got == shape else f"returned shape {got}, expected {shape}"

        return self._judge(problem, because)

    def has_dtype(self, dtype: Any, *, because: str = "") -> Check:
        """The call returns NumPy values of this dtype."""

        def problem(value: Any) -> str:
            got = getattr(value, "dtype", type(value).__name__)
            return "" if got == np.dtype(dtype) else f"returned {got}, expected {np.dtype(dtype)}"

        return self._judge(problem, because)

    def without_warnings(self, *, because: str = "") -> Check:
        """The call raised no warning."""
        call = self._require_call()
        return self._judge(lambda _: f"warned: {call.warned[0]}" if call.warned else "", because)

    def leaves_arguments_unchanged(self, *, because: str = "") -> Check:
        """The call left its arguments as they were."""
        call = self._require_call()
        problem = "changed its argument in place" if call.changed else ""
        return self._judge(lambda _: problem, because)

    # -- the verdict -----------------------------------------------------------------------------

    def score(self, points: float) -> float:
        """Print the report and return the points earned, in proportion to the checks passed."""
        failed = len(self._failures) + len(self._hidden_failures)
        total = self._passed + failed
        if total == 0:
            raise ValueError(
                f"no check of {self._name}: add .at(...).gives(...) before .score(...)"
            )
        self._tell_grader()
        if not failed:
            print(f"✓ {self._name}: all {total} checks passed.")
            return float(points)
        with contextlib.redirect_stdout(loss_goes_to()):
            self._tell_of_loss(total)
        return 0.0 if self._missing else round(points * self._passed / total, 2)

    def _tell_of_loss(self, total: int) -> None:
        if self._missing:
            print(
                f"✗ {self._name} is not written yet: replace the line `raise NotImplementedError`."
            )
            return
        print(f"✗ {self._name}: {self._passed} of {total} checks passed.")
        for failure in self._failures[:SHOWN_FAILURES]:
            print(failure)
        if (more := len(self._failures) - SHOWN_FAILURES) > 0:
            print(f"  … and {more} more")
        if count := len(self._hidden_failures):
            what = "check that you do not see" if count == 1 else "checks that you do not see"
            print(f"  {count} {what} failed: other numbers, shapes or limits.")
        for likeness in closest(self._name, self._calls):
            paragraphs = str(likeness).splitlines()
            print(textwrap.fill(paragraphs[0], 78, initial_indent="  → ", subsequent_indent="    "))
            for text in paragraphs[1:]:
                print(textwrap.indent(textwrap.fill(text, 74), "    "))

    def _tell_grader(self) -> None:
        found = _details.get()
        if found is None or self._missing:
            return
        found += self._hidden_failures
        if printed := self._hidden_output.getvalue():
            found.append(f"  printed meanwhile:\n{printed}")

    # -- inside ----------------------------------------------------------------------------------

    def _require_call(self) -> Call:
        if self._call is None:
            raise ValueError(f"no call of {self._name} yet: write .at(arguments) first")
        return self._call

    def _judge(self, problem: Callable[[Any], str], because: str) -> Check:
        call = self._require_call()
        if self._missing:
            found = "not written yet"
        elif call.error is not None:
            found = f"raised {type(call.error).__name__}: {short(str(call.error))}"
        else:
            found = problem(call.value)
        if not found:
            self._passed += 1
            return self
        call.failed = True
        call.text = call_text(self._name, call.args, call.kwargs or {})
        lines = [f"  {call.text}", *(f"      {line}" for line in found.splitlines())]
        if call.warned and not found.startswith("warned"):
            lines.append(f"      it also warned: {short(call.warned[0])}")
        if because:
            lines.append(f"      why it matters: {because}")
        (self._hidden_failures if self._hidden else self._failures).append("\n".join(lines))
        return self
